"""Where deals stand, how far they came, what became of them in each stage."""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import along_index, ask
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, ratio, share
from funnelcli.reports.scope import Scope, Stage

SNAPSHOT = (
    Column("position", "No", "int", drop=7),
    *pieces.stage_column(),
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
    usual = pieces.usual_currency(scope, (row[3] for row in asked))
    for key, name, group in pieces.grouped(conn, scope, asked):
        for stage in scope.stages:
            here = [row for row in group if row[1] == stage.id]
            for currency in sorted({row[3] for row in here}) or [usual]:
                found = {row[2]: row[4:] for row in here if row[3] == currency}
                nothing = (0, 0, 0)
                rows.append(
                    pieces.sliced(
                        scope,
                        key,
                        name,
                        {
                            "position": stage.position,
                            "stage": stage.key,
                            "name": stage.name,
                            "phase": stage.phase,
                            "open": found.get("open", nothing)[0],
                            "value": found.get("open", nothing)[1],
                            "weighted": found.get("open", nothing)[2],
                            "won": found.get("won", nothing)[0],
                            "won_value": found.get("won", nothing)[1],
                            "lost": found.get("lost", nothing)[0],
                            "currency": currency,
                            "_cell": {"cell_stage": stage.id, "cell_currency": currency},
                        },
                    )
                )
    columns = (*pieces.slice_columns(scope), *SNAPSHOT)
    here_only = "stage_id = :cell_stage AND currency = :cell_currency"
    made = pieces.report(
        scope,
        "snapshot",
        _("Funnel snapshot"),
        rule=_(
            "Every deal counts in the stage that it stands in, with the status it has then."
            " Weighted: value × the deal's own probability, else its stage's, each deal rounded."
        ),
        n=sum(row["open"] + row["won"] + row["lost"] for row in rows),
        columns=columns,
        rows=rows,
        total=pieces.add_up(columns, rows, leave=("position",)),
        keys=pieces.keys_of(scope, "stage", "currency"),
        compared=("open", "value"),
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
        _("{open} open + {won} won + {lost} lost = {n} deals").format(
            open=total["open"], won=total["won"], lost=total["lost"], n=made.n
        )
    ]
    made.chart = _bars(scope, made.title, _("Open"), rows, "open")
    return made


def _bars(scope: Scope, title: str, name: str, rows: list[Row], key: str) -> ChartSpec:
    """A bar a stage; of slices those alone where there is something, each with its slice."""
    if scope.by is None:
        points = [Point(row["name"], row[key]) for row in rows]
    else:
        points = [
            Point(f"{pieces.slice_text(scope, row)} · {row['name']}", row[key])
            for row in rows
            if row[key]
        ]
    return ChartSpec("bars", title, [Series(name, points)])


# Conversion -------------------------------------------------------------------------------------

_RULES = {
    "reached": N_(
        "Reached: a deal counts in every stage up to the furthest that it came to; a won deal is"
        " past every open stage, a lost one reached what it reached."
    ),
    "any": N_(
        "Any: a deal counts in the stages that it stayed in, once each; skipped ones do not"
        " count, so a share can exceed 100%."
    ),
    "strict": N_(
        "Strict: a deal counts in a stage when it stayed in every stage up to it, in order."
    ),
}


def conversion_columns(rule: str) -> tuple[Column, ...]:
    """The columns of a conversion by ``rule``; who advanced is known by reaching alone."""
    columns = (
        Column("position", "No", "int", drop=7),
        *pieces.stage_column(),
        Column("part", "Part", table=False),
        Column("deals", N_("Reached") if rule == "reached" else N_("Deals"), "int"),
        share("share", "Of all", "deals", "base", drop=3),
        Column("next", "Next", table=False),
        share("rate", "To next", "next_deals", "deals"),
        Column(
            "next_deals", N_("Advanced") if rule == "reached" else N_("Next deals"), "int", drop=5
        ),
    )
    if rule != "reached":
        return columns
    return (
        *columns,
        Column("lost", "Lost", "int", drop=4),
        Column("still", "Still there", "int", drop=4),
        share("resolved_rate", "Of resolved", "next_deals", "resolved", drop=2),
        Column("resolved", "Resolved", "int", table=False),
    )


def conversion(conn: sqlite3.Connection, scope: Scope) -> Report:
    """How many deals of a cohort came from each stage to the next."""
    steps = scope.inside
    found = cohort(conn, scope)
    stayed: dict[Any, list[Any]] = {}
    if scope.rule == "any":
        whole = along_index(scope) and scope.period is None
        query = "conversion_any_all" if whole else "conversion_any"
        stayed = pieces.by_slice(ask(conn, scope, query))
    rows: list[Row] = []
    n = entered = 0
    for key, name, group in pieces.grouped(conn, scope, found):
        counts = _counts(scope.rule, steps, group, stayed.get(key, []))
        n += sum(row[4] for row in group)
        entered += counts[0] if counts else 0
        rows += [
            pieces.sliced(scope, key, name, row)
            for row in _conversion_rows(scope.rule, steps, counts, group)
        ]
    made = pieces.report(
        scope,
        "conversion",
        _("Conversion"),
        rule=_(_RULES[scope.rule]) + " " + _("The cohort: deals opened in the period."),
        n=n,
        columns=(*pieces.slice_columns(scope), *conversion_columns(scope.rule)),
        rows=rows,
        keys=pieces.keys_of(scope, "stage"),
        compared=("deals", "rate"),
        facts="conversion_any" if scope.rule == "any" else "conversion",
        cells=_conversion_cells(scope.rule),
        left_out=[_("Duplicates are in no rate; stages of the kind outside are no step.")],
    )
    if any(row.get("still") for row in rows):
        made.notes.append(
            _("Deals still in a stage can yet advance: the share of the resolved leaves them out.")
        )
    made.explain = [
        _("{stage} → {next}: {k} of {n} = {share}").format(
            stage=row["name"],
            next=row["next"],
            k=row["next_deals"],
            n=row["deals"],
            share=pieces.share_text(row["next_deals"], row["deals"]) or "–",
        )
        for row in rows
        if row["next"]
    ]
    made.chart = _funnel_chart(made.title, rows) if scope.by is None else None
    return made


def cohort(conn: sqlite3.Connection, scope: Scope) -> list[tuple[Any, ...]]:
    """The deals of a cohort that were in the funnel: slice, position of the furthest stage,
    position of the last stage reached in order (0 for none), status, deals."""
    place = {stage.id: stage.position for stage in scope.inside}
    return [
        (key, place[furthest], place.get(in_order, 0), status, deals)
        for key, furthest, in_order, status, deals in ask(conn, scope, "conversion")
        if furthest in place
    ]


def _conversion_cells(rule: str) -> dict[str, str | tuple[str, str]]:
    if rule == "any":
        here = "stage_id = :cell_stage"
        on = (
            "stage_id IN (SELECT n.id FROM stage AS n WHERE n.process_id = :process_id"
            " AND n.position = :cell_next)"
        )
    elif rule == "strict":
        here, on = _far("in_order_id", ":cell_position"), _far("in_order_id", ":cell_next")
    else:
        here, on = _far("furthest_id", ":cell_position"), _far("furthest_id", ":cell_next")
    ended = "furthest_id = :cell_stage AND status"
    return {
        "": here,
        "deals": here,
        "next_deals": on,
        "rate": here,
        "lost": f"{ended} = 'lost'",
        "still": f"{ended} <> 'lost'",
    }


def _far(column: str, position: str) -> str:
    """A condition: the stage in ``column`` is one of the funnel, at ``position`` or further."""
    return (
        f"{column} IN (SELECT f.id FROM stage AS f WHERE f.process_id = :process_id"
        f" AND f.kind <> 'outside' AND f.position >= {position})"
    )


def _counts(rule: str, steps: list[Stage], group: list[Any], stayed: list[Any]) -> list[int]:
    """The deals in each stage of ``steps``."""
    if rule == "any":
        in_stage = {row[1]: row[2] for row in stayed}
        return [in_stage.get(stage.id, 0) for stage in steps]
    column = 1 if rule == "reached" else 2
    return [sum(row[4] for row in group if row[column] >= stage.position) for stage in steps]


def _conversion_rows(
    rule: str, steps: list[Stage], counts: list[int], group: list[Any]
) -> list[Row]:
    won = next((n for stage, n in zip(steps, counts, strict=True) if stage.kind == "won"), 0)
    rows: list[Row] = []
    for number, stage in enumerate(steps):
        after = steps[number + 1] if number + 1 < len(steps) else None
        next_deals = counts[number + 1] if after is not None else None
        row: Row = {
            "position": stage.position,
            "stage": stage.key,
            "name": stage.name,
            "part": "after_sale" if stage.kind == "post" else "sale",
            "deals": counts[number],
            "base": won if stage.kind == "post" else counts[0],
            "share": ratio(counts[number], won if stage.kind == "post" else counts[0]),
            "next": after.key if after is not None else None,
            "next_deals": next_deals,
            "rate": ratio(next_deals, counts[number]),
            "_cell": {
                "cell_stage": stage.id,
                "cell_position": stage.position,
                "cell_next": after.position if after is not None else 1 << 31,
            },
        }
        if rule == "reached":
            here = [(row[3], row[4]) for row in group if row[1] == stage.position]
            row["lost"] = sum(deals for status, deals in here if status == "lost")
            row["still"] = sum(deals for status, deals in here if status != "lost")
            row["resolved"] = (next_deals or 0) + row["lost"]
            row["resolved_rate"] = ratio(next_deals, row["resolved"])
        rows.append(row)
    return rows


def _funnel_chart(title: str, rows: list[Row]) -> ChartSpec:
    points = [
        Point(row["name"], row["deals"], note=pieces.share_text(row["deals"], row["base"]))
        for row in rows
    ]
    return ChartSpec("funnel", title, [Series(_("Deals"), points)])


# Flow -------------------------------------------------------------------------------------------

FLOW = (
    Column("position", "No", "int", drop=7),
    *pieces.stage_column(),
    Column("entered", "Entered", "int"),
    Column("advanced", "Advanced", "int"),
    Column("lost", "Lost", "int"),
    Column("moved_back", "Back", "int"),
    Column("still", "Still there", "int"),
    share("advanced_share", "Share advanced", "advanced", "entered", drop=3),
    share("lost_share", "Share lost", "lost", "entered", drop=4),
)


def flow(conn: sqlite3.Connection, scope: Scope) -> Report:
    """What became of the deals that came into each stage; always balanced."""
    position = {stage.id: stage.position for stage in scope.stages}
    found = ask(conn, scope, "flow")
    rows: list[Row] = []
    for key, name, group in pieces.grouped(conn, scope, found):
        for stage in scope.inside:
            row: Row = {"advanced": 0, "lost": 0, "moved_back": 0, "still": 0}
            for _slice, stage_id, next_id, outcome, deals in group:
                if stage_id == stage.id:
                    row[_became(stage.position, position.get(next_id), outcome)] += deals
            entered = sum(row.values())
            rows.append(
                pieces.sliced(
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
    made = pieces.report(
        scope,
        "flow",
        _("Flow"),
        rule=_(
            "Each deal once a stage, by its last entry there in the period:"
            " entered = advanced + lost + moved back + still there. A deal that was reopened"
            " counts by where it went on; a won deal is still there."
        ),
        n=sum(row["entered"] for row in rows),
        columns=(*pieces.slice_columns(scope), *FLOW),
        rows=rows,
        keys=pieces.keys_of(scope, "stage"),
        compared=("entered", "advanced", "lost"),
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
    if scope.by is None:
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
