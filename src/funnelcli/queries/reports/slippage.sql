-- The open deals that were due in the period as known at its first instant, and how they stood at
-- its end, or stand now where it goes on.
WITH facts AS (
    SELECT
        t.deal_id,
        {slice:t.expected_close} AS slice,
        e.status AS became,
        {currency:t.currency|t.expected_close} AS currency,
        {money:t.value|t.currency|t.expected_close} AS value
    FROM {terms} AS t
    JOIN deal AS d ON d.id = t.deal_id
    JOIN {terms} AS e ON e.deal_id = t.deal_id
        AND e.valid_from < :end_at AND (e.valid_to IS NULL OR e.valid_to >= :end_at)
    {slice_join}
    WHERE
        {where} AND {part:t.deal_id}
        AND t.status = 'open'
        AND t.expected_close >= :start AND t.expected_close < :end
        AND t.valid_from < :start_at AND (t.valid_to IS NULL OR t.valid_to >= :start_at)
)
-- figures: sums by 3 keys, kept
SELECT slice, became, currency, count(*) AS deals, coalesce(sum(value), 0) AS value
FROM facts
GROUP BY {by}became, currency
