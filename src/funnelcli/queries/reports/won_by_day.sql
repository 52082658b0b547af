-- Won deals by the day they were won on.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.won_on} AS slice,
        d.won_on
    FROM {deal} AS d NOT INDEXED
    {slice_join}
    WHERE
        {where} AND {part:d.id} AND +d.status = 'won'
        AND d.won_on >= :start AND d.won_on < :end AND d.won_on <= :today
)
-- figures: sums by 2 keys, kept up to now
SELECT slice, won_on, count(*) AS deals
FROM facts
GROUP BY {by}won_on
