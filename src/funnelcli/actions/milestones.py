"""Milestones: what was promised with a win, by when, and whether it is done."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta

from funnelcli.actions import standing
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _, pick
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.milestone import MILESTONE
from funnelcli.plain import NamedTuple
from funnelcli.text import search_key
from funnelcli.values import dates, daytext

FIELDS = ("name", "due", "note")


class Done(NamedTuple):
    """A milestone that is done; ``left`` counts those of its deal that are not."""

    name: str
    deal_id: int
    deal: str
    left: int


def from_template(conn: sqlite3.Connection, deal_id: int, at: int) -> int:
    """Give a deal the milestones of its process, due so many days after its win, or after ``at``
    (UTC seconds) where it has none; how many. A deal that has milestones keeps those."""
    template = conn.execute(
        "SELECT t.position, t.key, t.name_en, t.name_de, t.days, d.won_at"
        " FROM deal AS d JOIN milestone_template AS t ON t.process_id = d.process_id"
        " WHERE d.id = ? AND NOT EXISTS (SELECT 1 FROM milestone AS m WHERE m.deal_id = d.id)"
        " ORDER BY t.position",
        (deal_id,),
    ).fetchall()
    for position, key, name_en, name_de, days, won_at in template:
        start = dates.local_date(at if won_at is None else won_at)
        name = pick(name_en, name_de)
        _insert(conn, deal_id, position, key, name, (start + timedelta(days=days)).isoformat())
    return len(template)


def plan_anew(conn: sqlite3.Connection, deal_id: int, was: int, at: int) -> None:
    """Let the milestones that a win planned be due as many days after the instant ``at`` as they
    were after ``was`` (both UTC seconds); those that were given another day keep it."""
    template = conn.execute(
        "SELECT m.id, m.due, t.days FROM deal AS d"
        " JOIN milestone_template AS t ON t.process_id = d.process_id"
        " JOIN milestone AS m ON m.deal_id = d.id AND m.key = t.key WHERE d.id = ?",
        (deal_id,),
    ).fetchall()
    for milestone_id, due, days in template:
        if due == (dates.local_date(was) + timedelta(days=days)).isoformat():
            new = (dates.local_date(at) + timedelta(days=days)).isoformat()
            rows.update(conn, "milestone", milestone_id, {"due": new})


def _insert(
    conn: sqlite3.Connection,
    deal_id: int,
    position: int,
    key: str | None,
    name: str,
    due: str | None,
    note: str | None = None,
) -> int:
    row: rows.Row = {
        "public_id": new_id(),
        "deal_id": deal_id,
        "position": position,
        "key": key,
        "name": name,
        "search": search_key(name),
        "due": due,
        "note": note,
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "milestone", row)


def add(
    conn: sqlite3.Connection,
    deal_id: int,
    name: str,
    *,
    due: str | None = None,
    note: str | None = None,
) -> int:
    """Add a milestone to a deal, ``due`` a plain date; its id.

    Raises Usage without a name, Refused for a lost deal, NotFound.
    """
    deal = standing.state(conn, deal_id)
    if deal.status == "lost":
        raise standing.closed(deal)
    if not name.strip():
        raise Usage(
            _("A milestone needs a name."),
            _('Write it like: funnel milestone add 12 "installed" --due +3w'),
        )
    (position,) = conn.execute(
        "SELECT 1 + coalesce(max(position), 0) FROM milestone WHERE deal_id = ?", (deal_id,)
    ).fetchone()
    return _insert(conn, deal_id, position, None, name.strip(), due, note)


def done(conn: sqlite3.Connection, milestone_id: int, at: int, note: str | None = None) -> Done:
    """Record that a milestone was done at ``at`` (UTC seconds).

    Raises Usage for an instant to come; Refused when it is done already or the deal was not open
    yet; NotFound.
    """
    row = conn.execute(
        "SELECT m.name, m.deal_id, d.title, m.done_on FROM milestone AS m"
        " JOIN deal AS d ON d.id = m.deal_id WHERE m.id = ?",
        (milestone_id,),
    ).fetchone()
    if row is None:
        raise naming.missing(MILESTONE, str(milestone_id))
    name, deal_id, title, before = row
    if before is not None:
        raise Refused(
            _("{name} was done on {day} already.").format(name=name, day=daytext.day(before)),
            _("`funnel milestone edit {id} --not-done` takes that back.").format(id=milestone_id),
        )
    standing.check_opened(conn, deal_id, at)
    conn.execute(
        "UPDATE milestone SET done_on = ?, done_at = ?, note = coalesce(?, note) WHERE id = ?",
        (dates.local_date(at).isoformat(), at, note, milestone_id),
    )
    (left,) = conn.execute(
        "SELECT count(*) FROM milestone WHERE deal_id = ? AND done_on IS NULL", (deal_id,)
    ).fetchone()
    return Done(name, deal_id, title, left)


def edit(
    conn: sqlite3.Connection,
    milestone_id: int,
    changes: Mapping[str, str | None],
    *,
    not_done: bool = False,
) -> list[str]:
    """Change columns of FIELDS, or take back that it is done; the names of what differs now."""
    before = rows.read(conn, "milestone", (*FIELDS, "done_on"), milestone_id)
    if before is None:
        raise naming.missing(MILESTONE, str(milestone_id))
    changed = {name: value for name, value in changes.items() if before[name] != value}
    result = list(changed)
    if "name" in changed:
        if not (changed["name"] or "").strip():
            raise Usage(_("A milestone needs a name."), _("Give it with --name."))
        changed["search"] = search_key(changed["name"] or "")
    if not_done and before["done_on"] is not None:
        changed |= {"done_on": None, "done_at": None}
        result.append("done_on")
    rows.update(conn, "milestone", milestone_id, changed)
    return result


def remove(conn: sqlite3.Connection, milestone_ids: Sequence[int]) -> None:
    """Remove milestones. Raises NotFound when one of them does not exist."""
    for milestone_id in milestone_ids:
        if not rows.delete(conn, "milestone", milestone_id):
            raise naming.missing(MILESTONE, str(milestone_id))
