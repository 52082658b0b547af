"""The sums over all deals that a large database keeps are those that its statements give."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from conftest import Run
from funnelcli.db import copies, journal, restoring, size, tallies, trimming
from funnelcli.db.aside import making
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command, read_only
from funnelcli.errors import FunnelError
from funnelcli.queries import funnel
from funnelcli.values import dates
from test_journal import AT_LENGTH, VERBS, WORDS, act

# What another program may do, with the number of a deal, and what it may have done to the rates.
BY_SQL = {
    "value": "UPDATE deal SET value = value + 1 WHERE id = {0}",
    "currency": "UPDATE deal SET currency = 'USD' WHERE id = {0}",
    "number": "UPDATE deal SET id = id + 20 WHERE id = {0}",
    "all": "UPDATE deal SET value = coalesce(value, 0) * 2",
    "gone": "DELETE FROM deal WHERE id = {0}",
    "replaced": "INSERT OR REPLACE INTO deal SELECT * FROM deal WHERE id = {0}",
    "thrown out": "UPDATE OR REPLACE deal SET public_id ="
    " (SELECT o.public_id FROM deal AS o WHERE o.id = 1) WHERE id = {0}",
    "estimated": "UPDATE terms SET provenance = 'estimated', valid_on = '2030-01-01'"
    " WHERE deal_id <= {0} AND status = 'open'",
    "added": "INSERT INTO terms (deal_id, valid_from, valid_to, status, value, currency,"
    " provenance, recorded_at, valid_on) SELECT deal_id, valid_from - 9, valid_from, 'open', value,"
    " currency, 'estimated', 0, '2030-01-01' FROM terms WHERE deal_id <= {0}",
    "day": "UPDATE terms SET valid_on = '2020-01-0{0}' WHERE status = 'open'",
    "known": "UPDATE terms SET provenance = 'live' WHERE provenance = 'estimated'",
    "stage": "UPDATE stage SET probability = {0} WHERE position = 1",
    "rate": "INSERT OR REPLACE INTO exchange_rate (currency, base, valid_from, rate, recorded_at)"
    " VALUES ('USD', 'EUR', '2023-11-0{0}', {0}0000000, 0)",
}
STEPS = st.one_of(
    st.tuples(VERBS, WORDS, st.integers(1, 6)),
    st.tuples(VERBS, WORDS, st.integers(1, 6)),
    st.tuples(st.sampled_from(sorted(BY_SQL)), st.just("sql"), st.integers(1, 6)),
    st.tuples(
        st.sampled_from(["all", "estimated", "added", "known"]), st.just("sql"), st.integers(1, 6)
    ),
    st.tuples(st.sampled_from(["undo", "redo", "keep", "many", "trim"]), st.just("do"), st.just(1)),
    st.tuples(st.sampled_from(["copy", "restore", "import"]), st.just("do"), st.just(1)),
)
IMPORTED = "key,title,value,status,closed\n1,Roof,100,won,2023-11-15\n2,Wall,7,,\n3,Door,9,,\n"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few deals there are, their sums are kept, and brought up to date."""
    monkeypatch.setattr(size, "ENOUGH", 0)
    monkeypatch.setattr(tallies, "_SHARE", 0)


def plainly(conn: sqlite3.Connection) -> list[list[Any]]:
    """The sums by the statements alone."""
    return [sorted(conn.execute(question.over()), key=repr) for question in funnel.questions(conn)]


def totals(conn: sqlite3.Connection) -> list[list[Any]]:
    with read_only(conn), making(conn):
        found = tallies.totals(conn, funnel.questions(conn))
    return [sorted(rows, key=repr) for rows in found]


@contextmanager
def outside(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        yield conn


def many(conn: sqlite3.Connection, at: int) -> None:
    """An import, whose rows stand in the journal as a range."""
    from funnelcli.actions import log, log_cache
    from funnelcli.db import loading

    (process_id,) = conn.execute("SELECT id FROM process WHERE key = 'funnel'").fetchone()
    stages = log.stages_of(conn, process_id)
    first, *_others = sorted(stages, key=lambda stage: stages[stage][0])
    columns = ("public_id", "title", "search", "process_id", "kind")
    openings = [
        log.Opening(
            (f"m{at}-{number}", "Roof", "roof", process_id, "new"),
            [log_cache.Stay(first, at, None, "created")],
            [log_cache.Terms(at, None, "open", number, "USD" if number % 2 else "EUR")],
            stages,
        )
        for number in range(4)
    ]
    tables = ("deal", "stay", "terms")
    with command(conn, "import deals") as own, loading.loading(conn, own, tables, len(openings)):
        log.open_deals(conn, columns, openings)


@pytest.mark.sqlite("copies of the file")
@settings(max_examples=12, **AT_LENGTH)
@given(steps=st.lists(STEPS, min_size=3, max_size=16))
def test_kept_sums_are_those_of_the_statements(
    kept: None,
    steps: Sequence[tuple[str, str, int]],
    funnel: Run,
    db: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_and_compare(steps, funnel, Path(db), monkeypatch)


@pytest.mark.sqlite("copies of the file")
@pytest.mark.long
@settings(max_examples=120, **AT_LENGTH)
@given(steps=st.lists(STEPS, min_size=5, max_size=30))
def test_kept_sums_are_those_of_the_statements_whatever_was_done(
    kept: None,
    steps: Sequence[tuple[str, str, int]],
    funnel: Run,
    db: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_and_compare(steps, funnel, Path(db), monkeypatch)


def keep_and_compare(
    steps: Sequence[tuple[str, str, int]], run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each step the sums are those of the statements."""
    from funnelcli.db import loading

    monkeypatch.setattr(loading, "ENOUGH", 2)
    monkeypatch.setattr(trimming, "KEPT", 1)
    clock = [1_700_000_000]
    monkeypatch.setattr(dates, "now", lambda: clock[0])
    for file in (path, path.with_name("copy.db")):
        file.unlink(missing_ok=True)
    with closing(connect(str(path))) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        begin = [("contact", "Roof", 1), ("deal", "Roof", 1), ("deal", "B", 2), ("deal", "C", 3)]
        for verb, word, number in [
            *begin,
            ("win", "", 1),
            ("lose", "", 2),
            ("keep", "do", 1),
            ("copy", "do", 1),
            *steps,
        ]:
            clock[0] += 86400
            one(conn, run, path, verb, word, number, clock[0])
            assert totals(conn) == plainly(conn), (verb, word, number)
        with making(conn):
            assert not tallies.differ(conn, funnel.questions(conn))


def one(
    conn: sqlite3.Connection, run: Run, path: Path, verb: str, word: str, number: int, at: int
) -> None:
    """One step; it may be refused."""
    own: dict[str, Callable[[], object]] = {
        "undo": lambda: journal.undo(conn),
        "redo": lambda: journal.redo(conn),
        "keep": lambda: tallies.keep(conn, lambda: funnel.questions(conn)),
        "many": lambda: many(conn, at),
        "trim": lambda: trim(conn, at),
        "copy": lambda: copies.copy(conn, iter([str(path.with_name("copy.db"))])),
        "restore": lambda: restore(path),
        "import": lambda: imported(run, path, at),
    }
    try:
        if word == "sql":
            with outside(path) as other:
                other.execute(BY_SQL[verb].format(number))
        elif word == "do":
            own[verb]()
        else:
            with command(conn, verb):
                act(conn, verb, word, number, at)
        event(verb)
    except (FunnelError, TypeError, sqlite3.IntegrityError):
        event(f"{verb}: refused")


def trim(conn: sqlite3.Connection, at: int) -> None:
    with command(conn, "compact"):
        trimming.let_go(conn, trimming.older(conn, at, at))


def restore(path: Path) -> None:
    """Another program puts the copy in the place of the database, which stays open here."""
    copy = path.with_name("copy.db")
    if copy.exists():
        restoring.replace(str(copy), str(path), spare="")


def imported(run: Run, path: Path, at: int) -> None:
    """The same file a second time changes what it brought before."""
    file = path.with_name("deals.csv")
    file.write_text(IMPORTED.replace("100", str(at)))
    # What is left of a deal that another program has taken out may be in its way.
    run("import", "deals", file, "--key", "key", exit=None)


def test_what_is_kept_is_what_is_shown(
    kept: None, funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    funnel("deal add Roof --value 10k --source fair")
    funnel("deal add Wall --value 5k")
    funnel("deal win 2 --yes")
    first = funnel("show --json").json
    with closing(sqlite3.connect(db)) as conn, conn:
        rows = [json.loads(text) for (text,) in conn.execute("SELECT rows FROM tally ORDER BY id")]
        assert [sum(row[7] for row in rows[0]), sum(row[4] for row in rows[1])] == [2, 1]
        # The next command shows what is kept, and the doctor finds out what is wrong with it.
        conn.execute("UPDATE tally SET rows = replace(rows, '1000000', '7')")
    second = funnel("show --json").json
    assert second["stages"] != first["stages"]
    assert "sums over all deals" in funnel("doctor", exit=None)
    funnel("doctor --fix")
    assert funnel("show --json").json["stages"] == first["stages"]
    assert funnel("show --json source:fair").json["entered"] == 1


def test_few_deals_are_added_up_without_keeping_anything(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 10k")
    funnel("show")
    funnel("today")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM tally").fetchone() == (0,)


def test_what_only_reads_waits_for_no_writer(kept: None, funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 10k")
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        assert "10,000" in funnel("show", tty=True)
        conn.execute("ROLLBACK")
        assert conn.execute("SELECT count(*) FROM tally").fetchone() == (0,)
    funnel("show")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM tally").fetchone() == (2,)


def test_changes_move_the_sums_that_are_kept(kept: None, funnel: Run) -> None:
    for number in range(12):
        funnel(f"deal add Roof{number} --value 10k")
    funnel("show")
    funnel("deal edit Roof3 --value 2k")
    assert "112,000" in funnel("show", tty=True)
    assert "112,000" in funnel("show", tty=True)
