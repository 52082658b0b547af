-- The people of a deal: its contact first, then the others as they were added.
SELECT
    q.id,
    q.name,
    coalesce(x.role, q.role) AS role,
    q.id IS d.contact_id AS main,
    q.job_title,
    o.name AS organisation,
    (
        SELECT group_concat(e.phone, char(31))
        FROM (SELECT phone FROM contact_phone WHERE contact_id = q.id ORDER BY position) AS e
    ) AS phones,
    (
        SELECT group_concat(e.email, char(31))
        FROM (SELECT email FROM contact_email WHERE contact_id = q.id ORDER BY position) AS e
    ) AS emails,
    x.note,
    q.public_id,
    d.id AS deal_id,
    d.title AS deal
FROM deal AS d
JOIN contact AS q ON {takes_part}
LEFT JOIN deal_contact AS x ON x.deal_id = d.id AND x.contact_id = q.id
LEFT JOIN contact AS o ON o.id = q.organisation_id
WHERE d.id = :id
ORDER BY main DESC, x.id
