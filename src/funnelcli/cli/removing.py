"""What every command that removes records does: find them, say what goes with them, ask where
that is much, and say what has gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.results import moved_lines
from funnelcli.cli.several import several
from funnelcli.i18n import _, ngettext
from funnelcli.nouns import naming
from funnelcli.nouns.counted import GONE, LEFT, OPEN
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.types import ID, record
from funnelcli.queries import lists
from funnelcli.render import Changed
from funnelcli.render.model import LINES
from funnelcli.typed import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from funnelcli.actions.removal import Account, Count

Remove = Callable[[sqlite3.Connection, Sequence[int]], None]

# More than so many are asked for.
FEW = 2
# What --json prints of a removal: as of any change, and how many records of each kind went and how
# many lack something now.
REMOVED = (*LINES, "removed", "orphaned")


def removing(
    noun: Noun[Any],
    remove: Remove,
    *lines: str,
    help: str,  # noqa: A002 - Typer's word
) -> Callable[..., Changed]:
    """The command that removes a noun's records by ``remove``, with its examples.

    ``help`` says how they are named, as an English message id.
    """

    def command(texts: list[str]) -> Changed:
        call = current()
        with call.open() as conn:
            ids = _found(call, conn, noun, texts)
            said = [_said(conn, noun, one) for one in ids]
            return removal(
                call,
                conn,
                lambda: remove(conn, ids),
                said,
                question=noun.remove_question(len(ids)),
                own={noun.table: len(ids)},
                ids=ids,
            )

    word = record(noun.table.upper(), noun.table) if noun.named is not None else ID
    command.__annotations__["texts"] = Annotated[
        list[str], Argument(metavar=word.called(f"{word}..."), help=help)
    ]
    marked = gives((), data=REMOVED)(examples(*lines)(command))
    return marked if noun.named is None else several(noun, asks=True)(marked)


def removal(
    call: Invocation,
    conn: sqlite3.Connection,
    remove: Callable[[], object],
    said: list[str],
    *,
    question: str,
    own: Mapping[str, int],
    ids: Sequence[int] = (),
    more: Mapping[str, str] | None = None,
) -> Changed:
    """Remove records by ``remove``, which is tried first where more than :data:`FEW` go or lose
    something: the person is asked the ``question``, and told what goes along.

    ``own`` is how many of each table were named, ``said`` are the lines that they have gone,
    ``more`` is what ``--json`` prints beside :data:`REMOVED`.
    """
    # Lists and edits, which share a file with a removal, do without.
    from funnelcli.actions.removal import account
    from funnelcli.db.journal import last_entry

    if not call.yes and not call.dry_run:
        # Tried and rolled back, so that nobody waits for the answer.
        with call.trial(conn) as command_id:
            after = last_entry(conn)
            remove()
            found = account(conn, command_id, after)
        if call.filtered or max(found.records, sum(own.values())) > FEW:
            call.confirm("\n".join([question, *_along(found, own)]))
    with call.change(conn) as command_id:
        after = last_entry(conn)
        remove()
        found = account(conn, command_id, after)
        lines = [*said, *_along(found, own), *moved_lines(conn, command_id, after)]
    data = (lines, list(ids), found.removed, found.orphaned)
    return Changed(lines, dict(zip(REMOVED, data, strict=True)) | dict(more or {}), ids=ids)


def _along(found: Account, own: Mapping[str, int]) -> list[str]:
    """The lines that say what goes beside the records themselves, and what stays without them."""
    from funnelcli.actions.removal import Count

    gone = [
        _counted(GONE[table], count if table not in own else Count(count.rows - own[table]))
        for table, count in found.gone.items()
        if count.rows > own.get(table, 0)
    ]
    left = [_counted(LEFT[at], count) for at, count in found.left.items()]
    lines = []
    if gone:
        lines.append(_("What goes with it: {what}.").format(what=", ".join(gone)))
    if left:
        lines.append(_("What stays: {what}.").format(what=", ".join(left)))
    return lines


def _counted(words: tuple[str, str], count: Count) -> str:
    """So many records, and how many of them are open."""
    text = ngettext(*words, count.rows).format(n=count.rows)
    return f"{text} ({ngettext(*OPEN, count.open).format(n=count.open)})" if count.open else text


def _found(
    call: Invocation, conn: sqlite3.Connection, noun: Noun[Any], texts: Sequence[str]
) -> Sequence[int]:
    """The ids that are meant, each once; of records without names whether they are there or not."""
    if noun.named is None:
        return [*dict.fromkeys(map(naming.read_id, texts))]
    return call.find_all(conn, noun, texts)


def _said(conn: sqlite3.Connection, noun: Noun[Any], record_id: int) -> str:
    """That the record has gone."""
    if noun.named is None:
        return _(noun.says.removed).format(id=record_id)
    return noun.removed(lists.one(conn, noun, record_id))
