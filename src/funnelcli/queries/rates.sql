-- What an hour and a kilometre cost, each from a day on.
SELECT
    r.id,
    r.kind,
    r.amount,
    r.currency,
    r.valid_from
FROM rate AS r
WHERE {where}
ORDER BY {order}
{limit}
