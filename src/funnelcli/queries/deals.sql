-- Deals with what a list shows of them. next_due is the nearest open step; last_contact_at the
-- last visit at which somebody was spoken to, with the deal or with its contact.
SELECT
    d.id,
    d.public_id,
    d.title,
    d.contact_id,
    c.name AS contact,
    c.public_id AS contact_public_id,
    c.kind AS contact_kind,
    o.name AS organisation,
    p.key AS process,
    s.key AS stage,
    s.name_en AS stage_en,
    s.name_de AS stage_de,
    s.phase,
    d.status,
    d.value,
    d.currency,
    CASE d.status
        WHEN 'won' THEN 100
        WHEN 'lost' THEN 0
        ELSE coalesce(d.probability, s.probability)
    END AS probability,
    CASE d.status
        WHEN 'won' THEN d.value
        WHEN 'lost' THEN 0
        ELSE (d.value * coalesce(d.probability, s.probability) + 50) / 100
    END AS weighted,
    d.expected_close,
    next.due AS next_due,
    next.what AS next_step,
    {last_contact} AS last_contact_at,
    d.stage_since AS stage_since_at,
    -- A CASE asks no further once it is decided, where AND asks for all that it joins.
    CASE WHEN {rotten} THEN 1 ELSE 0 END AS rotten,
    CASE WHEN {no_step} THEN 1 ELSE 0 END AS stepless,
    d.source,
    d.kind,
    d.product,
    d.previous_deal_id,
    d.snoozed_until,
    d.opened_at,
    d.opened_on,
    d.won_on,
    d.revocable_until,
    d.withdrawal_from,
    d.received_on,
    d.withdrawal_sent_on,
    d.closed_at,
    d.closed_on,
    d.lost_reason,
    d.lost_note,
    d.competitor,
    (
        SELECT group_concat(t.tag, char(31))
        FROM (
            SELECT x.tag FROM deal_tag AS x WHERE x.deal_id = d.id ORDER BY x.search
        ) AS t
    ) AS tags,
    d.notes,
    d.owner_id,
    w.key AS owner,
    d.external_origin,
    d.external_id
FROM deal AS d
LEFT JOIN process AS p ON p.id = d.process_id
LEFT JOIN stage AS s ON s.id = d.stage_id
LEFT JOIN contact AS c ON c.id = d.contact_id
LEFT JOIN contact AS o ON o.id = c.organisation_id
LEFT JOIN member AS w ON w.id = d.owner_id
LEFT JOIN step AS next ON next.id = (
    SELECT n.id FROM step AS n
    WHERE {open_for_deal}
    ORDER BY n.due IS NULL, n.due, n.id LIMIT 1
)
WHERE {where}
ORDER BY {order}
{limit}
