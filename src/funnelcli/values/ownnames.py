"""Names that people give: to a command of their own, to a saved filter."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re

LONGEST = 40
"""Characters of a name."""


def is_name(word: str) -> bool:
    """Whether a word is letters, digits and hyphens, a letter first."""
    return re.fullmatch(r"[^\W\d_][\w-]*", word) is not None


def check_name(word: str, wrong: str) -> None:
    """Raises Usage, which says what is ``wrong``, for a word that is no name or too long for
    one."""
    if not is_name(word) or len(word) > LONGEST:
        raise Usage(
            wrong,
            _("Write letters, digits and hyphens, a letter first, {most} at most.").format(
                most=LONGEST
            ),
        )
