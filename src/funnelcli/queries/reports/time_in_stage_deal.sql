-- What to add to time_in_stage.sql to count deals instead of stays: the stays of those deals that
-- came to a stage several times are taken away, and the whole of their days put in. (The + 0 lets
-- SQLite go by the index of those stays, which are few.)
WITH several AS (
    SELECT DISTINCT y.deal_id, {slice:d.opened_on} AS slice, y.stage_id
    FROM {stays}
    WHERE
        {stays_where}.stage_id + 0 IN (
            SELECT s.id FROM stage AS s WHERE s.process_id = :process_id AND s.kind <> 'outside'
        )
        AND {part:y.deal_id} AND {opening_known:y.deal_id}
        AND y.again = 1
),
stays AS (
    SELECT
        m.deal_id,
        m.slice,
        m.stage_id,
        coalesce(
            y.left_at, CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END
        ) - y.entered_at AS seconds,
        CASE WHEN y.left_at IS NULL AND d.status <> 'lost' THEN 0 ELSE 1 END AS done
    FROM several AS m
    JOIN {stay} AS y ON y.deal_id = m.deal_id AND y.stage_id = m.stage_id
    JOIN {deal} AS d ON d.id = m.deal_id
    WHERE y.entered_at >= :start_at AND y.entered_at < :end_at
),
facts AS (
    SELECT deal_id, slice, stage_id, sum(seconds) / 86400 AS days, min(done) AS done
    FROM stays
    GROUP BY deal_id, slice, stage_id
)
-- figures: sums by 4 keys
SELECT slice, stage_id, seconds / 86400 AS days, done, -count(*) AS stays
FROM stays
GROUP BY {by}stage_id, seconds / 86400, done
UNION ALL
SELECT slice, stage_id, days, done, count(*) AS stays
FROM facts
GROUP BY {by}stage_id, days, done
