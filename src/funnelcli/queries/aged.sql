-- Closed deals by how they ended and by the days from opening to close, NULL where it is not known
-- when they were opened. A withdrawn win counts by the day it was won.
SELECT
    d.process_id,
    d.won_on IS NOT NULL AS was_won,
    d.lost_reason AS reason,
    CASE WHEN NOT EXISTS (
        {unknown_openings}
            AND o.deal_id = d.id
    ) THEN CAST(
        julianday(coalesce(d.won_on, d.closed_on)) - julianday(d.opened_on) AS INTEGER
    ) END AS days,
    count(*) AS deals
FROM {deal} AS d NOT INDEXED
WHERE d.status <> 'open' AND ({where})
GROUP BY d.process_id, was_won, reason, days
