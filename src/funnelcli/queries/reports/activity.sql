-- Visits, calls and attempts by day. An attempt is one at which nobody was spoken to.
WITH facts AS (
    SELECT
        v.deal_id,
        {slice:v.happened_on} AS slice,
        v.happened_on,
        CASE
            WHEN NOT ({spoken}) THEN 'attempt'
            WHEN {call} THEN 'call'
            WHEN v.channel = 'email' THEN 'mail'
            ELSE 'visit'
        END AS what,
        v.late,
        coalesce(v.minutes, 0) AS minutes
    FROM {visits}
    LEFT JOIN deal AS d ON d.id = v.deal_id
    {slice_join}
    WHERE
        v.happened_on >= :start AND v.happened_on < :end AND v.happened_at <= :now
        AND (({where}) OR (v.deal_id IS NULL AND :filtered = 0))
)
-- figures
SELECT slice, happened_on, what, count(*) AS entries, sum(late) AS late, sum(minutes) AS minutes
FROM facts
GROUP BY {by}happened_on, what
