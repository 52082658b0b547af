-- Customers: whether they are new in the period, were referred, refer others.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.won_on} AS slice,
        {customer} AS customer_id,
        d.won_on,
        CASE
            WHEN c.referred_by_id IS NOT NULL THEN 1
            WHEN EXISTS (SELECT 1 FROM referral AS r WHERE r.referred_id = c.id) THEN 1
            ELSE 0
        END AS referred
    FROM {deal} AS d NOT INDEXED
    CROSS JOIN contact AS c ON c.id = d.contact_id
    {slice_join}
    WHERE {where} AND +d.status = 'won' AND d.won_on < :end
),
givers AS (
    SELECT {customer} AS customer_id
    FROM contact AS c
    WHERE
        c.id IN (SELECT x.referred_by_id FROM contact AS x WHERE x.referred_by_id IS NOT NULL)
        OR c.id IN (SELECT r.referrer_id FROM referral AS r WHERE r.referred_on < :end)
)
-- figures: sums by customer and 1 keys, kept
SELECT
    slice,
    count(*) AS customers,
    sum(CASE WHEN first_on >= :start THEN 1 ELSE 0 END) AS new,
    sum(CASE WHEN first_on >= :start AND referred = 1 THEN 1 ELSE 0 END) AS referred,
    sum(CASE WHEN customer_id IN (SELECT g.customer_id FROM givers AS g) THEN 1 ELSE 0 END)
        AS refer
FROM (
    SELECT slice, customer_id, min(won_on) AS first_on, max(referred) AS referred
    FROM facts
    GROUP BY {by}customer_id
) AS customer
GROUP BY slice
