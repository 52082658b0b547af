"""The farewell: whatever the decision, a card is left, somebody is named, the report written."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import criteria, deals, log, standing, visits
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.rules import SPOKEN
from funnelcli.plain import NamedTuple
from funnelcli.values import dates


class Farewell(NamedTuple):
    """What a farewell did. ``move`` is None when the deal was in its last stage already,
    ``report`` says whether the visit's report was written with it."""

    deal: standing.DealState
    move: standing.Move | None
    visit_id: int | None
    report: bool
    missing: list[criteria.Criterion]


def say(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    personal_contact: str,
    *,
    card_left: bool = False,
    said: str | None = None,
    visit_id: int | None = None,
    strict: bool = False,
) -> Farewell:
    """Close the visit: what was left behind, the report, and the move to the outside stage that
    comes after the decision.

    ``said`` is the report of the latest visit of the deal on that day, or of ``visit_id``; where
    there is none, one is made. Raises Usage without a personal contact; Refused for an open deal
    (decide first), for a process without such a stage, and where ``strict`` for what is missing;
    NotFound for a deal or a visit that does not exist.
    """
    deal = standing.state(conn, deal_id)
    naming.check(conn, visit=visit_id)
    if deal.status == "open":
        raise Refused(
            _("The deal {title} is not decided.").format(title=deal.title),
            _("Say `funnel win {id}` or `funnel lose {id} --reason REASON`.").format(id=deal.id),
        )
    if not personal_contact.strip():
        raise Usage(
            _("A farewell names the person to turn to."), _("Give it with --personal-contact.")
        )
    stages = log.stages_of(conn, deal.process_id)
    won = next(place for place, kind in stages.values() if kind == "won")
    after = sorted(
        (place, stage)
        for stage, (place, kind) in stages.items()
        if kind == "outside" and place > won
    )
    if not after:
        raise Refused(
            _("The process {process} has no stage for a farewell.").format(process=deal.process),
            _("That is a stage of the kind outside, after the won stage."),
        )
    target = after[-1][1]
    standing.check_instant(at)
    missing: list[criteria.Criterion] = []
    move = None
    if deal.stage_id != target:
        # A lost deal leaves its stage by the loss; only a win has something to hand over.
        if deal.status == "won":
            missing = criteria.check(conn, deal, strict=strict)
        move = deals.advance(conn, deal_id, at, target)
    visit, report = _report(conn, deal_id, at, said, visit_id)
    conn.execute(
        "INSERT INTO farewell (deal_id, visit_id, card_left, personal_contact, said_on, said_at,"
        " recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            deal_id,
            visit,
            int(card_left),
            personal_contact.strip(),
            dates.local_date(at).isoformat(),
            at,
            dates.now(),
        ),
    )
    there = standing.state(conn, deal_id)
    missing += criteria.check(conn, there, strict=strict)
    return Farewell(deal, move, visit, report, missing)


def _report(
    conn: sqlite3.Connection, deal_id: int, at: int, said: str | None, visit_id: int | None
) -> tuple[int | None, bool]:
    """The visit that the farewell closes, its report written where ``said`` gives one."""
    if visit_id is None:
        row = conn.execute(
            f"SELECT v.id FROM visit AS v WHERE v.deal_id = ? AND {SPOKEN}"
            " AND v.happened_on = ? ORDER BY v.happened_at DESC, v.id DESC LIMIT 1",
            (deal_id, dates.local_date(at).isoformat()),
        ).fetchone()
        visit_id = None if row is None else int(row[0])
    if said is None:
        return visit_id, False
    if visit_id is None:
        return visits.add(
            conn, contact_id=None, deal_id=deal_id, at=at, fields={"said": said}
        ), True
    (before,) = conn.execute("SELECT said FROM visit WHERE id = ?", (visit_id,)).fetchone()
    text = said if before is None else f"{before}\n{said}"
    visits.edit(conn, visit_id, {"said": text})
    return visit_id, True
