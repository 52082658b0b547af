"""Lists of the program's own that no import takes: told from other files by their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from funnelcli.cli.commands import function_of, given
from funnelcli.cli.tree import every_command
from funnelcli.errors import Usage
from funnelcli.formats.columns import normal
from funnelcli.formats.table import Table
from funnelcli.i18n import LANGUAGES, _, every
from funnelcli.nouns import NOUNS, declared
from funnelcli.patterns import regex
from funnelcli.render.columns import MINOR, data_columns
from funnelcli.render.model import Column
from funnelcli.render.parts import VALUES

_NUMBERED = regex(r" \(\d+\)$")
_MORE = regex(rf"\w\.\w|{MINOR}$")
_TAKEN = ("contact", "deal", "visit", "step", "note", "product", "offer")
"""The nouns whose lists come back."""


def check(table: Table) -> None:
    """Raise Usage, with what can be brought in, where the columns of a file are those of a list of
    the program's own, or of a page, that no import takes."""
    name = table.name
    # Of two columns with one title a table has "Currency" and "Currency (2)".
    plain = [_NUMBERED.sub("", column) for column in table.header]
    # JSON has more than a list: objects within its records, and amounts in minor units.
    there = {normal(column) for column in plain if not _MORE.search(column)}
    if any(there <= of for noun in _TAKEN for of in _called(declared(noun).columns)):
        return
    if there in _called(VALUES):
        error = Usage(
            _("{name} is a page of this program's, which no import takes.").format(name=name)
        )
    else:
        lists = _lists(plain, workbook=table.bare)
        command = next((one for one, columns in lists if there in _called(columns)), None)
        if command is None:
            return
        text = _("{name} is what `funnel {command}` writes, which no import takes.")
        error = Usage(text.format(name=name, command=command))
    error.hint = _(
        "Lists of contacts, deals, visits, next steps, notes, products and offers can be brought"
        " in. All there is goes out and comes back with:\nfunnel export all FOLDER\n"
        "funnel import all FOLDER"
    )
    raise error


def _called(columns: Sequence[Column]) -> list[set[str]]:
    """What the columns of a list are called: by their keys, and by their titles in either
    language."""
    shown = data_columns(columns)
    titles = [every(column.title) or (column.key,) * len(LANGUAGES) for column in shown]
    ways = [[column.key for column in shown], *zip(*titles, strict=True)]
    return [set(map(normal, way)) for way in ways]


def _lists(header: Sequence[str], *, workbook: bool) -> Iterator[tuple[str, Sequence[Column]]]:
    """The lists that may have such a header, with the commands that write them."""
    for noun in map(declared, NOUNS):
        yield noun.command, noun.columns
    # The others are known to their commands alone, which take a third of a second to load: not for
    # texts of other programs, whose columns are seldom called like fields.
    if not (workbook or all(column.isidentifier() and column.islower() for column in header)):
        return
    for words, verb in every_command().items():
        if words == "call" or "l" in verb.shares:
            for option, printed in given(function_of(verb)).items():
                yield f"{words} {option}".rstrip(), printed.columns()
