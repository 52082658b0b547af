"""What every command that changes a record does: find it, read the options, say what differs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from funnelcli.cli import own_values
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.entries import Since, nothing_to_change, read
from funnelcli.cli.invocation import current
from funnelcli.cli.results import changed, edited
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.nouns.extending import NOUNS, extended
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.typed import Any, TypeVar

R = TypeVar("R", bound=Record)
Edit = Callable[[sqlite3.Connection, int, dict[str, Any]], list[str]]


def changing(
    noun: Noun[R],
    edit: Edit,
    *lines: str,
    ref: Any,
    name: Callable[[R], str],
    only: str = "",
    after: Callable[[sqlite3.Connection, R, list[str]], list[str]] = lambda *_all: [],
    since: Callable[[sqlite3.Connection, R, Given], Since] = lambda *_all: {},
) -> Callable[..., Changed]:
    """The command that changes a noun's record by ``edit``, with its examples.

    ``ref`` is the argument that names the record, ``only`` narrows which ones there are to
    change, ``name`` is what the record is called in the line that says what has changed. ``after``
    makes the lines that follow it, from the record and the names of the fields that differ now.
    ``since`` says what the days of the record do not lie before, from what was given of it too.
    """

    def command(record: str, *, given: Given) -> Changed:
        call = current()
        if not given:
            raise nothing_to_change(call)
        with call.open() as conn:
            record_id = call.find(conn, noun, record, only=only)
            before = since(conn, one(conn, noun, record_id), given)
            changes = read(call, conn, noun, given, before)
            own = own_values.read(call, conn, noun, given)
            with call.change(conn):
                names = [
                    *edit(conn, record_id, changes),
                    *own_values.put(conn, noun, record_id, own),
                ]
            now = one(conn, noun, record_id)
            lines = [edited(extended(conn, noun), name(now), names), *after(conn, now, names)]
            return changed(conn, noun, record_id, lines)

    command.__annotations__["record"] = ref
    own = (noun, "edit") if noun.table in NOUNS else None
    marked = takes(noun.options("edit"), own=own)(gives(noun)(examples(*lines)(command)))
    return several(noun, only=only)(marked)
