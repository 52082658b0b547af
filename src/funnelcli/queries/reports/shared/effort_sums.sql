-- The sums of what effort cost.
coalesce(sum(time_cost), 0) AS time_cost,
coalesce(sum(km_cost), 0) AS km_cost,
coalesce(sum(expenses), 0) AS expenses
