"""How far what is open covers what is still to win."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

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


def _times(value: float | None) -> str:
    return "" if value is None else _("{n} ×").format(n=pieces.number_text(value))


def coverage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Open value due in the period / (target − won in it); needed = 1 / win rate."""
    targets = targets_of(conn, scope)
    due = ask(conn, scope, "due")
    won = ask(
        conn,
        scope,
        "won_by_month",
        from_day=scope.parameters["start"],
        to_day=scope.parameters["end"],
    )
    history = ask(conn, replace(scope, period=None, by=None), "win_rate", cohort=0)
    rate = outcomes([(row[1], row[3], row[4]) for row in history])
    rows: list[Row] = []
    for currency in sorted({*targets, *(row[1] for row in due), *(row[2] for row in won)}):
        target = targets.get(currency)
        open_value = sum(row[3] for row in due if row[1] == currency)
        won_value = sum(row[4] for row in won if row[2] == currency)
        gap = None if target is None else max(target - won_value, 0)
        rows.append(
            {
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
                "_cell": {"cell_slice": None, "cell_currency": currency},
            }
        )
    here = "currency = :cell_currency"
    made = pieces.report(
        replace(scope, by=None),
        "coverage",
        _("Coverage"),
        rule=_(
            "Open value due in the period / (target − won in the period); needed is 1 / win rate,"
            " narrow, of all deals closed so far. The target: one of exactly this period, else the"
            " sum of those within it."
        ),
        n=sum(row["deals"] for row in rows),
        columns=COVERAGE,
        rows=rows,
        keys=("currency",),
        compared=("won_value", "open_value"),
        facts="due",
        cells={"": here, "deals": here, "open_value": here, "won_value": ("won_by_month", here)},
        left_out=[_("Open deals that are due in no or another period.")],
        empty=_("Nothing is due, won or aimed at in this period."),
    )
    if not targets:
        made.notes.append(_("No target is set for this period; `funnel target add` sets one."))
    for row in rows:
        if row["target"] is not None and row["coverage"] is not None:
            made.explain.append(
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
            made.explain.append(
                _("{won} won: the target of {target} is reached.").format(
                    won=pieces.money_text(row["won_value"], row["currency"]),
                    target=pieces.money_text(row["target"], row["currency"]),
                )
            )
    return made
