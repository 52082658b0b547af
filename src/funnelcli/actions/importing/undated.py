"""Entries of a deal's logs whose time nobody has said, and what may be recorded before them.

A file that is imported every week says that a deal has moved, and not when: the move is recorded
as of the import. Where a later file says that the deal was closed before that, the close holds,
and the move was earlier than it seemed. What a person has recorded, or a file has dated, stands.
"""

from __future__ import annotations

import sqlite3

from funnelcli.actions import restaging
from funnelcli.actions.importing.moments import BadRowError, Moment, stands_for_day
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.values import dates, daytext

# An entry as of the import has its instant from the same clock, read a moment before.
_AT_ONCE = 60


class _Logged(NamedTuple):
    """An entry of one of the logs."""

    table: str
    id: int
    at: int
    dated: bool
    decides: bool
    """Whether a close must come after it: a stay, or another status."""


def _logged(conn: sqlite3.Connection, deal_id: int) -> list[_Logged]:
    """The entries of a deal in the order of time."""
    found = []
    status = ""
    for row_id, at, provenance, recorded_at, now in conn.execute(
        "SELECT id, valid_from, provenance, recorded_at, status FROM terms WHERE deal_id = ?"
        " ORDER BY valid_from, id",
        (deal_id,),
    ):
        dated = is_dated(provenance, at, recorded_at)
        found.append(_Logged("terms", row_id, at, dated, now != status))
        status = now
    for row_id, at, provenance, recorded_at in conn.execute(
        "SELECT id, entered_at, provenance, recorded_at FROM stay WHERE deal_id = ?"
        " ORDER BY entered_at, id",
        (deal_id,),
    ):
        dated = is_dated(provenance, at, recorded_at)
        found.append(_Logged("stay", row_id, at, dated, decides=True))
    # The first stay is from the opening, of which the terms know whether a file said it.
    opening = next(entry for entry in found if entry.table == "terms")
    found = [
        entry._replace(dated=opening.dated) if entry.at == opening.at else entry for entry in found
    ]
    return sorted(found, key=lambda entry: (entry.at, entry.id))


def is_dated(provenance: str, at: int, recorded_at: int) -> bool:
    """Whether a person or a file has said when an entry of a log was."""
    if provenance == "imported":
        return not 0 <= recorded_at - at <= _AT_ONCE
    return provenance == "live"


def place(conn: sqlite3.Connection, deal_id: int, closed: Moment) -> int:
    """The instant of a close: behind the last entry that says its time and that a close must come
    after. Raises BadRowError where the close lies before that."""
    fixed = [entry.at for entry in _logged(conn, deal_id) if entry.dated and entry.decides]
    return _behind(closed, max(fixed)) if fixed else closed.at


def give_way(conn: sqlite3.Connection, deal_id: int, at: int) -> bool:
    """Put the entries without a time that lie behind an instant shortly before it, in their order;
    whether the opening is among them."""
    logged = _logged(conn, deal_id)
    late = [entry for entry in logged if entry.at >= at and not entry.dated]
    if not late:
        return False
    floor = max((entry.at for entry in logged if entry.dated and entry.at <= at), default=None)
    instants = sorted({entry.at for entry in late})
    new = {old: at - len(instants) + place for place, old in enumerate(instants)}
    if floor is not None:
        new = {old: max(instant, floor) for old, instant in new.items()}
    for table, start, end in (
        ("stay", "entered_at", "left_at"),
        ("terms", "valid_from", "valid_to"),
    ):
        moved = [entry for entry in late if entry.table == table]
        for entry in moved:
            conn.execute(
                f"UPDATE {table} SET {end} = ? WHERE deal_id = ? AND {end} = ? AND id < ?",
                (new[entry.at], deal_id, entry.at, entry.id),
            )
            conn.execute(f"UPDATE {table} SET {start} = ? WHERE id = ?", (new[entry.at], entry.id))
            if table == "terms":
                day = dates.local_date(new[entry.at]).isoformat()
                conn.execute("UPDATE terms SET valid_on = ? WHERE id = ?", (day, entry.id))
    restaging.restage(conn, deal_id, min(new.values()))
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
