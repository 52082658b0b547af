-- What the effort on the deals that were opened in the period cost, by their source.
WITH priced AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        d.source,
        {shared:effort_prices}
    FROM effort_entry AS e
    JOIN deal AS d ON d.id = e.deal_id
    {slice_join}
    WHERE
        {where} AND {part:e.deal_id}
        AND d.opened_at <= :now
        AND d.opened_on >= :start AND d.opened_on < :end
        AND +e.happened_at <= :now
),
facts AS (
    SELECT
        p.deal_id, p.slice, p.source,
        {shared:effort_exchanged}
    FROM priced AS p
)
-- figures: sums by 5 keys, kept up to now
SELECT
    slice, source, time_currency, km_currency, expenses_currency,
    {shared:effort_sums}
FROM facts
GROUP BY {by}source, time_currency, km_currency, expenses_currency
