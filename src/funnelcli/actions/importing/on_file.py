"""What is on file under the ids that rows have where they come from, or by which this program's own
lists name their records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from funnelcli.actions.importing.presets import at_origin
from funnelcli.ids import is_id
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any


class OnFile(NamedTuple):
    """A deal on file, and the key of the row that means it; ``merged`` where that was the key of
    another one which has become a part of it."""

    key: str
    merged: int
    id: int
    process_id: int
    contact_id: int | None
    stage_id: int
    status: str
    title: str
    source: str | None
    product: str | None
    notes: str | None
    competitor: str | None
    value: int | None
    currency: str
    probability: int | None
    expected_close: str | None
    opened_on: str
    closed_on: str | None
    lost_reason: str | None
    lost_note: str | None
    kind: str
    snoozed_until: str | None
    owner_id: int | None
    tags: str | None


_ON_FILE = (
    "d.id, d.process_id, d.contact_id, d.stage_id, d.status, d.title,"
    " d.source, d.product, d.notes, d.competitor, d.value, d.currency, d.probability,"
    " d.expected_close, d.opened_on, d.closed_on, d.lost_reason, d.lost_note, d.kind,"
    " d.snoozed_until, d.owner_id,"
    " (SELECT group_concat(t.tag, char(31)) FROM deal_tag AS t WHERE t.deal_id = d.id)"
)


def on_file(conn: sqlite3.Connection, origin: str, keys: Sequence[str]) -> dict[str, OnFile]:
    """The deals of ``origin`` that have these keys, by the keys."""
    rows = conn.execute(
        f"SELECT w.value, f.id IS NOT NULL, {_ON_FILE} FROM json_each(:keys) AS w"
        " LEFT JOIN deal_former AS f"
        " ON f.external_origin = :origin AND f.external_id = w.value"
        " CROSS JOIN deal AS d ON d.id = coalesce(f.deal_id, (SELECT n.id FROM deal AS n"
        " WHERE n.external_origin = :origin AND n.external_id = w.value))",
        {"keys": json.dumps(keys), "origin": origin},
    )
    return _by_key(rows)


def own_on_file(
    conn: sqlite3.Connection,
    origin: str,
    known: Iterable[tuple[str, tuple[str, str] | None]],
) -> dict[str, OnFile]:
    """The deals that rows of an export of the program's own mean, by the rows' keys.

    ``known`` are these keys, public ids, each with the origin and the id that the row says
    besides, which count only where the key is not on file.
    """
    wanted = [(key, key, *(external or (origin, key))) for key, external in known]
    rows = conn.execute(
        f"SELECT w.value ->> 0, f.id IS NOT NULL, {_ON_FILE} FROM json_each(:wanted) AS w"
        " LEFT JOIN deal_former AS f"
        " ON f.external_origin = w.value ->> 2 AND f.external_id = w.value ->> 3"
        " CROSS JOIN deal AS d ON d.id = coalesce(f.deal_id, (SELECT n.id FROM deal AS n"
        " WHERE n.external_origin = w.value ->> 2 AND n.external_id = w.value ->> 3))",
        {"wanted": json.dumps(wanted)},
    )
    found = _by_key(rows)
    rows = conn.execute(
        f"SELECT w.value ->> 0, f.id IS NOT NULL, {_ON_FILE} FROM json_each(:wanted) AS w"
        " LEFT JOIN deal_former AS f ON f.public_id = upper(w.value ->> 1)"
        " CROSS JOIN deal AS d ON d.id = coalesce(f.deal_id,"
        " (SELECT n.id FROM deal AS n WHERE n.public_id = upper(w.value ->> 1)))",
        {"wanted": json.dumps(wanted)},
    )
    return found | _by_key(rows)


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[str, OnFile]:
    return {deal.key: deal for deal in map(OnFile._make, rows)}


def contacts_of(
    conn: sqlite3.Connection, origin: str | None, keys: Iterable[str]
) -> dict[str, int]:
    """The contacts on file that have these ids in the program ``origin``."""
    wanted = sorted({key for key in keys if key})
    if origin is None or not wanted:
        return {}
    found = conn.execute(
        "SELECT w.value, c.id FROM json_each(:keys) AS w CROSS JOIN contact AS c"
        " ON c.external_id = w.value AND c.external_origin = :origin UNION ALL"
        # A merged contact's rows mean the one that it has become.
        " SELECT w.value, f.contact_id FROM json_each(:keys) AS w CROSS JOIN contact_former AS f"
        " ON f.external_id = w.value AND f.external_origin = :origin",
        {"keys": json.dumps(wanted), "origin": origin},
    )
    return dict(found.fetchall())


def linked(
    conn: sqlite3.Connection, table: str, origin: str, keys: Iterable[str], *, firms: bool = False
) -> dict[str, int]:
    """The records of a ``table``, deal or contact, that rows mean by ids that other files gave
    them; ``firms``: the ids are those of organisations. What ``origin`` has not is looked for
    where else it is: a file of which nobody knew whose it was has an origin of its own. Only an id
    that no two programs give counts there, and that is of one record. Last come the public ids of
    this program."""
    wanted = {key for key in keys if key}
    if table == "contact":
        found = contacts_of(conn, at_origin(origin) if firms else origin, wanted)
    else:
        found = dict(
            conn.execute(
                "SELECT w.value, d.id FROM json_each(:keys) AS w CROSS JOIN deal AS d"
                " ON d.external_id = w.value AND d.external_origin = :origin UNION ALL"
                " SELECT w.value, f.deal_id FROM json_each(:keys) AS w"
                " CROSS JOIN deal_former AS f"
                " ON f.external_id = w.value AND f.external_origin = :origin",
                {"keys": json.dumps(sorted(wanted)), "origin": origin},
            ).fetchall()
        )
    if rest := [key for key in wanted - found.keys() if _is_telling(key)]:
        elsewhere = conn.execute(
            # The origins one by one, by the index, for that of the ids begins with them.
            f"WITH RECURSIVE o(origin) AS (SELECT min(external_origin) FROM {table}"
            f" WHERE external_id IS NOT NULL UNION ALL SELECT (SELECT min(external_origin)"
            f" FROM {table} WHERE external_id IS NOT NULL AND external_origin > o.origin)"
            " FROM o WHERE o.origin IS NOT NULL)"
            " SELECT w.value, min(t.id) FROM json_each(?) AS w CROSS JOIN o"
            f" CROSS JOIN {table} AS t"
            " ON t.external_origin = o.origin AND t.external_id = w.value"
            " AND (o.origin LIKE ?) = ? GROUP BY w.value HAVING count(*) = 1",
            (json.dumps(sorted(rest)), "%" + at_origin(""), firms),
        )
        found |= dict(elsewhere.fetchall())
    if own := [key for key in wanted - found.keys() if is_id(key)]:
        here = conn.execute(
            f"SELECT w.value, t.id FROM json_each(?) AS w CROSS JOIN {table} AS t"
            f" ON t.public_id = upper(w.value){' AND t.kind = ?' if firms else ''}",
            (json.dumps(sorted(own)), *(["organisation"] if firms else [])),
        )
        found |= dict(here.fetchall())
    return found


def _is_telling(key: str) -> bool:
    """Whether an id is one that no other program gives: nearly every list counts from 1."""
    return len(key) > 5 if key.isdecimal() else any(map(str.isdigit, key))
