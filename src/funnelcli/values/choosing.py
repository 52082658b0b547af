"""Choices by the names that people give them: of options, of filters, of catalogues and stages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funnelcli.i18n import pick
from funnelcli.text import name_fold


def plain(text: str) -> str:
    """``text`` as names are compared: folded, with a blank for an underscore or a hyphen."""
    return name_fold(text.replace("_", " "))


def named(entries: Iterable[Sequence[str]], text: str) -> str | None:
    """The key that ``text`` names among ``entries``, each a key and its names: by one of them
    whole, or by how the names of one entry alone begin; else None."""
    wanted = plain(text)
    if not wanted:
        return None
    known = [(key, [plain(name) for name in (key, *names)]) for key, *names in entries]
    whole = [key for key, names in known if wanted in names]
    if whole:
        return whole[0]
    begun = [key for key, names in known if any(name.startswith(wanted) for name in names)]
    return begun[0] if len(set(begun)) == 1 else None


def listed(entries: Iterable[Sequence[str]]) -> str:
    """The choices of ``entries``, each a key with its English and its German name, as somebody who
    speaks the language writes them: the keys, which are English, or the German names."""
    return ", ".join(dict.fromkeys(pick(key, german) for key, _english, german in entries))
