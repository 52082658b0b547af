-- How long stays lasted, in whole days of 24 hours; a stay in which the deal was lost ended with the
-- loss. Of those that go on the facts are here, the figures in time_in_stage_lasting.sql. Deals whose
-- opening is not known are in neither.
WITH ended AS (
    SELECT
        y.deal_id,
        {slice:d.opened_on} AS slice,
        y.stage_id,
        (y.left_at - y.entered_at) / 86400 AS days,
        1 AS done
    FROM {stays}
    WHERE
        {stays_where}.stage_id IN (
            SELECT s.id FROM stage AS s
            WHERE s.process_id = :process_id AND s.kind <> 'outside' AND {part_of_stages}
        )
        AND {part_of_stays}
        AND {opening_known:y.deal_id}
        AND (y.left_at - y.entered_at) / 86400 IS NOT NULL
        AND y.entered_at >= :start_at AND y.entered_at < :end_at
),
lasting AS (
    {shared:lasting}
),
facts AS (
    SELECT deal_id, slice, stage_id, days, done FROM ended
    UNION ALL
    SELECT deal_id, slice, stage_id, days, done FROM lasting
)
-- figures: sums by 4 keys, kept
SELECT slice, stage_id, days, done, count(*) AS stays
FROM ended
GROUP BY {by}stage_id, days
UNION ALL
SELECT slice, stage_id, days, done, count(*) AS stays
FROM lasting
WHERE done = 1
GROUP BY {by}stage_id, days
