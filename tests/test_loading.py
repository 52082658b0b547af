"""A long import: the journal's ranges and the indexes built at the end lose nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Dump, Run, dump
from funnelcli.actions import health
from funnelcli.actions.importing.deals import KEPT, TABLES
from funnelcli.db import journal, reversing, triggers
from funnelcli.db.connection import connect
from funnelcli.db.loading import ENOUGH, loading
from funnelcli.db.transaction import command

MANY = ENOUGH + 200


def state(db: str) -> Dump:
    """Every row of every table but the journal's own, and the whole schema."""
    with closing(sqlite3.connect(db)) as conn:
        found = dump(conn)
        found["schema"] = conn.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY name"
        ).fetchall()
        return found


@pytest.fixture
def deals(tmp_path: Path) -> Callable[..., str]:
    """Write a file of deals, two of them of one contact, numbered from ``first``; its path."""

    def deals(first: int = 1, count: int = MANY, stage: str = "lost") -> str:
        path = tmp_path / f"deals{first}{stage}.csv"
        path.write_text(
            "id,title,contact,organisation,email,phone,value,stage,opened,closed,tags,notes\n"
            + "".join(
                f"{n},Deal {n},Person {n // 2},Firm {n // 4},p{n // 2}@example.com,"
                f"+49 30 {100_000 + n},{n},{stage},2026-02-01,2026-03-01,fair,\n"
                for n in range(first, first + count)
            ),
            encoding="utf-8",
        )
        return str(path)

    return deals


def take(funnel: Run, path: str) -> str:
    """Import the deals of a file."""
    return funnel("import", "deals", path, "--key", "id", tty=True)


def entries(db: str) -> int:
    """How many entries the journal has."""
    with closing(sqlite3.connect(db)) as conn:
        (count,) = conn.execute("SELECT count(*) FROM journal").fetchone()
        return int(count)


def changes(funnel: Run) -> int:
    """How many rows the last command changed."""
    return int(funnel("history", "--json").json[0]["changes"])


def rows(found: Dump) -> int:
    """How many rows there are."""
    return sum(len(there) for table, there in found.items() if table != "schema")


@pytest.mark.parametrize(
    "by_entries",
    [pytest.param(0, marks=pytest.mark.long), 1 << 30],
    ids=["by tables", "by entries"],
)
def test_a_long_import_goes_back_and_comes_again(
    funnel: Run,
    db: str,
    deals: Callable[..., str],
    by_entries: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reversing, "BY_ENTRIES", by_entries)
    monkeypatch.setattr(reversing, "PIECE", 3)
    # Two of the file's contacts are there already, one without what the file knows of it.
    funnel("contact add 'Firm 9' --is-organisation")
    funnel("contact add 'Person 36' --email p36@example.com")
    before, written = state(db), entries(db)
    assert f"{MANY} added" in take(funnel, deals())
    after = state(db)
    assert after["schema"] == before["schema"]
    assert entries(db) - written < 2 * MANY, "rows stand in the journal as ranges"
    assert changes(funnel) >= rows(after) - rows(before)
    with closing(connect(db)) as conn:
        assert health.check(conn) == []
    for _time in range(2):
        undone = funnel("undo", "--json").json
        assert undone["rows"] >= rows(after) - rows(before)
        assert state(db) == before
        funnel("redo")
        assert state(db) == after
    again = take(funnel, deals())
    assert f"{MANY} unchanged" in again
    assert state(db) == after


@pytest.mark.parametrize(
    "by_entries",
    [pytest.param(0, marks=pytest.mark.long), 1 << 30],
    ids=["by tables", "by entries"],
)
def test_a_long_import_that_also_updates_goes_back(
    funnel: Run,
    db: str,
    deals: Callable[..., str],
    by_entries: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reversing, "BY_ENTRIES", by_entries)
    monkeypatch.setattr(reversing, "PIECE", 3)
    take(funnel, deals(stage="needs"))
    before = state(db)
    assert f"{MANY + 400} added, {MANY} updated" in take(funnel, deals(count=2 * MANY + 400))
    after = state(db)
    with closing(connect(db)) as conn:
        assert health.check(conn) == []
    funnel("undo")
    assert state(db) == before
    funnel("redo")
    assert state(db) == after
    funnel("undo")
    funnel("undo")
    assert state(db)["deal"] == []


def test_other_programs_are_watched_after_a_long_import(
    funnel: Run, db: str, deals: Callable[..., str]
) -> None:
    take(funnel, deals())
    before = state(db)
    with closing(sqlite3.connect(db)) as other, other:
        other.execute(
            "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
            " VALUES ('p', 'New', 'new', 0, 0)"
        )
        other.execute("UPDATE deal SET notes = 'by hand' WHERE id = 7")
        other.execute("DELETE FROM deal_tag WHERE id = 3")
    assert state(db) != before
    assert "changed by another program" in funnel("undo", tty=True)
    assert state(db) == before


@pytest.mark.sqlite("the indexes and triggers of the file")
def test_a_long_import_that_breaks_off_leaves_indexes_and_triggers(
    db: str,
) -> None:
    with closing(connect(db)) as conn:
        before = state(db)
        with (  # noqa: PT012 - all of it is one import
            pytest.raises(ZeroDivisionError),
            command(conn, "import") as command_id,
            loading(conn, command_id, TABLES, MANY, keep=KEPT),
        ):
            conn.execute(
                "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
                " VALUES ('p', 'New', 'new', 0, 0)"
            )
            names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
            assert "deal_pipeline" not in names
            assert "journal_deal_insert" not in names
            assert set(KEPT) <= names
            raise ZeroDivisionError
        assert state(db) == before
        assert entries(db) == 0


@pytest.mark.sqlite("SQLite's schema")
def test_an_index_of_the_users_own_is_there_again_after_a_long_import(
    funnel: Run, db: str, deals: Callable[..., str]
) -> None:
    connect(db).close()
    with closing(sqlite3.connect(db)) as other:
        other.execute('CREATE INDEX "my ""best"" deals" ON deal (value) WHERE value > 5')
    before = state(db)
    assert f"{MANY} added" in take(funnel, deals())
    assert state(db)["schema"] == before["schema"]


def test_a_long_import_of_nothing_leaves_no_entry(funnel: Run, db: str, tmp_path: Path) -> None:
    funnel("deal", "add", "Before")
    before = state(db)
    path = tmp_path / "bad.csv"
    path.write_text("id,title,stage\n" + "".join(f"{n},Deal,x\n" for n in range(MANY)))
    funnel("import", "deals", str(path), "--key", "id", exit=6)
    assert state(db) == before
    assert len(funnel("history", "--json").json) == 1


@pytest.mark.parametrize(
    ("by_entries", "piece"),
    [(0, 3), (0, 1000), (1 << 30, 3)],
    ids=["by tables, in pieces", "by tables, at once", "by entries"],
)
def test_a_range_goes_back_with_what_was_changed_in_it(
    funnel: Run, db: str, by_entries: int, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reversing, "BY_ENTRIES", by_entries)
    monkeypatch.setattr(reversing, "PIECE", piece)
    if not by_entries:
        # Where that fails it goes entry by entry, on a server with a question for each.
        monkeypatch.delattr(reversing, "reverse_exactly")
    funnel("contact", "add", "Before")
    before = state(db)
    with closing(connect(db)) as conn:
        with command(conn, "some") as command_id:
            with triggers.in_ranges(conn, command_id, ("contact", "contact_tag")):
                for name in ("Ada", "Ben", "Eva"):
                    conn.execute(
                        "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
                        " VALUES (:n, :n, lower(:n), 0, 0)",
                        {"n": name},
                    )
                conn.execute(
                    "INSERT INTO contact_tag (contact_id, tag, search)"
                    " VALUES (1, 'a', 'a'), (3, 'b', 'b')"
                )
                conn.execute("UPDATE contact SET town = 'Bonn' WHERE id < 4")
            conn.execute("UPDATE contact SET town = 'Mainz' WHERE id = 4")
        after = state(db)
        for _time in range(2):
            assert journal.undo(conn)[0].rows == 6
            assert state(db) == before
            journal.redo(conn)
            assert state(db) == after


def test_doctor_names_an_index_that_is_missing(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("DROP INDEX deal_pipeline")
    assert "deal_pipeline is missing" in funnel("doctor", exit=1)
