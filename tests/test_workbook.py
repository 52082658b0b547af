"""Excel workbooks: their cells are what they seem, text is text, and rows are not held."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import Clock, Run, process_environment
from every_kind import COLUMNS, ROW
from funnelcli import i18n
from funnelcli.errors import Failed, Usage
from funnelcli.render import Column, Listing, Output, Page, Picture, Prose, Text, emit, workbook
from funnelcli.values import dates


@pytest.fixture(autouse=True)
def _plain_surroundings() -> Any:
    dates.set_zone("Europe/Berlin")
    yield
    dates.set_zone(None)
    i18n.use("en")


def book(result: Any, tmp_path: Path, **options: Any) -> Any:
    """What another program reads in the workbook of ``result``."""
    path = tmp_path / options.pop("name", "deals.xlsx")
    emit(result, Output(path=str(path), stderr=io.StringIO(), **options))
    return openpyxl.load_workbook(path)


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_cells_are_what_they_seem(tmp_path: Path) -> None:
    (sheet,) = book(Listing(COLUMNS, iter([ROW]), title="Deals"), tmp_path).worksheets
    assert sheet.title == "Deals"
    header, row = list(sheet.iter_rows())
    found = {cell.value: under for cell, under in zip(header, row, strict=True)}
    assert list(found)[2:4] == ["Value", "Currency"]
    assert {title: cell.value for title, cell in found.items()} == {
        "Id": 7,
        "Stage": "Won",
        "Value": 12500.5,
        "Currency": "EUR",
        "Probability": 0.6,
        "Win rate": 0.425,
        "Due": datetime(2026, 11, 25),  # noqa: DTZ001 - Excel knows no zones
        "Recorded": datetime(2026, 11, 24, 13, 0),  # noqa: DTZ001
        "Time": found["Time"].value,
        "Days": 12.5,
        "Open": True,
        "Tags": "fair, vip",
    }
    assert found["Time"].value.total_seconds() == 1530 * 60
    assert {title: cell.number_format for title, cell in found.items()} == {
        **dict.fromkeys(found, "General"),
        "Value": '"€"#,##0.00',
        "Probability": "0%",
        "Win rate": "0.0%",
        "Due": "yyyy-mm-dd",
        "Recorded": "yyyy-mm-dd hh:mm",
        "Time": "[h]:mm",
    }


def test_the_header_stays_and_filters(tmp_path: Path) -> None:
    (sheet,) = book(Listing(COLUMNS, [ROW, ROW]), tmp_path, name="may.xlsx").worksheets
    assert sheet.title == "may"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:L3")
    assert all(cell.font.b for cell in sheet[1])
    assert not any(cell.font.b for cell in sheet[2])
    assert sheet.column_dimensions["H"].width > 16 > sheet.column_dimensions["A"].width > 7


@pytest.mark.parametrize(
    ("code", "locale", "value", "look"),
    [
        ("EUR", "de_DE", 12.34, '#,##0.00"\xa0€"'.replace('"\xa0€"', '\xa0"€"')),
        ("CHF", "de_CH", 12.34, '"CHF"\xa0#,##0.00'),
        ("JPY", "en_US", 1234, '"¥"#,##0'),
        ("KWD", "en_US", 1.234, '"KWD"\xa0#,##0.000'),
    ],
)
def test_amounts_have_the_format_of_their_currency(
    tmp_path: Path, code: str, locale: str, value: float, look: str
) -> None:
    row = {**ROW, "value": 1234, "currency": code}
    (sheet,) = book(Listing(COLUMNS, [row]), tmp_path, locale=locale).worksheets
    cell = sheet["C2"]
    assert (cell.value, cell.number_format) == (value, look)


def test_headers_speak_the_users_language(tmp_path: Path) -> None:
    i18n.use("de")
    (sheet,) = book(Listing(COLUMNS, [ROW]), tmp_path).worksheets
    titles = [cell.value for cell in sheet[1]][2:6]
    assert titles == ["Wert", "Währung", "Wahrscheinlichkeit", "Abschlussquote"]


ODD = [
    "=1+1",
    "{=A1}",
    "+49 30 1",
    "-5",
    "@x",
    "007",
    "1e5",
    "https://example.com",
    "<r><t>a</t></r>",
    "a\nb",
    " a ",
    "\x01",
    "_x0041_",
    "\ufffe",
    "'",
]


@pytest.mark.parametrize("text", ODD)
def test_text_is_text(tmp_path: Path, text: str) -> None:
    (sheet,) = book(Listing([Column("t", "T")], [{"t": text}]), tmp_path).worksheets
    assert sheet["A2"].data_type in ("s", "inlineStr")
    # The reader leaves the escapes of Excel for what XML cannot hold as they are.
    escaped = {"\x01": "_x0001_", "\ufffe": "_xFFFE_", "_x0041_": "_x005F_x0041_"}
    assert sheet["A2"].value == escaped.get(text, text)


def test_halves_of_a_character_and_long_numbers(tmp_path: Path) -> None:
    kinds = {"t": "text", "n": "int", "x": "int", "d": "date"}
    columns = [Column(key, key.upper(), kind) for key, kind in kinds.items()]  # type: ignore[arg-type]
    row = {"t": "a\udcff", "n": 10**15 + 1, "x": float("nan"), "d": date(1899, 12, 31)}
    (sheet,) = book(Listing(columns, [row]), tmp_path).worksheets
    assert cells(sheet)[1] == ["a\ufffd", "1000000000000001", None, "1899-12-31"]


def test_each_listing_of_a_page_has_its_sheet(tmp_path: Path) -> None:
    column = Column("a", "A", "int")
    blocks = [
        Listing([column], [{"a": 1}], title="Due: today/tomorrow · 3"),
        Prose("Only words."),
        Listing([column], [{"a": 2}, {"a": 3}], title="due today tomorrow"),
        Picture(
            lambda _width, _colour: [],
            Listing([column], [], title="Customers to be in touch with, soon"),
        ),
        Listing([column], [{"a": 4}], title="History"),
        Listing([column], [{"a": 5}]),
    ]
    found = book(Page(blocks, main=blocks[2]), tmp_path, name="[week].xlsx")
    assert [(sheet.title, sheet.max_row) for sheet in found.worksheets] == [
        ("Due today tomorrow", 2),
        ("due today tomorrow (2)", 3),
        ("Customers to be in touch with", 1),
        ("History (2)", 2),
        ("week", 2),
    ]
    (chosen,) = book(Page(blocks, main=blocks[2]), tmp_path, fields=["a"]).worksheets
    assert cells(chosen) == [["A"], [2], [3]]


def test_what_excel_cannot_hold_is_said_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deals.xlsx"
    path.write_text("old")
    text = [Column("t", "Notes")]
    with pytest.raises(Failed, match="“Notes” in row 2 has 32,768 characters"):
        book(Listing(text, [{"t": "a" * 32_767}, {"t": "a" * 32_768}]), tmp_path)
    with pytest.raises(Failed, match="has 32,768 characters"):
        book(Listing(text, [{"t": "😀" * 16_384}]), tmp_path)
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    with pytest.raises(Failed, match="more rows than a sheet of Excel holds"):
        book(Listing(text, ({"t": "a"} for _n in range(4))), tmp_path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["deals.xlsx"]
    (sheet,) = book(Listing(text, ({"t": "a"} for _n in range(3))), tmp_path).worksheets
    assert len(cells(sheet)) == 4


def test_rows_are_not_held(tmp_path: Path) -> None:
    import tracemalloc

    rows = ({"t": f"{n:06}" + "x" * 494} for n in range(8_000))
    tracemalloc.start()
    emit(
        Listing([Column("t", "T")], rows),
        Output(path=str(tmp_path / "a.xlsx"), stderr=io.StringIO()),
    )
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3_000_000, "four megabytes of text went through"


def test_a_workbook_is_not_for_a_terminal(funnel: Run) -> None:
    funnel("deal add Roof --value '1234.50 EUR'")
    said = funnel("deal", "list", "--xlsx", tty=True, exit=2)
    assert "a terminal shows nothing else" in said.stderr
    assert "-o FILE.xlsx" in said.stderr


def test_a_workbook_goes_into_a_pipe(funnel: Run, environment: dict[str, str]) -> None:
    funnel("deal add Roof --value '1234.50 EUR'")
    found = subprocess.run(
        [sys.executable, "-m", "funnelcli", "deal", "list", "--xlsx=title,value"],
        capture_output=True,
        env=process_environment(environment),
        check=True,
    )
    assert found.stderr == b""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(found.stdout)).worksheets
    assert (sheet.title, cells(sheet)) == ("Table", [["Deal", "Value"], ["Roof", 1234.5]])


def test_every_list_and_report_can_be_a_workbook(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Roof --value '1234.50 EUR' --tag fair")
    for number, command in enumerate(
        [("deal", "list"), ("contact", "list"), ("report", "all"), ("today",), ("deal", "show", 1)]
    ):
        path = tmp_path / f"{number}.xlsx"
        funnel(*command, "-o", path)
        assert openpyxl.load_workbook(path).worksheets[0].freeze_panes == "A2"
    path = tmp_path / "chosen.xlsx"
    funnel("deal", "list", "--xlsx=title,value", "-o", path)
    assert cells(openpyxl.load_workbook(path).worksheets[0]) == [
        ["Deal", "Value"],
        ["Roof", 1234.5],
    ]
    said = funnel("deal", "list", "--xlsx=worth", "-o", path, exit=2)
    assert "There is no field worth." in said.stderr


def test_text_and_changes_are_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="This is text as it stands"):
        book(Text("Dear Sir"), tmp_path)
    with pytest.raises(Usage, match="no rows"):
        book(Page([Prose("Only words.")]), tmp_path)


def test_reports_speak_the_language_of_the_person(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Dach --value 5k")
    german = {"FUNNEL_LANGUAGE": "de"}
    for name in ("movement", "ageing"):
        funnel("report", name, "-o", tmp_path / f"{name}.xlsx", env=german)
    movement = openpyxl.load_workbook(tmp_path / "movement.xlsx").worksheets[0]
    steps = [row[0] for row in movement.iter_rows(values_only=True)]
    assert steps[:3] == ["Schritt", "Beginn", "Angelegt"]
    ageing = openpyxl.load_workbook(tmp_path / "ageing.xlsx").worksheets[0]
    heads = [cell.value for cell in ageing[1]]
    assert heads[-5:] == ["Jüngste", "25 %", "75 %", "90 %", "Mittel"]


def test_the_days_of_an_agenda_are_dates_on_every_line(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Dach")
    for what in ("call", "write"):
        funnel("next", "dach", what, "--due", "2026-11-20")
    funnel("agenda", "-o", tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    days = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [day.date() for day in days] == [date(2026, 11, 20)] * 2


def test_a_closed_deal_shows_its_end_on_screens_and_its_plan_in_records(
    funnel: Run, tmp_path: Path, clock: Clock
) -> None:
    """People read when a deal was closed where an open one says when it is to be; records keep
    what was expected, under a heading that says so."""
    funnel("deal add Roof --value 100 --close 2027-03-01")
    funnel("deal add Door --value 100 --close 2027-04-01")
    clock.set("2026-11-25 09:00")
    funnel("win Roof")
    assert [row["expected_close"] for row in funnel("deal list --json").json] == [
        "2027-04-01",
        "2027-03-01",
    ]
    assert "2027-03-01" in funnel("deal list")
    for show in ({"tty": True, "width": 120}, {"tty": True, "width": 40}):
        screen = funnel("deal list --columns title,close --no-color", **show)
        assert "Nov 25" in screen
        assert "Mar 1" not in screen
        assert "Apr 1" in screen
    assert "Mar 1" not in funnel("deal list --md")
    funnel("deal", "list", "-o", tmp_path / "deals.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "deals.xlsx").active
    heads, _door, won = (list(row) for row in sheet.iter_rows(values_only=True))
    assert won[heads.index("Expected close")].date() == date(2027, 3, 1)
    assert "Close" not in heads


def test_an_amount_without_a_currency_has_no_sign() -> None:
    assert workbook.money_format("", "de_DE") == "#,##0.00"
