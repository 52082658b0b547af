"""Removing rows that have no name, by their ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from funnelcli.cli.invocation import current
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.render import Changed

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help=N_("Their ids."))]


def by_id(
    texts: list[str], remove: Callable[[sqlite3.Connection, Sequence[int]], None], line: str
) -> Changed:
    """Let ``remove`` take the rows of these ids away, having asked where there are many; ``line``
    says so of each {id}. Raises Usage for what is no id."""
    for text in texts:
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise Usage(_("{text} is no id.").format(text=text), _("An id is a number, like 3."))
    ids = list(dict.fromkeys(int(text) for text in texts))
    call = current()
    with call.open() as conn:
        if len(ids) > 2:
            question = ngettext("Remove {n} record?", "Remove {n} records?", len(ids))
            call.confirm(question.format(n=len(ids)))
        with call.change(conn):
            remove(conn, ids)
    return Changed([line.format(id=row_id) for row_id in ids], ids=ids)
