-- Reopened deals are few: by this a report finds the stays that a loss cut short.
CREATE INDEX stay_reopened ON stay (stage_id, deal_id) WHERE how = 'reopened';
