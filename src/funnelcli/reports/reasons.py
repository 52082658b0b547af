"""Why deals are lost, and what their sources return."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from funnelcli import queries
from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import ask
from funnelcli.reports.closing import NARROW_RULE, outcomes
from funnelcli.reports.cost import amounts_of
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, ratio, share
from funnelcli.reports.scope import Scope

LOSSES = (
    Column("dimension", "By"),
    Column("key", "Key", drop=4),
    Column("name", "Name", flex=True),
    Column("deals", "Lost", "int"),
    share("share", "Share", "deals", "base"),
    Column("value", "Value", "money"),
    Column("currency", "Currency", table=False),
    Column("base", "All lost", "int", table=False),
)


def losses(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Lost deals by reason, stage, competitor and product."""
    found = ask(conn, scope, "losses")
    stages = {stage.id: stage for stage in scope.stages}
    reasons = queries.catalogue_names(conn, "lost_reason")
    dimensions: list[tuple[str, str, int, Callable[[Any], str]]] = [
        ("reason", _("Reason"), 1, lambda key: reasons.get(key, str(key))),
        ("stage", _("Stage"), 2, lambda key: stages[key].name),
        ("competitor", _("Competitor"), 3, str),
        ("product", _("Product"), 4, str),
    ]
    rows: list[Row] = []
    for slice_key, slice_name, group in pieces.grouped(conn, scope, found):
        base = sum(row[6] for row in group)
        for dimension, _title, column, name in dimensions:
            sums: dict[tuple[Any, str], list[int]] = {}
            for row in group:
                if row[column] is not None:
                    cell = sums.setdefault((row[column], row[5]), [0, 0])
                    cell[0] += row[6]
                    cell[1] += row[7]
            for (key, currency), (deals, value) in sorted(
                sums.items(), key=lambda item: (-item[1][0], str(item[0]))
            ):
                shown = stages[key].key if dimension == "stage" else key
                row_made: Row = {
                    "dimension": dimension,
                    "key": shown,
                    "name": name(key),
                    "deals": deals,
                    "base": base,
                    "share": ratio(deals, base),
                    "value": value,
                    "currency": currency,
                    "_cell": {
                        "cell_dimension": dimension,
                        "cell_key": key,
                        "cell_currency": currency,
                    },
                }
                rows.append(pieces.sliced(scope, slice_key, slice_name, row_made))
    titles = {dimension: title for dimension, title, _column, _name in dimensions}
    n = sum(row[6] for row in found)
    columns = (LOSSES[0]._replace(names=lambda key: titles[key]), *LOSSES[1:])
    here = (
        "CASE :cell_dimension WHEN 'reason' THEN reason = :cell_key"
        " WHEN 'stage' THEN stage_id = :cell_key WHEN 'competitor' THEN competitor = :cell_key"
        " ELSE product = :cell_key END AND currency = :cell_currency"
    )
    made = pieces.report(
        scope,
        "losses",
        _("Losses"),
        rule=_(
            "Lost deals by the day they were lost; the stage is the last one inside the funnel."
            " Withdrawn wins and duplicates are listed too, each under its reason."
        ),
        n=n,
        columns=(*pieces.slice_columns(scope), *columns),
        rows=rows,
        keys=pieces.keys_of(scope, "dimension", "key", "currency"),
        compared=("deals", "value"),
        facts="losses",
        cells={"": here, "deals": here},
        left_out=[_("Competitor and product: deals for which none is on record.")],
        empty=_("No deal was lost."),
    )
    made.explain = [
        _("{name}: {k} of {n} lost deals").format(name=row["name"], k=row["deals"], n=row["base"])
        for row in rows
        if row["dimension"] == "reason"
    ]
    points = [
        Point(row["name"], row["deals"], note=pieces.share_text(row["deals"], row["base"]))
        for row in rows
        if row["dimension"] == "reason" and scope.by is None
    ]
    made.chart = ChartSpec("bars", made.title, [Series(_("Lost"), points)]) if points else None
    return made


SOURCES = (
    Column("source", "Key", drop=6),
    Column("name", "Source", flex=True),
    Column("deals", "Deals", "int"),
    Column("open", "Open", "int", drop=5),
    Column("won", "Won", "int"),
    Column("lost", "Lost", "int", drop=4),
    share("rate", "Win rate", "won", "decided"),
    share("converted", "Won of all", "won", "rated", drop=5),
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
    costs = amounts_of(ask(conn, scope, "source_cost"))
    if scope.by is None and scope.process_id is None and not scope.filtered:
        for source, currency, amount in ask(conn, scope, "overhead"):
            costs[None, source, currency] = costs.get((None, source, currency), 0) + amount
    names = queries.catalogue_names(conn, "source")
    rows: list[Row] = []
    slices = pieces.grouped(conn, scope, found)
    for slice_key, slice_name, group in slices:
        here = [(source, currency) for key, source, currency in costs if key == slice_key]
        cells = dict.fromkeys([*((row[1], row[3]) for row in group), *here])
        made_here: list[Row] = []
        for source, currency in sorted(
            cells, key=lambda cell: (cell[0] is None, str(cell[0]), cell[1])
        ):
            of = [row for row in group if row[1] == source and row[3] == currency]
            ended = outcomes([(row[2], row[4], row[5]) for row in of])
            cost = costs.get((slice_key, source, currency), 0)
            deals = sum(row[4] for row in of)
            row_made = {
                "source": source,
                "name": _("(none)") if source is None else names.get(source, source),
                "deals": deals,
                "open": sum(row[4] for row in of if row[2] == "open"),
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
            made_here.append(pieces.sliced(scope, slice_key, slice_name, row_made))
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
    columns = (*pieces.slice_columns(scope), *SOURCES)
    total = pieces.add_up(columns, rows)
    total["rate"] = ratio(total["won"], total["decided"])
    total["converted"] = ratio(total["won"], total["rated"])
    this = "coalesce(source, '') = coalesce(:cell_source, '') AND currency = :cell_currency"
    made = pieces.report(
        scope,
        "sources",
        _("Sources"),
        rule=_(
            "Deals opened in the period, how they stand now, and what the effort on them cost;"
            " overhead of the source over the period is added. Return = won value − cost."
        )
        + " "
        + _(NARROW_RULE),
        n=sum(row["deals"] for row in rows),
        columns=columns,
        rows=rows,
        total=total,
        keys=pieces.keys_of(scope, "source", "currency"),
        compared=("deals", "won", "won_value"),
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
            value=pieces.money_text(row["won_value"], row["currency"]),
            cost=pieces.money_text(row["cost"], row["currency"]),
            margin=pieces.money_text(row["margin"], row["currency"]),
        )
        for row in rows
    ]
    if scope.by is None and len({row["currency"] for row in rows}) == 1:
        points = [Point(row["name"], row["won_value"]) for row in rows]
        made.chart = ChartSpec(
            "bars",
            made.title,
            [Series(_("Won value"), points)],
            unit="money",
            currency=rows[0]["currency"],
        )
    return made
