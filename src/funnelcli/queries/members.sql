-- Users, and how much each of them has.
SELECT
    u.id,
    u.public_id,
    u.key,
    u.name,
    u.email,
    u.role,
    (SELECT count(*) FROM deal AS d WHERE d.owner_id = u.id AND d.status = 'open') AS deals,
    (SELECT count(*) FROM contact AS c WHERE c.owner_id = u.id) AS contacts,
    (SELECT count(*) FROM step AS n WHERE n.owner_id = u.id AND n.status = 'open') AS steps,
    u.recorded_at
FROM member AS u
WHERE {where}
ORDER BY {order}
{limit}
