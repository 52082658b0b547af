"""E-mail: read from folders and files, once each; who waits for an answer."""

from __future__ import annotations

import mailbox
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ZONE, Clock, Dump, Run
from funnelcli.formats import mail as formats

ME = "me@firma.example"
PETRA = "petra@example.com"


def letter(
    sender: str,
    to: str,
    subject: str,
    text: str,
    at: str = "2026-11-23 10:00",
    key: str = "",
    answers: str = "",
    **headers: str,
) -> bytes:
    """A message as a program stores it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    moment = datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    made["Date"] = format_datetime(moment)
    if key:
        made["Message-ID"] = f"<{key}@mail.example>"
    if answers:
        made["References"] = " ".join(f"<{one}@mail.example>" for one in answers.split())
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


class Box:
    """A folder of .eml files, and the program on it."""

    def __init__(self, funnel: Run, folder: Path) -> None:
        self.funnel = funnel
        self.folder = folder
        folder.mkdir()

    def put(self, name: str, data: bytes) -> None:
        """A message more."""
        (self.folder / f"{name}.eml").write_bytes(data)

    def read(self, *options: str) -> list[dict[str, object]]:
        """What ``funnel mail`` takes."""
        rows = self.funnel("mail", self.folder, "--json", *options).json
        assert isinstance(rows, list)
        return rows


@pytest.fixture
def box(funnel: Run, tmp_path: Path) -> Box:
    funnel("config", "set", "sender_email", ME)
    funnel("contact add 'Petra Müller' --email petra@example.com")
    funnel("contact add 'Krause GmbH' -O --email info@krause.example")
    funnel("contact add 'Eva Roth' --organisation krause --email eva@krause.example")
    funnel("deal add 'Solar roof' --contact petra")
    return Box(funnel, tmp_path / "mail")


def test_what_a_message_becomes(box: Box, clock: Clock, state: Callable[[], Dump]) -> None:
    box.put(
        "a",
        letter(
            "Petra Müller <Petra@Example.com>",
            ME,
            "Roof",
            "When does the offer come?\n\n-- \nPetra\n\nOn Sunday me@firma.example wrote:\n> old",
            key="a",
        ),
    )
    box.put("b", letter(ME, f"{PETRA}, eva@krause.example", "Re: Roof", "Soon.", key="b"))
    # A colleague's answer is ours; what we write to each other is nobody's.
    box.put("c", letter("kai@firma.example", PETRA, "Plan", "Attached.", key="c"))
    box.put("d", letter("kai@firma.example", ME, "Lunch", "At noon?", key="d"))
    box.put("e", letter("news@shop.example", ME, "50 %", "Buy!", key="e", List_Unsubscribe="<u>"))
    box.put("f", letter("no-reply@bank.example", ME, "Code", "123", key="f"))
    box.put("g", letter(PETRA, ME, "Away", "Until Monday.", key="g", Auto_Submitted="auto-replied"))
    box.put("h", letter("neu@gmx.de", ME, "Anfrage", "Hallo!", key="h"))
    box.put("i", letter(ME, ME, "Petra Müller", "met, wants an offer", key="i"))
    before = state()
    planned = box.read("--dry-run")
    assert state() == before
    rows = box.read()
    assert [row | {"id": None, "state": 0} for row in planned] == [
        row | {"id": None, "state": 0} for row in rows
    ]
    told = {(row["subject"], row["contact"], row["direction"], row["deal"]) for row in rows}
    assert told == {
        ("Roof", "Petra Müller", "in", "Solar roof"),
        ("Re: Roof", "Petra Müller", "out", "Solar roof"),
        ("Re: Roof", "Eva Roth", "out", None),
        ("Plan", "Petra Müller", "out", "Solar roof"),
        ("Anfrage", None, "in", None),
        # A note to oneself is the report of a visit.
        ("Petra Müller", "Petra Müller", "out", None),
    }
    assert {str(row["state"]) for row in rows} == {"taken", "tray", "filed"}
    assert box.funnel("tray list --json").json[0]["subject"] == "Anfrage"
    stored = box.funnel("mail list --json --sort date").json
    first = next(one for one in stored if one["subject"] == "Roof")
    assert first["text"] == "When does the offer come?"
    assert first["address"] == PETRA
    assert [one["said"] for one in box.funnel("visit list --json").json] == ["met, wants an offer"]

    # Twice is nothing; and what is undone is read again.
    last = state()
    assert box.read() == []
    assert box.read("--again") == []
    assert state() == last
    box.funnel("undo")
    assert box.funnel("mail list --json").json == []
    assert len(box.read()) == len(rows)
    box.funnel("undo")
    box.funnel("redo")
    assert box.read() == []


def test_the_pages_have_it(box: Box, clock: Clock, db: str) -> None:
    box.put("a", letter(PETRA, ME, "Roof", "When does the offer come?", key="a"))
    box.read("--known")
    assert "When does the offer come?" in box.funnel("brief petra --json")
    assert box.funnel("brief solar --json").json["messages"][0]["subject"] == "Roof"
    assert box.funnel("contact show petra --json").json["messages"][0]["direction"] == "in"
    story = box.funnel("deal show solar --json").json["story"]
    assert ("mail_in", "Petra Müller") in [(one["what"], one["detail"]) for one in story]
    assert "funnel mail show 1" in box.funnel("find offer come")
    assert "Roof" in box.funnel("contact dossier petra")
    assert [row[-1] for row in box.funnel("mail list offer").rows] == ["Roof"]
    shown = box.funnel("mail show roof", tty=True)
    assert "When does the offer come?" in shown
    german = box.funnel("mail list richtung:empfangen", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    assert "empfangen" in german
    assert box.funnel("sql 'SELECT contact, direction FROM messages'").rows[-1] == [
        "Petra Müller",
        "in",
    ]

    box.funnel("mail edit roof --deal none")
    assert box.funnel("mail show 1 --json").json["deal_id"] is None
    box.funnel("mail edit roof --deal solar")
    # Another Petra had the same message: of both one is left.
    box.funnel("contact add 'P. Müller' --email pm@example.com")
    with closing(sqlite3.connect(db)) as conn:
        conn.execute(
            "INSERT INTO message SELECT 9, 'x', 4, NULL, direction, 'pm@example.com', subject,"
            " text, search, attachments, message_id, thread, happened_at, happened_on, NULL,"
            " recorded_at FROM message WHERE id = 1"
        )
        conn.commit()
    box.funnel("contact merge 1 4 --yes")
    assert [one["id"] for one in box.funnel("mail list --json").json] == [1]
    box.funnel("contact forget petra --yes")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM message").fetchone() == (0,)
    # Who was forgotten is no new face.
    assert box.read("--again") == []


def test_a_customers_mail_ends_a_silence(box: Box, clock: Clock) -> None:
    clock.advance(days=60)
    assert box.funnel("deal list is:rotten").rows
    box.put("a", letter(ME, PETRA, "Hello?", "Still there?", "2027-01-20 10:00", key="a"))
    box.read()
    assert box.funnel("deal list is:rotten").rows
    box.put("b", letter(PETRA, ME, "Re: Hello?", "Yes!", "2027-01-21 10:00", "b", "a"))
    box.read()
    assert not box.funnel("deal list is:rotten").rows
    assert "rotten" not in box.funnel("today")
    deal = box.funnel("deal show solar --json").json
    assert deal["last_contact_at"] == "2027-01-21T09:00:00Z"
    assert box.funnel("contact show petra --json").json["last_contact_at"] == (
        "2027-01-21T09:00:00Z"
    )


def test_who_waits_for_an_answer(box: Box, clock: Clock) -> None:
    box.funnel("config set region DE")
    box.put("a", letter(PETRA, ME, "Roof", "When?", "2026-11-19 10:00", "a"))
    box.put("b", letter(PETRA, ME, "Roof", "Hello?", "2026-11-20 10:00", "b", "a"))
    box.put("c", letter(ME, "info@krause.example", "Visit", "Monday?", "2026-11-20 11:00", "c"))
    box.put("d", letter(ME, "eva@krause.example", "Plan", "Look!", "2026-09-01 11:00", "d"))
    box.read()

    def owed(*words: str) -> list[tuple[str, str, int]]:
        rows = box.funnel("owed", "--json", *words).json
        return [(row["turn"], row["contact"], row["days"]) for row in rows]

    # The clock stands on Tuesday morning: Friday and Monday have passed, and this day has begun.
    both = [("ours", "Petra Müller", 3), ("theirs", "Krause GmbH", 2)]
    assert owed() == both
    assert owed("turn:ours") == owed("days:>2") == both[:1]
    assert owed("contact:krause") == both[1:]
    assert len(owed("--all")) == 3
    assert "1 more is older than 60 days" in box.funnel("owed", tty=True)
    german = box.funnel("owed", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    assert "wir" in german
    assert "Am Zug" in german

    # An answer from another of the firm, in the same exchange; a talk; a word that none is needed.
    box.put("e", letter("eva@krause.example", ME, "AW: Visit", "Yes.", key="e", answers="c"))
    box.read()
    assert [one[:2] for one in owed("contact:krause")] == [("ours", "Eva Roth")]
    box.funnel("mail done AW:")
    assert owed("contact:krause") == []
    box.funnel("log petra 'phoned, all clear'")
    assert owed() == []
    box.put("f", letter(PETRA, ME, "Re: Roof", "And now?", "2026-11-24 08:59", "f", "a b"))
    clock.advance(hours=1)
    box.funnel("visit edit 1 --at '2026-11-24 08:00'")
    box.read()
    assert [one[1] for one in owed()] == ["Petra Müller"]


def test_answers_are_tied_to_what_they_answer(box: Box, clock: Clock) -> None:
    def threads() -> dict[str, str]:
        rows = box.funnel("mail list --json").json
        return {one["message_id"].partition("@")[0]: one["thread"] for one in rows}

    # The answer to an answer comes first, then the message that began it.
    box.put("c", letter(PETRA, ME, "AW: AW: x", "3", "2026-11-21 10:00", "c", "b"))
    box.read()
    box.put("b", letter(ME, PETRA, "AW: x", "2", "2026-11-20 10:00", "b", "a"))
    box.read()
    box.put("a", letter(PETRA, ME, "x", "1", "2026-11-19 10:00", "a"))
    # One that names no message, only the subject; and one that is new.
    box.put("d", letter(ME, PETRA, "Re: x", "4", "2026-11-22 10:00", "d"))
    box.put("e", letter(ME, PETRA, "y", "5", "2026-11-22 11:00", "e"))
    box.read()
    found = threads()
    assert {found[one] for one in "abcd"} == {"a@mail.example"}
    assert found["e"] == "e@mail.example"


@pytest.mark.parametrize("order", ["or", "ro", "together"])
def test_an_answer_that_names_only_the_subject_comes_in_any_order(
    box: Box, clock: Clock, order: str
) -> None:
    mails = {
        "r": letter("eva@krause.example", ME, "AW: Workshop", "Yes.", "2026-11-17 10:00", "r"),
        "o": letter(
            ME, f"{PETRA}, eva@krause.example", "Workshop", "Monday?", "2026-11-16 10:00", "o"
        ),
    }
    # Another subject, and one that nobody answers so much later, are no part of it.
    box.put("x", letter("eva@krause.example", ME, "AW: Plan", "No.", "2026-11-17 11:00", "x"))
    box.put("y", letter(PETRA, ME, "Workshop", "Hm.", "2026-11-17 12:00", "y"))
    box.put("z", letter(ME, PETRA, "Workshop", "Old.", "2026-08-01 12:00", "z"))
    for name in "ro" if order == "together" else order:
        box.put(name, mails[name])
        if order != "together":
            box.read()
    box.read()
    rows = box.funnel("mail list --json").json
    found = {one["message_id"][0]: one["thread"][0] for one in rows}
    assert found == {"r": "o", "o": "o", "x": "x", "y": "y", "z": "z"}
    turns = {row["turn"] for row in box.funnel("owed contact:eva workshop --json").json}
    assert turns == {"ours"}


def test_maildir_and_mbox(box: Box, clock: Clock, tmp_path: Path) -> None:
    maildir = mailbox.Maildir(str(tmp_path / "Maildir"))
    maildir.add(letter(PETRA, ME, "one", "1", key="1"))
    maildir.add_folder("Sent").add(letter("other@old.example", PETRA, "two", "2", key="2"))
    maildir.add_folder("Trash").add(letter(PETRA, ME, "three", "3", key="3"))
    draft = mailbox.MaildirMessage(letter(ME, PETRA, "four", "4", key="4"))
    draft.set_subdir("cur")
    draft.set_flags("D")
    maildir.add(draft)
    rows = box.funnel("mail", tmp_path / "Maildir", "--json").json
    assert {(one["subject"], one["direction"]) for one in rows} == {("one", "in"), ("two", "out")}
    assert box.funnel("mail", tmp_path / "Maildir", "--json").json == []

    path = tmp_path / "archive.mbox"
    mbox = mailbox.mbox(str(path))
    for n in range(5, 8):
        mbox.add(letter(PETRA, ME, f"no {n}", "From here\nit is text.", key=str(n)))
    mbox.close()
    read = box.funnel("mail", path, "--json").json
    assert [one["subject"] for one in read] == ["no 5", "no 6", "no 7"]
    assert "From here" in box.funnel("mail list 'no 5' --json").json[0]["text"]
    # What comes behind is read alone; a file that was made anew is read from its beginning.
    mbox = mailbox.mbox(str(path))
    mbox.add(letter(PETRA, ME, "no 8", "8", key="8"))
    mbox.close()
    assert "1 message read" in box.funnel("mail", path).stderr
    path.write_bytes(b"From x Mon Nov 23 10:00:00 2026\n" + letter(PETRA, ME, "no 9", "", key="9"))
    assert [one["subject"] for one in box.funnel("mail", path, "--json").json] == ["no 9"]


BAD = {
    "charset": b"From: petra@example.com\nMessage-ID: <1>\nContent-Type: text/plain;"
    b" charset=klingon\nSubject: =?klingon?q?Gr=FC=DFe?=\n\nGr\xfc\xdfe\n",
    "boundary": b"From: petra@example.com\nMessage-ID: <2>\nContent-Type: multipart/mixed;"
    b" boundary=x\nSubject: cut\n\n--x\n\nHello\n",
    "no-date": b"From: petra@example.com\nSubject: no date\n\nHi\n",
    "future": b"From: petra@example.com\nDate: Mon, 1 Jan 2035 10:00:00 +0000\nMessage-ID: <4>\n\n",
    "date": b"From: petra@example.com\nDate: Mon, 99 Foo 99999 99:99:99\nMessage-ID: <5>\n\nHi\n",
    "nul": b"From: petra@example.com\nMessage-ID: <6>\nSubject: a\0b\n\na\0b\n",
    "raw": b"From: M\xfcller <petra@example.com>\nMessage-ID: <7>\nSubject: Gr\xfc\xdfe\n\nHi\n",
    "base64": b"From: petra@example.com\nMessage-ID: <8>\nContent-Transfer-Encoding: base64\n\n%\n",
    "page": b"From: petra@example.com\nMessage-ID: <9>\nContent-Type: text/html\n\n<p>Hi<p>you\n",
}


def test_a_message_without_a_date_was_written_when_it_came(
    box: Box, clock: Clock, tmp_path: Path
) -> None:
    lines = {
        "petra@example.com Mon Nov 23 10:00:00 2026": "10:00",
        "petra@example.com  Mon Nov 23 10:00 2026": "10:00",
        "petra at example.com Mon Nov 23 10:00:00 2026": "10:00",
        "12@xxx Mon Nov 23 10:00:00 +0100 2026": "09:00",
        "petra@example.com Mon Nov 23 10:00:00 2026 +0100": "09:00",
        "petra@example.com Mon Nov 23 10:00:00 UTC 2026 remote from a": "10:00",
    }
    path = tmp_path / "undated.mbox"
    path.write_text(
        "".join(
            f"From {line}\nFrom: {PETRA}\nTo: {ME}\nSubject: {n}\n\nText\n\n"
            for n, line in enumerate(lines)
        )
    )
    box.funnel("mail", path)
    at = {row["subject"]: row["happened_at"] for row in box.funnel("mail list --json").json}
    for n, clock_time in enumerate(lines.values()):
        assert at[str(n)] == f"2026-11-23T{clock_time}:00Z"


def test_a_message_that_was_cut_short_is_read_the_next_time(
    box: Box, clock: Clock, tmp_path: Path
) -> None:
    box.put("cut", BAD["boundary"])
    time.sleep(0.01)
    box.put("whole", letter(PETRA, ME, "whole", "Hello", key="w"))
    alone = tmp_path / "alone.eml"
    alone.write_bytes(BAD["boundary"].replace(b"<2>", b"<3>"))
    for path in (*box.folder.iterdir(), alone):
        os.utime(path, (clock(), clock()))
    assert [row["subject"] for row in box.read()] == ["whole"]
    assert "not complete yet: 1" in box.funnel("mail", box.folder).stderr
    assert "not complete yet: 1" in box.funnel("mail", alone).stderr
    clock.advance(minutes=2)
    assert [row["subject"] for row in box.read()] == ["cut"]
    assert len(box.funnel("mail", alone, "--json").json) == 1
    for source in (box.folder, alone):
        assert "read," not in box.funnel("mail", source).stderr


def test_what_is_wrong_with_a_message_does_no_harm(box: Box, clock: Clock) -> None:
    for name, data in BAD.items():
        box.put(name, data.replace(b"From:", f"To: {ME}\nFrom:".encode(), 1))
    old = time.time() - 900
    for path in box.folder.iterdir():
        os.utime(path, (old, old))
    (box.folder / "empty.eml").write_bytes(b"")
    (box.folder / "no.eml").write_bytes(os.urandom(3000))
    rows = box.read("--known")
    assert len(rows) == len(BAD)
    assert all(str(row["happened_on"]) <= "2026-11-24" for row in rows)
    stored = {one["message_id"]: one for one in box.funnel("mail list --json").json}
    assert stored["1"]["text"] == "Grüße"
    assert stored["1"]["subject"] == stored["7"]["subject"] == "Grüße"
    assert stored["2"]["text"] == "Hello"
    assert stored["9"]["text"] == "Hi\nyou"
    assert box.funnel("doctor").exit_code == 0
    assert box.read("--known", "--again") == []
    box.funnel("mail", box.folder / "nothing", exit=4)
    (box.folder / "note.txt").write_text("no mail")
    assert "is no mailbox" in box.funnel("mail", box.folder / "note.txt", exit=2).stderr
    box.funnel("mail", exit=2)
    error = box.funnel("mail imaps://me:secret@mail.example", exit=3)
    assert "secret" not in error.stderr + box.funnel("history")


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(BAD)))
def test_any_bytes_are_read(more: bytes, name: str) -> None:
    for data in (more, BAD[name] + more, more + BAD[name], BAD[name].replace(b"\n\n", more, 1)):
        message = formats.parsed(data)
        head, body = formats.head_of(message), formats.body_of(message)
        assert len([*formats.files_of(message)]) <= body.attachments
        assert formats.head(data)._replace(left_out="") == head._replace(left_out="")
        for text in (head.message_id, head.subject, body.text):
            text.encode("utf-8")
            assert "\0" not in text
        if head.sent_at is not None and abs(head.sent_at) < 1 << 33:
            datetime.fromtimestamp(head.sent_at, UTC)


def test_whose_mailbox_it_is_shows_in_the_messages(box: Box, clock: Clock) -> None:
    box.funnel("config unset sender_email")
    for n in range(4):
        box.put(f"i{n}", letter(PETRA, "kate@gmail.com", f"no {n}", "Hi", key=f"i{n}"))
        box.put(f"o{n}", letter("kate@gmail.com", PETRA, f"answer {n}", "Hi", key=f"o{n}"))
    box.put("s", letter("kate@gmail.com", "stranger@gmx.de", "Hello", "Hi", key="s"))
    box.put("n", letter("kate@gmail.com", "kate@gmail.com", "Petra Müller", "met", key="n"))
    rows = {row["subject"]: row for row in box.read()}
    assert {rows[f"no {n}"]["direction"] for n in range(4)} == {"in"}
    assert {rows[f"answer {n}"]["direction"] for n in range(4)} == {"out"}
    # What goes to a stranger is nobody's; the note to oneself is one.
    assert "Hello" not in rows
    assert rows["Petra Müller"]["state"] == "filed"
    assert box.funnel("tray list --json").json == []
    # It is known the next time, however few there are then; and a server says it of one alone.
    box.put("t", letter("kate@gmail.com", "other@gmx.de", "Hello", "Hi", key="t"))
    again = box.funnel("mail", box.folder)
    assert "sender_email kate@gmail.com" in again.stderr
    assert box.funnel("tray list --json").json == []


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_a_server_says_whose_mailbox_it_is(box: Box, clock: Clock, header: str) -> None:
    box.funnel("config unset sender_email")
    box.put("a", letter(PETRA, "kate@gmail.com", "Hi", "1", key="a", **{header: "kate@gmail.com"}))
    box.put("b", letter("kate@gmail.com", "stranger@gmx.de", "Hello", "2", key="b"))
    assert [row["subject"] for row in box.read()] == ["Hi"]


def test_what_was_left_out_is_told(box: Box, clock: Clock) -> None:
    box.put("a", letter(ME, f"{PETRA}, eva@krause.example", "Plan", "Look!", key="a"))
    box.put("b", letter("neu@gmx.de", ME, "Anfrage", "Hallo!", key="b"))
    box.put("c", letter(PETRA, ME, "Old", "1", "2026-01-01 10:00", key="c"))
    told = box.funnel("mail", box.folder, "--known", "--since", "2026-11-01").stderr
    # Of one message to two there are two lines.
    assert "3 messages read, 1 taken; one line for each contact: 2;" in told
    assert "--again" in told
    assert "--again" in box.funnel("mail", box.folder).stderr
    rows = box.funnel("mail", box.folder, "--again", "--json")
    assert {row["subject"] for row in rows.json} == {"Anfrage", "Old"}
    assert "--again alone" not in rows.stderr
    assert "not come yet" in box.funnel("mail", box.folder, "--since", "2026-11-25", exit=2).stderr


def test_long_lists_and_others_mails_are_named_on_pages(box: Box, clock: Clock) -> None:
    for n in range(12):
        box.put(str(n), letter("eva@krause.example", ME, f"no {n}", f"<{n}>", key=str(n)))
    box.put("page", letter("eva@krause.example", ME, "page", "", "2026-11-23 11:00", "page"))
    (box.folder / "page.eml").write_bytes(
        (box.folder / "page.eml")
        .read_bytes()
        .replace(b"text/plain", b"text/html")
        .replace(b"\n\n", b"\n\n<p>New<blockquote>quoted <b>words</b></blockquote>", 1)
    )
    box.read()
    assert "and 3 more: funnel mail list contact:2" in box.funnel("contact show 2", tty=True)
    assert len(box.funnel("mail list contact:2 --json").json) == 13
    assert box.funnel("mail list page --json").json[0]["text"] == "New"
    # The brief of the organisation says which of its people wrote.
    assert "received, Eva Roth, page: New" in box.funnel("brief 2")
    assert "Eva Roth, page" not in box.funnel("brief 3")


def test_a_mail_of_the_tray_becomes_an_e_mail_when_it_is_filed(box: Box, clock: Clock) -> None:
    box.put("a", letter("neu@gmx.de", ME, "Anfrage", "Was kostet es?", key="a"))
    box.read()
    box.funnel("tray new 1 --name 'Nora Neu'")
    kept = box.funnel("mail list --json").json
    assert [(one["message_id"], one["direction"], one["text"]) for one in kept] == [
        ("a@mail.example", "in", "Was kostet es?")
    ]
    assert [row["turn"] for row in box.funnel("owed --json").json] == ["ours"]
    assert box.read("--again") == []
    assert box.funnel("mail list --json").json == kept
    assert "Was kostet es?" not in box.funnel("contact show nora --json").json["dated_notes"]
    # What answers it stands in its exchange.
    box.put("b", letter(ME, "neu@gmx.de", "Angebot", "100.", "2026-11-23 11:00", "b", "a"))
    box.read()
    assert {one["thread"] for one in box.funnel("mail list --json").json} == {"a@mail.example"}
    assert [row["turn"] for row in box.funnel("owed --json").json] == ["theirs"]


def test_a_system_without_a_keyring_is_told_so(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = pytest.importorskip("keyring", reason="the extra funnelcli[mail] is not installed")
    from keyring.backends import fail, null

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        monkeypatch.setattr("getpass.getpass", lambda _question: "secret")
        line = "mail imaps://me@firma.example@mail.example --set-password"
        told = funnel(line, tty=True, exit=None).stderr
        assert "This system has no keyring" in told
        assert "Unlock" not in told

        def ends(_question: str) -> str:
            raise EOFError

        keyring.set_keyring(null.Keyring())
        monkeypatch.setattr("getpass.getpass", ends)
        assert funnel(line, tty=True, exit=None).exit_code == 130
    finally:
        keyring.set_keyring(before)
