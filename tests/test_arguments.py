"""No argument crashes a command, and what is refused is no reason to bring a copy back."""

from __future__ import annotations

import random
import sqlite3
import warnings
from pathlib import Path

import pytest

import every_command
from conftest import Run
from every_command import Program
from funnelcli.db.refusing import unusable
from funnelcli.errors import FunnelError, Refused, Usage
from funnelcli.prompt import _options as known
from funnelcli.values.whole import MOST_DIGITS, id_of, is_number, whole
from postgres import Server

GERMAN = {"FUNNEL_LANGUAGE": "de"}
# What no command is made for, in any place of any command.
ODD = {
    "bytes that are no text": "M\udcfcller",
    "a small two": "²",
    "a one in a circle": "①",
    "digits of another script": "٣٤",
    "a number of 25 digits": "9" * 25,
    "a number of 5000 digits": "9" * 5000,
    "a thousand words": " ".join(f"w{n}" for n in range(1000)),
    "a thousand choices": "tag:" + ",".join(f"t{n}" for n in range(1500)),
    "the largest number": str(2**63 - 1),
    "a number too large": str(2**63),
    "a long word": "x" * 50_000,
    "no number": "1e400",
    "brackets": "(" * 2000,
    "control characters": "a\x1b[31m\x01b\u202e",
    "braces": "{x}{0}%s",
    "a day that is none": "9999-12-31",
    "a span without end": "+999999999d",
    "a large amount": "9" * 30 + " EUR",
    "nothing": "",
}


@pytest.mark.parametrize("odd", ["²", "①", "٣", "9" * 25, "#" + "9" * 25, "9" * 5000])
def test_what_is_no_number_is_no_record(funnel: Run, odd: str) -> None:
    funnel("contact add Eva")
    funnel("deal add Roof --contact Eva")
    for command in ("contact show", "deal show", "deal edit", "win", "next", "log", "visit show"):
        told = funnel(*command.split(), odd, *(["x"] if command in ("next", "log") else []), exit=4)
        assert told.stderr.startswith("Error: No ")
    assert "is no id" in funnel("effort", "remove", "1", odd, exit=2).stderr
    assert "is no whole number" in funnel("deal", "list", "--limit", odd, exit=2).stderr
    assert "is no number of days" in funnel("config", "set", "offer_days", odd, exit=2).stderr


def test_the_largest_numbers_are_as_good_as_others(funnel: Run) -> None:
    funnel("deal add Roof")
    assert len(funnel("deal", "list", "--limit", 10**MOST_DIGITS - 1).rows) == 1
    for limit in (2**63 - 1, 2**63, 10**MOST_DIGITS):
        told = funnel("history", "--limit", limit, exit=2).stderr
        assert told.startswith(f"Error: --limit: “{limit}” is no whole number")


@pytest.mark.parametrize(
    "number", [250, pytest.param(1000, marks=pytest.mark.sqlite("what a file searches by"))]
)
def test_a_name_or_a_filter_of_a_thousand_words_is_read(funnel: Run, number: int) -> None:
    funnel("contact add Eva")
    name = [f"word{n}" for n in range(number)]
    funnel("contact", "add", " ".join(name))
    assert funnel("contact", "show", " ".join(reversed(name)), "--ids").strip() == "2"
    assert funnel("contact", "list", *name, "--ids") == "2\n"
    assert funnel("contact", "list", "-tag:" + ",".join(name), "--ids") == "1\n2\n"
    assert funnel("contact", "list", *[f"-{word}" for word in name], "--ids") == "1\n"
    assert funnel("contact", "show", " ".join(map(str, range(5000))), exit=4).stderr


@pytest.mark.postgres
def test_a_name_that_a_server_cannot_search_by_is_refused(
    funnel: Run, server: Server, tmp_path: Path
) -> None:
    there = server.database(tmp_path / "there")
    name = " ".join(f"word{n}" for n in range(1000))
    told = funnel("--db", there, "contact", "add", name, exit=2).stderr
    assert "longer than a server searches by" in told
    assert funnel("--db", there, "contact", "list", "--json").json == []


def test_what_cannot_be_empty_is_named(funnel: Run) -> None:
    funnel("contact add Eva")
    told = funnel("visit", "add", "Eva", "--said", "hello", "--type", "", exit=2)
    assert told.stderr == "Error: type cannot be empty.\nGive it a value.\n"
    german = funnel("visit", "add", "Eva", "--said", "hello", "--type", "", exit=2, env=GERMAN)
    assert german.stderr.startswith("Fehler: type darf nicht leer sein.\n")


def test_a_file_may_have_a_name_that_is_no_text(funnel: Run, tmp_path: object) -> None:
    name = f"{tmp_path}/f\udcfcr.csv"
    with open(name, "w", encoding="utf-8") as file:
        file.write("Title,Value\nRoof,12000\n")
    funnel("import", "deals", name)
    funnel("deal", "list", "-o", f"{tmp_path}/\udcff.csv")
    assert "f\\udcfcr.csv" in funnel("history --json").json[0]["command"]


def test_a_sentence_does_not_repeat_all_that_was_given(funnel: Run) -> None:
    told = funnel("deal", "show", "x" * 50_000, exit=4).stderr
    assert len(told) < 1200
    assert told.startswith("Error: No deal is called xxx")
    assert len(funnel("note", "show", "1", "x" * 50_000, exit=2).stderr) < 2500


def _refusal(sql: str, *values: object) -> FunnelError:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n > 0))")
    try:
        conn.execute(sql, values)
    except sqlite3.Error as error:
        return unusable("x.db", error)
    finally:
        conn.close()
    raise AssertionError(sql)


def test_a_slip_is_told_from_a_damaged_file() -> None:
    slips = [
        _refusal("SELECT 1 WHERE " + " AND ".join(["1"] * 2000)),
        _refusal("SELECT " + "(" * 2000 + "1" + ")" * 2000),
        _refusal("SELECT zeroblob(2000000000)"),
        _refusal("SELECT 1 LIMIT ?", "x"),
        _refusal("SELECT abs(-9223372036854775808)"),
        _refusal("SELECT ?" + ",?" * 40_000, *range(40_001)),
    ]
    assert {type(slip) for slip in slips} == {Usage}
    empty = _refusal("INSERT INTO kept (n) VALUES (NULL)")
    assert (type(empty), empty.message) == (Usage, "n cannot be empty.")
    broken = _refusal("INSERT INTO kept (n) VALUES (-1)")
    assert (type(broken), broken.message) == (
        Refused,
        "The database does not take that: CHECK constraint failed: n > 0.",
    )
    assert not any("restore" in error.hint for error in [*slips, broken])


@pytest.mark.sqlite("damage")
def test_only_a_damaged_file_is_a_case_for_a_copy(funnel: Run, db: str) -> None:
    funnel("deal add Roof")
    with open(db, "r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 65536)
    assert "funnel restore" in funnel("deal list", exit=1).stderr


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" -3 ", -3), ("+4", 4), ("007", 7), ("9" * 18, 10**18 - 1)]
    + [(text, None) for text in ("", "-", "+-1", "1_000", "²", "①", "٣", "9" * 19, "1e3", "0x1")],
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert whole(text) == number


def test_numbers_of_records() -> None:
    assert [id_of(text) for text in ("3", "#3", " 3 ", "+3", "-3", "#", "x")] == (
        [3, 3, 3, None, None, None, None]
    )
    assert [is_number(text) for text in ("#3", "9" * 25, "3a", "²", "#")] == (
        [True, True, False, False, False]
    )


def _lines(path: str) -> list[tuple[str, list[str]]]:
    """The line of a command with something odd in each of its places, by what that is."""
    row = known.COMMANDS[path]
    plain = every_command.words(every_command.lines(path)[0])
    found = []
    for what, odd in ODD.items():
        places = [at for at, word in enumerate(plain) if not word.startswith("-")]
        found += [(what, [*plain[:at], odd, *plain[at + 1 :]]) for at in places]
        if row[5]:
            found.append((what, [*plain, odd]))
        found += [(what, [*plain, f"{name}={odd}"]) for name, own in row[6].items() if own[1]]
        if not {"w", "b"} & set(row[2]):
            found += [(what, [*plain, f"{name}={odd}"]) for name in ("--json", "--csv")]
    return found


@pytest.mark.long
@pytest.mark.parametrize("path", [path for path in known.COMMANDS if path not in ("demo", "inbox")])
def test_nothing_odd_crashes_a_command(program: Program, path: str) -> None:
    chance = random.Random(path)  # noqa: S311 - the same lines at every run
    every = _lines(path)
    for what, words in chance.sample(every, min(8, len(every))):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            done = program(path, *words)
        assert "The database failed" not in done.stderr, f"{what}: {words!a}"[:2000]
