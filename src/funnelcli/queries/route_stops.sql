-- The visits planned for a day, with where they are: the contact's address, or its organisation's.
SELECT
    n.id,
    n.what,
    n.starts,
    n.minutes,
    n.deal_id,
    d.title AS deal,
    c.id AS contact_id,
    c.name AS contact,
    coalesce(c.street, o.street) AS street,
    coalesce(c.postcode, o.postcode) AS postcode,
    coalesce(c.town, o.town) AS town,
    coalesce(c.country, o.country) AS country,
    (
        SELECT f.phone FROM contact_phone AS f
        WHERE f.contact_id = c.id ORDER BY f.position, f.id LIMIT 1
    ) AS phone,
    {consents} AS consent
FROM step AS n
LEFT JOIN deal AS d ON d.id = n.deal_id
LEFT JOIN contact AS c ON c.id = coalesce(n.contact_id, d.contact_id)
LEFT JOIN contact AS o ON o.id = c.organisation_id
WHERE n.status = 'open' AND n.kind = 'visit' AND n.due = :day AND {reachable} AND {where}
ORDER BY n.starts IS NULL, n.starts, n.id
