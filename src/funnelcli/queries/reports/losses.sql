-- Lost deals by reason, the stage that they were lost at, competitor and product, on the day they
-- were lost. A deal that went on to a farewell was lost at its last stage inside the funnel.
WITH facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.closed_on} AS slice,
        d.lost_reason AS reason,
        CASE s.kind
            WHEN 'outside' THEN coalesce(
                (
                    SELECT y.stage_id FROM {stay} AS y JOIN stage AS i ON i.id = y.stage_id
                    WHERE
                        y.deal_id = d.id AND y.next_stage_id IS NULL AND i.kind <> 'outside'
                    LIMIT 1
                ),
                d.stage_id
            )
            ELSE d.stage_id
        END AS stage_id,
        d.competitor,
        d.product,
        {currency:d.currency|d.closed_on} AS currency,
        {money:d.value|d.currency|d.closed_on} AS value
    FROM {deal} AS d NOT INDEXED
    JOIN stage AS s ON s.id = d.stage_id
    {slice_join}
    WHERE
        {where} AND {part:d.id}
        AND +d.status = 'lost'
        AND d.closed_on >= :start AND d.closed_on < :end
)
-- figures: sums by 6 keys, kept
SELECT
    slice, reason, stage_id, competitor, product, currency,
    count(*) AS deals,
    coalesce(sum(value), 0) AS value
FROM facts
GROUP BY {by}reason, stage_id, competitor, product, currency
