-- Open deals that are due in the period.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.expected_close} AS slice,
        {currency:d.currency|:today} AS currency,
        {money:d.value|d.currency|:today} AS value
    FROM {deal} AS d
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND d.status = 'open' AND d.expected_close >= :start AND d.expected_close < :end
)
-- figures: sums by 2 keys
SELECT slice, currency, count(*) AS deals, coalesce(sum(value), 0) AS value
FROM facts
GROUP BY {by}currency
