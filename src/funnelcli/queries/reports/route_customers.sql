-- The wins of every customer (the organisation where there is one, else the person), each with its
-- number among theirs, the day of the next, and whether there are others. Withdrawn wins are none.
-- From the first to the second it took so many days, or it has been waited for since then.
WITH wins AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        {customer} AS customer_id,
        d.won_on,
        {currency:d.currency|coalesce(d.won_on, d.closed_on)} AS currency,
        {money:d.value|d.currency|coalesce(d.won_on, d.closed_on)} AS value
    FROM {deal} AS d NOT INDEXED
    CROSS JOIN contact AS c ON c.id = d.contact_id
    {slice_join}
    WHERE {where} AND +d.status = 'won' AND d.won_on <= :today
),
numbered AS (
    SELECT
        w.*,
        row_number() OVER of_customer AS number,
        lead(w.won_on) OVER of_customer AS next_on
    FROM wins AS w
    WINDOW of_customer AS (PARTITION BY w.slice, w.customer_id ORDER BY w.won_on, w.deal_id)
),
facts AS (
    SELECT
        n.*,
        CASE WHEN n.number > 1 OR n.next_on IS NOT NULL THEN 1 ELSE 0 END AS again
    FROM numbered AS n
)
-- figures: sums by customer and 6 keys, kept up to now
SELECT
    slice,
    currency,
    CASE WHEN number = 1 THEN 1 ELSE 0 END AS first,
    again,
    CASE WHEN number = 1 THEN CAST(julianday(next_on) - julianday(won_on) AS INTEGER) END AS days,
    CASE WHEN number = 1 AND next_on IS NULL THEN won_on END AS since,
    count(*) AS deals,
    coalesce(sum(value), 0) AS value
FROM facts
GROUP BY {by}currency, first, again, days, since
