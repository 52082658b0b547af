-- Entries of the catalogues, with how many records have each.
SELECT
    k.id,
    k.kind,
    k.position,
    k.key,
    k.name_en,
    k.name_de,
    k.one_en,
    k.one_de,
    k.words_en,
    k.words_de,
    k.answers AS answered,
    CASE k.kind WHEN 'lost_reason' THEN k.rate END AS rate,
    k.note_required,
    k.counts_as,
    k.hidden,
    coalesce(u.used, 0) AS used
FROM catalogue AS k
LEFT JOIN (
    SELECT a.kind, a.key, count(*) AS used FROM (
        SELECT 'source' AS kind, source AS key FROM contact
        UNION ALL SELECT 'source', source FROM deal
        UNION ALL SELECT 'source', source FROM overhead
        UNION ALL SELECT 'objection', kind FROM objection
        UNION ALL SELECT 'unit', unit FROM product
        UNION ALL SELECT 'unit', unit FROM offer_line
        UNION ALL SELECT 'visit_type', type FROM visit
        UNION ALL SELECT 'effort_kind', kind FROM effort
    ) AS a
    WHERE a.key IS NOT NULL
    GROUP BY a.kind, a.key
    UNION ALL
    SELECT 'lost_reason', t.reason, count(DISTINCT t.deal_id)
    FROM terms AS t WHERE t.status = 'lost' AND t.reason IS NOT NULL
    GROUP BY t.reason
) AS u ON u.kind = k.kind AND u.key = k.key
WHERE {where}
ORDER BY {order}
{limit}
