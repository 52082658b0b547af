"""What every module is made of: named tuples and patterns that cost nothing where they load."""

from __future__ import annotations

import copy
import re
import typing
from typing import Any

import pytest

from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple


class Ours(NamedTuple):
    """Of the house."""

    name: str
    number: int = 3
    words: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        return 2 * self.number


class Theirs(typing.NamedTuple):
    """The library's."""

    name: str
    number: int = 3
    words: tuple[str, ...] = ()


class Bare(NamedTuple):
    """Without fields."""


@pytest.mark.parametrize(
    ("args", "values"),
    [
        (("a",), {}),
        (("a", 4), {}),
        (("a", 4, ("b",)), {}),
        ((), {"name": "a"}),
        (("a",), {"words": ("b",)}),
        ((), {"words": ("b",), "name": "a", "number": 1}),
        ((), {}),
        ((), {"number": 4}),
        (("a",), {"name": "b"}),
        (("a", 1, (), 2), {}),
        (("a",), {"colour": "red"}),
        (("a", 1, ()), {"colour": "red"}),
    ],
)
def test_a_named_tuple_is_that_of_the_library(args: Any, values: Any) -> None:
    try:
        theirs = Theirs(*args, **values)
    except TypeError:
        with pytest.raises(TypeError, match="Ours is made of name, number, words"):
            Ours(*args, **values)
        return
    ours = Ours(*args, **values)
    assert ours == theirs
    assert hash(ours) == hash(theirs)
    assert (ours.name, ours.number, ours.words, ours.twice) == (*theirs, 2 * theirs.number)
    assert ours._asdict() == theirs._asdict()
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert ours._replace(number=9) == theirs._replace(number=9)
    assert Ours._make(theirs) == ours
    assert Ours._fields == Theirs._fields == Ours.__match_args__
    for same in (copy.copy(ours), copy.deepcopy(ours)):
        assert same == ours
        assert type(same) is Ours
    with pytest.raises(AttributeError):
        ours.name = "b"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        ours.colour = "red"  # type: ignore[attr-defined]
    match ours:
        case Ours(name, number):
            assert (name, number) == (theirs.name, theirs.number)


def test_a_replaced_field_must_be_there() -> None:
    with pytest.raises(TypeError, match="is made of"):
        Ours("a")._replace(colour="red")
    assert Bare() == ()
    with pytest.raises(TypeError, match="is made of"):
        Bare(1)


def test_a_pattern_is_compiled_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    original = re.compile
    monkeypatch.setattr(
        "funnelcli.patterns.re.compile",
        lambda *made_of: compiled.append(made_of) or original(*made_of),
    )
    found = regex("(a+)(b)?", "ia")
    assert compiled == []
    assert found.sub("-", "xAAy") == "x-y"
    assert found.sub("-", "xAAy") == "x-y"
    assert len(compiled) == 1
    assert found.pattern == "(a+)(b)?"
    assert found.flags == re.IGNORECASE | re.ASCII
    assert [one[0] for one in found.finditer("aa b ab")] == ["aa", "ab"]
    with pytest.raises(re.error):
        regex("(").match("")
    with pytest.raises(AttributeError):
        _ = found.nothing  # type: ignore[attr-defined]
