-- What a merged contact was known by: its public id, and its id in the program that it came from. So
-- a script, or a file that is imported again, finds the contact that it became.
CREATE TABLE contact_former (
    id              INTEGER PRIMARY KEY,
    contact_id      INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    public_id       TEXT NOT NULL UNIQUE,
    external_origin TEXT,
    external_id     TEXT,
    recorded_at     INTEGER NOT NULL,
    CHECK ((external_origin IS NULL) = (external_id IS NULL))
) STRICT;
CREATE INDEX contact_former_contact ON contact_former (contact_id);
CREATE UNIQUE INDEX contact_former_external ON contact_former (external_origin, external_id)
WHERE external_id IS NOT NULL;
