-- What the work of each stage leaves on record: offers, objections, contracts, care.

CREATE TABLE product (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    sku         TEXT NOT NULL UNIQUE CHECK (sku <> ''),
    name        TEXT NOT NULL CHECK (name <> ''),
    search      TEXT NOT NULL,
    unit        TEXT NOT NULL DEFAULT 'piece',
    valid_from  TEXT,
    valid_until TEXT,
    notes       TEXT,
    recorded_at INTEGER NOT NULL,
    CHECK (valid_until >= valid_from)
) STRICT;
CREATE INDEX product_search ON product (search);

-- The price history: a row holds from its day until the next one's. price is net, vat is in
-- hundredths of a percent (1900 is 19 %).
CREATE TABLE product_price (
    id          INTEGER PRIMARY KEY,
    product_id  INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    valid_from  TEXT NOT NULL,
    price       INTEGER NOT NULL CHECK (price >= 0),
    cost        INTEGER CHECK (cost >= 0),
    currency    TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    vat         INTEGER NOT NULL CHECK (vat BETWEEN 0 AND 10000),
    recorded_at INTEGER NOT NULL,
    UNIQUE (product_id, valid_from)
) STRICT;

-- Every version of an offer is a row of its own; number and version name it. That one has expired
-- follows from valid_until when it is read. From net on the amounts are sums over the lines in
-- minor units, written by funnelcli.actions.offers alone: list_net is what the lines come to
-- without any discount, cost the own cost of the lines whose cost is known, and costed_net what
-- those lines are sold for.
CREATE TABLE offer (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    number      TEXT NOT NULL CHECK (number <> ''),
    version     INTEGER NOT NULL CHECK (version >= 1),
    deal_id     INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    status      TEXT NOT NULL DEFAULT 'draft'
                CHECK (status IN ('draft', 'sent', 'accepted', 'declined', 'revised')),
    binding     INTEGER NOT NULL DEFAULT 0 CHECK (binding IN (0, 1)),
    currency    TEXT NOT NULL CHECK (length(currency) = 3 AND currency = upper(currency)),
    valid_until TEXT,
    discount    INTEGER NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000),
    intro       TEXT,
    closing     TEXT,
    note        TEXT,
    created_at  INTEGER NOT NULL,
    sent_at     INTEGER,
    decided_at  INTEGER,
    net         INTEGER NOT NULL DEFAULT 0,
    vat         INTEGER NOT NULL DEFAULT 0,
    gross       INTEGER NOT NULL DEFAULT 0,
    list_net    INTEGER NOT NULL DEFAULT 0,
    cost        INTEGER NOT NULL DEFAULT 0,
    costed_net  INTEGER NOT NULL DEFAULT 0,
    recorded_at INTEGER NOT NULL,
    UNIQUE (number, version),
    CHECK (sent_at >= created_at AND decided_at >= created_at)
) STRICT;
CREATE INDEX offer_deal ON offer (deal_id, status);
CREATE INDEX offer_open ON offer (status, valid_until);

-- quantity is in thousandths, discount and vat in hundredths of a percent. list_price and cost
-- are the product's on the day the line was written, a unit, for concessions and margin. net is
-- the whole line less both discounts, rounded once.
CREATE TABLE offer_line (
    id         INTEGER PRIMARY KEY,
    offer_id   INTEGER NOT NULL REFERENCES offer (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    product_id INTEGER REFERENCES product (id) ON DELETE SET NULL,
    text       TEXT NOT NULL CHECK (text <> ''),
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    unit       TEXT NOT NULL,
    price      INTEGER NOT NULL CHECK (price >= 0),
    discount   INTEGER NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000),
    vat        INTEGER NOT NULL CHECK (vat BETWEEN 0 AND 10000),
    list_price INTEGER CHECK (list_price >= 0),
    cost       INTEGER CHECK (cost >= 0),
    net        INTEGER NOT NULL CHECK (net >= 0)
) STRICT;
CREATE INDEX offer_line_offer ON offer_line (offer_id, position);
CREATE INDEX offer_line_product ON offer_line (product_id) WHERE product_id IS NOT NULL;

-- kind is a key of the catalogue; genuine is 1 for an Einwand, 0 for a Vorwand.
CREATE TABLE objection (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    deal_id     INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    stage_id    INTEGER NOT NULL REFERENCES stage (id),
    kind        TEXT NOT NULL,
    genuine     INTEGER NOT NULL DEFAULT 1 CHECK (genuine IN (0, 1)),
    wording     TEXT,
    answer      TEXT,
    raised_at   INTEGER NOT NULL,
    raised_on   TEXT NOT NULL,
    resolved_at INTEGER,
    recorded_at INTEGER NOT NULL,
    CHECK (resolved_at >= raised_at)
) STRICT;
CREATE INDEX objection_deal ON objection (deal_id, raised_at);
CREATE INDEX objection_kind ON objection (kind);

-- What was signed. A deal may have several; an order without a number has none. notice is how
-- long before the end it has to be given, like "3m"; cancel_by, which follows from both, is the
-- last day for it. instruction_on is when a consumer was instructed on the right of withdrawal.
CREATE TABLE contract (
    id             INTEGER PRIMARY KEY,
    public_id      TEXT NOT NULL UNIQUE,
    deal_id        INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    number         TEXT CHECK (number <> ''),
    signed_on      TEXT NOT NULL,
    signed_by      TEXT,
    starts_on      TEXT,
    ends_on        TEXT,
    notice         TEXT,
    cancel_by      TEXT,
    document       TEXT,
    instruction_on TEXT,
    notes          TEXT,
    recorded_at    INTEGER NOT NULL,
    CHECK (ends_on >= starts_on)
) STRICT;
CREATE INDEX contract_deal ON contract (deal_id);
CREATE INDEX contract_ends ON contract (ends_on) WHERE ends_on IS NOT NULL;
CREATE UNIQUE INDEX contract_number ON contract (number) WHERE number IS NOT NULL;

-- Net Promoter Score 0-10 ("nps") or customer satisfaction 1-5 ("csat").
CREATE TABLE satisfaction (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    contact_id  INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('nps', 'csat')),
    score       INTEGER NOT NULL,
    comment     TEXT,
    scored_on   TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CHECK (
        (kind = 'nps' AND score BETWEEN 0 AND 10) OR (kind = 'csat' AND score BETWEEN 1 AND 5)
    )
) STRICT;
CREATE INDEX satisfaction_contact ON satisfaction (contact_id, scored_on);

-- Who named whom; the referred contact also carries referred_by_id.
CREATE TABLE referral (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    referrer_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    referred_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    referred_on TEXT NOT NULL,
    note        TEXT,
    recorded_at INTEGER NOT NULL,
    UNIQUE (referrer_id, referred_id),
    CHECK (referrer_id <> referred_id)
) STRICT;
CREATE INDEX referral_referred ON referral (referred_id);
