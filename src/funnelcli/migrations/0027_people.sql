-- Who has a part in a deal. Beside its main contact, deal.contact_id, everybody has a row; the main
-- one has it where something is said of their part. role is one of the program's keys (decider,
-- champion, user, billing, blocker, influencer), or the user's own words.
CREATE TABLE deal_contact_before AS SELECT * FROM deal_contact;
DROP TABLE deal_contact;
CREATE TABLE deal_contact (
    id         INTEGER PRIMARY KEY,
    deal_id    INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    role       TEXT CHECK (role <> ''),
    note       TEXT,
    UNIQUE (deal_id, contact_id)
) STRICT;
INSERT INTO deal_contact (id, deal_id, contact_id, role)
SELECT id, deal_id, contact_id, role FROM deal_contact_before ORDER BY id;
DROP TABLE deal_contact_before;
CREATE INDEX deal_contact_contact ON deal_contact (contact_id);
