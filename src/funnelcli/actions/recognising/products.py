"""The products of the catalogue that a clause names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from funnelcli.actions.recognising.clauses import WORD, Clause, denied_before, plain
from funnelcli.text import fold

Products = Sequence[tuple[str, str]]
"""Number and name of each product."""

_UNIT = re.compile(r"\d[\d.,]*|kwh?|kwp|wp?|l|kg|g|m|cm|mm|qm|stk|pcs|v|mah|gb|tb|zoll|inch")

Runs = dict[tuple[str, ...], set[str]]


@lru_cache(4)
def _runs(products: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The runs of words that mean one product, by their first word."""
    meant: Runs = {}
    for sku, name in products:
        for run in {_words(sku), *_runs_of(_words(name))}:
            if run:
                meant.setdefault(run, set()).add(name)
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
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


def products_of(clause: Clause, products: Products) -> list[str]:
    """The names of the products that a clause names and does not deny."""
    table = _runs(tuple(products))
    words = clause.words
    found: list[str] = []
    place = 0
    while place < len(words):
        best: tuple[int, str] = (0, "")
        for run, name in table.get(words[place].folded, ()):
            if len(run) > best[0] and run == clause.said[place : place + len(run)]:
                best = len(run), name
        if best[0] and not denied_before(words, place, set()) and best[1] not in found:
            found.append(best[1])
        place += best[0] or 1
    return found
