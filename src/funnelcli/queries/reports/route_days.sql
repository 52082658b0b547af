-- How long deals were in a part of the sales route before the sale, all their stays there added up,
-- in whole days of 24 hours; ``done`` is 0 where they are still in it. A stay in which the deal was
-- lost ended with the loss, though it may have gone on in the log. Deals whose opening is not known
-- are in neither.
WITH parted AS (
    {shared:lost_and_on}
),
stays AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        y.stage_id,
        y.left_at IS NOT NULL OR d.status = 'lost' AS done,
        coalesce(
            CASE WHEN d.id IN (SELECT p.deal_id FROM parted AS p) THEN (
                SELECT min(t.valid_from) FROM {terms} AS t
                WHERE
                    t.deal_id = d.id AND t.status = 'lost'
                    AND t.valid_from >= y.entered_at
                    AND (y.left_at IS NULL OR t.valid_from < y.left_at)
                    AND (t.valid_to IS NULL OR t.valid_to > y.entered_at)
            ) END,
            y.left_at,
            CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END
        ) - y.entered_at AS seconds
    FROM {cohort_stays}
    WHERE
        {where} AND {part:d.id} AND {opening_known:d.id}
        AND y.deal_id = d.id
        AND +y.stage_id IN (
            SELECT s.id FROM stage AS s
            WHERE
                s.process_id = :process_id
                AND s.kind <> 'outside' AND s.phase IN ('lead', 'opportunity')
        )
),
facts AS (
    SELECT
        w.deal_id, w.slice, s.phase, sum(w.seconds) / 86400 AS days, min(w.done) AS done
    FROM stays AS w
    JOIN stage AS s ON s.id = w.stage_id
    GROUP BY w.deal_id, w.slice, s.phase
)
-- figures: sums by 4 keys
SELECT slice, phase, days, done, count(*) AS deals
FROM facts
GROUP BY {by}phase, days, done
