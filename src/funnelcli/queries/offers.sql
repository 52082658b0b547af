-- Offers, a version a row. A sent offer whose validity is over is expired.
SELECT
    o.id,
    o.public_id,
    o.number,
    o.version,
    o.deal_id,
    d.title AS deal,
    d.contact_id,
    c.name AS contact,
    {offer_status} AS status,
    o.binding,
    o.valid_until,
    o.currency,
    o.discount,
    o.net,
    o.vat,
    o.gross,
    o.list_net,
    o.cost,
    o.costed_net,
    (SELECT count(*) FROM offer_line AS l WHERE l.offer_id = o.id) AS line_count,
    o.intro,
    o.closing,
    o.note,
    o.created_at,
    o.sent_at,
    o.decided_at
FROM offer AS o
JOIN deal AS d ON d.id = o.deal_id
LEFT JOIN contact AS c ON c.id = d.contact_id
WHERE {where}
ORDER BY {order}
{limit}
