-- Scores of the period by kind; kind is nps (0-10) or csat (1-5).
WITH facts AS (
    SELECT
        x.deal_id,
        {slice:x.scored_on} AS slice,
        x.kind,
        x.score
    FROM satisfaction AS x
    LEFT JOIN deal AS d ON d.id = x.deal_id
    {slice_join}
    WHERE
        x.scored_on >= :start AND x.scored_on < :end AND x.scored_on <= :today
        AND (({where}) OR (x.deal_id IS NULL AND :filtered = 0))
)
-- figures
SELECT slice, kind, score, count(*) AS scores
FROM facts
GROUP BY {by}kind, score
