-- Whom to call: contacts with what a caller needs, and why one is left out (NULL: to be called).
-- A step that is due puts its contact in the queue, a callback that is due at its front.
-- :clock is the time of day as HH:MM, :require whether consent must be on file. attempts are the
-- calls in a row that nobody answered, attempt_at is when the last of them was, both NULL for none.
WITH due AS (
    SELECT
        coalesce(n.contact_id, d.contact_id) AS contact_id,
        -- Without a time of day it is due all day long, and before the others of that day.
        min(CASE WHEN n.kind = 'call' THEN n.due || coalesce(' ' || n.starts, '') END) AS callback,
        min(n.due) AS due
    FROM step AS n
    LEFT JOIN deal AS d ON d.id = n.deal_id
    WHERE n.status = 'open' AND n.due <= :today
        AND {awake}
    GROUP BY 1
),
-- Of each contact since when (UTC seconds) calls that nobody answers are counted.
answered AS (
    SELECT v.contact_id, max(v.happened_at) AS at
    FROM visit AS v
    WHERE ({spoken} OR v.call_outcome IN ('callback', 'wrong_number')) AND v.contact_id IN (
        SELECT v.contact_id FROM visit AS v WHERE {unanswered}
    )
    GROUP BY 1
),
tried AS (
    SELECT v.contact_id, count(*) AS attempts, max(v.happened_at) AS attempt_at
    FROM visit AS v
    LEFT JOIN answered AS a ON a.contact_id = v.contact_id
    WHERE {unanswered} AND v.happened_at > coalesce(a.at, 0)
    GROUP BY 1
)
SELECT
    c.id,
    c.name,
    o.name AS organisation,
    (
        SELECT f.phone FROM contact_phone AS f
        WHERE f.contact_id = c.id ORDER BY f.position, f.id LIMIT 1
    ) AS phone,
    {consents} AS consent,
    CASE WHEN u.callback <= :today || ' ' || :clock THEN u.callback END AS callback,
    u.due,
    (
        SELECT max(d.id) FROM deal AS d WHERE d.contact_id = c.id AND d.status = 'open'
        HAVING count(*) = 1
    ) AS deal_id,
    (
        SELECT max(d.title) FROM deal AS d WHERE d.contact_id = c.id AND d.status = 'open'
        HAVING count(*) = 1
    ) AS deal,
    (
        SELECT max(v.happened_at) FROM visit AS v WHERE v.contact_id = c.id
    ) AS last_at,
    coalesce(c.country, o.country) AS country,
    t.attempts,
    t.attempt_at,
    CASE
        WHEN c.do_not_contact = 1 THEN 'do_not_contact'
        WHEN EXISTS (
            SELECT 1 FROM contact_consent AS k
            WHERE k.contact_id = c.id AND k.channel = 'phone' AND k.given_on <= :today
                AND (k.withdrawn_on IS NULL OR k.withdrawn_on > :today)
        ) THEN NULL
        WHEN EXISTS (
            SELECT 1 FROM contact_consent AS k
            WHERE k.contact_id = c.id AND k.channel = 'phone' AND k.withdrawn_on <= :today
        ) THEN 'withdrawn'
        WHEN :require THEN 'no_consent'
    END AS refused,
    CASE
        WHEN NOT EXISTS (SELECT 1 FROM contact_phone AS f WHERE f.contact_id = c.id)
            THEN 'no_phone'
        WHEN u.callback <= :today || ' ' || :clock OR :named THEN NULL
        WHEN EXISTS (
            SELECT 1 FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id
            WHERE n.status = 'open' AND n.kind = 'call' AND n.due >= :today
                AND (n.contact_id = c.id OR d.contact_id = c.id)
        ) THEN 'later'
        WHEN EXISTS (
            SELECT 1 FROM visit AS v
            WHERE v.contact_id = c.id AND v.happened_on = :today
                AND v.call_outcome IS NOT NULL AND v.call_outcome <> 'no_answer'
        ) THEN 'called_today'
    END AS skipped,
    u.callback <= :today || ' ' || :clock OR :named AS wanted,
    (
        SELECT min(n.due || coalesce(' ' || n.starts, ''))
        FROM step AS n
        LEFT JOIN deal AS d ON d.id = n.deal_id
        WHERE n.status = 'open' AND n.kind = 'call' AND n.due >= :today
            AND (n.contact_id = c.id OR d.contact_id = c.id)
    ) AS later
FROM contact AS c
LEFT JOIN contact AS o ON o.id = c.organisation_id
LEFT JOIN due AS u ON u.contact_id = c.id
LEFT JOIN tried AS t ON t.contact_id = c.id
WHERE {where}
ORDER BY {order}
{limit}
