-- Contacts for whom something is due by :day - a step, a call, the next talk of their care plan, a
-- rotten deal - with an address; why and since when, the most pressing first of each.
SELECT
    c.id,
    c.name AS contact,
    x.why,
    x.what,
    x.day,
    coalesce(c.street, o.street) AS street,
    coalesce(c.postcode, o.postcode) AS postcode,
    coalesce(c.town, o.town) AS town,
    coalesce(c.country, o.country) AS country,
    (
        SELECT f.phone FROM contact_phone AS f
        WHERE f.contact_id = c.id ORDER BY f.position, f.id LIMIT 1
    ) AS phone,
    {consents} AS consent
FROM (
    SELECT coalesce(n.contact_id, d.contact_id) AS contact_id, n.kind AS why, n.what, n.due AS day,
        1 AS rank
    FROM step AS n
    LEFT JOIN deal AS d ON d.id = n.deal_id
    WHERE n.status = 'open' AND n.due <= :day AND {step_awake}
    UNION ALL
    SELECT k.contact_id, 'care', '', k.day, 2
    FROM (
        SELECT p.contact_id, {next_talk} AS day FROM care_plan AS p
    ) AS k
    WHERE k.day <= :day
    UNION ALL
    SELECT d.contact_id, 'rotten', d.title, date(d.stage_since, 'unixepoch'), 3
    FROM stage AS s
    CROSS JOIN deal AS d ON d.stage_id = s.id
    WHERE {rotten}
) AS x
JOIN contact AS c ON c.id = x.contact_id
LEFT JOIN contact AS o ON o.id = c.organisation_id
WHERE c.do_not_contact = 0
    AND (coalesce(c.postcode, o.postcode) IS NOT NULL OR coalesce(c.town, o.town) IS NOT NULL)
ORDER BY x.day, x.rank, c.id
