"""Commands of one's own: ``config set alias.hot 'deal list @hot'``, then ``funnel hot``.

What follows the name is put behind what it stands for, but for the words that ``$1`` to ``$9`` take
and those that ``$@`` takes in its place. No shell reads it, and no command is replaced by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from funnelcli import config
from funnelcli.cli.tree import TREE
from funnelcli.cli.typed_lines import of_shell
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.values.ownnames import check_name, is_name

# What is answered before the command line is read.
_RESERVED = ("version", "__complete")
_PLACES = regex(r"\$([1-9])(?!\d)")
_REST = "$@"


def texts() -> dict[str, str]:
    """What there is in the settings, by name."""
    names = [name.removeprefix(config.ALIAS) for name in config.in_tables(config.ALIAS)]
    return {name: _text(name) for name in names}


def _text(name: str) -> str:
    return str(config.get(config.ALIAS + name) or "")


def expanded(words: Sequence[str]) -> list[str]:
    """The words of a command line, from the command on, with what the first one stands for. Raises
    Usage for one that stands for itself, and where words are missing behind it."""
    line = list(words)
    seen: list[str] = []
    while line and line[0] not in TREE and is_name(line[0]) and (text := _text(line[0])):
        name, *rest = line
        _refuse_circle(seen, name)
        seen.append(name)
        line = _filled(name, _words(text), rest)
    return line


def _filled(name: str, words: Sequence[str], given: Sequence[str]) -> list[str]:
    """The words that an alias stands for with what was given put in."""
    most = max((int(n) for word in words for n in _PLACES.findall(word)), default=0)
    if most > len(given):
        raise Usage(
            _("Word {n} behind “{name}” is missing.").format(name=name, n=len(given) + 1),
            _("It stands for: {text}").format(text="funnel " + " ".join(words)),
        )
    rest = list(given[most:])
    line: list[str] = []
    for word in words:
        if word == _REST:
            line += rest
        else:
            line.append(_PLACES.sub(lambda found: given[int(found[1]) - 1], word))
    return line if _REST in words else [*line, *rest]


def checked(name: str, text: str, knows: Callable[[Sequence[str]], bool]) -> str:
    """What an alias is to stand for; ``knows`` says whether words begin with a command.

    Raises Usage for a name that is a command's or none, and for what begins with no command.
    """
    check_name(name, _("“{name}” cannot be an alias.").format(name=name))
    if name in TREE or name in _RESERVED:
        raise Usage(
            _("funnel {name} is a command already.").format(name=name),
            _("An alias needs a name of its own."),
        )
    words = _words(text)
    words = words[1:] if words[:1] == ["funnel"] else words
    known = {**texts(), name: text}
    seen, line = [name], list(words)
    while line and line[0] in known and line[0] not in TREE:
        _refuse_circle(seen, line[0])
        seen.append(line[0])
        line = [*_words(known[line[0]]), *line[1:]]
    if not line or not knows(line):
        raise Usage(
            _("“{text}” begins with no command.").format(text=" ".join(words)),
            _("Write it like: funnel config set alias.hot 'deal list @hot --sort value'"),
        )
    return text.strip().removeprefix("funnel ").strip()


def _words(text: str) -> list[str]:
    """The words that an alias stands for. Raises Usage for what only a shell could do."""
    return of_shell(text, _("An alias stands for one command; what pipes it belongs in the shell."))


def _refuse_circle(seen: Sequence[str], name: str) -> None:
    if name in seen:
        raise Usage(
            _("The alias {name} stands for itself: {circle}.").format(
                name=name, circle=" → ".join((*seen[seen.index(name) :], name))
            ),
            _("`funnel config set alias.{name} …` changes it.").format(name=name),
        )
