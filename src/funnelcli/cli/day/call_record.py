"""A call put on record, and what is said of it: by the one line and by the session."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions import calls, standing
from funnelcli.actions.visit_words import Followed
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.next_step import step_lines
from funnelcli.cli.results import (
    dropped_calls,
    ended_lines,
    no_step_warning,
    recognised_lines,
    refusal_warning,
)
from funnelcli.i18n import _
from funnelcli.nouns.visit import VISIT
from funnelcli.nouns.words import CALL_OUTCOME, read
from funnelcli.pages.recorded import RECORDED
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.dates import Due


def save(
    now: Invocation,
    conn: sqlite3.Connection,
    *,
    contact_id: int,
    deal_id: int | None,
    ended: str,
    at: int,
    minutes: int | None,
    said: str | None,
    callback: Due | None,
    follows: Followed,
    call_list: str | None = None,
    number: str | None = None,
    given: Mapping[str, Any] | None = None,
    propose: bool = True,
) -> Changed:
    """Record a call, and say what was recorded; ``given`` are fields of the report besides those
    that the words say, with ``propose`` also how to lose a deal that the call has ended. It belongs
    to the list ``call_list``, and ``number`` was dialled."""
    with now.change(conn):
        called = calls.record(
            conn,
            contact_id=contact_id,
            deal_id=deal_id,
            ended=ended,
            at=at,
            minutes=minutes,
            fields={**(given or {}), **follows.columns, "said": said or None},
            callback=callback,
            planned=follows.planned,
            raised=follows.raised,
            call_list=call_list,
            number=number,
        )
    recorded = called.recorded
    visit = one(conn, VISIT, recorded.visit_id)
    line = _("Call {id}: {contact}, {outcome}").format(
        id=visit.id,
        contact=visit.contact,
        outcome=read(CALL_OUTCOME, ended),
    )
    lines = [line + (f" · {visit.deal}" if visit.deal else "")]
    if callback is not None:
        when = daytext.due(callback.day, callback.starts)
        lines.append(_("Call back: {when}").format(when=when))
    if ended == "do_not_call":
        lines.append(_("{name} is not to be contacted any more.").format(name=visit.contact))
        lines += dropped_calls(called.dropped)
    if ended == "wrong_number" and visit.said:
        lines.append(_("Taken off: {note}").format(note=visit.said.rpartition("; ")[2]))
    recognised = follows.recognised(recorded)
    lines += ended_lines(recorded.ended)
    lines += step_lines(recorded.planned)
    lines += recognised_lines(conn, recognised, visit.id)
    over = ends_it(conn, ended, deal_id)
    if propose and over:
        lines.append(
            _("Lose the deal: funnel lose {deal} --reason {reason}").format(
                deal=deal_id, reason=reason_of(follows) or _("REASON")
            )
        )
    visit.__dict__["recognised"] = recognised
    warnings = [*follows.warnings, *recorded.unrecorded]
    if propose:
        warnings += refusal_warning(conn, contact_id, refused=follows.refused)
    if deal_id is not None and now.verb and not over:
        warnings += no_step_warning(now, conn, deal_id)
    return Changed(lines, visit, RECORDED, id=visit.id, warnings=warnings)


def ends_it(conn: sqlite3.Connection, ended: str, deal_id: int | None) -> bool:
    """Whether a call that ended so leaves its open deal without a prospect."""
    if deal_id is None or ended not in ("not_interested", "do_not_call"):
        return False
    deal = standing.state(conn, deal_id)
    return deal.status == "open" and deal.kind == "open"


def reason_of(follows: Followed) -> str | None:
    """The lost reason that the objections raised in a call speak for, if any does."""
    kinds = (item.kind for item in follows.raised)
    return next((calls.LOST_FOR[kind] for kind in kinds if kind in calls.LOST_FOR), None)
