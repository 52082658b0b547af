"""The program's own files: not written over, private, read where nothing may be written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run, process_environment

GERMAN = {"FUNNEL_LANGUAGE": "de"}


@pytest.mark.sqlite("files beside it")
def test_nothing_is_written_over_the_programs_own_files(
    funnel: Run, db: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    funnel("contact add Eva")
    funnel("config set currency CHF")
    copy = funnel("backup --json").json["path"]
    (tmp_path / "link.csv").symlink_to(db)
    os.link(db, tmp_path / "second.csv")
    settings = os.path.join(environment["FUNNEL_CONFIG_DIR"], "config.toml")
    own = [db, f"{db}-wal", f"{db}-shm", copy, os.path.dirname(copy) + "/new.csv", settings]
    own += [str(tmp_path / "link.csv"), str(tmp_path / "second.csv")]
    before = {path: Path(path).read_bytes() for path in own if os.path.exists(path)}
    for path in own:
        for command in ("contact list", "report win-rate", "contact show Eva"):
            told = funnel(*command.split(), "--csv", "-o", path, exit=2).stderr
            assert told.startswith(f"Error: {path} is the program's own file: ")
    assert {path: Path(path).read_bytes() for path in before} == before
    assert not os.path.exists(f"{db}-wal")
    assert "programmeigene Datei" in funnel("contact", "list", "-o", db, exit=2, env=GERMAN).stderr
    funnel("contact", "list", "-o", tmp_path / "other.csv")


@pytest.mark.parametrize("name", ["", "  ", ":memory:"])
def test_a_database_has_a_name(funnel: Run, name: str) -> None:
    for words in (["--db", name, "contact", "add", "Eva"], ["config", "set", "db", name]):
        told = funnel(*words, exit=2).stderr
        assert told.startswith(f"Error: “{name}” names no database file.\n")
    if name:
        assert "names no database" in funnel("contact list", env={"FUNNEL_DB": name}, exit=2).stderr


@pytest.mark.sqlite("its name")
def test_a_database_is_a_file(funnel: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", "/dev/null"):
        assert funnel("--db", place, "contact", "list", exit=1).stderr.startswith(
            f"Error: {place} is no file.\n"
        )
    # SQLite would take it for an address with options.
    odd = tmp_path / "file:x.db?mode=ro#%41"
    funnel("--db", odd, "contact", "add", "Eva")
    assert odd.exists()


@pytest.mark.sqlite("permissions")
def test_what_may_only_be_read_is_read_and_left_as_it_is(
    funnel: Run, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = str(tmp_path / "a?b#c%41.db")
    funnel("contact add Eva")
    os.rename(db, odd)
    before = sorted(os.listdir(tmp_path))
    can = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and can(path, mode))
    for command in ("contact list", "contact show Eva", "today", "report win-rate", "doctor"):
        funnel("--db", odd, *command.split())
    assert "Eva" in funnel("--db", odd, "contact", "list")
    told = funnel("--db", odd, "contact", "add", "Bert", exit=1).stderr
    assert told.startswith(f"Error: {odd} cannot be opened: attempt to write a readonly database.")
    assert sorted(os.listdir(tmp_path)) == before
    Path(f"{odd}-wal").write_bytes(b"x")
    told = funnel("--db", odd, "contact", "list", exit=1).stderr
    assert told.startswith(f"Error: {odd} may only be read, and its last changes lie in {odd}-wal")


@pytest.mark.sqlite("permissions")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_what_the_program_makes_is_its_owners(
    environment: dict[str, str], tmp_path: Path, umask: int
) -> None:
    places = {
        "FUNNEL_DB": "",
        "XDG_DATA_HOME": str(tmp_path / "a" / "data"),
        "FUNNEL_CONFIG_DIR": str(tmp_path / "b" / "config"),
    }
    script = f"""
import os, sys
os.umask({umask})
from funnelcli.__main__ import main
for line in ("contact add Eva", "config set currency CHF", "backup", "contact list -o out.csv",
             "import deals in.csv"):
    main(line.split())
"""
    (tmp_path / "in.csv").write_text("Title,Value\nRoof,12\nWall,x\n")
    given = {tmp_path / "in.csv"}
    env = {**process_environment(environment), **places}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    made = [path for path in tmp_path.rglob("*") if path not in given]
    assert len([path for path in made if path.is_file()]) >= 5
    modes = {str(path): stat.S_IMODE(path.stat().st_mode) for path in made}
    assert {mode for path, mode in modes.items() if os.path.isfile(path)} == {0o600}, modes
    assert {mode for path, mode in modes.items() if os.path.isdir(path)} == {0o700}, modes
