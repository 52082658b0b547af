"""Notes as the page on a phone writes them, in what it sends and in the files that it leaves: each
an object of JSON, which is read here, with what is wrong with it in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from funnelcli.actions import visit_words
from funnelcli.actions.incoming import NO_VISIT, Incoming
from funnelcli.errors import Usage
from funnelcli.formats.notes import Note
from funnelcli.formats.prospects import Prospect
from funnelcli.i18n import _
from funnelcli.ids import is_id
from funnelcli.nouns import naming, words
from funnelcli.nouns.contact import CONTACT
from funnelcli.patterns import regex
from funnelcli.typed import Any
from funnelcli.values import dates

LONGEST = 20_000
"""So many letters the words of a note have at most."""
_SHORT = 500
_UUID = regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "i")
_NOBODY = 0
# No page wrote anything before the year 2000, in UTC seconds.
_BEFORE_PHONES = 946_684_800


class Unfit(Exception):
    """What is wrong with a note, in a sentence."""


def id_of(note: Any) -> str:
    """The id that a note was given on the phone, in small letters; empty where it has none."""
    found = note.get("id") if isinstance(note, dict) else None
    return found.lower() if isinstance(found, str) and _UUID.fullmatch(found) else ""


def incoming(conn: sqlite3.Connection, note: Any) -> Incoming:
    """What is received of a note. Raises Unfit."""
    key = id_of(note)
    if not key:
        raise Unfit(_("The note has no id."))
    written = min(_instant(note.get("made_at")), dates.now())
    said = {
        name: _text(note, name, _SHORT) for name in ("contact", "contact_id", "outcome", "next")
    }
    text = _text(note, "text", LONGEST)
    prospect = _prospect(note.get("prospect"))
    outcome = "" if said["outcome"] == NO_VISIT else said["outcome"]
    if outcome and outcome not in words.OUTCOME:
        raise Unfit(_("There is no outcome {name}.").format(name=outcome))
    if not (text or outcome or said["next"] or prospect):
        raise Unfit(_("There is nothing in the note."))
    contact_id = None
    if said["contact_id"] and prospect is None:
        # Somebody who is on file no longer is nobody else, whatever the words are like.
        known = is_id(said["contact_id"])
        contact_id = (naming.of_id(conn, CONTACT, said["contact_id"]) if known else None) or _NOBODY
    return Incoming(
        "phone",
        Note(text),
        written,
        key=key,
        name=said["contact"] or (prospect.called if prospect else ""),
        contact_id=contact_id,
        contact="" if prospect else said["contact"],
        prospect=prospect,
        outcome=outcome or None,
        next_step=said["next"] or None,
        due=_due(_text(note, "due", _SHORT), written),
        kind="card" if _is_no_visit(conn, said["outcome"], text, prospect, written) else "",
    )


def _is_no_visit(
    conn: sqlite3.Connection, outcome: str, text: str, prospect: Prospect | None, written: int
) -> bool:
    """Whether a note says that there was no visit, or names somebody new and says of none."""
    if outcome or prospect is None:
        return outcome == NO_VISIT
    found = visit_words.read_note(conn, text, dates.local_date(written)) if text else None
    return found is None or not (found.outcome or found.unsure)


def _text(of: Mapping[str, Any], name: str, most: int) -> str:
    """A text of a note; empty where it has none. Raises Unfit."""
    found = of.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Unfit(_("“{name}” of the note is no text.").format(name=name))
    if len(found) > most:
        raise Unfit(_("“{name}” of the note is too long.").format(name=name))
    # A letter of which half is missing is none that can be kept.
    return found.encode(errors="replace").decode().replace("\0", "").strip()


def _instant(found: Any) -> int:
    """An instant in UTC seconds. Raises Unfit."""
    try:
        at = datetime.fromisoformat(found)
        instant = int(at.timestamp()) if at.tzinfo is not None else 0
    except (TypeError, ValueError, OverflowError):
        instant = 0
    if instant < _BEFORE_PHONES:
        raise Unfit(_("The note does not say when it was written."))
    return instant


def _due(text: str, written: int) -> str | None:
    """A day, with a time or without one, as ISO text. Raises Unfit."""
    if not text:
        return None
    try:
        due = dates.parse_due(text, dates.local_date(written))
    except Usage as error:
        raise Unfit(error.message) from None
    return " ".join(filter(None, due))


def _prospect(found: Any) -> Prospect | None:
    """Somebody new. Raises Unfit."""
    if found is None:
        return None
    if not isinstance(found, dict):
        raise Unfit(_("“{name}” of the note is no text.").format(name="prospect"))
    names = ("name", "organisation", "street", "postcode", "town")
    columns = {name: " ".join(_text(found, name, _SHORT).split()) for name in names}
    ways = {name: _text(found, name, _SHORT) for name in ("phone", "email")}
    deal = found.get("deal")
    return Prospect(
        **columns,
        phones=(ways["phone"],) if ways["phone"] else (),
        emails=(ways["email"],) if ways["email"] else (),
        deal=None if deal is None else _text(found, "deal", _SHORT),
    )
