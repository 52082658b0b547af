"""What today's view shows of next steps: what is late, callbacks, visits, today, this week."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from funnelcli.i18n import N_, _
from funnelcli.nouns.step import STEP, Step
from funnelcli.pages.agenda import left_out
from funnelcli.pages.today_work import MOST, more_note
from funnelcli.queries.agenda import command_of, steps_until, unreachable, without_phone
from funnelcli.render import Block, Column, Listing
from funnelcli.values import dates


def _due_style(step: Step) -> str:
    today = dates.today().isoformat()
    if step.due is None or step.due > today:
        return ""
    return "bad" if step.due < today else "warn"


def _whom(step: Step) -> str:
    if step.kind != "task" and step.contact:
        return step.contact
    return step.deal or step.contact or ""


COLUMNS = (
    Column("due", "Due", "date", style=_due_style, appointment=True),
    Column("starts", "Time"),
    Column("what", "What", flex=True),
    Column("deal", "For", flex=True, shown=_whom),
    Column(
        "do",
        "Do",
        data=False,
        drop=2,
        solid=True,
        style=lambda step: "dim",
        shown=lambda step: command_of(
            step.kind,
            step.id,
            step.contact_id,
            step.deal_id,
            phoneless=step.__dict__.get("phoneless", False),
        ),
    ),
)


class Span(NamedTuple):
    """Today, the first day after this week and that after the next seven, as ISO text."""

    today: str
    week: str
    seven: str


class Section(NamedTuple):
    """A list of steps: its key in ``--json``, its title, which steps it holds, and which of them
    a person sees there (one that another section has is not shown twice)."""

    key: str
    title: str
    holds: Callable[[Step, str, Span], bool]
    kinds: tuple[str, ...]
    more: str


SECTIONS = (
    Section(
        "overdue",
        N_("Overdue"),
        lambda step, due, span: due < span.today,
        ("task", "visit"),
        "step list is:overdue",
    ),
    Section(
        "callbacks",
        N_("Callbacks"),
        lambda step, due, span: step.kind == "call" and due <= span.today,
        ("call",),
        "call",
    ),
    Section(
        "visits",
        N_("Visits planned"),
        lambda step, due, span: step.kind == "visit" and span.today <= due < span.seven,
        ("visit",),
        "agenda",
    ),
    Section(
        "today",
        N_("Today"),
        lambda step, due, span: due == span.today,
        ("task",),
        "step list due:today",
    ),
    Section(
        "this_week",
        N_("This week"),
        lambda step, due, span: span.today < due < span.week,
        ("task", "call"),
        "agenda --week",
    ),
)


def parts(conn: sqlite3.Connection) -> tuple[list[Block], dict[str, Any]]:
    """The blocks for people, and the whole lists for ``--json``."""
    day = dates.today()
    span = Span(
        day.isoformat(),
        (day + timedelta(days=7 - day.weekday())).isoformat(),
        (day + timedelta(days=7)).isoformat(),
    )
    steps = steps_until(conn, span.seven)
    phoneless = without_phone(conn, steps)
    for step in steps:
        step.__dict__["phoneless"] = step.contact_id in phoneless
    blocks: list[Block] = []
    data: dict[str, Any] = {}
    for section in SECTIONS:
        held = [step for step in steps if section.holds(step, step.due or "", span)]
        data[section.key] = Listing(STEP.columns, held)
        shown = [step for step in held if step.kind in section.kinds]
        if shown:
            columns = [c for c in COLUMNS if c.key != "starts" or any(s.starts for s in shown)]
            notes = more_note(len(shown), section.more)
            blocks.append(Listing(columns, shown[:MOST], title=_(section.title), notes=notes))
    return blocks + left_out(unreachable(conn, span.seven)), data
