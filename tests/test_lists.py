"""Every list in every format that it offers: the same rows, read by libraries that nobody here
wrote."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.dom.minidom import parseString

import icalendar
import pytest
import python_calamine
import vobject
from markdown_it import MarkdownIt

from conftest import some
from every_command import Program, lines, words
from funnelcli.cli.commands import function_of, given
from funnelcli.cli.tree import every_command
from funnelcli.nouns import NOUNS, declared
from funnelcli.render import FORMATS
from funnelcli.render.columns import data_columns, piped_columns

LISTS = {
    path: verb
    for path, verb in every_command().items()
    if "l" in verb.shares and not path.startswith("report ")
}
MARKDOWN = MarkdownIt("commonmark").enable("table")


class Rows(HTMLParser):
    """The rows of the bodies of tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.number = 0
        self._body = False
        self.feed(text)

    def handle_starttag(self, tag: str, _attributes: Any) -> None:
        """Count a row."""
        self._body = tag == "tbody" or (self._body and tag != "thead")
        self.number += tag == "tr" and self._body

    def handle_endtag(self, tag: str) -> None:
        """Leave a body."""
        self._body = self._body and tag not in ("tbody", "table")


def _workbook(path: Path) -> list[list[Any]]:
    """The rows of the first sheet, its header first."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    found = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [[str(int(cell)) if isinstance(cell, float) else cell for cell in row] for row in found]


def _in_markdown(text: str) -> int:
    """The rows of the bodies of tables."""
    kinds = [token.type for token in MARKDOWN.parse(text)]
    return kinds.count("tr_open") - kinds.count("thead_open")


# From what was printed to the number of rows.
COUNTS: dict[str, Callable[[str], int]] = {
    "md": _in_markdown,
    "html": lambda text: Rows(text).number,
    "vcf": lambda text: len(list(vobject.readComponents(text))),
}


def ids_of(rows: Sequence[Any]) -> list[str]:
    """Whose rows these are."""
    return ["" if row["id"] is None else str(row["id"]) for row in rows]


@pytest.mark.parametrize("path", some(LISTS))
def test_a_list_has_the_same_rows_in_every_format(
    program: Program, path: str, tmp_path: Path
) -> None:
    line = words(lines(path)[0])
    shown = program(path, *line, "--json")
    assert shown.exit_code in (0, 1), shown.stderr
    found = json.loads(shown)
    rows = found if isinstance(found, list) else None
    for form in FORMATS.values():
        if not set(form.commands) & set(LISTS[path].shares):
            continue
        if form.name == "pdf":
            # It is the page of HTML on paper, by a library that not everybody has.
            continue
        file = tmp_path / f"list.{form.name}"
        if form.binary:
            result = program(path, *line, "-o", str(file))
        else:
            result = program(path, *line, f"--{form.name}")
        if form.name == "ids" and result.exit_code == 2:
            assert "no ids" in result.stderr or "of several kinds" in result.stderr
            continue
        assert result.exit_code in (0, 1), (form.name, result.stderr)
        if rows is None:
            continue
        with_ids = bool(rows) and "id" in rows[0]
        number = len(rows)
        if form.name == "jsonl":
            assert [json.loads(one) for one in result.splitlines()] == rows
            continue
        if form.name in ("csv", "tsv"):
            delimiter = "," if form.name == "csv" else "\t"
            table = list(csv.DictReader(io.StringIO(result, newline=""), delimiter=delimiter))
            assert not with_ids or ids_of(table) == ids_of(rows)
            assert len(table) == number
        elif form.binary:
            _header, *cells = _workbook(file)
            assert len(cells) == number
        elif form.name == "ids":
            assert result.splitlines() == ids_of(rows)
        elif form.name in COUNTS:
            assert COUNTS[form.name](result) == number, form.name
        elif form.name == "svg":
            picture = parseString(result)  # noqa: S318 - the program's own
            assert picture.documentElement.tagName == "svg"
        elif form.name == "ics":
            entries = icalendar.Calendar.from_ical(result).subcomponents
            assert len({part["uid"] for part in entries}) == len(entries)
            assert not [part.errors for part in entries if part.errors]
    piped = program(path, *line)
    if rows is not None and path != "agenda":
        assert len(piped.splitlines()) == len(rows)


@pytest.mark.parametrize("name", some(NOUNS))
def test_the_first_rows_of_an_order_are_the_first_of_all(program: Program, name: str) -> None:
    noun = declared(name)
    orders = ["", *(f"{turned}{key}" for key in noun.sort_keys() for turned in ("", "-"))]
    for order in orders:
        line = [f"--sort={order}"] if order else []
        whole = program(noun.command, *line, "--json")
        assert whole.exit_code in (0, 1), whole.stderr
        first = program(noun.command, *line, "--limit", "2", "--json")
        assert json.loads(first) == json.loads(whole)[:2], order


@pytest.mark.parametrize("name", some(NOUNS))
def test_chosen_fields_are_those_of_whole_records(program: Program, name: str) -> None:
    command = declared(name).command
    records = json.loads(program(command, "--json"))
    assert records
    for field in records[0]:
        chosen = json.loads(program(command, f"--json={field}"))
        assert chosen == [{field: record[field]} for record in records], field
    rows = list(csv.reader(io.StringIO(program(command, "--csv"), newline="")))
    for first, second in pairwise(range(len(rows[0]))):
        named = f"{rows[0][second]},{rows[0][first]}"
        chosen = csv.reader(io.StringIO(program(command, f"--csv={named}"), newline=""))
        assert list(chosen) == [[row[second], row[first]] for row in rows], named


def test_a_pipe_has_what_a_screen_shows() -> None:
    """A column that is no data has data in its place."""
    for verb in LISTS.values():
        printed = given(function_of(verb))
        columns = printed[""].columns()
        data = {column.key for column in data_columns(columns)}
        piped = {column.key for column in piped_columns(columns)}
        for column in columns:
            if column.table and column.kind != "bar":
                assert column.key in piped or (column.piped and set(column.piped) <= piped & data)
