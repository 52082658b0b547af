-- Won deals by the month that they were won in, from the month of :from_day on.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.won_on} AS slice,
        substr(d.won_on, 1, 7) AS month,
        {currency:d.currency|d.won_on} AS currency,
        {money:d.value|d.currency|d.won_on} AS value
    FROM {deal} AS d NOT INDEXED
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND +d.status = 'won' AND d.won_on >= :from_day AND d.won_on < :to_day
)
-- figures: sums by 3 keys, kept
SELECT slice, month, currency, count(*) AS deals, coalesce(sum(value), 0) AS value
FROM facts
GROUP BY {by}month, currency
