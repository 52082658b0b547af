"""What a filter asks, each question in SQL.

The SQL is portable: named parameters, ``EXISTS``, ``CASE``, ``IS NOT TRUE``; of functions only
``instr``, ``replace``, ``search_key``, ``holds`` and ``mentions``.

These are closures and plain classes because every list loads them: the same as dataclasses took
eight milliseconds to import instead of one. A condition is given a function that binds a value
and says what stands for it in the SQL.
"""

from __future__ import annotations

from functools import cache

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.text import spellings
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Literal

    Kind = Literal["text", "enum", "int", "number", "money", "percent", "date", "instant", "tag"]
    Bind = Callable[[int | str], str]
    Condition = Callable[[Bind], str]
    Cut = Callable[[int], int]
    Names = tuple[str, ...]

_IN_A_ROW = 50
_TAG_TEST = "= {param}"
# A shorter word is not looked for across words.
_JOINED = 5


class Field:
    """One thing that can be asked of a record.

    ``sql`` is an expression that yields the field's value: text, a choice's key, an integer, a
    number in millionths, minor units (with ``currency_sql`` for their currency; ``exchanged`` gives
    both by the exchange rates on file), whole percent, ISO date text, or UTC seconds.
    For a tag it is an ``EXISTS`` that compares the tag with ``= {param}``.
    ``choices`` gives (key, English name, German name) when they are needed, ``also`` other words
    for the keys. Choices that stand one behind the other have their ``place``: the SQL of the
    record's, and that of the place of some choices among those that it could have, which is
    ``{most}``, "min" or "max", of those with a key in ``{keys}``.
    ``folded`` says that the expression yields search keys already. Text that is none is made
    one in SQL by a function ``search_key``, which the connection has and which maps NULL to
    NULL; a tag that is not folded must be spelt exactly. ``said`` gives its name as people read it;
    no record is without what is ``always`` there. A text that is the name of another ``record``
    has the table of that, and the SQL of its id, or of those that count as it. A word in a text
    that is looked for ``among`` other rows (:class:`Fields` has such as ``beside``) is asked of
    these, once and not record by record. ``there`` is the SQL of what is NULL where the field has
    no value, where that is read more quickly than the value.
    """

    __slots__ = (
        "aliases",
        "also",
        "always",
        "among",
        "choices",
        "currency_sql",
        "exchanged",
        "folded",
        "kind",
        "name",
        "place",
        "record",
        "said",
        "sql",
        "there",
    )

    def __init__(
        self,
        name: str,
        kind: Kind,
        sql: str,
        currency_sql: str = "",
        choices: Callable[[], Sequence[tuple[str, str, str]]] | None = None,
        folded: bool = False,
        aliases: tuple[str, ...] = (),
        exchanged: Callable[[], tuple[str, str]] | None = None,
        also: Callable[[], Mapping[str, Sequence[str]]] | None = None,
        place: tuple[str, str] | None = None,
        said: Callable[[], str] | None = None,
        always: bool = False,
        record: tuple[str, str] | None = None,
        among: Sequence[tuple[str, str]] = (),
        there: str = "",
    ) -> None:
        if kind == "tag" and _TAG_TEST not in sql:
            raise ValueError(f"the SQL of the tag field {name} lacks '{_TAG_TEST}'")
        if kind == "money" and not currency_sql:
            raise ValueError(f"the money field {name} lacks currency_sql")
        self.name = name
        self.kind = kind
        self.sql = sql
        self.currency_sql = currency_sql
        self.choices = choices
        self.folded = folded
        self.aliases = aliases
        self.exchanged = exchanged
        self.also = also
        self.place = place
        self.said = said or (lambda: name)
        self.always = always
        self.record = record
        self.among = among
        self.there = there


class Fields:
    """All that can be asked of one kind of record.

    ``flags`` are the conditions of ``is:``, by name, in SQL; ``search`` are the SQL expressions,
    of folded text, that a bare word is looked for in, and ``beside`` those of other rows, each with
    the condition that one of these rows, in whose place there are braces, has the word; for one
    without an expression the word itself is put in their place. ``called`` and ``flags_called``
    give the names of both in other words, each behind its own, where a word is none of those: the
    English and the German one, and more. ``saved`` gives, for the name of a saved filter, the one
    that it is kept by and its text; it raises Usage where there is none for these records.
    ``hidden`` gives the error for the name of a field that is there, but not shown any more.
    """

    __slots__ = ("beside", "called", "fields", "flags", "flags_called", "hidden", "saved", "search")

    def __init__(
        self,
        fields: Sequence[Field],
        flags: Mapping[str, str],
        search: Sequence[str],
        called: Callable[[], Sequence[Names]] = tuple,
        flags_called: Callable[[], Sequence[Names]] = tuple,
        saved: Callable[[str], tuple[str, str]] | None = None,
        beside: Sequence[tuple[str, str]] = (),
        hidden: Callable[[str], Usage | None] | None = None,
    ) -> None:
        self.fields = fields
        self.flags = flags
        self.search = search
        self.called = called
        self.flags_called = flags_called
        self.saved = saved or _none_saved
        self.beside = beside
        self.hidden = hidden or (lambda name: None)


def _none_saved(name: str) -> tuple[str, str]:
    raise Usage(
        _("There is no saved filter @{name}.").format(name=name),
        _("To search for the word itself, put a colon before it."),
    )


def has(field: Field) -> Condition:
    """The record has a value. An empty text is none."""
    if field.kind == "tag":
        condition = field.sql.replace(_TAG_TEST, "IS NOT NULL")
    elif field.there:
        condition = f"{field.there} IS NOT NULL"
    else:
        condition = f"({field.sql}) " + ("<> ''" if field.kind == "text" else "IS NOT NULL")
    return lambda bind: condition


def contains(field: Field, word: str) -> Condition:
    """The text holds ``word``, without regard to case, diacritics and spelt-out umlauts."""
    if field.among:
        return search((), word, field.among)
    text = field.sql if field.folded else f"search_key({field.sql})"
    return search([text], word)


def is_record(field: Field, number: int, word: str) -> Condition:
    """The record that the field names has that id; where none has, the text holds ``word``."""
    assert field.record is not None
    table, ids = field.record
    text = contains(field, word)

    def sql(bind: Bind) -> str:
        one = bind(number)
        there = f"EXISTS (SELECT 1 FROM {table} WHERE id = {one})"
        return f"CASE WHEN {there} THEN {one} IN ({ids}) ELSE ({text(bind)}) END"

    return sql


def search(texts: Sequence[str], word: str, beside: Sequence[tuple[str, str]] = ()) -> Condition:
    """One of the searchable texts holds ``word``, of the record or of rows ``beside`` it."""
    forms = spellings(word)

    def sql(bind: Bind) -> str:
        names = {bind(form): form for form in forms}
        parts = [holds(text, name, form) for text in texts for name, form in names.items()]
        parts += [
            condition.format(
                " OR ".join(holds(text, name, form) for name, form in names.items())
                if text
                else next(iter(names))
            )
            for text, condition in beside
        ]
        return " OR ".join(parts)

    return sql


def holds(text: str, parameter: str, form: str) -> str:
    """SQL for a folded text that holds a folded word, be it as several words: "Solar-Dach" and
    "solar dach" hold "solardach"."""
    # PostgreSQL says strpos(text, part); LIKE would limit the part's length and need escaping.
    plain = f"instr({text}, {parameter}) > 0"
    if len(form) < _JOINED or " " in form or "SELECT" in text:
        return plain
    whole = f"holds({text}, {parameter})"
    if "search_key(" in text:
        # What is folded only now is not to be folded twice.
        return whole
    return f"{plain} OR (instr(replace({text}, ' ', ''), {parameter}) > 0 AND {whole})"


def one_of(field: Field, keys: tuple[str, ...]) -> Condition:
    """The choice is one of ``keys``."""
    return lambda bind: f"({field.sql}) IN ({', '.join(map(bind, keys))})"


def placed(field: Field, bounds: Sequence[tuple[str, str, tuple[str, ...]]]) -> Condition:
    """The choice stands where all of ``bounds`` say: each a comparison, which end of several
    choices it means ("min" or "max"), and these. One that the record could not have is none."""
    assert field.place is not None
    place, of = field.place

    def sql(bind: Bind) -> str:
        return " AND ".join(
            f"{place} {sign} {of.format(most=most, keys=', '.join(map(bind, keys)))}"
            for sign, most, keys in bounds
        )

    return sql


def tagged(field: Field, tag: str) -> Condition:
    """``tag`` is among the tags."""
    return lambda bind: field.sql.replace("{param}", bind(tag))


def flag(condition: str) -> Condition:
    """A named condition holds."""
    return lambda bind: condition


def within(field: Field, low: Any, high: Any) -> Condition:
    """At least ``low`` and below ``high``, integers or texts; one of them may be open."""

    def sql(bind: Bind) -> str:
        bounds = (("<", high),) if low is None else ((">=", low), ("<", high))
        return " AND ".join(
            f"({field.sql}) {sign} {bind(bound)}" for sign, bound in bounds if bound is not None
        )

    return sql


def cut(minor: int, exponent: int, *, after: bool) -> Cut:
    """A place just before, or just after, an amount of money on the line of all amounts.

    It gives, for a currency's exponent, the first whole minor unit behind this place.
    """

    def at(other: int) -> int:
        # 10 ** n is no int to the type checker, for n might be negative.
        scaled, divisor = minor * int(10**other), int(10**exponent)
        return scaled // divisor + 1 if after else -(-scaled // divisor)

    return at


def costs(field: Field, low: Cut | None, high: Cut | None, only: str | None) -> Condition:
    """Between two cuts, in the currency ``only``; else in the one that the record's is exchanged
    to, its own where no rate is on file."""
    value, currency = field.sql, field.currency_sql
    if only is None and field.exchanged is not None:
        value, currency = field.exchanged()

    def threshold(place: Cut, bind: Bind) -> str:
        from funnelcli.values.currencies import exponent

        if only is not None:
            return bind(place(exponent(only)))
        cases = "".join(
            f" WHEN ({currency}) IN ({codes}) THEN {bind(place(digits))}"
            for digits, codes in _uncommon()
        )
        return f"CASE{cases} ELSE {bind(place(2))} END"

    def sql(bind: Bind) -> str:
        parts = []
        if only is not None:
            parts.append(f"({currency}) = {bind(only)}")
        if low is not None:
            parts.append(f"({value}) >= {threshold(low, bind)}")
        if high is not None:
            parts.append(f"({value}) < {threshold(high, bind)}")
        return " AND ".join(parts)

    return sql


@cache
def _uncommon() -> tuple[tuple[int, str], ...]:
    """Exponents other than two, each with its currencies as an SQL list."""
    from funnelcli.values.currencies import CODES, exponent

    found: dict[int, list[str]] = {}
    for code in sorted(CODES):
        found.setdefault(exponent(code), []).append(f"'{code}'")
    return tuple((digits, ", ".join(codes)) for digits, codes in found.items() if digits != 2)


def either(conditions: Sequence[Condition]) -> Condition:
    """At least one of the conditions, of which there is one or more, holds."""
    if len(conditions) == 1:
        return conditions[0]
    return lambda bind: joined([f"({condition(bind)})" for condition in conditions], "OR")


def every(conditions: Sequence[Condition]) -> Condition:
    """All of the conditions, of which there is one or more, hold."""
    if len(conditions) == 1:
        return conditions[0]
    return lambda bind: joined([f"({condition(bind)})" for condition in conditions], "AND")


def joined(parts: Sequence[str], word: str) -> str:
    """Conditions joined by AND or OR, halves within halves: SQLite reads a thousand in a row as
    that many levels, which is more than it takes."""
    if len(parts) <= _IN_A_ROW:
        return f" {word} ".join(parts)
    half = len(parts) // 2
    return f"({joined(parts[:half], word)}) {word} ({joined(parts[half:], word)})"


def negation(condition: Condition) -> Condition:
    """The condition does not hold, or cannot be told because there is no value."""
    return lambda bind: f"({condition(bind)}) IS NOT TRUE"


class Filter:
    """What :func:`funnelcli.filters.parse` read; all of ``conditions`` must hold."""

    __slots__ = ("conditions",)

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.conditions = conditions

    @property
    def empty(self) -> bool:
        """Whether every record passes."""
        return not self.conditions

    def sql(self) -> tuple[str, dict[str, int | str]]:
        """A condition for WHERE, and its parameters by name (f0, f1 …). "1" when empty."""
        parameters: dict[str, int | str] = {}

        def bind(value: int | str) -> str:
            name = f"f{len(parameters)}"
            parameters[name] = value
            return f":{name}"

        text = joined([f"({condition(bind)})" for condition in self.conditions], "AND")
        return text or "1", parameters
