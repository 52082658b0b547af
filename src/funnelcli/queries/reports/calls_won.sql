-- Won deals, each once, by the call that they are put down to: the last call from a list before the
-- win at which somebody was spoken to about the deal, where there was none the last other one.
WITH called AS MATERIALIZED (
    SELECT v.id, v.deal_id, v.contact_id
    FROM visit AS v
    WHERE {spoken} AND {call} AND v.happened_at <= :now
),
-- The deals that a call is about: its own; where it names none those of its contact, and of the
-- organisation of that person.
about AS (
    SELECT a.id, a.deal_id FROM called AS a WHERE a.deal_id IS NOT NULL
    UNION ALL
    SELECT a.id, k.id FROM called AS a CROSS JOIN deal AS k ON k.contact_id = a.contact_id
    WHERE a.deal_id IS NULL
    UNION ALL
    SELECT a.id, k.id
    FROM called AS a
    CROSS JOIN contact AS q ON q.id = a.contact_id AND q.kind = 'person'
    CROSS JOIN deal AS k ON k.contact_id = q.organisation_id
    WHERE a.deal_id IS NULL
),
talk AS (
    SELECT
        d.id AS deal_id,
        v.call_list,
        v.happened_on,
        row_number() OVER (
            PARTITION BY d.id ORDER BY v.call_list IS NULL, v.happened_at DESC, v.id DESC
        ) AS place
    FROM about AS b
    CROSS JOIN visit AS v ON v.id = b.id
    CROSS JOIN {deal} AS d ON d.id = b.deal_id
    WHERE
        {part:b.deal_id}
        AND d.status = 'won' AND d.won_on <= :today AND v.happened_on <= d.won_on
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
-- figures: sums by 2 keys
SELECT slice, list, count(*) AS deals
FROM facts
GROUP BY {by}list
