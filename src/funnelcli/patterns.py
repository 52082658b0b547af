"""Regular expressions that are compiled when they are first asked, and the library ``re`` that is
loaded then.

To compile one takes a tenth of a millisecond to a whole one, and what a command loads brings some
twenty of which it asks three, or none: then the library, with what it is made of a tenth of a whole
command, is not loaded.
"""

from __future__ import annotations

from funnelcli.typed import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import re as re
else:

    class _Library:
        """The library's ``re``."""

        def __getattr__(self, name):
            import re

            found = getattr(re, name)
            setattr(self, name, found)
            return found

    re = _Library()


class _Pattern:
    def __init__(self, text: str, flags: str) -> None:
        self._made_of = text, flags

    def __getattr__(self, name: str) -> Any:
        text, flags = self._made_of
        found = getattr(re.compile(text, sum(getattr(re, flag.upper()) for flag in flags)), name)
        setattr(self, name, found)
        return found


def regex(text: str, flags: str = "") -> re.Pattern[str]:
    """What ``re.compile`` makes of ``text``, with its methods and attributes; the functions of
    ``re`` do not take it. ``flags`` are letters, as patterns have them: "ia" for ``(?ia)``.
    Raises ``re.error`` for a mistake, where it is asked first."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
