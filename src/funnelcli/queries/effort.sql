-- Effort with the rates of its day: of visits and calls, and entered directly.
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
    CASE e.origin
        WHEN 'effort' THEN (SELECT x.kind FROM effort AS x WHERE x.id = e.origin_id)
    END AS kind,
    e.minutes,
    e.kilometres,
    e.expenses,
    e.currency AS expenses_currency,
    p.hour,
    p.hour_currency,
    p.km,
    p.km_currency,
    CASE e.origin
        WHEN 'effort' THEN (SELECT x.note FROM effort AS x WHERE x.id = e.origin_id)
        ELSE (SELECT v.said FROM visit AS v WHERE v.id = e.origin_id)
    END AS note
FROM effort_entry AS e
JOIN rate_period AS p ON e.happened_on >= p.starts_on AND e.happened_on < p.ends_on
LEFT JOIN deal AS d ON d.id = e.deal_id
LEFT JOIN contact AS c ON c.id = coalesce(e.contact_id, d.contact_id)
LEFT JOIN stage AS s ON s.id = {effort_stage}
WHERE {where}
ORDER BY {order}
{limit}
