"""What every list command does: filter, sort, read no more than is shown, say what was cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from funnelcli import config
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.invocation import current
from funnelcli.cli.params import Limit, Sort, Words
from funnelcli.cli.results import more_note, unrated_note
from funnelcli.errors import Usage
from funnelcli.filters import is_plain, sorted_by
from funnelcli.i18n import _, pick
from funnelcli.nouns.extending import extended
from funnelcli.nouns.members import only_mine
from funnelcli.nouns.noun import Noun
from funnelcli.queries import lists
from funnelcli.render import Column, Listing, Output, message
from funnelcli.render.columns import attributes
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values.choosing import exact

if TYPE_CHECKING:
    import sqlite3

    from funnelcli.nouns.field import Field
    from funnelcli.nouns.types import Choices


# What holds a record's data and nothing else.
_DATA = frozenset({"json", "csv"})

Maker = Callable[["sqlite3.Connection", Iterable[Any]], Iterable[str]]
"""From rows, and the database that they are read from, to the text of a file."""


def listing(
    noun: Noun[Any],
    filters: Sequence[str],
    sort: str | None,
    limit: int | None,
    texts: Mapping[str, Maker] | None = None,
) -> Listing:
    """The records that pass the filter words, as many as ``limit`` or the screen allows; ``texts``
    make files of them that are no tables, by format.

    Raises Usage for a filter or a sort key that the noun does not have.
    """
    call = current()
    most = call.rows(limit)
    conn = call.hold()
    noun = extended(conn, noun)
    if sort is None:
        sort = _usual_sort(noun, call.list)
    else:
        # One that names no column is no order, empty or not.
        sorted_by(sort, noun.sort_keys(), noun.called)
    if call.mine:
        filters = only_mine(conn, filters)
    asked = None if most is None else most + 1
    found: Iterator[Any]
    if call.output.format == "ids" and noun.apart == f"{noun.alias}.id":
        found = lists.listed_ids(conn, noun, filters, order=sort, limit=asked)
    else:
        found = lists.listed(
            conn,
            noun,
            filters,
            order=sort,
            limit=asked,
            screen=call.on_screen,
            only=_read(noun, call.output),
        )
    rows, more = lists.only(found, most)
    meant = _meant(noun, filters)
    if meant:
        rows = list(rows)
        if not rows:
            import shlex

            line = [*noun.command.split(), *meant]
            message(
                call.output,
                _("Did you mean {name}?").format(name=f"`{shlex.join(['funnel', *line])}`"),
            )
    notes = more_note(most) if more else []
    notes += unrated_note(lists.apart(conn, noun, filters, sort))
    empty = _("Nothing fits these filters.") if filters else noun.empty()
    made = {"ics": _calendar(noun)} if noun.dated else {}
    made.update(texts or {})
    return Listing(
        _named(conn, noun),
        rows,
        empty=empty,
        notes=notes,
        texts={name: partial(make, conn) for name, make in made.items()},
    )


def _read(noun: Noun[Any], output: Output) -> frozenset[str] | None:
    """The attributes of the records that are read: those of the fields that were chosen of the
    data; None for all, which other formats may look at beside what they show."""
    if output.format in _DATA and output.fields:
        return attributes(noun.columns, output.fields)
    return None


def _usual_sort(noun: Noun[Any], name: str) -> str:
    """By what the setting of a list sorts it; "" where nothing is said, and where that is no key,
    as of a field that was removed or hidden, of which the person is told."""
    text = config.of_list(config.SORT, name)
    if text:
        try:
            sorted_by(text, noun.sort_keys(), noun.called)
        except Usage as error:
            way = _("`funnel config unset {name}` takes the setting back.")
            hint = way.format(name=f"{config.SORT}{name}")
            text = f"{config.SORT}{name}: {error.message} {hint}"
            message(current().output, _("Warning: {text}").format(text=text))
            return ""
    return text


def _calendar(noun: Noun[Any]) -> Maker:
    """What makes a calendar of the days that records have."""

    def make(_conn: sqlite3.Connection, rows: Iterable[Any]) -> Iterable[str]:
        from funnelcli.formats.calendar import write
        from funnelcli.nouns.dated import entries

        return [write(entries(noun.dated, rows))]

    return make


def _meant(noun: Noun[Any], filters: Sequence[str]) -> list[str]:
    """The filter words with those that are looked for in the text, but call a condition or a field
    with its value, written as that; none where there are none."""
    meant = [_as_filter(noun, word) if is_plain(word) else word for word in filters]
    return meant if meant != [*filters] else []


def _as_filter(noun: Noun[Any], word: str) -> str:
    minus = word[:1] if word[:1] == "-" else ""
    text = word[len(minus) :]
    if ":" in text:
        return word
    name, equals, value = text.partition("=")
    if equals:
        keys = exact(noun.called(), name)
        return f"{minus}{keys[0]}:{value}" if len(keys) == 1 and value else word
    keys = exact(noun.flags_called(), text)
    return f"{minus}is:{keys[0]}" if len(keys) == 1 else word


def _named(conn: sqlite3.Connection, noun: Noun[Any]) -> list[Column]:
    """The columns of the records, in which a person reads the names of what has a key on file: of
    sources, reasons, processes."""
    return [
        column._replace(names=_names(known), table=column.table or _is_owner(field, known))
        if column.names is None
        and column.shown is None
        and (field := noun.fields.get(column.key)) is not None
        and (known := field.type.known(conn)) is not None
        else column
        for column in noun.columns
    ]


def _is_owner(field: Field, known: Choices) -> bool:
    """Whether a column says whose a record is, and there are users."""
    return field.name == "owner" and bool(known())


def _names(known: Choices) -> Callable[[Any], str]:
    """What reads a key as its name; asked for when the first is shown."""
    found: dict[str, str] = {}

    def name(key: str | None) -> str:
        if not found:
            found.update((one, pick(en, de)) for one, en, de in known())
        return "" if key is None else found.get(key, key)

    return name


def lister(
    noun: Noun[Any], *lines: str, texts: Mapping[str, Maker] | None = None
) -> Callable[..., Listing]:
    """The command that lists a noun's records, with its examples; ``texts`` as :func:`listing`
    takes them."""

    @gives(noun)
    @filtered(noun)
    @examples(*lines)
    def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
        return listing(noun, filter_words(words), sort, limit, texts)

    return list_
