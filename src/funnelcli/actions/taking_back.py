"""Taking commands back, and doing them again: what follows from several rows is made whole, and
who stands in the way is told in words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence

from funnelcli.actions import log, log_cache, log_parting, members, restaging
from funnelcli.db import bulk, journal
from funnelcli.db.advancing import Begin, unwatched
from funnelcli.db.command_lines import OUTSIDE, command_line, words_of
from funnelcli.db.journal import Mend, Undone, Wanted
from funnelcli.db.selective import Depends, depends_on_logs
from funnelcli.errors import FunnelError, Refused, Usage
from funnelcli.i18n import _, ngettext
from funnelcli.nouns.members import any_members
from funnelcli.queries.row_words import RowWords
from funnelcli.values import reader
from funnelcli.values.whole import id_of

# What is derived from the logs of a deal.
DERIVED = {
    "deal": log_cache.Cache._fields,
    "stay": ("next_stage_id", "again"),
    **dict.fromkeys(restaging.TABLES, ("stage_id",)),
}
# No command has a higher id.
_LAST = (1 << 62) - 1
# So many later commands are named.
_NAMED = 3


def numbers(words: Sequence[str]) -> list[tuple[int, int]]:
    """The ranges of ids that words name: "5", "3..5", "3..". Raises Usage for what is none."""
    found = []
    for word in " ".join(words).replace(",", " ").split():
        first, dots, last = word.partition("..")
        ends = id_of(first), id_of(last if dots else first)
        if dots and not last:
            ends = ends[0], _LAST
        if ends[0] is None or ends[1] is None:
            raise Usage(
                _("{text} is no number of a command.").format(text=word),
                _("Write them as `funnel history` lists them: 5, or 3..5."),
            )
        found.append((min(ends[0], ends[1]), max(ends[0], ends[1])))
    return found


def undo(
    conn: sqlite3.Connection,
    wanted: Wanted,
    alongside: Callable[[int], object],
    instead: Callable[[int], object],
    begin: Begin = unwatched,
) -> list[Undone]:
    """Take back what is wanted, as :func:`funnelcli.db.journal.undo` does; ``instead`` is called
    with the id of each command that ``alongside`` was called for where nothing is taken back.
    Raises Refused with the later commands that depend on it."""
    begun: dict[int, None] = {}

    def before(target: int) -> None:
        members.check_command(conn, target)
        begun[target] = None
        alongside(target)

    try:
        return journal.undo(conn, before, begin, wanted, MEND)
    except (Depends, Refused) as error:
        for target in begun:
            instead(target)
        if isinstance(error, Refused):
            raise
        raise _refused(conn, error, begin) from error


def redo(conn: sqlite3.Connection, begin: Begin = unwatched) -> list[Undone]:
    """Do again what was undone last, as :func:`funnelcli.db.journal.redo` does."""
    try:
        return journal.redo(conn, begin, MEND)
    except Depends as error:
        raise _refused(conn, error, begin) from error


def _mend(conn: sqlite3.Connection, command_id: int, deals: Collection[int]) -> None:
    """Write what is derived from the logs of deals anew. Raises Depends where later commands have
    gone on from an entry of a log that went."""
    there = conn.execute(
        "SELECT id FROM deal WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([*deals]),),
    ).fetchall()
    for some in bulk.batches(deal_id for (deal_id,) in there):
        books = log.books_of(conn, some)
        for deal_id, book in books.items():
            if book.broken:
                raise depends_on_logs(conn, command_id, deal_id)
            book.since = restaging.EVER
        log.write(conn, [*books.values()])


def _check(conn: sqlite3.Connection, command_id: int) -> None:
    """Raises Refused where users are left whom the entry may not leave so."""
    if any_members(conn):
        from funnelcli.actions.users import check_left

        check_left(conn, command_id)


MEND = Mend(DERIVED, log_parting.logs, _mend, _check)


def _refused(conn: sqlite3.Connection, error: Depends, begin: Begin) -> Refused:
    """The sentence on what cannot be taken back, and on what depends on it."""
    words = RowWords(conn, reader.locale())
    about = words.about(error.table, error.row_id, error.columns)
    lines = [
        _("{command} cannot be taken back by itself: what was done later depends on it.").format(
            command=_called(conn, error.command_id)
        )
    ]
    named = [_called(conn, number) for number in error.commands[:_NAMED]]
    more = len(error.commands) - len(named)
    if more > 0:
        named.append(ngettext("{n} more", "{n} more", more).format(n=more))
    if named:
        text = _("It is about {record}, and came by {commands}.")
        lines.append(text.format(record=about, commands=", ".join(named)))
    else:
        lines.append(_("It is about {record}.").format(record=about))
    every, line = _line(conn, error, begin)
    theirs = members.others(conn, every)
    lines += [
        _("{id} was a command of {who}.").format(id=number, who=who)
        for number, who in [*theirs.items()][:_NAMED]
    ]
    offer = (
        _("An owner of the database ({names}) can take all of them back: {line}")
        if theirs
        else _("Take all of them back: {line}")
    )
    hint = offer.format(names=members.owners(conn), line=line)
    return Refused(" ".join(lines), hint if line else _("`funnel history` lists what was done."))


def _line(conn: sqlite3.Connection, error: Depends, begin: Begin) -> tuple[list[int], str]:
    """Which commands can be taken back together, those that were wanted among them, and the line
    that does so; where none can, those in the way and ""."""
    near = sorted({*error.wanted, *error.commands}, reverse=True)
    try:
        goes = journal.whole(conn, error, MEND, begin)
    except (FunnelError, sqlite3.Error):
        # Whose commands may not be taken back cannot see what stands in their way either.
        goes = [near] if members.others(conn, near) else []
    line = "; ".join(f"funnel undo {' '.join(map(str, one))}" for one in goes)
    return [number for one in goes for number in one] or near, line


def _called(conn: sqlite3.Connection, command_id: int) -> str:
    """A command by its number, and as it was typed."""
    verb, args = conn.execute(
        "SELECT verb, args FROM command WHERE id = ?", (command_id,)
    ).fetchone()
    text = command_line(verb, words_of(args))
    # What no command line did is in brackets already.
    return f"{command_id} {text if verb == OUTSIDE else f'({text})'}"
