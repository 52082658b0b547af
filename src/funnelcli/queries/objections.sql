-- Objections with their deal and the stage it was in.
SELECT
    o.id,
    o.public_id,
    o.deal_id,
    d.title AS deal,
    d.contact_id,
    c.name AS contact,
    s.key AS stage,
    s.name_en AS stage_en,
    s.name_de AS stage_de,
    o.kind,
    coalesce(k.name_en, o.kind) AS kind_en,
    coalesce(k.name_de, o.kind) AS kind_de,
    o.genuine,
    o.wording,
    o.answer,
    o.resolved_at IS NOT NULL AS resolved,
    o.raised_at,
    o.raised_on,
    o.resolved_at
FROM objection AS o
JOIN deal AS d ON d.id = o.deal_id
JOIN stage AS s ON s.id = o.stage_id
LEFT JOIN contact AS c ON c.id = d.contact_id
LEFT JOIN catalogue AS k ON k.kind = 'objection' AND k.key = o.kind
WHERE {where}
ORDER BY {order}
{limit}
