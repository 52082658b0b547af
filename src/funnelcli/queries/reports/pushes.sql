-- Changes of the expected close to a later day that were made in the period, while the deal was
-- open.
WITH facts AS (
    SELECT
        t.deal_id,
        {slice:t.valid_on} AS slice,
        CAST(julianday(t.expected_close) - julianday(b.expected_close) AS INTEGER) AS days
    FROM {terms} AS t
    JOIN {terms} AS b ON b.id = (
        SELECT max(q.id) FROM terms AS q WHERE q.deal_id = t.deal_id AND q.id < t.id
    )
    JOIN deal AS d ON d.id = t.deal_id
    {slice_join}
    WHERE
        {where} AND {part:t.deal_id}
        AND t.valid_from >= :start_at AND t.valid_from < :end_at
        AND t.status = 'open' AND b.status = 'open'
        AND t.expected_close > b.expected_close
)
-- figures: sums by 1 keys, kept
SELECT slice, count(*) AS pushes, count(DISTINCT deal_id) AS deals, sum(days) AS days
FROM facts
GROUP BY slice
