-- What the effort of the period on new business cost.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:e.happened_on} AS slice,
        e.part,
        {currency:e.currency|e.happened_on} AS currency,
        {money:e.amount|e.currency|e.happened_on} AS amount
    FROM effort_part AS e
    JOIN {deal} AS d ON d.id = e.deal_id
    LEFT JOIN stage AS s ON s.id = e.stage_id
    {slice_join}
    WHERE
        {where}
        AND d.kind = 'new'
        AND coalesce(s.kind, 'open') <> 'post'
        AND e.happened_on >= :start AND e.happened_on < :end AND e.happened_at <= :now
)
-- figures
SELECT slice, currency, coalesce(sum(amount), 0) AS amount
FROM facts
WHERE currency IS NOT NULL
GROUP BY {by}currency
