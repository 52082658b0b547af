"""A thousand notes by every way, with doubles, clashes and kills: none lost, none doubled."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from conftest import Clock, Run, process_environment
from funnelcli.actions import delivered, tray
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.formats import notes

NOTES = 1000
WAVES = 5
KNOWN = tuple(f"Customer No{letter} Smith" for letter in "abcdefghij")
SAID = ("met, wants solar", "nicht da", "too expensive, call fri", "zu teuer", "keine Zeit")


def who(number: int) -> str:
    """Whom a note is about: mostly somebody on file, now and then nobody, or one of two."""
    if number % 7 == 3:
        return f"Stranger {number}"
    return "Doe" if number % 11 == 5 else KNOWN[number % 10]


def said(number: int) -> str:
    """The same words again and again, but for the number."""
    return f"{SAID[number % 5]} #{number}#"


def as_mail(number: int) -> bytes:
    message = EmailMessage()
    message["From"] = message["To"] = "me@example.org"
    message["Subject"] = who(number)
    message["Message-ID"] = f"<{number}@example.org>"
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    message.set_content(said(number))
    return message.as_bytes()


def as_sent(number: int) -> dict[str, object]:
    return {
        "id": f"5b1d3f0e-0000-4000-8000-{number:012}",
        "made_at": "2026-11-23T17:00:00.000Z",
        "text": f"{who(number)}: {said(number)}",
    }


class Sender:
    """What leaves notes in the folder, and sends them from a phone and by mail."""

    def __init__(self, folder: Path, db: str, clock: Clock) -> None:
        self.folder, self.db, self.written = folder, db, clock.instant - 3600
        self.draw = random.Random(1)  # noqa: S311 - it draws notes

    def put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        assert not path.exists()
        path.write_bytes(data)
        os.utime(path, (self.written, self.written))

    def leave(self, wave: range) -> None:
        """Put a wave into the folder: texts, some under a name that others have had, mails, photos,
        and what a phone has left."""
        left = []
        for number in wave:
            if number % 4 == 0:
                clashes = number == wave[0]
                self.put("note.txt" if clashes else f"{number}.txt", self.text(number))
                if number % 20 == 4:
                    self.put(f"{number} 1.jpg", f"photo {number}".encode())
            elif number % 4 == 1:
                self.put(f"{number}.eml", as_mail(number))
            else:
                left.append(as_sent(number))
        half = len(left) // 2
        self.put(f"{wave[0]}.json", json.dumps({"funnel": "notes", "notes": left[:half]}).encode())
        self.send(left[half:])

    def text(self, number: int) -> bytes:
        return f"{who(number)}\n{said(number)}\n".encode()

    def send(self, sent: list[dict[str, object]]) -> None:
        """Deliver notes over the air, each twice, as a phone does that has heard no answer."""
        with closing(connect(self.db)) as conn:
            for one in (*sent, *sent):
                with command(conn, "phone"):
                    tray.receive(conn, delivered.incoming(conn, one))

    def again(self, wave: range) -> None:
        """Everything once more: files by their names, what was left as a file over the air, what
        was sent as a file, and mails as mails."""
        for path in sorted((self.folder / "done").iterdir()):
            if not re.search(r"\(\d+\)", path.name) and self.draw.random() < 0.2:
                self.put(path.name, path.read_bytes())
        sent = [as_sent(number) for number in wave if number % 4 > 1]
        self.send(sent[::3])
        self.put(f"again {wave[0]}.json", json.dumps(sent).encode())
        with closing(connect(self.db)) as conn:
            for number in wave:
                if number % 4 == 1 and number % 3 == 0:
                    note = notes.read("m.eml", as_mail(number))
                    one = tray.Incoming("mail", note, note.sent_at or 0, note.message_id)
                    with command(conn, "mail"):
                        assert tray.receive(conn, one).state == "before"


def numbers(db: str) -> Iterator[int]:
    """The number of every note on record, filed or waiting."""
    found = (("visit", "said"), ("note", "text"), ("tray_note", "text"))
    texts = " UNION ALL ".join(f"SELECT {column} FROM {table}" for table, column in found)
    with closing(sqlite3.connect(db)) as conn:
        for (text,) in conn.execute(texts):
            yield from map(int, re.findall(r"#(\d+)#", text or ""))


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_thousand_notes_none_lost_none_doubled(
    funnel: Run, tmp_path: Path, db: str, clock: Clock, environment: dict[str, str]
) -> None:
    for name in (*KNOWN, "Jane Doe", "John Doe"):
        funnel("contact", "add", name)
    folder = tmp_path / "notes"
    folder.mkdir()
    sender = Sender(folder, db, clock)
    size = NOTES // WAVES
    for start in range(0, NOTES, size):
        wave = range(start, start + size)
        sender.leave(wave)
        killed(folder, environment, start // size)
        assert set(states(funnel, folder)) <= {"filed", "waiting", "taken_before"}
        sender.again(wave)
        killed(folder, environment, 5)
        states(funnel, folder)
        counted = Counter(numbers(db))
        assert set(counted) == set(range(start + size))
        assert set(counted.values()) == {1}
    assert os.listdir(folder) == ["done"]
    photos = funnel("file list --json").json
    assert sorted(int(file["name"].split()[0]) for file in photos) == list(range(4, NOTES, 20))
    assert funnel("doctor").exit_code == 0
    waiting = funnel("tray list --json").json
    assert Counter(note["reason"] for note in waiting).keys() == {"unknown", "several"}
    # And out of the tray: nothing is lost on that way either.
    for note in waiting[:20]:
        funnel("tray", "file", note["id"], "noa", "-q")
    assert Counter(numbers(db)) == Counter(range(NOTES))


def states(funnel: Run, folder: Path) -> list[str]:
    return [row["state"] for row in funnel("inbox", folder, "--json").json]


def killed(folder: Path, environment: dict[str, str], moved: int) -> None:
    """Run the inbox, and kill it when it has moved some of the files, or before."""
    done = folder / "done"
    before = len(os.listdir(done)) if done.exists() else 0
    process = subprocess.Popen(
        [sys.executable, "-m", "funnelcli", "inbox", str(folder)],
        env=process_environment(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        if done.exists() and len(os.listdir(done)) - before >= moved * 10:
            process.send_signal(signal.SIGKILL)
            process.wait()


def await_files(folder: Path, names: set[str]) -> None:
    """Wait until the files lie in ``done``."""
    for _ in range(200):
        if (folder / "done").exists() and names <= set(os.listdir(folder / "done")):
            return
        time.sleep(0.1)
    raise AssertionError(os.listdir(folder))


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_folder_is_watched(funnel: Run, tmp_path: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("watchfiles", reason="watchfiles comes with the extra watch")
    funnel("contact add 'Eva Roth'")
    folder = tmp_path / "notes"
    folder.mkdir()
    real = {name: text for name, text in environment.items() if name != "FUNNEL_NOW"}
    process = subprocess.Popen(
        [sys.executable, "-m", "funnelcli", "inbox", str(folder), "--watch", "--jsonl"],
        env=process_environment(real),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    old = time.time() - 60
    for number, text in enumerate(("Eva Roth: met", "Nobody: met")):
        path = folder / f"{number}.txt"
        path.write_text(text)
        os.utime(path, (old, old))
        await_files(folder, {path.name})
    # One that is written just now is taken as soon as it has settled.
    (folder / "new.txt").write_text("Eva Roth: not there")
    await_files(folder, {"new.txt"})
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert [json.loads(line)["state"] for line in out.splitlines()] == [
        "filed",
        "waiting",
        "filed",
    ]
    assert f"Watching {folder}" in err
    assert len(funnel("visit list --json").json) == 2


def test_what_comes_as_the_watch_begins_is_taken(
    funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchfiles = pytest.importorskip("watchfiles", reason="watchfiles comes with the extra watch")
    funnel("contact add 'Eva Roth'")
    folder = tmp_path / "notes"
    folder.mkdir()
    note = folder / "note.txt"

    def watch(*_args: object, **_options: object) -> Iterator[set[object]]:
        # It lies there before anybody is told of changes, and after the first look.
        note.write_text("Eva Roth: met")
        os.utime(note, (time.time() - 60, time.time() - 60))
        yield set()
        raise KeyboardInterrupt

    monkeypatch.setattr(watchfiles, "watch", watch)
    watched = funnel("inbox", folder, "--watch", "--jsonl", env={"FUNNEL_NOW": ""})
    assert [json.loads(line)["state"] for line in watched.lines] == ["filed"], watched.stderr
    assert not note.exists()


def test_what_cannot_be_watched(funnel: Run, tmp_path: Path) -> None:
    assert "cannot be together" in funnel("inbox", tmp_path, "--watch", "-n", exit=2).stderr
    assert "--jsonl" in funnel("inbox", tmp_path, "--watch", "--json", exit=2).stderr
