-- The stage log: each stay of a deal in a stage, from when to when.
SELECT
    y.id,
    y.deal_id,
    d.title AS deal,
    p.key AS process,
    s.key AS stage,
    s.position,
    iso(y.entered_at) AS entered_at,
    iso(y.left_at) AS left_at,
    round((coalesce(y.left_at, :now) - y.entered_at) / 86400.0, 2) AS days,
    y.how,
    y.reason,
    y.provenance
FROM stay AS y
JOIN deal AS d ON d.id = y.deal_id
JOIN stage AS s ON s.id = y.stage_id
JOIN process AS p ON p.id = s.process_id
