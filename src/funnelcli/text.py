"""Folding, so that "mueller", "muller" and "Müller" meet, and "Jörgensen" and "Jørgensen"."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

# Expressions are compiled, and the module for them is loaded, where the first text needs one:
# completion and every command load this, and few do.
# After a vowel or a q "ue" is no umlaut: Bauer, Queck.
_DIGRAPH = "(?<=[aou])(?<![aeiouyq][aou])e+"
_BOTH = "\x1f"
# Behind a beginning: what sorts after all that begins with it.
END = "\U0010ffff"


class _Plain(dict[int, str]):
    """What each letter is without its marks, looked up once."""

    def __missing__(self, code: int) -> str:
        import unicodedata

        apart = unicodedata.normalize("NFKD", chr(code))
        plain = "".join(c for c in apart if not unicodedata.combining(c))
        self[code] = plain
        return plain


# Letters that Unicode does not take apart, as they are spelt without them; so ø meets ö, and æ ä.
_PLAIN = _Plain(
    {ord(one): plain for one, plain in zip("łøıđðħŧŋ", "loiddhtn", strict=True)}
    | {ord("þ"): "th", ord("æ"): "ae", ord("œ"): "oe"}
)
# In names hyphens and dashes of every form are blanks, and apostrophes nothing.
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
APOSTROPHES = "'\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u00b4`\uff07"
_JOINING = frozenset(DASHES + APOSTROPHES)
_JOINTS = str.maketrans({**dict.fromkeys(DASHES, " "), **dict.fromkeys(APOSTROPHES, "")})


# What turns the direction of the text after it, and characters that nobody sees, though they tell
# two words apart: zero-width blanks, marks of direction, a byte order mark, tags.
TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSEEN = dict.fromkeys((0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF), "")
_UNSEEN |= dict.fromkeys((*range(0x2060, 0x2065), *range(0xFFF9, 0xFFFC)), "")
_UNSEEN |= dict.fromkeys(range(0xE0000, 0xE0080), "")
# The joiners are letters' and emoji's own between two of these, and unseen beside anything else.
_JOINERS = "(?<![^\x00-\u02ff])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff])"
_STEERING = {code: "" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10)}
_STEERING |= dict.fromkeys(TURNING, "")


def seen(text: str) -> str:
    """``text`` without the characters that nobody sees."""
    if text.isprintable():
        return text
    import re

    return re.sub(_JOINERS, "", text.translate(_UNSEEN))


def printed(text: str) -> str:
    """``text`` for a document: :func:`seen`, and without what steers whatever shows it, control
    characters but tabs and line feeds, and turns of direction."""
    return text if text.isprintable() else seen(text.translate(_STEERING))


def shortened(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, with an ellipsis where something is missing."""
    return text if len(text) <= most else text[: most - 1] + "…"


def composed(text: str) -> str:
    """``text`` with every accent in one character with its letter, so that words are whole."""
    if text.isascii():
        return text
    import unicodedata

    return unicodedata.normalize("NFC", text)


def spelt_out(text: str) -> str:
    """``text``, with the bytes that are no text, which the name of a file may have, in hexadecimal
    behind a backslash."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def quoted(text: str) -> str:
    """``text`` in JSON. The library is loaded for the few texts in which something is escaped: that
    takes as long as reading a hundred rows."""
    if is_plain(text):
        return f'"{text}"'
    from json.encoder import encode_basestring

    return str(encode_basestring(text))


def is_plain(text: str) -> bool:
    """Whether nothing in a text has to be escaped in JSON."""
    return text.isprintable() and '"' not in text and "\\" not in text


def strip(text: str) -> str:
    """``text`` without regard to case, diacritics and runs of white space."""
    folded = text.casefold()
    if not folded.isascii():
        folded = folded.translate(_PLAIN).casefold()
    return " ".join(folded.split())


def fold(text: str) -> str:
    """:func:`strip`, and without regard to how an umlaut is written: ``ue`` is ``u``."""
    return _without_digraphs(strip(text))


def _without_digraphs(text: str) -> str:
    # Most have none, and are not worth looking behind every letter.
    if not ("ae" in text or "oe" in text or "ue" in text):
        return text
    import re

    return re.sub(_DIGRAPH, "", text)


def _jointed(name: str) -> str:
    """A name with blanks for its hyphens, and without apostrophes."""
    if name.isascii() and not ("-" in name or "'" in name or "`" in name):
        return name
    # To look costs a tenth of putting every letter of Müller in its own place.
    if _JOINING.isdisjoint(name):
        return name
    return name.translate(_JOINTS)


# Umlauts as they are spelt where there are none on the keyboard.
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "æ": "ae", "œ": "oe", "å": "aa", "ß": "ss"}
)


def slug(text: str) -> str:
    """``text`` as a key: small letters, digits and underscores, umlauts spelt out."""
    import re

    return re.sub(r"[^a-z0-9]+", "_", strip(text.casefold().translate(_SPELT))).strip("_")


def numbered(key: str, taken: Callable[[str], object]) -> tuple[str, int]:
    """The key, with the first number from 2 on behind it under which it is not ``taken``, where it
    is; and that number, 1 where it has none."""
    free, number = key, 1
    while taken(free):
        number += 1
        free = f"{key}_{number}"
    return free, number


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same, however case, umlauts, accents, hyphens and apostrophes are
    written: Mueller is Müller and Müller is Muller, but Kuen is not Kun."""
    if one == other:
        return True
    # Most names differ from their first letter on, which no spelling changes but an accent.
    initials = one[:1] + other[:1]
    if initials.isascii() and initials.isalnum() and initials[0].lower() != initials[-1].lower():
        return False
    return not _forms(one).isdisjoint(_forms(other))


@lru_cache(1 << 12)
def _forms(name: str) -> frozenset[str]:
    """A name without its accents, and with its umlauts spelt out."""
    joined = _jointed(name).casefold()
    if joined.isascii():
        return frozenset((" ".join(joined.split()),))
    import unicodedata

    spelt = unicodedata.normalize("NFC", joined).translate(_SPELT)
    return frozenset((strip(joined), strip(spelt)))


def name_fold(text: str) -> str:
    """:func:`fold` for names: without regard to the form of apostrophes and dashes either, nor to
    whether a hyphen or a blank joins two words."""
    return fold(_jointed(text))


def tag_key(tag: str) -> str:
    """What a tag is told from others by: "VIP" and "vip" are one, and so are "Nord-Süd" and
    "nord sued"."""
    return name_fold(tag) or strip(tag)


def search_key(name: str) -> str:
    """What a name is searched by: folded, and as it is written where that differs.

    Both are needed for parts of a name: "eller" is a part of "Mueller", and not of "muller". A
    name equals a word when its key is the folded word, alone or before the separator, so all
    keys of that name lie from the word up to the word and a blank.
    """
    stripped = strip(_jointed(name))
    folded = _without_digraphs(stripped)
    return folded if folded == stripped else folded + _BOTH + stripped


def spellings(word: str) -> list[str]:
    """The forms in which a part of a name may stand in a search key: with and without umlauts, and
    what is written in several words in one too."""
    joined = _jointed(word)
    forms = [fold(joined), strip(joined)]
    return [*dict.fromkeys((*forms, *(form.replace(" ", "") for form in forms)))]


def holds(key: str, form: str) -> bool:
    """Whether a search key has a form of a word in it, or words that are one without the blanks
    between them, and begin with it."""
    if form in key:
        return True
    for part in key.split(_BOTH):
        words = part.split()
        whole = "".join(words)
        start = 0
        for word in words:
            if whole.startswith(form, start):
                return True
            start += len(word)
    return False


def capital(text: str) -> str:
    """The text as a heading: its first letter a capital one, the others as they are."""
    return text[:1].upper() + text[1:]
