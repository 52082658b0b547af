-- Next steps as a calendar file has them, with the address of whom they are for (the contact's, or
-- its organisation's). sequence counts a step's changes, taken back ones too, so that it never
-- falls; modified_at is the last of them, settled_at the last that stands.
SELECT
    n.id,
    n.public_id,
    n.uid,
    n.what,
    n.kind,
    n.due,
    n.starts,
    n.minutes,
    n.every,
    n.status,
    n.outcome,
    n.created_at,
    n.ended_at,
    n.deal_id,
    d.title AS deal,
    c.id AS contact_id,
    c.name AS contact,
    coalesce(c.street, o.street) AS street,
    coalesce(c.postcode, o.postcode) AS postcode,
    coalesce(c.town, o.town) AS town,
    (
        SELECT f.phone FROM contact_phone AS f
        WHERE f.contact_id = c.id ORDER BY f.position, f.id LIMIT 1
    ) AS phone,
    {consents} AS consent,
    (
        SELECT count(*) FROM journal AS j
        WHERE j.table_name = 'step' AND j.row_id = n.id AND j.op <> 'insert'
    ) + coalesce(p.changes, 0) AS sequence,
    coalesce((
        SELECT max(k.at) FROM journal AS j JOIN command AS k ON k.id = j.command_id
        WHERE j.table_name = 'step' AND j.row_id = n.id
    ), p.modified_at, n.recorded_at) AS modified_at,
    coalesce((
        SELECT max(k.at) FROM journal AS j JOIN command AS k ON k.id = j.command_id
        WHERE j.table_name = 'step' AND j.row_id = n.id AND k.kind = 'do' AND k.state = 'done'
    ), p.settled_at, n.recorded_at) AS settled_at
FROM step AS n
LEFT JOIN step_past AS p ON p.id = n.id
LEFT JOIN deal AS d ON d.id = n.deal_id
LEFT JOIN contact AS c ON c.id = coalesce(n.contact_id, d.contact_id)
LEFT JOIN contact AS o ON o.id = c.organisation_id
WHERE {where}
ORDER BY {order}
{limit}
