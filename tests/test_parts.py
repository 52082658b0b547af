"""A large database is asked in parts, and answers as it does when it is asked whole."""

from __future__ import annotations

import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Thread, main_thread
from typing import Any

import pytest

from conftest import Clock
from funnelcli.actions import deals
from funnelcli.db import connect
from funnelcli.db.transaction import command, read_only
from funnelcli.errors import Usage
from funnelcli.queries.sums import Rows, add_up
from funnelcli.reports import parallel
from funnelcli.reports.declarations import REPORTS, SLICES
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from reference.ledger import midnight
from reference.seller import NOW, Seller
from reference.surroundings import VARIANTS, berlin, copy_of, empty, periods_are_read_once

pytestmark = pytest.mark.sqlite("several connections to one file")

__all__ = ["berlin", "empty", "periods_are_read_once"]


def copies(conn: sqlite3.Connection, number: int) -> list[sqlite3.Connection]:
    """The same database as often as there are parts."""
    found = []
    for _part in range(number):
        found.append(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))
        conn.backup(found[-1])
    return found


def figures(conn: sqlite3.Connection, name: str, question: Question) -> Any:
    """All that a report says in numbers; None where it takes no such slice."""
    try:
        made = make(conn, name, question)
    except Usage:
        return None
    pages = [made, *made.extra]
    return [(page.rows, page.total, page.n, page.notes, page.explain) for page in pages]


@pytest.mark.parametrize(("seed", "number"), [(1, 2), pytest.param(2, 3, marks=pytest.mark.long)])
def test_the_parts_add_up_to_the_whole(
    empty: sqlite3.Connection, clock: Clock, seed: int, number: int
) -> None:
    conn = copy_of(empty)
    process = Seller(conn, seed, clock).process
    others = copies(conn, number)
    asked = 0
    for as_of in (None, midnight(date(2026, 5, 1))):
        for name, options in VARIANTS:
            for by in ((), *((name,) for name in SLICES), ("source", "tag")):
                # A movement has a start and an end.
                for period in ("2026-03-01..2026-10-31", "all")[: 1 + (name != "movement")]:
                    given = {"process": process, "period": period, "by": by, "as_of": as_of}
                    whole = figures(conn, name, Question(**given, options=options))
                    split = Question(**given, options=options, parts=others)
                    assert figures(conn, name, split) == whole, (name, options, given)
                    asked += whole is not None
    assert asked > 500
    for one in (conn, *others):
        one.close()


def test_sums_take_null_as_nothing() -> None:
    answers = [
        [("a", None, 1, None), ("b", 2, 1, 5)],
        [(None, None, 4, 4), ("a", None, 2, None), ("b", 1, 7, None), ("b", 2, 1, 1)],
    ]
    assert add_up(answers, 2) == [
        (None, None, 4, 4),
        ("a", None, 3, None),
        ("b", 1, 7, None),
        ("b", 2, 2, 6),
    ]


def test_sums_come_in_the_order_of_sqlite() -> None:
    values = ["b", 3, None, "", -1, "a", "B"]
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE TABLE key (value)")
        conn.executemany("INSERT INTO key VALUES (?)", [(value,) for value in values])
        wanted = conn.execute("SELECT value, 1 FROM key ORDER BY value").fetchall()
    assert add_up([[(value, 1)] for value in values], 1) == wanted


@pytest.fixture
def large(
    empty: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[sqlite3.Connection]:
    """A database on disk that counts as large, on a machine of two cores."""
    monkeypatch.setattr(parallel, "LARGE", 1)
    monkeypatch.setattr(parallel, "_cores", lambda: 2)
    conn = connect(str(tmp_path / "large.db"))
    with command(conn, "test"):
        deals.add(conn, "Roof", process_id=1, currency="EUR", at=NOW - 86400)
    yield conn
    conn.close()


def test_the_parts_see_what_the_report_sees(large: sqlite3.Connection, tmp_path: Path) -> None:
    writer = connect(str(tmp_path / "large.db"))
    with read_only(large), parallel.opened(large) as others:
        assert len(others) == 2
        with command(writer, "test"):
            deals.add(writer, "Wall box", process_id=1, currency="EUR", at=NOW - 86400)
        for conn in (large, *others):
            assert conn.execute("SELECT count(*) FROM deal").fetchone() == (1,)
    writer.close()


def test_a_change_in_between_leaves_the_report_to_one_connection(
    large: sqlite3.Connection, tmp_path: Path
) -> None:
    writer = connect(str(tmp_path / "large.db"))
    with read_only(large):
        large.execute("SELECT count(*) FROM deal").fetchone()
        with command(writer, "test"):
            deals.edit(writer, 1, NOW, {"value": 5})
        with parallel.opened(large) as others:
            assert not others
            question = Question(process="cycle", parts=others)
            assert make(large, "snapshot", question).n == 1
    writer.close()


@pytest.mark.parametrize("name", REPORTS)
def test_a_filter_that_no_deal_passes_is_said_in_parts_too(
    large: sqlite3.Connection, name: str
) -> None:
    for filters, text in (
        (["title:nobody"], "No deal passes the filter."),
        (["title:Roof"], "No deal passes the filter in this period."),
    ):
        period = "2001" if text.endswith("period.") else None
        given = Question(filters, period=period, process="cycle")
        with read_only(large), parallel.opened(large) as given.parts:
            made = make(large, name, given)
        if made.n == 0:
            assert text in (made.empty, *made.notes)


def test_a_small_database_is_asked_whole(empty: sqlite3.Connection, tmp_path: Path) -> None:
    conn = connect(str(tmp_path / "small.db"))
    with read_only(conn), parallel.opened(conn) as others:
        assert others == ()
    conn.close()


def test_what_goes_wrong_in_a_part_is_raised(large: sqlite3.Connection) -> None:
    def question(conn: sqlite3.Connection, part: int) -> Rows:
        return conn.execute("SELECT 1" if part else "SELECT nothing").fetchall()

    with read_only(large), parallel.opened(large) as others:
        with pytest.raises(sqlite3.OperationalError, match="nothing"):
            parallel.ask(others, question)
        assert parallel.ask(others, lambda conn, part: [(part,)]) == [[(0,)], [(1,)]]


def test_an_id_below_zero_is_in_the_first_part(
    large: sqlite3.Connection,
) -> None:
    with command(large, "test"):
        for other in (2, 3):
            deals.add(large, f"Wall box {other}", process_id=1, currency="EUR", at=NOW - 86400)
    large.execute("PRAGMA foreign_keys = OFF")
    large.execute("UPDATE deal SET id = -3 WHERE id = 3")
    for table in ("stay", "terms"):
        large.execute(f"UPDATE {table} SET deal_id = -3 WHERE deal_id = 3")
    with read_only(large), parallel.opened(large) as others:
        question = Question(process="cycle", parts=others)
        assert make(large, "snapshot", question).n == 3


def test_without_further_files_the_report_is_asked_whole(
    large: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def reader(path: str) -> sqlite3.Connection:
        if made:
            raise sqlite3.OperationalError("unable to open database file")
        made.append(sqlite3.connect(path, isolation_level=None))
        return made[0]

    monkeypatch.setattr(parallel, "reader", reader)
    with read_only(large), parallel.opened(large) as others:
        question = Question(process="cycle", parts=others)
        assert make(large, "snapshot", question).n == 1
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            made[0].execute("SELECT 1")


def test_without_further_threads_the_parts_are_asked_one_after_the_other(
    large: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_thread: Thread) -> None:
        raise RuntimeError("can't start new thread")

    with read_only(large), parallel.opened(large) as others, monkeypatch.context() as patch:
        patch.setattr(Thread, "start", start)
        assert parallel.ask(others, lambda conn, part: [(part,)]) == [[(0,)], [(1,)]]


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to a thread")
def test_an_interrupt_stops_a_part_that_is_between_two_statements(
    large: sqlite3.Connection,
) -> None:
    finished = []

    def question(conn: sqlite3.Connection, part: int) -> Rows:
        # Sent from here, it cannot come before the parts are asked.
        if part == 0:
            signal.pthread_kill(main_thread().ident, signal.SIGINT)
        time.sleep(0.5)
        long = "WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 9000000)"
        rows = conn.execute(f"{long} SELECT count(*) FROM n").fetchall()
        finished.append(part)
        return rows

    # Whoever runs the tests in the background has them ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with read_only(large), parallel.opened(large) as others:
            with pytest.raises(KeyboardInterrupt):
                parallel.ask(others, question)
            assert finished == []
    finally:
        signal.signal(signal.SIGINT, before)
