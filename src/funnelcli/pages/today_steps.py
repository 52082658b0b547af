"""What today's view shows of next steps: what is late, callbacks, visits, today, this week."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from funnelcli.i18n import N_, _
from funnelcli.nouns.members import belonging
from funnelcli.nouns.step import STEP, Step
from funnelcli.pages.agenda import left_out
from funnelcli.pages.today_work import MOST, more_note
from funnelcli.plain import NamedTuple
from funnelcli.queries.agenda import (
    command_of,
    count_open_steps,
    open_steps,
    unreachable,
    without_phone,
)
from funnelcli.render import Block, Column, Listing
from funnelcli.typed import Any
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


class Section(NamedTuple):
    """A list of steps: its key in ``--json``, its title, which steps ``n`` it holds (SQL), and
    which of them a person sees there (one that another section has is not shown twice)."""

    key: str
    title: str
    holds: str
    kinds: tuple[str, ...]
    more: str

    @property
    def shown(self) -> str:
        """SQL for the steps that a person sees there."""
        kinds = ", ".join(f"'{kind}'" for kind in self.kinds)
        return f"{self.holds} AND n.kind IN ({kinds})"


# :week is the first day after this week, :seven that after the next seven days.
SECTIONS = (
    Section("overdue", N_("Overdue"), "n.due < :today", ("task", "visit"), "step list is:overdue"),
    Section(
        "callbacks",
        N_("Callbacks"),
        "n.kind = 'call' AND n.due <= :today",
        ("call",),
        "call",
    ),
    Section(
        "visits",
        N_("Visits planned"),
        "n.kind = 'visit' AND n.due >= :today AND n.due < :seven",
        ("visit",),
        "agenda",
    ),
    Section("today", N_("Today"), "n.due = :today", ("task",), "step list due:today"),
    Section(
        "this_week",
        N_("This week"),
        "n.due > :today AND n.due < :week",
        ("task", "call"),
        "agenda --week",
    ),
)


def parts(
    conn: sqlite3.Connection, *, whole: bool, owner: int | None = None
) -> tuple[list[Block], dict[str, Any]]:
    """The blocks for people, and for ``--json`` the ``whole`` lists, where these are wanted; of
    one user or of all."""
    day = dates.today()
    span: dict[str, Any] = {
        "today": day.isoformat(),
        "week": (day + timedelta(days=7 - day.weekday())).isoformat(),
        "seven": (day + timedelta(days=7)).isoformat(),
        "owner": owner,
    }
    own = belonging("n", owner)
    blocks: list[Block] = []
    data: dict[str, Any] = {}
    for section in SECTIONS:
        if whole:
            held = open_steps(conn, section.holds + own, span)
            data[section.key] = Listing(STEP.columns, held)
            shown = [step for step in held if step.kind in section.kinds]
            total = len(shown)
        else:
            shown = open_steps(conn, section.shown + own, span, MOST)
            total = len(shown)
            if total == MOST:
                total = count_open_steps(conn, section.shown + own, span)
        if shown:
            shown = shown[:MOST]
            phoneless = without_phone(conn, shown)
            for step in shown:
                step.__dict__["phoneless"] = step.contact_id in phoneless
            columns = [c for c in COLUMNS if c.key != "starts" or any(s.starts for s in shown)]
            notes = more_note(total, section.more, owner)
            blocks.append(Listing(columns, shown, title=_(section.title), notes=notes))
    return blocks + left_out(unreachable(conn, span["seven"], owner=owner)), data
