"""What reports are built from: the columns that many have, totals, notes on money and history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from funnelcli.i18n import _, ngettext
from funnelcli.queries import exchange
from funnelcli.render.model import Column
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.wording import moment_text, share_text
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.exchange_sql import Rates


def share_column(key: str, title: str, k: str, n: str, **more: Any) -> Column:
    """A column with the share row[k] / row[n], shown as a fraction where n is small."""

    def shown(row: Row) -> str:
        return share_text(row.get(k), row.get(n))

    return Column(key, title, "share", shown=shown, **more)


def stage_columns() -> tuple[Column, Column]:
    """The key and the name of a stage."""
    return (
        Column("stage", "Key", typed=True, drop=6),
        Column("name", "Stage", flex=True),
    )


def report(scope: Scope, name: str, title: str = "", **parts: Any) -> Report:
    """A report of this scope, with what all have in common filled in; a table that belongs to a
    report brings a ``title`` of its own."""
    declared = REPORTS.get(name)
    if declared is not None:
        title = _(declared.title)
        parts["compared"] = declared.compared
        # In those that no period chooses from, the day is all that says when.
        parts["standing"] = declared.moment and not (declared.due and scope.period)
    made = Report(
        name=name,
        title=title,
        period=scope.period.label if scope.period is not None else _("all time"),
        zone=dates.zone_name(),
        as_of=scope.as_of,
        **{"unit": "deals", **parts},
    )
    if scope.process:
        made.title = f"{title} · {scope.process}"
        made.process = scope.process_key
    if scope.filtered:
        made.notes.append(_("Filtered by what the deals are today."))
    if scope.as_of is not None:
        made.notes.append(
            _(
                "As it stood on {when} by the logs; titles, contacts, sources and products are"
                " today's, and a correction entered since then is included where it was dated"
                " back."
            ).format(when=moment_text(scope.as_of))
        )
    if scope.overlaps:
        made.notes.append(
            _("A deal with several tags counts under each of them.")
            if "tag" in scope.by
            else _("A deal with several choices counts under each of them.")
        )
    currencies = {row["currency"] for row in made.rows if row.get("currency")}
    note = currency_note(scope, currencies)
    if note:
        made.notes.append(note)
    if exchange.unrated(Rates(scope.base, scope.rates), currencies):
        made.hints.append(_("`funnel exchange set` stores an exchange rate."))
    return made


def currency_note(scope: Scope, currencies: Iterable[str]) -> str:
    """What to say about the currencies of a report's rows; a single one needs no rate."""
    found, rates = set(currencies), Rates(scope.base, scope.rates)
    if scope.rates and found <= {scope.base}:
        return exchange.exchanged_note(rates, scope.rates)
    return exchange.apart_note(rates, found)


def blank_currency(conn: sqlite3.Connection, scope: Scope) -> str:
    """The currency in which a report of nothing reads: the only one that deals have, where it is
    not converted, else the base. A period without deals then compares with one that has some."""
    found = [currency for (currency,) in conn.execute("SELECT DISTINCT currency FROM deal LIMIT 2")]
    return found[0] if len(found) == 1 and found[0] not in scope.rates else scope.base


def usual_currency(scope: Scope, currencies: Iterable[str]) -> str:
    """The currency in which a row of nothing reads: the only one that there is, else the base."""
    found = set(currencies)
    return found.pop() if len(found) == 1 else scope.base


def without_deal(scope: Scope) -> list[str]:
    """What to say was left out where only what belongs to a deal counts."""
    return [] if scope.strays else [_("What belongs to no deal.")]


def unknown_openings(deals: int) -> list[str]:
    """What to say was left out where the days from the opening count."""
    if not deals:
        return []
    text = ngettext(
        "{n} deal whose opening is not known: it stands on the day of the close.",
        "{n} deals whose opening is not known: it stands on the day of the close.",
        deals,
    )
    return [text.format(n=deals)]


def add_up(
    columns: Sequence[Column], rows: Sequence[Row], *also: str, leave: Sequence[str] = ()
) -> Row:
    """A total: counts are added, amounts where all rows have one currency."""
    total: Row = {}
    currencies = {row.get("currency") for row in rows} - {None}
    for column in columns:
        if column.key in leave:
            continue
        if column.kind in ("int", "duration") or (column.kind == "money" and len(currencies) == 1):
            total[column.key] = sum(row.get(column.key) or 0 for row in rows)
    for key in also:
        total[key] = sum(row.get(key) or 0 for row in rows)
    if len(currencies) == 1:
        total["currency"] = currencies.pop()
    return total
