-- Processes with how many stages and deals each has.
SELECT
    p.id,
    p.key,
    p.name_en,
    p.name_de,
    p.description_en,
    p.description_de,
    p.builtin,
    p.withdrawal_days,
    p.withdrawal_begins,
    p.withdrawal_uninstructed_months,
    p.withdrawal_holidays,
    (SELECT count(*) FROM stage AS s WHERE s.process_id = p.id) AS stages,
    (SELECT count(*) FROM deal AS d WHERE d.process_id = p.id AND d.status = 'open') AS open_deals,
    (SELECT count(*) FROM deal AS d WHERE d.process_id = p.id) AS deals
FROM process AS p
WHERE {where}
ORDER BY {order}
{limit}
