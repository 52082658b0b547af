-- What to add to time_in_stage.sql (with :per_deal = 1 to that and time_in_stage_deal.sql) so that a
-- stay ends where the deal was lost in it, though in the log it went on until the deal was reopened
-- or the visit was closed: such stays are taken away and put in with the days up to the loss.
WITH parted AS (
    {shared:lost_and_on}
),
cut AS (
    SELECT
        y.id AS stay_id, y.deal_id, y.stage_id, y.entered_at, y.left_at,
        min(t.valid_from) AS lost_at
    FROM parted AS p
    CROSS JOIN {terms} AS t
    CROSS JOIN {stay} AS y
    WHERE
        t.deal_id = p.deal_id
        AND t.status = 'lost'
        AND y.deal_id = p.deal_id
        AND y.entered_at <= t.valid_from AND y.left_at > t.valid_from
        -- A loss that was taken back in the same second is not one of the stay after it.
        AND (t.valid_to IS NULL OR t.valid_to > y.entered_at)
        AND y.entered_at >= :start_at AND y.entered_at < :end_at
        AND y.stage_id IN (
            SELECT s.id FROM stage AS s WHERE s.process_id = :process_id AND s.kind <> 'outside'
        )
    GROUP BY y.id
),
whole AS (
    SELECT stay_id, deal_id, stage_id, entered_at, left_at, lost_at FROM cut
    UNION ALL
    SELECT y.id, y.deal_id, y.stage_id, y.entered_at, y.left_at, NULL
    FROM (SELECT DISTINCT c.deal_id, c.stage_id FROM cut AS c WHERE :per_deal = 1) AS c
    CROSS JOIN {stay} AS y
    WHERE
        y.deal_id = c.deal_id AND y.stage_id = c.stage_id
        AND y.id NOT IN (SELECT c.stay_id FROM cut AS c)
        AND y.entered_at >= :start_at AND y.entered_at < :end_at
),
stays AS (
    SELECT
        w.stay_id,
        w.deal_id,
        {slice:d.opened_on} AS slice,
        w.stage_id,
        CASE WHEN w.left_at IS NULL AND d.status <> 'lost' THEN 0 ELSE 1 END AS done,
        coalesce(
            w.left_at, CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END
        ) - w.entered_at AS seconds,
        w.lost_at - w.entered_at AS until_lost
    FROM whole AS w
    CROSS JOIN {deal} AS d
    {slice_join}
    WHERE d.id = w.deal_id AND {where} AND {opening_known:d.id}
),
facts AS (
    SELECT
        deal_id,
        slice,
        stage_id,
        min(done) AS done,
        sum(seconds) / 86400 AS days,
        sum(coalesce(until_lost, seconds)) / 86400 AS days_until_lost
    FROM stays
    GROUP BY deal_id, slice, stage_id, CASE WHEN :per_deal THEN 0 ELSE stay_id END
)
-- figures: sums by 4 keys
SELECT slice, stage_id, days, done, -count(*) AS stays
FROM facts
GROUP BY {by}stage_id, days, done
UNION ALL
SELECT slice, stage_id, days_until_lost, done, count(*) AS stays
FROM facts
GROUP BY {by}stage_id, days_until_lost, done
