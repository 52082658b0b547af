"""Closed and full streams, and interrupts: the exit code holds, and what is said is so."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Run, process_environment
from funnelcli.db import transaction

pytestmark = pytest.mark.skipif(os.name == "nt", reason="drives a shell of Unix")

# A command, and its exit code.
LINES = {
    "contact list": 0,
    "contact show 1": 0,
    "contact show 99": 4,
    "contact add Bert": 0,
    "nosuch": 2,
    "--version": 0,
}
CLOSED = ("<&-", ">&-", "2>&-", "<&- >&- 2>&-")
FULL = (">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full")
LOST = "Error: The output could not be written"


@pytest.mark.long
@pytest.mark.parametrize("line", LINES)
def test_closed_and_full_streams_keep_the_code(
    funnel: Run, environment: dict[str, str], tmp_path: Path, line: str
) -> None:
    funnel("contact add Eva")
    for streams in CLOSED + FULL:
        if "full" in streams and not os.path.exists("/dev/full"):
            continue
        command = f'"$0" -m funnelcli {line} <in >out 2>err {streams}'
        (tmp_path / "in").write_text("")
        done = subprocess.run(
            ["sh", "-c", command, sys.executable],
            env=process_environment(environment),
            cwd=tmp_path,
            capture_output=True,
        )
        told = (tmp_path / "err").read_text()
        assert "Traceback" not in told + done.stderr.decode(), (line, streams)
        assert "Exception ignored" not in told, (line, streams)
        lost = LINES[line] == 0 and streams.startswith((">/dev/full", ">&-", "<&- >&-"))
        assert done.returncode == (1 if lost else LINES[line]), (line, streams)
        if lost and "2>" not in streams:
            reason = "Bad file descriptor" if "&-" in streams else "No space left on device"
            assert f"{LOST}: {reason}." in told, line
            stored = "What was done until then is stored: `funnel history` lists it."
            assert (stored in told) == ("add" in line), told


@pytest.mark.sqlite("the commit of a file")
def test_an_interrupt_with_the_commit_says_what_is_stored(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is heard behind the commit, which has been carried out."""
    committed = sqlite3.Connection.execute

    class Interrupted(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            done = committed(self, sql, *values)  # type: ignore[arg-type]
            if sql == when:
                raise KeyboardInterrupt
            return done

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **how: connect(*args, **{**how, "factory": Interrupted})
    )
    when = "never"
    funnel("contact add Eva")
    for point, verb, stored in (
        ("COMMIT", "contact add Bert", True),
        ("BEGIN IMMEDIATE", "contact add Carl", False),
        ("COMMIT", "undo", True),
    ):
        when = point
        told = funnel(verb, exit=130).stderr
        rest = "What was done until then is stored: `funnel history` lists it."
        nothing = "Interrupted; nothing was changed.\n"
        assert told == (f"Interrupted. {rest}\n" if stored else nothing)
    when = "never"
    assert [row[1] for row in funnel("contact list").rows] == ["Eva"]


def test_what_was_stored_is_counted(funnel: Run) -> None:
    before = transaction.stored()
    funnel("contact add Eva")
    assert transaction.stored() == before + 1
    funnel("contact remove Eva --dry-run")
    funnel("contact list")
    assert transaction.stored() == before + 1


@pytest.mark.long
def test_interrupts_at_any_instant_tell_the_truth(environment: dict[str, str]) -> None:
    chance = random.Random(14)  # noqa: S311 - the same instants at every run
    env = process_environment(environment)
    command = [sys.executable, "-m", "funnelcli", "contact", "add"]
    subprocess.run([*command, "First"], env=env, check=True, capture_output=True)
    said = {}
    for number in range(60):
        process = subprocess.Popen(
            [*command, f"Name{number}"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            process.wait(chance.uniform(0.03, 0.35))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        said[f"Name{number}"] = out + err
    with closing(sqlite3.connect(environment["FUNNEL_DB"])) as conn:
        there = {name for (name,) in conn.execute("SELECT name FROM contact")}
    # Python itself, before it has come to the program, knows no better than to complain.
    heard = {name: text for name, text in said.items() if "Interrupted" in text}
    assert heard
    assert {name for name, text in heard.items() if "nothing was changed" in text} & there == set()
    assert {name for name, text in heard.items() if "is stored" in text} <= there
    late = [text for name, text in said.items() if name in there and "Traceback" in text]
    assert late == []
