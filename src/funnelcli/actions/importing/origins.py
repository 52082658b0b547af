"""Whose ids the rows of a file have: those of the program whose file it is; of a file of which
nobody knows that, where the most of them are on file."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from funnelcli.text import same_name

UNKNOWN = "import"


def origin_of(
    conn: sqlite3.Connection, program: str | None, rows: Iterable[tuple[str, str]]
) -> str:
    """The origin of a file of deals. ``rows`` are the ids of its first rows, each with the title
    that the row says, "" for none; ``program`` is whose file it is, None where nobody knows.

    An id alone proves nothing: nearly every list counts from 1. It is known of an origin where the
    deal that has it there is called as in the row, and most of a file's ids must be so. The file
    of a program has that program's ids, unless most came in before anybody knew that it was one.
    """
    named = {key: title for key, title in rows if key}
    known = Counter(
        origin
        for origin, key, title in conn.execute(
            "SELECT o.origin, d.external_id, d.title FROM (SELECT DISTINCT external_origin"
            " AS origin FROM deal WHERE external_origin IS NOT NULL) AS o"
            " CROSS JOIN json_each(?) AS w CROSS JOIN deal AS d"
            " ON d.external_origin = o.origin AND d.external_id = w.value",
            (json.dumps(list(named)),),
        )
        if (same_name(named[key], title) if named[key] else program is None)
    )
    usual = program or UNKNOWN
    may_be = known if program is None else (UNKNOWN,)
    likeliest = max(may_be, key=lambda one: known[one], default=usual)
    most = known[likeliest] > max(len(named) / 2, known[usual])
    return likeliest if most else usual
