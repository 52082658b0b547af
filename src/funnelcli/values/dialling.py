"""What dials a number: a link that the system opens, or a program with its arguments.

A number is dialled in E.164 alone, so whatever is on file, nothing but a plus and digits reaches a
link or a program; and no shell reads either.
"""

from __future__ import annotations

import os
import shlex

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.values.phones import dial

_NUMBER = regex(r"(\+[1-9]\d{6,14})(?:x(\d{1,11}))?", "a")
# A drive of Windows has one letter.
_LINK = regex(r"[a-z][a-z0-9+.-]+:", "ai")
USUAL = "tel"


def number_of(phone: str) -> tuple[str, str]:
    """The number in E.164 and the extension behind it, "" for none. Raises Usage for what is no
    such number."""
    found = _NUMBER.fullmatch(phone)
    if found is None:
        raise Usage(
            _("{phone} cannot be dialled: it is no whole number.").format(phone=phone),
            _("Write it with its country, like +49 30 1234567."),
        )
    return found[1], found[2] or ""


def can_be_dialled(phone: str) -> bool:
    """Whether what is on file is such a number."""
    return _NUMBER.fullmatch(phone) is not None


def words_of(way: str, phone: str) -> tuple[str, list[str]]:
    """What dials a number: the link to open and no words, or "" and the words of a program.

    ``way`` is tel, sip or another link with {number} in it, or else a program, whose last argument
    the number is where none of its arguments has {number}; {digits} is the number without its plus.
    Raises Usage.
    """
    number = number_of(phone)[0]
    digits = number.removeprefix("+")

    def filled(text: str) -> str:
        return text.replace("{number}", number).replace("{digits}", digits)

    way = way.strip()
    scheme = way.removesuffix(":").lower()
    if scheme == "tel":
        return f"tel:{dial(phone)}", []
    if scheme == "sip":
        return f"sip:{number}", []
    if _LINK.match(way):
        if filled(way) == way:
            raise _unread(way)
        return filled(way), []
    try:
        words = shlex.split(way, posix=os.name != "nt")
    except ValueError:
        words = []
    if not words:
        raise _unread(way)
    named = [filled(word) for word in words]
    return "", named if named != words else [*words, number]


def _unread(way: str) -> Usage:
    return Usage(
        _("“{text}” does not say how to dial.").format(text=way),
        _("Write tel, sip, sip:{number}@HOST, or a program like: linphonecsh dial"),
    )
