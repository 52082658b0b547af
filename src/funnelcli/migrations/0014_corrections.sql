-- What was put right of something that happened: how it was recorded, what it became, and when that
-- was recorded. "happened_at" is when it happened, as it is known now; instants are kept as text
-- like everything else that a field can hold.
CREATE TABLE correction (
    id          INTEGER PRIMARY KEY,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE CASCADE,
    visit_id    INTEGER REFERENCES visit (id) ON DELETE CASCADE,
    happened_at INTEGER NOT NULL,
    what        TEXT NOT NULL,
    field       TEXT NOT NULL,
    was         TEXT,
    became      TEXT,
    recorded_at INTEGER NOT NULL,
    CHECK ((deal_id IS NULL) <> (visit_id IS NULL))
) STRICT;
CREATE INDEX correction_deal ON correction (deal_id, recorded_at) WHERE deal_id IS NOT NULL;
CREATE INDEX correction_visit ON correction (visit_id, recorded_at) WHERE visit_id IS NOT NULL;
