-- The same over all deals, from the stays alone; the stays of duplicates are taken away again.
SELECT NULL AS slice, q.stage_id, sum(q.deals) AS deals
FROM (
    SELECT y.stage_id, count(*) AS deals
    FROM stay AS y
    WHERE
        y.stage_id IN (
            SELECT s.id FROM stage AS s WHERE s.process_id = :process_id AND s.kind <> 'outside'
        )
        AND y.again = 0
    GROUP BY y.stage_id
    UNION ALL
    SELECT y.stage_id, -count(*)
    FROM deal AS d NOT INDEXED
    CROSS JOIN stay AS y
    WHERE
        d.process_id = :process_id
        AND d.lost_reason IN ({shared:duplicates})
        AND y.deal_id = d.id
        AND y.again = 0
    GROUP BY y.stage_id
) AS q
GROUP BY q.stage_id
