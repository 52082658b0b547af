-- E-mails with contacts, one row for each contact that wrote or got one. message_id is the message's
-- own id, or a fingerprint of its headers; thread is the id of the message that began the exchange.
-- text is what its sender wrote, without what it quotes. settled_at is when somebody said that no
-- answer is needed.
CREATE TABLE message (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    contact_id  INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    address     TEXT NOT NULL,
    subject     TEXT NOT NULL DEFAULT '',
    text        TEXT NOT NULL DEFAULT '',
    search      TEXT NOT NULL,
    attachments INTEGER NOT NULL DEFAULT 0,
    message_id  TEXT NOT NULL CHECK (message_id <> ''),
    thread      TEXT NOT NULL CHECK (thread <> ''),
    happened_at INTEGER NOT NULL,
    happened_on TEXT NOT NULL,
    settled_at  INTEGER,
    recorded_at INTEGER NOT NULL,
    UNIQUE (contact_id, message_id)
) STRICT;
CREATE INDEX message_contact ON message (contact_id, happened_at);
CREATE INDEX message_deal ON message (deal_id, happened_at);
CREATE INDEX message_happened ON message (happened_at);
CREATE INDEX message_key ON message (message_id);
CREATE INDEX message_thread ON message (thread, happened_at);

-- How far mailboxes were read: state is a JSON object, of a folder on a server its UIDVALIDITY and
-- the last UID. command_id is the command by which something was taken up to there: once that is
-- undone, what stands before counts. It is no record, so the journal does not watch it.
CREATE TABLE mailbox (
    id         INTEGER PRIMARY KEY,
    source     TEXT NOT NULL CHECK (source <> ''),
    state      TEXT NOT NULL,
    command_id INTEGER,
    read_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX mailbox_source ON mailbox (source);
