-- The same on a past instant :at, from the stays begun until then.
SELECT r.position, count(*) AS deals
FROM (
    SELECT max(f.position) AS position
    FROM deal AS d
    JOIN stay AS y ON y.deal_id = d.id AND y.entered_at <= :at
    JOIN stage AS f ON f.id = y.stage_id
    JOIN terms AS t ON t.deal_id = d.id
        AND t.valid_from <= :at AND (t.valid_to IS NULL OR t.valid_to > :at)
    WHERE
        d.process_id = :process_id
        AND f.kind <> 'outside'
        AND NOT (t.status = 'lost' AND coalesce(d.lost_reason, '') IN (
            SELECT k.key FROM catalogue AS k WHERE k.kind = 'lost_reason' AND k.rate = 'none'
        ))
        AND ({where})
    GROUP BY d.id
) AS r
GROUP BY r.position
