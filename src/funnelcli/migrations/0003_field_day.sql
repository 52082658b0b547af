-- The field day: calls, callbacks, notes from elsewhere, effort and what it costs.

-- A call is a visit by phone; call_outcome says how it ended. no_answer, callback and
-- wrong_number are attempts (outcome not_met), not_interested and do_not_call are declined.
ALTER TABLE visit ADD COLUMN call_outcome TEXT CHECK (
    call_outcome IN (
        'reached', 'no_answer', 'callback', 'not_interested', 'wrong_number', 'do_not_call'
    )
);

-- What a next step is: a task, a call (a callback that was asked for), a visit. starts is the
-- time of day, HH:MM in the user's zone, where one was agreed.
ALTER TABLE step ADD COLUMN kind TEXT NOT NULL DEFAULT 'task'
    CHECK (kind IN ('task', 'call', 'visit'));
ALTER TABLE step ADD COLUMN starts TEXT;

-- Notes taken from a folder: the SHA-256 of each file, so that none is taken twice.
CREATE TABLE inbox_note (
    id          INTEGER PRIMARY KEY,
    hash        TEXT NOT NULL UNIQUE,
    file        TEXT NOT NULL,
    visit_id    INTEGER REFERENCES visit (id) ON DELETE SET NULL,
    recorded_at INTEGER NOT NULL
) STRICT;

-- Effort entered directly; visits and calls carry their own. minutes, kilometres, expenses as
-- on a visit; stage_id is the deal's stage when it happened.
CREATE TABLE effort (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    contact_id  INTEGER REFERENCES contact (id) ON DELETE CASCADE,
    stage_id    INTEGER REFERENCES stage (id),
    happened_at INTEGER NOT NULL,
    happened_on TEXT NOT NULL,
    minutes     INTEGER CHECK (minutes >= 0),
    kilometres  INTEGER CHECK (kilometres >= 0),
    expenses    INTEGER CHECK (expenses >= 0),
    currency    TEXT CHECK (length(currency) = 3 AND currency = upper(currency)),
    note        TEXT,
    recorded_at INTEGER NOT NULL,
    CHECK (deal_id IS NOT NULL OR contact_id IS NOT NULL),
    CHECK ((expenses IS NULL) = (currency IS NULL)),
    CHECK (minutes IS NOT NULL OR kilometres IS NOT NULL OR expenses IS NOT NULL)
) STRICT;
CREATE INDEX effort_deal ON effort (deal_id, happened_at);
CREATE INDEX effort_contact ON effort (contact_id, happened_at);

-- What an hour or a kilometre costs from a day on, in minor units.
CREATE TABLE rate (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('hour', 'km')),
    valid_from  TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount >= 0),
    currency    TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    recorded_at INTEGER NOT NULL,
    UNIQUE (kind, valid_from)
) STRICT;

-- The cost of a source or channel over a period, [starts_on, ends_on): a fair, an ad.
CREATE TABLE overhead (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    source      TEXT,
    starts_on   TEXT NOT NULL,
    ends_on     TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount >= 0),
    currency    TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    note        TEXT,
    recorded_at INTEGER NOT NULL,
    CHECK (ends_on > starts_on)
) STRICT;

-- All effort in one shape: of visits and calls, travel included, and entered directly.
CREATE VIEW effort_entry AS
SELECT
    'visit' AS origin,
    v.id AS origin_id,
    v.deal_id,
    v.contact_id,
    v.stage_id,
    v.happened_at,
    v.happened_on,
    coalesce(v.minutes, 0) + coalesce(v.travel_minutes, 0) AS minutes,
    coalesce(v.kilometres, 0) AS kilometres,
    coalesce(v.expenses, 0) AS expenses,
    v.expenses_currency AS currency
FROM visit AS v
WHERE
    v.minutes IS NOT NULL
    OR v.travel_minutes IS NOT NULL
    OR v.kilometres IS NOT NULL
    OR v.expenses IS NOT NULL
UNION ALL
SELECT
    'effort',
    e.id,
    e.deal_id,
    e.contact_id,
    e.stage_id,
    e.happened_at,
    e.happened_on,
    coalesce(e.minutes, 0),
    coalesce(e.kilometres, 0),
    coalesce(e.expenses, 0),
    e.currency
FROM effort AS e;

-- What each entry costs, a row for each currency: minutes / 60 x the hour's rate of its day +
-- kilometres x the kilometre's rate + expenses, rounded half up once. All terms are held in
-- sixtieths of a minor unit until then. Minutes or kilometres of a day without a rate cost
-- nothing.
CREATE VIEW effort_cost AS
WITH part AS (
    SELECT
        e.*,
        r.currency AS rate_currency,
        CASE r.kind WHEN 'hour' THEN e.minutes * r.amount ELSE 60 * e.kilometres * r.amount END
            AS sixtieths
    FROM effort_entry AS e
    JOIN rate AS r
        ON r.valid_from = (
            SELECT max(b.valid_from) FROM rate AS b
            WHERE b.kind = r.kind AND b.valid_from <= e.happened_on
        )
    WHERE (r.kind = 'hour' AND e.minutes > 0) OR (r.kind = 'km' AND e.kilometres > 0)
    UNION ALL
    SELECT e.*, e.currency, 60 * e.expenses
    FROM effort_entry AS e
    WHERE e.expenses > 0
)
SELECT
    p.origin,
    p.origin_id,
    p.deal_id,
    p.contact_id,
    p.stage_id,
    p.happened_at,
    p.happened_on,
    (sum(p.sixtieths) + 30) / 60 AS cost,
    p.rate_currency AS currency
FROM part AS p
GROUP BY p.origin, p.origin_id, p.rate_currency;
