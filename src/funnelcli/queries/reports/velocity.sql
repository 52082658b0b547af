-- The open deals that count as qualified: past the stages of the phase "lead".
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        {currency:d.currency|:today} AS currency
    FROM {deal} AS d
    JOIN stage AS s ON s.id = d.stage_id
    {slice_join}
    WHERE
        {where} AND {part:d.id} AND d.status = 'open'
        AND s.phase NOT IN ('preparation', 'lead')
)
-- figures: sums by 2 keys
SELECT slice, currency, count(*) AS deals
FROM facts
GROUP BY {by}currency
