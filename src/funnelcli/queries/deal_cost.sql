-- What each deal has cost so far, a row for each currency: {where} narrows the deals (k is the
-- view effort_cost).
SELECT k.deal_id, k.currency, sum(k.cost) AS cost
FROM effort_cost AS k
WHERE k.deal_id IS NOT NULL AND {where}
GROUP BY k.deal_id, k.currency
ORDER BY {order}
{limit}
