-- How long deals were in a part of the sales route before the sale, all their stays there added up,
-- in whole days of 24 hours; ``done`` is 0 where they are still in it. A stay in which the deal was
-- lost ended with the loss, though it may have gone on in the log. Deals whose opening is not known
-- are in neither. The stays are added up deal by deal, as an index has them, for both parts at once;
-- of the few deals that were lost and went on each stay is looked at.
WITH parted AS (
    {shared:lost_and_on}
),
phases (phase) AS (VALUES ('lead'), ('opportunity')),
-- The seconds in each part; a stay that goes on, in which one, without its end, which the deal has.
added AS (
    SELECT
        y.deal_id,
        sum(
            CASE
                WHEN y.stage_id IN (SELECT s.id FROM stage AS s WHERE s.phase = 'lead')
                    THEN coalesce(y.left_at, 0) - y.entered_at
            END
        ) AS early,
        sum(
            CASE
                WHEN y.stage_id IN (SELECT s.id FROM stage AS s WHERE s.phase = 'opportunity')
                    THEN coalesce(y.left_at, 0) - y.entered_at
            END
        ) AS later,
        max(
            CASE
                WHEN y.left_at IS NULL
                    AND y.stage_id IN (SELECT s.id FROM stage AS s WHERE s.phase = 'lead')
                    THEN 1
                ELSE 0
            END
        ) AS in_early,
        max(CASE WHEN y.left_at IS NULL THEN 1 ELSE 0 END) AS goes_on
    FROM {stays_by_deal}
    WHERE
        {part:y.deal_id}
        AND +y.stage_id IN (
            SELECT s.id FROM stage AS s
            WHERE
                s.process_id = :process_id
                AND s.kind <> 'outside' AND s.phase IN ('lead', 'opportunity')
        )
    GROUP BY y.deal_id
),
ended AS (
    SELECT
        a.deal_id, a.early, a.later, a.in_early, a.goes_on,
        CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END AS end_at,
        CASE d.status WHEN 'lost' THEN 1 ELSE 0 END AS lost,
        {slice:d.opened_on} AS slice
    FROM added AS a
    CROSS JOIN {deal} AS d
    {slice_join}
    WHERE
        d.id = a.deal_id
        AND a.deal_id NOT IN (SELECT p.deal_id FROM parted AS p)
        AND {where} AND {opening_known:d.id}
),
stays AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        CASE
            WHEN y.stage_id IN (SELECT s.id FROM stage AS s WHERE s.phase = 'lead') THEN 1 ELSE 0
        END AS early,
        CASE WHEN y.left_at IS NOT NULL OR d.status = 'lost' THEN 1 ELSE 0 END AS done,
        coalesce(
            (
                SELECT min(t.valid_from) FROM {terms} AS t
                WHERE
                    t.deal_id = d.id AND t.status = 'lost'
                    AND t.valid_from >= y.entered_at
                    AND (y.left_at IS NULL OR t.valid_from < y.left_at)
                    AND (t.valid_to IS NULL OR t.valid_to > y.entered_at)
            ),
            y.left_at,
            CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END
        ) - y.entered_at AS seconds
    FROM parted AS p
    CROSS JOIN {deal} AS d ON d.id = p.deal_id
    {slice_join}
    CROSS JOIN {stay} AS y
    WHERE
        {where} AND {opening_known:d.id}
        AND y.deal_id = d.id
        AND +y.stage_id IN (
            SELECT s.id FROM stage AS s
            WHERE
                s.process_id = :process_id
                AND s.kind <> 'outside' AND s.phase IN ('lead', 'opportunity')
        )
),
facts AS (
    SELECT
        e.deal_id,
        e.slice,
        (e.early + CASE WHEN e.in_early = 1 THEN e.end_at ELSE 0 END) / 86400 AS early,
        CASE WHEN e.in_early = 1 AND e.lost = 0 THEN 0 ELSE 1 END AS early_done,
        (e.later + CASE WHEN e.goes_on = 1 AND e.in_early = 0 THEN e.end_at ELSE 0 END) / 86400
            AS later,
        CASE WHEN e.goes_on = 1 AND e.in_early = 0 AND e.lost = 0 THEN 0 ELSE 1 END AS later_done
    FROM ended AS e
    UNION ALL
    SELECT
        deal_id,
        slice,
        sum(CASE WHEN early = 1 THEN seconds END) / 86400 AS early,
        min(CASE WHEN early = 1 THEN done END) AS early_done,
        sum(CASE WHEN early = 0 THEN seconds END) / 86400 AS later,
        min(CASE WHEN early = 0 THEN done END) AS later_done
    FROM stays
    GROUP BY deal_id, slice
),
-- figures: sums by 4 keys, kept
counted AS (
    SELECT slice, early, early_done, later, later_done, count(*) AS deals
    FROM facts
    GROUP BY {by}early, early_done, later, later_done
),
each AS (
    SELECT
        c.slice,
        p.phase,
        CASE p.phase WHEN 'lead' THEN c.early ELSE c.later END AS days,
        CASE p.phase WHEN 'lead' THEN c.early_done ELSE c.later_done END AS done,
        c.deals
    FROM counted AS c
    CROSS JOIN phases AS p
)
SELECT slice, phase, days, done, sum(deals) AS deals
FROM each
WHERE days IS NOT NULL
GROUP BY {by}phase, days, done
