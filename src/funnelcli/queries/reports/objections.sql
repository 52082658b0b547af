-- Objections raised in the period by kind, and how the deals ended in which they came up.
WITH facts AS (
    SELECT
        b.deal_id,
        {slice:b.raised_on} AS slice,
        b.kind,
        b.genuine,
        CASE WHEN b.resolved_at <= :now THEN 1 ELSE 0 END AS resolved,
        {shared:outcome} AS outcome
    FROM objection AS b
    CROSS JOIN {deal} AS d ON d.id = b.deal_id
    LEFT JOIN catalogue AS k ON k.kind = 'lost_reason' AND k.key = d.lost_reason
    {slice_join}
    WHERE
        {where} AND {part:b.deal_id}
        AND b.raised_on >= :start AND b.raised_on < :end AND b.raised_at <= :now
)
-- figures: sums by 3 keys, kept up to now
SELECT
    slice, kind, outcome,
    count(*) AS objections,
    sum(genuine) AS genuine,
    sum(resolved) AS resolved,
    count(DISTINCT deal_id) AS deals
FROM facts
GROUP BY {by}kind, outcome
