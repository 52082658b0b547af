"""Output for programs: piped text, CSV, TSV, JSON, JSON lines, ids.

Nothing here depends on the locale or imports Rich or Babel. Rows are written as they come, so
memory stays flat however many there are.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from funnelcli.render.model import Changed, Column, Facts, Listing, Page, undrawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TextIO

    from funnelcli.render.model import Block


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


# Piped text and CSV -----------------------------------------------------------------------------


_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_ESCAPES |= {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r", 0x5C: "\\\\"}


def escape(text: str) -> str:
    r"""``text`` on one line without tabs: ``\t``, ``\n``, ``\r`` and ``\\`` stand for them.

    Other control characters are written as ``\x1b``, so that a row that ends up on a terminal
    does nothing there.
    """
    if text.isprintable() and "\\" not in text:
        return text
    return text.translate(_ESCAPES)


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """``text`` so that a spreadsheet does not take it for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def write_piped(listing: Listing, out: TextIO, fields: Sequence[str] = ()) -> int:
    """Rows as tab-separated text without a header. Returns their number."""
    getters = [text_value(column) for column in piped_columns(listing.columns, fields)]
    number = 0
    for row in listing.rows:
        out.write("\t".join([escape(get(row)) for get in getters]) + "\n")
        number += 1
    return number


def write_tsv(
    listing: Listing, out: TextIO, fields: Sequence[str] = (), *, neutralise: bool = False
) -> int:
    """A header of keys, then every record, tab-separated, escaped like piped text."""
    columns = data_columns(listing.columns, fields)
    getters = [text_value(column) for column in columns]
    out.write("\t".join([column.key for column in columns]) + "\n")
    number = 0
    for row in listing.rows:
        cells = [get(row) for get in getters]
        if neutralise:
            cells = [neutral(cell) for cell in cells]
        out.write("\t".join([escape(cell) for cell in cells]) + "\n")
        number += 1
    return number


class _LineFeeds:
    """Takes lines that end in CR LF and writes them with LF."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write

    def write(self, line: str) -> int:
        return self._write(line[:-2] + "\n")


def write_csv(
    listing: Listing, out: TextIO, fields: Sequence[str] = (), *, neutralise: bool = False
) -> int:
    """A header of keys, then every record, as RFC 4180 with line feeds as line ends."""
    import csv

    columns = data_columns(listing.columns, fields)
    getters = [text_value(column) for column in columns]
    # Only line ends that the writer knows are quoted inside a cell, so it is told both.
    writer = csv.writer(_LineFeeds(out), lineterminator="\r\n")
    writer.writerow([column.key for column in columns])
    number = 0
    for row in listing.rows:
        cells = [get(row) for get in getters]
        writer.writerow([neutral(cell) for cell in cells] if neutralise else cells)
        number += 1
    return number


def write_ids(listing: Listing, out: TextIO) -> int:
    """The id of each row on a line. Raises Usage where rows have none."""
    column = next((c for c in listing.columns if c.key == "id"), None)
    if column is None:
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(_("These rows have no ids."), _("Use --json or --csv to get the rows."))
    get = text_value(column)
    number = 0
    for row in listing.rows:
        out.write(get(row) + "\n")
        number += 1
    return number


def write_blocks(blocks: Sequence[Block], out: TextIO) -> None:
    """Every block as plain text, an empty line between them."""
    for number, block in enumerate(undrawn(blocks)):
        if number:
            out.write("\n")
        if block.title:
            out.write(escape(block.title) + "\n")
        if isinstance(block, Listing):
            write_piped(block, out)
        elif isinstance(block, Facts):
            out.writelines(f"{escape(key)}\t{escape(text)}\n" for key, text in block.pairs)
        else:
            out.write(block.text.rstrip("\n") + "\n")


# JSON -------------------------------------------------------------------------------------------


def dumps(thing: Any, indent: int | None = None) -> str:
    """``thing`` (as :func:`simple` made it) as JSON."""
    import json

    return json.dumps(thing, ensure_ascii=False, indent=indent)


def _encoder() -> Callable[[Any], str]:
    """A value as JSON. The library's encoder sets itself up anew for each value, which is most
    of the time that a list of records takes."""
    from json import JSONEncoder
    from json.encoder import encode_basestring

    other = JSONEncoder(ensure_ascii=False).encode

    def encode(found: Any) -> str:
        if found is None:
            return "null"
        if type(found) is str:
            return str(encode_basestring(found))
        if type(found) is int:
            return str(found)
        return "[]" if found == [] else other(simple(found))

    return encode


def _objects(listing: Listing, fields: Sequence[str], indent: str) -> Iterator[list[str]]:
    """The rows as JSON objects: their fields, each "name: value"."""
    encode = _encoder()
    columns = data_columns(listing.columns, fields)
    names = [f"{indent}{encode(column.key)}: " for column in columns]
    getters: list[Callable[[Any], Any]] = []
    for row in listing.rows:
        if not getters:
            # A row's own attributes need no call of ours, and most columns are just those.
            plain_row = not isinstance(row, dict)
            getters = [
                attrgetter(c.key) if plain_row and c.kind not in _CONVERTED else data_value(c)
                for c in columns
            ]
        yield [name + encode(get(row)) for name, get in zip(names, getters, strict=True)]


_CONVERTED = ("instant", "flag", "tags")


def write_json_rows(listing: Listing, out: TextIO, fields: Sequence[str] = ()) -> int:
    """One array, an object a row, indented by two, written row by row."""
    # The C encoder takes no indentation; each field stands on its own line by hand.
    number = 0
    for members in _objects(listing, fields, "    "):
        out.write(",\n  {\n" if number else "[\n  {\n")
        out.write(",\n".join(members) + "\n  }")
        number += 1
    out.write("\n]\n" if number else "[]\n")
    return number


def write_jsonl_rows(listing: Listing, out: TextIO, fields: Sequence[str] = ()) -> int:
    """One object a line."""
    number = 0
    for members in _objects(listing, fields, ""):
        out.write("{" + ", ".join(members) + "}\n")
        number += 1
    return number


def pick_fields(thing: Any, fields: Sequence[str]) -> Any:
    """Only the named fields of an object, or of every object of an array."""
    if isinstance(thing, list):
        return [pick_fields(item, fields) for item in thing]
    if not fields or not isinstance(thing, dict):
        return thing
    check_fields(fields, list(thing))
    return {name: thing[name] for name in fields}


def write_data(thing: Any, out: TextIO, fields: Sequence[str] = (), *, lines: bool = False) -> None:
    """Any data as JSON, or as JSON lines: an item of an array a line."""
    found = pick_fields(simple(thing), fields)
    if not lines:
        out.write(dumps(found, indent=2) + "\n")
        return
    for item in found if isinstance(found, list) else [found]:
        out.write(dumps(item) + "\n")


def page_listing(page: Page) -> Listing | None:
    """The rows that stand for a page: its main listing, else the first that it shows."""
    if page.main is not None:
        return page.main
    return next((block for block in undrawn(page.blocks) if isinstance(block, Listing)), None)


def changed_ids(changed: Changed) -> list[int]:
    """The ids of what a write changed."""
    if changed.ids:
        return list(changed.ids)
    return [] if changed.id is None else [changed.id]


def changed_record(changed: Changed) -> Any:
    """What ``--json`` prints for a write."""
    record = changed.record
    if record is None:
        return {"changed": changed.lines, "ids": changed_ids(changed)}
    if not changed.columns:
        return record
    rows = record if isinstance(record, list | tuple) else [record]
    found = list(records(Listing(changed.columns, rows)))
    return found if isinstance(record, list | tuple) else found[0]
