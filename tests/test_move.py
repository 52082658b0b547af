"""A whole database moves between files and servers, and is the same there."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import postgres
from conftest import Run
from funnelcli.db import comparing, moving
from funnelcli.db.connection import connect


def exported(funnel: Run, place: str, folder: Path) -> dict[str, str]:
    """The checksum of each file of an export of everything, but of the log of exports."""
    funnel("--db", place, "export", "all", folder)
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in ("disclosure.jsonl", "manifest.json")
    }


@pytest.fixture
def there(server: postgres.Server, tmp_path: Path) -> str:
    """The address of a new database on a server."""
    return server.database(tmp_path / "there")


@pytest.fixture
def filled(funnel: Run, tmp_path: Path) -> str:
    """A file with sample data, an attachment and something to undo."""
    path = str(tmp_path / "filled.db")
    funnel("demo", "--into", path)
    (tmp_path / "plan.txt").write_text("two floors", encoding="utf-8")
    funnel("--db", path, "file", "add", tmp_path / "plan.txt", "--deal", "1")
    funnel("--db", path, "deal", "edit", "1", "--value", "77k")
    return path


def test_a_file_moves_into_another(funnel: Run, filled: str, tmp_path: Path) -> None:
    target = tmp_path / "moved.db"
    told = funnel("db", "move", filled, target, tty=True, width=200)
    assert f"{filled} stays as it was." in told
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, str(target), tmp_path / "b")
    assert oct(target.stat().st_mode & 0o777) == "0o600"
    assert not Path(f"{target}{moving.ENDING}").exists()
    compared = funnel("--db", filled, "db", "check", "--against", target, "--json", exit=1).json
    # It knows of the second export alone.
    assert [row["table"] for row in compared if not row["equal"]] == ["disclosure"]
    funnel("--db", str(target), "undo")
    assert "77" not in funnel("--db", str(target), "deal", "show", "1")


def test_what_would_go_is_counted_and_nothing_is_written(
    funnel: Run, filled: str, tmp_path: Path
) -> None:
    target = tmp_path / "moved.db"
    rows = funnel("db", "move", filled, target, "--dry-run", "--json").json
    assert {"table": "deal", "rows": 12, "sha256": None} in rows
    assert not target.exists()


def test_nothing_is_moved_into_what_is_not_empty(funnel: Run, filled: str, tmp_path: Path) -> None:
    target = tmp_path / "other.db"
    funnel("--db", str(target), "contact", "add", "Ada Voss")
    for more in ((), ("--dry-run",)):
        told = funnel("db", "move", filled, target, *more, exit=3).stderr
        assert "is not empty, it has rows: contact 1, command 1" in told
    assert "Ada Voss" in funnel("--db", str(target), "contact", "list")
    assert "both where from and where to" in funnel("db", "move", filled, filled, exit=2).stderr
    assert "no file" in funnel("db", "move", tmp_path / "none.db", target, exit=2).stderr


def test_an_empty_database_is_taken_over(funnel: Run, filled: str, tmp_path: Path) -> None:
    target = tmp_path / "new.db"
    funnel("--db", str(target), "deal", "list")
    funnel("db", "move", filled, target)
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, str(target), tmp_path / "b")


class Cut(Exception):
    """Ends a move in the middle."""


def cut_off(source: str, target: str, after: int) -> None:
    """Move, but for what comes after so many rows."""
    moved = 0

    def advance(more: int) -> None:
        nonlocal moved
        moved += more
        if moved > after:
            raise Cut

    with pytest.raises(Cut):
        moving.move(source, target, resume=False, begin=lambda _total: advance)


def test_what_was_cut_off_goes_on(
    funnel: Run, filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LOT", 7)
    target = str(tmp_path / "moved.db")
    cut_off(filled, target, 100)
    assert not os.path.exists(target)
    told = funnel("db", "move", filled, target, "--resume", tty=True, width=200)
    assert "of them were there from before." in told
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, target, tmp_path / "b")


def test_a_move_that_is_interrupted_says_how_it_goes_on(
    funnel: Run, filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_what: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(moving, "_table", interrupted)
    target = tmp_path / "moved.db"
    told = funnel("db", "move", filled, target, exit=130).stderr
    assert "nothing was changed" not in told
    assert f"lies in {target}{moving.ENDING}; the same command with --resume goes on." in told
    monkeypatch.undo()
    funnel("db", "move", filled, target, "--resume")


def test_a_source_that_was_changed_begins_anew(
    funnel: Run, filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LOT", 7)
    target = str(tmp_path / "moved.db")
    cut_off(filled, target, 100)
    funnel("--db", filled, "contact", "edit", "1", "--town", "Jena")
    told = funnel("db", "move", filled, target, "--resume", tty=True, width=200)
    assert "from before" not in told
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, target, tmp_path / "b")


def test_a_file_is_checked(funnel: Run, filled: str) -> None:
    assert funnel("--db", filled, "db", "check", "--json").json == []
    with closing(sqlite3.connect(filled)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("UPDATE journal SET before = 'x' WHERE id = (SELECT max(id) FROM journal)")
        conn.commit()
    assert "holds no row" in funnel("--db", filled, "db", "check", exit=1)


@pytest.mark.postgres
def test_a_file_moves_onto_a_server_and_back(
    funnel: Run, filled: str, there: str, tmp_path: Path
) -> None:
    back = str(tmp_path / "back.db")
    funnel("db", "move", filled, there)
    funnel("db", "move", there, back)
    wanted = exported(funnel, filled, tmp_path / "a")
    assert exported(funnel, there, tmp_path / "b") == wanted
    assert exported(funnel, back, tmp_path / "c") == wanted
    assert funnel("--db", there, "db", "check", "--json").json == []
    with closing(connect(there)) as conn:
        (before,) = conn.execute("SELECT max(id) FROM journal").fetchone()
        conn.execute("UPDATE contact SET town = 'Jena' WHERE id = 1")
        after = conn.execute("SELECT max(id), max(command_id) FROM journal").fetchone()
    assert after[0] == before + 1


@pytest.mark.postgres
def test_to_count_what_would_go_makes_nothing_on_a_server_and_a_move_does(
    funnel: Run, filled: str, server: postgres.Server, worker_id: str
) -> None:
    psycopg = pytest.importorskip("psycopg")
    bare = f"bare_{worker_id}"
    server.admin.execute(f"CREATE DATABASE {bare} OWNER {postgres.ROLE}")
    try:
        target = server.address(bare)
        assert "visit\t" in funnel("db", "move", filled, target, "--dry-run")
        with closing(psycopg.connect(target)) as conn:
            made = conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'funnel'").fetchone()
        assert made is None
        funnel("db", "move", filled, target)
        assert "77" in funnel("--db", target, "deal", "show", "1")
        refused = funnel("db", "move", filled, target.replace(bare, "nowhere"), "--dry-run", exit=1)
        assert "nowhere" in refused.stderr
    finally:
        server.admin.execute(f"DROP DATABASE {bare} WITH (FORCE)")


@pytest.mark.postgres
def test_a_move_onto_a_server_goes_on_and_nobody_takes_the_half_for_whole(
    funnel: Run, filled: str, there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LOT", 7)
    cut_off(filled, there, 200)
    told = funnel("--db", there, "deal", "list", exit=1).stderr
    assert "has not ended" in told
    assert "--resume" in told
    funnel("db", "move", filled, there, "--resume")
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, there, tmp_path / "b")
    assert funnel("--db", there, "db", "check", "--json").json == []


def end(server: postgres.Server, conn: sqlite3.Connection) -> None:
    """End the server's side of a connection."""
    pid = conn.raw.info.backend_pid  # type: ignore[attr-defined]
    server.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,)).fetchall()


def break_at_deals(
    patch: pytest.MonkeyPatch, server: postgres.Server, module: Any, name: str
) -> None:
    """Have the server's side of a connection end when a function is called with that and the table
    of deals."""
    called = getattr(module, name)

    def broken(conn: sqlite3.Connection, table: str, *rest: Any) -> Any:
        if table == "deal":
            end(server, conn)
        return called(conn, table, *rest)

    patch.setattr(module, name, broken)


@pytest.mark.postgres
def test_a_move_whose_connection_breaks_says_how_it_goes_on(
    funnel: Run,
    filled: str,
    there: str,
    server: postgres.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_at_deals(monkeypatch, server, moving, "_insert")
    told = funnel("db", "move", filled, there, exit=1).stderr
    assert "The connection to postgresql://" in told
    assert "broke: " in told
    assert "the same command with --resume goes on." in told
    monkeypatch.undo()
    assert "from before." in funnel("db", "move", filled, there, "--resume", tty=True, width=200)
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, there, tmp_path / "b")


@pytest.mark.postgres
def test_a_move_from_a_server_that_goes_away_says_which_and_how_it_goes_on(
    funnel: Run,
    filled: str,
    there: str,
    server: postgres.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    funnel("db", "move", filled, there)
    copy = str(tmp_path / "copy.db")
    break_at_deals(monkeypatch, server, comparing, "pages")
    told = funnel("db", "move", there, copy, exit=1).stderr
    assert f"The connection to {there} broke: " in told
    assert f"lies in {copy}{moving.ENDING}; the same command with --resume goes on." in told
    monkeypatch.undo()
    funnel("db", "move", there, copy, "--resume")
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, copy, tmp_path / "b")


@pytest.mark.postgres
def test_a_move_that_is_through_is_not_said_to_have_failed(
    funnel: Run,
    filled: str,
    there: str,
    server: postgres.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settle, source = moving._File.settle, moving._source
    sources: list[sqlite3.Connection] = []

    @contextmanager
    def kept(place: str) -> Iterator[moving._Source]:
        with source(place) as found:
            sources.append(found.conn)
            yield found

    def settled(self: moving._File) -> None:
        settle(self)
        end(server, sources[-1])

    monkeypatch.setattr(moving, "_source", kept)
    monkeypatch.setattr(moving._File, "settle", settled)
    funnel("db", "move", filled, there)
    copy = str(tmp_path / "copy.db")
    funnel("db", "move", there, copy)
    assert exported(funnel, filled, tmp_path / "a") == exported(funnel, copy, tmp_path / "b")


@pytest.mark.postgres
def test_what_is_wrong_with_the_database_that_moves_is_said_of_it(
    funnel: Run, filled: str, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = comparing.pages

    def damaged(conn: sqlite3.Connection, table: str, *rest: Any) -> Any:
        if table == "deal":
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        return pages(conn, table, *rest)

    monkeypatch.setattr(comparing, "pages", damaged)
    told = funnel("db", "move", filled, there, exit=1).stderr
    assert "database disk image is malformed" in told
    assert "`funnel restore` brings " in told
    assert "--resume" not in told


@pytest.mark.postgres
def test_what_is_wrong_on_a_server_is_said(funnel: Run, there: str) -> None:
    assert funnel("--db", there, "db", "check", "--json").json == []
    with closing(connect(there)) as conn:
        for statement in (
            "ALTER TABLE deal DISABLE TRIGGER journal_deal",
            "ALTER TABLE visit DROP CONSTRAINT visit_deal_id_fkey",
            "DROP FUNCTION next_rate() CASCADE",
            "DROP FUNCTION index_info(text)",
            "DROP TRIGGER journal_contact_update ON contact",
        ):
            conn.send(statement)  # type: ignore[attr-defined]
    told = funnel("--db", there, "db", "check", exit=1)
    for text in (
        "the trigger journal_deal is switched off",
        "what deal_id refers to is not checked",
        "the function index_info is missing",
        "the journal's trigger journal_contact_update is missing",
    ):
        assert text in told


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("command", "instead"),
    [
        ("backup", "pg_dump"),
        ("backup --list", "pg_dump"),
        ("restore kept.db", "funnel db move kept.db ADDRESS"),
        ("db encrypt", "TLS"),
        ("db decrypt", "TLS"),
        ("db rekey", "TLS"),
    ],
)
def test_what_is_about_a_file_says_so(funnel: Run, there: str, command: str, instead: str) -> None:
    told = funnel("--db", there, *command.split(), exit=3).stderr
    assert "is on a server, and no file here." in told
    assert instead in told


@pytest.mark.postgres
def test_a_whole_export_and_a_database_come_onto_a_server(
    funnel: Run, filled: str, there: str, server: postgres.Server, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.zip"
    funnel("--db", filled, "export", "all", whole)
    funnel("--db", there, "import", "all", whole)
    assert exported(funnel, there, tmp_path / "a") == exported(funnel, filled, tmp_path / "b")
    assert "is not empty" in funnel("--db", there, "import", "all", whole, exit=3).stderr
    other = server.database(tmp_path / "other")
    funnel("--db", other, "import", filled, "-y")
    deals = [
        funnel("--db", place, "deal", "list", "--json=title,value,stage").json
        for place in (filled, other)
    ]
    assert sorted(map(str, deals[0])) == sorted(map(str, deals[1]))


@pytest.mark.postgres
def test_a_person_is_forgotten_on_a_server_and_in_everybodys_index(
    funnel: Run, there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    funnel("--db", there, "contact", "add", "Ada Zwirn", "--town", "Jena")
    funnel("--db", there, "contact", "edit", "1", "--town", "Ulm")
    assert "Zwirn" in funnel("--db", there, "find", "zwirn")
    (index,) = (tmp_path / "cache").glob("**/texts-*.db")
    assert b"zwirn" in index.read_bytes()
    funnel("--db", there, "contact", "forget", "1", "-y")
    assert funnel("--db", there, "find", "zwirn", "--json").json == []
    assert b"zwirn" not in index.read_bytes()
    with closing(connect(there)) as conn:
        rows = conn.execute("SELECT before FROM journal WHERE before IS NOT NULL").fetchall()
        lines = conn.execute("SELECT args FROM command").fetchall()
        assert not [row for row in (*rows, *lines) if "Zwirn" in row[0] or "Jena" in row[0]]
    # The journal goes on watching.
    funnel("--db", there, "contact", "add", "Bert Klein")
    funnel("--db", there, "undo")
    assert funnel("--db", there, "find", "klein", "--json").json == []


@pytest.mark.postgres
def test_users_have_their_rights_where_a_database_moves_to(
    funnel: Run, there: str, server: postgres.Server, tmp_path: Path
) -> None:
    source = str(tmp_path / "team.db")
    funnel("--db", source, "user", "add", "funnel", "--role", "owner")
    me = {"FUNNEL_USER": "funnel"}
    funnel("--db", source, "user", "add", "reads", "--role", "reader", env=me)
    server.admin.execute("DROP ROLE IF EXISTS reads")
    server.admin.execute("CREATE ROLE reads LOGIN")
    funnel("db", "move", source, there)
    name = there.rsplit("/", 1)[1]
    theirs = server.address(name, "reads")
    keys = [row["key"] for row in funnel("--db", theirs, "user", "list", "--json=key").json]
    assert sorted(keys) == ["funnel", "reads"]
    assert funnel("--db", theirs, "contact", "add", "Ada Voss", exit=3).stderr
    assert funnel("--db", there, "contact", "list", "--json").json == []


@pytest.mark.postgres
def test_users_without_a_login_are_named(
    funnel: Run, there: str, server: postgres.Server, tmp_path: Path
) -> None:
    source = str(tmp_path / "team.db")
    funnel("--db", source, "user", "add", "funnel", "--role", "owner")
    funnel("--db", source, "user", "add", "later", env={"FUNNEL_USER": "funnel"})
    said = "later: the server has no login of that name"
    assert said in funnel("db", "move", source, there).stderr
    found = funnel("--db", there, "db", "check", exit=1)
    assert "`funnel user edit later --role seller` gives it its rights" in found
    server.admin.execute("CREATE ROLE later LOGIN")
    try:
        funnel("--db", there, "user", "edit", "later", "--role", "seller")
        funnel("--db", there, "db", "check")
        theirs = server.address(there.rsplit("/", 1)[1], "later")
        funnel("--db", theirs, "contact", "add", "Ada Voss")
    finally:
        funnel("--db", there, "user", "remove", "later", "--yes")
        server.admin.execute("DROP ROLE later")


def test_the_keyring_is_asked_where_a_password_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    psycopg = pytest.importorskip("psycopg")
    keyring = pytest.importorskip("keyring")
    from funnelcli.db.server import opening, refusals
    from funnelcli.db.server.address import Address

    asked: list[tuple[str, str]] = []
    given: list[str | None] = []

    def driven(known: dict[str, object]) -> str:
        password = known.get("password")
        given.append(str(password) if password else None)
        if not password:
            raise psycopg.OperationalError("fe_sendauth: no password supplied")
        return "open"

    def kept(service: str, name: str) -> str:
        asked.append((service, name))
        return "secret"

    monkeypatch.setattr(opening, "_driven", driven)
    monkeypatch.setattr(refusals, "wants_password", lambda _error: True)
    monkeypatch.setattr(keyring, "get_password", kept)
    address = Address.of("postgresql://anna@db.example.com/sales?sslmode=verify-full")
    assert opening.reach(address) == "open"
    assert given == [None, "secret"]
    assert asked == [("funnel", "anna@db.example.com/sales")]
