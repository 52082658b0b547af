-- How long deals were in a part of the sales route before the sale, all their stays there added up,
-- in whole days of 24 hours; ``done`` is 0 where they are still in it. A stay in which the deal was
-- lost ended with the loss, though it may have gone on in the log. Deals whose opening is not known
-- are in neither. The stays are added up deal by deal, as an index has them, for both parts at once.
WITH parted AS (
    {shared:lost_and_on}
),
phases (phase) AS (VALUES ('lead'), ('opportunity')),
stays AS (
    SELECT
        y.deal_id,
        CASE
            WHEN y.stage_id IN (SELECT s.id FROM stage AS s WHERE s.phase = 'lead') THEN 1 ELSE 0
        END AS early,
        CASE WHEN y.left_at IS NOT NULL OR d.status = 'lost' THEN 1 ELSE 0 END AS done,
        coalesce(
            CASE WHEN d.id IN (SELECT p.deal_id FROM parted AS p) THEN (
                SELECT min(t.valid_from) FROM {terms} AS t
                WHERE
                    t.deal_id = d.id AND t.status = 'lost'
                    AND t.valid_from >= y.entered_at
                    AND (y.left_at IS NULL OR t.valid_from < y.left_at)
                    AND (t.valid_to IS NULL OR t.valid_to > y.entered_at)
            ) END,
            y.left_at,
            CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END
        ) - y.entered_at AS seconds
    FROM {cohort_stays_unsliced}
    WHERE
        {where} AND {part:y.deal_id} AND {opening_known:d.id}
        AND y.deal_id = d.id
        AND +y.stage_id IN (
            SELECT s.id FROM stage AS s
            WHERE
                s.process_id = :process_id
                AND s.kind <> 'outside' AND s.phase IN ('lead', 'opportunity')
        )
),
spent AS (
    SELECT
        deal_id,
        sum(CASE WHEN early = 1 THEN seconds END) AS early,
        min(CASE WHEN early = 1 THEN done END) AS early_done,
        sum(CASE WHEN early = 0 THEN seconds END) AS later,
        min(CASE WHEN early = 0 THEN done END) AS later_done
    FROM stays
    GROUP BY deal_id
),
facts AS (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        p.phase,
        CASE p.phase WHEN 'lead' THEN w.early ELSE w.later END / 86400 AS days,
        CASE p.phase WHEN 'lead' THEN w.early_done ELSE w.later_done END AS done
    FROM spent AS w
    CROSS JOIN phases AS p
    CROSS JOIN {deal} AS d
    {slice_join}
    WHERE
        d.id = w.deal_id
        AND CASE p.phase WHEN 'lead' THEN w.early_done ELSE w.later_done END IS NOT NULL
)
-- figures: sums by 4 keys
SELECT slice, phase, days, done, count(*) AS deals
FROM facts
GROUP BY {by}phase, days, done
