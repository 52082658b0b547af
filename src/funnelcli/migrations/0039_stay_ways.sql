-- The way of every deal along one index, with all that a report asks of a stay: reports read it deal
-- by deal, wherever the stays lie in the file, and add up a deal's stays without sorting them.
DROP INDEX stay_deal;
CREATE INDEX stay_deal ON stay (deal_id, entered_at, stage_id, left_at, next_stage_id, again);
