-- Won deals, each once, by the call that they are put down to: the last call from a list before the
-- win at which somebody was spoken to about the deal, where there was none the last other one.
WITH talk AS (
    SELECT
        d.id AS deal_id,
        v.call_list,
        v.happened_on,
        row_number() OVER (
            PARTITION BY d.id ORDER BY v.call_list IS NULL, v.happened_at DESC, v.id DESC
        ) AS place
    FROM {deal} AS d
    CROSS JOIN visit AS v ON {about_deal}
    WHERE
        d.status = 'won' AND d.won_on <= :today
        AND v.happened_on <= d.won_on AND v.happened_at <= :now AND {spoken} AND {call}
),
facts AS (
    SELECT
        d.id AS deal_id,
        {slice:t.happened_on} AS slice,
        t.call_list AS list
    FROM talk AS t
    CROSS JOIN {deal} AS d ON d.id = t.deal_id
    {slice_join}
    WHERE t.place = 1 AND {where} AND t.happened_on >= :start AND t.happened_on < :end
)
-- figures
SELECT slice, list, count(*) AS deals
FROM facts
GROUP BY {by}list
