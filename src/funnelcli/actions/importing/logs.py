"""Both logs of a deal, as an import reads and changes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat

from funnelcli.actions import log_book, log_cache, restaging
from funnelcli.plain import NamedTuple
from funnelcli.values import dates


class Logs(NamedTuple):
    """Both logs of a deal in the order of time; ``recorded`` is when each stay was recorded, None
    for those that are not on file yet."""

    stays: Sequence[log_cache.Stay]
    terms: Sequence[log_cache.Terms]
    recorded: Sequence[int | None]


def logs_of(book: log_book.Book) -> Logs:
    """The logs of a deal on file."""
    return Logs(book.stays, book.terms, [row.recorded_at for row in book.stood])


def retell(
    book: log_book.Book, stays: Sequence[log_cache.Stay], terms: Sequence[log_cache.Terms]
) -> None:
    """Let a deal's logs be these, and what was done for it stand at the stages that it was in.
    Rows that stay as they are keep when they were recorded, and ids rise with time."""
    now = dates.now()
    recorded = {row.stay.entered_at: row.recorded_at for row in book.stood}
    ids = _ids([row.id for row in book.stood], len(stays))
    book.restay(
        (
            log_book.Stood(row_id, recorded.get(stay.entered_at, now), stay)
            for row_id, stay in zip(ids, stays, strict=False)
        ),
        restaging.EVER,
    )
    recorded = {row.terms.valid_from: row.recorded_at for row in book.held}
    ids = _ids([row.id for row in book.held], len(terms))
    book.held = [
        log_book.Held(row_id, recorded.get(held.valid_from, now), held)
        for row_id, held in zip(ids, terms, strict=False)
    ]


def _ids(stored: Sequence[int | None], wanted: int) -> Iterable[int | None]:
    """The ids of so many rows: those that are stored, the last ones of them where fewer are wanted,
    for one that is given back would be given to another row before the command is over."""
    return chain(stored[max(0, len(stored) - wanted) :], repeat(None))
