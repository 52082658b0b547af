"""What columns of a row may hold: ids of records that are there, words of a fixed choice, a
currency."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.noun import Noun
from funnelcli.typed import Any
from funnelcli.values.currencies import check_currency

_REFERRING = {
    "contact_id": "contact",
    "organisation_id": "contact",
    "referred_by_id": "contact",
    "deal_id": "deal",
    "visit_id": "visit",
    "owner_id": "user",
}


def check_columns(conn: sqlite3.Connection, noun: Noun[Any], columns: Mapping[str, Any]) -> None:
    """Raises NotFound for the id of no record, Usage for a word that is none of a column's, and for
    what is no currency. None stands for nothing."""
    for name, value in columns.items():
        if value is None:
            continue
        if name in _REFERRING:
            naming.check(conn, **{_REFERRING[name]: value})
        elif name == "currency":
            check_currency(value)
        elif (field := noun.fields.get(name)) is not None and field.type.reads == "choice":
            # A salutation or a language may be another than those that are offered.
            check_word(field.type.choices or {}, value, field.title)


def check_word(choices: Mapping[str, str], key: str, title: str) -> None:
    """Raises Usage for what is none of the keys of a choice, which an English message id names."""
    if key not in choices:
        raise Usage(
            _("{option} cannot be {value}.").format(option=_(title), value=key),
            _("Write one of: {keys}.").format(keys=", ".join(choices)),
        )
