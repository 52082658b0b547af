"""The sources, lost reasons and units that a file names, matched with the user's catalogue.

Entries that are hidden count: what a file tells of has happened.
"""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.also import also_stored
from funnelcli.patterns import re
from funnelcli.text import name_fold, numbered

OTHER = "other"

# Reasons may be free text, which must not fill memory.
_MOST = 1000


class Catalogue:
    """Keys for the texts of a file. ``added`` holds the new sources: key to name as written."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.added: dict[str, str] = {}
        self._conn = conn
        self._keys: dict[str, dict[str, str]] = {"source": {}, "lost_reason": {}}
        # What texts as they stand in the file turned out to be; a column of them has few.
        self._sources: dict[str, str] = {}
        self._reasons: dict[str, tuple[str, str | None]] = {}
        self._units: dict[str, str] = {}
        self._taken: set[str] = set()
        for kind, key, *names in conn.execute(
            "SELECT kind, key, name_en, name_de FROM catalogue"
            " WHERE kind IN ('source', 'lost_reason') ORDER BY kind, position"
        ):
            for name in (key, *names):
                self._keys[kind].setdefault(name_fold(name), key)
            if kind == "source":
                self._taken.add(key)
        # What is called so here is what it says; only a whole name is one.
        self._called = {
            kind: {
                name_fold(name): key
                for key, names in also_stored(conn, kind).items()
                if key in self._keys[kind].values()
                for name in names
                if name_fold(name) not in self._keys[kind]
            }
            for kind in self._keys
        }

    def source(self, text: str) -> str | None:
        """The key of a source; an unknown one becomes an entry, its name as it is written."""
        if not text:
            return None
        key = self._sources.get(text)
        if key is not None:
            return key
        known = self._keys["source"]
        folded = name_fold(text)
        key = known.get(folded) or self._called["source"].get(folded)
        if key is None:
            key = known[folded] = self._add_source(text)
        if len(self._sources) < _MOST:
            self._sources[text] = key
        return key

    def _add_source(self, text: str) -> str:
        slug = re.sub(r"\W+", "_", name_fold(text)).strip("_") or "source"
        key, _number = numbered(slug, self._taken.__contains__)
        self._conn.execute(
            "INSERT INTO catalogue (kind, position, key, name_en, name_de)"
            " SELECT 'source', 1 + coalesce(max(position), 0), ?, ?, ? FROM catalogue"
            " WHERE kind = 'source'",
            (key, text, text),
        )
        self._taken.add(key)
        self.added[key] = text
        return key

    def reason(self, text: str, note: str = "") -> tuple[str, str | None]:
        """The key of a lost reason, and the note. An unknown one is ``other`` with its text, and
        one that is only called otherwise here keeps its text as well."""
        if not text:
            return OTHER, note or _("imported without a reason")
        found = self._reasons.get(text)
        if found is None:
            folded = name_fold(text)
            key = self._keys["lost_reason"].get(folded)
            meant = key or self._called["lost_reason"].get(folded) or OTHER
            found = (meant, None if key not in (None, OTHER) else text)
            if len(self._reasons) < _MOST:
                self._reasons[text] = found
        if not note:
            return found
        known = name_fold(text) in self._keys["lost_reason"]
        return found[0], note if known else f"{text}: {note}"

    def unit(self, text: str) -> str:
        """The key of a unit, else the unit as it is written."""
        found = self._units.get(text)
        if found is None:
            found = naming.unit_key(self._conn, text, hidden=True)
            if len(self._units) < _MOST:
                self._units[text] = found
        return found
