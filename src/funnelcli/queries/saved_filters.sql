-- Filters that have a name.
SELECT f.id, f.public_id, f.name, f.text, f.nouns, f.script, f.recorded_at
FROM saved_filter AS f
WHERE {where}
ORDER BY {order}
{limit}
