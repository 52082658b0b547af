"""Options that a command function takes from data.

A function that is marked with :func:`takes` receives what was given of the declared options as
one mapping, its parameter ``given``::

    @takes(FIELDS)
    def add(name: Name = None, at: At = None, *, given: Given) -> Changed: ...

They stand in the place of ``given`` (:mod:`.declaring`); marking costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from funnelcli.cli.declaring import GIVEN
from funnelcli.typed import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from funnelcli.nouns.noun import Noun

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
