-- What has a day in [:first, :after): next steps, milestones, offers that run out, contracts that
-- end or can be cancelled for the last time, periods of withdrawal, customers to be in touch with.
-- What a snoozed deal has to do before it is back waits, and who is not to be contacted has no
-- steps here. CROSS JOIN keeps the few milestones, contracts and plans before the many deals and
-- contacts, and the plus what can be withdrawn from before all that was won.
-- A step is its owner's, a customer to be in touch with the contact's, all else the deal's; without
-- :owner all of it counts.
-- kind says whose id it is; what the other sources say is made of their keys.
SELECT
    a.*,
    a.kind = 'call'
    AND NOT EXISTS (SELECT 1 FROM contact_phone AS f WHERE f.contact_id = a.contact_id)
        AS phoneless
FROM (
    SELECT
        n.kind,
        n.id,
        n.public_id,
        n.due AS day,
        n.starts,
        n.minutes,
        n.what,
        n.deal_id,
        d.title AS deal,
        c.id AS contact_id,
        c.name AS contact
    FROM step AS n
    LEFT JOIN deal AS d ON d.id = n.deal_id
    LEFT JOIN contact AS c ON c.id = coalesce(n.contact_id, d.contact_id)
    WHERE n.status = 'open' AND n.due >= :first AND n.due < :after
        AND {step_awake} AND {reachable} AND (:owner IS NULL OR n.owner_id = :owner)
    UNION ALL
    SELECT
        'milestone', m.id, m.public_id, m.due, NULL, NULL, m.name, d.id, d.title, c.id, c.name
    FROM milestone AS m
    CROSS JOIN deal AS d ON d.id = m.deal_id
    LEFT JOIN contact AS c ON c.id = d.contact_id
    WHERE m.done_on IS NULL AND m.due >= :first AND m.due < :after AND d.status = 'won'
        AND (:owner IS NULL OR d.owner_id = :owner)
    UNION ALL
    SELECT
        'offer', o.id, o.public_id, o.valid_until, NULL, NULL, o.number, d.id, d.title, c.id, c.name
    FROM offer AS o
    JOIN deal AS d ON d.id = o.deal_id
    LEFT JOIN contact AS c ON c.id = d.contact_id
    WHERE o.status = 'sent' AND o.valid_until >= :first AND o.valid_until < :after
        AND d.status = 'open' AND {offer_awake} AND (:owner IS NULL OR d.owner_id = :owner)
    UNION ALL
    SELECT
        k.source, k.id, k.public_id, k.day, NULL, NULL, coalesce(k.number, ''), d.id, d.title, c.id,
        c.name
    FROM (
        SELECT 'cancel_by' AS source, id, public_id, cancel_by AS day, number, deal_id
        FROM contract WHERE cancel_by >= :first AND cancel_by < :after
        UNION ALL
        SELECT 'contract_end', id, public_id, ends_on, number, deal_id
        FROM contract WHERE ends_on >= :first AND ends_on < :after
    ) AS k
    CROSS JOIN deal AS d ON d.id = k.deal_id
    LEFT JOIN contact AS c ON c.id = d.contact_id
    WHERE d.status = 'won' AND (:owner IS NULL OR d.owner_id = :owner) AND NOT EXISTS (
        SELECT 1 FROM deal AS n
        WHERE n.previous_deal_id = d.id AND n.kind = 'renewal' AND n.status = 'won'
    )
    UNION ALL
    SELECT
        'withdrawal', d.id, d.public_id, d.revocable_until, NULL, NULL, '', d.id, d.title, c.id, c.name
    FROM deal AS d
    LEFT JOIN contact AS c ON c.id = d.contact_id
    WHERE d.withdrawal_from IS NOT NULL AND +d.status = 'won'
        AND d.revocable_until >= :first AND d.revocable_until < :after
        AND (:owner IS NULL OR d.owner_id = :owner)
        -- What is over is not late.
        AND (:first <> '0000-01-01' OR d.revocable_until >= :today)
    UNION ALL
    SELECT
        'care', k.id, k.public_id, k.day, NULL, NULL, '', NULL, NULL, k.id, k.name
    FROM (
        SELECT
            c.id,
            c.public_id,
            c.name,
            {next_talk} AS day
        FROM care_plan AS p
        CROSS JOIN contact AS c ON c.id = p.contact_id
        WHERE c.do_not_contact = 0 AND (:owner IS NULL OR c.owner_id = :owner)
    ) AS k
    WHERE k.day >= :first AND k.day < :after
) AS a
ORDER BY day, starts IS NULL, starts, kind, id
{limit}
