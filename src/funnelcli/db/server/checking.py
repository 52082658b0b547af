"""Whether the schema on a server is the program's own: what a new one has, and nothing turned off.

A new database in memory says what there has to be, so that nothing is listed twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from funnelcli.db import triggers
from funnelcli.db.schema import LATEST
from funnelcli.db.server.schema import text_of
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from funnelcli.db.server.connection import ServerConnection

_FUNCTION = regex(r"^CREATE (?:OR REPLACE )?FUNCTION (?:funnel\.)?(\w+)", "m")
# Users whose login may do more or less than their role lets them; who set the database up may all.
_OTHER_RIGHTS = """
SELECT m.key, m.role FROM member AS m JOIN pg_roles AS r ON r.rolname = login_of(m.key)
JOIN pg_namespace AS n ON n.nspname = 'funnel'
WHERE
    NOT pg_has_role(r.oid, n.nspowner, 'USAGE')
    AND (NOT has_schema_privilege(r.oid, n.oid, 'USAGE') OR EXISTS (
        SELECT 1 FROM pg_class AS c
        WHERE
            c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname <> 'schema_version'
            AND (
                NOT has_table_privilege(r.oid, c.oid, 'SELECT')
                OR has_table_privilege(r.oid, c.oid, 'UPDATE') <> (
                    m.role = 'owner' OR m.role = 'seller' AND c.relname NOT IN (
                        'command', 'disclosure', 'forgotten', 'journal', 'sealed'
                    )
                )
                OR has_table_privilege(r.oid, c.oid, 'DELETE') <> (
                    m.role = 'owner' OR m.role = 'seller' AND c.relname NOT IN (
                        'disclosure', 'forgotten', 'journal_now', 'sealed'
                    )
                )
            )
    ))
ORDER BY m.key
"""
# Users who may all as the schema belongs to their login, or to a role that it is in, though their
# role does not say so.
_ALL_RIGHTS = """
SELECT m.key, m.role FROM member AS m JOIN pg_roles AS r ON r.rolname = login_of(m.key)
JOIN pg_namespace AS n ON n.nspname = 'funnel'
WHERE m.role <> 'owner' AND pg_has_role(r.oid, n.nspowner, 'USAGE')
ORDER BY m.key
"""
_WITHOUT_LOGIN = "SELECT key, role FROM member WHERE login_of(key) IS NULL ORDER BY key"
_CHECK = regex(r"\bCHECK\s*\(", "i")


class Problem(NamedTuple):
    """Where something is wrong, and what."""

    where: str
    problem: str


def problems(conn: sqlite3.Connection) -> Iterator[Problem]:
    """What is wrong with the schema of a database on a server."""
    from funnelcli.db.connection import connect

    own = cast("ServerConnection", conn)
    ((version,),) = own.rows("SELECT coalesce(max(version), 0) FROM schema_version")
    if version != LATEST:
        text = _("is of schema {version}, not {latest}").format(version=version, latest=LATEST)
        yield Problem(_("schema"), text)
    with closing(connect(":memory:")) as plain:
        yield from _tables(own, plain)
    yield from _functions(own)
    yield from _switched_off(own)
    yield from without_login(conn)
    for name, role in own.rows(_OTHER_RIGHTS):
        yield Problem(
            name,
            _(
                "the login has other rights than the role {role};"
                " `funnel user edit {name} --role {role}` sets them"
            ).format(name=name, role=role),
        )
    for name, role in own.rows(_ALL_RIGHTS):
        yield Problem(
            name,
            _(
                "the login has all rights, more than the role {role}:"
                " hand the database over to an owner, or `funnel user edit {name} --role owner`"
            ).format(name=name, role=role),
        )


def without_login(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Which users the server lets nobody in as."""
    for name, role in cast("ServerConnection", conn).rows(_WITHOUT_LOGIN):
        yield Problem(
            name,
            _(
                "the server has no login of that name; once it is made there,"
                " `funnel user edit {name} --role {role}` gives it its rights"
            ).format(name=name, role=role),
        )


def missing(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Which of the indexes that a file has, and of the two triggers by which the journal watches
    every table, a database on a server lacks."""
    from funnelcli.db.connection import connect

    named = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    with closing(connect(":memory:")) as new:
        indexes = set(new.execute(named))
        tables = triggers.tables(new)
    indexes -= set(conn.execute(named))
    for name, table in sorted(indexes):
        yield Problem(table, _("the index {name} is missing").format(name=name))
    there = set(conn.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"))
    watching = {
        (f"journal_{table}{ending}", table) for table in tables for ending in ("", "_update")
    }
    for name, table in sorted(watching - there):
        yield Problem(table, _("the journal's trigger {name} is missing").format(name=name))


def _tables(own: ServerConnection, plain: sqlite3.Connection) -> Iterator[Problem]:
    served = cast("sqlite3.Connection", own)
    there = set(triggers.all_tables(served))
    checks = dict(
        own.rows(
            "SELECT conrelid::regclass::text, count(*) FROM pg_constraint WHERE contype = 'c'"
            " AND connamespace = to_regnamespace('funnel') GROUP BY conrelid"
        )
    )
    for table in triggers.all_tables(plain):
        if table not in there:
            yield Problem(table, _("the table is missing"))
            continue
        others = {name for name, *_rest in _columns(plain, table) ^ _columns(served, table)}
        for name in sorted(others):
            yield Problem(table, _("the column {name} is another").format(name=name))
        for name, _target in sorted(_keys(plain, table) - _keys(served, table)):
            yield Problem(table, _("what {name} refers to is not checked").format(name=name))
        (sql,) = plain.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
        ).fetchone()
        missing = len(_CHECK.findall(sql)) - checks.get(table, 0)
        if missing > 0:
            yield Problem(table, _("checks of its values are missing: {n}").format(n=missing))


def _columns(conn: sqlite3.Connection, table: str) -> set[tuple[str, str, bool]]:
    return {
        (name, kind, bool(pk))
        for _cid, name, kind, _needed, _usual, pk in conn.execute(f'PRAGMA table_info("{table}")')
    }


def _keys(conn: sqlite3.Connection, table: str) -> set[tuple[str, str]]:
    return {(row[3], row[2]) for row in conn.execute(f'PRAGMA foreign_key_list("{table}")')}


def _functions(own: ServerConnection) -> Iterator[Problem]:
    wanted = {
        name.lower()
        for file in ("functions.sql", "catalogue.sql", "rights.sql")
        for name in _FUNCTION.findall(text_of(file))
    }
    there = {
        name
        for (name,) in own.rows(
            "SELECT proname::text FROM pg_proc WHERE pronamespace = to_regnamespace('funnel')"
        )
    }
    for name in sorted(wanted - there):
        yield Problem(_("schema"), _("the function {name} is missing").format(name=name))


def _switched_off(own: ServerConnection) -> Iterator[Problem]:
    """What is there and does not work: triggers, constraints and indexes."""
    told: tuple[tuple[str, Any], ...] = (
        (
            "SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger AS g"
            " JOIN pg_class AS c ON c.oid = g.tgrelid WHERE g.tgenabled IN ('D', 'R')"
            " AND c.relnamespace = to_regnamespace('funnel') ORDER BY 1, 2",
            lambda name: _("the trigger {name} is switched off").format(name=name),
        ),
        (
            "SELECT conrelid::regclass::text, conname::text FROM pg_constraint"
            " WHERE NOT convalidated AND connamespace = to_regnamespace('funnel') ORDER BY 1, 2",
            lambda name: _("{name} was never checked for all rows").format(name=name),
        ),
        (
            "SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index AS i"
            " JOIN pg_class AS c ON c.oid = i.indrelid WHERE NOT i.indisvalid"
            " AND c.relnamespace = to_regnamespace('funnel') ORDER BY 1, 2",
            lambda name: _("the index {name} is not whole").format(name=name),
        ),
        (
            "SELECT c.oid::regclass::text, p.polname::text FROM pg_policy AS p"
            " JOIN pg_class AS c ON c.oid = p.polrelid WHERE NOT c.relrowsecurity"
            " AND c.relnamespace = to_regnamespace('funnel') ORDER BY 1, 2",
            lambda name: _("the rule {name} is switched off").format(name=name),
        ),
    )
    for question, say in told:
        for table, name in own.rows(question):
            yield Problem(table, say(name))
