-- Closed deals by outcome, reason, currency and days from opening to close. A withdrawn win
-- counts among the wins (gross) with the day it was won, and is named.
SELECT
    d.status,
    d.lost_reason AS reason,
    {currency} AS currency,
    d.won_on IS NOT NULL AS was_won,
    CASE WHEN d.id NOT IN (
        {unknown_openings}
    ) THEN CAST(
        julianday(coalesce(d.won_on, d.closed_on)) - julianday(d.opened_on) AS INTEGER
    ) END AS days,
    count(*) AS deals,
    coalesce(sum({value}), 0) AS value
FROM deal AS d
WHERE d.process_id = :process_id AND d.status <> 'open' AND ({where})
GROUP BY 1, 2, 3, 4, 5
