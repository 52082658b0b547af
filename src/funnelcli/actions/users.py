"""The users of a database that several people share: added, changed, removed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.actions.contacts import check_email
from funnelcli.actions.members import check, owners
from funnelcli.db import rows, server
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.member import MEMBER
from funnelcli.nouns.members import ME, any_members, me
from funnelcli.patterns import regex
from funnelcli.values import dates
from funnelcli.values.nothing import is_nothing

# What a key consists of: a name in the system, or a role in the database.
_KEY = regex(r"[^\W_][\w.-]{0,62}")
FIELDS = ("key", "name", "email", "role")


def add(
    conn: sqlite3.Connection,
    key: str,
    *,
    name: str | None = None,
    email: str | None = None,
    role: str | None = None,
) -> int:
    """Add a user, without a ``role`` a seller, the first of all an owner; the id.

    Raises Usage for a key that is none, Refused where it is taken, where the first one would be no
    owner, and for who may not change users.
    """
    check(conn, "users")
    key = check_key(key)
    if conn.execute("SELECT 1 FROM member WHERE key = ?", (key,)).fetchone() is not None:
        raise _taken(key)
    first = not any_members(conn)
    role = role or ("owner" if first else "seller")
    if first and role != "owner":
        raise Refused(
            _("The first user is an owner."),
            _("Add one before, without --role: funnel user add KEY"),
        )
    row: rows.Row = {
        "public_id": new_id(),
        "key": key,
        "name": (name or "").strip() or key,
        "email": None if email is None else check_email(email),
        "role": role,
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "member", row)


def edit(conn: sqlite3.Connection, member_id: int, changes: Mapping[str, str | None]) -> list[str]:
    """Change FIELDS of a user; the names of those that differ now. Without a name the key is one.

    Raises as :func:`add` does, Refused also where no owner would be left, and where a server would
    leave more rights than the role has; NotFound.
    """
    check(conn, "users")
    before = rows.read(conn, "member", FIELDS, member_id)
    if before is None:
        raise naming.missing(MEMBER, str(member_id))
    new = {**before, **changes}
    if "key" in changes:
        new["key"] = check_key(changes["key"] or "")
        found = conn.execute("SELECT id FROM member WHERE key = ?", (new["key"],)).fetchone()
        if found is not None and found[0] != member_id:
            raise _taken(new["key"])
    new["name"] = (new["name"] or "").strip() or new["key"]
    new["role"] = new["role"] or "seller"
    if new["email"] is not None:
        new["email"] = check_email(new["email"])
    changed = {name: new[name] for name in FIELDS if new[name] != before[name]}
    if "key" in changed or ("role" in changed and before["role"] == "owner"):
        _check_maker(conn, [before["key"]])
    rows.update(conn, "member", member_id, changed)
    if server.on_server(conn):
        # Which gives a login its rights that was made after the user.
        conn.execute("UPDATE member SET key = key WHERE id = ?", (member_id,))
    check_owner(conn)
    return list(changed)


def remove(conn: sqlite3.Connection, member_ids: Sequence[int]) -> None:
    """Remove users; what they had is nobody's then. Raises Refused for who may not change users,
    and where others would be left without an owner; on a server for oneself, whose rights end with
    that, and for whom the schema belongs to, whose do not. Raises NotFound."""
    check(conn, "users")
    mine = me(conn)
    if server.on_server(conn) and mine is not None and mine.id in member_ids:
        raise Refused(
            _("On a server nobody removes themselves."),
            _("Another owner does: funnel user remove {name}").format(name=mine.key),
        )
    read = [rows.read(conn, "member", ("key",), one) for one in member_ids]
    _check_maker(conn, [row["key"] for row in read if row is not None])
    for member_id in member_ids:
        if not rows.delete(conn, "member", member_id):
            raise naming.missing(MEMBER, str(member_id))
    check_owner(conn)


def check_key(text: str) -> str:
    """A key as it is kept, in lower case. Raises Usage for what is none."""
    key = text.strip().lower()
    if _KEY.fullmatch(key) is None or key in ME or is_nothing(key):
        raise Usage(
            _("“{name}” cannot be a user's key.").format(name=text.strip()),
            _("It is the name that they log in with: letters, digits, points, - and _."),
        )
    return key


def _no_owner() -> Refused:
    return Refused(
        _("Among the users there has to be an owner."),
        _("Make somebody else one before: funnel user edit KEY --role owner"),
    )


def check_owner(conn: sqlite3.Connection) -> None:
    """Raises Refused where there are users, and none of them is an owner."""
    if any_members(conn) and not owners(conn):
        raise _no_owner()


def check_left(conn: sqlite3.Connection, command_id: int) -> None:
    """Raises Refused where a command, not yet at its end, leaves users without an owner, or whom
    the schema on a server belongs to without a role that has all rights."""
    check_owner(conn)
    if not server.on_server(conn):
        return
    first = conn.execute(
        "SELECT row_id, before FROM journal WHERE id IN (SELECT min(id) FROM journal"
        " WHERE command_id = ? AND table_name = 'member' GROUP BY row_id) AND before IS NOT NULL",
        (command_id,),
    ).fetchall()
    for member_id, before in first:
        was = json.loads(before)
        now = rows.read(conn, "member", ("key", "role"), member_id)
        if now is None or now["key"] != was["key"] or was["role"] == "owner" != now["role"]:
            _check_maker(conn, [was["key"]])


def _check_maker(conn: sqlite3.Connection, keys: Sequence[str]) -> None:
    """Raises Refused where one of these users has all rights on a server, whatever their role."""
    maker = server.belongs_to(conn)
    if maker is None or maker.lower() not in keys:
        return
    mine = me(conn)
    other = server.login(conn) if mine is not None and mine.key not in keys else _("OWNER")
    raise Refused(
        _("The database on the server belongs to {name}, who has all rights in it.").format(
            name=maker
        ),
        _(
            "Have it handed over, by psql and a superuser of the server in that database:"
            ' REASSIGN OWNED BY "{name}" TO "{other}"'
        ).format(name=maker, other=other),
    )


def _taken(key: str) -> Refused:
    return Refused(
        _("There is a user {name} already.").format(name=key),
        _("`funnel user edit {name} …` changes them.").format(name=key),
    )
