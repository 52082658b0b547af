-- What the law keeps of contacts that were forgotten: a contract or an offer with the name and the
-- address, as JSON, until the last day on which it has to be kept. No list, search, figure or export
-- of records reads it. Like the journal itself these are no records, so it does not watch them.
CREATE TABLE sealed (
    id         INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('contract', 'offer')),
    record_id  INTEGER NOT NULL,
    until      TEXT NOT NULL,
    content    TEXT NOT NULL,
    sealed_at  INTEGER NOT NULL,
    UNIQUE (kind, record_id)
) STRICT;
