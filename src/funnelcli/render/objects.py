"""JSON: one array, or one object a line. Rows are written as they come."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from funnelcli.render.columns import check_fields, data_columns, data_value, simple
from funnelcli.render.contents import changed_record, listing_of
from funnelcli.render.model import Changed, Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from funnelcli.render.contents import Written
    from funnelcli.render.output import Output


def write_json(result: Written, output: Output, out: TextIO) -> int | None:
    """A result as one JSON value, indented by two."""
    found = _data(result, lines=False)
    if isinstance(found, Listing):
        return _write_array(found, out, output.fields)
    out.write(dumps(pick_fields(simple(found), output.fields), indent=2) + "\n")
    return None


def write_jsonl(result: Written, output: Output, out: TextIO) -> int | None:
    """A result as JSON lines: an item of an array a line."""
    found = _data(result, lines=True)
    if isinstance(found, Listing):
        return _write_lines(found, out, output.fields)
    found = pick_fields(simple(found), output.fields)
    for item in found if isinstance(found, list) else [found]:
        out.write(dumps(item) + "\n")
    return None


def _data(result: Written, *, lines: bool) -> Any:
    """A Listing, or anything that :func:`simple` takes."""
    if isinstance(result, Listing):
        return result
    if isinstance(result, Changed):
        return changed_record(result)
    data = result.data
    if data is None or (lines and result.main is not None):
        data = listing_of(result)
    return {} if data is None else data


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


def _write_array(listing: Listing, out: TextIO, fields: Sequence[str]) -> int:
    """One array, an object a row, indented by two, written row by row."""
    # The C encoder takes no indentation; each field stands on its own line by hand.
    number = 0
    for members in _objects(listing, fields, "    "):
        out.write(",\n  {\n" if number else "[\n  {\n")
        out.write(",\n".join(members) + "\n  }")
        number += 1
    out.write("\n]\n" if number else "[]\n")
    return number


def _write_lines(listing: Listing, out: TextIO, fields: Sequence[str]) -> int:
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
