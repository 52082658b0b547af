"""What is asked of a report, from what was typed, and the database that answers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress

from funnelcli.cli.commands import filter_words
from funnelcli.cli.invocation import Invocation
from funnelcli.db.server import is_address
from funnelcli.typed import TYPE_CHECKING, Any, TypeVar
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.queries.kept import Keeping
    from funnelcli.reports.question import Question

T = TypeVar("T")


def question_of(
    words: list[str] | None,
    *,
    period: str | None,
    compare: bool,
    as_of: str | None,
    process: str | None,
    by: list[str] | None = None,
    **options: Any,
) -> Question:
    """What is asked of a report, from what was typed; ``options`` are those of it alone."""
    from funnelcli.reports.question import Question, slice_key
    from funnelcli.reports.scope import end_of_day

    at = None if as_of is None else end_of_day(as_of)
    slices = tuple(slice_key(text, _own) for text in by or ())
    return Question(filter_words(words), period, process, slices, at, compare, options)


def _own() -> list[tuple[str, ...]]:
    """The fields of one's own that deals can be sliced by, with their names; no amounts."""
    from funnelcli.cli.own_values import known
    from funnelcli.nouns.deal import DEAL

    return [(field.name, *field.names, field.key) for field in known(DEAL) if field.kind != "money"]


def answered(
    call: Invocation,
    question: Question,
    ask: Callable[[sqlite3.Connection, Question], T],
    *,
    past: bool = False,
) -> T:
    """What ``ask`` makes of one state of the database and of the question: of the replica that
    reports are read on, or of the database itself where there is none, or none that has an answer,
    as it has none about the ``past``.
    """

    def of(conn: sqlite3.Connection, *, keeps: bool = False) -> T:
        return _of_one_state(call, conn, question, ask, keeps=keeps)

    # What was is worked out in tables, which a replica does not take.
    if question.as_of is None and not past and is_address(call.path):
        from funnelcli.cli import replica

        if (place := replica.place_of(call)) is not None:
            with suppress(replica.Unanswered):
                return replica.answer(call, place, of)
    with call.open() as conn:
        return of(conn, keeps=True)


def _of_one_state(
    call: Invocation,
    conn: sqlite3.Connection,
    question: Question,
    ask: Callable[[sqlite3.Connection, Question], T],
    *,
    keeps: bool,
) -> T:
    """What ``ask`` makes of one state of a database, which the connections of the parts see too;
    ``keeps`` says that answers may be kept in it, as they may not in a replica."""
    from funnelcli.db.transaction import read_only
    from funnelcli.reports import parallel
    from funnelcli.reports.statement import sort_in_pieces

    sort_in_pieces(conn)
    with read_only(conn), parallel.opened(conn) as parts:
        filters = narrowed(call, conn, question.filters)
        keeping = _keeping(conn) if keeps else None
        asked = question._replace(filters=filters, parts=parts, answers={}, keeping=keeping)
        found = ask(conn, asked)
    if keeping is not None:
        keeping.store()
    return found


def _keeping(conn: sqlite3.Connection) -> Keeping | None:
    """What is kept of a large database; few deals are asked as fast."""
    from funnelcli.db.size import many_deals

    if not many_deals(conn):
        return None
    from funnelcli.queries.kept import Keeping

    return Keeping(conn, dates.now())


def narrowed(call: Invocation, conn: sqlite3.Connection, words: Sequence[str]) -> Sequence[str]:
    """The filter words of a question, for what is the user's own where --mine says so."""
    if not call.mine:
        return words
    from funnelcli.nouns.members import only_mine

    return only_mine(conn, words)
