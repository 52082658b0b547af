"""Notes: what is to be remembered of a deal or a contact."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.db import rows
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.note import NOTE
from funnelcli.text import search_key
from funnelcli.typed import Any
from funnelcli.values import dates

FIELDS = ("text", "happened_at")


def add(
    conn: sqlite3.Connection,
    text: str,
    *,
    deal_id: int | None = None,
    contact_id: int | None = None,
    at: int,
    external: tuple[str, str] | None = None,
) -> int:
    """Write a note of the instant ``at`` (UTC seconds) on a deal or on a contact, one of the two;
    its id. ``external`` is where it comes from, and its id there. Raises Usage without
    words, for an instant to come, and unless it is on one of the two; NotFound for a deal or a
    contact that does not exist."""
    if (deal_id is None) == (contact_id is None):
        raise Usage(
            _("A note is on a deal or on a contact."),
            _('Write it like: funnel note 12 "wants it by winter"'),
        )
    naming.check(conn, deal=deal_id, contact=contact_id)
    values: rows.Row = {
        **_checked({"text": text, "happened_at": at}),
        "public_id": new_id(),
        "deal_id": deal_id,
        "contact_id": contact_id,
        "recorded_at": dates.now(),
    }
    if external is not None:
        values["external_origin"], values["external_id"] = external
    return rows.insert(conn, "note", values)


def _checked(values: Mapping[str, Any]) -> rows.Row:
    """Columns of FIELDS as they are kept, with those that follow from them."""
    made: rows.Row = {}
    if "text" in values:
        text = (values["text"] or "").strip()
        if not text:
            raise Usage(
                _("A note needs words."), _('Write it like: funnel note 12 "wants it by winter"')
            )
        made |= {"text": text, "search": search_key(text)}
    if "happened_at" in values:
        at = values["happened_at"]
        if at is None:
            raise Usage(_("A note has a date."), _("Give another --at."))
        if dates.is_future(at):
            raise Usage(
                _("A note cannot lie in the future."),
                _("`funnel next` says what is still to be done."),
            )
        made |= {"happened_at": at, "happened_on": dates.local_date(at).isoformat()}
    return made


def edit(conn: sqlite3.Connection, note_id: int, changes: Mapping[str, Any]) -> list[str]:
    """Change columns of FIELDS; the names of those that differ now. Raises like :func:`add`, and
    NotFound."""
    before = rows.read(conn, "note", FIELDS, note_id)
    if before is None:
        raise naming.missing(NOTE, str(note_id))
    after = _checked(changes)
    changed = [name for name in FIELDS if name in after and after[name] != before[name]]
    if changed:
        rows.update(conn, "note", note_id, after)
    return changed


def remove(conn: sqlite3.Connection, note_ids: Sequence[int]) -> None:
    """Remove notes. Raises NotFound when one of them does not exist."""
    for note_id in note_ids:
        if not rows.delete(conn, "note", note_id):
            raise naming.missing(NOTE, str(note_id))
