"""JSON: one array, or one object a line. Rows are written as they come."""

from __future__ import annotations

from itertools import repeat

from funnelcli.render.columns import (
    OWN,
    Number,
    batches,
    check_fields,
    members,
    records,
    simple,
)
from funnelcli.render.contents import changed_record, listing_of
from funnelcli.render.model import Changed, Listing
from funnelcli.text import is_plain, quoted
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from funnelcli.render.contents import Written
    from funnelcli.render.output import Output


def write_json(result: Written, output: Output, out: TextIO) -> int | None:
    """A result as one JSON value, indented by two."""
    found = _data(result, lines=False)
    if isinstance(found, Listing):
        return _write_array(found, out, output.fields)
    if isinstance(found, dict) and found and not output.fields:
        _write_object(found, out)
        return None
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


def dumps(thing: Any, indent: int = 0, margin: str = "") -> str:
    """``thing`` (as :func:`simple` made it) as JSON; with an ``indent`` a member a line, behind a
    ``margin``. The library's encoder has floats only, and 12500.50 is none."""
    if not isinstance(thing, dict | list) or not thing:
        return _encode(thing)
    inner = margin + " " * indent
    first, sep, last = (f"\n{inner}", f",\n{inner}", f"\n{margin}") if indent else ("", ", ", "")
    if isinstance(thing, list):
        return "[" + first + sep.join([dumps(item, indent, inner) for item in thing]) + last + "]"
    items = [f"{_encode(name)}: {dumps(item, indent, inner)}" for name, item in thing.items()]
    return "{" + first + sep.join(items) + last + "}"


def _encode(found: Any) -> str:
    """A value as JSON. The library's encoder sets itself up anew for each value, which is most
    of the time that a list of records takes."""
    if found is None:
        return "null"
    if type(found) is str:
        return quoted(found)
    if type(found) is int or type(found) is Number:
        return str(found)
    if type(found) is bool:
        return "true" if found else "false"
    if type(found) is float and found - found == 0:
        return repr(found)
    if found == []:
        return "[]"
    return "{}" if found == {} else dumps(simple(found))


def _member(name: str, found: list[Any]) -> tuple[str, list[Any] | None]:
    """How a column's values stand in their objects, behind their ``name``, and what stands there:
    None where that is always the same."""
    kind, *others = {*map(type, found)}
    if not others:
        if found[0] is None:
            return f"{name}: null", None
        if kind is str and is_plain("".join(found)):
            return f'{name}: "%s"', found
        if kind is int or kind is Number:
            return f"{name}: %s", found
    return f"{name}: %s", [*map(_encode, found)]


def _objects(
    listing: Listing, fields: Sequence[str], first: str, sep: str, last: str
) -> Iterator[list[str]]:
    """The rows as JSON objects, some at a time: their fields, each "name: value", between ``first``
    and ``last``."""
    found = members(listing.columns, fields)
    names = [_encode(member.name).replace("%", "%%") for member in found]
    for rows in batches(listing.rows):
        parts = [
            _member(name, member.read(rows)) for name, member in zip(names, found, strict=True)
        ]
        form = first + sep.join([part for part, _values in parts]) + last
        columns = [values for _part, values in parts if values is not None]
        varying = zip(*columns, strict=True) if columns else repeat((), len(rows))
        yield [*map(form.__mod__, varying)]


def _write_array(listing: Listing, out: TextIO, fields: Sequence[str]) -> int:
    """One array, an object a row, indented by two, written as the rows are read."""
    # The C encoder takes no indentation; each field stands on its own line by hand.
    number = 0
    for items in _objects(listing, fields, "  {\n    ", ",\n    ", "\n  }"):
        out.write((",\n" if number else "[\n") + ",\n".join(items))
        number += len(items)
    out.write("\n]\n" if number else "[]\n")
    return number


def _write_object(found: dict[str, Any], out: TextIO) -> None:
    """An object, a member a line; the rows of a listing in it are written as they come, for they
    may be all deals."""
    before = "{\n  "
    for name, item in found.items():
        if isinstance(item, Listing):
            out.write(f"{before}{_encode(name)}: [")
            end = "]"
            for number, record in enumerate(records(item)):
                out.write((",\n    " if number else "\n    ") + dumps(record, 2, "    "))
                end = "\n  ]"
            out.write(end)
        else:
            for part, value in simple({name: item}).items():
                out.write(f"{before}{_encode(part)}: {dumps(value, 2, '  ')}")
                before = ",\n  "
        before = ",\n  "
    out.write("\n}\n")


def _write_lines(listing: Listing, out: TextIO, fields: Sequence[str]) -> int:
    """One object a line."""
    number = 0
    for items in _objects(listing, fields, "{", ", ", "}\n"):
        out.writelines(items)
        number += len(items)
    return number


def pick_fields(thing: Any, fields: Sequence[str]) -> Any:
    """Only the named fields of an object, or of every object of an array."""
    if isinstance(thing, list):
        return [pick_fields(item, fields) for item in thing]
    if not fields or not isinstance(thing, dict):
        return thing
    own = thing.get(OWN.removesuffix("."))
    thing = {**thing, **{OWN + name: item for name, item in (own or {}).items()}}
    check_fields(fields, list(thing))
    return {name: thing[name] for name in fields}
