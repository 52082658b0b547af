"""A long import whose statements a second thread runs: it writes what one thread would have, says
the same of what goes wrong, and is all there or not at all."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Dump, Result, Run, dump
from funnelcli.actions import health
from funnelcli.actions.importing import batches
from funnelcli.actions.importing.deals import KEPT, TABLES
from funnelcli.actions.importing.rows import Checker
from funnelcli.db import aside, bulk, loading
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command

ROWS = 40
BATCH = 10
HEADER = "id,title,contact,organisation,email,value,stage,opened,closed,tags,changed\n"
# What chance and the clock give a row, and what the journal keeps of it.
CHANCE = {"public_id", "recorded_at", "created_at", "at", "before"}
COLUMNS = ("public_id", "name", "search", "created_at", "recorded_at")

pytestmark = pytest.mark.sqlite("a thread of a connection to a file")


@pytest.fixture(autouse=True)
def small_files_are_long(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the way of a long import with few rows, whatever machine this is; and leave nothing
    running behind."""
    monkeypatch.setattr(loading, "ENOUGH", 5)
    monkeypatch.setattr(batches, "BATCH", BATCH)
    monkeypatch.setattr(bulk, "_ROWS", (3, 1))
    monkeypatch.setattr(aside, "_WAITING", 4)
    monkeypatch.setattr(aside, "cores", lambda: 2)
    turn, running = sys.getswitchinterval(), threading.enumerate()
    yield
    assert threading.enumerate() == running
    assert sys.getswitchinterval() == turn


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Write a file of deals, those of ``more`` lines below the others; its path."""

    def file(*more: str, stage: str = "lost", count: int = ROWS) -> str:
        path = tmp_path / "deals.csv"
        lines = [
            f"{n},Deal {n},Person {n // 3},Firm {n // 4},p{n // 3}@example.com,{n}.50,{stage},"
            f"2026-02-01,2026-03-01,fair,2026-03-02\n"
            for n in range(1, count + 1)
        ]
        path.write_text(HEADER + "".join((*lines, *more)), encoding="utf-8")
        return str(path)

    return file


def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine have one core."""
    monkeypatch.setattr(aside, "cores", lambda: 1)


def state(db: str) -> Dump:
    """Every row but for what chance and the clock give it, the journal's too, and the schema."""
    with closing(sqlite3.connect(db)) as conn:
        found = dump(conn)
        for table in (*found, "journal", "brought", "brought_row"):
            columns = {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}
            names = ", ".join(sorted(columns - CHANCE))
            found[table] = conn.execute(f"SELECT {names} FROM {table}").fetchall()
        found["schema"] = conn.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY name"
        ).fetchall()
        return found


def take(funnel: Run, path: str, *args: str, code: int = 0) -> Result:
    """Import the deals of a file."""
    return funnel("import", "deals", path, "--key", "id", *args, exit=code, tty=True)


def contacts(conn: sqlite3.Connection, first: int, last: int, name: str = "Ada") -> None:
    """Insert contacts."""
    rows = [(f"p{n}", name, "ada", 0, 0) for n in range(first, last)]
    bulk.insert(conn, "contact", COLUMNS, rows)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each statement that was put aside is run by another thread than this."""
    found: list[bool] = []
    plain = aside.Aside._add

    def add(self: aside.Aside, work: Callable[[], object]) -> None:
        def run() -> None:
            found.append(threading.current_thread() is not threading.main_thread())
            work()

        plain(self, run)

    monkeypatch.setattr(aside.Aside, "_add", add)
    return found


def test_both_ways_write_the_same(
    funnel: Run,
    db: str,
    file: Callable[..., str],
    threads: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The key of a line in the same batch, of the one before, and of one long written; and a row
    # that nobody can take.
    more = [
        f"{ROWS + 1},More,Person 3,,,1,lost,2026-02-01,2026-03-01,new,\n",
        *(f"{n},Again,,,,1,lost,2026-02-01,2026-03-01,,\n" for n in (ROWS + 1, ROWS, 25, 2)),
        "99,Bad,,,,1,lost,2026-02-01,never,,\n",
    ]

    def imported() -> list[object]:
        funnel("contact add 'Firm 2' --is-organisation")
        path = Path(file(*more))
        rejects = path.with_name("rejects.csv")
        found: list[object] = []
        for old, new in (("Deal", "Deal"), ("Deal 1", "Roof 1"), ("40,Deal", "140,Deal")):
            path.write_text(path.read_text().replace(old, new))
            found.append(take(funnel, str(path), "--rejects", str(rejects), code=6))
            found += [rejects.read_text(), state(db)]
            rejects.unlink()
        return found

    aside_ = imported()
    assert any(threads)
    assert all(threads)
    with closing(connect(db)) as conn:
        assert health.check(conn) == []
    Path(db).unlink()
    threads.clear()
    one_thread(monkeypatch)
    assert imported() == aside_
    assert not threads
    assert f"{ROWS + 1} added" in str(aside_[0])
    assert "5 rejected" in str(aside_[0])


@pytest.mark.parametrize("when", [3, 15, ROWS], ids=["soon", "midway", "at the end"])
def test_what_sqlite_refuses_is_told_as_ever(
    funnel: Run,
    db: str,
    file: Callable[..., str],
    threads: list[bool],
    when: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    funnel("deal", "add", "Before")
    with closing(sqlite3.connect(db)) as other:
        other.execute(
            f"CREATE TRIGGER theirs BEFORE INSERT ON deal WHEN NEW.external_id = '{when}'"
            " BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    before = state(db)
    told = take(funnel, file(), code=3)
    assert "not this one" in told.stderr
    assert state(db) == before
    assert threads
    one_thread(monkeypatch)
    again = take(funnel, file(), code=3)
    assert (again, again.stderr) == (told, told.stderr)


def test_an_interrupt_leaves_nothing(
    funnel: Run,
    db: str,
    file: Callable[..., str],
    threads: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    funnel("deal", "add", "Before")
    before = state(db)
    plain = Checker.check

    def check(self: Checker, line: int, *more: object) -> object:
        if line == ROWS - 3:
            raise KeyboardInterrupt
        return plain(self, line, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Checker, "check", check)
        take(funnel, file(), code=130)
    assert threads
    assert state(db) == before
    assert f"{ROWS} added" in take(funnel, file())


def test_a_dry_run_leaves_nothing(
    funnel: Run, db: str, file: Callable[..., str], threads: list[bool]
) -> None:
    funnel("deal", "add", "Before")
    before = state(db)
    take(funnel, file(), "--dry-run")
    assert threads
    assert state(db) == before


def test_who_asks_waits_for_what_was_put_aside(db: str) -> None:
    with (
        closing(connect(db)) as conn,
        command(conn, "some") as command_id,
        loading.loading(conn, command_id, TABLES, ROWS, keep=KEPT),
    ):
        contacts(conn, 0, ROWS)
        early = aside.ahead(conn, lambda: conn.execute("SELECT count(*) FROM contact").fetchone())
        contacts(conn, ROWS, 2 * ROWS)
        (later,) = conn.execute("SELECT count(*) FROM contact").fetchone()
        conn.executemany("UPDATE contact SET town = ? WHERE id = ?", [("Bonn", 2 * ROWS)])
        (town,) = conn.execute("SELECT town FROM contact ORDER BY id DESC").fetchone()
        assert (early(), later, town) == ((ROWS,), 2 * ROWS, "Bonn")


def full(conn: sqlite3.Connection) -> None:
    """Let the disk have no more room."""
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    conn.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_leaves_nothing_and_is_told_before_an_interrupt(db: str) -> None:
    connect(db).close()
    before = state(db)
    with closing(connect(db)) as conn:
        # SQLite may take back the whole transaction by itself.
        with (  # noqa: PT012 - all of it is one import
            pytest.raises(sqlite3.OperationalError, match="full"),
            command(conn, "some") as command_id,
            loading.loading(conn, command_id, TABLES, ROWS, keep=KEPT),
        ):
            full(conn)
            with pytest.raises(sqlite3.OperationalError, match="full"):  # noqa: PT012
                for n in range(100):
                    contacts(conn, n * ROWS, (n + 1) * ROWS, name="Ada" * 100)
            raise KeyboardInterrupt
        assert not conn.in_transaction
        assert state(db) == before
        conn.execute("PRAGMA max_page_count = 1000000")
        with command(conn, "some"):
            contacts(conn, 0, 1)
        assert conn.execute("SELECT count(*) FROM contact").fetchone() == (1,)


def test_nothing_is_written_after_what_failed(db: str) -> None:
    with closing(connect(db)) as conn:
        with (  # noqa: PT012 - all of it is one import
            pytest.raises(sqlite3.IntegrityError),
            command(conn, "some"),
            aside.aside(conn),
        ):
            contacts(conn, 0, 1)
            contacts(conn, 0, 1)
            contacts(conn, 1, 2)
            assert conn.execute("SELECT count(*) FROM contact").fetchone() == "never asked"
        assert conn.execute("SELECT count(*) FROM contact").fetchone() == (0,)


def test_an_answer_that_fails_is_an_error(db: str) -> None:
    with closing(connect(db)) as conn:
        with (
            pytest.raises(sqlite3.OperationalError, match="no such table"),
            command(conn, "some"),
            aside.aside(conn),
        ):
            aside.ahead(conn, lambda: conn.execute("SELECT 1 FROM no_such"))()
        assert not conn.in_transaction


def test_a_system_without_more_threads_writes_as_ever(
    funnel: Run, file: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    path = file()
    with monkeypatch.context() as patched:
        patched.setattr(aside.Aside, "begin", lambda self: start(self._thread))
        assert f"{ROWS} added" in take(funnel, path)
    assert f"{ROWS} unchanged" in take(funnel, path)
