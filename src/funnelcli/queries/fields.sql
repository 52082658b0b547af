-- Fields of one's own, with how many records have a value in each.
SELECT
    f.id,
    f.noun,
    f.key,
    f.type,
    f.name_en,
    f.name_de,
    (
        SELECT group_concat(c.key, char(31))
        FROM (
            SELECT x.key FROM field_choice AS x
            WHERE x.field_id = f.id ORDER BY x.position
        ) AS c
    ) AS choices,
    (
        SELECT group_concat(CASE :german WHEN 1 THEN c.name_de ELSE c.name_en END, char(31))
        FROM (
            SELECT x.name_en, x.name_de FROM field_choice AS x
            WHERE x.field_id = f.id ORDER BY x.position
        ) AS c
    ) AS choice_names,
    p.key AS process,
    s.key AS stage,
    s.name_en AS stage_en,
    s.name_de AS stage_de,
    f.hidden,
    (SELECT count(*) FROM field_value AS v WHERE v.field_id = f.id AND v.place = 0) AS used
FROM field AS f
LEFT JOIN stage AS s ON s.id = f.stage_id
LEFT JOIN process AS p ON p.id = s.process_id
WHERE {where}
ORDER BY f.noun, f.position, f.id
