"""How long something takes, as people write it."""

from __future__ import annotations

import re

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.text import fold
from funnelcli.values.days import shown
from funnelcli.values.rounding import half_up


def read_duration(text: str) -> int:
    """Whole minutes: ``90``, ``45m``, ``1h30``, ``1:30``, ``1.5h``, ``1,5 Std``; Usage otherwise.

    A part of an hour is rounded half up on the minute.
    """
    hours = r"h|hrs?|hours?|std\.?|stunden?"
    minutes = r"m|min\.?|mins?|minutes?|minuten?"
    found = re.fullmatch(
        rf"(\d{{1,5}}) ?(?:{minutes})?"
        rf"|(\d{{1,3}})(?: ?(?:{hours}) ?|:(?=\d\d))([0-5]?\d) ?(?:{minutes})?"
        rf"|(\d{{1,3}})(?:[.,](\d{{1,4}}))? ?(?:{hours})",
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
