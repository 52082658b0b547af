-- A care plan whose interval is in months, quarters or years counts calendar months; every_days is
-- then what it is in days, about.
ALTER TABLE care_plan ADD COLUMN every_months INTEGER CHECK (every_months >= 1);
