-- Effort with what it cost: of visits and calls, and entered directly. costs are the amounts by
-- currency, joined; an entry without a rate for its day has none for it, and is unrated.
SELECT
    CASE e.origin WHEN 'effort' THEN e.origin_id END AS id,
    e.origin,
    e.origin_id,
    e.happened_on,
    e.happened_at,
    e.deal_id,
    d.title AS deal,
    coalesce(e.contact_id, d.contact_id) AS contact_id,
    c.name AS contact,
    s.key AS stage,
    s.name_en AS stage_en,
    s.name_de AS stage_de,
    e.minutes,
    e.kilometres,
    e.expenses,
    e.currency AS expenses_currency,
    (
        SELECT group_concat(k.currency || ' ' || k.cost, char(31))
        FROM effort_cost AS k WHERE k.origin = e.origin AND k.origin_id = e.origin_id
    ) AS costs,
    (e.minutes > 0 AND NOT EXISTS (
        SELECT 1 FROM rate AS r WHERE r.kind = 'hour' AND r.valid_from <= e.happened_on
    )) OR (e.kilometres > 0 AND NOT EXISTS (
        SELECT 1 FROM rate AS r WHERE r.kind = 'km' AND r.valid_from <= e.happened_on
    )) AS unrated,
    CASE e.origin
        WHEN 'effort' THEN (SELECT x.note FROM effort AS x WHERE x.id = e.origin_id)
        ELSE (SELECT v.said FROM visit AS v WHERE v.id = e.origin_id)
    END AS note
FROM effort_entry AS e
LEFT JOIN deal AS d ON d.id = e.deal_id
LEFT JOIN contact AS c ON c.id = coalesce(e.contact_id, d.contact_id)
LEFT JOIN stage AS s ON s.id = e.stage_id
WHERE {where}
ORDER BY {order}
{limit}
