"""Copies of the database: many at once, and which of them are let go."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from conftest import ZONE, Clock, Run
from funnelcli import files
from funnelcli.actions import deals
from funnelcli.db import copies, functions, restoring, waiting
from funnelcli.db.connection import connect
from funnelcli.db.migrate import statements
from funnelcli.db.schema import LATEST
from funnelcli.db.schema import files as migrations
from funnelcli.db.transaction import command
from funnelcli.errors import Failed

pytestmark = pytest.mark.sqlite("copies of the file")


def made(db: str) -> list[str]:
    """The names of the copies beside a database."""
    return sorted(os.listdir(copies.folder(db)))


def together(times: int, do: Callable[[int], str]) -> list[str]:
    """What ``times`` callers get that all begin at once."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(do, range(times)))


def rotate(db: str, reason: str = "before-import") -> str:
    """Make an automatic copy."""
    with closing(connect(db)) as conn:
        return copies.rotate(conn, db, reason)


def older(folder: Path) -> str:
    """An empty database of the schema before the latest."""
    path = str(folder / "old.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        functions.add(old)
        for file in migrations()[: LATEST - 1]:
            for statement in statements(Path(file).read_text(encoding="utf-8")):
                old.execute(statement)
        old.execute("PRAGMA journal_mode = WAL")
        old.execute(f"PRAGMA user_version = {LATEST - 1}")
    return path


def titles(path: str) -> set[str]:
    """What the deals in a file are called."""
    with closing(sqlite3.connect(path)) as conn:
        return {title for (title,) in conn.execute("SELECT title FROM deal")}


def test_copies_of_one_second_are_as_many_files(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    paths = together(12, lambda _n: rotate(db, copies.BY_HAND))
    assert len(set(paths)) == 12
    assert sorted(map(os.path.basename, paths)) == made(db)
    for path in paths:
        with closing(sqlite3.connect(path)) as conn:
            assert conn.execute("SELECT title FROM deal").fetchall() == [("Roof",)]


def test_automatic_ones_of_one_second_are_let_go_without_a_word(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    for path in together(24, lambda _n: rotate(db)):
        assert os.path.basename(path).endswith(".db")
    assert all(name.endswith(".db") for name in made(db))
    assert copies.LATEST_KEPT <= len(made(db)) <= 24


def test_many_who_open_an_older_file_at_once_all_get_in(tmp_path: Path, clock: Clock) -> None:
    path = older(tmp_path)

    def opened(_n: int) -> str:
        with closing(connect(path)) as conn:
            return str(conn.execute("PRAGMA user_version").fetchone()[0])

    assert together(12, opened) == [str(LATEST)] * 12
    # One of them migrated it, and made the copy.
    assert made(path) == ["20261124T080000Z-before-migration.db"]


def test_what_stands_under_the_name_of_a_copy_is_left_alone(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    funnel("deal", "add", "Roof")
    other = tmp_path / "other"
    other.write_text("mine", encoding="utf-8")
    where = Path(copies.make_folder(db))
    (where / "20261124T080000Z-by-hand.db").symlink_to(other)
    said = funnel("backup", "--json").json
    assert os.path.basename(said["path"]) == "20261124T080000Z-by-hand-2.db"
    assert other.read_text(encoding="utf-8") == "mine"


def test_a_file_system_without_links_keeps_the_names_apart_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(_source: str, _target: str) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", no_link)
    names = [str(tmp_path / name) for name in ("a", "b")]
    for content, name in (("one", "a"), ("two", "b")):
        beside = files.part(str(tmp_path))
        Path(beside).write_text(content, encoding="utf-8")
        assert os.path.basename(files.settle(beside, names)) == name
        assert (tmp_path / name).read_text(encoding="utf-8") == content
    with pytest.raises(FileExistsError):
        files.settle(files.part(str(tmp_path)), names)


def test_what_a_process_that_is_gone_has_left_is_swept_away(tmp_path: Path) -> None:
    old, fresh, other = (tmp_path / name for name in (".funnel-1.part", ".funnel-2.part", "x.part"))
    for path in (old, fresh, other):
        path.write_text("half", encoding="utf-8")
    for path in (old, other):
        os.utime(path, (0, 0))
    with files.replacing_text(str(tmp_path / "page.txt")) as out:
        out.write("whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        fresh.name,
        "page.txt",
        other.name,
    ]


def test_a_copy_made_by_hand_stays(funnel: Run, db: str, clock: Clock) -> None:
    funnel("deal", "add", "Roof")
    for _n in range(12):
        funnel("backup")
        clock.advance(minutes=1)
    for _n in range(12):
        rotate(db)
        clock.advance(minutes=1)
    names = made(db)
    assert sum("by-hand" in name for name in names) == 12
    assert sum("before-import" in name for name in names) == copies.LATEST_KEPT


def test_the_last_of_hours_days_and_weeks_stay(funnel: Run, db: str, clock: Clock) -> None:
    """Against a plain statement of the rule: 60 copies, one every 17 hours."""
    for name in ("hourly", "daily", "weekly"):
        funnel("config", "set", f"copies_{name}", "3")
    funnel("deal", "add", "Roof")
    where = Path(copies.make_folder(db))
    first = datetime(2026, 9, 1, 6, tzinfo=ZONE)
    moments = [first + timedelta(hours=17 * n) for n in range(60)]
    for n, moment in enumerate(moments):
        path = where / f"{moment:%Y%m%d}T{n:06}Z-before-import.db"
        path.touch()
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    (where / "own.db").touch()
    clock.set("2026-11-24 09:00")
    latest = moments[::-1]
    kept = set(latest[: copies.LATEST_KEPT])
    for span in ("%Y%m%d %H", "%Y%m%d", "%G-%V"):
        spans = list(dict.fromkeys(moment.strftime(span) for moment in latest))[:3]
        kept |= {next(m for m in latest if m.strftime(span) == one) for one in spans}
    gone = {Path(path).name for path in copies.outdated(str(where))}
    assert gone == {
        f"{moment:%Y%m%d}T{n:06}Z-before-import.db"
        for n, moment in enumerate(moments)
        if moment not in kept
    }


def test_copies_of_a_clock_that_was_ahead_push_nothing_out(
    funnel: Run, db: str, clock: Clock, tmp_path: Path
) -> None:
    funnel("deal", "add", "Roof")
    funnel("backup", tmp_path / "copy.db")
    clock.set("2031-01-01 09:00")
    for _n in range(12):
        rotate(db)
        clock.advance(hours=30)
    clock.set("2026-11-25 09:00")
    path = rotate(db)
    assert os.path.exists(path)
    kept = funnel("restore", tmp_path / "copy.db", "--yes", "--json").json["kept"]
    assert os.path.exists(kept)
    # The first of these is kept beside the second.
    assert os.path.exists(path)


def test_a_copy_whose_index_lacks_rows_is_not_verified(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    funnel("deal", "add", "Roof")
    copy = tmp_path / "copy.db"
    funnel("backup", copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        conn.execute("PRAGMA writable_schema = ON")
        conn.execute("CREATE TABLE empty (status TEXT, expected_close TEXT)")
        conn.execute("CREATE INDEX empty_index ON empty (status, expected_close)")
        conn.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master"
            " WHERE name = 'empty_index') WHERE name = 'deal_status'"
        )
        conn.execute("DELETE FROM sqlite_master WHERE name = 'empty_index'")
    assert "no sound funnel database" in funnel("restore", copy, "--yes", exit=1).stderr


def test_what_others_write_during_a_restore_is_in_one_of_the_files(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    funnel("deal", "add", "Roof")
    copy = tmp_path / "copy.db"
    funnel("backup", copy)
    stop, acknowledged = threading.Event(), set[str]()

    def write(number: int) -> None:
        count = 0
        while not stop.is_set():
            with closing(connect(db)) as conn:
                title = f"{number}/{count}"
                with command(conn, "test"):
                    deals.add(conn, title, process_id=1, currency="EUR")
            acknowledged.add(title)
            count += 1

    kept = set[str]()
    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, number) for number in range(3)]
        try:
            for _n in range(5):
                enough = len(acknowledged) + 5
                while len(acknowledged) < enough and not any(one.done() for one in writers):
                    time.sleep(0.001)
                with restoring.prepared(str(copy), db, lambda _conn: []) as ready:
                    path = restoring.replace(ready, db, spare=str(copy))
                assert path is not None
                kept |= titles(path)
        finally:
            stop.set()
        for writer in writers:
            writer.result()
    assert acknowledged <= kept | titles(db)


def test_a_restore_that_gets_no_lock_ends_and_replaces_nothing(
    funnel: Run, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    funnel("deal", "add", "Roof")
    funnel("backup", tmp_path / "copy.db")
    funnel("deal", "add", "Door")
    monkeypatch.setattr(restoring, "BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        error = funnel("restore", tmp_path / "copy.db", "--yes", exit=1).stderr
    assert "locked by another program" in error
    assert titles(db) == {"Roof", "Door"}


def test_a_copy_comes_back_over_a_file_of_a_newer_program(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    funnel("deal", "add", "Roof")
    funnel("backup", tmp_path / "copy.db")
    funnel("deal", "add", "Door")
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        conn.execute(f"PRAGMA user_version = {LATEST + 1}")
    funnel("deal", "list", exit=1)
    kept = funnel("restore", tmp_path / "copy.db", "--yes", "--json").json["kept"]
    assert titles(kept) == {"Roof", "Door"}
    assert funnel("doctor", "--json").json == []
    assert titles(db) == {"Roof"}


def test_a_copy_of_an_older_schema_comes_back_and_leaves_nothing_beside(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    path = older(tmp_path)
    funnel("restore", path, "--yes")
    assert funnel("doctor", "--json").json == []
    assert made(db) == [] if os.path.exists(copies.folder(db)) else True
    assert not [name for name in os.listdir(tmp_path) if ".part" in name]


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM stay",
        "UPDATE deal SET contact_id = 99",
        "CREATE TRIGGER spy AFTER INSERT ON deal BEGIN DELETE FROM note; END",
        "DROP INDEX deal_status",
        "UPDATE terms SET valid_to = valid_from - 1, valid_from = valid_from - 9",
    ],
)
def test_only_what_is_sound_replaces_anything(
    funnel: Run, db: str, tmp_path: Path, harm: str
) -> None:
    funnel("deal", "add", "Roof")
    copy = tmp_path / "copy.db"
    funnel("backup", copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        conn.execute("PRAGMA ignore_check_constraints = ON")
        conn.execute(harm)
    for line in (("--dry-run",), ("--yes",)):
        error = funnel("restore", copy, *line, exit=1).stderr
        assert "no sound funnel database" in error
    assert titles(db) == {"Roof"}
    assert not os.path.exists(copies.folder(db))


def test_a_copy_waits_for_a_lock_only_so_long(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    funnel("deal", "add", "Roof")
    monkeypatch.setattr(copies, "WAIT_SECONDS", 0.1)
    with closing(connect(db)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        with pytest.raises(Failed, match="locked"):
            copies.rotate(conn, db, "before-import")
    assert made(db) == []


def test_who_comes_with_a_new_version_to_a_large_file_is_told_what_it_waits_for(
    funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = older(tmp_path)
    assert "Bringing" not in funnel("deal", "list", "--db", path).stderr
    for ending in ("", "-wal", "-shm"):
        Path(path + ending).unlink(missing_ok=True)
    path = older(tmp_path)
    monkeypatch.setattr(waiting, "LARGE", 1000)
    told = funnel("deal", "list", "--db", path).stderr
    assert told == (
        f"Bringing {path} (0 MB) up to date for this version; it is copied and checked first …\n"
    )
    assert funnel("deal", "list", "--db", path).stderr == ""
