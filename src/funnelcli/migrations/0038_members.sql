-- The people who share the database, where several do. key is the name that one logs in with: that of
-- the system's user or the database's role, in lower case. What has an owner is one of theirs; nobody's
-- is what was there before them, and what somebody had who is gone.
CREATE TABLE member (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    key         TEXT NOT NULL UNIQUE CHECK (key <> ''),
    name        TEXT NOT NULL CHECK (name <> ''),
    email       TEXT,
    role        TEXT NOT NULL DEFAULT 'seller' CHECK (role IN ('owner', 'seller', 'reader')),
    recorded_at INTEGER NOT NULL
) STRICT;

ALTER TABLE deal ADD COLUMN owner_id INTEGER REFERENCES member (id) ON DELETE SET NULL;
ALTER TABLE contact ADD COLUMN owner_id INTEGER REFERENCES member (id) ON DELETE SET NULL;
ALTER TABLE step ADD COLUMN owner_id INTEGER REFERENCES member (id) ON DELETE SET NULL;
CREATE INDEX deal_owner ON deal (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX contact_owner ON contact (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX step_owner ON step (owner_id) WHERE owner_id IS NOT NULL;
