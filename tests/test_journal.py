"""Undo and redo restore the database whole, over any sequence of commands."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Run, dump
from funnelcli.actions import (
    checking,
    contacts,
    deals,
    health,
    log_cache,
    processes,
    steps,
    visits,
)
from funnelcli.actions import closing as ending
from funnelcli.db import journal, reversing, triggers
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.errors import FunnelError
from funnelcli.processes import reading
from funnelcli.values import dates

EVENTS = ("insert", "update", "delete")


@pytest.mark.sqlite("SQLite's triggers")
def test_every_table_is_watched_in_all_its_columns(db: str) -> None:
    with closing(connect(db)) as conn:
        assert health.check(conn) == []
        for table in triggers.tables(conn):
            for event in EVENTS:
                (text,) = conn.execute(
                    "SELECT sql FROM sqlite_master WHERE name = ?", (f"journal_{table}_{event}",)
                ).fetchone()
                for column in triggers.columns(conn, table):
                    if event != "insert":
                        assert f"'{column}', OLD.{column}" in text
                    if event == "update" and column != "id":
                        assert f"OLD.{column} IS NOT NEW.{column}" in text
        conn.execute("DROP TRIGGER journal_deal_update")
        conn.execute("DROP INDEX deal_contact_id")
        assert [finding.where for finding in health.check(conn)] == ["deal", "deal"]
        with command(conn, "doctor"):
            assert health.repair(conn) == 2
        assert health.check(conn) == []


@pytest.mark.sqlite("what is asked of SQLite can be watched")
def test_many_deals_are_checked_by_as_many_questions_as_a_few(funnel: Run, db: str) -> None:
    def asked() -> int:
        said: list[str] = []
        with closing(connect(db)) as conn:
            conn.set_trace_callback(said.append)
            assert checking.check(conn) == []
        return len(said)

    funnel("deal add One -v 100")
    funnel("deal advance 1")
    few = asked()
    for n in range(20):
        funnel("deal", "add", f"Deal {n}")
    assert asked() == few


@pytest.mark.sqlite("SQLite's triggers")
def test_what_every_command_reads_of_the_triggers_is_little(db: str) -> None:
    # SQLite reads all of the schema before its first statement: here goes most of that time.
    with closing(connect(db)) as conn:
        tables = triggers.tables(conn)
        columns = [name for table in tables for name in triggers.columns(conn, table)]
        texts = [
            sql for (sql,) in conn.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        ]
    assert len(texts) == len(EVENTS) * len(tables)
    # Old and new of each column compared once, and twice its name with its old value.
    named = 6 * sum(map(len, columns)) + 42 * len(columns)
    assert sum(map(len, texts)) <= named + 900 * len(tables)


@pytest.mark.sqlite("SQLite's schema")
def test_no_table_has_a_real_column(db: str) -> None:
    with closing(connect(db)) as conn:
        for table in triggers.tables(conn):
            types = {row[2] for row in conn.execute(f"PRAGMA table_info({table})")}
            assert types <= {"INTEGER", "TEXT"}, table
            (strict,) = conn.execute(
                "SELECT strict FROM pragma_table_list WHERE name = ?", (table,)
            ).fetchone()
            assert strict == 1, table


WORDS = st.sampled_from(["Roof", "Müller", "日本", "a'b\"c", "tab\there", "🙂", "x" * 300, "\\n"])
NUMBERS = st.integers(1, 6)
VERBS = st.sampled_from(
    (
        *("contact", "contact_edit", "contact_remove", "deal", "advance", "skip", "back", "win"),
        *("lose", "withdraw", "reopen", "edit", "remove", "visit", "visit_edit", "step", "done"),
        *("process", "tag", "close"),
    )
)


def act(conn: sqlite3.Connection, verb: str, word: str, number: int, at: int) -> None:
    """One random command; it may be refused."""
    (cycle,) = conn.execute("SELECT id FROM process WHERE key = 'funnel'").fetchone()
    # An import may have brought a deal in another process.
    own = "SELECT coalesce((SELECT d.process_id FROM deal AS d WHERE d.id = ?), ?)"
    asked = conn.execute(f"SELECT id FROM stage WHERE process_id = ({own})", (number, cycle))
    ids = [stage for (stage,) in asked]
    do: dict[str, Callable[[], object]] = {
        "contact": lambda: contacts.add(
            conn, word, emails=[f"e{number}@example.com"], tags=[word], at=at
        ),
        "contact_edit": lambda: contacts.edit(conn, number, {"town": word, "notes": None}),
        "contact_remove": lambda: contacts.remove(conn, [number]),
        "deal": lambda: deals.add(
            conn, word, process_id=cycle, currency="EUR", value=number * 100, at=at
        ),
        "advance": lambda: deals.advance(conn, number, at),
        "skip": lambda: deals.advance(conn, number, at, ids[number]),
        "back": lambda: deals.back(conn, number, at, word),
        "win": lambda: ending.win(conn, number, at),
        "lose": lambda: ending.lose(conn, number, at, "price", note=word),
        "withdraw": lambda: ending.withdraw(conn, number, at),
        "reopen": lambda: ending.reopen(conn, number, at, word),
        "edit": lambda: deals.edit(
            conn, number, at, {"value": number * 7, "title": word, "probability": number}
        ),
        "close": lambda: deals.edit(conn, number, at, {"expected_close": f"2026-12-1{number}"}),
        "remove": lambda: deals.remove(conn, [number]),
        "visit": lambda: visits.add(
            conn, contact_id=None, deal_id=number, at=at, fields={"said": word}
        ),
        "visit_edit": lambda: visits.edit(conn, number, {"said": word, "mood": 3}),
        "step": lambda: steps.add(conn, word, due="2026-12-01", deal_id=number, at=at),
        "done": lambda: steps.end(conn, number, "done", at, word),
        "process": lambda: processes.put(
            conn,
            reading.parse(
                f'key = "own"\nname = "{number}"\n'
                + "".join(
                    f'[[stage]]\nkey = "s{i}"\nname = "S"\nphase = "lead"\nkind = "open"\n'
                    for i in range(number)
                )
                + '[[stage]]\nkey = "won"\nname = "W"\nphase = "customer"\nkind = "won"\n',
                "own.toml",
            ),
        ),
        "tag": lambda: deals.edit(conn, number, at, {}, tags=[word], untag=["Roof"]),
    }
    do[verb]()


COMMANDS = st.lists(st.tuples(VERBS, WORDS, NUMBERS), min_size=1, max_size=14)
WAYS = st.sampled_from([0, reversing.BY_ENTRIES])
AT_LENGTH = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=15, **AT_LENGTH)
@given(commands=COMMANDS, by_entries=WAYS)
def test_undo_and_redo_restore_every_row(
    commands: list[tuple[str, str, int]], by_entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo_and_redo(commands, by_entries, monkeypatch)


@pytest.mark.long
@settings(max_examples=80, **AT_LENGTH)
@given(commands=COMMANDS, by_entries=WAYS)
def test_undo_and_redo_restore_every_row_whatever_was_done(
    commands: list[tuple[str, str, int]], by_entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo_and_redo(commands, by_entries, monkeypatch)


def undo_and_redo(
    commands: list[tuple[str, str, int]], by_entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each undo of commands, and each redo, gives the state that was there."""
    clock = [1_700_000_000]
    monkeypatch.setattr(dates, "now", lambda: clock[0])
    monkeypatch.setattr(reversing, "BY_ENTRIES", by_entries)
    monkeypatch.setattr(reversing, "PIECE", 3)
    with closing(connect(":memory:")) as conn:
        states = [dump(conn)]
        # A few deals to begin with, so that most commands have something to act on.
        for verb, word, number in [
            ("contact", "Roof", 1),
            ("deal", "Roof", 1),
            ("deal", "B", 2),
            *commands,
        ]:
            clock[0] += 60
            try:
                with command(conn, verb):
                    act(conn, verb, word, number, clock[0])
            except FunnelError:
                assert dump(conn) == states[-1], "what is refused changes nothing"
                continue
            except (TypeError, sqlite3.IntegrityError):
                # A deal or step of that number does not exist, which the command line finds out.
                assert dump(conn) == states[-1]
                continue
            (entries,) = conn.execute("SELECT count(*) FROM command").fetchone()
            if entries == len(states):
                states.append(dump(conn))
            assert dump(conn) == states[-1], "what is not in the journal has not happened"
        assert health.check(conn) == []
        for before in reversed(states[:-1]):
            journal.undo(conn)
            assert dump(conn) == before
            assert health.check(conn) == []
        with pytest.raises(FunnelError):
            journal.undo(conn)
        for after in states[1:]:
            journal.redo(conn)
            assert dump(conn) == after
        with pytest.raises(FunnelError):
            journal.redo(conn)


BY_HAND = {
    "values exchanged that only one row may have": """
        UPDATE deal SET public_id = 'x' || id;
        UPDATE deal SET public_id = 'x' || (3 - id) || 'y' WHERE id < 3;
        UPDATE deal SET public_id = 'x' || (3 - id) WHERE id < 3;
        """,
    "a deal with another number": """
        UPDATE deal SET id = 99 WHERE id = 1;
        UPDATE stay SET deal_id = 99 WHERE deal_id = 1;
        UPDATE terms SET deal_id = 99 WHERE deal_id = 1;
        UPDATE visit SET deal_id = 99 WHERE deal_id = 1;
        UPDATE step SET deal_id = 99 WHERE deal_id = 1;
        UPDATE deal_tag SET deal_id = 99 WHERE deal_id = 1;
        UPDATE visit SET id = 77, mood = NULL;
        UPDATE step SET visit_id = 77;
        """,
    "a report moved to a new contact": """
        INSERT INTO contact (id, public_id, name, search, created_at, recorded_at)
            VALUES (50, 'p', 'New', 'new', 0, 0);
        UPDATE visit SET contact_id = 50;
        """,
    "everything deleted": "DELETE FROM deal; DELETE FROM contact",
    "a stay opened again": """
        UPDATE stay SET left_at = entered_at + 9 WHERE left_at IS NULL AND deal_id = 1;
        UPDATE stay SET left_at = NULL
            WHERE id = (SELECT min(id) FROM stay WHERE deal_id = 1);
        """,
    "text with signs": "UPDATE deal SET notes = 'a' || char(8232) || '\"\\' || 'b'",
    "the largest numbers": "UPDATE deal SET value = 9223372036854775807,"
    " stage_since = -4611686018427387904",
}


@pytest.mark.parametrize("by_entries", [0, reversing.BY_ENTRIES], ids=["by tables", "by entries"])
@pytest.mark.parametrize("script", BY_HAND.values(), ids=BY_HAND)
def test_whatever_another_program_did_goes_back(
    funnel: Run, db: str, script: str, by_entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reversing, "BY_ENTRIES", by_entries)
    monkeypatch.setattr(reversing, "PIECE", 3)
    funnel("deal add Roof --new-contact Ada --value 5 --tag vip")
    funnel("deal add Door --value 7")
    funnel("log ada 'spoke of the roof' --next call --due today")
    funnel("advance", 1)
    with closing(connect(db)) as conn:
        before = dump(conn)
        assert before["visit"]
        with closing(sqlite3.connect(db, isolation_level=None)) as other:
            for statement in (
                *("PRAGMA foreign_keys = ON", "BEGIN", "PRAGMA defer_foreign_keys = ON"),
                *filter(str.strip, script.split(";")),
                "COMMIT",
            ):
                other.execute(statement)
        after = dump(conn)
        assert after != before
        for _time in range(2):
            journal.undo(conn)
            assert dump(conn) == before
            journal.redo(conn)
            assert dump(conn) == after


@pytest.mark.sqlite("text with a zero, which no server keeps")
def test_a_text_with_a_zero_goes_back(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "UPDATE deal SET notes = 'a' || char(0, 8232) || 'b'"
    test_whatever_another_program_did_goes_back(funnel, db, text, 0, monkeypatch)


@pytest.mark.sqlite("older files")
def test_a_command_older_than_a_column_goes_back(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    funnel("advance", 1)
    funnel("deal", "remove", 1)
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE journal SET before = json_remove(before, '$.again', '$.competitor')")
    funnel("undo")
    assert funnel("deal", "list", "--json").json[0]["title"] == "Roof"
    assert "sound" in funnel("doctor", tty=True)


def test_a_new_change_ends_what_could_be_redone(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    funnel("undo")
    funnel("deal", "add", "Door")
    funnel("redo", exit=4)
    funnel("undo")
    funnel("redo")
    assert funnel("deal", "list", "--json").json[0]["title"] == "Door"


def test_a_refused_command_leaves_no_entry(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    funnel("win", 1, exit=2)
    funnel("advance 1 --to care", exit=3)
    funnel("deal edit 1 --title Roof")
    assert len(funnel("history").lines) == 1


def test_a_dry_run_changes_nothing(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    with closing(connect(db)) as conn:
        before = dump(conn)
        assert "Roof" in funnel("deal", "remove", 1, "--dry-run")
        assert dump(conn) == before
    assert len(funnel("history").lines) == 1


def test_what_another_program_changes_is_listed_in_its_place(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE deal SET notes = 'by hand'")
        conn.execute("UPDATE deal SET notes = 'by hand again'")
    funnel("deal edit 1 --product solar")
    typed = [entry["command"] for entry in funnel("history", "--json").json]
    assert typed == [
        "funnel deal edit 1 --product solar",
        "(changed by another program)",
        "funnel deal add Roof",
    ]
    funnel("undo")
    assert funnel("deal", "show", 1, "--json").json["notes"] == "by hand again"
    funnel("undo")
    assert funnel("deal", "show", 1, "--json").json["notes"] is None
    funnel("redo")
    assert funnel("deal", "show", 1, "--json").json["notes"] == "by hand again"


def test_doctor_finds_and_mends_what_is_derived(funnel: Run, db: str) -> None:
    funnel("deal add Müller --value 5")
    assert "is sound" in funnel("doctor", tty=True)
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE deal SET search = 'x', value = 7, stage_since = 0")
    assert len(funnel("doctor", exit=1).lines) == 2
    funnel("doctor", "--repair")
    assert funnel("deal", "show", "muller", "--json").json["value_minor"] == 500
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE stay SET entered_at = entered_at - 60")
    assert "begin apart" in funnel("doctor", exit=1)


def test_the_cache_follows_from_the_logs_alone() -> None:
    stages: log_cache.Stages = {1: (1, "outside"), 2: (2, "open"), 3: (3, "open"), 4: (4, "won")}
    day = 86_400
    stays = [
        log_cache.Stay(2, 10 * day, 20 * day, "created"),
        log_cache.Stay(3, 20 * day, 30 * day, "advanced"),
        log_cache.Stay(2, 30 * day, None, "moved_back"),
    ]
    terms = [
        log_cache.Terms(10 * day, 40 * day, "open", 100, "EUR"),
        log_cache.Terms(40 * day, 50 * day, "lost", 100, "EUR", reason="price", note="n"),
        log_cache.Terms(50 * day, None, "lost", 200, "EUR"),
    ]
    cache = log_cache.derive(stays, terms, stages)
    assert (cache.stage_id, cache.furthest_stage_id, cache.stage_since) == (2, 3, 30 * day)
    assert (cache.status, cache.closed_at, cache.lost_reason, cache.value) == (
        "lost",
        40 * day,
        "price",
        200,
    )
    withdrawn = [
        log_cache.Terms(10 * day, 40 * day, "open", 100, "EUR"),
        log_cache.Terms(40 * day, 45 * day, "won", 100, "EUR"),
        log_cache.Terms(45 * day, None, "lost", 100, "EUR", reason="withdrawn"),
    ]
    cache = log_cache.derive(stays, withdrawn, stages)
    assert (cache.won_at, cache.closed_at) == (40 * day, 45 * day)


def test_the_history_on_a_screen_is_short(funnel: Run) -> None:
    for number in range(12):
        funnel("contact", "add", f"Person {number}")
    short = funnel("history", tty=True)
    assert "Person 11" in short
    assert "Person 1'" not in short
    assert "The last 10; --limit 0 shows all." in short
    assert "Die letzten 10" in funnel("history", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    assert len(funnel("history", tty=True, width=120).lines) == 2 + 10 + 1
    assert len(funnel("history --limit 0", tty=True, width=120).lines) == 2 + 12
    assert len(funnel("history").lines) == len(funnel("history --json").json) == 12
