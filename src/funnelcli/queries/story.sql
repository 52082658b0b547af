-- Everything that happened to a deal, in the order of time: stays, changed terms, visits, steps,
-- notes, and the work of its stages.
SELECT h.at, h.what, h.stage_en, h.stage_de, h.detail, h.extra, h.amount, h.currency, h.provenance,
    h.recorded_at
FROM (
    SELECT
        y.entered_at AS at,
        y.how AS what,
        s.name_en AS stage_en,
        s.name_de AS stage_de,
        y.reason AS detail,
        CAST(NULL AS TEXT) AS extra,
        CAST(NULL AS INTEGER) AS amount,
        CAST(NULL AS TEXT) AS currency,
        y.provenance,
        y.recorded_at,
        -- A reopening stands where its terms do, behind the close that it takes back.
        CASE WHEN y.how = 'reopened' THEN 2 ELSE 1 END AS rank,
        CASE
            WHEN y.how = 'reopened' THEN coalesce(
                (
                    SELECT max(r.id) FROM terms AS r
                    WHERE r.deal_id = y.deal_id AND r.valid_from = y.entered_at
                        AND r.status = 'open'
                ),
                y.id
            )
            ELSE y.id
        END AS id
    FROM stay AS y JOIN stage AS s ON s.id = y.stage_id
    WHERE y.deal_id = :deal_id
    UNION ALL
    SELECT
        t.valid_from,
        CASE
            WHEN t.status <> b.status THEN t.status
            WHEN t.value IS NOT b.value OR t.currency <> b.currency THEN 'value'
            WHEN t.expected_close IS NOT b.expected_close THEN 'expected_close'
            ELSE 'probability'
        END,
        NULL,
        NULL,
        CASE WHEN t.status <> b.status THEN t.reason ELSE t.expected_close END,
        CASE WHEN t.status <> b.status THEN t.note ELSE CAST(t.probability AS TEXT) END,
        t.value,
        t.currency,
        t.provenance,
        t.recorded_at,
        2,
        t.id
    FROM terms AS t
    JOIN terms AS b ON b.deal_id = t.deal_id AND b.valid_to = t.valid_from AND b.id < t.id
        AND NOT EXISTS (
            SELECT 1 FROM terms AS m WHERE m.deal_id = t.deal_id AND m.id > b.id AND m.id < t.id
        )
    WHERE t.deal_id = :deal_id AND NOT (t.status = 'open' AND b.status <> 'open')
    UNION ALL
    SELECT
        v.happened_at,
        'visit',
        NULL,
        NULL,
        v.outcome || ':' || v.channel || ':' || v.late || ':' || coalesce(v.call_outcome, ''),
        coalesce(v.said, v.goal, v.occasion),
        NULL,
        NULL,
        'live',
        v.recorded_at,
        3,
        v.id
    FROM visit AS v
    WHERE v.deal_id = :deal_id
    UNION ALL
    SELECT
        coalesce(n.ended_at, n.created_at),
        'step_' || n.status,
        NULL,
        NULL,
        n.what,
        CASE n.status WHEN 'open' THEN n.due || coalesce(' ' || n.starts, '') ELSE n.outcome END,
        NULL,
        NULL,
        'live',
        n.recorded_at,
        4,
        n.id
    FROM step AS n
    WHERE n.deal_id = :deal_id
    UNION ALL
    SELECT
        e.at,
        'offer_' || e.what,
        NULL,
        NULL,
        o.number || CASE o.version WHEN 1 THEN '' ELSE '/' || o.version END,
        CASE e.what WHEN 'sent' THEN o.valid_until ELSE o.note END,
        o.net,
        o.currency,
        'live',
        o.recorded_at,
        0,
        o.id
    FROM offer AS o
    JOIN (
        SELECT id, 'sent' AS what, sent_at AS at FROM offer WHERE deal_id = :deal_id
        UNION ALL
        SELECT id, CASE status WHEN 'accepted' THEN 'accepted' ELSE 'declined' END, decided_at
        FROM offer WHERE deal_id = :deal_id AND sent_at IS NOT NULL
    ) AS e ON e.id = o.id AND e.at IS NOT NULL
    UNION ALL
    SELECT
        e.at,
        'objection_' || e.what,
        k.name_en,
        k.name_de,
        CASE o.genuine WHEN 1 THEN 'genuine' END,
        CASE e.what WHEN 'raised' THEN o.wording ELSE o.answer END,
        NULL,
        NULL,
        'live',
        o.recorded_at,
        6,
        o.id
    FROM objection AS o
    JOIN (
        SELECT id, 'raised' AS what, raised_at AS at FROM objection WHERE deal_id = :deal_id
        UNION ALL
        SELECT id, 'resolved', resolved_at FROM objection WHERE deal_id = :deal_id
    ) AS e ON e.id = o.id AND e.at IS NOT NULL
    JOIN catalogue AS k ON k.kind = 'objection' AND k.key = o.kind
    UNION ALL
    SELECT
        v.decided_at, 'verdict', NULL, NULL, v.verdict, v.reason, NULL, NULL, 'live',
        v.recorded_at, 7, v.id
    FROM verdict AS v
    WHERE v.deal_id = :deal_id
    UNION ALL
    SELECT
        m.done_at, 'milestone', NULL, NULL, m.name, m.note, NULL, NULL, 'live',
        m.recorded_at, 8, m.id
    FROM milestone AS m
    WHERE m.deal_id = :deal_id AND m.done_at IS NOT NULL
    UNION ALL
    SELECT
        f.said_at, 'farewell', NULL, NULL, f.personal_contact, cast(f.card_left AS text), NULL,
        NULL, 'live', f.recorded_at, 9, f.id
    FROM farewell AS f
    WHERE f.deal_id = :deal_id
    UNION ALL
    SELECT
        x.happened_at, 'note', NULL, NULL, x.text, NULL, NULL, NULL, 'live', x.recorded_at, 10, x.id
    FROM note AS x
    WHERE x.deal_id = :deal_id
    UNION ALL
    SELECT
        g.happened_at, 'mail_' || g.direction, NULL, NULL, g.subject, c.name, NULL, NULL, 'live',
        g.recorded_at, 11, g.id
    FROM message AS g JOIN contact AS c ON c.id = g.contact_id
    WHERE g.deal_id = :deal_id
) AS h
ORDER BY
    h.at, h.rank, h.id,
    -- What begins and ends at once has begun first.
    h.what IN ('offer_accepted', 'offer_declined', 'objection_resolved')
