"""Help in German: every page is German, and its examples can be typed as they stand."""

from __future__ import annotations

import gettext
import re
import shlex
from functools import cache
from pathlib import Path

import pytest

import funnelcli
from conftest import Clock, Run
from funnelcli.cli.building import build
from funnelcli.cli.tree import Verb, every_command
from funnelcli.nouns.placeholders import WORDS

GERMAN = {"NO_COLOR": "1", "FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
CATALOGUE = gettext.translation(
    "funnelcli", str(Path(funnelcli.__file__).parent / "locale"), ["de"]
)


@cache
def examples() -> list[tuple[str, Verb, str]]:
    """(command, verb, line) of every example."""
    found: dict[str, tuple[str, Verb, str]] = {}
    for name, verb in every_command().items():
        for line in build(name.rpartition(" ")[2], verb).example_lines:
            found.setdefault(line, (name, verb, line))
    return list(found.values())


def options(line: str) -> list[str]:
    """The options of a command line, without their values."""
    return [word.partition("=")[0] for word in shlex.split(line) if word[:2] == "--"]


def test_a_german_example_is_the_same_command() -> None:
    for _name, _verb, line in examples():
        german = CATALOGUE.gettext(line)
        assert german.split()[:2] == line.split()[:2] or line.startswith("id="), german
        if "--de " not in line:
            assert options(german) == options(line), german


@pytest.mark.long
def test_german_examples_of_lists_and_reports_can_be_typed(
    funnel: Run, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set("2026-11-24 09:00")
    monkeypatch.chdir(tmp_path)
    funnel("demo --into funnel.db")
    for name, verb, line in examples():
        german = CATALOGUE.gettext(line)
        if "r" not in verb.shares or "w" in verb.shares or german == line:
            continue
        if (
            name in ("inbox", "demo", "backup")
            or ">" in german.replace(":>", "")
            or " 12" in german
        ):
            continue
        answer = funnel(*shlex.split(german)[1:], env=GERMAN, exit=None)
        assert answer.exit_code in (0, 4), (german, answer.stderr)


def test_every_word_for_a_value_can_be_put_into_german() -> None:
    words = {
        word
        for _name, verb, _line in examples()
        for param in build("x", verb).params
        for word in re.findall("[A-Z]+(?:_[A-Z]+)*", param.word or "")
    }
    assert words - set(WORDS) == set()
