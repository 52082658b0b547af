"""Columns and what stands in them: which ones a format shows, and a row's values for programs.

Nothing here depends on the locale or imports Rich or Babel.
"""

from __future__ import annotations

from functools import partial
from itertools import islice

from funnelcli.plain import NamedTuple, Plain
from funnelcli.render.model import Column, Listing
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MINOR = "_minor"
"""Behind the name of an amount in JSON: the same in the currency's minor units, an integer."""
PLACES = 6
"""Decimals in text of a number that is no amount (a share, a mean, a factor), at most."""


OWN = "fields."
"""Before the names of fields of one's own, which are one object in JSON."""


class Number(str):
    """An amount as every format writes it: major units with the currency's decimals. No float, for
    that would be another number."""

    __slots__ = ()


_AS_IT_IS = (bool, str, Number)
_AS_THEY_ARE = frozenset({*_AS_IT_IS, int, type(None)})
_BATCH = 128


def value(row: Any, key: str) -> Any:
    """The value of ``key`` in a row, which is a dict or has attributes. A dict may lack it."""
    if isinstance(row, dict):
        return row.get(key)
    return getattr(row, key)


def with_currencies(columns: Sequence[Column]) -> list[Column]:
    """``columns`` with a column of the currency after the first money column that needs one."""
    keys = {column.key for column in columns}
    result: list[Column] = []
    for column in columns:
        result.append(column)
        if column.kind == "money" and column.currency not in keys:
            keys.add(column.currency)
            result.append(Column(column.currency, "Currency"))
    return result


def with_clocks(columns: Sequence[Column]) -> list[Column]:
    """``columns`` with a column of the time of day behind each date that has one."""
    keys = {column.key for column in columns}
    result: list[Column] = []
    for column in columns:
        result.append(column)
        if column.clock and column.clock not in keys:
            result.append(Column(column.clock, "Time"))
    return result


def table_columns(columns: Sequence[Column], fields: Sequence[str] = ()) -> list[Column]:
    """The columns that people see. A time of day that has a column of its own stands there."""
    shown = chosen(list(columns), fields) if fields else [c for c in columns if c.table]
    keys = {column.key for column in shown}
    return [c._replace(clock="") if c.clock in keys else c for c in shown]


def piped_columns(columns: Sequence[Column], fields: Sequence[str] = ()) -> list[Column]:
    """The columns of piped text: those of the table, or what stands for them in data, the
    currencies and the times of day."""
    shown = [c for c in columns if c.table and c.data and c.kind != "bar"]
    instead = [key for c in columns if c.table for key in c.piped]
    shown += [c for c in columns if c.key in instead and c not in shown]
    if fields:
        whole = with_clocks(with_currencies([c for c in columns if c.kind != "bar"]))
        return chosen(whole, fields)
    return with_clocks(with_currencies(shown))


def data_columns(columns: Sequence[Column], fields: Sequence[str] = ()) -> list[Column]:
    """The columns of a record in JSON and CSV."""
    record = with_currencies([column for column in columns if column.data])
    return chosen(record, fields) if fields else record


def attributes(columns: Sequence[Column], fields: Sequence[str]) -> frozenset[str] | None:
    """The attributes of a record of which its data in these ``fields`` is made; None where one is
    none of the columns."""
    by_key = {column.key: column for column in data_columns(columns)}
    found = set()
    for name in fields:
        column = by_key.get(name.removesuffix(MINOR))
        if column is None:
            return None
        found.add(column.key)
        if column.kind == "money":
            found.add(column.currency)
    return frozenset(found)


class Member(NamedTuple):
    """A member of a record in JSON: its name, the column that it is of, and what reads it from
    rows of one kind, as :func:`simple` takes it."""

    name: str
    key: str
    read: Callable[[Sequence[Any]], list[Any]]


def members(columns: Sequence[Column], fields: Sequence[str] = ()) -> list[Member]:
    """What a record is in JSON.

    An amount has the name and the number that it has in every format; behind it stands, as
    ``NAME_minor``, the integer of the currency's minor units.
    """
    found = []
    for column in data_columns(columns):
        key = column.key
        found.append(Member(key, key, _converted(column) or partial(values, key=key)))
        if column.kind == "money":
            found.append(Member(key + MINOR, key, partial(values, key=key)))
    own = [member for member in found if member.name.startswith(OWN)]
    if own:
        found.append(Member(OWN.removesuffix("."), "", partial(_nested, own)))
    if not fields:
        return [member for member in found if member not in own]
    by_name = {member.name: member for member in found}
    check_fields(fields, list(by_name))
    return [by_name[name] for name in fields]


def _nested(own: Sequence[Member], rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What records have in fields of one's own, as an object each."""
    return [*_dicts([member.name.removeprefix(OWN) for member in own], own, rows)]


def _dicts(
    names: Sequence[str], found: Sequence[Member], rows: Sequence[Any]
) -> Iterator[dict[str, Any]]:
    """What rows have in some members, under these names."""
    for item in zip(*(member.read(rows) for member in found), strict=True):
        yield dict(zip(names, item, strict=True))


def chosen(columns: Sequence[Column], fields: Sequence[str]) -> list[Column]:
    """The columns that ``fields`` names, in that order. Raises Usage for one that is not there."""
    by_key = {column.key: column for column in columns}
    check_fields(fields, list(by_key))
    return [by_key[name] for name in fields]


def check_fields(fields: Sequence[str], known: Sequence[str]) -> None:
    """Raise Usage, with what was probably meant, for a field that is not ``known``."""
    for name in fields:
        if name not in known:
            from difflib import get_close_matches

            from funnelcli.errors import Usage
            from funnelcli.i18n import _

            close = get_close_matches(name, known, n=2)
            hint = (
                _("Did you mean {names}?").format(names=_(" or ").join(close))
                if close
                else _("The fields are: {names}.").format(names=", ".join(known))
            )
            raise Usage(_("There is no field {name}.").format(name=name), hint)


# Values -----------------------------------------------------------------------------------------


def batches(rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """``rows`` as they are read, the first one at once, then twice as many each time, so that
    memory stays flat; what a format does with a column it does with as many values at once, in
    half the time of one by one."""
    reading, number = iter(rows), 1
    while some := list(islice(reading, number)):
        yield some
        number = min(2 * number, _BATCH)


def values(rows: Sequence[Any], key: str) -> list[Any]:
    """The values of ``key`` in rows of one kind, dicts, which may lack it, or with attributes."""
    if isinstance(rows[0], dict):
        return [row.get(key) for row in rows]
    return [getattr(row, key) for row in rows]


def data_values(column: Column) -> Callable[[Sequence[Any]], list[Any]]:
    """From rows of one kind to what JSON holds for ``column`` in each: None, bool, int, Number, str
    or a list."""

    def as_they_are(rows: Sequence[Any]) -> list[Any]:
        found = values(rows, column.key)
        return found if _AS_THEY_ARE.issuperset(map(type, found)) else [*map(simple, found)]

    return _converted(column) or as_they_are


def _converted(column: Column) -> Callable[[Sequence[Any]], list[Any]] | None:
    """The same where it is another thing than the rows hold; else None."""
    key, kind = column.key, column.kind
    if kind == "money":
        from funnelcli.values.moneyformat import plain

        currency = column.currency

        def amounts(rows: Sequence[Any]) -> list[Any]:
            pairs = zip(values(rows, key), values(rows, currency), strict=True)
            return [None if minor is None else Number(plain(minor, of)) for minor, of in pairs]

        return amounts
    if kind == "instant":
        from funnelcli.values.dates import iso_instant

        return _each(key, lambda at: None if at is None else iso_instant(at))
    if kind == "flag":
        return _each(key, lambda on: None if on is None else bool(on))
    if kind == "tags":
        return _each(key, lambda tags: [str(tag) for tag in tags or ()])
    return None


def _each(key: str, read: Callable[[Any], Any]) -> Callable[[Sequence[Any]], list[Any]]:
    return lambda rows: [read(found) for found in values(rows, key)]


def data_value(column: Column) -> Callable[[Any], Any]:
    """The same from one row."""
    read = data_values(column)
    return lambda row: read((row,))[0]


def text_values(column: Column) -> Callable[[Sequence[Any]], list[str]]:
    """From rows of one kind to the text of ``column`` in each, for piped text and CSV, not yet
    escaped."""
    if column.kind == "tags":
        from funnelcli.values.cells import joined

        return _each(column.key, lambda tags: joined(tags or ()))
    read = data_values(column)

    def texts(rows: Sequence[Any]) -> list[str]:
        # Most cells by far.
        return [one if type(one) is str else plain_text(one) for one in read(rows)]

    return texts


def plain_text(found: Any) -> str:
    """A value of :func:`simple` as text: no place for rounding noise, nothing for None."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        text = f"{found:.{PLACES}f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return found if type(found) is str else str(found)


def simple(thing: Any, name: str = "") -> Any:
    """``thing`` as JSON can hold it; ``name`` is the field it stands in."""
    kind = type(thing)
    if thing is None or kind in _AS_IT_IS:
        return thing
    if kind is int:
        if name.endswith("_at"):
            from funnelcli.values.dates import iso_instant

            return iso_instant(thing)
        return thing
    if kind is float:
        return thing if thing - thing == 0 else None
    if isinstance(thing, Listing):
        return list(records(thing))
    if isinstance(thing, dict):
        return _members(thing.items())
    if isinstance(thing, Plain):
        return _members(thing._asdict().items())
    if hasattr(thing, "__dataclass_fields__"):
        return _members((key, getattr(thing, key)) for key in thing.__dataclass_fields__)
    if isinstance(thing, list | tuple):
        return [simple(item) for item in thing]
    if isinstance(thing, set | frozenset):
        return sorted(simple(item) for item in thing)
    return _odd(thing)


def _members(items: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """The members of an object; an amount is two of them, as in :func:`members`."""
    from funnelcli.values.moneyformat import Minor, plain

    found: dict[str, Any] = {}
    for key, item in items:
        if isinstance(item, Minor):
            units, currency = item
            found[key] = None if units is None else Number(plain(units, currency or ""))
            found[key + MINOR] = units
        else:
            found[str(key)] = simple(item, str(key))
    return found


def _odd(thing: Any) -> Any:
    """The rarer types, whose modules are not imported just to ask."""
    if hasattr(thing, "isoformat"):
        return thing.isoformat()
    if hasattr(thing, "value") and hasattr(thing, "name"):
        return simple(thing.value)
    if isinstance(thing, str):
        return str(thing)
    if isinstance(thing, int):
        return int(thing)
    if hasattr(thing, "__float__"):
        return float(thing)
    if hasattr(thing, "__iter__"):
        return [simple(item) for item in thing]
    return str(thing)


def records(listing: Listing, fields: Sequence[str] = ()) -> Iterable[dict[str, Any]]:
    """The rows as JSON objects, one by one, as :func:`simple` takes them."""
    found = members(listing.columns, fields)
    names = [member.name for member in found]
    for rows in batches(listing.rows):
        yield from _dicts(names, found, rows)
