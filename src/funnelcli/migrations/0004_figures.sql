-- What the figures are held against.

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
