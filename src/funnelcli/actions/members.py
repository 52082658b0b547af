"""What each of the users may do who share a database.

In a file the rules keep colleagues from slips: whoever can write to the file can say that they are
somebody else. On a server the database itself holds everybody to them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli.db import bulk
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.nouns.members import Member, any_members, me


def may(member: Member | None, what: str, owner: int | None = None) -> bool:
    """Whether a user may do ``what``: "write" anything at all, "dispose" of a record by removing it
    or giving it to somebody, ``owner`` being whose it is, change the "users", let go of the
    "journal", or see to the "erasure" of a person.

    None is somebody who is no user: who has set the database up, or looks after it.
    """
    if member is None or member.role == "owner":
        return True
    if member.role == "reader" or what in ("users", "journal", "erasure"):
        return False
    return what == "write" or owner in (None, member.id)


def check(conn: sqlite3.Connection, what: str) -> None:
    """Raises Refused where the user who gives the command may not do ``what``, as in :func:`may`,
    but "dispose"; where there are no users, everybody may all."""
    if not any_members(conn):
        return
    member = me(conn)
    if may(member, what):
        return
    hint = _("Ask an owner: {names}.").format(names=owners(conn))
    if member is not None and member.role == "reader":
        raise Refused(_("{name} may read and change nothing.").format(name=member.key), hint)
    said = {
        "users": _("Only an owner changes users."),
        "journal": _("Only an owner lets go of what all could undo."),
        "erasure": _("Only an owner erases a person for good."),
    }
    raise Refused(said[what], hint)


def check_disposal(conn: sqlite3.Connection, table: str, ids: Iterable[int]) -> None:
    """Raises Refused where one of these deals or contacts belongs to somebody else, and the user
    who gives the command may not dispose of it."""
    among = str([*ids])
    if among == "[]" or not any_members(conn):
        return
    member = me(conn)
    name = "title" if table == "deal" else "name"
    for row in conn.execute(
        f"SELECT r.owner_id, r.{name}, w.name, w.key FROM {table} AS r"
        f" JOIN member AS w ON w.id = r.owner_id WHERE r.id {bulk.AMONG} ORDER BY r.id",
        (among,),
    ).fetchall():
        if not may(member, "dispose", row[0]):
            raise Refused(
                _("{title} belongs to {owner}.").format(title=row[1], owner=row[2]),
                _("{owner} can do that, or an owner of the database: {names}.").format(
                    owner=row[2], names=names
                )
                if (names := owners(conn, row[3]))
                else _("{owner} can do that.").format(owner=row[2]),
            )


def check_command(conn: sqlite3.Connection, command_id: int) -> None:
    """Raises Refused where a command is somebody else's, and the user who gives this one may not
    take it back."""
    for who in others(conn, [command_id]).values():
        names = owners(conn, who.partition("@")[0].lower())
        raise Refused(
            _("{id} was a command of {who}.").format(id=command_id, who=who),
            _("{who} can take it back, or an owner of the database: {names}.").format(
                who=who, names=names
            )
            if names
            else _("{who} can take it back.").format(who=who),
        )


def others(conn: sqlite3.Connection, command_ids: Iterable[int]) -> dict[int, str]:
    """Which of these commands are somebody else's, and may not be taken back by the user who gives
    this one: whose they are, by their ids."""
    member = me(conn) if any_members(conn) else None
    if member is None or may(member, "users"):
        return {}
    from funnelcli.db.journal import BY

    theirs = f"SELECT who FROM command WHERE id = ? AND who IS NOT NULL AND NOT {BY}"
    found = {
        one: conn.execute(theirs, (one, member.key, member.key)).fetchone() for one in command_ids
    }
    return {one: row[0] for one, row in found.items() if row is not None}


def owners(conn: sqlite3.Connection, beside: str = "") -> str:
    """The names of the owners of the database, with commas; without the one with the key
    ``beside``, who is named already."""
    found = conn.execute(
        "SELECT name FROM member WHERE role = 'owner' AND key <> ? ORDER BY key", (beside,)
    )
    return ", ".join(name for (name,) in found)
