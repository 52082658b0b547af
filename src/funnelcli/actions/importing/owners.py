"""Whose the rows of a file are among the users of the database, as other programs name them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence

from funnelcli.actions.importing.fields import Plan, Read, fields_of
from funnelcli.errors import Usage
from funnelcli.i18n import _, ngettext
from funnelcli.nouns.members import any_members
from funnelcli.text import name_fold

OWNER = "owner"


class Owners:
    """Reads the column of the owner: a user's key, name or e-mail address. ``unknown`` counts the
    rows of those who are none."""

    def __init__(self, conn: sqlite3.Connection, read: Read) -> None:
        self._read = read
        self._known = {
            name_fold(called): member_id
            for member_id, *names in conn.execute("SELECT id, email, name, key FROM member")
            for called in names
            if called
        }
        self.unknown: Counter[str] = Counter()

    def put(self, values: dict[str, int | None], cells: Sequence[str]) -> None:
        """Put the id of a row's owner into ``values``, None for one who is no user; nothing where
        the row names nobody."""
        text = " ".join(self._read(cells).split())
        if not text:
            return
        values["owner_id"] = self._known.get(name_fold(text))
        if values["owner_id"] is None:
            self.unknown[text] += 1


def take(
    conn: sqlite3.Connection, planned: Plan, header: Sequence[str], maps: Sequence[str] = ()
) -> None:
    """Have the plan read the column of the owner by the users; where there are none, it is a column
    like any other that has no field. Raises Usage where ``maps`` name it even so."""
    read = planned.reads.get(OWNER)
    if read is None:
        return
    if any_members(conn):
        planned.owners = Owners(conn, read)
        return
    if OWNER in fields_of(maps):
        raise Usage(
            _("Without users nothing has an owner."), _("Add some before: funnel user add KEY")
        )
    del planned.reads[OWNER]
    planned.names.pop(OWNER, None)
    planned.matched = [pair for pair in planned.matched if pair[0] != OWNER]
    for column in planned.sources.pop(OWNER, ()):
        if column in header:
            planned.untaken[column] = header.index(column)
            planned.ownerless.add(column)


def told(planned: Plan) -> list[str]:
    """The sentence on the owners in the file who are no users, where there are any."""
    if planned.owners is None or not planned.owners.unknown:
        return []
    unknown: Counter[str] = planned.owners.unknown
    text = ngettext(
        "{n} row belongs to nobody, for its owner is no user: {names}",
        "{n} rows belong to nobody, for their owners are no users: {names}",
        unknown.total(),
    )
    return [text.format(n=unknown.total(), names=", ".join(sorted(unknown)))]
