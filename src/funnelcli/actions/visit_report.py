"""A visit's report with what follows from it: next steps and objections on record."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from funnelcli.actions import steps, visits
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.raised import Raised
from funnelcli.actions.remarks import Remark
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.plain import NamedTuple
from funnelcli.queries import catalogue_names
from funnelcli.text import search_key
from funnelcli.values import dates, daytext


class Recorded(NamedTuple):
    """What was put on record of a visit: its id, the steps that are done with it, those that are
    new, the objections, and what of it was not recorded, and why."""

    visit_id: int
    ended: list[steps.Ended]
    planned: list[Planned]
    raised: list[Raised]
    unrecorded: list[str]


def left_alone(misdated: Iterable[str]) -> list[str]:
    """The warnings of days that contradict themselves."""
    return [_("{text} It was left alone.").format(text=text) for text in misdated]


# How a visit ended that was planned, and is done with that. Whoever was not there is still to be
# visited; instead of whoever was called, that is for the user to say.
_VISITED = ("met", "declined")
_SPOKEN = ("met", "phone_instead", "declined")


def settles(fields: Mapping[str, str | int | None]) -> tuple[str, ...]:
    """Which planned steps a visit of this report settles: visits, calls."""
    outcome, channel = fields.get("outcome") or "met", fields.get("channel")
    if outcome == "phone_instead" or (channel == "phone" and outcome in _SPOKEN):
        return ("call",)
    return ("visit",) if channel not in ("phone", "email") and outcome in _VISITED else ()


EARLY = 7
"""So many days before its own a planned visit may be made; one for later is another one."""


def unsettled(
    conn: sqlite3.Connection,
    fields: Mapping[str, str | int | None],
    *,
    contact_id: int | None,
    deal_id: int | None,
    at: int,
) -> list[steps.Waiting]:
    """The planned visits that a visit of this report at ``at`` (UTC seconds) may have been, where
    it settles none by itself: they were for one of the next :data:`EARLY` days, or no day, or the
    talk was by phone."""
    outcome = fields.get("outcome") or "met"
    by_phone = outcome == "phone_instead"
    if outcome not in _SPOKEN or (fields.get("channel") in ("phone", "email") and not by_phone):
        return []
    found = steps.planned(conn, "visit", contact_id=contact_id, deal_id=deal_id, at=at)
    past = [step for step in found if step.past]
    if by_phone:
        return past
    last = (dates.local_date(at) + timedelta(days=EARLY)).isoformat()
    return [] if past else [step for step in found if step.due is None or step.due <= last]


def record(
    conn: sqlite3.Connection,
    *,
    contact_id: int | None,
    deal_id: int | None,
    at: int,
    starts: str | None = None,
    minutes: int | None = None,
    fields: Mapping[str, str | int | None],
    planned: Sequence[Planned] = (),
    raised: Sequence[Raised] = (),
    today: date | None = None,
    settled: Sequence[str] | None = None,
    also: Sequence[steps.Waiting] = (),
) -> Recorded:
    """Record a visit at ``at`` (UTC seconds) as :func:`visits.add` does and raises, the next steps
    named at it, those agreed on in its report, and the objections raised. ``today`` is the day it
    was written, from which days in it are reckoned; the present one without it. Steps of the kinds
    ``settled`` (those that the report :func:`settles` without it) that were planned by its day are
    done with it, and ``also`` those."""
    fields = dict(fields)
    if raised and not fields.get("objections"):
        fields["objections"] = "; ".join(dict.fromkeys(item.wording for item in raised))
    visit_id = visits.add(
        conn,
        contact_id=contact_id,
        deal_id=deal_id,
        at=at,
        starts=starts,
        minutes=minutes,
        fields=fields,
    )
    done = list(also)
    for kind in settles(fields) if settled is None else settled:
        found = steps.planned(conn, kind, contact_id=contact_id, deal_id=deal_id, at=at)
        done += [step for step in found if step.past]
    said = fields.get("said")
    ended = steps.tick_off(conn, done, at, None if said is None else str(said))
    new = add_steps(conn, visit_id, planned)
    warnings: list[str] = []
    if fields.get("agreed"):
        agreed, warnings = add_agreed(conn, visit_id, today)
        new += agreed
    on_record, unrecorded = add_objections(conn, visit_id, raised)
    return Recorded(visit_id, ended, new, on_record, warnings + unrecorded)


def add_steps(conn: sqlite3.Connection, visit_id: int, planned: Iterable[Planned]) -> list[Planned]:
    """Add the next steps that the visit has not made before, for its deal or else its contact;
    those that are new."""
    deal_id, contact_id, status, channel = conn.execute(
        "SELECT v.deal_id, coalesce(v.contact_id, d.contact_id), d.status, v.channel"
        " FROM visit AS v LEFT JOIN deal AS d ON d.id = v.deal_id WHERE v.id = ?",
        (visit_id,),
    ).fetchone()
    if status == "lost" and contact_id is not None:
        deal_id = None
    added = []
    for step in planned:
        known = conn.execute(
            "SELECT 1 FROM step WHERE visit_id = ? AND search = ?",
            (visit_id, search_key(step.what)),
        ).fetchone()
        if known is None:
            steps.add(
                conn,
                step.what,
                due=step.due,
                starts=step.starts,
                deal_id=deal_id,
                contact_id=None if deal_id is not None else contact_id,
                visit_id=visit_id,
                kind=steps.kind_of(step.what) or _kind_again(step.what, channel),
            )
            added.append(step)
    return added


def _kind_again(what: str, channel: str | None) -> str:
    """What a step is that only says that it is done again: what the visit was."""
    if not steps.is_another_attempt(what):
        return "task"
    return {"phone": "call", "email": "task"}.get(channel or "", "visit")


def add_agreed(
    conn: sqlite3.Connection, visit_id: int, today: date | None = None
) -> tuple[list[Planned], list[str]]:
    """Make next steps of what the report has as agreed, in lines like "- [ ] what, by date";
    those that are new, and the warnings of days that contradict themselves. Days are reckoned from
    ``today``, the present day without it. Raises NotFound."""
    from funnelcli.actions.recognising.agreed import agreed_misdated, agreed_steps

    naming.check(conn, visit=visit_id)
    (agreed,) = conn.execute("SELECT agreed FROM visit WHERE id = ?", (visit_id,)).fetchone()
    text, today = agreed or "", today or dates.today()
    planned = add_steps(conn, visit_id, agreed_steps(text, today))
    return planned, left_alone(agreed_misdated(text, today))


def add_objections(
    conn: sqlite3.Connection, visit_id: int, raised: Sequence[Raised]
) -> tuple[list[Raised], list[str]]:
    """Put objections on record for the visit's deal, at its stage on that day; those that are on
    record now, and why others are not: without a deal that was open by then there are none, and
    one that the deal has already, not yet resolved, is not recorded again."""
    deal_id, stage_id, at, day = conn.execute(
        "SELECT deal_id, stage_id, happened_at, happened_on FROM visit WHERE id = ?", (visit_id,)
    ).fetchone()
    on_record: list[Raised] = []
    why: list[str] = []
    names = catalogue_names(conn, "objection") if raised else {}
    for item in raised:
        name = names.get(item.kind, item.kind)
        if deal_id is None:
            why.append(
                Remark(
                    _(
                        "The objection “{name}” stands in the report alone, for it names no deal:"
                        " funnel objection add DEAL {kind}"
                    ).format(name=name, kind=item.kind),
                    _(
                        "The objection “{name}” stands in the report alone, for it names no deal."
                    ).format(name=name),
                )
            )
        elif stage_id is None:
            why.append(
                Remark(
                    _(
                        "The objection “{name}” stands in the report alone, for the deal was opened"
                        " after {day}: funnel objection add {deal} {kind}"
                    ).format(name=name, kind=item.kind, day=daytext.day(day), deal=deal_id),
                    _(
                        "The objection “{name}” stands in the report alone, for the deal was opened"
                        " after {day}."
                    ).format(name=name, day=daytext.day(day)),
                )
            )
        elif known := conn.execute(
            "SELECT id FROM objection WHERE deal_id = ? AND kind = ? AND resolved_at IS NULL",
            (deal_id, item.kind),
        ).fetchone():
            why.append(
                Remark(
                    _(
                        "The objection “{name}” is on record already: funnel objection show {id}"
                    ).format(name=name, id=known[0]),
                    _("The objection “{name}” is on record already.").format(name=name),
                )
            )
        else:
            # What `objections.add` checks of a deal is certain here, and its imports would cost
            # a one-liner more than everything else.
            conn.execute(
                "INSERT INTO objection (public_id, deal_id, stage_id, kind, genuine, wording,"
                " raised_at, raised_on, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    new_id(),
                    deal_id,
                    stage_id,
                    item.kind,
                    int(item.genuine),
                    item.wording,
                    at,
                    day,
                    dates.now(),
                ),
            )
            on_record.append(item)
    return on_record, why
