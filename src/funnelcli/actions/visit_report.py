"""A visit's report with what follows from it: next steps and objections on record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from funnelcli.actions import steps, visits
from funnelcli.actions.recognise import Planned, Raised, Recognised, agreed_steps, recognise
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.text import search_key
from funnelcli.values import dates
from funnelcli.values.dates import Due


def read_note(conn: sqlite3.Connection, text: str, today: date) -> Recognised:
    """What a note says, by the catalogue's words for objections."""
    rows = conn.execute(
        "SELECT key, words_en, words_de FROM catalogue WHERE kind = 'objection' ORDER BY position"
    )
    words = [(key, json.loads(english) + json.loads(german)) for key, english, german in rows]
    return recognise(text, words, today)


class Followed:
    """What follows from a visit: next steps, objections, and the options (as typed) that would
    have said what was recognised in its words."""

    __slots__ = ("planned", "raised", "recognised", "warnings")

    def __init__(
        self,
        planned: list[Planned],
        raised: list[Raised],
        recognised: list[str],
        warnings: list[str],
    ) -> None:
        self.planned = planned
        self.raised = raised
        self.recognised = recognised
        self.warnings = warnings


def follow(
    conn: sqlite3.Connection,
    fields: dict[str, Any],
    *,
    recognise: bool,
    next_what: str | None,
    due: Due | None,
    objections: Iterable[str] | None = None,
    today: date | None = None,
) -> Followed:
    """What was given with options, and for the rest what the words say. An outcome that they
    say goes into ``fields``. Days in the words are reckoned from ``today``,
    the present day without it. Raises Usage for --due without a next step.
    """
    planned: list[Planned] = []
    raised: list[Raised] = []
    recognised: list[str] = []
    warnings: list[str] = []
    if next_what is not None and next_what != "none":
        planned = [Planned(next_what, *(due or (None, None)))]
    if objections is not None:
        kinds = [
            naming.catalogue_key(conn, "objection", kind) for kind in objections if kind != "none"
        ]
        raised = [Raised(kind, fields.get("objections") or kind) for kind in kinds]
    said = fields.get("said")
    if recognise and said:
        found = read_note(conn, said, today or dates.today())
        if "outcome" not in fields:
            if found.outcome is not None:
                fields["outcome"] = found.outcome
                recognised.append(f"--outcome {found.outcome}")
            elif found.unsure:
                warnings.append(
                    _("The words say {outcomes}: set it with --outcome.").format(
                        outcomes=_(" and ").join(found.unsure)
                    )
                )
        if next_what is None:
            planned = [step if due is None else Planned(step.what, *due) for step in found.steps]
            warnings += [
                _("{text} It was left alone.").format(text=text) for text in found.misdated
            ]
            recognised += [_step_option(step) for step in planned]
        if objections is None:
            raised = list(found.objections)
            recognised += [f"--objection {item.kind}" for item in raised]
    if due is not None and not planned:
        raise Usage(_("--due goes with --next."), _("Say what comes next with --next."))
    return Followed(planned, raised, recognised, warnings)


def _step_option(step: Planned) -> str:
    import shlex

    option = f"--next {shlex.quote(step.what)}"
    when = f"{step.due or ''} {step.starts or ''}".strip()
    return f"{option} --due {shlex.quote(when)}" if when else option


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
    ticked: list[steps.Ended] | None = None,
) -> int:
    """Record a visit at ``at`` (UTC seconds) as :func:`visits.add` does, the next steps named at
    it, those agreed on in its report, and the objections raised; the visit's id. ``today`` is the
    day it was written, from which days in it are reckoned; the present one without it. A visit
    that was planned is done with it, and added to ``ticked``."""
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
    there = fields.get("channel") not in ("phone", "email")
    if there and fields.get("outcome", "met") == "met":
        said = fields.get("said")
        done = steps.made(
            conn,
            contact_id=contact_id,
            deal_id=deal_id,
            at=at,
            outcome=None if said is None else str(said),
        )
        if ticked is not None:
            ticked += done
    add_steps(conn, visit_id, planned)
    if fields.get("agreed"):
        add_agreed(conn, visit_id, today)
    add_objections(conn, visit_id, raised)
    return visit_id


def add_steps(conn: sqlite3.Connection, visit_id: int, planned: Iterable[Planned]) -> list[Planned]:
    """Add the next steps that the visit has not made before, for its deal or else its contact;
    those that are new."""
    deal_id, contact_id, status = conn.execute(
        "SELECT v.deal_id, coalesce(v.contact_id, d.contact_id), d.status FROM visit AS v"
        " LEFT JOIN deal AS d ON d.id = v.deal_id WHERE v.id = ?",
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
                kind=steps.kind_of(step.what) or "task",
            )
            added.append(step)
    return added


def add_agreed(conn: sqlite3.Connection, visit_id: int, today: date | None = None) -> list[Planned]:
    """Make next steps of what the report has as agreed, in lines like "- [ ] what, by date";
    those that are new. Days are reckoned from ``today``, the present day without it."""
    (agreed,) = conn.execute("SELECT agreed FROM visit WHERE id = ?", (visit_id,)).fetchone()
    return add_steps(conn, visit_id, agreed_steps(agreed or "", today or dates.today()))


def add_objections(conn: sqlite3.Connection, visit_id: int, raised: Iterable[Raised]) -> None:
    """Put objections on record for the visit's deal, at its stage on that day. One that the deal
    has already, not yet resolved, is not recorded again; without a deal none is."""
    deal_id, stage_id, at, day = conn.execute(
        "SELECT deal_id, stage_id, happened_at, happened_on FROM visit WHERE id = ?", (visit_id,)
    ).fetchone()
    if deal_id is None or stage_id is None:
        return
    for item in raised:
        # What `objections.add` checks of a deal is certain here, and its imports would cost a
        # one-liner more than everything else.
        conn.execute(
            "INSERT INTO objection (public_id, deal_id, stage_id, kind, wording, raised_at,"
            " raised_on, recorded_at) SELECT :public_id, :deal, :stage, :kind, :wording, :at, :day,"
            " :now WHERE NOT EXISTS (SELECT 1 FROM objection WHERE deal_id = :deal"
            " AND kind = :kind AND resolved_at IS NULL)",
            {
                "public_id": new_id(),
                "deal": deal_id,
                "stage": stage_id,
                "kind": item.kind,
                "wording": item.wording,
                "at": at,
                "day": day,
                "now": dates.now(),
            },
        )
