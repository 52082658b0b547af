"""Making one contact of several that are the same person or organisation."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.actions import steps
from funnelcli.actions.members import check_disposal
from funnelcli.actions.merging import (
    Merged,
    absorb,
    check_taken,
    different,
    former,
    note_down,
    own_over,
    said_of,
    settle,
)
from funnelcli.db import rows, triggers
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.nouns import naming, words
from funnelcli.nouns.contact import CONTACT
from funnelcli.text import search_key
from funnelcli.typed import Any
from funnelcli.values import dates

# Columns that have a rule of their own below, or are no field.
_APART = frozenset(
    (
        *("id", "public_id", "search", "created_at", "recorded_at"),
        *("external_origin", "external_id", "notes", "do_not_contact"),
    )
)
_PARTS = ("first_name", "last_name", "salutation", "academic_title")
# Who a contact belongs to, and who referred them.
_CONTACTS = ("organisation_id", "referred_by_id")


def merge(
    conn: sqlite3.Connection,
    keep: int,
    others: Sequence[int],
    take: Mapping[str, int] | None = None,
) -> Merged:
    """Let a contact take over others, with everything that refers to them.

    What the contact does not say is filled in from the others, in their order. Where they differ
    the contact's own value stays, or that of the contact that ``take`` names for the column; the
    other one goes to the notes, addresses and numbers to its own. Whoever one of them must not
    contact is not contacted. A consent ends where the same channel's was withdrawn later.

    Raises Refused where one that goes is somebody else's, and for a person and an organisation
    unless ``take`` says which of the two it is, Usage where nothing is to be merged, or a contact
    has not what is to be taken from it.
    """
    others = different(
        others,
        keep,
        _("A contact cannot be merged with itself."),
        _("Name two contacts: funnel contact merge 3 4"),
    )
    check_disposal(conn, "contact", others)
    chosen = dict(take or {})
    _check(conn, keep, others, chosen)
    merged = Merged(keep, str(_row(conn, keep)["name"]))
    for other in others:
        _take_over(conn, keep, other, chosen, merged)
    after = _row(conn, keep)
    if after["do_not_contact"]:
        steps.drop_calls(conn, keep, dates.now(), _("not to be contacted"))
    _end_consents(conn, keep)
    merged.name = str(after["name"])
    return merged


def _row(conn: sqlite3.Connection, contact_id: int) -> dict[str, Any]:
    found = rows.read(conn, "contact", triggers.columns(conn, "contact"), contact_id)
    if found is None:
        raise naming.missing(CONTACT, str(contact_id))
    return found


def _check(
    conn: sqlite3.Connection, keep: int, others: Sequence[int], chosen: Mapping[str, int]
) -> None:
    held = {one: _row(conn, one) for one in (keep, *others)}
    kinds = {row["kind"] for row in held.values()}
    if len(kinds) > 1 and "kind" not in chosen:
        other = next(one for one in others if held[one]["kind"] != held[keep]["kind"])
        raise Refused(
            _("{name} and {other} are not of one kind: {kind} and {kind_of_other}.").format(
                name=held[keep]["name"],
                other=held[other]["name"],
                kind=words.read(words.CONTACT_KIND, held[keep]["kind"]),
                kind_of_other=words.read(words.CONTACT_KIND, held[other]["kind"]),
            ),
            _("If they are one all the same, say which kind is right: --take kind={id}").format(
                id=keep
            ),
        )
    check_taken(CONTACT, held, chosen)


def _take_over(
    conn: sqlite3.Connection, keep: int, other: int, chosen: Mapping[str, int], merged: Merged
) -> None:
    before, gone = _row(conn, keep), _row(conn, other)
    of_one = [name for name, one in chosen.items() if one == other]
    lost = own_over(conn, CONTACT, keep, other, merged, of_one)
    lost += absorb(conn, "contact", keep, other, merged)
    # What referred to the other has changed: whom the contact belongs to, and who referred it.
    before |= {name: _row(conn, keep)[name] for name in _CONTACTS}
    # Its notes go on with the contact's; nothing hangs on it any more.
    rows.delete(conn, "contact", other)
    kind = gone["kind"] if chosen.get("kind") == other else before["kind"]
    changes, lines = settle(
        [
            name
            for name in before
            if name not in _APART and not (name in _CONTACTS and gone[name] == keep)
        ],
        before,
        gone,
        of_one,
        merged,
        may_fill=lambda name, value: _may_fill(conn, keep, name, value, kind),
        line=lambda name, value: _line(conn, name, value),
    )
    if kind == "organisation":
        lines += [_line(conn, name, before[name]) for name in _PARTS if before[name]]
        changes |= {name: None for name in _PARTS if before[name] or changes.get(name)}
    if "name" in changes:
        changes["search"] = search_key(changes["name"])
    changes["do_not_contact"] = max(before["do_not_contact"], gone["do_not_contact"])
    changes["created_at"] = min(before["created_at"], gone["created_at"])
    whose = (other, gone["name"])
    changes["notes"] = (
        note_down([*lines, *lost], merged, whose, before["notes"], gone["notes"]) or None
    )
    rows.update(conn, "contact", keep, changes)
    former(conn, "contact", keep, gone)
    merged.others.append(whose)


def _may_fill(conn: sqlite3.Connection, keep: int, name: str, value: Any, kind: str) -> bool:
    """Whether a gap takes the other's value: an organisation has no parts of a name, and nobody
    belongs to, or was referred by, who belongs to them or was referred by them."""
    if name in _PARTS:
        return kind == "person"
    if name not in _CONTACTS:
        return True
    back = conn.execute(f"SELECT {name} FROM contact WHERE id = ?", (value,)).fetchone()
    return back is not None and back[0] != keep


def _line(conn: sqlite3.Connection, name: str, value: Any) -> str:
    if name in _CONTACTS:
        found = conn.execute("SELECT name FROM contact WHERE id = ?", (value,)).fetchone()
        title = _(CONTACT.fields[name.removesuffix("_id")].title)
        return f"{title}: {found[0] if found else value}"
    return said_of(conn, "contact", name, value)


def _end_consents(conn: sqlite3.Connection, contact_id: int) -> None:
    """End the consents that were withdrawn later, though to the other contact: it was one person
    who withdrew."""
    conn.execute(
        "UPDATE contact_consent AS c SET withdrawn_on = w.day FROM ("
        " SELECT channel, max(withdrawn_on) AS day FROM contact_consent"
        " WHERE contact_id = :id AND withdrawn_on IS NOT NULL GROUP BY channel) AS w"
        " WHERE c.contact_id = :id AND c.withdrawn_on IS NULL AND c.channel = w.channel"
        " AND w.day >= c.given_on",
        {"id": contact_id},
    )
