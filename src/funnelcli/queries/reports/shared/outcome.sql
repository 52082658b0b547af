-- How the deal d stands, with k its reason of loss in the catalogue: won, withdrawn (a win taken
-- back), lost, undecided (lost without a decision), duplicate, open.
CASE
    WHEN d.status = 'open' THEN 'open'
    WHEN d.status = 'won' THEN 'won'
    WHEN d.won_on IS NOT NULL THEN 'withdrawn'
    WHEN k.rate = 'none' THEN 'duplicate'
    WHEN k.rate = 'broad' THEN 'undecided'
    ELSE 'lost'
END
