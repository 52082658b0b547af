"""Encryption at rest: no plain word in any file, every command as before, nothing lost."""

from __future__ import annotations

import json
import os
import pty
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import process_environment

pytest.importorskip("sqlcipher3", reason="the extra for encryption is not installed")
pytest.importorskip("keyring", reason="the extra for encryption is not installed")
pytestmark = [pytest.mark.long, pytest.mark.sqlite("encryption of the file")]

NAME = "Berta Geheim"
# A keyring of the tests' own: a file beside the database.
BACKEND = """
import json, os
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 9
    def _read(self):
        try:
            with open(os.environ["RING"]) as file:
                return json.load(file)
        except FileNotFoundError:
            return {}
    def get_password(self, service, username):
        return self._read().get(f"{service} {username}")
    def set_password(self, service, username, password):
        ring = self._read()
        ring[f"{service} {username}"] = password
        with open(os.environ["RING"], "w") as file:
            json.dump(ring, file)
    def delete_password(self, service, username):
        pass
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def env(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    (tmp_path / "ring_of_tests.py").write_text(BACKEND)
    return {
        **process_environment(environment),
        "PYTHONPATH": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "ring_of_tests.Keyring",
        "RING": str(tmp_path / "ring.json"),
    }


@pytest.fixture
def run(env: dict[str, str]) -> Run:
    def command(words: str, *more: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "funnelcli", *words.split(), *more],
            env=env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    command("contact add", NAME, "--email", "berta@geheim.de")
    command("deal add Dach --contact Berta --value 5000 --next Anrufen --due today --no-input")
    return command


def plain(database: str) -> list[str]:
    """The files of the database and beside it that a word of it can be read in."""
    folder = Path(database).parent
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and (NAME.encode() in path.read_bytes() or b"CREATE TABLE" in path.read_bytes())
    ]


def test_in_no_file_can_a_word_be_read_and_all_commands_go_on(
    run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    database = env["FUNNEL_DB"]
    before = {
        words: run(words).stdout
        for words in ("contact list", "deal list", "find berta", "history", "today")
    }
    copy = json.loads(run("backup --json").stdout)["path"]
    assert plain(database)
    done = json.loads(run("db encrypt -y --json").stdout)
    assert done == {"path": database, "key": "keyring", "copies": 1, "left": []}
    assert plain(database) == []
    assert {words: run(words).stdout for words in before} == before
    assert NAME in run("__complete -- contact show Ber").stdout
    assert run("status --short").stdout
    run("doctor")
    # What is written afterwards, its copies and an import's are not plain either.
    run("contact add", "Cora Geheim")
    run("backup")
    (tmp_path / "new.csv").write_text("Name,E-mail\nDora Geheim,dora@geheim.de\n")
    run("import contacts", str(tmp_path / "new.csv"), "-y")
    (tmp_path / "new.csv").unlink()
    assert plain(database) == []
    run("undo")
    run("undo")
    assert run("contact list").stdout == before["contact list"]
    assert json.loads(run("db compact --json -y").stdout)[0]["after"] > 0
    # A copy comes back, the one from before the encryption too.
    run("contact add Emil")
    run("restore", copy, "-y")
    assert run("contact list").stdout == before["contact list"]
    assert plain(database) == []
    run("db decrypt -y")
    assert plain(database)
    assert run("deal list").stdout == before["deal list"]


def test_an_encrypted_file_moves_whatever_database_is_in_use(
    run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    database = env["FUNNEL_DB"]
    run("db encrypt -y")
    env["FUNNEL_DB"] = str(tmp_path / "plain.db")
    run("deal list")
    moved = tmp_path / "moved.db"
    run("db move", database, str(moved))
    assert moved.read_bytes()[:6] != b"SQLite"
    for other in (["--against", str(moved)], [f"--against={moved}"]):
        assert "false" not in run("db check --db", database, *other).stdout
        assert "false" in run("db check", *other, code=1).stdout
    assert NAME in run("contact list --db", str(moved)).stdout


def test_plain_copies_come_back_encrypted_and_encrypted_ones_plain(
    run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run("backup", str(elsewhere / "plain.db"))
    run("export all", str(elsewhere / "whole"))
    run("db encrypt -y")
    run("backup", str(elsewhere / "encrypted.db"))
    for way in (["restore", "plain.db"], ["import all", "whole"]):
        if way[0] == "restore":
            run("contact add Emil")
            run("restore", str(elsewhere / way[1]), "-y")
        assert "Emil" not in run("contact list").stdout
        assert not any(name for name in plain(env["FUNNEL_DB"]) if not name.startswith("elsewhere"))
    run("db decrypt -y")
    run("contact add Emil")
    run("restore", str(elsewhere / "encrypted.db"), "-y")
    assert "Emil" not in run("contact list").stdout
    assert Path(env["FUNNEL_DB"]).read_bytes()[:15] == b"SQLite format 3"
    # Where nothing is, an encrypted copy stays encrypted.
    env["FUNNEL_DB"] = str(tmp_path / "fresh.db")
    run("restore", str(elsewhere / "encrypted.db"), "-y")
    assert NAME in run("contact list").stdout
    assert Path(env["FUNNEL_DB"]).read_bytes()[:15] != b"SQLite format 3"


def test_a_key_file_is_made_named_in_the_settings_and_can_be_another(
    run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    key = tmp_path / "own.key"
    run("db encrypt -y --key-file", str(key))
    assert key.stat().st_mode & 0o777 == 0o600
    assert NAME in run("contact list").stdout
    assert str(key) in run("config").stdout
    run("backup")
    other = tmp_path / "other.key"
    other.write_text("a sentence that one can remember\n")
    run("db rekey -y --key-file", str(other))
    assert NAME in run("contact list").stdout
    other.rename(tmp_path / "away.key")
    told = run("contact list", code=1).stderr
    assert f"{other} is not there; {key} does not fit" in told
    assert "key_file" in told
    assert run("__complete -- contact show Ber").stdout == ""
    assert run("status --short").stdout == ""
    # The old key opens the file no longer, and no copy.
    run("config set key_file", str(key))
    run("contact list", code=1)
    for copy in Path(f"{env['FUNNEL_DB']}.backups").iterdir():
        run("restore", str(copy), "-y", code=1)
    run("config set key_file", str(tmp_path / "away.key"))
    assert NAME in run("contact list").stdout
    again = run("db rekey -y --key-file", str(tmp_path / "away.key"), code=2).stderr
    assert "has that key already" in again
    (tmp_path / "short.key").write_text("hello\n")
    run("db rekey -y --key-file", str(tmp_path / "short.key"), code=1)
    # A key file that did not come to be used locks nobody out, and two databases have two.
    run("db rekey -y --key-file", str(tmp_path / "third.key"))
    env["FUNNEL_DB"] = str(tmp_path / "second.db")
    run("contact add", "Second One")
    run("db encrypt -y --key-file", str(tmp_path / "second.key"))
    assert "Second One" in run("contact list").stdout
    env["FUNNEL_DB"] = str(tmp_path / "funnel.db")
    assert NAME in run("contact list").stdout
    # What an encryption that was cut off has left plain, another one encrypts.
    run("db decrypt -y")
    run("backup")
    copy = sorted(Path(f"{env['FUNNEL_DB']}.backups").iterdir())[-1]
    left = copy.read_bytes()
    run("db encrypt -y --key-file", str(tmp_path / "third.key"))
    copy.write_bytes(left)
    assert json.loads(run("db encrypt -y --json").stdout)["copies"] == 1
    assert copy.read_bytes()[:15] != b"SQLite format 3"
    assert "already" in run("db encrypt -y", code=3).stderr


def test_the_key_is_kept_elsewhere_too_and_opens_without_the_keyring(
    run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    saved = tmp_path / "saved.key"
    run("db encrypt -y --save-key", str(saved))
    Path(env["RING"]).unlink()
    run("contact list", code=1)
    run("config set key_file", str(saved))
    assert NAME in run("contact list").stdout


def on_terminal(env: dict[str, str], words: str, answers: list[str]) -> tuple[int, str]:
    """Run a command on a terminal, one answer for each question about a passphrase."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, "-m", "funnelcli", *words.split()], env)  # noqa: S606
    said, end, waiting = "", time.monotonic() + 30, list(answers)
    seen = 0
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                said += os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                break
        if waiting and said.endswith(": ") and len(said) > seen:
            seen = len(said)
            os.write(terminal, f"{waiting.pop(0)}\n".encode())
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.close(terminal)
    return code, said


def test_a_passphrase_is_asked_for_and_never_shown(run: Run, env: dict[str, str]) -> None:
    word = "Regen am Dach"
    code, said = on_terminal(
        env, "db encrypt --passphrase -y", ["short", word, "other", word, word]
    )
    assert (code, word in said) == (0, False), said
    code, said = on_terminal(env, "contact list", ["wrong one", word])
    assert (code, word in said) == (0, False), said
    assert NAME in said
    code, said = on_terminal(env, "contact list", ["wrong one", "wrong two", "wrong three"])
    assert code == 1
    assert "No key opens" in said
    # Where nobody can be asked, it says so and ends.
    assert "No key opens" in run("contact list", code=1).stderr


def test_what_cannot_be_done_is_said(run: Run, env: dict[str, str], tmp_path: Path) -> None:
    assert "is not encrypted" in run("db decrypt -y", code=3).stderr
    assert "is not encrypted" in run("db rekey -y", code=3).stderr
    assert "Confirm with --yes" in run("db encrypt", code=2).stderr
    run("db encrypt -y --passphrase --key-file x", code=2)
    assert "terminal" in run("db encrypt -y --passphrase", code=1).stderr
    before = Path(env["FUNNEL_DB"]).read_bytes()
    run("db encrypt --dry-run")
    assert Path(env["FUNNEL_DB"]).read_bytes() == before
    env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    assert "--key-file" in run("db encrypt -y", code=1).stderr
    assert NAME in run("contact list").stdout
    env["PYTHON_KEYRING_BACKEND"] = "ring_of_tests.Keyring"
    run("db encrypt -y")
    assert "already" in run("db encrypt -y", code=3).stderr
    # An installation without the extra.
    (tmp_path / "sqlcipher3.py").write_text("raise ImportError")
    for words in ("contact list", "contact add Emil", "backup", "db rekey -y", "doctor"):
        assert "funnelcli[encryption]" in run(words, code=1).stderr, words
    assert run("status --short").stdout == ""
    run("restore", "no such copy", "-y", code=1)


def in_turn(env: dict[str, str], key: Path) -> list[str]:
    """The command that makes the plain database an encrypted one, or the other way round."""
    if Path(env["FUNNEL_DB"]).read_bytes()[:15] != b"SQLite format 3":
        return [sys.executable, "-m", "funnelcli", "db", "decrypt", "-y"]
    return [sys.executable, "-m", "funnelcli", "db", "encrypt", "-y", "--key-file", str(key)]


def test_killed_at_any_instant_there_is_the_one_file_or_the_other(
    run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    env["FUNNEL_KEY_FILE"] = str(tmp_path / "own.key")
    chance = random.Random(19)  # noqa: S311 - the same instants at every run
    lasts = 1.0
    ended = set()
    for number in range(30):
        begun = time.monotonic()
        process = subprocess.Popen(
            in_turn(env, tmp_path / "own.key"), env=env, stdout=subprocess.DEVNULL
        )
        try:
            # The first ones come to their end, and say how long that takes. However busy the
            # machine becomes, or however idle, of the others some do and some do not.
            process.wait(lasts * chance.uniform(0.4, 1.2) if number > 1 else None)
            lasts = time.monotonic() - begun
        except subprocess.TimeoutExpired:
            process.kill()
        ended.add(process.wait())
        run("doctor")
        run("contact add", f"Number {number}")
    assert len(run("contact list --limit 100").stdout.splitlines()) == 31
    assert ended == {0, -signal.SIGKILL}


def test_who_writes_at_the_same_time_loses_nothing(
    run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    env["FUNNEL_KEY_FILE"] = str(tmp_path / "own.key")
    writers = {}
    for number in range(40):
        if number % 10 == 5:
            turning = subprocess.Popen(in_turn(env, tmp_path / "own.key"), env=env)
        name = f"Writer {number:02}"
        writers[name] = subprocess.Popen(
            [sys.executable, "-m", "funnelcli", "contact", "add", name],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(0.05)
        if number % 10 == 9:
            turning.wait()
    told = {name: process.communicate()[1] for name, process in writers.items()}
    there = run("contact list --limit 100").stdout
    stored = {name for name, process in writers.items() if process.returncode == 0}
    assert {name for name in writers if name in there} == stored
    assert len(stored) > 8
    refused = {told[name].split(". ")[0] for name in writers if name not in stored}
    assert all("replaced by another command" in text or "locked" in text for text in refused)
    run("doctor")
