-- What still counts of entries of the journal that were let go: how often a step was changed and
-- when it was last, for calendars, and the numbers of offers that were removed, for nobody gets one
-- twice. Like the journal itself these are no records, so it does not watch them.
CREATE TABLE step_past (
    id          INTEGER PRIMARY KEY,
    changes     INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    settled_at  INTEGER
) STRICT;
CREATE TABLE offer_past (
    id     INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX command_target ON command (target) WHERE target IS NOT NULL;
