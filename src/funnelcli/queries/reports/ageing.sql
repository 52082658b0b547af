-- Open deals: days in the stage, days since somebody was spoken to or wrote (NULL for never), and
-- how the next step stands. The facts are worked out once: what is grouped by is asked twice else.
WITH facts AS MATERIALIZED (
    SELECT
        d.id AS deal_id,
        {slice:d.opened_on} AS slice,
        d.stage_id,
        (:now - d.stage_since) / 86400 AS days,
        (
            :now - (
                SELECT max(t.at) FROM (
                    SELECT max(v.happened_at) AS at FROM visit AS v
                    WHERE
                        {spoken} AND v.happened_at <= :now
                        AND {about_deal}
                    UNION ALL
                    SELECT max(w.happened_at) FROM message AS w
                    WHERE
                        w.direction = 'in' AND w.happened_at <= :now
                        AND {mail_about_deal}
                ) AS t
            )
        ) / 86400 AS contact_days,
        CAST(julianday((
            SELECT min(n.due) FROM step AS n
            WHERE
                {for_deal} AND n.created_at <= :now
                AND (n.ended_at IS NULL OR n.ended_at > :now)
        )) - julianday(:today) AS INTEGER) AS step_days,
        EXISTS (
            SELECT 1 FROM step AS n
            WHERE
                {for_deal} AND n.created_at <= :now
                AND (n.ended_at IS NULL OR n.ended_at > :now)
        ) AS has_step
    FROM {deal} AS d
    {slice_join}
    WHERE {where} AND {part:d.id} AND d.status = 'open'
)
-- figures: sums by 6 keys
SELECT slice, stage_id, days, contact_days, step_days, has_step, count(*) AS deals
FROM facts
GROUP BY {by}stage_id, days, contact_days, step_days, has_step
