"""Fields of one's own on the command line: their options, and what was given of them.

The command tree does not know them, so that no command has to ask the database for its options:
they are looked up where an option is unknown, or help is asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.taking import Given
from funnelcli.db.server import may_be_there
from funnelcli.nouns import declared
from funnelcli.nouns.extending import own_fields
from funnelcli.nouns.field import Declared
from funnelcli.nouns.noun import Noun
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values.choosing import exact
from funnelcli.values.nothing import is_nothing

if TYPE_CHECKING:
    from funnelcli.nouns.own import Own

# What stands before the key of a field in the parameter of its option.
OWN, OFF = "own_", "no_own_"


class Change(NamedTuple):
    """What is to become of a field of one's own: its values are ``set``, or some are added and
    some taken off."""

    field: Any
    set: list[dict[str, Any]] | None
    added: list[dict[str, Any]]
    off: list[dict[str, Any]]


def known(noun: Noun[Any]) -> list[Own]:
    """The fields of one's own of a noun; none where there is no database yet."""
    call = current()
    if not (call.is_part or may_be_there(call.path)):
        return []
    with call.open() as conn:
        return own_fields(conn, noun)


def called(options: Sequence[Declared]) -> list[tuple[str, ...]]:
    """Options, each with what its field is called in either language, behind "no" where it takes a
    value off."""
    names: list[tuple[str, ...]] = []
    for option in options:
        field: Any = option.field
        if is_own(option.name):
            no = "no " if option.name.startswith(OFF) else ""
            called_ = (f"{no}{name}" for name in (*field.names, field.key))
            names.append((option.flags[0], *called_))
    return names


def options(noun: Noun[Any], verb: str) -> tuple[Declared, ...]:
    """The options that a command of this verb takes for the fields of one's own."""
    return tuple(option for field in known(noun) for option in field.options(verb))


def read(call: Invocation, conn: sqlite3.Connection, noun: Noun[Any], given: Given) -> list[Change]:
    """What the options of fields of one's own say; for :func:`put`, once the record is there.

    Raises Usage for what a field cannot hold, NotFound or Ambiguous for a contact.
    """
    if not any(map(is_own, given)):
        return []
    return [
        _change(call, conn, field, given.get(OWN + field.key), given.get(OFF + field.key))
        for field in own_fields(conn, noun)
        if {OWN + field.key, OFF + field.key} & given.keys()
    ]


def is_own(parameter: str) -> bool:
    """Whether a parameter is that of a field of one's own."""
    return parameter.startswith((OWN, OFF))


def _change(call: Invocation, conn: sqlite3.Connection, field: Any, given: Any, off: Any) -> Change:
    from funnelcli.actions import fields

    def values(text: str) -> list[dict[str, Any]]:
        # One of the choices may be called so.
        if is_nothing(text) and not exact(field.choices, text):
            return []
        whom = declared("contact")
        return fields.read(conn, field, text, lambda name: call.find(conn, whom, name))

    if isinstance(given, str):
        return Change(field, values(given), [], [])
    texts = given or []
    added = [value for text in texts for value in values(text)]
    empties = bool(texts) and not added
    gone = [value for text in off or [] for value in values(text)]
    return Change(field, [] if empties else None, added, gone)


def put(
    conn: sqlite3.Connection, noun: Noun[Any], record_id: int, changes: list[Change]
) -> list[str]:
    """Let a record have what :func:`read` gave; the keys of the fields that differ now."""
    if not changes:
        return []
    from funnelcli.actions import fields

    changed = []
    for field, set_, added, off in changes:
        values = set_
        if values is None:
            before = fields.held(conn, noun.table, record_id, field)
            values = [value for value in before if value not in off]
            values += [value for value in added if value not in values]
        if fields.put(conn, noun.table, record_id, field, values):
            changed.append(field.name)
    return changed
