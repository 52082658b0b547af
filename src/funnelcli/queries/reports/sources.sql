-- The deals that were opened in the period, by source, and how they stand now.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        d.source,
        {shared:outcome} AS outcome,
        {currency:d.currency|coalesce(d.won_on, d.closed_on, :today)} AS currency,
        {money:d.value|d.currency|coalesce(d.won_on, d.closed_on, :today)} AS value
    FROM {deal} AS d NOT INDEXED
    LEFT JOIN catalogue AS k ON k.kind = 'lost_reason' AND k.key = d.lost_reason
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND d.opened_on >= :start AND d.opened_on < :end
)
-- figures: sums by 4 keys, kept
SELECT slice, source, outcome, currency, count(*) AS deals, coalesce(sum(value), 0) AS value
FROM facts
GROUP BY {by}source, outcome, currency
