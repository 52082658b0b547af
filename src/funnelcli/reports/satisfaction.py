"""How content customers are: NPS and CSAT."""

from __future__ import annotations

import sqlite3
from math import sqrt

from funnelcli.i18n import _
from funnelcli.render import human
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio

SATISFACTION = (
    Column("kind", "Kind", names=str.upper),
    Column("scores", "Scores", "int"),
    Column("result", "Result", shown=lambda row: _score(row)),
    Column("error", "Standard error", shown=lambda row: _error(row), drop=1),
    Column("good", "Good", "int", drop=2),
    Column("neutral", "Neutral", "int", drop=3),
    Column("bad", "Bad", "int", drop=2),
    Column("mean", "Mean", "int", drop=3, shown=lambda row: _mean(row)),
)


def _score(row: Row) -> str:
    if row["result"] is None:
        return ""
    if row["kind"] == "csat":
        return wording.share_text(row["good"], row["scores"])
    text = wording.number_text(row["result"])
    return text if row["scores"] >= human.FEW else f"{row['good']}−{row['bad']}/{row['scores']}"


def _error(row: Row) -> str:
    return "" if row["error"] is None else "± " + wording.number_text(row["error"])


def _mean(row: Row) -> str:
    return "" if row["mean"] is None else wording.number_text(row["mean"])


def satisfaction(conn: sqlite3.Connection, scope: Scope) -> Report:
    """NPS = % (9–10) − % (0–6) with its standard error; CSAT = % (4–5 of 5)."""
    found = ask(conn, scope, "satisfaction")
    rows: list[Row] = []
    for key, name, group in slices.grouped(conn, scope, found):
        for kind in ("nps", "csat"):
            scores = {row.score: row.scores for row in group if row.kind == kind}
            row = scored(kind, scores)
            row["_cell"] = {"cell_kind": kind}
            rows.append(slices.sliced(scope, key, name, row))
    made = building.report(
        scope,
        "satisfaction",
        rule=_(
            "NPS: % of scores 9–10 − % of scores 0–6, from −100 to 100; standard error"
            " 100 · √((p + d − (p − d)²) / n). CSAT: share of scores 4–5 of 5, standard error"
            " 100 · √(s (1 − s) / n). Every score counts, of one contact several too."
        ),
        n=sum(row["scores"] for row in rows),
        columns=(*slices.columns_of(scope), *SATISFACTION),
        rows=rows,
        keys=slices.keys_of(scope, "kind"),
        facts="satisfaction",
        unit="scores",
        cells={
            "": "kind = :cell_kind",
            "good": "kind = :cell_kind AND score >= CASE kind WHEN 'nps' THEN 9 ELSE 4 END",
            "bad": "kind = :cell_kind AND score <= CASE kind WHEN 'nps' THEN 6 ELSE 2 END",
        },
        left_out=building.without_deal(scope),
    )
    if any(0 < row["scores"] < 30 for row in rows):
        made.notes.append(_("So few scores say little: mind the standard error."))
    made.explain = [
        _("{kind}: {good} good, {neutral} neutral, {bad} bad of {n}").format(
            kind=row["kind"].upper(),
            good=row["good"],
            neutral=row["neutral"],
            bad=row["bad"],
            n=row["scores"],
        )
        for row in rows
    ]
    given = {row.score: row.scores for row in found if row.kind == "nps"}
    # A score that nobody gave is part of the picture.
    points = [Point(str(score), given.get(score, 0)) for score in range(11)]
    if given and not scope.by:
        made.chart = ChartSpec("histogram", "NPS", [Series(_("Scores"), points)])
    return made


def scored(kind: str, scores: dict[int, int]) -> Row:
    """NPS or CSAT of a histogram {score: how many}, in percent points, with its standard error."""
    n = sum(scores.values())
    limits = (9, 6) if kind == "nps" else (4, 2)
    good = sum(count for score, count in scores.items() if score >= limits[0])
    bad = sum(count for score, count in scores.items() if score <= limits[1])
    result = error = None
    if n and kind == "nps":
        result = 100 * (good - bad) / n
        error = 100 * sqrt(((good + bad) / n - ((good - bad) / n) ** 2) / n)
    elif n:
        result = 100 * good / n
        error = 100 * sqrt(good / n * (1 - good / n) / n)
    return {
        "kind": kind,
        "scores": n,
        "result": result,
        "error": error,
        "good": good,
        "neutral": n - good - bad,
        "bad": bad,
        "mean": ratio(sum(score * count for score, count in scores.items()), n),
    }
