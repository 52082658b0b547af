-- The same on a past instant :at, from the logs: the stay and the terms that cover it.
WITH valued AS (
    SELECT
        y.stage_id,
        t.status,
        {currency} AS currency,
        {value} AS value,
        coalesce(t.probability, s.probability) AS probability
    FROM deal AS d
    JOIN stay AS y ON y.deal_id = d.id
        AND y.entered_at <= :at AND (y.left_at IS NULL OR y.left_at > :at)
    JOIN terms AS t ON t.deal_id = d.id
        AND t.valid_from <= :at AND (t.valid_to IS NULL OR t.valid_to > :at)
    JOIN stage AS s ON s.id = y.stage_id
    WHERE d.process_id = :process_id AND t.status IN ('open', 'won') AND ({where})
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
ORDER BY stage_id, currency, status
