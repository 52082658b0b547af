"""How long something takes, as people write it."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.text import fold
from funnelcli.values.datewords import lexicon
from funnelcli.values.days import shown
from funnelcli.values.rounding import half_up

_HOURS = r"h|hrs?|hours?|std\.?|stunden?"
_MINUTES = r"m|min\.?|mins?|minutes?|minuten?"
# Hours in words, as they stand behind "in" and "vor" or before "ago", in minutes.
_SPELT = {
    15: r"(?:(?:ein|n)er )?viertelstunde|(?:a )?quarter of an hour",
    30: r"(?:(?:ein|n)er )?halben stunde|half an hour|half hour",
    45: r"(?:(?:ein|n)er )?dreiviertelstunde|three quarters of an hour",
    60: r"(?:(?:ein|n)er )?stunde|(?:an|one) hour",
    90: r"anderthalb stunden|eineinhalb stunden|(?:an|one) hour and a half",
}


def read_minutes_away(text: str) -> int | None:
    """How many minutes from now something is, below 0 for what was: "in 2 Stunden", "in half an
    hour", "vor einer Stunde", "90 minutes ago"; None for anything else."""
    found = re.fullmatch(r"(?:(in|vor) )'?(.+?)|(.+) ago", fold(text))
    if found is None:
        return None
    sign, length = (1 if found[1] == "in" else -1), found[2] or found[3]
    for minutes, words in _SPELT.items():
        if re.fullmatch(words, length):
            return sign * minutes
    word, _blank, unit = length.partition(" ")
    number = lexicon().get(word, {}).get("number")
    if number is not None and number > 1:
        length = f"{number} {unit}"
    if re.fullmatch(rf"\d+(?:[.,]\d+)? ?(?:{_HOURS}|{_MINUTES})", length, re.ASCII) is None:
        return None
    return sign * read_duration(length)


def read_duration(text: str) -> int:
    """Whole minutes: ``90``, ``45m``, ``1h30``, ``1:30``, ``1.5h``, ``1,5 Std``; Usage otherwise.

    A part of an hour is rounded half up on the minute.
    """
    found = re.fullmatch(
        rf"(\d{{1,5}}) ?(?:{_MINUTES})?"
        rf"|(\d{{1,3}})(?: ?(?:{_HOURS}) ?|:(?=\d\d))([0-5]?\d) ?(?:{_MINUTES})?"
        rf"|(\d{{1,3}})(?:[.,](\d{{1,4}}))? ?(?:{_HOURS})",
        fold(text),
        re.ASCII,
    )
    if found is None:
        raise Usage(
            _("“{text}” is not a duration.").format(text=shown(text)),
            _("Write minutes (90, 45m) or hours (1h30, 1:30, 1.5h)."),
        )
    if found[1]:
        return int(found[1])
    if found[2]:
        return int(found[2]) * 60 + int(found[3])
    part, whole = int(found[5] or 0), int("1" + "0" * len(found[5] or ""))
    return int(found[4]) * 60 + half_up(60 * part, whole)
