-- What else is known of people and organisations.
ALTER TABLE contact ADD COLUMN industry TEXT;
