"""Effort: what selling takes, entered directly or made by visits and calls."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

import typer

from funnelcli import config
from funnelcli.actions import effort, visits
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.params import At, Limit, Sort, Words
from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
from funnelcli.queries.effort import ORIGIN, Amount, Effort, Total, entries
from funnelcli.render import Changed, Column, Listing
from funnelcli.values import dates
from funnelcli.values.money import format_money


def amounts_text(amounts: list[Amount]) -> str:
    """Amounts of several currencies on a line."""
    locale = config.get("locale")
    return " + ".join(format_money(one.cost, one.currency, locale) for one in amounts)


def total_text(total: Total) -> str:
    """A deal's effort on a line; nothing when there is none."""
    parts = [amounts_text(total.costs)] if total.costs else []
    if total.minutes:
        parts.append(dates.format_duration(total.minutes))
    if total.kilometres:
        parts.append(_("{n} km").format(n=total.kilometres))
    if total.unrated:
        parts.append(_("not all of it has a rate: funnel rate set"))
    return ", ".join(parts)


def total_data(total: Total) -> dict[str, Any]:
    """A deal's effort as ``--json`` prints it."""
    return {
        "minutes": total.minutes,
        "kilometres": total.kilometres,
        "unrated": total.unrated,
        "costs": [{"cost": one.cost, "currency": one.currency} for one in total.costs],
    }


EFFORTS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("origin", "From", shown=lambda row: _from(row), drop=2),
    Column("origin_id", "Origin id", "id", table=False),
    Column("happened_on", "Date", "date"),
    Column("happened_at", "At", "instant", table=False),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True, drop=3),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True),
    Column("stage", "Stage", drop=4, shown=lambda row: row.stage_name),
    Column("minutes", "Time", "duration"),
    Column("kilometres", "Km", "int"),
    Column("expenses", "Expenses", "money", currency="expenses_currency", drop=5),
    Column(
        "cost",
        "Cost",
        "money",
        currency="cost_currency",
        shown=lambda row: amounts_text(row.costs),
    ),
    Column("other_costs", "Other costs", "tags", table=False),
    Column("unrated", "Unrated", "flag", table=False),
    Column("note", "Note", flex=True, drop=1),
)


def _from(row: Effort) -> str:
    return f"{words.read(ORIGIN, row.origin)} {row.origin_id}"


@examples(
    'funnel effort add "solar roof" --duration 2h --note "wrote the offer"',
    "funnel effort add 12 --km 48 --expenses 12,50 --at yesterday",
    "funnel effort add --contact mueller -t 30m",
)
def add(
    of: Annotated[
        str | None, typer.Argument(metavar="DEAL", help=N_("A deal, or else a contact."))
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option("--duration", "-t", metavar="TIME", help=N_("How long it took: 45m, 1h30.")),
    ] = None,
    km: Annotated[
        int | None,
        typer.Option("--km", metavar="N", min=0, max=100_000, help=N_("Kilometres driven.")),
    ] = None,
    expenses: Annotated[
        str | None, typer.Option("--expenses", metavar="AMOUNT", help=N_("What was paid."))
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option("--contact", "-c", metavar="CONTACT", help=N_("For a contact, not a deal.")),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help=N_("What it was for."))
    ] = None,
    at: At = None,
) -> Changed:
    """Record effort."""
    call = current()
    with call.open() as conn:
        deal_id, contact_id = _for(call, conn, of, contact)
        minutes = None if duration is None else dates.parse_duration(duration)
        paid = None if expenses is None else not_negative(call.money(expenses), expenses)
        instant = call.when(conn, at)
        with call.change(conn):
            effort_id = effort.add(
                conn,
                deal_id=deal_id,
                contact_id=contact_id,
                at=instant,
                minutes=minutes,
                kilometres=km,
                expenses=paid,
                note=call.long_text(note),
            )
        row = _one(conn, effort_id)
    line = _("Effort {id}: {owner}").format(id=effort_id, owner=row.deal or row.contact)
    said = total_text(Total(row.minutes, row.kilometres, row.costs, row.unrated))
    return Changed([f"{line}, {said}"], row, EFFORTS, id=effort_id)


def _for(
    call: Invocation, conn: sqlite3.Connection, of: str | None, contact: str | None
) -> tuple[int | None, int | None]:
    """The deal and the contact that effort is for: a deal if one is called so; a contact's one
    open deal is the deal."""
    if contact is not None:
        contact_id = call.find(conn, naming.CONTACT, contact)
        return (None if of is None else call.find(conn, naming.DEAL, of)), contact_id
    of = call.need(of, "DEAL", _("For which deal?"))
    try:
        return call.find(conn, naming.DEAL, of), None
    except NotFound:
        if of.strip().lstrip("#").isdigit():
            raise
        contact_id = call.find(conn, naming.CONTACT, of)
        return visits.open_deal_of(conn, contact_id), contact_id


def not_negative(amount: tuple[int, str], text: str) -> tuple[int, str]:
    """``amount`` (minor units, currency), which was written as ``text``. Raises Usage below 0."""
    if amount[0] < 0:
        raise Usage(
            _("{text} is less than nothing.").format(text=text), _("Write an amount without minus.")
        )
    return amount


def _one(conn: sqlite3.Connection, effort_id: int) -> Effort:
    from funnelcli import queries

    return next(
        queries.run(
            conn,
            "effort",
            Effort,
            {"id": effort_id},
            where="e.origin = 'effort' AND e.origin_id = :id",
            order="e.origin_id",
        )
    )


@examples(
    "funnel effort list date:this-month",
    'funnel effort list deal:"solar roof" --csv -o effort.csv',
    "funnel effort list is:unrated",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List effort, that of visits and calls too."""
    return listing(
        EFFORTS,
        entries,
        filter_words(words),
        sort,
        limit,
        empty=_("No effort. Visits with a duration make it; `funnel effort add` adds it."),
    )


Ids = Annotated[list[int], typer.Argument(metavar="ID...", help=N_("Ids."))]


def removed(table: str, ids: list[int], question: str, line: str) -> Changed:
    """Remove rows of effort, rate or overhead, having asked the question where there are many."""
    call = current()
    unique = list(dict.fromkeys(ids))
    with call.open() as conn:
        if len(unique) > 2:
            call.confirm(question.format(n=len(unique)))
        with call.change(conn):
            effort.remove(conn, table, unique)
    return Changed([line.format(id=i) for i in unique], ids=unique)


@examples("funnel effort remove 5")
def remove(ids: Ids) -> Changed:
    """Remove effort."""
    question = ngettext("Remove {n} effort?", "Remove {n} efforts?", len(ids))
    return removed("effort", ids, question, _("Removed effort {id}"))


# Rates --------------------------------------------------------------------------------------------

RATE_KIND = {"hour": N_("an hour"), "km": N_("a kilometre")}
RATES: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("kind", "Of", names=lambda key: words.read(RATE_KIND, key)),
    Column("amount", "Rate", "money"),
    Column("valid_from", "From", "date", shown=lambda row: str(row["valid_from"])),
)


def _rates(conn: sqlite3.Connection, where: str = "1", *values: int) -> list[dict[str, Any]]:
    names = ("id", "kind", "valid_from", "amount", "currency")
    rows = conn.execute(
        f"SELECT {', '.join(names)} FROM rate WHERE {where} ORDER BY kind, valid_from", values
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


@examples("funnel rate set hour 60", 'funnel rate set km "0,42 €" --from 2026-01-01')
def rate_set(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=N_("hour or km."))],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=N_("What one costs."))],
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help=N_("From which day on; today without it.")),
    ] = None,
) -> Changed:
    """Set what an hour or a kilometre costs."""
    call = current()
    key = words.choose(RATE_KIND, kind, "KIND")
    minor, currency = not_negative(call.money(amount), amount)
    day = call.date(start) or dates.today().isoformat()
    with call.open() as conn:
        with call.change(conn):
            rate_id = effort.set_rate(conn, key, minor, currency, day)
        row = _rates(conn, "id = ?", rate_id)[0]
    line = _("From {day} {kind} costs {amount}").format(
        day=day,
        kind=words.read(RATE_KIND, key),
        amount=format_money(minor, currency, config.get("locale")),
    )
    return Changed([line], row, RATES, id=rate_id)


@examples("funnel rate list")
def rate_list() -> Listing:
    """List rates."""
    with current().read() as conn:
        rows = _rates(conn)
    return Listing(RATES, rows, empty=_("No rates. `funnel rate set hour 60` sets one."))


@examples("funnel rate remove 2")
def rate_remove(ids: Ids) -> Changed:
    """Remove rates."""
    question = ngettext("Remove {n} rate?", "Remove {n} rates?", len(ids))
    return removed("rate", ids, question, _("Removed rate {id}"))
