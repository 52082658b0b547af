-- The open deal of each of these contacts, where there is one alone.
SELECT d.contact_id, max(d.id) AS deal_id, max(d.title) AS deal
FROM deal AS d
WHERE
    d.contact_id IN (SELECT CAST(j.value AS INTEGER) FROM json_each(:contacts) AS j)
    AND +d.status = 'open'
GROUP BY d.contact_id
HAVING count(*) = 1
