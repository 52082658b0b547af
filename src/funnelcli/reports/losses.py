"""Why deals are lost: by reason, stage, competitor and product."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from funnelcli import queries
from funnelcli.i18n import N_, _, ngettext
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any

# By what losses are counted: its title, and the query's column.
_DIMENSIONS = {
    "reason": (N_("Reason"), "reason"),
    "stage": (N_("Stage"), "stage_id"),
    "competitor": (N_("Competitor"), "competitor"),
    "product": (N_("Product"), "product"),
}

LOSSES = (
    Column("dimension", "By", names=lambda key: _(_DIMENSIONS[key][0])),
    Column("key", "Key", typed=True, drop=4),
    Column("name", "Name", flex=True),
    Column("deals", "Lost", "int"),
    share_column("share", "Share", "deals", "base"),
    Column("value", "Value", "money"),
    Column("currency", "Currency", table=False),
    Column("base", "All lost", "int", table=False),
)


def losses(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Lost deals by reason, stage, competitor and product."""
    found = ask(conn, scope, "losses")
    stages = {stage.id: stage for stage in scope.stages}
    reasons = queries.catalogue_names(conn, "lost_reason")
    names: dict[str, Callable[[Any], str]] = {
        "reason": lambda key: reasons.get(key, str(key)),
        "stage": lambda key: stages[key].name,
    }
    rows: list[Row] = []
    for slice_key, slice_name, group in slices.grouped(conn, scope, found):
        base = sum(row.deals for row in group)
        for dimension, (_title, column) in _DIMENSIONS.items():
            name = names.get(dimension, str)
            sums: dict[tuple[Any, str], list[int]] = {}
            for row in group:
                if getattr(row, column) is not None:
                    cell = sums.setdefault((getattr(row, column), row.currency), [0, 0])
                    cell[0] += row.deals
                    cell[1] += row.value
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
                        "cell_key": str(key),
                        "cell_currency": currency,
                    },
                }
                rows.append(slices.sliced(scope, slice_key, slice_name, row_made))
    n = sum(row.deals for row in found)
    here = (
        "CASE :cell_dimension WHEN 'reason' THEN reason WHEN 'competitor' THEN competitor"
        " WHEN 'product' THEN product ELSE CAST(stage_id AS TEXT) END = :cell_key"
        " AND currency = :cell_currency"
    )
    made = building.report(
        scope,
        "losses",
        rule=_(
            "Lost deals by the day they were lost; the stage is the last one inside the funnel."
            " Withdrawn wins and duplicates are listed too, each under its reason."
        ),
        n=n,
        columns=(*slices.columns_of(scope), *LOSSES),
        rows=rows,
        keys=slices.keys_of(scope, "dimension", "key", "currency"),
        facts="losses",
        cells={"": here, "deals": here},
        left_out=[_("Competitor and product: deals for which none is on record.")],
        empty=_("No deal was lost."),
    )
    made.explain = [
        ngettext(
            "{name}: {k} of {n} lost deal", "{name}: {k} of {n} lost deals", row["base"]
        ).format(name=row["name"], k=row["deals"], n=row["base"])
        for row in rows
        if row["dimension"] == "reason"
    ]
    points = [
        Point(row["name"], row["deals"], note=wording.share_text(row["deals"], row["base"]))
        for row in rows
        if row["dimension"] == "reason" and not scope.by
    ]
    made.chart = ChartSpec("bars", made.title, [Series(_("Lost"), points)]) if points else None
    return made
