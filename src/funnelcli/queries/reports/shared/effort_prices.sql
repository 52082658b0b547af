-- What an entry of effort e costs by the rates of its day: the time rounded half up once, in the
-- currency of each rate. Costs and currencies are NULL where no rate holds.
CASE WHEN e.minutes > 0 THEN {hour_currency:e.happened_on} END AS time_currency,
CASE WHEN e.kilometres > 0 THEN {km_currency:e.happened_on} END AS km_currency,
e.currency AS expenses_currency,
(e.minutes * {hour:e.happened_on} + 30) / 60 AS time_cost,
e.kilometres * {km:e.happened_on} AS km_cost,
e.expenses,
e.happened_on
