"""A line that is read without Typer is what Typer reads: every command, every option, every way to
write one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import every_command
from conftest import forget_settings, reset
from funnelcli.cli import building, invocation, plain
from funnelcli.cli.commands import function_of
from funnelcli.cli.declaring import parameters
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.params import spelled_out
from funnelcli.cli.root import root
from funnelcli.cli.tree import Verb
from funnelcli.errors import FunnelError
from funnelcli.prompt import _options as known

# With one of these nothing is carried out, or a record is asked for.
ODD = {"help"}
VALUES = {"N": "7", "PROGRESS": "none"}


class Carried(Exception):
    """A command that would have been carried out now, with these values."""


def recorder(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes what ``function`` takes, and tells it."""

    def record(**values: Any) -> None:
        raise Carried(function, values)

    record.__dict__.update(function.__dict__)
    record.__dict__["parameters"] = tuple(parameters(function))
    return record


@pytest.fixture
def read(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[list[str]], tuple[Any, Any]]]:
    """What becomes of a line without Typer (None where it is left to it), and with it."""
    forget_settings(monkeypatch)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    took: list[tuple[str, Any]] = []
    recorders: dict[Any, Any] = {}

    def recorded(verb: Verb) -> Callable[..., Any]:
        if verb.target not in recorders:
            recorders[verb.target] = recorder(function_of(verb))
        found: Callable[..., Any] = recorders[verb.target]
        return found

    monkeypatch.setattr(building, "function_of", recorded)
    monkeypatch.setattr(plain, "function_of", recorded)
    monkeypatch.setattr(Invocation, "take", lambda _call, *one: took.append(one))
    # Not the one that the tests share.
    own = building.build.__wrapped__  # type: ignore[attr-defined]
    for module in ("building", "root"):
        monkeypatch.setattr(f"funnelcli.cli.{module}.build", own)
    tree = root()
    made: dict[str, Any] = {}
    get = building.Group.get_command

    def once(group: Any, context: Any, name: str) -> Any:
        path = f"{context.command_path} {name}"
        if path not in made:
            made[path] = get(group, context, name)
        return made[path]

    monkeypatch.setattr(building.Group, "get_command", once)

    def became(args: list[str], run: Callable[[Invocation], Any]) -> Any:
        took.clear()
        call = invocation.start(args)
        try:
            run(call)
        except Carried as carried:
            function, values = carried.args
            return function, values, took[:], call.verb, call.list
        except FunnelError as error:
            return str(error)
        except Exception as error:
            return type(error)
        return None

    def both(args: list[str]) -> tuple[Any, Any]:
        line = plain.read(spelled_out(args))
        return (
            None if line is None else became(args, line.carry_out),
            became(args, lambda _call: tree.main(spelled_out(args), standalone_mode=False)),
        )

    yield both
    reset()


def options(path: str) -> Iterator[list[str]]:
    """Every way to write each option of a command, with a value where it takes one."""
    for name, (short, kind, _help, many) in known.COMMANDS[path][6].items():
        value = VALUES.get(kind, "2026-10-01")
        if not kind:
            yield [name]
            if short:
                yield [short]
            continue
        yield [f"{name}={value}"]
        if name in known.OPTIONAL_VALUE:
            yield [name]
            continue
        yield [name, value]
        yield [name, f"-{value}"]
        if short:
            yield [short, value]
            yield [f"{short}{value}"]
        if many:
            yield [name, value, name, "other"]


def lines(path: str) -> Iterator[list[str]]:
    """Lines of a command: its usual ones, and those with each option before and behind."""
    usual = [every_command.words(line) for line in every_command.lines(path)]
    yield from usual
    for words, option in itertools.product(usual, options(path)):
        yield [*words, *option]
    for option in options(path):
        yield [*option, *usual[0]]
    yield [*usual[0], "--", "-x", "stage:offer"]
    for word in ("more", "7", "stage:offer", "-stage:offer", "-x", "--nonsense", "-12", "help", ""):
        yield [*usual[0], word]
        yield [word]
    yield [word for option in options(path) for word in option]


@pytest.mark.parametrize("path", [path for path in known.COMMANDS if path not in ODD])
@pytest.mark.long
def test_both_readers_read_the_same(read: Any, path: str) -> None:
    usual = every_command.words(next(iter(every_command.lines(path))))
    for line in (
        *([*path.split(), *line] for line in lines(path)),
        *([*option, *path.split(), *usual] for option in options(path)),
    ):
        without, with_library = read(line)
        if without is not None:
            assert without == with_library, line


BEFORE = (
    *(["--json"], ["--csv=id"], ["--no-input"], ["--db", "x.db"], ["--db=x.db"], ["-o", "x.csv"]),
    *(["--no-color", "--no-pager"], ["--output", "x.md", "--db", "x.db"]),
)
# What is left to the library, or is wrong.
ODD_BEFORE = (
    *(["--mine"], ["--limit", "2"], ["--db"], ["--nonsense"], ["--"], ["-"], ["-x"], ["-h"]),
    *(["-ox.csv"], ["-qn"], ["--json="], ["--js"]),
    *(["--json", "--csv"], ["--db", "x.db", "--db", "y.db"], ["--yes"], ["--no-input=x"]),
)


@pytest.mark.parametrize(
    "line", ["", "today", "show", "deal list is:open", "deal list --db z.db", "contact add Eva"]
)
def test_options_before_the_command_are_read_as_the_library_reads_them(
    read: Any, line: str
) -> None:
    for before in (*BEFORE, *ODD_BEFORE):
        without, with_library = read([*before, *line.split()])
        if without is not None:
            assert without == with_library, before
        elif line in ("today", "show", "deal list is:open"):
            assert before in ODD_BEFORE, line


@pytest.mark.parametrize("path", [path for path in known.COMMANDS if path not in ODD])
def test_a_usual_line_is_read_without_the_library(read: Any, path: str) -> None:
    usual = [every_command.words(line) for line in every_command.lines(path)]
    for line in usual:
        without, with_library = read([*path.split(), *line])
        # What a usual line says alone may be that something is missing.
        expected = None if isinstance(with_library, str) else with_library
        assert without == expected, line
