-- The price history of a product, the first price first.
SELECT
    r.valid_from,
    r.price,
    r.cost,
    r.currency,
    r.vat
FROM product_price AS r
WHERE r.product_id = :id
ORDER BY r.valid_from
