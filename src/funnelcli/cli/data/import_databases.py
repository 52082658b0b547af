"""Bringing in another database of the program."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

from funnelcli.errors import Failed
from funnelcli.i18n import N_, NN_, _, ngettext
from funnelcli.nouns.counted import GONE
from funnelcli.render import Changed
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.actions.importing.databases import Summary
    from funnelcli.cli.invocation import Invocation

_CALLED = {
    "contact": N_("Contacts: {counts}"),
    "deal": N_("Deals: {counts}"),
    "visit": N_("Visits: {counts}"),
    "step": N_("Next steps: {counts}"),
    "note": N_("Notes: {counts}"),
    "offer": N_("Offers: {counts}"),
    "product": N_("Products: {counts}"),
}
# What belongs to records, and is counted where the two sides differ; the rest together.
_PARTS = {
    **GONE,
    "catalogue": NN_("{n} entry of a catalogue", "{n} entries of catalogues"),
    "field": NN_("{n} field of your own", "{n} fields of your own"),
    "field_choice": NN_("{n} choice of a field", "{n} choices of fields"),
    "field_value": NN_("{n} value in a field of your own", "{n} values in fields of your own"),
    "product": NN_("{n} product", "{n} products"),
}
_PART = NN_("{n} part of a record", "{n} parts of records")
# Records that are named, before they are only counted.
_NAMED = 5


@contextmanager
def ready(call: Invocation, path: str, name: str) -> Iterator[str]:
    """The path of a copy of the database at ``path``, of the latest schema, without those who were
    forgotten here. Raises Failed where it is none of this program's, or not sound."""
    from funnelcli.actions import forgetting_files, health
    from funnelcli.db import restoring

    with ExitStack() as held:
        try:
            found = held.enter_context(restoring.prepared(path, call.path, health.unsound))
        except Failed as error:
            raise Failed(error.message.replace(path, name), _("Nothing was imported.")) from error
        forgetting_files.obey(found, call.path)
        yield found


def counted(path: str) -> list[str]:
    """What a database has, as counts."""
    from funnelcli.actions.importing import databases
    from funnelcli.encryption import open_file

    with closing(open_file(path)) as other:
        found = databases.counts(other)
    return [_(_CALLED[name]).format(counts=count) for name, count in found.items()]


def bring(conn: sqlite3.Connection, path: str, prefer: str) -> Changed:
    """Bring the database at ``path`` (see :func:`ready`) in, within the caller's transaction."""
    from funnelcli.actions.importing import databases
    from funnelcli.db import functions
    from funnelcli.encryption import open_file

    with closing(open_file(path)) as other:
        functions.add(other)
        summary = databases.bring(conn, other, prefer=prefer)
    return _result(summary)


def _result(summary: Summary) -> Changed:
    from funnelcli.cli.data.import_files import counted as said

    lines: list[str] = []
    for name in _CALLED:
        counts = (summary.added[name], summary.updated[name], summary.unchanged[name])
        if any(counts):
            lines.append(_(_CALLED[name]).format(counts=said(*counts, 0, None)))
    others = sum(n for name, n in summary.added.items() if name not in _CALLED)
    if others or summary.rest:
        n = others + summary.rest
        text = ngettext("{n} row that belongs to them", "{n} rows that belong to them", n)
        lines.append(text.format(n=n))
    warnings: list[str] = []
    if summary.processes:
        text = _("New processes: {keys}")
        lines.append(text.format(keys=", ".join(summary.processes)))
    if summary.fields:
        text = _("New fields of your own: {keys}")
        lines.append(text.format(keys=", ".join(summary.fields)))
    beside = {name: n for name, n in summary.updated.items() if name not in _CALLED}
    if beside:
        text = _("Brought up to the file: {what}")
        lines.append(text.format(what=_what(beside, {})))
    if summary.left:
        text = _("Otherwise here than in the file, and left as it is: {what}")
        warnings.append(text.format(what=_what(summary.left, summary.named)))
    if summary.barred:
        shown = ", ".join(summary.barred[:_NAMED])
        if len(summary.barred) > _NAMED:
            shown = _("{names} and {n} more").format(names=shown, n=len(summary.barred) - _NAMED)
        warnings.append(
            _("Not brought, for another record here has the number: {names}").format(names=shown)
        )
    if summary.commands:
        text = ngettext(
            "Not brought: its history of {n} command, which can be undone only there",
            "Not brought: its history of {n} commands, which can be undone only there",
            summary.commands,
        )
        warnings.append(text.format(n=summary.commands))
    record = {
        "added": sum(summary.added.values()),
        "updated": sum(summary.updated.values()),
        "unchanged": sum(summary.unchanged.values()),
        "left": dict(summary.left),
        "rejected": len(summary.barred),
    }
    return Changed(lines, record, id=sum(summary.added.values()), warnings=warnings)


def _what(counts: Mapping[str, int], named: Mapping[str, list[str]]) -> str:
    """Rows of tables, counted in a sentence, with the names of a few."""
    words: dict[tuple[str, str], int] = defaultdict(int)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for table, n in sorted(counts.items()):
        forms = _PARTS.get(table, _PART)
        words[forms] += n
        names[forms] += named.get(table, [])
    said = []
    for forms, n in words.items():
        text = ngettext(*forms, n).format(n=n)
        few = len(names[forms]) == n <= _NAMED
        said.append(f"{text} ({', '.join(names[forms])})" if few else text)
    return ", ".join(said)
