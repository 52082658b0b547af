-- The field day: calls, callbacks, notes from elsewhere, effort and what it costs.

-- A call is a visit by phone; call_outcome says how it ended. no_answer, callback and
-- wrong_number are attempts (outcome not_met), not_interested and do_not_call are declined.
ALTER TABLE visit ADD COLUMN call_outcome TEXT CHECK (
    call_outcome IN (
        'reached', 'no_answer', 'callback', 'not_interested', 'wrong_number', 'do_not_call'
    )
);

-- What a next step is: a task, a call (a callback that was asked for), a visit. starts is the
-- time of day, HH:MM in the user's zone, where one was agreed, minutes how long it will take.
-- A step that recurs has every as a count and a unit (2w, 1m), and every_from, the day from which
-- its dates are counted; what is done makes the next one. uid is the one that a step taken from
-- a calendar has there.
ALTER TABLE step ADD COLUMN kind TEXT NOT NULL DEFAULT 'task'
    CHECK (kind IN ('task', 'call', 'visit'));
ALTER TABLE step ADD COLUMN starts TEXT;
ALTER TABLE step ADD COLUMN minutes INTEGER CHECK (minutes > 0);
ALTER TABLE step ADD COLUMN every TEXT;
ALTER TABLE step ADD COLUMN every_from TEXT;
ALTER TABLE step ADD COLUMN uid TEXT;
CREATE UNIQUE INDEX step_uid ON step (uid) WHERE uid IS NOT NULL;
-- When a step was last changed, for calendars.
CREATE INDEX journal_step ON journal (row_id) WHERE table_name = 'step';

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

-- The rates by the days on which they hold, [starts_on, ends_on), in one row a period: from the
-- beginning of time, where none holds, to its end.
CREATE VIEW rate_period AS
SELECT
    f.day AS starts_on,
    lead(f.day, 1, '9999-12-31') OVER (ORDER BY f.day) AS ends_on,
    h.amount AS hour,
    h.currency AS hour_currency,
    m.amount AS km,
    m.currency AS km_currency
FROM (
    SELECT '0000-01-01' AS day
    UNION
    SELECT r.valid_from FROM rate AS r
) AS f
LEFT JOIN rate AS h ON h.kind = 'hour' AND h.valid_from = (
    SELECT max(b.valid_from) FROM rate AS b WHERE b.kind = 'hour' AND b.valid_from <= f.day
)
LEFT JOIN rate AS m ON m.kind = 'km' AND m.valid_from = (
    SELECT max(b.valid_from) FROM rate AS b WHERE b.kind = 'km' AND b.valid_from <= f.day
);

-- What each entry costs: minutes / 60 x the hour's rate of its day + kilometres x the kilometre's
-- rate + expenses, rounded half up once. The terms are held in sixtieths of a minor unit until
-- then. A row for each currency: the hour's with all that is in it, then kilometres and expenses
-- in others. Minutes or kilometres of a day without a rate cost nothing. No aggregate, so that a
-- search for one deal or entry reaches the tables' indexes.
CREATE VIEW effort_cost AS
SELECT
    e.origin, e.origin_id, e.deal_id, e.contact_id, e.stage_id, e.happened_at, e.happened_on,
    (
        e.minutes * p.hour
        + CASE WHEN p.km_currency = p.hour_currency THEN 60 * e.kilometres * p.km ELSE 0 END
        + CASE WHEN e.currency = p.hour_currency THEN 60 * e.expenses ELSE 0 END
        + 30
    ) / 60 AS cost,
    p.hour_currency AS currency
FROM effort_entry AS e
JOIN rate_period AS p ON e.happened_on >= p.starts_on AND e.happened_on < p.ends_on
WHERE p.hour_currency IS NOT NULL
    AND (
        e.minutes > 0
        OR (e.kilometres > 0 AND p.km_currency = p.hour_currency)
        OR (e.expenses > 0 AND e.currency = p.hour_currency)
    )
UNION ALL
SELECT
    e.origin, e.origin_id, e.deal_id, e.contact_id, e.stage_id, e.happened_at, e.happened_on,
    e.kilometres * p.km + CASE WHEN e.currency = p.km_currency THEN e.expenses ELSE 0 END,
    p.km_currency
FROM effort_entry AS e
JOIN rate_period AS p ON e.happened_on >= p.starts_on AND e.happened_on < p.ends_on
WHERE p.km_currency IS NOT p.hour_currency AND p.km_currency IS NOT NULL
    AND (e.kilometres > 0 OR (e.expenses > 0 AND e.currency = p.km_currency))
UNION ALL
SELECT
    e.origin, e.origin_id, e.deal_id, e.contact_id, e.stage_id, e.happened_at, e.happened_on,
    e.expenses, e.currency
FROM effort_entry AS e
JOIN rate_period AS p ON e.happened_on >= p.starts_on AND e.happened_on < p.ends_on
WHERE e.expenses > 0 AND e.currency IS NOT p.hour_currency AND e.currency IS NOT p.km_currency;
