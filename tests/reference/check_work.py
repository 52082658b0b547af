"""Cost, cost of a customer, sources, objections and activity, held to the reference."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from funnelcli.reports.model import Report
from reference import work as expected
from reference.asked import Asked, ratio, same, won
from reference.customers import retention
from reference.ledger import Deal, day_of, half_up

PARTS = ("time_cost", "km_cost", "expenses", "cost")
ENDS = ("open", "lost", "undecided")


def check_cost(asked: Asked) -> None:
    report = asked.report("cost")
    for part in asked.parts(report, "cost"):
        found: Counter[Any] = Counter()
        for row in part.rows:
            for what in PARTS:
                found[row["stage"], row["currency"], what] += row[what]
            for what in ("minutes", "kilometres"):
                found[row["stage"], what] += row[what]
        same(found, expected.cost(part.ledger, asked.at, part.days))
    if asked.by == "process":
        return
    whole = asked.whole("cost")
    if "tag" not in (asked.by or ""):
        texts = " ".join(report.left_out)
        for number, unit in zip(
            expected.unpriced(whole, asked.at, asked.days), ("minutes", "km"), strict=True
        ):
            assert (f"{number} {unit}" in texts) == bool(number)
    (per,) = report.extra
    wanted = expected.cost_per(whole, asked.at, asked.days)
    costs: Counter[Any] = Counter()
    for row in per.rows:
        costs[row["part"], row["currency"]] += row["cost"]
        costs[row["part"], "deals"] = row["deals"]
        each = half_up(Fraction(row["cost"], row["deals"])) if row["deals"] else None
        assert row["each"] == each
    same(costs, wanted)


def check_cac(asked: Asked) -> None:
    overhead = asked.strays and asked.by in (None, "source") and asked.one_process is None
    report = asked.report("cac")
    if asked.by == "month":
        _cac_by_month(asked, report)
        return
    for part in asked.parts(report, "cac"):
        ledger = part.ledger
        if asked.by is not None:
            of = [one for one in ledger.overheads if one.source == part.key]
            ledger = replace(ledger, overheads=of)
        wanted = expected.cac(ledger, asked.at, part.days, overhead)
        customers = retention(part.ledger, asked.at, part.days, 365)["new"]
        found: Counter[Any] = Counter()
        for row in part.rows:
            for what in ("effort", "overhead"):
                found[row["currency"], what] += row[what]
            assert row["customers"] == customers
            amount = row["effort"] + row["overhead"]
            assert row["each"] == (half_up(Fraction(amount, customers)) if customers else None)
        same(found, wanted)
        assert part.rows or not customers


def _cac_by_month(asked: Asked, report: Report) -> None:
    """Effort in the month in which it was made, customers in that of their win."""
    whole = asked.whole("cac")
    wanted: Counter[Any] = Counter()
    for entry in whole.entries:
        only = replace(whole, entries=[entry])
        for (currency, _what), value in expected.cac(only, asked.at, asked.days, False).items():
            wanted[f"{day_of(entry.at):%Y-%m}", currency] += value
    same({(row["slice"], row["currency"]): row["effort"] for row in report.rows}, wanted)
    for month in {f"{day:%Y-%m}" for day in asked.days_known()}:
        in_month = whole.only(lambda deal, m=month: m == month_won(deal, asked.at), strays=False)
        customers = retention(in_month, asked.at, asked.days, 365)["new"]
        rows = [row for row in report.rows if row["slice"] == month]
        assert {row["customers"] for row in rows} <= {customers}
        assert rows or not customers


def month_won(deal: Deal, at: int) -> str | None:
    """The month of a deal's win."""
    states = deal.until(at)
    day = won(states) if states else None
    return f"{day:%Y-%m}" if day else None


def check_sources(asked: Asked) -> None:
    overhead = asked.strays and asked.by is None and asked.one_process is None
    for part in asked.parts(asked.report("sources"), "sources"):
        wanted = expected.sources(part.ledger, asked.at, part.days, overhead)
        found: Counter[Any] = Counter()
        for row in part.rows:
            cell = (row["source"], row["currency"])
            of = {what: wanted[*cell, what] for what in (*ENDS, "won", "withdrawn", "duplicate")}
            assert row["won"] == of["won"] + of["withdrawn"]
            assert {what: row[what] for what in ENDS} == {what: of[what] for what in ENDS}
            assert row["duplicates"] == of["duplicate"]
            assert row["rate"] == ratio(row["won"], row["won"] + row["lost"])
            assert row["converted"] == ratio(row["won"], row["deals"] - row["duplicates"])
            assert row["margin"] == row["won_value"] - row["cost"]
            for what, column in (("deals", "deals"), ("value", "won_value"), ("cost", "cost")):
                found[*cell, what] += row[column]
        whats = ("deals", "value", "cost")
        same(found, {key: value for key, value in wanted.items() if key[2] in whats})


def check_objections(asked: Asked) -> None:
    for part in asked.parts(asked.report("objections"), "objections"):
        found: Counter[Any] = Counter()
        for row in part.rows:
            for what in ("objections", "genuine", "resolved", "deals", "won", "lost"):
                found[row["kind"], what] += row[what]
            assert row["pretext"] == row["objections"] - row["genuine"]
            assert row["resolved_share"] == ratio(row["resolved"], row["objections"])
            assert row["rate"] == ratio(row["won"], row["won"] + row["lost"])
        same(found, expected.objections(part.ledger, asked.at, part.days))


def check_activity(asked: Asked) -> None:
    counted = ("visits", "calls", "mails", "attempts", "minutes", "late", "won", "entries")
    for part in asked.parts(asked.report("activity"), "activity"):
        found: Counter[Any] = Counter()
        for row in part.rows:
            for what in counted:
                found[row["week"], what] += row[what]
            assert row["late_share"] == ratio(row["late"], row["entries"])
        same(found, expected.activity(part.ledger, asked.at, part.days))


def check_calls(asked: Asked) -> None:
    counted = ("calls", "people", "reached", "minutes", "timed")
    for part in asked.parts(asked.report("calls"), "calls"):
        found: Counter[Any] = Counter()
        won_from: Counter[Any] = Counter()
        for row in part.rows:
            for what in counted:
                found[row["list"], what] += row[what]
            won_from[row["list"], "won"] += row["won"]
            assert row["reached_share"] == ratio(row["reached"], row["calls"])
            each = round(row["timed"] * 60 / row["minutes"], 6) if row["minutes"] else None
            assert row["calls_per_hour"] == each
        same(found, expected.calls(part.ledger, asked.at, part.days))
        if "month" not in (asked.by or ""):
            # A month is that of the call, and not of the deal.
            same(won_from, expected.calls_won(part.ledger, asked.at, part.days))
