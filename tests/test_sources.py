"""Tables from workbooks, JSON and archives: read as what they are, whatever they are called, and
refused with a sentence where they are broken, whatever they ask for."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import Run
from funnelcli.errors import FunnelError, Usage
from funnelcli.formats import sheets
from funnelcli.formats.tabular import open_table

DATA = Path(__file__).parent / "data"
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="Deals">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
HEADER = ["Deal Name", "Amount", "Deal Stage", "Close Date", "Create Date", "Phone"]
OPENED = dt.datetime(2026, 1, 2, 9, 30)  # noqa: DTZ001 - a sheet knows no zone
DEALS: list[list[Any]] = [
    ["Roof", 1234.5, "won", dt.date(2026, 5, 2), OPENED, "+49 30 1"],
    ["Door", 99, "open", None, dt.date(2026, 2, 2), 4930123457],
]

Make = Callable[..., Path]


def read(path: Path, **options: Any) -> list[list[str]]:
    """The header and the rows of a table."""
    with open_table(str(path), **options) as table:
        return [table.header, *(row.cells for row in table.legible())]


def workbook(sheets: dict[str, list[list[Any]]], *, hidden: str = "") -> bytes:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def packed(files: dict[str, bytes | str]) -> bytes:
    """A zip of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def ods(rows: list[list[str]]) -> bytes:
    """An OpenDocument spreadsheet of texts, and of numbers where they are such."""
    body = ""
    for row in rows:
        cells = (
            f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            if cell.replace(".", "").isdigit()
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        body += f"<table:table-row>{''.join(cells)}</table:table-row>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    files = {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": ODS.format(body)}
    return packed(files)  # type: ignore[arg-type]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a file of bytes or text."""

    def make(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def test_the_sheet_that_holds_the_records_is_taken(funnel: Run, make: Make) -> None:
    titled = [["Sales report 2026"], [], HEADER, *DEALS, [], ["Total: 2 deals"]]
    notes = [["Export of", "May"], ["by", "me"]]
    old = [HEADER, *(["Old", 1, "open", None, dt.date(2020, 1, 1), None] for _n in range(9))]
    content = workbook({"Info": notes, "Deals": titled, "Old": old}, hidden="Old")
    path = make("deals.csv", content)  # Whatever it is called.
    done = funnel("import", "deals", path, "--dry-run")
    assert "Taken: Deals; there are also: Info (--sheet takes another)." in done.stderr
    assert "Deals: 2 added" in done
    funnel("import", "deals", path, "--sheet", "Old", "--dry-run", "--json")
    assert read(path, sheet="old")[1][0] == "Old"
    assert read(path, sheet="1")[1] == ["by", "me"]
    with pytest.raises(Usage, match="has no sheet Absent"):
        open_table(str(path), sheet="Absent")
    funnel("import", "deals", path)
    roof, door = sorted(funnel("deal", "list", "--json", "status:any").json, key=lambda d: d["id"])
    assert (roof["value"], roof["status"], roof["closed_on"]) == (1234.5, "won", "2026-05-02")
    assert roof["opened_at"] == "2026-01-02T08:30:00Z"
    assert (door["value"], door["opened_on"]) == (99.0, "2026-02-02")
    phones = [p for one in funnel("contact", "list", "--json").json for p in one["phones"]]
    assert "+49301" in phones


def test_numbers_of_a_sheet_have_one_reading_alone(make: Make) -> None:
    rows = [["Name", "Value", "Ok"], ["A", 1.234, True], ["B", 51789972639.0, False]]
    rows += [["C", 0.5, True], ["D", -2, None], ["E", 1234567.25, None]]
    found = read(make("n.xlsx", workbook({"S": rows})))
    assert [row[1] for row in found[1:]] == ["1.2340", "51789972639", "0.5", "-2", "1234567.25"]
    assert [row[2] for row in found[1:3]] == ["true", "false"]


def test_old_and_open_workbooks(funnel: Run, make: Make) -> None:
    done = funnel("import", "deals", DATA / "deals.xls", "--dry-run", "--json")
    assert (done.json["added"], done.json["rejected"]) == (2, 0)
    found = read(make("d.ods", ods([["Deal Name", "Amount"], ["Dach", "1234.5"], ["Tür", "99"]])))
    assert found == [["Deal Name", "Amount"], ["Dach", "1234.5"], ["Tür", "99"]]


RECORDS: list[dict[str, Any]] = [
    {"title": "Roof", "value": 1234.5, "organisation": {"name": "Müller"}, "tags": ["x", "y, z"]},
    {"title": "Door", "emails": [{"value": "a@x.de"}, {"value": "b@x.de"}], "ok": True, "n": None},
]
COLUMNS = ["title", "value", "organisation.name", "tags", "emails", "ok", "n"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        "\ufeff" + json.dumps(RECORDS, indent=2),
        "\n".join(map(json.dumps, RECORDS)),
        json.dumps({"total": 2, "links": {"next": None}, "deals": RECORDS}),
    ],
)
def test_records_of_json(make: Make, text: str) -> None:
    assert read(make("d.json", text)) == [
        COLUMNS,
        ["Roof", "1234.5", "Müller", "x ::: y, z", "", "", ""],
        ["Door", "", "", "", "a@x.de ::: b@x.de", "true", ""],
    ]


def test_json_of_its_own_comes_back(funnel: Run, tmp_path: Path) -> None:
    funnel("contact", "add", "Eva Roth")
    funnel("deal", "add", "Roof", "--value", "1234.50", "--tag", "big", "--contact", "Eva Roth")
    for form in ("json", "jsonl", "xlsx"):
        path = tmp_path / f"own.{form}"
        funnel("deal", "list", "-o", path)
        again = funnel("import", "deals", path, "--json").json
        assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 1), form


def test_an_archive_and_a_pipe(funnel: Run, make: Make) -> None:
    deals = workbook({"Deals": [HEADER, *DEALS]})
    files = {"a/people.csv": "First Name,Last Name\nEva,Roth\n", "a/deals.xlsx": deals}
    path = make("export.zip", packed({"__MACOSX/._x": "x", "photo.png": b"\x89PNG..", **files}))
    done = funnel("import", "deals", path, "--dry-run")
    assert "Taken: a/deals.xlsx; there are also: a/people.csv" in done.stderr
    assert "Deals: 2 added" in done
    assert read(path, sheet="people") == [["First Name", "Last Name"], ["Eva", "Roth"]]
    with pytest.raises(Usage, match="has no file other"):
        open_table(str(path), sheet="other")


def test_rejected_rows_of_a_workbook_come_back_as_csv(
    funnel: Run, make: Make, tmp_path: Path
) -> None:
    rows = [HEADER, *DEALS, ["Bad", 1, "bogus", None, dt.date(2026, 2, 2), None]]
    path = make("d.xlsx", workbook({"Deals": rows, "Other": [["x", "y"], ["1", "2"]]}))
    done = funnel("import", "deals", path, "--sheet", "Deals", exit=6)
    assert "line 4: “bogus” is no stage" in done.stderr
    rejects = tmp_path / "d.rejects.csv"
    assert f"funnel import deals {rejects}" in done.stderr
    assert "--sheet" not in done.stderr.rsplit("funnel import deals", 1)[1]
    text = rejects.read_text("utf-8-sig").replace("bogus", "open")
    rejects.write_text(text)
    assert "Deals: 1 added" in funnel("import", "deals", rejects)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", "<html><table><tr><td>A</td></tr></table></html>", "is a web page"),
        ("a.xls", '<?xml version="1.0"?><Workbook/>', "is an XML file"),
        ("a.csv", b"%PDF-1.7 ...", "PDF"),
        ("a.xlsx", b"PK\x03\x04 cut off", "broken archive or workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document, not a table"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "is encrypted",
        ),
        ("a.docx", packed({"[Content_Types].xml": "x", "word/document.xml": "x"}), "is a document"),
        ("a.zip", packed({"notes/photo.png": b"\x89PNG"}), "is a picture"),
        ("a.xlsx", packed({"xl/workbook.xml": "<x"}), "damaged workbook"),
        ("a.json", '[{"title": "Roof"', "no whole JSON"),
        ("a.json", '[{"title": "Roof"}, 3]', "is no object"),
        ("a.json", "[]", "is empty"),
        ("a.json", "[" * 5_000, "without end"),
        ("a.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\n", "funnel import contacts"),
        ("a.csv", "BEGIN:VCALENDAR\r\n", "funnel import ics"),
    ],
)
def test_what_cannot_be_taken_is_said(
    funnel: Run, make: Make, name: str, content: bytes | str, words: str
) -> None:
    done = funnel("import", "deals", make(name, content), exit=None)
    assert done.exit_code in (1, 2)
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_bombs_are_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from funnelcli.formats import kinds

    monkeypatch.setattr(kinds, "LARGEST", 1 << 20)
    with pytest.raises(Usage, match="unpacks to more"):
        open_table(str(make("a.zip", packed({"deals.csv": bytes(2 << 20)}))))
    # Two cells, far from each other: a reader that makes room for all between them needs 400 GB.
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "b"
    path = make("b.xlsx", b"")
    book.save(path)
    with pytest.raises(FunnelError, match="GiB of memory"):
        open_table(str(path))
    assert sheets.MEMORY <= 2 << 30


def test_depth_without_end_is_refused_and_brackets_in_texts_are_none(make: Make) -> None:
    with pytest.raises(Usage, match="without end"):
        read(make("deep.json", '[{"a": ' + "[" * 60_000))
    texts = ["[{" * 40, 'x" [', "\\", '\\"[', "[" * 700]
    records = [{"title": text, "value": n} for n in range(300) for text in texts]
    rows = read(make("texts.json", json.dumps(records)))
    assert [row[0] for row in rows[1:]] == texts * 300


def percentages(rows: list[list[Any]], look: str) -> bytes:
    """A workbook whose numbers in the last column show percentages, away from the corner."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 3):
        for column, value in enumerate(row, 2):
            cell = book.active.cell(number, column, value)
            if column == len(row) + 1:
                cell.number_format = look
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


PERCENT_CELL = (
    '<table:table-cell office:value-type="percentage" office:value="{}"'
    ' table:formula="of:=IF(2>1;0.5)"/>'
)


def ods_percentages(rows: list[list[Any]]) -> bytes:
    """The same as an OpenDocument spreadsheet."""
    plain = [[f"%{cell}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    made = ods(plain)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    text = content["content.xml"].decode()
    for cell in {cell for row in rows for cell in row if isinstance(cell, float)}:
        string = '<table:table-cell office:value-type="string"><text:p>%{}</text:p>'
        text = text.replace(string.format(cell) + "</table:table-cell>", PERCENT_CELL.format(cell))
    return packed({**content, "content.xml": text})


@pytest.mark.parametrize("look", ["0%", "0.00%", "#,##0.0 %", "ods"])
def test_a_cell_that_shows_a_percentage_is_read_as_one(funnel: Run, make: Make, look: str) -> None:
    rows = [["Number", "Name", "Price", "VAT"], ["A", "Panel", 100, 0.19], ["B", "Beam", 50, 0.07]]
    deals = [["Title", "Value", "Probability"], ["Roof", 5000, 0.005], ["Hall", 9, 1.0]]
    funnel("field add deal Share --type number")
    shares = [["Title", "Value", "Share"], ["Barn", 5000, 0.125]]
    kept = {"prices": rows, "chances": deals, "shares": shares}
    for name, table in kept.items():
        content = ods_percentages(table) if look == "ods" else percentages(table, look)
        file = make(f"{name}.{'ods' if look == 'ods' else 'xlsx'}", content)
        funnel("import", "products" if name == "prices" else "deals", file)
    assert [row["vat"] for row in funnel("product list --json --sort=-price").json] == [19, 7]
    found = {row["title"]: row for row in funnel("deal list --json").json}
    assert [found[title]["probability"] for title in ("Roof", "Hall")] == [0, 100]
    assert found["Barn"]["fields"] == {"share": 12.5}


def test_a_percent_sign_that_is_a_text_makes_no_percentage(funnel: Run, make: Make) -> None:
    rows = [["Number", "Name", "Price", "VAT"], ["A", "Panel", 100, 19]]
    funnel("import", "products", make("prices.xlsx", percentages(rows, '0.0"%"')))
    assert funnel("product list --json").json[0]["vat"] == 19
