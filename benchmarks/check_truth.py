"""Hold the reports to figures that others have worked out from real files.

    python benchmarks/check_truth.py FOLDER

FOLDER holds one folder a data set (maven-crm, x-education-leads, sample-sales-crm), each with its
CSV files and a ``truth.json``; those that are missing are left out. The files are joined where
their tables belong together, imported with ``funnel import deals`` into a database of their own,
and each figure is read from the output of one ``funnel report`` command.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from funnelcli import config
from funnelcli.__main__ import main

Row = dict[str, Any]


class Checker:
    """Runs commands on one database and counts what agrees with the truth."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.db = str(folder / f"{name}.db")
        self.right = 0
        self.wrong: list[str] = []
        self.commands: set[str] = set()

    def run(self, *args: str) -> str:
        """The standard output of a command."""
        out = io.StringIO()
        with redirect_stdout(out):
            code = main([*args, "--db", self.db, "--no-input"])
        if code not in (0, 6):
            sys.exit(f"funnel {' '.join(args)}: exit {code}")
        return out.getvalue()

    def report(self, *args: str) -> list[Row]:
        """The rows of a report."""
        self.commands.add(" ".join(args))
        found: list[Row] = json.loads(self.run("report", *args, "--json"))["rows"]
        return found

    def same(self, what: str, found: Any, truth: Any) -> None:
        """Note whether a figure is the one of the truth, to the digits that it gives."""
        if isinstance(truth, float) and isinstance(found, int | float):
            digits = len(str(truth).partition(".")[2])
            agrees = abs(found - truth) <= 0.5 * 10**-digits + 1e-9
        else:
            agrees = found == truth
        if agrees:
            self.right += 1
        else:
            self.wrong.append(f"{what}: {found!r}, but {truth!r} is true")

    def say(self) -> bool:
        """Print the outcome; whether all agree."""
        print(
            f"{self.name}: {self.right} figures agree, {len(self.wrong)} do not;"
            f" {len(self.commands)} commands"
        )
        for line in self.wrong[:20]:
            print("  " + line)
        return not self.wrong


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    """Write rows as a CSV file; its path."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


# Maven ------------------------------------------------------------------------------------------

# truth.json's names of groups, and the prefix of the tags that stand for them.
GROUPS = {
    "by_agent": "agent",
    "by_manager": "manager",
    "by_region": "region",
    "by_series": "series",
    "by_sector": "sector",
    "by_country": "country",
}


def maven(folder: Path, work: Path) -> list[Checker]:
    """Deals of a computer seller: once with what was paid, once with the list price as value."""
    accounts = {row["account"]: row for row in read(folder / "accounts.csv")}
    prices = {row["product"]: row for row in read(folder / "products.csv")}
    teams = {row["sales_agent"]: row for row in read(folder / "sales_teams.csv")}
    rows = []
    for row in read(folder / "sales_pipeline.csv"):
        product = prices["GTX Pro" if row["product"] == "GTXPro" else row["product"]]
        account = accounts.get(row["account"], {})
        team = teams[row["sales_agent"]]
        tags = {
            "agent": row["sales_agent"],
            "manager": team["manager"],
            "region": team["regional_office"],
            "series": product["series"],
            "sector": account.get("sector", ""),
            "country": account.get("office_location", ""),
        }
        rows.append(
            {
                **row,
                "list": product["sales_price"],
                "tags": ";".join(f"{key}={value}" for key, value in tags.items()),
            }
        )
    path = write(work / "maven.csv", rows)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    paid, listed = Checker("maven-paid", work), Checker("maven-list", work)
    for checker, value in ((paid, "close_value"), (listed, "list")):
        checker.run(
            *("import", "deals", path, "--key", "opportunity_id", "--process", "cycle"),
            *("--map", "title={product} {opportunity_id}", "--map", f"value={value}"),
            *("--map", "organisation=account", "--map", "product=product", "--map", "tags=tags"),
            *("--map", "stage=deal_stage", "--map", "opened=engage_date"),
            *("--map", "closed=close_date", "--map", "reason==price", "--currency", "USD"),
            *("--map-stage", "Prospecting=qualification", "--map-stage", "Engaging=needs"),
            *("--map-stage", "Won=won", "--map-stage", "Lost=lost", "--decimal", "."),
            *("--opened-default", "2017-12-31", "--yes"),
        )
    _maven_whole(paid, listed, truth)
    slices: dict[str, tuple[list[str], dict[str, Row]]] = {
        "by_product": (["--by", "product"], truth["by_product"]),
        "by_account": (["--by", "organisation"], truth["by_account"]),
    }
    for group, prefix in GROUPS.items():
        of = {f"{prefix}={key}": value for key, value in truth[group].items()}
        slices[group] = (["--by", "tag"], of)
    for group, (by, values) in slices.items():
        _maven_slices(paid, listed, group, by, values)
    months = truth["by_close_month"]
    _closed(paid, listed, "by_close_month", ["--by", "month"], months)
    for quarter, value in truth["by_close_quarter"].items():
        period = ["--period", quarter.replace("Q", "-Q")]
        _closed(paid, listed, "by_close_quarter", period, {quarter: value})
    for month, value in truth["by_engage_month"].items():
        # Deals without the day stand under the default day, and are open, which no rate counts.
        words = [f"opened:{month}"] if month else ["stage:qualification", "is:open"]
        _closed(paid, listed, "by_engage_month", words, {month: value})
    (age,) = [
        row for row in paid.report("ageing", "--as-of", "2017-12-31") if row["stage"] == "needs"
    ]
    ages = truth["engaging_age_days_at_2017-12-31"]
    for ours, theirs in (("deals", "n"), ("median", "median"), ("oldest", "max")):
        paid.same(f"age {theirs}", age[ours], ages[theirs])
    for key in ("mean", "p25", "p75", "p90"):
        paid.same(f"age {key}", age[key], ages[key])
    paid.same("age min", age["youngest"], ages["min"])
    return [paid, listed]


def _maven_whole(paid: Checker, listed: Checker, truth: Row) -> None:
    counts = truth["stage_counts"]
    snapshot = {row["stage"]: row for row in paid.report("snapshot")}
    paid.same("Prospecting", snapshot["qualification"]["open"], counts["Prospecting"])
    paid.same("Engaging", snapshot["needs"]["open"], counts["Engaging"])
    paid.same("Won", snapshot["decision"]["won"], counts["Won"])
    paid.same("Lost", sum(row["lost"] for row in snapshot.values()), counts["Lost"])
    values = {row["stage"]: row for row in listed.report("snapshot")}
    listed.same(
        "list prospecting", values["qualification"]["value_minor"], _cents(truth, "prospecting")
    )
    listed.same("list engaging", values["needs"]["value_minor"], _cents(truth, "engaging"))
    (row,) = listed.report("win-rate")
    listed.same("list won", row["won_value_minor"], _cents(truth, "won"))
    listed.same("list lost", row["lost_value_minor"], _cents(truth, "lost"))
    _closed(paid, listed, "overall", [], {"": truth["overall"]})
    by_value = sorted(
        paid.report("win-rate", "--by", "organisation"), key=lambda row: -row["won_value_minor"]
    )
    top = [[row["slice"], row["won_value_minor"] // 100] for row in by_value[:10]]
    paid.same("top accounts", top, truth["top_accounts_by_won_value"])
    won = {
        row["slice"]: row["won_value_minor"] // 100
        for row in paid.report("win-rate", "--by", "month")
    }
    paid.same("won by month", won, truth["won_value_by_close_month"])


def _cents(truth: Row, key: str) -> int:
    return int(truth["list_value"][key]) * 100


def _name(slice_: Any) -> str:
    return "" if slice_ is None else str(slice_)


def _maven_slices(
    paid: Checker, listed: Checker, group: str, by: list[str], values: dict[str, Row]
) -> None:
    """Everything that truth.json says of the slices of a group."""
    _closed(paid, listed, group, by, values)
    sources = {_name(row["slice"]): row for row in paid.report("sources", *by)}
    opened: dict[str, Row] = defaultdict(lambda: defaultdict(int))
    for row in listed.report("snapshot", *by):
        opened[_name(row["slice"])][row["stage"]] += row["open"]
        opened[_name(row["slice"])]["value"] += row["value_minor"]
    for key, value in values.items():
        name = f"{group} {key}"
        paid.same(f"{name} count", sources[key]["deals"], value["count"])
        paid.same(f"{name} open", sources[key]["open"], value["open"])
        paid.same(f"{name} share", sources[key]["converted"], value["won_share_of_all"])
        listed.same(f"{name} engaging", opened[key]["needs"], value["engaging"])
        listed.same(f"{name} prospecting", opened[key]["qualification"], value["prospecting"])
        listed.same(f"{name} open value", opened[key]["value"], value["open_list_value"] * 100)


def _closed(
    paid: Checker, listed: Checker, group: str, args: list[str], values: dict[str, Row]
) -> None:
    """Won, lost, rates, values and lengths; ``args`` are filter words, a period or a slice."""
    rates = {_name(row.get("slice")): row for row in paid.report("win-rate", *args)}
    by_list = {_name(row.get("slice")): row for row in listed.report("win-rate", *args)}
    lengths = {
        (_name(row.get("slice")), row["outcome"]): row for row in paid.report("cycle", *args)
    }
    single = "--by" not in args
    for key, value in values.items():
        name, found = f"{group} {key}", "" if single else key
        rate, of_list = rates.get(found), by_list.get(found)
        if rate is None or of_list is None:
            paid.same(f"{name} won", 0, value["won"] + value["lost"])
            continue
        paid.same(f"{name} won", rate["won"], value["won"])
        paid.same(f"{name} lost", rate["lost"], value["lost"])
        paid.same(f"{name} rate", rate["rate"], value["win_rate"])
        paid.same(f"{name} won value", rate["won_value_minor"], value["won_value"] * 100)
        paid.same(f"{name} average", _whole(rate["average_minor"]), value["avg_won_value"])
        paid.same(f"{name} median", _whole(rate["median_minor"]), value["median_won_value"])
        listed.same(f"{name} by value", of_list["rate_by_value"], value["win_rate_by_list_value"])
        for outcome in ("won", "lost", "closed"):
            wanted, length = value[f"cycle_{outcome}"], lengths.get((found, outcome), {})
            if wanted is None:
                paid.same(f"{name} cycle {outcome}", length.get("deals", 0), 0)
                continue
            for ours, theirs in (
                *(("deals", "n"), ("mean", "mean"), ("median", "median"), ("shortest", "min")),
                *(("longest", "max"), ("p25", "p25"), ("p75", "p75"), ("p90", "p90")),
            ):
                paid.same(f"{name} {outcome} {theirs}", length[ours], wanted[theirs])


def _whole(minor: int | None) -> float | None:
    return None if minor is None else minor / 100


# Leads of a course seller -----------------------------------------------------------------------

LEADS = {
    "by_source": "Lead Source",
    "by_origin": "Lead Origin",
    "by_occupation": "What is your current occupation",
    "by_last_activity": "Last Activity",
    "by_country": "Country",
    "by_city": "City",
    "by_tags": "Tags",
    "by_quality": "Lead Quality",
}


def leads(folder: Path, work: Path) -> list[Checker]:
    """Leads that were converted or not; the truth's rates are won / all."""
    checker = Checker("x-education-leads", work)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows = []
    for row in read(folder / "Leads.csv"):
        tags = (f"{group}={row[column].replace(';', ',')}" for group, column in LEADS.items())
        rows.append(
            {
                "id": row["Lead Number"],
                "status": "won" if row["Converted"] == "1" else "lost",
                "tags": ";".join(tags),
            }
        )
    checker.run(
        *("import", "deals", write(work / "leads.csv", rows), "--key", "id"),
        *("--process", "funnel", "--map", "title=id", "--map", "status=status"),
        *("--map", "value==0", "--map", "reason==price", "--map", "tags=tags"),
        *("--opened-default", "2026-01-02", "--closed-default", "2026-01-03", "--yes"),
    )
    (row,) = checker.report("win-rate")
    checker.same("rows", row["decided"], truth["rows"])
    checker.same("converted", row["won"], truth["converted"])
    checker.same("conversion", row["rate"], truth["conversion"])
    found = {row["slice"]: row for row in checker.report("win-rate", "--by", "tag")}
    tagged = {tag.casefold(): row for tag, row in found.items() if tag is not None}
    for group in LEADS:
        for key, value in _regardless_of_case(truth[group]).items():
            row = tagged[f"{group}={key.replace(';', ',')}"]
            checker.same(f"{group} {key} leads", row["decided"], value["leads"])
            checker.same(f"{group} {key} converted", row["won"], value["converted"])
            checker.same(f"{group} {key} rate", row["rate"], value["rate"])
    return [checker]


def _regardless_of_case(values: dict[str, Row]) -> dict[str, Row]:
    """The groups of a truth as tags have them: "google" and "Google" are one, whose figures are
    those of both."""
    found: dict[str, Row] = {}
    for key, value in values.items():
        known = found.get(key.casefold())
        if known is not None:
            leads, converted = (known[name] + value[name] for name in ("leads", "converted"))
            value = {"leads": leads, "converted": converted, "rate": round(converted / leads, 6)}
        found[key.casefold()] = value
    return found


# Opportunities of a sample CRM ------------------------------------------------------------------

STAGES = {
    "Prospecting": "qualification",
    "Proposal Sent": "offer",
    "Negotiation": "negotiation",
    "Closed Won": "won",
    "Closed Lost": "lost",
}


def sample(folder: Path, work: Path) -> list[Checker]:
    """Opportunities by stage, with their value and the win rate."""
    checker = Checker("sample-sales-crm", work)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    stages = [part for text, stage in STAGES.items() for part in ("--map-stage", f"{text}={stage}")]
    checker.run(
        *("import", "deals", str(folder / "Opportunity.csv"), "--key", "OpportunityID"),
        *("--process", "cycle", "--map", "title=OpportunityID", "--map", "value=EstimatedValue"),
        *("--map", "stage=OpportunityStage", "--map", "closed=CloseDate"),
        *("--map", "reason==price", "--decimal", ".", "--opened-default", "2025-01-01", *stages),
        "--yes",
    )
    snapshot = {row["stage"]: row for row in checker.report("snapshot")}
    (rate,) = checker.report("win-rate")
    cents = {
        text: int(str(value).replace(".", "")) for text, value in truth["value_by_stage"].items()
    }
    for text, stage in STAGES.items():
        if stage in ("won", "lost"):
            checker.same(text, rate[stage], truth["stages"][text])
            checker.same(f"{text} value", rate[f"{stage}_value_minor"], cents[text])
        else:
            checker.same(text, snapshot[stage]["open"], truth["stages"][text])
            checker.same(f"{text} value", snapshot[stage]["value_minor"], cents[text])
    checker.same("win rate", rate["rate"], truth["win_rate"])
    return [checker]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        os.environ |= {
            "FUNNEL_CONFIG_DIR": temporary,
            "FUNNEL_TIMEZONE": "Europe/Berlin",
            "FUNNEL_LANGUAGE": "en",
        }
        config.forget()
        good = True
        for data, check in (
            ("maven-crm", maven),
            ("x-education-leads", leads),
            ("sample-sales-crm", sample),
        ):
            if (Path(sys.argv[1]) / data).is_dir():
                for made in check(Path(sys.argv[1]) / data, place):
                    good &= made.say()
        sys.exit(0 if good else 1)
