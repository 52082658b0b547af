"""Filters that have a name: saved, changed, removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli import config
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.filters import parse
from funnelcli.filters.expression import renamed
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import declared
from funnelcli.nouns.extending import extended
from funnelcli.nouns.saved import find, key_of
from funnelcli.nouns.words import FILTERED
from funnelcli.queries.saved_filters import script_of, users
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.ownnames import check_name


def save(
    conn: sqlite3.Connection,
    name: str,
    text: str,
    nouns: Sequence[str],
    script: str | None = None,
) -> int:
    """Save a filter for records of these nouns under a name, with the ``script`` for its calls; its
    id.

    Raises Usage for a name that is none and a text that does not filter these records, Refused
    where the name is taken.
    """
    key = _checked(name)
    _refuse_taken(conn, key)
    row: rows.Row = {
        "public_id": new_id(),
        "name": key,
        "text": text,
        "nouns": " ".join(nouns),
        "script": script,
        "recorded_at": dates.now(),
    }
    saved_id = rows.insert(conn, "saved_filter", row)
    check(conn, key, nouns)
    return saved_id


def edit(
    conn: sqlite3.Connection,
    name: str,
    *,
    new_name: str | None = None,
    text: str | None = None,
    nouns: Sequence[str] = (),
    script: str | None = None,
) -> tuple[int, list[str]]:
    """Change a saved filter; its id, and the names of the fields that differ now. Under a new name
    the filters go on that use it, and the calls that were made from it. A ``script`` of "" takes it
    off.

    Raises NotFound, Usage and Refused as :func:`save` does, Usage also for a change by which a
    filter that uses it would no longer be one.
    """
    saved_id, key, before, were = find(conn, name)
    changes: dict[str, Any] = {}
    if new_name is not None and _checked(new_name) != key:
        changes["name"] = _checked(new_name)
        _refuse_taken(conn, changes["name"])
    if text is not None and text != before:
        changes["text"] = text
    if nouns and list(nouns) != were:
        changes["nouns"] = " ".join(nouns)
    if script is not None and (script or None) != script_of(conn, key):
        changes["script"] = script or None
    rows.update(conn, "saved_filter", saved_id, changes)
    now = changes.get("name", key)
    using = users(conn, key)
    for other, _name, said, _nouns in using:
        rows.update(conn, "saved_filter", other, {"text": renamed(said, key, now)})
    if now != key:
        conn.execute("UPDATE visit SET call_list = ? WHERE call_list = ?", (now, key))
    check(conn, now, nouns or were)
    for _id, user, _text, others in using:
        check(conn, user, others)
    return saved_id, [*changes]


def remove(conn: sqlite3.Connection, names: Sequence[str]) -> list[int]:
    """Remove saved filters; their ids. Raises NotFound, Refused where another one uses one of
    them."""
    found = {key: saved_id for saved_id, key, *_rest in (find(conn, name) for name in names)}
    for key in found:
        using = [f"@{user}" for _id, user, *_rest in users(conn, key) if user not in found]
        if using:
            raise Refused(
                _("@{name} is used by: {names}.").format(name=key, names=", ".join(using)),
                _("Change those first, or remove them with it."),
            )
    for saved_id in found.values():
        rows.delete(conn, "saved_filter", saved_id)
    return [*found.values()]


def check(conn: sqlite3.Connection, name: str, nouns: Sequence[str]) -> None:
    """Raises Usage where a saved filter cannot be asked of the records of one of its nouns."""
    for noun in nouns:
        _read(conn, noun, f"@{name}")


def meant(conn: sqlite3.Connection, text: str) -> list[str]:
    """The nouns whose records a text can be asked of as a filter."""
    return [noun for noun in FILTERED if _fits(conn, text, noun)]


def _fits(conn: sqlite3.Connection, text: str, noun: str) -> bool:
    try:
        _read(conn, noun, text)
    except Usage:
        return False
    return True


def _read(conn: sqlite3.Connection, noun: str, text: str) -> None:
    """Raises Usage for a text that is no filter for the records of a noun."""
    settings = {"currency": config.get("currency"), "locale": config.get("locale")}
    parse([text], extended(conn, declared(noun)).filters(conn), **settings, whole=True)


def _checked(name: str) -> str:
    key = key_of(name)
    check_name(key, _("“{name}” cannot be a filter's name.").format(name=name))
    return key


def _refuse_taken(conn: sqlite3.Connection, key: str) -> None:
    if conn.execute("SELECT 1 FROM saved_filter WHERE name = ?", (key,)).fetchone():
        raise Refused(
            _("There is a filter @{name} already.").format(name=key),
            _("`funnel filter edit {name} …` changes it.").format(name=key),
        )
