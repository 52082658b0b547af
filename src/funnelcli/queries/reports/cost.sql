-- What effort cost, by the stage that the deal was in when it happened; part is time, km or
-- expenses, quantity minutes, kilometres or 0. A NULL currency is effort that no rate holds for.
WITH facts AS (
    SELECT
        e.deal_id,
        {slice:e.happened_on} AS slice,
        e.stage_id,
        e.part,
        e.quantity,
        {currency:e.currency|e.happened_on} AS currency,
        {money:e.amount|e.currency|e.happened_on} AS amount
    FROM effort_part AS e
    LEFT JOIN {deal} AS d ON d.id = e.deal_id
    {slice_join}
    WHERE
        e.happened_on >= :start AND e.happened_on < :end AND e.happened_at <= :now
        AND (({where}) OR (e.deal_id IS NULL AND :filtered = 0))
)
-- figures
SELECT
    slice, stage_id, part, currency,
    count(*) AS entries,
    sum(quantity) AS quantity,
    coalesce(sum(amount), 0) AS amount
FROM facts
GROUP BY {by}stage_id, part, currency
