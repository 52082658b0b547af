-- The few deals that have stays which went on in the log though the deal was lost in them: those that
-- were reopened, and the lost ones outside the funnel.
SELECT r.deal_id FROM {stay} AS r
WHERE
    {part:r.deal_id}
    AND r.how = 'reopened'
    AND r.stage_id IN (SELECT o.id FROM stage AS o WHERE o.process_id = :process_id)
UNION
SELECT l.id FROM {deal} AS l
WHERE
    {part:l.id}
    AND l.process_id = :process_id AND l.status = 'lost'
    AND l.stage_id IN (
        SELECT o.id FROM stage AS o WHERE o.process_id = :process_id AND o.kind = 'outside'
    )
