-- Which command has said of a deal, by its public id, that nothing is planned for it: that is said
-- once a day. Like the commands themselves it is no record, so the journal does not watch it.
CREATE TABLE reminder (
    id         INTEGER PRIMARY KEY,
    deal       TEXT NOT NULL,
    command_id INTEGER NOT NULL REFERENCES command (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX reminder_deal ON reminder (deal);
CREATE INDEX reminder_command ON reminder (command_id);
