"""Targets and exchange rates: what the reports hold the figures against."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Annotated, Any

import typer

from funnelcli import config, queries
from funnelcli.actions import figures
from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import Invocation, current
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming
from funnelcli.nouns.record import Record
from funnelcli.render import Changed, Column, Listing
from funnelcli.values import dates


class Target(Record):
    """A target of won value: [starts_on, ends_on), minor units of ``currency``."""

    id: int
    public_id: str
    starts_on: str
    ends_on: str
    amount: int
    currency: str
    process: str | None


class Rate(Record):
    """What one unit of ``currency`` is worth in ``base`` from a day on, as a decimal number."""

    id: int
    currency: str
    base: str
    valid_from: str
    rate: str

    def complete(self) -> None:
        """The number that is stored times 10^8."""
        self.rate = figures.rate_text(int(self.rate))


def _period(target: Any) -> str:
    start, end = date.fromisoformat(target.starts_on), date.fromisoformat(target.ends_on)
    return dates.label_of(start, end)


TARGETS = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("starts_on", "Period", flex=True, shown=_period),
    Column("ends_on", "End", "date", table=False),
    Column("amount", "Target", "money"),
    Column("currency", "Currency", table=False),
    Column("process", "Process", drop=1),
)
RATES = (
    Column("id", "Id", "id"),
    Column("currency", "Currency"),
    Column("base", "In"),
    Column("valid_from", "From", "date", shown=lambda row: row.valid_from),
    Column("rate", "Rate"),
)

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help=N_("Their ids."))]


def _ids(texts: list[str]) -> list[int]:
    for text in texts:
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise Usage(_("{text} is no id.").format(text=text), _("An id is a number, like 3."))
    return list(dict.fromkeys(int(text) for text in texts))


@examples(
    "funnel target add 2026-Q4 250k",
    "funnel target add 2026 '1.000.000 €' --process cycle",
)
def target_add(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help=N_("2026-Q4, 2026-11, 2026."))],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=N_("What is to be won in it."))],
    process: Annotated[
        str | None, typer.Option("--process", metavar="PROCESS", help=N_("Only of its deals."))
    ] = None,
) -> Changed:
    """Set a target."""
    call = current()
    span = dates.parse_period(period)
    minor, currency = call.money(amount)
    with call.open() as conn:
        process_id = None if process is None else naming.process_id(conn, process)
        with call.change(conn):
            target_id = figures.add_target(conn, span, minor, currency, process_id)
        record = next(_targets(conn, "t.id = :id", id=target_id))
    from funnelcli.values.money import format_money

    text = _("Target {id} for {period}: {amount}").format(
        id=target_id,
        period=span.label,
        amount=format_money(minor, currency, call.output.locale),
    )
    return Changed([text], record, TARGETS, target_id)


def _targets(conn: sqlite3.Connection, where: str = "1", **values: Any) -> Any:
    return queries.run(conn, "targets", Target, values, where=where)


@examples("funnel target list")
def target_list() -> Listing:
    """List targets."""
    call = current()
    with call.read() as conn:
        rows = list(_targets(conn))
    return Listing(TARGETS, rows, empty=_("No targets yet: funnel target add 2026-Q4 250k"))


@examples("funnel target remove 2")
def target_remove(target: Ids) -> Changed:
    """Remove targets."""
    return _remove(current(), "target", _ids(target))


@examples("funnel exchange set USD 0.92", "funnel exchange set CHF 1,04 --from 2026-01-01")
def exchange_set(
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help=N_("Like USD."))],
    rate: Annotated[
        str, typer.Argument(metavar="RATE", help=N_("What one unit is worth in your currency."))
    ],
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help=N_("From which day on; today without it.")),
    ] = None,
) -> Changed:
    """Store an exchange rate."""
    from funnelcli.values.money import check_currency

    call = current()
    code = check_currency(currency)
    base = config.get("currency")
    day = call.date(since) or dates.today().isoformat()
    value = figures.parse_rate(rate)
    with call.open() as conn:
        with call.change(conn):
            rate_id = figures.set_rate(conn, code, base, value, day)
        record = next(_rates(conn, "r.id = :id", id=rate_id))
    text = _("1 {currency} = {rate} {base} from {day} on").format(
        currency=code, rate=figures.rate_text(value), base=base, day=day
    )
    return Changed([text], record, RATES, rate_id)


def _rates(conn: sqlite3.Connection, where: str = "1", **values: Any) -> Any:
    return queries.run(conn, "exchange_rates", Rate, values, where=where)


@examples("funnel exchange list")
def exchange_list() -> Listing:
    """List exchange rates."""
    call = current()
    with call.read() as conn:
        rows = list(_rates(conn))
    return Listing(RATES, rows, empty=_("No exchange rates yet: funnel exchange set USD 0.92"))


@examples("funnel exchange remove 3")
def exchange_remove(rate: Ids) -> Changed:
    """Remove exchange rates."""
    return _remove(current(), "exchange_rate", _ids(rate))


def _remove(call: Invocation, table: str, ids: list[int]) -> Changed:
    with call.open() as conn:
        if len(ids) > 2:
            text = ngettext("Remove {n} record?", "Remove {n} records?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            figures.remove(conn, table, ids)
    said = _("Removed target {id}") if table == "target" else _("Removed exchange rate {id}")
    return Changed([said.format(id=row_id) for row_id in ids], ids=ids)
