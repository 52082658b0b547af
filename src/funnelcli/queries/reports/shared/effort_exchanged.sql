-- What priced effort p (effort_prices) costs in the base currency, where a rate is stored for its
-- day.
{currency:p.time_currency|p.happened_on} AS time_currency,
{currency:p.km_currency|p.happened_on} AS km_currency,
{currency:p.expenses_currency|p.happened_on} AS expenses_currency,
{money:p.time_cost|p.time_currency|p.happened_on} AS time_cost,
{money:p.km_cost|p.km_currency|p.happened_on} AS km_cost,
{money:p.expenses|p.expenses_currency|p.happened_on} AS expenses
