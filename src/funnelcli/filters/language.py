"""Filter words into a :class:`Filter`, ``--sort`` into an ``ORDER BY``."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.filters.conditions import (
    Field,
    Fields,
    Filter,
    either,
    every,
    flag,
    has,
    negation,
    search,
)
from funnelcli.filters.plain import AND, MOST_LEVELS, all_plain
from funnelcli.filters.values import did_you_mean, read, sentences
from funnelcli.i18n import _
from funnelcli.text import name_fold
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.choosing import ANY, NONE, exact, in_words, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from funnelcli.filters.conditions import Condition, Names
    from funnelcli.filters.expression import Node, Word

_MOST_SAVED = 200
"""Saved filters that a filter uses; each may be used several times."""
_MOST_NESTED = 20
"""Saved filters within one another."""


def parse(
    words: Sequence[str], fields: Fields, *, currency: str, locale: str, whole: bool = False
) -> Filter:
    """Read filter words, each one argument of the command line, or ``whole`` the text of a filter,
    in which blanks always divide.

    ``currency`` is that of amounts which name none: it decides how many decimals they may have,
    while they are compared in each record's own currency. ``locale`` decides how amounts are
    written. Raises :class:`Usage` for an unknown field, condition or choice, for a value that its
    field cannot have and for a shape that is none, and nothing else, whatever the words are.
    """
    reader = _Reader(fields, currency, locale)
    return Filter(tuple(reader.text(words) if whole else reader.conditions(words)))


def conditions(
    words: Sequence[str], fields: Fields, *, currency: str, locale: str
) -> Iterator[Condition]:
    """What :func:`parse` reads, one after the other: all of them must hold."""
    return _Reader(fields, currency, locale).conditions(words)


def keyed(word: str, fields: Fields) -> bool:
    """Whether a word is a key with its value, not one to search for."""
    return _Reader(fields, "", "").keyed(word)


class _Reader:
    def __init__(self, fields: Fields, currency: str, locale: str) -> None:
        self.fields = fields
        self.currency = currency
        self.locale = locale
        self.inside: tuple[str, ...] = ()
        """The saved filters that are being read, each within the one before it."""
        self.expanded = 0
        self.depth = 0

    def conditions(self, words: Sequence[str]) -> Iterator[Condition]:
        for word in words:
            try:
                word.encode()
            except UnicodeEncodeError:
                raise Usage(
                    _("A filter word is not valid text."),
                    _("Check the encoding of the terminal or script that it comes from."),
                ) from None
        if all_plain(words):
            yield from filter(None, map(self.word, words))
            return
        from funnelcli.filters.expression import tree

        yield from self.whole(tree(words, self.keyed))

    def text(self, texts: Sequence[str]) -> Iterator[Condition]:
        """What texts ask in which blanks always divide."""
        from funnelcli.filters.expression import tree

        yield from self.whole(tree(texts, self.keyed, whole=True))

    def keyed(self, word: str) -> bool:
        """Whether a word is a key with its value, not one to search for."""
        name, colon, value = word.removeprefix("-").partition(":")
        key = _key(name)
        return colon != "" and self._is_name(name, key, value) and (value != "" or self._has(key))

    def _has(self, key: str) -> bool:
        return key in self._names() or bool(self._called(key))

    def _is_name(self, name: str, key: str, value: str) -> bool:
        """Whether what stands before a colon is meant to be a field's name."""
        named = key in self._names() or name.replace("_", "a").isalpha()
        # An address like https://example.org is a word to search for.
        # What has a dot is one of data, as fields.region is of one's own.
        named = named or ("." in name and all(part.isidentifier() for part in key.split(".")))
        return (named or ("-" in name and bool(self._called(key)))) and not value.startswith("//")

    def whole(self, node: Node) -> Iterator[Condition]:
        """The conditions all of which must hold for the whole of a filter to hold."""
        from funnelcli.filters.expression import Every, Negated, Saved, Some

        if isinstance(node, Every):
            for part in node.parts:
                yield from self.whole(part)
        elif isinstance(node, Saved):
            yield from self._saved(node.name)
        elif isinstance(node, Some):
            # What asks nothing lets every record pass.
            parts = [self._inside(part) for part in node.parts]
            if all(parts):
                yield either([every(part) for part in parts])
        elif isinstance(node, Negated):
            found = self._inside(node.part)
            if found:
                yield negation(every(found))
        else:
            yield from self._word(node)

    def _inside(self, node: Node) -> list[Condition]:
        """The conditions of a part of a choice, or of what is turned round."""
        from funnelcli.filters.expression import too_deep

        self.depth += 1
        if self.depth > MOST_LEVELS:
            raise too_deep()
        found = [*self.whole(node)]
        self.depth -= 1
        return found

    def _saved(self, name: str) -> Iterator[Condition]:
        """What a saved filter asks. Raises Usage, with its name, for what it cannot ask."""
        key, text = self.fields.saved(name)
        before = self.inside
        if key in before:
            circle = " → ".join(f"@{one}" for one in (*before[before.index(key) :], key))
            raise Usage(
                _("@{name} uses itself: {circle}.").format(name=key, circle=circle),
                _("`funnel filter edit {name}` changes it.").format(name=key),
            )
        self.expanded += 1
        if self.expanded > _MOST_SAVED or len(before) > _MOST_NESTED:
            raise Usage(
                _("@{name} uses more saved filters than can be read.").format(name=before[0]),
                _("`funnel filter show {name}` shows them.").format(name=before[0]),
            )
        self.inside = (*before, key)
        try:
            yield from self.text([text])
        except Usage as error:
            if not error.message.startswith("@"):
                error.message = f"@{key}: {error.message}"
            raise
        finally:
            self.inside = before

    def _word(self, node: Word) -> Iterator[Condition]:
        """A word and the bare ones behind it, as many of which are its value as its field
        understands; those behind a text are searched for, but where an argument holds them
        together."""
        words = (node.text, *node.more)
        if self._is_text(node.text):
            words = (node.together,) if node.together else words
            yield from filter(None, map(self.word, words))
            return
        refused: Usage | None = None
        for most in range(len(words), 0, -1):
            try:
                condition = self.word(" ".join(words[:most]))
            except Usage as error:
                # Of what was held together all is wrong, else the word with the key.
                refused = refused if refused is not None and node.together else error
                continue
            rest = (word for word in words[most:] if word.casefold() not in AND)
            yield from filter(None, (condition, *map(self.word, rest)))
            return
        if refused is not None:
            raise refused

    def _is_text(self, word: str) -> bool:
        name = _key(word.removeprefix("-").partition(":")[0])
        return any(field.kind in ("text", "tag") for field in self._found(name))

    def word(self, word: str) -> Condition | None:
        negated = word.startswith("-") and len(word) > 1
        positive = word[1:] if negated else word
        condition: Condition | None
        name, colon, value = positive.partition(":")
        field = _key(name)
        if positive.startswith("!") and self.keyed(positive[1:]):
            raise Usage(
                _("“{word}” means nothing in a filter.").format(word="!"),
                _("A minus turns a filter round: {example}.").format(example=f"-{positive[1:]}"),
            )
        if colon and self._is_name(name, field, value):
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
        return search(self.fields.search, text, self.fields.beside)

    def _named(self, name: str, value: str) -> Condition:
        if name == "is" and self.fields.flags:
            return either([self._flag(item) for item in _items(value) or [""]])
        found = self._found(name)
        if found:
            return self._field(found[0], value)
        hidden = self.fields.hidden(name)
        if hidden is not None:
            raise hidden
        aliases = [alias for field in self.fields.fields for alias in field.aliases]
        raise Usage(
            _("There is no field “{name}” to filter by.").format(name=name),
            sentences(
                did_you_mean(name, [*self._names(), *aliases]),
                self._what_there_is(),
                _("To search for the word itself, put a colon before it."),
            ),
        )

    def _found(self, name: str) -> list[Field]:
        """The fields of that name, by itself or by what it is called; the first counts."""
        fields = self.fields.fields
        found = [field for field in fields if name == field.name]
        found += [field for field in fields if name in field.aliases]
        return found or self._called(name)

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
        if field.always and not given:
            raise Usage(
                _("Nothing is without “{name}”, so “{name}:” finds nothing.").format(
                    name=field.said()
                ),
                _("Write the value right behind the colon, without a blank."),
            )
        return either([self._item(field, item) for item in given] or [negation(has(field))])

    def _item(self, field: Field, item: str) -> Condition:
        word = item.casefold()
        if word in ANY and not _is_choice(field, item):
            return has(field)
        if word in NONE and not _is_choice(field, item):
            return negation(has(field))
        return self._value(field, item)

    def _value(self, field: Field, text: str) -> Condition:
        return read(field, text, currency=self.currency, locale=self.locale)


def _key(name: str) -> str:
    """A field's name as fields have it. An option's is the field's, too: last-name for
    last_name."""
    return name.casefold().replace("-", "_")


def _is_choice(field: Field, text: str) -> bool:
    if field.choices is None:
        return False
    choices = field.choices()
    if text.casefold() in (ANY[0], NONE[0]):
        return any(key == text for key, *_names in choices)
    return bool(exact(choices, text))


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
    terms = []
    for name, turned in sorted_by(text, keys, called).items():
        # NULLS LAST rather than a first term "x IS NULL", which would keep SQLite from an index.
        way = f"{' DESC' if turned else ''} NULLS LAST"
        if amounts and name in amounts:
            amount, currency = amounts[name]
            terms.append(f"({amount}) IS NULL, {currency} NULLS FIRST, ({amount}){way}")
        else:
            terms.append(f"({keys[name]}){way}")
    return ", ".join(terms)


def sorted_by(
    text: str, keys: Iterable[str], called: Callable[[], Sequence[Names]] = tuple
) -> dict[str, bool]:
    """The ``keys`` that the text of ``--sort`` names, each with whether it is turned round. Raises
    Usage as :func:`sort` does."""
    known = [*keys]
    found: dict[str, bool] = {}
    for item in _items(text):
        name = _key(item.removeprefix("-").strip())
        if name not in known:
            key = named((entry for entry in called() if entry[0] in known), name)
            if key is None:
                raise _unsortable(name, known, called)
            name = key
        found.setdefault(name, item.startswith("-"))
    if not found:
        raise _unsortable("", known, called)
    return found


def _unsortable(name: str, keys: Sequence[str], called: Callable[[], Sequence[Names]]) -> Usage:
    return Usage(
        _("There is no column “{name}” to sort by.").format(name=name),
        sentences(
            did_you_mean(name, keys),
            _("Columns: {names}.").format(names=in_words(keys, called())),
        ),
    )
