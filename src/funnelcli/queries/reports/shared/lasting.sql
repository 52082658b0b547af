-- The last stay of each deal in its stage: how long it has lasted, or had when the deal was lost.
SELECT
    d.id AS deal_id,
    {slice:d.opened_on} AS slice,
    d.stage_id,
    (CASE d.status WHEN 'lost' THEN d.closed_at ELSE :now END - d.stage_since) / 86400 AS days,
    CASE d.status WHEN 'lost' THEN 1 ELSE 0 END AS done
FROM {deal} AS d NOT INDEXED
JOIN stage AS s ON s.id = d.stage_id AND s.kind <> 'outside'
{slice_join}
WHERE
    {where} AND {part:d.id} AND {opening_known:d.id}
    AND d.stage_since >= :start_at AND d.stage_since < :end_at
