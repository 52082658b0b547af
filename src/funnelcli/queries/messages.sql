-- E-mails with the contact that wrote or got them, and the deal that they are about.
SELECT
    g.id,
    g.public_id,
    g.happened_on,
    g.happened_at,
    g.direction,
    g.contact_id,
    c.name AS contact,
    g.deal_id,
    d.title AS deal,
    g.address,
    g.subject,
    g.text,
    g.attachments,
    g.message_id,
    g.thread,
    g.settled_at,
    g.recorded_at
FROM message AS g
JOIN contact AS c ON c.id = g.contact_id
LEFT JOIN deal AS d ON d.id = g.deal_id
WHERE {where}
ORDER BY {order}
{limit}
