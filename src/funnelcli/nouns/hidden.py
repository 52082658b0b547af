"""Fields of one's own that are hidden, for those who ask for one."""

from __future__ import annotations

import sqlite3

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.render.columns import OWN
from funnelcli.values.choosing import exact


def hidden(conn: sqlite3.Connection, noun: str, name: str) -> Usage | None:
    """The error where a name is that of a field of one's own that is hidden: how it is shown again;
    None for any other name."""
    rows = conn.execute(
        "SELECT key, name_en, name_de FROM field WHERE noun = ? AND hidden = 1", (noun,)
    ).fetchall()
    found = exact(rows, name.removeprefix(OWN))
    if not found:
        return None
    return Usage(
        _("The field {name} is hidden.").format(name=found[0]),
        _("`funnel field edit {noun} {name} --shown` shows it again.").format(
            noun=noun, name=found[0]
        ),
    )
