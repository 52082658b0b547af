"""What units are called: those of the catalogue, and any other as it is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from funnelcli.i18n import language


def unit_names(conn: sqlite3.Connection, lang: str | None = None) -> Callable[[str, float], str]:
    """What reads so much of a unit ("1 year", "2 years") in ``lang``, the language spoken now
    without it; asked of the database once."""
    place = {"en": 0, "de": 1}[lang or language()]
    names = {
        key: (many[place], (one[place] if one else None) or many[place])
        for key, *many, one_en, one_de in conn.execute(
            "SELECT key, name_en, name_de, one_en, one_de FROM catalogue WHERE kind = 'unit'"
        )
        for one in [(one_en, one_de)]
    }

    def name(key: str, quantity: float = 2) -> str:
        found = names.get(key)
        return key if found is None else found[quantity == 1]

    return name


def uncounted(conn: sqlite3.Connection) -> frozenset[str]:
    """The units that are named without a number where there is one of them: a flat rate."""
    rows = conn.execute("SELECT key FROM catalogue WHERE kind = 'unit' AND counts_as = 'flat'")
    return frozenset(key for (key,) in rows)
