-- Filters that have a name: @name stands for the text, in the lists of the nouns, which are named
-- with blanks between them.
CREATE TABLE saved_filter (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL UNIQUE,
    text        TEXT NOT NULL CHECK (text <> ''),
    nouns       TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
