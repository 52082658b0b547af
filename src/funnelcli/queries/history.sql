-- The commands, the newest first, with how many changes of rows each made.
SELECT
    k.id,
    k.at,
    k.verb,
    k.args,
    k.kind,
    k.state,
    k.target,
    k.targets,
    k.who,
    t.verb AS target_verb,
    t.args AS target_args,
    (SELECT count(*) FROM journal AS j WHERE j.command_id = k.id) + coalesce((
        SELECT sum(j.last_id - j.row_id) FROM journal AS j
        WHERE j.command_id = k.id AND j.last_id IS NOT NULL
    ), 0) AS changes
FROM command AS k
LEFT JOIN command AS t ON t.id = k.target
WHERE {where}
ORDER BY {order}
{limit}
