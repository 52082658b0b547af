-- The cost of sources over the period: each overhead by the share of its days that lie in it,
-- rounded half up.
WITH facts AS (
    SELECT
        NULL AS deal_id,
        o.source,
        o.currency,
        o.amount,
        CAST(julianday(o.ends_on) - julianday(o.starts_on) AS INTEGER) AS days,
        CAST(
            julianday(CASE WHEN o.ends_on < :end THEN o.ends_on ELSE :end END)
            - julianday(CASE WHEN o.starts_on > :start THEN o.starts_on ELSE :start END)
            AS INTEGER
        ) AS within,
        o.starts_on
    FROM overhead AS o
    WHERE o.starts_on < :end AND o.ends_on > :start AND o.starts_on <= :today
),
shares AS (
    SELECT
        f.source,
        {currency:f.currency|f.starts_on} AS currency,
        (2 * {money:f.amount|f.currency|f.starts_on} * f.within + f.days) / (2 * f.days) AS amount
    FROM facts AS f
)
-- figures
SELECT source, currency, sum(amount) AS amount
FROM shares
GROUP BY source, currency
