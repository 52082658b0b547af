"""The lists whose columns a setting chooses: ``config set columns.deal-list title,value``."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from funnelcli import config
from funnelcli.cli.commands import given
from funnelcli.cli.tree import Verb, every_command
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.render.choosing import spelled


def lists() -> Iterator[tuple[str, Verb]]:
    """The lists, by the names that settings have for them. A report has other columns with every
    option, so they are chosen with it."""
    for words, verb in every_command().items():
        if "l" in verb.shares and not words.startswith("report "):
            yield words.replace(" ", "-"), verb


def checked(setting: str, text: str) -> str:
    """What the setting of a list is to say: ``text`` with its columns by their keys.

    Raises Usage for a list or a column that is not there.
    """
    name = setting.removeprefix(config.COLUMNS)
    known = dict(lists())
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, 3)
        raise Usage(
            _("There is no list {name}.").format(name=name),
            _("Did you mean {name}?").format(name=" / ".join(near))
            if near
            else _("The lists are: {names}.").format(names=", ".join(known)),
        )
    module, _colon, function = known[name].target.partition(":")
    printed = given(getattr(import_module(f"funnelcli.cli.{module}"), function))
    return spelled(printed[""].columns(), text)
