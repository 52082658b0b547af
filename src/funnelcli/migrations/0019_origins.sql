-- Where visits, next steps and notes that were imported come from, and their ids there, so that a
-- second import changes them and makes none anew.
ALTER TABLE visit ADD COLUMN external_origin TEXT;
ALTER TABLE visit ADD COLUMN external_id TEXT
CHECK ((external_origin IS NULL) = (external_id IS NULL));
CREATE UNIQUE INDEX visit_external ON visit (external_origin, external_id)
    WHERE external_id IS NOT NULL;
ALTER TABLE step ADD COLUMN external_origin TEXT;
ALTER TABLE step ADD COLUMN external_id TEXT
CHECK ((external_origin IS NULL) = (external_id IS NULL));
CREATE UNIQUE INDEX step_external ON step (external_origin, external_id)
    WHERE external_id IS NOT NULL;
ALTER TABLE note ADD COLUMN external_origin TEXT;
ALTER TABLE note ADD COLUMN external_id TEXT
CHECK ((external_origin IS NULL) = (external_id IS NULL));
CREATE UNIQUE INDEX note_external ON note (external_origin, external_id)
    WHERE external_id IS NOT NULL;
