"""Tables that a connection makes for itself while it reads: which deals pass the filter, what the
deals were at a past moment.

They belong to the state that the connection sees; whoever changes the database in between and
asks again has to open another.
"""

from __future__ import annotations

import sqlite3
from itertools import pairwise

Part = tuple[int, int]
"""(first, behind): the deals whose id is not below the one, and below the other."""
WHOLE: Part = (-(1 << 62), 1 << 62)


def parts(highest: int, number: int) -> list[Part]:
    """So many parts of all deals, of which ``highest`` is the last id."""
    ends = [WHOLE[0], *(highest * part // number for part in range(1, number)), WHOLE[1]]
    return list(pairwise(ends))


def there(conn: sqlite3.Connection, *names: str) -> bool:
    """Whether all of these are made already."""
    marks = ", ".join("?" * len(names))
    found = conn.execute(
        f"SELECT count(*) FROM sqlite_temp_master WHERE name IN ({marks})", names
    ).fetchone()
    return bool(found[0] == len(names))
