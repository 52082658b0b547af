"""Whether a database, in a file or on a server, is what it is taken for."""

from __future__ import annotations

import json
import sqlite3

from funnelcli.actions import health
from funnelcli.actions.health import Finding
from funnelcli.db import triggers
from funnelcli.db.advancing import Advance, Begin, unwatched
from funnelcli.db.server import on_server
from funnelcli.i18n import _


def check(conn: sqlite3.Connection, begin: Begin = unwatched) -> list[Finding]:
    """Everything that is wrong; an empty list when the database is sound. ``begin`` is told of how
    many deals and entries of the journal, which are read one by one."""
    (rows,) = conn.execute(
        "SELECT (SELECT count(*) FROM deal)"
        " + (SELECT count(*) FROM journal WHERE before IS NOT NULL)"
    ).fetchone()
    advance = begin(rows)
    found = health.check(conn, advance)
    found += _check_journal(conn, advance)
    if on_server(conn):
        from funnelcli.db.server import checking

        found += [Finding(where, problem, False) for where, problem in checking.problems(conn)]
    return found


def _check_journal(conn: sqlite3.Connection, advance: Advance) -> list[Finding]:
    """Each entry is of a table that there is, under a command that there is, with a row that can be
    read; and nothing is under way."""
    found = []
    watched = set(triggers.tables(conn))
    for (table,) in conn.execute("SELECT DISTINCT table_name FROM journal ORDER BY table_name"):
        if table not in watched:
            problem = _("has entries of a table that there is not: {table}").format(table=table)
            found.append(Finding(_("journal"), problem, False))
    (orphans,) = conn.execute(
        "SELECT count(*) FROM journal AS j WHERE j.command_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM command AS c WHERE c.id = j.command_id)"
    ).fetchone()
    if orphans:
        problem = _("entries under no command: {n}").format(n=orphans)
        found.append(Finding(_("journal"), problem, False))
    for entry, before in conn.execute("SELECT id, before FROM journal WHERE before IS NOT NULL"):
        advance(1)
        if not _is_row(before):
            problem = _("entry {n} holds no row").format(n=entry)
            found.append(Finding(_("journal"), problem, False))
    (under_way,) = conn.execute(
        "SELECT count(*) FROM journal_now WHERE command_id IS NOT NULL"
    ).fetchone()
    if under_way:
        found.append(Finding(_("journal"), _("a command was cut off within it"), False))
    return found


def _is_row(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
