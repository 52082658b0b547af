"""Tables that a connection makes for itself while it reads: which deals pass the filter, what the
deals were at a past moment.

They belong to the state that the connection sees; whoever changes the database in between and
asks again has to open another.
"""

from __future__ import annotations

import sqlite3

Part = tuple[int, int]
"""(k, n): those deals whose id leaves k when divided by n."""
WHOLE: Part = (0, 1)


def there(conn: sqlite3.Connection, *names: str) -> bool:
    """Whether all of these are made already."""
    marks = ", ".join("?" * len(names))
    found = conn.execute(
        f"SELECT count(*) FROM sqlite_temp_master WHERE name IN ({marks})", names
    ).fetchone()
    return bool(found[0] == len(names))
