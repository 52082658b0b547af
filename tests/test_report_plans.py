"""How SQLite answers the reports' queries: that is what they cost over a million deals."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from funnelcli.actions import closing, deals
from funnelcli.errors import Usage
from funnelcli.queries import as_of_tables
from funnelcli.reports.declarations import SLICES
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from reference.seller import NOW
from reference.surroundings import VARIANTS, berlin, copy_of, empty, periods_are_read_once

pytestmark = pytest.mark.sqlite("SQLite's plans")

__all__ = ["berlin", "empty", "periods_are_read_once"]

# Tables of a few dozen rows, which cost nothing to read whole.
SMALL = ("s", "k", "i", "o", "f", "m", "j", "e", "target", "months", "ends")


def plans(conn: sqlite3.Connection, name: str, question: Question) -> Iterator[list[Any]]:
    """The plan of each statement of a report: (id, parent, what is done)."""
    said: list[str] = []
    conn.set_trace_callback(said.append)
    try:
        make(conn, name, question)
    except Usage:
        return
    finally:
        conn.set_trace_callback(None)
    for statement in said:
        if statement.lstrip().startswith(("--", "WITH")):
            rows = conn.execute(f"EXPLAIN QUERY PLAN {statement}")
            yield [(row[0], row[1], row[3]) for row in rows]


def under(plan: list[Any], top: int) -> Iterator[str]:
    """What is done inside a step of a plan."""
    for step, parent, detail in plan:
        if parent == top:
            yield detail
            yield from under(plan, step)


def alias_of(detail: str) -> str:
    """The alias of the table that "SCAN d" or "SEARCH d USING …" reads."""
    return detail.split(" ")[1]


@pytest.mark.parametrize("as_of", [None, NOW - 50 * 86400])
@pytest.mark.parametrize("words", [(), ("source:fair",)])
def test_no_row_is_looked_for_by_reading_a_table(
    empty: sqlite3.Connection, as_of: int | None, words: tuple[str, ...]
) -> None:
    conn = copy_of(empty)
    deals.add(conn, "Roof", process_id=1, currency="EUR", value=5, at=NOW - 90 * 86400)
    seen = 0
    for name, options in VARIANTS:
        for by in (None, *SLICES):
            question = Question(
                words,
                "2026-Q3",
                "cycle",
                by=() if by is None else (by,),
                as_of=as_of,
                options=options,
            )
            for plan in plans(conn, name, question):
                seen += 1
                for step, _parent, detail in plan:
                    where = (name, options, by, detail)
                    assert "AUTOMATIC" not in detail or alias_of(detail) in SMALL, where
                    # Along an index that lacks a column, rows are fetched from all over the file;
                    # those of deals that came to a stage again are few.
                    if detail.startswith(("SCAN d ", "SCAN y ")) and "stay_again" not in detail:
                        assert "USING COVERING INDEX" in detail, where
                    if detail.startswith("CORRELATED"):
                        for inner in under(plan, step):
                            small = alias_of(inner) in SMALL
                            assert small or not inner.startswith("SCAN"), (where, inner)
    assert seen > 200
    conn.close()


@pytest.mark.parametrize("name", ["flow", "time-in-stage", "conversion"])
def test_the_stays_of_all_time_are_counted_along_an_index(
    empty: sqlite3.Connection, name: str
) -> None:
    conn = copy_of(empty)
    options = {"rule": "any"} if name == "conversion" else {}
    question = Question(period="all", process="cycle", options=options)
    details = [step[2] for plan in plans(conn, name, question) for step in plan]
    assert any("SEARCH y USING" in detail and "INDEX stay_" in detail for detail in details)
    assert not any(detail.startswith("SCAN y") for detail in details)
    conn.close()


@pytest.mark.parametrize("name", ["flow", "time-in-stage"])
def test_the_stays_of_the_past_are_counted_along_the_index_of_today(
    empty: sqlite3.Connection, name: str
) -> None:
    conn = copy_of(empty)
    asked = Question(period="all", process="cycle", as_of=NOW - 50 * 86400)
    details = [step[2] for plan in plans(conn, name, asked) for step in plan]
    assert any(detail.startswith("SEARCH y USING COVERING INDEX stay_") for detail in details)
    # Those of deals that have changed since are found deal by deal.
    assert "SEARCH g USING INTEGER PRIMARY KEY (rowid=?)" in details or "SCAN g" in details
    assert not any(detail.startswith("SCAN y") for detail in details)
    conn.close()


@pytest.mark.parametrize("name", ["conversion", "sources", "retention", "route"])
def test_deals_that_have_not_changed_since_are_read_where_they_lie(
    empty: sqlite3.Connection, name: str
) -> None:
    conn = copy_of(empty)
    at = NOW - 50 * 86400
    for title, days in (("Roof", 90), ("Wall", 80), ("Door", 10)):
        deals.add(conn, title, process_id=1, currency="EUR", value=5, at=NOW - days * 86400)
    closing.lose(conn, 2, NOW - 20 * 86400, "price")
    asked = Question(period="all", process="cycle", as_of=at)
    details = [step[2] for plan in plans(conn, name, asked) for step in plan]
    worked_out = conn.execute(f"SELECT id FROM {as_of_tables.names(at)['deal']}").fetchall()
    # The third was not there yet.
    assert worked_out == [(2,)]
    assert "MATERIALIZE d" not in details
    conn.close()


@pytest.mark.parametrize("as_of", [None, NOW - 50 * 86400])
@pytest.mark.parametrize("by", [(), ("source",)])
def test_the_stays_of_a_deal_are_added_up_as_an_index_has_them(
    empty: sqlite3.Connection, as_of: int | None, by: tuple[str, ...]
) -> None:
    conn = copy_of(empty)
    asked = Question(period="all", process="cycle", as_of=as_of, by=by)
    along = [
        [*under(plan, step)]
        for plan in plans(conn, "route", asked)
        for step, _parent, detail in plan
        if detail == "CO-ROUTINE added"
    ]
    assert [detail for details in along for detail in details if detail.startswith("SCAN y")] == [
        "SCAN y USING COVERING INDEX stay_deal"
    ]
    for details in along:
        # Only the few sums of deals are sorted, and never all stays.
        if "SCAN y USING COVERING INDEX stay_deal" in details:
            assert not [detail for detail in details if "FOR GROUP BY" in detail]
    conn.close()
