-- Whose a command is, where several share the database: the public id of the user, who may be called
-- otherwise later on. Who was called so then is known from the journal, and else from who is now.
ALTER TABLE command ADD COLUMN member TEXT;
UPDATE command SET member = coalesce(
    (SELECT m.public_id FROM journal AS j JOIN member AS m ON m.id = j.row_id
        WHERE j.table_name = 'member' AND j.op = 'update' AND j.command_id >= command.id
            AND json_extract(j.before, '$.key')
                = lower(substr(command.who, 1, instr(command.who || '@', '@') - 1))
        ORDER BY j.id LIMIT 1),
    (SELECT m.public_id FROM member AS m
        WHERE m.key = lower(substr(command.who, 1, instr(command.who || '@', '@') - 1)))
) WHERE who IS NOT NULL AND EXISTS (SELECT 1 FROM member);
