"""The win rate: won of won and lost, by count and by value."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, statistics, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.outcomes import COUNTS, narrow_rule, outcomes
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.typed import Any
from funnelcli.values.rounding import half_up

WIN_RATE = (
    Column("won", "Won", "int"),
    Column("withdrawn", "Withdrawn", "int", drop=5),
    Column("lost", "Lost", "int"),
    Column("undecided", "No decision", "int", drop=4),
    share_column("rate", "Win rate", "won", "decided"),
    share_column("rate_broad", "Broad", "won", "closed", drop=3),
    share_column("rate_net", "Net", "net", "decided", drop=5),
    Column("won_value", "Won value", "money", drop=1),
    Column("lost_value", "Lost value", "money", drop=6),
    Column("rate_by_value", "By value", "share", drop=2),
    Column("average", "Average won", "money", drop=6),
    Column("median", "Median won", "money", drop=7),
    Column("currency", "Currency", table=False),
    Column("decided", "Decided", "int", table=False),
    Column("closed", "Closed", "int", table=False),
    Column("net", "Won net", "int", table=False),
    Column("duplicates", "Duplicates", "int", table=False),
)


def win_rate(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Won / (won + lost), by count and by value, narrow and broad."""
    middle = {
        (row.slice, row.currency): half_up(row.low + row.high, 2)
        for row in ask(conn, scope, "won_median")
    }
    found = ask(conn, scope, "win_rate")
    rows: list[Row] = []
    for key, name, group in slices.grouped(conn, scope, found):
        currencies = {row.currency for row in group}
        for currency in sorted(currencies) or [building.blank_currency(conn, scope)]:
            of = [row for row in group if row.currency == currency]
            row = {**outcomes(of), "currency": currency, "_cell": {"cell_currency": currency}}
            row["median"] = middle.get((key, currency))
            rows.append(slices.sliced(scope, key, name, row))
    columns = (*slices.columns_of(scope), *WIN_RATE)
    total = _total_of(found)
    here = "currency = :cell_currency"
    made = building.report(
        scope,
        "win-rate",
        rule=_("Won / (won + lost).")
        + " "
        + narrow_rule(conn)
        + " "
        + (
            _("Counts and values by the day of creation (cohort).")
            if scope.cohort
            else _("Counts and values by the day of closing.")
        ),
        n=total["closed"],
        columns=columns,
        rows=rows,
        total=total if len(rows) > 1 else None,
        keys=slices.keys_of(scope, "currency"),
        facts="win_rate",
        cells={
            "": here,
            "won": f"{here} AND outcome IN ('won', 'withdrawn')",
            "rate": f"{here} AND outcome IN ('won', 'withdrawn', 'lost')",
            "rate_broad": f"{here} AND outcome <> 'duplicate'",
            **{
                column: f"{here} AND outcome = '{outcome}'"
                for outcome, column in COUNTS.items()
                if outcome != "won"
            },
        },
        left_out=[_("Open deals.")],
    )
    if total["duplicates"]:
        made.left_out.append(_("Duplicates ({n}) are in no rate.").format(n=total["duplicates"]))
    if scope.cohort:
        made.notes.append(_("Deals of the cohort that are still open can yet be won."))
    made.explain = _rate_explained(total)
    label = _labels(scope, rows)
    made.chart = ChartSpec(
        "line" if scope.by == ("month",) else "bars",
        made.title,
        [
            Series(
                _("Win rate"),
                [
                    Point(
                        name,
                        row["rate"],
                        low=(statistics.wilson(row["won"], row["decided"]) or (None, None))[0],
                        high=(statistics.wilson(row["won"], row["decided"]) or (None, None))[1],
                        note=wording.share_text(row["won"], row["decided"]),
                    )
                    for name, row in zip(label, rows, strict=True)
                ],
            )
        ],
        unit="share",
    )
    return made


def _labels(scope: Scope, rows: list[Row]) -> list[str]:
    """What each row is about: its slice, its currency where there are several."""
    several = len({row["currency"] for row in rows}) > 1
    labels = []
    for row in rows:
        parts = [slices.text_of(scope, row)] if scope.by else []
        parts += [row["currency"]] if several else []
        labels.append(" · ".join(parts) or _("Win rate"))
    return labels


def _total_of(found: list[Any]) -> Row:
    """All rows together; values only where there is one currency."""
    currencies = {row.currency for row in found}
    total = outcomes(found)
    if len(currencies) == 1:
        total["currency"] = currencies.pop()
    else:
        for key in ("won_value", "lost_value", "average", "rate_by_value"):
            total[key] = None
    return total


def _rate_explained(total: Row) -> list[str]:
    return [
        _("narrow: {won} won / ({won} won + {lost} lost) = {share}").format(
            won=total["won"],
            lost=total["lost"],
            share=wording.share_text(total["won"], total["decided"]) or "–",
        ),
        _("broad: {won} / ({won} + {lost} + {undecided} without decision) = {share}").format(
            won=total["won"],
            lost=total["lost"],
            undecided=total["undecided"],
            share=wording.share_text(total["won"], total["closed"]) or "–",
        ),
        _("net: ({won} − {withdrawn} withdrawn) / {decided} = {share}").format(
            won=total["won"],
            withdrawn=total["withdrawn"],
            decided=total["decided"],
            share=wording.share_text(total["net"], total["decided"]) or "–",
        ),
    ]
