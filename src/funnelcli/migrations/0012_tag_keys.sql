-- Tags that differ in case, umlauts, dashes or apostrophes alone are one tag, spelt as it was first;
-- "search" is what they are told apart by.
CREATE TABLE contact_tag_before AS SELECT * FROM contact_tag;
DROP TABLE contact_tag;
CREATE TABLE contact_tag (
    id         INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    tag        TEXT NOT NULL,
    search     TEXT NOT NULL,
    UNIQUE (contact_id, search)
) STRICT;
INSERT INTO contact_tag (id, contact_id, tag, search)
WITH keyed AS MATERIALIZED (
    SELECT id, contact_id, tag, tag_key(tag) AS search FROM contact_tag_before
)
SELECT k.id, k.contact_id, s.tag, k.search
FROM keyed AS k
JOIN (SELECT search, tag, min(id) FROM keyed GROUP BY search) AS s ON s.search = k.search
WHERE k.id IN (SELECT min(id) FROM keyed GROUP BY contact_id, search)
ORDER BY k.id;
CREATE INDEX contact_tag_search ON contact_tag (search, tag);

CREATE TABLE deal_tag_before AS SELECT * FROM deal_tag;
DROP TABLE deal_tag;
CREATE TABLE deal_tag (
    id         INTEGER PRIMARY KEY,
    deal_id    INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    tag        TEXT NOT NULL,
    search     TEXT NOT NULL,
    UNIQUE (deal_id, search)
) STRICT;
INSERT INTO deal_tag (id, deal_id, tag, search)
WITH keyed AS MATERIALIZED (
    SELECT id, deal_id, tag, tag_key(tag) AS search FROM deal_tag_before
)
SELECT k.id, k.deal_id, s.tag, k.search
FROM keyed AS k
JOIN (SELECT search, tag, min(id) FROM keyed GROUP BY search) AS s ON s.search = k.search
WHERE k.id IN (SELECT min(id) FROM keyed GROUP BY deal_id, search)
ORDER BY k.id;
CREATE INDEX deal_tag_search ON deal_tag (search, tag);

-- What undo brings back has its key too. What was taken off while its twin stayed on does not come
-- back beside it.
CREATE TABLE tag_row AS
SELECT id AS left_with, table_name, row_id, tag_key(json_extract(before, '$.tag')) AS search,
    coalesce(json_extract(before, '$.deal_id'), json_extract(before, '$.contact_id')) AS record
FROM journal WHERE table_name IN ('contact_tag', 'deal_tag') AND op = 'delete'
UNION ALL
SELECT 1 << 62, 'contact_tag', id, tag_key(tag), contact_id FROM contact_tag_before
UNION ALL
SELECT 1 << 62, 'deal_tag', id, tag_key(tag), deal_id FROM deal_tag_before;
CREATE INDEX tag_row_of ON tag_row (table_name, record, search);
DELETE FROM journal WHERE id IN (
    SELECT gone.left_with
    FROM tag_row AS gone
    JOIN tag_row AS twin ON twin.table_name = gone.table_name AND twin.record = gone.record
        AND twin.search = gone.search AND twin.row_id <> gone.row_id
        AND twin.left_with > gone.left_with
    WHERE NOT EXISTS (
        SELECT 1 FROM journal AS made
        WHERE made.table_name = twin.table_name AND made.op = 'insert' AND made.id > gone.left_with
            AND twin.row_id BETWEEN made.row_id AND coalesce(made.last_id, made.row_id)
    )
);
UPDATE journal SET before = json_set(
    before, '$.search', tag_key(json_extract(before, '$.tag')), '$.tag', coalesce(
        (SELECT tag FROM contact_tag WHERE search = tag_key(json_extract(before, '$.tag')) LIMIT 1),
        json_extract(before, '$.tag')
    )
) WHERE table_name = 'contact_tag' AND before IS NOT NULL;
UPDATE journal SET before = json_set(
    before, '$.search', tag_key(json_extract(before, '$.tag')), '$.tag', coalesce(
        (SELECT tag FROM deal_tag WHERE search = tag_key(json_extract(before, '$.tag')) LIMIT 1),
        json_extract(before, '$.tag')
    )
) WHERE table_name = 'deal_tag' AND before IS NOT NULL;
DROP TABLE tag_row;
DROP TABLE contact_tag_before;
DROP TABLE deal_tag_before;
