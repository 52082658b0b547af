-- Products with the price that holds today, else the first one to come.
SELECT
    p.id,
    p.public_id,
    p.sku,
    p.name,
    p.unit,
    k.name_en AS unit_en,
    k.name_de AS unit_de,
    r.price,
    r.cost,
    coalesce(r.currency, '') AS currency,
    r.vat,
    r.valid_from AS price_since,
    p.valid_from,
    p.valid_until,
    p.notes
FROM product AS p
LEFT JOIN product_price AS r ON r.id = coalesce(
    (
        SELECT x.id FROM product_price AS x
        WHERE x.product_id = p.id AND x.valid_from <= :today
        ORDER BY x.valid_from DESC LIMIT 1
    ),
    (
        SELECT x.id FROM product_price AS x
        WHERE x.product_id = p.id
        ORDER BY x.valid_from LIMIT 1
    )
)
LEFT JOIN catalogue AS k ON k.kind = 'unit' AND k.key = p.unit
WHERE {where}
ORDER BY {order}
{limit}
