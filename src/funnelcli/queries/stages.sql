-- The stages of one process in their order.
SELECT
    s.id, s.key, s.position, s.name_en, s.name_de, s.phase, s.kind, s.probability, s.rot_days,
    s.guidance_en, s.guidance_de
FROM stage AS s
WHERE s.process_id = :process_id
ORDER BY s.position
