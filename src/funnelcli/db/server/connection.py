"""A connection to a PostgreSQL server that behaves as :class:`sqlite3.Connection` does.

It takes statements as they are written for SQLite, gives rows as tuples of integers, texts and
None, and raises what ``sqlite3`` raises, so that actions, queries and the journal are one. Writers
come one after the other, as in a file: who writes holds a lock until the transaction ends. Who
reads sees one snapshot and waits for nobody.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

import psycopg
from psycopg import pq
from psycopg.adapt import Dumper, Loader
from psycopg.types.numeric import IntLoader

from funnelcli.db import waiting
from funnelcli.db.server import functions, literals, refusals, remembered
from funnelcli.db.server.address import Address
from funnelcli.patterns import regex
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    from funnelcli.db.server.translation import Translation

    Parameters = Sequence[Any] | Mapping[str, Any]
    Reach = Callable[[], psycopg.Connection[Any]]

# More values than these are put into a statement here.
_MANY = 50
# Bytes of what SQLite calls a page.
_PAGE = 8192
# Seconds for which the server is asked what became of a command whose end was not answered, and
# between two times: one that is restarted needs some.
LOOKED_SECONDS, LOOKED_EVERY = 20.0, 0.2
# Who writes holds this lock of the database, of two numbers: the letters "fun" and "nel".
LOCK = (0x66756E, 0x6E656C)
# Whether whoever is connected may look into the schema, or there is none yet.
MAY = "coalesce(has_schema_privilege(to_regnamespace('funnel'), 'USAGE'), true)"
_WRITER = """
SELECT a.pid, a.application_name, a.usename::text FROM pg_locks AS l
JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s AND l.objsubid = 2
    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
"""
_NUMBERED = (
    "SELECT c.relname::text FROM pg_attrdef AS d JOIN pg_class AS c ON c.oid = d.adrelid"
    " JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
    " WHERE c.relnamespace = 'funnel'::regnamespace AND a.attname = 'id'"
)
# A statement that fails within a transaction takes only itself back, as in SQLite.
_BEFORE, _AFTER = "SAVEPOINT statement; ", "; RELEASE SAVEPOINT statement"
_PRAGMA = regex(r"\s*PRAGMA\s+(?:\w+\.)?(\w+)\s*(?:=\s*(\w+)|\(\s*\"?'?(\w+)\"?'?\s*\))?", "i")
# A table of this connection alone that is filled by a question.
_FILLED = regex(r"INSERT INTO (?:pg_temp\.)?(\w+)(?: \([^()]*\))? (?:SELECT|WITH)\b")
# What SQLite tells of a table or an index, as the functions of these names do in ``catalogue.sql``.
_DESCRIBED = {
    "index_list": ("seq", "name", "unique", "origin", "partial"),
    "index_info": ("seqno", "cid", "name"),
    "table_info": ("cid", "name", "type", "notnull", "dflt_value", "pk"),
    "foreign_key_list": (
        "id", "seq", "table", "from", "to", "on_update", "on_delete", "match",
    ),
}  # fmt: skip
# What tables, long values and indexes take, without the maps that the server keeps of where there
# is room in them, which grow as it tidies up.
_PAGES = """
WITH kept AS (
    SELECT c.oid, c.reltoastrelid FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace('funnel') AND c.relkind = 'r'
), tables AS (SELECT oid FROM kept UNION SELECT reltoastrelid FROM kept WHERE reltoastrelid <> 0)
SELECT (SELECT sum(pg_relation_size(t.oid)) FROM tables AS t)::bigint / %s + (
    SELECT coalesce(sum(pg_relation_size(i.indexrelid)), 0) FROM pg_index AS i
    JOIN tables AS t ON t.oid = i.indrelid
)::bigint / %s
"""
_TABLES = "SELECT m.name FROM sqlite_master AS m WHERE m.type = 'table'"
_REFERENCES = (
    "SELECT m.name, f.* FROM sqlite_master AS m, foreign_key_list(m.name) AS f"
    " WHERE m.type = 'table'"
)
# What may make another table or index of one, or have that undone.
_CHANGES = regex(r"\s*(CREATE|ALTER|DROP|ROLLBACK)\b", "i")
_CONTROL = regex(r"\s*(BEGIN|COMMIT|ROLLBACK|END|SAVEPOINT|RELEASE)\b", "i")


class _Whole(Loader):
    """A number as SQLite gives it: whole ones as integers."""

    def load(self, data: pq.abc.Buffer) -> int | float:
        text = bytes(data).decode()
        return float(text) if "." in text or "N" in text else int(text)


class _Flag(Loader):
    """A condition as SQLite gives it: 1 or 0."""

    def load(self, data: pq.abc.Buffer) -> int:
        return int(bytes(data) == b"t")


class _Real(Dumper):
    """A real number as one of the server's, not as a decimal one."""

    def dump(self, obj: float) -> bytes:
        return repr(obj).encode()

    def quote(self, obj: float) -> bytes:
        return f"'{obj!r}'::double precision".encode()


class _Truth(Dumper):
    """True and False as SQLite keeps them."""

    def dump(self, obj: bool) -> bytes:
        return b"1" if obj else b"0"

    quote = dump


class Cursor:
    """The rows of one statement, and what SQLite says of it."""

    def __init__(self, conn: ServerConnection) -> None:
        self.connection = conn
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    def execute(self, statement: str, parameters: Parameters = ()) -> Cursor:
        """Run a statement."""
        self.connection.run(self, statement, parameters)
        return self

    def executemany(self, statement: str, several: Iterable[Parameters]) -> Cursor:
        """Run a statement with each of several sets of parameters."""
        counted = 0
        for parameters in several:
            self.connection.run(self, statement, parameters)
            counted += max(self.rowcount, 0)
        self.rowcount = counted
        return self

    def give(self, names: Sequence[str] | None, rows: Iterable[tuple[Any, ...]]) -> None:
        """What this gives from now on."""
        self.description = None if names is None else tuple((name, *[None] * 6) for name in names)
        self._rows = iter(rows)

    def fetchone(self) -> Any:
        """The next row, None where there is none."""
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[Any]:
        """So many of the next rows."""
        from itertools import islice

        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def __next__(self) -> Any:
        return next(self._rows)

    def close(self) -> None:
        """Let go of the rows."""
        self._rows = iter(())


def _ready(raw: psycopg.Connection[Any]) -> None:
    """Have a connection read and write values as SQLite keeps them."""
    for kind, loader in (("numeric", _Whole), ("bool", _Flag), ("int2", IntLoader)):
        raw.adapters.register_loader(kind, loader)
    raw.adapters.register_dumper(float, _Real)
    raw.adapters.register_dumper(bool, _Truth)


class ServerConnection:
    """What :class:`sqlite3.Connection` is to a file; only what the program asks of one."""

    isolation_level = None

    def __init__(self, address: Address, reach: Reach) -> None:
        """``reach`` gives a connection of the driver's; once more, where one broke."""
        raw = reach()
        self.address = address
        self.again = reach
        self.total_changes = 0
        self.seen = 0
        """The last entry of the journal when it was opened, or when it last wrote."""
        self.takes_tables = True
        """Whether temporary tables can be made, which a standby refuses."""
        self._number = ""
        self._raw = raw
        self._reads_only = False
        self._wrote = False
        self._patience = waiting.BUSY_SECONDS * 1000
        # Whether statements wait as long as that, or a moment until the person is told.
        self._waited = True
        self._temporary: frozenset[str] = frozenset()
        self._described: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        _ready(raw)

    @property
    def user(self) -> str:
        """The login of this connection."""
        return self._raw.info.user

    @cached_property
    def numbered(self) -> frozenset[str]:
        """The tables whose rows have ids that the database gives, the highest and one more."""
        return frozenset(name for (name,) in self.rows(_NUMBERED))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is under way."""
        return self._raw.info.transaction_status not in (
            pq.TransactionStatus.IDLE,
            # It broke, and took its transaction with it.
            pq.TransactionStatus.UNKNOWN,
        )

    @property
    def raw(self) -> psycopg.Connection[Any]:
        """The driver's own connection."""
        return self._raw

    def execute(self, statement: str, parameters: Parameters = ()) -> Cursor:
        """Run a statement that is written for SQLite. Raises sqlite3.Error."""
        return Cursor(self).execute(statement, parameters)

    def executemany(self, statement: str, several: Iterable[Parameters]) -> Cursor:
        """Run a statement once for each set of parameters."""
        return Cursor(self).executemany(statement, several)

    def cursor(self) -> Cursor:
        """A cursor of its own."""
        return Cursor(self)

    def commit(self) -> None:
        """End the transaction, if there is one, and keep what it changed."""
        if self.in_transaction:
            self._keep("COMMIT")

    def rollback(self) -> None:
        """End the transaction, if there is one, and take back what it changed."""
        if self.in_transaction:
            self.send("ROLLBACK")

    def close(self) -> None:
        """Close it; a transaction that is under way is taken back."""
        self._raw.close()

    def __enter__(self) -> ServerConnection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.commit()
        else:
            self.rollback()

    def interrupt(self) -> None:
        """Have the statement that is running fail; any thread may ask for it."""
        self._raw.cancel()

    def run(self, cursor: Cursor, statement: str, parameters: Parameters) -> None:
        """Run a statement, and give the cursor what it gives."""
        if match := _PRAGMA.match(statement):
            self._pragma(cursor, match[1].lower(), match[2] or match[3] or "")
        elif match := _CONTROL.match(statement):
            self._control(match[1].upper(), statement)
            cursor.give(None, ())
        else:
            self._run(cursor, remembered.translation(statement, self._temporary), parameters)

    def _run(self, cursor: Cursor, found: Translation, parameters: Parameters) -> None:
        if found.writes and self._reads_only:
            raise refusals.read_only()
        if found.makes:
            self._temporary |= {found.makes}
        text = found.text
        if "working_days(" in text:
            functions.prepare(self)
        # Outside of a transaction a statement is one of its own.
        alone = self._raw.info.transaction_status == pq.TransactionStatus.IDLE
        if found.counts and not alone:
            text = f"{_BEFORE}{text}{_AFTER}"
            if not found.writes and (filled := _FILLED.match(found.text)):
                # Else the server takes it for one of thousands of rows, and reads whole tables.
                text += f"; ANALYZE pg_temp.{filled[1]}"
        sent = self.send(text, parameters)
        if found.counts and not alone:
            sent.nextset()
        cursor.rowcount = sent.rowcount if found.counts else -1
        if found.counts:
            self.total_changes += max(sent.rowcount, 0)
        if found.gives_id:
            rows = sent.fetchall()
            cursor.lastrowid = rows[-1][0] if rows else None
            cursor.give(None, ())
        elif sent.description is None:
            cursor.give(None, ())
        else:
            # They are made as they are read: of many, only the texts are held.
            cursor.give([one.name for one in sent.description], sent)

    def send(
        self, text: str, parameters: Parameters | None = None
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        """Send the server a statement of its own dialect. Raises sqlite3.Error."""
        cursor = self._raw.cursor()
        if self._described and _CHANGES.match(text):
            self._described.clear()
        if parameters is not None and len(parameters) > _MANY:
            filled = literals.filled(text, parameters)
            text, parameters = (text, parameters) if filled is None else (filled, None)
        try:
            cursor.execute(text.encode(), parameters)
        except psycopg.Error as error:
            if self._raw.closed:
                raise refusals.lost(error) from error
            if text.startswith(_BEFORE) and self.in_transaction:
                cursor.execute(b"ROLLBACK TO SAVEPOINT statement")
                if isinstance(error, psycopg.errors.LockNotAvailable) and not self._waited:
                    self._wait()
                    return self.send(text, parameters)
            raise refusals.of(error, text) from error
        return cursor

    def _wait(self) -> None:
        """Have statements of this transaction wait as long as its begin may, for rows that another
        program holds; and say so."""
        self._waited = True
        waiting.say(str(self.address))
        self.send(f"SET LOCAL lock_timeout = {int(waiting.BUSY_SECONDS * 1000)}")

    def send_script(self, text: str) -> None:
        """Send several statements of its own dialect at once."""
        sent = self.send(text)
        while sent.nextset():
            pass

    def rows(self, text: str, parameters: Parameters | None = None) -> list[tuple[Any, ...]]:
        """The rows of a question in the server's own dialect."""
        return self.send(text, parameters).fetchall()

    def _control(self, word: str, statement: str) -> None:
        if word == "BEGIN" and "IMMEDIATE" in statement.upper():
            self.begin_writing()
        elif word == "BEGIN":
            self.send("BEGIN ISOLATION LEVEL REPEATABLE READ")
        elif word == "COMMIT":
            self._keep(statement)
        else:
            self.send(statement)

    def _keep(self, statement: str) -> None:
        """End the transaction, and keep what it changed."""
        try:
            self.send(statement)
        except refusals.Lost as error:
            # Without the answer nobody knows what became of it but the server.
            if self._wrote:
                error.stored = self._was_kept()
            if not error.stored:
                raise
        if self._wrote:
            self._wrote = False
            self.look()

    def _was_kept(self) -> bool | None:
        """Whether the transaction whose end the connection broke with is stored, and then go on by
        a new connection; None where it cannot be asked."""
        until = time.monotonic() + LOOKED_SECONDS
        while time.monotonic() < until:
            with suppress(sqlite3.Error, psycopg.Error):
                raw = self.again()
                ((status,),) = raw.execute("SELECT pg_xact_status(%s::xid8)", (self._number,))
                if status == "committed":
                    _ready(raw)
                    self._raw, self._temporary = raw, frozenset()
                    return True
                raw.close()
                if status == "aborted":
                    return False
            time.sleep(LOOKED_EVERY)
        return None

    def look(self) -> int:
        """Know the journal up to its last entry; the version of the schema."""
        ((version, self.seen),) = self.rows(
            "SELECT (SELECT coalesce(max(v.version), 0) FROM schema_version AS v),"
            " coalesce(max(j.id), 0) FROM journal AS j"
        )
        return int(version)

    def begin_writing(self) -> None:
        """Begin a transaction once no other writer is at it. Raises Refused for a user who was
        removed meanwhile."""
        if self._reads_only:
            raise refusals.read_only()
        try:
            sent = self.send(
                f"BEGIN; SET LOCAL lock_timeout = {max(self._patience, 1)};"
                f" SELECT pg_advisory_xact_lock({LOCK[0]}, {LOCK[1]});"
                f" SELECT pg_current_xact_id()::text, {MAY}"
            )
        except sqlite3.Error:
            self.rollback()
            raise
        while sent.nextset():
            pass
        ((self._number, is_user),) = sent.fetchall()
        if not is_user:
            from funnelcli.db.server.sentences import no_user

            self.rollback()
            raise no_user(self.user, self.address)
        self._wrote = True
        self._waited = self._patience >= waiting.BUSY_SECONDS * 1000

    def writer(self) -> waiting.Writer | None:
        """Who writes now."""
        return next((waiting.Writer(*row) for row in self.rows(_WRITER, LOCK)), None)

    def _description(self, name: str, of: str) -> list[tuple[Any, ...]]:
        """What one of ``_DESCRIBED`` says of a table or an index. It is asked once, until something
        is made or changed: what refers to what of all tables together, for each is a journey."""
        if (name, of) not in self._described and name == "foreign_key_list":
            self._described.update(((name, table), []) for (table,) in self.rows(_TABLES))
            for table, *row in self.rows(_REFERENCES):
                self._described[name, table].append(tuple(row))
        if (name, of) not in self._described:
            self._described[name, of] = self.rows(f"SELECT * FROM {name}(%s)", (of,))
        return self._described[name, of]

    def _pragma(self, cursor: Cursor, name: str, value: str) -> None:
        """What the program asks of SQLite itself, answered for the server."""
        rows: list[tuple[Any, ...]] = []
        names: Sequence[str] = (name,)
        match name:
            case "query_only" if value:
                self._reads_only = value.upper() in ("ON", "1", "TRUE")
            case "query_only":
                rows = [(int(self._reads_only),)]
            case "busy_timeout" if value:
                self._patience = int(value)
            case "database_list":
                rows = [(0, "main", str(self.address))]
            case "user_version":
                rows = self.rows("SELECT coalesce(max(version), 0) FROM schema_version")
            case "defer_foreign_keys":
                self.send("SET CONSTRAINTS ALL DEFERRED")
            case "page_size":
                rows = [(_PAGE,)]
            case "page_count":
                rows = self.rows(_PAGES, (_PAGE, _PAGE))
            case "freelist_count":
                rows = [(0,)]
            case _ if name in _DESCRIBED:
                names, rows = _DESCRIBED[name], self._description(name, value)
            case _:
                # How SQLite keeps a file is no question for a server, and it checks itself.
                rows = []
        cursor.give(names, rows)
