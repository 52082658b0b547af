"""Customers: who stayed, who was referred, how content they are."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from math import sqrt
from typing import Any

from funnelcli import config
from funnelcli.i18n import _
from funnelcli.render import human
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import ask
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, ratio, share
from funnelcli.reports.scope import Scope

RETENTION = (
    Column("active_start", "At the start", "int"),
    Column("kept", "Still active", "int"),
    share("retention", "Retention", "kept", "active_start"),
    Column("new", "New", "int", drop=2),
    Column("active_end", "At the end", "int", drop=2),
    Column("customers", "Ever", "int", drop=3),
    Column("repeated", "Bought again", "int", drop=1),
    share("repeat_rate", "Repeat rate", "repeated", "customers"),
    Column("days_between", "Between orders", "days", drop=1),
)
_COUNTED = ("customers", "new", "active_start", "kept", "active_end", "repeated", "gaps", "days")


def count_customers(conn: sqlite3.Connection, scope: Scope) -> dict[Any, dict[str, int]]:
    """For each slice the customers of the period; active is who bought within the setting
    ``active_days`` before a moment."""
    days = timedelta(days=int(config.get("active_days")))
    start, end = scope.parameters["start"], min(scope.parameters["end"], _tomorrow(scope))
    found = ask(
        conn,
        scope,
        "customers",
        active_start=_before(start, days),
        active_end=_before(end, days),
    )
    return {row[0]: dict(zip(_COUNTED, row[1:], strict=True)) for row in found}


def _tomorrow(scope: Scope) -> str:
    return (date.fromisoformat(scope.today) + timedelta(days=1)).isoformat()


def _before(day: str, days: timedelta) -> str:
    found = date.fromisoformat(max(day, "0001-01-01"))
    return (found - days).isoformat() if found - date.min > days else "0001-01-01"


def retention(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Customers of the period's start who are still active at its end / those of the start."""
    counts = count_customers(conn, scope)
    rows: list[Row] = []
    for key, name in pieces.in_order(conn, scope, counts):
        found = counts.get(key) or dict.fromkeys(_COUNTED, 0)
        row: Row = {
            **{column: found[column] for column in _COUNTED[:6]},
            "retention": ratio(found["kept"], found["active_start"]),
            "repeat_rate": ratio(found["repeated"], found["customers"]),
            "days_between": ratio(found["days"], found["gaps"]),
            "_cell": {},
        }
        rows.append(pieces.sliced(scope, key, name, row))
    days = config.get("active_days")
    made = pieces.report(
        scope,
        "retention",
        _("Retention"),
        rule=_(
            "A customer is an organisation, or a person without one, with a win that was not"
            " withdrawn; active: won a deal within the last {days} days (setting active_days)."
            " Retention: active at the start and at the end of the period / active at its start."
            " Repeat rate: customers with two wins or more / all. Between orders: Σ days from"
            " first to last win / Σ (wins − 1)."
        ).format(days=days),
        n=sum(row["customers"] for row in rows),
        columns=(*pieces.slice_columns(scope), *RETENTION),
        rows=rows,
        keys=pieces.keys_of(scope),
        compared=("retention", "new"),
        facts="customers",
        unit="customers",
        cells={"": "1 = 1", "new": "won_on >= :start"},
        left_out=[_("Wins of deals without a contact.")],
    )
    made.explain = [
        _("{kept} still active / {start} at the start = {share}").format(
            kept=row["kept"],
            start=row["active_start"],
            share=pieces.share_text(row["kept"], row["active_start"]) or "–",
        )
        for row in rows
    ]
    return made


REFERRALS = (
    Column("new", "New customers", "int"),
    Column("referred", "Referred", "int"),
    share("referred_share", "Share referred", "referred", "new"),
    Column("customers", "Customers", "int"),
    Column("refer", "Who refer", "int"),
    share("refer_share", "Share who refer", "refer", "customers"),
)


def referrals(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Two figures, never mixed: new customers who were referred, customers who refer."""
    found = ask(conn, scope, "referrals")
    rows: list[Row] = []
    for key, name, group in pieces.grouped(conn, scope, found):
        _slice, customers, new, referred, refer = group[0] if group else (None, 0, 0, 0, 0)
        row: Row = {
            "new": new,
            "referred": referred,
            "referred_share": ratio(referred, new),
            "customers": customers,
            "refer": refer,
            "refer_share": ratio(refer, customers),
            "_cell": {},
        }
        rows.append(pieces.sliced(scope, key, name, row))
    made = pieces.report(
        scope,
        "referrals",
        _("Referrals"),
        rule=_(
            "Share referred: of the customers whose first win lies in the period, those with a"
            " contact whom somebody referred. Share who refer: of all customers up to the period's"
            " end, those with a contact who referred somebody."
        ),
        n=sum(row["customers"] for row in rows),
        columns=(*pieces.slice_columns(scope), *REFERRALS),
        rows=rows,
        keys=pieces.keys_of(scope),
        compared=("referred_share", "refer_share"),
        facts="referrals",
        unit="customers",
        cells={"": "1 = 1", "referred": "won_on >= :start AND referred = 1"},
        left_out=[_("Wins of deals without a contact; referred contacts who did not buy.")],
    )
    made.explain = [
        _("{referred} / {new} new customers; {refer} / {customers} customers").format(
            referred=row["referred"],
            new=row["new"],
            refer=row["refer"],
            customers=row["customers"],
        )
        for row in rows
    ]
    return made


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
        return pieces.share_text(row["good"], row["scores"])
    text = pieces.number_text(row["result"])
    return text if row["scores"] >= human.FEW else f"{row['good']}−{row['bad']}/{row['scores']}"


def _error(row: Row) -> str:
    return "" if row["error"] is None else "± " + pieces.number_text(row["error"])


def _mean(row: Row) -> str:
    return "" if row["mean"] is None else pieces.number_text(row["mean"])


def satisfaction(conn: sqlite3.Connection, scope: Scope) -> Report:
    """NPS = % (9–10) − % (0–6) with its standard error; CSAT = % (4–5 of 5)."""
    found = ask(conn, scope, "satisfaction")
    rows: list[Row] = []
    for key, name, group in pieces.grouped(conn, scope, found):
        for kind in ("nps", "csat"):
            scores = {row[2]: row[3] for row in group if row[1] == kind}
            row = scored(kind, scores)
            row["_cell"] = {"cell_kind": kind}
            rows.append(pieces.sliced(scope, key, name, row))
    made = pieces.report(
        scope,
        "satisfaction",
        _("Satisfaction"),
        rule=_(
            "NPS: % of scores 9–10 − % of scores 0–6, from −100 to 100; standard error"
            " 100 · √((p + d − (p − d)²) / n). CSAT: share of scores 4–5 of 5, standard error"
            " 100 · √(s (1 − s) / n). Every score counts, of one contact several too."
        ),
        n=sum(row["scores"] for row in rows),
        columns=(*pieces.slice_columns(scope), *SATISFACTION),
        rows=rows,
        keys=pieces.keys_of(scope, "kind"),
        compared=("result", "scores"),
        facts="satisfaction",
        unit="scores",
        cells={
            "": "kind = :cell_kind",
            "good": "kind = :cell_kind AND score >= CASE kind WHEN 'nps' THEN 9 ELSE 4 END",
            "bad": "kind = :cell_kind AND score <= CASE kind WHEN 'nps' THEN 6 ELSE 2 END",
        },
        left_out=pieces.without_deal(scope),
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
    given = {row[2]: row[3] for row in found if row[1] == "nps"}
    # A score that nobody gave is part of the picture.
    points = [Point(str(score), given.get(score, 0)) for score in range(11)]
    if given and scope.by is None:
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
