"""Whether a value says that there is to be none."""

from __future__ import annotations

from funnelcli.values.choosing import NONE


def is_nothing(text: str) -> bool:
    """Whether a value is a word for nothing, in either language."""
    return text.strip().casefold() in NONE
