-- What the effort of the period on new business cost, before the sale.
WITH priced AS (
    SELECT
        d.id AS deal_id,
        {slice:e.happened_on} AS slice,
        d.kind,
        {part:effort_prices}
    FROM effort_entry AS e
    JOIN {deal} AS d ON d.id = e.deal_id
    LEFT JOIN stage AS s ON s.id = e.stage_id
    {slice_join}
    WHERE
        {where}
        AND d.kind = 'new'
        AND coalesce(s.kind, 'open') <> 'post'
        AND +e.happened_on >= :start AND +e.happened_on < :end AND +e.happened_at <= :now
),
facts AS (
    SELECT
        p.deal_id, p.slice, p.kind,
        {part:effort_exchanged}
    FROM priced AS p
)
-- figures
SELECT
    slice, kind, time_currency, km_currency, expenses_currency,
    {part:effort_sums}
FROM facts
GROUP BY {by}kind, time_currency, km_currency, expenses_currency
