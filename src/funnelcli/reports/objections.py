"""Objections: by kind, resolved, and how the deals ended in which they came up."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.i18n import _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.outcomes import outcomes
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio

OBJECTIONS = (
    Column("kind", "Key", typed=True, drop=5),
    Column("name", "Objection", flex=True),
    Column("objections", "Raised", "int"),
    Column("genuine", "Genuine", "int", drop=3),
    Column("pretext", "Pretext", "int", drop=3),
    Column("resolved", "Resolved", "int", drop=2),
    share_column("resolved_share", "Share resolved", "resolved", "objections"),
    Column("deals", "Deals", "int", drop=4),
    Column("won", "Won after", "int", drop=2),
    Column("lost", "Lost after", "int", drop=4),
    share_column("rate", "Win rate after", "won", "decided"),
    Column("decided", "Decided", "int", table=False),
)


def objections(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Objections by kind, the share resolved, and the win rate of the deals they came up in."""
    found = ask(conn, scope, "objections")
    names = queries.catalogue_names(conn, "objection")
    rows: list[Row] = []
    for key, slice_name, group in slices.grouped(conn, scope, found):
        kinds: dict[str, int] = {}
        for row in group:
            kinds[row.kind] = kinds.get(row.kind, 0) + row.objections
        for kind in sorted(kinds, key=lambda kind: (-kinds[kind], kind)):
            of = [row for row in group if row.kind == kind]
            ended = outcomes(of)
            genuine = sum(row.genuine for row in of)
            resolved = sum(row.resolved for row in of)
            rows.append(
                slices.sliced(
                    scope,
                    key,
                    slice_name,
                    {
                        "kind": kind,
                        "name": names.get(kind, kind),
                        "objections": kinds[kind],
                        "genuine": genuine,
                        "pretext": kinds[kind] - genuine,
                        "resolved": resolved,
                        "resolved_share": ratio(resolved, kinds[kind]),
                        "deals": sum(row.deals for row in of),
                        "won": ended["won"],
                        "lost": ended["lost"],
                        "decided": ended["decided"],
                        "rate": ended["rate"],
                        "_cell": {"cell_kind": kind},
                    },
                )
            )
    here = "kind = :cell_kind"
    made = building.report(
        scope,
        "objections",
        rule=_(
            "Objections by the day they were raised. Win rate after: of the deals in which the"
            " kind came up, won / (won + lost), narrow; each deal once a kind."
        ),
        n=sum(row["objections"] for row in rows),
        columns=(*slices.columns_of(scope), *OBJECTIONS),
        rows=rows,
        keys=slices.keys_of(scope, "kind"),
        facts="objections",
        unit="objections",
        cells={
            "": here,
            "objections": here,
            "deals": here,
            "resolved": f"{here} AND resolved = 1",
            "won": f"{here} AND outcome IN ('won', 'withdrawn')",
            "lost": f"{here} AND outcome = 'lost'",
            "rate": f"{here} AND outcome IN ('won', 'withdrawn', 'lost')",
        },
        left_out=[_("Win rate: open deals, losses without decision, duplicates.")],
        empty=_("No objection was raised."),
    )
    made.explain = [
        _("{name}: {resolved} of {n} resolved; {won} won / {decided} decided").format(
            name=row["name"],
            resolved=row["resolved"],
            n=row["objections"],
            won=row["won"],
            decided=row["decided"],
        )
        for row in rows
    ]
    if rows and not scope.by:
        points = [Point(row["name"], row["objections"]) for row in rows]
        made.chart = ChartSpec("bars", made.title, [Series(_("Raised"), points)])
    return made
