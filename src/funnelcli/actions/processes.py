"""Changing a process that deals are in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions import log
from funnelcli.db import rows
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.processes import storing
from funnelcli.processes.reading import Process, parse_withdrawal
from funnelcli.typed import Any
from funnelcli.values.choosing import plain
from funnelcli.values.nothing import is_nothing
from funnelcli.values.whole import whole


def put(conn: sqlite3.Connection, process: Process) -> storing.PutResult:
    """Add ``process``, or change the one of that key, and work out anew how far its deals came,
    for its stages may stand in another order.

    Raises Refused when a stage that deals have been in would go.
    """
    result = storing.put(conn, process)
    deals = conn.execute(
        "SELECT id FROM deal WHERE process_id = ?", (result.process_id,)
    ).fetchall()
    for (deal_id,) in deals:
        log.refresh(conn, deal_id)
    return result


def rename(conn: sqlite3.Connection, process_id: int, name_en: str, name_de: str) -> None:
    """Call a process by other names, in English and in German; its key stays.

    Raises Usage for a name that is empty, or that another process has, NotFound for no process.
    """
    names = (name_en.strip(), name_de.strip())
    if not all(names):
        raise Usage(_("A process needs a name."), _('Write it in quotes: "Solar roofs".'))
    others = conn.execute(
        "SELECT key, name_en, name_de FROM process WHERE id <> ?", (process_id,)
    ).fetchall()
    for name in names:
        if any(plain(name) in map(plain, other) for other in others):
            raise Usage(
                _("Another process is called {name}.").format(name=name),
                _("Choose a name of its own."),
            )
    if rows.read(conn, "process", ("id",), process_id) is None:
        raise naming.no_process(conn, str(process_id))
    rows.update(conn, "process", process_id, dict(zip(("name_en", "name_de"), names, strict=True)))


def edit_withdrawal(
    conn: sqlite3.Connection, process_id: int, given: Mapping[str, str | None]
) -> None:
    """Change a process's right of withdrawal, for the wins to come. ``given`` has what was said of
    its columns, None for those that stay; "none" empties one, and of the days takes the right away.

    Raises Usage naming every fault, NotFound for no process.
    """
    before = rows.read(conn, "process", ("id", *given), process_id)
    if before is None:
        raise naming.no_process(conn, str(process_id))
    del before["id"]
    if before["withdrawal_days"] is None:
        before.pop("withdrawal_begins")
    stated: dict[str, Any] = {name: value for name, value in before.items() if value is not None}
    for name, text in given.items():
        if text is None:
            continue
        value = text.strip()
        number = whole(value)
        stated[name] = value if number is None else number
        if is_nothing(value):
            del stated[name]
    if is_nothing(given["withdrawal_days"] or ""):
        stated = {}
    rows.update(conn, "process", process_id, storing.withdrawal_row(parse_withdrawal(stated)))
