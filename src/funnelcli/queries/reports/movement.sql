-- Every change of a deal's terms in the period, with the terms before it: what it did to the open
-- value, or to the open value that is due in the window [:due_start, :due_end).
WITH changes AS (
    SELECT
        t.deal_id,
        {slice:d.opened_on} AS slice,
        b.status AS status0,
        t.status AS status1,
        CASE
            WHEN b.status = 'open' AND (
                :any_due = 1 OR (b.expected_close >= :due_start AND b.expected_close < :due_end)
            ) THEN 1 ELSE 0
        END AS in0,
        CASE
            WHEN t.status = 'open' AND (
                :any_due = 1 OR (t.expected_close >= :due_start AND t.expected_close < :due_end)
            ) THEN 1 ELSE 0
        END AS in1,
        {currency:b.currency|:rate_day} AS currency0,
        {currency:t.currency|:rate_day} AS currency1,
        coalesce({money:b.value|b.currency|:rate_day}, 0) AS value0,
        coalesce({money:t.value|t.currency|:rate_day}, 0) AS value1
    FROM {terms} AS t
    LEFT JOIN {terms} AS b ON b.id = (
        SELECT max(q.id) FROM terms AS q WHERE q.deal_id = t.deal_id AND q.id < t.id
    )
    JOIN deal AS d ON d.id = t.deal_id
    {slice_join}
    WHERE {where} AND {part:t.deal_id} AND t.valid_from >= :start_at AND t.valid_from < :end_at
),
facts AS (
    SELECT
        c.*,
        CASE
            WHEN c.in1 = 1 AND c.status0 IS NULL THEN 'created'
            WHEN c.in1 = 1 AND c.status0 <> 'open' THEN 'reopened'
            WHEN c.in1 = 1 AND c.in0 = 0 THEN 'pulled_in'
            WHEN c.in1 = 1 AND c.currency0 <> c.currency1 THEN 'recoined'
            WHEN c.in1 = 1 AND c.value1 > c.value0 THEN 'raised'
            WHEN c.in1 = 1 AND c.value1 < c.value0 THEN 'lowered'
            WHEN c.in1 = 1 THEN 'same'
            WHEN c.in0 = 0 THEN 'same'
            WHEN c.status1 = 'open' THEN 'pushed_out'
            ELSE c.status1
        END AS change,
        -- A win or a loss that came with another value: that much was raised or lowered first.
        CASE
            WHEN c.in0 = 1 AND c.status1 <> 'open' AND c.currency0 = c.currency1
                THEN c.value1 - c.value0
            ELSE 0
        END AS with_close,
        -- Where no rate makes one currency of the two, a value leaves the one and enters the other.
        c.in0 = 1 AND (c.in1 = 1 OR c.status1 <> 'open') AND c.currency0 <> c.currency1 AS recoined
    FROM changes AS c
)
-- figures: sums by 5 keys, kept
SELECT
    slice, change,
    coalesce(currency0, currency1) AS currency0, currency1,
    CASE WHEN with_close > 0 THEN 1 WHEN with_close < 0 THEN -1 ELSE 0 END AS side,
    count(*) AS changes,
    count(DISTINCT deal_id) AS deals,
    coalesce(sum(value0), 0) AS value0,
    coalesce(sum(value1), 0) AS value1,
    sum(with_close) AS with_close
FROM facts
WHERE change <> 'same'
GROUP BY {by}change, coalesce(currency0, currency1), currency1, 5
