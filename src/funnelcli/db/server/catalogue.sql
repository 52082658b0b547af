-- What the program asks of its own schema, answered as SQLite answers it.

CREATE TABLE IF NOT EXISTS schema_version (
    version bigint NOT NULL,
    made_at bigint NOT NULL
);

-- Of everybody's indexes over texts: what the database is known by, how often all became void, and up
-- to which entry the journal was let go of.
CREATE TABLE IF NOT EXISTS text_indexes (
    known text NOT NULL,
    voided bigint NOT NULL,
    gone bigint NOT NULL
);

-- Without a key a change of a row could not be told to a copy that is kept up by its rows, and would
-- be refused where there is one.
ALTER TABLE schema_version REPLICA IDENTITY FULL;
ALTER TABLE text_indexes REPLICA IDENTITY FULL;

INSERT INTO text_indexes
SELECT gen_random_uuid()::text, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM text_indexes);

CREATE OR REPLACE VIEW sqlite_master AS
SELECT
    CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'index' END AS type,
    c.relname::text COLLATE "C" AS name,
    coalesce(t.relname, c.relname)::text COLLATE "C" AS tbl_name,
    CASE
        WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid)
        WHEN c.relkind = 'i' AND NOT EXISTS (
            SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conindid = c.oid
        ) THEN pg_get_indexdef(c.oid)
    END AS sql
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
WHERE n.nspname = 'funnel'
    AND c.relkind IN ('r', 'v', 'i')
    AND c.relname NOT IN (
        'schema_version', 'sqlite_master', 'sqlite_temp_master', 'moving', 'text_indexes'
    )
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d
        WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'trigger', g.tgname::text, r.relname::text, NULL
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS r ON r.oid = g.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
WHERE n.nspname = 'funnel' AND NOT g.tgisinternal;

CREATE OR REPLACE VIEW sqlite_temp_master AS
SELECT
    CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'index' END AS type,
    c.relname::text COLLATE "C" AS name
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind IN ('r', 'v', 'i');

CREATE OR REPLACE FUNCTION table_info(name text)
RETURNS TABLE (cid bigint, column_name text, type text, is_needed bigint, usual text, pk bigint)
LANGUAGE sql STABLE AS $$
    SELECT
        a.attnum - 1,
        a.attname::text,
        CASE a.atttypid
            WHEN 'bigint'::regtype THEN 'INTEGER'
            WHEN 'text'::regtype THEN 'TEXT'
            WHEN 'bytea'::regtype THEN 'BLOB'
            ELSE upper(format_type(a.atttypid, a.atttypmod))
        END,
        a.attnotnull::int,
        -- As SQLite says it: without its type, and nothing for what makes the next id.
        CASE WHEN NOT a.attnum = ANY (coalesce(k.conkey, '{}')) THEN regexp_replace(
            regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::[a-z ]+$', ''),
            CASE a.atttypid WHEN 'bigint'::regtype THEN '''' ELSE '^$' END,
            '',
            'g'
        ) END,
        coalesce(array_position(k.conkey, a.attnum), 0)
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_constraint AS k ON k.conrelid = a.attrelid AND k.contype = 'p'
    WHERE a.attrelid = to_regclass(quote_ident(name)) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
$$;

CREATE OR REPLACE FUNCTION foreign_key_list(name text)
RETURNS TABLE (
    id bigint, seq bigint, target text, source_column text, target_column text,
    on_update text, on_delete text, matched text
)
LANGUAGE sql STABLE AS $$
    SELECT
        row_number() OVER (ORDER BY k.conname) - 1,
        0,
        k.confrelid::regclass::text,
        a.attname::text,
        b.attname::text,
        'NO ACTION',
        CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END,
        'NONE'
    FROM pg_catalog.pg_constraint AS k
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
    WHERE k.conrelid = to_regclass(quote_ident(name)) AND k.contype = 'f'
$$;

CREATE OR REPLACE FUNCTION index_list(name text)
RETURNS TABLE (seq bigint, index_name text, is_unique bigint, origin text, is_partial bigint)
LANGUAGE sql STABLE AS $$
    SELECT
        row_number() OVER (ORDER BY c.relname) - 1,
        c.relname::text,
        i.indisunique::int,
        CASE WHEN i.indisprimary THEN 'pk' ELSE 'c' END,
        (i.indpred IS NOT NULL)::int
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = to_regclass(quote_ident(name)) AND NOT i.indisprimary
$$;

CREATE OR REPLACE FUNCTION index_info(name text)
RETURNS TABLE (seqno bigint, cid bigint, column_name text)
LANGUAGE sql STABLE AS $$
    SELECT k.place - 1, k.attnum - 1, a.attname::text
    FROM pg_catalog.pg_index AS i
    CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indexrelid = to_regclass(quote_ident(name))
    ORDER BY k.place
$$;

-- The journal: one function for every table, which writes as whoever made the schema, for nobody else
-- may write just anything there. What is inserted in ranges is not watched meanwhile.
CREATE OR REPLACE FUNCTION write_journal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = funnel, pg_catalog, pg_temp AS $$
DECLARE
    under bigint;
    next bigint;
BEGIN
    IF current_setting('funnel.unwatched', true) = '*' AND (
        EXISTS (SELECT 1 FROM member AS m WHERE m.key = lower(session_user) AND m.role = 'owner')
        OR pg_has_role(session_user, current_user, 'USAGE')
    ) THEN
        -- Where a person is forgotten, which an owner does, nothing of them is to be kept.
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' AND TG_TABLE_NAME = ANY (
        string_to_array(current_setting('funnel.unwatched', true), ',')
    ) THEN
        RETURN NULL;
    END IF;
    SELECT n.command_id INTO under FROM journal_now AS n;
    -- The column's own default would be planned anew for every row, which takes longer than the rest.
    SELECT coalesce(max(j.id), 0) + 1 INTO next FROM journal AS j;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO journal (id, command_id, table_name, row_id, op)
        VALUES (next, under, TG_TABLE_NAME, NEW.id, 'insert');
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO journal (id, command_id, table_name, row_id, op, before)
        VALUES (next, under, TG_TABLE_NAME, OLD.id, 'delete', row_to_json(OLD)::text);
    ELSIF OLD.id = NEW.id THEN
        INSERT INTO journal (id, command_id, table_name, row_id, op, before)
        VALUES (next, under, TG_TABLE_NAME, OLD.id, 'update', row_to_json(OLD)::text);
    ELSE
        INSERT INTO journal (id, command_id, table_name, row_id, op, before)
        VALUES (next, under, TG_TABLE_NAME, OLD.id, 'delete', row_to_json(OLD)::text);
        INSERT INTO journal (id, command_id, table_name, row_id, op)
        VALUES (next + 1, under, TG_TABLE_NAME, NEW.id, 'insert');
    END IF;
    RETURN NULL;
END
$$;
-- Else anybody could make it the trigger of a table of their own, and write what was not.
REVOKE ALL ON FUNCTION write_journal() FROM public;
