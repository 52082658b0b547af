-- What the figures need, and what they are held against.

-- Two caches of the stage log, written where the log is (funnelcli.actions.log), so that reports
-- over millions of stays need not look for each stay's neighbours. Stages of the kind outside
-- are no step: next_stage_id is the stage of the next stay inside the funnel, NULL when none
-- follows; again is 1 once the deal came to the same stage another time; in_order_stage_id is
-- the last stage up to which the deal stayed in every one, in order.
ALTER TABLE stay ADD COLUMN next_stage_id INTEGER REFERENCES stage (id);
ALTER TABLE stay ADD COLUMN again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1));
ALTER TABLE deal ADD COLUMN in_order_stage_id INTEGER REFERENCES stage (id);
DROP INDEX stay_stage;
CREATE INDEX stay_flow ON stay (stage_id, next_stage_id, again, entered_at);
CREATE INDEX stay_again ON stay (deal_id, stage_id) WHERE again = 1;
-- Whole days of 24 hours; NULL while the stay lasts.
CREATE INDEX stay_length ON stay (stage_id, (left_at - entered_at) / 86400, entered_at);

-- A target of won value over a period, [starts_on, ends_on).
CREATE TABLE target (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    starts_on   TEXT NOT NULL,
    ends_on     TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    currency    TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    process_id  INTEGER REFERENCES process (id) ON DELETE CASCADE,
    recorded_at INTEGER NOT NULL,
    CHECK (ends_on > starts_on)
) STRICT;

-- How many units of the base currency one unit of a currency is worth from a day on, times 10^8.
CREATE TABLE exchange_rate (
    id          INTEGER PRIMARY KEY,
    currency    TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    base        TEXT NOT NULL CHECK (length(base) = 3 AND base = upper(base)),
    valid_from  TEXT NOT NULL,
    rate        INTEGER NOT NULL CHECK (rate > 0),
    recorded_at INTEGER NOT NULL,
    UNIQUE (currency, base, valid_from),
    CHECK (currency <> base)
) STRICT;
