-- What effort cost, by the stage that the deal was in when it happened: time, kilometres and
-- expenses of each entry, each rounded half up once, in the currency of its rate. A NULL currency
-- is effort that no rate holds for.
WITH priced AS (
    SELECT
        e.deal_id,
        {slice:e.happened_on} AS slice,
        {effort_stage} AS stage_id,
        e.minutes,
        e.kilometres,
        {shared:effort_prices}
    FROM effort_entry AS e
    LEFT JOIN deal AS d ON d.id = e.deal_id
    {slice_join}
    WHERE
        {part:coalesce(e.deal_id, 0)}
        AND +e.happened_on >= :start AND +e.happened_on < :end AND +e.happened_at <= :now
        AND (({where}) OR (e.deal_id IS NULL AND :filtered = 0))
),
facts AS (
    SELECT
        p.deal_id, p.slice, p.stage_id, p.minutes, p.kilometres,
        {shared:effort_exchanged}
    FROM priced AS p
)
-- figures: sums by 5 keys, kept up to now
SELECT
    slice, stage_id, time_currency, km_currency, expenses_currency,
    count(*) AS entries,
    sum(minutes) AS minutes,
    sum(kilometres) AS kilometres,
    {shared:effort_sums}
FROM facts
GROUP BY {by}stage_id, time_currency, km_currency, expenses_currency
