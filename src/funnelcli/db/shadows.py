"""Shadows of tables: the rows of a few deals in temporary tables, as they are, or as they were at
an entry of the journal.

What a statement counts of all deals can be moved along with the deals that have changed: the same
statement counts those as they were then, and as they are now. Of each row that was changed since an
entry, whoever changed it, the journal has it as it was; the others are what they were.

A shadow stands beside the tables of the deals, in the same transaction, so that one connection sees
one state of both; :func:`over` has a statement read it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from funnelcli.db import journal_position, triggers
from funnelcli.db.aside import making
from funnelcli.db.command_lines import OUTSIDE
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple

# The first entry of each row behind :position that is not of a range, and stands before any such.
_FIRST = (
    "SELECT j.id, j.row_id, CAST(j.before AS {kind}) AS before FROM journal AS j JOIN ("
    " SELECT min(i.id) AS id FROM journal AS i"
    " WHERE i.id > :position AND i.table_name = '{table}' AND i.last_id IS NULL GROUP BY i.row_id"
    ") AS f ON f.id = j.id WHERE j.before IS NOT NULL AND NOT EXISTS ("
    " SELECT 1 FROM journal AS r WHERE r.last_id IS NOT NULL AND r.id > :position AND r.id < j.id"
    " AND r.table_name = '{table}' AND j.row_id BETWEEN r.row_id AND r.last_id)"
)
# The ids of the rows of a table that have an entry behind :position.
_TOUCHED = (
    "SELECT j.row_id FROM journal AS j"
    " WHERE j.id > :position AND j.table_name = '{table}' AND j.last_id IS NULL"
    " UNION SELECT r.id FROM journal AS j JOIN {table} AS r"
    " ON r.id BETWEEN j.row_id AND j.last_id"
    " WHERE j.id > :position AND j.table_name = '{table}' AND j.last_id IS NOT NULL"
)
OF_DEALS = frozenset(
    {"deal", "deal_contact", "deal_tag", "effort", "objection", "stay", "terms", "visit"}
)
"""The tables that have shadows: a row is a deal, or counts for its ``deal_id`` alone."""
_NAMED = regex(r"\b(FROM|JOIN) ([a-z_]+)\b")


class Shadow(NamedTuple):
    """Which deals a shadow has, as a statement of their ids: as they are, or where it is of
    ``then`` as they were at ``since``, an entry of the journal."""

    name: str
    deals: str
    since: int
    then: bool = False
    only: str = "1"
    """Which of these deals, by their rows ``r`` in it."""

    def of(self, table: str) -> str:
        """What the shadow of a table is called."""
        return f"shadow_{self.name}_{self.since}_{table}"


@cache
def names_in(statement: str) -> frozenset[str]:
    """What a statement reads by name: tables, views, and what it makes itself."""
    return frozenset(found[2] for found in _NAMED.finditer(statement))


def over(conn: sqlite3.Connection, statement: str, shadow: Shadow) -> str:
    """``statement`` over a shadow, whose tables are made where they are not there yet."""
    views = _views(conn)

    def put(found: re.Match[str]) -> str:
        name = found[2]
        if name in views and (names_in(views[name]) & OF_DEALS):
            _make_view(conn, name, views[name], shadow)
        elif name in OF_DEALS:
            make(conn, name, shadow)
        else:
            return found[0]
        return f"{found[1]} {shadow.of(name)}"

    return _NAMED.sub(put, statement)


def _views(conn: sqlite3.Connection) -> dict[str, str]:
    """What each view is made of."""
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'")
    return {name: text.partition(" AS\n")[2] for name, text in rows}


def tables_read(conn: sqlite3.Connection, statement: str) -> frozenset[str]:
    """The tables of the database that a statement reads, by itself or by a view."""
    views = _views(conn)
    found = set(names_in(statement))
    for name in [*found & views.keys()]:
        found |= names_in(views[name])
    return frozenset(found & {*triggers.tables(conn)})


def touched(table: str) -> str:
    """The ids of the rows of a table that have an entry behind :position, as a statement."""
    return _TOUCHED.format(table=table)


def changed(conn: sqlite3.Connection, position: int, names: Collection[str]) -> str:
    """The table of the deals that were changed since an entry of the journal, or of which a row in
    one of these tables was."""
    changed = f"shadow_changed_{position}"
    if not there(conn, changed):
        given = {"position": position}
        with making(conn):
            conn.execute(f"CREATE TEMP TABLE {changed} (id INTEGER PRIMARY KEY)")
            deals = " UNION ".join(map(_deals_of, sorted(names)))
            conn.execute(f"INSERT INTO {changed} {deals}", given)
    return changed


def _deals_of(table: str) -> str:
    """The ids of the deals of the rows of a table that have an entry behind :position: those of
    today, and those that they had been of."""
    if table == "deal":
        return touched(table)
    return (
        f"SELECT r.deal_id FROM {table} AS r"
        f" WHERE r.id IN ({touched(table)}) AND r.deal_id IS NOT NULL"
        " UNION SELECT CAST(json_extract(j.before, '$.deal_id') AS INTEGER) FROM journal AS j"
        f" WHERE j.id > :position AND j.table_name = '{table}'"
        " AND json_extract(j.before, '$.deal_id') IS NOT NULL"
    )


def make(
    conn: sqlite3.Connection, table: str, shadow: Shadow, columns: Sequence[str] | None = None
) -> str:
    """Make the shadow of a table, of all or of some columns, unless it is there; its name.

    All rows of a deal are in it or none, in whichever of its tables; of those that belong to no
    deal, those that have an entry behind ``since``.
    """
    name = shadow.of(table)
    if there(conn, name):
        return name
    if table != "deal":
        make(conn, "deal", shadow)
    kinds = triggers.kinds(conn, table)
    names = columns or tuple(one for one in kinds if one != "id")
    typed = ", ".join(f"{one} {kinds[one]}" for one in names)
    with making(conn):
        conn.execute(f"CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY, {typed})")
        for statement in _rows(conn, table, names, shadow):
            conn.execute(
                f"INSERT INTO {name} (id, {', '.join(names)}) {statement}",
                {"position": shadow.since},
            )
        if table != "deal":
            conn.execute(f"CREATE INDEX {name}_deal ON {name} (deal_id)")
        elif shadow.only != "1":
            conn.execute(f"DELETE FROM {name} AS r WHERE NOT ({shadow.only})")
    return name


def _rows(
    conn: sqlite3.Connection, table: str, names: Sequence[str], shadow: Shadow
) -> Iterator[str]:
    """The statements for the rows of a table that are in a shadow: of another time those that were
    not touched since, and those that were, as they were."""
    own = ", ".join(f"r.{one}" for one in names)
    of = "r.id" if table == "deal" else "r.deal_id"
    mine = shadow.deals if table == "deal" else f"SELECT d.id FROM {shadow.of('deal')} AS d"
    lying = f"SELECT r.id, {own} FROM ({mine}) AS h CROSS JOIN {table} AS r ON {of} = h.id"
    if not shadow.then:
        yield lying
        if table != "deal":
            yield (
                f"SELECT r.id, {own} FROM {table} AS r"
                f" WHERE r.deal_id IS NULL AND r.id IN ({touched(table)})"
            )
        return
    yield f"{lying} WHERE r.id NOT IN ({touched(table)})"
    values = triggers.read_from(conn, table, "f.before", names)
    read = ", ".join(f"{value} AS {one}" for value, one in zip(values, names, strict=True))
    first = _FIRST.format(table=table, kind=triggers.row_kind(conn))
    before = f"WITH f AS MATERIALIZED ({first}) SELECT f.row_id AS id, {read} FROM f"
    stray = "" if table == "deal" else " OR r.deal_id IS NULL"
    yield f"SELECT r.id, {own} FROM ({before}) AS r WHERE {of} IN ({mine}){stray}"


def _make_view(conn: sqlite3.Connection, name: str, text: str, shadow: Shadow) -> None:
    if there(conn, shadow.of(name)):
        return
    text = over(conn, text, shadow)
    with making(conn):
        conn.execute(f"CREATE TEMP VIEW {shadow.of(name)} AS {text}")


def there(conn: sqlite3.Connection, name: str) -> bool:
    """Whether a temporary table or view is made."""
    found = conn.execute("SELECT 1 FROM sqlite_temp_master WHERE name = ?", (name,))
    return found.fetchone() is not None


def fade(conn: sqlite3.Connection) -> None:
    """Take all shadows of a connection away."""
    found = conn.execute(
        "SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', 'view')"
        " AND name GLOB 'shadow_*'"
    ).fetchall()
    with making(conn):
        for kind, name in found:
            conn.execute(f"DROP {kind} IF EXISTS temp.{name}")


def counted_since(conn: sqlite3.Connection, position: int) -> dict[str, int] | None:
    """How many rows of each table stand in the journal behind an entry; None where the journal ends
    before that."""
    if journal_position.last(conn) < position:
        return None
    return dict(
        conn.execute(
            "SELECT table_name, sum(coalesce(last_id, row_id) - row_id + 1) FROM journal"
            " WHERE id > ? GROUP BY table_name",
            (position,),
        ).fetchall()
    )


def by_others(conn: sqlite3.Connection, position: int) -> frozenset[str]:
    """The tables of which another program has changed a row since an entry of the journal. What its
    INSERT OR REPLACE throws out may not be in the journal."""
    rows = conn.execute(
        "SELECT DISTINCT j.table_name FROM journal AS j LEFT JOIN command AS c"
        " ON c.id = j.command_id WHERE j.id > ? AND (c.id IS NULL OR c.verb = ?)",
        (position, OUTSIDE),
    )
    return frozenset(name for (name,) in rows)
