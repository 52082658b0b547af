"""The inbox: notes from a folder, filed exactly once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from conftest import ZONE, Clock, Run, process_environment

WRITTEN = int(datetime(2026, 11, 23, 18, 0, tzinfo=ZONE).timestamp())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    return made


def put(folder: Path, name: str, text: str | bytes, at: int = WRITTEN) -> Path:
    """A note that was written on Monday at six in the evening."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (at, at))
    return path


def mail(subject: str, text: str, to: str = "office@example.org", **more: str) -> bytes:
    message = EmailMessage()
    message["From"] = "me@example.org"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    message.set_content(text)
    for name, content in more.items():
        message.add_attachment(content, filename=name)
    return message.as_bytes()


@pytest.fixture
def people(funnel: Run) -> Run:
    funnel("contact add 'Petra Müller' --phone '+49 561 123456' --email petra@example.com")
    funnel("contact", "add", "Bäckerei Krause")
    funnel("contact add 'Paul Müller' --phone '+49 561 777777'")
    funnel("contact add 'Eva Roth' --organisation 'Bäckerei Krause'")
    funnel("deal add 'Solar roof' -c 1 --at 2026-11-01 --stage qualification")
    return funnel


def states(funnel: Run, folder: Path, *options: str, exit: int = 0) -> dict[str, str]:  # noqa: A002
    rows = funnel("inbox", folder, *options, "--json", exit=exit).json
    return {row["file"]: row["state"] for row in rows}


def test_a_note_is_filed_with_all_that_it_says(people: Run, folder: Path, db: str) -> None:
    put(folder, "a.txt", "Petra Müller: getroffen, zu teuer, Angebot bis Freitag schicken")
    row = people("inbox", folder, "--json").json[0]
    assert (row["state"], row["contact"], row["deal"], row["matched_by"]) == (
        "filed",
        "Petra Müller",
        "Solar roof",
        "name",
    )
    assert row["recognised"] == [
        "--outcome met",
        "--next 'Angebot schicken' --due 2026-11-27",
        "--objection price",
    ]
    visit = people("visit", "show", row["visit_id"], "--json").json
    assert visit["said"] == "getroffen, zu teuer, Angebot bis Freitag schicken"
    assert (visit["happened_at"], visit["late"]) == ("2026-11-23T17:00:00Z", False)
    assert [step["due"] for step in visit["steps"]] == ["2026-11-27"]
    assert sorted(os.listdir(folder)) == ["done"]
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT kind FROM objection").fetchall() == [("price",)]


def test_a_dry_run_says_what_it_would_do_and_does_nothing(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Petra Müller: met")
    put(folder, "b.txt", "Petra Müller: met")
    assert states(people, folder, "-n") == {"a.txt": "would_file", "b.txt": "taken_before"}
    assert sorted(os.listdir(folder)) == ["a.txt", "b.txt"]
    assert people("visit", "list", "--json").json == []


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("Petra Müller\nmet", "Petra Müller"),
        ("# Besuch bei Frau Petra Mueller, 20.11.2026\n\nmet", "Petra Müller"),
        ("Visit report Krause\nmet", "Bäckerei Krause"),
        ("BAECKEREI KRAUSE - war da", "Bäckerei Krause"),
        ("Roth, Krause\nmet", "Eva Roth"),
        ("Today I saw Eva Roth and it went well", "Eva Roth"),
        ("roof talk\nmail petra@example.com the offer", "Petra Müller"),
        ("Dach\nTel. 0561 / 77 77 77", "Paul Müller"),
        ("Müller\nruf an 0561-123456", "Petra Müller"),
        ("Contact: petra\nmet", "Petra Müller"),
        ("Kunde: Krause\nDatum: 20.11.2026\nwar nett", "Bäckerei Krause"),
        ("met her\nContact: eva roth\nall fine", "Eva Roth"),
    ],
)
def test_whom_a_note_is_about(people: Run, folder: Path, text: str, contact: str) -> None:
    put(folder, "x.md", text)
    row = people("inbox", folder, "--json", env={"FUNNEL_REGION": "DE"}).json[0]
    assert (row["state"], row["contact"]) == ("filed", contact), row["why"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Müller\nwar nett", "it fits several contacts: Petra Müller (1), Paul Müller (3)"),
        ("Besuch bei Bäckerei Schmidt\nwar nett", "no contact is named"),
        ("nothing at all", "no contact is named"),
        ("Contact: Nobody\nmet", "No contact is called Nobody."),
        ("Contact: Müller\nmet", "fits 2 records"),
        ("Contact: eva\nDate: someday\nmet", "is not a date"),
        ("Contact: eva\nDate: 2030-01-01\nmet", "has not happened yet"),
        ("Contact: eva\nMood: 9\nmet", "mood cannot be 9"),
        ("---\nContact: eva\nmet", "header cannot be read"),
        ("", "empty"),
        ("  \n", "empty"),
        (b"Petra M\xc3", "not complete"),
        (b"Petra\0\0\0", "not complete"),
    ],
)
def test_what_cannot_be_filed_stays_and_the_reason_is_said(
    people: Run, folder: Path, text: str | bytes, why: str
) -> None:
    put(folder, "x.txt", text)
    row = people("inbox", folder, "--json", exit=6).json[0]
    assert row["state"] == "left"
    assert why in row["why"]
    assert "x.txt" in os.listdir(folder)
    assert people("visit", "list", "--json").json == []


def test_a_name_in_the_name_of_the_file(people: Run, folder: Path) -> None:
    put(folder, "2026-11-20 Eva Roth.txt", "liked the roof")
    row = people("inbox", folder, "--json").json[0]
    assert (row["contact"], row["happened_on"]) == ("Eva Roth", "2026-11-20")


def test_a_whole_report_as_markdown(people: Run, folder: Path) -> None:
    put(
        folder,
        "r.md",
        "---\nKontakt: Krause\nDatum: 20.11.2026 14:30\nDauer: 45 min\nErgebnis: met\nkm: 12 km\n"
        "Spesen: 12,50 EUR\ntags: x\n---\n\n## Vereinbart\n\n- [ ] Muster schicken, bis Fr\n\n"
        "## Gesagt\n\nalles gut\n\n## Sonstiges\n\nKaffee\n",
    )
    row = people("inbox", folder, "--json", env={"FUNNEL_LOCALE": "de_DE"}).json[0]
    visit = people("visit", "show", row["visit_id"], "--json").json
    assert (visit["happened_on"], visit["starts"], visit["minutes"]) == ("2026-11-20", "14:30", 45)
    assert (visit["kilometres"], visit["expenses_minor"], visit["late"]) == (12, 1250, True)
    assert visit["said"] == "alles gut\n\n## Sonstiges\n\nKaffee\n\ntags: x"
    assert [(step["what"], step["due"]) for step in visit["steps"]] == [
        ("Muster schicken", "2026-11-27")
    ]


def test_e_mails(people: Run, folder: Path) -> None:
    put(folder, "self.eml", mail("Besuch Bäckerei Krause", "nicht da\n-- \nmy signature"))
    put(folder, "to.eml", mail("Re: roof", "no budget\n\n> quoted", to="Petra <petra@example.com>"))
    put(folder, "att.eml", mail("Eva Roth", "met", **{"offer.txt": "x"}))
    html = EmailMessage()
    html["Subject"] = "Eva Roth"
    html.set_content("<style>p {}</style><p>war&nbsp;da</p><p>zu teuer</p>", subtype="html")
    put(folder, "html.eml", html.as_bytes())
    rows = {row["file"]: row for row in people("inbox", folder, "--json").json}
    assert {row["state"] for row in rows.values()} == {"filed"}
    assert rows["att.eml"]["why"] == "1 attachment not taken"
    said = {v["id"]: v for v in people("visit", "list", "--json").json}
    shown = {name: said[row["visit_id"]] for name, row in rows.items()}
    assert (shown["self.eml"]["contact"], shown["self.eml"]["outcome"]) == (
        "Bäckerei Krause",
        "not_met",
    )
    assert shown["self.eml"]["said"] == "nicht da"
    assert shown["self.eml"]["happened_at"] == "2026-11-23T09:00:00Z"
    assert (shown["to.eml"]["channel"], shown["to.eml"]["said"]) == ("email", "no budget")
    assert shown["html.eml"]["said"] == "war da\nzu teuer"


def test_half_an_e_mail_is_left(people: Run, folder: Path) -> None:
    whole = mail("Eva Roth", "met", **{"offer.txt": "x" * 500})
    put(folder, "half.eml", whole[: len(whole) - 200])
    row = people("inbox", folder, "--json", exit=6).json[0]
    assert (row["state"], row["why"]) == ("left", "the e-mail is not complete")
    put(folder, "half.eml", whole)
    assert states(people, folder) == {"half.eml": "filed"}


def test_what_is_still_being_written_waits_without_an_error(
    people: Run, folder: Path, clock: Clock
) -> None:
    put(folder, "new.txt", "Eva Roth: met", at=clock.instant - 2)
    (folder / ".sync.txt").write_text("Eva Roth")
    (folder / "note.txt~").write_text("Eva Roth")
    (folder / "link.txt").symlink_to(folder / "new.txt")
    assert states(people, folder) == {"new.txt": "left"}
    clock.advance(seconds=10)
    assert states(people, folder) == {"new.txt": "filed"}


def test_other_files_are_left_and_named(people: Run, folder: Path) -> None:
    put(folder, "photo.jpg", b"\xff\xd8")
    assert states(people, folder) == {"photo.jpg": "left"}


def test_none_is_taken_twice(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Eva Roth: met")
    put(folder, "b.txt", "Eva Roth: met")
    assert states(people, folder) == {"a.txt": "filed", "b.txt": "taken_before"}
    put(folder, "a.txt", "Eva Roth: met")
    assert states(people, folder) == {"a.txt": "taken_before"}
    assert sorted(os.listdir(folder / "done")) == ["a (2).txt", "a.txt", "b.txt"]
    assert len(people("visit", "list", "--json").json) == 1


def test_undo_gives_a_note_free_again(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Eva Roth: met")
    states(people, folder)
    people("undo")
    assert people("visit", "list", "--json").json == []
    (folder / "done" / "a.txt").rename(folder / "a.txt")
    assert states(people, folder) == {"a.txt": "filed"}


def test_a_note_that_cannot_be_moved_is_not_taken_again(
    people: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.txt", "Eva Roth: met")

    def fails(_old: str, _new: str) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", fails)
        row = people("inbox", folder, "--json").json[0]
    assert row["state"] == "filed"
    assert "could not be moved" in row["why"]
    assert states(people, folder) == {"a.txt": "taken_before"}
    assert sorted(os.listdir(folder)) == ["done"]
    assert len(people("visit", "list", "--json").json) == 1


def test_an_empty_folder_and_none(people: Run, folder: Path) -> None:
    assert people("inbox", folder, "--json").json == []
    assert "No notes in" in people("inbox", folder, tty=True)
    assert "cannot be used" in people("inbox", folder / "nowhere", exit=1).stderr


ENGLISH = (
    "met, wants solar on the barn",
    "not there, left a card",
    "spoke to the boss, price worry, send offer by fri",
    "too expensive, call back in 2 weeks",
    "works fine as it is",
)
GERMAN = (
    "getroffen, will Solar auf der Scheune",
    "nicht da, Karte dagelassen",
    "gesprochen mit dem Chef, zu teuer, Angebot bis Freitag schicken",
    "kein Budget, in 2 Wochen wieder anrufen",
    "läuft doch, kein Bedarf",
)


def fifty(folder: Path) -> None:
    """Forty notes for ten contacts, six of them twice, three unmatched, one half-written."""
    for number in range(40):
        said = (ENGLISH if number % 2 else GERMAN)[number % 5]
        who = f"Customer No{chr(97 + number % 10)} Smith"
        if number % 4 == 3:
            put(folder, f"n{number:02}.eml", mail(who, f"{said} #{number}"))
        elif number % 4 == 2:
            put(folder, f"n{number:02}.md", f"# {who}\n\n{said} #{number}\n")
        else:
            put(folder, f"n{number:02}.txt", f"{who}: {said} #{number}")
    for number in range(6):
        source = next(folder.glob(f"n{number:02}.*"))
        put(folder, f"twice{number}{source.suffix}", source.read_bytes())
    for number in range(3):
        put(folder, f"unknown{number}.txt", f"Somebody {number}: met")
    put(folder, "half.txt", b"Customer Noa Smith: w\xc3")


def customers(funnel: Run) -> None:
    for number in range(10):
        funnel("contact", "add", f"Customer No{chr(97 + number)} Smith")


def check_filed(funnel: Run, folder: Path, db: str) -> None:
    visits = funnel("visit", "list", "--json").json
    numbers = sorted(int(visit["said"].rpartition("#")[2]) for visit in visits)
    assert numbers == list(range(40))
    for visit in visits:
        number = int(visit["said"].rpartition("#")[2])
        assert visit["contact"] == f"Customer No{chr(97 + number % 10)} Smith"
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM inbox_note").fetchone() == (40,)
    left = ["done", "half.txt", "unknown0.txt", "unknown1.txt", "unknown2.txt"]
    assert sorted(os.listdir(folder)) == left
    assert len(os.listdir(folder / "done")) == 46


def test_fifty_notes_in_both_languages(funnel: Run, folder: Path, db: str) -> None:
    customers(funnel)
    fifty(folder)
    found = list(states(funnel, folder, exit=6).values())
    counted = {state: found.count(state) for state in set(found)}
    assert counted == {"filed": 40, "taken_before": 6, "left": 4}
    check_filed(funnel, folder, db)
    assert set(states(funnel, folder, exit=6).values()) == {"left"}
    check_filed(funnel, folder, db)
    shown = funnel("inbox", folder, tty=True, width=60, exit=6)
    assert "unknown0.txt: no contact is named in it, by name," in shown
    assert "4 notes left where they are." in shown


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_killed_in_the_middle_nothing_is_lost_or_doubled(
    funnel: Run, folder: Path, db: str, environment: dict[str, str]
) -> None:
    customers(funnel)
    fifty(folder)
    for moved in (1, 9, 17, 30):
        process = subprocess.Popen(
            [sys.executable, "-m", "funnelcli", "inbox", str(folder)],
            env=process_environment(environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            done = folder / "done"
            if done.exists() and len(os.listdir(done)) >= moved:
                process.send_signal(signal.SIGKILL)
                process.wait()
        with closing(sqlite3.connect(db)) as conn:
            (notes,) = conn.execute("SELECT count(*) FROM inbox_note").fetchone()
            assert conn.execute("SELECT count(*) FROM visit").fetchone() == (notes,)
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    states(funnel, folder, exit=6)
    check_filed(funnel, folder, db)


def test_a_dash_in_a_note_is_what_the_note_says(people: Run, folder: Path) -> None:
    """On the command line it stands for standard input, which a note has not."""
    put(folder, "a.txt", "contact: Petra Müller\nneeds: -\n\nwas friendly")
    assert states(people, folder) == {"a.txt": "filed"}
    assert people("visit", "show", 1, "--json").json["needs"] == "-"
