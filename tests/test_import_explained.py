"""Every difference that an import makes is in what it says, week after week."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from explained import Snapshot, snapshot, unexplained

HEAD = (
    "id",
    "deal",
    "stage",
    "opened",
    "close date",
    "value",
    "contact",
    "email",
    "source",
    "tags",
)
WORDS = ("--key", "id", "--map", "title=deal", "--map-stage", "Talks=needs", "--currency", "EUR")
ROWS = st.tuples(
    st.sampled_from(["Roof", "Door"]),
    st.sampled_from(["Talks", "offer", "negotiation", "won", "lost", ""]),
    st.sampled_from(["", "2026-10-01", "2026-11-20", "2026-11-24T07:00:00Z"]),
    st.sampled_from(["", "2026-10-01", "2026-11-20", "2026-11-24", "2026-12-01"]),
    st.sampled_from(["", "10", "12.50"]),
    st.sampled_from(["", "Eva Roth", "E. Roth", "Kuen", "Kun", "Acme GmbH"]),
    st.sampled_from(["", "info@acme.example"]),
    st.sampled_from(["", "Messe", "Somewhere"]),
    st.sampled_from(["", "vip", "a,b"]),
)
WEEKS = st.lists(st.lists(ROWS, min_size=1, max_size=4), min_size=1, max_size=4)
# Each example is a dozen commands; a failing one is small enough as it is.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
COUNT = itertools.count()


def write(path: Path, rows: list[Any]) -> str:
    """A table of deals, each with the number of its row as its key."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows((key, *row) for key, row in enumerate(rows, 1))
    return str(path)


def explain(funnel: Run, db: str, before: Snapshot, *words: str) -> dict[str, Any]:
    """Import, and hold what it says to what it did."""
    result = funnel("import", "deals", *words, "--json", "--db", db, exit=None)
    report: dict[str, Any] = result.json
    assert unexplained(before, snapshot(db), report) == []
    return report


@settings(
    max_examples=12,
    deadline=None,
    phases=NO_SHRINKING,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(weeks=WEEKS)
def test_every_difference_is_said(
    funnel: Run, clock: Clock, tmp_path: Path, weeks: list[list[Any]]
) -> None:
    clock.set("2026-11-24 09:00")
    name = f"{next(COUNT)}"
    db, path = str(tmp_path / f"{name}.db"), tmp_path / f"{name}.csv"
    funnel("deal", "list", "--db", db)
    for number, rows in enumerate(weeks):
        file = write(path, rows)
        first = explain(funnel, db, snapshot(db), file, *WORDS)
        assert first["added"] + first["updated"] + first["unchanged"] + first["rejected"] == len(
            rows
        )
        before = snapshot(db)
        clock.advance(days=1)
        second = explain(funnel, db, before, file, *WORDS)
        assert (second["added"], second["updated"]) == (0, 0)
        # What was taken once is never handed back.
        assert second["rejected"] == first["rejected"]
        assert len(list(tmp_path.glob(f"{name}.rejects*"))) <= number + 1
        clock.advance(days=6)
    assert funnel("doctor", "--db", db).exit_code == 0


def test_what_goes_with_a_lost_deal_is_said(
    funnel: Run, db: str, clock: Clock, tmp_path: Path
) -> None:
    path = tmp_path / "deals.csv"
    row = ("Roof", "offer", "2026-10-01", "", "10", "Eva Roth", "", "", "vip")
    funnel("import", "deals", write(path, [row]), *WORDS)
    funnel("next 1 'Call' --due fri")
    funnel("offer add 1")
    clock.advance(days=7)
    lost = ("Hall", "lost", "2026-10-01", "2026-11-28", "12", "Eva Roth", "eva@a.example", "", "a")
    report = explain(funnel, db, snapshot(db), write(path, [lost]), *WORDS)
    assert (report["steps_dropped"], report["offers_closed"]) == (1, 1)
    assert report["changes"] == dict.fromkeys(("title", "value", "status", "tags"), 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"updated": 0},
        {"changes": {"title": 1}},
        {"contacts_completed": 0},
        {"added": 1},
    ],
)
def test_what_is_not_said_is_found(
    funnel: Run, db: str, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    path = tmp_path / "deals.csv"
    funnel(
        *("import", "deals", *WORDS),
        write(path, [("Roof", "offer", "", "", "10", "Eva Roth", "", "", "")]),
    )
    before = snapshot(db)
    file = write(path, [("Hall", "offer", "", "", "12", "Eva Roth", "eva@a.example", "", "")])
    report = explain(funnel, db, before, file, *WORDS)
    assert unexplained(before, snapshot(db), {**report, **wrong}) != []
