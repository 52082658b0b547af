-- Next steps with the deal or contact they are for.
SELECT
    n.id,
    n.public_id,
    n.what,
    n.kind,
    n.due,
    n.starts,
    n.minutes,
    n.every,
    n.status,
    n.deal_id,
    d.title AS deal,
    coalesce(n.contact_id, d.contact_id) AS contact_id,
    c.name AS contact,
    n.outcome,
    n.owner_id,
    w.key AS owner,
    n.created_at,
    n.ended_at
FROM step AS n
LEFT JOIN deal AS d ON d.id = n.deal_id
LEFT JOIN contact AS c ON c.id = coalesce(n.contact_id, d.contact_id)
LEFT JOIN member AS w ON w.id = n.owner_id
WHERE {where}
ORDER BY {order}
{limit}
