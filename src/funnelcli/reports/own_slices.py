"""Fields of one's own that deals are sliced by in reports, as they are now."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.i18n import _, pick
from funnelcli.nouns import words
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import own_fields
from funnelcli.nouns.own import told_sql
from funnelcli.plain import NamedTuple
from funnelcli.render.columns import OWN


class OwnSlice(NamedTuple):
    """A field as a slice: the ``title`` of its column, its expression over ``deal AS d`` with the
    ``join`` that it needs, what its keys are called, whether a deal may have ``several``,
    and whether the keys are texts of a ``number``."""

    title: str
    expression: str
    join: str
    names: Mapping[str, str]
    several: bool
    number: bool


def own_slices(conn: sqlite3.Connection, by: Sequence[str]) -> dict[str, OwnSlice]:
    """Those among the slices that are fields of one's own, by their names."""
    if not any(name.startswith(OWN) for name in by):
        return {}
    found: dict[str, OwnSlice] = {}
    for field in own_fields(conn, DEAL):
        if field.name not in by:
            continue
        _name, expression = next(told_sql(DEAL, field, "d.id"))
        join = ""
        names = {key: pick(en, de) for key, en, de in field.choices}
        if field.many:
            join = (
                f"LEFT JOIN field_value AS sf ON sf.deal_id = d.id AND sf.field_id = {field.id:d}"
            )
            expression = "(SELECT fc.key FROM field_choice AS fc WHERE fc.id = sf.choice_id)"
        elif field.kind == "date":
            expression = f"substr({expression}, 1, 7)"
        elif field.kind == "yes_no":
            expression = f"CASE {expression} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END"
            names = {key: _(word) for key, word in words.YES_NO.items()}
        elif field.kind == "number":
            # Without decimals that say nothing; nothing stays nothing.
            expression = f"rtrim(replace(({expression}) || ' ', '.0 ', ''))"
        found[field.name] = OwnSlice(
            field.title, expression, join, names, field.many, field.kind == "number"
        )
    return found
