"""The fields of a visit's report, read as people write them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli import config
from funnelcli.errors import Usage
from funnelcli.i18n import _, every
from funnelcli.nouns import naming, words
from funnelcli.nouns.visit import REPORT, TEXTS, VISIT
from funnelcli.patterns import re
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.choosing import listed, named, nearest
from funnelcli.values.nothing import is_nothing
from funnelcli.values.rounding import half_up
from funnelcli.values.whole import whole

# What stands in a report's header where it is written as a text, in this order; TEXTS follow.
HEADER = (
    "date",
    "duration",
    "type",
    "channel",
    "outcome",
    "goal_reached",
    "mood",
    "travel_minutes",
    "kilometres",
    "expenses",
)


def labels() -> dict[str, str]:
    """The report's fields as people read them, by their names."""
    names = {name: _(VISIT.fields[name].title) for name in (*HEADER[2:], *TEXTS)}
    return {"date": _("Date"), "duration": _("Duration"), **names}


def read_fields(conn: sqlite3.Connection, given: Mapping[str, str]) -> dict[str, Any]:
    """The report's columns from what was written; amounts without a currency are in the usual one
    of the settings. Raises Usage for what does not fit."""
    fields: dict[str, Any] = {}
    for said, text in given.items():
        name = said if said in REPORT else _field(said)
        of = VISIT.fields[name].type
        title = _(VISIT.fields[name].title)
        if not text.strip() or is_nothing(text):
            fields[name] = None
            if name == "expenses":
                fields["expenses_currency"] = None
        elif of.choices is not None:
            fields[name] = words.choose(of.choices, text, title)
        elif of.reads == "catalogue":
            fields[name] = naming.catalogue_key(conn, of.of, text)
        elif name == "expenses":
            from funnelcli.values.money import parse_money

            money = parse_money(text, currency=config.get("currency"), locale=config.get("locale"))
            fields["expenses"], fields["expenses_currency"] = money.minor, money.currency
        elif of.reads == "duration":
            fields[name] = dates.parse_duration(text)
        elif of.reads == "mood":
            fields[name] = mood(title, text)
        elif of.reads == "kilometres":
            fields[name] = kilometres(title, text)
        else:
            fields[name] = text
    return fields


def mood(name: str, text: str) -> int:
    """How somebody felt, from 1 to 5. Raises Usage naming the field."""
    return _whole(name, text, 1, 5, _("Write a whole number from 1 to 5."))


def kilometres(name: str, text: str) -> int:
    """A distance in whole kilometres, with or without its unit; a part of one is rounded half up:
    "38,5 km" is 39. Raises Usage naming the field."""
    digits = text.strip().removesuffix("km").strip()
    found = re.fullmatch(r"(\d{1,6})(?:[.,](\d{1,3}))?", digits, re.ASCII)
    if found is None or int(found[1]) > 100_000:
        raise Usage(
            _("{name} cannot be {value}.").format(name=name, value=text),
            _("Write kilometres like 12 or 12.5; whole ones are kept."),
        )
    part = found[2] or "0"
    return half_up(int(found[1] + part), 10 ** len(part))


def _whole(name: str, text: str, lowest: int, highest: int, hint: str) -> int:
    number = whole(text)
    if number is not None and lowest <= number <= highest:
        return number
    raise Usage(_("{name} cannot be {value}.").format(name=name, value=text), hint)


def _field(said: str) -> str:
    """The report's field that is called so in either language, or by a part of that. Raises
    Usage."""
    entries = [(name, *every(VISIT.fields[name].title)) for name in REPORT]
    found = named(entries, said)
    if found is not None:
        return found
    near = nearest(said, entries)
    hint = (
        _("Did you mean {name}?").format(name=near)
        if near
        else _("The fields are: {names}.").format(names=listed(entries))
    )
    raise Usage(_("A report has no field {name}.").format(name=said), hint)
