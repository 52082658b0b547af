"""Help on a command, or on a topic."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from funnelcli.cli import aliases
from funnelcli.cli.building import Group
from funnelcli.cli.commands import examples
from funnelcli.cli.declaring import Argument
from funnelcli.cli.guessing import command as meant
from funnelcli.cli.guessing import did_you_mean, like
from funnelcli.cli.help_text import HelpText
from funnelcli.cli.invocation import current
from funnelcli.cli.root import root
from funnelcli.cli.tree import TREE
from funnelcli.cli.typed_lines import of_shell
from funnelcli.db.server import may_be_there
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.pages.topic_tables import rows
from funnelcli.pages.topics import KEYS, Topic, topic, topics
from funnelcli.patterns import re
from funnelcli.prompt.guesses import beginnings
from funnelcli.render import Text
from funnelcli.text import fold
from funnelcli.typed import Annotated, Any


@examples("funnel help deal add", "funnel help filters", "funnel help dates")
def help_(
    about: Annotated[
        list[str] | None,
        Argument(metavar="[TOPIC]...", help=N_("A command, or a topic.")),
    ] = None,
) -> Text:
    """Help on a command or a topic."""
    asked = [word for word in about or [] if word != "funnel"]
    if not asked:
        return Text(_help_of([]) + "\n")
    path = _path(asked)
    if path is not None:
        return Text(_help_of(path) + "\n")
    found = topic(" ".join(asked))
    if found is not None:
        return Text(_told(found) + "\n")
    if asked[0] in aliases.texts():
        text = aliases.texts()[asked[0]]
        said = _("`funnel {name}` stands for: funnel {text}").format(name=asked[0], text=text)
        path = _path(of_shell(text), whole=False) or []
        return Text(f"{said}\n\n{_help_of(path)}\n")
    # By another word, or with what follows a command.
    try:
        line = meant(asked)
    except Usage as error:
        raise _unknown(asked, error.hint) from None
    # A noun alone lists; its help is that of all its verbs.
    line = line[:1] if len(asked) == 1 and line[1:2] == ["list"] else line
    return Text(_help_of(_path(line, whole=False) or []) + "\n")


def _path(words: Sequence[str], *, whole: bool = True) -> list[str] | None:
    """The names of the command that ``words`` are, or begin with where they need not be it as a
    whole; None for none."""
    entry: Any = None
    group: Any = root()
    path: list[str] = []
    for word in words:
        entry = group.get_command(None, word) if isinstance(group, Group) else None
        if entry is None:
            return path if path and not whole else None
        path.append(entry.name)
        group = entry
    return path


def _help_of(path: Sequence[str]) -> str:
    """The help of a command."""
    command: Any = root()
    context = command.make_context("funnel", [], resilient_parsing=True)
    for name in path:
        command = command.get_command(context, name)
        context = command.make_context(name, [], parent=context, resilient_parsing=True)
    return str(command.get_help(context))


def _unknown(words: Sequence[str], hint: str) -> Usage:
    """The error for what there is no help on, with the nearest commands and topics, or the ``hint``
    of a word that can mean several."""
    said = " ".join(words)
    pages = {name: each.key for each in topics() for name in (each.key, each.name, *each.also)}
    near = dict.fromkeys(pages.get(name, name) for name in like(said, pages, {}))
    commands = dict.fromkeys(like(words[0], TREE, beginnings()))
    names = [["help", *name.split()] for name in (*near, *commands) if "|" not in name]
    several = fold(words[0]) in beginnings()
    return Usage(
        _("There is no help on {name}.").format(name=said),
        (hint if several else did_you_mean(names[:3]))
        or _("Topics: {names}.").format(names=", ".join(KEYS)),
    )


def _told(page: Topic) -> str:
    """A topic's page, as wide as the screen."""
    text = HelpText()
    with _database() as conn:
        for part in re.split(r"\n{2,}", page.text):
            text.write_paragraph()
            _part(text, part.split("\n"), conn)
    return text.getvalue().rstrip("\n")


def _database() -> AbstractContextManager[sqlite3.Connection | None]:
    """The database, where there is one: help makes none."""
    call = current()
    return call.read() if may_be_there(call.path) else nullcontext()


def _part(text: HelpText, lines: Sequence[str], conn: sqlite3.Connection | None) -> None:
    """A paragraph, rows, commands, or what the program puts in for a name in braces."""
    table: list[tuple[str, str]] = []
    prose: list[str] = []
    for line in lines:
        if line.startswith("$ "):
            with text.indentation():
                text.write_command(line[2:])
        elif line.startswith("  "):
            name, _blanks, meaning = line.strip().partition("  ")
            table.append((name, meaning.strip()))
        elif line.startswith("{") and line.endswith("}"):
            _flush(text, prose)
            for title, found in rows(line[1:-1], conn):
                text.write_paragraph()
                if title:
                    text.write_text(f"{title}:")
                with text.indentation():
                    text.write_dl(found)
        else:
            prose.append(line)
    _flush(text, prose)
    if table:
        with text.indentation():
            text.write_dl(table)


def _flush(text: HelpText, prose: list[str]) -> None:
    if prose:
        text.write_text(" ".join(prose))
        prose.clear()
