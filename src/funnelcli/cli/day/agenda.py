"""The agenda: days, a month, a calendar file."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Annotated

import typer

from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import Invocation, current
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.queries import agenda as stored
from funnelcli.queries.agenda import Entry
from funnelcli.render import Block, Column, Listing, Page, Picture, Prose, Style, Text
from funnelcli.values import dates

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
    Column("contact", "For", drop=1, shown=lambda entry: entry.whom),
    Column("command", "Do", drop=2, style=lambda entry: "dim"),
)
_SHOWN = ("starts", "kind", "what", "contact", "command")


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
    title = _span(first, after, call.output.locale)
    if month:
        blocks = month_blocks(call, found, late, first)
    else:
        blocks = day_blocks(call, late + found, title)
    if not blocks:
        blocks = [Prose(_("Nothing is planned."), title)]
    return Page(blocks, None, listing)


def _span(first: date, after: date, locale: str) -> str:
    last = after - timedelta(days=1)
    span = dates.short_date(first, locale)
    return span if first == last else f"{span} – {dates.short_date(last, locale)}"


def day_blocks(call: Invocation, rows: list[Entry], title: str) -> list[Block]:
    """A table of the days; each day stands once, before the first that it holds."""
    named: set[str] = set()
    for row in rows:
        row.__dict__["named"] = row.day not in named
        named.add(row.day)
    locale = call.output.locale
    columns = [
        column._replace(
            kind="text",
            shown=lambda row: _day(row.day, locale) if row.named else "",
            style=lambda row: _day_style(row.day),
        )
        if column.key == "day"
        else column
        for column in dated_columns()
        if column.key != "starts" or any(row.starts for row in rows)
    ]
    return [Listing(columns, rows, title=title)] if rows else []


def _day(text: str, locale: str) -> str:
    """A day as the table has it: how long ago, today, tomorrow, or its name and date."""
    day = date.fromisoformat(text)
    if (day - dates.today()).days <= 1:
        return dates.relative(day)
    from babel.dates import format_skeleton

    skeleton = "MMMEd" if day.year == dates.today().year else "yMMMEd"
    return str(format_skeleton(skeleton, day, locale=locale))


def _day_style(day: str) -> Style:
    today = dates.today().isoformat()
    if day <= today:
        return "bad" if day < today else "strong"
    return ""


def month_blocks(
    call: Invocation, found: list[Entry], late: list[Entry], first: date
) -> list[Block]:
    """The month as a grid, and what is late from before it."""
    from funnelcli.pages.drawn_calendar import Mark, month, month_name

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
            Listing(dated_columns(), found, title=month_name(first, locale)),
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
