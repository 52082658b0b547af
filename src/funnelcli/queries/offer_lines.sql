-- The lines of an offer in their order.
SELECT
    l.position,
    l.product_id,
    p.sku,
    l.text,
    l.quantity,
    l.unit,
    l.price,
    l.discount,
    l.vat,
    l.net,
    l.list_price,
    l.cost,
    o.currency
FROM offer_line AS l
JOIN offer AS o ON o.id = l.offer_id
LEFT JOIN product AS p ON p.id = l.product_id
WHERE l.offer_id = :id
ORDER BY l.position
