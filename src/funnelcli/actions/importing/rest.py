"""Columns without a home that are kept on request: as lines of the notes, or as tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funnelcli.actions.importing.fields import Plan, known_as
from funnelcli.formats.columns import normal
from funnelcli.formats.nulls import filled
from funnelcli.text import tag_key
from funnelcli.values.cells import BETWEEN

NOTES = "notes"
TAGS = "tags"

# What columns are called that say whose a record is: as tags they are one, whatever program they
# come from.
_OWNER = "owner"
_OWNERS = frozenset(
    (
        *("owner", "deal owner", "contact owner", "company owner", "organization owner"),
        *("person owner", "account owner", "opportunity owner", "lead owner", "record owner"),
        *("owner name", "owner full name", "owner alias", "hubspot owner", "deal owner name"),
        *("lead owner name", "assigned to", "assignee", "responsible", "responsible person"),
        *("salesperson", "sales rep", "sales person", "sales agent", "account manager"),
        *("besitzer", "deal besitzer", "person besitzer", "organisation besitzer", "inhaber"),
        *("geschäftsinhaber", "kontaktinhaber", "account inhaber", "opportunity inhaber"),
        *("zuständig", "zuständiger mitarbeiter", "zuständige person", "zugewiesen an"),
        *("verantwortlich", "verantwortliche person", "verantwortlicher", "betreuer"),
        *("kundenbetreuer", "verkäufer", "vertriebsmitarbeiter", "bearbeiter", "sachbearbeiter"),
        *("zuständig für datensatz", "eigentümer", "deal eigentümer", "kontakt eigentümer"),
    )
)

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
        mark = BETWEEN.strip()
        return [f"{_tagged(title)}: {text.replace(mark, ':')}" for title, text in found]

    def starts(self, cells: Sequence[str]) -> list[str]:
        """What the tags begin with that a row has besides its own."""
        found = self._read(cells) if self._as_tags else ()
        return [f"{_tagged(title)}: " for title, _text in found]

    def _read(self, cells: Sequence[str]) -> list[tuple[str, str]]:
        texts = (" ".join(filled(cells[at]).split()) for at in self._places)
        return [(title, text) for title, text in zip(self.columns, texts, strict=True) if text]


def outdated(held: Iterable[str], starts: Iterable[str], tags: Iterable[str]) -> list[str]:
    """Those of the tags on file that are of earlier values of the columns that a row keeps as tags,
    which begin so; ``tags`` are the row's."""
    keys = {tag_key(tag) for tag in tags}
    begin = tuple(map(str.casefold, starts))
    found = (tag for tag in held if tag.casefold().startswith(begin))
    return sorted(tag for tag in found if tag_key(tag) not in keys)


def without(tags: Iterable[str], starts: Iterable[str], kept: Iterable[str]) -> list[str]:
    """The tags of a row but those of columns of which what is on file is ``kept``."""
    keys = [tag.casefold() for tag in kept]
    begin = [start.casefold() for start in starts]
    held = tuple(start for start in begin if any(key.startswith(start) for key in keys))
    return [tag for tag in tags if not tag.casefold().startswith(held)]


def _tagged(title: str) -> str:
    """What a column is called before the value in its tags."""
    return _OWNER if {normal(title), known_as(title)} & _OWNERS else title.casefold()


def replaces(notes: str | None, rest: Rest) -> bool:
    """Whether the ``rest`` says otherwise than lines of the notes."""
    return merged(notes, rest) != merged(notes, rest, replace=False)


def only_rest_below(notes: str, held: str) -> bool:
    """Whether ``held`` are these notes with nothing but lines below them such as :func:`merged`
    adds: an import that keeps no columns leaves those of an earlier one."""
    if not notes.strip() or not held.strip().startswith(notes.strip()):
        return False
    below = held.strip().removeprefix(notes.strip())
    return all(": " in line for line in below.splitlines() if line)


def merged(notes: str | None, rest: Rest, *, replace: bool = True) -> str:
    """Notes with a line for each column of the ``rest``. A line that is there is brought up to it,
    or left as it is if it is not to be replaced."""
    if not rest:
        return notes or ""
    lines = notes.split("\n") if notes else []
    for title, text in rest:
        start = f"{title}: "
        at = next((n for n, line in enumerate(lines) if line.startswith(start)), None)
        if at is None:
            lines.append(start + text)
        elif replace:
            lines[at] = start + text
    return "\n".join(lines)
