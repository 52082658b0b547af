"""What sources return: won value, cost and win rate."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.i18n import _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.cost import amounts_of
from funnelcli.reports.model import Report, Row
from funnelcli.reports.outcomes import narrow_rule, outcomes
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any

SOURCES = (
    Column("source", "Key", typed=True, drop=6),
    Column("name", "Source", flex=True),
    Column("deals", "Deals", "int"),
    Column("open", "Open", "int", drop=5),
    Column("won", "Won", "int"),
    Column("lost", "Lost", "int", drop=4),
    share_column("rate", "Win rate", "won", "decided"),
    share_column("converted", "Won of all", "won", "rated", drop=5),
    Column("won_value", "Won value", "money"),
    Column("cost", "Cost", "money", drop=2),
    Column("margin", "Return", "money", drop=3),
    Column("currency", "Currency", table=False),
    Column("undecided", "No decision", "int", table=False),
    Column("duplicates", "Duplicates", "int", table=False),
    Column("decided", "Decided", "int", table=False),
    Column("rated", "Rated", "int", table=False),
)


def sources(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Won value, cost, deals and win rate by source, all of the deals opened in the period."""
    found = ask(conn, scope, "sources")
    costs = amounts_of(ask(conn, scope, "source_cost"), "source")
    if not scope.by and scope.process_id is None and not scope.filtered:
        for row in ask(conn, scope, "overhead"):
            cell = (None, row.source, row.currency)
            costs[cell] = costs.get(cell, 0) + row.amount
    # There can be as many slices as contacts.
    spent: dict[Any, list[tuple[str | None, str]]] = {}
    for key, source, currency in costs:
        spent.setdefault(key, []).append((source, currency))
    names = queries.catalogue_names(conn, "source")
    rows: list[Row] = []
    for slice_key, slice_name, group in slices.grouped(conn, scope, found):
        here = ((row.source, row.currency) for row in group)
        cells = dict.fromkeys([*here, *spent.get(slice_key, ())])
        made_here: list[Row] = []
        for source, currency in sorted(
            cells, key=lambda cell: (cell[0] is None, str(cell[0]), cell[1])
        ):
            of = [row for row in group if (row.source, row.currency) == (source, currency)]
            ended = outcomes(of)
            cost = costs.get((slice_key, source, currency), 0)
            deals = sum(row.deals for row in of)
            row_made = {
                "source": source,
                "name": _("(none)") if source is None else names.get(source, source),
                "deals": deals,
                "open": sum(row.deals for row in of if row.outcome == "open"),
                "won": ended["won"],
                "lost": ended["lost"],
                "undecided": ended["undecided"],
                "duplicates": ended["duplicates"],
                "decided": ended["decided"],
                "rate": ended["rate"],
                "rated": deals - ended["duplicates"],
                "converted": ratio(ended["won"], deals - ended["duplicates"]),
                "won_value": ended["won_value"],
                "cost": cost,
                "margin": ended["won_value"] - cost,
                "currency": currency,
                "_cell": {"cell_source": source, "cell_currency": currency},
            }
            made_here.append(slices.sliced(scope, slice_key, slice_name, row_made))
        # What pays most stands first, and first in the chart.
        rows += sorted(
            made_here,
            key=lambda row: (
                row["currency"] != scope.base,
                row["currency"],
                -row["won_value"],
                -row["deals"],
            ),
        )
    columns = (*slices.columns_of(scope), *SOURCES)
    total = building.add_up(columns, rows)
    total["rate"] = ratio(total["won"], total["decided"])
    total["converted"] = ratio(total["won"], total["rated"])
    this = "coalesce(source, '') = coalesce(:cell_source, '') AND currency = :cell_currency"
    made = building.report(
        scope,
        "sources",
        rule=_(
            "Deals opened in the period, how they stand now, and what the effort on them cost;"
            " overhead of the source over the period is added. Return = won value − cost."
        )
        + " "
        + narrow_rule(conn),
        n=sum(row["deals"] for row in rows),
        columns=columns,
        rows=rows,
        total=total,
        keys=slices.keys_of(scope, "source", "currency"),
        facts="sources",
        cells={
            "": this,
            "deals": this,
            "won": f"{this} AND outcome IN ('won', 'withdrawn')",
            "lost": f"{this} AND outcome = 'lost'",
            "open": f"{this} AND outcome = 'open'",
            "undecided": f"{this} AND outcome = 'undecided'",
            "rate": f"{this} AND outcome IN ('won', 'withdrawn', 'lost')",
        },
        left_out=[_("Win rate: open deals, losses without decision, duplicates.")],
    )
    if scope.by or scope.process_id is not None or scope.filtered:
        made.left_out.append(_("Overhead, which cannot be told apart by slice or filter."))
    made.explain = [
        _("{name}: {won} won / {decided} decided; {value} − {cost} = {margin}").format(
            name=row["name"],
            won=row["won"],
            decided=row["decided"],
            value=wording.money_text(row["won_value"], row["currency"]),
            cost=wording.money_text(row["cost"], row["currency"]),
            margin=wording.money_text(row["margin"], row["currency"]),
        )
        for row in rows
    ]
    if not scope.by and len({row["currency"] for row in rows}) == 1:
        points = [Point(row["name"], row["won_value"]) for row in rows]
        made.chart = ChartSpec(
            "bars",
            made.title,
            [Series(_("Won value"), points)],
            unit="money",
            currency=rows[0]["currency"],
        )
    return made
