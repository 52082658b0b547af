-- What was given out: a file that was written with the data of contacts, when and by which command.
-- Whose data it held is a set of their ids, a bit each, compressed, in base 64; NULL for the whole
-- database. Like the journal itself these are no records, so it does not watch them.
CREATE TABLE disclosure (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    command  TEXT NOT NULL,
    path     TEXT NOT NULL,
    members  TEXT,
    contacts INTEGER,
    UNIQUE (at, command, path)
) STRICT;
