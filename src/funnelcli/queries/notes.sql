-- Notes with the deal or contact that they are about; a deal's notes are its contact's, too.
SELECT
    x.id,
    x.public_id,
    x.happened_on,
    x.happened_at,
    x.deal_id,
    d.title AS deal,
    coalesce(x.contact_id, d.contact_id) AS contact_id,
    c.name AS contact,
    x.text,
    x.recorded_at
FROM note AS x
LEFT JOIN deal AS d ON d.id = x.deal_id
LEFT JOIN contact AS c ON c.id = coalesce(x.contact_id, d.contact_id)
WHERE {where}
ORDER BY {order}
{limit}
