"""Which column of a file is which field of a contact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from funnelcli.actions.importing.cells import Cells
from funnelcli.actions.importing.fields import (
    NoColumn,
    Plan,
    Read,
    Untaken,
    cell_of,
    fields_of,
    heard,
    in_full,
    joined,
    matched,
    names_of,
    with_titles,
)
from funnelcli.actions.importing.preference import StampColumn
from funnelcli.actions.importing.proposing import is_address, proposing
from funnelcli.db.bulk import batches
from funnelcli.formats.columns import DateColumn, DateFormat, normal
from funnelcli.formats.table import Row, Table
from funnelcli.i18n import every
from funnelcli.nouns.contact import CONTACT
from funnelcli.patterns import re, regex

ALIASES: Mapping[str, Sequence[str]] = {
    **heard(CONTACT),
    "middle_name": ("middle name", "additional name", "weitere vornamen", "zweiter vorname"),
    "created": (
        *("created at", "created on", "create date", "created date", "created", "created time"),
        *("connected on", "first seen", "erstellt am", "angelegt am", "angelegt", "anlagedatum"),
    ),
    "organisation_key": ("organisation key",),
    "changed": (),
}
FIELDS = tuple(ALIASES)
# What only the program's own list says in its words.
OWN = ("role", "do_not_contact")
DATE_FIELDS = ("birthday", "created", "changed")
# Of these a contact may have several, each in a column of its own.
_EMAILS = regex(r"e ?mail|mailadresse|courriel|correo")
_PHONES = regex(r"phones?|tel\.?|telefon\w*|mobile?|mobil\w*|handy|handynummer|cell")
_NEITHER = regex(
    r"\b(?:fax|pager|typ|type|label|angezeigter|displayed|opt|optout|consent|domain|status|kantine"
    r"|telex|tty|tdd|callback|rückmeldung|bounced?|code)\b|fax"
)
# Any of these says who somebody is.
_NAMING = ("name", "first_name", "last_name", "organisation", "email", "phone")
# A column is one of addresses or numbers where most of its cells are.
_MOST = 0.6
_DIGITS = 5


def plan(
    header: list[str], maps: Sequence[str], key: str | None, seen: Cells, *, own: bool = False
) -> Plan:
    """The plan of a file of contacts, ``own`` an export of this program; see :func:`matched`. All
    columns of e-mail addresses and of phone numbers are taken. Raises Usage where nothing names
    anybody."""
    names = _own_names() if own else _meant(header, maps)
    made = matched(header, maps, names, key, several=("email", "phone", "tags"), own=own)
    _add_more(made, header, maps, seen)
    if made.reads.keys().isdisjoint(_NAMING):
        raise proposing(NoColumn(["name"], made.untaken or header, who=True), seen)
    return made


def _own_names() -> Mapping[str, Sequence[str]]:
    """The names of columns of the program's own list, with those that mean something only there:
    the numbers by which people say their organisation and who named them."""
    own = {name: name for name in ("id", "referred_by_id", *OWN)}
    own["organisation_key"] = "organisation_id"
    titles = {
        name: (normal(field), *map(normal, every(CONTACT.fields[field].title)))
        for name, field in own.items()
    }
    return {**with_titles(ALIASES, CONTACT), **titles}


def _meant(header: list[str], maps: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The names of columns, with those that mean something else where others stand beside them:
    "Name" beside "Vorname" is the last name, "Title" beside it the position, "Titel" the academic
    title; and in a list of companies their name is that of the row."""
    columns = names_of(header)
    mapped = fields_of(maps)

    def there(name: str) -> bool:
        return name in mapped or not columns.isdisjoint(ALIASES[name])

    found = dict(ALIASES)
    if there("first_name") and not there("last_name"):
        found["last_name"] = ("name",)
        found["name"] = tuple(name for name in found["name"] if name != "name")
    if there("first_name") or there("last_name") or there("name"):
        found["academic_title"] = (*found["academic_title"], "titel")
        if not there("job_title"):
            found["job_title"] = (*found["job_title"], "title")
    return found


def _add_more(made: Plan, header: list[str], maps: Sequence[str], seen: Cells) -> None:
    """Take the other columns of e-mail addresses and phone numbers along, unless the user says
    which they are."""
    mapped = fields_of(maps)
    for name, called, holds in (("email", _EMAILS, is_address), ("phone", _PHONES, _is_phone)):
        if name in mapped:
            continue
        more = [
            column
            for column in made.untaken
            if _is_called(normal(column), called) and seen.share(column, holds) >= _MOST
        ]
        if not more:
            continue
        reads: list[Read] = [made.reads[name]] if name in made.reads else []
        reads += [cell_of(header, header.index(column)) for column in more]
        made.reads[name] = joined(reads)
        made.names[name] = " / ".join(filter(None, (made.names.get(name), *more)))
        made.matched += [(name, column) for column in more]
        for column in more:
            del made.untaken[column]


def _is_called(column: str, called: re.Pattern[str]) -> bool:
    if _NEITHER.search(column):
        return False
    if called is _EMAILS:
        return called.search(column) is not None
    return any(called.fullmatch(word) for word in re.split(r"[^\w.]+", column))


def _is_phone(cell: str) -> bool:
    return sum(c.isdigit() for c in cell) >= _DIGITS and "@" not in cell


def survey(
    table: Table, made: Plan, date_format: str | None
) -> tuple[dict[str, DateFormat], int, dict[str, int]]:
    """How the dates are written, decided over all rows; how many rows there are; and the columns
    that are not taken, with how many filled cells they have."""
    columns = {
        name: (in_full(name, made.reads[name]), DateColumn(made.names[name], date_format))
        for name in DATE_FIELDS
        if name in made.reads
    }
    untaken = Untaken(made)
    stamps = StampColumn(made)
    rows = 0
    for batch in batches(table.rows()):
        rows += len(batch)
        sound = [row.cells for row in batch if not row.problem]
        untaken.add(sound)
        stamps.add(sound)
        for read, column in columns.values():
            column.add_all(map(read, sound))
    decided = {name: column.decide() for name, (_read, column) in columns.items()}
    return decided | stamps.decide(), rows, untaken.filled()


def organisations_first(table: Table, made: Plan) -> Iterator[Row]:
    """The rows of a list of the program's own, organisations before the people who belong to
    them, so that each keeps its public id."""
    kind = made.reads.get("kind")

    def is_firm(row: Row) -> bool:
        return kind is not None and not row.problem and kind(row.cells) == "organisation"

    yield from (row for row in table.legible() if is_firm(row))
    yield from (row for row in table.legible() if not is_firm(row))
