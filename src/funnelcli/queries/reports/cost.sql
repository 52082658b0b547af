-- What effort cost, by the stage that the deal was in when it happened: time, kilometres and
-- expenses of each entry, each rounded half up once, in the currency of its rate. A NULL currency
-- is effort that no rate holds for.
WITH priced AS (
    SELECT
        e.deal_id,
        {slice:e.happened_on} AS slice,
        e.stage_id,
        e.minutes,
        e.kilometres,
        CASE WHEN e.minutes > 0 THEN {hour_currency:e.happened_on} END AS time_currency,
        CASE WHEN e.kilometres > 0 THEN {km_currency:e.happened_on} END AS km_currency,
        e.currency AS expenses_currency,
        (e.minutes * {hour:e.happened_on} + 30) / 60 AS time_cost,
        e.kilometres * {km:e.happened_on} AS km_cost,
        e.expenses,
        e.happened_on
    FROM effort_entry AS e
    LEFT JOIN {deal} AS d ON d.id = e.deal_id
    {slice_join}
    WHERE
        +e.happened_on >= :start AND +e.happened_on < :end AND +e.happened_at <= :now
        AND (({where}) OR (e.deal_id IS NULL AND :filtered = 0))
),
facts AS (
    SELECT
        p.deal_id, p.slice, p.stage_id, p.minutes, p.kilometres,
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
    slice, stage_id, time_currency, km_currency, expenses_currency,
    count(*) AS entries,
    sum(minutes) AS minutes,
    sum(kilometres) AS kilometres,
    coalesce(sum(time_cost), 0) AS time_cost,
    coalesce(sum(km_cost), 0) AS km_cost,
    coalesce(sum(expenses), 0) AS expenses
FROM facts
GROUP BY {by}stage_id, time_currency, km_currency, expenses_currency
