-- What was answered about one's own business, with the question as it was asked; holds is 1 for the
-- latest answer to its question.
SELECT
    a.id,
    s.key AS stage,
    s.name_en AS stage_en,
    s.name_de AS stage_de,
    a.key,
    a.question,
    a.answer,
    a.answered_at,
    NOT EXISTS (
        SELECT 1 FROM business_answer AS b
        WHERE
            b.key = a.key
            AND b.stage_id IS a.stage_id
            AND (b.answered_at, b.id) > (a.answered_at, a.id)
    ) AS holds
FROM business_answer AS a
LEFT JOIN stage AS s ON s.id = a.stage_id
ORDER BY s.process_id, s.position, a.id
