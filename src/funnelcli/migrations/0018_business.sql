-- What was answered to the questions of a stage before the first deal, about one's own business.
-- Nothing is overwritten: of several answers to a question the latest holds.
CREATE TABLE business_answer (
    id          INTEGER PRIMARY KEY,
    stage_id    INTEGER REFERENCES stage (id) ON DELETE SET NULL,
    key         TEXT NOT NULL,
    question    TEXT NOT NULL,
    answer      TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX business_answer_stage ON business_answer (stage_id, key);
