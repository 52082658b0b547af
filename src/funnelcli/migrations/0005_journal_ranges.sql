-- Many rows inserted in a run are one entry of the journal: row_id to last_id, both of them
-- included. last_id is NULL where an entry is of one row. A range stands before every other entry
-- of its command for these rows.
ALTER TABLE journal ADD COLUMN last_id INTEGER
    CHECK (last_id IS NULL OR (op = 'insert' AND last_id >= row_id));
CREATE INDEX journal_range ON journal (command_id) WHERE last_id IS NOT NULL;
