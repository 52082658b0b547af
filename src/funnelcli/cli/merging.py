"""What the commands that merge records do: find them, say what becomes of them, ask, and say what
was done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.results import changed, moved_lines
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.counted import GONE
from funnelcli.nouns.extending import extended, own_fields
from funnelcli.nouns.noun import Noun
from funnelcli.render import Changed, drawn, message
from funnelcli.render.columns import OWN
from funnelcli.typed import TYPE_CHECKING, Annotated, Any
from funnelcli.values.choosing import exact, nearest

if TYPE_CHECKING:
    from funnelcli.actions.merging import Merged

Take = Annotated[
    list[str] | None,
    Option(
        "--take",
        metavar="FIELD=ID",
        help=N_("Whose value a field takes where they differ; may be repeated."),
    ),
]


def read_takes(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    takes: Sequence[str] | None,
    fields: Sequence[str],
    find: Callable[[str], int],
    ids: Sequence[int],
) -> dict[str, int]:
    """The columns that ``--take`` names, each with the record whose value it is to have.

    ``fields`` are the columns that can be taken. Raises Usage for one that cannot, and for a record
    that is not merged.
    """
    entries = [(name, *_names(noun, name)) for name in fields]
    found: dict[str, int] = {}
    for text in takes or ():
        word, equals, whose = text.partition("=")
        keys = exact(entries, word)
        if not equals or not whose.strip():
            raise Usage(
                _("{text} does not say whose value is taken.").format(text=text),
                _("Write it like: --take town=4"),
            )
        if not keys:
            near = nearest(word, entries)
            known = ", ".join(name.removesuffix("_id").removeprefix(OWN) for name in fields)
            message = _("{name} is no field that can be taken.").format(name=word)
            if near:
                message += " " + _("Did you mean {name}?").format(
                    name=near.removesuffix("_id").removeprefix(OWN)
                )
            raise Usage(message, _("Write one of: {keys}.").format(keys=known))
        record_id = find(whose.strip())
        if record_id not in ids:
            raise Usage(
                _("{name} is not among the merged ones.").format(name=whose.strip()),
                _("Name one of: {ids}.").format(ids=", ".join(map(str, ids))),
            )
        found[keys[0]] = record_id
    return found


def _names(noun: Noun[Any], name: str) -> list[str]:
    """What a column is called: by its field's name, option and title."""
    bare = name.removesuffix("_id").removeprefix(OWN)
    titles = [noun.fields[one].title for one in (bare, name) if one in noun.fields]
    return [bare, *(text for title in titles for text in (title, _(title)))]


def merging(
    noun: Noun[Any],
    names: Sequence[str],
    take: Sequence[str] | None,
    fields: Sequence[str],
    merge: Callable[[sqlite3.Connection, int, Sequence[int], Mapping[str, int]], Merged],
    question: tuple[str, str],
) -> Changed:
    """Merge the records that are named, the first of which stays, by ``merge``, with what ``take``
    says of ``fields``. It is tried first where a person is asked the ``question``, or wants to know
    only: they see what will be."""
    call = current()
    with call.open() as conn:
        keep = call.find(conn, noun, names[0])
        gone = [*call.find_all(conn, noun, names[1:])]
        ids = [keep, *gone]
        noun = extended(conn, noun)
        fields = [*fields, *(field.name for field in own_fields(conn, noun))]
        takes = read_takes(conn, noun, take, fields, lambda text: call.find(conn, noun, text), ids)
        if not call.yes or call.dry_run:
            _preview(call, conn, noun, lambda: merge(conn, keep, gone, takes), ids, question)
        with call.change(conn) as command_id:
            merged = merge(conn, keep, gone, takes)
            lines = [*_lines(noun, merged), *moved_lines(conn, command_id)]
            return changed(conn, noun, merged.id, lines)


def _preview(
    call: Invocation,
    conn: sqlite3.Connection,
    noun: Noun[Any],
    merge: Callable[[], Merged],
    ids: Sequence[int],
    question: tuple[str, str],
) -> None:
    from funnelcli.cli.merge_table import compared, standing

    before = [standing(conn, noun, one) for one in dict.fromkeys(ids)]
    # Tried and rolled back, so that nobody waits for the answer.
    with call.trial(conn):
        tried = _lines(noun, merge())
        after = standing(conn, noun, ids[0])
    if call.interactive or (call.dry_run and call.on_screen):
        table = compared(noun, before, after, call.output.locale)
        message(call.output, drawn(table, call.output))
    name = getattr(before[0].record, next(column.key for column in noun.columns if column.flex))
    others = len(ids) - 1
    asked = ngettext(*question, others).format(n=others, name=name)
    call.confirm("\n".join([*tried, asked]))


def _lines(noun: Noun[Any], merged: Merged) -> list[str]:
    """What becomes, or became, of the records."""
    lines = [
        _("{name} ({id}) takes over {other} ({other_id})").format(
            name=merged.name, id=merged.id, other=name, other_id=one
        )
        for one, name in merged.others
    ]
    counted = [ngettext(*GONE[table], n).format(n=n) for table, n in sorted(merged.moved.items())]
    if counted:
        lines.append(_("What comes along: {what}.").format(what=", ".join(counted)))
    if merged.filled:
        titles = dict.fromkeys(_names(noun, name)[-1] for name in merged.filled)
        lines.append(_("Filled in: {fields}.").format(fields=", ".join(titles)))
    if merged.corrections:
        text = ngettext(
            "{n} entry of a log is a correction now: funnel deal log {id}",
            "{n} entries of the logs are corrections now: funnel deal log {id}",
            merged.corrections,
        )
        lines.append(text.format(n=merged.corrections, id=merged.id))
    if merged.kept:
        lines.append(_("Kept in the notes: {what}.").format(what="; ".join(merged.kept)))
    return lines
