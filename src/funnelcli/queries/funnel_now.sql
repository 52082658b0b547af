-- The funnel as it stands, from the deals' cache: a row for each stage and currency that holds
-- open or won deals, amounts by the exchange rate on file. A weighted value is rounded half up for
-- each deal, so that sums add up.
WITH valued AS (
    SELECT
        d.stage_id,
        d.status,
        {currency} AS currency,
        {value} AS value,
        coalesce(d.probability, s.probability) AS probability
    FROM deal AS d
    JOIN stage AS s ON s.id = d.stage_id
    WHERE d.process_id = :process_id AND d.status IN ('open', 'won') AND ({where})
)
SELECT
    stage_id,
    currency,
    status,
    count(*) AS deals,
    coalesce(sum(value), 0) AS value,
    coalesce(
        sum(CASE status WHEN 'won' THEN value ELSE (value * probability + 50) / 100 END), 0
    ) AS weighted
FROM valued
GROUP BY stage_id, currency, status
