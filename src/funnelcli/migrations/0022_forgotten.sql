-- Who was forgotten: the fingerprint of the contact's public id, and of each that it was known by, so
-- that a copy from before that is not brought back with the person in it. Like the journal itself
-- these are no records, so it does not watch them.
CREATE TABLE forgotten (
    id           INTEGER PRIMARY KEY,
    mark         TEXT NOT NULL UNIQUE,
    contact_id   INTEGER NOT NULL,
    forgotten_at INTEGER NOT NULL
) STRICT;
