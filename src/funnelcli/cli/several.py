"""One command over all records that a filter finds: what it would do to each, in one transaction
and with one undo."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import negates
from funnelcli.cli.results import each_changed
from funnelcli.errors import FunnelError
from funnelcli.filters import is_plain
from funnelcli.i18n import _, ngettext
from funnelcli.nouns import naming
from funnelcli.nouns.naming import MOST_CANDIDATES
from funnelcli.nouns.noun import Noun
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.queries import lists
from funnelcli.render import Changed, Listing, drawn, message
from funnelcli.text import fold
from funnelcli.typed import Any

# Stands before filter words that were put where a record's name is, and between them.
MARK = "\x1ff"
_BETWEEN = "\x1e"
_WORD = regex(r"-?([^\W\d][\w.-]*):(?!\s|//)")


class Several(NamedTuple):
    """What a command is carried out over: a noun's records, ``only`` some of them by a condition of
    its naming; ``asks`` where it asks for confirmation by itself."""

    noun: Noun[Any]
    only: str = ""
    asks: bool = False


def several(
    noun: Noun[Any], *, only: str = "", asks: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let filter words stand where a command names its record, its first argument."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__dict__["several"] = Several(noun, only, asks)
        return function

    return mark


def gathered(of: Several, args: Sequence[str], known: Sequence[Any]) -> list[str]:
    """``args`` with the words of a filter in one, in the first one's place; all as they are where
    none of them is a filter. Bare words beside it are filters too."""
    places = list(_positional(args, known))
    given = [args[place] for place in places]
    if not (_has_filter(_names(of.noun), given) or _has_filter(_own_names(of.noun), given)):
        return [*args]
    words = _BETWEEN.join(args[place] for place in places)
    rest = [arg for place, arg in enumerate(args) if place not in places and arg != "--"]
    return [MARK + words, *rest]


def _positional(args: Sequence[str], known: Sequence[Any]) -> Iterator[int]:
    """Where the words stand that are neither options nor their values."""
    takes_value = {
        name for param in known if not getattr(param, "is_flag", True) for name in param.opts
    }
    plain = False
    after_option = False
    for place, word in enumerate(args):
        if word == "--" and not plain:
            plain = True
        elif (plain or word[:1] != "-" or negates(word)) and not after_option:
            yield place
        after_option = not plain and word in takes_value


def _names(noun: Noun[Any]) -> frozenset[str]:
    """What may stand before the colon of a filter on a noun, folded."""
    names = {name for name, ask, _type in noun.asked() if ask.filter}
    return frozenset(
        _folded(word)
        for entry in [("is",), *((name,) for name in names), *noun.called()]
        if entry[0] in names or entry[0] == "is"
        for word in entry
    )


def _own_names(noun: Noun[Any]) -> frozenset[str]:
    """The same of fields of one's own."""
    from funnelcli.cli.own_values import known

    return frozenset(
        _folded(name) for field in known(noun) for name in (field.key, field.name, *field.names)
    )


def _folded(name: str) -> str:
    return fold(name.replace("_", " ").replace("-", " "))


def _has_filter(names: frozenset[str], words: Sequence[str]) -> bool:
    return any(_is_filter(names, word) for word in words)


def _is_filter(names: frozenset[str], word: str) -> bool:
    """Whether an argument is a filter, and no name: a key with its value, or what has one of these
    or a saved filter in it."""

    def keyed(text: str) -> bool:
        found = _WORD.match(text)
        return found is not None and _folded(found[1]) in names

    if is_plain(word):
        return keyed(word)
    from funnelcli.filters.expression import asks

    return asks(word, keyed)


def words_in(value: Any) -> list[str] | None:
    """The filter words that stand where a record's name is; None where a name does."""
    text = value[0] if isinstance(value, list | tuple) and value else value
    if not isinstance(text, str) or not text.startswith(MARK):
        return None
    return text.removeprefix(MARK).split(_BETWEEN)


def over(
    of: Several, words: Sequence[str], carry_out: Callable[[Any], Any], *, at_once: bool
) -> Changed:
    """What ``carry_out`` does to every record that passes the filter words; it is given the name of
    one, or with ``at_once`` those of all. The person is shown them and asked.

    Raises what it raises, with the record that is concerned named; then nothing was changed.
    """
    call = current()
    with call.open() as conn:
        ids = _found(conn, of, words)
        if not ids:
            return Changed([_("Nothing fits these filters.")], [], of.noun.columns)

        def run() -> Changed:
            if not at_once:
                return _each(conn, of.noun, ids, carry_out)
            result = carry_out(_references(conn, of.noun, ids))
            assert isinstance(result, Changed)
            return result

        call.filtered = True
        try:
            if of.asks and at_once:
                return run()
            if not of.asks:
                _ask(call, conn, of.noun, ids, run)
            asks = nullcontext() if of.asks else _unasked(call)
            with asks, call.together(conn) as command_id:
                result = run()
                if call.dry_run and call.on_screen:
                    result.differences = _differences(call, conn, command_id)
                return result
        finally:
            call.filtered = False


@contextmanager
def _unasked(call: Invocation) -> Iterator[None]:
    """Ask nobody within the block: the database is held, and was asked for once for all."""
    before = call.no_input, call.yes
    call.no_input = call.yes = True
    try:
        yield
    finally:
        call.no_input, call.yes = before


def _differences(call: Invocation, conn: sqlite3.Connection, command_id: int) -> Listing | None:
    """What a command has changed so far, field by field, as much of it as a screen shows."""
    from tempfile import TemporaryFile

    from funnelcli.cli.data.dry_run import first_of
    from funnelcli.queries.differences import Differences

    with TemporaryFile() as file:
        found = Differences(conn, call.path, command_id, call.output.locale, file, named=0)
        return first_of(found, _("… and {n} more")) if found.fields else None


def _each(
    conn: sqlite3.Connection, noun: Noun[Any], ids: Sequence[int], carry_out: Callable[[Any], Any]
) -> Changed:
    lines: list[str] = []
    warnings: list[str] = []
    for record_id, reference in zip(ids, _references(conn, noun, ids), strict=True):
        try:
            result = carry_out(reference)
        except FunnelError as error:
            label = naming.labelled(conn, noun, [record_id])[0].label if noun.named else record_id
            error.message = f"{label}: {error.message}"
            raise
        lines += result.lines
        warnings += result.warnings
    return each_changed(conn, noun, ids, lines, warnings)


def _found(conn: sqlite3.Connection, of: Several, words: Sequence[str]) -> list[int]:
    ids = [row["id"] for row in lists.listed_ids(conn, of.noun, words)]
    if not of.only:
        return ids
    return [
        candidate.id
        for start in range(0, len(ids), 500)
        for candidate in naming.labelled(conn, of.noun, ids[start : start + 500], of.only)
    ]


def _references(conn: sqlite3.Connection, noun: Noun[Any], ids: Sequence[int]) -> list[str]:
    """What names each of the records and no other: an id may be another one's number."""
    if noun.named is None or not noun.named.number:
        return [*map(str, ids)]
    return naming.public_ids(conn, noun, ids)


def _ask(
    call: Invocation,
    conn: sqlite3.Connection,
    noun: Noun[Any],
    ids: Sequence[int],
    run: Callable[[], Changed],
) -> None:
    """Show what would change, field by field, or else which records, and ask."""
    text = ngettext("Change this {n} record?", "Change these {n} records?", len(ids))
    question = text.format(n=len(ids))
    asked = not (call.yes or call.dry_run) and call.interactive
    if asked and (table := _tried(call, conn, run)):
        message(call.output, drawn(table, call.output))
    elif asked and noun.named is not None:
        shown = naming.labelled(conn, noun, ids[:MOST_CANDIDATES])
        lines = [f"{candidate.id:>6}  {candidate.label}" for candidate in shown]
        if len(ids) > len(shown):
            lines.append(_("… and {n} more").format(n=len(ids) - len(shown)))
        message(call.output, "\n".join(lines))
    call.confirm(question)


def _tried(
    call: Invocation, conn: sqlite3.Connection, run: Callable[[], Changed]
) -> Listing | None:
    """What would change; taken back, so that nobody waits for the answer."""
    call.dry_run = True
    try:
        with _unasked(call), call.together(conn) as command_id:
            run()
            return _differences(call, conn, command_id)
    finally:
        call.dry_run = False
