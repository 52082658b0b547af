-- Files with the record that they belong to, and the deal and the contact that this one is of.
SELECT
    a.id,
    a.public_id,
    a.name,
    a.media_type,
    a.size,
    a.note,
    CASE
        WHEN a.contact_id IS NOT NULL THEN 'contact'
        WHEN a.deal_id IS NOT NULL THEN 'deal'
        WHEN a.visit_id IS NOT NULL THEN 'visit'
        WHEN a.offer_id IS NOT NULL THEN 'offer'
        WHEN a.tray_id IS NOT NULL THEN 'tray'
        ELSE 'contract'
    END AS noun,
    d.id AS deal_id,
    d.title AS deal,
    c.id AS contact_id,
    c.name AS contact,
    a.visit_id,
    a.offer_id,
    a.contract_id,
    a.tray_id,
    a.digest,
    a.recorded_at
FROM attachment AS a
LEFT JOIN visit AS v ON v.id = a.visit_id
LEFT JOIN offer AS o ON o.id = a.offer_id
LEFT JOIN contract AS k ON k.id = a.contract_id
LEFT JOIN deal AS d ON d.id = coalesce(a.deal_id, v.deal_id, o.deal_id, k.deal_id)
LEFT JOIN contact AS c ON c.id = coalesce(a.contact_id, v.contact_id, d.contact_id)
WHERE {where}
ORDER BY {order}
{limit}
