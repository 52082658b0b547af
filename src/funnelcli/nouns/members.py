"""Who shares the database, and which of them gives the commands."""

from __future__ import annotations

from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

ME = ("me", "ich", "mich", "mir", "mine", "meine")
"""What one says of oneself."""


MINE = -1
"""In the place of a user's id: that of who gives the command."""


class Member(NamedTuple):
    """A user, as far as their rights ask."""

    id: int
    key: str
    role: str


def any_members(conn: sqlite3.Connection) -> bool:
    """Whether several people share the database; without any user it is one person's own."""
    return conn.execute("SELECT 1 FROM member LIMIT 1").fetchone() is not None


def me(conn: sqlite3.Connection) -> Member | None:
    """The user who gives the commands of this process: whose key is the setting ``user``, else the
    name by which the system knows who does. None where that is nobody's."""
    if not any_members(conn):
        return None
    from funnelcli.db.transaction import login

    key = (login(conn) or "").lower()
    row = conn.execute("SELECT id, key, role FROM member WHERE key = ?", (key,)).fetchone()
    return None if row is None else Member(*row)


def myself(conn: sqlite3.Connection) -> Member:
    """The user who gives the command. Raises Usage where that is nobody."""
    mine = me(conn)
    if mine is None:
        raise no_user(conn)
    return mine


def my_id(conn: sqlite3.Connection) -> int | None:
    """Whose a new record is: the id of :func:`me`, None for nobody's."""
    mine = me(conn)
    return None if mine is None else mine.id


def find(conn: sqlite3.Connection, text: str) -> Member:
    """The user that ``text`` names: by the key, the name, a part of one that no other has, or "me".

    Raises NotFound, or Usage with those that it may be.
    """
    if text.strip().casefold() in ME:
        return myself(conn)
    from funnelcli.values.choosing import named

    entries = conn.execute("SELECT key, name, name FROM member ORDER BY key").fetchall()
    key = named(entries, text)
    if key is None:
        raise NotFound(
            _("There is no user {name}.").format(name=text.strip()),
            _("`funnel user list` shows who there is; `funnel user add` adds one."),
        )
    row = conn.execute("SELECT id, key, role FROM member WHERE key = ?", (key,)).fetchone()
    return Member(*row)


def only_mine(conn: sqlite3.Connection, words: Sequence[str]) -> list[str]:
    """Filter words, for what belongs to the user alone who gives the command. Raises Usage where
    that is nobody."""
    own = f"owner:{myself(conn).key}"
    return ["(", *words, ")", own] if words else [own]


def belonging(alias: str, owner: int | None) -> str:
    """SQL that narrows a condition to what is the user's ``:owner``; of nobody's in particular
    without one."""
    return "" if owner is None else f" AND {alias}.owner_id = :owner"


def name_of(conn: sqlite3.Connection, key: str | None) -> str:
    """What a user is called; "" for nobody."""
    row = key and conn.execute("SELECT name FROM member WHERE key = ?", (key,)).fetchone()
    return row[0] if row else ""


def also(conn: sqlite3.Connection) -> Mapping[str, Sequence[str]]:
    """What else the keys of users are called: one's own is "me", too."""
    mine = me(conn)
    return {} if mine is None else {mine.key: ME}


def no_user(conn: sqlite3.Connection) -> Usage:
    """The error where one asks for one's own and is none of the users."""
    from funnelcli.db.transaction import login

    key = (login(conn) or "").lower()
    return Usage(
        _("Nobody among the users is called {name}, as you are.").format(name=key),
        _("`funnel user add` adds you, `funnel config set user KEY` says who you are."),
    )
