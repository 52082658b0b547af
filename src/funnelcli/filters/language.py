"""Filter words into a :class:`Filter`, ``--sort`` into an ``ORDER BY``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funnelcli.errors import Usage
from funnelcli.filters.conditions import (
    Field,
    Fields,
    Filter,
    either,
    flag,
    has,
    negation,
    search,
)
from funnelcli.filters.values import did_you_mean, read, sentences
from funnelcli.i18n import _
from funnelcli.text import name_fold
from funnelcli.values.choosing import in_words, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funnelcli.filters.conditions import Condition, Names


def parse(words: Sequence[str], fields: Fields, *, currency: str, locale: str) -> Filter:
    """Read filter words, each one argument of the command line.

    ``currency`` is that of amounts which name none: it decides how many decimals they may have,
    while they are compared in each record's own currency. ``locale`` decides how amounts are
    written. Raises :class:`Usage` for an unknown field, condition or choice and for a value that
    its field cannot have, and nothing else, whatever the words are.
    """
    reader = _Reader(fields, currency, locale)
    conditions = map(reader.word, words)
    return Filter(tuple(condition for condition in conditions if condition is not None))


class _Reader:
    def __init__(self, fields: Fields, currency: str, locale: str) -> None:
        self.fields = fields
        self.currency = currency
        self.locale = locale

    def word(self, word: str) -> Condition | None:
        try:
            word.encode()
        except UnicodeEncodeError:
            raise Usage(
                _("A filter word is not valid text."),
                _("Check the encoding of the terminal or script that it comes from."),
            ) from None
        negated = word.startswith("-") and len(word) > 1
        positive = word[1:] if negated else word
        condition: Condition | None
        name, colon, value = positive.partition(":")
        # An option's name is the field's, too: last-name for last_name.
        field = name.casefold().replace("-", "_")
        named = field in self._names() or name.replace("_", "a").isalpha()
        named = named or ("-" in name and colon != "" and bool(self._called(field)))
        # An address like https://example.org is a word to search for.
        if colon and named and not value.startswith("//"):
            condition = self._named(field, value.strip())
        else:
            condition = self._search(positive.removeprefix(":"))
        return negation(condition) if negated and condition is not None else condition

    def _search(self, text: str) -> Condition | None:
        folded = name_fold(text)
        if not folded:
            return None
        if not self.fields.search:
            raise Usage(
                _("There is no text to search for “{text}” here.").format(text=text),
                self._what_there_is(),
            )
        return search(self.fields.search, text)

    def _named(self, name: str, value: str) -> Condition:
        if name == "is" and self.fields.flags:
            return either([self._flag(item) for item in _items(value) or [""]])
        fields = self.fields.fields
        found = [field for field in fields if name == field.name]
        found += [field for field in fields if name in field.aliases]
        found = found or self._called(name)
        if found:
            return self._field(found[0], value)
        aliases = [alias for field in self.fields.fields for alias in field.aliases]
        raise Usage(
            _("There is no field “{name}” to filter by.").format(name=name),
            sentences(
                did_you_mean(name, [*self._names(), *aliases]),
                self._what_there_is(),
                _("To search for the word itself, put a colon before it."),
            ),
        )

    def _called(self, name: str) -> list[Field]:
        """The field that is called so in English or German, or by a part of that; none else."""
        names = {field.name for field in self.fields.fields}
        key = named((entry for entry in self.fields.called() if entry[0] in names), name)
        return [field for field in self.fields.fields if field.name == key]

    def _names(self) -> list[str]:
        names = [field.name for field in self.fields.fields]
        return [*names, "is"] if self.fields.flags else names

    def _what_there_is(self) -> str:
        return _("Fields: {names}.").format(names=in_words(self._names(), self.fields.called()))

    def _flag(self, name: str) -> Condition:
        name = name.casefold()
        if name not in self.fields.flags:
            key = named(self.fields.flags_called(), name)
            if key is not None:
                return flag(self.fields.flags[key])
            raise Usage(
                _("There is no condition “is:{name}”.").format(name=name),
                sentences(
                    did_you_mean(name, self.fields.flags),
                    _("Conditions: {names}.").format(
                        names=in_words(self.fields.flags, self.fields.flags_called())
                    ),
                ),
            )
        return flag(self.fields.flags[name])

    def _field(self, field: Field, value: str) -> Condition:
        if value.startswith("=") and field.kind in ("text", "enum", "tag"):
            literal = value[1:].strip()
            return self._value(field, literal) if literal else negation(has(field))
        given = _items(value, field.kind)
        return either([self._item(field, item) for item in given] or [negation(has(field))])

    def _item(self, field: Field, item: str) -> Condition:
        word = item.casefold()
        if word == "any" and not _is_choice(field, item):
            return has(field)
        if word == "none" and not _is_choice(field, item):
            return negation(has(field))
        return self._value(field, item)

    def _value(self, field: Field, text: str) -> Condition:
        return read(field, text, currency=self.currency, locale=self.locale)


def _is_choice(field: Field, text: str) -> bool:
    return field.choices is not None and any(key == text for key, _en, _de in field.choices())


def _items(value: str, kind: str = "") -> list[str]:
    """The parts between the commas that mean "or"."""
    if kind == "money":
        import re

        # "12,500" and "500,–" are one amount, "1k,5k" and "<100,>900" are two.
        parts = re.split(r"(?<![0-9]),|,(?![0-9−–—-])", value)
    else:
        parts = value.split(",")
    return [part.strip() for part in parts if part.strip()]


def sort(
    text: str,
    keys: Mapping[str, str],
    amounts: Mapping[str, tuple[str, str]] | None = None,
    called: Callable[[], Sequence[Names]] = tuple,
) -> str:
    """``--sort -value,due`` as the terms of an ``ORDER BY``.

    ``keys`` are the SQL expressions that may be sorted by, by name. A leading ``-`` is
    descending; records without a value come last in both directions. ``amounts`` are those among
    the keys that have several currencies: the SQL of the amount, and of the currency within which
    it is compared, NULL for the first. ``called`` gives other names of the keys. Raises
    :class:`Usage` for a name that is not among them.
    """
    terms: dict[str, str] = {}
    for item in _items(text):
        descending = item.startswith("-")
        name = item.removeprefix("-").strip().casefold().replace("-", "_")
        if name not in keys:
            key = named((entry for entry in called() if entry[0] in keys), name)
            if key is None:
                raise _unsortable(name, keys, called)
            name = key
        # NULLS LAST rather than a first term "x IS NULL", which would keep SQLite from an index.
        way = f"{' DESC' if descending else ''} NULLS LAST"
        if amounts and name in amounts:
            amount, currency = amounts[name]
            term = f"({amount}) IS NULL, {currency} NULLS FIRST, ({amount}){way}"
        else:
            term = f"({keys[name]}){way}"
        terms.setdefault(name, term)
    if not terms:
        raise _unsortable("", keys, called)
    return ", ".join(terms.values())


def _unsortable(name: str, keys: Mapping[str, str], called: Callable[[], Sequence[Names]]) -> Usage:
    return Usage(
        _("There is no column “{name}” to sort by.").format(name=name),
        sentences(
            did_you_mean(name, keys),
            _("Columns: {names}.").format(names=in_words(keys, called())),
        ),
    )
