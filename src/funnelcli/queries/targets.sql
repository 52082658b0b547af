-- Targets, the latest period first. ends_on is the first day after the period.
SELECT
    t.id, t.public_id, t.starts_on, t.ends_on, t.amount, t.currency, p.key AS process
FROM target AS t
LEFT JOIN process AS p ON p.id = t.process_id
WHERE {where}
ORDER BY {order}
{limit}
