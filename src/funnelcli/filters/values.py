"""What stands after the colon of a filter word, read according to the field's kind."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.filters.conditions import (
    Field,
    contains,
    costs,
    cut,
    has,
    is_record,
    one_of,
    placed,
    tagged,
    within,
)
from funnelcli.i18n import _, every, pick
from funnelcli.text import name_fold, tag_key
from funnelcli.typed import TYPE_CHECKING, assert_never
from funnelcli.values.choosing import exact, fitting_also, listed, nearest, plain, several
from funnelcli.values.numbers import millionths
from funnelcli.values.whole import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from funnelcli.filters.conditions import Condition, Cut

_SIGNS = ("<=", ">=", "<", ">", "=")
# An integer of the database has no more digits for certain.
_LONGEST_ID = 18


def read(field: Field, text: str, *, currency: str, locale: str) -> Condition:
    """The condition that one value, without "," and "none" and "any", puts on ``field``.

    ``text`` is not empty. Raises :class:`Usage` where the field cannot have such a value.
    """
    match field.kind:
        case "text" if field.record is not None and _is_id(text):
            return is_record(field, int(text), text)
        case "text":
            # What folds to nothing (a lone accent) is in every text.
            return contains(field, text) if name_fold(text) else has(field)
        case "tag" if field.choices is not None:
            keys = _keys(field, text)
            return lambda bind: " OR ".join(tagged(field, key)(bind) for key in keys)
        case "tag":
            return tagged(field, tag_key(text) if field.folded else text)
        case "enum" if field.place is not None and _split(text)[0] != "=":
            return _along(field, text)
        case "enum":
            return one_of(field, _keys(field, text))
        case "int" | "percent":
            return _whole(field, text)
        case "number":
            return _number(field, text, locale)
        case "money":
            return _money(field, text, currency, locale)
        case "date" | "instant":
            return _days(field, text)
        case _:
            assert_never(field.kind)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A sentence that offers the name most like ``word``, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(names), 1)
    return _("Did you mean “{name}”?").format(name=close[0]) if close else ""


def sentences(*parts: str) -> str:
    """Those of the sentences that say something, in a row."""
    return " ".join(part for part in parts if part)


def _keys(field: Field, text: str) -> tuple[str, ...]:
    if field.choices is None:
        return (text,)
    choices = field.choices()
    found = [key for key, *_names in choices if key == text]
    found = found or exact(choices, text)
    if not found:
        # A fixed word has its German one beside it only where German is spoken.
        choices = [(key, en, de if de != en else every(en or key)[-1]) for key, en, de in choices]
        found = fitting_also(choices, text, field.also or dict)
    if not (found and plain(text)):
        near = nearest(text, choices)
        like = listed(choice for choice in choices if choice[0] == near)
        raise Usage(
            _("{field} has no choice “{value}”.").format(field=field.said(), value=text),
            sentences(
                _("Did you mean “{name}”?").format(name=like) if like else "",
                _("Choices: {names}.").format(names=listed(choices))
                if choices
                else _("There is nothing to choose from yet."),
            ),
        )
    meant = [choice for choice in choices if choice[0] in found]
    # Two processes may have a stage of one name, and both are meant.
    if len({plain(pick(en, de) or key) for key, en, de in meant}) > 1 and len({*found}) > 1:
        raise several(text, meant)
    return tuple(dict.fromkeys(found))


# What each comparison asks of the place of a choice: how, and of several choices with which end.
_PLACES = {">": (">", "max"), ">=": (">=", "min"), "<": ("<", "min"), "<=": ("<=", "max")}


def _along(field: Field, text: str) -> Condition:
    """From a choice on, up to one, between two: of choices that stand one behind the other."""
    sign, ends = _split(text)
    keys = [_keys(field, end) if end else () for end in ends]
    if not any(keys):
        raise _bad(field, text, _("Write stages like offer.., ..negotiation or >offer."))
    if sign != "..":
        return placed(field, [(*_PLACES[sign], keys[0])])
    order = [key for key, *_names in field.choices()] if field.choices else []
    last = {key: place for place, key in enumerate(order)}
    if all(keys) and min(map(order.index, keys[0])) > max(last[key] for key in keys[1]):
        raise _backwards(field, text, _("Put the earlier end first."))
    bounds = zip((_PLACES[">="], _PLACES["<="]), keys, strict=True)
    return placed(field, [(*asked, end) for asked, end in bounds if end])


def _split(text: str) -> tuple[str, list[str]]:
    """("..", [low, high]), or a comparison ("=" where there is none) and its one operand."""
    if ".." in text:
        return "..", [end.strip() for end in text.split("..", 1)]
    for sign in _SIGNS:
        if text.startswith(sign):
            return sign, [text.removeprefix(sign).strip()]
    return "=", [text]


def _whole(field: Field, text: str) -> Condition:
    def read(end: str) -> int | None:
        return whole(end.removesuffix("%").rstrip() if field.kind == "percent" else end)

    return _between(field, text, read, _("Write whole numbers like 3, >3, <=5 or 3..7."))


def _number(field: Field, text: str, locale: str) -> Condition:
    hint = _("Write numbers like 3, >2.5, <=5 or 3..7.5.")
    return _between(field, text, lambda end: millionths(end, locale), hint)


def _between(field: Field, text: str, read: Callable[[str], int | None], hint: str) -> Condition:
    """The condition that one number or two put on a field, each read as the integer that is
    kept."""
    sign, ends = _split(text)
    numbers: list[int | None] = []
    for end in ends:
        number = read(end)
        if number is not None:
            numbers.append(number)
        elif sign == ".." and not end:
            numbers.append(None)
        else:
            raise _bad(field, text, hint)
    low, high = numbers[0], numbers[-1]
    if low is None and high is None:
        raise _bad(field, text, hint)
    if low is not None and high is not None and low > high:
        raise _backwards(field, text, _("Put the smaller end first."))
    match sign:
        case ">":
            return within(field, _next(low), None)
        case ">=":
            return within(field, low, None)
        case "<":
            return within(field, None, low)
        case _:
            return within(field, None if sign == "<=" else low, _next(high))


def _next(number: int | None) -> int | None:
    return None if number is None else number + 1


def _money(field: Field, text: str, currency: str, locale: str) -> Condition:
    from funnelcli.values.money import exponent, parse_money

    sign, ends = _split(text)
    if not any(ends):
        raise _bad(field, text, _("Write amounts like 500, >10k or 1k..5k."))
    named = {code for end in ends if end and (code := _named_currency(end, currency, locale))}
    if len(named) > 1:
        raise _bad(field, text, _("Name the same currency at both ends."))
    only = named.pop() if named else None
    digits = exponent(only or currency)
    amounts: list[int | None] = [
        parse_money(end, currency=only or currency, locale=locale, negative=True).minor
        if end
        else None
        for end in ends
    ]
    low, high = amounts[0], amounts[-1]
    if low is not None and high is not None and low > high:
        raise _backwards(field, text, _("Put the smaller end first."))

    def place(amount: int | None, *, after: bool) -> Cut | None:
        return None if amount is None else cut(amount, digits, after=after)

    match sign:
        case ">" | ">=":
            return costs(field, place(low, after=sign == ">"), None, only)
        case "<" | "<=":
            return costs(field, None, place(high, after=sign == "<="), only)
        case _:
            return costs(field, place(low, after=False), place(high, after=True), only)


def _named_currency(text: str, currency: str, locale: str) -> str | None:
    """The currency that an amount names, or None where it leaves it to ``currency``."""
    from funnelcli.values.money import parse_money

    found = parse_money(text, currency=currency, locale=locale, negative=True).currency
    if found != currency:
        return found
    # Named is what another default does not change. These two have the most decimals, so an
    # amount that names nothing is read with them too, and have no sign that could mean them.
    other = "UYW" if currency == "CLF" else "CLF"
    try:
        again = parse_money(text, currency=other, locale=locale, negative=True).currency
    except Usage:  # "500 kr" is only read where the default is one of the crowns
        return found
    return None if again == other else found


def _days(field: Field, text: str) -> Condition:
    from funnelcli.values.dates import parse_range
    from funnelcli.values.days import BACK, NEAREST

    # What is kept to the second has happened; a day may be one to come as well.
    lean = BACK if field.kind == "instant" else NEAREST
    low, high = parse_range(text.removeprefix("="), lean)
    return within(field, _point(field, low), _point(field, high))


def _point(field: Field, day: date | None) -> int | str | None:
    if day is None:
        return None
    if field.kind == "date":
        return day.isoformat()
    from funnelcli.values.dates import day_start

    return day_start(day)


def _bad(field: Field, text: str, hint: str) -> Usage:
    return Usage(
        _("“{value}” is no value for {field}.").format(value=text, field=field.said()), hint
    )


def _backwards(field: Field, text: str, hint: str) -> Usage:
    return Usage(
        _("The range “{value}” of {field} ends before it begins.").format(
            value=text, field=field.said()
        ),
        hint,
    )
