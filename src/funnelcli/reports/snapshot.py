"""Where deals stand: deals and value by stage."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask

SNAPSHOT = (
    Column("position", "No", "int", drop=7),
    *building.stage_columns(),
    Column("phase", "Phase", drop=5, names=lambda key: words.read(words.PHASE, key)),
    Column("open", "Open", "int"),
    Column("value", "Value", "money"),
    Column("weighted", "Weighted", "money", drop=4),
    Column("won", "Won", "int"),
    Column("won_value", "Won value", "money", drop=2),
    Column("lost", "Lost", "int", drop=3),
    Column("currency", "Currency", table=False),
)


def snapshot(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Deals, value and weighted value by the stage that they stand in."""
    rows: list[Row] = []
    asked = ask(conn, scope, "snapshot")
    usual = building.usual_currency(scope, (row.currency for row in asked))
    for key, name, group in slices.grouped(conn, scope, asked):
        for stage in scope.stages:
            here = [row for row in group if row.stage_id == stage.id]
            for currency in sorted({row.currency for row in here}) or [usual]:
                found = {row.status: row for row in here if row.currency == currency}
                opened, won, lost = (found.get(status) for status in ("open", "won", "lost"))
                rows.append(
                    slices.sliced(
                        scope,
                        key,
                        name,
                        {
                            "position": stage.position,
                            "stage": stage.key,
                            "name": stage.name,
                            "phase": stage.phase,
                            "open": opened.deals if opened else 0,
                            "value": opened.value if opened else 0,
                            "weighted": opened.weighted if opened else 0,
                            "won": won.deals if won else 0,
                            "won_value": won.value if won else 0,
                            "lost": lost.deals if lost else 0,
                            "currency": currency,
                            "_cell": {"cell_stage": stage.id, "cell_currency": currency},
                        },
                    )
                )
    columns = (*slices.columns_of(scope), *SNAPSHOT)
    here_only = "stage_id = :cell_stage AND currency = :cell_currency"
    made = building.report(
        scope,
        "snapshot",
        rule=_(
            "Every deal counts in the stage that it stands in, with the status it has then."
            " Weighted: value × the deal's own probability, else its stage's, each deal rounded."
        ),
        n=sum(row["open"] + row["won"] + row["lost"] for row in rows),
        columns=columns,
        rows=rows,
        total=building.add_up(columns, rows, leave=("position",)),
        keys=slices.keys_of(scope, "stage", "currency"),
        facts="snapshot",
        cells={
            "": here_only,
            "open": f"{here_only} AND status = 'open'",
            "won": f"{here_only} AND status = 'won'",
            "lost": f"{here_only} AND status = 'lost'",
        },
        left_out=[_("A snapshot is no conversion: it does not say where the deals went before.")],
    )
    made.period = ""
    total = made.total or {}
    made.explain = [
        _("{open} open + {won} won + {lost} lost = {deals}").format(
            open=total["open"],
            won=total["won"],
            lost=total["lost"],
            deals=wording.counted(made.n, "deals"),
        )
    ]
    made.chart = _bars(scope, made.title, _("Open"), rows, "open")
    return made


def _bars(scope: Scope, title: str, name: str, rows: list[Row], key: str) -> ChartSpec:
    """A bar a stage; of slices those alone where there is something, each with its slice."""
    if not scope.by:
        points = [Point(row["name"], row[key]) for row in rows]
    else:
        points = [
            Point(f"{slices.text_of(scope, row)} · {row['name']}", row[key])
            for row in rows
            if row[key]
        ]
    return ChartSpec("bars", title, [Series(name, points)])
