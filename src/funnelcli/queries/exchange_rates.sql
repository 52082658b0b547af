-- Exchange rates, those that hold now first within each currency.
SELECT r.id, r.currency, r.base, r.valid_from, r.rate
FROM exchange_rate AS r
WHERE {where}
ORDER BY {order}
{limit}
