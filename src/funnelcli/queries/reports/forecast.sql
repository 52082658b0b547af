-- Open deals by the month that they are expected to close in; overdue and undated ones apart.
-- probability is the deal's own where the user set one (own = 1), else its stage's.
WITH valued AS (
    SELECT
        d.id AS deal_id,
        {slice:d.expected_close} AS slice,
        CASE
            WHEN d.expected_close IS NULL THEN 'undated'
            WHEN d.expected_close < :today THEN 'overdue'
            ELSE substr(d.expected_close, 1, 7)
        END AS month,
        d.stage_id,
        CASE WHEN d.probability IS NULL THEN 0 ELSE 1 END AS own,
        coalesce(d.probability, s.probability) AS probability,
        {currency:d.currency|:today} AS currency,
        {money:d.value|d.currency|:today} AS value
    FROM {deal} AS d
    JOIN stage AS s ON s.id = d.stage_id
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND d.status = 'open'
        AND (:all_time = 1 OR (d.expected_close >= :start AND d.expected_close < :end))
),
facts AS (
    SELECT v.*, (v.value * v.probability + 50) / 100 AS weighted
    FROM valued AS v
)
-- figures: sums by 5 keys
SELECT
    slice, month, stage_id, own, currency,
    count(*) AS deals,
    coalesce(sum(value), 0) AS value,
    coalesce(sum(weighted), 0) AS weighted
FROM facts
GROUP BY {by}month, stage_id, own, currency
