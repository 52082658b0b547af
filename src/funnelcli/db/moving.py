"""A whole database into an empty one, between files and servers: each row with its id, the
journal and what is in files.

Rows go over some at a time, and each time how far it is stands with them, so that what was cut off
can go on. Until all is there, nobody can take the half for a database: a file has its name only
then, and one on a server is refused. Indexes and what rows refer to are made at the end, once.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from funnelcli.db import bulk, comparing, restoring, server, triggers
from funnelcli.db.advancing import Advance, Begin, unwatched
from funnelcli.db.aside import writing
from funnelcli.db.comparing import Table
from funnelcli.db.connection import connect
from funnelcli.db.refusing import said_of
from funnelcli.db.rekeying import rewrite_copy
from funnelcli.db.schema import LATEST
from funnelcli.db.transaction import read_only
from funnelcli.encryption import is_encrypted, key_of
from funnelcli.errors import Failed, Refused, Usage
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any, Protocol

# A file that is not whole yet is called so, beside its place.
ENDING = ".moving"
MARK = "moving"
"""The table that says how far it is: a row a table, and what it is all made of under no name."""
_MAKE_MARK = (
    f"CREATE TABLE {MARK} (table_name TEXT PRIMARY KEY, row_count INTEGER NOT NULL,"
    " sha256 TEXT NOT NULL, last TEXT NOT NULL)"
)


class Receiving(Protocol):
    """Where the rows go to, while they do."""

    conn: sqlite3.Connection

    def begin(self) -> None:
        """Make it ready, within a transaction: nothing is watched, nothing refers to anything."""

    def end(self) -> None:
        """Have everything watched and checked again, within a transaction. Raises Failed."""

    def without_login(self) -> list[str]:
        """What is to be said of users whom nobody is let in as."""

    def settle(self) -> None:
        """Have it stand in its place, whole."""


class Moved(NamedTuple):
    """What went over, by table, how many rows of it an earlier move had brought, and which users
    cannot log in where they are now."""

    tables: dict[str, Table]
    before: int
    without_login: list[str]


def holds(conn: sqlite3.Connection) -> dict[str, int]:
    """What a database has beside what a new one starts with: rows by table."""
    with closing(connect(":memory:")) as new:
        counts = {
            table: comparing.count(conn, table) - comparing.count(new, table)
            for table in [*triggers.tables(conn), "command"]
        }
    return {table: count for table, count in counts.items() if count}


class _Source(NamedTuple):
    """Where the rows come from. What goes wrong there is said of it, not of where they go to."""

    conn: sqlite3.Connection
    place: str

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with said_of(self.place):
            return {
                table: comparing.count(self.conn, table) for table in triggers.all_tables(self.conn)
            }

    def mark(self) -> str:
        """What tells this state of the database from others."""
        with said_of(self.place):
            (entry,) = self.conn.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()
            (command,) = self.conn.execute("SELECT coalesce(max(id), 0) FROM command").fetchone()
        return json.dumps([server.whole(self.place), LATEST, entry, command])

    def shape(self, table: str) -> tuple[list[str], list[str]]:
        """The columns of a table, and those by which its rows are known."""
        with said_of(self.place):
            return triggers.columns(self.conn, table), comparing.key_of(self.conn, table)

    def pages(self, table: str, after: list[Any] | None) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a table behind the one with that key, some at a time."""
        with said_of(self.place):
            yield from comparing.pages(self.conn, table, after)

    def whole(self, table: str) -> Table:
        """What a table holds."""
        with said_of(self.place):
            return comparing.table_of(self.conn, table)


@contextmanager
def _source(place: str) -> Iterator[_Source]:
    if not server.may_be_there(place):
        raise Usage(
            _("There is no file {path}.").format(path=place),
            _("Name the database that is to move, by its file or its address."),
        )
    with closing(connect(place)) as conn, said_of(place), read_only(conn):
        yield _Source(conn, place)


def look(source: str, target: str) -> dict[str, int]:
    """How many rows of each table would go. Raises Usage, Refused where they cannot."""
    _check(source, target)
    with _source(source) as found:
        with said_of(target):
            _must_be_empty(target)
        return found.counts()


def move(source: str, target: str, *, resume: bool, begin: Begin = unwatched) -> Moved:
    """Bring the database at ``source`` to ``target``, a file's path or an address, which is empty;
    the source stays as it is. With ``resume`` what was cut off goes on, unless the source was
    changed meanwhile.

    Raises Usage where both are one, Refused where there is something already, Failed where what
    arrived is not what went.
    """
    _check(source, target)
    with _source(source) as found, said_of(target):
        _must_be_empty(target)
        with _receiving(source, target) as to:
            return _brought(found, to, begin, resume=resume)


def _check(source: str, target: str) -> None:
    for place in (source, target):
        if server.is_written_so(place):
            server.check(place)
    if server.whole(source) == server.whole(target) or (
        os.path.exists(source) and os.path.exists(target) and os.path.samefile(source, target)
    ):
        raise Usage(
            _("{place} is both where from and where to.").format(place=source),
            _("Name two databases."),
        )


def _must_be_empty(target: str) -> None:
    if server.is_address(target):
        from funnelcli.db.server import opening, receiving

        # To look alone makes no schema; what cannot be reached is said below.
        with suppress(sqlite3.Error), closing(opening.look(target)) as conn:
            if not opening.state(conn).there:
                return
        with receiving.opened(target) as conn:
            there = {} if receiving.is_half(conn) else holds(conn)
    elif not os.path.exists(target) or os.path.getsize(target) == 0:
        return
    else:
        with closing(connect(target)) as conn:
            there = holds(conn)
    if there:
        some = ", ".join(f"{table} {count}" for table, count in there.items())
        raise Refused(
            _("{place} is not empty, it has rows: {tables}.").format(place=target, tables=some),
            _("Name a database that is new."),
        )


@contextmanager
def _receiving(source: str, target: str) -> Iterator[Receiving]:
    if server.is_address(target):
        from funnelcli.db.server import receiving

        with receiving.opened(target) as conn:
            receiving.hold(conn)
            yield receiving.Server(conn)
        return
    part = f"{os.path.abspath(target)}{ENDING}"
    with closing(connect(part)) as conn:
        yield _File(conn, part, target, source)


class _File:
    """A file to be, beside its place."""

    def __init__(self, conn: sqlite3.Connection, part: str, path: str, source: str) -> None:
        self.conn = conn
        self._part = part
        self._path = path
        self._source = source
        conn.execute("PRAGMA foreign_keys = OFF")

    def begin(self) -> None:
        triggers.drop(self.conn)

    def end(self) -> None:
        triggers.create(self.conn)
        if self.conn.execute("PRAGMA foreign_key_check").fetchone():
            raise Failed(
                _("A row refers to one that is not there."),
                _("`funnel db check` on the database that was to move says which."),
            )

    def without_login(self) -> list[str]:
        return []

    def settle(self) -> None:
        self.conn.execute("PRAGMA journal_mode = DELETE")
        self.conn.close()
        if not server.is_address(self._source) and is_encrypted(self._source):
            rewrite_copy(self._part, key_of(self._source))
        if os.path.exists(self._path) and os.path.getsize(self._path):
            # Somebody may have it open, empty as it is.
            restoring.replace(self._part, self._path, spare=self._part)
            os.unlink(self._part)
        else:
            os.replace(self._part, self._path)


def _brought(source: _Source, to: Receiving, begin: Begin, *, resume: bool) -> Moved:
    conn, mark = to.conn, source.mark()
    done = _progress(conn) if resume else {}
    if done.get("", (0, "", ""))[2] != mark:
        done = {}
        with writing(conn):
            _begun(to, mark)
    counts = source.counts()
    before = sum(rows for rows, _sha256, _last in done.values())
    advance = begin(sum(counts.values()))
    advance(before)
    went = {}
    for table in counts:
        went[table] = _table(source, conn, table, done.get(table), advance)
    with writing(conn):
        conn.execute(f"DROP TABLE {MARK}")
        with closing(connect(":memory:")) as new:
            for _name, statement in _indexes(new):
                conn.execute(statement)
        _compare(went, comparing.tables_of(conn))
        to.end()
    without: list[str] = []
    # All of it is there, and stays so where the server goes away now.
    with suppress(sqlite3.Error):
        conn.execute("ANALYZE")
        without = to.without_login()
    to.settle()
    return Moved(went, before, without)


def _progress(conn: sqlite3.Connection) -> dict[str, tuple[int, str, str]]:
    """How far an earlier move came, by table: rows, checksum where it is whole, the last key."""
    with suppress(sqlite3.OperationalError):
        found = conn.execute(f"SELECT table_name, row_count, sha256, last FROM {MARK}")
        return {table: (rows, sha256, last) for table, rows, sha256, last in found}
    return {}


def _begun(to: Receiving, mark: str) -> None:
    conn = to.conn
    conn.execute(f"DROP TABLE IF EXISTS {MARK}")
    conn.execute(_MAKE_MARK)
    to.begin()
    with closing(connect(":memory:")) as new:
        for name, _statement in _indexes(new):
            conn.execute(f"DROP INDEX IF EXISTS {name}")
    for table in triggers.all_tables(conn):
        if table != MARK:
            # What a new one starts with is in the other too.
            conn.execute(f"DELETE FROM {table}")
    conn.execute(f"INSERT INTO {MARK} VALUES ('', 0, '', ?)", (mark,))


def _indexes(new: sqlite3.Connection) -> list[tuple[str, str]]:
    """The indexes of a new database beside those of its keys: name and statement."""
    rows = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''")
    return [(name, statement) for name, statement in rows]


def _table(
    source: _Source,
    conn: sqlite3.Connection,
    table: str,
    done: tuple[int, str, str] | None,
    advance: Advance,
) -> Table:
    """Bring over what is left of a table; what all of it is."""
    rows, sha256, last = done or (0, "", "")
    if sha256:
        return Table(rows, sha256)
    columns, key = source.shape(table)
    places = [columns.index(name) for name in key]
    digest = comparing.Digest()
    for some in source.pages(table, json.loads(last) if last else None):
        digest.take(some)
        rows += len(some)
        last = json.dumps([some[-1][place] for place in places])
        with writing(conn):
            _insert(conn, table, columns, some)
            _note(conn, table, rows, "", last)
        advance(len(some))
    # Of what went in two turns the first is read once more.
    whole = source.whole(table) if done else digest.table()
    with writing(conn):
        _note(conn, table, whole.rows, whole.sha256, last)
    return whole


def _note(conn: sqlite3.Connection, table: str, rows: int, sha256: str, last: str) -> None:
    conn.execute(
        f"INSERT INTO {MARK} (table_name, row_count, sha256, last) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (table_name) DO UPDATE SET row_count = excluded.row_count,"
        " sha256 = excluded.sha256, last = excluded.last",
        (table, rows, sha256, last),
    )


def _insert(
    conn: sqlite3.Connection, table: str, columns: list[str], rows: list[tuple[Any, ...]]
) -> None:
    if server.on_server(conn):
        from funnelcli.db.server import receiving

        receiving.insert(conn, table, columns, rows)
    else:
        bulk.insert(conn, table, columns, rows)


def _compare(went: dict[str, Table], arrived: dict[str, Table]) -> None:
    others = sorted(name for name in {*went, *arrived} if went.get(name) != arrived.get(name))
    if others:
        raise Failed(
            _("What arrived is not what went: {tables}.").format(tables=", ".join(others)),
            _("Let nobody write to either meanwhile, and move it again without --resume."),
        )
