-- The contacts for whom a step is due, with the earliest callback and the earliest step of all.
SELECT
    coalesce(n.contact_id, d.contact_id) AS contact_id,
    -- Without a time of day it is due all day long, and before the others of that day.
    min(CASE WHEN n.kind = 'call' THEN n.due || coalesce(' ' || n.starts, '') END) AS callback,
    min(n.due) AS due
FROM step AS n
LEFT JOIN deal AS d ON d.id = n.deal_id
WHERE n.status = 'open' AND n.due <= :today
    AND {awake}
GROUP BY 1
