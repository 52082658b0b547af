"""The signatures by which Typer knows a command: it reads options from a function's parameters.

They are made for the one command that is to be helped with, or that is not written as
:mod:`.plain` reads it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from funnelcli.cli.coercion import whole_number
from funnelcli.cli.declaring import GIVEN, Argument, Parameter, parameters
from funnelcli.cli.params import Shared, shared
from funnelcli.cli.taking import Declared
from funnelcli.i18n import _
from funnelcli.render.output_formats import known_endings


def visible(
    function: Callable[..., Any],
    unexposed: Sequence[inspect.Parameter] = (),
    more: Sequence[Declared] = (),
) -> Callable[..., Any]:
    """``function`` as Typer is to see it: with the options it was marked with and ``more`` in the
    place of ``given``, and with ``unexposed`` ones, which it does not receive."""
    declared: tuple[Declared, ...] = (*function.__dict__.get("takes", ()), *more)
    seen: list[inspect.Parameter] = []
    for own in parameters(function):
        if isinstance(own, Parameter):
            seen.append(_seen(own))
        else:
            seen += [_parameter(option) for option in declared]

    def command(**values: Any) -> Any:
        for hidden in unexposed:
            del values[hidden.name]
        if declared:
            given = {option.name: values.pop(option.name) for option in declared}
            values[GIVEN] = {name: value for name, value in given.items() if value is not None}
        return function(**values)

    command.__dict__["__signature__"] = inspect.Signature([*seen, *unexposed])
    return command


def with_shared(function: Callable[..., Any], letters: str) -> Callable[..., Any]:
    """``function``, which Typer hands what its annotations say, as Typer is to see it: with the
    shared options, which it does not receive."""
    own = inspect.signature(function, eval_str=True).parameters.values()
    unexposed = of_shared(letters)

    def command(**values: Any) -> Any:
        return function(**{one.name: values[one.name] for one in own})

    command.__dict__["__signature__"] = inspect.Signature([*own, *unexposed])
    return command


def of_shared(letters: str) -> list[inspect.Parameter]:
    """The parameters that Typer makes the shared options of; a call takes their values."""
    return [_parameter(_told(option, letters), expose_value=False) for option in shared(letters)]


def _seen(own: Parameter) -> inspect.Parameter:
    declared = own.declared
    check: Any = {"callback": whole_number} if own.kind is int else {}
    if isinstance(declared, Argument):
        info = typer.Argument(
            metavar=declared.metavar,
            help=declared.help,
            show_default=declared.show_default,
            **check,
        )
    else:
        info = typer.Option(
            *declared.flags,
            metavar=declared.metavar,
            help=declared.help,
            min=declared.min,
            max=declared.max,
            **check,
        )
    return _made(own.name, own.kind, info, many=own.many, default=own.default)


def _parameter(option: Declared, **more: Any) -> inspect.Parameter:
    """The parameter that Typer makes an option of which is taken from data; ``more`` goes to
    ``typer.Option``."""
    info = typer.Option(*option.flags, metavar=option.metavar, help=option.help, **more)
    kind = bool if option.flag else str
    return _made(option.name, kind, info, many=option.many and not option.flag, default=None)


def _made(name: str, kind: Any, info: Any, *, many: bool, default: Any) -> inspect.Parameter:
    if many:
        kind = list[kind]
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if default is ... else default,
        annotation=Annotated[kind | None if default is None else kind, info],
    )


def _told(option: Shared, letters: str) -> Shared:
    """The option with its whole help: which endings -o knows follows from the formats that the
    command has."""
    if option.name != "output":
        return option
    return option._replace(help=f"{_(option.help)} {known_endings(letters)}")
