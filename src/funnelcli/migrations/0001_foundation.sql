-- The first schema: processes, contacts, deals with their two logs, visits, next steps.
--
-- Instants are integer UTC seconds. Plain dates are ISO text in the user's time zone. Money is
-- integer minor units beside an ISO 4217 currency. There is no REAL column: the journal stores
-- rows as JSON, and a float would not come back to the last bit.

CREATE TABLE process (
    id              INTEGER PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,
    name_en         TEXT NOT NULL,
    name_de         TEXT NOT NULL,
    description_en  TEXT NOT NULL DEFAULT '',
    description_de  TEXT NOT NULL DEFAULT '',
    builtin         INTEGER NOT NULL DEFAULT 0 CHECK (builtin IN (0, 1)),
    withdrawal_days INTEGER CHECK (withdrawal_days >= 0)
) STRICT;

CREATE TABLE stage (
    id          INTEGER PRIMARY KEY,
    process_id  INTEGER NOT NULL REFERENCES process (id) ON DELETE CASCADE,
    key         TEXT NOT NULL,
    position    INTEGER NOT NULL CHECK (position >= 1),
    name_en     TEXT NOT NULL,
    name_de     TEXT NOT NULL,
    phase       TEXT NOT NULL
                CHECK (phase IN ('preparation', 'lead', 'opportunity', 'customer', 'closing')),
    kind        TEXT NOT NULL CHECK (kind IN ('open', 'won', 'post', 'outside')),
    probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 100),
    rot_days    INTEGER CHECK (rot_days >= 1),
    guidance_en TEXT NOT NULL DEFAULT '',
    guidance_de TEXT NOT NULL DEFAULT '',
    UNIQUE (process_id, key)
) STRICT;

CREATE TABLE stage_exit (
    id       INTEGER PRIMARY KEY,
    stage_id INTEGER NOT NULL REFERENCES stage (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    key      TEXT NOT NULL,
    text_en  TEXT NOT NULL,
    text_de  TEXT NOT NULL,
    UNIQUE (stage_id, key)
) STRICT;

CREATE TABLE stage_question (
    id       INTEGER PRIMARY KEY,
    stage_id INTEGER NOT NULL REFERENCES stage (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    key      TEXT NOT NULL,
    text_en  TEXT NOT NULL,
    text_de  TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('text', 'number', 'money', 'date', 'yesno', 'choice')),
    choices  TEXT NOT NULL DEFAULT '[]',
    required INTEGER NOT NULL DEFAULT 0 CHECK (required IN (0, 1)),
    UNIQUE (stage_id, key)
) STRICT;

-- Objections, lost reasons, sources: keys are stable, names come in both languages.
CREATE TABLE catalogue (
    id            INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('objection', 'lost_reason', 'source')),
    position      INTEGER NOT NULL,
    key           TEXT NOT NULL,
    name_en       TEXT NOT NULL,
    name_de       TEXT NOT NULL,
    words_en      TEXT NOT NULL DEFAULT '[]',
    words_de      TEXT NOT NULL DEFAULT '[]',
    note_required INTEGER NOT NULL DEFAULT 0 CHECK (note_required IN (0, 1)),
    rate          TEXT NOT NULL DEFAULT 'all' CHECK (rate IN ('all', 'broad', 'none')),
    UNIQUE (kind, key)
) STRICT;

CREATE TABLE contact (
    id              INTEGER PRIMARY KEY,
    public_id       TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'organisation')),
    name            TEXT NOT NULL CHECK (name <> ''),
    search          TEXT NOT NULL,
    organisation_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    role            TEXT CHECK (role IN ('decider', 'user', 'billing', 'influencer')),
    job_title       TEXT,
    street          TEXT,
    postcode        TEXT,
    town            TEXT,
    region          TEXT,
    country         TEXT,
    source          TEXT,
    referred_by_id  INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    notes           TEXT,
    do_not_contact  INTEGER NOT NULL DEFAULT 0 CHECK (do_not_contact IN (0, 1)),
    external_origin TEXT,
    external_id     TEXT,
    created_at      INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    CHECK ((external_origin IS NULL) = (external_id IS NULL)),
    CHECK (organisation_id <> id AND referred_by_id <> id)
) STRICT;
CREATE INDEX contact_search ON contact (search);
CREATE INDEX contact_organisation ON contact (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX contact_referred_by ON contact (referred_by_id) WHERE referred_by_id IS NOT NULL;
CREATE UNIQUE INDEX contact_external ON contact (external_origin, external_id)
    WHERE external_id IS NOT NULL;

CREATE TABLE contact_email (
    id         INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    email      TEXT NOT NULL,
    UNIQUE (contact_id, email)
) STRICT;
CREATE INDEX contact_email_email ON contact_email (email);

-- phone is E.164 where the number is a possible one, else as it was written.
CREATE TABLE contact_phone (
    id         INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    phone      TEXT NOT NULL,
    UNIQUE (contact_id, phone)
) STRICT;
CREATE INDEX contact_phone_phone ON contact_phone (phone);

CREATE TABLE contact_tag (
    id         INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    tag        TEXT NOT NULL,
    UNIQUE (contact_id, tag)
) STRICT;
CREATE INDEX contact_tag_tag ON contact_tag (tag);

CREATE TABLE contact_consent (
    id           INTEGER PRIMARY KEY,
    contact_id   INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    channel      TEXT NOT NULL CHECK (channel IN ('post', 'phone', 'email')),
    given_on     TEXT NOT NULL,
    how          TEXT NOT NULL,
    withdrawn_on TEXT,
    recorded_at  INTEGER NOT NULL,
    CHECK (withdrawn_on IS NULL OR withdrawn_on >= given_on)
) STRICT;
CREATE INDEX contact_consent_contact ON contact_consent (contact_id);

-- A deal. From stage_id on every column is a cache of the two logs below, written by one
-- function only (funnelcli.actions.log). The _on columns are the same moments as plain dates in
-- the user's zone: "days to close" is a difference of dates, not of seconds across clock changes.
CREATE TABLE deal (
    id                INTEGER PRIMARY KEY,
    public_id         TEXT NOT NULL UNIQUE,
    title             TEXT NOT NULL CHECK (title <> ''),
    search            TEXT NOT NULL,
    contact_id        INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    process_id        INTEGER NOT NULL REFERENCES process (id),
    source            TEXT,
    kind              TEXT NOT NULL DEFAULT 'new'
                      CHECK (kind IN ('new', 'repeat', 'upsell', 'renewal')),
    previous_deal_id  INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    product           TEXT,
    notes             TEXT,
    snoozed_until     TEXT,
    external_origin   TEXT,
    external_id       TEXT,
    opened_at         INTEGER NOT NULL,
    opened_on         TEXT NOT NULL,
    recorded_at       INTEGER NOT NULL,
    stage_id          INTEGER NOT NULL REFERENCES stage (id),
    stage_since       INTEGER NOT NULL,
    furthest_stage_id INTEGER NOT NULL REFERENCES stage (id),
    status            TEXT NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    value             INTEGER CHECK (value >= 0),
    currency          TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    probability       INTEGER CHECK (probability BETWEEN 0 AND 100),
    expected_close    TEXT,
    won_at            INTEGER,
    won_on            TEXT,
    revocable_until   TEXT,
    closed_at         INTEGER,
    closed_on         TEXT,
    lost_reason       TEXT,
    lost_note         TEXT,
    competitor        TEXT,
    CHECK ((external_origin IS NULL) = (external_id IS NULL)),
    CHECK ((status = 'open') = (closed_at IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_on IS NULL)),
    CHECK ((won_at IS NULL) = (won_on IS NULL)),
    CHECK (status <> 'won' OR (won_at IS NOT NULL AND value IS NOT NULL)),
    CHECK ((status = 'lost') = (lost_reason IS NOT NULL)),
    CHECK (revocable_until IS NULL OR won_at IS NOT NULL),
    CHECK (previous_deal_id <> id)
) STRICT;
CREATE INDEX deal_search ON deal (search);
CREATE INDEX deal_contact_id ON deal (contact_id);
CREATE INDEX deal_pipeline ON deal (process_id, status, stage_id, currency, value, probability);
CREATE INDEX deal_status ON deal (status, expected_close);
CREATE INDEX deal_previous ON deal (previous_deal_id) WHERE previous_deal_id IS NOT NULL;
CREATE UNIQUE INDEX deal_external ON deal (external_origin, external_id)
    WHERE external_id IS NOT NULL;

-- Everybody else who has a part in the deal; deal.contact_id is the main one.
CREATE TABLE deal_contact (
    id         INTEGER PRIMARY KEY,
    deal_id    INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    role       TEXT CHECK (role IN ('decider', 'user', 'billing', 'influencer')),
    UNIQUE (deal_id, contact_id)
) STRICT;
CREATE INDEX deal_contact_contact ON deal_contact (contact_id);

CREATE TABLE deal_tag (
    id      INTEGER PRIMARY KEY,
    deal_id INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    tag     TEXT NOT NULL,
    UNIQUE (deal_id, tag)
) STRICT;
CREATE INDEX deal_tag_tag ON deal_tag (tag);

-- The stage log: where the deal was, a half-open interval [entered_at, left_at) a stay.
CREATE TABLE stay (
    id          INTEGER PRIMARY KEY,
    deal_id     INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    stage_id    INTEGER NOT NULL REFERENCES stage (id),
    entered_at  INTEGER NOT NULL,
    left_at     INTEGER,
    how         TEXT NOT NULL
                CHECK (how IN ('created', 'advanced', 'skipped', 'moved_back', 'reopened')),
    reason      TEXT,
    provenance  TEXT NOT NULL DEFAULT 'live'
                CHECK (provenance IN ('live', 'imported', 'estimated')),
    recorded_at INTEGER NOT NULL,
    CHECK (left_at >= entered_at)
) STRICT;
CREATE INDEX stay_deal ON stay (deal_id, entered_at);
CREATE INDEX stay_stage ON stay (stage_id, entered_at);
CREATE UNIQUE INDEX stay_one_open ON stay (deal_id) WHERE left_at IS NULL;

-- The terms log: what the deal was, [valid_from, valid_to) a row: status, value, currency,
-- probability, expected close. Together with the stays it answers every "as of". valid_on is
-- valid_from as a plain date in the user's zone, for differences and groups of days.
CREATE TABLE terms (
    id             INTEGER PRIMARY KEY,
    deal_id        INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    valid_from     INTEGER NOT NULL,
    valid_on       TEXT NOT NULL,
    valid_to       INTEGER,
    status         TEXT NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    value          INTEGER CHECK (value >= 0),
    currency       TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    probability    INTEGER CHECK (probability BETWEEN 0 AND 100),
    expected_close TEXT,
    reason         TEXT,
    note           TEXT,
    provenance     TEXT NOT NULL DEFAULT 'live'
                   CHECK (provenance IN ('live', 'imported', 'estimated')),
    recorded_at    INTEGER NOT NULL,
    CHECK (valid_to >= valid_from)
) STRICT;
CREATE INDEX terms_deal ON terms (deal_id, valid_from);
CREATE UNIQUE INDEX terms_one_current ON terms (deal_id) WHERE valid_to IS NULL;

CREATE TABLE visit (
    id               INTEGER PRIMARY KEY,
    public_id        TEXT NOT NULL UNIQUE,
    contact_id       INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    deal_id          INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    stage_id         INTEGER REFERENCES stage (id),
    happened_on      TEXT NOT NULL,
    happened_at      INTEGER NOT NULL,
    starts           TEXT,
    minutes          INTEGER CHECK (minutes >= 0),
    met              TEXT,
    type             TEXT NOT NULL DEFAULT 'follow_up'
                     CHECK (type IN ('first', 'follow_up', 'presentation', 'service', 'cold')),
    channel          TEXT NOT NULL DEFAULT 'on_site'
                     CHECK (channel IN ('on_site', 'phone', 'video', 'email', 'fair')),
    outcome          TEXT NOT NULL DEFAULT 'met'
                     CHECK (outcome IN ('met', 'phone_instead', 'not_met', 'declined')),
    occasion         TEXT,
    goal             TEXT,
    goal_reached     TEXT CHECK (goal_reached IN ('yes', 'partly', 'no')),
    said             TEXT,
    agreed           TEXT,
    needs            TEXT,
    products_shown   TEXT,
    objections       TEXT,
    competitor       TEXT,
    budget           TEXT,
    decider          TEXT,
    potential        TEXT,
    mood             INTEGER CHECK (mood BETWEEN 1 AND 5),
    result           TEXT,
    referrals        TEXT,
    documents        TEXT,
    complaints       TEXT,
    travel_minutes   INTEGER CHECK (travel_minutes >= 0),
    kilometres       INTEGER CHECK (kilometres >= 0),
    expenses         INTEGER CHECK (expenses >= 0),
    expenses_currency TEXT CHECK (length(expenses_currency) = 3),
    late             INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
    recorded_at      INTEGER NOT NULL,
    CHECK (contact_id IS NOT NULL OR deal_id IS NOT NULL),
    CHECK ((expenses IS NULL) = (expenses_currency IS NULL))
) STRICT;
CREATE INDEX visit_contact ON visit (contact_id, happened_at);
CREATE INDEX visit_deal ON visit (deal_id, happened_at);
CREATE INDEX visit_happened ON visit (happened_on);

CREATE TABLE step (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    what        TEXT NOT NULL CHECK (what <> ''),
    search      TEXT NOT NULL,
    due         TEXT,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE CASCADE,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    visit_id    INTEGER REFERENCES visit (id) ON DELETE SET NULL,
    status      TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'dropped')),
    outcome     TEXT,
    created_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    recorded_at INTEGER NOT NULL,
    CHECK (deal_id IS NOT NULL OR contact_id IS NOT NULL),
    CHECK ((status = 'open') = (ended_at IS NULL))
) STRICT;
CREATE INDEX step_due ON step (status, due);
CREATE INDEX step_deal ON step (deal_id, status, due);
CREATE INDEX step_contact ON step (contact_id, status);

-- The journal: which command changed what. The triggers that fill it are generated from this
-- schema after every migration (funnelcli.db.journal).
CREATE TABLE command (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    verb    TEXT NOT NULL,
    args    TEXT NOT NULL,
    kind    TEXT NOT NULL DEFAULT 'do' CHECK (kind IN ('do', 'undo', 'redo')),
    target  INTEGER REFERENCES command (id),
    state   TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'undone'))
) STRICT;

CREATE TABLE journal (
    id         INTEGER PRIMARY KEY,
    command_id INTEGER REFERENCES command (id) ON DELETE CASCADE,
    table_name TEXT NOT NULL,
    row_id     INTEGER NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
    before     TEXT
) STRICT;
CREATE INDEX journal_command ON journal (command_id);

CREATE TABLE journal_now (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    command_id INTEGER REFERENCES command (id)
) STRICT;
INSERT INTO journal_now (id, command_id) VALUES (1, NULL);
