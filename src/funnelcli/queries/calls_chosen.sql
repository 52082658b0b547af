-- The same of contacts that pass a filter, NULL where nothing is due for one.
SELECT
    c.id AS contact_id,
    (
        SELECT min(n.due || coalesce(' ' || n.starts, '')) FROM {steps} AS n
        WHERE n.kind = 'call' AND +n.due <= :today
    ) AS callback,
    (
        SELECT min(n.due) FROM {steps} AS n WHERE +n.due <= :today
    ) AS due
FROM contact AS c
LEFT JOIN contact AS o ON o.id = c.organisation_id
WHERE {where}
