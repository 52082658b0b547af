-- By this a report finds the deals whose opening nobody has said.
CREATE INDEX terms_estimated ON terms (deal_id) WHERE provenance = 'estimated';
