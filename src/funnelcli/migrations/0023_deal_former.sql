-- What a merged deal was known by, as contact_former has it of contacts.
CREATE TABLE deal_former (
    id              INTEGER PRIMARY KEY,
    deal_id         INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    public_id       TEXT NOT NULL UNIQUE,
    external_origin TEXT,
    external_id     TEXT,
    recorded_at     INTEGER NOT NULL,
    CHECK ((external_origin IS NULL) = (external_id IS NULL))
) STRICT;
CREATE INDEX deal_former_deal ON deal_former (deal_id);
CREATE UNIQUE INDEX deal_former_external ON deal_former (external_origin, external_id)
WHERE external_id IS NOT NULL;
