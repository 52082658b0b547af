"""How dates are written, in letters that people know: DD.MM.YYYY, in German TT.MM.JJJJ.

The program itself has layouts as strptime does, ``%d.%m.%Y``; those are taken, too.
"""

from __future__ import annotations

from funnelcli.i18n import pick
from funnelcli.patterns import re, regex

_LETTERS = {
    "%d": ("DD", "TT"),
    "%m": ("MM", "MM"),
    "%Y": ("YYYY", "JJJJ"),
    "%y": ("YY", "JJ"),
    "%b": ("MMM", "MMM"),
    "%B": ("MMMM", "MMMM"),
    "%H": ("hh", "hh"),
    "%I": ("hh", "hh"),
    "%M": ("mm", "mm"),
    "%S": ("ss", "ss"),
    "%p": ("am", "am"),
}
_SIGN = regex("%[a-zA-Z]")
_DATE = regex(r"dd?|tt?|m{1,4}|yyyy|jjjj|yy|jj", "i")
_CLOCK = regex(r"[T ]*\bhh?:mm.*$", "i")
_READ = {"d": "%d", "t": "%d", "m": "%m", "mmm": "%b", "mmmm": "%B"}
_YEARS = {"yyyy": "%Y", "jjjj": "%Y", "yy": "%y", "jj": "%y"}


def shown(layout: str) -> str:
    """A layout in letters, of the language of whoever reads it."""
    return _SIGN.sub(lambda sign: pick(*_LETTERS.get(sign[0], (sign[0], sign[0]))), layout)


def read(text: str) -> str:
    """The layout that letters say, without a time of day; what has percent signs, and what is
    written in other letters, stays as it is."""
    if "%" in text:
        return text
    date = _CLOCK.sub("", text)
    layout = _DATE.sub(
        lambda part: _YEARS.get(
            part[0].lower(), _READ.get(part[0].lower(), _READ.get(part[0][0].lower(), part[0]))
        ),
        date,
    )
    # Each of the three once, and no word of which letters were taken for them.
    signs = re.findall("%[a-zA-Z]", layout)
    rest = _SIGN.sub("", layout)
    return layout if len(signs) == 3 and not any(map(str.isalpha, rest)) else text
