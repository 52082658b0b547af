"""What is asked of a report, from what was typed, and the database that answers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from funnelcli.cli.commands import filter_words
from funnelcli.cli.invocation import Invocation

if TYPE_CHECKING:
    from funnelcli.reports.question import Question


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


@contextmanager
def opened(call: Invocation, question: Question) -> Iterator[sqlite3.Connection]:
    """The database for a question: one state of it, for the connections of the parts too."""
    from funnelcli.db.transaction import read_only
    from funnelcli.reports import parallel
    from funnelcli.reports.statement import sort_in_pieces

    with call.open() as conn:
        sort_in_pieces(conn)
        with read_only(conn), parallel.opened(conn) as question.parts:
            question.filters = narrowed(call, conn, question.filters)
            yield conn


def narrowed(call: Invocation, conn: sqlite3.Connection, words: Sequence[str]) -> Sequence[str]:
    """The filter words of a question, for what is the user's own where --mine says so."""
    if not call.mine:
        return words
    from funnelcli.nouns.members import only_mine

    return only_mine(conn, words)
