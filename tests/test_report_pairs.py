"""Reports sliced by two at once: every pair of two, in every format, adding up to those by one.

That each figure of a pair is right is held to the plain reference in
``test_reports_reference.py``; here are the months and processes too, which have days and stages of
their own there.
"""

from __future__ import annotations

import csv
import io
import random
import sqlite3
from collections import Counter
from itertools import permutations
from typing import Any

import pytest

from conftest import TABLES, Clock, Run
from funnelcli.reports.declarations import REPORTS, SLICES
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from reference.seller import Seller
from reference.surroundings import berlin, copy_of, empty, periods_are_read_once

__all__ = ["berlin", "empty", "periods_are_read_once"]

# What adds up over slices, by the columns that say what else a row is about.
ADDED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "summary": (("figure", "currency"), ("deals", "of")),
    "snapshot": (("stage", "currency"), ("open", "value", "weighted", "won", "won_value", "lost")),
    "conversion": (("stage",), ("deals", "lost", "still")),
    "flow": (("stage",), ("entered", "advanced", "lost", "back", "still")),
    "win-rate": (("currency",), ("won", "lost", "undecided", "withdrawn", "won_value")),
    "cycle": (("outcome",), ("deals",)),
    "time-in-stage": (("stage",), ("stays",)),
    "forecast": (("month", "currency"), ("deals", "value", "weighted", "won", "won_value")),
    "slippage": (("currency",), ("due", "slipped")),
    "ageing": (("stage",), ("deals", "no_contact", "overdue", "no_step")),
    "cost": (("stage", "currency"), ("cost",)),
    "sources": (("source", "currency"), ("deals", "won", "lost", "open", "won_value")),
    "losses": (("dimension", "key", "currency"), ("deals", "value")),
    "calls": (("list",), ("calls", "reached", "callbacks", "appointments", "minutes", "won")),
    "activity": (("week",), ("visits", "calls", "mails", "attempts", "minutes", "won")),
}
# Within these a deal is in one place.
ONCE = [name for name in SLICES if name != "tag"]


def sums(
    rows: list[dict[str, Any]], keys: tuple[str, ...], columns: tuple[str, ...]
) -> Counter[Any]:
    """The columns added up by the keys."""
    found: Counter[Any] = Counter()
    for row in rows:
        for column in columns:
            # A total of nothing may read in any currency.
            if row.get(column):
                found[(*(row.get(key) for key in keys), column)] += row[column]
    return found


# Histories with plenty to add up.
@pytest.mark.parametrize("seed", [1, 3, 8])
def test_two_slices_add_up_to_each_of_them(
    empty: sqlite3.Connection, clock: Clock, seed: int
) -> None:
    conn = copy_of(empty)
    Seller(conn, seed, clock)
    dice = random.Random(seed)  # noqa: S311
    checked = 0
    for name, (keys, columns) in ADDED.items():
        pairs = [pair for pair in permutations(ONCE, 2) if not pair[0] > pair[1]]
        for one, other in [*dice.sample(pairs, 3), ("month", "source"), ("process", "product")]:
            # Stages are those of a process: what is asked of all is held to each by itself.
            apart = REPORTS[name].staged and "process" in (one, other)
            if apart and name == "cost":
                # Effort without a deal is of no process, and counts with any that is named.
                continue
            period = "2026-01-01..2026-10-31"
            process = "cycle" if REPORTS[name].staged else None
            asked = Question(by=(one, other), period=period, process=None if apart else process)
            both = make(conn, name, asked).rows
            for by, key in ((one, "slice"), (other, "slice_2")):
                of_process = "slice" if one == "process" else "slice_2"
                mine = [row for row in both if not apart or row[of_process] == process]
                alone = make(conn, name, Question(by=(by,), period=period, process=process)).rows
                wanted = sums(alone, ("slice", *keys), columns)
                assert sums(mine, (key, *keys), columns) == wanted, (name, one, other, by)
                checked += len(wanted)
    conn.close()
    assert checked > 200


@pytest.fixture
def filled(funnel: Run, demo: str) -> Run:
    """The sample of the demo."""
    return funnel


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_takes_two_slices_in_every_format(filled: Run, name: str) -> None:
    args = ("report", name, "--by", "process", "--by", "source", "-p", "2026-Q4")
    for more in ((), ("--compare",)):
        rows = filled(*args, *more, "--json").json["rows"]
        table = list(csv.DictReader(io.StringIO(filled(*args, *more, "--csv"))))
        assert [(row["slice"], row["slice_2"] or "") for row in rows] == [
            (line["slice"], line["slice_2"]) for line in table
        ]
        assert [*table[0]][:2] == ["slice", "slice_2"] if table else True
        lines = filled(*args, *more).lines
        own = [line for line in lines if name in TABLES and line.startswith(f"{name}\t")]
        assert len(own or lines) == len(rows)
        for form in ("--html", "--md"):
            shown = filled(*args, *more, form)
            assert not rows or ("Process" in shown and "Source" in shown)
        for width in (40, 80, 160):
            shown = filled(*args, *more, tty=True, width=width, env={"NO_COLOR": "1"})
            assert max(len(line) for line in shown.lines) <= width


def test_where_the_good_ones_come_from(filled: Run) -> None:
    """The stages and how far the deals of each source came, by both orders of the slices."""
    one = filled("report snapshot --by source --by process --json").json["rows"]
    other = filled("report snapshot --by process --by source --json").json["rows"]
    assert [row["slice"] for row in one] == sorted(row["slice"] for row in one)
    swapped = [{**row, "slice": row["slice_2"], "slice_2": row["slice"]} for row in other]
    assert sorted(map(str, one)) == sorted(map(str, swapped))
    (open_here,) = [
        row["open"]
        for row in one
        if (row["slice"], row["slice_2"], row["stage"]) == ("cold_call", "cycle", "needs")
    ]
    ids = filled(
        "report snapshot --by source --by process --deals cold_call/cycle/needs:open --ids"
    ).lines
    assert len(ids) == open_here == 1
    shown = filled("report win-rate --by source --by month", tty=True, width=160)
    assert "Source" in shown
    assert "Month" in shown
    assert "(none)" not in shown.partition("How:")[0].splitlines()[-2]


def test_what_is_no_pair_of_slices(filled: Run) -> None:
    for by in ("--by source --by source", "--by source --by month --by tag"):
        said = filled(f"report win-rate {by}", exit=2).stderr
        assert "sliced by two at most" in said
        assert "--by source --by product" in said
    said = filled("report win-rate --by source --by weather", exit=2).stderr
    assert "cannot be sliced by weather" in said
    filled("report movement --by source --by month", exit=2)
