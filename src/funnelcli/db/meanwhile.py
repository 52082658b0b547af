"""Whether another person changed the same while a command was under way.

On a server a command looks first and writes a moment later, or, where it asks its user something,
minutes later. Writers come one after the other, so nothing is lost; but what was decided on the
rows as they were is not written over what somebody else has made of them since. The journal knows
both: of each row that the command has changed, which columns another command changed after this one
had begun to look. Where they are the same ones, the later command is taken back and told.
"""

from __future__ import annotations

import json
import sqlite3

from funnelcli.db import unfit
from funnelcli.db.command_lines import command_line, words_of
from funnelcli.db.rows import dicts, differing
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.typed import Any
from funnelcli.values import daytext

# Of a command that touched more rows than this, only these are compared: an import looks every row
# up within its transaction.
_COMPARED = 200


def check(conn: sqlite3.Connection, command_id: int, seen: int) -> None:
    """Within the transaction of a command, which looked at what the journal had up to the entry
    ``seen``. Raises Refused where somebody has changed the same columns of a row since."""
    both = conn.execute(
        "SELECT m.table_name, m.row_id, m.first, min(o.id), max(o.command_id)"
        " FROM (SELECT table_name, row_id, min(id) AS first FROM journal WHERE command_id = ?"
        " AND last_id IS NULL AND op <> 'insert' GROUP BY table_name, row_id LIMIT ?) AS m"
        " JOIN journal AS o ON o.table_name = m.table_name AND o.row_id = m.row_id"
        " WHERE o.id > ? AND o.id < m.first AND o.command_id <> ?"
        " GROUP BY m.table_name, m.row_id, m.first",
        (command_id, _COMPARED, seen, command_id),
    ).fetchall()
    for table, row_id, mine, theirs, by in both:
        before, between = _before(conn, theirs), _before(conn, mine)
        now = next(dicts(conn.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,))), None)
        if _differing(before, between) & _differing(between, now):
            raise _told(conn, by)


def check_removed(conn: sqlite3.Connection, table: str, row_id: int) -> None:
    """Raises Refused where a row is gone that a command has named; nothing where the journal does
    not say who removed it."""
    found = conn.execute(
        "SELECT command_id FROM journal WHERE table_name = ? AND row_id = ? AND op = 'delete'"
        " AND command_id IS NOT NULL ORDER BY id DESC LIMIT 1",
        (table, row_id),
    ).fetchone()
    if found is not None:
        raise _told(conn, found[0])


def add_to(error: Refused, conn: sqlite3.Connection, command_id: int, seen: int) -> None:
    """Have what a rule refuses say what somebody else has done since the command looked: it may not
    have been so then."""
    (by,) = conn.execute(
        "SELECT max(command_id) FROM journal WHERE id > ? AND command_id < ?", (seen, command_id)
    ).fetchone()
    if by is not None:
        said = _("Meanwhile {who} has written ({when}): {command}")
        error.hint = " ".join(filter(None, (error.hint, _filled(said, conn, by))))


def _before(conn: sqlite3.Connection, entry: int) -> dict[str, Any] | None:
    (text,) = conn.execute("SELECT before FROM journal WHERE id = ?", (entry,)).fetchone()
    return None if text is None else json.loads(text)


def _differing(one: dict[str, Any] | None, other: dict[str, Any] | None) -> set[str]:
    """The columns in which two states of a row differ: all of them where it was there in one."""
    if one is None or other is None:
        return set(one or other or ())
    return differing(one, other)


def _told(conn: sqlite3.Connection, command_id: int) -> Refused:
    """The error that says who has done what meanwhile."""
    said = _("{who} changed this a moment ago ({when}): {command}")
    return Refused(_filled(said, conn, command_id), unfit.look_again())


def _filled(said: str, conn: sqlite3.Connection, command_id: int) -> str:
    """A sentence with who gave a command, when, and how it was typed."""
    at, verb, args, who = conn.execute(
        "SELECT at, verb, args, who FROM command WHERE id = ?", (command_id,)
    ).fetchone()
    return said.format(
        who=who or _("Another program"),
        when=daytext.moment(at),
        command=command_line(verb, words_of(args)),
    )
