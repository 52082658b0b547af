"""Rows of any table in words: what the record is called, and its fields as people read them.

For what is told of rows as they were, which no query of a noun can read any more. A field is called
as its noun calls it; what a row refers to is told by its name.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from funnelcli.db import references
from funnelcli.db.rows import dicts
from funnelcli.db.selective import Values, current
from funnelcli.db.triggers import columns
from funnelcli.i18n import _, pick
from funnelcli.nouns import NOUNS, declared, words
from funnelcli.nouns.counted import PARTS
from funnelcli.nouns.field import Field
from funnelcli.nouns.heads import HEADS, KEYS, SET_UP, title
from funnelcli.nouns.offer import OfferLine
from funnelcli.nouns.product import Price
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import thousandths
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.queries import catalogue_names
from funnelcli.queries.units import unit_names
from funnelcli.render.columns import data_value, simple
from funnelcli.render.human import number_text, reader
from funnelcli.render.model import Column
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.money import format_money
from funnelcli.values.numbers import shown_percent, shown_quantity, shown_rate
from funnelcli.values.spans import how_often, in_words

# What the program keeps for itself, or what says the same as another column.
_OWN = frozenset(
    (
        *("id", "public_id", "search", "position", "recorded_at", "created_at", "again"),
        *("furthest_stage_id", "in_order_stage_id", "next_stage_id", "stage_since", "valid_to"),
        *("external_origin", "external_id", "every_from", "uid"),
    )
)
# By table what is a key of the program's own there, or tells nothing to people.
_UNSAID = {
    "answer": ("key", "questionnaire", "version", "answered_at"),
    "business_answer": ("key", "answered_at"),
    "catalogue": ("key", "kind", "rate"),
    "field": ("noun", "key", "type", "hidden"),
    "field_choice": ("key",),
    "inbox_note": ("folder", "hash", "sender", "words", "day", "key", "part"),
    "milestone_template": ("key",),
    "process": ("key", "builtin"),
    "questionnaire": ("key", "kind", "version"),
    "questionnaire_question": ("key",),
    "stage": ("key",),
    "stage_exit": ("key",),
    "stage_question": ("key", "kind", "choices"),
    "verdict": ("framework", "fit", "decided_at"),
}
# The logs of a deal, of which its own row says what holds now.
LOGS = frozenset(("stay", "terms"))
# What another row of the same command says too: what was put right in a log.
TWICE = frozenset(("correction",))
# What a row is a part of, the first of them that it has.
_WHOLES = (
    *("offer_id", "deal_id", "contact_id", "visit_id", "product_id", "questionnaire_id"),
    *("stage_id", "process_id"),
)
# Records that programs know by a key.
_KEYED = ("stage", "process", "questionnaire")
_NAMED = (*_KEYED, "catalogue", "field", "field_choice")
# What rows are called as a field where the record has another of the usual name.
_CALLED = {"deal_contact": "people"}
# How spans of time read, by how they are read.
_SPANS = {"every": how_often, "notice": in_words}
# The records that declare the fields of rows that are no noun's.
_ROWS: dict[str, type[Record]] = {"offer_line": OfferLine, "product_price": Price}
_LONGEST = 60
_DAY = regex(r"\d{4}-\d\d-\d\d", "a")


def _short(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


class Part(NamedTuple):
    """A field of a row: its name, its title in the language spoken now, and what reads its value as
    in ``--json``, and as people do."""

    name: str
    title: str
    value: Callable[[Values], Any]
    text: Callable[[Values], str]


class _State(NamedTuple):
    """A state of a row, and the entry of the journal that ended it; None where none did."""

    end: int | None
    row: Values | None


class Said(NamedTuple):
    """A field in two states."""

    name: str
    title: str
    old: Any
    new: Any
    old_text: str
    new_text: str


class RowWords:
    """What reads rows of a database, for one language and regional format."""

    def __init__(self, conn: sqlite3.Connection, locale: str) -> None:
        self._conn = conn
        self._locale = locale
        self._parts: dict[str, list[Part]] = {}
        self._usual: dict[str, dict[str, str]] = {}
        self._names: dict[tuple[str, int, int | None], str] = {}
        self._ends: dict[str, dict[int, list[int]]] = {}
        self._ahead: dict[tuple[str, int, int | None], Values] = {}
        self.at: int | None = None
        """The entry of the journal before which rows are named: an id stands for the row that had
        it then, which another may have since. None for now."""
        self._catalogues: dict[str, dict[str, str]] = {}
        self._nouns = {noun.table: noun for noun in map(declared, NOUNS)}

    @cached_property
    def links(self) -> dict[str, dict[str, str]]:
        """By table its columns that refer to others, with the table that each refers to."""
        found: dict[str, dict[str, str]] = {}
        for table, column, target in references.every(self._conn):
            found.setdefault(table, {})[column] = target
        return found

    def is_record(self, table: str) -> bool:
        """Whether a row of a table is a record by itself, and no part of another."""
        if table in PARTS:
            return False
        links = self.links.get(table, {})
        return table in self._nouns or not any(name in links for name in _WHOLES)

    def wholes(self, table: str) -> list[str]:
        """The columns that may say what a row is a part of: the first that has a value does."""
        links = self.links.get(table, {})
        return [name for name in _WHOLES if name in links]

    def whole(self, table: str, row: Values) -> str | None:
        """The column that says what a row is a part of; None where it is of nothing."""
        found = (name for name in self.wholes(table) if row.get(name) is not None)
        return next(found, None)

    def record(self, table: str, row: Values) -> str:
        """What the record of a row is called."""
        noun = self._nouns.get(table)
        if table in _NAMED:
            return pick(row["name_en"], row["name_de"])
        if table == "offer":
            return str(row["number"])
        heads = [column for column in noun.columns if column.flex] if noun else []
        own = next((column for column in heads if row.get(column.key)), None)
        if own is not None and own.key not in ("said", "answer", "note"):
            text = str(row[own.key])
            return daytext.day(text) if _DAY.fullmatch(text) else _short(text)
        links = self.links.get(table, {})
        said = [row[name] for name in ("happened_on", "number") if row.get(name)][:1]
        if said and "happened_on" in row:
            said = [daytext.day(row["happened_on"])]
        for name in ("contact_id", "deal_id", *links):
            if row.get(name) is not None and links.get(name, "") in ("contact", "deal"):
                said.append(self.name(links[name], row[name]))
                break
        return " · ".join(said) or f"{title(table)} {row['id']}"

    def name(self, table: str, row_id: int) -> str:
        """What the record with an id is called, or was when it was still there."""
        end = self._end(table, row_id)
        key = (table, row_id, end)
        found = self._names.get(key)
        if found is None:
            row = self.row(table, row_id)
            found = f"{title(table)} {row_id}" if row is None else self.record(table, row)
            if len(self._names) > 5000:
                self._names.clear()
            self._names[key] = found
        return found

    def _end(self, table: str, row_id: int) -> int | None:
        """The entry that took away the row that had an id at the time told of; None where it is
        still there."""
        at = self.at
        if at is None:
            return None
        if table not in self._ends:
            # The journal has no index by row: it is read once a table, not once a row.
            ends = self._ends[table] = {}
            for gone, entry in self._conn.execute(
                "SELECT row_id, id FROM journal WHERE table_name = ?"
                " AND op = 'delete' AND before IS NOT NULL ORDER BY id",
                (table,),
            ):
                ends.setdefault(gone, []).append(entry)
        return next((end for end in self._ends[table].get(row_id, ()) if end >= at), None)

    def ahead(self, rows: Iterable[tuple[str, Values, int]]) -> None:
        """Read at once what these rows refer to, each a table, a state of the row and the entry
        before which it is named; what was read ahead before is forgotten."""
        self._ahead.clear()
        wanted: dict[str, set[int]] = {}
        gone: dict[int, tuple[str, int]] = {}
        for table, row, self.at in rows:
            for column, target in self.links.get(table, {}).items():
                row_id = row.get(column)
                if row_id is None:
                    continue
                end = self._end(target, row_id)
                if end is None:
                    wanted.setdefault(target, set()).add(row_id)
                else:
                    gone[end] = (target, row_id)
        for table, ids in wanted.items():
            for row_id, held in current(self._conn, table, [*ids]).items():
                self._ahead[table, row_id, None] = held
        if gone:
            for end, before in self._conn.execute(
                "SELECT id, before FROM journal"
                " WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
                (json.dumps([*gone]),),
            ):
                self._ahead[*gone[end], end] = json.loads(before)

    def row(self, table: str, row_id: int) -> Values | None:
        """A row as it is, or was last: the one that had the id at the time told of."""
        end = self._end(table, row_id)
        if (known := self._ahead.get((table, row_id, end))) is not None:
            return known
        if end is not None:
            (before,) = self._conn.execute(
                "SELECT before FROM journal WHERE id = ?", (end,)
            ).fetchone()
            return dict(json.loads(before))
        row = current(self._conn, table, [row_id]).get(row_id)
        if row is not None:
            return row
        last = self._conn.execute(
            "SELECT before FROM journal WHERE table_name = ? AND row_id = ?"
            " AND before IS NOT NULL ORDER BY id DESC LIMIT 1",
            (table, row_id),
        ).fetchone()
        return None if last is None else dict(json.loads(last[0]))

    def differing(
        self, table: str, old: Values | None, new: Values | None, entries: tuple[int, int]
    ) -> Iterator[Said]:
        """The fields in which two states of a row differ, before and behind these entries of the
        journal; where there is one state, the fields that it has."""
        sides = ((old, entries[0]), (new, entries[1] + 1))
        for part in self.parts(table):
            values, texts = [], []
            for row, self.at in sides:
                values.append(None if row is None else part.value(row))
            raw: list[Any] = []
            if old is not None and new is not None:
                raw = [row.get(f"{part.name}_id", row.get(part.name)) for row in (old, new)]
                if raw[0] == raw[1] and values[0] == values[1]:
                    continue
            for row, self.at in sides:
                texts.append("" if row is None else part.text(row))
            if raw:
                if texts[0] == texts[1]:
                    # Two who have one name.
                    texts = [
                        "" if one is None else f"{text} ({one})"
                        for one, text in zip(raw, texts, strict=True)
                    ]
            elif not any(texts) or (new and self._goes_without_saying(table, part.name, new)):
                continue
            yield Said(part.name, part.title, values[0], values[1], texts[0], texts[1])

    def _goes_without_saying(self, table: str, name: str, row: Values) -> bool:
        """Whether a value of a new record is the one that it has unless another is given, or what
        the record is called."""
        if table not in self._usual:
            self._usual[table] = {
                column: default.strip("'")
                for _id, column, _kind, _needed, default, _key in self._conn.execute(
                    f'PRAGMA table_info("{table}")'
                )
                if default is not None
            }
        return str(row.get(name)) in (self._usual[table].get(name), self.record(table, row))

    def part(self, table: str, row: Values) -> tuple[str, str]:
        """What a row that is part of a record is called as a field of that: its name after the
        record's, and its title."""
        if table == "field_value":
            held = self.row("field", row["field_id"])
            if held is not None:
                return f"fields.{held['key']}", pick(held["name_en"], held["name_de"])
        return _CALLED.get(table, table), title(table)

    def about(self, table: str, row_id: int, names: Collection[str] = ()) -> str:
        """Which record a row is, or is a part of, with the fields that columns of it are."""
        row = self.row(table, row_id)
        fields = [
            part.title
            for part in self.parts(table)
            if part.name in names or f"{part.name}_id" in names
        ]
        while row is not None and not self.is_record(table):
            column = self.whole(table, row)
            if column is None:
                break
            # What is kept of a deal's terms is no field of it by itself.
            fields = [] if table == "terms" else [self.part(table, row)[1]]
            table, row_id = self.links[table][column], row[column]
            row = self.row(table, row_id)
        called = title(table) if row is None else f"{title(table)} {self.record(table, row)}"
        return f"{called} ({', '.join(fields)})" if fields else called

    def _own_value(self, row: Values) -> str:
        """The value of a field of one's own."""
        if row["amount"] is not None:
            return format_money(row["amount"], row["currency"], self._locale)
        if row["day"] is not None:
            return daytext.day(row["day"])
        if row["choice_id"] is not None:
            return self.name("field_choice", row["choice_id"])
        if row["person_id"] is not None:
            return self.name("contact", row["person_id"])
        if row["number"] is None:
            return _short(str(row["text"]))
        kind = (self.row("field", row["field_id"]) or {}).get("type")
        if kind == "yes_no":
            return _("yes") if row["number"] else _("no")
        return number_text(row["number"] / 1_000_000)

    def said(self, table: str, row: Values | None) -> str:
        """What a row that is part of a record says, in one line."""
        if row is None:
            return ""
        if table == "field_value":
            return self._own_value(row)
        if table == "offer_line":
            return self._line(row)
        own = (self.whole(table, row) or "").removesuffix("_id")
        texts = [part.text(row) for part in self.parts(table) if part.name != own]
        return _short(", ".join(filter(None, texts)))

    def _line(self, row: Values) -> str:
        """A line of an offer: "Tile, 1,000 pieces, €2.50, 19%"."""
        offer = self.row("offer", row["offer_id"]) or {}
        quantity = thousandths(row["quantity"])
        unit = unit_names(self._conn)(row["unit"], quantity)
        texts = [row["text"], f"{shown_quantity(quantity, self._locale)} {unit}"]
        if offer.get("currency"):
            texts.append(format_money(row["price"], offer["currency"], self._locale))
        if row["discount"]:
            off = shown_percent(row["discount"], self._locale)
            texts.append(" ".join((_("Discount"), off)))
        return _short(", ".join([*texts, shown_percent(row["vat"], self._locale)]))

    @cached_property
    def _value_log(self) -> tuple[dict[tuple[int, str, int], set[int]], dict[int, list[_State]]]:
        """The values of fields that have several: whose they were, and the states of each, with the
        entry that ended it, the last with none."""
        whose: dict[tuple[int, str, int], set[int]] = {}
        states: dict[int, list[_State]] = {}
        several = "(SELECT id FROM field WHERE type = 'choices')"
        rows = [
            (entry, row_id, json.loads(before) if before else None)
            for entry, row_id, before in self._conn.execute(
                "SELECT id, row_id, before FROM journal WHERE table_name = 'field_value'"
                " AND last_id IS NULL ORDER BY id"
            )
        ]
        now = dicts(self._conn.execute(f"SELECT * FROM field_value WHERE field_id IN {several}"))
        for entry, row_id, row in [*rows, *((None, row["id"], row) for row in now)]:
            states.setdefault(row_id, []).append(_State(entry, row))
            if row is not None:
                whose.setdefault(self._owned(row), set()).add(row_id)
        return whose, states

    def _owned(self, row: Values) -> tuple[int, str, int]:
        """The field of a value, and whose it is."""
        whole = self.whole("field_value", row) or ""
        return row["field_id"], whole, row.get(whole) or 0

    def own_values(self, row: Values, entries: tuple[int, int]) -> tuple[list[str], list[str]]:
        """All values that the record of a value has in its field, where that takes several, before
        and behind these entries of the journal; of a field of one value none."""
        if (self.row("field", row["field_id"]) or {}).get("type") != "choices":
            return [], []
        whose, states = self._value_log
        key = self._owned(row)
        found: tuple[list[str], list[str]] = ([], [])
        for texts, self.at in zip(found, (entries[0], entries[1] + 1), strict=True):
            at = self.at
            held = [
                next((one.row for one in states[row_id] if (one.end or at) >= at), None)
                for row_id in whose.get(key, ())
            ]
            there = [one for one in held if one is not None and self._owned(one) == key]
            texts += [
                self._own_value(one) for one in sorted(there, key=lambda one: int(one["place"]))
            ]
        return found

    def parts(self, table: str) -> list[Part]:
        """The fields of a table that say something to people."""
        if table not in self._parts:
            names = columns(self._conn, table)
            self._parts[table] = [
                self._part(table, name, names)
                for name in names
                if name not in _OWN
                and name not in _UNSAID.get(table, ())
                and not (name.endswith("_at") and f"{name[:-3]}_on" in names)
                and not (name.endswith("_de") and f"{name[:-3]}_en" in names)
                and not name.endswith("currency")
            ]
        return self._parts[table]

    def _part(self, table: str, name: str, names: list[str]) -> Part:
        noun = self._nouns.get(table) or (self._nouns["deal"] if table in LOGS else None)
        fields = noun.fields if noun is not None else {}
        if table in _ROWS:
            fields = _ROWS[table].declared
        target = self.links.get(table, {}).get(name)
        if target is not None:
            short = name.removesuffix("_id")
            field = fields.get(short) or fields.get(name)
            head = _(field.title) if field is not None else self._head(short, target)

            def named(row: Values) -> str:
                return "" if row.get(name) is None else self.name(target, row[name])

            if target in _KEYED:

                def key(row: Values) -> Any:
                    held = None if row.get(name) is None else self.row(target, row[name])
                    return None if held is None else held["key"]

                return Part(short, head, key, named)
            return Part(short, head, lambda row: named(row) or None, named)
        field = fields.get(name)
        column = self._column(table, name, names, field)
        take = None if field is None else field.type.take
        value, text = data_value(column), reader(column, self._locale)

        def taken(row: Values) -> Values:
            found = row if name in row else {**row, name: None}
            if take is not None and found[name] is not None:
                found = {**found, name: take(found[name])}
            return found

        return Part(
            name.removesuffix("_en") if name.endswith("_en") else name,
            _(column.title),
            lambda row: simple(value(taken(row))),
            lambda row: text(taken(row)),
        )

    def _head(self, name: str, target: str) -> str:
        return _(HEADS[name]) if name in HEADS else title(target)

    def _column(self, table: str, name: str, names: list[str], field: Field | None) -> Column:
        """How a column of a table is shown, as its field is where it has one."""
        currency = next((one for one in names if one.endswith("currency")), "")
        kind = "text"
        read: Callable[[Any], str] | None = None
        head = (
            HEADS.get(name)
            or SET_UP.get(name)
            or name.removesuffix("_en").replace("_", " ").capitalize()
        )
        if field is not None:
            head, kind = field.title, field.type.column
            if kind == "tags":
                # A list is told in one piece.
                read = ", ".join if field.type.choices is None else field.type.names
            elif field.type.reads == "hundredths":
                kind, read = "text", lambda rate: shown_rate(rate, self._locale)
            elif field.type.reads == "quantity":
                kind, read = "text", lambda many: shown_quantity(many, self._locale)
            elif field.type.choices is not None:
                read = field.type.name
            elif field.type.reads in _SPANS:
                read = _SPANS[field.type.reads]
            elif field.type.reads == "birthday":
                read = lambda day: day if day.startswith("-") else daytext.day(day)  # noqa: E731
            elif field.type.of and field.type.reads in ("catalogue", "objection"):
                of = field.type.of
                read = lambda key: self._catalogue(of).get(key, key)  # noqa: E731 - as its siblings
        elif (table, name) == ("criterion_tick", "key"):
            read = self._criterion
        elif name in KEYS or f"{table}.{name}" in KEYS:
            choices = KEYS.get(name) or KEYS[f"{table}.{name}"]
            read = lambda key: words.read(choices, key) if key in choices else str(key)  # noqa: E731
        elif name.endswith("_at") or (name == "valid_from" and table in LOGS):
            kind = "instant"
        elif name.endswith(("_on", "_until", "due")) or name == "valid_from":
            kind = "date"
        elif currency and name in ("price", "cost", "amount", "net", "list_price", "value"):
            kind = "money"
        if kind == "money" and not currency:
            kind = "text"
        if kind == "tags":
            kind = "text"
        return Column(name, head, kind, currency or "currency", names=read)  # type: ignore[arg-type]

    def _criterion(self, key: str) -> str:
        """How an exit criterion reads."""
        row = self._conn.execute(
            "SELECT text_en, text_de FROM stage_exit WHERE key = ? LIMIT 1", (key,)
        ).fetchone()
        return key if row is None else pick(*row)

    def _catalogue(self, kind: str) -> dict[str, str]:
        if kind not in self._catalogues:
            self._catalogues[kind] = catalogue_names(self._conn, kind)
        return self._catalogues[kind]
