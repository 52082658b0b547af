"""A page of several parts as text: each part under its name in JSON.

In a pipe every line begins with the name of its part: the fields of an object are lines of name
and value, the rows of a list have the columns of the list that a screen shows. CSV, TSV and Excel
hold a field a row: part, row, field, value. A part that is named is a table of its own.
"""

from __future__ import annotations

from funnelcli.plain import NamedTuple, Plain
from funnelcli.render.columns import (
    MINOR,
    batches,
    check_fields,
    data_columns,
    data_value,
    piped_columns,
    plain_text,
    simple,
    text_values,
)
from funnelcli.render.model import Column, Listing
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funnelcli.render.model import Page


class Part(NamedTuple):
    """An object, or the rows of a list; which ``of`` them it is says ``record``."""

    name: str
    rows: Listing
    record: bool


VALUES = (
    Column("part", "Part"),
    Column("row", "Row", "int"),
    Column("field", "Field"),
    Column("value", "Value"),
)


def data_of(page: Page) -> Any:
    """What a page is made of where it is text."""
    return page.data if page.flat is None else page.flat


def parts(page: Page) -> Iterator[Part]:
    """The parts of a page that have anything in them, in the order of JSON."""
    yield from _parts(data_of(page), page.name, "")


def _parts(thing: Any, name: str, inside: str) -> Iterator[Part]:
    if isinstance(thing, Listing):
        if thing.rows:
            yield Part(name, thing, False)
        return
    if isinstance(thing, list | tuple):
        rows = [_object(item) for item in thing]
        plain = [_scalars(row) for row in rows]
        keys = list(dict.fromkeys(key for row in plain for key in row))
        columns = [Column(key, "") for key in keys]
        yield Part(name, Listing(columns, plain), False)
        for number, row in enumerate(rows, 1):
            yield from _inner(row, f"{name}.{number}.")
        return
    found = _object(thing)
    own = {key: value for key, value in _scalars(found).items() if value != ""}
    if own:
        yield Part(name, Listing([Column(key, "") for key in own], [own]), True)
    yield from _inner(found, inside)


def _inner(found: dict[str, Any], before: str) -> Iterator[Part]:
    for key, item in found.items():
        if not _is_scalar(item) and item:
            yield from _parts(item, before + key, f"{before}{key}.")


def _object(thing: Any) -> dict[str, Any]:
    """An object as its members: Listings and objects stay what they are."""
    if hasattr(thing, "_asdict") and not isinstance(thing, Listing):
        thing = thing._asdict()
    elif hasattr(thing, "__dataclass_fields__") and not isinstance(thing, Listing):
        thing = {key: getattr(thing, key) for key in thing.__dataclass_fields__}
    return {str(key): item for key, item in thing.items()}


def _is_scalar(item: Any) -> bool:
    """Whether something is a value of its own, or a list of such."""
    if isinstance(item, Plain | dict) or hasattr(item, "__dataclass_fields__"):
        return False
    if isinstance(item, list) or (isinstance(item, tuple) and not hasattr(item, "_fields")):
        return all(_is_scalar(one) for one in item)
    return not hasattr(item, "_asdict") or hasattr(item, "units")


def _scalars(found: dict[str, Any]) -> dict[str, Any]:
    """The members that are values, numbers as such: amounts under one name, "" for nothing."""
    own = {key: item for key, item in found.items() if _is_scalar(item)}
    return {key: _joined(item) for key, item in simple(own).items() if not _is_minor(key, own)}


def _is_minor(key: str, own: dict[str, Any]) -> bool:
    return key not in own and key.endswith(MINOR)


def _joined(item: Any) -> Any:
    if isinstance(item, list):
        return ",".join(map(plain_text, item))
    return "" if item is None else item


def lines(page: Page) -> Iterator[list[str]]:
    """The cells of each line of a page in a pipe."""
    for part in parts(page):
        if part.record:
            (row,) = part.rows.rows
            yield from ([part.name, key, plain_text(item)] for key, item in row.items())
            continue
        readers = [text_values(column) for column in piped_columns(part.rows.columns)]
        for rows in batches(part.rows.rows):
            for cells in zip(*(read(rows) for read in readers), strict=True):
                yield [part.name, *cells]


def values(page: Page) -> Listing:
    """A page as rows of part, row, field and value; what is empty is left out."""
    return Listing(VALUES, _values(page))


def _values(page: Page) -> Iterator[dict[str, Any]]:
    for part in parts(page):
        columns = data_columns(part.rows.columns)
        getters = [(column.key, data_value(column)) for column in columns]
        for number, row in enumerate(part.rows.rows, 1):
            for key, get in getters:
                found = _joined(get(row))
                if found != "":
                    yield {"part": part.name, "row": number, "field": key, "value": found}


def sheets(page: Page) -> Iterator[Listing]:
    """The tables of a page, an object as one of fields and values, each under the title that it
    has on the page."""
    titles = {id(block.rows): block.title for block in page.blocks if isinstance(block, Listing)}
    for part in parts(page):
        if part.record:
            (row,) = part.rows.rows
            pairs = [{"field": key, "value": item} for key, item in row.items()]
            yield Listing(VALUES[2:], pairs, title=part.name)
        else:
            title = titles.get(id(part.rows.rows)) or part.name
            yield Listing(part.rows.columns, part.rows.rows, title=title)


def chosen(page: Page, fields: Sequence[str]) -> Listing:
    """What ``fields`` choose of a page: some of its own fields as one row, or one part as a table
    of its own. Raises Usage for anything else."""
    data = _object(data_of(page)) if not isinstance(data_of(page), list) else {}
    check_fields(fields, list(data))
    tables = [name for name in fields if not _is_scalar(data[name]) or data[name] == []]
    if not tables:
        own = _scalars({name: data[name] for name in fields})
        return Listing([Column(name, "") for name in fields], [own])
    if len(fields) > 1:
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(
            _("{name} is a table of its own.").format(name=tables[0]),
            _("Choose it alone, or write everything, without FIELDS."),
        )
    if isinstance(data[tables[0]], Listing):
        return data[tables[0]]  # type: ignore[no-any-return]
    found = list(_parts(data[tables[0]], tables[0], f"{tables[0]}."))
    if len(found) == 1:
        return found[0].rows
    from funnelcli.render.model import Page

    return values(Page([], data[tables[0]], name=tables[0]))
