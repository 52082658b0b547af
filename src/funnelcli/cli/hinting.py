"""What a line that a command refuses may have meant instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from funnelcli.cli.commands import find
from funnelcli.cli.tree import TREE, Verbs
from funnelcli.errors import NotFound, Usage


@contextmanager
def hinted(line: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Run the command of a line, which gives its words without the program's name. Where what it
    names is not there, or is nothing that it takes, the words may have been meant for another
    command, or the first of them for a verb that was left out."""
    try:
        yield
    except (NotFound, Usage) as error:
        words = line()
        if len(words) > 1:
            from funnelcli.cli.guessing import phrase

            error.hint = phrase(words) or _verbs_like(error, words) or error.hint
        raise


def _verbs_like(error: NotFound | Usage, words: Sequence[str]) -> str:
    found = find(TREE, words[0])
    if found is None or not isinstance(error, NotFound):
        return ""
    name, noun = found
    first, *rest = words[1:]
    if not isinstance(noun, Verbs) or not noun.words or first[:1] == "-" or find(noun.verbs, first):
        return ""
    from funnelcli.cli.guessing import verbs_like

    return verbs_like(name, first, rest)
