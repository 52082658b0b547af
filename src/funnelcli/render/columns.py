"""Columns and what stands in them: which ones a format shows, and a row's values for programs.

Nothing here depends on the locale or imports Rich or Babel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funnelcli.render.model import Column, Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


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


def table_columns(columns: Sequence[Column], fields: Sequence[str] = ()) -> list[Column]:
    """The columns that people see."""
    if fields:
        return chosen(list(columns), fields)
    return [column for column in columns if column.table]


def piped_columns(columns: Sequence[Column], fields: Sequence[str] = ()) -> list[Column]:
    """The columns of piped text: those of the table that are data, and the currencies."""
    shown = [c for c in columns if c.table and c.data and c.kind != "bar"]
    if fields:
        return chosen(with_currencies([c for c in columns if c.kind != "bar"]), fields)
    return with_currencies(shown)


def data_columns(columns: Sequence[Column], fields: Sequence[str] = ()) -> list[Column]:
    """The columns of a record in JSON and CSV."""
    record = with_currencies([column for column in columns if column.data])
    return chosen(record, fields) if fields else record


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


def data_value(column: Column) -> Callable[[Any], Any]:
    """From a row to what JSON holds for ``column``: None, bool, int, float, str or a list."""
    key, kind = column.key, column.kind
    if kind == "instant":
        from funnelcli.values.dates import iso_instant

        def instant(row: Any) -> Any:
            seconds = value(row, key)
            return None if seconds is None else iso_instant(seconds)

        return instant
    if kind == "flag":

        def flag(row: Any) -> Any:
            on = value(row, key)
            return None if on is None else bool(on)

        return flag
    if kind == "tags":
        return lambda row: [str(tag) for tag in value(row, key) or ()]
    return lambda row: simple(value(row, key))


def text_value(column: Column) -> Callable[[Any], str]:
    """From a row to the text of ``column`` in piped text and CSV, not yet escaped."""
    key, kind = column.key, column.kind
    if kind == "money":
        from funnelcli.values.money import plain

        currency = column.currency

        def amount(row: Any) -> str:
            minor = value(row, key)
            return "" if minor is None else plain(minor, value(row, currency))

        return amount
    if kind == "tags":
        return lambda row: ",".join(value(row, key) or ())
    get = data_value(column)

    def text(row: Any) -> str:
        found = get(row)
        if found is None:
            return ""
        if isinstance(found, bool):
            return "true" if found else "false"
        return found if type(found) is str else str(found)

    return text


def simple(thing: Any, name: str = "") -> Any:
    """``thing`` as JSON can hold it; ``name`` is the field it stands in."""
    kind = type(thing)
    if thing is None or kind is bool or kind is str:
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
        return {str(key): simple(item, str(key)) for key, item in thing.items()}
    if hasattr(thing, "__dataclass_fields__"):
        return {key: simple(getattr(thing, key), key) for key in thing.__dataclass_fields__}
    if isinstance(thing, list | tuple):
        return [simple(item) for item in thing]
    if isinstance(thing, set | frozenset):
        return sorted(simple(item) for item in thing)
    return _odd(thing)


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
    """The rows as JSON objects, one by one."""
    getters = [(c.key, data_value(c)) for c in data_columns(listing.columns, fields)]
    for row in listing.rows:
        yield {key: get(row) for key, get in getters}
