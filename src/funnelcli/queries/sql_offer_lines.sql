-- The lines of offers, with their prices in the offer's currency.
SELECT
    l.id,
    l.offer_id,
    o.number AS offer,
    o.version,
    o.deal_id,
    l.position,
    p.sku,
    l.text,
    l.quantity / 1000.0 AS quantity,
    l.unit,
    major(l.price, o.currency) AS price,
    l.discount / 100.0 AS discount,
    l.vat / 100.0 AS vat,
    major(l.net, o.currency) AS net,
    o.currency
FROM offer_line AS l
JOIN offer AS o ON o.id = l.offer_id
LEFT JOIN product AS p ON p.id = l.product_id
