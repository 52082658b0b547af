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

-- Questionnaires: frameworks of qualification, and the profile of the customers that are wanted.
-- A changed one is a new version, so that what was answered stays what it was.
CREATE TABLE questionnaire (
    id          INTEGER PRIMARY KEY,
    key         TEXT NOT NULL CHECK (key <> ''),
    version     INTEGER NOT NULL CHECK (version >= 1),
    kind        TEXT NOT NULL CHECK (kind IN ('qualification', 'needs', 'profile')),
    name_en     TEXT NOT NULL,
    name_de     TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (key, version)
) STRICT;

CREATE TABLE questionnaire_question (
    id               INTEGER PRIMARY KEY,
    questionnaire_id INTEGER NOT NULL REFERENCES questionnaire (id) ON DELETE CASCADE,
    position         INTEGER NOT NULL,
    key              TEXT NOT NULL,
    text_en          TEXT NOT NULL,
    text_de          TEXT NOT NULL,
    weight           INTEGER NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 10),
    required         INTEGER NOT NULL DEFAULT 0 CHECK (required IN (0, 1)),
    UNIQUE (questionnaire_id, key)
) STRICT;

-- What was answered, with the question as it was asked; the latest row of a question holds. The
-- questions of a stage have its id, the others the key and version of their questionnaire.
CREATE TABLE answer (
    id            INTEGER PRIMARY KEY,
    deal_id       INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    stage_id      INTEGER REFERENCES stage (id) ON DELETE SET NULL,
    questionnaire TEXT,
    version       INTEGER,
    key           TEXT NOT NULL,
    question      TEXT NOT NULL,
    answer        TEXT,
    score         INTEGER CHECK (score BETWEEN 0 AND 5),
    evidence      TEXT,
    answered_at   INTEGER NOT NULL,
    recorded_at   INTEGER NOT NULL,
    CHECK (answer IS NOT NULL OR score IS NOT NULL),
    CHECK ((questionnaire IS NULL) = (version IS NULL))
) STRICT;
CREATE INDEX answer_deal ON answer (deal_id, key);
CREATE INDEX answer_stage ON answer (stage_id) WHERE stage_id IS NOT NULL;

-- Whether we want this customer; fit is the percentage of the target profile that is met.
CREATE TABLE verdict (
    id          INTEGER PRIMARY KEY,
    deal_id     INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    verdict     TEXT NOT NULL CHECK (verdict IN ('pursue', 'park', 'drop')),
    reason      TEXT,
    framework   TEXT,
    fit         INTEGER CHECK (fit BETWEEN 0 AND 100),
    decided_at  INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX verdict_deal ON verdict (deal_id, decided_at);

-- A criterion that is ticked by hand, because nothing on record can tell.
CREATE TABLE criterion_tick (
    id          INTEGER PRIMARY KEY,
    deal_id     INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    stage_id    INTEGER NOT NULL REFERENCES stage (id) ON DELETE CASCADE,
    key         TEXT NOT NULL,
    note        TEXT,
    ticked_at   INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (deal_id, stage_id, key)
) STRICT;

CREATE TABLE milestone_template (
    id         INTEGER PRIMARY KEY,
    process_id INTEGER NOT NULL REFERENCES process (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    key        TEXT NOT NULL,
    name_en    TEXT NOT NULL,
    name_de    TEXT NOT NULL,
    days       INTEGER NOT NULL CHECK (days >= 0),
    UNIQUE (process_id, key)
) STRICT;

CREATE TABLE milestone (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    deal_id     INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    key         TEXT,
    name        TEXT NOT NULL CHECK (name <> ''),
    search      TEXT NOT NULL,
    due         TEXT,
    done_on     TEXT,
    done_at     INTEGER,
    note        TEXT,
    recorded_at INTEGER NOT NULL,
    CHECK ((done_on IS NULL) = (done_at IS NULL))
) STRICT;
CREATE INDEX milestone_deal ON milestone (deal_id, position);
CREATE INDEX milestone_open ON milestone (due) WHERE done_on IS NULL;

-- How often a customer is to be spoken to, counted from the last real contact.
CREATE TABLE care_plan (
    id          INTEGER PRIMARY KEY,
    contact_id  INTEGER NOT NULL UNIQUE REFERENCES contact (id) ON DELETE CASCADE,
    every_days  INTEGER NOT NULL CHECK (every_days >= 1),
    starts_on   TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE complaint (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,
    contact_id  INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    deal_id     INTEGER REFERENCES deal (id) ON DELETE SET NULL,
    text        TEXT NOT NULL CHECK (text <> ''),
    raised_on   TEXT NOT NULL,
    resolution  TEXT,
    resolved_on TEXT,
    recorded_at INTEGER NOT NULL,
    CHECK (resolved_on >= raised_on)
) STRICT;
CREATE INDEX complaint_contact ON complaint (contact_id);

-- How a visit ended, whatever the decision: with a card left, and somebody to turn to.
CREATE TABLE farewell (
    id               INTEGER PRIMARY KEY,
    deal_id          INTEGER NOT NULL REFERENCES deal (id) ON DELETE CASCADE,
    visit_id         INTEGER REFERENCES visit (id) ON DELETE SET NULL,
    card_left        INTEGER NOT NULL DEFAULT 0 CHECK (card_left IN (0, 1)),
    personal_contact TEXT NOT NULL CHECK (personal_contact <> ''),
    said_on          TEXT NOT NULL,
    said_at          INTEGER NOT NULL,
    recorded_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX farewell_deal ON farewell (deal_id);
