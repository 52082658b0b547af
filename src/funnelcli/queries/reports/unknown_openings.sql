-- The deals with stays that began in the period and cannot be told the length of, for their opening
-- is not known.
WITH facts AS (
    SELECT d.id AS deal_id
    FROM {deal} AS d
    WHERE
        {where} AND {part:d.id} AND NOT {opening_known:d.id}
        AND d.opened_at >= :start_at AND d.opened_at < :end_at
)
-- figures: sums by 0 keys
SELECT count(*) AS deals FROM facts
