"""The tray: what comes from outside is filed once, or waits until somebody places it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Clock, Run
from funnelcli.actions import tray, tray_placing
from funnelcli.actions.tray import Incoming
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.formats.notes import Enclosed, Note
from funnelcli.formats.prospects import Prospect

PHOTO = b"\xff\xd8\xff\xe0photo"


@pytest.fixture
def people(funnel: Run) -> Run:
    funnel("contact add 'Petra Müller' --phone '+49 561 123456' --email petra@example.com")
    funnel("contact add 'Paul Müller'")
    funnel("deal add 'Solar roof' -c 1 --at 2026-11-01 --stage qualification")
    return funnel


@pytest.fixture
def conn(people: Run, db: str) -> Iterator[sqlite3.Connection]:
    with closing(connect(db)) as opened:
        yield opened


def deliver(conn: sqlite3.Connection, incoming: Incoming) -> tray.Received:
    with command(conn, "phone"):
        return tray.receive(conn, incoming)


def note(clock: Clock, text: str, key: str = "", **more: object) -> Incoming:
    files = more.pop("files", ())
    return Incoming("phone", Note(text, files=files), clock.instant - 60, key, **more)  # type: ignore[arg-type]


def test_what_is_certain_is_filed_and_only_once(
    people: Run, conn: sqlite3.Connection, clock: Clock
) -> None:
    made = note(clock, "met, too expensive, send offer by fri", "id-1", contact_id=1)
    first = deliver(conn, made)
    assert (first.state, first.visit_id, first.deal_id) == ("filed", 1, 1)
    again = deliver(conn, made._replace(note=Note("met, other words by a mended reader")))
    assert (again.state, again.visit_id, again.why) == ("before", 1, "visit 1")
    other = deliver(conn, made._replace(key="id-2"))
    assert other.state == "filed"
    assert len(people("visit list --json").json) == 2
    people("undo")
    assert [visit["id"] for visit in people("visit list --json").json] == [1]


def test_a_new_prospect_is_one_act(people: Run, conn: sqlite3.Connection, clock: Clock) -> None:
    prospect = Prospect(
        "Anna Neu", "Neu GmbH", phones=("0171 2345678",), street="Hauptstr. 5", postcode="34117",
        town="Kassel", deal="Wallbox",
    )  # fmt: skip
    made = note(clock, "met, wants a wallbox, call mon", "id-1", prospect=prospect, outcome="met")
    found = deliver(conn, made)
    assert (found.state, found.new_contact) == ("filed", True)
    contact = people("contact", "show", found.contact_id, "--json").json
    assert (contact["name"], contact["organisation"], contact["town"]) == (
        "Anna Neu", "Neu GmbH", "Kassel",
    )  # fmt: skip
    visit = people("visit", "show", found.visit_id, "--json").json
    assert (visit["deal"], visit["outcome"]) == ("Wallbox", "met")
    # A second note of the same new person is about the one that is on file by then.
    second = deliver(conn, made._replace(key="id-2", note=Note("not there")))
    assert (second.state, second.contact_id) == ("filed", found.contact_id)
    people("undo")
    people("undo")
    assert [row["id"] for row in people("contact list --json").json] == [2, 1]
    assert len(people("deal list --json").json) == 1


@pytest.mark.parametrize(
    ("text", "more", "reason"),
    [
        ("Anna Neu: met", {}, "unknown"),
        ("Müller\nmet", {}, "several"),
        ("Contact: Müller\nmet", {}, "several"),
        ("Contact: Nobody\nmet", {}, "unknown"),
        ("Contact: petra\nMood: 9\nmet", {}, "unclear"),
        ("", {"files": (Enclosed("IMG_1.jpg", PHOTO),)}, "no_text"),
        ("met", {"contact_id": 99}, "unknown"),
        ("met", {"prospect": Prospect("Petra Müller")}, "on_file"),
        ("met", {"prospect": Prospect()}, "unclear"),
    ],
)
def test_what_is_not_certain_waits(
    people: Run,
    conn: sqlite3.Connection,
    clock: Clock,
    text: str,
    more: dict[str, object],
    reason: str,
) -> None:
    made = note(clock, text, "id-1", **more)
    found = deliver(conn, made)
    assert (found.state, found.reason) == ("waiting", reason)
    assert deliver(conn, made).state == "before"
    with command(conn, "tray file"):
        filed = tray_placing.file_under(conn, found.tray_id or 0, 1)
    assert (filed.state, filed.contact_id) == ("filed", 1)
    assert conn.execute("SELECT count(*) FROM tray_note").fetchone() == (0,)
    assert deliver(conn, made).state == "before"
    people("undo")
    assert conn.execute("SELECT reason FROM tray_note").fetchall() == [(reason,)]
    files = conn.execute("SELECT tray_id FROM attachment").fetchall()
    assert files == [(1,)] * len(made.note.files)


@pytest.fixture
def waiting(people: Run, conn: sqlite3.Connection, clock: Clock) -> Run:
    """Five notes in the tray."""
    texts = (
        "Anna Neu, 0171 2345678, Hauptstr. 5, 34117 Kassel\nmet, wants a wallbox, call fri",
        "Müller\nnot there",
        "nothing at all",
        "Bert Alt: met",
        "Otto: met",
    )
    for number, text in enumerate(texts):
        found = deliver(conn, note(clock, text, f"id-{number}", name=f"note {number + 1}"))
        assert found.tray_id == number + 1
    return people


def left(funnel: Run) -> list[int]:
    return [row["id"] for row in funnel("tray list --sort id --json").json]


def test_one_key_each_on_a_terminal(waiting: Run) -> None:
    shown = waiting("tray", tty=True, stdin="d\n\nWallbox\n1\nu\n2\nx\nl\n+2d\ns\n")
    for line in ("1/5  note 1", "[1] Petra", "[d] new contact"):
        assert line in shown + shown.stderr, shown.stderr
    assert "5 notes decided" not in shown
    assert "4 notes decided" in shown
    assert "Deal 2: Wallbox, in Qualification" in shown.stderr, shown.stderr
    contact = waiting("contact show 'Anna Neu' --json").json
    assert (contact["town"], contact["phones"][0][-7:]) == ("Kassel", "2345678")
    assert waiting("deal list wallbox --json").json[0]["contact"] == "Anna Neu"
    assert [row["contact"] for row in waiting("visit list --sort id --json").json] == [
        "Anna Neu",
        "Paul Müller",
    ]
    assert left(waiting) == [4, 5]
    states = {row["id"]: row["state"] for row in waiting("tray list --json").json}
    assert states == {5: "waiting", 4: "later"}
    assert [row["id"] for row in waiting("tray list state:later --json").json] == [4]
    # Each decision is an act of its own, and undo puts the note back.
    for expected in ([4, 5], [3, 4, 5], [2, 3, 4, 5], [1, 2, 3, 4, 5]):
        waiting("undo")
        assert left(waiting) == expected
    assert waiting("contact list neu --json").json == []
    assert waiting("deal list wallbox --json").json == []


def test_where_nobody_sits_the_tray_is_listed(waiting: Run) -> None:
    assert "5 notes wait in the tray: funnel tray" in waiting("today", tty=True)
    assert waiting("today --json").json["tray"] == 5
    assert [row["id"] for row in waiting("tray --json").json] == [1, 2, 3, 4, 5]
    assert [row["id"] for row in waiting("tray reason:several --json").json] == [2]
    assert waiting("tray text:wallbox origin:phone").startswith("1\t")
    assert "There is no note 9 in the tray." in waiting("tray file 9 petra", exit=4).stderr


def test_the_tray_for_scripts(waiting: Run) -> None:
    filed = waiting("tray file 2 petra --deal solar --json").json
    assert (filed["contact"], filed["deal"], filed["visit_id"]) == ("Petra Müller", "Solar roof", 1)
    made = waiting("tray new 4 --phone none --town Ulm --deal - --json").json
    assert (made["contact"], made["new_contact"], made["deal"]) == ("Bert Alt", True, "Bert Alt")
    assert waiting("tray new 3 --name 'Eva Roth' --organisation 'Roth AG' -q").strip().isdigit()
    assert waiting("contact show 'Eva Roth' --json").json["organisation"] == "Roth AG"
    waiting("tray later 1 5")
    assert {row["state"] for row in waiting("tray --json").json} == {"later"}
    assert "is not to come" in waiting("tray later 1 --until today", exit=2).stderr
    waiting("tray drop state:later --yes")
    assert left(waiting) == []
    for _ in range(5):
        waiting("undo")
    assert left(waiting) == [1, 2, 3, 4, 5]


def test_what_waits_is_found_given_out_erased_and_brought_back(
    waiting: Run, tmp_path: Path
) -> None:
    assert waiting("find wallbox --json").json[0]["kind"] == "tray"
    before = waiting("tray list --json").json
    waiting("export", "all", tmp_path / "all.zip")
    waiting("import", "all", tmp_path / "all.zip", "--db", tmp_path / "new.db")
    assert waiting("tray", "list", "--json", "--db", tmp_path / "new.db").json == before
    waiting("contact add 'Anna Neu'")
    assert "wallbox" in waiting("contact dossier 'Anna Neu'")
    waiting("contact forget 'Anna Neu' --yes")
    text = waiting("tray show 1 --json")
    assert "Anna" not in text
    assert "wallbox" in text
