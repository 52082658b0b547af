"""Fields of one's own: what people have declared of contacts, deals, visits and products.

They are fields like the program's: :func:`funnelcli.nouns.extending.extended` gives a noun with
them, and what lists, filters, ``--sort``, ``--columns``, JSON and options know of a field follows
from it. Their names in data are ``fields.KEY``, so that no field that the program may get one day
takes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice

from funnelcli.i18n import N_, _, every, pick
from funnelcli.nouns.field import Ask, Declared, Field, Option
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import (
    AMOUNT,
    CHOICE,
    CHOICES,
    CONTACT_NAME,
    DATE,
    DECIMAL,
    TEXT,
    URL,
    YES_NO,
    Type,
    record,
)
from funnelcli.plain import NamedTuple
from funnelcli.render.columns import OWN
from funnelcli.typed import TYPE_CHECKING, Any, TypeVar
from funnelcli.values.choosing import plain

if TYPE_CHECKING:
    import sqlite3

    from funnelcli.render.model import Column

R = TypeVar("R", bound=Record)

# Rows whose values are read at once.
_LOT = 500


class Kind(NamedTuple):
    """A type of fields: how its values are shown and asked for, what its option takes, and the
    columns of a value's row that hold it, the first of which says whether there is one."""

    type: Type
    option: Type
    columns: tuple[str, ...]


KINDS = {
    "text": Kind(TEXT, TEXT, ("text",)),
    "number": Kind(DECIMAL, DECIMAL, ("number",)),
    "money": Kind(AMOUNT, AMOUNT, ("amount", "currency")),
    "date": Kind(DATE, DATE, ("day",)),
    "yes_no": Kind(YES_NO, YES_NO, ("number",)),
    "choice": Kind(CHOICE, CHOICE, ("choice_id",)),
    "choices": Kind(CHOICES, CHOICE, ("choice_id",)),
    "link": Kind(URL, URL, ("text",)),
    "contact": Kind(CONTACT_NAME, record("CONTACT", "contact"), ("person_id",)),
}
COLUMNS = tuple(dict.fromkeys(column for kind in KINDS.values() for column in kind.columns))
"""The columns of a value's row that can hold it."""
BESIDE = {
    "money": ("currency", N_("{name}, currency")),
    "contact": ("id", N_("{name}, id")),
}
"""The types with a column beside their own in data: what its name ends in, and its title."""
_CHOSEN = ("choice", "choices")
# What tells of a value besides its own row.
_VALUES = (
    "SELECT fv.{noun}_id, fv.field_id, fv.text, fv.number, fv.amount, fv.currency, fv.day,"
    " (SELECT fc.key FROM field_choice AS fc WHERE fc.id = fv.choice_id), fv.person_id,"
    " (SELECT fp.name FROM contact AS fp WHERE fp.id = fv.person_id)"
    " FROM field_value AS fv WHERE fv.{noun}_id IN (SELECT j.value FROM json_each(?) AS j)"
    " ORDER BY fv.{noun}_id, fv.field_id, fv.place"
)


class Own(Field):
    """A field of one's own: ``id`` is that of its declaration, ``kind`` the key of its type,
    ``names`` what it is called in English and in German, ``choices`` (key, English name, German
    name) of those that it has. ``word`` is what filters and options call it: its key, unless the
    program has got a field of that name since; then that of data, ``fields.KEY``."""

    __slots__ = ("choices", "id", "key", "kind", "names", "word")

    def __init__(
        self,
        noun: Noun[Any],
        id: int,  # noqa: A002 - the word for it
        key: str,
        kind: str,
        names: tuple[str, str],
        choices: Sequence[tuple[str, str, str]],
    ) -> None:
        many = kind == "choices"
        word = word_of(noun, key)
        flag = flag_of(word)
        heard = dict.fromkeys((f"{OWN}{key}", key, key.replace("_", " "), *names))
        super().__init__(
            pick(*names),
            KINDS[kind].type,
            _ask(noun, id, word, kind),
            Option(
                flag,
                ": ".join(
                    filter(
                        None, (pick(*names), ", ".join(pick(en, de) for _key, en, de in choices))
                    )
                ),
                many=many,
                off=f"--no-{flag.removeprefix('--')}" if many else "",
                off_help=N_("Take a choice off."),
                type=KINDS[kind].option,
            ),
            ", ".join(name.lower() for name in heard),
            {},
        )
        self.name = OWN + key
        self.id = id
        self.key = key
        self.word = word
        self.kind = kind
        self.names = names
        self.choices = choices

    @property
    def many(self) -> bool:
        """Whether it has several values."""
        return self.kind == "choices"

    def options(self, verb: str) -> Iterator[Declared]:
        """The options that ``verb`` takes for it; parameters are called by the key alone."""
        if verb not in ("add", "edit", "log"):
            return
        for option in super().options("add" if verb == "log" else verb):
            off = option.name.startswith("no_")
            yield option._replace(name=f"{'no_' if off else ''}own_{self.key}")

    def columns(self) -> Iterator[Column]:
        """How lists show it, on request: of a contact the name, and in data its id too."""
        from funnelcli.render.model import Column

        column = Column(self.name, self.title, self.type.column, table=False, heard=self.heard)  # type: ignore[arg-type]
        if self.kind == "money":
            column = column._replace(currency=f"{self.name}_currency")
        elif self.kind == "number":
            column = column._replace(shown=partial(_number_shown, self.name))
        elif self.kind == "choice":
            column = column._replace(names=self.chosen)
        elif self.kind == "choices":
            column = column._replace(shown=self._all_chosen)
        yield column
        if self.kind in BESIDE:
            ending, title = BESIDE[self.kind]
            of: Any = "id" if self.kind == "contact" else "text"
            beside = _(title).format(name=self.title)
            yield Column(f"{self.name}_{ending}", beside, of, table=False)

    @property
    def beside(self) -> tuple[str, ...]:
        """What the column beside its own is called in files; nothing where it has none."""
        if self.kind not in BESIDE:
            return ()
        ending, title = BESIDE[self.kind]
        titles = (one.format(name=name) for one in every(title) for name in self.names)
        return (f"{self.key}_{ending}", *titles)

    def chosen(self, key: str) -> str:
        """What a person calls a choice."""
        return next((pick(en, de) for one, en, de in self.choices if one == key), key)

    def _all_chosen(self, row: Any) -> str:
        return ", ".join(map(self.chosen, getattr(row, self.name)))

    def empty(self) -> dict[str, Any]:
        """What a record without a value has."""
        found: dict[str, Any] = {self.name: [] if self.many else None}
        if self.kind == "contact":
            found[f"{self.name}_id"] = None
        elif self.kind == "money":
            found[f"{self.name}_currency"] = None
        return found


def word_of(noun: Noun[Any], key: str) -> str:
    """What filters and options call a field with this key: the program's own word wins."""
    return OWN + key if any(key == name for name, _ask, _type in noun.asked()) else key


def flag_of(word: str) -> str:
    """The option of a field that filters call so."""
    return f"--{word.replace('_', '-').replace('.', '-')}"


def _number_shown(name: str, row: Any) -> str:
    text = getattr(row, name)
    return "" if text is None else number_shown(text)


# From so many on the digits of a whole part stand in groups.
_GROUPED = 10_000


def number_shown(text: str) -> str:
    """A number in data as the regional format writes it, grouped from five digits on: of four it
    may well be a year, and nobody takes 1980 for anything else without a point."""
    from funnelcli.values import reader
    from funnelcli.values.numbers import MILLIONTHS, millionths, shown

    number = millionths(text, "en") or 0
    sign = "-" if number < 0 else ""
    return sign + shown(abs(number), MILLIONTHS, reader.locale(), grouped=_GROUPED)


def value_sql(noun: Noun[Any], field_id: int, column: str, key: str = "") -> str:
    """What stands in a column of the value that a record has whose id is ``key`` in SQL, as in the
    noun's query if nothing else."""
    return (
        f"(SELECT fv.{column} FROM field_value AS fv WHERE fv.{noun.table}_id ="
        f" {key or noun.key} AND fv.field_id = {field_id:d} AND fv.place = 0)"
    )


def told_sql(noun: Noun[Any], field: Own, key: str) -> Iterator[tuple[str, str]]:
    """What people ask of a field in SQL: names, each with its expression; ``key`` is the record's
    id. Amounts are in minor units of the currency that follows."""
    value = partial(value_sql, noun, field.id, key=key)
    name = field.word.replace(".", "_")
    if field.kind == "number":
        yield name, f"{value('number')} / 1000000.0"
    elif field.kind == "money":
        yield name, value("amount")
        yield f"{name}_currency", value("currency")
    elif field.kind == "contact":
        yield (
            name,
            f"(SELECT fp.name FROM contact AS fp WHERE fp.id = {value('person_id')})",
        )
        yield f"{name}_id", value("person_id")
    elif field.kind in _CHOSEN:
        yield (
            name,
            "(SELECT group_concat(w.key, ', ') FROM (SELECT fc.key FROM field_value AS fv"
            " JOIN field_choice AS fc ON fc.id = fv.choice_id"
            f" WHERE fv.{noun.table}_id = {key} AND fv.field_id = {field.id:d}"
            " ORDER BY fv.place) AS w)",
        )
    else:
        yield name, value(KINDS[field.kind].columns[0])


def _ask(noun: Noun[Any], field_id: int, key: str, kind: str) -> Ask:
    value = partial(value_sql, noun, field_id)
    if kind in _CHOSEN:
        choices = KINDS[kind].type.listing(
            "SELECT key, name_en, name_de FROM field_choice"
            f" WHERE field_id = {field_id:d} ORDER BY position"
        )
        chosen = "(SELECT fc.{} FROM field_choice AS fc WHERE fc.id = " + value("choice_id") + ")"
        if kind == "choice":
            return Ask(chosen.format("key"), key, sort=chosen.format("position"), type=choices)
        has = (
            "EXISTS (SELECT 1 FROM field_value AS fv JOIN field_choice AS fc"
            f" ON fc.id = fv.choice_id WHERE fv.{noun.table}_id = {noun.key}"
            f" AND fv.field_id = {field_id:d} AND fc.key = {{param}})"
        )
        return Ask(has, key, sort="-", type=choices)
    if kind == "money":
        return Ask(value("amount"), key, currency=value("currency"))
    if kind == "yes_no":
        return Ask(f"CASE {value('number')} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END", key)
    if kind == "contact":
        person = f"(SELECT fp.search FROM contact AS fp WHERE fp.id = {value('person_id')})"
        return Ask(person, key, folded=True, ids=value("person_id"))
    return Ask(value(KINDS[kind].columns[0]), key)


class Extended(Noun[R]):
    """A noun with the fields of one's own that are declared of it."""

    def __init__(self, noun: Noun[R], own: Sequence[Own]) -> None:
        self.__dict__.update(noun.__dict__)
        self.__dict__.pop("columns", None)
        self.own = tuple(own)
        self._noun = noun

    @property
    def fields(self) -> dict[str, Field]:
        """The declared fields by name, one's own last."""
        return {**self.row.declared, **{field.name: field for field in self.own}}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """How a list shows the fields."""
        return (*self.row.columns(), *self.own_columns)

    @cached_property
    def own_columns(self) -> tuple[Column, ...]:
        """The columns of one's own."""
        return tuple(column for field in self.own for column in field.columns())

    def called(self) -> list[tuple[str, ...]]:
        """What can be asked by its names, as of a noun; what is called like a field of one's own in
        other programs' files is not meant where that is said."""
        own = [
            (
                field.word,
                *(field.names if field.word == field.key else 2 * [field.name]),
                field.name,
            )
            for field in self.own
        ]
        taken = {plain(name) for names in own for name in names}
        found = [
            (*entry[:4], *(name for name in entry[4:] if plain(name) not in taken))
            for entry in self._noun.called()
        ]
        return [*found, *own]

    def attached(self, conn: sqlite3.Connection, rows: Iterable[R]) -> Iterator[R]:
        """Records with their values, by the names of the fields, and their columns."""
        empty: dict[str, Any] = {"own_columns": self.own_columns}
        for field in self.own:
            empty.update(field.empty())
        rows = iter(rows)
        while lot := list(islice(rows, _LOT)):
            found = self._values(conn, [row.id for row in lot])  # type: ignore[attr-defined]
            for row in lot:
                row.__dict__.update(empty)
                row.__dict__.update(found.get(row.id, ()))  # type: ignore[attr-defined]
                yield row

    def _values(self, conn: sqlite3.Connection, ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
        import json

        known = {field.id: field for field in self.own}
        found: dict[int, dict[str, Any]] = {}
        for record_id, field_id, *value in conn.execute(
            _VALUES.format(noun=self.table), (json.dumps(ids),)
        ):
            if field_id in known:
                _put(found.setdefault(record_id, {}), known[field_id], value)
        return found


def _put(values: dict[str, Any], field: Own, row: Sequence[Any]) -> None:
    """Put what a row of values holds into a record's."""
    text, number, amount, currency, day, choice, person_id, person = row
    name = field.name
    if field.kind == "money":
        values[name], values[f"{name}_currency"] = amount, currency
    elif field.kind == "contact":
        values[name], values[f"{name}_id"] = person, person_id
    elif field.kind == "choices":
        values.setdefault(name, []).append(choice)
    elif field.kind == "yes_no":
        values[name] = bool(number)
    elif field.kind == "number":
        from funnelcli.render.columns import Number
        from funnelcli.values.numbers import MILLIONTHS, exact

        values[name] = Number(exact(number, MILLIONTHS))
    else:
        values[name] = day if field.kind == "date" else choice if field.kind == "choice" else text


def declarations(conn: sqlite3.Connection, noun: Noun[Any], *, hidden: bool = False) -> list[Own]:
    """The fields of one's own that are declared of a noun, in their order; ``hidden`` ones too."""
    rows = conn.execute(
        "SELECT id, key, type, name_en, name_de FROM field WHERE noun = ? AND hidden <= ?"
        " ORDER BY position, id",
        (noun.table, hidden),
    ).fetchall()
    choices: dict[int, list[tuple[str, str, str]]] = {}
    if any(kind in _CHOSEN for _id, _key, kind, *_names in rows):
        for field_id, *choice in conn.execute(
            "SELECT field_id, key, name_en, name_de FROM field_choice ORDER BY position, id"
        ):
            choices.setdefault(field_id, []).append((choice[0], choice[1], choice[2]))
    return [
        Own(noun, field_id, key, kind, (en, de), choices.get(field_id, ()))
        for field_id, key, kind, en, de in rows
    ]
