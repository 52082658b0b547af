"""Every candidate that completion offers is taken by its command, and what a command takes is
offered.

All commands run on one sample database (:mod:`every_command`), made once: those that write on a
copy of it. ``tests/golden/json_names.txt`` pins the names that each command prints in JSON, those
inside of lists and objects too: a name that goes or changes breaks somebody's script. Where it is
meant, write the file anew with ``FUNNEL_RENEW=1 pytest -n 0 tests/test_candidates.py``.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import every_command
from conftest import Result, some
from every_command import PRINTING, Program, said, words
from funnelcli.cli.building import build
from funnelcli.cli.tree import TREE, Verbs
from funnelcli.errors import PARTLY_DONE, Ambiguous, NotFound, Refused, Usage
from funnelcli.nouns import NOUNS
from funnelcli.prompt import _options as known

GOLDEN = Path(__file__).parent / "golden" / "json_names.txt"
RENEW = "FUNNEL_RENEW" in os.environ
# A rule of the trade may forbid what was asked for; the words were understood all the same.
UNDERSTOOD = (0, PARTLY_DONE, Refused.exit_code)
MISUNDERSTOOD = (Usage.exit_code, NotFound.exit_code, Ambiguous.exit_code)
# Where a name comes first, the filter words are those of the lists.
FILTERING = [
    path for path, row in known.COMMANDS.items() if row[3] and row[5][:1] == ("FILTER...",)
]
# What is wrong with a line where a candidate was put into it, and not with the candidate.
ABOUT_ANOTHER_WORD = {
    "deal tick": "has no exit criterion board_agreed",
    "config set": "CHF",
    "deal people": "A list takes no options",
    # With an option the first word is a file.
    "file add": "There is no file 2",
    "file open": "has no program for it",
    "filter edit": "to filter by",
    "filter save": "to filter by",
    **dict.fromkeys(
        ("catalogue show", "catalogue edit", "catalogue merge", "catalogue remove"),
        "There is no entry",
    ),
}
# Words in one command, so that neither SQLite nor a person is drowned in them.
AT_ONCE = 60
A_COPY = "copies of the file"


# Fields -----------------------------------------------------------------------------------------


def of_a_file(cases: list[Any]) -> list[Any]:
    """The cases of a sweep, marked where a command makes or takes a copy of the database's file."""
    return [
        pytest.param(*case.values, marks=[*case.marks, pytest.mark.sqlite(A_COPY)])
        if case.values[0] in ("backup", "restore")
        else case
        for case in cases
    ]


def under(path: str) -> list[tuple[str, list[str]]]:
    """The lines on which a command prints different things, each with the option that makes it
    so ("" for none)."""
    found = []
    plain = words(every_command.lines(path)[0])
    for option in known.COMMANDS[path][4]:
        name, _equals, value = option.partition("=")
        more = [name] if name else []
        if name and path.startswith("report "):
            more[:0] = ["--period", "last-month"]
        if value:
            more.append(value)
        elif name == "--by":
            more.append("source")
        elif name == "--show":
            more.append("1")
        elif name == "--against":
            more.append("funnel.db")
        elif name == "--deals":
            more.append("all")
        line = plain + more
        if option == "--outcome":
            line = words(every_command.lines(path)[1])
        found.append((option, line))
    return found


def shape(thing: Any) -> str:
    """The names in what was printed, those inside of a list or an object in brackets behind it;
    [deal] stands for the names of a deal."""
    found: dict[str, list[Any]] = {}
    for item in thing if isinstance(thing, list) else [thing]:
        if isinstance(item, dict):
            for key, value in item.items():
                found.setdefault(key, []).extend(value if isinstance(value, list) else [value])
    inside = {key: shape(values) for key, values in found.items()}
    parts = [f"{key}({more})" if more else key for key, more in inside.items()]
    for noun in NOUNS:
        its = in_json(noun)
        if parts[: len(its)] == its:
            return " ".join([f"[{noun}]", *parts[len(its) :]])
    return " ".join(parts)


def in_json(noun: str) -> list[str]:
    """The names of a noun in JSON, where amounts have two."""
    return list(known.FIELDS.get(f"{noun} --json", known.FIELDS[noun]))


def promised(path: str) -> list[str]:
    """A command under every option with which it prints something else."""
    return [f"{path} {option}".strip() for option in known.COMMANDS[path][4]]


def everything() -> list[str]:
    """All that the golden file pins."""
    nouns = [f"[{noun}]" for noun in NOUNS]
    return nouns + [name for path in PRINTING for name in promised(path)]


def pinned() -> dict[str, str]:
    """What each command prints, by the golden file."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines() if GOLDEN.exists() else []
    return dict(line.split(": ", 1) for line in lines)


def renew(found: dict[str, str]) -> None:
    """Write these names anew, and leave out commands that there are no more."""
    names = pinned() | found
    lines = [f"{name}: {names[name]}\n" for name in everything() if name in names]
    GOLDEN.write_text("".join(lines), encoding="utf-8")


def fields(offered: list[str], option: str) -> list[str]:
    """The names that are offered behind ``option``."""
    assert all(value.startswith(option) for value in offered), offered
    return [value.removeprefix(option) for value in offered]


def named(result: Result) -> list[str]:
    """The fields that the program names where one is asked for that there is not."""
    assert result.exit_code == Usage.exit_code, said(result)
    found = re.search(r"The fields are: ([\w, ]+)\.", result.stderr)
    assert found is not None, said(result)
    return found[1].split(", ")


@pytest.mark.parametrize("path", of_a_file(some(PRINTING)))
def test_json_fields_and_names_are_those_of_the_command(program: Program, path: str) -> None:
    """See the head of this file for how to renew the names."""
    for option, line in under(path):
        name = f"{path} {option}".strip()
        offered = fields(program.offers(path, *line, "--json="), "--json=")
        result = program(path, *line, f"--json={','.join(offered)}")
        assert result.exit_code in (0, PARTLY_DONE), (name, said(result))
        printed = result.json[0] if isinstance(result.json, list) and result.json else result.json
        if printed:
            assert [*printed] == offered, name
        if not option:
            assert named(program(path, *line, "--json=qqqq")) == offered, name
        if RENEW:
            renew({name: shape(result.json)})
        assert shape(result.json) == pinned()[name], name


def test_the_names_of_nouns_are_the_pinned_ones_and_no_command_has_gone() -> None:
    nouns = {f"[{noun}]": " ".join(in_json(noun)) for noun in NOUNS}
    if RENEW:
        renew(nouns)
    assert nouns.items() <= pinned().items()
    assert [*pinned()] == everything()


@pytest.mark.parametrize(
    "path", of_a_file(some(path for path in PRINTING if "r" in known.COMMANDS[path][2]))
)
def test_csv_fields_are_those_of_the_command(program: Program, path: str) -> None:
    for option, line in under(path):
        offered = fields(program.offers(path, *line, "--csv="), "--csv=")
        if not offered:
            continue
        taken = named(program(path, *line, "--csv=qqqq"))
        if path.startswith("report ") and option:
            # What differs by several options at once is not offered.
            assert set(offered) <= set(taken), (path, option)
        else:
            assert offered == taken, (path, option)


@pytest.mark.parametrize(
    "line",
    [
        "today", "show", "route", "call", "guide 1", "deal qualify 1", "deal ask 1",
        "deal answers 1", "care list", "care scores", "care referrals", "care complaints",
        "rate list", "process show", "profile show", "exchange list", "doctor",
        pytest.param("backup copy.db", marks=pytest.mark.sqlite(A_COPY)),
        "report losses",
    ],
)  # fmt: skip
def test_what_once_offered_too_much_or_nothing(program: Program, line: str) -> None:
    """Completion of these offered a deal's fields, or none."""
    path = next(path for path in known.COMMANDS if f"{line} ".startswith(f"{path} "))
    rest = words(line)[len(path.split()) :]
    offered = fields(program.offers(path, *rest, "--json="), "--json=")
    result = program(path, *rest, f"--json={','.join(offered)}")
    assert result.exit_code == 0, said(result)
    printed = result.json[0] if isinstance(result.json, list) and result.json else result.json
    assert [*printed] == (offered if printed else [])


# Options ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", known.COMMANDS)
def test_every_option_is_known_to_the_command(program: Program, path: str) -> None:
    """The program reads the whole line before it shows the help that it ends with."""
    noun, _space, name = path.partition(" ")
    entry = TREE[noun]
    verb = entry.verbs[name] if isinstance(entry, Verbs) else entry
    valued = {
        option
        for param in build(name or noun, verb).params
        if not getattr(param, "is_flag", False)
        for option in param.opts
    }
    offered = program.offers(path, "-")
    given = []
    for option in offered:
        given += [option, "1"] if option in valued - {*known.OPTIONAL_VALUE} else [option]
    result = program(path, *given, "--help")
    assert result.exit_code == 0, said(result)
    shown = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", result))
    assert set(offered) <= shown


# Filters and sort keys --------------------------------------------------------------------------


@pytest.mark.parametrize("path", some(FILTERING))
def test_filters_and_sort_keys_are_taken(program: Program, path: str) -> None:
    offered = program.offers(path, "")
    given: list[str] = []
    for word in offered:
        if not word.endswith(":"):
            continue
        values = program.offers(path, word)
        # Where no value is offered the word is only begun; "any" is a value of every field.
        given += values or [f"{word}any"]
        given += [f"-{value}" for value in values[:2]]
        if word != "is:":
            assert not values or all(value.startswith(word) for value in values)
    assert given
    for start in range(0, len(given), AT_ONCE):
        result = program(path, *given[start : start + AT_ONCE])
        assert result.exit_code == 0, said(result)
    assert program(path, "nonsense:1").exit_code == Usage.exit_code
    if "--sort" in known.COMMANDS[path][6]:
        keys = program.offers(path, "--sort", "")
        assert keys == list(known.SORTS[known.COMMANDS[path][3]])
        turned = [key for key in keys if f"-{key}" in program.offers(path, "--sort", "-")]
        assert turned == keys
        result = program(path, "--sort", ",".join(f"-{key}" for key in keys))
        assert result.exit_code == 0, said(result)
        assert program(path, "--sort", "nonsense").exit_code == Usage.exit_code


# Values -----------------------------------------------------------------------------------------


def understands(program: Program, path: str, *lines: list[str]) -> None:
    """That the command understands one of these lines."""
    told = []
    for line in lines[::-1]:
        result = program(path, *line)
        if result.exit_code in UNDERSTOOD or ABOUT_ANOTHER_WORD.get(path, "\0") in result.stderr:
            return
        told.append(f"funnel {path} {shlex.join(line)}: {said(result)}")
    raise AssertionError("\n".join(told))


def all_at_once(program: Program, path: str, line: list[str], given: dict[str, str]) -> bool:
    """Whether the command does what it is told with all these options."""
    options = [word for option, value in given.items() for word in (option, value)]
    return program(path, *line, *options).exit_code == 0


def whole(value: str) -> str:
    """A value that goes on behind "=", with the same text for all rows there."""
    return f"{value}=2026-10-01" if value.endswith("=") else value


def valued(path: str) -> list[str]:
    """The options of a command whose values are offered."""
    return [
        name
        for name, (_short, kind, _help, _many) in known.COMMANDS[path][6].items()
        if kind not in ("", "FILE", "KEYS")
    ]


@pytest.mark.long
@pytest.mark.parametrize("path", [path for path in known.COMMANDS if valued(path)])
def test_values_of_options_are_taken(program: Program, path: str) -> None:
    lines = [words(line) for line in every_command.lines(path)]
    offered = {option: program.offers(path, *lines[0], option, "") for option in valued(path)}
    left = {option: values for option, values in offered.items() if values}
    while left:
        # One value of each option in one command; apart where they do not go together.
        given = {option: whole(values.pop(0)) for option, values in left.items()}
        if not all_at_once(program, path, lines[-1], given):
            for option, value in given.items():
                understands(program, path, *([*line, option, value] for line in lines))
        left = {option: values for option, values in left.items() if values}


# Arguments of which no value is offered: the shell offers files, and filters are tried apart.
# A statement is completed within, and not offered whole.
NO_VALUES = {"", "...", "FILE", "FILE...", "FILTER...", "SQL"}


@pytest.mark.long
@pytest.mark.parametrize(
    "path", [path for path, row in known.COMMANDS.items() if {*row[5]} - NO_VALUES]
)
def test_arguments_are_taken(program: Program, path: str) -> None:
    lines = [words(line) for line in every_command.lines(path)]
    for at, kind in enumerate(known.COMMANDS[path][5]):
        if kind in NO_VALUES:
            continue
        offered = {value for line in lines for value in program.offers(path, *line[:at], "")}
        assert offered, (path, kind)
        for value in sorted(offered):
            tried = ([*line[:at], value, *line[at + 1 :]] for line in lines)
            understands(program, path, *tried)
