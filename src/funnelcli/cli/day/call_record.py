"""A call put on record, and what is said of it: by the one line and by the session."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import calls
from funnelcli.actions.visit_report import Followed
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.records.visit_fields import step_lines
from funnelcli.cli.results import no_step_warning, recognised_lines
from funnelcli.i18n import _
from funnelcli.nouns.visit import VISIT
from funnelcli.nouns.words import CALL_OUTCOME, read
from funnelcli.pages.visit import RECORDED
from funnelcli.queries.lists import one
from funnelcli.render import Changed
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
) -> Changed:
    """Record a call, and say what was recorded."""
    with now.change(conn):
        visit_id = calls.record(
            conn,
            contact_id=contact_id,
            deal_id=deal_id,
            ended=ended,
            at=at,
            minutes=minutes,
            fields={"said": said or None},
            callback=callback,
            planned=follows.planned,
            raised=follows.raised,
        )
    visit = one(conn, VISIT, visit_id)
    line = _("Call {id}: {contact}, {outcome}").format(
        id=visit_id,
        contact=visit.contact,
        outcome=read(CALL_OUTCOME, ended),
    )
    lines = [line + (f" · {visit.deal}" if visit.deal else "")]
    if callback is not None:
        when = daytext.stamp(f"{callback.day} {callback.starts or ''}".strip())
        lines.append(_("Call back: {when}").format(when=when))
    if ended == "do_not_call":
        lines.append(_("{name} is not to be contacted any more.").format(name=visit.contact))
    if ended == "wrong_number" and visit.said:
        lines.append(_("Taken off: {note}").format(note=visit.said.rpartition("; ")[2]))
    lines += step_lines(follows.planned)
    lines += recognised_lines(follows.recognised)
    visit.__dict__["recognised"] = follows.recognised
    warnings = list(follows.warnings)
    if deal_id is not None and now.verb:
        warnings += no_step_warning(conn, deal_id)
    return Changed(lines, visit, RECORDED, id=visit_id, warnings=warnings)
