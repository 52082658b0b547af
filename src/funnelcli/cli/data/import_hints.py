"""Hints that name an option of one import, where several files are imported by one command that
does not have it: there the whole command is named."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from funnelcli.cli.invocation import Invocation
from funnelcli.errors import FunnelError
from funnelcli.patterns import regex

_OPTION = regex(
    r"--(?:map|map-stage|key|origin|process|currency|date-format|decimal|opened-default"
    r"|closed-default|delimiter|sheet|preset|vat)\b"
)


def in_full(command: Sequence[str], text: str) -> str:
    """A text with the words of the ``command``, without the program's name, before the first option
    that a line of it names; a line that has a command already stays as it is."""
    called = shlex.join(["funnel", *command])
    return "\n".join(
        line if "funnel import" in line else _OPTION.sub(lambda m: f"{called} {m[0]}", line, 1)
        for line in text.split("\n")
    )


Ids = tuple[str | None, str | None]
"""The key and the origin that a command for rejected rows has to name."""


def options_of(ids: Ids, words: Sequence[str]) -> list[str]:
    """The options that say so, but those that are among the ``words`` of the command already."""
    options = zip(("--key", "--origin"), ids, strict=True)
    there = {word.split("=", 1)[0] for word in words}
    return [
        word
        for option, value in options
        if value is not None and option not in there
        for word in (option, value)
    ]


def said(call: Invocation, text: str, rejects: str | None = None, ids: Ids = (None, None)) -> str:
    """What an import says, with its whole command where it is one of several; where it speaks of
    rows that were not taken, with that for the file of these, ``rejects``, and their ``ids``."""
    if not call.is_part:
        return text
    if rejects is None:
        return in_full(call.again, text)
    group, verb, _file, *more = call.args
    if more[:1] == ["--sheet"]:
        more = more[2:]
    return in_full((group, verb, rejects, *more, *options_of(ids, more)), text)


def explained(error: FunnelError, command: Sequence[str]) -> FunnelError:
    """An error of an import, its hint with the whole command."""
    error.hint = in_full(command, error.hint)
    return error
