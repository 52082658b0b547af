-- How far the deals of a cohort came: the furthest stage, the last stage that they reached through
-- all the stages before it in order, and how they stand. Deals that were in stages of the kind
-- outside alone have one of those as the furthest.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        d.furthest_stage_id AS furthest_id,
        d.in_order_stage_id AS in_order_id,
        d.status
    FROM {deal} AS d NOT INDEXED
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND d.opened_on >= :start AND d.opened_on < :end
        AND (
            d.status <> 'lost'
            OR d.lost_reason NOT IN ({shared:duplicates})
        )
)
-- figures: sums by 4 keys, kept
SELECT slice, furthest_id, in_order_id, status, count(*) AS deals
FROM facts
GROUP BY {by}furthest_id, in_order_id, status
