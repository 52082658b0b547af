"""The people of a deal: who has a part in it, and which.

A deal has one contact, ``deal.contact_id``; the others have a row in ``deal_contact``, and the
contact has one where something is said of its part.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping

from funnelcli.db import bulk, rows
from funnelcli.errors import NotFound
from funnelcli.i18n import _
from funnelcli.nouns import naming, words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.plain import NamedTuple
from funnelcli.text import tag_key
from funnelcli.typed import Any

FIELDS = ("role", "note")


class Added(NamedTuple):
    """Somebody who has a part in a deal now; ``before`` is the role that they had, ``leads`` that
    the deal had no contact and they are it."""

    name: str
    deal: str
    role: str | None
    before: str | None
    new: bool
    leads: bool


class Removed(NamedTuple):
    """Somebody who has no part in a deal any more; ``led`` that they were its contact."""

    name: str
    deal: str
    led: bool


def role_key(conn: sqlite3.Connection, text: str) -> str:
    """How a role is kept: the key of one of the program's, by that, its word in either language or
    another word for it, else the user's own, spelt as it was first where that is on file."""
    known = words.called(words.DEAL_ROLE, text)
    if known is not None:
        return known
    own = conn.execute("SELECT DISTINCT role FROM deal_contact WHERE role IS NOT NULL")
    key = tag_key(text)
    return next((role for (role,) in own if tag_key(role) == key), text.strip())


def add(
    conn: sqlite3.Connection,
    deal_id: int,
    contact_id: int,
    fields: Mapping[str, str | None] | None = None,
) -> Added:
    """Give a contact a part in a deal, with columns of FIELDS; one who has a part already keeps
    what these do not say. A deal without a contact has this one from now on. Raises NotFound."""
    title, main = _deal(conn, deal_id)
    name = _name(conn, contact_id)
    before = _row(conn, deal_id, contact_id)
    if main is None:
        rows.update(conn, "deal", deal_id, {"contact_id": contact_id})
    _put(conn, deal_id, contact_id, before, fields or {}, keep=main not in (None, contact_id))
    after = _row(conn, deal_id, contact_id)
    return Added(
        name,
        title,
        None if after is None else after["role"],
        None if before is None else before["role"],
        new=before is None and main != contact_id,
        leads=main is None,
    )


def join(conn: sqlite3.Connection, deal_id: int, contact_ids: Iterable[int]) -> list[str]:
    """Give contacts a part in a deal, the first of whom is its contact where it has none; the names
    of those who had none yet."""
    found = [add(conn, deal_id, contact_id) for contact_id in contact_ids]
    return [one.name for one in found if one.new]


class _Parts(NamedTuple):
    """Who has a part in a deal: its contact, and the rows of the others by their ids, with those
    of FIELDS."""

    main: int | None
    rows: dict[int, dict[str, Any]]


def join_all(conn: sqlite3.Connection, joining: Mapping[int, Mapping[int, str | None]]) -> set[int]:
    """Give contacts a part in deals, by the ids of these and of those, each with a role where the
    deal says none of theirs; the deals of which any of that was new. A deal without a contact has
    the first of them from then on."""
    leading, taking, saying = [], [], []
    found: set[int] = set()
    for deal_id, parts in _parts(conn, joining).items():
        main = parts.main
        for contact_id, role in joining[deal_id].items():
            row = parts.rows.get(contact_id)
            said = role is not None and (row is None or row["role"] is None)
            if said or (row is None and contact_id != main):
                found.add(deal_id)
            if row is not None:
                saying += [(row["id"], role)] if said else []
            elif said or main not in (None, contact_id):
                taking.append((deal_id, contact_id, role))
            if main is None:
                main = contact_id
                leading.append((deal_id, contact_id))
    bulk.update(conn, "deal", ("contact_id",), leading)
    bulk.update(conn, "deal_contact", ("role",), saying)
    bulk.insert(conn, "deal_contact", ("deal_id", "contact_id", "role"), taking)
    return found


def keep_former(conn: sqlite3.Connection, former: Mapping[int, int | None]) -> None:
    """Let those who were the contacts of deals until now keep a part in them, where others are that
    now."""
    kept, gone = [], []
    for deal_id, parts in _parts(conn, former).items():
        main, was = parts.main, former[deal_id]
        if main is None or was in (None, main):
            continue
        if was not in parts.rows:
            kept.append((deal_id, was))
        row = parts.rows.get(main)
        if row is not None and not any(row[name] for name in FIELDS):
            gone.append(row["id"])
    bulk.insert(conn, "deal_contact", ("deal_id", "contact_id"), kept)
    bulk.delete(conn, "deal_contact", gone)


def _parts(conn: sqlite3.Connection, deal_ids: Collection[int]) -> dict[int, _Parts]:
    """Who has a part in deals, by their ids."""
    if not deal_ids:
        return {}
    among = str([*deal_ids])
    found = {
        deal_id: _Parts(main, {})
        for deal_id, main in conn.execute(
            f"SELECT id, contact_id FROM deal WHERE id {bulk.AMONG}", (among,)
        )
    }
    for deal_id, contact_id, *row in conn.execute(
        f"SELECT deal_id, contact_id, id, role, note FROM deal_contact WHERE deal_id {bulk.AMONG}",
        (among,),
    ):
        found[deal_id].rows[contact_id] = dict(zip(("id", *FIELDS), row, strict=True))
    return found


def edit(
    conn: sqlite3.Connection, deal_id: int, contact_id: int, changes: Mapping[str, str | None]
) -> list[str]:
    """Change columns of FIELDS of somebody's part in a deal; the names of what differs now. Raises
    NotFound for who has none."""
    row, main = _part(conn, deal_id, contact_id)
    names = [
        name for name, value in changes.items() if (None if row is None else row[name]) != value
    ]
    _put(conn, deal_id, contact_id, row, {name: changes[name] for name in names}, keep=not main)
    return names


def remove(conn: sqlite3.Connection, deal_id: int, contact_id: int) -> Removed:
    """Take a contact out of a deal, which has no contact then where it was that one. Raises
    NotFound for who has no part in it."""
    row, main = _part(conn, deal_id, contact_id)
    if row is not None:
        rows.delete(conn, "deal_contact", row["id"])
    if main:
        rows.update(conn, "deal", deal_id, {"contact_id": None})
    return Removed(_name(conn, contact_id), _deal(conn, deal_id)[0], main)


def _put(
    conn: sqlite3.Connection,
    deal_id: int,
    contact_id: int,
    row: dict[str, Any] | None,
    fields: Mapping[str, str | None],
    *,
    keep: bool,
) -> None:
    """Write somebody's part in a deal; ``keep`` says that it is on file without a word of it."""
    if row is not None:
        rows.update(conn, "deal_contact", row["id"], dict(fields))
    elif keep or any(fields.values()):
        values = {"deal_id": deal_id, "contact_id": contact_id, **fields}
        rows.insert(conn, "deal_contact", values)


def _part(
    conn: sqlite3.Connection, deal_id: int, contact_id: int
) -> tuple[dict[str, Any] | None, bool]:
    """The row of somebody's part in a deal, and whether they are its contact."""
    title, main = _deal(conn, deal_id)
    row = _row(conn, deal_id, contact_id)
    if row is None and main != contact_id:
        raise NotFound(
            _("{name} has no part in {deal}.").format(name=_name(conn, contact_id), deal=title),
            _("`funnel deal people {id}` shows who has.").format(id=deal_id),
        )
    return row, main == contact_id


def _row(conn: sqlite3.Connection, deal_id: int, contact_id: int) -> dict[str, Any] | None:
    found = conn.execute(
        "SELECT id, role, note FROM deal_contact WHERE deal_id = ? AND contact_id = ?",
        (deal_id, contact_id),
    ).fetchone()
    return None if found is None else dict(zip(("id", *FIELDS), found, strict=True))


def _deal(conn: sqlite3.Connection, deal_id: int) -> tuple[str, int | None]:
    found = rows.read(conn, "deal", ("title", "contact_id"), deal_id)
    if found is None:
        raise naming.missing(DEAL, str(deal_id))
    return found["title"], found["contact_id"]


def _name(conn: sqlite3.Connection, contact_id: int) -> str:
    found = rows.read(conn, "contact", ("name",), contact_id)
    if found is None:
        raise naming.missing(CONTACT, str(contact_id))
    return str(found["name"])
