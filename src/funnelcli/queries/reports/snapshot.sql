-- Every deal by the stage that it stands in, at the moment asked about. Closed deals count in the
-- currency rates of the day they were closed on.
WITH valued AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        d.stage_id,
        d.status,
        coalesce(d.probability, s.probability) AS probability,
        {currency:d.currency|coalesce(d.closed_on, :today)} AS currency,
        {money:d.value|d.currency|coalesce(d.closed_on, :today)} AS value
    FROM {deal} AS d NOT INDEXED
    JOIN stage AS s ON s.id = d.stage_id
    {slice_join}
    WHERE {where} AND {part:d.id}
),
facts AS (
    SELECT
        v.*,
        CASE v.status
            WHEN 'won' THEN v.value
            WHEN 'open' THEN (v.value * v.probability + 50) / 100
        END AS weighted
    FROM valued AS v
)
-- figures: sums by 4 keys, kept
SELECT
    slice, stage_id, status, currency,
    count(*) AS deals,
    coalesce(sum(value), 0) AS value,
    coalesce(sum(weighted), 0) AS weighted
FROM facts
GROUP BY {by}stage_id, status, currency
