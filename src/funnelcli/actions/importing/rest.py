"""Columns without a home that are kept on request: as lines of the notes, or as tags."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.actions.importing.fields import Plan
from funnelcli.formats.nulls import filled

NOTES = "notes"
TAGS = "tags"

Rest = Sequence[tuple[str, str]]
"""The titles of columns, each with what a row has there."""


class Keeper:
    """Takes all columns that a plan leaves, and reads them: for the notes, or as tags."""

    def __init__(self, planned: Plan, to: str) -> None:
        self.columns = [" ".join(column.split()) for column in planned.untaken]
        self._places = [*planned.untaken.values()]
        self._as_tags = to == TAGS
        planned.untaken.clear()

    def notes(self, cells: Sequence[str]) -> Rest:
        """What a row has for the notes."""
        return () if self._as_tags else self._read(cells)

    def tags(self, cells: Sequence[str]) -> list[str]:
        """The tags that a row has besides its own."""
        found = self._read(cells) if self._as_tags else ()
        return [f"{title.casefold()}: {text}" for title, text in found]

    def _read(self, cells: Sequence[str]) -> list[tuple[str, str]]:
        texts = (" ".join(filled(cells[at]).split()) for at in self._places)
        return [(title, text) for title, text in zip(self.columns, texts, strict=True) if text]


def replaces(notes: str | None, rest: Rest) -> bool:
    """Whether the ``rest`` says otherwise than lines of the notes."""
    return merged(notes, rest) != merged(notes, rest, replace=False)


def merged(notes: str | None, rest: Rest, *, replace: bool = True) -> str:
    """Notes with a line for each column of the ``rest``. A line that is there is brought up to it,
    or left as it is if it is not to be replaced."""
    lines = notes.split("\n") if notes else []
    for title, text in rest:
        start = f"{title}: "
        at = next((n for n, line in enumerate(lines) if line.startswith(start)), None)
        if at is None:
            lines.append(start + text)
        elif replace:
            lines[at] = start + text
    return "\n".join(lines)
