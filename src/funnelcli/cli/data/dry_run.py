"""What an import changes, or would change in a dry run: record by record, field by field."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from funnelcli.cli.invocation import Invocation
from funnelcli.i18n import NN_, _, ngettext
from funnelcli.nouns.counted import GONE
from funnelcli.nouns.heads import happened, title
from funnelcli.render import Changed, Column, Listing
from funnelcli.render.output_formats import ending_of
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.queries.differences import Difference, Differences

# Fields that a screen shows, and new records of a kind that it names.
_SHOWN = 20
_NAMED = 3
_COUNTED = {**GONE, "product": NN_("{n} product", "{n} products")}


def _title(one: Difference) -> str:
    return _(one.title) if one.title else ""


DIFFERENCES = (
    Column("change", "Change", table=False, names=happened),
    Column("kind", "Kind", names=title),
    Column("id", "Id", "id", drop=2),
    Column("record", "Record", flex=True),
    Column("field", "Field", shown=_title),
    Column("old", "Old", shown=lambda one: one.old_text, style=lambda _one: "dim"),
    Column("new", "New", shown=lambda one: one.new_text),
)


def first_of(found: Differences, rest: str) -> Listing:
    """The fields that a screen shows, and in the words of ``rest``, with "{n}", how many more there
    are."""
    rows = (one for one in found if one.field is not None)
    columns: Sequence[Column] = DIFFERENCES
    if sum(map(bool, found.changed.values())) < 2:
        columns = tuple(one for one in columns if one.key != "kind")
    more = found.fields - _SHOWN
    notes = [rest.format(n=more)] if more > 0 else []
    return Listing(columns, list(islice(rows, _SHOWN)), notes=notes)


class Trial:
    """An import, which may be a dry run; ``command_id`` is the entry of the journal that all of it
    is."""

    def __init__(self, call: Invocation, command_id: int) -> None:
        self.command_id = command_id
        self._call = call
        self._found: Differences | None = None

    def look(self, conn: sqlite3.Connection) -> None:
        """See what has been changed, before a dry run is taken back; of an import that is none only
        where a table of it is asked for."""
        if not (self._call.dry_run or self._as_table()):
            return
        import tempfile

        from funnelcli.queries.differences import Differences

        call = self._call
        # Closed when the rows have been printed.
        file = call.keep(tempfile.TemporaryFile())  # noqa: SIM115
        named = _NAMED if call.on_screen else None
        self._found = Differences(
            conn, call.path, self.command_id, call.output.locale, file, named=named
        )

    def _as_table(self) -> bool:
        output = self._call.output
        ending = ending_of(output.path) if output.path is not None else ""
        return (output.format or ending) not in ("", "json", "jsonl")

    def tell(self, result: Changed) -> Changed:
        """Let the result say it: all of it to programs, the first of it to a person."""
        found = self._found
        data = found if self._call.dry_run else None
        result.record["differences"] = None if data is None else Listing(DIFFERENCES, data)
        if found is None:
            return result
        if self._call.dry_run and (new := self._new(found)):
            result.lines.append(_("New: {records}").format(records=", ".join(new)))
        result.differences = Listing(DIFFERENCES, found)
        if self._call.on_screen:
            rest = _("… and {n} more; --json or -o FILE.csv has them all.")
            result.differences = first_of(found, rest) if found.fields else None
        return result

    def _new(self, found: Differences) -> list[str]:
        """The new records, counted, the first of each kind by name."""
        names: dict[str, list[str]] = {}
        for one in found:
            if one.field is None and len(names.setdefault(one.kind, [])) < _NAMED:
                names[one.kind].append(one.record)
        said = []
        for kind, first in names.items():
            number = found.made[kind]
            more = ["…"] if number > len(first) else []
            counted = ngettext(*_COUNTED[kind], number).format(n=number)
            said.append(f"{counted} ({', '.join([*first, *more])})")
        return said


@contextmanager
def tried(call: Invocation, conn: sqlite3.Connection) -> Iterator[Trial]:
    """One journalled transaction of an import, at whose end a dry run is looked at; of what is a
    part of something larger by whoever does that."""
    with call.change(conn) as command_id:
        trial = Trial(call, command_id)
        yield trial
        if not call.is_part:
            trial.look(conn)
