"""Options that a command takes from data."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import pytest
import typer
from typer.main import get_command

from funnelcli.cli.building import Command
from funnelcli.cli.declaring import Argument
from funnelcli.cli.params import At
from funnelcli.cli.signatures import visible
from funnelcli.cli.taking import Given, takes


class Declaration(NamedTuple):
    """Anything with these attributes declares an option."""

    name: str
    flags: tuple[str, ...]
    metavar: str | None = None
    help: str = ""
    many: bool = False
    flag: bool = False


OPTIONS = (
    Declaration("town", ("--town", "-t"), "TEXT", "Town."),
    Declaration("emails", ("--email",), "EMAIL", "An address.", many=True),
    Declaration("key_customer", ("--key",), help="A key customer.", flag=True),
    Declaration("paid", ("--paid/--unpaid",), help="Whether it is paid.", flag=True),
)
Name = Annotated[str | None, Argument(metavar="NAME", help="Its name.")]


@takes(OPTIONS)
def add(name: Name = None, *, given: Given, at: At = None) -> tuple[Any, ...]:
    """Add."""
    return name, at, dict(given)


def made() -> Command:
    """The command, made as the program makes its own."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command("add", cls=Command)(visible(add))
    command = get_command(app)
    assert isinstance(command, Command)
    return command


@pytest.mark.parametrize(
    ("typed", "received"),
    [
        ("", (None, None, {})),
        ("Eva --town Ulm --at today", ("Eva", "today", {"town": "Ulm"})),
        ("-t Ulm -t Bonn", (None, None, {"town": "Bonn"})),
        ("--email a --email b Eva", ("Eva", None, {"emails": ["a", "b"]})),
        ("--key", (None, None, {"key_customer": True})),
        ("--unpaid", (None, None, {"paid": False})),
    ],
)
def test_what_was_given_comes_as_one_mapping(typed: str, received: tuple[Any, ...]) -> None:
    assert made().main(typed.split(), standalone_mode=False) == received


def test_an_empty_value_was_given() -> None:
    assert made().main(["--town", ""], standalone_mode=False)[2] == {"town": ""}


def test_the_options_stand_in_the_place_of_what_receives_them() -> None:
    assert [param.name for param in made().params] == [
        "name",
        "town",
        "emails",
        "key_customer",
        "paid",
        "at",
    ]
    command = made()
    help_text = command.get_help(typer.Context(command))
    assert "-t, --town TEXT" in help_text or "--town, -t TEXT" in help_text
    assert "Town." in help_text


def test_the_function_stays_what_it_is() -> None:
    assert add("Eva", given={"town": "Ulm"}) == ("Eva", None, {"town": "Ulm"})
