"""What every command that removes records does: find them, ask where there are many, say what
has gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import Invocation, current
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.types import ID, record
from funnelcli.queries import lists
from funnelcli.render import Changed
from funnelcli.render.model import LINES

Remove = Callable[[sqlite3.Connection, Sequence[int]], None]
# How many records go, and the question before they do.
Question = Callable[[sqlite3.Connection, Sequence[int]], tuple[int, str]]

# More than so many are asked for.
FEW = 2


def removing(
    noun: Noun[Any],
    remove: Remove,
    *lines: str,
    help: str,  # noqa: A002 - Typer's word
    question: Question | None = None,
) -> Callable[..., Changed]:
    """The command that removes a noun's records by ``remove``, with its examples.

    ``help`` says how they are named, as an English message id. ``question`` counts what goes with
    them, where that is more than the records themselves.
    """

    def command(texts: list[str]) -> Changed:
        call = current()
        with call.open() as conn:
            ids = list(dict.fromkeys(_found(call, conn, noun, texts)))
            said = [_said(conn, noun, one) for one in ids]
            n, text = (
                (len(ids), noun.remove_question(len(ids)))
                if question is None
                else question(conn, ids)
            )
            if n > FEW:
                call.confirm(text)
            with call.change(conn):
                remove(conn, ids)
        return Changed(said, ids=ids)

    word = record(noun.table.upper(), noun.table) if noun.named is not None else ID
    command.__annotations__["texts"] = Annotated[
        list[str], typer.Argument(metavar=word.called(f"{word}..."), help=help)
    ]
    return gives((), data=LINES)(examples(*lines)(command))


def _found(
    call: Invocation, conn: sqlite3.Connection, noun: Noun[Any], texts: Sequence[str]
) -> list[int]:
    """The ids that are meant; of records without names whether they are there or not."""
    if noun.named is None:
        return [naming.read_id(text) for text in texts]
    return [call.find(conn, noun, text) for text in texts]


def _said(conn: sqlite3.Connection, noun: Noun[Any], record_id: int) -> str:
    """That the record has gone."""
    if noun.named is None:
        return _(noun.says.removed).format(id=record_id)
    return noun.removed(lists.one(conn, noun, record_id))
