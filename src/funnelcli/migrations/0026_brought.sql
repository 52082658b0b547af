-- What files said of when their rows were changed where they come from: an import of a file, with
-- the fields that the file has, and the instant of each record's row. So an older file that is
-- imported later is known to be older. Like the journal itself these are no records, so it does not
-- watch them; they go with the import's command.
CREATE TABLE brought (
    id         INTEGER PRIMARY KEY,
    command_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    fields     TEXT NOT NULL
) STRICT;
CREATE TABLE brought_row (
    row_id     INTEGER NOT NULL,
    brought_id INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (row_id, brought_id)
) STRICT, WITHOUT ROWID;
