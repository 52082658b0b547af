-- The reasons for which a lost deal is in no rate: it was a duplicate.
SELECT k.key FROM catalogue AS k WHERE k.kind = 'lost_reason' AND k.rate = 'none'
