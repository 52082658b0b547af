-- What the effort of the period on new business cost, before the sale.
WITH priced AS (
    SELECT
        d.id AS deal_id,
        {slice:e.happened_on} AS slice,
        d.kind,
        CASE WHEN e.minutes > 0 THEN {hour_currency:e.happened_on} END AS time_currency,
        CASE WHEN e.kilometres > 0 THEN {km_currency:e.happened_on} END AS km_currency,
        e.currency AS expenses_currency,
        (e.minutes * {hour:e.happened_on} + 30) / 60 AS time_cost,
        e.kilometres * {km:e.happened_on} AS km_cost,
        e.expenses,
        e.happened_on
    FROM effort_entry AS e
    JOIN {deal} AS d ON d.id = e.deal_id
    LEFT JOIN stage AS s ON s.id = e.stage_id
    {slice_join}
    WHERE
        {where}
        AND d.kind = 'new'
        AND coalesce(s.kind, 'open') <> 'post'
        AND +e.happened_on >= :start AND +e.happened_on < :end AND +e.happened_at <= :now
),
facts AS (
    SELECT
        p.deal_id, p.slice, p.kind,
        {currency:p.time_currency|p.happened_on} AS time_currency,
        {currency:p.km_currency|p.happened_on} AS km_currency,
        {currency:p.expenses_currency|p.happened_on} AS expenses_currency,
        {money:p.time_cost|p.time_currency|p.happened_on} AS time_cost,
        {money:p.km_cost|p.km_currency|p.happened_on} AS km_cost,
        {money:p.expenses|p.expenses_currency|p.happened_on} AS expenses
    FROM priced AS p
)
-- figures
SELECT
    slice, kind, time_currency, km_currency, expenses_currency,
    coalesce(sum(time_cost), 0) AS time_cost,
    coalesce(sum(km_cost), 0) AS km_cost,
    coalesce(sum(expenses), 0) AS expenses
FROM facts
GROUP BY {by}kind, time_currency, km_currency, expenses_currency
