-- What all effort on the deals that were opened in the period cost, by the stage at which it
-- happened.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        e.stage_id,
        {currency:e.currency|e.happened_on} AS currency,
        {money:e.amount|e.currency|e.happened_on} AS amount
    FROM effort_part AS e
    JOIN {deal} AS d ON d.id = e.deal_id
    {slice_join}
    WHERE
        {where} AND d.opened_on >= :start AND d.opened_on < :end AND e.happened_at <= :now
)
-- figures
SELECT slice, stage_id, currency, coalesce(sum(amount), 0) AS amount
FROM facts
WHERE currency IS NOT NULL
GROUP BY {by}stage_id, currency
