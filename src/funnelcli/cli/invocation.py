"""One call of the program: its streams, its options, its database, its questions.

Everything that depends on where the program runs is asked here: whether a person sits there,
which file, which language. Command functions ask :func:`current`.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from io import StringIO

from funnelcli import config, files
from funnelcli.config.reading import database_file
from funnelcli.db.server import is_address
from funnelcli.errors import Ambiguous, NotFound, Refused, Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.naming import MOST_CANDIDATES
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.placeholders import placeholder
from funnelcli.plain import Plain, made
from funnelcli.render import FORMATS, Output, folded, message
from funnelcli.typed import TYPE_CHECKING, Any, TypeVar
from funnelcli.values import dates
from funnelcli.values.dates import Due
from funnelcli.values.days import NEAREST
from funnelcli.values.nothing import is_nothing

if TYPE_CHECKING:
    from typing import Protocol

    from funnelcli.db.waiting import Writer

    class Watching(Protocol):
        """What runs the hooks of a change."""

        def look(self, call: Invocation) -> None:
            """Those that come before the commit."""

        def tell(self) -> None:
            """Those that come after it."""

        def mark(self) -> Any:
            """How far it is."""

        def back_to(self, mark: Any) -> None:
            """Forget what was done since, which was taken back."""


# Rows of a list on a terminal, unless --limit says otherwise. A pipe or a file gets them all:
# a script must never lose rows without being told.
SCREEN_ROWS = 100
# Stands for the name of a record that was left out, and that a person at a terminal is asked for.
ASKED = "\x1f?"


T = TypeVar("T")


class Invocation(Plain):
    """The options that every command shares, and what follows from them."""

    args: list[str]
    output: Output = made(factory=Output)
    db: str | None = None
    no_input: bool = False
    yes: bool = False
    dry_run: bool = False
    progress: str = ""
    """How it is to be shown how far a long command is, as --progress says."""
    columns: str | None = None
    """The columns that --columns names."""
    verb: str = ""
    list: str = ""
    """The command's name in settings: "deal-list" for ``deal ls``."""
    guessed: bool = False
    """Whether its words were taken for a command that they do not name."""
    entered: bool = False
    """Whether this call left an entry of the journal, which ``funnel undo`` takes back."""
    stored: bool = False
    """Whether this call has changed anything for good, whatever becomes of the rest of it."""
    left: str = ""
    """What is to be said of what lies half done, should the person interrupt it now."""
    one_act: bool = False
    """Whether all changes of this call are one entry of the journal, though each is kept as soon as
    it is made."""
    entry: int | None = None
    """The entry of the journal that the last change of this call stands in."""
    beside: str = ""
    """The path beside which rejected rows go, where the file that is read is a copy."""
    again: Sequence[str] = ()
    """The command that imports the file, one of several, when this one was taken back."""
    part: str = ""
    """The name of the file that is imported now, where it is one of several."""
    makes: str = ""
    """The key of a process that this call makes; after a dry run there is none."""
    declined: bool = False
    """Whether the person at the terminal said no to a question."""
    filtered: bool = False
    """Whether the records that it changes were found by a filter."""
    inside: bool = False
    """Whether it is one line of a batch: what it changes is a part of that one's entry."""
    about: set[int] = made(factory=set)
    """The contacts whose data the result holds, where its rows do not say so."""
    mine: bool = False
    """Whether only what belongs to the user is wanted who asks."""
    no_hooks: bool = False
    """Whether the user's own programs stay out of it."""
    watch: Watching | None = None
    """What runs them, while a change is under way for which there may be some."""
    _held: ExitStack = made(factory=ExitStack)
    _named: tuple[tuple[Noun[Any], int], ...] = ()
    _together: tuple[sqlite3.Connection, int] | None = None
    _root: Any = None

    @property
    def root(self) -> Any:
        """The library's root of the command tree, which knows whether a line would be taken; most
        lines are carried out without it."""
        if self._root is None:
            self._root = _make_root()
        return self._root

    @root.setter
    def root(self, root: Any) -> None:
        self._root = root

    def take(self, name: str, value: str | bool) -> None:
        """Take the value of a shared option."""
        if name in FORMATS:
            self._take_format(name, value)
        elif name == "output":
            self.output.path = str(value)
        elif name in ("neutralise", "excel", "quiet"):
            setattr(self.output, name, True)
        elif name == "no_color":
            self.output.color = False
        elif name == "no_pager":
            self.output.pager = False
        elif name == "db":
            self.db = database_file(str(value))
        elif name == "progress":
            self._take_progress(str(value))
        elif name == "columns":
            self.columns = str(value)
        else:
            setattr(self, name, bool(value))
            if name == "no_input":
                self.output.pager = False

    def _take_format(self, name: str, value: str | bool) -> None:
        if self.output.format not in (None, name):
            raise Usage(
                _("--{one} and --{other} cannot both be.").format(
                    one=self.output.format, other=name
                ),
                _("Choose one format."),
            )
        self.output.format = name
        if isinstance(value, str):
            self.output.fields = [key.strip() for key in value.split(",") if key.strip()]

    def _take_progress(self, value: str) -> None:
        from funnelcli.nouns.types import PROGRESS
        from funnelcli.nouns.words import choose

        self.progress = choose(PROGRESS.choices or {}, value, "--progress")

    @property
    def json(self) -> bool:
        """Whether errors are to be printed as JSON too."""
        return self.output.format in ("json", "jsonl")

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return (
            not self.no_input
            and bool(config.get("input"))
            and sys.stdin.isatty()
            and self.output.stderr.isatty()
        )

    @property
    def on_screen(self) -> bool:
        """Whether a person reads the result on a terminal."""
        return self.output.on_screen

    @property
    def as_it_was(self) -> bool:
        """Whether everything is on file as it was before this call."""
        return not self.entered and not self.dry_run

    @property
    def encoding(self) -> str:
        """What standard output can spell."""
        return getattr(self.output.stdout, "encoding", None) or "utf-8"

    @property
    def path(self) -> str:
        """The database file."""
        return self.db or str(config.get("db"))

    def file(self, instead: str) -> str:
        """The database file. Raises Refused where the database is on a server, with what is to be
        done ``instead``."""
        if is_address(self.path):
            raise Refused(
                _("{address} is on a server, and no file here.").format(address=self.path), instead
            )
        return self.path

    def check_output(self, path: str | None = None) -> None:
        """Raises Usage where -o, or another option's ``path``, would replace the database, a copy
        of it or the settings."""
        path = path or self.output.path
        if path is None or path == "-" or is_address(self.path):
            return
        from funnelcli.db.schema import COPIES

        target, own = os.path.realpath(path), os.path.realpath(self.path)
        ours = [own + ending for ending in ("", "-wal", "-shm", "-journal")]
        ours.append(os.path.realpath(config.file_path()))
        copies = os.path.realpath(self.path + COPIES) + os.sep
        if target.startswith(copies) or files.same(target, ours):
            raise Usage(
                _("{path} is the program's own file: its database, a copy or its settings.").format(
                    path=path
                ),
                _("Choose another name with -o."),
            )

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """The database, closed before the program ends, however it ends."""
        if self._together is not None:
            yield self._together[0]
            return
        from funnelcli.db import transaction, waiting
        from funnelcli.db.connection import connect

        waiting.tell(self.say_waiting, self.say_migrating, self.say_beginning)

        # Only the program's own data folder is made; a mistyped path is an error.
        usual = self.db is None and config.lookup("db").origin == "default"
        conn = connect(self.path, make_folder=usual)
        before = transaction.stored()
        try:
            yield conn
        finally:
            self.stored = self.stored or transaction.stored() > before
            conn.close()

    def say_waiting(self, path: str, writer: Writer | None) -> None:
        """Tell the person what nothing happens for."""
        if writer is None:
            text = _("Waiting for another program that writes to {path} …").format(path=path)
        elif writer.user:
            text = _("Waiting for {user} ({program}), who writes to {path} …").format(
                user=writer.user, program=writer.command, path=path
            )
        else:
            text = _("Waiting for {command} (process {n}), which writes to {path} …").format(
                command=writer.command, n=writer.process, path=path
            )
        message(self.output, text)

    def say_migrating(self, path: str, size: int) -> None:
        """Tell the person why the first command of a new version takes long."""
        text = _(
            "Bringing {path} ({n} MB) up to date for this version; it is copied and checked first …"
        ).format(path=path, n=size // 1_000_000)
        message(self.output, text)

    def say_beginning(self, path: str) -> None:
        """Tell the person that what they had is not in this file, as when another program has
        emptied it."""
        text = _(
            "There was nothing at {path}, so a new database was made there. Copies of the one"
            " before: `funnel backup --list`."
        ).format(path=path)
        message(self.output, _("Warning: {text}").format(text=text))

    @contextmanager
    def read(
        self, before: Callable[[sqlite3.Connection], None] | None = None
    ) -> Iterator[sqlite3.Connection]:
        """The database in one read-only snapshot, after ``before``, which may write to it what is
        kept of what is read."""
        from funnelcli.db.transaction import read_only

        with self.open() as conn:
            if before is not None:
                before(conn)
            with read_only(conn):
                yield conn

    def hold(self) -> sqlite3.Connection:
        """The database in one read-only snapshot until the call has ended: for rows that are read
        as they are written, however many there are."""
        from funnelcli.db.transaction import read_only, sorting_on_disk

        conn = self.keep(self.open())
        self.keep(sorting_on_disk(conn))
        return self.keep(read_only(conn))

    def keep(self, context: AbstractContextManager[T]) -> T:
        """Enter a context that lasts until the call has ended."""
        return self._held.enter_context(context)

    def end(self) -> None:
        """Let go of what was held for the output."""
        self._held.close()

    @contextmanager
    def change(self, conn: sqlite3.Connection) -> Iterator[int]:
        """One journalled transaction of this command."""
        if self._together is not None:
            yield from self._change_inside(*self._together)
            return
        from funnelcli.db.transaction import command, stands

        onto = self.entry if self.one_act else None
        self.allow(conn)
        try:
            with command(conn, self.verb, self.args, dry_run=self.dry_run, onto=onto) as command_id:
                self._check_named(conn)
                self.watch = self._watched(conn, command_id)
                yield command_id
                self.look()
        finally:
            watch, self.watch = self.watch, None
        stood = stands(conn, command_id)
        # Of an entry that several changes share, the last may have taken back all.
        self.entered = stood or (self.entered and command_id != onto)
        self.entry = command_id if stood else None
        if watch is not None:
            watch.tell()

    def _check_named(self, conn: sqlite3.Connection) -> None:
        """Raises Refused or NotFound where somebody has removed a record since it was named: on a
        server, or while a person was asked, that is no matter of an instant."""
        from funnelcli.db.rows import gone

        named, self._named = self._named, ()
        for noun in {noun.table: noun for noun, _record_id in named}.values():
            ids = {record_id for of, record_id in named if of.table == noun.table}
            for record_id in gone(conn, noun.table, ids):
                from funnelcli.db.meanwhile import check_removed

                check_removed(conn, noun.table, record_id)
                naming.resolve(conn, noun, str(record_id), write=True)

    def allow(self, conn: sqlite3.Connection) -> None:
        """Raises Refused where whoever gives the command may change nothing; where one person has
        the database alone, that costs a look into an empty table."""
        from funnelcli.nouns.members import any_members

        if any_members(conn):
            from funnelcli.actions.members import check

            check(conn, "write")

    def _watched(self, conn: sqlite3.Connection, command_id: int) -> Watching | None:
        """What runs the hooks of a change; None where there are none to run. Where a person has no
        folder of hooks, that is all that they cost."""
        if self.dry_run or self.no_hooks or not os.path.isdir(config.hooks_dir()):
            return None
        return None if config.get("no_hooks") else _watching(self, conn, command_id)

    def look(self) -> None:
        """Have the hooks judge what was changed since the last time, at the end of each part of a
        change that may fail by itself. Raises FunnelError where one does not let it pass."""
        if self.watch is not None and not self.dry_run:
            self.watch.look(self)

    def _change_inside(self, conn: sqlite3.Connection, command_id: int) -> Iterator[int]:
        if not self.inside:
            yield command_id
            return
        from funnelcli.db.journal import last_entry

        before = last_entry(conn)
        yield command_id
        self.look()
        self.entered = self.entered or last_entry(conn) > before

    @contextmanager
    def line(self, args: Sequence[str]) -> Iterator[Invocation]:
        """A command that is carried out as a part of this one, within :meth:`together`: nobody is
        asked, and what it would print is kept."""
        global _current
        output = Output(stdout=StringIO(), stderr=StringIO(), locale=self.output.locale)
        output.pager = False
        _current = Invocation(list(args), output, db=self.db, no_input=True, inside=True)
        _current._root, _current._together = self._root, self._together
        _current.watch = self.watch
        try:
            yield _current
        finally:
            _current = self

    @contextmanager
    def trial(self, conn: sqlite3.Connection) -> Iterator[int]:
        """What :meth:`change` would be, taken back at once."""
        if self._together is None:
            from funnelcli.db.transaction import command

            with command(conn, self.verb, self.args, dry_run=True) as command_id:
                yield command_id
            return
        from funnelcli.db.transaction import part

        with part(conn, keep=False):
            yield self._together[1]

    @contextmanager
    def together(self, conn: sqlite3.Connection) -> Iterator[int]:
        """One transaction, and one entry of the journal, for all that is opened and changed in
        the block: everything, or nothing. Yields the entry's id."""
        with self.change(conn) as command_id, self.within(conn, command_id):
            yield command_id

    @contextmanager
    def within(self, conn: sqlite3.Connection, command_id: int) -> Iterator[None]:
        """Have all that is opened and changed in the block be a part of a change under way."""
        before, self._together = self._together, (conn, command_id)
        try:
            yield
        finally:
            self._together = before

    @property
    def is_part(self) -> bool:
        """Whether what is changed now is a part of something larger."""
        return self._together is not None

    # Naming records ---------------------------------------------------------------------------

    def find(
        self,
        conn: sqlite3.Connection,
        noun: Noun[Any],
        text: str,
        *,
        write: bool = True,
        only: str = "",
        beyond: bool = True,
    ) -> int:
        """The record that ``text`` names, by ``only`` (:func:`naming.resolve`) among those that the
        verb is for, or ``beyond`` them; on a terminal, a choice among several.

        Asked before the transaction begins, so that nobody waits for the answer.
        """
        text = self.which(conn, noun, text, only=only)
        try:
            found = naming.resolve(conn, noun, text, write=write, only=only, beyond=beyond)
        except Ambiguous as error:
            if not self.interactive:
                raise
            found = self._choose(error)
        if write and self._together is None:
            self._named += ((noun, found),)
        return found

    def find_all(
        self, conn: sqlite3.Connection, noun: Noun[Any], texts: Sequence[str], *, only: str = ""
    ) -> Sequence[int]:
        """The records that ``texts`` name, each once, as :meth:`find` has it."""
        return [*dict.fromkeys(self.find(conn, noun, text, only=only) for text in texts)]

    def which(
        self, conn: sqlite3.Connection, noun: Noun[Any], text: str | None, *, only: str = ""
    ) -> str:
        """The name of a record: ``text``, or where there is none, or the one that stands for a
        question (:data:`ASKED`), what the person answers to a list of those that the verb is for.

        Raises NotFound where there are none, Usage where nobody can be asked.
        """
        if text is not None and text != ASKED and text.strip():
            return text
        if not self.interactive:
            raise self._missing(noun.table.upper())
        from funnelcli.queries.lists import candidates

        found, more = candidates(conn, noun, only, MOST_CANDIDATES)
        if not found:
            raise NotFound(
                noun.empty(),
                _("`funnel {command}` lists what there is.").format(command=noun.command),
            )
        lines = [f"{candidate.id:>6}  {candidate.label}" for candidate in found]
        if more:
            lines.append(_("… and more: `funnel {command}`").format(command=noun.command))
        message(self.output, "\n".join(lines))
        answer = self.ask(_("Which one? Its id, or words of its name:"))
        if not answer:
            raise self._missing(noun.table.upper())
        return answer

    def _choose(self, error: Ambiguous) -> int:
        lines = [error.message]
        lines += [f"{candidate.id:>6}  {candidate.label}" for candidate in error.candidates]
        message(self.output, "\n".join(lines))
        answer = self.ask(_("Which one? Its id, the number in front:"))
        if answer.strip() not in {str(candidate.id) for candidate in error.candidates}:
            raise error
        return int(answer)

    # Asking -----------------------------------------------------------------------------------

    def ask(self, question: str, default: str = "") -> str:
        """A line from the person at the terminal, asked on standard error."""
        shown = f"{question} [{default}]" if default else question
        self.output.stderr.write("\n".join(folded(shown, self.output)) + " ")
        self.output.stderr.flush()
        line = ""
        try:
            line = sys.stdin.readline()
        finally:
            if not line:
                # What is said next stands below the question.
                self.output.stderr.write("\n")
        if not line:
            raise KeyboardInterrupt
        return line.strip() or default

    def need(self, value: str | None, option: str, question: str) -> str:
        """``value``, or what the person answers; raises Usage naming the option."""
        if value is not None and value.strip():
            return value
        if self.interactive:
            answer = self.ask(question)
            if answer:
                return answer
        raise self._missing(option)

    def _missing(self, option: str) -> Usage:
        """The error for what must be given."""
        hint = (
            _("Give it with {option}.").format(option=option)
            if option.startswith("--")
            else _("`funnel {command} --help` shows how it is written.").format(command=self.verb)
        )
        name = option if option.startswith("--") else placeholder(option)
        return Usage(_("{option} is missing.").format(option=name), hint)

    def confirm(self, question: str) -> None:
        """Go on if the person says so, or said so with --yes.

        Raises Usage where nobody can be asked, KeyboardInterrupt for a no.
        """
        if self.yes or self.dry_run:
            return
        if not self.interactive:
            raise Usage(
                _("Nobody can be asked here: {question}").format(question=question),
                _("Confirm with --yes."),
            )
        if not self.agrees(question, usual=False):
            self.declined = True
            raise KeyboardInterrupt

    def agrees(self, question: str, *, usual: bool) -> bool:
        """Whether the person at the terminal says yes; ``usual`` is what an empty line means.
        What is neither yes nor no is asked again."""
        from funnelcli.values.yesno import yes_or_no

        choice = _("Y/n") if usual else _("y/N")
        while answer := self.ask(f"{question} [{choice}]"):
            meant = yes_or_no(answer)
            if meant is not None:
                return meant
            message(self.output, _("“{answer}” is neither yes nor no.").format(answer=answer))
        return usual

    def long_text(self, text: str | None, template: str = "") -> str | None:
        """Long text from an argument; "-" reads standard input."""
        if text == "-" and self.inside:
            raise Usage(_("No line of a batch reads standard input."), _("Give the text itself."))
        if text == "-":
            return sys.stdin.read().rstrip("\n")
        return text if text is not None else (template or None)

    def rows(self, limit: int | None, screen: int = SCREEN_ROWS) -> int | None:
        """How many rows a list reads: --limit, else on a ``screen`` what it shows, else all."""
        if limit is not None:
            return limit or None
        return screen if self.on_screen else None

    # Values -----------------------------------------------------------------------------------

    def when(self, conn: sqlite3.Connection, at: str | None, deal_id: int | None = None) -> int:
        """The instant that --at names, now without it; on the deal's last day, after its last
        entry."""
        if at is None:
            now = dates.now()
            if deal_id is None:
                return now
            from funnelcli.actions.log import last_instant

            # Entries of one second keep their order; a clock set back must not refuse work.
            last = last_instant(conn, deal_id)
            return max(now, last) if last - now < 5 else now
        if deal_id is None:
            return dates.parse_when(at)
        from funnelcli.actions.log import last_instant

        # Of two entries of that day the second comes after the first, whatever came later on.
        day_after = dates.day_start(dates.local_date(dates.parse_when(at)) + timedelta(days=1))
        last = last_instant(conn, deal_id, before=day_after)
        when = dates.parse_when(at, after=last)
        # "today", in the second of the last entry, is that second and not the one to come.
        return last if when == last + 1 and when > dates.now() else when

    def money(
        self, text: str, currency: str | None = None, *, said: str | None = None
    ) -> tuple[int, str]:
        """Minor units and currency of an amount as people write it; one that names no currency is
        in that ``said`` by --currency, else in ``currency``. Raises Usage where it names another
        than was said."""
        from funnelcli.values.money import parse_money

        usual = said or currency or config.get("currency")
        money = parse_money(text, currency=usual, locale=config.get("locale"))
        if said and money.currency != said:
            raise Usage(
                _("“{text}” names two currencies.").format(text=f"{text} --currency {said}"),
                _("Write one: 12500 EUR."),
            )
        return money.minor, money.currency

    def date(
        self, text: str | None, lean: int = NEAREST, *, on: dt.date | None = None
    ) -> str | None:
        """A plain date as ISO text; "none" and None are None. ``lean`` says of a day without its
        year whether it is to come or has happened; it is reckoned from the day ``on``, the present
        one without it."""
        if not text or is_nothing(text):
            return None
        return dates.parse_date(text, lean, on).isoformat()

    def due(self, text: str | None) -> Due | None:
        """The day of an act to come, with the time where one is said; "none" and None are None."""
        if not text or is_nothing(text):
            return None
        return dates.parse_due(text)


def _unwatched(_call: Invocation, _conn: sqlite3.Connection, _command_id: int) -> None:
    return None


_watching: Callable[[Invocation, sqlite3.Connection, int], Watching | None] = _unwatched


def watched_by(make: Callable[[Invocation, sqlite3.Connection, int], Watching | None]) -> None:
    """Have hooks run by what ``make`` makes of a call, its database and the id of a command; None
    where there are none."""
    global _watching
    _watching = make


_make_root: Callable[[], Any]


def rooted_by(make: Callable[[], Any]) -> None:
    """Have ``make`` make the root of the command tree for the call that asks for it."""
    global _make_root
    _make_root = make


_current: Invocation | None = None


def start(args: Sequence[str]) -> Invocation:
    """Begin a call of the program."""
    global _current
    _current = Invocation(list(args))
    return _current


def current() -> Invocation:
    """The call that is under way."""
    assert _current is not None
    return _current
