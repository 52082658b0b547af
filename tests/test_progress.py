"""How far long commands say they are, and what is left of those that are interrupted."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Dump, Run
from funnelcli.cli import progress as module
from funnelcli.cli.invocation import start
from funnelcli.render import Output

LINES = 1200
NAMES = ["progress", "unit", "done", "total", "seconds", "rate", "left", "state"]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of people."""
    path = tmp_path / "people.csv"
    path.write_text("name,email\n" + "".join(f"P {n},p{n}@x.example\n" for n in range(LINES)))
    return path


def told(stderr: str) -> list[dict[str, Any]]:
    """The lines about how far a command is."""
    return [json.loads(line) for line in stderr.splitlines() if line.startswith('{"progress"')]


@pytest.mark.sqlite("copies of the file")
def test_a_program_is_told_how_far_a_command_is(
    funnel: Run, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, an object a line, the last one says how it ended."""
    monkeypatch.setattr(module, "_EVERY", 0.02)
    lines = tmp_path / "lines.txt"
    lines.write_text("contact add Eva\ncontact add Otto\n")
    copy, out = tmp_path / "copy.db", tmp_path / "all.zip"
    funnel("contact add Nobody")
    funnel("backup", copy)
    for words, what, unit, total in (
        (("import", "contacts", people), "import", "rows", LINES),
        (("import", "files", people, "-y"), "import", "rows", LINES),
        (("undo",), "undo", "rows", 2 * LINES),
        (("redo",), "redo", "rows", 2 * LINES),
        (("db", "check"), "check", "rows", None),
        (("export", "all", out), "export", "rows", None),
        (("import", "all", out, "--db", tmp_path / "new.db"), "import", "pages", None),
        (("batch", lines), "batch", "lines", 2),
        (("restore", copy, "-y"), "restore", "pages", None),
    ):
        said = told(funnel(*words, "--progress", "json").stderr)
        last = said[-1]
        assert [*last] == NAMES, words
        assert (last["progress"], last["unit"], last["state"]) == (what, unit, "done"), words
        assert last["done"] == last["total"] == (total or last["total"]) != 0, (words, last)
        assert {one["state"] for one in said[:-1]} <= {"running"}
        if words[0] == "import" and people in words:
            # A large file is read once before anything of it is brought in.
            assert [one["done"] for one in said if one["progress"] == "read"][
                -1
            ] == LINES // 1000 * 1000


def test_nothing_is_shown_in_a_pipe_or_in_the_first_second(
    funnel: Run, people: Path, tmp_path: Path
) -> None:
    assert "/s" not in funnel("import", "contacts", people, tty=True).stderr
    assert told(funnel("export", "all", tmp_path / "a.zip").stderr) == []
    assert "cannot be soon" in funnel("undo --progress soon", exit=2).stderr


def test_the_bar_has_a_rate_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    call = start([])
    call.output = Output(stdout=Terminal(), stderr=Terminal(), locale="de_DE", color=False)
    shown = module.Progress(call, "import", 60_000, "rows")
    now[0] += 3
    shown(15_000)
    assert shown.stands() == {
        "progress": "import",
        "unit": "rows",
        "done": 15_000,
        "total": 60_000,
        "seconds": 3.0,
        "rate": 5000.0,
        "left": 9.0,
    }
    shown.draw()
    shown.hide()
    text = call.output.stderr.getvalue()  # type: ignore[attr-defined]
    assert "15.000 / 60.000" in text
    assert "5.000/s" in text
    assert "0:09 left" in text
    unknown = module.Progress(call, "undo", None, "rows").stands()
    assert (unknown["total"], unknown["rate"], unknown["left"]) == (None, None, None)


@pytest.mark.sqlite("copies of the file")
@pytest.mark.parametrize(
    "command", ["import contacts", "export all", "import all", "undo", "batch", "restore"]
)
def test_what_is_interrupted_changes_nothing_and_says_so(
    funnel: Run,
    people: Path,
    tmp_path: Path,
    state: Callable[[], Dump],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    lines, copy, out = tmp_path / "lines.txt", tmp_path / "copy.db", tmp_path / "all.zip"
    lines.write_text("contact add Eva\ncontact add Otto\n")
    funnel("import", "contacts", people)
    funnel("backup", copy)
    funnel("export", "all", out)
    funnel("contact add Late")
    if command == "undo":
        funnel("undo")
    files, before = sorted(tmp_path.iterdir()), state()
    given = {
        "import contacts": (people, "--map", "name=email"),
        "export all": (tmp_path / "other.zip",),
        "import all": (out, "--db", tmp_path / "new.db"),
        "batch": (lines,),
        "restore": (copy, "-y"),
    }.get(command, ())

    def interrupted(_self: Any, _more: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.Progress, "__call__", interrupted)
    ended = funnel(*command.split(), *given, "--progress", "json", exit=130)
    assert "Interrupted; nothing was changed." in ended.stderr
    assert told(ended.stderr)[-1]["state"] == "interrupted"
    assert state() == before
    # An import has made its copy of the database before.
    new = {tmp_path / "new.db", tmp_path / "funnel.db.backups"}
    assert set(tmp_path.iterdir()) - new == set(files) - new
    if command == "import all":
        assert funnel("--db", tmp_path / "new.db", "contact", "list", "--ids") == ""
