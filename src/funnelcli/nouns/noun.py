"""A noun: all that is known of one kind of records, told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial

from funnelcli import config
from funnelcli.i18n import _, every, ngettext
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Declared, Field
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import among_contacts, contact_of, ids_of
from funnelcli.nouns.types import Type
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import sqlite3

    from funnelcli.errors import Usage
    from funnelcli.filters import Fields
    from funnelcli.render.model import Column

R = TypeVar("R", bound=Record)
# The tables of the records whose names completion offers for a text.
_NAMED = {"DEALS": "deal", "CONTACTS": "contact"}


class _Attributes(dict[str, Any]):
    """A record's attributes for a text with their names in braces."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def __missing__(self, name: str) -> Any:
        return getattr(self.record, name)


def spoken(en: str, de: str = "''") -> str:
    """SQL for a part of a label that depends on the language: a name in both, or a fixed key, whose
    word is a message."""
    return f"char(31) || {en} || char(31) || {de} || char(31)"


def noted(column: str) -> tuple[str, str]:
    """A column of notes, as bare words look into it (``Noun.beside``)."""
    return "", f"({column} IS NOT NULL AND mentions({column}, {{}}))"


class Naming(NamedTuple):
    """How people name a record, in SQL over ``r``, a row of its table.

    ``search`` is the folded text that words are looked for in, ``label`` a line that tells one
    candidate from another (parts of it may be :func:`spoken`), ``also`` folded text whose words
    count too (a deal is known by its contact as well), ``number`` the column of a number of its
    own, which is looked at first. ``keyed`` is what the table's column ``search`` is made of, where
    it has one. ``only`` are the conditions by which verbs say what they are for: a name means a
    draft to one that edits drafts.
    """

    search: str
    label: str
    also: str = ""
    number: str = ""
    keyed: str = ""
    only: Mapping[str, str] = {}


class Says(NamedTuple):
    """What is said about records, as English message ids: that none is called ``{name}``, that
    there are none, that one was removed (with any field of the record in braces), and the
    question before several are; and that none has the id ``{name}``, where that is said in other
    words than of a name."""

    missing: str
    empty: str = ""
    removed: str = ""
    remove: tuple[str, str] = ("", "")
    absent: str = ""


def _also(conn: sqlite3.Connection, of: Type) -> Mapping[str, Sequence[str]]:
    """The other words for the keys of a catalogue, a stage or a fixed choice, which few lists are
    asked for."""
    from funnelcli.nouns.also import also, also_stored
    from funnelcli.nouns.words import CATALOGUE, other_words

    if of.of == "user":
        from funnelcli.nouns.members import also as also_users

        return also_users(conn)
    if of.choices is not None:
        return other_words(of.choices)
    return also_stored(conn, of.of) if of.of in CATALOGUE else also(of.offers.lower())


def _saved(conn: sqlite3.Connection, table: str, name: str) -> tuple[str, str]:
    """The saved filter of that name, which few lists are asked for."""
    from funnelcli.nouns.saved import text_for

    return text_for(conn, table, name)


def _hidden(conn: sqlite3.Connection, table: str, name: str) -> Usage | None:
    """The error for the name of a field of one's own that is hidden; None for any other."""
    from funnelcli.nouns.hidden import hidden

    return hidden(conn, table, name)


def _in_order(sql: str, of: Type) -> str:
    """What to sort ``sql`` by: of fixed choices by the order that they are declared in."""
    if of.choices is None or of.asked != "enum":
        return sql
    places = " ".join(f"WHEN '{key}' THEN {place}" for place, key in enumerate(of.choices))
    return f"CASE {sql} {places} END"


def _is_word(name: str) -> bool:
    """Whether a name can be typed before a colon: letters, digits and blanks."""
    return name.replace(" ", "").isalnum()


class Noun(Generic[R]):
    """One kind of records.

    ``table`` holds them, ``row`` is what its ``query`` (a file of :mod:`funnelcli.queries`)
    gives, ``alias`` the table's alias there. ``order`` is how a list is sorted by itself, with the
    id last; on a screen those come before the others of which ``first``, SQL too, is true.
    ``asks`` are filters and sort keys beside those of the fields, ``flags`` the conditions of
    ``is:``, ``search`` the folded texts that a bare word is looked for in, ``beside`` those of
    other rows (:class:`funnelcli.filters.Fields`). ``command`` lists the records, ``key`` is what a
    record's id is compared with, ``apart`` what tells the rows apart where that does not, ``tie``
    what breaks ties of ``--sort``, ``contact`` the column with the id of its contact, where many
    are asked for the name of that. ``dated`` are the days that a calendar has of it.
    """

    def __init__(
        self,
        table: str,
        row: type[R],
        *,
        query: str,
        alias: str,
        order: str,
        named: Naming | None = None,
        says: Says,
        asks: Sequence[Ask] = (),
        flags: Mapping[str, str] | None = None,
        search: Sequence[str] = (),
        beside: Sequence[tuple[str, str]] = (),
        first: str = "",
        command: str = "",
        tie: str = "",
        key: str = "",
        apart: str = "",
        contact: str = "",
        dated: Sequence[Dated] = (),
    ) -> None:
        self.table = table
        self.row = row
        self.query = query
        self.alias = alias
        self.order = order
        self.named = named
        self.says = says
        self.asks = tuple(asks)
        self.flags = dict(flags or {})
        self.search = tuple(search)
        self.beside = tuple(beside)
        self.first = first
        self.command = command or f"{table} list"
        self.tie = tie or f"{alias}.id"
        self.key = key or f"{alias}.id"
        self.apart = apart or self.key
        self.contact = contact
        self.dated = tuple(dated)

    @property
    def fields(self) -> dict[str, Field]:
        """The declared fields by name."""
        return self.row.declared

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """How a list shows the fields."""
        return self.row.columns()

    def options(self, verb: str) -> tuple[Declared, ...]:
        """The options that a command of this verb takes for the fields."""
        return tuple(option for field in self.fields.values() for option in field.options(verb))

    @property
    def editable(self) -> tuple[str, ...]:
        """The fields that ``edit`` sets, but for those that have several values."""
        return tuple(option.field.name for option in self.options("edit") if not option.many)

    def asked(self) -> Iterator[tuple[str, Ask, Type]]:
        """Everything that can be asked: (name, how, type)."""
        for name, field in self.fields.items():
            if field.ask is not None:
                yield field.ask.name or name, field.ask, field.ask.type or field.type
        for ask in self.asks:
            assert ask.type is not None
            yield ask.name, ask, ask.type

    def sort_keys(self) -> dict[str, str]:
        """What ``--sort`` takes, with the SQL of each."""
        return {
            name: ask.sort or _in_order(ask.sql, of)
            for name, ask, of in self.asked()
            if ask.sort != "-"
        }

    def amounts(self, conn: sqlite3.Connection) -> dict[str, tuple[str, str]]:
        """The sort keys that are amounts of several currencies, with the SQL of the amount by the
        exchange rate on file, and of its currency where that is not the base."""
        keys = self.sort_keys()
        asks = {name: ask for name, ask, _type in self.asked() if name in keys and ask.currency}
        found = {}
        for name, ask in asks.items():
            if self.one_currency(conn, ask):
                continue
            value, currency = self.exchanged(conn, ask)
            found[name] = (value, f"nullif({currency}, '{config.get('currency')}')")
        return found

    def compared(self, words: Sequence[str], order: str | None = None) -> dict[str, Ask]:
        """The amounts that filter words or the text of ``--sort`` compare, by name."""
        said = {word.lstrip("-").partition(":")[0] for word in words if ":" in word}
        said |= {key.strip().lstrip("-") for key in (order or "").split(",")}
        known = {name for name, _ask, _type in self.asked()}
        asked = said & known
        # Names in other languages are asked for only where it takes them: a catalogue has them.
        others = said - known - {"", "is"}
        if others:
            from funnelcli.values.choosing import fitting

            called = self.called()
            asked.update(key for word in others for key in fitting(called, word))
        return {name: ask for name, ask, _type in self.asked() if ask.currency and name in asked}

    def one_currency(self, conn: sqlite3.Connection, ask: Ask) -> bool:
        """Whether all amounts are in the base currency. Not asked where that is another table's."""
        if not ask.currency.startswith(f"{self.alias}."):
            return False
        return (
            conn.execute(
                f"SELECT 1 FROM {self.table} AS {self.alias} WHERE {ask.currency} <> ? LIMIT 1",
                (config.get("currency"),),
            ).fetchone()
            is None
        )

    def exchanged(self, conn: sqlite3.Connection, ask: Ask, amount: str = "") -> tuple[str, str]:
        """The SQL of an amount and of its currency, exchanged by the rate of its day; with
        ``amount`` that of another one in the same currency on the same day."""
        from funnelcli.db.rates import exchange_rates
        from funnelcli.values import dates
        from funnelcli.values.exchange_sql import currency_of, exchanged

        rates = exchange_rates(conn, config.get("currency"))
        day = f"'{dates.today().isoformat()}'"
        if ask.day:
            day = f"coalesce({ask.day}, {day})"
        value = exchanged(rates, amount or ask.sql, ask.currency, day)
        return value, currency_of(rates, ask.currency, day)

    def filters(self, conn: sqlite3.Connection, exchanged: list[Ask] | None = None) -> Fields:
        """What filter words can ask; choices are read from the database when they are needed.
        A word that compares amounts by the exchange rates adds what it asks to ``exchanged``."""
        from funnelcli.filters import Field as Filter
        from funnelcli.filters import Fields

        def by_rate(ask: Ask) -> tuple[str, str]:
            if exchanged is not None:
                exchanged.append(ask)
            return self.exchanged(conn, ask)

        always = self._always()

        def made(name: str, ask: Ask, of: Type) -> Filter:
            kind: Any = of.asked
            exchange = partial(by_rate, ask) if ask.currency else None
            known = of.known(conn)
            named = _NAMED.get(of.offers or "")
            # A record's own name is a text; that of another one names a record.
            own = ask.sql == f"{self.alias}.search"
            ids = "" if named is None or own else ask.ids or ids_of(ask.sql)
            whose = contact_of(ask.sql)
            contact = whose and (self.contact or f"{whose}.id")
            return Filter(
                name,
                kind,
                ask.sql,
                ask.currency,
                known,
                ask.folded,
                exchanged=exchange,
                also=partial(_also, conn, of),
                place=ask.place,
                said=partial(self._said, name),
                always=name in always,
                record=(named or "", ids) if ids else None,
                among=among_contacts(contact) if contact else ask.among,
                there=contact,
            )

        return Fields(
            [made(name, ask, of) for name, ask, of in self.asked() if ask.filter],
            self.flags,
            self.search,
            self.called,
            self.flags_called,
            partial(_saved, conn, self.table),
            beside=self.beside,
            hidden=partial(_hidden, conn, self.table),
        )

    def _always(self) -> set[str]:
        """The names by which fields are asked that no record is without: a text, a number, a choice
        that cannot be None."""
        kinds = self.row.__annotations__
        return {
            field.ask.name or name
            for name, field in self.fields.items()
            if field.ask is not None and kinds.get(name) in ("str", "int", "float")
        }

    def _said(self, name: str) -> str:
        """What can be asked by that name, as people read it."""
        from funnelcli.values.choosing import in_words

        return in_words([name], self.called())

    def flags_called(self) -> list[tuple[str, ...]]:
        """The conditions of ``is:``, each by its name, in English and in German."""
        from funnelcli.nouns.also import flag_names

        return flag_names(self.flags)

    def called(self) -> list[tuple[str, ...]]:
        """What can be asked, each by its name, with what people call it in English and in German,
        which is what stands above its column if nothing else; behind these, the field's name in
        JSON and those that its column has in files, but for what another is called."""
        from funnelcli.values.choosing import plain

        found: dict[str, tuple[str, ...]] = {}
        heard: dict[str, list[str]] = {}
        for name, field in self.fields.items():
            if field.ask is not None:
                titles = dict.fromkeys((field.ask.title, field.title or name))
                key = field.ask.name or name
                found[key] = (*(word for title in titles for word in every(title)), name)
                heard[key] = [word for word in field.heard.split(", ") if _is_word(word)]
        for ask in self.asks:
            found[ask.name] = every(ask.title or ask.name)
        taken = {plain(word) for key, names in found.items() for word in (key, *names)}
        for key, words in heard.items():
            more = [word for word in dict.fromkeys(words) if plain(word) not in taken]
            taken.update(map(plain, more))
            found[key] += tuple(more)
        return [(name, *found[name]) for name, _ask, _type in self.asked()]

    def empty(self) -> str:
        """That there are none."""
        return _(self.says.empty)

    def removed(self, record: R) -> str:
        """That a record was removed."""
        return _(self.says.removed).format_map(_Attributes(record))

    def remove_question(self, n: int) -> str:
        """Whether so many are to be removed."""
        return ngettext(*self.says.remove, n).format(n=n)
