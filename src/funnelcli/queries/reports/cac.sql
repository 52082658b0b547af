-- What the effort of the period on new business cost, before the sale.
WITH priced AS (
    SELECT
        d.id AS deal_id,
        {slice:e.happened_on} AS slice,
        d.kind,
        {shared:effort_prices}
    FROM effort_entry AS e
    JOIN deal AS d ON d.id = e.deal_id
    LEFT JOIN stage AS s ON s.id = {effort_stage}
    {slice_join}
    WHERE
        {where} AND {part:e.deal_id}
        AND d.opened_at <= :now
        AND d.kind = 'new'
        AND coalesce(s.kind, 'open') <> 'post'
        AND +e.happened_on >= :start AND +e.happened_on < :end AND +e.happened_at <= :now
),
facts AS (
    SELECT
        p.deal_id, p.slice, p.kind,
        {shared:effort_exchanged}
    FROM priced AS p
)
-- figures: sums by 5 keys, kept up to now
SELECT
    slice, kind, time_currency, km_currency, expenses_currency,
    {shared:effort_sums}
FROM facts
GROUP BY {by}kind, time_currency, km_currency, expenses_currency
