"""Choices by the names that people give them: of options, of filters, of catalogues and stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from funnelcli.errors import Usage
from funnelcli.i18n import _, pick
from funnelcli.text import name_fold

# The second word of a German compound is as good a name as its first, but shorter bits stand in
# words that mean something else: “new” in “renewal”.
LEAST_INSIDE = 4

# That there is a value, and that there is none, in English and in German.
ANY = ("any", "irgendeine", "irgendeiner", "irgendein", "irgendwelche")
NONE = ("none", "keine", "keiner", "keinen", "keines", "keins", "kein")


@lru_cache(1 << 12)
def plain(text: str) -> str:
    """``text`` as names are compared: folded, with a blank for an underscore or a hyphen. The names
    among which something is chosen are a few hundred, and the same for each of many records."""
    return name_fold(text.replace("_", " "))


def no_name(name: str) -> Usage | None:
    """The error where what can be chosen would be called by a word that says that there is any
    value, or none; None where it may be called so."""
    if plain(name) not in (*ANY, *NONE):
        return None
    return Usage(
        _("Nothing can be called {name}: the word says whether there is a value at all.").format(
            name=name
        ),
        _("Choose another name, like “without”."),
    )


def exact(entries: Iterable[Sequence[str]], text: str) -> list[str]:
    """The keys that ``text`` names among ``entries``, each a key and its names, as a whole."""
    wanted = plain(text)
    return [key for key, *names in entries if wanted in map(plain, (key, *names))]


def fitting(entries: Iterable[Sequence[str]], text: str) -> list[str]:
    """The keys that ``text`` may name among ``entries``, each a key, its English and its German
    name, and more of which only the whole counts: those whose key or name it is, else those whose
    name begins so, else those one of whose words does, else those of whose name it is a part."""
    wanted = plain(text)
    if not wanted:
        return []
    known = [(key, [plain(name) for name in (key, *names)]) for key, *names in entries]
    for fits, most in ((str.__eq__, None), (str.startswith, 3), (_has_word, 3), (_has, 3)):
        found = [key for key, names in known if any(fits(name, wanted) for name in names[:most])]
        if found:
            return list(dict.fromkeys(found))
    return []


def fitting_also(
    entries: Sequence[Sequence[str]], text: str, also: Callable[[], Mapping[str, Sequence[str]]]
) -> list[str]:
    """The keys that ``text`` may name among ``entries``, as :func:`fitting` has them, or by the
    words that ``also`` gives for keys, of which a whole one counts more than a part of a word: AB,
    the answering machine, is not abgelehnt."""
    found = fitting(entries, text)
    wanted = plain(text)
    names = [plain(name) for entry in entries for name in entry]
    if not wanted or any(f" {wanted} " in f" {name} " for name in names):
        return found
    others = [(entry[0], *also().get(entry[0], ())) for entry in entries]
    whole = [key for key, *names in others if wanted in map(plain, names)]
    return whole or found or fitting(others, text)


def _has_word(name: str, wanted: str) -> bool:
    return f" {wanted}" in name


def _has(name: str, wanted: str) -> bool:
    return len(wanted) >= LEAST_INSIDE and wanted in name


def named(
    entries: Iterable[Sequence[str]],
    text: str,
    also: Callable[[], Mapping[str, Sequence[str]]] | None = None,
) -> str | None:
    """The one key that ``text`` names among ``entries``, as :func:`fitting` has it, else by the
    words that ``also`` gives for keys; None for none. Raises Usage where it may be several,
    with their names: an entry is a key with its English and its German name."""
    known = [*entries]
    found = fitting(known, text) if also is None else fitting_also(known, text, also)
    if len(found) > 1:
        raise several(text, (entry for entry in known if entry[0] in found))
    return found[0] if found else None


def several(text: str, entries: Iterable[Sequence[str]]) -> Usage:
    """The error for a text that may name any of ``entries``."""
    known = [*entries]
    names = listed(known)
    if len({pick(english, german) for _key, english, german, *_more in known}) == 1:
        # Of one name in this language.
        names = ", ".join(entry[0] for entry in known)
    return Usage(
        _("“{text}” could be several: {names}.").format(text=text, names=names),
        _("Write more of the name."),
    )


def nearest(text: str, entries: Iterable[Sequence[str]]) -> str | None:
    """The key whose name is most like a mistyped ``text``, among ``entries`` as :func:`fitting` has
    them; None where none is like it."""
    from difflib import get_close_matches

    known = {plain(name): key for key, *names in entries for name in (key, *names) if name}
    close = get_close_matches(plain(text), known, 1)
    return known[close[0]] if close else None


def listed(entries: Iterable[Sequence[str]]) -> str:
    """The names of ``entries``, each a key with its English and its German name, in the language
    spoken now."""
    names = dict.fromkeys(pick(english, german) or key for key, english, german, *_more in entries)
    return ("; " if any("," in name for name in names) else ", ").join(names)


def one_of(entries: Iterable[Sequence[str]], where_none: str) -> str:
    """The sentence on what may be written: the names of ``entries``; ``where_none`` where there
    are none."""
    names = listed(entries)
    return _("Write one of: {keys}.").format(keys=names) if names else where_none


def in_words(keys: Iterable[str], entries: Iterable[Sequence[str]]) -> str:
    """The choices ``keys``, by their German names to somebody who speaks it: ``entries`` are keys
    with an English and a German name."""
    german = {key: names[1] for key, *names in entries if len(names) > 1}
    return ", ".join(dict.fromkeys(pick(key, german.get(key, "")) for key in keys))
