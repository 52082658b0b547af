-- Dated notes on a deal, or on a contact, be it a person or an organisation.
CREATE TABLE note (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    happened_at INTEGER NOT NULL,
    happened_on TEXT NOT NULL,
    text        TEXT NOT NULL CHECK (text <> ''),
    search      TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CHECK ((deal_id IS NULL) <> (contact_id IS NULL))
) STRICT;
CREATE INDEX note_deal ON note (deal_id, happened_at);
CREATE INDEX note_contact ON note (contact_id, happened_at);
CREATE INDEX note_happened ON note (happened_at);
