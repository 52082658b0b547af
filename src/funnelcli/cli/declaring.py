"""How a command declares what it takes.

A parameter of a command function is annotated with an :class:`Option` or an :class:`Argument`::

    def show(deal: Annotated[str, Argument(metavar="DEAL", help=N_("Its id."))]) -> Page: ...

Both readers of a command line go by these declarations: :mod:`.plain`, which reads what is written
as the command has it, and Typer, for which :mod:`.signatures` puts them into its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import UnionType

from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

GIVEN = "given"
"""The parameter that receives the options which a command takes from data."""


class Option:
    """An option: how it is written (``--until``, ``-u``, ``--paid/--unpaid``), what help calls its
    value, None for a flag, what it is for, an English message id, and between what a number
    lies."""

    __slots__ = ("flags", "help", "max", "metavar", "min")

    def __init__(
        self,
        *flags: str,
        metavar: str | None = None,
        help: str = "",  # noqa: A002 - it is the word for it
        min: int | None = None,  # noqa: A002
        max: int | None = None,  # noqa: A002
    ) -> None:
        self.flags = flags
        self.metavar = metavar
        self.help = help
        self.min = min
        self.max = max


class Argument:
    """A word that stands by its place: what help calls it, and what it is, an English message
    id; with ``show_default`` help names what it is where it is left out."""

    __slots__ = ("help", "metavar", "show_default")

    def __init__(
        self,
        *,
        metavar: str,
        help: str = "",  # noqa: A002 - it is the word for it
        show_default: bool = True,
    ) -> None:
        self.metavar = metavar
        self.help = help
        self.show_default = show_default


class Parameter(NamedTuple):
    """A parameter of a command: ``kind`` is ``str``, ``int`` or ``bool``, ``many`` whether it may
    be given several times; ``default`` is what it is where it is left out, ... where it may not
    be."""

    name: str
    declared: Option | Argument
    kind: type
    many: bool
    default: Any


def parameters(function: Callable[..., Any]) -> Iterator[Parameter | str]:
    """The parameters of a command function in their order; :data:`GIVEN` stands for itself.

    They are read from the code and not by ``inspect``, which takes longer to load than the rest of
    the command line to be read.
    """
    marked = function.__dict__.get("parameters")
    if marked is not None:
        yield from marked
        return
    code = function.__code__
    positional = code.co_argcount
    names = code.co_varnames[: positional + code.co_kwonlyargcount]
    usual = function.__defaults__ or ()
    defaults = dict(zip(names[positional - len(usual) : positional], usual, strict=True))
    defaults |= function.__kwdefaults__ or {}
    for name in names:
        if name == GIVEN:
            yield name
            continue
        written = function.__annotations__[name]
        # The names in it are those of the module that the function stands in.
        annotation = eval(written, function.__globals__) if isinstance(written, str) else written  # noqa: S307
        yield _parameter(name, annotation, defaults.get(name, ...))


def taking(
    function: Callable[..., Any], given: Iterable[tuple[str, Any, Any]]
) -> Callable[..., Any]:
    """``function``, which takes any keywords, as a command with these parameters, each with its
    annotation and default."""
    function.__dict__["parameters"] = tuple(_parameter(*one) for one in given)
    return function


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    (declared,) = annotation.__metadata__
    kind: Any = annotation.__origin__
    if isinstance(kind, UnionType):
        kind = kind.__args__[0]
    many = getattr(kind, "__origin__", None) is list
    return Parameter(name, declared, kind.__args__[0] if many else kind, many, default)
