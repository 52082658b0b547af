"""The agenda: days, a month, a calendar file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated

import typer

from funnelcli import dates
from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import Invocation, current
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.queries import agenda as stored
from funnelcli.queries.agenda import Entry
from funnelcli.render import Block, Column, Listing, Page, Picture, Prose, Text

AGENDA: tuple[Column, ...] = (
    Column("day", "Day", "date"),
    Column("starts", "Time"),
    Column("minutes", "Duration", "duration", table=False),
    Column("kind", "Kind", drop=3, names=lambda key: _(stored.SOURCES[key].word)),
    Column("id", "Id", "id", table=False),
    Column("public_id", "Public id", table=False),
    Column("what", "What", flex=True, shown=lambda entry: entry.text),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=4),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "For", flex=True, drop=1, shown=lambda entry: entry.whom),
    Column("command", "Do", drop=2, style=lambda entry: "dim"),
)
_SHOWN = ("starts", "kind", "what", "contact", "command")
DAY_COLUMNS = tuple(column for column in AGENDA if column.key in _SHOWN)


def dated_columns() -> list[Column]:
    """The columns of entries of several days."""
    return [column for column in AGENDA if column.key in ("day", *_SHOWN)]


@examples(
    "funnel agenda",
    "funnel agenda next-week",
    "funnel agenda --month",
    "funnel agenda -o funnel.ics",
)
def agenda(
    period: Annotated[
        str | None,
        typer.Argument(metavar="[PERIOD]", help=N_("Which days: fri, next-week, 2026-12.")),
    ] = None,
    week: Annotated[bool, typer.Option("--week", help=N_("This week, Monday to Sunday."))] = False,
    month: Annotated[bool, typer.Option("--month", help=N_("The month as a grid."))] = False,
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", min=1, max=3660, help=N_("So many days; else 7.")),
    ] = None,
    ics: Annotated[
        bool, typer.Option("--ics", help=N_("A calendar file: next steps of all days."))
    ] = False,
) -> Page | Text:
    """Show the days to come."""
    call = current()
    given = [name for name, on in (("--week", week), ("--month", month), ("--days", days)) if on]
    if period is not None and week:
        given.append("PERIOD")
    if len(given) > 1:
        raise Usage(
            _("{one} and {other} cannot both be.").format(one=given[0], other=given[-1]),
            _("Say once which days."),
        )
    today = dates.today()
    chosen = None if period is None else dates.parse_period(period)
    first = chosen.start if chosen else today
    after = chosen.end if chosen and days is None else first + timedelta(days=days or 7)
    if week:
        first = today - timedelta(days=today.weekday())
        after = first + timedelta(days=7)
    if month:
        first = first.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    wants_file = call.output.path is not None and call.output.path.lower().endswith(".ics")
    with call.read() as conn:
        if ics or (wants_file and call.output.format is None):
            whole = chosen is None and not given
            return calendar_file(call, conn, None if whole else (first, after))
        # What is late stands first, and not a second time on its day; a month has its past days.
        holds_today = first <= today < after
        start = first if month or not holds_today else today
        found = stored.entries(conn, start, after)
        late = stored.entries(conn, None, start) if holds_today else []
    listing = Listing(AGENDA, late + found)
    blocks = month_blocks(call, found, late, first) if month else day_blocks(call, found, late)
    if not blocks:
        blocks = [Prose(_("Nothing is planned."), _span(first, after, call.output.locale))]
    return Page(blocks, None, listing)


def _span(first: date, after: date, locale: str) -> str:
    last = after - timedelta(days=1)
    span = dates.short_date(first, locale)
    return span if first == last else f"{span} – {dates.short_date(last, locale)}"


def day_blocks(call: Invocation, found: Iterable[Entry], late: list[Entry]) -> list[Block]:
    """A table for what is late, and one for each day that holds anything."""
    blocks: list[Block] = []
    if late:
        blocks.append(Listing(dated_columns(), late, title=_("Overdue")))
    for day, entries in groupby(found, lambda entry: entry.day):
        title = _day_title(date.fromisoformat(day), call.output.locale)
        blocks.append(Listing(DAY_COLUMNS, list(entries), title=title))
    return blocks


def _day_title(day: date, locale: str) -> str:
    from babel.dates import format_skeleton

    name = str(format_skeleton("yMMMEd", day, locale=locale))
    near = (day - dates.today()).days
    return f"{name} · {dates.relative(day)}" if -1 <= near <= 6 else name


def month_blocks(
    call: Invocation, found: list[Entry], late: list[Entry], first: date
) -> list[Block]:
    """The month as a grid, and what is late from before it."""
    from funnelcli.render.calendar import Mark, month

    today = dates.today()
    locale = call.output.locale
    marks: dict[date, list[Mark]] = {}
    for entry in found:
        day = date.fromisoformat(entry.day)
        style = "bad" if day < today else "warn" if day == today else ""
        text = f"{entry.whom}: {entry.text}" if entry.whom else entry.text
        marks.setdefault(day, []).append(Mark(entry.starts or "", text, style))
    blocks: list[Block] = [
        Picture(
            lambda width, _colour: month(first, marks, today, width, locale),
            Listing(dated_columns(), found, title=dates.short_date(first, locale)),
        )
    ]
    if late:
        blocks.append(Listing(dated_columns(), late, title=_("Overdue from before")))
    return blocks


def calendar_file(
    call: Invocation, conn: sqlite3.Connection, days: tuple[date, date] | None
) -> Text:
    """The steps of these days, or all, as a calendar file."""
    from funnelcli.formats.calendar import write
    from funnelcli.queries.calendar import steps

    if call.output.format is not None:
        raise Usage(
            _("--{one} and --{other} cannot both be.").format(one=call.output.format, other="ics"),
            _("Choose one format."),
        )
    return Text(write(steps(conn, days)))
