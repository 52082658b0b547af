-- Contracts with their deal; value is the deal's.
SELECT
    k.id,
    k.public_id,
    k.number,
    k.deal_id,
    d.title AS deal,
    d.contact_id,
    c.name AS contact,
    d.value,
    d.currency,
    k.signed_on,
    k.signed_by,
    k.starts_on,
    k.ends_on,
    k.notice,
    k.cancel_by,
    k.document,
    k.instruction_on,
    d.revocable_until,
    d.withdrawal_from,
    d.received_on,
    k.notes
FROM contract AS k
JOIN deal AS d ON d.id = k.deal_id
LEFT JOIN contact AS c ON c.id = d.contact_id
WHERE {where}
ORDER BY {order}
{limit}
