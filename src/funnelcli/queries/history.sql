-- The commands, the newest first, with how many rows each touched.
SELECT
    k.id,
    k.at,
    k.verb,
    k.args,
    k.kind,
    k.state,
    k.target,
    (SELECT count(*) FROM journal AS j WHERE j.command_id = k.id) + coalesce((
        SELECT sum(j.last_id - j.row_id) FROM journal AS j
        WHERE j.command_id = k.id AND j.last_id IS NOT NULL
    ), 0) AS changes
FROM command AS k
WHERE {where}
ORDER BY {order}
{limit}
