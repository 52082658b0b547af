-- How satisfied customers were.
SELECT
    s.id,
    s.public_id,
    s.contact_id,
    c.name AS contact,
    s.deal_id,
    d.title AS deal,
    s.kind,
    s.score,
    s.comment,
    s.scored_on
FROM satisfaction AS s
JOIN contact AS c ON c.id = s.contact_id
LEFT JOIN deal AS d ON d.id = s.deal_id
WHERE {where}
ORDER BY {order}
{limit}
