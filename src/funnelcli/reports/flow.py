"""What became of the deals that came into each stage."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio

FLOW = (
    Column("position", "No", "int", drop=7),
    *building.stage_columns(),
    Column("entered", "Entered", "int"),
    Column("advanced", "Advanced", "int"),
    Column("lost", "Lost", "int"),
    Column("moved_back", "Back", "int"),
    Column("still", "Still there", "int"),
    share_column("advanced_share", "Share advanced", "advanced", "entered", drop=3),
    share_column("lost_share", "Share lost", "lost", "entered", drop=4),
)


def flow(conn: sqlite3.Connection, scope: Scope) -> Report:
    """What became of the deals that came into each stage; always balanced."""
    position = {stage.id: stage.position for stage in scope.stages}
    found = ask(conn, scope, "flow")
    rows: list[Row] = []
    for key, name, group in slices.grouped(conn, scope, found):
        for stage in scope.inside:
            row: Row = {"advanced": 0, "lost": 0, "moved_back": 0, "still": 0}
            for gone in group:
                if gone.stage_id == stage.id:
                    went = position.get(gone.next_id)
                    row[_became(stage.position, went, gone.outcome)] += gone.deals
            entered = sum(row.values())
            rows.append(
                slices.sliced(
                    scope,
                    key,
                    name,
                    {
                        "position": stage.position,
                        "stage": stage.key,
                        "name": stage.name,
                        "entered": entered,
                        **row,
                        "advanced_share": ratio(row["advanced"], entered),
                        "lost_share": ratio(row["lost"], entered),
                        "_cell": {"cell_stage": stage.id, "cell_position": stage.position},
                    },
                )
            )
    next_position = "(SELECT n.position FROM stage AS n WHERE n.id = next_id)"
    here = "stage_id = :cell_stage"
    made = building.report(
        scope,
        "flow",
        rule=_(
            "Each deal once a stage, by its last entry there in the period:"
            " entered = advanced + lost + moved back + still there. A deal that was reopened"
            " counts by where it went on; a won deal is still there."
        ),
        n=sum(row["entered"] for row in rows),
        columns=(*slices.columns_of(scope), *FLOW),
        rows=rows,
        keys=slices.keys_of(scope, "stage"),
        facts="flow",
        unit="entries",
        cells={
            "": here,
            "entered": here,
            "advanced": f"{here} AND {next_position} > :cell_position",
            "moved_back": f"{here} AND {next_position} < :cell_position",
            "lost": f"{here} AND outcome = 'lost'",
            "still": f"{here} AND outcome IN ('open', 'won')",
        },
        left_out=[_("Stays in stages of the kind outside are no step.")],
    )
    made.explain = [
        _("{stage}: {entered} = {advanced} + {lost} + {back} + {still}").format(
            stage=row["name"],
            entered=row["entered"],
            advanced=row["advanced"],
            lost=row["lost"],
            back=row["moved_back"],
            still=row["still"],
        )
        for row in rows
    ]
    if not scope.by:
        made.chart = ChartSpec(
            "bars",
            made.title,
            [
                Series(title, [Point(row["name"], row[key]) for row in rows])
                for key, title in (
                    ("advanced", _("Advanced")),
                    ("lost", _("Lost")),
                    ("moved_back", _("Back")),
                    ("still", _("Still there")),
                )
            ],
        )
    return made


def _became(position: int, next_position: int | None, outcome: str | None) -> str:
    if next_position is None:
        return "lost" if outcome == "lost" else "still"
    return "advanced" if next_position > position else "moved_back"
