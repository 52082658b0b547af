"""Hold imports to what they say of themselves, on real files.

    python benchmarks/check_imports.py FOLDER [-v]

Every table, calendar and card file under FOLDER is imported from a copy, twice, and deals once
more after a week in which some of them were sold, moved, priced anew, closed or opened. Before and
after each import the databases are compared row by row: what differs must be what the import says
(added, changed by field, rejected into the file that it names), and what it says must have
happened. The second import of a file must change nothing and reject what the first one did. A list
of something else must be refused; a table of it must be taken where its likeliest title is named.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from funnelcli import config
from funnelcli.__main__ import main
from funnelcli.formats.tabular import open_table
from funnelcli.values import dates

sys.path.append(str(Path(__file__).parents[1] / "tests"))
explained: Any = import_module("explained")

NOW = dates.now
PARTLY, REFUSED = 6, (2, 3)
_SUFFIXES = (".csv", ".ics", ".vcf", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".json", ".zip")
# What a refusal offers for a list of something else.
_TITLE = re.compile(r'--map title="([^"]+)"')
Table = list[dict[str, str]]


class Deals(NamedTuple):
    """A file of deals: the options of its import, its columns, the texts of open stages, and those
    of won and lost ones."""

    words: tuple[str, ...]
    key: str
    value: str
    stage: str
    closed: str
    open_texts: tuple[str, ...]
    won: str
    lost: str
    pattern: str = "%Y-%m-%d"


def _maps(**texts: str) -> tuple[str, ...]:
    return tuple(word for pair in texts.items() for word in ("--map", "=".join(pair)))


def _stages(texts: dict[str, str]) -> tuple[str, ...]:
    return tuple(word for pair in texts.items() for word in ("--map-stage", "=".join(pair)))


DEALS = {
    "maven-crm/sales_pipeline.csv": Deals(
        (
            *_maps(title="{product} {opportunity_id}", value="close_value", stage="deal_stage"),
            *_maps(organisation="account", opened="engage_date", closed="close_date"),
            *_maps(reason="=price", tags="sales_agent"),
            *_stages({"Prospecting": "qualification", "Engaging": "needs"}),
            *("--currency", "USD", "--decimal", ".", "--opened-default", "2017-12-31"),
        ),
        *("opportunity_id", "close_value", "deal_stage", "close_date"),
        *(("Prospecting", "Engaging"), "Won", "Lost"),
    ),
    "x-education-leads/Leads.csv": Deals(
        (
            *("--process", "funnel", "--opened-default", "2026-01-02"),
            *("--closed-default", "2026-01-03"),
            *_maps(title="Lead Number", status="Converted", value="TotalVisits", reason="=price"),
            *_maps(source="Lead Source", tags="City"),
            *_stages({"1": "won", "0": "lost"}),
        ),
        *("Lead Number", "TotalVisits", "Converted", "", (), "1", "0"),
    ),
    "sample-sales-crm/Opportunity.csv": Deals(
        (
            *_maps(title="OpportunityID", value="EstimatedValue", stage="OpportunityStage"),
            *_maps(closed="CloseDate", reason="=price"),
            *_stages({"Prospecting": "qualification", "Proposal Sent": "offer"}),
            *("--decimal", ".", "--opened-default", "2025-01-01"),
        ),
        *("OpportunityID", "EstimatedValue", "OpportunityStage", "CloseDate"),
        *(("Prospecting", "Proposal Sent", "Negotiation"), "Closed Won", "Closed Lost"),
    ),
    "sample-sales-crm/Leads.csv": Deals(
        (
            *_maps(title="LeadID", contact="ContactID", source="LeadSource", status="LeadStatus"),
            *_maps(opened="CreatedDate", notes="Notes"),
            *_stages(dict.fromkeys(("New", "Working", "Qualified", "Nurturing"), "open")),
            *_stages({"Unqualified": "lost", "Disqualified": "lost", "Converted": "won"}),
            *("--closed-default", "2026-01-03"),
        ),
        *("LeadID", "", "LeadStatus", "", ("New", "Working", "Qualified"), "", ""),
    ),
    "crm-exports/hubspot/hubspot_deals.csv": Deals(
        _stages(
            {
                "appointmentscheduled": "qualification",
                "qualifiedtobuy": "needs",
                "presentationscheduled": "offer",
                "contractsent": "negotiation",
            }
        ),
        *("Record ID", "Amount", "Deal Stage", "Close Date"),
        *(("appointmentscheduled", "qualifiedtobuy", "contractsent"), "closedwon", "closedlost"),
    ),
    "crm-exports/mixed/sf_importer_opps.csv": Deals(
        (
            *_maps(title="opportunity_name", organisation="company", stage="opportunity_stage"),
            *_maps(closed="close_date", value="amount", product="product"),
            *_stages({"lead": "qualification", "demo": "needs", "presentation": "offer"}),
            *("--opened-default", "2024-01-01", "--decimal", "."),
        ),
        *("id", "amount", "opportunity_stage", "close_date"),
        *(("lead", "demo", "presentation", "negotiation"), "won", "lost", "%m/%d/%Y"),
    ),
    "crm-exports/simplecrm-pipedrive/deals_en.csv": Deals(
        _stages({"Qualified": "qualification"}),
        *("Deal - Pipedrive System ID", "Deal - Value", "Deal - Status", "Deal - Closed on"),
        *(("Open",), "Won", "Lost"),
    ),
}
PRICES = {
    "maven-crm/products.csv": _maps(sku="product", name="product", price="sales_price"),
    "sample-sales-crm/Products.csv": _maps(sku="ItemNo", name="ItemName", price="UnitPrice"),
}


class Checked(NamedTuple):
    """What became of a file: taken, or refused; the rows that its imports accounted for; what
    nothing explains."""

    how: str
    rows: int
    found: list[str]


class Run(NamedTuple):
    """What an import printed."""

    code: int
    said: str
    report: dict[str, Any]


def run(db: Path, *words: str) -> Run:
    """Import something into a database."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["import", *words, "--json", "--db", str(db), "--no-input"])
    return Run(code, err.getvalue(), json.loads(out.getvalue()) if code in (0, PARTLY) else {})


def read(path: Path) -> Table:
    """The rows of a table by column."""
    with open_table(str(path)) as table:
        return [dict(zip(table.header, row.cells, strict=False)) for row in table.rows()]


def write(path: Path, rows: Table) -> None:
    """Write a table anew, as UTF-8 with commas."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def week(rows: Table, deals: Deals, dice: random.Random) -> Iterator[dict[str, str]]:
    """The rows after a week's work."""
    today = dates.today()

    def day(ago: int) -> str:
        return (today - timedelta(days=ago)).strftime(deals.pattern)

    for row in rows:
        if dice.random() < 0.01:
            continue  # Somebody removed it.
        act = dice.random()
        if act < 0.05 and deals.value:
            row[deals.value] = str(dice.randrange(1, 90_000))
        elif act < 0.10 and deals.open_texts and row[deals.stage] in deals.open_texts:
            row[deals.stage] = dice.choice(deals.open_texts)
        elif act < 0.16 and deals.won and row[deals.stage] not in (deals.won, deals.lost):
            row[deals.stage] = dice.choice((deals.won, deals.lost))
            # One in five is recorded with a day before much of what is on file.
            row[deals.closed] = day(dice.choice((0, 1, 3, 6, 900)))
        elif act < 0.18 and deals.won and deals.open_texts:
            row[deals.stage] = dice.choice(deals.open_texts)
        elif act < 0.20 and deals.won:
            row[deals.stage] = deals.won if row[deals.stage] == deals.lost else deals.lost
        yield row
        if dice.random() < 0.01:
            yield {**row, deals.key: f"N{row[deals.key]}"}


def check_deals(path: Path, work: Path, deals: Deals) -> Checked:
    """Import a file of deals three times; what nothing explains."""
    db, copy = work / "deals.db", work / path.name
    copy.write_bytes(path.read_bytes())
    words = ("deals", str(copy), "--key", deals.key, *deals.words)
    run(db, "deals", os.devnull)  # Makes the database.
    before: Any = explained.snapshot(str(db))
    found: list[str] = []
    rows = 0
    first = second = None
    for turn in ("first", "second", "third"):
        if turn == "third":
            dates.now = lambda: int(time.time()) + 7 * 86_400
            write(copy, list(week(read(copy), deals, random.Random(7))))  # noqa: S311
        done = run(db, *words)
        if done.code not in (0, PARTLY):
            return Checked("taken", rows, [*found, f"{turn}: {done.said.strip()}"])
        rows += _rows(done)
        after = explained.snapshot(str(db))
        found += [f"{turn}: {line}" for line in explained.unexplained(before, after, done.report)]
        found += [f"{turn}: {line}" for line in _counted(copy, done)]
        found += [f"{turn}: {line}" for line in _taken(copy, after, done, deals)]
        before, first, second = after, first or done, done if turn == "second" else second
    dates.now = NOW
    assert first is not None
    assert second is not None
    if (second.report["added"], second.report["updated"]) != (0, 0):
        found.append(f"the second import of the same file changed something: {second.report}")
    if second.report["rejected"] != first.report["rejected"]:
        found.append("the second import of the same file rejects other rows")
    if len(list(work.glob("*.rejects*"))) > 2:
        found.append("rejects files pile up")
    names = ("added", "updated", "unchanged", "rejected", "changes", "left")
    print("; ".join(f"{name} {done.report[name]}" for name in names))
    return Checked("taken", rows, found)


def _rows(done: Run) -> int:
    """How many rows an import of deals accounts for."""
    return sum(done.report[name] for name in ("added", "updated", "unchanged", "rejected"))


def _counted(copy: Path, done: Run) -> list[str]:
    """Whether every row is accounted for, and every column."""
    rows = read(copy)
    report = done.report
    found = []
    total = _rows(done)
    if total != len(rows):
        found.append(f"{len(rows)} rows, of which {total} are accounted for")
    if report["rejected"]:
        rejected = read(Path(report["rejects"]))
        if len(rejected) != report["rejected"]:
            found.append(f"{len(rejected)} rows in the rejects file")
    return found


def _taken(copy: Path, after: Any, done: Run, deals: Deals) -> list[str]:
    """Whether each row that was not rejected has its value and its status on file."""
    report = done.report
    rejected = (
        {row[deals.key] for row in read(Path(report["rejects"]))} if report["rejects"] else ()
    )
    on_file = {row["external_id"]: row for row in after["deal"].values()}
    statuses = {deals.won: "won", deals.lost: "lost", **dict.fromkeys(deals.open_texts, "open")}
    found = []
    later = 0
    for row in read(copy):
        if row[deals.key] in rejected:
            continue
        deal = on_file.get(row[deals.key])
        if deal is None:
            found.append(f"{row[deals.key]} is not on file, and not rejected")
            continue
        wanted = statuses.get(row[deals.stage], deal["status"])
        if deal["status"] != wanted:
            found.append(f"{row[deals.key]} is {deal['status']}, not {wanted}")
        value = row.get(deals.value, "")
        if value and round(float(value) * 100) != deal["value"]:
            found.append(f"{row[deals.key]} has the value {deal['value']}, not {value}")
        closed = row.get(deals.closed, "")
        if closed and wanted != "open":
            later += _day(closed, deals.pattern) != deal["closed_on"]
    if later != report["left"].get("closed", 0):
        found.append(f"{later} deals are closed on another day, {report['left']} is said")
    return found


def _day(text: str, pattern: str) -> str:
    for one in ("%Y-%m-%d", pattern):
        try:
            return datetime.strptime(text[:10], one).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return date.min.isoformat()


def check_other(path: Path, work: Path) -> Checked:
    """Import anything else twice: refused, it changes nothing; taken, it changes nothing again."""
    db, copy = work / "other.db", work / path.name
    copy.write_bytes(path.read_bytes())
    relative = "/".join(path.parts[-2:])
    if relative in PRICES:
        words = ("products", str(copy), *PRICES[relative], "--vat", "19", "--decimal", ".")
    elif path.suffix == ".ics":
        words = ("ics", str(copy))
    elif path.suffix == ".vcf":
        words = ("contacts", str(copy))
    else:
        words = ("deals", str(copy))
    run(db, "deals", os.devnull)  # Makes the database.
    before = explained.snapshot(str(db))
    how, found = "taken", []
    done = run(db, *words)
    if not done.report and "funnel import contacts" in done.said:
        found = _refused(before, explained.snapshot(str(db)), done)
        words = ("contacts", str(copy))
        done = run(db, *words)
    if not done.report:
        how, found = "refused", _refused(before, explained.snapshot(str(db)), done)
        title = _TITLE.search(done.said.replace('\\"', '"'))
        if title is None or path.suffix not in (".csv", ".tsv"):
            return Checked(how, 0, found)
        words = (*words, "--map", f"title={title[1]}")
        done = run(db, *words)
    after = explained.snapshot(str(db))
    if not done.report:
        return Checked(how, 0, found + _refused(before, after, done))
    if words[0] == "deals":
        found += explained.unexplained(before, after, done.report) + _counted(copy, done)
        return Checked(how, _rows(done), found)
    again = run(db, *words)
    last = explained.snapshot(str(db))
    changed = {t for t in last if last[t] != after[t]} - {*explained.APART}
    found += [f"the second import changed {changed}"] if changed else []
    if words[0] == "contacts":
        found += _people(before, after, done, again)
        return Checked(how, _rows(done), found)
    return Checked(how, 0, found)


def _people(before: Any, after: Any, done: Run, again: Run) -> list[str]:
    """Whether an import of contacts added as many as it says, and no deal, and rejects the same
    rows again."""
    report = done.report
    found = []
    added = len(after["contact"]) - len(before["contact"])
    if added != report["added"] + report["organisations_added"]:
        found.append(f"{added} contacts are new, {report} is said")
    if after["deal"] != before["deal"]:
        found.append("deals were made of people")
    if again.report and again.report["rejected"] != report["rejected"]:
        found.append("the second import of the same file rejects other rows")
    return found


def _refused(before: Any, after: Any, done: Run) -> list[str]:
    """Whether a file that was not taken was refused with a reason, and changed nothing."""
    found = [] if done.code in (1, *REFUSED) else [f"exit {done.code}: {done.said.strip()}"]
    changed = {table for table in after if after[table] != before[table]}
    return found + ([f"refused, and changed {changed}"] if changed else [])


def check(folder: Path, *, verbose: bool = False) -> bool:
    """Check every file; whether all is explained."""
    counts = {"taken": 0, "refused": 0}
    rows = unexplained = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _SUFFIXES:
            continue
        relative = path.relative_to(folder).as_posix()
        with tempfile.TemporaryDirectory() as temporary:
            if relative in DEALS:
                how, accounted, found = check_deals(path, Path(temporary), DEALS[relative])
            else:
                how, accounted, found = check_other(path, Path(temporary))
        counts[how] += 1
        rows += accounted
        unexplained += len(found)
        if found or verbose or relative in DEALS:
            print(f"{relative}: {how}, {accounted} rows, {len(found)} unexplained")
        for line in found[:10]:
            print("  " + line)
    print(f"{counts['taken']} files taken, {counts['refused']} refused as they are")
    print(f"{rows} rows accounted for, {unexplained} differences unexplained")
    return not unexplained


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {
            "FUNNEL_CONFIG_DIR": place,
            "FUNNEL_TIMEZONE": "Europe/Berlin",
            "FUNNEL_LANGUAGE": "en",
        }
        config.forget()
        sys.exit(0 if check(Path(sys.argv[1]), verbose="-v" in sys.argv[2:]) else 1)
