"""How far what is open covers what is still to win."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import ask
from funnelcli.reports.closing import outcomes
from funnelcli.reports.model import Report
from funnelcli.reports.pieces import Row, ratio, share
from funnelcli.reports.scope import Scope
from funnelcli.reports.targets import targets_of

COVERAGE = (
    Column("target", "Target", "money"),
    Column("won_value", "Won", "money"),
    Column("gap", "To go", "money"),
    Column("open_value", "Open, due", "money"),
    Column("deals", "Deals", "int", drop=3),
    Column("coverage", "Coverage", "text", shown=lambda row: _times(row["coverage"])),
    Column("needed", "Needed", "text", shown=lambda row: _times(row["needed"])),
    share("rate", "Win rate", "won", "decided", drop=2),
    Column("currency", "Currency", table=False),
    Column("won", "Won deals", "int", table=False),
    Column("decided", "Decided", "int", table=False),
)
# A slice has no target of its own: it has a share of the whole one.
_SLICED = (
    Column("won_value", "Won", "money"),
    Column("target_share", "Of target", "share"),
    Column("open_value", "Open, due", "money"),
    Column("deals", "Deals", "int", drop=3),
    Column("coverage", "Coverage", "text", shown=lambda row: _times(row["coverage"])),
    share("rate", "Win rate", "won", "decided", drop=2),
    Column("currency", "Currency", table=False),
    Column("won", "Won deals", "int", table=False),
    Column("decided", "Decided", "int", table=False),
)


def _times(value: float | None) -> str:
    return "" if value is None else _("{n} ×").format(n=pieces.number_text(value))


def coverage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Open value due in the period / (target − won in it); needed = 1 / win rate.

    Of a slice: what it adds to both, won and open value over the whole target and the whole gap.
    """
    due = ask(conn, scope, "due")
    won = ask(conn, scope, "won_by_month", from_day=scope.parameters["start"])
    whole = _whole(conn, scope, due, won)
    if scope.by is None:
        rows = [{**row, "_cell": {**row["_cell"], "cell_slice": None}} for row in whole.values()]
        columns: tuple[Column, ...] = COVERAGE
    else:
        rows = _slices(conn, scope, due, won, whole)
        columns = (*pieces.slice_columns(scope), *_SLICED)
    here = "currency = :cell_currency"
    made = pieces.report(
        scope,
        "coverage",
        _("Coverage"),
        rule=_(
            "Open value due in the period / (target − won in the period); needed is 1 / win rate,"
            " narrow, of all deals closed so far. The target: one of exactly this period, else the"
            " sum of those within it."
        ),
        n=sum(row["deals"] for row in whole.values()),
        columns=columns,
        rows=rows,
        total=None if scope.by is None else _total(whole),
        keys=pieces.keys_of(scope, "currency"),
        compared=("won_value", "open_value", "coverage"),
        facts="due",
        cells={"": here, "deals": here, "open_value": here, "won_value": ("won_by_month", here)},
        left_out=[_("Open deals that are due in no or another period.")],
        empty=_("Nothing is due, won or aimed at in this period."),
    )
    if not any(row["target"] for row in whole.values()):
        made.notes.append(_("No target is set for this period; `funnel target add` sets one."))
    elif scope.by is not None:
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
    due: list[tuple[Any, ...]],
    won: list[tuple[Any, ...]],
) -> dict[str, Row]:
    """The coverage of everything, by currency."""
    targets = targets_of(conn, scope)
    history = ask(conn, replace(scope, period=None, by=None), "win_rate")
    rate = outcomes([(row[1], row[3], row[4]) for row in history])
    if scope.by == "tag":
        # A deal counts under each of its tags, in the whole it counts once.
        once = replace(scope, by=None)
        due = ask(conn, once, "due")
        won = ask(conn, once, "won_by_month", from_day=scope.parameters["start"])
    rows: dict[str, Row] = {}
    for currency in sorted({*targets, *(row[1] for row in due), *(row[2] for row in won)}):
        target = targets.get(currency)
        open_value = sum(row[3] for row in due if row[1] == currency)
        won_value = sum(row[4] for row in won if row[2] == currency)
        gap = None if target is None else max(target - won_value, 0)
        rows[currency] = {
            "target": target,
            "won_value": won_value,
            "gap": gap,
            "open_value": open_value,
            "deals": sum(row[2] for row in due if row[1] == currency),
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
    due: list[tuple[Any, ...]],
    won: list[tuple[Any, ...]],
    whole: dict[str, Row],
) -> list[Row]:
    """What each slice has won, has open and due, and so adds to the coverage of the whole."""
    closed: dict[Any, list[tuple[Any, ...]]] = {}
    # What was closed in a month says nothing about the deals that are due in it.
    if scope.by != "month":
        for row in ask(conn, replace(scope, period=None), "win_rate"):
            closed.setdefault(row[0], []).append((row[1], row[3], row[4]))
    every = [*((*row[:2], "due", *row[2:]) for row in due)]
    every += [(key, currency, "won", *rest) for key, _month, currency, *rest in won]
    rows: list[Row] = []
    for key, name, group in pieces.grouped(conn, scope, every):
        rate = outcomes(closed.get(key, []))
        for currency in sorted({row[1] for row in group}):
            here = [row for row in group if row[1] == currency]
            open_value = sum(row[4] for row in here if row[2] == "due")
            won_value = sum(row[4] for row in here if row[2] == "won")
            row_made = {
                "won_value": won_value,
                "target_share": ratio(won_value, whole[currency]["target"]),
                "open_value": open_value,
                "deals": sum(row[3] for row in here if row[2] == "due"),
                "coverage": ratio(open_value, whole[currency]["gap"]),
                "rate": rate["rate"],
                "won": rate["won"],
                "decided": rate["decided"],
                "currency": currency,
                "_cell": {"cell_currency": currency},
            }
            rows.append(pieces.sliced(scope, key, name, row_made))
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
                    open=pieces.money_text(row["open_value"], row["currency"]),
                    target=pieces.money_text(row["target"], row["currency"]),
                    won=pieces.money_text(row["won_value"], row["currency"]),
                    coverage=_times(row["coverage"]),
                    rate=pieces.share_text(row["won"], row["decided"]) or "–",
                    needed=_times(row["needed"]) or "–",
                )
            )
        elif row["gap"] == 0:
            lines.append(
                _("{won} won: the target of {target} is reached.").format(
                    won=pieces.money_text(row["won_value"], row["currency"]),
                    target=pieces.money_text(row["target"], row["currency"]),
                )
            )
    return lines
