-- Days from opening to close, as differences of plain dates: a win ends on the day it was won.
-- Where the opening is not known, the days are not either.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:coalesce(d.won_on, d.closed_on)} AS slice,
        CASE WHEN d.won_on IS NOT NULL THEN 'won' ELSE 'lost' END AS outcome,
        CAST(julianday(coalesce(d.won_on, d.closed_on)) - julianday(d.opened_on) AS INTEGER)
            AS days,
        {opening_known:d.id} AS known
    FROM {deal} AS d NOT INDEXED
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND d.status <> 'open'
        AND coalesce(d.won_on, d.closed_on) >= :start
        AND coalesce(d.won_on, d.closed_on) < :end
        AND coalesce(d.lost_reason, '') NOT IN ({shared:duplicates})
)
-- figures: sums by 4 keys, kept
SELECT slice, outcome, days, known, count(*) AS deals
FROM facts
GROUP BY {by}outcome, days, known
