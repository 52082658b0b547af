-- Who named whom, and what has become of it.
SELECT
    f.id,
    f.public_id,
    f.referrer_id,
    a.name AS referrer,
    f.referred_id,
    b.name AS referred,
    f.deal_id,
    f.referred_on,
    f.note,
    (SELECT count(*) FROM deal AS d WHERE d.contact_id = b.id) AS deals,
    (SELECT count(*) FROM deal AS d WHERE d.contact_id = b.id AND d.status = 'won') AS won
FROM referral AS f
JOIN contact AS a ON a.id = f.referrer_id
JOIN contact AS b ON b.id = f.referred_id
WHERE {where}
ORDER BY {order}
{limit}
