"""Customers: who stayed, who was referred, who refers."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from funnelcli import config
from funnelcli.i18n import _, ngettext
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any

RETENTION = (
    Column("active_start", "At the start", "int"),
    Column("kept", "Still active", "int"),
    share_column("retention", "Retention", "kept", "active_start"),
    Column("new", "New", "int", drop=2),
    Column("active_end", "At the end", "int", drop=2),
    Column("customers", "Ever", "int", drop=3),
    Column("repeated", "Bought again", "int", drop=1),
    share_column("repeat_rate", "Repeat rate", "repeated", "customers"),
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
    return {row.slice: {name: getattr(row, name) for name in _COUNTED} for row in found}


def _tomorrow(scope: Scope) -> str:
    return (date.fromisoformat(scope.today) + timedelta(days=1)).isoformat()


def _before(day: str, days: timedelta) -> str:
    found = date.fromisoformat(max(day, "0001-01-01"))
    return (found - days).isoformat() if found - date.min > days else "0001-01-01"


def retention(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Customers of the period's start who are still active at its end / those of the start."""
    counts = count_customers(conn, scope)
    rows: list[Row] = []
    for key, name in slices.in_order(conn, scope, counts):
        found = counts.get(key) or dict.fromkeys(_COUNTED, 0)
        row: Row = {
            **{column: found[column] for column in _COUNTED[:6]},
            "retention": ratio(found["kept"], found["active_start"]),
            "repeat_rate": ratio(found["repeated"], found["customers"]),
            "days_between": ratio(found["days"], found["gaps"]),
            "_cell": {},
        }
        rows.append(slices.sliced(scope, key, name, row))
    days = config.get("active_days")
    made = building.report(
        scope,
        "retention",
        rule=_(
            "A customer is an organisation, or a person without one, with a win that was not"
            " withdrawn; active: won a deal within the last {days} days (setting active_days)."
            " Retention: active at the start and at the end of the period / active at its start."
            " Repeat rate: customers with two wins or more / all. Between orders: Σ days from"
            " first to last win / Σ (wins − 1)."
        ).format(days=days),
        n=sum(row["customers"] for row in rows),
        columns=(*slices.columns_of(scope), *RETENTION),
        rows=rows,
        keys=slices.keys_of(scope),
        facts="customers",
        unit="customers",
        cells={"": "1 = 1", "new": "won_on >= :start"},
        left_out=[_("Wins of deals without a contact.")],
    )
    made.explain = [
        _("{kept} still active / {start} at the start = {share}").format(
            kept=row["kept"],
            start=row["active_start"],
            share=wording.share_text(row["kept"], row["active_start"]) or "–",
        )
        for row in rows
    ]
    return made


REFERRALS = (
    Column("new", "New customers", "int"),
    Column("referred", "Referred", "int"),
    share_column("referred_share", "Share referred", "referred", "new"),
    Column("customers", "Customers", "int"),
    Column("refer", "Who refer", "int"),
    share_column("refer_share", "Share who refer", "refer", "customers"),
)


def referrals(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Two figures, never mixed: new customers who were referred, customers who refer."""
    found = ask(conn, scope, "referrals")
    rows: list[Row] = []
    for key, name, group in slices.grouped(conn, scope, found):
        counted = ("new", "referred", "customers", "refer")
        row: Row = {column: getattr(group[0], column) if group else 0 for column in counted}
        row["referred_share"] = ratio(row["referred"], row["new"])
        row["refer_share"] = ratio(row["refer"], row["customers"])
        row["_cell"] = {}
        rows.append(slices.sliced(scope, key, name, row))
    made = building.report(
        scope,
        "referrals",
        rule=_(
            "Share referred: of the customers whose first win lies in the period, those with a"
            " contact whom somebody referred. Share who refer: of all customers up to the period's"
            " end, those with a contact who referred somebody."
        ),
        n=sum(row["customers"] for row in rows),
        columns=(*slices.columns_of(scope), *REFERRALS),
        rows=rows,
        keys=slices.keys_of(scope),
        facts="referrals",
        unit="customers",
        cells={"": "1 = 1", "referred": "won_on >= :start AND referred = 1"},
        left_out=[_("Wins of deals without a contact; referred contacts who did not buy.")],
    )
    made.explain = [
        _("{referred} / {new}; {refer} / {customers}").format(
            referred=row["referred"],
            new=ngettext("{n} new customer", "{n} new customers", row["new"]).format(n=row["new"]),
            refer=row["refer"],
            customers=wording.counted(row["customers"], "customers"),
        )
        for row in rows
    ]
    return made
