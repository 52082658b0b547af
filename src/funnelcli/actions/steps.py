"""Next steps: what is to be done for a deal or a contact, by when."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from funnelcli import dates, refs
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.text import search_key


class Ended(NamedTuple):
    """A step that ended; ``left`` counts the deal's steps still open, None without a deal."""

    id: int
    what: str
    deal_id: int | None
    deal_title: str | None
    deal_open: bool
    left: int | None


def add(
    conn: sqlite3.Connection,
    what: str,
    *,
    due: str | None,
    deal_id: int | None = None,
    contact_id: int | None = None,
    visit_id: int | None = None,
    at: int | None = None,
    kind: str = "task",
    starts: str | None = None,
) -> int:
    """Record a next step, ``due`` a plain date or None; its id.

    ``kind`` is task, call or visit; ``starts`` the time of day as HH:MM where one was agreed.

    Raises Usage without words, Refused for a deal that is lost.
    """
    if not what.strip():
        raise Usage(
            _("A next step needs words."), _('Write it like: funnel next 12 "call back" --due fri')
        )
    if deal_id is not None:
        title, status = conn.execute(
            "SELECT title, status FROM deal WHERE id = ?", (deal_id,)
        ).fetchone()
        if status == "lost":
            raise Refused(
                _("The deal {title} is lost.").format(title=title),
                _("`funnel reopen {id}` opens it again.").format(id=deal_id),
            )
    now = dates.now()
    cursor = conn.execute(
        "INSERT INTO step (public_id, what, search, due, deal_id, contact_id, visit_id,"
        " created_at, recorded_at, kind, starts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new_id(),
            what.strip(),
            search_key(what),
            due,
            deal_id,
            contact_id,
            visit_id,
            now if at is None else at,
            now,
            kind,
            starts,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end(
    conn: sqlite3.Connection, step_id: int, status: str, at: int, outcome: str | None = None
) -> Ended:
    """End a step: ``status`` "done" or "dropped", with what came of it.

    Raises Refused when it has ended already, NotFound when there is none.
    """
    row = conn.execute(
        "SELECT s.what, s.status, s.created_at, d.id, d.title, d.status FROM step AS s"
        " LEFT JOIN deal AS d ON d.id = s.deal_id WHERE s.id = ?",
        (step_id,),
    ).fetchone()
    if row is None:
        raise refs.missing(refs.STEP, str(step_id))
    what, before, created_at, deal_id, title, deal_status = row
    if before != "open":
        raise Refused(
            _("The step {what} has ended already.").format(what=what),
            _("`funnel undo` takes back the last command; `funnel next` adds another step."),
        )
    if at < created_at:
        raise Refused(
            _("The step was made on {day}, after that.").format(
                day=dates.local_date(created_at).isoformat()
            ),
            _("Give a later time with --at."),
        )
    conn.execute(
        "UPDATE step SET status = ?, ended_at = ?, outcome = ? WHERE id = ?",
        (status, at, outcome, step_id),
    )
    left = None
    if deal_id is not None:
        (left,) = conn.execute(
            "SELECT count(*) FROM step WHERE deal_id = ? AND status = 'open'", (deal_id,)
        ).fetchone()
    return Ended(step_id, what, deal_id, title, deal_status == "open", left)


def edit(conn: sqlite3.Connection, step_id: int, changes: dict[str, str | None]) -> list[str]:
    """Change what a step says or when it is due; the names of the fields that differ now."""
    before = conn.execute("SELECT what, due FROM step WHERE id = ?", (step_id,)).fetchone()
    if before is None:
        raise refs.missing(refs.STEP, str(step_id))
    now = dict(zip(("what", "due"), before, strict=True))
    changed = [name for name, value in changes.items() if now[name] != value]
    for name in changed:
        conn.execute(f"UPDATE step SET {name} = ? WHERE id = ?", (changes[name], step_id))
    if "what" in changed:
        conn.execute(
            "UPDATE step SET search = ? WHERE id = ?", (search_key(changes["what"] or ""), step_id)
        )
    return changed


def remove(conn: sqlite3.Connection, step_ids: list[int]) -> None:
    """Remove steps. Raises NotFound when one of them does not exist."""
    for step_id in step_ids:
        if conn.execute("DELETE FROM step WHERE id = ?", (step_id,)).rowcount == 0:
            raise refs.missing(refs.STEP, str(step_id))


def drop_open_steps(conn: sqlite3.Connection, deal_id: int, at: int, why: str) -> int:
    """Drop every open step of a deal, with why; how many there were."""
    cursor = conn.execute(
        "UPDATE step SET status = 'dropped', ended_at = ?, outcome = ?"
        " WHERE deal_id = ? AND status = 'open'",
        (at, why, deal_id),
    )
    return cursor.rowcount
