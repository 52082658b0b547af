"""The sources and lost reasons that a file names, matched with the user's catalogue."""

from __future__ import annotations

import re
import sqlite3

from funnelcli.i18n import _
from funnelcli.text import name_fold

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
        self._taken: set[str] = set()
        for kind, key, *names in conn.execute(
            "SELECT kind, key, name_en, name_de FROM catalogue"
            " WHERE kind IN ('source', 'lost_reason') ORDER BY kind, position"
        ):
            for name in (key, *names):
                self._keys[kind].setdefault(name_fold(name), key)
            if kind == "source":
                self._taken.add(key)

    def source(self, text: str) -> str | None:
        """The key of a source; an unknown one becomes an entry, its name as it is written."""
        if not text:
            return None
        key = self._sources.get(text)
        if key is not None:
            return key
        known = self._keys["source"]
        key = known.get(name_fold(text))
        if key is None:
            key = known[name_fold(text)] = self._add_source(text)
        if len(self._sources) < _MOST:
            self._sources[text] = key
        return key

    def _add_source(self, text: str) -> str:
        slug = re.sub(r"\W+", "_", name_fold(text)).strip("_") or "source"
        key, n = slug, 1
        while key in self._taken:
            n += 1
            key = f"{slug}_{n}"
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
        """The key of a lost reason, and the note: an unknown one is ``other`` with its text."""
        if not text:
            return OTHER, note or _("imported without a reason")
        if note:
            key = self._keys["lost_reason"].get(name_fold(text))
            return (key, note) if key is not None else (OTHER, f"{text}: {note}")
        found = self._reasons.get(text)
        if found is None:
            key = self._keys["lost_reason"].get(name_fold(text))
            found = (OTHER, text) if key in (None, OTHER) else (str(key), None)
            if len(self._reasons) < _MOST:
                self._reasons[text] = found
        return found
