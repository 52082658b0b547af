-- The deals counted and added up by all that the funnel as it stands tells apart, from the deals'
-- cache; amounts by the exchange rate on file. A weighted value is rounded half up for each deal,
-- so that sums add up. A withdrawn win has both the day it was won on and a reason why it is lost.
WITH valued AS (
    SELECT
        d.process_id,
        d.stage_id,
        d.furthest_stage_id,
        d.status,
        d.lost_reason AS reason,
        d.won_on IS NOT NULL AS was_won,
        {currency} AS currency,
        {value} AS value,
        CASE d.status
            WHEN 'open' THEN coalesce(
                d.probability, (SELECT s.probability FROM stage AS s WHERE s.id = d.stage_id)
            )
        END AS probability
    FROM {deal} AS d NOT INDEXED
    WHERE {where}
)
SELECT
    process_id,
    stage_id,
    furthest_stage_id,
    status,
    reason,
    was_won,
    currency,
    count(*) AS deals,
    coalesce(sum(value), 0) AS value,
    coalesce(
        sum(CASE status WHEN 'open' THEN (value * probability + 50) / 100 ELSE value END), 0
    ) AS weighted
FROM valued
GROUP BY process_id, stage_id, furthest_stage_id, status, reason, was_won, currency
