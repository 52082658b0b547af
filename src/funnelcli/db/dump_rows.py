"""How the rows of a table stand in a file of a dump: as JSON Lines, or as CSV with a schema.

In CSV a missing value is ``\\N``, and a text that begins with a backslash has one more before it,
so that each value comes back as it was; what is a number stands in the schema.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence

from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import IO, Any

Values = Sequence[Any]
# No line is longer than the longest row that SQLite keeps.
_LONGEST = 1_000_000_000
_NULL = "\\N"
_KINDS = {"INTEGER": "integer", "TEXT": "string"}


class Way(NamedTuple):
    """A way to keep rows. ``lines`` makes the pieces of a file of a table's columns and rows: a
    ``header`` of so many, then one a row. ``rows`` reads the file again, by the columns and their
    types in SQLite, and raises ValueError where it has others."""

    name: str
    lines: Callable[[list[str], Iterable[Values]], Iterator[bytes]]
    rows: Callable[[IO[bytes], list[str], list[str]], Iterator[list[Any]]]
    header: int


def _to_json(columns: list[str], rows: Iterable[Values]) -> Iterator[bytes]:
    for values in rows:
        row = dict(zip(columns, values, strict=True))
        yield (json.dumps(row, ensure_ascii=False) + "\n").encode()


def _of_json(file: IO[bytes], columns: list[str], _types: list[str]) -> Iterator[list[Any]]:
    while line := file.readline(_LONGEST):
        row = json.loads(line)
        if list(row) != columns:
            raise ValueError(_("{name} has other columns").format(name=", ".join(columns)))
        yield list(row.values())


def _to_csv(columns: list[str], rows: Iterable[Values]) -> Iterator[bytes]:
    out = io.StringIO()
    write = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerow

    def taken() -> bytes:
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return text.encode()

    write(columns)
    yield taken()
    for values in rows:
        write([_cell(value) for value in values])
        yield taken()


def _cell(value: Any) -> Any:
    if value is None:
        return _NULL
    return f"\\{value}" if isinstance(value, str) and value[:1] == "\\" else value


def _of_csv(file: IO[bytes], columns: list[str], types: list[str]) -> Iterator[list[Any]]:
    csv.field_size_limit(_LONGEST)
    text = io.TextIOWrapper(file, "utf-8", newline="")
    try:
        rows = csv.reader(text, strict=True)
        if next(rows, None) != columns:
            raise ValueError(_("{name} has other columns").format(name=", ".join(columns)))
        numbers = [kind == "INTEGER" for kind in types]
        for row in rows:
            yield [_value(*one) for one in zip(row, numbers, strict=True)]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    finally:
        text.detach()


def _value(cell: str, number: bool) -> Any:
    if cell == _NULL:
        return None
    if number:
        return int(cell)
    return cell[1:] if cell[:1] == "\\" else cell


WAYS = {
    way.name: way for way in (Way("jsonl", _to_json, _of_json, 0), Way("csv", _to_csv, _of_csv, 1))
}


def schema_of(conn: sqlite3.Connection, tables: Sequence[str]) -> dict[str, Any]:
    """The tables as a data package (Frictionless Data): of each the types of its columns, its keys,
    and what a missing value is."""
    return {
        "profile": "tabular-data-package",
        "name": "funnel",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table,
                "path": f"{table}.csv",
                "encoding": "utf-8",
                "schema": _schema(conn, table),
            }
            for table in tables
        ],
    }


def _schema(conn: sqlite3.Connection, table: str) -> dict[str, Any]:
    found = list(conn.execute(f'PRAGMA table_info("{table}")'))
    schema: dict[str, Any] = {
        "fields": [
            {"name": name, "type": _KINDS[kind], "constraints": {"required": bool(needed or key)}}
            for _number, name, kind, needed, _default, key in found
        ],
        "missingValues": [_NULL],
        "primaryKey": [row[1] for row in sorted(found, key=lambda row: row[5]) if row[5]],
    }
    links: dict[int, list[tuple[str, str, str]]] = {}
    for number, _seq, to, own, other, *_rest in conn.execute(f'PRAGMA foreign_key_list("{table}")'):
        links.setdefault(number, []).append((own, to, other or "id"))
    if links:
        schema["foreignKeys"] = [
            {
                "fields": [own for own, _to, _other in link],
                "reference": {
                    "resource": link[0][1],
                    "fields": [other for _own, _to, other in link],
                },
            }
            for link in links.values()
        ]
    return schema


def types(conn: sqlite3.Connection, table: str) -> list[str]:
    """The types of a table's columns in their order."""
    return [row[2] for row in conn.execute(f'PRAGMA table_info("{table}")')]
