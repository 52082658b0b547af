-- The right of withdrawal as a rule of the process, and what a deal's period follows from.
-- withdrawal_begins says with what the period begins; withdrawal_uninstructed_months are added where
-- the customer was not instructed; withdrawal_holidays is the country whose public holidays carry an
-- end over.
ALTER TABLE process ADD COLUMN withdrawal_begins TEXT NOT NULL DEFAULT 'contract'
CHECK (withdrawal_begins IN ('contract', 'receipt'));
ALTER TABLE process ADD COLUMN withdrawal_uninstructed_months INTEGER
CHECK (withdrawal_uninstructed_months >= 0);
ALTER TABLE process ADD COLUMN withdrawal_holidays TEXT;
UPDATE process SET withdrawal_uninstructed_months = 12, withdrawal_holidays = 'DE'
WHERE key = 'funnel' AND builtin = 1 AND withdrawal_days = 14;
-- withdrawal_from is with what a deal's period begins, "set" where its last day was put by hand,
-- NULL where there is no such right; revocable_until is NULL while goods are not received.
-- withdrawal_sent_on is when a withdrawal was sent.
ALTER TABLE deal ADD COLUMN withdrawal_from TEXT
CHECK (withdrawal_from IN ('contract', 'receipt', 'set'));
ALTER TABLE deal ADD COLUMN received_on TEXT;
ALTER TABLE deal ADD COLUMN withdrawal_sent_on TEXT;
UPDATE deal SET withdrawal_from = CASE
    WHEN revocable_until = (
        SELECT date(deal.won_on, '+' || p.withdrawal_days || ' days')
        FROM process AS p WHERE p.id = deal.process_id
    ) THEN 'contract'
    ELSE 'set'
END
WHERE revocable_until IS NOT NULL;
CREATE INDEX deal_revocable ON deal (revocable_until) WHERE withdrawal_from IS NOT NULL;
