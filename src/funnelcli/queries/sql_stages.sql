-- The stages of every process, in order.
SELECT
    s.id,
    p.key AS process,
    s.position,
    s.key AS stage,
    s.name_en,
    s.name_de,
    s.phase,
    s.kind,
    s.probability,
    s.rot_days
FROM stage AS s
JOIN process AS p ON p.id = s.process_id
