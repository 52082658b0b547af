"""The inbox: notes from a folder, filed exactly once."""

from __future__ import annotations

import json
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

from conftest import ZONE, Clock, Dump, Run, dump, process_environment

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


def mail(
    subject: str,
    text: str,
    to: str = "office@example.org",
    sender: str = "me@example.org",
    **more: str,
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
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
    put(folder, "b.txt", "Eva Roth: met")
    assert states(people, folder) == {"a.txt": "filed", "b.txt": "filed"}
    put(folder, "a.txt", "Petra Müller: met")
    put(folder, "b.txt", "Petra Müller: met")
    assert states(people, folder, "-n") == {"a.txt": "taken_before", "b.txt": "would_file"}
    assert sorted(os.listdir(folder)) == ["a.txt", "b.txt", "done"]
    assert len(people("visit", "list", "--json").json) == 2


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
        ("Contact: eva\nMood: 9\nmet", "Mood cannot be 9"),
        ("---\nContact: eva\nmet", "header cannot be read"),
    ],
)
def test_what_cannot_be_filed_waits_in_the_tray_and_the_reason_is_said(
    people: Run, folder: Path, text: str, why: str
) -> None:
    put(folder, "x.txt", text)
    row = people("inbox", folder, "--json").json[0]
    assert (row["state"], row["tray_id"]) == ("waiting", 1)
    assert why in row["why"]
    assert os.listdir(folder / "done") == ["x.txt"]
    assert people("visit", "list", "--json").json == []
    waiting = people("tray list --json").json[0]
    assert (waiting["name"], waiting["text"], waiting["detail"]) == ("x.txt", text, row["why"])
    put(folder, "x.txt", text)
    again = people("inbox", folder, "--json").json[0]
    assert (again["state"], again["why"]) == (
        "taken_before",
        "it was taken before: note 1 in the tray",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        (b"Petra M\xc3", "not complete"),
        (b"Petra\0\0\0", "not complete"),
    ],
)
def test_what_is_no_note_yet_stays_and_the_reason_is_said(
    people: Run, folder: Path, text: str | bytes, why: str
) -> None:
    put(folder, "x.txt", text)
    row = people("inbox", folder, "--json", exit=6).json[0]
    assert row["state"] == "left"
    assert why in row["why"]
    assert "x.txt" in os.listdir(folder)
    assert people("visit", "list", "--json").json == []


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("x.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "no appointment in it"),
        ("x.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "its end is missing"),
        ("x.vcf", "BEGIN:VCARD\r\nFN:Anna Neu\r\n", "never closed"),
        ("x.vcf", "hello", "no card in it"),
        ("x.json", "{}", "The note has no id"),
        ("x.json", "[]", "no note in it"),
    ],
)
def test_what_is_no_card_no_calendar_and_no_note_stays(
    people: Run, folder: Path, name: str, text: str, why: str
) -> None:
    put(folder, name, text)
    row = people("inbox", folder, "--json", exit=6).json[0]
    assert row["state"] == "left"
    assert why in row["why"]
    assert name in os.listdir(folder)


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
    files = people("file", "list", "--json").json
    assert [(file["name"], file["visit_id"]) for file in files] == [
        ("offer.txt", rows["att.eml"]["visit_id"])
    ]
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
    put(folder, "sheet.xlsx", b"\xff\xd8")
    assert states(people, folder) == {"sheet.xlsx": "left"}


def test_none_is_taken_twice(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Eva Roth: met")
    assert states(people, folder) == {"a.txt": "filed"}
    put(folder, "a.txt", "\ufeffEva Roth: met\n".encode())
    row = people("inbox", folder, "--json").json[0]
    assert (row["state"], row["why"]) == ("taken_before", "it was taken before: visit 1")
    assert sorted(os.listdir(folder / "done")) == ["a (2).txt", "a.txt"]
    assert len(people("visit", "list", "--json").json) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # The same words of two people, who are named by the files alone.
        (("Petra Müller.txt", "nicht da", 0), ("Eva Roth.txt", "nicht da", 0)),
        # The same words of the same person, on two days and in two files.
        (("Eva Roth.txt", "nicht da", 0), ("Eva Roth.txt", "nicht da", 7)),
        (("am.txt", "Eva Roth: nicht da", 0), ("pm.txt", "Eva Roth: nicht da", 0)),
        # Two notes of one file and one day.
        (("Eva Roth.txt", "nicht da", 0), ("Eva Roth.txt", "wieder nicht da", 0)),
        # The day that the note tells of, and not the one that it came on.
        (
            ("x.txt", "Contact: eva\nDate: 2026-11-20\nmet", 0),
            ("x.txt", "Contact: eva\nDate: 2026-11-21\nmet", 0),
        ),
    ],
)
def test_two_reports_are_two(
    people: Run, folder: Path, first: tuple[str, str, int], second: tuple[str, str, int]
) -> None:
    for name, text, days in (first, second):
        put(folder, name, text, at=WRITTEN - (7 - days) * 86400)
        assert states(people, folder) == {name: "filed"}
    assert len(people("visit", "list", "--json").json) == 2
    assert len(os.listdir(folder / "done")) == 2


def test_what_says_the_same_in_another_file_is_named(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Eva Roth: met")
    put(folder, "b.txt", "Eva Roth: met")
    rows = people("inbox", folder, "--json").json
    assert [row["why"] for row in rows] == [
        None,
        "it says the same as a.txt, visit 1: remove one if it is a copy",
    ]


def test_a_note_whose_record_was_removed_is_taken_again(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Eva Roth: met")
    states(people, folder)
    people("visit remove 1")
    put(folder, "a.txt", "Eva Roth: met")
    assert states(people, folder) == {"a.txt": "filed"}
    assert len(people("visit", "list", "--json").json) == 1


def everything(db: str) -> Dump:
    with closing(sqlite3.connect(db)) as conn:
        return dump(conn)


def test_a_run_is_one_undo_with_its_files(people: Run, folder: Path, db: str) -> None:
    before = everything(db)
    for name in ("a.txt", "b.txt", "c.txt"):
        put(folder, name, f"Eva Roth: met, no budget, send offer by fri ({name})")
    assert "funnel undo takes it back" in people("inbox", folder, tty=True)
    after = everything(db)
    assert sorted(os.listdir(folder)) == ["done"]
    said = people("undo")
    assert f"3 files moved to {folder}" in said
    assert everything(db) == before
    assert sorted(os.listdir(folder)) == ["a.txt", "b.txt", "c.txt", "done"]
    assert os.listdir(folder / "done") == []
    said = people("redo")
    assert f"3 files moved to {folder / 'done'}" in said
    assert everything(db) == after
    assert sorted(os.listdir(folder)) == ["done"]
    people("undo")
    assert set(states(people, folder).values()) == {"filed"}
    assert len(people("visit", "list", "--json").json) == 3


@pytest.mark.sqlite("whom the environment names")
def test_an_undo_that_is_refused_leaves_the_files_where_they_are(people: Run, folder: Path) -> None:
    anna, ben = ({"FUNNEL_USER": name} for name in ("anna", "ben"))
    people("user add anna", env=anna)
    people("user add ben", env=anna)
    hers = people("history --json=id --limit 1", env=anna).json[0]["id"]
    put(folder, "a.txt", "Eva Roth: met, no budget, send offer by fri")
    people("inbox", folder, env=ben)
    run = people("history --json=id --limit 1", env=ben).json[0]["id"]
    assert "was a command of anna" in people(f"undo {run} {hers}", env=ben, exit=3).stderr
    assert os.listdir(folder / "done") == ["a.txt"]
    people(f"undo {run}", env=ben)
    assert os.listdir(folder / "done") == []


def test_undo_says_which_files_are_gone_or_changed(people: Run, folder: Path) -> None:
    names = ("gone.txt", "changed.txt", "kept.txt")
    for name in names:
        put(folder, name, f"Eva Roth: met ({name})")
    states(people, folder)
    (folder / "done" / "gone.txt").unlink()
    put(folder / "done", "changed.txt", "something else")
    put(folder, "kept.txt", "Eva Roth: a new note of that name")
    said = people("undo")
    assert f"gone.txt is not in {folder / 'done'} any more." in said.stderr
    assert f"changed.txt was changed since then, and stays in {folder / 'done'}." in said.stderr
    assert (folder / "kept.txt").read_text() == "Eva Roth: a new note of that name"
    assert (folder / "kept (2).txt").read_text() == "Eva Roth: met (kept.txt)"
    assert os.listdir(folder / "done") == ["changed.txt"]
    assert people("visit", "list", "--json").json == []


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
    """Forty notes for ten contacts, three unmatched, one half-written."""
    for number in range(40):
        said = (ENGLISH if number % 2 else GERMAN)[number % 5]
        who = f"Customer No{chr(97 + number % 10)} Smith"
        if number % 4 == 3:
            put(folder, f"n{number:02}.eml", mail(who, f"{said} #{number}"))
        elif number % 4 == 2:
            put(folder, f"n{number:02}.md", f"# {who}\n\n{said} #{number}\n")
        else:
            put(folder, f"n{number:02}.txt", f"{who}: {said} #{number}")
    for number in range(3):
        put(folder, f"unknown{number}.txt", f"Somebody {number}: met")
    put(folder, "half.txt", b"Customer Noa Smith: w\xc3")


def customers(funnel: Run) -> None:
    for number in range(10):
        funnel("contact", "add", f"Customer No{chr(97 + number)} Smith")


def check_filed(funnel: Run, folder: Path, db: str, again: int = 0) -> None:
    visits = funnel("visit", "list", "--json").json
    numbers = sorted(int(visit["said"].rpartition("#")[2]) for visit in visits)
    assert numbers == list(range(40))
    for visit in visits:
        number = int(visit["said"].rpartition("#")[2])
        assert visit["contact"] == f"Customer No{chr(97 + number % 10)} Smith"
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM inbox_note").fetchone() == (43,)
    assert sorted(os.listdir(folder)) == ["done", "half.txt"]
    assert len(os.listdir(folder / "done")) == 43 + again
    waiting = funnel("tray list --json").json
    assert sorted(note["text"] for note in waiting) == [f"Somebody {n}: met" for n in range(3)]


def test_fifty_notes_in_both_languages(funnel: Run, folder: Path, db: str) -> None:
    customers(funnel)
    fifty(folder)
    found = list(states(funnel, folder, exit=6).values())
    counted = {state: found.count(state) for state in set(found)}
    assert counted == {"filed": 40, "waiting": 3, "left": 1}
    check_filed(funnel, folder, db)
    for number in range(6):
        source = next((folder / "done").glob(f"n{number:02}.*"))
        put(folder, source.name, source.read_bytes())
    found = list(states(funnel, folder, exit=6).values())
    assert {state: found.count(state) for state in set(found)} == {"taken_before": 6, "left": 1}
    check_filed(funnel, folder, db, 6)
    assert set(states(funnel, folder, exit=6).values()) == {"left"}
    check_filed(funnel, folder, db, 6)
    shown = funnel("inbox", folder, tty=True, width=60, exit=6)
    assert "half.txt: it is not complete, or no text" in shown
    assert "1 note left where it is." in shown


@pytest.mark.sqlite("checks the file")
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
            made = "SELECT (SELECT count(*) FROM visit) + (SELECT count(*) FROM tray_note)"
            assert conn.execute(made).fetchone() == (notes,)
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    states(funnel, folder, exit=6)
    check_filed(funnel, folder, db)


def test_a_dash_in_a_note_is_what_the_note_says(people: Run, folder: Path) -> None:
    """On the command line it stands for standard input, which a note has not."""
    put(folder, "a.txt", "contact: Petra Müller\nneeds: -\n\nwas friendly")
    assert states(people, folder) == {"a.txt": "filed"}
    assert people("visit", "show", 1, "--json").json["needs"] == "-"


def test_what_a_customer_wrote_is_an_e_mail_of_theirs_and_no_visit(
    people: Run, folder: Path, clock: Clock
) -> None:
    text = "Das ist uns zu teuer, bitte am Freitag anrufen.\n\nAm 22.11.26 schrieb Max:\n> met\n"
    put(folder, "m.eml", mail("Angebot", text, sender="Petra Müller <Petra@example.com>"))
    row = people("inbox", folder, "--json").json[0]
    assert (row["state"], row["contact"], row["visit_id"], row["note_id"]) == (
        "filed",
        "Petra Müller",
        None,
        None,
    )
    assert row["recognised"] == []
    found = people("mail show 1 --json").json
    assert (found["subject"], found["text"], found["direction"], found["address"]) == (
        "Angebot",
        "Das ist uns zu teuer, bitte am Freitag anrufen.",
        "in",
        "petra@example.com",
    )
    assert found["happened_at"] == "2026-11-23T09:00:00Z"
    assert people("contact show 1 --json").json["last_contact_at"] == found["happened_at"]
    for noun in ("visit", "step", "objection"):
        assert people(noun, "list", "--json").json == []
    put(folder, "m.eml", mail("Angebot", text, sender="Petra Müller <Petra@example.com>"))
    assert states(people, folder) == {"m.eml": "taken_before"}
    people("undo")
    assert people("mail", "list", "--json").json == []
    assert "m.eml" in os.listdir(folder)


def test_a_message_that_was_only_forwarded_is_one_of_who_wrote_it(
    people: Run, folder: Path
) -> None:
    text = (
        "\n-----Ursprüngliche Nachricht-----\nVon: Petra Müller [mailto:petra@example.com]\n"
        "Gesendet: Montag, 23. November 2026 10:00\nAn: Max\nBetreff: Dach\n\nzu teuer\n"
    )
    put(folder, "f.eml", mail("WG: Dach", text))
    row = people("inbox", folder, "--json").json[0]
    assert (row["state"], row["contact"], row["visit_id"]) == ("filed", "Petra Müller", None)
    assert "zu teuer" in people("mail show 1 --json").json["text"]


@pytest.mark.parametrize(
    ("sender", "to", "state"),
    [
        ("stranger@example.net", "office@example.org", "waiting"),
        ("paul.two@example.com", "office@example.org", "waiting"),  # of a customer's domain
        ("me@example.org", "me@example.org", "filed"),
        ("me@example.org", "office@example.org", "filed"),
        ("me@example.org", "Petra <petra@example.com>", "filed"),
        ("colleague@example.com", "Petra <petra@example.com>", "waiting"),
    ],
)
def test_who_is_not_on_file_is_kept_and_the_way_on_is_said(
    people: Run, folder: Path, sender: str, to: str, state: str
) -> None:
    put(folder, "m.eml", mail("Petra Müller", "nicht da", to=to, sender=sender))
    row = people("inbox", folder, "--json", exit=None).json[0]
    assert row["state"] == state, row
    if state == "waiting":
        assert f"it is from {sender}, who is not on file" in row["why"]
        assert people("tray list --json").json[0]["email"] == sender
        people("tray", "new", "1", "--name", "Newcomer")
        put(folder, "n.eml", mail("Again", "nicht da", to=to, sender=sender))
        assert states(people, folder) == {"n.eml": "filed"}
        assert {note["contact"] for note in people("mail", "list", "--json").json} == {"Newcomer"}


def test_the_address_of_the_settings_is_ones_own(people: Run, folder: Path) -> None:
    put(
        folder, "m.eml", mail("Petra Müller", "nicht da", to="x@example.net", sender="i@example.de")
    )
    row = people("inbox", folder, "--json").json[0]
    assert row["state"] == "waiting"
    assert "funnel config set sender_email i@example.de" in row["why"]
    people("undo")
    people("config set sender_email I@example.de")
    assert states(people, folder) == {"m.eml": "filed"}
    # One that is named beside it is no stranger's either, whomever it wrote to.
    put(folder, "n.eml", mail("Petra Müller", "met", to="x@example.net", sender="i@gmx.de"))
    assert states(people, folder) == {"n.eml": "waiting"}
    people("undo")
    people("config set mail_addresses 'I@gmx.de, i@example.org'")
    assert states(people, folder) == {"n.eml": "filed"}


def test_people_who_share_an_address_are_told_apart_by_name(people: Run, folder: Path) -> None:
    for name in ("Anna Ott", "Bert Ott"):
        people("contact", "add", name, "--email", "info@ott.example")
    put(folder, "a.eml", mail("Dach", "zu teuer", sender="Bert Ott <info@ott.example>"))
    put(folder, "b.eml", mail("Dach", "zu teuer", sender="info@ott.example"))
    rows = people("inbox", folder, "--json").json
    assert [row["contact"] for row in rows] == ["Bert Ott", None]
    assert "it fits several contacts: Anna Ott" in rows[1]["why"]


# What e-mail programs put around what they quote, by their kind; the quoted text is "zu teuer".
QUOTES = {
    "Gmail": "On Mon, Nov 23, 2026 at 10:00 AM Petra <petra@example.com> wrote:\n\n> zu teuer",
    "Gmail, in two lines": "On Mon, Nov 23, 2026 at 10:00 AM Petra Anna Müller-Lüdenscheidt <\n"
    "petra.mueller@example.com> wrote:\n\n> zu teuer",
    "Gmail, German": "Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Petra Müller <\n"
    "petra@example.com>:\n\n> zu teuer",
    "Apple Mail": "Von meinem iPhone gesendet\n\n> Am 23.11.2026 um 10:00 schrieb Petra Müller"
    " <petra@example.com>:\n>\n> zu teuer",
    "Thunderbird": "Am 23.11.26 um 10:00 schrieb Petra Müller:\n> zu teuer\n>\n> Gruß",
    "Outlook": "Von: Petra Müller <petra@example.com>\nGesendet: Montag, 23. November 2026 10:00\n"
    "An: me@example.org\nBetreff: Dach\n\nzu teuer",
    "Outlook, English": "________________________________\nFrom: Petra Müller <petra@example.com>\n"
    "Sent: Monday, November 23, 2026 10:00 AM\nTo: me\nSubject: roof\n\nzu teuer",
    "Outlook, old": "-----Original Message-----\nFrom: Petra Müller [mailto:petra@example.com]\n"
    "Sent: Monday, November 23, 2026 10:00 AM\nTo: me\nSubject: roof\n\nzu teuer",
    "Outlook, old German": "-----Ursprüngliche Nachricht-----\nVon: Petra Müller\n"
    "Gesendet: Montag, 23. November 2026 10:00\nAn: me\nBetreff: Dach\n\nzu teuer",
    "GMX": "Gesendet: Montag, 23. November 2026 um 10:00 Uhr\nVon: Petra <petra@example.com>\n"
    "An: me@example.org\nBetreff: Dach\n\nzu teuer",
    "Yahoo": "Petra <petra@example.com> schrieb am 10:00 Montag, 23.November 2026:\n\n zu teuer",
    "Proton": "------- Original Message -------\nOn Monday, November 23rd, 2026 at 10:00, Petra"
    " <petra@example.com> wrote:\n\n> zu teuer",
    "a phone": "-------- Ursprüngliche Nachricht --------\nVon: Petra <petra@example.com>\n"
    "Datum: 23.11.26 10:00 (GMT+01:00)\nAn: me\nBetreff: Dach\n\nzu teuer",
    "forwarded": "---------- Forwarded message ---------\nVon: Petra <petra@example.com>\n"
    "Date: Mo., 23. Nov. 2026 um 10:00 Uhr\nSubject: Dach\nTo: <me@example.org>\n\nzu teuer",
    "in one's own words": "Petra Müller hat am 23.11.2026 10:00 geschrieben:\n> zu teuer",
    "a signature": "-- \nMax Huber\nzu teuer",
}


@pytest.mark.parametrize("program", QUOTES)
def test_what_a_mail_quotes_is_not_the_users_text(people: Run, folder: Path, program: str) -> None:
    put(folder, "m.eml", mail("Eva Roth", f"nicht da, Karte dagelassen\n\n{QUOTES[program]}\n"))
    row = people("inbox", folder, "--json").json[0]
    assert row["recognised"] == ["--outcome not_met"]
    visit = people("visit", "show", row["visit_id"], "--json").json
    assert (visit["said"], visit["contact"]) == ("nicht da, Karte dagelassen", "Eva Roth")


def test_what_stands_between_quoted_lines_is_the_users_text(people: Run, folder: Path) -> None:
    text = (
        "Hallo,\n\nAm 23.11.26 um 10:00 schrieb Petra:\n> zu teuer?\nnicht da\n\n> Wann?\nFreitag\n"
    )
    put(folder, "m.eml", mail("Eva Roth", text))
    row = people("inbox", folder, "--json").json[0]
    said = people("visit", "show", row["visit_id"], "--json").json["said"]
    assert [line for line in said.splitlines() if line] == ["Hallo,", "nicht da", "Freitag"]


def test_what_only_looks_like_a_quote_stays(people: Run, folder: Path) -> None:
    text = (
        "On Monday I wrote: buy milk\nVon: der Straße aus sieht man das Dach\n"
        "Am Montag schrieb er mir: alles gut\nVon Müller eine Mail bekommen\n- eins\n- zwei"
    )
    put(folder, "m.eml", mail("Eva Roth", text))
    row = people("inbox", folder, "--json").json[0]
    assert people("visit", "show", row["visit_id"], "--json").json["said"] == text


def test_quotes_of_a_page(people: Run, folder: Path) -> None:
    for number, (opens, closes) in enumerate(
        (
            (
                '<div class="gmail_quote"><div class="gmail_attr">Am Mo. schrieb P:<br>'
                '</div><blockquote class="gmail_quote">',
                "</blockquote></div>",
            ),
            ('<p>Am 23.11.26 um 10:00 schrieb Petra:</p><blockquote type="cite">', "</blockquote>"),
            (
                "<div><b>Von:</b> Petra<br><b>Gesendet:</b> Montag<br><b>An:</b>"
                " me<br><b>Betreff:</b> Dach</div><p>",
                "</p>",
            ),
        )
    ):
        message = EmailMessage()
        message["Subject"] = "Eva Roth"
        message.set_content(f"<p>nicht da</p>{opens}zu teuer{closes}", subtype="html")
        put(folder, f"{number}.eml", message.as_bytes())
    for row in people("inbox", folder, "--json").json:
        assert people("visit", "show", row["visit_id"], "--json").json["said"] == "nicht da"


def test_a_note_of_an_older_version_is_known_by_its_bytes(
    people: Run, folder: Path, db: str
) -> None:
    put(folder, "a.txt", "Eva Roth: met")
    states(people, folder)
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("UPDATE inbox_note SET words = NULL, folder = NULL")
        conn.commit()
    put(folder, "a.txt", "Eva Roth: met")
    assert states(people, folder) == {"a.txt": "taken_before"}


# Other files --------------------------------------------------------------------------------------


CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Neu\r\nN:Neu;Anna;;;\r\nORG:Neu Bau GmbH\r\n"
    "TEL;TYPE=CELL:0171 2345678\r\nEMAIL:anna@neu.example\r\n"
    "ADR;TYPE=WORK:;;Hauptstr. 5;Kassel;;34117;Germany\r\nNOTE:will eine Wallbox\r\nEND:VCARD\r\n"
)


def event(uid: str, summary: str, start: str, more: str = "") -> str:
    return (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261120T080000Z\r\nSUMMARY:{summary}\r\n"
        f"DTSTART:{start}\r\nDURATION:PT45M\r\n{more}END:VEVENT\r\n"
    )


def calendar(*events: str) -> str:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n"


def test_a_card_fills_the_tray_with_all_that_a_contact_needs(people: Run, folder: Path) -> None:
    put(folder, "anna.vcf", CARD + CARD.replace("Anna", "Bert").replace("2345678", "9999999"))
    assert [row["state"] for row in people("inbox", folder, "--json").json] == ["waiting"] * 2
    note = people("tray list anna --json").json[0]
    assert (note["kind"], note["person"], note["phone"], note["town"]) == (
        "card",
        "Anna Neu",
        "0171 2345678",
        "Kassel",
    )
    made = people("tray", "new", note["id"], "--json", env={"FUNNEL_REGION": "DE"}).json
    contact = people("contact", "show", made["contact_id"], "--json").json
    assert (contact["phones"], contact["emails"]) == (["+491712345678"], ["anna@neu.example"])
    assert (contact["street"], contact["postcode"]) == ("Hauptstr. 5", "34117")
    assert contact["organisation"] == "Neu Bau GmbH"
    assert people("note", "show", made["note_id"], "--json").json["text"] == "will eine Wallbox"
    # Whoever is on file by name and number needs no question; what is missing is filled in.
    more = "TITLE:Chefin\r\nBDAY:1980-05-17\r\nURL:https://neu.example\r\nCATEGORIES:solar\r\nEND:"
    put(folder, "again.vcf", CARD.replace("END:", more))
    row = people("inbox", folder, "--json", env={"FUNNEL_REGION": "DE"}).json[0]
    assert (row["state"], row["contact"]) == ("filed", "Anna Neu")
    contact = people("contact", "show", made["contact_id"], "--json").json
    assert (contact["job_title"], contact["birthday"]) == ("Chefin", "1980-05-17")
    assert contact["website"] == "https://neu.example"
    # What a contact does not take from a card stays as words.
    said = people("note", "show", row["note_id"], "--json").json["text"]
    assert said == "will eine Wallbox\nCATEGORIES: solar"
    # Nor is any of it lost on the way through the tray; a day that there is not is kept as it is.
    more = more.replace("1980-05-17", "1980-02-31")
    odd = CARD.replace("Anna", "Carl").replace("2345678", "8888888").replace("END:", more)
    put(folder, "carl.vcf", odd.replace("anna@", "carl@"))
    even = odd.replace("Carl", "Dora").replace("8888888", "7777777").replace("-02-31", "-05-17")
    put(folder, "dora.vcf", even.replace("anna@", "dora@"))
    waiting = people("inbox", folder, "--json", env={"FUNNEL_REGION": "DE"}).json
    assert [row["state"] for row in waiting] == ["waiting"] * 2
    shown = people("tray", "show", waiting[1]["tray_id"], tty=True, width=160)
    assert "May 17, 1980" in shown
    assert "https://neu.example" in shown
    made = [people("tray", "new", row["tray_id"], "--json").json for row in waiting]
    carl, dora = (people("contact", "show", row["contact_id"], "--json").json for row in made)
    assert (carl["website"], carl["birthday"]) == ("https://neu.example", None)
    assert "BDAY: 1980-02-31" in people("note", "show", made[0]["note_id"], "--json").json["text"]
    assert (dora["website"], dora["birthday"]) == ("https://neu.example", "1980-05-17")


def test_appointments_become_steps_and_visits_or_wait(
    people: Run, folder: Path, clock: Clock
) -> None:
    put(
        folder,
        "week.ics",
        calendar(
            event("a@x", "Besuch Eva Roth", "20261120T090000Z"),
            event("b@x", "Termin bei Bäckerei Krause", "20261201T090000Z"),
            event("c@x", "Besuch bei Frau Unbekannt", "20261201T100000Z"),
        ),
    )
    rows = people("inbox", folder, "--json").json
    assert [row["state"] for row in rows] == ["filed", "filed", "waiting"]
    assert (rows[0]["contact"], rows[0]["visit_id"]) == ("Eva Roth", 1)
    assert rows[1]["steps"] == ["Termin bei Bäckerei Krause, 2026-12-01 10:00"]
    moved = event("c@x", "Besuch bei Frau Unbekannt", "20261202T110000Z")
    put(folder, "week.ics", calendar(moved))
    assert states(people, folder) == {"week.ics": "taken_before"}
    waiting = people("tray list --json").json
    assert [(note["happened_on"], note["starts"]) for note in waiting] == [("2026-12-02", "12:00")]
    step = people("tray file 1 petra --json").json
    assert people("step", "show", step["step_id"], "--json").json["due"] == "2026-12-02"
    assert len(people("visit list --json").json) == 1


def test_photos_go_with_the_note_of_their_name(people: Run, folder: Path) -> None:
    put(folder, "roof.jpg", b"\xff\xd8one")
    put(folder, "roof 2.jpg", b"\xff\xd8two")
    put(folder, "2026-11-20 Eva Roth.m4a", b"sound")
    put(folder, "IMG_0001.heic", b"picture")
    put(folder, "roof.txt", "Petra Müller: met")
    rows = {row["file"]: row for row in people("inbox", folder, "--json").json}
    assert {name: row["state"] for name, row in rows.items()} == {
        "roof.txt": "filed",
        "roof.jpg": "filed",
        "roof 2.jpg": "filed",
        "2026-11-20 Eva Roth.m4a": "filed",
        "IMG_0001.heic": "waiting",
    }
    files = {file["name"]: file for file in people("file list --json").json}
    assert files["roof.jpg"]["visit_id"] == files["roof 2.jpg"]["visit_id"] == 1
    assert files["2026-11-20 Eva Roth.m4a"]["contact"] == "Eva Roth"
    note = people("note list --json").json[0]
    assert (note["text"], note["happened_on"]) == ("2026-11-20 Eva Roth.m4a", "2026-11-20")
    assert files["IMG_0001.heic"]["noun"] == "tray"
    # The words may come after the picture; and pictures of one name and day are told apart.
    put(folder, "IMG_0001.txt", "Petra Müller: the roof from below")
    put(folder, "IMG_0001.heic", b"another")
    again = {row["file"]: row["state"] for row in people("inbox", folder, "--json").json}
    assert again == {"IMG_0001.txt": "filed", "IMG_0001.heic": "filed"}
    visit = people("visit list --json").json[0]["id"]
    found = [file["visit_id"] for file in people("file list name:IMG --json").json]
    assert found == [visit, visit]
    assert people("tray list --json").json == []
    before = everything_but_ids(people)
    people("undo")
    people("redo")
    assert everything_but_ids(people) == before
    put(folder, "IMG_0001.heic", b"another")
    assert states(people, folder) == {"IMG_0001.heic": "taken_before"}


def everything_but_ids(funnel: Run) -> list[tuple[str, int | None]]:
    return [(file["name"], file["visit_id"]) for file in funnel("file list --json").json]


def test_a_new_prospect_of_the_first_line(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Neu: Anna Neu, 0171 2345678, Hauptstr. 5, 34117 Kassel\nwar da, will PV")
    put(folder, "b.txt", "Neu: Petra Müller, 0171 999\nmet")
    put(folder, "c.txt", "Bert Alt, Ring 7, 34119 Kassel\nmet, call fri")
    rows = {row["file"]: row for row in people("inbox", folder, "--json").json}
    assert (rows["a.txt"]["state"], rows["a.txt"]["contact"]) == ("filed", "Anna Neu")
    assert people("contact show 'Anna Neu' --json").json["town"] == "Kassel"
    assert (rows["b.txt"]["state"], rows["c.txt"]["state"]) == ("waiting", "waiting")
    assert people("tray show b.txt --json").json["reason"] == "on_file"
    made = people("tray new c.txt --deal - --json").json
    assert (made["contact"], made["deal"]) == ("Bert Alt", "Bert Alt")
    assert people("contact show 'Bert Alt' --json").json["street"] == "Ring 7"


def test_files_that_came_with_a_mail_follow_it_out_of_the_tray(people: Run, folder: Path) -> None:
    text = mail("Plan", "anbei", sender="Anna Neu <anna@neu.example>", **{"plan.pdf": "x"})
    put(folder, "m.eml", text)
    assert states(people, folder) == {"m.eml": "waiting"}
    assert people("file list of:tray --json").json[0]["name"] == "plan.pdf"
    assert "plan.pdf" in people("tray show 1", tty=True)
    made = people("tray new 1 --json").json
    assert made["contact"] == "Anna Neu"
    file = people("file list --json").json[0]
    assert (file["noun"], file["contact_id"]) == ("contact", made["contact_id"])
    people("undo")
    assert people("file list --json").json[0]["noun"] == "tray"
    assert people("contact list anna --json").json == []
    people("tray drop 1")
    assert people("file list --json").json == []
    put(folder, "m.eml", text)
    row = people("inbox", folder, "--json").json[0]
    assert (row["state"], row["why"]) == (
        "taken_before",
        "it was taken before: dropped from the tray",
    )


def test_what_a_phone_has_left_as_a_file(people: Run, folder: Path) -> None:
    ids = [f"5b1d3f0e-0000-4000-8000-00000000000{number}" for number in range(3)]
    eva = people("contact show 4 --json").json["public_id"]
    sent = [
        {"id": ids[0], "contact_id": eva, "outcome": "met", "text": "call fri"},
        {"id": ids[1], "prospect": {"name": "Anna Neu", "phone": "0171 2345678"}, "text": "met"},
        {"id": ids[2], "contact_id": eva[::-1], "contact": "Rolf Rau", "text": "who was that?"},
    ]
    notes = [{**one, "made_at": "2026-11-23T17:00:00.000Z"} for one in sent]
    put(folder, "p.json", json.dumps({"funnel": "notes", "version": 1, "notes": notes}))
    rows = people("inbox", folder, "--json").json
    assert [(row["state"], row["contact"]) for row in rows] == [
        ("filed", "Eva Roth"),
        ("filed", "Anna Neu"),
        ("waiting", None),
    ]
    waiting = people("tray list --json").json[0]
    # Whom it is about is said, though nobody on file has that id.
    assert (waiting["origin"], waiting["person"]) == ("phone", "Rolf Rau")
    # The same notes by another file, or over the air, are the same notes.
    put(folder, "copy of p.json", json.dumps(notes))
    rows = people("inbox", folder, "--json").json
    assert [row["state"] for row in rows] == ["taken_before"] * 3
    assert len(people("visit list --json").json) == 2
    # Some phones share no .json: the same is in a .txt then, and is no text for the tray.
    shared = json.dumps({"funnel": "notes", "version": 1, "notes": notes}, indent=1)
    put(folder, "shared.txt", shared[:200])
    row = people("inbox", folder, "--json", exit=6).json[0]
    assert (row["state"], row["why"]) == ("left", "it is not complete, or no JSON")
    put(folder, "shared.txt", shared)
    rows = people("inbox", folder, "--json").json
    assert [row["state"] for row in rows] == ["taken_before"] * 3
    put(folder, "half.json", json.dumps(notes)[:80])
    row = people("inbox", folder, "--json", exit=6).json[0]
    assert (row["state"], row["why"]) == ("left", "it is not complete, or no JSON")
    people("undo")
    assert sorted(os.listdir(folder)) == ["done", "half.json", "p.json"]


def test_a_note_of_nothing_but_what_comes_next(people: Run, folder: Path) -> None:
    put(folder, "a.txt", "Contact: Eva Roth\nNext: ring back")
    put(folder, "b.txt", "Contact: Paul Müller\nNext: none")
    put(folder, "c.txt", "Contact: petra\nNext: ring back\nDue: 2026-11-27")
    rows = people("inbox", folder, "--json").json
    assert [row["steps"] for row in rows] == [["ring back"], [], ["ring back, 2026-11-27"]]
    steps = people("step list --sort id --json").json
    assert [step["what"] for step in steps] == ["ring back", "ring back"]
