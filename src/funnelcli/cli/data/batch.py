"""A batch: many commands, one a line, in one process, on one connection, with one undo."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from funnelcli.cli.commands import examples
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.inside import Done, Inside
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.progress import progress
from funnelcli.cli.telling import body
from funnelcli.cli.typed_lines import LONGEST, is_command, words_of
from funnelcli.db.journal import standing_before
from funnelcli.errors import PARTLY_DONE, FunnelError, Refused, Usage
from funnelcli.formats.tabular import open_file
from funnelcli.i18n import N_, _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.render import Text, emit, message, undo_hint
from funnelcli.render.objects import dumps
from funnelcli.typed import Annotated, Any

MOST = 100
"""More changes than these are to be looked at in a dry run before."""
GROUP = 1000
"""Lines that are stored at once."""


class Line(NamedTuple):
    """A command, the line of the file that it stands in, counted from 1."""

    number: int
    raw: bytes


class _TakenBack(Exception):
    """Nothing of what was done is to stand."""


def _lines(path: str) -> list[Line]:
    """The lines that are commands. Of one that is too long no more is kept than tells so."""
    file, _name = open_file(path)
    found = []
    with file:
        # What came through a pipe was copied.
        file.seek(0)
        number = 0
        while raw := file.readline(LONGEST + 2):
            number += 1
            if len(raw) > LONGEST:
                while not raw.endswith(b"\n") and (more := file.readline(LONGEST)):
                    raw = raw[: LONGEST + 1] + more[-1:]
            if is_command(raw):
                found.append(Line(number, raw.rstrip(b"\r\n")))
    return found


def digest(conn: sqlite3.Connection, command_id: int, lines: Sequence[Line], atomic: bool) -> str:
    """What stands for these lines on this database as it is: another digest once anything else has
    changed it. To be asked before anything is changed by the command."""
    found = hashlib.sha256(f"{standing_before(conn, command_id)} {atomic}".encode())
    for line in lines:
        found.update(b"%d " % line.number + line.raw + b"\n")
    return found.hexdigest()[:12]


def _result(line: Line, done: Done) -> dict[str, Any]:
    return {
        "line": line.number,
        "ok": done.exit_code == 0,
        "exit": done.exit_code,
        "ids": done.ids,
        "message": done.message,
        "warnings": done.warnings,
        "error": None if done.error is None else body(done.error),
    }


def _taken_back(result: dict[str, Any]) -> dict[str, Any]:
    """The result of a line that could be done, and is not, for another one cannot."""
    if not result["ok"]:
        return result
    error = Refused(
        _("Taken back, for another line cannot be done."), _("Mend that one, and run all again.")
    )
    return result | {"ok": False, "exit": error.exit_code, "ids": [], "error": body(error)}


class Batch:
    """Lines that are carried out."""

    def __init__(
        self, call: Invocation, lines: Sequence[Line], *, atomic: bool, confirmed: str | None
    ) -> None:
        self.call = call
        self.lines = lines
        self.atomic = atomic
        self.confirmed = confirmed
        self.digest = ""
        self.failed: list[Done] = []
        self.done = 0
        self.changes = 0

    def run(
        self, conn: sqlite3.Connection, advance: Callable[[int], object]
    ) -> Iterator[list[dict[str, Any]]]:
        """Carry the lines out, some hundreds at once; their results as soon as they are stored.

        Raises Usage where more is changed than nobody has looked at, Refused where what was looked
        at is not what is there.
        """
        call = self.call
        many = len(self.lines) > MOST
        whole = self.atomic or call.dry_run or not many
        lines = iter(self.lines)
        inside = Inside(call)
        call.root = inside.tree
        call.one_act = True
        while some := list(islice(lines, len(self.lines) if whole else GROUP)):
            results = []
            try:
                with call.together(conn) as command_id:
                    if not self.digest:
                        self._check(conn, command_id, many)
                    for line in some:
                        results.append(_result(line, self._one(inside, conn, line)))
                        advance(1)
                    if self.changes > MOST and whole:
                        self._ask(self.confirmed)
                    if self.atomic and self.failed:
                        raise _TakenBack
            except _TakenBack:
                results = [_taken_back(result) for result in results]
            yield results

    def _one(self, inside: Inside, conn: sqlite3.Connection, line: Line) -> Done:
        try:
            done = inside.run(conn, words_of(line.raw))
        except FunnelError as error:
            if not conn.in_transaction:
                raise
            done = Done(error.exit_code, error=error)
        if done.exit_code:
            self.failed.append(done)
        else:
            self.done += 1
        if done.error is None:
            self.changes += max(1, len(done.ids))
        return done

    def _check(self, conn: sqlite3.Connection, command_id: int, many: bool) -> None:
        self.digest = digest(conn, command_id, self.lines, self.atomic)
        if self.confirmed is not None and self.confirmed != self.digest:
            raise Refused(
                _("{digest} stands for other lines, or for another state of the database.").format(
                    digest=self.confirmed
                ),
                _("Something has changed since the dry run: look at it again with --dry-run."),
            )
        if many:
            self._ask(self.confirmed)

    def _ask(self, confirmed: str | None) -> None:
        """Raises Usage where nobody has looked at what is to be changed."""
        if confirmed is None and not self.call.dry_run:
            text = ngettext(
                "{n} change at once is to be looked at before.",
                "{n} changes at once are to be looked at before.",
                max(self.changes, len(self.lines)),
            )
            raise Usage(
                text.format(n=max(self.changes, len(self.lines))),
                _("Add --dry-run; it says the digest that --confirm takes."),
            )

    def said(self) -> str:
        """What has become of all of it, in a line."""
        if self.atomic and self.failed:
            text = ngettext(
                "{n} line cannot be done, so none was.",
                "{n} lines cannot be done, so none was.",
                len(self.failed),
            )
            return text.format(n=len(self.failed))
        done = ngettext("{n} line done", "{n} lines done", self.done).format(n=self.done)
        if self.failed:
            done += ", " + _("{n} not").format(n=len(self.failed))
        return done + "."

    def exit_code(self) -> int:
        """That of the first line that failed, where none was done; 6 where only some were."""
        if not self.failed:
            return 0
        if self.done and not self.atomic:
            return PARTLY_DONE
        return self.failed[0].exit_code


@examples(
    "funnel batch night.jsonl",
    "funnel batch night.txt --atomic",
    "funnel batch night.jsonl --dry-run",
    "funnel batch night.jsonl --confirm 3f2a9c01b7de",
)
def batch(
    file: Annotated[
        str,
        Argument(metavar="FILE", help=N_("Commands, one a line; - is standard input.")),
    ] = "-",
    atomic: Annotated[
        bool, Option("--atomic", help=N_("All lines or none; else each for itself."))
    ] = False,
    confirm: Annotated[
        str | None,
        Option("--confirm", metavar="DIGEST", help=N_("What the dry run said; above 100 changes.")),
    ] = None,
    quiet: Annotated[
        bool,
        Option("--quiet", "-q", help=N_("Print nothing but the digest of a dry run.")),
    ] = False,
) -> tuple[None, int]:
    """Carry out many commands."""
    call = current()
    lines = _lines(file)
    with call.open() as conn:
        made = Batch(call, lines, atomic=atomic, confirmed=confirm)
        with progress(call, "batch", len(lines), "lines") as advance:
            for results in made.run(conn, advance):
                if not quiet:
                    advance.hide()
                    emit(Text("".join(dumps(result) + "\n" for result in results)), call.output)
    if quiet:
        if call.dry_run:
            emit(Text(made.digest + "\n"), call.output)
        return None, made.exit_code()
    message(call.output, made.said())
    if call.dry_run:
        message(call.output, _("Dry run: nothing was changed."))
        if made.changes > MOST:
            message(call.output, _("To do it: --confirm {digest}").format(digest=made.digest))
    elif call.entered and call.output.stderr.isatty():
        message(call.output, undo_hint())
    return None, made.exit_code()
