"""What a file holds: the kind of its records, the program that it comes from, its columns, and its
first rows as they would be stored."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from funnelcli.actions.importing import (
    activity_rows,
    activity_words,
    contact_fields,
    entered,
    new_process,
    offer_rows,
    owners,
    products,
    stage_rows,
)
from funnelcli.actions.importing.contact_fields import ALIASES as OF_CONTACTS
from funnelcli.actions.importing.evidence import Sample, kind_of_rows
from funnelcli.actions.importing.fields import ALIASES as OF_DEALS
from funnelcli.actions.importing.fields import (
    TITLES,
    NoColumn,
    Plan,
    fields_of,
    known_columns,
    plan,
    title_of,
    with_titles,
)
from funnelcli.actions.importing.own_fields import (
    apart_maps,
    apart_saved,
    names_of,
    plain_name,
)
from funnelcli.actions.importing.preference import FILE, take_changed
from funnelcli.actions.importing.presets import OWN, Preset, recognise, usual_key
from funnelcli.actions.importing.proposing import proposing
from funnelcli.actions.importing.survey import DATE_FIELDS
from funnelcli.actions.importing.ways import Processes, Ways, count
from funnelcli.errors import Usage
from funnelcli.formats.columns import CellError, DateColumn, DateFormat, is_blank
from funnelcli.formats.table import Table
from funnelcli.formats.text_table import TextTable
from funnelcli.i18n import N_, _, pick
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.product import PRODUCT
from funnelcli.text import fold, shortened
from funnelcli.typed import Any
from funnelcli.values.cells import apart
from funnelcli.values.money import decimal_sign, parse_cell
from funnelcli.values.moneyformat import money_text

COMPANIES, CONTACTS, DEALS, STAGES, PRODUCTS, OFFERS, ACTIVITIES, STEPS, CALENDAR = (
    *("companies", "contacts", "deals", "stages", "products"),
    *("offers", "activities", "steps", "ics"),
)
DATABASE = "database"
# A file without a record, of which nothing says what it would be.
NOTHING = "nothing"
# Each may name records of those before it.
ORDER = (
    *(DATABASE, COMPANIES, CONTACTS, DEALS, STAGES, PRODUCTS),
    *(OFFERS, ACTIVITIES, STEPS, CALENDAR, NOTHING),
)
_ROWS = 3
_WIDTH = 32
_AMOUNTS = {"value", "price", "cost", "net", "tax"}
_MORE_DATES = (
    *("created", "valid_from", "valid_until", "price_since"),
    *activity_rows.DATE_FIELDS,
    *offer_rows.DATE_FIELDS,
)
# Fields whose cells have several values.
_SEVERAL = ("phone", "email", "tags")
# Fields by which rows mean other records; they say nobody anything.
_LINKS = ("id", "organisation_key", "contact_key", "deal_key", "related_key", "referred_by_id")
# What files, and arrays of records, are called that say what they hold, folded.
_NAMES = {
    COMPANIES: {
        *("companies", "company", "organizations", "organisations", "accounts", "firms"),
        *("firmen", "unternehmen", "organisationen"),
    },
    CONTACTS: {
        *("contacts", "contact", "people", "persons", "kontakte", "personen", "ansprechpartner"),
        *("kunden", "customers", "adressen", "addresses"),
    },
    DEALS: {
        *("deals", "deal", "opportunities", "opportunity", "leads", "geschafte"),
        *("auftrage", "chancen", "verkaufschancen"),
    },
    PRODUCTS: {"products", "product", "articles", "produkte", "artikel", "preisliste"},
    OFFERS: {"offers", "quotes", "quotations", "angebote"},
}
_OTHERS = (STAGES, OFFERS, ACTIVITIES, STEPS)
# What their fields are called.
_TITLES = {
    **dict.fromkeys(("type", "task_type"), N_("Type")),
    **dict.fromkeys(("subject", "title"), N_("Subject")),
    **dict.fromkeys(("at", "date"), N_("Date")),
    **dict.fromkeys(("done", "status"), N_("Status")),
    **dict.fromkeys(("text", "notes"), N_("Text")),
    "time": N_("Time"),
    "instant": N_("At"),
    "late": N_("Late"),
    "ends": N_("Ends"),
    **dict.fromkeys(("duration", "seconds", "milliseconds"), N_("Duration")),
    "done_at": N_("Ended"),
    "outcome": N_("Outcome"),
    "place": N_("Place"),
    "created": N_("Created"),
    "deal": N_("Deal"),
    "contact": N_("Contact"),
    "contact_key": N_("Contact's id in the file"),
    "deal_key": N_("Deal's id in the file"),
    "organisation_key": N_("Organisation's id in the file"),
    "related_key": N_("Id of what it is about in the file"),
    "organisation": N_("Organisation"),
    "email": N_("E-mail"),
    "field": N_("Field"),
    "stage": N_("Stage"),
    "before": N_("Before"),
    "number": N_("Number"),
    "version": N_("Version"),
    "decided": N_("Decided"),
    "valid_until": N_("Until"),
    "net": N_("Net"),
    "currency": N_("Currency"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "price": N_("Price"),
    "discount": N_("Discount"),
    "vat": N_("VAT"),
    "tax": N_("VAT amount"),
}
# What a file says for all of its rows.
_DOINGS = {
    "call": N_("call"),
    "meeting": N_("meeting"),
    "email": N_("e-mail"),
    "task": N_("task"),
    "note": N_("note"),
}
_DELIMITERS = {"\t": N_("tabs"), ",": N_("commas"), ";": N_("semicolons"), "|": N_("bars")}


@dataclass(slots=True)
class Found:
    """A file that was looked at. ``path`` is where it is read, ``name`` what people call it.
    ``program`` is the title of its preset, ``written`` how it is written. ``columns`` are
    FIELD=COLUMN, ``key`` is the column of the ids, ``unused`` the columns that are not taken,
    ``first`` the first rows, each cell as FIELD: TEXT. Of deals ``words`` counts the texts of
    stage and status, which ``ways`` reads. ``saved`` is the map by which it was read."""

    path: str
    name: str
    kind: str
    program: str = ""
    written: str = ""
    rows: int = 0
    columns: list[str] = field(default_factory=list)
    key: str = ""
    unused: list[str] = field(default_factory=list)
    first: list[list[str]] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    ways: Ways | None = None
    saved: Preset | None = None


class Unplanned(Usage):
    """The columns of a file whose ``kind`` is known do not say enough."""

    def __init__(self, error: Usage, kind: str) -> None:
        super().__init__(error.message, error.hint)
        self.kind = kind


# Of which noun the rows of a kind are that can have fields of one's own.
_NOUN_OF = {
    DEALS: "deal",
    CONTACTS: "contact",
    COMPANIES: "contact",
    PRODUCTS: "product",
    ACTIVITIES: "visit",
}


def known(header: Sequence[str]) -> int:
    """How many columns of a header are known for any kind of record."""
    kinds = (OF_DEALS, OF_CONTACTS, products.ALIASES)
    preset = recognise(header, "")
    return max(known_columns(aliases)(header) for aliases in kinds) + (preset is not None)


def _own_columns(
    conn: sqlite3.Connection, kind: str, planned: Plan, maps: Sequence[str]
) -> dict[str, str]:
    """The columns that a plan leaves and that are fields of one's own, with the titles of these;
    ``maps`` are those of a saved map."""
    if kind not in _NOUN_OF:
        return {}
    called = names_of(conn, _NOUN_OF[kind])
    found = {
        column: called[plain_name(column)].title
        for column in (*planned.keys, *planned.untaken)
        if plain_name(column) in called
    }
    mapped = apart_maps(conn, _NOUN_OF[kind], maps)[1]
    return found | {column: field.title for field, column in mapped}


def look(
    conn: sqlite3.Connection,
    table: Table,
    path: str,
    process_id: int,
    currency: str,
    prefer: str = FILE,
    saved: Preset | None = None,
    *,
    maps_of_stages: Sequence[str] = (),
    stages: new_process.Stages | None = None,
) -> Found:
    """What the table of a file holds, by the map that was ``saved`` for such files, if one was;
    ``prefer`` is how differences are settled, ``maps_of_stages`` are TEXT=STAGE; ``stages`` take
    those of deals and of their history into account. Raises Usage for what no import takes,
    Unplanned for what one takes that is told more."""
    mapped = [*(() if saved is None else saved.stages), *maps_of_stages]
    processes = Processes(conn, process_id, mapped if stages is None else [])
    seen = Sample(table, processes)
    key = seen.own_key(None)
    preset = recognise(table.header, "")
    own = key is not None and (preset is None or preset.name != OWN)
    if own:
        preset = None
    if saved is not None:
        own = own and saved.kind in (DEALS, CONTACTS, PRODUCTS)
        kind = COMPANIES if saved.columns.get("kind") == ["=organisation"] else saved.kind
    else:
        kind = _own_kind(table.header) if own else _kind(table, seen, preset)
    maps: list[str] = []
    for one in (saved, preset):
        if one is not None and (saved is None or one.kind == saved.kind):
            maps += one.maps(table.header, fields_of(maps))
            key = key or one.key_of(seen)
    maps, own_maps = apart_saved(maps)
    if key is None and kind != PRODUCTS:
        key = usual_key(CONTACTS if kind == COMPANIES else kind, seen)
    try:
        if kind == DEALS:
            planned = plan(table.header, maps, key, seen.fits, own=own)
            if stages is not None:
                stages.take_deals(table, planned)
            entered.take(planned, seen.ways)
        elif kind == PRODUCTS:
            planned = products.plan(table.header, maps, own=own)
        elif kind in (ACTIVITIES, STEPS):
            usual = "task" if kind == STEPS else activity_words.of_file(table.name)
            planned = activity_rows.plan(table.header, maps, key, usual=usual)
        elif kind == OFFERS:
            planned = offer_rows.plan(table.header, maps, key)
        elif kind == STAGES:
            planned = stage_rows.plan(table.header, maps, key)
            if stages is not None:
                stages.take_history(table, planned)
        else:
            planned = contact_fields.plan(table.header, maps, key, seen, own=own)
        if kind in (DEALS, CONTACTS, COMPANIES):
            take_changed(prefer, planned, table.header, table.name)
            owners.take(conn, planned, table.header)
    except Usage as error:
        if isinstance(error, NoColumn):
            error = proposing(error, seen)
        raise Unplanned(error, kind) from error
    said = [planned.reads[name] for name in ("stage", "status") if name in planned.reads]
    words: Counter[str] = Counter()
    rows = 0
    own_columns = _own_columns(conn, kind, planned, own_maps)
    for row in table.rows():
        rows += 1
        for read in said if kind in (DEALS, STAGES) and not row.problem else ():
            count(words, read(row.cells))
    return Found(
        path,
        table.name,
        kind,
        program=preset.title if preset is not None else "funnel" if own else "",
        written=_written(table),
        rows=rows,
        columns=[
            f"{_called(name, kind)}={' / '.join(columns)}"
            for name, columns in planned.sources.items()
            if columns != ["="]
        ]
        + [f"{stage}={column}" for stage, column, _read in planned.entered]
        + [
            f"{own_columns[column]}={column}"
            for column in table.header
            if column in own_columns and (column in planned.untaken or column in planned.keys)
        ],
        key=key or "",
        unused=[
            column
            for column in planned.untaken
            if column != key and seen.cells(column) and column not in own_columns
        ],
        first=_first(table, planned, seen, kind, currency),
        words=words,
        ways=seen.ways,
        saved=saved,
    )


def _own_kind(header: Sequence[str]) -> str:
    """Of which noun a list of this program's own is."""
    kinds = {
        DEALS: with_titles(OF_DEALS, DEAL),
        CONTACTS: with_titles(OF_CONTACTS, CONTACT),
        PRODUCTS: with_titles(products.ALIASES, PRODUCT),
    }
    return max(kinds, key=lambda kind: known_columns(kinds[kind])(header))


def _kind(table: Table, seen: Sample, preset: Preset | None) -> str:
    if preset is not None:
        return COMPANIES if preset.companies else preset.kind
    called = _kind_of_name(table) or _kind_of_array(table)
    if called is not None:
        return called
    planned = plan(table.header, [], None, seen.fits)
    kind = kind_of_rows(planned, seen)
    if kind in (CONTACTS, COMPANIES, PRODUCTS, OFFERS, ACTIVITIES, STAGES):
        return str(kind)
    if kind is None:
        if {"title", "value", "stage"} & planned.reads.keys():
            return DEALS
        with suppress(Usage):
            people = contact_fields.plan(table.header, [], None, seen)
            if {"email", "first_name", "last_name"} & people.reads.keys():
                return CONTACTS
    if (called := _can_be(_stem(table.name), table, seen)) is not None:
        return called
    raise Usage(
        _("Nothing in {name} says what its rows are.").format(name=table.name),
        _(
            "Say it: `funnel import deals FILE`, or contacts, or products; --map says which column"
            " is which field: {columns}."
        ).format(columns=", ".join(table.header)),
    )


def _stem(name: str) -> str:
    return os.path.splitext(os.path.basename(name))[0]


def _kind_of_array(table: Table) -> str | None:
    """What the records of a file of JSON are by the name of their array."""
    above, _slash, array = table.name.rpartition("/")
    called = table.array or (array if above.lower().endswith((".json", ".jsonl")) else "")
    return _called_kind(called) if called else None


def _called_kind(called: str) -> str | None:
    return next((kind for kind, words in _NAMES.items() if fold(called) in words), None)


def _can_be(called: str, table: Table, seen: Sample) -> str | None:
    """The kind of record that a word means, if the columns are enough for it."""
    kind, header = _called_kind(called), table.header
    with suppress(Usage):
        if kind in (CONTACTS, COMPANIES):
            contact_fields.plan(header, [], None, seen)
        elif kind == PRODUCTS:
            products.plan(header, [])
        elif kind == OFFERS:
            offer_rows.plan(header, [])
        elif kind == DEALS:
            planned = plan(header, [], None, seen.fits)
            return kind if any(name in planned.reads for name in TITLES) else None
        return kind
    return None


def _kind_of_name(table: Table) -> str | None:
    """What a file is that is called calls.csv or tasks.xlsx, and has the columns for it."""
    usual = activity_words.of_file(table.name)
    if usual is None:
        return None
    with suppress(Usage):
        planned = activity_rows.plan(table.header, [], usual=usual)
        if {"at", "done_at", "created"} & planned.reads.keys():
            return ACTIVITIES
    return None


def _written(table: Table) -> str:
    """How the table is written: sheet, delimiter, encoding."""
    if not isinstance(table, TextTable):
        return table.part
    delimiter = _DELIMITERS.get(table.delimiter)
    between = _(delimiter) if delimiter is not None else table.delimiter
    return ", ".join(filter(None, (table.part, between, table.encoding)))


def _first(table: Table, planned: Plan, seen: Sample, kind: str, currency: str) -> list[list[str]]:
    """The first rows, field by field."""
    shown = _Shown(planned, seen, currency, of_deals=kind in (DEALS, STAGES))
    rows = []
    amounts = planned.reads.keys() & _AMOUNTS
    for row in islice((row for row in table.rows() if not row.problem), _ROWS):
        named = planned.reads["currency"](row.cells).strip() if "currency" in planned.reads else ""
        said = any(planned.reads[name](row.cells).strip() for name in amounts)
        hidden = (*_LINKS, *(("currency",) if said else ()))
        texts = (
            (name, shown.text(name, read(row.cells), named))
            for name, read in planned.reads.items()
            if name not in hidden
        )
        rows.append([f"{_called(name, kind)}: {text}" for name, text in texts if text])
    return rows


def _called(name: str, kind: str) -> str:
    """What a field of these records is called: as --map takes it, or to somebody who speaks German
    its title."""
    nouns: dict[str, Noun[Any]] = {"contacts": CONTACT, "deals": DEAL, "products": PRODUCT}
    if kind in _OTHERS:
        return pick(name, _(_TITLES[name])) if name in _TITLES else name
    # Companies are contacts, too, and what a deal's row says of its contact is the contact's.
    title = title_of(name, nouns.get(kind, CONTACT), CONTACT)
    return pick(name, _(title)) if title else name


class _Shown:
    """Cells as they would be stored, as far as the first rows say how they are written."""

    def __init__(self, planned: Plan, seen: Sample, currency: str, *, of_deals: bool) -> None:
        self._seen = seen
        self._of_deals = of_deals
        self._currency = currency
        self._dates: dict[str, DateFormat] = {}
        for name in (*DATE_FIELDS, *_MORE_DATES):
            column = DateColumn(name)
            for cell in self._cells(planned, name):
                column.add(cell)
            # What the first rows leave open is shown as it is written.
            with suppress(Usage):
                self._dates |= {name: column.decide()} if name in planned.reads else {}
        self._signs: dict[str, str | None] = {}
        for name in _AMOUNTS:
            with suppress(Usage):
                sign = decimal_sign(self._cells(planned, name))
                self._signs |= {name: sign} if name in planned.reads else {}

    def _cells(self, planned: Plan, name: str) -> Iterator[str]:
        for column in planned.sources.get(name, ()):
            if column in self._seen.header:
                yield from self._seen.cells(column)

    def text(self, name: str, cell: str, currency: str) -> str:
        """One cell; ``currency`` is what the row says of its amounts, "" for nothing."""
        text = " ".join(cell.split())
        if not text or (name in self._dates and is_blank(text)):
            return ""
        if name in self._dates:
            try:
                return self._dates[name].parse(text)[0].isoformat()
            except CellError:
                return f"{text} (?)"
        if name in self._signs:
            try:
                amount = parse_cell(text, self._signs[name], currency or self._currency)
            except Usage:
                return f"{text} (?)"
            return money_text(amount.minor, amount.currency)
        if name in ("stage", "status") and self._of_deals:
            return self._seen.ways.told(text) or f"{text} (?)"
        if name in _SEVERAL:
            return ", ".join(apart(text))
        if name == "type" and text in _DOINGS:
            return _(_DOINGS[text])
        if name == "text":
            text = " ".join(activity_rows.plain(text).split())
        return shortened(text, _WIDTH)
