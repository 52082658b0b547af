"""What every import does with its file: a copy before, the rejects, the progress."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from funnelcli import queries
from funnelcli.actions.importing.preference import STAMP
from funnelcli.cli.data.import_hints import Ids, options_of, said
from funnelcli.cli.invocation import Invocation
from funnelcli.db.server import on_server
from funnelcli.errors import Usage
from funnelcli.formats.layouts import shown
from funnelcli.i18n import _, ngettext, pick
from funnelcli.render import message
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.actions.importing.fields import Plan
    from funnelcli.actions.importing.new_process import Made
    from funnelcli.actions.importing.rest import Keeper
    from funnelcli.formats.columns import DateFormat as Layout
    from funnelcli.formats.tabular import Table

FIELDS_OF_ONES_OWN = "fields"
# Where deals and contacts keep the columns that have no field.
PLACES = ("notes", "tags", FIELDS_OF_ONES_OWN)
# Options that mean the file that is imported, not that of its rejected rows.
_OF_FILE = ("--rejects", "--sheet", "--save-map", "--new-process")
# Rejected rows that are shown; the rejects file has them all.
_SHOWN = 5
# Phone numbers that are shown.
_NUMBERS = 10


def check_text(text: str) -> None:
    """Bytes of the command line that are no text cannot be kept."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Usage(
            _("“{text}” is no text.").format(text=text.encode(errors="replace").decode()),
            _("Write it in the encoding of your terminal."),
        ) from None


def check_free(rejects: str | None) -> None:
    """Raise Usage where the file that was asked for is there already."""
    import os

    if rejects is not None and os.path.lexists(rejects):
        raise Usage(
            _("{path} exists already.").format(path=rejects),
            _("Name another file; none is overwritten."),
        )


def check_rest(where: str | None, places: Sequence[str] = PLACES) -> None:
    """Raise Usage where what has no field cannot be kept in one of these places."""
    if where not in (None, *places):
        raise Usage(
            _("“{text}” is no place to keep columns.").format(text=where),
            _("Write --keep-rest {places}.").format(places=", ".join(places)),
        )


def keep_rest(
    call: Invocation,
    conn: sqlite3.Connection,
    planned: Plan,
    where: str | None,
    table: Table,
    noun: str,
) -> Keeper | None:
    """What keeps the columns that the plan leaves, if the user wants that; which they are is said.
    Those that are to be fields of one's own are declared, within the caller's transaction, and the
    plan reads them."""
    check_rest(where)
    if where is None:
        return None
    from funnelcli.actions.importing import own_fields

    own_fields.leave_derived(planned, noun)
    if where == FIELDS_OF_ONES_OWN:
        _declare(call, conn, planned, table, noun)
        return None
    from funnelcli.actions.importing.rest import Keeper

    keeper = Keeper(planned, where)
    if keeper.columns and not silent(call):
        text = _("Kept as tags: {columns}.")
        if where == "notes":
            text = _("Kept in the notes: {columns}.")
        message(call.output, text.format(columns=", ".join(keeper.columns)))
    return keeper


def _declare(
    call: Invocation, conn: sqlite3.Connection, planned: Plan, table: Table, noun: str
) -> None:
    """Make a field of one's own of each column that the plan leaves."""
    from funnelcli.actions import fields
    from funnelcli.actions.importing import own_fields
    from funnelcli.cli.own_names import taken
    from funnelcli.nouns import words
    from funnelcli.values.choosing import plain

    means = {*taken(noun), *map(plain, fields.names(conn, noun))}
    proposed = own_fields.proposals(planned, table, lambda name: plain(name) in means)
    own_fields.declare(conn, noun, planned, table, proposed)
    if proposed and not silent(call):
        told = [f"{one.title} ({words.read(words.FIELD_TYPE, one.kind)})" for one in proposed]
        text = _("Kept as fields of your own: {columns}.")
        message(call.output, text.format(columns=", ".join(told)))


def back_up(call: Invocation, conn: sqlite3.Connection, table: str = "deal") -> None:
    """Copy a database that has rows in ``table`` before many of them change, but for one on a
    server, where copies are the server's."""
    if call.dry_run or call.is_part or on_server(conn) or not queries.has_rows(conn, table):
        return
    from funnelcli.db.copies import rotate

    rotate(conn, call.path, "before-import")


class _Rejected:
    """Passes rows that are not taken on to their file, and keeps the first reasons to show, with
    the name of their ``file`` where it is one of several."""

    def __init__(self, write: Callable[..., None] | None, file: str) -> None:
        self.path: str | None = None
        self._file = file
        self.count = 0
        self.shown: list[str] = []
        self._write = write

    def add(self, row: object, reason: str) -> None:
        """Take one row."""
        self.count += 1
        if self.count <= _SHOWN:
            line = getattr(row, "line", 0)
            text = _("line {line}: {reason}").format(line=line, reason=reason)
            self.shown.append(f"{self._file}: {text}" if self._file else text)
        if self._write is not None:
            self._write(row, reason)


@contextmanager
def rejecting(
    call: Invocation,
    conn: sqlite3.Connection,
    file: str,
    table: Table,
    wanted: str | None,
    ids: Ids = (None, None),
) -> Iterator[_Rejected]:
    """The rejects file of an import; a dry run writes none.

    It is in its place before the import is committed: rows must not be lost on the way. It is noted
    where it lies, for who is forgotten goes from it too.
    """
    if call.dry_run:
        taken = _Rejected(None, call.part)
        yield taken
    else:
        from funnelcli.formats.rejects import Rejects

        with Rejects(
            call.beside or file,
            table.header,
            encoding=table.codec,
            delimiter=table.delimiter,
            wanted=wanted,
        ) as rejects:
            taken = _Rejected(rejects.add, call.part)
            yield taken
        taken.path = rejects.path
        if rejects.path is not None:
            from funnelcli.db import disclosed

            disclosed.add(conn, call.verb, os.path.abspath(rejects.path), disclosed.Members())
    if taken.shown and not call.output.quiet:
        if taken.count > _SHOWN:
            taken.shown.append(_("and {n} more").format(n=taken.count - _SHOWN))
        message(call.output, said(call, "\n".join(taken.shown), taken.path, ids))


def command_for_rest(
    call: Invocation,
    file: str,
    rejects: str | None,
    table: Table,
    dates: Mapping[str, Layout],
    sign: str | None,
    made: Made | None = None,
    ids: Ids = (None, None),
) -> str | None:
    """The command that imports the rejected rows once they are mended: that of this import with
    their file, into the process that it has ``made``, and with what the whole file has shown and a
    few rows may not, among it the key and the origin of their ``ids``; None without rows.
    """
    if rejects is None:
        return None
    import shlex

    # What is imported as one of several may be a copy; there its command names the file itself.
    named = call.args[2] if call.is_part else file
    words: list[str] = []
    args = iter(call.args)
    for word in args:
        if word == named:
            words.append(rejects)
        elif word in _OF_FILE:
            next(args, None)
        elif not word.startswith(tuple(f"{option}=" for option in _OF_FILE)):
            words.append(word)

    def add(option: str, value: str) -> None:
        if not any(word.split("=", 1)[0] == option for word in words):
            words.extend((option, value))

    words += options_of(ids, words)
    if table.inferred:
        add("--encoding", table.encoding)
    if made is not None:
        add("--process", made.process.key)
        for text in made.maps:
            words += ["--map-stage", text] if text not in words else []
    if sign is not None:
        add("--decimal", sign)
    if not any(word.startswith("--date-format") for word in words):
        patterns = {name: one.pattern for name, one in dates.items() if name != STAMP}
        unclear = {n: shown(one) for n, one in patterns.items() if not one.startswith("%Y")}
        if unclear and len(set(patterns.values())) == 1:
            add("--date-format", next(iter(unclear.values())))
        else:
            for name, pattern in unclear.items():
                words += ["--date-format", f"{name}={pattern}"]
    return shlex.join(["funnel", *words])


def advice(command: str | None) -> list[str]:
    """What to do with the rows that were not taken."""
    if command is None:
        return []
    return [
        _("Mend the rejected rows in their file, then import them: {command}").format(
            command=command
        )
    ]


def silent(call: Invocation) -> bool:
    """Whether what is seen in a file is not to be said: nobody wants it, or it has been said."""
    return call.output.quiet or call.is_part


def say_matched(call: Invocation, planned: Plan) -> None:
    """Say which columns were matched by their well-known names."""
    if planned.matched and not silent(call):
        from funnelcli.actions.importing.fields import as_mapped

        pairs = ", ".join(f"{as_mapped(name)}={column}" for name, column in planned.matched)
        message(
            call.output, _("Matched by name: {pairs} (--map overrides it).").format(pairs=pairs)
        )


def say_entered(call: Invocation, planned: Plan) -> None:
    """Say which columns tell when deals came to their stages."""
    if planned.entered and not silent(call):
        pairs = ", ".join(f"{stage}={column}" for stage, column, _read in planned.entered)
        message(call.output, _("When deals came to their stages: {pairs}.").format(pairs=pairs))


def say_encoding(call: Invocation, table: Table) -> None:
    """Say in which encoding a file was read that does not show it by itself."""
    if table.inferred and not silent(call):
        message(
            call.output,
            _("Read as {encoding} (--encoding overrides it).").format(encoding=table.encoding),
        )


def say_part(call: Invocation, table: Table) -> None:
    """Say which sheet of a workbook, or file of an archive, was taken, where there are several."""
    if table.part and not silent(call):
        others = ", ".join(name for name in table.parts if name != table.part)
        text = _("Taken: {part}; there are also: {others} (--sheet takes another).")
        message(call.output, text.format(part=table.part, others=others))


def say_untaken(call: Invocation, untaken: Mapping[str, int]) -> None:
    """Say which columns are not taken, with how many cells they have."""
    if untaken and not silent(call):
        text = _("Columns not taken (filled cells): {columns}.")
        message(call.output, text.format(columns=_with_numbers(untaken.items())))


def phones_unread(unread: Sequence[str]) -> list[str]:
    """What to mind of numbers that nobody can dial."""
    if not unread:
        return []
    text = ngettext(
        "{n} phone number was kept as it is written, being none that can be dialled: {numbers}",
        "{n} phone numbers were kept as they are written, being none that can be dialled:"
        " {numbers}",
        len(unread),
    )
    numbers = ", ".join(pick(f"“{number}”", f"„{number}“") for number in unread[:_NUMBERS])
    return [text.format(n=len(unread), numbers=numbers)]


def brought_back(returned: int) -> list[str]:
    """What to mind of people who were forgotten, and are in the file."""
    if not returned:
        return []
    text = ngettext(
        "{n} row brings back who was forgotten here (`funnel contact forget`); `funnel undo` takes"
        " the import back",
        "{n} rows bring back who was forgotten here (`funnel contact forget`); `funnel undo` takes"
        " the import back",
        returned,
    )
    return [text.format(n=returned)]


def say_left_out(call: Invocation, left_out: Mapping[str, int]) -> None:
    """Say what of contact cards is not taken."""
    if left_out and not silent(call):
        text = _("Left out of the cards: {names}.")
        message(call.output, text.format(names=_with_numbers(left_out.items())))


def _with_numbers(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({n})" for name, n in pairs)


def _numbered(fields: Mapping[str, int], noun: str) -> str:
    """Fields of a noun with the number of their records, the commonest first."""
    from funnelcli.actions.importing.fields import in_words
    from funnelcli.cli import own_values
    from funnelcli.nouns import declared
    from funnelcli.render.columns import OWN

    own: dict[str, str] = {}
    if any(name.startswith(OWN) for name in fields):
        own = {field.name: field.title for field in own_values.known(declared(noun))}
    ordered = sorted(fields.items(), key=lambda pair: (-pair[1], pair[0]))
    return _with_numbers((own.get(name) or in_words(name), n) for name, n in ordered)


def changes(changed: Mapping[str, int], noun: str) -> list[str]:
    """The line of the fields that were changed."""
    if not changed:
        return []
    return [_("Changed: {fields}").format(fields=_numbered(changed, noun))]


def new_sources(sources: Mapping[str, str]) -> list[str]:
    """The line of the new sources, key to name."""
    if not sources:
        return []
    names = ", ".join(f"{name} ({key})" for key, name in sources.items())
    return [_("New sources: {names}").format(names=names)]


def newer_in_file(taken: Mapping[str, int], noun: str) -> list[str]:
    """The line of the fields that were changed here, and later in the file."""
    if not taken:
        return []
    return [
        _("Newer in the file than here, and taken: {fields}").format(fields=_numbered(taken, noun))
    ]


def left_alone(left: Mapping[str, int], newer_here: Mapping[str, int], noun: str) -> list[str]:
    """What to mind of fields that rows say otherwise than is on file, and that stay; those apart
    that were changed here later than in the file."""
    texts = (
        (_("Newer here than in the file, and left as it is: {fields}"), newer_here),
        (
            _("Left as it is on file, though rows say otherwise: {fields}"),
            {name: n - newer_here.get(name, 0) for name, n in left.items()},
        ),
    )
    counted = ((text, {name: n for name, n in fields.items() if n}) for text, fields in texts)
    return [text.format(fields=_numbered(fields, noun)) for text, fields in counted if fields]


def counted(added: int, updated: int, unchanged: int, rejected: int, rejects: str | None) -> str:
    """What became of the rows, in one phrase; ``rejects`` is where those not taken are."""
    counts = [
        _("{n} added").format(n=added),
        _("{n} updated").format(n=updated),
        _("{n} unchanged").format(n=unchanged),
    ]
    if rejected:
        text = _("{n} rejected").format(n=rejected)
        counts.append(f"{text} ({rejects})" if rejects else text)
    return ", ".join(counts)
