-- What to add to time_in_stage.sql: how long the stays that go on have lasted, which is more every
-- day.
WITH facts AS (
    {shared:lasting}
    AND d.status <> 'lost'
)
-- figures: sums by 4 keys
SELECT slice, stage_id, days, done, count(*) AS stays
FROM facts
GROUP BY {by}stage_id, days, done
