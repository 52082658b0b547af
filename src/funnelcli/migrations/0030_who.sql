-- Who gave a command, as user@machine where that is known, and for a command that took back several
-- at once their ids, as a JSON array in the order in which they were taken back; its target is then
-- the earliest of them.
ALTER TABLE command ADD COLUMN who TEXT;
ALTER TABLE command ADD COLUMN targets TEXT;
