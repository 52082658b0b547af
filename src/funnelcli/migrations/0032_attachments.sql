-- Files that belong to a record. What is in them stands in pieces of a mebibyte under the SHA-256 of
-- the whole, once for all attachments with the same content; it is never changed, so the journal,
-- which names it by the digest, does not watch it.
CREATE TABLE attachment (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL CHECK (name <> ''),
    note        TEXT,
    digest      TEXT NOT NULL CHECK (digest <> ''),
    size        INTEGER NOT NULL CHECK (size > 0),
    media_type  TEXT NOT NULL,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE CASCADE,
    visit_id    INTEGER REFERENCES visit (id) ON DELETE CASCADE,
    offer_id    INTEGER REFERENCES offer (id) ON DELETE CASCADE,
    contract_id INTEGER REFERENCES contract (id) ON DELETE CASCADE,
    recorded_at INTEGER NOT NULL,
    CHECK (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN deal_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN contract_id IS NULL THEN 0 ELSE 1 END = 1),
    UNIQUE (contact_id, digest),
    UNIQUE (deal_id, digest),
    UNIQUE (visit_id, digest),
    UNIQUE (offer_id, digest),
    UNIQUE (contract_id, digest)
) STRICT;
CREATE INDEX attachment_digest ON attachment (digest);
CREATE TABLE content (
    digest TEXT NOT NULL,
    place  INTEGER NOT NULL,
    data   BLOB NOT NULL,
    PRIMARY KEY (digest, place)
) STRICT;
