-- What came from outside and could not be filed with certainty waits in a tray: with its words, its
-- files, what it says of a new contact, and why it waits. What was taken is known by an id of its own
-- where it has one (an e-mail's, one made on a phone), whatever way it came; a file may hold several.
CREATE TABLE tray_note (
    id           INTEGER PRIMARY KEY,
    public_id    TEXT NOT NULL UNIQUE,
    origin       TEXT NOT NULL CHECK (origin IN ('folder', 'mail', 'phone')),
    kind         TEXT NOT NULL CHECK (kind IN ('report', 'letter', 'memo', 'card', 'event')),
    name         TEXT NOT NULL,
    reason       TEXT NOT NULL
        CHECK (reason IN ('unknown', 'several', 'on_file', 'no_text', 'unclear')),
    detail       TEXT,
    sender       TEXT,
    sender_name  TEXT,
    subject      TEXT,
    text         TEXT,
    quoted       TEXT,
    written_at   INTEGER NOT NULL,
    happened_on  TEXT NOT NULL,
    starts       TEXT,
    minutes      INTEGER,
    outcome      TEXT,
    next_step    TEXT,
    due          TEXT,
    person       TEXT,
    organisation TEXT,
    job_title    TEXT,
    phone        TEXT,
    email        TEXT,
    street       TEXT,
    postcode     TEXT,
    town         TEXT,
    region       TEXT,
    country      TEXT,
    deal         TEXT,
    later_until  TEXT,
    recorded_at  INTEGER NOT NULL
) STRICT;
ALTER TABLE inbox_note ADD COLUMN key TEXT;
ALTER TABLE inbox_note ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox_note ADD COLUMN contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL;
ALTER TABLE inbox_note ADD COLUMN step_id INTEGER REFERENCES step (id) ON DELETE SET NULL;
ALTER TABLE inbox_note ADD COLUMN tray_id INTEGER REFERENCES tray_note (id) ON DELETE SET NULL;
ALTER TABLE inbox_note ADD COLUMN dropped_on TEXT;
CREATE UNIQUE INDEX inbox_note_key ON inbox_note (key);
CREATE INDEX inbox_note_tray ON inbox_note (tray_id);

CREATE TABLE attachment_before AS SELECT * FROM attachment;
DROP TABLE attachment;
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
    tray_id     INTEGER REFERENCES tray_note (id) ON DELETE CASCADE,
    recorded_at INTEGER NOT NULL,
    CHECK (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN deal_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN contract_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN tray_id IS NULL THEN 0 ELSE 1 END = 1),
    UNIQUE (contact_id, digest),
    UNIQUE (deal_id, digest),
    UNIQUE (visit_id, digest),
    UNIQUE (offer_id, digest),
    UNIQUE (contract_id, digest),
    UNIQUE (tray_id, digest)
) STRICT;
INSERT INTO attachment (id, public_id, name, note, digest, size, media_type, contact_id, deal_id,
    visit_id, offer_id, contract_id, recorded_at)
SELECT id, public_id, name, note, digest, size, media_type, contact_id, deal_id, visit_id, offer_id,
    contract_id, recorded_at FROM attachment_before;
DROP TABLE attachment_before;
CREATE INDEX attachment_digest ON attachment (digest);
