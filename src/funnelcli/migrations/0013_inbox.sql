-- What the inbox took is known by its file, its sender, its day and its words, and not by the bytes
-- of the file alone; it is a visit, or a note of what somebody wrote. Of what was taken before, the
-- folder is not known, nor the words apart from the bytes.
CREATE TABLE inbox_note_before AS
SELECT
    i.id,
    i.file,
    coalesce(
        (SELECT v.happened_on FROM visit AS v WHERE v.id = i.visit_id),
        date(i.recorded_at, 'unixepoch')
    ) AS day,
    i.hash,
    i.visit_id,
    i.recorded_at
FROM inbox_note AS i;
-- Renamed, a table would open the database of temporary ones, and its place could not be changed
-- within the transaction that makes the file any more.
DROP TABLE inbox_note;
CREATE TABLE inbox_note (
    id          INTEGER PRIMARY KEY,
    folder      TEXT,
    file        TEXT NOT NULL,
    sender      TEXT NOT NULL DEFAULT '',
    day         TEXT NOT NULL DEFAULT '',
    hash        TEXT NOT NULL,
    words       TEXT,
    visit_id    INTEGER REFERENCES visit (id) ON DELETE SET NULL,
    note_id     INTEGER REFERENCES note (id) ON DELETE SET NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
INSERT INTO inbox_note (id, file, day, hash, visit_id, recorded_at)
SELECT id, file, day, hash, visit_id, recorded_at FROM inbox_note_before;
DROP TABLE inbox_note_before;
CREATE INDEX inbox_note_file ON inbox_note (file, day);
