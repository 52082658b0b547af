-- How far the deals of a cohort came: the furthest stage, the last stage that they reached through
-- all the stages before it in order, and how they stand.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        f.position,
        o.position AS in_order,
        d.status
    FROM {deal} AS d
    JOIN stage AS f ON f.id = d.furthest_stage_id AND f.kind <> 'outside'
    LEFT JOIN stage AS o ON o.id = d.in_order_stage_id
    {slice_join}
    WHERE
        {where}
        AND d.opened_on >= :start AND d.opened_on < :end
        AND coalesce(d.lost_reason, '') NOT IN (
            SELECT k.key FROM catalogue AS k WHERE k.kind = 'lost_reason' AND k.rate = 'none'
        )
)
-- figures
SELECT slice, position, in_order, status, count(*) AS deals
FROM facts
GROUP BY {by}position, in_order, status
