-- How many deals came as far as each stage and no further, from the cache. Duplicates are left
-- out of every rate.
SELECT f.position, count(*) AS deals
FROM deal AS d
JOIN stage AS f ON f.id = d.furthest_stage_id
WHERE
    d.process_id = :process_id
    AND f.kind <> 'outside'
    AND coalesce(d.lost_reason, '') NOT IN (
        SELECT k.key FROM catalogue AS k WHERE k.kind = 'lost_reason' AND k.rate = 'none'
    )
    AND ({where})
GROUP BY f.position
