"""What people guess: commands, options and values by other words than the program's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from conftest import DATA, Run
from every_command import Program
from funnelcli.cli import invocation
from funnelcli.cli.commands import Command, build
from funnelcli.cli.guessing import tree
from funnelcli.cli.tree import TREE, Verbs
from funnelcli.prompt import guesses
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read
from funnelcli.render import Text

TABLE = tomllib.loads((DATA / "guesses.toml").read_text(encoding="utf-8"))


@pytest.fixture
def leads(funnel: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """To what a line leads: the command, with all that it and the call are given."""
    seen: list[Any] = []

    def invoke(_command: Command, context: Any) -> Text:
        call = invocation.current()
        output = call.output
        shared = (output.format, output.path, output.quiet, call.yes, call.dry_run, call.db)
        seen.append((context.command_path, context.params, shared))
        return Text("")

    monkeypatch.setattr(Command, "invoke", invoke)

    def lead(line: str) -> Any:
        seen.clear()
        result = funnel(line, exit=None)
        return seen[0] if seen else result.stderr

    return lead


@pytest.mark.long
def test_a_guess_is_the_command_that_it_means(leads: Any) -> None:
    wrong = {
        typed: (found, meant)
        for typed, meant in TABLE["means"].items()
        if (found := leads(typed)) != leads(meant) or isinstance(found, str)
    }
    assert not wrong, "\n".join(f"{typed}: {found}" for typed, found in wrong.items())
    assert len(TABLE["means"]) + len(TABLE["asks"]) >= 150


def test_a_guess_that_can_mean_several_is_answered_with_them(funnel: Run) -> None:
    for typed, meant in TABLE["asks"].items():
        said = funnel(typed, exit=None)
        assert said.exit_code in (2, 4), typed
        offered = re.findall(r"`funnel ([^`]+)`", said.stderr.partition("Did you mean ")[2])
        assert offered[: len(meant)] == meant, (typed, said.stderr)
        assert said == ""


def test_guesses_in_german(funnel: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    error = funnel("deal close 1", exit=2, env=german).stderr
    assert error == (
        "Fehler: Es gibt keinen Befehl funnel deal close.\n"
        "Gemeint: `funnel deal win 1` / `funnel deal lose 1`?\n"
    )


def test_a_person_is_told_how_it_is_written_and_a_script_is_not(funnel: Run) -> None:
    asked = funnel("firma anlegen Acme --ort Bonn", tty=True)
    assert asked.stderr == "Read as: funnel contact add --is-organisation Acme --town Bonn\n"
    assert funnel("firma anlegen Beta --ort Bonn").stderr == ""
    assert funnel("contact add Gamma", tty=True).stderr == ""
    german = funnel("kontakte", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    assert german.stderr == "Gelesen als: funnel contact list\n"
    # The journal has the command's own name.
    assert funnel("undo").startswith("Undone: funnel contact add Gamma")


def test_an_option_that_can_mean_several_is_answered_with_them(funnel: Run) -> None:
    error = funnel("log eva met --date fri", exit=2).stderr
    assert error == "Error: There is no option --date.\nDid you mean --due / --at?\n"


def test_too_many_words_say_what_to_do(funnel: Run) -> None:
    error = funnel("contact add Eva Roth", exit=2).stderr
    assert error == (
        "Error: Too much was given: Roth.\nWhat belongs together stands in quotes: “Roth”.\n"
    )


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("kontakt ", "add"),
        ("kontakt neu --to", "--town"),
        ("person add --em", "--email"),
        ("deal view ", "Solar roof for hall 2"),
        ("deals stage:off", "stage:offer"),
        ("help deal a", "add"),
        ("help da", "dates"),
        ("kont", None),
        ("deal close ", None),
        ("nonsense ", None),
    ],
)
def test_completion_goes_on_behind_a_guess(
    program: Program, line: str, offered: str | None
) -> None:
    program.renew()
    read_ = read(line.split(" "))
    found = [] if read_ is None else [value for value, _text in candidates(read_)]
    assert offered in found if offered else not found


# The table ----------------------------------------------------------------------------------------


def flags_of(path: str) -> set[str]:
    """Every option of a command."""
    noun, _space, name = path.partition(" ")
    entry = TREE[noun]
    verb = entry.verbs[name] if isinstance(entry, Verbs) else entry
    return {
        flag
        for param in build(name or noun, verb).params
        for flag in (*param.opts, *param.secondary_opts)
    }


PATHS = [
    f"{noun} {verb}"
    for noun, entry in TREE.items()
    if isinstance(entry, Verbs)
    for verb in entry.verbs
] + [noun for noun, entry in TREE.items() if not isinstance(entry, Verbs)]


def test_every_guess_leads_to_what_there_is() -> None:
    known = tree()
    for table in (guesses.COMMANDS, guesses.PHRASES.values()):
        for target in table:
            for line in target.split(" | "):
                noun, *rest = line.split()
                assert noun in known, line
                if known[noun] and rest:
                    assert rest[0] in known[noun], line
    verbs = {verb for one in known.values() for verb in one}
    assert set(guesses.VERBS) <= verbs
    flags = {flag for path in PATHS for flag in flags_of(path)}
    assert set(guesses.OPTIONS) <= flags
    for path, names in guesses.SURPLUS.items():
        full = [one for one in PATHS if one == path or one.endswith(f" {path}")]
        assert full, path
        assert any(set(names.split()) <= flags_of(one) for one in full), path


def test_no_word_stands_for_two_commands_and_none_for_its_own() -> None:
    words = [word for known in guesses.COMMANDS.values() for word in known.split()]
    twice = {word for word in words if words.count(word) > 1}
    assert not twice
    assert not {word for word in words if word in TREE}
