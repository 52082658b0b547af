"""How long deals stay where they are: time in stage with open stays, and ageing."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _, ngettext
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, statistics, wording
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.typed import Any


def _or_not_reached(key: str) -> Any:
    """A time that the curve may not have come to."""

    def shown(row: Row) -> str:
        if row[key] is not None:
            return _("{n} d").format(n=wording.number_text(row[key]))
        return _("not reached") if row["stays"] else ""

    return shown


TIME_IN_STAGE = (
    Column("position", "No", "int", drop=7),
    *building.stage_columns(),
    Column("stays", "Stays", "int"),
    Column("ended", "Ended", "int", drop=4),
    Column("lasting", "Lasting", "int", drop=3),
    Column("p25", "25%", "days", shown=_or_not_reached("p25"), drop=2),
    Column("median", "Median", "days", shown=_or_not_reached("median")),
    Column("median_low", "95% from", "days", drop=5),
    Column("median_high", "95% to", "days", drop=5),
    Column("p75", "75%", "days", shown=_or_not_reached("p75"), drop=1),
)

Histograms = dict[tuple[Any, int], tuple[dict[int, int], dict[int, int]]]


def histograms(conn: sqlite3.Connection, scope: Scope) -> Histograms:
    """For each (slice, stage): how many stays ended after so many days, and how many that go on
    have lasted so many; deals instead of stays where the scope says so."""
    found = ask(conn, scope, "time_in_stage") + ask(conn, scope, "time_in_stage_lasting")
    if scope.per_deal:
        found += ask(conn, scope, "time_in_stage_deal")
    found += ask(conn, scope, "time_in_stage_lost")
    made: Histograms = {}
    for row in found:
        ended, lasting = made.setdefault((row.slice, row.stage_id), ({}, {}))
        counts = ended if row.done else lasting
        counts[row.days] = counts.get(row.days, 0) + row.stays
    for pair in made.values():
        for counts in pair:
            for days in [days for days, stays in counts.items() if not stays]:
                del counts[days]
    return made


def time_in_stage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """How long stays last: the Kaplan-Meier estimate, open stays being censored."""
    found = histograms(conn, scope)
    rows: list[Row] = []
    curves: list[Series] = []
    for key, name in slices.in_order(conn, scope, {key for key, _stage in found}):
        for stage in scope.inside:
            ended, lasting = found.get((key, stage.id), ({}, {}))
            steps = statistics.kaplan_meier(ended, lasting)
            row = {
                "position": stage.position,
                "stage": stage.key,
                "name": stage.name,
                "stays": sum(ended.values()) + sum(lasting.values()),
                "ended": sum(ended.values()),
                "lasting": sum(lasting.values()),
                "p25": statistics.time_until(steps, 25),
                "median": statistics.time_until(steps, 50),
                "median_low": next((s.days for s in steps if s.low <= 0.5), None),
                "median_high": next((s.days for s in steps if s.high <= 0.5), None),
                "p75": statistics.time_until(steps, 75),
                "_cell": {"cell_stage": stage.id},
            }
            rows.append(slices.sliced(scope, key, name, row))
            if steps and not scope.by:
                curves.append(Series(stage.name, _curve(steps, ended, lasting)))
    here = "stage_id = :cell_stage"
    made = building.report(
        scope,
        "time-in-stage",
        rule=(
            _("Each deal once a stage, its stays there added up.")
            if scope.per_deal
            else _("Each stay of its own.")
        )
        + " "
        + _(
            "Whole days of 24 hours. A stay that goes on counts as longer than it has lasted"
            " (censored): Kaplan–Meier estimate, 95% interval by Greenwood on log(−log). A stay"
            " in which the deal was lost ended with the loss, also where it was reopened later."
        ),
        n=sum(row["stays"] for row in rows),
        columns=(*slices.columns_of(scope), *TIME_IN_STAGE),
        rows=rows,
        keys=slices.keys_of(scope, "stage"),
        facts="time_in_stage",
        unit="stays",
        cells={
            "": here,
            "stays": here,
            "ended": f"{here} AND done = 1",
            "lasting": f"{here} AND done = 0",
        },
        left_out=[
            _("Stays in stages of the kind outside."),
            *building.unknown_openings(ask(conn, scope, "unknown_openings")[0].deals),
        ],
    )
    made.explain = [
        (
            _("{stage}: {stays}, {ended} ended; fewer than half ended so far")
            if row["median"] is None
            else ngettext(
                "{stage}: {stays}, {ended} ended; after {n} day half of them had ended",
                "{stage}: {stays}, {ended} ended; after {n} days half of them had ended",
                row["median"],
            )
        ).format(
            stage=row["name"],
            stays=wording.counted(row["stays"], "stays"),
            ended=row["ended"],
            n=row["median"],
        )
        for row in rows
        if row["stays"]
    ]
    if curves:
        made.chart = ChartSpec(
            "survival",
            made.title,
            curves,
            unit="share",
            x_title=_("days"),
        )
    return made


def _curve(
    steps: list[statistics.Survival], ended: dict[int, int], lasting: dict[int, int]
) -> list[Point]:
    last = max([*ended, *lasting])
    points = [Point("0", 1.0, x=0, low=1.0, high=1.0)]
    points += [Point(str(s.days), s.share, x=s.days, low=s.low, high=s.high) for s in steps]
    if last > steps[-1].days:
        end = steps[-1]
        points.append(Point(str(last), end.share, x=last, low=end.low, high=end.high))
    return points


AGEING = (
    Column("position", "No", "int", drop=7),
    *building.stage_columns(),
    Column("deals", "Open", "int"),
    Column("median", "Median in stage", "days"),
    Column("oldest", "Oldest", "days", drop=4),
    Column("youngest", "Youngest", "days", table=False),
    Column("p25", "25%", "days", table=False),
    Column("p75", "75%", "days", table=False),
    Column("p90", "90%", "days", table=False),
    Column("mean", "Mean", "days", table=False),
    Column("usual", "Own 75%", "days", drop=2),
    Column("over", "Over it", "int", style=lambda row: "warn" if row["over"] else ""),
    Column("contact_median", "Since contact", "days", drop=3),
    Column("no_contact", "Never", "int", drop=6),
    Column("overdue", "Step overdue", "int", drop=5),
    Column("no_step", "No step", "int", drop=5),
)


def ageing(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Days in the stage, since the last contact, to the next step; beside the own 75 %."""

    found = ask(conn, scope, "ageing")
    # What is usual is asked of all history, whatever the slice and the period.
    usual_of: dict[int, int | None] = {}
    whole = scope._replace(by=(), period=None)
    for (_key, stage_id), (ended, lasting) in histograms(conn, whole).items():
        usual_of[stage_id] = statistics.time_until(statistics.kaplan_meier(ended, lasting), 75)
    rows: list[Row] = []
    for key, name, group in slices.grouped(conn, scope, found):
        # A large database has many rows of few deals each: they are gone through once.
        by_stage: dict[int, list[Any]] = {}
        for waiting in group:
            by_stage.setdefault(waiting.stage_id, []).append(waiting)
        for stage in scope.stages:
            # Open is what a deal says, not its stage: one may wait outside the funnel.
            if stage.kind != "open" and stage.id not in by_stage:
                continue
            rows.append(
                slices.sliced(
                    scope,
                    key,
                    name,
                    {
                        "position": stage.position,
                        "stage": stage.key,
                        "name": stage.name,
                        **_ages(by_stage.get(stage.id, []), usual_of.get(stage.id)),
                        "_cell": {"cell_stage": stage.id, "cell_usual": usual_of.get(stage.id)},
                    },
                )
            )
    here = "stage_id = :cell_stage"
    columns = (*slices.columns_of(scope), *AGEING)
    made = building.report(
        scope,
        "ageing",
        rule=_(
            "Open deals: whole days of 24 hours in the stage, since somebody was spoken to (deal"
            " or its contact), and how the nearest next step stands. Own 75%: after so many days"
            " three quarters of all stays in that stage had ended (Kaplan–Meier)."
        ),
        n=sum(row["deals"] for row in rows),
        columns=columns,
        rows=rows,
        total=building.add_up(columns, rows, leave=("position",)),
        keys=slices.keys_of(scope, "stage"),
        facts="ageing",
        cells={
            "": here,
            "deals": here,
            "over": f"{here} AND days > :cell_usual",
            "no_contact": f"{here} AND contact_days IS NULL",
            "overdue": f"{here} AND step_days < 0",
            "no_step": f"{here} AND has_step = 0",
        },
        left_out=[_("Closed deals; a deal without any contact has no days since one.")],
    )
    made.period = ""
    made.explain = [
        ngettext(
            "{stage}: {over} of {deals} there for more than {usual} day",
            "{stage}: {over} of {deals} there for more than {usual} days",
            row["usual"],
        ).format(stage=row["name"], over=row["over"], deals=row["deals"], usual=row["usual"])
        for row in rows
        if row["usual"] is not None
    ]
    if not scope.by:
        made.chart = ChartSpec(
            "bars",
            made.title,
            [
                Series(_("Open"), [Point(row["name"], row["deals"]) for row in rows]),
                Series(_("Over it"), [Point(row["name"], row["over"]) for row in rows]),
            ],
        )
    return made


def _ages(group: list[Any], usual: int | None) -> Row:
    days: dict[int, int] = {}
    contact: dict[int, int] = {}
    row = {"deals": 0, "over": 0, "no_contact": 0, "overdue": 0, "no_step": 0}
    for waiting in group:
        deals = waiting.deals
        row["deals"] += deals
        days[waiting.days] = days.get(waiting.days, 0) + deals
        if waiting.contact_days is None:
            row["no_contact"] += deals
        else:
            contact[waiting.contact_days] = contact.get(waiting.contact_days, 0) + deals
        if usual is not None and waiting.days > usual:
            row["over"] += deals
        if not waiting.has_step:
            row["no_step"] += deals
        elif waiting.step_days is not None and waiting.step_days < 0:
            row["overdue"] += deals
    return {
        **row,
        "median": statistics.median(days),
        "oldest": max(days, default=None),
        "youngest": min(days, default=None),
        "p25": statistics.quantile(days, 25),
        "p75": statistics.quantile(days, 75),
        "p90": statistics.quantile(days, 90),
        "mean": statistics.mean(days),
        "usual": usual,
        "contact_median": statistics.median(contact),
    }
