"""The products of the catalogue that a clause names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from funnelcli.actions.recognising.clauses import WORD, Clause, Phrases, denied_before, plain
from funnelcli.patterns import regex
from funnelcli.text import fold

Products = Sequence[tuple[str, str]]
"""Number and name of each product."""

_UNIT = regex(r"\d[\d.,]*|kwh?|kwp|wp?|l|kg|g|m|cm|mm|qm|stk|pcs|v|mah|gb|tb|zoll|inch")


@lru_cache(4)
def _runs(products: tuple[tuple[str, str], ...]) -> Phrases:
    """The runs of words that mean one product, by their first word."""
    meant: dict[tuple[str, ...], set[str]] = {}
    for sku, name in products:
        for run in {(*_words(sku), ""), *_runs_of(_words(name))}:
            meant.setdefault(run, set()).add(name)
    table: Phrases = {}
    for run, names in meant.items():
        if len(names) == 1:
            table.setdefault(run[0], []).append((run, next(iter(names))))
    return table


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in WORD.findall(plain(text)))


def _runs_of(words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """What of a name stands for the whole: all that is no number or unit, two words of it, or one
    that is letters and digits, like a number of the maker's."""
    core = tuple(word for word in words if not _UNIT.fullmatch(word))
    yield words
    if core and (len(core) > 1 or len(core[0]) >= 5):
        yield core
    for place, word in enumerate(words):
        pair = words[place : place + 2]
        if len(pair) == 2 and any(len(each) > 2 and each in core for each in pair):
            yield pair
        if len(word) >= 4 and word.isalnum() and not word.isalpha() and not word.isdigit():
            yield (word,)


_ENDINGS = ("es", "en", "er", "s", "n", "e")


def _stands_at(clause: Clause, place: int, run: tuple[str, ...]) -> bool:
    """Whether a run stands at a place. One that ends with nothing is a number, which has no
    plural."""
    if not run[-1]:
        return clause.said[place : place + len(run) - 1] == run[:-1]
    there = clause.said[place : place + len(run)]
    return run[:-1] == there[:-1] and _is_form_of(there[-1], run[-1])


def _is_form_of(word: str, base: str) -> bool:
    """Whether a word is another or its plural: "Wallboxen"."""
    if word == base:
        return True
    return (
        base.isalpha()
        and len(base) >= 5
        and word.startswith(base)
        and word[len(base) :] in _ENDINGS
    )


def _begun(table: Phrases, word: str) -> Iterable[tuple[tuple[str, ...], str]]:
    yield from table.get(word, ())
    for ending in _ENDINGS:
        if len(word) > len(ending) + 4 and word.endswith(ending):
            yield from table.get(word[: -len(ending)], ())


def forms_of(text: str) -> set[str]:
    """The words of a text, folded, and what they may be the plural of."""
    said = set(_words(text))
    return said | {
        word.removesuffix(ending) for word in said for ending in _ENDINGS if len(word) > 5
    }


def products_of(clause: Clause, products: Products) -> list[str]:
    """The names of the products that a clause names and does not deny."""
    table = _runs(tuple(products))
    words = clause.words
    found: list[str] = []
    place = 0
    while place < len(words):
        best: tuple[int, str] = (0, "")
        for run, name in _begun(table, words[place].folded):
            if len(run) > best[0] and _stands_at(clause, place, run):
                best = len(run) - (not run[-1]), name
        if best[0] and not denied_before(clause.said, place) and best[1] not in found:
            found.append(best[1])
        place += best[0] or 1
    return found
