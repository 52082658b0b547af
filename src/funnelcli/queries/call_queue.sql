-- Whom to call: contacts with what a caller needs, and why one is left out (NULL: to be called).
-- A step that is due puts its contact in the queue, a callback that is due at its front.
-- :clock is the time of day as HH:MM, :require whether consent must be on file. attempts are the
-- calls in a row that nobody answered, attempt_at is when the last of them was, both NULL for none.
-- due is whom to ask about, with what is due for them. Whatever else is asked is asked of these by
-- an index, so that a long list of contacts costs no more than its length.
WITH due AS (
    {due}
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
    -- Asked of those who are called alone (call_deals.sql).
    CAST(NULL AS INTEGER) AS deal_id,
    CAST(NULL AS TEXT) AS deal,
    (
        SELECT max(v.happened_at) FROM visit AS v WHERE v.contact_id = c.id
    ) AS last_at,
    coalesce(c.country, o.country) AS country,
    CASE WHEN {phoned} THEN nullif((
        SELECT count(*) FROM visit AS v
        WHERE v.contact_id = c.id AND {unanswered} AND v.happened_at > {answered_at}
    ), 0) END AS attempts,
    CASE WHEN {phoned} THEN (
        SELECT max(v.happened_at) FROM visit AS v
        WHERE v.contact_id = c.id AND {unanswered} AND v.happened_at > {answered_at}
    ) END AS attempt_at,
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
        WHEN NOT {phoned} THEN 'no_phone'
        WHEN u.callback <= :today || ' ' || :clock OR :named THEN NULL
        WHEN {later} IS NOT NULL THEN 'later'
        WHEN EXISTS (
            SELECT 1 FROM visit AS v
            WHERE v.contact_id = c.id AND v.happened_on = :today
                AND v.call_outcome IS NOT NULL AND v.call_outcome <> 'no_answer'
        ) THEN 'called_today'
    END AS skipped,
    u.callback <= :today || ' ' || :clock OR :named AS wanted,
    CASE WHEN {phoned} THEN {later} END AS later
FROM due AS u
CROSS JOIN contact AS c ON c.id = u.contact_id
LEFT JOIN contact AS o ON o.id = c.organisation_id
ORDER BY {order}
