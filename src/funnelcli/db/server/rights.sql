-- Who may do what, held by the database itself: whoever reaches it by another program than funnel
-- is held to the same rules. Who set the database up looks after it, and may all.
--
-- A user is a row of member whose key is the name of a login, in lower case. What a user may do
-- follows from the role in that row: a reader reads; a seller writes, but removes and gives away no
-- one else's deals and contacts; an owner may all. Each one's story is everybody's: everything can
-- be read by all.

CREATE OR REPLACE FUNCTION my_role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT m.role FROM member AS m WHERE m.key = lower(session_user)
$$;

CREATE OR REPLACE FUNCTION my_id() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT m.id FROM member AS m WHERE m.key = lower(session_user)
$$;

CREATE OR REPLACE FUNCTION is_mine(owner bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT owner IS NULL OR my_role() = 'owner' OR owner = my_id()
$$;

CREATE OR REPLACE FUNCTION is_my_command(command bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
    SELECT command IS NULL OR my_role() = 'owner' OR EXISTS (
        SELECT 1 FROM command AS k
        WHERE k.id = command
            AND (k.who IS NULL OR lower(split_part(k.who, '@', 1)) = lower(session_user))
    )
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
    EXECUTE format('GRANT INSERT, UPDATE ON disclosure TO %I', login);
    IF role <> 'reader' THEN
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA funnel TO %I', login);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON schema_version FROM %I', login);
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
-- At the end of the transaction, for what comes in it before may need the rights that go.
DROP TRIGGER IF EXISTS rights ON member;
CREATE CONSTRAINT TRIGGER rights AFTER INSERT OR UPDATE OR DELETE ON member
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grant_by_row();

-- Whose a record is changes by whoever may dispose of it.
CREATE OR REPLACE FUNCTION keep_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Taking back one's own handover gives it back to oneself.
    IF my_role() IS NOT NULL AND NOT is_mine(OLD.owner_id) AND NOT EXISTS (
        SELECT 1 FROM journal_now AS n JOIN command AS k ON k.id = n.command_id
        WHERE k.kind IN ('undo', 'redo') AND is_my_command(k.target)
    ) THEN
        RAISE EXCEPTION 'It belongs to somebody else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

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
            'CREATE POLICY own_are_removed ON %I FOR DELETE USING (is_mine(owner_id))', name
        );
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER keep_owner BEFORE UPDATE OF owner_id ON %I FOR EACH ROW'
            ' WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id) EXECUTE FUNCTION keep_owner()', name
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
            OR lower(split_part(who, '@', 1)) = lower(session_user)
        );
    CREATE POLICY writes ON journal USING (is_my_command(command_id));
END
$$;
