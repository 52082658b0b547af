"""Today: what is due, what rots, what nobody has planned, where the pipeline stands."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.i18n import _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.nouns.extending import columns_of
from funnelcli.nouns.members import Member
from funnelcli.nouns.printed import Printed
from funnelcli.pages import today_steps, today_work
from funnelcli.pages.drawn_funnel import money
from funnelcli.queries import counts, exchange
from funnelcli.queries.deals import waiting
from funnelcli.queries.funnel import Funnel, funnels
from funnelcli.queries.processes import used
from funnelcli.render import Column, Listing, Page, Prose
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.money import format_money


def _since(deal: Deal) -> str:
    return _("{days} d").format(days=deal.quiet_days)


def _value(deal: Deal, locale: str) -> str:
    return "" if deal.value is None else format_money(deal.value, deal.currency, locale)


def _deal_columns(locale: str, *, quiet: bool) -> tuple[Column, ...]:
    return (
        Column("title", "Deal", flex=True),
        Column("contact", "Contact", flex=True),
        Column("stage", "Stage", drop=4, shown=lambda deal: deal.stage_name),
        Column("value", "Value", "money", drop=2, shown=lambda deal: _value(deal, locale)),
        *((Column("stage_since_at", "Quiet for", "instant", shown=_since),) if quiet else ()),
        Column(
            "do",
            "Do",
            data=False,
            drop=1,
            solid=True,
            style=lambda deal: "dim",
            shown=lambda deal: f'funnel next {deal.id} "…" --due …',
        ),
    )


# What ``--json`` prints. There are no rows: which list comes first depends on the day.
PRINTED = Printed(
    data=(
        "date",
        *(section.key for section in today_steps.SECTIONS),
        "rotten",
        "stepless",
        *today_work.NAMES,
        "tray",
        "pipeline",
    ),
    parts=True,
)
PIPELINE = (
    Column("process", "Process", table=False),
    Column("name", "Process", flex=True),
    Column("route", "Sales route", flex=True, drop=3, data=False),
    Column("open", "Open", "int"),
    Column("value", "Value", data=False, drop=1),
    Column("weighted", "Weighted", data=False),
    Column("won", "Won", "int", drop=2),
    Column("lost", "Lost", "int", drop=2),
)


def route(found: Funnel) -> str:
    """The sales route: how many deals stand in each phase of a process."""
    counts: dict[str, int] = {}
    for stage in found.stages:
        if stage.kind != "outside":
            counts[stage.phase] = counts.get(stage.phase, 0) + stage.deals
    return " → ".join(f"{words.read(words.PHASE, phase)} {n}" for phase, n in counts.items())


def _pipeline_row(found: Funnel, locale: str) -> dict[str, Any]:
    amounts = found.open_amounts
    return {
        "process": found.process,
        "name": found.name,
        "route": route(found),
        "open": found.open,
        "amounts": [amount.data() for amount in amounts],
        "value": " / ".join(filter(None, money(amounts, locale))),
        "weighted": " / ".join(filter(None, money(amounts, locale, weighted=True))),
        "won": found.closed.won - found.closed.withdrawn,
        "lost": found.closed.lost,
    }


def today_page(
    conn: sqlite3.Connection, locale: str, *, whole: bool = True, mine: Member | None = None
) -> Page:
    """Today's view of an open database, of everything or of what is one user's; a screen shows the
    first of each list, and does without the ``whole`` of them."""
    day = dates.today()
    owner = None if mine is None else mine.id
    blocks, data = today_steps.parts(conn, whole=whole, owner=owner)
    waits = waiting(conn, None if whole else today_work.MOST, owner)
    sections = {
        "rotten": (
            waits.rotten,
            waits.rotten_total,
            _("Rotting: no contact, no move, nothing planned"),
            _deal_columns(locale, quiet=True),
        ),
        "stepless": (
            waits.stepless,
            waits.stepless_total,
            _("Without a next step"),
            _deal_columns(locale, quiet=False),
        ),
    }
    for key, (rows, total, title, columns) in sections.items():
        data[key] = Listing(columns_of(DEAL, rows), rows)
        if rows:
            notes = today_work.more_note(total, f"deal list is:{key}", owner)
            blocks.append(Listing(columns, rows[: today_work.MOST], title=title, notes=notes))
    work, work_data = today_work.parts(conn, owner)
    blocks += work
    in_tray = counts.in_tray(conn)
    if in_tray:
        text = ngettext(
            "{n} note waits in the tray: funnel tray",
            "{n} notes wait in the tray: funnel tray",
            in_tray,
        )
        blocks.append(Prose(text.format(n=in_tray)))
    with_deals = [process.id for process in used(conn)]
    own = () if mine is None else (f"owner:{mine.key}",)
    found = funnels(conn, with_deals, now=dates.now(), filters=own)
    pipeline = Listing(
        PIPELINE,
        [_pipeline_row(one, locale) for one in found],
        title=_("Pipeline"),
        notes=_apart(found),
    )
    heading = daytext.day(day)
    if not found:
        blocks.insert(0, _welcome(conn, heading))
    else:
        if not blocks:
            blocks.append(Prose(_("Nothing is due."), heading))
        blocks.append(pipeline)
    data = {"date": day.isoformat(), **data, **work_data}
    data["tray"] = in_tray
    data["pipeline"] = [
        {name: row[name] for name in ("process", "name", "open", "amounts", "won", "lost")}
        for row in pipeline.rows
    ]
    title = "" if any(isinstance(b, Prose) and b.title == heading for b in blocks) else heading
    return Page(blocks, data if whole else None, title=title, name="day")


def _apart(found: list[Funnel]) -> list[str]:
    """What to say of the sums that no exchange rate brings together."""
    currencies = {amount.currency for one in found for amount in one.open_amounts if amount.value}
    note = exchange.apart_note(found[0].rates, currencies) if found else ""
    return [note] if note else []


def _welcome(conn: sqlite3.Connection, heading: str) -> Prose:
    """What to do with a database that has no deals."""
    anybody = queries.has_rows(conn, "contact")
    lines = [_("No deals yet.") if anybody else _("Welcome. Nothing is on file yet.")]
    lines += [
        "",
        'funnel contact add "Hans Müller" --phone "0171 2345678"',
        _('funnel deal add "Solar roof" --contact mueller --value 18k'),
        _('funnel log mueller "likes the roof" --next "send offer" --due fri'),
        _("funnel import deals FILE.csv"),
        "funnel demo",
    ]
    return Prose("\n".join(lines), heading)
