"""The agenda: days one below the other, or a month as a grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from funnelcli.i18n import _, ngettext
from funnelcli.queries.agenda import SOURCES, Entry, noun_of
from funnelcli.render import Block, Column, Listing, Page, Picture, Prose, Style
from funnelcli.values import dates, daytext

AGENDA: tuple[Column, ...] = (
    Column("day", "Day", "date"),
    Column("starts", "Time"),
    Column("minutes", "Duration", "duration", table=False),
    Column("kind", "Kind", drop=3, names=lambda key: _(SOURCES[key].word)),
    Column("id", "Id", "id", table=False, whose=lambda entry: noun_of(entry.kind)),
    Column("public_id", "Public id", table=False),
    Column("what", "What", flex=True, shown=lambda entry: entry.text),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=4),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "For", shown=lambda entry: entry.whom),
    Column("command", "Do", drop=2, solid=True, style=lambda entry: "dim"),
)
_SHOWN = ("starts", "kind", "what", "contact", "command")


def _dated_columns() -> list[Column]:
    """The columns of entries of several days."""
    return [column for column in AGENDA if column.key in ("day", *_SHOWN)]


def days_page(
    found: list[Entry],
    late: list[Entry],
    first: date,
    after: date,
    locale: str,
    unreachable: int = 0,
    notes: Sequence[str] = (),
) -> Page:
    """The days from ``first`` up to, not including, ``after``; what is late stands first, and below
    how many steps are for people who are not to be contacted. ``notes`` say what was cut."""
    rows = late + found
    title = _span(first, after, locale)
    blocks = _days(rows, title, notes) or [Prose(_("Nothing is planned."), title)]
    return Page(blocks + left_out(unreachable), None, Listing(AGENDA, rows))


def left_out(unreachable: int) -> list[Block]:
    """The line about steps that are for people who are not to be contacted."""
    if not unreachable:
        return []
    text = ngettext(
        "{n} step left out, not to be contacted: {command}",
        "{n} steps left out, not to be contacted: {command}",
        unreachable,
    )
    command = "funnel contact list is:blocked"
    return [Prose(text.format(n=unreachable, command=command))]


def month_page(
    found: list[Entry],
    late: list[Entry],
    first: date,
    locale: str,
    unreachable: int = 0,
    notes: Sequence[str] = (),
) -> Page:
    """The month that begins on ``first`` as a grid, what is late from before it, and how many steps
    are for people who are not to be contacted. ``notes`` say what was cut."""
    blocks = _month(found, late, first, locale, notes) + left_out(unreachable)
    return Page(blocks, None, Listing(AGENDA, late + found))


def _span(first: date, after: date, locale: str) -> str:
    last = after - timedelta(days=1)
    span = daytext.written(first.isoformat(), locale)
    return span if first == last else f"{span} – {daytext.written(last.isoformat(), locale)}"


def _days(rows: list[Entry], title: str, notes: Sequence[str]) -> list[Block]:
    """A table of the days; each day stands once, before the first that it holds."""
    named: set[str] = set()
    for row in rows:
        row.__dict__["named"] = row.day not in named
        named.add(row.day)
    columns = [
        column._replace(
            shown=lambda row: _day(row.day) if row.named else "",
            alone=lambda row: _day(row.day),
            style=lambda row: _day_style(row.day),
        )
        if column.key == "day"
        else column
        for column in _dated_columns()
        if column.key != "starts" or any(row.starts for row in rows)
    ]
    return [Listing(columns, rows, title=title, notes=[*notes])] if rows else []


def _day(text: str) -> str:
    """A day as the table has it: how long ago, today, tomorrow, or its name and date."""
    day = date.fromisoformat(text)
    return dates.relative(day) if (day - dates.today()).days <= 1 else daytext.weekday(day)


def _day_style(day: str) -> Style:
    today = dates.today().isoformat()
    if day <= today:
        return "bad" if day < today else "strong"
    return ""


def _month(
    found: list[Entry], late: list[Entry], first: date, locale: str, notes: Sequence[str]
) -> list[Block]:
    from funnelcli.pages.drawn_calendar import Mark, month, month_name

    today = dates.today()
    marks: dict[date, list[Mark]] = {}
    for entry in found:
        day = date.fromisoformat(entry.day)
        style = "bad" if day < today else "warn" if day == today else ""
        text = f"{entry.whom}: {entry.text}" if entry.whom else entry.text
        marks.setdefault(day, []).append(Mark(entry.starts or "", text, style))
    blocks: list[Block] = [
        Picture(
            lambda width, _colour: month(first, marks, today, width, locale),
            Listing(_dated_columns(), found, title=month_name(first, locale)),
        )
    ]
    if late:
        title = _("Overdue from before")
        blocks.append(Listing(_dated_columns(), late, title=title, notes=[*notes]))
    return blocks
