"""Entries of a deal's logs whose time nobody has said, and what may be recorded before them.

A file that is imported every week says that a deal has moved, and not when: the move is recorded
as of the import. Where a later file says that the deal was closed before that, the close holds,
and the move was earlier than it seemed. What a person has recorded, or a file has dated, stands.
"""

from __future__ import annotations

from funnelcli.actions import log_book
from funnelcli.actions.importing.moments import BadRowError, Moment, stands_for_day
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.values import dates, daytext

# An entry as of the import has its instant from the same clock, read a moment before.
_AT_ONCE = 60


class _Logged(NamedTuple):
    """An entry of one of the logs, by its place in it."""

    moves: bool
    place: int
    at: int
    dated: bool
    decides: bool
    """Whether a close must come after it: a stay, or another status."""


def _logged(book: log_book.Book) -> list[_Logged]:
    """The entries of a deal in the order of time."""
    found = []
    status = ""
    for place, row in enumerate(book.held):
        held = row.terms
        dated = is_dated(held.provenance, held.valid_from, row.recorded_at)
        found.append(_Logged(False, place, held.valid_from, dated, held.status != status))
        status = held.status
    # The first stay is from the opening, of which the terms know whether a file said it.
    opening = found[0]
    for place, stood in enumerate(book.stood):
        stay = stood.stay
        dated = is_dated(stay.provenance, stay.entered_at, stood.recorded_at)
        found.append(_Logged(True, place, stay.entered_at, dated, decides=True))
    found = [
        entry._replace(dated=opening.dated) if entry.at == opening.at else entry for entry in found
    ]
    return sorted(found, key=lambda entry: entry.at)


def is_dated(provenance: str, at: int, recorded_at: int) -> bool:
    """Whether a person or a file has said when an entry of a log was."""
    if provenance == "imported":
        return not 0 <= recorded_at - at <= _AT_ONCE
    return provenance == "live"


def place(book: log_book.Book, closed: Moment) -> int:
    """The instant of a close: behind the last entry that says its time and that a close must come
    after. Raises BadRowError where the close lies before that."""
    fixed = [entry.at for entry in _logged(book) if entry.dated and entry.decides]
    return _behind(closed, max(fixed)) if fixed else closed.at


def give_way(book: log_book.Book, at: int) -> bool:
    """Put the entries without a time that lie behind an instant shortly before it, in their order;
    whether the opening is among them."""
    logged = _logged(book)
    late = [entry for entry in logged if entry.at >= at and not entry.dated]
    if not late:
        return False
    floor = max((entry.at for entry in logged if entry.dated and entry.at <= at), default=None)
    instants = sorted({entry.at for entry in late})
    new = {old: at - len(instants) + place for place, old in enumerate(instants)}
    if floor is not None:
        new = {old: max(instant, floor) for old, instant in new.items()}
    stood, held = book.stood, book.held
    for entry in late:
        here, instant = entry.place, new[entry.at]
        if entry.moves:
            if here and (before := stood[here - 1]).stay.left_at == entry.at:
                stood[here - 1] = before._replace(stay=before.stay._replace(left_at=instant))
            row = stood[here]
            stood[here] = row._replace(stay=row.stay._replace(entered_at=instant))
        else:
            if here and (earlier := held[here - 1]).terms.valid_to == entry.at:
                held[here - 1] = earlier._replace(terms=earlier.terms._replace(valid_to=instant))
            terms = held[here].terms._replace(
                valid_from=instant, valid_on=dates.local_date(instant).isoformat()
            )
            held[here] = held[here]._replace(terms=terms)
    book.restay(stood, min(new.values()))
    return logged[0] in late


def _behind(closed: Moment, last: int) -> int:
    """The instant of a close whose deal has its last entry at ``last``: the close's own where it
    is later; a second behind the entry where both are of one day and the time of day of one of
    them is not known. Raises BadRowError for a close before the entry."""
    if closed.at > last:
        return closed.at
    day = dates.local_date(last)
    if closed.day == day.isoformat() and (
        closed.at == last or not closed.timed or stands_for_day(last)
    ):
        after = min(last + 1, max(dates.now(), last))
        return after if dates.local_date(after) == day else last
    raise BadRowError(
        _("closed on {closed}, before the entry of {when} on file").format(
            closed=daytext.moment(closed.at) if closed.timed else closed.day,
            when=daytext.moment(last),
        )
    )
