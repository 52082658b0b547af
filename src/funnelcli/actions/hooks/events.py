"""What has happened in a command, derived from the journal: which rows it touched, what they were
before and what they are now. So it does not matter which command it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from funnelcli.db.journal import take_back
from funnelcli.db.transaction import part
from funnelcli.nouns import declared
from funnelcli.plain import NamedTuple
from funnelcli.queries.differences import KINDS, touched
from funnelcli.queries.lists import some
from funnelcli.render.columns import simple
from funnelcli.typed import Any

MOST_LISTED = 1000
"""Records of one event that a hook is shown; of more it gets the ids."""
_PAGE = 500


class _State(NamedTuple):
    """What tells one event from another: where a deal is, a status, and what all fields say."""

    place: tuple[str, str]
    status: str
    fields: int


_Happened = Callable[[_State | None, _State], bool]


class Event(NamedTuple):
    """Something that hooks are for: the noun of its record ("" where it has none), and whether it
    has happened to a record that was like this before, None where there was none, and is like that
    now. ``whole``: that depends on all of its fields."""

    noun: str
    happened: _Happened
    whole: bool = False


def _became(status: str) -> _Happened:
    return lambda old, new: new.status == status and (old is None or old.status != status)


def _is_new(old: _State | None, _new: _State) -> bool:
    return old is None


def _differs(old: _State | None, new: _State) -> bool:
    return old is not None and old.fields != new.fields


IMPORT = "import-done"
# By the keys of words.HOOK_EVENT, in that order.
EVENTS: dict[str, Event] = {
    "contact-added": Event("contact", _is_new),
    "contact-changed": Event("contact", _differs, whole=True),
    "deal-added": Event("deal", _is_new),
    "deal-changed": Event("deal", _differs, whole=True),
    "deal-stage-changed": Event(
        "deal", lambda old, new: old is not None and old.place != new.place
    ),
    "deal-won": Event("deal", _became("won")),
    "deal-lost": Event("deal", _became("lost")),
    "deal-reopened": Event(
        "deal", lambda old, new: old is not None and old.status != "open" and new.status == "open"
    ),
    "visit-logged": Event("visit", _is_new),
    "step-done": Event("step", _became("done")),
    "offer-sent": Event("offer", _became("sent")),
    "offer-accepted": Event("offer", _became("accepted")),
    "offer-declined": Event("offer", _became("declined")),
    IMPORT: Event("", lambda _old, _new: False),
}


class Change(NamedTuple):
    """A record to which an event happened, as ``--json`` prints it, before (None where it was not
    there) and after; both are left out of a record that is one too many."""

    event: str
    id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def changes(
    conn: sqlite3.Connection, command_id: int, after: int, events: Collection[str]
) -> list[Change]:
    """What has happened of these events since an entry of the journal, within a command's
    transaction."""
    found: list[Change] = []
    nouns = dict.fromkeys(EVENTS[name].noun for name in EVENTS if name in events)
    for noun in filter(None, nouns):
        asked = [name for name in EVENTS if name in events and EVENTS[name].noun == noun]
        found += _of_noun(conn, command_id, after, noun, asked)
    # In the order in which the hooks are run.
    order = [*EVENTS]
    return sorted(found, key=lambda one: order.index(one.event))


def _of_noun(
    conn: sqlite3.Connection, command_id: int, after: int, noun: str, events: Sequence[str]
) -> list[Change]:
    given = {"command": command_id, "after": after}
    ids = [
        record_id for (record_id,) in conn.execute(touched(conn, declared(noun), made=True), given)
    ]
    whole = any(EVENTS[name].whole for name in events)
    now = _states(conn, noun, ids, whole)
    if not now:
        return []
    happened: dict[str, list[int]] = {name: [] for name in events}
    with part(conn, keep=False):
        take_back(conn, command_id, after)
        old = _states(conn, noun, [*now], whole)
        for name in events:
            for record_id, state in now.items():
                if EVENTS[name].happened(old.get(record_id), state):
                    happened[name].append(record_id)
        shown = {one for name in events for one in happened[name][:MOST_LISTED]}
        before = {record.id: _data(record) for record in _records(conn, noun, sorted(shown))}
    listed = {record.id: _data(record) for record in _records(conn, noun, sorted(shown))}
    return [
        Change(name, record_id, before.get(record_id), listed.get(record_id))
        for name in events
        for record_id in happened[name]
    ]


def record(conn: sqlite3.Connection, noun: str, record_id: int) -> Mapping[str, Any]:
    """A record as it is now, as ``--json`` prints it."""
    return next(_data(one) for one in _records(conn, noun, [record_id]))


def _records(conn: sqlite3.Connection, noun: str, ids: Sequence[int]) -> Iterator[Any]:
    made = declared(noun)
    where = f"{made.key} IN (SELECT j.value FROM json_each(:ids) AS j)"
    for start in range(0, len(ids), _PAGE):
        some_ = {"ids": json.dumps(ids[start : start + _PAGE])}
        yield from some(conn, made, some_, where=where, order=made.key)


def _data(record: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = simple(record.data())
    return found


def _states(
    conn: sqlite3.Connection, noun: str, ids: Sequence[int], whole: bool
) -> dict[int, _State]:
    """What tells events of records apart, by their ids."""
    people = _people(conn, ids) if whole and noun == "deal" else {}
    return {
        record.id: _state(record, whole, people.get(record.id))
        for record in _records(conn, noun, ids)
    }


def _people(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Sequence[Any]]]:
    """Who has which part in deals: no field of a deal says it."""
    found: dict[int, list[Sequence[Any]]] = {}
    for deal_id, *part_ in conn.execute(
        "SELECT x.deal_id, x.contact_id, x.role, x.note FROM deal_contact AS x"
        " WHERE x.deal_id IN (SELECT j.value FROM json_each(?) AS j) ORDER BY x.id",
        (json.dumps(ids),),
    ):
        found.setdefault(deal_id, []).append(part_)
    return found


def _state(record: Any, whole: bool, people: Sequence[Sequence[Any]] | None) -> _State:
    fields = 0
    if whole:
        # What all of its fields are made of; how one's own are shown is none of it.
        values = [(name, value) for name, value in vars(record).items() if name != "own_columns"]
        fields = hash(repr((values, people)))
    place = (getattr(record, "process", ""), getattr(record, "stage", ""))
    return _State(place, getattr(record, "status", ""), fields)


def counted(conn: sqlite3.Connection, command_id: int, after: int) -> dict[str, dict[str, int]]:
    """How many records of each kind were added and changed since an entry of the journal."""
    given = {"command": command_id, "after": after}
    entries = "FROM journal AS j WHERE j.command_id = :command AND j.id > :after AND j.op"
    added = dict(
        conn.execute(
            "SELECT j.table_name, sum(coalesce(j.last_id, j.row_id) - j.row_id + 1)"
            f" {entries} = 'insert' GROUP BY j.table_name",
            given,
        ).fetchall()
    )
    changed = dict(
        conn.execute(
            f"SELECT c.table_name, count(*) FROM (SELECT j.table_name, j.row_id {entries} ="
            f" 'update' EXCEPT SELECT j.table_name, j.row_id {entries} = 'insert') AS c"
            f" WHERE NOT EXISTS (SELECT 1 {entries} = 'insert' AND j.last_id IS NOT NULL"
            " AND j.table_name = c.table_name AND c.row_id BETWEEN j.row_id AND j.last_id)"
            " GROUP BY c.table_name",
            given,
        ).fetchall()
    )
    return {
        kind: {"added": added.get(kind, 0), "changed": changed.get(kind, 0)}
        for kind in KINDS
        if kind in added or kind in changed
    }
