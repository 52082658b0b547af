-- In which stages the deals of a cohort stayed at all; each deal once a stage, by its last stay
-- there.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        s.position
    FROM {deal} AS d
    JOIN {stay} AS y ON y.deal_id = d.id AND y.again = 0
    JOIN stage AS s ON s.id = y.stage_id AND s.kind <> 'outside'
    {slice_join}
    WHERE
        {where}
        AND d.opened_on >= :start AND d.opened_on < :end
        AND coalesce(d.lost_reason, '') NOT IN (
            SELECT k.key FROM catalogue AS k WHERE k.kind = 'lost_reason' AND k.rate = 'none'
        )
)
-- figures
SELECT slice, position, count(*) AS deals
FROM facts
GROUP BY {by}position
