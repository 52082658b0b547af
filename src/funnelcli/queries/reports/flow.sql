-- What became of the deals that came into each stage: each deal once a stage, by its last entry
-- there. outcome is NULL where the deal went on to the stage next_id.
WITH gone AS (
    SELECT
        y.deal_id,
        {slice:d.opened_on} AS slice,
        y.stage_id,
        y.next_stage_id AS next_id,
        NULL AS outcome
    FROM {stays}
    WHERE
        {stays_where}.stage_id IN (
            SELECT s.id FROM stage AS s
            WHERE s.process_id = :process_id AND s.kind <> 'outside' AND {part_of_stages}
        )
        AND {part_of_stays}
        AND y.next_stage_id IS NOT NULL
        AND y.again = 0
        AND y.entered_at >= :start_at AND y.entered_at < :end_at
),
here AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        d.stage_id,
        CAST(NULL AS INTEGER) AS next_id,
        d.status AS outcome
    FROM {deal} AS d NOT INDEXED
    JOIN stage AS s ON s.id = d.stage_id AND s.kind <> 'outside'
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND d.stage_since >= :start_at AND d.stage_since < :end_at
),
-- Deals that stand outside the funnel are still where they stood in it last.
outside AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        y.stage_id,
        CAST(NULL AS INTEGER) AS next_id,
        d.status AS outcome
    FROM {deal} AS d NOT INDEXED
    {slice_join}
    CROSS JOIN {stay} AS y
    WHERE
        {where} AND {part:d.id}
        AND d.stage_id IN (SELECT s.id FROM stage AS s WHERE s.kind = 'outside')
        AND y.deal_id = d.id
        AND y.next_stage_id IS NULL
        AND y.stage_id IN (SELECT i.id FROM stage AS i WHERE i.kind <> 'outside')
        AND y.entered_at >= :start_at AND y.entered_at < :end_at
),
facts AS (
    SELECT deal_id, slice, stage_id, next_id, outcome FROM gone
    UNION ALL
    SELECT deal_id, slice, stage_id, next_id, outcome FROM here
    UNION ALL
    SELECT deal_id, slice, stage_id, next_id, outcome FROM outside
)
-- figures: sums by 4 keys, kept
SELECT slice, stage_id, next_id, outcome, count(*) AS deals
FROM gone
GROUP BY {by}stage_id, next_id
UNION ALL
SELECT slice, stage_id, next_id, outcome, count(*) AS deals
FROM here
GROUP BY {by}stage_id, outcome
UNION ALL
SELECT slice, stage_id, next_id, outcome, count(*) AS deals
FROM outside
GROUP BY {by}stage_id, outcome
