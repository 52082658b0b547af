-- Sums over all deals, as of an entry of the journal (funnelcli.db.tallies): of each statement, by
-- its number, what its text was made of, the last entry that it knows, how many deals there were, and
-- its rows as JSON. The journal does not watch it, and it is in no export.
CREATE TABLE tally (
    id       INTEGER PRIMARY KEY,
    made_of  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    deals    INTEGER NOT NULL,
    rows     TEXT NOT NULL
) STRICT;

-- The few that the day asks for among very many: open deals by how long they have stood, those that
-- rest, contacts who are not to be contacted.
CREATE INDEX deal_open ON deal (stage_id, stage_since, contact_id, snoozed_until)
WHERE status = 'open';
CREATE INDEX deal_snoozed ON deal (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX contact_blocked ON contact (id) WHERE do_not_contact = 1;
