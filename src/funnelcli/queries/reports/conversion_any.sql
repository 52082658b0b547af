-- In which stages the deals of a cohort stayed at all; each deal once a stage, by its last stay
-- there.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        y.stage_id
    FROM {cohort_stays}
    WHERE
        {where} AND {part:y.deal_id}
        AND y.deal_id = d.id
        AND y.again = 0
        AND +y.stage_id IN (
            SELECT s.id FROM stage AS s WHERE s.process_id = :process_id AND s.kind <> 'outside'
        )
        AND d.opened_on >= :start AND d.opened_on < :end
        AND coalesce(d.lost_reason, '') NOT IN ({shared:duplicates})
)
-- figures: sums by 2 keys
SELECT slice, stage_id, count(*) AS deals
FROM facts
GROUP BY {by}stage_id
