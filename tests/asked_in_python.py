"""The filter language asked in Python: what SQL must agree with.

The words are read by the program; only what each condition asks stands here a second time, of a
record instead of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from funnelcli.filters import Field, Fields, language, values
from funnelcli.text import search_key, spellings
from funnelcli.values.currencies import exponent

if TYPE_CHECKING:
    from funnelcli.filters.conditions import Cut

Record = Mapping[str, Any]
Test = Callable[[Record], bool]


def has(field: Field) -> Test:
    """The record has a value. An empty text is none."""
    empty = (None, "") if field.kind == "text" else (None,)

    def test(record: Record) -> bool:
        value = record.get(field.name)
        return bool(value) if field.kind == "tag" else value not in empty

    return test


def contains(field: Field, word: str) -> Test:
    """The text holds ``word``, without regard to case, diacritics and spelt-out umlauts."""
    forms = spellings(word)

    def test(record: Record) -> bool:
        value = record.get(field.name)
        key = value if field.folded or value is None else search_key(value)
        return key is not None and _has(key, forms)

    return test


def search(_texts: Sequence[str], word: str, _beside: Sequence[tuple[str, str]] = ()) -> Test:
    """One of the searchable texts holds ``word``."""
    forms = spellings(word)
    return lambda record: any(_has(text, forms) for text in record["search"] if text is not None)


def _has(key: str, forms: Sequence[str]) -> bool:
    """A word of five letters and more may be several in the text, from the first of one on."""
    runs = [
        "".join(words[start:])
        for words in map(str.split, key.split("\x1f"))
        for start in range(len(words))
    ]
    return any(
        form in key or (len(form) >= 5 and any(run.startswith(form) for run in runs))
        for form in forms
    )


def one_of(field: Field, keys: tuple[str, ...]) -> Test:
    """The choice is one of ``keys``."""
    return lambda record: record.get(field.name) in keys


def tagged(field: Field, tag: str) -> Test:
    """``tag`` is among the tags."""
    return lambda record: tag in (record.get(field.name) or ())


def flag(condition: str) -> Test:
    """A named condition holds."""
    return lambda record: condition in record["is"]


def within(field: Field, low: Any, high: Any) -> Test:
    """At least ``low`` and below ``high``."""

    def test(record: Record) -> bool:
        value = record.get(field.name)
        if value is None:
            return False
        if field.kind == "date":
            value = str(value)
        return (low is None or value >= low) and (high is None or value < high)

    return test


def costs(field: Field, low: Cut | None, high: Cut | None, only: str | None) -> Test:
    """Between two cuts, in the record's own currency or in the currency ``only``."""

    def test(record: Record) -> bool:
        value = record.get(field.name)
        if value is None or (only is not None and value.currency != only):
            return False
        digits = exponent(value.currency)
        return (low is None or value.minor >= low(digits)) and (
            high is None or value.minor < high(digits)
        )

    return test


def either(tests: Sequence[Test]) -> Test:
    """At least one of the tests holds."""
    return lambda record: any(test(record) for test in tests)


def every(tests: Sequence[Test]) -> Test:
    """All of the tests hold."""
    return lambda record: all(test(record) for test in tests)


def negation(test: Test) -> Test:
    """The test does not hold, or cannot be told because there is no value."""
    return lambda record: not test(record)


@contextmanager
def _conditions_in_python() -> Iterator[None]:
    """While it lasts, the words are read into tests of records."""
    ours = (has, contains, search, one_of, tagged, flag, within, costs, either, every, negation)
    named = {function.__name__: function for function in ours}
    before = {}
    for module in (language, values):
        for name, function in named.items():
            if hasattr(module, name):
                before[module, name] = getattr(module, name)
                setattr(module, name, function)
    try:
        yield
    finally:
        for (module, name), function in before.items():
            setattr(module, name, function)


def matching(words: Sequence[str], fields: Fields, *, currency: str, locale: str) -> Test:
    """Whether a record passes all of ``words``.

    A record gives, by field name, what the field's SQL yields, or None: for money a ``Money``,
    for tags a collection; a date may be a ``datetime.date``. ``record["is"]`` holds the SQL of
    the flags that are true of it, ``record["search"]`` its search keys.
    """
    with _conditions_in_python():
        tests: Any = language.parse(words, fields, currency=currency, locale=locale).conditions
    return lambda record: all(test(record) for test in tests)
