-- Milestones with their deal.
SELECT
    m.id,
    m.public_id,
    m.deal_id,
    d.title AS deal,
    d.status AS deal_status,
    d.contact_id,
    c.name AS contact,
    m.position,
    m.key,
    m.name,
    m.due,
    m.done_on,
    m.done_at,
    m.note
FROM milestone AS m
JOIN deal AS d ON d.id = m.deal_id
LEFT JOIN contact AS c ON c.id = d.contact_id
WHERE {where}
ORDER BY {order}
{limit}
