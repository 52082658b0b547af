"""Commands that are carried out within another one: the lines of a batch.

The tree is walked once for each command and not once for each line, and all of them share one
connection and one entry of the journal; what a command does is what it does when it is typed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from funnelcli.cli import building
from funnelcli.cli.commands import find, with_verb
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.root import root
from funnelcli.cli.telling import in_own_words
from funnelcli.cli.tree import Verb, Verbs, writes
from funnelcli.db.transaction import part
from funnelcli.errors import FunnelError, Refused, Usage
from funnelcli.i18n import _
from funnelcli.render import Changed
from funnelcli.render.contents import changed_ids

# What stands for itself: it takes back what others did, sits with a person, or opens files and
# databases of its own.
ALONE = frozenset(
    (
        *("batch", "undo", "redo", "restore", "inbox", "call", "import", "export", "config", "mcp"),
        *("contact forget", "db", "phone"),
    )
)


@dataclass(slots=True)
class Done:
    """What became of a command: the ids that it changed, what it said, or why it was not done."""

    exit_code: int = 0
    ids: list[int] = field(default_factory=list)
    message: str = ""
    warnings: list[str] = field(default_factory=list)
    error: FunnelError | None = None


class Inside:
    """The commands that may be carried out within ``call``, each made when it is named first."""

    def __init__(self, call: Invocation) -> None:
        self.call = call
        self.tree = root()
        self.context = self.tree.make_context("funnel", [])
        self.groups: dict[str, Any] = {}
        self.made: dict[str, building.Command] = {}

    def run(self, conn: sqlite3.Connection, words: Sequence[str]) -> Done:
        """Carry a command out, whole or not at all, within :meth:`Invocation.together`. Raises
        what concerns the whole database and not this command."""
        with self.call.line(words) as line:
            line.yes = self.call.yes
            try:
                with in_own_words(line), _kept_in_mind(line), part(conn):
                    done = self._carried_out(line, list(words))
                    if line.dry_run:
                        raise _Tried(done)
            except _Tried as tried:
                return tried.done
            except FunnelError as error:
                if not conn.in_transaction or isinstance(error.__cause__, sqlite3.OperationalError):
                    raise
                return Done(error.exit_code, error=error, warnings=_said(line))
            return done

    def _carried_out(self, line: Invocation, words: list[str]) -> Done:
        from typer import Exit

        command, context, rest = self._named(line, words)
        try:
            made = command.make_context(command.name, rest, parent=context)
            if line.db is not None and line.db != self.call.db:
                raise Usage(
                    _("A batch has one database."), _("Name it behind `funnel batch`, with --db.")
                )
            if line.no_hooks:
                # So that whoever writes lines for somebody else cannot leave a guard out.
                raise Usage(
                    _("A batch leaves hooks out as a whole."),
                    _("Add --no-hooks behind `funnel batch`."),
                )
            with made:
                result = command.invoke(made)
            if line.verb.startswith("field "):
                # The commands that were made before know nothing of what it declares or hides.
                self.made.clear()
        except Exit:
            raise Refused(_("There is nobody here to read help."), _("Leave --help out.")) from None
        exit_code = 0
        if isinstance(result, tuple):
            result, exit_code = result
        if not isinstance(result, Changed):
            return Done(exit_code, warnings=_said(line))
        warnings = [*_said(line), *result.warnings]
        return Done(exit_code, changed_ids(result), "\n".join(result.lines), warnings)

    def _named(self, line: Invocation, words: list[str]) -> tuple[building.Command, Any, list[str]]:
        """The command that ``words`` name, the context it is called in, and its own words."""
        if words and words[0][:1] == "-":
            from funnelcli.cli.leading_options import behind

            words = behind(words)
        if not words or words[0][:1] == "-":
            raise Usage(_("No command is named."), _("Begin the line with one: contact add Hans."))
        if not self.tree.knows(words):
            from funnelcli.cli.aliases import expanded

            words = expanded(words)
        if not self.tree.knows(words):
            from funnelcli.cli.guessing import command as meant

            words = meant(words)
            line.guessed = True
        name, entry = find(self.tree.tree, words[0]) or ("", None)
        assert entry is not None
        rest, context = words[1:], self.context
        if isinstance(entry, Verbs):
            context = self._group(name, entry)
            rest = with_verb(entry, rest)
            verb, *rest = rest or [""]
            found = find(entry.verbs, verb)
            if found is None:
                raise Usage(_("What is to be done?"), _("Name a verb: `funnel help` lists them."))
            line.verb = f"{name} {found[0]}"
            entry = found[1]
        else:
            line.verb = name
        line.list = line.verb.replace(" ", "-")
        assert isinstance(entry, Verb)
        if ALONE & {name, line.verb} or not writes(entry):
            raise Refused(
                _("`funnel {command}` is no line of a batch.").format(command=line.verb),
                _("A batch takes commands that change records."),
            )
        command = self.made.get(line.verb)
        if command is None:
            command = self.made[line.verb] = building.build(line.verb.split()[-1], entry)
        return command, context, rest

    def _group(self, name: str, noun: Verbs) -> Any:
        """The context of the commands of a noun's group."""
        if name not in self.groups:
            group = building.group(name, noun)
            self.groups[name] = group.context_class(group, info_name=name, parent=self.context)
        return self.groups[name]


@contextmanager
def _kept_in_mind(line: Invocation) -> Iterator[None]:
    """Let hooks forget what is taken back."""
    watch = line.watch
    mark = watch.mark() if watch is not None else None
    try:
        yield
    except BaseException:
        if watch is not None:
            watch.back_to(mark)
        raise


class _Tried(Exception):
    """What a command with --dry-run would do, to be taken back."""

    def __init__(self, done: Done) -> None:
        self.done = done


def _said(line: Invocation) -> list[str]:
    """What a command told the person at the terminal."""
    text = line.output.stderr.getvalue()  # type: ignore[attr-defined]
    return text.splitlines() if text else []
