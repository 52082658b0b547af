-- Complaints, and how they were put right.
SELECT
    r.id,
    r.public_id,
    r.contact_id,
    c.name AS contact,
    r.deal_id,
    d.title AS deal,
    r.text,
    r.raised_on,
    r.resolution,
    r.resolved_on
FROM complaint AS r
JOIN contact AS c ON c.id = r.contact_id
LEFT JOIN deal AS d ON d.id = r.deal_id
WHERE {where}
ORDER BY {order}
{limit}
