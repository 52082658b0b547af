-- The two middle values of the deals won, withdrawn ones included, by the day they were won on, or
-- opened on with :cohort. They are the same where the number of deals is odd.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:CASE WHEN :cohort THEN d.opened_on ELSE d.won_on END} AS slice,
        {currency:d.currency|d.won_on} AS currency,
        {money:d.value|d.currency|d.won_on} AS value
    FROM {deal} AS d NOT INDEXED
    {slice_join}
    WHERE
        {where}
        AND d.won_on IS NOT NULL
        AND d.value IS NOT NULL
        AND CASE WHEN :cohort THEN d.opened_on ELSE d.won_on END >= :start
        AND CASE WHEN :cohort THEN d.opened_on ELSE d.won_on END < :end
),
-- figures
counted AS (
    SELECT slice, currency, value, count(*) AS deals
    FROM facts
    GROUP BY {by}currency, value
),
ranked AS (
    SELECT
        slice, currency, value,
        sum(deals) OVER (PARTITION BY slice, currency ORDER BY value) AS upto,
        sum(deals) OVER (PARTITION BY slice, currency) AS all_deals
    FROM counted
)
SELECT
    slice, currency,
    min(CASE WHEN upto > (all_deals - 1) / 2 THEN value END) AS low,
    min(CASE WHEN upto > all_deals / 2 THEN value END) AS high
FROM ranked
GROUP BY slice, currency
