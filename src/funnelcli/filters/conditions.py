"""What a filter asks, each question in SQL and in Python.

The SQL is portable: named parameters, ``EXISTS``, ``CASE``, ``IS NOT TRUE``; of functions only
``instr`` and ``fold``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

from funnelcli.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Bind = Callable[[int | str], str]

Kind = Literal["text", "enum", "int", "money", "percent", "date", "instant", "tag"]

# ISO 4217 has currencies without a minor unit and with up to four decimals.
_POWERS = (1, 10, 100, 1000, 10000)
_TAG_TEST = re.compile(r"=\s*\{param\}")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked of a record.

    ``sql`` is an expression that yields the field's value: text, a choice's key, an integer, minor
    units (with ``currency_sql`` for their currency), whole percent, ISO date text, or UTC seconds.
    For a tag it is an ``EXISTS`` that compares the tag with ``= {param}``.
    ``choices`` gives (key, English name, German name) when they are needed.
    ``folded`` says that the expression yields folded text already. Text that is not folded is
    folded in SQL by a function ``fold``, which the connection must have and which maps NULL to
    NULL; a tag that is not folded must be spelt exactly.
    """

    name: str
    kind: Kind
    sql: str
    currency_sql: str = ""
    choices: Callable[[], Sequence[tuple[str, str, str]]] | None = None
    folded: bool = False
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind == "tag" and not _TAG_TEST.search(self.sql):
            raise ValueError(f"the SQL of the tag field {self.name} lacks '= {{param}}'")
        if self.kind == "money" and not self.currency_sql:
            raise ValueError(f"the money field {self.name} lacks currency_sql")


@dataclass(frozen=True, slots=True)
class Fields:
    """All that can be asked of one kind of record.

    ``flags`` are the conditions of ``is:``, by name, in SQL; ``search`` are the SQL expressions,
    of folded text, that a bare word is looked for in.
    """

    fields: Sequence[Field]
    flags: Mapping[str, str]
    search: Sequence[str]


class Condition(Protocol):
    """One question, in SQL and in Python."""

    def sql(self, bind: Bind) -> str: ...

    def match(self, record: Mapping[str, Any]) -> bool: ...


@dataclass(frozen=True, slots=True)
class Has:
    """The record has a value."""

    field: Field

    def sql(self, bind: Bind) -> str:
        if self.field.kind == "tag":
            return _TAG_TEST.sub("IS NOT NULL", self.field.sql)
        if self.field.kind == "text":
            return f"({self.field.sql}) <> ''"
        return f"({self.field.sql}) IS NOT NULL"

    def match(self, record: Mapping[str, Any]) -> bool:
        value = record.get(self.field.name)
        if self.field.kind in ("tag", "text"):
            return bool(value)
        return value is not None


@dataclass(frozen=True, slots=True)
class Contains:
    """The text holds ``folded``, without regard to case and diacritics."""

    field: Field
    folded: str

    def sql(self, bind: Bind) -> str:
        text = self.field.sql if self.field.folded else f"fold({self.field.sql})"
        return _contains(text, bind(self.folded))

    def match(self, record: Mapping[str, Any]) -> bool:
        value = record.get(self.field.name)
        if value is None:
            return False
        return self.folded in (value if self.field.folded else fold(value))


@dataclass(frozen=True, slots=True)
class OneOf:
    """The choice is one of ``keys``."""

    field: Field
    keys: tuple[str, ...]

    def sql(self, bind: Bind) -> str:
        return f"({self.field.sql}) IN ({', '.join(map(bind, self.keys))})"

    def match(self, record: Mapping[str, Any]) -> bool:
        return record.get(self.field.name) in self.keys


@dataclass(frozen=True, slots=True)
class Tagged:
    """``tag`` is among the tags."""

    field: Field
    tag: str

    def sql(self, bind: Bind) -> str:
        return self.field.sql.replace("{param}", bind(self.tag))

    def match(self, record: Mapping[str, Any]) -> bool:
        return self.tag in (record.get(self.field.name) or ())


@dataclass(frozen=True, slots=True)
class Within:
    """At least ``low`` and below ``high``; None is no bound, but still asks for a value."""

    field: Field
    # Any: integers or text, both of the same kind.
    low: Any
    high: Any

    def sql(self, bind: Bind) -> str:
        parts = []
        if self.low is not None:
            parts.append(f"({self.field.sql}) >= {bind(self.low)}")
        if self.high is not None:
            parts.append(f"({self.field.sql}) < {bind(self.high)}")
        return " AND ".join(parts) or f"({self.field.sql}) IS NOT NULL"

    def match(self, record: Mapping[str, Any]) -> bool:
        value = record.get(self.field.name)
        if value is None:
            return False
        if self.field.kind == "date":
            value = str(value)
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Cut:
    """A place just before, or just after, an amount of money on the line of all amounts."""

    minor: int
    exponent: int
    after: bool

    def at(self, exponent: int) -> int:
        """The first whole minor unit behind this place in a currency with ``exponent``."""
        scaled, divisor = self.minor * _POWERS[exponent], _POWERS[self.exponent]
        return scaled // divisor + 1 if self.after else -(-scaled // divisor)


@dataclass(frozen=True, slots=True)
class MoneyWithin:
    """Between two cuts, in the record's own currency or only in ``currency``."""

    field: Field
    low: Cut | None
    high: Cut | None
    currency: str | None

    def sql(self, bind: Bind) -> str:
        parts = []
        if self.currency is not None:
            parts.append(f"({self.field.currency_sql}) = {bind(self.currency)}")
        if self.low is not None:
            parts.append(f"({self.field.sql}) >= {self._threshold(self.low, bind)}")
        if self.high is not None:
            parts.append(f"({self.field.sql}) < {self._threshold(self.high, bind)}")
        return " AND ".join(parts)

    def _threshold(self, cut: Cut, bind: Bind) -> str:
        from funnelcli.currencies import exponent

        if self.currency is not None:
            return bind(cut.at(exponent(self.currency)))
        cases = "".join(
            f" WHEN ({self.field.currency_sql}) IN ({', '.join(map(repr, codes))})"
            f" THEN {bind(cut.at(digits))}"
            for digits, codes in _uncommon().items()
        )
        return f"CASE{cases} ELSE {bind(cut.at(2))} END"

    def match(self, record: Mapping[str, Any]) -> bool:
        value = record.get(self.field.name)
        if value is None:
            return False
        from funnelcli.currencies import exponent

        minor, currency = value.minor, value.currency
        if self.currency is not None and currency != self.currency:
            return False
        digits = exponent(currency)
        return (self.low is None or minor >= self.low.at(digits)) and (
            self.high is None or minor < self.high.at(digits)
        )


@dataclass(frozen=True, slots=True)
class Flag:
    """A named condition holds."""

    name: str
    condition: str

    def sql(self, bind: Bind) -> str:
        return self.condition

    def match(self, record: Mapping[str, Any]) -> bool:
        return self.name in record["is"]


@dataclass(frozen=True, slots=True)
class Search:
    """One of the searchable texts holds ``folded``."""

    texts: Sequence[str]
    folded: str

    def sql(self, bind: Bind) -> str:
        parameter = bind(self.folded)
        return " OR ".join(_contains(text, parameter) for text in self.texts)

    def match(self, record: Mapping[str, Any]) -> bool:
        return any(self.folded in text for text in record["search"] if text is not None)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one condition holds."""

    conditions: tuple[Condition, ...]

    def sql(self, bind: Bind) -> str:
        return " OR ".join(f"({condition.sql(bind)})" for condition in self.conditions)

    def match(self, record: Mapping[str, Any]) -> bool:
        return any(condition.match(record) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold, or cannot be told because there is no value."""

    condition: Condition

    def sql(self, bind: Bind) -> str:
        # Not NOT: what is unknown of a record, because it has no value, keeps it.
        return f"({self.condition.sql(bind)}) IS NOT TRUE"

    def match(self, record: Mapping[str, Any]) -> bool:
        return not self.condition.match(record)


@cache
def _uncommon() -> dict[int, list[str]]:
    """Currencies whose minor unit is not a hundredth, by their exponent."""
    from funnelcli.currencies import CODES, exponent

    found: dict[int, list[str]] = {}
    for code in sorted(CODES):
        if exponent(code) != 2:
            found.setdefault(exponent(code), []).append(code)
    return found


def _contains(text: str, parameter: str) -> str:
    # PostgreSQL says strpos(text, part); LIKE would limit the part's length and need escaping.
    return f"instr({text}, {parameter}) > 0"


@dataclass(frozen=True, slots=True)
class Filter:
    """What :func:`parse` read: the same question in SQL and in Python."""

    conditions: tuple[Condition, ...]

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

        text = " AND ".join(f"({condition.sql(bind)})" for condition in self.conditions)
        return text or "1", parameters

    def match(self, record: Mapping[str, Any]) -> bool:
        """Whether ``record`` passes.

        ``record`` gives, by field name, what the field's SQL yields, or None: for money a
        ``Money``, for tags a collection; a date may be a ``datetime.date``. ``record["is"]`` holds
        the names of the flags that are true of it, ``record["search"]`` its folded texts.
        """
        return all(condition.match(record) for condition in self.conditions)
