"""Many rows written at once are the rows that were given, whatever they have in common."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import example, given
from hypothesis import strategies as st

from funnelcli.db import bulk

NAMES = ("number", "text", "more")
ROW = st.tuples(
    st.sampled_from((None, 1, 2**60)),
    st.sampled_from((None, "", "one")),
    st.sampled_from(("", "a")),
)
ALIKE = (None, "one", "a")


@given(st.lists(ROW, max_size=4), st.integers(0, 130))
@example([ALIKE], 100)
@example([ALIKE, (None, "", "a")], 60)
def test_rows_are_written_as_they_are(some: list[tuple[int | str | None, ...]], times: int) -> None:
    rows = [row for _time in range(times) for row in some]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        conn.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, more TEXT DEFAULT 'b',"
            " number INTEGER DEFAULT 7, text TEXT DEFAULT 'c') STRICT"
        )
        bulk.insert(conn, "t", NAMES, rows)
        assert conn.execute(f"SELECT {', '.join(NAMES)} FROM t ORDER BY id").fetchall() == rows
