"""What a command function says of itself, and how its name and its words are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from funnelcli.cli.tree import Verb, Verbs
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.printed import Printed
from funnelcli.typed import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from funnelcli.nouns.printed import Rows

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Stands for the minus of a negated filter word while a line is searched for options.
MINUS = "\x1f"
# What asks for help without a dash.
HELP = ("help", "hilfe")
"""The words that ask for help."""


def examples(*lines: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the examples that its help ends with."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__dict__["examples"] = lines
        return function

    return mark


def gives(
    printed: Printed | Rows | str,
    *more: str,
    data: Sequence[str] | None = None,
    option: str = "",
) -> Callable[[_Function], _Function]:
    """Say what a command prints as data: rows of a noun or a record, or with these columns; in
    JSON with ``more`` fields, or ``data`` instead.

    A page says so itself; one that only the function imports is named as "module:NAME" in
    funnelcli. ``option`` is one under which the command prints something else.
    """
    if not isinstance(printed, (Printed, str)):
        printed = Printed(printed, data, more)

    def mark(function: _Function) -> _Function:
        function.__dict__.setdefault("gives", {})[option] = printed
        return function

    return mark


def given(function: Callable[..., Any]) -> dict[str, Printed]:
    """What a command prints as data, by the option under which it does; "" is without any."""
    found: dict[str, Printed] = {}
    for option, printed in getattr(function, "gives", {}).items():
        if isinstance(printed, str):
            module, _colon, name = printed.partition(":")
            printed = getattr(import_module(f"funnelcli.{module}"), name)
        found[option] = printed
    return found


def minus(function: _Function) -> _Function:
    """Say that a command's words may begin with a minus, as filter words may; it takes them through
    :func:`filter_words`."""
    function.__dict__["minus"] = True
    return function


def filtered(noun: Noun[Any]) -> Callable[[_Function], _Function]:
    """Say by what a command's words filter."""

    def mark(function: _Function) -> _Function:
        function.__dict__["filtered"] = noun
        return function

    return mark


def filter_words(words: list[str] | None) -> list[str]:
    """The filter words of a command, with their minus back."""
    return ["-" + word[1:] if word.startswith(MINUS) else word for word in words or []]


def find(tree: Mapping[str, Verb | Verbs], word: str) -> tuple[str, Verb | Verbs] | None:
    """The command, with its name, that a word names, by that or by an alias."""
    for name, entry in tree.items():
        if word == name or (isinstance(entry, Verb) and word in entry.aliases):
            return name, entry
    return None


def with_verb(noun: Verbs, args: list[str]) -> list[str]:
    """The words behind the name of a group, with the verb put in that the name stands for, where
    none is named."""
    if noun.bare is None or args[:1] in (["--help"], ["-h"]):
        return args
    if not args or args[0][:1] == "-" or (noun.words and find(noun.verbs, args[0]) is None):
        return [noun.bare, *args]
    return args


def function_of(verb: Verb) -> Callable[..., Any]:
    """The function of a command, imported."""
    module, _colon, name = verb.target.partition(":")
    function: Callable[..., Any] = getattr(import_module(f"funnelcli.cli.{module}"), name)
    return function
