-- Every customer (the organisation where there is one, else the person) with their wins up to the
-- end of the period. Withdrawn wins are none.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.won_on} AS slice,
        {customer} AS customer_id,
        d.won_on
    FROM {deal} AS d NOT INDEXED
    CROSS JOIN contact AS c ON c.id = d.contact_id
    {slice_join}
    WHERE {where} AND +d.status = 'won' AND d.won_on < :end
)
-- figures: sums by customer and 1 keys, kept
SELECT
    slice,
    count(*) AS customers,
    sum(CASE WHEN first_on >= :start THEN 1 ELSE 0 END) AS new,
    sum(CASE WHEN before_on >= :active_start THEN 1 ELSE 0 END) AS active_start,
    sum(CASE WHEN before_on >= :active_start AND last_on >= :active_end THEN 1 ELSE 0 END) AS kept,
    sum(CASE WHEN last_on >= :active_end THEN 1 ELSE 0 END) AS active_end,
    sum(CASE WHEN orders > 1 THEN 1 ELSE 0 END) AS repeated,
    coalesce(sum(orders - 1), 0) AS gaps,
    coalesce(sum(span), 0) AS days
FROM (
    SELECT
        slice,
        customer_id,
        min(won_on) AS first_on,
        max(won_on) AS last_on,
        max(CASE WHEN won_on < :start THEN won_on END) AS before_on,
        count(*) AS orders,
        CAST(julianday(max(won_on)) - julianday(min(won_on)) AS INTEGER) AS span
    FROM facts
    GROUP BY {by}customer_id
) AS customer
GROUP BY slice
