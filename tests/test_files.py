"""Files are written whole or not at all, wherever the program writes one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import Run
from funnelcli import files
from funnelcli.render.files import write_file


def names(folder: Path) -> list[str]:
    """What is in the folder, hidden files too."""
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "page.txt"
    target.write_text("before", encoding="utf-8")
    with files.replacing_text(str(target)) as out:
        out.write("Grüße\n")
        assert target.read_text(encoding="utf-8") == "before"
    assert target.read_bytes() == "Grüße\n".encode()
    assert names(tmp_path) == ["page.txt"]


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt(), OSError(28, "full")])
def test_what_fails_midway_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    target = tmp_path / "page.txt"
    target.write_text("before", encoding="utf-8")

    def half() -> None:
        with files.replacing_text(str(target)) as out:
            out.write("half")
            raise error

    with pytest.raises(type(error)):
        half()
    assert target.read_text(encoding="utf-8") == "before"
    assert names(tmp_path) == ["page.txt"]


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    target = str(tmp_path / "page.txt")
    with files.replacing_text(target) as one, files.replacing_text(target) as other:
        one.write("one")
        other.write("other")
    # The one that ends last has the name, and is whole.
    assert Path(target).read_text(encoding="utf-8") == "one"
    assert names(tmp_path) == ["page.txt"]


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    target = tmp_path / "table.bin"
    data = bytes(range(256)) + b"\r\n\n"
    assert write_file(str(target), lambda out: out.write(data), binary=True) == len(data)
    assert target.read_bytes() == data


posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of a POSIX system")


@posix
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    with files.replacing(str(tmp_path / "page.txt")) as beside:
        assert Path(beside).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "page.txt").stat().st_mode & 0o777 == 0o600


@posix
def test_a_link_stays_where_settings_are_saved(funnel: Run, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles"
    kept.mkdir()
    (tmp_path / "config").mkdir(exist_ok=True)
    link = tmp_path / "config" / "config.toml"
    link.symlink_to(kept / "funnel.toml")
    (kept / "funnel.toml").write_text('locale = "de_DE"\n', encoding="utf-8")
    funnel("config set process funnel")
    assert link.is_symlink()
    assert (kept / "funnel.toml").read_text(encoding="utf-8") == (
        'locale = "de_DE"\nprocess = "funnel"\n'
    )


@pytest.mark.sqlite("copies of the file")
@pytest.mark.parametrize("name", ["config.toml.part", "copy.db.part"])
def test_a_file_of_the_users_own_beside_it_is_left_alone(
    funnel: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / "config").mkdir(exist_ok=True)
    own = tmp_path / ("config" if name.startswith("config") else "") / name
    own.write_text("mine", encoding="utf-8")
    funnel("config set process funnel")
    funnel("backup", tmp_path / "copy.db")
    assert own.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "copy.db").exists()
