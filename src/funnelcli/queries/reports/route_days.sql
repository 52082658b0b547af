-- How long deals were in a part of the sales route before the sale, all their stays there added up,
-- in whole days of 24 hours; ``done`` is 0 where they are still in it. A stay in which the deal was
-- lost ended with the loss. Deals whose opening is not known are in neither.
WITH stays AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        s.phase,
        y.left_at IS NOT NULL OR d.status = 'lost' AS done,
        y.entered_at,
        coalesce(
            (
                SELECT min(t.valid_from) FROM {terms} AS t
                WHERE
                    t.deal_id = d.id AND t.status = 'lost'
                    AND t.valid_from >= y.entered_at
                    AND (y.left_at IS NULL OR t.valid_from < y.left_at)
                    AND (t.valid_to IS NULL OR t.valid_to > y.entered_at)
            ),
            y.left_at,
            :now
        ) AS until
    FROM {deal} AS d NOT INDEXED
    JOIN {stay} AS y ON y.deal_id = d.id
    JOIN stage AS s ON s.id = y.stage_id
    {slice_join}
    WHERE
        {where} AND {part:d.id} AND {opening_known:d.id}
        AND s.kind <> 'outside' AND s.phase IN ('lead', 'opportunity')
),
facts AS (
    SELECT deal_id, slice, phase, sum(until - entered_at) / 86400 AS days, min(done) AS done
    FROM stays
    GROUP BY deal_id, slice, phase
)
-- figures: sums by 4 keys
SELECT slice, phase, days, done, count(*) AS deals
FROM facts
GROUP BY {by}phase, days, done
