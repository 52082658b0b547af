"""Regular expressions that are compiled when they are first asked.

To compile one takes a tenth of a millisecond to a whole one, and what a command loads brings some
twenty of which it asks three.
"""

from __future__ import annotations

import re

from funnelcli.typed import Any, cast


class _Pattern:
    def __init__(self, text: str, flags: int) -> None:
        self._made_of = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._made_of), name)
        setattr(self, name, found)
        return found


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` makes of ``text``, with its methods and attributes; the functions of
    ``re`` do not take it. Raises ``re.error`` for a mistake, where it is asked first."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
