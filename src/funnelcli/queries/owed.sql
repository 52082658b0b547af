-- Exchanges of e-mails that wait for an answer, each by its last message: whose turn it is, and since
-- when.
SELECT
    g.id,
    CASE g.direction WHEN 'in' THEN 'ours' ELSE 'theirs' END AS turn,
    g.contact_id,
    c.name AS contact,
    g.deal_id,
    d.title AS deal,
    g.subject,
    g.address,
    {owed_since} AS since_at,
    working_days({owed_since}) AS days
FROM message AS g
JOIN contact AS c ON c.id = g.contact_id
LEFT JOIN deal AS d ON d.id = g.deal_id
WHERE {owed} AND ({where})
ORDER BY {order}
{limit}
