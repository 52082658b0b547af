"""How deals end: win rate, velocity, length of the cycle, losses, and what sources return."""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.i18n import N_, _
from funnelcli.render.model import Column
from funnelcli.reports import pieces, statistics
from funnelcli.reports.asking import ask
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, half_up, ratio, share
from funnelcli.reports.scope import Scope

NARROW_RULE = N_(
    "Narrow: losses without decision (no response, no decision, cancelled) are left out; broad:"
    " they count as lost. A withdrawn win counts as won (gross); net, as not won."
)

WIN_RATE = (
    Column("won", "Won", "int"),
    Column("withdrawn", "Withdrawn", "int", drop=5),
    Column("lost", "Lost", "int"),
    Column("undecided", "No decision", "int", drop=4),
    share("rate", "Win rate", "won", "decided"),
    share("rate_broad", "Broad", "won", "closed", drop=3),
    share("rate_net", "Net", "net", "decided", drop=5),
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
_COUNTS = {
    "won": "won",
    "withdrawn": "withdrawn",
    "lost": "lost",
    "undecided": "undecided",
    "duplicate": "duplicates",
}


def outcomes(found: list[tuple[str, int, int]]) -> Row:
    """Counts, values and rates of closed deals, from (outcome, deals, value).

    won is gross; won / (won + lost) narrow, with the undecided in the denominator broad.
    """
    count = dict.fromkeys(_COUNTS, 0)
    value = dict.fromkeys(_COUNTS, 0)
    for outcome, deals, amount in found:
        if outcome in count:
            count[outcome] += deals
            value[outcome] += amount
    won = count["won"] + count["withdrawn"]
    won_value = value["won"] + value["withdrawn"]
    decided = won + count["lost"]
    closed = decided + count["undecided"]
    return {
        "won": won,
        "withdrawn": count["withdrawn"],
        "lost": count["lost"],
        "undecided": count["undecided"],
        "duplicates": count["duplicate"],
        "net": count["won"],
        "decided": decided,
        "closed": closed,
        "rate": ratio(won, decided),
        "rate_broad": ratio(won, closed),
        "rate_net": ratio(count["won"], decided),
        "won_value": won_value,
        "lost_value": value["lost"],
        "rate_by_value": ratio(won_value, won_value + value["lost"]),
        "average": half_up(won_value, won) if won else None,
    }


def win_rate(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Won / (won + lost), by count and by value, narrow and broad."""
    middle = {
        (key, currency): half_up(low + high, 2)
        for key, currency, low, high in ask(conn, scope, "won_median")
    }
    found = ask(conn, scope, "win_rate")
    rows: list[Row] = []
    for key, name, group in pieces.grouped(conn, scope, found):
        for currency in sorted({row[2] for row in group}) or [pieces.blank_currency(conn, scope)]:
            of = [(row[1], row[3], row[4]) for row in group if row[2] == currency]
            row = {**outcomes(of), "currency": currency, "_cell": {"cell_currency": currency}}
            row["median"] = middle.get((key, currency))
            rows.append(pieces.sliced(scope, key, name, row))
    columns = (*pieces.slice_columns(scope), *WIN_RATE)
    total = _total_of(found)
    here = "currency = :cell_currency"
    made = pieces.report(
        scope,
        "win-rate",
        _("Win rate"),
        rule=_("Won / (won + lost).")
        + " "
        + _(NARROW_RULE)
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
        keys=pieces.keys_of(scope, "currency"),
        compared=("won", "rate", "won_value"),
        facts="win_rate",
        cells={
            "": here,
            "won": f"{here} AND outcome IN ('won', 'withdrawn')",
            "rate": f"{here} AND outcome IN ('won', 'withdrawn', 'lost')",
            "rate_broad": f"{here} AND outcome <> 'duplicate'",
            **{
                column: f"{here} AND outcome = '{outcome}'"
                for outcome, column in _COUNTS.items()
                if outcome != "won"
            },
        },
        left_out=[_("Open deals.")],
    )
    if total["duplicates"]:
        made.left_out.append(_(pieces.LOST_NOT_COUNTED).format(n=total["duplicates"]))
    if scope.cohort:
        made.notes.append(_("Deals of the cohort that are still open can yet be won."))
    made.explain = _rate_explained(total)
    label = _labels(scope, rows)
    made.chart = ChartSpec(
        "line" if scope.by == "month" else "bars",
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
                        note=pieces.share_text(row["won"], row["decided"]),
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
        parts = [] if scope.by is None else [pieces.slice_text(scope, row)]
        parts += [row["currency"]] if several else []
        labels.append(" · ".join(parts) or _("Win rate"))
    return labels


def _total_of(found: list[tuple[Any, ...]]) -> Row:
    """All rows together; values only where there is one currency."""
    currencies = {row[2] for row in found}
    total = outcomes([(row[1], row[3], row[4]) for row in found])
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
            share=pieces.share_text(total["won"], total["decided"]) or "–",
        ),
        _("broad: {won} / ({won} + {lost} + {undecided} without decision) = {share}").format(
            won=total["won"],
            lost=total["lost"],
            undecided=total["undecided"],
            share=pieces.share_text(total["won"], total["closed"]) or "–",
        ),
        _("net: ({won} − {withdrawn} withdrawn) / {decided} = {share}").format(
            won=total["won"],
            withdrawn=total["withdrawn"],
            decided=total["decided"],
            share=pieces.share_text(total["net"], total["decided"]) or "–",
        ),
    ]


# Cycle ------------------------------------------------------------------------------------------

CYCLE = (
    Column("outcome", "Outcome"),
    Column("deals", "Deals", "int"),
    Column("p25", "25%", "days"),
    Column("median", "Median", "days"),
    Column("p75", "75%", "days"),
    Column("p90", "90%", "days", drop=2),
    Column("mean", "Mean", "days", drop=1),
    Column("shortest", "Shortest", "days", drop=3),
    Column("longest", "Longest", "days", drop=3),
)


def cycle(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Median and quartiles of the days from opening to close, won and lost apart."""
    found = ask(conn, scope, "cycle")
    rows: list[Row] = []
    histogram: dict[int, int] = {}
    names = {"won": _("won"), "lost": _("lost"), "closed": _("won and lost")}
    for key, name, group in pieces.grouped(conn, scope, found):
        for outcome in names:
            counts: dict[int, int] = {}
            for _slice, ended, days, deals in group:
                if outcome in (ended, "closed"):
                    counts[days] = counts.get(days, 0) + deals
            if outcome == "won":
                for days, deals in counts.items():
                    histogram[days] = histogram.get(days, 0) + deals
            row = {
                "outcome": outcome,
                "deals": sum(counts.values()),
                "p25": statistics.quantile(counts, 25),
                "median": statistics.median(counts),
                "p75": statistics.quantile(counts, 75),
                "p90": statistics.quantile(counts, 90),
                "mean": statistics.mean(counts),
                "shortest": min(counts, default=None),
                "longest": max(counts, default=None),
                "_cell": {"cell_outcome": outcome},
            }
            rows.append(pieces.sliced(scope, key, name, row))
    outcome_column = CYCLE[0]._replace(names=lambda key: names[key])
    here = "(outcome = :cell_outcome OR :cell_outcome = 'closed')"
    made = pieces.report(
        scope,
        "cycle",
        _("Sales cycle"),
        rule=_(
            "Days from the day of opening to the day of the win or the loss, in the user's zone,"
            " by the day of closing. A quartile is a value that occurs: the one at rank"
            " ⌊(n − 1) · p⌋, from three deals on; the median is the mean of the two middle ones."
        ),
        n=sum(row[3] for row in found),
        columns=(*pieces.slice_columns(scope), outcome_column, *CYCLE[1:]),
        rows=rows,
        keys=pieces.keys_of(scope, "outcome"),
        compared=("deals", "median"),
        facts="cycle",
        cells={"": here, "deals": here, "median": here},
        left_out=[_("Open deals; duplicates.")],
    )
    made.explain = [
        _("{outcome}: {n} deals, the middle one took {days} days").format(
            outcome=names[row["outcome"]], n=row["deals"], days=pieces.number_text(row["median"])
        )
        for row in rows
        if row["deals"]
    ]
    made.chart = _days_chart(made.title, _("Won deals"), histogram)
    return made


def _days_chart(title: str, name: str, counts: dict[int, int]) -> ChartSpec | None:
    """A histogram of days in at most twelve classes of equal width."""
    if not counts:
        return None
    low, high = min(counts), max(counts)
    width = max(1, -(-(high - low + 1) // 12))
    points = []
    for start in range(low, high + 1, width):
        value = sum(n for days, n in counts.items() if start <= days < start + width)
        label = f"{start}–{start + width - 1}" if width > 1 else str(start)
        points.append(Point(label, value, x=start))
    return ChartSpec("histogram", title, [Series(name, points)], x_title=_("days"))


# Velocity ---------------------------------------------------------------------------------------

VELOCITY = (
    Column("open", "Open qualified", "int"),
    Column("average", "Average won", "money"),
    share("rate", "Win rate", "won", "decided"),
    Column("days", "Days", "days"),
    Column("per_day", "A day", "money"),
    Column("per_month", "In 30 days", "money", drop=1),
    Column("currency", "Currency", table=False),
    Column("won", "Won", "int", table=False),
    Column("decided", "Decided", "int", table=False),
)


def velocity(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Open qualified deals × average won value × win rate / average days of the cycle."""
    open_deals = [] if scope.by == "month" else ask(conn, scope, "velocity")
    closed = ask(conn, scope, "win_rate")
    lengths = ask(conn, scope, "cycle")
    closed_by, lengths_by = pieces.by_slice(closed), pieces.by_slice(lengths)
    open_by: dict[Any, dict[str, int]] = {}
    for key, currency, deals in open_deals:
        open_by.setdefault(key, {})[currency] = deals
    rows = []
    for key, name in pieces.in_order(conn, scope, {*open_by, *closed_by}):
        group = closed_by.get(key, [])
        # Where amounts are kept apart, so are the deals that they are multiplied by.
        mine = open_by.get(key, {})
        for currency in sorted({*mine, *(row[2] for row in group)}) or [
            pieces.blank_currency(conn, scope)
        ]:
            of = [(row[1], row[3], row[4]) for row in group if row[2] == currency]
            everything = outcomes([(row[1], row[3], row[4]) for row in group])
            days: dict[int, int] = {}
            for _slice, outcome, length, deals in lengths_by.get(key, []):
                if outcome == "won":
                    days[length] = days.get(length, 0) + deals
            row = _velocity(mine.get(currency, 0), outcomes(of), everything, days)
            row |= {"currency": currency, "_cell": {"cell_currency": currency}}
            rows.append(pieces.sliced(scope, key, name, row))
    here = "currency = :cell_currency"
    made = pieces.report(
        scope,
        "velocity",
        _("Sales velocity"),
        rule=_(
            "Open deals past the lead phase × average won value × win rate (narrow) / mean days"
            " of won deals; rate, value and days from deals closed in the period."
        ),
        n=sum(row[3] for row in closed),
        columns=(*pieces.slice_columns(scope), *VELOCITY),
        rows=rows,
        keys=pieces.keys_of(scope, "currency"),
        compared=("per_day", "rate", "days"),
        facts="velocity",
        cells={"": here, "open": here},
        left_out=[_("Deals in the lead phase, and open deals without a decision yet.")],
    )
    for row in rows:
        if row["per_day"] is not None:
            made.explain.append(
                _("{open} × {average} × {rate} / {days} days = {per_day} a day").format(
                    open=row["open"],
                    average=pieces.money_text(row["average"], row["currency"]),
                    rate=pieces.share_text(row["won"], row["decided"]),
                    days=pieces.number_text(row["days"]),
                    per_day=pieces.money_text(row["per_day"], row["currency"]),
                )
            )
    return made


def _velocity(open_deals: int, own: Row, everything: Row, days: dict[int, int]) -> Row:
    """One product, rounded once: open · Σ value / won · won / decided / (Σ days / n)."""
    n, total_days = sum(days.values()), sum(length * deals for length, deals in days.items())
    per_day = per_month = None
    if own["won"] and everything["decided"] and total_days:
        top = open_deals * own["won_value"] * everything["won"] * n
        bottom = own["won"] * everything["decided"] * total_days
        per_day, per_month = half_up(top, bottom), half_up(30 * top, bottom)
    return {
        "open": open_deals,
        "average": own["average"],
        "rate": everything["rate"],
        "won": everything["won"],
        "decided": everything["decided"],
        "days": statistics.mean(days),
        "per_day": per_day,
        "per_month": per_month,
    }
