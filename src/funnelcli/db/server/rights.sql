-- Who may do what, held by the database itself: whoever reaches it by another program than funnel
-- is held to the same rules. Who set the database up looks after it, and may all.
--
-- A user is a row of member whose key is the name of a login, in lower case. What a user may do
-- follows from the role in that row: a reader reads; a seller writes, but removes and gives away no
-- one else's deals and contacts, and changes nothing of what was done; an owner may all. Each one's
-- story is everybody's: everything can be read by all.
--
-- Every function here names where it looks for tables and functions, so that nobody puts others in
-- their place. What is the trigger of a table alone and writes as whoever made the schema, nobody else
-- may call: a trigger runs without that right, but is made with it only.

CREATE OR REPLACE FUNCTION my_role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT m.role FROM member AS m WHERE m.key = lower(session_user)
$$;

CREATE OR REPLACE FUNCTION my_id() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT m.id FROM member AS m WHERE m.key = lower(session_user)
$$;

CREATE OR REPLACE FUNCTION is_mine(owner bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT coalesce(owner IS NULL OR my_role() = 'owner' OR owner = my_id(), false)
$$;

-- Whether whoever asks is held to what a seller may: no owner, and nobody who made the schema, as whom
-- the functions of the schema write. A login that was given another name keeps its rights, and is no
-- user any more.
CREATE OR REPLACE FUNCTION is_held() RETURNS boolean
LANGUAGE sql STABLE SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT my_role() IS DISTINCT FROM 'owner' AND NOT pg_has_role(n.nspowner, 'USAGE')
    FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'funnel'
$$;

-- Whether a command was given by this user: under the name of now, or an earlier one. What nobody of
-- now has given is theirs whose login has the name.
CREATE OR REPLACE FUNCTION is_by_me(number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM command AS k JOIN member AS me ON me.key = lower(session_user)
        WHERE k.id = number AND (
            k.member = me.public_id
            OR lower(split_part(k.who, '@', 1)) = me.key
            AND NOT EXISTS (SELECT 1 FROM member AS m WHERE m.public_id = k.member)
        )
    );
END
$$;

-- What another program did is everybody's.
CREATE OR REPLACE FUNCTION is_my_command(command bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT command IS NULL OR my_role() = 'owner' OR is_by_me(command)
        OR EXISTS (SELECT 1 FROM command AS k WHERE k.id = command AND k.who IS NULL)
$$;

CREATE OR REPLACE FUNCTION under_way() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS
    'SELECT n.command_id FROM journal_now AS n';

CREATE OR REPLACE FUNCTION is_taking_back() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM command AS k WHERE k.id = under_way() AND k.kind IN ('undo', 'redo')
    )
$$;

-- The highest id of a table, 0 where there is none.
CREATE OR REPLACE FUNCTION highest(name text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    EXECUTE format('SELECT coalesce(max(t.id), 0) FROM %I AS t', name) INTO found;
    RETURN found;
END
$$;

-- What a login may do at all. It is told anew of every change of its row, and of new tables.
CREATE OR REPLACE FUNCTION grant_rights(login text, role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles AS r WHERE r.rolname = login) THEN
        -- The program has the sentence for it.
        RAISE EXCEPTION '%', login USING ERRCODE = 'FU001';
    END IF;
    -- Who made the schema may all, user or not.
    IF EXISTS (
        SELECT 1 FROM pg_catalog.pg_namespace AS n
        JOIN pg_catalog.pg_roles AS r ON r.oid = n.nspowner
        WHERE n.nspname = 'funnel' AND r.rolname = login
    ) THEN
        RETURN;
    END IF;
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA funnel FROM %I', login);
    IF role IS NULL THEN
        EXECUTE format('REVOKE ALL ON SCHEMA funnel FROM %I', login);
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA funnel TO %I', login);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA funnel TO %I', login);
    -- What a reader takes out stands in the log of exports too.
    EXECUTE format('GRANT INSERT ON disclosure TO %I', login);
    IF role <> 'reader' THEN
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA funnel TO %I', login);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON schema_version FROM %I', login);
    END IF;
    IF role = 'seller' THEN
        -- What was done stays as it is; what is left here is looked at row by row.
        EXECUTE format('REVOKE UPDATE, DELETE ON disclosure FROM %I', login);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON forgotten, sealed FROM %I', login);
        EXECUTE format('REVOKE INSERT, DELETE ON journal_now FROM %I', login);
        EXECUTE format('REVOKE UPDATE ON command, journal FROM %I', login);
        EXECUTE format('GRANT UPDATE (kind, target, targets, state) ON command TO %I', login);
        EXECUTE format('GRANT UPDATE (command_id, last_id) ON journal TO %I', login);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION grant_rights(text, text) FROM public;

-- The login that a user's key names, however it is capitalised; NULL where there is none yet.
CREATE OR REPLACE FUNCTION login_of(key text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT r.rolname::text FROM pg_catalog.pg_roles AS r WHERE lower(r.rolname) = key
    ORDER BY r.rolname <> key LIMIT 1
$$;

-- Users who have no login here yet get their rights when they are edited.
CREATE OR REPLACE FUNCTION grant_to_all() RETURNS void LANGUAGE sql AS $$
    SELECT grant_rights(login_of(m.key), m.role) FROM member AS m
    WHERE login_of(m.key) IS NOT NULL
$$;
REVOKE ALL ON FUNCTION grant_to_all() FROM public;

CREATE OR REPLACE FUNCTION grant_by_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND (TG_OP = 'DELETE' OR OLD.key <> NEW.key) THEN
        -- The login may have gone before the user.
        IF login_of(OLD.key) IS NOT NULL THEN
            PERFORM grant_rights(login_of(OLD.key), NULL);
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM grant_rights(coalesce(login_of(NEW.key), NEW.key), NEW.role);
    END IF;
    RETURN NULL;
END
$$;
-- Else anybody could make it the trigger of a table of their own, and give themselves any role.
REVOKE ALL ON FUNCTION grant_by_row() FROM public;
-- At the end of the transaction, for what comes in it before may need the rights that go.
DROP TRIGGER IF EXISTS rights ON member;
CREATE CONSTRAINT TRIGGER rights AFTER INSERT OR UPDATE OR DELETE ON member
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grant_by_row();

-- Whether this user takes back, by an undo or within one command, that they gave a row away from whose
-- it was, and nobody has given it on since; what was taken back since counts for nothing. It is the
-- journal that says so, in which nobody but an owner can write what was not.
CREATE OR REPLACE FUNCTION gave_away(name text, row_id bigint, owner bigint, earlier bigint)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT coalesce((
        SELECT
            j.op = 'update' AND is_by_me(j.command_id)
            AND (j.command_id = under_way() OR is_taking_back())
            AND (j.before::jsonb ->> 'owner_id')::bigint IS NOT DISTINCT FROM earlier
        FROM journal AS j LEFT JOIN command AS k ON k.id = j.command_id
        WHERE j.table_name = name
            AND gave_away.row_id BETWEEN j.row_id AND coalesce(j.last_id, j.row_id)
            AND (k.who IS NULL OR k.kind = 'do' AND (k.state = 'done' OR is_by_me(k.id)))
            AND (j.op <> 'update' OR (j.before::jsonb ->> 'owner_id')::bigint IS DISTINCT FROM owner)
        ORDER BY j.id DESC LIMIT 1
    ), false)
$$;

-- Whether this user takes back, by an undo or within one command, that they added a row, and nobody
-- else has changed it since.
CREATE OR REPLACE FUNCTION added(name text, number bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM command AS u JOIN command AS k
            ON k.id = u.id OR u.kind = 'undo' AND k.kind = 'do' AND (k.id = u.target OR k.id IN (
                SELECT t.value::bigint FROM json_array_elements_text(u.targets::json) AS t (value)
            ))
        WHERE u.id = under_way() AND is_by_me(k.id)
            AND (
                EXISTS (
                    SELECT 1 FROM journal AS j WHERE j.command_id = k.id AND j.last_id IS NOT NULL
                        AND j.table_name = name AND number BETWEEN j.row_id AND j.last_id
                )
                OR EXISTS (
                    SELECT 1 FROM journal AS j WHERE j.command_id = k.id
                        AND j.table_name = name AND j.row_id = number AND j.op = 'insert'
                )
            )
            AND NOT EXISTS (
                SELECT 1 FROM journal AS j
                WHERE j.command_id > k.id AND j.command_id < u.id AND j.table_name = name
                    AND number BETWEEN j.row_id AND coalesce(j.last_id, j.row_id)
                    AND NOT is_by_me(j.command_id)
            )
            AND NOT EXISTS (
                SELECT 1 FROM journal AS j
                WHERE j.command_id IS NULL AND j.table_name = name AND j.row_id = number
            )
    )
$$;

-- Whose a record is changes by whoever may dispose of it, and by whoever takes back that they gave it
-- away. Its id, by which the journal knows it, changes by the former alone.
CREATE OR REPLACE FUNCTION keep_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    IF is_held() AND NOT is_mine(OLD.owner_id) AND (
        OLD.id <> NEW.id OR NOT gave_away(TG_TABLE_NAME, OLD.id, OLD.owner_id, NEW.owner_id)
    ) THEN
        RAISE EXCEPTION 'It belongs to somebody else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

-- What was done --------------------------------------------------------------------------------
--
-- A seller adds to it, and takes nothing out and changes nothing but what the program itself has to
-- in the course of a command: of the last one, that is under way.

-- Whether every row that a command has touched is as it was before it.
CREATE OR REPLACE FUNCTION changed_nothing(number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
DECLARE
    entry record;
    now text;
BEGIN
    FOR entry IN
        SELECT DISTINCT ON (j.table_name, j.row_id) j.table_name, j.row_id, j.last_id, j.before
        FROM journal AS j WHERE j.command_id = number ORDER BY j.table_name, j.row_id, j.id
    LOOP
        EXECUTE format('SELECT row_to_json(t)::text FROM %I AS t WHERE t.id = $1', entry.table_name)
        INTO now USING entry.row_id;
        IF entry.last_id IS NOT NULL OR now IS DISTINCT FROM entry.before THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION keep_command() RETURNS trigger
LANGUAGE plpgsql SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT is_held() THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.id := highest('command') + 1;
        NEW.member := CASE WHEN NEW.who IS NOT NULL THEN
            (SELECT m.public_id FROM member AS m WHERE m.id = my_id())
        END;
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' THEN
        -- The command under way says of itself that it takes others back, and then of these that they
        -- are.
        IF NEW.id = under_way() OR (NEW.kind, NEW.target, NEW.targets)
            IS NOT DISTINCT FROM (OLD.kind, OLD.target, OLD.targets)
            AND is_taking_back()
        THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.id = highest('command') AND OLD.kind = 'do' AND is_by_me(OLD.id)
        AND changed_nothing(OLD.id)
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'What was done stays in the journal' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE OR REPLACE TRIGGER keep_command BEFORE INSERT OR UPDATE OR DELETE ON command
    FOR EACH ROW EXECUTE FUNCTION keep_command();

-- What another program did gets a command of its own, and a range of rows its end.
CREATE OR REPLACE FUNCTION keep_journal() RETURNS trigger
LANGUAGE plpgsql SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    IF is_held() AND (
        OLD.command_id IS NULL AND NEW.last_id IS NOT DISTINCT FROM OLD.last_id
            AND NEW.command_id = highest('command')
            AND EXISTS (SELECT 1 FROM command AS k WHERE k.id = NEW.command_id AND k.who IS NULL)
        OR OLD.command_id = under_way() AND NEW.command_id = OLD.command_id
            AND OLD.last_id = OLD.row_id AND NEW.last_id = highest(OLD.table_name)
    ) IS NOT TRUE THEN
        RAISE EXCEPTION 'What was done stays in the journal'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER keep_journal BEFORE UPDATE ON journal
    FOR EACH ROW EXECUTE FUNCTION keep_journal();

-- What is changed is written under the last command, by whoever gives it.
CREATE OR REPLACE FUNCTION keep_now() RETURNS trigger
LANGUAGE plpgsql SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    IF is_held() AND NEW.command_id IS NOT NULL
        AND NOT (NEW.command_id = highest('command') AND is_by_me(NEW.command_id))
    THEN
        RAISE EXCEPTION 'It is the command of somebody else'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER keep_now BEFORE UPDATE ON journal_now
    FOR EACH ROW EXECUTE FUNCTION keep_now();

-- Else what others did later would be taken for a part of the command.
CREATE OR REPLACE FUNCTION end_command() RETURNS trigger
LANGUAGE plpgsql SET search_path = funnel, pg_catalog, pg_temp AS $$
BEGIN
    IF under_way() IS NOT NULL THEN
        RAISE EXCEPTION 'A command has to end with its transaction'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER IF EXISTS end_command ON journal_now;
CREATE CONSTRAINT TRIGGER end_command AFTER UPDATE ON journal_now
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.command_id IS NOT NULL)
    EXECUTE FUNCTION end_command();

-- Every policy names whom it holds: a login with a row in member; who has none set the database up.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['deal', 'contact'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('DROP POLICY IF EXISTS everybody_reads ON %I', name);
        EXECUTE format('CREATE POLICY everybody_reads ON %I FOR SELECT USING (true)', name);
        EXECUTE format('DROP POLICY IF EXISTS sellers_add ON %I', name);
        EXECUTE format('CREATE POLICY sellers_add ON %I FOR INSERT WITH CHECK (true)', name);
        EXECUTE format('DROP POLICY IF EXISTS sellers_change ON %I', name);
        EXECUTE format('CREATE POLICY sellers_change ON %I FOR UPDATE USING (true)', name);
        EXECUTE format('DROP POLICY IF EXISTS own_are_removed ON %I', name);
        EXECUTE format(
            'CREATE POLICY own_are_removed ON %I FOR DELETE'
            ' USING (is_mine(owner_id) OR added(%L, id))', name, name
        );
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER keep_owner BEFORE UPDATE OF id, owner_id ON %I FOR EACH ROW'
            ' WHEN ((OLD.id, OLD.owner_id) IS DISTINCT FROM (NEW.id, NEW.owner_id))'
            ' EXECUTE FUNCTION keep_owner()',
            name
        );
    END LOOP;
    FOREACH name IN ARRAY ARRAY['member', 'command', 'journal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('DROP POLICY IF EXISTS everybody_reads ON %I', name);
        EXECUTE format('CREATE POLICY everybody_reads ON %I FOR SELECT USING (true)', name);
        EXECUTE format('DROP POLICY IF EXISTS writes ON %I', name);
    END LOOP;
    CREATE POLICY writes ON member USING (my_role() = 'owner');
    CREATE POLICY writes ON command USING (is_my_command(id))
        WITH CHECK (
            who IS NULL OR my_role() = 'owner'
            OR lower(split_part(who, '@', 1)) = lower(session_user) OR is_by_me(id)
        );
    -- The triggers write as whoever made the schema. Of its own the program begins a range of rows, and
    -- takes it out again where none came.
    DROP POLICY IF EXISTS adds ON journal;
    CREATE POLICY adds ON journal FOR INSERT WITH CHECK (
        (SELECT my_role()) = 'owner'
        OR op = 'insert' AND before IS NULL AND last_id = row_id AND command_id = under_way()
            AND row_id = highest(table_name) + 1 AND id = highest('journal') + 1
    );
    DROP POLICY IF EXISTS changes ON journal;
    CREATE POLICY changes ON journal FOR UPDATE USING (true);
    DROP POLICY IF EXISTS removes ON journal;
    CREATE POLICY removes ON journal FOR DELETE USING (
        (SELECT my_role()) = 'owner'
        OR last_id = row_id AND command_id = under_way() AND row_id > highest(table_name)
    );
END
$$;
