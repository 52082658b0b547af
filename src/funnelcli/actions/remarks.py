"""What is to be said of a note that was read, to whoever types commands and to others."""

from __future__ import annotations

from collections.abc import Iterable


class Remark(str):
    """A sentence that says what to do about it by an option or a command; ``fact`` is the same
    without that."""

    fact: str

    def __new__(cls, text: str, fact: str) -> Remark:
        made = super().__new__(cls, text)
        made.fact = fact
        return made


def facts(remarks: Iterable[str]) -> list[str]:
    """Remarks as they are for whoever has no command line."""
    return [one.fact if isinstance(one, Remark) else one for one in remarks]
