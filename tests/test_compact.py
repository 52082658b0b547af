"""The journal gets no larger than it may, goes when it is old, and the file with it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from conftest import Clock, Run
from funnelcli.config.reading import in_bytes, size
from funnelcli.db import compacting, transaction, trimming
from funnelcli.db.connection import connect
from funnelcli.db.server import is_address
from funnelcli.errors import Usage


def commands(db: str) -> list[int]:
    """The ids of the commands in the journal."""
    with closing(sqlite3.connect(db)) as conn:
        return [number for (number,) in conn.execute("SELECT id FROM command ORDER BY id")]


def test_what_is_old_goes_and_the_rest_can_be_undone(funnel: Run, db: str, clock: Clock) -> None:
    funnel("contact", "add", "Eva", "--notes", "x" * 400_000)
    funnel("contact edit Eva --notes short")
    assert "reaches back" not in funnel("history", tty=True)
    clock.advance(days=100)
    funnel("contact add Bert")
    funnel("deal add Roof")
    assert funnel("db compact", exit=None).exit_code == 0
    assert len(commands(db)) == 4
    told = funnel("db compact --older 90d", exit=2).stderr
    assert told.startswith("Error: Nobody can be asked here: Let go of 2 commands from before ")
    dry = funnel("db compact --older 90d --dry-run --json").json
    assert len(commands(db)) == 4
    done = funnel("db compact --older 90d --yes --json").json
    assert commands(db) == [3, 4]
    assert [row["part"] for row in done] == ["file", "journal", "free"]
    journal = done[1]
    assert journal["before"] > 400_000
    assert journal["after"] < 1000
    assert done[2]["after"] == 0
    for row, would in zip(done, dry, strict=True):
        assert abs(row["after"] - would["after"]) < 65536
    assert funnel("doctor --json").json == []
    since = "The journal reaches back to "
    assert since in funnel("history", tty=True, width=120)
    assert since not in funnel("history --limit 1", tty=True, width=120)
    funnel("undo")
    funnel("undo")
    assert funnel("contact list --json").json[0]["name"] == "Eva"
    assert since in funnel("undo", exit=4).stderr
    funnel("db compact --older 1d --yes")
    funnel("redo")
    assert [row["name"] for row in funnel("contact list --json").json] == ["Bert", "Eva"]


def test_where_there_is_no_room_to_give_back_that_is_said(
    funnel: Run, db: str, clock: Clock
) -> None:
    funnel("contact add Eva")
    for _time in range(2):
        file = funnel("db compact --json").json[0]
        assert file["after"] <= file["before"]
    assert "There was no room to give back." in funnel("db compact", tty=True, width=200)
    clock.advance(days=100)
    for name in ("Bert", "Carl"):
        funnel("contact", "add", name)
    told = funnel("db compact --older 90d --yes", tty=True, width=200)
    assert ("VACUUM FULL" in told) == is_address(db)


def test_never_the_last_command_and_none_for_a_clock_that_was_ahead(
    funnel: Run, db: str, clock: Clock
) -> None:
    clock.set("2031-01-01 09:00")
    funnel("contact add Ahead")
    clock.set("2026-01-01 09:00")
    funnel("contact add Eva")
    clock.set("2026-11-24 09:00")
    funnel("db compact --older 30d --yes")
    assert commands(db) == [2]
    funnel("undo")
    assert [row["name"] for row in funnel("contact list --json").json] == ["Ahead"]


@pytest.mark.sqlite("fills the file by statements of SQLite")
def test_the_journal_is_bounded_by_its_size(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    funnel("config set journal_size 200k")
    assert funnel("config get journal_size") == "200 KB\n"
    monkeypatch.setattr(transaction, "LOOKED_EVERY", 1)
    monkeypatch.setattr(trimming, "KEPT", 5)
    for number in range(40):
        with closing(connect(db)) as conn, transaction.command(conn, "test"):
            conn.execute(
                "INSERT OR REPLACE INTO contact (id, public_id, name, search, notes, created_at,"
                " recorded_at) VALUES (1, 'x', 'Eva', 'eva', ?, 0, 0)",
                (f"{number}" + "x" * 10_000,),
            )
        assert len(commands(db)) >= min(5, number + 1)
    with closing(connect(db)) as conn:
        assert 100_000 < compacting.sizes(conn).journal < 220_000
    assert 10 < len(commands(db)) < 25
    funnel("undo")
    # However small it is to be, the last ones stay.
    funnel("config set journal_size 1k")
    funnel("contact edit Eva --town Ulm")
    assert len(commands(db)) == 5
    funnel("config set journal_size none")
    funnel("contact edit Eva --town Bonn")
    assert len(commands(db)) == 6


def test_what_is_asked_of_old_entries_stays(funnel: Run, clock: Clock) -> None:
    funnel("deal add Roof")
    funnel("next 1 call --due fri")
    funnel("step edit 1 --what 'call again'")
    funnel("step edit 1 --what 'call later'")
    funnel("offer add 1")
    funnel("offer remove 1 --yes")
    clock.advance(days=3)

    def sequence() -> list[str]:
        lines = funnel("agenda --ics --week", exit=None).lines or funnel("agenda --ics").lines
        return [line for line in lines if line.startswith(("SEQUENCE", "LAST-MODIFIED"))]

    before = sequence()
    assert "SEQUENCE:2" in before
    funnel("contact add Eva")
    funnel("db compact --older 1d --yes")
    assert sequence() == before
    funnel("step edit 1 --what 'call now'")
    assert "SEQUENCE:3" in sequence()
    funnel("offer add 1")
    assert funnel("offer list --json").json[0]["number"] == "2026-0002"


@pytest.mark.parametrize(
    ("text", "number"),
    [("32 MB", 32 << 20), ("500k", 500 << 10), ("1 GiB", 1 << 30), ("4096", 4096), ("none", 0)],
)
def test_sizes(text: str, number: int) -> None:
    assert in_bytes(text) == number
    assert in_bytes(size(text)) == number


@pytest.mark.parametrize("text", ["", "MB", "-1 MB", "much", "1.5 MB", "9" * 30])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(Usage):
        size(text)
