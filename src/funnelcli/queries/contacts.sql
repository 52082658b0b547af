-- Contacts with what a list shows of them. The lifecycle is derived from their deals, and of an
-- organisation from those of its people too: customer while a win stands, former customer after the
-- last win was withdrawn, opportunity while a deal is open in a stage of the phase opportunity, else
-- prospect.
SELECT
    c.id,
    c.public_id,
    c.kind,
    c.name,
    c.salutation,
    c.academic_title,
    c.first_name AS set_first_name,
    c.last_name AS set_last_name,
    c.organisation_id,
    o.name AS organisation,
    c.role,
    c.job_title,
    c.birthday,
    c.industry,
    (
        SELECT group_concat(e.email, char(31))
        FROM (
            SELECT x.email FROM contact_email AS x
            WHERE x.contact_id = c.id ORDER BY x.position
        ) AS e
    ) AS emails,
    (
        SELECT group_concat(f.phone, char(31))
        FROM (
            SELECT x.phone FROM contact_phone AS x
            WHERE x.contact_id = c.id ORDER BY x.position
        ) AS f
    ) AS phones,
    c.website,
    c.language,
    c.street,
    c.postcode,
    c.town,
    c.region,
    c.country,
    c.source,
    c.referred_by_id,
    r.name AS referred_by,
    c.do_not_contact,
    CASE (
        SELECT
            max(
                CASE
                    WHEN d.status = 'won' THEN 3
                    WHEN d.won_at IS NOT NULL THEN 2
                    WHEN d.status = 'open' AND s.phase = 'opportunity' THEN 1
                END
            )
        FROM {counted}
        CROSS JOIN deal AS d ON d.contact_id = m.id
        CROSS JOIN stage AS s ON s.id = d.stage_id
    )
        WHEN 3 THEN 'customer'
        WHEN 2 THEN 'former_customer'
        WHEN 1 THEN 'opportunity'
        ELSE 'prospect'
    END AS lifecycle,
    (
        SELECT count(*) FROM {counted}
        CROSS JOIN deal AS d ON d.contact_id = m.id
        WHERE +d.status = 'open'
    ) AS open_deals,
    {last_spoken} AS last_contact_at,
    (
        SELECT group_concat(t.tag, char(31))
        FROM (
            SELECT x.tag FROM contact_tag AS x WHERE x.contact_id = c.id ORDER BY x.search
        ) AS t
    ) AS tags,
    c.notes,
    c.owner_id,
    w.key AS owner,
    c.external_origin,
    c.external_id,
    {consents} AS consent,
    c.created_at
FROM contact AS c
LEFT JOIN contact AS o ON o.id = c.organisation_id
LEFT JOIN contact AS r ON r.id = c.referred_by_id
LEFT JOIN member AS w ON w.id = c.owner_id
WHERE {where}
ORDER BY {order}
{limit}
