"""What every list command does: filter, sort, read no more than is shown, say what was cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from funnelcli.cli.invocation import current
from funnelcli.cli.notes import more_note
from funnelcli.queries import lists
from funnelcli.render import Column, Listing


def listing(
    columns: Sequence[Column],
    records: Callable[..., Iterator[Any]],
    filters: Sequence[str],
    sort: str | None,
    limit: int | None,
    *,
    empty: str,
) -> Listing:
    """The records that pass the filter words, as many as ``limit`` or the screen allows.

    ``records`` is one of the lists of :mod:`funnelcli.queries`: (connection, filters, order=,
    limit=) to rows. Raises Usage for a filter or a sort key that it does not have.
    """
    call = current()
    most = call.rows(limit)
    with call.read() as conn:
        rows, more = lists.only(
            records(conn, filters, order=sort, limit=None if most is None else most + 1), most
        )
    return Listing(columns, rows, empty=empty, notes=more_note(most) if more else [])
