"""Overhead: what a source or channel cost over a period, whatever deals it brought."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from funnelcli import config
from funnelcli.actions import effort
from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import current
from funnelcli.cli.records.effort import Ids, not_negative, removed
from funnelcli.i18n import N_, _, ngettext, pick
from funnelcli.nouns import naming
from funnelcli.render import Changed, Column, Listing
from funnelcli.values import dates
from funnelcli.values.money import format_money

OVERHEADS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("source", "Source", shown=lambda row: row["source_name"]),
    Column("starts_on", "From", "date", shown=lambda row: str(row["starts_on"])),
    Column("ends_on", "Until", "date", table=False),
    Column("last_on", "To", "date", data=False, shown=lambda row: str(row["last_on"])),
    Column("amount", "Cost", "money"),
    Column("note", "Note", flex=True, drop=1),
    Column("recorded_at", "Recorded", "instant", table=False),
)


def _rows(conn: sqlite3.Connection, where: str = "1", *values: int) -> list[dict[str, Any]]:
    names = ("id", "public_id", "source", "starts_on", "ends_on", "amount", "currency", "note")
    rows = []
    for *found, recorded_at, name_en, name_de in conn.execute(
        f"SELECT {', '.join('h.' + name for name in names)}, h.recorded_at, k.name_en, k.name_de"
        " FROM overhead AS h LEFT JOIN catalogue AS k ON k.kind = 'source' AND k.key = h.source"
        f" WHERE {where} ORDER BY h.starts_on DESC, h.id",
        values,
    ):
        row = dict(zip(names, found, strict=True))
        row["recorded_at"] = recorded_at
        row["source_name"] = pick(name_en or "", name_de or "") or row["source"] or ""
        row["last_on"] = (date.fromisoformat(row["ends_on"]) - timedelta(days=1)).isoformat()
        rows.append(row)
    return rows


@examples(
    'funnel overhead add 2500 --source fair --period 2026-03 --note "spring fair"',
    "funnel overhead add 1.200,00 --source ad --period 2026-Q3",
)
def add(
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=N_("What it cost."))],
    period: Annotated[
        str | None,
        typer.Option(
            "--period", metavar="PERIOD", help=N_("2026-03, 2026-Q3, 2026-05-04..2026-05-07 …")
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="SOURCE", help=N_("The source it was for: fair, ad …")),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help=N_("What it was."))
    ] = None,
) -> Changed:
    """Record what a source cost over a period."""
    call = current()
    minor, currency = not_negative(call.money(amount), amount)
    span = dates.parse_period(call.need(period, "--period", _("Over which period?")))
    with call.open() as conn:
        key = None if source is None else naming.catalogue_key(conn, "source", source)
        with call.change(conn):
            overhead_id = effort.add_overhead(
                conn,
                source=key,
                starts_on=span.start.isoformat(),
                ends_on=span.end.isoformat(),
                amount=minor,
                currency=currency,
                note=call.long_text(note),
            )
        row = _rows(conn, "h.id = ?", overhead_id)[0]
    line = _("Overhead {id}: {amount}, {period}").format(
        id=overhead_id,
        amount=format_money(minor, currency, config.get("locale")),
        period=span.label,
    )
    if row["source_name"]:
        line += f", {row['source_name']}"
    return Changed([line], row, OVERHEADS, id=overhead_id)


@examples("funnel overhead list", "funnel overhead list --json")
def list_() -> Listing:
    """List overhead."""
    with current().read() as conn:
        rows = _rows(conn)
    return Listing(OVERHEADS, rows, empty=_("No overhead. `funnel overhead add` adds it."))


@examples("funnel overhead remove 3")
def remove(ids: Ids) -> Changed:
    """Remove overhead."""
    question = ngettext("Remove {n} overhead?", "Remove {n} overheads?", len(ids))
    return removed("overhead", ids, question, _("Removed overhead {id}"))
