-- What statements ask of SQLite and of the program's own connection (funnelcli/db/functions.py),
-- for PostgreSQL 15 and newer. The schema of the program goes before pg_catalog in the search path,
-- so what is here goes before PostgreSQL's own of the same name and types.
--
-- In braces stands what funnelcli/db/server/functions.py knows from the program's Python, so that a
-- letter, a title or a currency is told in one place. It stands in the text and not in a table: so
-- the functions need no right on one, and what they answer never changes.

-- As in SQLite: texts ---------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION instr(whole text, part text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2)::bigint';

-- Letters of ASCII alone have a case there.
CREATE OR REPLACE FUNCTION lower(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT pg_catalog.lower($1 COLLATE "C")';

CREATE OR REPLACE FUNCTION upper(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT pg_catalog.upper($1 COLLATE "C")';

-- A place below zero is counted from the end, and there is one before the first.
CREATE OR REPLACE FUNCTION substr(value text, place bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $2 < 0 THEN pg_catalog.right($1, (-greatest($2, -2147483647))::int)
        WHEN $2 >= 0 THEN pg_catalog.substr($1, least($2, 2147483647)::int) END
$$;

CREATE OR REPLACE FUNCTION substr(value text, place integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $2 < 0 THEN pg_catalog.right($1, -$2)
        ELSE pg_catalog.substr($1, $2) END
$$;

CREATE OR REPLACE FUNCTION substr_part(value text, place bigint, size bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    start bigint := place;
    many bigint := abs(size);
BEGIN
    IF start < 0 THEN
        start := start + pg_catalog.length(value);
        IF start < 0 THEN
            many := greatest(many + start, 0);
            start := 0;
        END IF;
    ELSIF start > 0 THEN
        start := start - 1;
    ELSIF many > 0 THEN
        many := many - 1;
    END IF;
    IF size < 0 THEN
        start := start - many;
        IF start < 0 THEN
            many := many + start;
            start := 0;
        END IF;
    END IF;
    RETURN pg_catalog.substr(
        value,
        (least(start, 2147483646) + 1)::int,
        least(greatest(many, 0), 2147483647 - least(start, 2147483646))::int
    );
END $$;

CREATE OR REPLACE FUNCTION substr(value text, place integer, size integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $2 > 0 AND $3 >= 0 AND $3 < 2147483647 - $2 THEN
        pg_catalog.substr($1, $2, $3)
        ELSE substr_part($1, $2, $3) END
$$;

CREATE OR REPLACE FUNCTION substr(value text, place bigint, size bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT substr_part($1, $2, $3)';

CREATE OR REPLACE FUNCTION ifnull(one anycompatible, other anycompatible) RETURNS anycompatible
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT coalesce($1, $2)';

-- Texts in the order of the rows, with commas or with what each row says before its own.
CREATE OR REPLACE FUNCTION joined(gone text, value text, link text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF value IS NULL THEN
        RETURN gone;
    END IF;
    RETURN CASE WHEN gone IS NULL THEN value ELSE gone || coalesce(link, '') || value END;
END $$;

CREATE OR REPLACE FUNCTION joined(gone text, value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN gone IS NULL THEN value ELSE gone || coalesce(',' || value, '') END;
END $$;

CREATE OR REPLACE FUNCTION joined(gone text, value bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT joined($1, $2::text)';

CREATE OR REPLACE FUNCTION joined(gone text, value bigint, link text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT joined($1, $2::text, $3)';

CREATE OR REPLACE AGGREGATE group_concat(text) (SFUNC = joined, STYPE = text, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE group_concat(text, text) (
    SFUNC = joined, STYPE = text, PARALLEL = SAFE
);
CREATE OR REPLACE AGGREGATE group_concat(bigint) (SFUNC = joined, STYPE = text, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE group_concat(bigint, text) (
    SFUNC = joined, STYPE = text, PARALLEL = SAFE
);

-- As in SQLite: numbers -------------------------------------------------------------------------

-- A sum of whole numbers is one; too large a one is an error.
CREATE OR REPLACE AGGREGATE sum(bigint) (
    SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE,
    MSFUNC = int8pl, MINVFUNC = int8mi, MSTYPE = bigint
);

CREATE OR REPLACE AGGREGATE total(double precision) (
    SFUNC = float8pl, STYPE = double precision, INITCOND = '0', COMBINEFUNC = float8pl,
    PARALLEL = SAFE
);

CREATE OR REPLACE FUNCTION counted(gone bigint[], value bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    RETURN ARRAY[gone[1] + value, gone[2] + 1];
END $$;

CREATE OR REPLACE FUNCTION counted_mean(gone bigint[]) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT $1[1]::double precision / nullif($1[2], 0)::double precision';

CREATE OR REPLACE AGGREGATE avg(bigint) (
    SFUNC = counted, STYPE = bigint[], FINALFUNC = counted_mean, INITCOND = '{0,0}', PARALLEL = SAFE
);

-- A half away from zero, of the number as it is written with fifteen digits.
CREATE OR REPLACE FUNCTION round(value double precision, places integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT pg_catalog.round($1::numeric, CASE WHEN $2 < 0 THEN 0 ELSE $2 END)::double precision';

CREATE OR REPLACE FUNCTION round(value double precision, places bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT round($1, CASE WHEN $2 < 30 THEN $2 WHEN $2 >= 30 THEN 30 END::integer)';

CREATE OR REPLACE FUNCTION round(value double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT CASE WHEN abs($1) >= 4503599627370496 THEN $1
        ELSE trunc($1 + sign($1) * 0.5::double precision) END';

-- The largest and the smallest of several values; NULL where one of them is NULL.
DO $do$
DECLARE
    one record;
    body text;
BEGIN
    FOR one IN
        SELECT * FROM (VALUES
            ('max', 'integer', 'int4larger(%s, $%s)'),
            ('min', 'integer', 'int4smaller(%s, $%s)'),
            ('max', 'bigint', 'int8larger(%s, $%s)'),
            ('min', 'bigint', 'int8smaller(%s, $%s)'),
            ('max', 'double precision', 'float8larger(%s, $%s)'),
            ('min', 'double precision', 'float8smaller(%s, $%s)'),
            ('max', 'text', 'text_larger(%s, $%s COLLATE "C")'),
            ('min', 'text', 'text_smaller(%s, $%s COLLATE "C")')
        ) AS v (name, type, step)
    LOOP
        body := '$1';
        FOR many IN 2..6 LOOP
            body := format(one.step, body, many);
            EXECUTE format(
                'CREATE OR REPLACE FUNCTION %I(%s) RETURNS %s'
                ' LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %L',
                one.name, array_to_string(array_fill(one.type, ARRAY[many]), ', '), one.type,
                'SELECT ' || body
            );
        END LOOP;
    END LOOP;
END $do$;

-- A number as a cast reads it: what a text begins with, and 0 where it begins with none.
CREATE OR REPLACE FUNCTION to_integer(value bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $1';

CREATE OR REPLACE FUNCTION to_integer(value boolean) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $1::int::bigint';

CREATE OR REPLACE FUNCTION to_integer(value numeric) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT CASE WHEN $1 IS NOT NULL THEN
        least(greatest(trunc($1), -9223372036854775808), 9223372036854775807)::bigint
    END';

CREATE OR REPLACE FUNCTION to_integer(value double precision) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF value >= 9223372036854775807::double precision THEN
        RETURN 9223372036854775807;
    ELSIF value <= -9223372036854775807::double precision THEN
        RETURN -9223372036854775808;
    END IF;
    RETURN trunc(value)::bigint;
END $$;

CREATE OR REPLACE FUNCTION to_integer(value text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    digits text := substring(value FROM '^[\t\n\v\f\r ]*([+-]?[0-9]+)');
BEGIN
    IF pg_catalog.length(digits) < 19 THEN
        RETURN digits::bigint;
    END IF;
    RETURN coalesce(to_integer(digits::numeric), 0);
END $$;

CREATE OR REPLACE FUNCTION to_real(value double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $1';

CREATE OR REPLACE FUNCTION to_real(value text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $1 IS NOT NULL THEN coalesce(
        substring(
            $1 FROM '^[\t\n\v\f\r ]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)'
        )::double precision,
        0
    ) END
$$;

-- A text of JSON is compared with a number by what it says. As two operators, so that an index of
-- the numbers is used, and a list of them hashed.
CREATE OR REPLACE FUNCTION whole_in(value text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$SELECT CASE WHEN $1 ~ '^-?[0-9]{1,18}$' THEN $1::bigint END$$;

CREATE OR REPLACE FUNCTION equals(one bigint, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $1 = whole_in($2)';

CREATE OR REPLACE FUNCTION equals(one text, other bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT whole_in($1) = $2';

CREATE OR REPLACE FUNCTION differs(one bigint, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT $1 IS DISTINCT FROM whole_in($2) AND $1 IS NOT NULL AND $2 IS NOT NULL';

CREATE OR REPLACE FUNCTION differs(one text, other bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT differs($2, $1)';

DO $$
BEGIN
    IF to_regoperator('funnel.=(bigint,text)') IS NULL THEN
        CREATE OPERATOR = (
            LEFTARG = bigint, RIGHTARG = text, FUNCTION = equals, COMMUTATOR = =,
            RESTRICT = eqsel, JOIN = eqjoinsel
        );
        CREATE OPERATOR = (
            LEFTARG = text, RIGHTARG = bigint, FUNCTION = equals, COMMUTATOR = =,
            RESTRICT = eqsel, JOIN = eqjoinsel
        );
        CREATE OPERATOR <> (
            LEFTARG = bigint, RIGHTARG = text, FUNCTION = differs, COMMUTATOR = <>,
            RESTRICT = neqsel, JOIN = neqjoinsel
        );
        CREATE OPERATOR <> (
            LEFTARG = text, RIGHTARG = bigint, FUNCTION = differs, COMMUTATOR = <>,
            RESTRICT = neqsel, JOIN = neqjoinsel
        );
    END IF;
END $$;

-- As in SQLite: days and instants ---------------------------------------------------------------

-- A day of the proleptic calendar as the days from 1970; one behind the end of its month is one of
-- the next. NULL outside of the years 1 to 9999.
CREATE OR REPLACE FUNCTION day_number(year bigint, month bigint, day bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    months bigint := year * 12 + month - 1;
BEGIN
    IF months < 12 OR months >= 120000 THEN
        RETURN NULL;
    END IF;
    RETURN make_date((months / 12)::int, (months % 12 + 1)::int, 1) - DATE '1970-01-01' + day - 1;
END $$;

-- An instant in milliseconds from 1970, of a text, changed by SQLite's words for it one after the
-- other; NULL for what is no day and for an unknown word.
CREATE OR REPLACE FUNCTION instant_of(value text, VARIADIC changes text[]) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    found text[];
    change text;
    at bigint;
    day date;
    year bigint;
    month bigint;
    unit text;
    number numeric;
    first int := 1;
BEGIN
    IF value IS NULL OR array_position(changes, NULL) IS NOT NULL THEN
        RETURN NULL;
    END IF;
    IF value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN
        found := ARRAY[left(value, 4), pg_catalog.substr(value, 6, 2), right(value, 2)];
    ELSE
        found := regexp_match(
            value,
            '^([0-9]{4})-([0-9]{2})-([0-9]{2})'
            '(?:[ T]+([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?)'
            '\s*(?:Z|([+-])([0-9]{2}):([0-9]{2}))?\s*$'
        );
    END IF;
    IF found IS NOT NULL THEN
        IF found[2] NOT BETWEEN '01' AND '12' OR found[3] NOT BETWEEN '01' AND '31'
            OR found[4] > '24' OR found[5] > '59' OR found[6] > '59'
        THEN
            RETURN NULL;
        END IF;
        at := day_number(found[1]::bigint, found[2]::bigint, found[3]::bigint) * 86400000;
        IF found[4] IS NOT NULL THEN
            at := at + found[4]::bigint * 3600000 + found[5]::bigint * 60000
                + pg_catalog.round(
                    (coalesce(found[6], '0') || coalesce(found[7], ''))::numeric * 1000
                )::bigint;
        END IF;
        IF found[8] IS NOT NULL THEN
            at := at - (found[8] || '1')::bigint
                * (found[9]::bigint * 60 + found[10]::bigint) * 60000;
        END IF;
    ELSIF value = 'now' THEN
        at := floor(extract(epoch FROM clock_timestamp()) * 1000);
    ELSIF value ~ '^-?[0-9]+(\.[0-9]+)?$' THEN
        IF pg_catalog.lower(changes[1]) = 'unixepoch' THEN
            at := pg_catalog.round(value::numeric * 1000)::bigint;
            first := 2;
        ELSE
            -- A day by its Julian number.
            at := pg_catalog.round((value::numeric - 2440587.5) * 86400000)::bigint;
        END IF;
    END IF;
    FOR place IN first..cardinality(changes) LOOP
        IF at IS NULL THEN
            RETURN NULL;
        END IF;
        change := pg_catalog.lower(changes[place] COLLATE "C");
        day := DATE '1970-01-01'
            + ((at - CASE WHEN at < 0 THEN 86399999 ELSE 0 END) / 86400000)::int;
        unit := NULL;
        IF change ~ '^[+-]?[0-9]+(\.[0-9]+)? +(day|hour|minute|second|month|year)s?$' THEN
            unit := pg_catalog.rtrim(split_part(change, ' ', -1), 's');
            number := split_part(change, ' ', 1)::numeric;
            IF abs(number) > (CASE unit WHEN 'second' THEN 432000000000 ELSE 5000000 END) THEN
                RETURN NULL;
            END IF;
        END IF;
        -- A text is a day of the month that it names, though that may not have it.
        IF place > 1 OR found IS NULL THEN
            found := string_to_array(to_char(day, 'YYYY-MM-DD'), '-');
        END IF;
        year := found[1]::bigint;
        month := found[2]::bigint;
        IF unit IN ('month', 'year') THEN
            IF number <> trunc(number) THEN
                RETURN NULL;
            END IF;
            at := at + 86400000 * (
                day_number(
                    year,
                    month + (number * CASE unit WHEN 'year' THEN 12 ELSE 1 END)::bigint,
                    found[3]::bigint
                ) - day_number(year, month, found[3]::bigint)
            );
        ELSIF unit IS NOT NULL THEN
            at := at + pg_catalog.round(number * CASE unit
                WHEN 'day' THEN 86400000 WHEN 'hour' THEN 3600000 WHEN 'minute' THEN 60000
                ELSE 1000 END)::bigint;
        ELSIF change = 'start of day' THEN
            at := day_number(year, month, found[3]::bigint) * 86400000;
        ELSIF change = 'start of month' THEN
            at := day_number(year, month, 1) * 86400000;
        ELSIF change = 'start of year' THEN
            at := day_number(year, 1, 1) * 86400000;
        ELSIF change = 'localtime' THEN
            at := floor(extract(
                epoch FROM to_timestamp(at / 1000.0) AT TIME ZONE current_setting('TimeZone')
            ) * 1000)::bigint;
        ELSE
            RETURN NULL;
        END IF;
    END LOOP;
    -- From the first of the year 1 to the last of the year 9999.
    RETURN CASE WHEN at BETWEEN -62135596800000 AND 253402300799999 THEN at END;
END $$;

CREATE OR REPLACE FUNCTION clock_of(at bigint) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$SELECT TIMESTAMP '1970-01-01' + $1 * INTERVAL '0.001 seconds'$$;

DO $do$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT * FROM (VALUES
            ('date', 'YYYY-MM-DD'), ('datetime', 'YYYY-MM-DD HH24:MI:SS')
        ) AS v (name, shape)
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION %1$I(value text, VARIADIC changes text[] DEFAULT $x${}$x$)'
            ' RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS'
            ' $x$SELECT to_char(clock_of(instant_of($1, VARIADIC $2)), %2$L)$x$;'
            'CREATE OR REPLACE FUNCTION %1$I(value bigint, VARIADIC changes text[])'
            ' RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS'
            ' $x$SELECT to_char(clock_of(instant_of($1::text, VARIADIC $2)), %2$L)$x$;',
            one.name, one.shape
        );
    END LOOP;
END $do$;

CREATE OR REPLACE FUNCTION strftime(shape text, value text, VARIADIC changes text[] DEFAULT '{}')
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    at timestamp := clock_of(instant_of(value, VARIADIC changes));
    result text := shape;
    one record;
BEGIN
    FOR one IN
        SELECT * FROM (VALUES
            ('%Y', 'YYYY'), ('%m', 'MM'), ('%d', 'DD'), ('%H', 'HH24'), ('%M', 'MI'), ('%S', 'SS'),
            ('%j', 'DDD')
        ) AS v (sign, part)
    LOOP
        result := pg_catalog.replace(result, one.sign, to_char(at, one.part));
    END LOOP;
    RETURN pg_catalog.replace(
        pg_catalog.replace(result, '%w', extract(dow FROM at)::text),
        '%s', floor(extract(epoch FROM at))::bigint::text
    );
END $$;

CREATE OR REPLACE FUNCTION strftime(shape text, value bigint, VARIADIC changes text[])
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    'SELECT strftime($1, $2::text, VARIADIC $3)';

CREATE OR REPLACE FUNCTION julianday(day text) RETURNS double precision
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF day ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$' THEN
        RETURN (day::date - DATE '1970-01-01') + 2440587.5::double precision;
    END IF;
    RETURN instant_of(day, VARIADIC '{}') / 86400000::double precision
        + 2440587.5::double precision;
END $$;

-- As in SQLite: JSON ----------------------------------------------------------------------------

-- The steps of a path: $.name, $[0], $.one.two[3]; a bare name or place is one too.
CREATE OR REPLACE FUNCTION json_path(path text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_to_array(
        pg_catalog.replace(ltrim(regexp_replace(
            regexp_replace($1, '^\$', ''), '\[([0-9]+)\]', '.\1', 'g'
        ), '.'), '"', ''),
        '.'
    )
$$;

CREATE OR REPLACE FUNCTION json_extract(document text, path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $1::json #>> json_path($2)';

CREATE OR REPLACE FUNCTION json_array_length(document text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT json_array_length($1::json)::bigint';

CREATE OR REPLACE FUNCTION json_each(document text) RETURNS TABLE (key bigint, value text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100 AS $$
    SELECT one.place - 1, one.value
    FROM json_array_elements_text($1::json) WITH ORDINALITY AS one (value, place)
$$;

-- The program's own: letters --------------------------------------------------------------------

-- What letters and signs beyond ASCII are (funnelcli.text.strip, wordsearch.SIGNS, str.casefold):
-- those of the usual alphabets first, for the others take time to read.
CREATE OR REPLACE FUNCTION rare_letter(sign text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    -- Syllables of Hangul are what they are made of.
    place int := ascii(sign) - 44032;
BEGIN
    IF place BETWEEN 0 AND 11171 THEN
        RETURN chr(4352 + place / 588) || chr(4449 + place % 588 / 28)
            || CASE WHEN place % 28 > 0 THEN chr(4519 + place % 28) ELSE '' END;
    END IF;
    RETURN coalesce({letters} ->> sign, sign);
END $$;

CREATE OR REPLACE FUNCTION letter(sign text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF ascii(sign) < {usual} THEN
        RETURN coalesce({usual_letters} ->> sign, sign);
    END IF;
    RETURN rare_letter(sign);
END $$;

CREATE OR REPLACE FUNCTION rare_word_letter(sign text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    RETURN coalesce(
        {signs} ->> sign,
        CASE width_bucket(ascii(sign), {words}) % 2 WHEN 1 THEN rare_letter(sign) ELSE ' ' END
    );
END $$;

CREATE OR REPLACE FUNCTION word_letter(sign text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF ascii(sign) < {usual} THEN
        RETURN coalesce({usual_signs} ->> sign, sign);
    END IF;
    RETURN rare_word_letter(sign);
END $$;

CREATE OR REPLACE FUNCTION small_letter(sign text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    RETURN coalesce({small} ->> sign, sign);
END $$;

-- The signs of a text beyond ASCII.
CREATE OR REPLACE FUNCTION signs_of(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_to_array(regexp_replace($1, '[\x01-\x7f]+', '', 'g'), NULL)
$$;

-- Runs of white space as one blank each; most texts have none but single blanks.
CREATE OR REPLACE FUNCTION squeezed(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF value ~ '[\x09-\x0d\x1c-\x1f]|\x20\x20' THEN
        value := regexp_replace(value, '[\x09-\x0d\x1c-\x20]+', ' ', 'g');
    END IF;
    RETURN pg_catalog.btrim(value, ' ');
END $$;

-- A text with other letters in the places of its own, in words where that is asked for.
CREATE OR REPLACE FUNCTION spelt(value text, in_words boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    sign text;
    plain text;
    later text[] := '{}';
BEGIN
    IF octet_length(value) = pg_catalog.length(value) THEN
        RETURN value;
    END IF;
    FOREACH sign IN ARRAY signs_of(value) LOOP
        CONTINUE WHEN strpos(value, sign) = 0;
        IF in_words THEN
            plain := word_letter(sign);
        ELSE
            plain := letter(sign);
        END IF;
        IF plain = sign THEN
            CONTINUE;
        ELSIF octet_length(plain) = pg_catalog.length(plain) THEN
            value := pg_catalog.replace(value, sign, plain);
        ELSE
            -- What it becomes may be a letter of the text that becomes another.
            later := later || sign;
        END IF;
    END LOOP;
    FOREACH sign IN ARRAY later LOOP
        value := pg_catalog.replace(
            value, sign, CASE WHEN in_words THEN word_letter(sign) ELSE letter(sign) END
        );
    END LOOP;
    RETURN value;
END $$;

-- Without regard to case, diacritics and runs of white space (funnelcli.text.strip).
CREATE OR REPLACE FUNCTION stripped(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    RETURN squeezed(pg_catalog.lower(spelt(value, false) COLLATE "C"));
END $$;

-- Whichever way an umlaut is written.
CREATE OR REPLACE FUNCTION without_digraphs(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace($1, '(?<=[aou])(?<![aeiouyq][aou])e+', '', 'g')
$$;

-- With blanks for hyphens, and without apostrophes.
CREATE OR REPLACE FUNCTION without_joints(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    RETURN CASE WHEN octet_length(value) = pg_catalog.length(value)
        THEN translate(value, '-''`', ' ')
        ELSE translate(value, {joints}, {blanks}) END;
END $$;

CREATE OR REPLACE FUNCTION search_key(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    plain text := stripped(without_joints(name));
    folded text := without_digraphs(plain);
BEGIN
    RETURN CASE WHEN folded = plain THEN folded ELSE folded || E'\x1f' || plain END;
END $$;

CREATE OR REPLACE FUNCTION tag_key(tag text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(without_digraphs(stripped(without_joints($1))), ''), stripped($1))
$$;

-- 1 where a search key has a form of a word in it, or words that are one without the blanks between
-- them and begin with it; else 0, as SQLite has no conditions.
CREATE OR REPLACE FUNCTION holds(key text, form text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    part text;
    word text;
    rest text;
BEGIN
    IF strpos(key, form) > 0 THEN
        RETURN 1;
    END IF;
    FOREACH part IN ARRAY string_to_array(key, E'\x1f') LOOP
        part := squeezed(part);
        rest := pg_catalog.replace(part, ' ', '');
        IF strpos(rest, form) > 0 THEN
            FOREACH word IN ARRAY string_to_array(part, ' ') LOOP
                IF starts_with(rest, form) THEN
                    RETURN 1;
                END IF;
                rest := pg_catalog.substr(rest, pg_catalog.length(word) + 1);
            END LOOP;
        END IF;
    END LOOP;
    RETURN 0;
END $$;

CREATE OR REPLACE FUNCTION mentions(value text, form text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    key text := pg_catalog.lower(pg_catalog.replace(spelt(value, true), '`', '''') COLLATE "C");
BEGIN
    key := without_digraphs(squeezed(key));
    key := pg_catalog.replace(pg_catalog.replace(key, '-', ' '), '''', '');
    IF strpos(key, form) > 0 THEN
        RETURN 1;
    END IF;
    RETURN holds(key, pg_catalog.replace(form, ' ', ''));
END $$;

-- The program's own: people's names (funnelcli.values.names) --------------------------------------

CREATE OR REPLACE FUNCTION words_in(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_to_array(squeezed(translate($1, {spaces}, {space_blanks})), ' ')
$$;

CREATE OR REPLACE FUNCTION small(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    result text := value;
    one text;
BEGIN
    IF octet_length(value) > pg_catalog.length(value) THEN
        FOREACH one IN ARRAY signs_of(value) LOOP
            result := pg_catalog.replace(result, one, small_letter(one));
        END LOOP;
    END IF;
    RETURN pg_catalog.lower(result COLLATE "C");
END $$;

-- Whether a text has letters that have a case, and all of them are capital ones.
CREATE OR REPLACE FUNCTION is_capital(value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    sign text;
    found boolean := false;
BEGIN
    FOREACH sign IN ARRAY string_to_array(value, NULL) LOOP
        IF width_bucket(ascii(sign), {lower}) % 2 = 1 THEN
            RETURN false;
        END IF;
        found := found OR width_bucket(ascii(sign), {upper}) % 2 = 1;
    END LOOP;
    RETURN found;
END $$;

CREATE OR REPLACE FUNCTION is_name_suffix(word text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT small($1) = ANY ({suffixes}) OR $1 = ANY ({numerals})
        OR pg_catalog.replace($1, '.', '') = ANY ({degrees})
$$;

-- Whether a word is capitals in brackets: "(FH)".
CREATE OR REPLACE FUNCTION is_bracketed(word text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT $1 LIKE '(%)' AND is_capital(pg_catalog.substr($1, 2, pg_catalog.length($1) - 2))
$$;

-- Whether words are a couple's or a firm's.
CREATE OR REPLACE FUNCTION is_no_person(words text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    FOR place IN 2..cardinality(words) LOOP
        IF small(words[place]) = ANY ({couples})
            AND small(words[place - 1]) <> ALL ({particles})
        THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN coalesce(
        pg_catalog.replace(words[cardinality(words)], '.', '') = ANY ({firms}), false
    );
END $$;

-- Words without the titles that stand at a place, of which words one at least stays.
CREATE OR REPLACE FUNCTION without_titles_at(
    INOUT words text[], place int, OUT has_title boolean
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    one text;
    after text;
    number int;
BEGIN
    has_title := false;
    WHILE place <= cardinality(words) AND cardinality(words) > 1 LOOP
        one := small(words[place]);
        after := words[place + 1];
        number := 0;
        IF has_title AND cardinality(words) > 2
            AND one || ' ' || small(after) = ANY ({honorary})
        THEN
            number := 2;
        ELSIF rtrim(one, '.') = ANY ({titles})
            OR EXISTS (SELECT FROM unnest({title_starts}) AS t WHERE starts_with(one, t))
            OR words[place] = ANY ({capital_titles})
                AND (after IS NULL OR is_bracketed(after) OR NOT is_capital(after))
            OR words[place] <> ALL ({capital_titles}) AND pg_catalog.length(words[place]) > 2
                AND pg_catalog.replace(words[place], '.', '') = ANY ({degrees})
            OR has_title AND (
                is_bracketed(words[place]) OR words[place] = 'FH'
                OR words[place] LIKE '%.' AND rtrim(one, '.') = ANY ({faculties})
            )
        THEN
            number := 1;
        END IF;
        EXIT WHEN number = 0;
        words := words[:place - 1] || words[place + number:];
        has_title := true;
    END LOOP;
END $$;

-- Words without the salutation and the titles that they begin with.
CREATE OR REPLACE FUNCTION without_titles(INOUT words text[], OUT is_greeted boolean)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    is_greeted := cardinality(words) > 1 AND small(words[1]) = ANY ({salutations});
    IF is_greeted THEN
        words := words[2:];
    END IF;
    SELECT t.words INTO words FROM without_titles_at(words, 1) AS t;
END $$;

-- Words without the titles that stand between names or behind them, each with its dot.
CREATE OR REPLACE FUNCTION without_titles_within(words text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    place int := 2;
    has_title boolean;
BEGIN
    WHILE place <= cardinality(words) LOOP
        has_title := false;
        IF words[place] LIKE '%.' THEN
            SELECT t.words, t.has_title INTO words, has_title
            FROM without_titles_at(words, place) AS t;
        END IF;
        IF NOT has_title THEN
            place := place + 1;
        END IF;
    END LOOP;
    RETURN words;
END $$;

-- Whether what stands behind a comma is titles, and what a name ends with.
CREATE OR REPLACE FUNCTION are_titles_behind(words text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    rest text[] := ARRAY[''] || words;
    has_title boolean;
    has_suffix boolean := false;
BEGIN
    WHILE cardinality(rest) > 1 LOOP
        IF is_name_suffix(rest[2]) OR has_suffix AND is_bracketed(rest[2]) THEN
            rest := rest[:1] || rest[3:];
            has_suffix := true;
        ELSE
            SELECT t.words, t.has_title INTO rest, has_title FROM without_titles_at(rest, 2) AS t;
            IF NOT has_title THEN
                RETURN false;
            END IF;
        END IF;
    END LOOP;
    RETURN cardinality(words) > 0;
END $$;

-- How many words a name ends with that are no part of it: a degree, "LL.M. (WU)".
CREATE OR REPLACE FUNCTION suffix_of_name(words text[]) RETURNS int
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    number int := cardinality(words);
BEGIN
    IF number > 2 AND is_bracketed(words[number]) AND is_name_suffix(words[number - 1]) THEN
        RETURN 2;
    END IF;
    IF number < 2 OR NOT is_name_suffix(words[number]) THEN
        RETURN 0;
    END IF;
    IF pg_catalog.length(words[number]) = 2 AND words[number] = ANY ({degrees}) THEN
        RETURN (number > 2 AND NOT is_capital(words[number - 1]))::int;
    END IF;
    RETURN 1;
END $$;

CREATE OR REPLACE FUNCTION name_parts(name text, OUT first text, OUT last text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    words text[] := words_in(name);
    whole text := array_to_string(words, ' ');
    sign text;
    pieces text[];
    behind text[] := '{}';
    number int;
    is_greeted boolean;
    is_greeted_before boolean;
    place int;
    moved int := 0;
    one text;
BEGIN
    first := '';
    last := '';
    IF whole ~ '[0-9@&/+]' THEN
        RETURN;
    END IF;
    IF octet_length(whole) > pg_catalog.length(whole) THEN
        FOREACH sign IN ARRAY signs_of(whole) LOOP
            IF width_bucket(ascii(sign), {digits}) % 2 = 1 THEN
                RETURN;
            END IF;
        END LOOP;
    END IF;
    pieces := string_to_array(
        regexp_replace(whole, {glued}, '\1\2 \3', 'g'), ','
    );
    number := cardinality(pieces);
    WHILE number > 1 AND are_titles_behind(words_in(pieces[number])) LOOP
        number := number - 1;
    END LOOP;
    IF number NOT IN (1, 2) THEN
        RETURN;
    END IF;
    words := words_in(pieces[1]);
    IF number = 2 THEN
        behind := words_in(pieces[2]);
    END IF;
    IF cardinality(words) = 0 OR number = 2 AND cardinality(behind) = 0
        OR is_no_person(words) OR is_no_person(behind)
    THEN
        RETURN;
    END IF;
    IF number = 2 THEN
        -- Müller, Hans; titles may stand on either side.
        SELECT t.words, t.is_greeted INTO behind, is_greeted FROM without_titles(behind) AS t;
        SELECT t.words, t.is_greeted INTO words, is_greeted_before FROM without_titles(words) AS t;
        behind := without_titles_within(behind);
        words := without_titles_within(words);
        IF is_greeted AND is_greeted_before THEN
            RETURN;
        END IF;
        place := cardinality(behind);
        WHILE moved < place AND behind[place - moved] = ANY ({particles}) LOOP
            moved := moved + 1;
        END LOOP;
        first := array_to_string(behind[:place - moved], ' ');
        last := array_to_string(behind[place - moved + 1:] || words, ' ');
        RETURN;
    END IF;
    SELECT t.words INTO words FROM without_titles(words) AS t;
    LOOP
        number := suffix_of_name(words);
        EXIT WHEN number = 0;
        words := words[:cardinality(words) - number];
    END LOOP;
    words := without_titles_within(words);
    -- So many words are the first name.
    place := cardinality(words) - 1;
    WHILE place > 0 LOOP
        one := small(words[place]);
        EXIT WHEN NOT (
            one = ANY ({noble})
            OR one = ANY ({particles}) AND (place <> 1 OR words[place] !~ '[A-Z]')
        );
        place := place - CASE WHEN words[place] = 'y' AND place > 2 THEN 2 ELSE 1 END;
    END LOOP;
    first := array_to_string(words[:place], ' ');
    last := array_to_string(words[place + 1:], ' ');
END $$;

-- First and last name of a person, of whom one was set by hand unless it is NULL.
CREATE OR REPLACE FUNCTION parts_of(
    name text, given_first text, given_last text, OUT first text, OUT last text
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    whole text;
    rest text;
BEGIN
    IF given_first IS NULL OR given_last IS NULL THEN
        SELECT p.first, p.last INTO first, last FROM name_parts(name) AS p;
        whole := pg_catalog.btrim(first || ' ' || last, ' ');
    END IF;
    IF given_last IS NOT NULL THEN
        IF given_first IS NULL AND given_last <> ''
            AND right(whole, pg_catalog.length(given_last)) = given_last
        THEN
            rest := left(whole, pg_catalog.length(whole) - pg_catalog.length(given_last));
            IF rest = '' OR rest LIKE '% ' THEN
                first := pg_catalog.btrim(rest, ' ');
            END IF;
        END IF;
        last := given_last;
    ELSIF given_first IS NOT NULL THEN
        IF given_first <> '' AND starts_with(whole, given_first) THEN
            rest := pg_catalog.substr(whole, pg_catalog.length(given_first) + 1);
            IF rest = '' OR rest LIKE ' %' THEN
                last := pg_catalog.btrim(rest, ' ');
            END IF;
        END IF;
    END IF;
    first := coalesce(given_first, first);
END $$;

CREATE OR REPLACE FUNCTION first_name_of(name text, first text, last text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$SELECT nullif((SELECT p.first FROM parts_of($1, $2, $3) AS p), '')$$;

CREATE OR REPLACE FUNCTION last_name_of(name text, first text, last text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$SELECT nullif((SELECT p.last FROM parts_of($1, $2, $3) AS p), '')$$;

-- The program's own: days and money ---------------------------------------------------------------

-- The working days behind the day of an instant, up to today. The connection says them, for which
-- days are holidays is asked of a library: five digits for each day of a year (functions.prepare).
CREATE OR REPLACE FUNCTION working_days(at bigint) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    day date := (to_timestamp(at) AT TIME ZONE current_setting('TimeZone'))::date;
BEGIN
    IF day >= current_setting('funnel.today')::date THEN
        RETURN 0;
    END IF;
    RETURN pg_catalog.substr(
        current_setting('funnel.working_days_' || extract(year FROM day)),
        extract(doy FROM day)::int * 5 - 4,
        5
    )::bigint;
END $$;

-- An instant (UTC seconds) as RFC 3339 in UTC.
CREATE OR REPLACE FUNCTION iso(instant bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_char(
        TIMESTAMP '1970-01-01' + $1 * INTERVAL '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
    )
$$;

-- An amount in the currency's major units: whole in a currency that has no smaller ones.
CREATE OR REPLACE FUNCTION major(minor bigint, currency text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE coalesce(({exponents} ->> $2)::int, 2)
        WHEN 0 THEN $1::numeric
        WHEN 2 THEN $1 * 0.01
        WHEN 3 THEN $1 * 0.001
        ELSE $1 * 0.0001
    END
$$;
