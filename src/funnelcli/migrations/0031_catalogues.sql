-- Catalogues of one's own: units, types of visits and kinds of effort become entries of the
-- catalogue, and an entry can be hidden, called otherwise, and counted as a shipped one by rules.
-- answers are an objection's, as a JSON array of {"en", "de"}; one_* is what a single one of a unit
-- is called.
CREATE TABLE catalogue_new (
    id            INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN (
                      'objection', 'lost_reason', 'source', 'unit', 'visit_type', 'effort_kind'
                  )),
    position      INTEGER NOT NULL,
    key           TEXT NOT NULL,
    name_en       TEXT NOT NULL,
    name_de       TEXT NOT NULL,
    one_en        TEXT,
    one_de        TEXT,
    words_en      TEXT NOT NULL DEFAULT '[]',
    words_de      TEXT NOT NULL DEFAULT '[]',
    answers       TEXT NOT NULL DEFAULT '[]',
    note_required INTEGER NOT NULL DEFAULT 0 CHECK (note_required IN (0, 1)),
    rate          TEXT NOT NULL DEFAULT 'all' CHECK (rate IN ('all', 'broad', 'none')),
    counts_as     TEXT,
    hidden        INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    UNIQUE (kind, key)
) STRICT;
INSERT INTO catalogue_new (
    id, kind, position, key, name_en, name_de, words_en, words_de, note_required, rate
)
SELECT id, kind, position, key, name_en, name_de, words_en, words_de, note_required, rate
FROM catalogue;
DROP TABLE catalogue;
ALTER TABLE catalogue_new RENAME TO catalogue;

-- A new database gets these with everything that ships.
INSERT INTO catalogue (
    kind, position, key, name_en, name_de, one_en, one_de, words_en, words_de, counts_as
)
SELECT n.* FROM (
    SELECT 'unit' AS kind, 1 AS position, 'piece' AS key, 'pcs' AS name_en, 'Stk.' AS name_de,
        NULL AS one_en, NULL AS one_de, '["pc", "piece", "pieces", "each"]' AS words_en,
        '["Stück", "stk", "st"]' AS words_de, NULL AS counts_as
    UNION ALL SELECT 'unit', 2, 'hour', 'h', 'h', NULL, NULL,
        '["hour", "hours", "hr", "hrs"]', '["Stunde", "Stunden", "Std"]', NULL
    UNION ALL SELECT 'unit', 3, 'day', 'days', 'Tage', 'day', 'Tag', '["d"]', '[]', NULL
    UNION ALL SELECT 'unit', 4, 'month', 'months', 'Monate', 'month', 'Monat',
        '["mo", "mon"]', '[]', NULL
    UNION ALL SELECT 'unit', 5, 'year', 'years', 'Jahre', 'year', 'Jahr', '["y", "yr"]', '[]', NULL
    UNION ALL SELECT 'unit', 6, 'flat', 'flat rate', 'Pauschale', NULL, NULL,
        '["lump", "lump sum", "fixed"]', '["pauschal", "psch"]', 'flat'
    UNION ALL SELECT 'visit_type', 1, 'first', 'first visit', 'Erstbesuch',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'visit_type', 2, 'follow_up', 'follow-up', 'Folgebesuch',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'visit_type', 3, 'presentation', 'presentation', 'Präsentation',
        NULL, NULL, '[]', '[]', 'presentation'
    UNION ALL SELECT 'visit_type', 4, 'service', 'service visit', 'Servicebesuch',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'visit_type', 5, 'cold', 'cold visit', 'Kaltbesuch',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 1, 'preparation', 'preparation', 'Vorbereitung',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 2, 'travel', 'travel', 'Fahrt', NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 3, 'meeting', 'meeting', 'Gespräch',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 4, 'correspondence', 'correspondence', 'Schriftverkehr',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 5, 'offer', 'working out an offer', 'Angebotsarbeit',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 6, 'trial', 'trial or sample', 'Test oder Muster',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 7, 'after_sale', 'after the sale', 'nach dem Verkauf',
        NULL, NULL, '[]', '[]', NULL
    UNION ALL SELECT 'effort_kind', 8, 'other', 'other', 'Sonstiges', NULL, NULL, '[]', '[]', NULL
) AS n
WHERE EXISTS (SELECT 1 FROM catalogue);

-- A visit's type is a key of the catalogue now. Of the column's check SQLite cannot let go alone.
ALTER TABLE visit ADD COLUMN type_key TEXT NOT NULL DEFAULT 'follow_up';
UPDATE visit SET type_key = type;
ALTER TABLE visit DROP COLUMN type;
ALTER TABLE visit RENAME COLUMN type_key TO type;

ALTER TABLE effort ADD COLUMN kind TEXT;
