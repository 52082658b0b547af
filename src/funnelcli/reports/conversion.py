"""How far deals came: of a cohort, who went from each stage to the next."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope, Stage
from funnelcli.reports.statement import along_index, ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any

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


def _columns(deals: str, next_deals: str) -> tuple[Column, ...]:
    return (
        Column("position", "No", "int", drop=7),
        *building.stage_columns(),
        Column("part", "Part", table=False),
        Column("deals", deals, "int"),
        share_column("share", "Of all", "deals", "base", drop=3),
        Column("next", "Next", table=False),
        share_column("rate", "To next", "next_deals", "deals"),
        Column("next_deals", next_deals, "int", drop=5),
    )


STAYED = _columns(N_("Deals"), N_("Next deals"))
# Who advanced and who was lost is known by reaching alone.
REACHED = (
    *_columns(N_("Reached"), N_("Advanced")),
    Column("lost", "Lost", "int", drop=4),
    Column("still", "Still there", "int", drop=4),
    share_column("resolved_rate", "Of resolved", "next_deals", "resolved", drop=2),
    Column("resolved", "Resolved", "int", table=False),
)


class Come(NamedTuple):
    """How many deals of a ``slice`` came how far: the position of their furthest stage, that of
    the last one reached in order (0 for none), and how they stand."""

    slice: Any
    furthest: int
    in_order: int
    status: str
    deals: int


def conversion(conn: sqlite3.Connection, scope: Scope) -> Report:
    """How many deals of a cohort came from each stage to the next."""
    steps = scope.inside
    found = cohort(conn, scope)
    stayed: dict[Any, list[Any]] = {}
    if scope.rule == "any":
        whole = along_index(scope) and scope.period is None
        query = "conversion_any_all" if whole else "conversion_any"
        stayed = slices.by_slice(ask(conn, scope, query))
    rows: list[Row] = []
    n = entered = 0
    for key, name, group in slices.grouped(conn, scope, found):
        counts = _counts(scope.rule, steps, group, stayed.get(key, []))
        n += sum(row.deals for row in group)
        entered += counts[0] if counts else 0
        rows += [
            slices.sliced(scope, key, name, row)
            for row in _conversion_rows(scope.rule, steps, counts, group)
        ]
    made = building.report(
        scope,
        "conversion",
        rule=_(_RULES[scope.rule]) + " " + _("The cohort: deals opened in the period."),
        n=n,
        columns=(*slices.columns_of(scope), *(REACHED if scope.rule == "reached" else STAYED)),
        rows=rows,
        keys=slices.keys_of(scope, "stage"),
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
            share=wording.share_text(row["next_deals"], row["deals"]) or "–",
        )
        for row in rows
        if row["next"]
    ]
    made.chart = _funnel_chart(made.title, rows) if not scope.by else None
    return made


def cohort(conn: sqlite3.Connection, scope: Scope) -> list[Come]:
    """The deals of a cohort that were in the funnel."""
    place = {stage.id: stage.position for stage in scope.inside}
    return [
        Come(
            row.slice,
            place[row.furthest_id],
            place.get(row.in_order_id, 0),
            row.status,
            row.deals,
        )
        for row in ask(conn, scope, "conversion")
        if row.furthest_id in place
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


def _counts(rule: str, steps: list[Stage], group: list[Come], stayed: list[Any]) -> list[int]:
    """The deals in each stage of ``steps``."""
    if rule == "any":
        in_stage = {row.stage_id: row.deals for row in stayed}
        return [in_stage.get(stage.id, 0) for stage in steps]
    far = [(row.furthest if rule == "reached" else row.in_order, row.deals) for row in group]
    return [sum(deals for came, deals in far if came >= stage.position) for stage in steps]


def _conversion_rows(
    rule: str, steps: list[Stage], counts: list[int], group: list[Come]
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
            here = [(came.status, came.deals) for came in group if came.furthest == stage.position]
            row["lost"] = sum(deals for status, deals in here if status == "lost")
            row["still"] = sum(deals for status, deals in here if status != "lost")
            row["resolved"] = (next_deals or 0) + row["lost"]
            row["resolved_rate"] = ratio(next_deals, row["resolved"])
        rows.append(row)
    return rows


def _funnel_chart(title: str, rows: list[Row]) -> ChartSpec:
    points = [
        Point(row["name"], row["deals"], note=wording.share_text(row["deals"], row["base"]))
        for row in rows
    ]
    return ChartSpec("funnel", title, [Series(_("Deals"), points)])
