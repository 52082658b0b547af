"""Options that stand before the command: which words at the beginning of a line they are, and where
they belong."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.cli import params
from funnelcli.cli.tree import TREE

OWN = "r"
"""The letters of the options that are the program's own before a command."""


def behind(words: list[str]) -> list[str]:
    """A line that begins with options, with those behind the command that are not the program's own
    before it: ``--help``, and what only some commands take."""
    before = leading(words)
    rest = words[len(before) :]
    if not rest or rest[0] == "--":
        return words
    if rest[0] not in TREE and rest[1:2] and rest[1] in TREE:
        # It is the value of an option that there is not.
        return words
    own = {flag for one in params.shared(OWN) for flag in one.flags}
    kept: list[str] = []
    moved: list[str] = []
    for word in before:
        goes = word[:1] == "-" and word.partition("=")[0] not in own
        (moved if goes else kept).append(word)
    return [*kept, *rest, *moved]


def leading(words: Sequence[str]) -> list[str]:
    """The options at the beginning of ``words``, with the values of those that every command
    shares."""
    valued = {flag for one in params.shared("rwb") if not one.flag for flag in one.flags}
    valued -= {*params.OPTIONAL_VALUE}
    end = 0
    while end < len(words) and words[end][:1] == "-" and words[end] != "--":
        end += 2 if words[end] in valued else 1
    return list(words[:end])
