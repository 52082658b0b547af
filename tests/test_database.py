"""The file: constraints, damage, interruption, many writers, copies."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Run, process_environment, some
from funnelcli.actions import health
from funnelcli.db import functions, triggers
from funnelcli.db.connection import connect
from funnelcli.db.migrate import apply, statements
from funnelcli.db.refusing import unusable
from funnelcli.db.schema import LATEST, files
from funnelcli.encryption import open_file
from funnelcli.nouns import keyed


@pytest.mark.sqlite("the sentences of SQLite")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE stay SET left_at = entered_at - 1",
        "INSERT INTO stay (deal_id, stage_id, entered_at, how, recorded_at)"
        " VALUES (1, 2, 0, 'created', 0)",
        "UPDATE terms SET currency = 'euro'",
        "UPDATE deal SET currency = 'eur'",
        "UPDATE deal SET value = -1",
        "UPDATE deal SET value = 'much'",
        "UPDATE deal SET status = 'won'",
        "UPDATE deal SET status = 'lost', closed_at = 1, closed_on = '2026-01-01'",
        "UPDATE deal SET probability = 101",
        "UPDATE deal SET stage_id = 99",
        "UPDATE deal SET title = ''",
        "UPDATE stage SET kind = 'closed'",
    ],
)
def test_the_file_itself_refuses_nonsense(funnel: Run, db: str, change: str) -> None:
    funnel("deal add Roof --value 5")
    with closing(connect(db)) as conn, pytest.raises(sqlite3.IntegrityError):
        conn.execute(change)


@pytest.mark.sqlite("settings of the connection")
def test_migrations_count_up_and_are_recorded(db: str) -> None:
    numbers = [int(os.path.basename(path)[:4]) for path in files()]
    assert numbers == list(range(1, LATEST + 1))
    with closing(connect(db)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (LATEST,)
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert conn.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.fixture(scope="module")
def grown() -> Iterator[Callable[[int], sqlite3.Connection]]:
    """A new database of any version, each made of the one before by its migration."""
    made = [sqlite3.connect(":memory:", isolation_level=None)]

    def grow(version: int) -> sqlite3.Connection:
        while len(made) <= version:
            path = files()[len(made) - 1]
            before = made[-1]
            made.append(sqlite3.connect(":memory:", isolation_level=None))
            before.backup(made[-1])
            functions.add(made[-1])
            for statement in statements(Path(path).read_text("utf-8")):
                made[-1].execute(statement)
        return made[version]

    yield grow
    for conn in made:
        conn.close()


@pytest.mark.sqlite("older files")
@pytest.mark.parametrize("version", some(range(1, LATEST)))
def test_an_older_file_gets_the_schema_of_a_new_one(
    grown: Callable[[int], sqlite3.Connection], db: str, tmp_path: Path, version: int
) -> None:
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    with closing(sqlite3.connect(db, isolation_level=None)) as old:
        grown(version).backup(old)
        if version in (4, 5):
            # As these were at first.
            old.execute("CREATE INDEX deal_figures ON deal (source, status, lost_reason)")
        old.execute(f"PRAGMA user_version = {version}")
    with closing(connect(db)) as conn, closing(connect(str(tmp_path / "new.db"))) as new:
        assert conn.execute(schema).fetchall() == new.execute(schema).fetchall()


@pytest.mark.sqlite("older files")
def test_a_migration_renews_what_an_older_file_is_searched_by(funnel: Run, db: str) -> None:
    funnel("contact add 'Søren Kjær'")
    funnel("deal add 'Carport Müller-Lüdenscheidt' -c 1")
    funnel("product add A-1 'Łódź' --price 1 --vat 19")
    funnel("next 1 'Søren anrufen' --due +3d")
    funnel("note add 1 'O’Brien fragt'")
    funnel("milestone add 1 'Abnahme – Dach'")
    with closing(sqlite3.connect(db)) as conn:
        triggers.drop(conn)
        for table, column in keyed():
            conn.execute(f"UPDATE {table} SET search = lower({column})")
        # A file of that age lacks what came later, so that only this one can be run on it again.
        apply(conn, next(file for file in files() if file.endswith("_search_keys.sql")))
        triggers.create(conn)
        conn.commit()
    assert funnel("contact show soeren-kjaer --json").json["id"] == 1
    assert funnel("deal show 'carport mueller luedenscheidt' --json").json["id"] == 1
    assert funnel("product list lodz --ids").lines == ["1"]
    assert "not found" not in funnel("doctor")
    with closing(connect(db)) as conn:
        for table, column in keyed():
            stale = f"SELECT count(*) FROM {table} WHERE search <> search_key({column})"
            assert conn.execute(stale).fetchone() == (0,)


@pytest.mark.sqlite("newer files")
def test_a_newer_file_is_refused_and_left_alone(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    with closing(sqlite3.connect(db)) as conn:
        conn.execute(f"PRAGMA user_version = {LATEST + 1}")
    refused = funnel("deal", "list", exit=1)
    assert "newer funnel" in refused.stderr
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM deal").fetchone() == (1,)


@pytest.mark.sqlite("files of other programs")
def test_files_of_other_programs_are_refused_and_left_alone(funnel: Run, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("dear diary, " * 100)
    before = text.read_bytes()
    assert "not a funnel database" in funnel("deal", "list", "--db", text, exit=1).stderr
    assert text.read_bytes() == before
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as conn, conn:
        conn.execute("CREATE TABLE deal (id)")
    assert "another program" in funnel("deal", "add", "x", "--db", other, exit=1).stderr
    with closing(sqlite3.connect(other)) as conn:
        assert conn.execute("SELECT name FROM sqlite_master").fetchall() == [("deal",)]


@pytest.mark.sqlite("files of other programs")
@pytest.mark.parametrize("version", range(1, LATEST + 2))
def test_a_schema_number_alone_makes_no_funnel_database(
    funnel: Run, tmp_path: Path, version: int
) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    other = folder / "other.db"
    with closing(sqlite3.connect(other)) as conn, conn:
        conn.execute("CREATE TABLE notes (id)")
        conn.execute(f"PRAGMA user_version = {version}")
    before = other.read_bytes()
    for command in (["deal", "list"], ["deal", "add", "x"], ["backup"], ["doctor", "--repair"]):
        assert "another program" in funnel(*command, "--db", other, exit=1).stderr
    funnel("deal", "add", "Roof")
    assert "no sound funnel database" in funnel("restore", other, "--yes", exit=1).stderr
    assert len(funnel("deal", "list").lines) == 1
    assert other.read_bytes() == before
    assert os.listdir(folder) == ["other.db"]


@pytest.mark.sqlite("damage")
def test_a_damaged_file_is_said_to_be_damaged(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    size = os.path.getsize(db)
    with open(db, "r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 4))
    for command in (["doctor"], ["deal", "list", "--json"], ["backup"]):
        result = funnel(*command, exit=1)
        assert "Traceback" not in result.stderr


@pytest.mark.sqlite("damage")
@pytest.mark.parametrize("left", [100, 4096, 40960])
def test_of_a_file_that_was_cut_off_a_copy_is_proposed(funnel: Run, db: str, left: int) -> None:
    funnel("deal", "add", "Roof")
    funnel("backup")
    os.truncate(db, left)
    for command in ("doctor", "db check", "deal list"):
        said = funnel(command, exit=1).stderr
        assert "`funnel backup --list` shows the copies, `funnel restore` brings one back." in said
        assert "funnel doctor" not in said
    kept = funnel("backup --list").rows[0][0]
    funnel("restore", kept, "--yes")
    assert len(funnel("deal list").lines) == 1


@pytest.mark.sqlite("damage")
@pytest.mark.parametrize("how", ["emptied", "gone"])
def test_a_new_database_in_the_place_of_another_is_told(
    funnel: Run,
    run_process: Callable[..., subprocess.CompletedProcess[str]],
    db: str,
    how: str,
) -> None:
    funnel("deal", "add", "Roof")
    assert run_process("deal", "list").stderr == ""
    funnel("backup")
    os.truncate(db, 0) if how == "emptied" else os.unlink(db)
    said = run_process("deal", "list").stderr
    assert f"Warning: There was nothing at {db}, so a new database was made there." in said
    assert "`funnel backup --list`" in said
    assert run_process("deal", "list").stderr == ""
    funnel("restore", funnel("backup --list").rows[0][0], "--yes")
    assert len(funnel("deal list").lines) == 1


LOOP = """
import sys
from funnelcli.__main__ import main
n = 0
while True:
    n += 1
    main(["deal", "add", f"Deal {n}", "--value", "10", "--new-contact", f"Contact {n}", "-q"])
    main(["advance", str(n), "--to", "offer", "-q"])
    main(["next", str(n), "call", "--due", "today", "-q"])
    main(["lose", str(n), "--reason", "price", "-q"])
"""


@pytest.mark.skipif(os.name != "posix", reason="kills processes with SIGKILL")
def test_a_killed_command_leaves_all_of_its_change_or_none(environment: dict[str, str]) -> None:
    db = environment["FUNNEL_DB"]
    chance = random.Random(20261124)  # noqa: S311 - not for secrets
    connect(db).close()
    for _kill in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", LOOP],
            env=process_environment(environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # Wait until it has begun to write, then for a random while: it is killed anywhere.
        (before,) = _ask(db, "SELECT count(*) FROM command")
        deadline = time.monotonic() + 30
        while _ask(db, "SELECT count(*) FROM command") == (before,):
            assert time.monotonic() < deadline, "it never began to write"
        time.sleep(chance.random() / 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with closing(connect(db)) as conn:
            assert health.check(conn) == []
            assert conn.execute("SELECT command_id FROM journal_now").fetchone() == (None,)
            # A command is whole: a deal has its contact, one lost has no open step.
            assert _none(conn, "SELECT 1 FROM deal WHERE contact_id IS NULL")
            assert _none(
                conn,
                "SELECT 1 FROM step JOIN deal ON deal.id = step.deal_id"
                " WHERE step.status = 'open' AND deal.status = 'lost'",
            )
    assert _ask(db, "SELECT count(*) > 0 FROM deal") == (1,)


def _ask(db: str, question: str) -> tuple[int]:
    with closing(sqlite3.connect(db, timeout=30)) as conn:
        row: tuple[int] = conn.execute(question).fetchone()
        return row


def _none(conn: sqlite3.Connection, question: str) -> bool:
    return conn.execute(question).fetchone() is None


def test_many_writers_at_once_lose_nothing(environment: dict[str, str]) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "funnelcli", "deal", "add", f"Deal {number}", "-q"],
            env=process_environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(24)
    ]
    printed = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 24, printed
    assert len({out for out, _err in printed}) == 24
    with closing(connect(environment["FUNNEL_DB"])) as conn:
        assert conn.execute("SELECT count(*) FROM deal").fetchone() == (24,)
        assert conn.execute("SELECT count(DISTINCT command_id) FROM journal").fetchone() == (24,)
        assert health.check(conn) == []


@pytest.mark.sqlite("copies of the file")
def test_a_copy_is_whole_and_comes_back(funnel: Run, tmp_path: Path, db: str) -> None:
    funnel("deal", "add", "Roof")
    copy = tmp_path / "copy.db"
    funnel("backup", copy)
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o600
    funnel("backup", copy, exit=2)
    funnel("deal", "add", "Door")
    funnel("restore", copy, exit=2)
    said = funnel("restore", copy, "--yes", "--json").json
    assert [deal["title"] for deal in funnel("deal", "list", "--json").json] == ["Roof"]
    # What was replaced is kept, and can be brought back the same way.
    funnel("restore", os.path.basename(said["kept"]), "--yes")
    assert len(funnel("deal", "list").lines) == 2
    assert len(funnel("backup", "--list").lines) == 2
    assert len(funnel("backup", "list").lines) == 2


@pytest.mark.sqlite("damage")
@pytest.mark.parametrize("where", [0, 1 / 3], ids=["header", "pages"])
def test_a_copy_comes_back_over_a_damaged_file(
    funnel: Run, tmp_path: Path, db: str, where: float
) -> None:
    funnel("deal", "add", "Roof")
    funnel("backup", tmp_path / "copy.db")
    with open(db, "r+b") as file:
        file.seek(int(os.path.getsize(db) * where))
        file.write(random.Random(1).randbytes(os.path.getsize(db) // 3))  # noqa: S311
    damaged = Path(db).read_bytes()
    funnel("deal", "list", exit=1)
    kept = funnel("restore", tmp_path / "copy.db", "--yes", "--json").json["kept"]
    assert [deal["title"] for deal in funnel("deal", "list", "--json").json] == ["Roof"]
    assert Path(kept).read_bytes() == damaged
    # It is no copy that could be restored, nor one that goes in time.
    assert funnel("backup", "--list").lines == []


@pytest.mark.sqlite("copies of the file")
def test_a_bad_copy_replaces_nothing(funnel: Run, tmp_path: Path, db: str) -> None:
    funnel("deal", "add", "Roof")
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"SQLite format 3\x00" + b"\x01" * 5000)
    assert "no sound funnel database" in funnel("restore", bad, "--yes", exit=1).stderr
    funnel("restore", tmp_path / "nowhere.db", "--yes", exit=1)
    assert len(funnel("deal", "list").lines) == 1


@pytest.mark.sqlite("a file in a folder")
def test_a_folder_that_may_not_be_written_is_said_to_be_so(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who owns the machine may write everywhere, so that the system's answer is given here."""
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY
    folder = os.path.dirname(db)
    monkeypatch.setattr(os, "access", lambda path, _mode: path != folder)
    said = unusable(db, error)
    assert "cannot be opened" in said.message
    assert "may write there" in str(said.hint)
    monkeypatch.setattr(os, "access", lambda _path, _mode: True)
    assert "replaced by another command" in unusable(db, error).message


@pytest.mark.sqlite("a file in a folder")
def test_a_file_that_another_takes_the_place_of_is_not_said_to_be_damaged(
    funnel: Run, tmp_path: Path, db: str
) -> None:
    """As an encryption does it, which wipes the plain file that somebody may still have open."""
    funnel("deal", "add", "Roof")
    damaged = sqlite3.DatabaseError("database disk image is malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    with closing(open_file(db)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        assert "malformed" in unusable(db, damaged).message
        shutil.copy(db, tmp_path / "new.db")
        with open(db, "r+b") as before:
            os.replace(tmp_path / "new.db", db)
            before.write(bytes(os.fstat(before.fileno()).st_size))
        with pytest.raises(sqlite3.DatabaseError) as error:
            conn.execute("SELECT title FROM deal").fetchall()
        assert "replaced by another command" in unusable(db, error.value).message
        assert "replaced by another command" in unusable(db, damaged).message
