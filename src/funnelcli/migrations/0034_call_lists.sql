-- Lists to call: a call keeps the name of the saved filter that it was made from, whoever passes that
-- filter later, and whether it is still there; and a saved filter has the script for its calls.
ALTER TABLE visit ADD COLUMN call_list TEXT;
ALTER TABLE saved_filter ADD COLUMN script TEXT;
