"""How the day stands in one line: as a command, and for a prompt that cannot wait."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Clock, Run
from funnelcli.prompt import status

pytestmark = pytest.mark.sqlite("a prompt asks no server")

Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def prompt(funnel: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program, with the prompt's clock at the test's."""
    monkeypatch.setattr(status.time, "time", lambda: float(clock.instant))
    return funnel


def plan(funnel: Run) -> None:
    """Two steps for today, one that is late, one to come; a deal that nobody has looked after."""
    funnel("deal add Rotting --at 2026-03-01")
    funnel("deal", "add", "Roof")
    for what, due in (("a", "today"), ("b", "today"), ("c", "yesterday"), ("d", "tomorrow")):
        funnel("next", "Roof", what, "--due", due)


def long_late(funnel: Run) -> None:
    """A step that is late whenever the test runs: a process of its own has the real clock."""
    funnel("deal", "add", "Roof")
    funnel("next 1 call --due 2020-01-01")


def test_the_line_and_the_counts(prompt: Run) -> None:
    plan(prompt)
    assert prompt("status", tty=True).strip() == "2 due · 1 late · 1 rotten"
    assert prompt("status", "--short") == "2 due · 1 late · 1 rotten\n"
    assert prompt("status", "--json").json == {
        "date": "2026-11-24", "due": 2, "late": 1, "rotten": 1,
    }  # fmt: skip
    assert prompt("status").rows == [["2026-11-24", "2", "1", "1"]]
    german = {"FUNNEL_LANGUAGE": "de"}
    assert prompt("status", "--short", env=german) == "2 fällig · 1 überfällig · 1 verwaist\n"


def test_the_lane_says_what_the_command_says(prompt: Run, db: str) -> None:
    plan(prompt)
    assert prompt("status", "--short", "--db", db).strip() == prompt("status", "--short").strip()


def test_only_what_is_not_nothing(prompt: Run) -> None:
    prompt("deal", "add", "Roof")
    prompt("next 1 call --due today")
    assert prompt("status", "--short") == "1 due\n"
    prompt("deal snooze 1 --until +1w")
    assert prompt("status", "--short") == ""
    assert prompt("status", "--short", "--no-color") == ""
    assert prompt("status", tty=True).strip() == "Nothing is due."


def test_today_is_the_users_day(prompt: Run, clock: Clock) -> None:
    plan(prompt)
    clock.set("2026-11-25 00:30")
    assert prompt("status", "--short").startswith("1 due · 3 late")
    utc = {"FUNNEL_TIMEZONE": "UTC"}
    assert prompt("status", "--short", env=utc).startswith("2 due · 1 late")


def test_settings_of_the_file_hold(prompt: Run, environment: dict[str, str]) -> None:
    plan(prompt)
    prompt("config set language de")
    environment.pop("FUNNEL_LANGUAGE")
    assert prompt("status", "--short").startswith("2 fällig")


@pytest.mark.sqlite("a file that is not there")
def test_without_a_database_nothing_is_said_and_none_is_made(prompt: Run, db: str) -> None:
    result = prompt("status", "--short")
    assert (result, result.stderr) == ("", "")
    assert not os.path.exists(db)


@pytest.mark.sqlite("damage")
@pytest.mark.parametrize("state", ["empty", "text", "foreign", "older", "locked", "config"])
def test_trouble_is_silent_and_the_file_left_alone(
    state: str, prompt: Run, db: str, tmp_path: Path
) -> None:
    plan(prompt)
    path = Path(db)
    holder = None
    if state == "empty":
        path.write_bytes(b"")
    elif state == "text":
        path.write_text("not a database" * 500, encoding="utf-8")
    elif state == "foreign":
        path.unlink()
        with closing(sqlite3.connect(path)) as foreign:
            foreign.execute("CREATE TABLE deal (x)")
            foreign.execute("PRAGMA user_version = 4")
    elif state == "older":
        with closing(sqlite3.connect(path)) as conn:
            conn.execute("PRAGMA user_version = 1")
    elif state == "locked":
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
    else:
        shutil.rmtree(tmp_path / "config", ignore_errors=True)
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "config.toml").write_text("language = [", encoding="utf-8")
    before = path.read_bytes()
    result = prompt("status", "--short")
    assert result.stderr == ""
    assert result == ("2 due · 1 late · 1 rotten\n" if state == "config" else "")
    if holder is not None:
        holder.close()
    assert path.read_bytes() == before


def test_a_zone_that_is_none_is_silent(prompt: Run) -> None:
    plan(prompt)
    result = prompt("status", "--short", env={"FUNNEL_TIMEZONE": "Nowhere/Land"})
    assert (result, result.stderr) == ("", "")


def test_nothing_of_the_program_is_loaded(prompt: Run, environment: dict[str, str]) -> None:
    long_late(prompt)
    code = (
        "import sys; from funnelcli.__main__ import main; main(['status', '--short'])\n"
        "print(sorted(set('typer click rich babel sqlmodel pydantic dataclasses inspect"
        " funnelcli.cli funnelcli.config funnelcli.values.dates funnelcli.db'.split())"
        " & set(sys.modules)))"
    )
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**kept, "PYTHONUTF8": "1", **environment, "FUNNEL_LANGUAGE": "de"},
        timeout=60,
    )
    assert done.stderr == ""
    assert "fällig" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_terminal_without_the_sign_gets_the_rest(prompt: Run, run_process: Process) -> None:
    long_late(prompt)
    settings = {"PYTHONIOENCODING": "ascii", "FUNNEL_LANGUAGE": "de"}
    done = run_process("status", "--short", env=settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 ?berf?llig")
