-- What sources cost over periods.
SELECT
    h.id,
    h.public_id,
    h.source,
    k.name_en AS source_en,
    k.name_de AS source_de,
    h.starts_on,
    h.ends_on,
    h.amount,
    h.currency,
    h.note,
    h.recorded_at
FROM overhead AS h
LEFT JOIN catalogue AS k ON k.kind = 'source' AND k.key = h.source
WHERE {where}
ORDER BY {order}
{limit}
