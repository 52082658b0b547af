-- Who is to be spoken to how often. The last real contact is a visit or call at which somebody
-- was spoken to, with the contact or with a person of it; an attempt is none. The next one is due
-- so many days after it, or after the plan's first day until there was one. Their scores and
-- complaints count likewise. The id is the contact's, which every command takes.
SELECT
    k.contact_id AS id,
    k.contact_id,
    k.contact_public_id,
    k.contact,
    k.organisation,
    k.phone,
    k.consent,
    k.every_days,
    k.every_months,
    k.starts_on,
    k.last_on,
    {care_next} AS next_on,
    k.score_kind,
    k.score,
    k.complaints
FROM (
    SELECT
        p.id,
        p.contact_id,
        c.public_id AS contact_public_id,
        c.name AS contact,
        c.search,
        o.name AS organisation,
        (
            SELECT f.phone FROM contact_phone AS f
            WHERE f.contact_id = c.id ORDER BY f.position LIMIT 1
        ) AS phone,
        {consents} AS consent,
        p.every_days,
        p.every_months,
        p.starts_on,
        {last_talk} AS last_on,
        s.kind AS score_kind,
        s.score,
        (
            SELECT count(*) FROM {counted}
            CROSS JOIN complaint AS r ON r.contact_id = m.id
            WHERE r.resolved_on IS NULL
        ) AS complaints
    FROM care_plan AS p
    JOIN contact AS c ON c.id = p.contact_id
    LEFT JOIN contact AS o ON o.id = c.organisation_id
    LEFT JOIN satisfaction AS s ON s.id = (
        SELECT x.id FROM {counted}
        CROSS JOIN satisfaction AS x ON x.contact_id = m.id
        ORDER BY x.scored_on DESC, x.id DESC LIMIT 1
    )
    WHERE c.do_not_contact = 0
) AS k
WHERE {where}
ORDER BY {order}
{limit}
