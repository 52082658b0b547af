"""How far what is open covers what is still to win."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.outcomes import outcomes
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.reports.targets import targets_of
from funnelcli.typed import Any

COVERAGE = (
    Column("target", "Target", "money"),
    Column("won_value", "Won", "money"),
    Column("gap", "To go", "money"),
    Column("open_value", "Open, due", "money"),
    Column("deals", "Deals", "int", drop=3),
    Column("coverage", "Coverage", "text", shown=lambda row: _times(row["coverage"])),
    Column("needed", "Needed", "text", shown=lambda row: _times(row["needed"])),
    share_column("rate", "Win rate", "won", "decided", drop=2),
    Column("currency", "Currency", table=False),
    Column("won", "Won deals", "int", table=False),
    Column("decided", "Decided", "int", table=False),
)
# A slice has no target of its own: it has a share of the whole one.
SLICED = (
    Column("won_value", "Won", "money"),
    Column("target_share", "Of target", "share"),
    Column("open_value", "Open, due", "money"),
    Column("deals", "Deals", "int", drop=3),
    Column("coverage", "Coverage", "text", shown=lambda row: _times(row["coverage"])),
    share_column("rate", "Win rate", "won", "decided", drop=2),
    Column("currency", "Currency", table=False),
    Column("won", "Won deals", "int", table=False),
    Column("decided", "Decided", "int", table=False),
)


def _times(value: float | None) -> str:
    return "" if value is None else _("{n} ×").format(n=wording.number_text(value))


def coverage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Open value due in the period / (target − won in it); needed = 1 / win rate.

    Of a slice: what it adds to both, won and open value over the whole target and the whole gap.
    """
    due = ask(conn, scope, "due")
    won = ask(conn, scope, "won_by_month", from_day=scope.parameters["start"])
    whole = _whole(conn, scope, due, won)
    if not scope.by:
        rows = [{**row, "_cell": {**row["_cell"], "cell_slice": None}} for row in whole.values()]
        columns: tuple[Column, ...] = COVERAGE
    else:
        rows = _slices(conn, scope, due, won, whole)
        columns = (*slices.columns_of(scope), *SLICED)
    here = "currency = :cell_currency"
    made = building.report(
        scope,
        "coverage",
        rule=_(
            "Open value due in the period / (target − won in the period); needed is 1 / win rate,"
            " narrow, of all deals closed so far. The target: one of exactly this period, else the"
            " sum of those within it."
        ),
        n=sum(row["deals"] for row in whole.values()),
        columns=columns,
        rows=rows,
        total=None if not scope.by else _total(whole),
        keys=slices.keys_of(scope, "currency"),
        facts="due",
        cells={"": here, "deals": here, "open_value": here, "won_value": ("won_by_month", here)},
        left_out=[_("Open deals that are due in no or another period.")],
        empty=_("Nothing is due, won or aimed at in this period."),
    )
    if not any(row["target"] for row in whole.values()):
        made.notes.append(_("No target is set for this period."))
        made.hints.append(_("`funnel target add` sets a target."))
    elif scope.by:
        made.notes.append(
            _(
                "A slice has no target of its own. Of target: its won value / the whole target;"
                " coverage: its open value / all that is to go. They add up to the whole."
            )
        )
    made.explain = _formulas(whole.values())
    return made


def _whole(
    conn: sqlite3.Connection,
    scope: Scope,
    due: list[Any],
    won: list[Any],
) -> dict[str, Row]:
    """The coverage of everything, by currency."""
    targets = targets_of(conn, scope)
    history = ask(conn, scope._replace(period=None, by=()), "win_rate")
    rate = outcomes(history)
    if scope.overlaps:
        # A deal counts under each of its tags or choices, in the whole it counts once.
        once = scope._replace(by=())
        due = ask(conn, once, "due")
        won = ask(conn, once, "won_by_month", from_day=scope.parameters["start"])
    rows: dict[str, Row] = {}
    for currency in sorted({*targets, *(row.currency for row in (*due, *won))}):
        target = targets.get(currency)
        open_value = sum(row.value for row in due if row.currency == currency)
        won_value = sum(row.value for row in won if row.currency == currency)
        gap = None if target is None else max(target - won_value, 0)
        rows[currency] = {
            "target": target,
            "won_value": won_value,
            "gap": gap,
            "open_value": open_value,
            "deals": sum(row.deals for row in due if row.currency == currency),
            "coverage": ratio(open_value, gap),
            "needed": ratio(rate["decided"], rate["won"]),
            "rate": rate["rate"],
            "won": rate["won"],
            "decided": rate["decided"],
            "currency": currency,
            "_cell": {"cell_currency": currency},
        }
    return rows


def _slices(
    conn: sqlite3.Connection,
    scope: Scope,
    due: list[Any],
    won: list[Any],
    whole: dict[str, Row],
) -> list[Row]:
    """What each slice has won, has open and due, and so adds to the coverage of the whole."""
    closed: dict[Any, list[Any]] = {}
    # What was closed in a month says nothing about the deals that are due in it.
    if "month" not in scope.by:
        closed = slices.by_slice(ask(conn, scope._replace(period=None), "win_rate"))
    won_by = slices.by_slice(won)
    rows: list[Row] = []
    for key, name, due_here in slices.grouped(conn, scope, due, also=won_by):
        rate = outcomes(closed.get(key, []))
        won_here = won_by.get(key, [])
        for currency in sorted({row.currency for row in (*due_here, *won_here)}):
            open_value = sum(row.value for row in due_here if row.currency == currency)
            won_value = sum(row.value for row in won_here if row.currency == currency)
            row_made = {
                "won_value": won_value,
                "target_share": ratio(won_value, whole[currency]["target"]),
                "open_value": open_value,
                "deals": sum(row.deals for row in due_here if row.currency == currency),
                "coverage": ratio(open_value, whole[currency]["gap"]),
                "rate": rate["rate"],
                "won": rate["won"],
                "decided": rate["decided"],
                "currency": currency,
                "_cell": {"cell_currency": currency},
            }
            rows.append(slices.sliced(scope, key, name, row_made))
    return rows


def _total(whole: dict[str, Row]) -> Row | None:
    """The whole below its slices, where it is in one currency."""
    if len(whole) != 1:
        return None
    (row,) = whole.values()
    return {**row, "target_share": ratio(row["won_value"], row["target"])}


def _formulas(rows: Iterable[Row]) -> list[str]:
    """The coverage in each currency with the numbers put in."""
    lines = []
    for row in rows:
        if row["target"] is not None and row["coverage"] is not None:
            lines.append(
                _("{open} / ({target} − {won}) = {coverage}; needed 1 / {rate} = {needed}").format(
                    open=wording.money_text(row["open_value"], row["currency"]),
                    target=wording.money_text(row["target"], row["currency"]),
                    won=wording.money_text(row["won_value"], row["currency"]),
                    coverage=_times(row["coverage"]),
                    rate=wording.share_text(row["won"], row["decided"]) or "–",
                    needed=_times(row["needed"]) or "–",
                )
            )
        elif row["gap"] == 0:
            lines.append(
                _("{won} won: the target of {target} is reached.").format(
                    won=wording.money_text(row["won_value"], row["currency"]),
                    target=wording.money_text(row["target"], row["currency"]),
                )
            )
    return lines
