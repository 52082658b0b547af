"""Tables of JSON: an array of objects, an object that has one, or one object a line (JSON Lines).

They are read piece by piece, so that memory stays the same however long the file is. What an
object has within it becomes columns of its own ("properties.dealname"); values of a list are
joined as other programs join them.
"""

from __future__ import annotations

import json
from itertools import accumulate

from funnelcli.errors import Usage
from funnelcli.formats.spooled import SpooledTable, write_rows
from funnelcli.formats.table import FIELD_LIMIT
from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.cells import BETWEEN, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, BinaryIO

# Objects within objects whose parts are columns; what lies deeper is kept as JSON.
_DEPTH = 4
_MOST_COLUMNS = 4096
_MOST_DIGITS = 4000
_MOST_DEPTH = 500
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_LEVELS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NO_LEVELS = bytes({*range(256)} - {*_LEVELS})
_TOO_LONG = re.compile(rb"[0-9]{%d}" % (_MOST_DIGITS + 1))


class NoRecords(Usage):
    """A file of JSON has nothing in its list of records, as a list that was written empty."""


def no_records(name: str) -> NoRecords:
    """The error for such a file."""
    return NoRecords(
        _("{name} is empty.").format(name=name),
        _('The file must hold records, like: [{"name": "Eva Roth"}]'),
    )


def open_records(file: BinaryIO, name: str, sheet: str | None = None) -> SpooledTable:
    """The table in a file of JSON; of an object that has several arrays of records the one that is
    called ``sheet``, or has that number, else the first. Raises Usage where it is none, or
    broken, NoRecords where it has none."""
    import ijson

    start = _start(file)
    try:
        parts = _where(_Legible(file))
        where = parts[0] if sheet is None else _wanted(name, parts, sheet)
        file.seek(start)
        found = ijson.items(_Legible(file), where, multiple_values=True)
        table = _spooled(found, name)
        table.array = _called(where).rpartition(".")[2] if where != "item" else ""
        if len(parts) > 1:
            table.part, table.parts = _called(where), [*map(_called, parts)]
        return table
    except (ijson.JSONError, UnicodeError, ValueError) as error:
        # Some of the parser's reasons come as bytes.
        said = error.args[0] if error.args else ""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        reason = text.strip().split("\n", 1)[0]
        raise Usage(
            _("{name} is no whole JSON: {reason}.").format(name=name, reason=reason.rstrip(".")),
            _("Export it again, or copy it once more."),
        ) from error
    except RecursionError:
        raise Usage(
            _("{name} has objects within objects without end.").format(name=name),
            _("The file must hold records: objects with texts and numbers."),
        ) from None


class _Legible:
    """A file for the parser, which crashes at a number of more digits than Python takes, and of
    which each level of depth takes more memory than the one before."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._last = b""
        # The beginning of a string that goes on, without what has been read of it.
        self._open = b""
        self._depth = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises ValueError at such a number, RecursionError at such a depth."""
        found = self._file.read(size)
        if _TOO_LONG.search(self._last + found):
            raise ValueError(_("a number has more than {n} digits").format(n=_MOST_DIGITS))
        self._last = (self._last + found)[-_MOST_DIGITS:]
        if self._deepest(found) > _MOST_DEPTH:
            raise RecursionError
        return found

    def _deepest(self, found: bytes) -> int:
        """How deep the objects and lists of the next bytes lie within each other."""
        bare, quote, rest = _STRING.sub(b"", self._open + found).partition(b'"')
        escapes = len(rest) - len(rest.rstrip(b"\\"))
        self._open = quote + b"\\" * (escapes % 2)
        depths = [
            *accumulate(
                (_LEVELS[sign] for sign in bare.translate(None, _NO_LEVELS)), initial=self._depth
            )
        ]
        self._depth = depths[-1]
        return max(depths)


def arrays(file: BinaryIO) -> list[str]:
    """The names of the arrays of records that an object in a file of JSON has, where there are
    several; none else, and none of what is broken."""
    import ijson

    _start(file)
    try:
        parts = _where(_Legible(file))
    except (ijson.JSONError, UnicodeError, ValueError, RecursionError):
        return []
    return [*map(_called, parts)] if len(parts) > 1 else []


def write_array(file: BinaryIO, array: str, path: str) -> None:
    """Write the records of one of the :func:`arrays` down, one a line."""
    import ijson

    _start(file)
    with open(path, "w", encoding="utf-8") as out:
        for record in ijson.items(_Legible(file), f"{array}.item"):
            out.write(json.dumps(record, default=str) + "\n")


def _start(file: BinaryIO) -> int:
    file.seek(0)
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    return file.tell()


def _called(where: str) -> str:
    return where.removesuffix(".item")


def _wanted(name: str, parts: list[str], sheet: str) -> str:
    """The array that is called ``sheet``, or has that number. Raises Usage for none."""
    names = [*map(_called, parts)]
    if sheet.isdecimal() and 0 < int(sheet) <= len(parts):
        return parts[int(sheet) - 1]
    for part, one in zip(parts, names, strict=True):
        if one.casefold() == sheet.casefold():
            return part
    raise Usage(
        _("{name} has no file {wanted}.").format(name=name, wanted=sheet),
        _("It has: {names}.").format(names=", ".join(filter(None, names))),
    )


def _where(file: _Legible) -> list[str]:
    """Where the records are, in the words of ijson: "item" of an array, "deals.item" of an object
    that has an array of objects, each of those that there are; "" where each value of the file is
    one."""
    import ijson

    first = ""
    nested: dict[str, None] = {}
    for prefix, event, _value in ijson.parse(file, multiple_values=True):
        if not first:
            first = event
            if event == "start_array":
                return ["item"]
        elif not prefix and event == "start_map":
            return [""]  # A second one: JSON Lines.
        elif event == "start_map" and prefix.endswith(".item") and prefix.count(".") == 1:
            nested[prefix] = None
    return [*nested] or [""]


def _spooled(found: Iterator[Any], name: str) -> SpooledTable:
    """Write the records down; which columns there are is known when all are."""
    columns: dict[str, int] = {}
    rows, section = write_rows(enumerate(_rows(found, name, columns), 1))
    if not columns:
        rows.close()
        raise no_records(name)
    return SpooledTable(rows, name, section, [*columns])


def _rows(found: Iterator[Any], name: str, columns: dict[str, int]) -> Iterator[list[str]]:
    """The cells of each record; ``columns`` takes the place of each new column."""
    for number, record in enumerate(found, 1):
        if not isinstance(record, dict):
            raise Usage(
                _("Record {n} of {name} is no object.").format(n=number, name=name),
                _('The file must hold records, like: [{"name": "Eva Roth"}]'),
            )
        cells = [""] * len(columns)
        for column, cell in _flat(record):
            at = columns.setdefault(column, len(columns))
            if at == len(cells):
                cells.append(cell)
            else:
                cells[at] = cell
        if len(columns) > _MOST_COLUMNS:
            raise Usage(
                _("{name} has more than {n} columns.").format(name=name, n=_MOST_COLUMNS),
                _("The file must hold records: objects with texts and numbers."),
            )
        yield cells


def _flat(record: Mapping[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    """(column, cell) of all that a record has."""
    for key, value in record.items():
        column = before + _whole(key)
        if isinstance(value, dict) and depth < _DEPTH:
            yield from _flat(value, column + ".", depth + 1)
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            yield from _listed(value, column, depth)
        else:
            is_tags = isinstance(value, list) and column == "tags"
            yield column, joined(map(_cell, value)) if is_tags else _cell(value)


def _listed(values: list[dict[str, Any]], column: str, depth: int) -> Iterator[tuple[str, str]]:
    """A list of objects: the one thing that each says, where that has a usual name ("value"),
    else as many groups of columns as there are objects."""
    for usual in ("value", "name", "email", "phone"):
        if all(isinstance(one.get(usual), str) for one in values):
            yield column, BETWEEN.join(_whole(one[usual]) for one in values if one[usual])
            return
    if depth >= _DEPTH:
        yield column, _cell(json.dumps(values, default=str, ensure_ascii=False))
        return
    for number, one in enumerate(values[:9], 1):
        yield from _flat(one, f"{column} {number} ", depth + 1)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        plain = [one for one in value if not isinstance(one, (dict, list))]
        if isinstance(value, list) and len(plain) == len(value):
            return BETWEEN.join(filter(None, map(_cell, plain)))
        return _cell(json.dumps(value, default=str, ensure_ascii=False))
    text = _whole(str(value))
    if len(text) > FIELD_LIMIT:
        raise ValueError(_("one text has more than {n} MiB").format(n=FIELD_LIMIT >> 20))
    return text


def _whole(text: str) -> str:
    """A text in which halves of characters, which UTF-8 does not have, are marked as lost."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
