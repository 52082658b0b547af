-- The same as of a past instant :at: the deals that were closed then, as they were closed. A deal
-- that has been reopened or withdrawn since counts as it stood at :at.
WITH standing AS (
    SELECT
        d.id,
        d.opened_on,
        t.status,
        t.currency,
        t.value,
        -- Edits of a closed deal begin new terms of the same status; the close is where the last
        -- open terms ended.
        (
            SELECT e.id FROM terms AS e
            WHERE
                e.deal_id = d.id AND e.status <> 'open'
                AND e.id > (
                    SELECT max(o.id) FROM terms AS o
                    WHERE o.deal_id = d.id AND o.status = 'open' AND o.valid_from <= :at
                )
            ORDER BY e.id LIMIT 1
        ) AS close_id,
        (
            SELECT e.reason FROM terms AS e
            WHERE
                e.deal_id = d.id AND e.status = 'lost' AND e.valid_from <= :at
                AND e.reason IS NOT NULL
            ORDER BY e.id DESC LIMIT 1
        ) AS reason
    FROM deal AS d
    JOIN terms AS t ON t.deal_id = d.id
        AND t.valid_from <= :at AND (t.valid_to IS NULL OR t.valid_to > :at)
    WHERE d.process_id = :process_id AND t.status <> 'open' AND ({where})
)
SELECT
    k.status,
    CASE k.status WHEN 'lost' THEN k.reason END AS reason,
    {currency} AS currency,
    f.status = 'won' AS was_won,
    CASE WHEN k.id NOT IN (
        {unknown_openings}
    ) THEN CAST(
        julianday(f.valid_on) - julianday(k.opened_on) AS INTEGER
    ) END AS days,
    count(*) AS deals,
    coalesce(sum({value}), 0) AS value
FROM standing AS k
JOIN terms AS f ON f.id = k.close_id
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
