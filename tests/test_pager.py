"""What is longer than the screen goes through the person's pager, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import conftest
from conftest import Result, Run

Screened = Callable[..., tuple[str, Result]]


@pytest.fixture
def screened(funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Screened:
    """Run a command on a terminal of eight lines: what the pager wrote there, what the program."""
    seen = tmp_path / "terminal"
    for number in range(12):
        funnel("contact", "add", f"Person {number}")

    def run(*words: str, pager: str | None = None, **more: str) -> tuple[str, Result]:
        env = {"LINES": "8", **({} if pager is None else {"PAGER": pager}), **more}
        with seen.open("wb") as file, monkeypatch.context() as patch:
            patch.setattr(conftest.Stream, "fileno", lambda self: file.fileno())
            result = funnel(*words, tty=True, env=env)
        return seen.read_text(encoding="utf-8"), result

    return run


@pytest.mark.parametrize(
    "words",
    [
        ("contact", "list"),
        ("deal", "add", "--help"),
        ("--help",),
        ("report", "all"),
        ("config", "list"),
        ("process", "export", "cycle"),
        (),
    ],
)
def test_a_long_screen_goes_through_the_pager(screened: Screened, words: tuple[str, ...]) -> None:
    seen, direct = screened(*words, pager="sed -e s/^/\N{BULLET}/")
    plain, whole = screened(*words, "--no-pager") if words else screened(pager="")
    assert seen == "".join(f"\N{BULLET}{line}\n" for line in whole.splitlines())
    assert (direct, plain) == ("", "")


def test_colours_are_kept(screened: Screened) -> None:
    assert "\x1b[1m" in screened("contact", "list", pager="cat -u")[0]
    assert screened("contact", "list", pager="sh -c 'echo $LESS'")[0] == "FRX\n"
    assert screened("contact", "list", pager="sh -c 'echo $LESS'", LESS="-i")[0] == "-i -R\n"


@pytest.mark.parametrize("pager", ["no-such-pager", "no-such-pager | cat", "false", "kill -11 $$"])
def test_a_broken_pager_loses_nothing(screened: Screened, pager: str) -> None:
    whole = screened("contact", "list", "--no-pager")[1]
    seen, direct = screened("contact", "list", pager=pager)
    assert direct == whole
    assert seen == ""


def test_who_quits_has_read_enough(screened: Screened) -> None:
    for pager in ("head -n 1", "true", "sh -c 'kill $$'"):
        assert screened("report", "all", pager=pager)[1] == ""


@pytest.mark.parametrize("off", ["off", "no", "aus", "nein"])
def test_no_pager_by_setting(screened: Screened, off: str) -> None:
    assert len(screened("contact", "list", pager="cat -u", FUNNEL_PAGER=off)[1].lines) > 12
    screened("config", "set", "pager", off)
    assert len(screened("contact", "list", pager="cat -u")[1].lines) > 12
    screened("config", "set", "pager", "nl")
    seen, direct = screened("contact", "list", pager="cat -u")
    assert "\t" in seen
    assert direct == ""
    screened("config", "unset", "pager")


def test_what_fits_and_what_is_no_screen_goes_straight(
    screened: Screened, funnel: Run, tmp_path: Path
) -> None:
    assert len(screened("contact", "list", "Person 11", pager="false")[1].lines) == 3
    for words in (("--json",), ("--csv",), ("--no-input",), ("--no-pager",)):
        seen, direct = screened("contact", "list", *words, pager="cat -u")
        assert seen == ""
        assert len(direct.lines) > 12
    assert screened("contact", "list", pager="cat -u", TERM="dumb")[0] == ""
    assert len(funnel("contact", "list", env={"LINES": "3", "PAGER": "false"}).lines) == 12
    # A line that the terminal wraps takes more than one of its lines.
    screened("note", "add", "Person 7", "word " * 200)
    assert screened("note", "list", pager="cat -u")[1] == ""
