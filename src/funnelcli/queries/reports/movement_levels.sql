-- The open value at the period's two ends; level is 0 for its start, 1 for its end.
WITH ends (level, at) AS (VALUES (0, :start_at), (1, :end_at)),
facts AS (
    SELECT
        t.deal_id,
        {slice:d.opened_on} AS slice,
        e.level,
        {currency:t.currency|:rate_day} AS currency,
        coalesce({money:t.value|t.currency|:rate_day}, 0) AS value
    FROM {terms} AS t
    JOIN deal AS d ON d.id = t.deal_id
    CROSS JOIN ends AS e
    {slice_join}
    WHERE
        {where} AND {part:t.deal_id}
        AND t.status = 'open'
        AND t.valid_from < e.at AND (t.valid_to IS NULL OR t.valid_to >= e.at)
        AND (
            :any_due = 1 OR (t.expected_close >= :due_start AND t.expected_close < :due_end)
        )
)
-- figures: sums by 3 keys, kept
SELECT slice, level, currency, count(*) AS deals, sum(value) AS value
FROM facts
GROUP BY {by}level, currency
