"""Options that a command function takes from data, and the signature by which Typer knows them.

A function that is marked with :func:`takes` receives what was given of the declared options as
one mapping, its parameter ``given``::

    @takes(FIELDS)
    def add(name: Name = None, at: At = None, *, given: Given) -> Changed: ...

Typer reads options from a function's signature; so :func:`visible` makes a function whose
signature has the declared options in the place of ``given``. It is made for the one command that
runs: marking costs nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import typer

from funnelcli.cli.coercion import checked

if TYPE_CHECKING:
    from funnelcli.nouns.noun import Noun

GIVEN = "given"
Given = Mapping[str, Any]
"""What was given of the declared options, by the names of their parameters: text, a list of
text, or a bool. An option that was left out is not in it."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Declared(Protocol):
    """What an option is made of."""

    @property
    def name(self) -> str:
        """The parameter, as in ``valid_until``."""

    @property
    def flags(self) -> Sequence[str]:
        """How it is written: ``--until``, ``-u``, ``--paid/--unpaid``."""

    @property
    def metavar(self) -> str | None:
        """What help calls its value; None for a flag."""

    @property
    def help(self) -> str:
        """What it is for, an English message id."""

    @property
    def many(self) -> bool:
        """Whether it may be repeated."""

    @property
    def flag(self) -> bool:
        """Whether it stands without a value."""


def takes(
    options: Iterable[Declared], own: tuple[Noun[Any], str] | None = None
) -> Callable[[_Command], _Command]:
    """Give a command function these options, with their values in its parameter ``given``; and with
    ``own``, a noun and a verb, those of the fields of one's own (:mod:`.own_values`)."""

    def mark(function: _Command) -> _Command:
        function.__dict__["takes"] = tuple(options)
        function.__dict__["own"] = own
        return function

    return mark


def called(function: Callable[..., Any], *args: Any, **values: Any) -> Any:
    """What a command function gives for these values, those of its declared options among them."""
    declared: tuple[Declared, ...] = function.__dict__.get("takes", ())
    if declared:
        names = {option.name for option in declared}
        values[GIVEN] = {name: values.pop(name) for name in names & values.keys()}
    return function(*args, **values)


def parameter(option: Declared, **more: Any) -> inspect.Parameter:
    """The parameter of a signature that Typer makes this option of; ``more`` goes to
    ``typer.Option``."""
    kind: Any = bool if option.flag else list[str] if option.many else str
    info = typer.Option(*option.flags, metavar=option.metavar, help=option.help, **more)
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, info],
    )


def visible(
    function: Callable[..., Any],
    unexposed: Sequence[inspect.Parameter] = (),
    more: Sequence[Declared] = (),
) -> Callable[..., Any]:
    """``function`` as Typer is to see it: with the options it was marked with and ``more``, and
    with ``unexposed`` ones, which it does not receive."""
    declared: tuple[Declared, ...] = (*function.__dict__.get("takes", ()), *more)
    parameters: list[inspect.Parameter] = []
    for own in inspect.signature(function, eval_str=True).parameters.values():
        if own.name == GIVEN:
            parameters += [parameter(option) for option in declared]
        else:
            annotation = checked(own.annotation)
            parameters.append(
                own.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=annotation)
            )

    def command(**values: Any) -> Any:
        for hidden in unexposed:
            del values[hidden.name]
        if declared:
            given = {option.name: values.pop(option.name) for option in declared}
            values[GIVEN] = {name: value for name, value in given.items() if value is not None}
        return function(**values)

    command.__dict__["__signature__"] = inspect.Signature([*parameters, *unexposed])
    return command
