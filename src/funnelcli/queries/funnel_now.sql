-- The funnel as it stands, from the deals' cache: a row for each stage and currency that holds
-- open or won deals. A weighted value is rounded half up for each deal, so that sums add up.
SELECT
    d.stage_id,
    d.currency,
    d.status,
    count(*) AS deals,
    coalesce(sum(d.value), 0) AS value,
    coalesce(
        sum(
            CASE d.status
                WHEN 'won' THEN d.value
                ELSE (d.value * coalesce(d.probability, s.probability) + 50) / 100
            END
        ),
        0
    ) AS weighted
FROM deal AS d
JOIN stage AS s ON s.id = d.stage_id
WHERE d.process_id = :process_id AND d.status IN ('open', 'won') AND ({where})
GROUP BY d.stage_id, d.currency, d.status
