-- Visits with their whole report.
SELECT
    v.id,
    v.public_id,
    v.happened_on,
    v.happened_at,
    v.starts,
    v.minutes,
    v.contact_id,
    c.name AS contact,
    v.deal_id,
    d.title AS deal,
    s.key AS stage,
    s.name_en AS stage_en,
    s.name_de AS stage_de,
    v.type,
    k.name_en AS type_en,
    k.name_de AS type_de,
    v.channel,
    v.outcome,
    v.call_outcome,
    v.call_list,
    v.met,
    v.occasion,
    v.goal,
    v.goal_reached,
    v.said,
    v.agreed,
    v.needs,
    v.products_shown,
    v.objections,
    v.competitor,
    v.budget,
    v.decider,
    v.potential,
    v.mood,
    v.result,
    v.referrals,
    v.documents,
    v.complaints,
    v.travel_minutes,
    v.kilometres,
    v.expenses,
    v.expenses_currency,
    v.late,
    v.recorded_at
FROM visit AS v
LEFT JOIN contact AS c ON c.id = v.contact_id
LEFT JOIN deal AS d ON d.id = v.deal_id
LEFT JOIN stage AS s ON s.id = v.stage_id
LEFT JOIN catalogue AS k ON k.kind = 'visit_type' AND k.key = v.type
WHERE {where}
ORDER BY {order}
{limit}
