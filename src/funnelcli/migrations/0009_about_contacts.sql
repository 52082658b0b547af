-- What else is known of people and organisations. first_name and last_name are NULL where they are as
-- the name says; a birthday may lack its year: --05-17.
ALTER TABLE contact ADD COLUMN industry TEXT;
ALTER TABLE contact ADD COLUMN salutation TEXT;
ALTER TABLE contact ADD COLUMN academic_title TEXT;
ALTER TABLE contact ADD COLUMN first_name TEXT;
ALTER TABLE contact ADD COLUMN last_name TEXT;
ALTER TABLE contact ADD COLUMN birthday TEXT;
ALTER TABLE contact ADD COLUMN language TEXT;
ALTER TABLE contact ADD COLUMN website TEXT;
