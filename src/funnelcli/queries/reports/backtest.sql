-- What was expected of each past month at its first instant, with the stages and probabilities of
-- that moment, and what became of those deals by its end. :months is a JSON array with [month,
-- first instant, first instant after it, first day after it] of each.
WITH months (month, start_at, end_at, end_on) AS MATERIALIZED (
    SELECT
        json_extract(j.value, '$[0]'), CAST(json_extract(j.value, '$[1]') AS INTEGER),
        CAST(json_extract(j.value, '$[2]') AS INTEGER), json_extract(j.value, '$[3]')
    FROM json_each(:months) AS j
),
valued AS (
    SELECT
        t.deal_id,
        {slice:t.expected_close} AS slice,
        m.month,
        t.status,
        coalesce(t.probability, s.probability) AS probability,
        {currency:t.currency|m.end_on} AS currency,
        {money:t.value|t.currency|m.end_on} AS value,
        (
            SELECT e.status FROM terms AS e
            WHERE
                e.deal_id = t.deal_id AND e.valid_from < m.end_at
                AND (e.valid_to IS NULL OR e.valid_to >= m.end_at)
        ) AS became
    FROM terms AS t
    CROSS JOIN months AS m
    CROSS JOIN deal AS d
    CROSS JOIN stay AS y
    CROSS JOIN stage AS s
    {slice_join}
    WHERE
        m.month = substr(t.expected_close, 1, 7)
        AND d.id = t.deal_id
        AND y.deal_id = t.deal_id
        AND y.entered_at < m.start_at AND (y.left_at IS NULL OR y.left_at >= m.start_at)
        AND s.id = y.stage_id
        AND {where} AND {part:t.deal_id}
        AND t.status = 'open'
        AND t.expected_close >= :first_on AND t.expected_close < :last_on
        AND t.valid_from < m.start_at AND (t.valid_to IS NULL OR t.valid_to >= m.start_at)
),
facts AS (
    SELECT v.*, (v.value * v.probability + 50) / 100 AS weighted
    FROM valued AS v
)
-- figures: sums by 4 keys
SELECT
    slice, month, became, currency,
    count(*) AS deals,
    coalesce(sum(value), 0) AS value,
    coalesce(sum(weighted), 0) AS weighted
FROM facts
GROUP BY {by}month, became, currency
