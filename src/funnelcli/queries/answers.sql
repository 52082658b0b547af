-- What was answered about a deal, with the question as it was asked; holds is 1 for the latest
-- answer to its question.
SELECT
    a.id,
    a.deal_id,
    s.key AS stage,
    s.name_en AS stage_en,
    s.name_de AS stage_de,
    a.questionnaire,
    a.version,
    a.key,
    a.question,
    a.answer,
    a.score,
    a.evidence,
    a.answered_at,
    NOT EXISTS (
        SELECT 1 FROM answer AS b
        WHERE
            b.deal_id = a.deal_id
            AND b.key = a.key
            AND b.stage_id IS a.stage_id
            AND b.questionnaire IS a.questionnaire
            AND (b.answered_at, b.id) > (a.answered_at, a.id)
    ) AS holds
FROM answer AS a
LEFT JOIN stage AS s ON s.id = a.stage_id
WHERE a.deal_id = :deal_id
ORDER BY s.position IS NULL, s.position, a.questionnaire, a.id
