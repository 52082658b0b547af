"""The tray: what comes from outside is filed once, or waits until somebody places it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from conftest import Clock, Run
from funnelcli.actions import tray
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
        filed = tray.file_under(conn, found.tray_id or 0, 1)
    assert (filed.state, filed.contact_id) == ("filed", 1)
    assert conn.execute("SELECT count(*) FROM tray_note").fetchone() == (0,)
    assert deliver(conn, made).state == "before"
    people("undo")
    assert conn.execute("SELECT reason FROM tray_note").fetchall() == [(reason,)]
    files = conn.execute("SELECT tray_id FROM attachment").fetchall()
    assert files == [(1,)] * len(made.note.files)
