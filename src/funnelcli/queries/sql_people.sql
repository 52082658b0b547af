-- The people of deals: each deal's contact, and whoever else has a part in it.
SELECT
    d.id AS deal_id,
    d.title AS deal,
    q.id AS contact_id,
    q.name AS contact,
    coalesce(x.role, q.role) AS role,
    q.id IS d.contact_id AS main,
    x.note
FROM deal AS d
JOIN contact AS q ON {takes_part}
LEFT JOIN deal_contact AS x ON x.deal_id = d.id AND x.contact_id = q.id
