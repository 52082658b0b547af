-- Calls by the list that they were made from: at which somebody was spoken to, what was agreed, and
-- how long they took (as effort has it), where that is on record.
WITH facts AS (
    SELECT
        v.deal_id,
        {slice:v.happened_on} AS slice,
        v.call_list AS list,
        coalesce(v.contact_id, d.contact_id) AS contact_id,
        CASE WHEN {spoken} THEN 1 ELSE 0 END AS reached,
        CASE WHEN v.call_outcome = 'callback' THEN 1 ELSE 0 END AS callback,
        coalesce(m.visits, 0) AS appointments,
        CASE WHEN v.minutes > 0 THEN 1 ELSE 0 END AS timed,
        CASE WHEN v.minutes > 0
            THEN v.minutes + coalesce(v.travel_minutes, 0) ELSE 0 END AS minutes
    FROM {visits}
    LEFT JOIN deal AS d ON d.id = v.deal_id
    LEFT JOIN (
        SELECT n.visit_id, count(*) AS visits
        FROM step AS n
        WHERE n.kind = 'visit' AND n.visit_id IS NOT NULL
        GROUP BY n.visit_id
    ) AS m ON m.visit_id = v.id
    {slice_join}
    WHERE
        {call}
        AND v.happened_on >= :start AND v.happened_on < :end AND v.happened_at <= :now
        AND (({where}) OR (v.deal_id IS NULL AND :filtered = 0))
)
-- figures
SELECT
    slice, list,
    count(*) AS calls,
    count(DISTINCT contact_id) AS people,
    sum(reached) AS reached,
    sum(callback) AS callbacks,
    sum(appointments) AS appointments,
    sum(minutes) AS minutes,
    sum(timed) AS timed,
    sum(timed * reached) AS timed_reached,
    sum(timed * appointments) AS timed_appointments
FROM facts
GROUP BY {by}list
