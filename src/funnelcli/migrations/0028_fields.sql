-- Fields of one's own: what each is called and what it holds, the choices of those that have some,
-- and the values. A value hangs on one record and stands in the column of its field's type: text and
-- links as text, a number in millionths, yes or no as 1 or 0, an amount in minor units of its
-- currency, a day as an ISO date, a choice and a contact as a reference. A field of several choices
-- has a row for each, by its place.
CREATE TABLE field (
    id       INTEGER PRIMARY KEY,
    noun     TEXT NOT NULL CHECK (noun IN ('contact', 'deal', 'visit', 'product')),
    key      TEXT NOT NULL CHECK (key <> ''),
    type     TEXT NOT NULL CHECK (
        type IN ('text', 'number', 'money', 'date', 'yes_no', 'choice', 'choices', 'link',
            'contact')
    ),
    position INTEGER NOT NULL,
    name_en  TEXT NOT NULL,
    name_de  TEXT NOT NULL,
    stage_id INTEGER REFERENCES stage (id) ON DELETE SET NULL,
    hidden   INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    UNIQUE (noun, key)
) STRICT;
CREATE INDEX field_stage ON field (stage_id) WHERE stage_id IS NOT NULL;

CREATE TABLE field_choice (
    id       INTEGER PRIMARY KEY,
    field_id INTEGER NOT NULL REFERENCES field (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    key      TEXT NOT NULL CHECK (key <> ''),
    name_en  TEXT NOT NULL,
    name_de  TEXT NOT NULL,
    UNIQUE (field_id, key)
) STRICT;

CREATE TABLE field_value (
    id         INTEGER PRIMARY KEY,
    field_id   INTEGER NOT NULL REFERENCES field (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL,
    contact_id INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    deal_id    INTEGER REFERENCES deal (id) ON DELETE CASCADE,
    visit_id   INTEGER REFERENCES visit (id) ON DELETE CASCADE,
    product_id INTEGER REFERENCES product (id) ON DELETE CASCADE,
    text       TEXT CHECK (text <> ''),
    number     INTEGER,
    amount     INTEGER,
    currency   TEXT,
    day        TEXT CHECK (day LIKE '____-__-__'),
    choice_id  INTEGER REFERENCES field_choice (id) ON DELETE CASCADE,
    person_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    CHECK (
        CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN deal_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN product_id IS NULL THEN 0 ELSE 1 END = 1
    ),
    CHECK (
        CASE WHEN text IS NULL THEN 0 ELSE 1 END
        + CASE WHEN number IS NULL THEN 0 ELSE 1 END
        + CASE WHEN amount IS NULL THEN 0 ELSE 1 END
        + CASE WHEN day IS NULL THEN 0 ELSE 1 END
        + CASE WHEN choice_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END = 1
    ),
    CHECK ((amount IS NULL) = (currency IS NULL))
) STRICT;
CREATE UNIQUE INDEX field_value_contact ON field_value (contact_id, field_id, place)
WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX field_value_deal ON field_value (deal_id, field_id, place)
WHERE deal_id IS NOT NULL;
CREATE UNIQUE INDEX field_value_visit ON field_value (visit_id, field_id, place)
WHERE visit_id IS NOT NULL;
CREATE UNIQUE INDEX field_value_product ON field_value (product_id, field_id, place)
WHERE product_id IS NOT NULL;
CREATE INDEX field_value_field ON field_value (field_id);
CREATE INDEX field_value_choice ON field_value (choice_id) WHERE choice_id IS NOT NULL;
CREATE INDEX field_value_person ON field_value (person_id) WHERE person_id IS NOT NULL;
