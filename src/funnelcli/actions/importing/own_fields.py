"""Columns of a file that are fields of one's own: found by their names, read by their types, kept
with the records of their rows; and fields that are made of the columns that have none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from funnelcli import config
from funnelcli.actions import fields
from funnelcli.actions.fields import Held
from funnelcli.actions.importing.fields import Plan, Read, cell_of
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.db import bulk
from funnelcli.errors import FunnelError, Usage
from funnelcli.formats.columns import CellError, DateColumn, DateFormat, normal
from funnelcli.formats.dates import read_dates
from funnelcli.formats.nulls import filled
from funnelcli.formats.tabular import Table
from funnelcli.i18n import _, every
from funnelcli.nouns import declared
from funnelcli.nouns.extending import own_fields
from funnelcli.nouns.own import BESIDE, COLUMNS, Own
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.render.columns import OWN
from funnelcli.text import name_fold, numbered, shortened, slug
from funnelcli.values.cells import apart
from funnelcli.values.money import decimal_sign, parse_cell
from funnelcli.values.nothing import is_nothing
from funnelcli.values.numbers import millionths
from funnelcli.values.yesno import yes_or_no

Said = Sequence[tuple[Own, list[Held]]]
"""What a row says of fields of one's own, those left out of which it says nothing."""

# Texts of cells whose values are remembered, of each column.
_CACHE = 2000
# So many different days are looked at, one by one.
_MOST_DAYS = 20_000
# So many different texts, each this often, make a choice of a column.
_MOST_CHOICES = 12
_OFTEN = 3
_LONGEST_CHOICE = 40
_LINK = regex(r"(?:https?://|www\.)\S+", "i")
# A number with noughts before it is a code.
_CODE = regex(r"[-+]?0\d")
_CURRENCY = regex(r"[A-Z]{3}")


class _Column(NamedTuple):
    """A column of the file: its field, what it is called, how its cell is read, how days or the
    decimal sign are written in it, and the column with the currency of its amounts."""

    field: Own
    title: str
    read: Read
    days: DateFormat | None
    sign: str | None
    currency: Read | None
    seen: dict[tuple[str, str], list[Held]]


class _Value:
    """A value on file, or one that is to be written: ``id`` is None where it is new."""

    __slots__ = ("held", "id")

    def __init__(self, held: Held, id_: int | None = None) -> None:
        self.held = held
        self.id = id_


class OwnFields:
    """The fields of one's own that a file has columns for.

    What records on file have is read for many at once by :meth:`gather`, and what rows say is
    written by :meth:`flush`, at the end of a batch.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        noun: str,
        columns: Iterable[_Column],
    ) -> None:
        self._conn = conn
        self._noun = noun
        self.columns = [*columns]
        # Of each record, its values by the ids of their fields, in their order.
        self._known: dict[int, dict[int, list[_Value]]] = {}
        self._written: dict[tuple[int, int], list[_Value]] = {}
        self._gone: list[int] = []

    def read(self, cells: Sequence[str]) -> Said:
        """What a row says. Raises BadRowError for what a field cannot hold."""
        found = []
        for column in self.columns:
            text = column.read(cells).strip()
            if not text:
                continue
            named = column.currency(cells).strip() if column.currency is not None else ""
            values = column.seen.get((text, named))
            if values is None:
                values = self._values(column, text, named)
                if len(column.seen) < _CACHE:
                    column.seen[text, named] = values
            if values:
                found.append((column.field, values))
        return found

    def _values(self, column: _Column, text: str, named: str) -> list[Held]:
        field = column.field
        try:
            if field.kind == "date" and column.days is not None:
                return [{"day": column.days.parse(text)[0].isoformat()}]
            if field.kind == "money":
                usual = named or str(config.get("currency"))
                amount = parse_cell(text, column.sign, usual, negative=True)
                return [{"amount": amount.minor, "currency": amount.currency}]
            if field.kind == "number":
                text = text.removesuffix("%").rstrip()
            if field.kind == "number" and column.sign:
                text = text.replace("," if column.sign == "." else ".", "")
                number = millionths(text.replace(column.sign, "."), "en")
                return [] if number is None else [{"number": number}]
            if field.many:
                text = ",".join(apart(text))
            return fields.read(self._conn, field, text, self._contact)
        except CellError as error:
            raise BadRowError(f"{field.title}: {str(error).rstrip('.')}") from None
        except FunnelError as error:
            raise BadRowError(f"{field.title}: {error.message.rstrip('.')}") from None

    def _contact(self, name: str) -> int:
        found = self._conn.execute(
            "SELECT id FROM contact WHERE search >= :name AND search < :name || ' ' LIMIT 2",
            {"name": name_fold(name)},
        ).fetchall()
        if len(found) != 1:
            raise Usage(_("no contact is called {name} alone").format(name=name), "")
        return int(found[0][0])

    def add(self, record_id: int, said: Said) -> None:
        """Take what a row says of a new record."""
        values = {field.id: [*map(_Value, held)] for field, held in said}
        self._known[record_id] = values
        self._written |= {(record_id, field_id): held for field_id, held in values.items()}

    def gather(self, record_ids: Iterable[int]) -> None:
        """Read what records on file have, for a batch that brings them up."""
        wanted = sorted({*record_ids} - self._known.keys())
        if not wanted:
            return
        self._known |= {record_id: {} for record_id in wanted}
        found = self._conn.execute(
            f"SELECT v.{self._noun}_id, v.field_id, v.id, {', '.join(f'v.{c}' for c in COLUMNS)}"
            " FROM json_each(?) AS w CROSS JOIN field_value AS v"
            f" ON v.{self._noun}_id = w.value ORDER BY v.{self._noun}_id, v.field_id, v.place",
            (json.dumps(wanted),),
        )
        for record_id, field_id, value_id, *row in found:
            held = {name: one for name, one in zip(COLUMNS, row, strict=True) if one is not None}
            self._known[record_id].setdefault(field_id, []).append(_Value(held, value_id))

    def bring_up(
        self, record_id: int, said: Said, wins: Callable[[str, str], bool]
    ) -> tuple[list[str], list[str]]:
        """Bring a record on file up to its row; ``wins`` says of a field whether the row's value
        takes the place of another. The fields that differ now, and those that stay."""
        if record_id not in self._known:
            self.gather([record_id])
        changed, left = [], []
        for field, values in said:
            known = self._known[record_id].setdefault(field.id, [])
            before = [one.held for one in known]
            if before == values:
                continue
            if before and not wins(field.name, str(before)):
                left.append(field.name)
                continue
            self._gone += [one.id for one in known[len(values) :] if one.id is not None]
            del known[len(values) :]
            # Changed in place, so that its history says what became of what.
            for one, value in zip(known, values, strict=False):
                one.held = value
            known += [_Value(value) for value in values[len(known) :]]
            self._written[record_id, field.id] = known
            changed.append(field.name)
        return changed, left

    def flush(self) -> None:
        """Write what the rows of a batch said."""
        new: list[tuple[int | str | None, ...]] = []
        others: list[tuple[int | str | None, ...]] = []
        for (record_id, field_id), values in self._written.items():
            for place, one in enumerate(values):
                row = tuple(map(one.held.get, COLUMNS))
                if one.id is None:
                    new.append((field_id, place, record_id, *row))
                else:
                    others.append((one.id, *row))
        bulk.delete(self._conn, "field_value", self._gone)
        bulk.update(self._conn, "field_value", COLUMNS, others)
        bulk.insert(
            self._conn, "field_value", ("field_id", "place", f"{self._noun}_id", *COLUMNS), new
        )
        self._known.clear()
        self._written.clear()
        self._gone.clear()


def tables(planned: Plan, others: tuple[str, ...]) -> tuple[str, ...]:
    """What an import inserts into, ``others`` and the values of its fields, parents first; those of
    a field that has several are left out, for bringing up deletes some of them."""
    if planned.own is None or any(column.field.many for column in planned.own.columns):
        return others
    return (*others[:-1], "field_value", others[-1])


def take(
    conn: sqlite3.Connection,
    noun: str,
    planned: Plan,
    table: Table,
    maps: Sequence[tuple[Own, str]] = (),
    *,
    own_export: bool = False,
) -> None:
    """Take the columns of a plan that are called like fields of one's own, and those that ``maps``
    name, and let the plan read them; one of the key may be a field as well. Raises Usage where a
    column can be read in two ways; the delimiter of an export of this program shows which."""
    planned.own_export = own_export
    own = own_fields(conn, declared(noun))
    columns = [*_found(own, planned, table.header, maps)]
    if columns:
        before = () if planned.own is None else planned.own.columns
        surveyed = [_surveyed(table, own_export, *column) for column in columns]
        planned.own = OwnFields(conn, noun, [*before, *surveyed])
        planned.sources |= {one.field.name: [one.title] for one in surveyed}


def apart_maps(
    conn: sqlite3.Connection, noun: str, maps: Sequence[str]
) -> tuple[list[str], list[tuple[Own, str]]]:
    """What ``--map`` says of the program's fields, and of one's own, each with its column."""
    called = names_of(conn, noun)
    others, found = [], []
    for text in maps:
        name, _equals, column = text.partition("=")
        field = called.get(plain_name(name))
        if field is None:
            others.append(text)
        else:
            found.append((field, column))
    return others, found


def apart_saved(maps: Iterable[str]) -> tuple[list[str], list[str]]:
    """FIELD=COLUMN of a saved map: of the program's fields, and of one's own, of which this
    database need not have all."""
    found = [*maps]
    own = [text for text in found if text.startswith(OWN)]
    return [text for text in found if text not in own], own


def names_of(conn: sqlite3.Connection, noun: str) -> dict[str, Own]:
    """The fields of one's own by the names of columns that are theirs, as :func:`plain_name` makes
    them."""
    return {
        plain_name(name): field
        for field in own_fields(conn, declared(noun))
        for name in (field.key, *field.names)
    }


def plain_name(name: str) -> str:
    """The name of a column, or of a field in data, for matching."""
    return normal(name).removeprefix(OWN)


def _found(
    own: Sequence[Own], planned: Plan, header: list[str], maps: Sequence[tuple[Own, str]]
) -> Iterator[tuple[Own, str, Read, Read | None]]:
    """The fields that have a column: its name, how it is read, and how its currency is."""
    from funnelcli.formats.columns import find_column

    untaken = planned.untaken
    there = {plain_name(column): column for column in (*planned.keys, *untaken)}
    known = set() if planned.own is None else {one.field.key for one in planned.own.columns}
    mapped = {field.key: header[find_column(header, column)] for field, column in maps}
    for field in own:
        names = (field.key, *field.names)
        column = mapped.get(field.key) or next(
            (there[plain_name(name)] for name in names if plain_name(name) in there), None
        )
        if column is None or field.key in known:
            continue
        untaken.pop(column, None)
        beside = (there.get(plain_name(name)) for name in field.beside)
        other = next(filter(None, beside), None)
        at = untaken.pop(other) if other in untaken else None
        read = cell_of(header, header.index(column))
        currency = cell_of(header, at) if at is not None and field.kind == "money" else None
        yield field, column, read, currency


def _surveyed(
    table: Table, own_export: bool, field: Own, name: str, read: Read, currency: Read | None
) -> _Column:
    """A column with how it is written, decided over all rows."""

    def cells() -> Iterator[str]:
        for row in table.rows():
            if not row.problem and (text := read(row.cells).strip()):
                yield text.removesuffix("%")

    days = sign = None
    if field.kind == "date":
        column = DateColumn(name)
        for text in cells():
            column.add(text)
        days = column.decide()
    elif field.kind in ("number", "money"):
        try:
            sign = decimal_sign(cells())
        except Usage:
            if not own_export:
                raise
            sign = "," if table.delimiter == ";" else "."
    return _Column(field, name, read, days, sign, currency, {})


# Fields for the columns that have none ----------------------------------------------------------


class Proposal(NamedTuple):
    """A field that is made of a column: what it is called, its type, and what can be chosen."""

    column: str
    title: str
    key: str
    kind: str
    choices: list[fields.Choice]


def leave_derived(planned: Plan, noun: str) -> None:
    """Let the columns of a list of the program's own be that it works out again itself."""
    if not planned.own_export:
        return
    of = declared(noun)
    known = {column.key for column in of.columns}
    known |= {normal(title) for field in of.fields.values() for title in every(field.title)}
    for column in [*planned.untaken]:
        if normal(column) in known or column in known:
            del planned.untaken[column]


def _beside(title: str, kind: str) -> set[str]:
    """What the column beside that of a field of a type is called."""
    ending, text = BESIDE[kind]
    names = (f"{title}_{ending}", *(one.format(name=title) for one in every(text)))
    return {plain_name(name) for name in names}


def proposals(planned: Plan, table: Table, taken: Callable[[str], bool]) -> list[Proposal]:
    """A field for each column that the plan leaves and that has filled cells, of the type that all
    of them have; the currency of a column's amounts belongs to that, and so does the id of whom a
    list of the program's own names. ``taken`` says whether a name means something else."""
    guesses = [_Guess(title, at) for title, at in planned.untaken.items()]
    for row in table.rows():
        for guess in guesses if not row.problem else ():
            guess.add(filled(row.cells[guess.at]).strip())
    currencies: set[str] = set()
    ids: set[str] = set()
    for guess in guesses:
        if guess.is_amount:
            beside = _beside(guess.title, "money")
            others = [one for one in guesses if plain_name(one.title) in beside and one.currencies]
            currencies |= {plain_name(one.title) for one in others}
            guess.in_currency = bool(others)
        if planned.own_export:
            ids |= _beside(guess.title, "contact")
    found: list[Proposal] = []
    keys: set[str] = set()
    for guess in guesses:
        if not guess.filled or plain_name(guess.title) in currencies | ids:
            continue
        title = " ".join(guess.title.split())
        if title.startswith(OWN):
            title = title.removeprefix(OWN).replace("_", " ").capitalize()
        title = shortened(title, fields.LONGEST_NAME)
        stem = slug(title)
        stem = stem if stem[:1].isalpha() else f"field_{stem}".rstrip("_")
        key, number = numbered(stem, lambda key: key in keys or taken(key))
        keys.add(key)
        kind, choices = guess.decide()
        # Without users nothing else is shown under the title of an owner's column: the key alone,
        # which filters ask for, has to be another.
        if number > 1 and guess.title not in planned.ownerless:
            title = f"{title[: fields.LONGEST_NAME - len(str(number)) - 1]} {number}"
        found.append(Proposal(guess.title, title, key, kind, choices))
    return found


def declare(
    conn: sqlite3.Connection, noun: str, planned: Plan, table: Table, proposed: Sequence[Proposal]
) -> None:
    """Declare the proposed fields, and let the plan read their columns."""
    for one in proposed:
        fields.add(conn, noun, one.key, one.kind, (one.title, one.title), choices=one.choices)
    own = {field.key: field for field in own_fields(conn, declared(noun))}
    take(conn, noun, planned, table, [(own[one.key], one.column) for one in proposed])


class _Guess:
    """What the cells of a column have in common."""

    def __init__(self, title: str, at: int) -> None:
        self.title = title
        self.at = at
        self.filled = 0
        self._days = DateColumn(title)
        self._kinds = {"yes_no", "number", "money", "date", "link"}
        self._texts: dict[str, int] | None = {}
        self._dates: set[str] = set()
        self.currencies = True
        self.in_currency = False

    @property
    def is_amount(self) -> bool:
        """Whether all cells are numbers, or amounts of money."""
        return bool(self.filled) and not self._kinds.isdisjoint(("number", "money"))

    def add(self, text: str) -> None:
        """Take one cell into account."""
        if not text:
            return
        self.filled += 1
        self.currencies = self.currencies and _CURRENCY.fullmatch(text) is not None
        if self._texts is not None:
            self._texts[text] = self._texts.get(text, 0) + 1
            if len(self._texts) > _MOST_CHOICES or len(text) > _LONGEST_CHOICE or "," in text:
                self._texts = None
        self._kinds -= {kind for kind in self._kinds if not self._suits(kind, text)}

    def _suits(self, kind: str, text: str) -> bool:
        if kind == "yes_no":
            return yes_or_no(text) is not None and not text.isdecimal()
        if kind == "link":
            return _LINK.fullmatch(text) is not None
        if kind == "date":
            self._days.add(text)
            self._dates.add(text)
            return bool(read_dates(text)[0]) and len(self._dates) < _MOST_DAYS
        if _CODE.match(text):
            return False
        if kind == "number":
            return any(millionths(text, locale) is not None for locale in ("en", "de"))
        with suppress(FunnelError):
            amount = parse_cell(text, None, str(config.get("currency")), negative=True)
            return amount is not None and not text.lstrip("-+").replace(".", "").isdecimal()
        return False

    def decide(self) -> tuple[str, list[fields.Choice]]:
        """The type of the column, and its choices where it is one of some."""
        if self.in_currency:
            return "money", []
        for kind in ("yes_no", "number", "money", "link"):
            if kind in self._kinds:
                return kind, []
        if "date" in self._kinds:
            with suppress(FunnelError, CellError):
                days = self._days.decide()
                if all(self._is_day(days, text) for text in self._dates):
                    return "date", []
        chosen = [text for text in self._texts or () if not is_nothing(text)]
        if chosen and self.filled >= _OFTEN * len(chosen):
            with suppress(Usage):
                return "choice", [fields.choice(text, text) for text in chosen]
        return "text", []

    @staticmethod
    def _is_day(days: DateFormat, text: str) -> bool:
        with suppress(CellError):
            days.parse(text)
            return True
        return False
