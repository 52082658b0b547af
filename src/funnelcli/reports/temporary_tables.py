"""Tables that a connection makes for itself while it reads: which deals pass the filter, what the
deals were at a past moment.

They belong to the state that the connection sees; whoever changes the database in between and
asks again has to open another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

Part = tuple[int, int]
"""(k, n): those deals whose id leaves k when divided by n."""
WHOLE: Part = (0, 1)


def there(conn: sqlite3.Connection, *names: str) -> bool:
    """Whether all of these are made already."""
    marks = ", ".join("?" * len(names))
    found = conn.execute(
        f"SELECT count(*) FROM temp.sqlite_schema WHERE name IN ({marks})", names
    ).fetchone()
    return bool(found[0] == len(names))


@contextmanager
def making(conn: sqlite3.Connection) -> Iterator[None]:
    """Let a connection that may only read make temporary tables."""
    (locked,) = conn.execute("PRAGMA query_only").fetchone()
    conn.execute("PRAGMA query_only = OFF")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA query_only = {locked}")
