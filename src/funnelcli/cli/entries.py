"""What options say about the fields of a noun, read by the type of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date

from funnelcli.cli.invocation import Invocation
from funnelcli.cli.taking import Given
from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import _
from funnelcli.nouns import declared, naming, words
from funnelcli.nouns.field import Field
from funnelcli.nouns.noun import Noun
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.days import AHEAD, BACK, NEAREST
from funnelcli.values.nothing import is_nothing
from funnelcli.values.whole import is_number

# The days (ISO) before which a field's own cannot lie unless it is written with its year, each with
# the message for one that does, as made by :func:`since`.
Since = Mapping[str, tuple[str, str]]
Read = Callable[[Invocation, sqlite3.Connection, Field, Any], Any]

# A type that only the command can read: an amount needs the currency of its record.
OF_THE_COMMAND = ("money",)
_NAMES = ("name", "first_name", "last_name")


def read(
    call: Invocation,
    conn: sqlite3.Connection,
    of: Noun[Any],
    given: Given,
    since: Since | None = None,
) -> dict[str, Any]:
    """The fields whose options were given, as the database keeps them; "none" empties one.

    Left to the command are amounts, whose currency it knows, and lists (see :func:`added` and
    :func:`taken_off`). Raises Usage, NotFound or Ambiguous for a value that a field cannot have.
    """
    fields: dict[str, Any] = {}
    for name, value in given.items():
        field = of.fields.get(name)
        if field is None or field.type.reads in OF_THE_COMMAND or isinstance(value, list):
            continue
        fields[name] = one(call, conn, field, value)
    for name in fields:
        option = of.fields[name].option
        start = fields.get(option.after) if option is not None and option.after else None
        if start is None or fields[name] is None or fields[name] >= start:
            continue
        if dates.lacks_year(given[name]):
            # "31.12." behind "1.1." is of the same year, whatever day it is now.
            fields[name] = call.date(given[name], AHEAD, on=date.fromisoformat(start))
    for name, limit in (since or {}).items():
        if name in fields:
            fields[name] = _not_before(call, of.fields[name], given[name], fields[name], limit)
    return fields


def _not_before(
    call: Invocation, field: Field, text: str, day: str | None, limit: tuple[str, str]
) -> str | None:
    """The day that a field's option says, where it is not to lie before another one.

    Without its year, one that has happened may have been meant to come: Usage says what was read.
    Of another kind it is the first from that day on.
    """
    start, message = limit
    if day is None or day >= start or not dates.lacks_year(text):
        return day
    if field.taken.lean != BACK:
        return call.date(text, AHEAD, on=date.fromisoformat(start))
    assert field.option is not None
    if field.option.early and call.date(text, NEAREST) == day:
        return day
    raise Usage(
        message.format(day=daytext.day(day), start=daytext.day(start)),
        _("If that day is meant, write it with its year."),
    )


def since(start: str | None, opened: str | None) -> Since:
    """What the days of a contract and of its withdrawal do not lie before: the day ``start`` of the
    contract, which does not lie before that on which its deal was ``opened`` (ISO)."""
    found = {}
    if start is not None:
        text = _("{day} lies before the contract of {start}.")
        names = ("instruction_on", "received_on", "revocable_until")
        found = dict.fromkeys(names, (start, text))
    if opened is not None:
        found["signed_on"] = (opened, _("{day} lies before {start}, when the deal was opened."))
    return found


def one(call: Invocation, conn: sqlite3.Connection, field: Field, value: Any) -> Any:
    """One field's value."""
    reader = _READERS[field.type.reads]
    if isinstance(value, str):
        word = value.strip().lower()
        # Of some fields "none" is a value, and a currency no record is without.
        kept = "none" in (field.type.choices or ())
        # Somebody may be called Keiner.
        clears = word == "none" if field.name in _NAMES else is_nothing(word)
        if field.type.reads != "currency" and (not word or (clears and not kept)):
            return None
        return reader(call, conn, field, value)
    return reader(call, conn, field, value)


def each(
    call: Invocation, conn: sqlite3.Connection, field: Field, values: Iterable[str]
) -> list[Any]:
    """The values of a field whose option was repeated, each as :func:`one` has it."""
    return [one(call, conn, field, value) for value in values]


def added(given: Given, name: str) -> list[str]:
    """The values that were given of a field that has several."""
    return given.get(name) or []


def taken_off(given: Given, name: str) -> list[str]:
    """The values that are to be taken away from such a field."""
    return given.get(f"no_{name}") or []


def deal_or_contact(
    call: Invocation, conn: sqlite3.Connection, text: str | None, only: str = ""
) -> tuple[int | None, int | None]:
    """The deal that ``text`` names, or else the contact; ``only`` says which deals come first, the
    others are behind the contacts. A number is a deal's. Raises NotFound or Ambiguous."""
    text = call.which(conn, declared("deal"), text, only=only)
    try:
        return call.find(conn, declared("deal"), text, only=only, beyond=not only), None
    except NotFound:
        if is_number(text):
            raise
    try:
        return None, call.find(conn, declared("contact"), text)
    except NotFound as error:
        with suppress(NotFound):
            return call.find(conn, declared("deal"), text), None
        raise naming.missing_both(text, error.hint) from None


def nothing_to_change(call: Invocation) -> Usage:
    """The error of an edit without a single option."""
    return Usage(
        _("Nothing to change."),
        _("`funnel {command} --help` lists what can be changed.").format(command=call.verb),
    )


def flag(field: Field) -> str:
    """The option as messages name it."""
    assert field.option is not None
    return field.option.flags.split()[0]


def _probability(text: str) -> int:
    from funnelcli.values.numbers import whole_percent

    value = whole_percent(text)
    if value is None:
        raise Usage(
            _("{value} is no probability.").format(value=text),
            _("Write a whole percentage from 0 to 100."),
        )
    return value


def _mood(_call: Invocation, _conn: sqlite3.Connection, field: Field, text: str) -> int:
    from funnelcli.actions import report_fields

    return report_fields.mood(field.name, text)


def _kilometres(_call: Invocation, _conn: sqlite3.Connection, field: Field, text: str) -> int:
    from funnelcli.actions import report_fields

    return report_fields.kilometres(field.name, text)


def _hundredths(_call: Invocation, _conn: sqlite3.Connection, field: Field, text: str) -> int:
    from funnelcli.values.numbers import percent

    return percent(text, flag(field))


def _currency(_call: Invocation, _conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.values.currencies import check_currency

    return check_currency(text)


def _choice(_call: Invocation, _conn: sqlite3.Connection, field: Field, text: str) -> str:
    choices = field.taken.choices or field.type.choices
    assert choices is not None
    return words.choose(choices, text, flag(field))


def _objection(_call: Invocation, conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.actions import objections

    return objections.kind_of(conn, text)


def _notice(_call: Invocation, _conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.actions import contracts

    return contracts.check_notice(text)


def _every(_call: Invocation, _conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.actions import steps

    return steps.read_every(text)


def _salutation(_call: Invocation, _conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.values.names import salutation_key

    return salutation_key(text.strip())


def _language(_call: Invocation, _conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.values.languages import language_tag

    return language_tag(text)


def _birthday(_call: Invocation, _conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.values.birthdays import read_birthday

    return read_birthday(text)


def _deal_role(_call: Invocation, conn: sqlite3.Connection, _field: Field, text: str) -> str:
    from funnelcli.actions.people import role_key

    return role_key(conn, text)


def _member(_call: Invocation, conn: sqlite3.Connection, _field: Field, text: str) -> int:
    from funnelcli.nouns.members import find

    return find(conn, text).id


_READERS: dict[str, Read] = {
    "text": lambda _call, _conn, _field, text: text.strip(),
    "long": lambda call, _conn, _field, text: call.long_text(text),
    "date": lambda call, _conn, field, text: call.date(text, field.taken.lean),
    "when": lambda _call, _conn, _field, text: dates.parse_when(text),
    "time": lambda _call, _conn, _field, text: dates.parse_time(text).strftime("%H:%M"),
    "duration": lambda _call, _conn, _field, text: dates.parse_duration(text),
    "percent": lambda _call, _conn, _field, text: _probability(text),
    "hundredths": _hundredths,
    "choice": _choice,
    "catalogue": lambda _call, conn, field, text: naming.catalogue_key(conn, field.type.of, text),
    "objection": _objection,
    "mood": _mood,
    "kilometres": _kilometres,
    "record": lambda call, conn, field, text: call.find(conn, declared(field.type.of), text),
    "flag": lambda _call, _conn, _field, value: int(value),
    "notice": _notice,
    "every": _every,
    "unit": lambda _call, conn, _field, text: naming.unit_key(conn, text),
    "currency": _currency,
    "salutation": _salutation,
    "language": _language,
    "birthday": _birthday,
    "deal_role": _deal_role,
    "member": _member,
}
