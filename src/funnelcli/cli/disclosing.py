"""Noting which contacts' data a file holds that a command writes with -o."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from funnelcli.cli.invocation import Invocation
from funnelcli.db import disclosed
from funnelcli.errors import FunnelError, reason
from funnelcli.i18n import _
from funnelcli.nouns.contact import Contact
from funnelcli.render import Listing, Page, message
from funnelcli.typed import Any


class Watch:
    """The contacts that a result is about, noted as its rows pass."""

    def __init__(self, call: Invocation, result: Any) -> None:
        self.members = disclosed.Members(call.about)
        if isinstance(result, Listing):
            result.rows = self._passing(result.rows)
        elif isinstance(result, Page):
            data = result.data if isinstance(result.data, dict) else {}
            self._note(data.get("id" if result.name == "contact" else "contact_id"))
            for block in result.blocks:
                if isinstance(block, Listing):
                    for row in block.rows if isinstance(block.rows, list) else ():
                        self._note(_contact(row))

    def _passing(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self._note(_contact(row))
            yield row

    def _note(self, contact_id: Any) -> None:
        if isinstance(contact_id, int):
            self.members.add(contact_id)


def _contact(row: Any) -> Any:
    """The id of the contact that a row is about."""
    if isinstance(row, Contact):
        return row.id
    return row.get("contact_id") if isinstance(row, dict) else getattr(row, "contact_id", None)


@contextmanager
def noted(call: Invocation, path: str) -> Iterator[None]:
    """Write a file with everybody's data in the block: it is on the log before that, so that what
    is written says so itself, and off it again where it was not written; on a server only an owner
    takes something off it."""
    line = note(call, path, None)
    try:
        yield
    except BaseException:
        if line is not None:
            with suppress(FunnelError, sqlite3.Error), call.open() as conn:
                disclosed.take_back(conn, line)
        raise


def note(call: Invocation, path: str, members: disclosed.Members | None) -> int | None:
    """Put a file that was written on the log, unless it holds nobody's data; without ``members`` it
    holds everybody's. What was written stays, whether or not it can be noted. The id of the line,
    None where there is no new one."""
    if members is not None and not len(members):
        return None
    try:
        with call.open() as conn:
            return disclosed.add(conn, call.verb, os.path.abspath(path), members)
    except (FunnelError, sqlite3.Error) as error:
        why = reason(error)
        message(
            call.output,
            _("Warning: {text}").format(
                text=_("{path} is not in the log of exports: {error}").format(path=path, error=why)
            ),
        )
        return None
