-- How long stays lasted, in whole days of 24 hours, and how long those that go on have lasted. A
-- stay in which the deal was lost ended with the loss. Deals whose opening is not known are in
-- neither.
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
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        d.stage_id,
        (CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END - d.stage_since) / 86400 AS days,
        CASE d.status WHEN 'lost' THEN 1 ELSE 0 END AS done
    FROM {deal} AS d NOT INDEXED
    JOIN stage AS s ON s.id = d.stage_id AND s.kind <> 'outside'
    {slice_join}
    WHERE
        {where} AND {part:d.id} AND {opening_known:d.id}
        AND d.stage_since >= :start_at AND d.stage_since < :end_at
),
facts AS (
    SELECT deal_id, slice, stage_id, days, done FROM ended
    UNION ALL
    SELECT deal_id, slice, stage_id, days, done FROM lasting
)
-- figures: sums by 4 keys
SELECT slice, stage_id, days, done, count(*) AS stays
FROM ended
GROUP BY {by}stage_id, days
UNION ALL
SELECT slice, stage_id, days, done, count(*) AS stays
FROM lasting
GROUP BY {by}stage_id, days, done
