"""What statements ask of SQLite and of the program's connection, as functions of the server.

They are in ``functions.sql``. What they have to know of letters, names and currencies is put there
from where the program itself has it, as constants of their texts. Holidays are what a library of
Python's knows: a connection says which days are working days before it asks for them.
"""

from __future__ import annotations

import json
from functools import cache

from funnelcli.patterns import regex
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from typing import Any, Protocol

    class Connection(Protocol):
        """What is needed of a connection: the server's own dialect, with %s for parameters."""

        def rows(self, text: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
            """The rows of a question."""

        def send(self, text: str, parameters: Any = ()) -> Any:
            """Send a statement."""


_GAP = regex(r"\{([a-z_]+)\}")
# Up to here are the letters that most texts have: Latin ones with marks.
_USUAL = 0x250
_HANGUL = range(0xAC00, 0xD7A4)
# Nothing lives longer: what was before counts no working days.
_FIRST_YEAR = 1970


@cache
def script() -> str:
    """The statements that make the functions, in the schema that is first in the search path."""
    from importlib import resources

    from funnelcli.values.currencies import EXPONENTS

    text = resources.files(__package__).joinpath("functions.sql").read_text("utf-8")
    exponents = {code: str(places) for code, places in EXPONENTS.items()}
    known = {**_letters(), **_names(), "exponents": _object(exponents)}
    return _GAP.sub(lambda gap: known[gap[1]], text)


def _letters() -> dict[str, str]:
    """What letters and signs beyond ASCII are without their marks, in a word, and as small ones."""
    from funnelcli.text import APOSTROPHES, DASHES, strip
    from funnelcli.values.wordsearch import in_word

    letters: dict[str, str] = {}
    signs: dict[str, str] = {}
    small: dict[str, str] = {}
    spaces = ""
    others = list(_characters())
    for sign in others:
        # Between two letters a blank stays one.
        plain = strip(f"x{sign}x")[1:-1]
        usual = ord(sign) < _USUAL
        if plain != sign and ord(sign) not in _HANGUL:
            letters[sign] = plain
        word = strip(f"x{in_word(sign)}x")[1:-1]
        if word != (sign if usual else plain if sign.isalnum() else " "):
            signs[sign] = word
        if (folded := sign.casefold()) != sign:
            small[sign] = folded
        if sign.isspace():
            spaces += sign
    every = [*map(chr, range(0x80)), *others]
    return {
        "usual": str(_USUAL),
        "usual_letters": _object(_among(letters, range(_USUAL))),
        "letters": _object(_among(letters, range(_USUAL, 0x110000))),
        "usual_signs": _object(_among(signs, range(_USUAL))),
        "signs": _object(_among(signs, range(_USUAL, 0x110000))),
        "small": _object(small),
        "words": _ranges(code for code in range(0x80, 0x110000) if chr(code).isalnum()),
        "digits": _ranges(ord(sign) for sign in others if sign.isdecimal()),
        "upper": _ranges(ord(sign) for sign in every if sign.isupper()),
        "lower": _ranges(
            ord(sign) for sign in every if sign.islower() or (sign.istitle() and not sign.isupper())
        ),
        "joints": _text(DASHES + APOSTROPHES),
        "blanks": _text(" " * len(DASHES)),
        "spaces": _text(spaces),
        "space_blanks": _text(" " * len(spaces)),
    }


def _characters() -> Iterator[str]:
    """The characters beyond ASCII that may mean something else than they are: all but what is
    unassigned or of private use (though of the tags, which nobody sees, some are that), and letters
    without case that are made of no others, which are nearly all of those of East Asia."""
    import unicodedata

    for code in range(0x80, 0x110000):
        sign = chr(code)
        kind = unicodedata.category(sign)
        if kind == "Lo":
            if unicodedata.decomposition(sign) or sign.casefold() != sign:
                yield sign
        elif kind not in ("Cn", "Co", "Cs") or 0xE0000 <= code < 0xE1000:
            yield sign


def _among(letters: Mapping[str, str], codes: range) -> dict[str, str]:
    return {sign: plain for sign, plain in letters.items() if ord(sign) in codes}


def _ranges(codes: Iterable[int]) -> str:
    """Codes in ascending order as ranges: each first one, and each behind a last one."""
    found: list[int] = []
    for code in codes:
        if found and found[-1] == code:
            found[-1] = code + 1
        else:
            found += (code, code + 1)
    return f"'{{{','.join(map(str, found))}}}'::int[]"


def _names() -> dict[str, str]:
    """The words that names of people are read by."""
    from funnelcli.values import names

    return {
        "salutations": _list(names.SALUTATIONS),
        "particles": _list(names.PARTICLES),
        "noble": _list(names.NOBLE),
        "titles": _list(names.TITLES),
        "title_starts": _list(names.TITLE_STARTS),
        "faculties": _list(names.FACULTIES),
        "honorary": _list(map(" ".join, names.HONORARY)),
        "capital_titles": _list(names.CAPITAL_TITLES),
        "glued": _text(names.GLUED),
        "suffixes": _list(names.SUFFIXES),
        "degrees": _list(names.DEGREES),
        "numerals": _list(names.NUMERALS),
        "couples": _list(names.COUPLES),
        "firms": _list(names.FIRMS),
    }


def _text(text: str) -> str:
    return f"$x${text}$x$"


def _list(words: Iterable[str]) -> str:
    return f"ARRAY[{','.join(map(_text, sorted(words)))}]"


def _object(pairs: Mapping[str, str]) -> str:
    text = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
    return f"{_text(text)}::jsonb"


# Working days -----------------------------------------------------------------------------------


def prepare(conn: Connection) -> None:
    """Tell the server, for this connection, which are working days in the user's region: before a
    statement that calls ``working_days``."""
    from funnelcli import config
    from funnelcli.values import dates

    place = str(config.get("region")), config.get("state")
    today = dates.today()
    told = f"{today} {place[0]} {place[1]}"
    ((known,),) = conn.rows("SELECT current_setting('funnel.working_days_for', true)")
    if known == told:
        return
    settings = {
        "funnel.today": today.isoformat(),
        **_counts(today, *place),
        "funnel.working_days_for": told,
    }
    texts = ", ".join(["set_config(%s, %s, false)"] * len(settings))
    conn.rows(f"SELECT {texts}", [part for setting in settings.items() for part in setting])


@cache
def _counts(today: date, country: str, state: str | None) -> dict[str, str]:
    """For each year a text that has five digits for each of its days: how many working days there
    are behind it, up to today."""
    from datetime import timedelta

    from funnelcli.values import workdays

    works = workdays.working_day_or_weekday(country, state)
    counts: dict[int, list[str]] = {}
    passed, day, one = 0, today, timedelta(days=1)
    while day.year >= _FIRST_YEAR:
        counts.setdefault(day.year, []).append(f"{passed:05}")
        passed += works(day)
        day -= one
    return {
        f"funnel.working_days_{year}": "".join(reversed(digits)) for year, digits in counts.items()
    }
