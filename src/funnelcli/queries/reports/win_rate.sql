-- Closed deals by how they ended. A win counts on the day it was won, a withdrawn one too; a loss
-- on the day it was lost; with :cohort all of them on the day they were opened.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:CASE WHEN :cohort THEN d.opened_on ELSE coalesce(d.won_on, d.closed_on) END} AS slice,
        {shared:outcome} AS outcome,
        {currency:d.currency|coalesce(d.won_on, d.closed_on)} AS currency,
        {money:d.value|d.currency|coalesce(d.won_on, d.closed_on)} AS value
    FROM {deal} AS d NOT INDEXED
    LEFT JOIN catalogue AS k ON k.kind = 'lost_reason' AND k.key = d.lost_reason
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND d.status <> 'open'
        AND CASE WHEN :cohort THEN d.opened_on ELSE coalesce(d.won_on, d.closed_on) END >= :start
        AND CASE WHEN :cohort THEN d.opened_on ELSE coalesce(d.won_on, d.closed_on) END < :end
)
-- figures: sums by 3 keys, kept
SELECT slice, outcome, currency, count(*) AS deals, coalesce(sum(value), 0) AS value
FROM facts
GROUP BY {by}outcome, currency
