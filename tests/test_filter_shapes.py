"""Filters with ``or``, parentheses and saved filters: what they select, and what they are not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import test_filters
from funnelcli.errors import Usage
from funnelcli.filters import Fields, conditions, parse
from funnelcli.filters.expression import MOST_LEVELS
from test_filters import DEALS, FIELDS, _load, _select, connection

__all__ = ["connection"]

_plain_surroundings = test_filters._plain_surroundings


def _ids(found: Sequence[bool]) -> list[int]:
    return [number for number, fits in enumerate(found) if fits]


# What single words select, by the table of :mod:`test_filters`.
LEAVES = {
    "stage:offer": [0],
    "-stage:offer": [1, 2, 3],
    "visits:>=3": [0, 1],
    "is:open": [0, 1],
    "tag:vip": [0],
    "note:none": [2],
    "mueller": [0],
    "ovens": [1],
    "value:USD 500": [3],
    "due:2027": [3],
}
Tree = tuple[str, Any]


def _trees() -> st.SearchStrategy[Tree]:
    leaves = st.sampled_from(sorted(LEAVES)).map(lambda word: ("word", word))

    def nested(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        some = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            some.map(lambda parts: ("or", parts)),
            some.map(lambda parts: ("and", parts)),
            inner.map(lambda part: ("not", part)),
        )

    return st.recursive(leaves, nested, max_leaves=6)


def _fits(tree: Tree, number: int) -> bool:
    """Whether the deal of that number passes: the grammar's meaning, told in Python."""
    kind, of = tree
    if kind == "word":
        return number in LEAVES[of]
    if kind == "not":
        return not _fits(of, number)
    return (any if kind == "or" else all)(_fits(part, number) for part in of)


def _spelt(tree: Tree, spell: Callable[[int], int], *, inside: str = "") -> list[str]:
    """The pieces of a tree as one writes it, with no more parentheses than it needs, or with."""
    kind, of = tree
    if kind == "word":
        name, colon, value = of.partition(":")
        return [f'{name}:"{value}"' if " " in value else f"{name}{colon}{value}"]
    if kind == "not":
        return ["-(", *_spelt(of, spell), ")"]
    between = ["or", "oder", "OR"][spell(3)] if kind == "or" else ["", "and", "und"][spell(3)]
    pieces: list[str] = []
    for part in of:
        pieces += [between] if pieces and between else []
        pieces += _spelt(part, spell, inside=kind)
    needed = kind == "or" and inside in ("and",)
    return ["(", *pieces, ")"] if needed or (inside and spell(2)) else pieces


@settings(max_examples=300, deadline=None)
@given(_trees(), st.data())
def test_an_expression_selects_what_it_says(
    connection: sqlite3.Connection, tree: Tree, data: st.DataObject
) -> None:
    _load(connection, DEALS)
    pieces = _spelt(tree, lambda most: data.draw(st.integers(0, most - 1)))
    expected = _ids([_fits(tree, number) for number in range(len(DEALS))])
    in_one = " ".join(pieces).replace("( ", "(").replace(" )", ")")
    assert _select(connection, [f"({in_one})"]) == expected, in_one
    # A shell takes the quotation marks away from words of their own.
    words = [piece.replace('"', "") for piece in pieces]
    assert _select(connection, words) == expected, words
    assert _select(connection, [f"({in_one})", "is:open"]) == [n for n in expected if n in (0, 1)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["(stage:offer or stage:needs) visits:3"], [0]),
        (["(stage:offer", "or", "stage:needs)", "visits:3"], [0]),
        (["stage:offer or stage:needs visits:3"], [0]),
        (["stage:needs or stage:offer visits:0"], [2]),
        (["stage:needs", "or", "stage:offer", "visits:0"], [2]),
        # Quotation marks of the shell make a group.
        (["stage:needs or stage:offer", "visits:3"], [0]),
        (["-(stage:offer or is:open)"], [2, 3]),
        (["-(", "stage:offer", ")"], [1, 2, 3]),
        (['tag:"very important" visits:7'], [1]),
        (["due:..fri is:open"], [0, 1]),
        (["value:USD 500 or stage:offer"], [0, 3]),
        (["stage:offer mueller is:open"], [0]),
        (['"stage:offer"'], [3]),
        (['"or"'], []),
        ([":or"], []),
        (["bakery", "ovens"], [1]),
        (["muller dach"], [0]),
        (["stage:offer mueller"], [0]),
        (["stage:cold call"], [3]),
        (["-due:next year"], [0, 1, 2]),
        (["title:muller dach"], [0]),
        (["tag:very important"], [1]),
        (["müller", "und", "sicher"], [0]),
        (["ovens", "ODER", "werft"], [1, 2]),
        (["(((werft)))"], [2]),
        (["note:keine"], [2]),
        (["source:keiner"], [2, 3]),
        (["-origin:keine"], [0, 1, 2, 3]),
    ],
)
def test_a_shape_selects(
    connection: sqlite3.Connection, words: list[str], found: list[int]
) -> None:
    _load(connection, DEALS)
    assert _select(connection, words) == found


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["(stage:offer"], "not closed", "Write it like"),
        (["stage:offer)"], "was not opened", "Write it like"),
        ([")"], "was not opened", ""),
        (["("], "not closed", ""),
        (["()"], "Nothing stands", ""),
        (["stage:offer", "or"], "“or” has to stand between", "put a colon before it"),
        (["oder", "stage:offer"], "“oder” has to stand between", ""),
        (["stage:offer or or is:open"], "“or” has to stand between", ""),
        (["(or stage:offer)"], "“or”", ""),
        (["(stage:offer or)"], "“or”", ""),
        (["stage:offer", "and"], "“and”", ""),
        (["und", "stage:offer"], "“und”", ""),
        (["stage:offer and or is:open"], "“and”", ""),
        (["not", "stage:offer"], "“not” means nothing", "-stage:offer"),
        (["not (stage:offer or is:open)"], "“not” means nothing", "-(…)"),
        (["!is:open"], "“!” means nothing", "-is:open"),
        (["stage:offer", "!stage:offer"], "“!” means nothing", "-stage:offer"),
        (["(stage:offer or !is:open)"], "“!” means nothing", "-is:open"),
        (["stage:offer || is:open"], "“||” means nothing", "“or”"),
        (["stage:offer", "&&", "is:open"], "“&&” means nothing", "“and”"),
        (['note:"open'], "quotation mark is not closed", ""),
        (["stage:offer vlaue:>10k"], "“vlaue”", "Did you mean “value”?"),
        (["(stge:offer or is:open)"], "“stge”", "Did you mean “stage”?"),
        (["stage:offer or is:opne"], "is:opne", "Did you mean “open”?"),
        (["(" * 50 + "werft" + ")" * 50], "too deeply", ""),
        (["@hot"], "no saved filter @hot", "put a colon before it"),
    ],
)
def test_what_has_no_shape_is_explained(words: list[str], message: str, hint: str) -> None:
    with pytest.raises(Usage) as caught:
        parse(words, FIELDS, currency="EUR", locale="en")
    assert message in caught.value.message
    assert hint in caught.value.hint


_PIECES = st.sampled_from(
    [*"()@-\"':| ", "or", "and", "not", "-(", "stage:offer", "x", "due:", "@x"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_PIECES, max_size=6).map(" ".join) | _PIECES, max_size=4))
def test_any_pieces_parse_or_are_refused(connection: sqlite3.Connection, words: list[str]) -> None:
    try:
        condition, values = parse(words, FIELDS, currency="EUR", locale="en").sql()
    except Usage:
        return
    connection.execute(f"SELECT id FROM deal WHERE {condition}", values).fetchall()


def test_as_many_parentheses_as_are_taken_are_read_by_sqlite(
    connection: sqlite3.Connection,
) -> None:
    _load(connection, DEALS)
    levels = MOST_LEVELS - 1
    assert _select(connection, ["-(" * levels + "werft" + ")" * levels]) == [0, 1, 3]
    many = " or ".join(["werft"] * 3000)
    assert _select(connection, [many]) == [2]


def _with(saved: dict[str, str]) -> Fields:
    def text(name: str) -> tuple[str, str]:
        if name not in saved:
            raise Usage(f"No filter @{name}.", "")
        return name, saved[name]

    return Fields(FIELDS.fields, FIELDS.flags, FIELDS.search, saved=text)


def _found(
    connection: sqlite3.Connection, words: Sequence[str], saved: dict[str, str]
) -> list[int]:
    _load(connection, DEALS)
    condition, values = parse(words, _with(saved), currency="EUR", locale="en").sql()
    rows = connection.execute(f"SELECT id FROM deal WHERE {condition} ORDER BY id", values)
    return [number for (number,) in rows]


def test_saved_filters_stand_for_what_they_say(connection: sqlite3.Connection) -> None:
    saved = {"hot": "stage:offer or visits:7", "mine": "@hot tag:vip", "not-hot": "-@hot"}
    assert _found(connection, ["@hot"], saved) == [0, 1]
    assert _found(connection, ["-@hot"], saved) == [2, 3]
    assert _found(connection, ["@hot", "ovens"], saved) == [1]
    assert _found(connection, ["@mine or werft"], saved) == [0, 2]
    assert _found(connection, ["@not-hot", "is:open"], saved) == []
    assert _found(connection, ["(@hot or @not-hot)"], saved) == [0, 1, 2, 3]


def test_saved_filters_say_which_of_them_is_wrong(connection: sqlite3.Connection) -> None:
    saved = {"a": "@b", "b": "visits:3 @a", "c": "@d", "d": "stge:offer", "e": "@gone"}
    for word, message in {
        "@a": "@a uses itself: @a → @b → @a.",
        "@c": "@d: There is no field “stge”",
        "@e": "@e: No filter @gone",
    }.items():
        with pytest.raises(Usage) as caught:
            _found(connection, [word], saved)
        assert message in caught.value.message
    many = {f"x{n}": f"@x{n + 1} @x{n + 1}" for n in range(20)} | {"x20": "werft"}
    with pytest.raises(Usage, match="@x0 uses more saved filters"):
        _found(connection, ["@x0"], many)
    long = {f"x{n}": f"@x{n + 1}" for n in range(500)} | {"x500": "werft"}
    with pytest.raises(Usage, match="more saved filters"):
        _found(connection, ["@x0"], long)


def test_conditions_come_one_by_one() -> None:
    def number(words: list[str]) -> int:
        fields = _with({"hot": "stage:offer visits:7"})
        return len([*conditions(words, fields, currency="EUR", locale="en")])

    assert number(["@hot", "is:open"]) == 3
    assert number(["@hot or is:open"]) == 1


@pytest.fixture(scope="module")
def stages() -> Iterator[sqlite3.Connection]:
    """Two processes whose stages have the same keys in another order."""
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(
            """
            CREATE TABLE stage (process_id INTEGER, position INTEGER, key TEXT);
            INSERT INTO stage VALUES (1, 1, 'a'), (1, 2, 'b'), (1, 3, 'c');
            INSERT INTO stage VALUES (2, 1, 'c'), (2, 2, 'b');
            """
        )
        yield made


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("stage:b..", "1b 1c 2b"),
        ("stage:..b", "1a 1b 2c 2b"),
        ("stage:>b", "1c"),
        ("stage:>=a", "1a 1b 1c"),
        ("stage:<b", "1a 2c"),
        ("stage:<=c", "1a 1b 1c 2c"),
        ("stage:a..b", "1a 1b"),
        ("-stage:b..", "1a 2c"),
        ("stage:b..,a", "1a 1b 1c 2b"),
    ],
)
def test_stages_stand_in_a_row(stages: sqlite3.Connection, word: str, found: str) -> None:
    from funnelcli.filters import Field
    from funnelcli.nouns.rules import STAGE_PLACE

    choices = [("a", "A", "A"), ("b", "B", "B"), ("c", "C", "C"), ("c", "C", "C"), ("b", "B", "B")]
    field = Field("stage", "enum", "s.key", choices=lambda: choices, place=STAGE_PLACE)
    condition, values = parse([word], Fields([field], {}, ()), currency="EUR", locale="en").sql()
    rows = stages.execute(
        f"SELECT s.process_id || s.key FROM stage AS s WHERE {condition}"
        " ORDER BY s.process_id, s.position",
        values,
    )
    assert " ".join(name for (name,) in rows) == found


def test_stages_are_refused_where_they_are_no_range() -> None:
    from funnelcli.filters import Field
    from funnelcli.nouns.rules import STAGE_PLACE

    choices = [("a", "A", "A"), ("b", "B", "B")]
    field = Field("stage", "enum", "s.key", choices=lambda: choices, place=STAGE_PLACE)
    for word, message in {
        "stage:b..a": "ends before it begins",
        "stage:..": "no value for stage",
        "stage:x..": "no choice “x”",
        "stage:>": "no value for stage",
    }.items():
        with pytest.raises(Usage, match=message):
            parse([word], Fields([field], {}, ()), currency="EUR", locale="en")
