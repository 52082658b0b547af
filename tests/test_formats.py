"""Every command says the same in every format: the same facts, and an amount as one number.

The commands run on the sample of :mod:`every_command`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import Run, some
from every_command import PRINTING, Program, lines, words
from funnelcli.prompt import _options as known
from funnelcli.values.currencies import exponent

# The value of a setting is called like that of a deal, and a column of SQL as whoever asks likes.
NO_AMOUNTS = ("config list", "config set", "config unset", "sql", "remind")


def exact(text: str) -> Any:
    """JSON with its numbers as they are written."""
    return json.loads(text, parse_float=Decimal)


def objects(thing: Any) -> Iterator[dict[str, Any]]:
    """Every object in what was printed, wherever it stands."""
    if isinstance(thing, dict):
        yield thing
    for item in thing.values() if isinstance(thing, dict) else thing:
        if isinstance(item, dict | list):
            yield from objects(item)


# Amounts ------------------------------------------------------------------------------------------

# The VAT of a product is its rate, a median may be one of days, and wins are counted net.
OTHERS = {"vat", "median", "net"}
AMOUNTS = {
    name.removesuffix("_minor")
    for names in known.FIELDS.values()
    for name in names
    if name.endswith("_minor")
} - OTHERS


@pytest.mark.parametrize("path", some(path for path in PRINTING if path not in NO_AMOUNTS))
def test_an_amount_is_in_major_units_with_its_minor_units_beside_it(
    program: Program, path: str
) -> None:
    for line in lines(path):
        result = program(path, *words(line), "--json")
        if result.exit_code not in (0, 6):
            continue
        outer = ""
        for found in objects(exact(result)):
            outer = found.get("currency") or outer
            for name, value in found.items():
                if name.endswith("_minor"):
                    major = found[name.removesuffix("_minor")]
                    own = found.get(f"{name.removesuffix('_minor')}_currency")
                    decimals = exponent(own or found.get("currency") or outer)
                    assert (value is None) == (major is None), (path, name, found)
                    assert value is None or major == Decimal(value).scaleb(-decimals), (path, name)
                    assert value is None or type(value) is int, (path, name)
                elif name in AMOUNTS and not isinstance(value, dict | list):
                    assert f"{name}_minor" in found, (path, name, found)


@pytest.mark.parametrize(
    ("typed", "shown", "minor"),
    [
        ("EUR 12500.5", "12500.50", 1250050),
        ("JPY 5000", "5000", 5000),
        ("KWD 0.05", "0.050", 50),
        ("EUR 0", "0.00", 0),
        ("EUR 1000000000000", "1000000000000.00", 10**14),
    ],
)
def test_one_name_is_one_number_in_every_format(
    funnel: Run, tmp_path: Path, typed: str, shown: str, minor: int
) -> None:
    """Digit for digit, where a format has digits of its own."""
    funnel("deal", "add", "Roof", "--value", typed)
    currency = typed[:3]
    for printed in (
        funnel("deal list --json"),
        funnel("deal list --jsonl"),
        funnel("deal show 1 --json"),
        funnel("deal edit 1 --tag vip --json"),
        funnel("deal list --json=value,value_minor"),
    ):
        assert f'"value": {shown}, ' in printed or f'"value": {shown},\n' in printed
        (found, *_more) = objects(exact(printed))
        assert (found["value"], found["value_minor"]) == (Decimal(shown), minor)
        assert found.get("currency", currency) == currency
    (row,) = csv.DictReader(io.StringIO(funnel("deal list --csv")))
    assert (row["value"], row["currency"]) == (shown, currency)
    assert "value_minor" not in row
    assert funnel("deal list --tsv=value").lines == ["value", shown]
    assert shown in funnel("deal list").lines[0].split("\t")
    funnel("deal", "list", "-o", tmp_path / "deals.xlsx")
    heads, cells = openpyxl.load_workbook(tmp_path / "deals.xlsx").active.values
    assert Decimal(str(cells[heads.index("Value")])) == Decimal(shown)


def test_the_minor_units_can_be_chosen_in_json_alone(funnel: Run) -> None:
    funnel("deal add Roof --value 84k")
    assert funnel("deal list --json=value_minor").json == [{"value_minor": 8400000}]
    assert "value_minor" in funnel("deal list --json=value_mino", exit=2).stderr
    assert "There is no field value_minor" in funnel("deal list --csv=value_minor", exit=2).stderr
    assert "…_minor" in funnel("deal list --help")


# The same facts -----------------------------------------------------------------------------------

READING = [path for path, row in known.COMMANDS.items() if "r" in row[2]]
SHOWING = [path for path in READING if path.endswith(" show")]
# They print a text as it is, or make something anew each time.
NO_PAGES = (
    "visit print",
    "brief",
    "demo",
    "hooks test",
    "remind",
    "letter print",
    "offer print",
    "completion",
    "backup",
    "export all",
    "import all",
    "import ics",
    "import contacts",
    "import files",
    "import deals",
    "import products",
    "import activities",
    "import steps",
    "import stages",
    "import offers",
)


def cells_of(text: str, delimiter: str) -> list[list[str]]:
    """The rows of CSV or TSV, the latter with its escapes undone."""
    if delimiter == ",":
        return list(csv.reader(io.StringIO(text, newline="")))
    return [line.split("\t") for line in text.split("\n")[:-1]]


def unescaped(cell: str) -> str:
    """A cell of TSV with its line ends."""
    return cell.replace("\\n", "\n").replace("\\\\", "\\")


def fact(value: Any) -> str:
    """A value of JSON as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def facts(thing: Any) -> set[str]:
    """Every value in what JSON has, amounts under one name."""
    found = set()
    for one in objects(thing):
        for name, value in one.items():
            plain = not isinstance(value, dict) and not (
                isinstance(value, list) and any(isinstance(item, dict) for item in value)
            )
            if plain and value not in (None, "", []) and not name.endswith("_minor"):
                found.add(fact(value))
    return found


@pytest.mark.parametrize("path", some(path for path in READING if path not in NO_PAGES))
def test_every_format_has_the_same_facts(program: Program, path: str, tmp_path: Path) -> None:
    """Of a page of several parts all that JSON has, of a table its rows."""
    line = words(lines(path)[0])
    shown = program(path, *line)
    if shown.exit_code not in (0, 6) or not shown:
        return
    whole = json.loads(
        program(path, *line, "--json"),
        parse_float=lambda text: float(text) if "e" in text else text,
    )
    if path == "deal ask":
        whole = whole["questions"]
    table = cells_of(program(path, *line, "--csv"), ",")
    assert len({len(row) for row in table}) == 1, "one table, every row of one length"
    held = {cell for row in table[1:] for cell in row}
    held |= {name for row in table[1:] for name in row[0].split(".")}
    parts = table[0] == ["part", "row", "field", "value"]
    if parts or isinstance(whole, list):
        wanted = facts(whole)
    else:
        wanted = facts(
            next(
                (whole[name] for name in ("rows", "stages", "differences") if name in whole), whole
            )
        )
    missing = {text for text in wanted - held if not is_number(text)}
    if path == "show":
        # Its kind, and how many a share is of, are no columns of the table.
        missing -= {"open", "won", "post", "outside"}
    assert not missing, (path, missing)
    tabbed = cells_of(program(path, *line, "--tsv"), "\t")
    assert [[unescaped(cell) for cell in row] for row in tabbed] == table
    # A pipe has the parts, or the rows.
    piped = shown.split("\n")[:-1]
    if parts:
        assert {row.partition("\t")[0] for row in piped} == {row[0] for row in table[1:]}
        assert not any(line.startswith((" ", "\t")) for line in piped)
    elif path not in ("show", "diff", "report cost", "report forecast") and not path.endswith(
        " show"
    ):
        assert len(piped) == len(table) - 1
    # A workbook has every part on a sheet, or the rows.
    result = program(path, *line, "-o", tmp_path / "book.xlsx")
    assert result.exit_code in (0, 6), result.stderr
    sheets = openpyxl.load_workbook(tmp_path / "book.xlsx").worksheets
    if parts:
        assert len(sheets) == len({row[0] for row in table[1:]})
    for form in ("--md", "--html", "--jsonl"):
        assert program(path, *line, form).exit_code in (0, 6)


@pytest.mark.parametrize(
    "path", some(path for path in PRINTING if path not in (*NO_PAGES, *NO_AMOUNTS, "call"))
)
def test_what_a_program_reads_is_the_same_in_every_locale(program: Program, path: str) -> None:
    """No amount, number or day inside a text is written as a person's locale has it."""
    forms = [()]
    if path in READING:
        # What is written anew has another public id each time.
        forms += [("--json",), ("--csv",)]
    if path.startswith("report "):
        forms += [("--json", "--explain")]
    for line in lines(path):
        for form in forms:
            english, german = (
                program(path, *words(line), *form, env={"FUNNEL_LOCALE": locale})
                for locale in ("en_US", "de_DE")
            )
            assert english == german, (path, form)


def is_number(text: str) -> bool:
    """Whether a fact is a number, whose digits a format may round."""
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.fixture
def two(funnel: Run) -> Run:
    """A product with two prices, and a contact who has bought and has a second deal."""
    funnel("product add WB-11 Wallbox --price 780 --vat 19 --from 2026-01-01")
    funnel("product price WB-11 800 --from 2026-06-01")
    funnel("contact add 'Anna Ott' --town Köln")
    funnel("deal add Roof --contact ott --value 84k")
    funnel("win Roof")
    funnel("deal add Shed --contact ott --value 'JPY 5000'")
    funnel("deal edit Shed --value 'JPY 7000'")
    return funnel


def test_a_page_in_a_pipe_has_each_part_under_its_name(two: Run) -> None:
    product = two("product show WB-11").lines
    assert "product\tsku\tWB-11" in product
    assert "product\tcurrency\tEUR" in product
    prices = [line.split("\t")[1:4] for line in product if line.startswith("prices\t")]
    assert sorted(prices) == [["2026-01-01", "780.00", "EUR"], ["2026-06-01", "800.00", "EUR"]]
    contact = two("contact show ott").lines
    assert "contact\tname\tAnna Ott" in contact
    assert "contact\ttown\tKöln" in contact
    assert sum(line.startswith("deals\t") for line in contact) == 2
    deal = two("deal show Shed").lines
    assert {"deal\tvalue\t7000", "deal\tcurrency\tJPY"} <= set(deal)
    assert any(line.startswith("story\t") for line in deal)


def test_the_amounts_of_a_story_are_numbers_of_their_own(two: Run) -> None:
    (won,) = [
        one for one in two("deal show Roof --json=story").json["story"] if one["what"] == "won"
    ]
    assert (won["value"], won["value_minor"], won["currency"]) == (84000, 8400000, "EUR")
    assert won["event"] == "won for EUR 84000.00"
    lines = two("deal show Shed --csv=story").lines
    assert any("value JPY 7000,7000,JPY" in line for line in lines), lines
    assert "won for €84,000.00" in two("deal show Roof", tty=True)
    assert "won for €84,000.00" in two("deal show Roof --md")


def test_amounts_of_several_currencies_sort_as_amounts_on_a_page_of_html(two: Run) -> None:
    page = two("deal list --html")
    assert re.search(r'data-v="84000.00"[^>]*>€84,000.00<', page)
    assert re.search(r'data-v="7000"[^>]*>¥7,000<', page)


def test_a_page_as_csv_is_a_field_a_row_and_a_part_is_a_table(two: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(two("contact show ott --csv"))))
    assert {"part": "contact", "row": "1", "field": "name", "value": "Anna Ott"} in rows
    values = [row["value"] for row in rows if (row["part"], row["field"]) == ("deals", "value")]
    assert sorted(values) == ["7000", "84000.00"]
    chosen = two("contact show ott --csv=id,name,town").lines
    assert chosen == ["id,name,town", "1,Anna Ott,Köln"]
    prices = list(csv.DictReader(io.StringIO(two("product show WB-11 --csv=prices"))))
    assert sorted(row["price"] for row in prices) == ["780.00", "800.00"]
    assert two("contact show ott --ids") == "1\n"
    assert "a table of its own" in two("contact show ott --csv=name,deals", exit=2).stderr
    assert "Did you mean deals" in two("contact show ott --csv=deal", exit=2).stderr


def test_all_reports_in_a_pipe_are_lines_of_one_kind(two: Run) -> None:
    lines = two("report all").lines
    assert lines
    assert all("\t" in line for line in lines)
    assert any(line.startswith("snapshot.rows\t") for line in lines)
    # No float shows its noise.
    assert not [
        cell for line in lines for cell in line.split("\t") if len(cell) > 15 and is_number(cell)
    ]


@pytest.mark.parametrize(
    "path", [path for path in READING if path.startswith("report ") and path != "report all"]
)
def test_what_a_report_rests_on_and_its_total_are_tables_of_text(
    program: Program, path: str
) -> None:
    """They stand in no row, so that those can be read in as they are."""
    line = words(lines(path)[0])
    whole = program(path, *line, "--json").json
    (basis,) = csv.DictReader(io.StringIO(program(path, *line, "--csv=basis")))
    for name in ("title", "rule", "zone", "n", "unit"):
        assert basis[name] == str(whole[name])
    total = program(path, *line, "--csv=total")
    if whole["total"] is None:
        assert total.exit_code == 2
    else:
        (row,) = csv.DictReader(io.StringIO(total))
        assert facts(whole["total"]) - set(row.values()) <= {
            text for text in facts(whole["total"]) if is_number(text)
        }


def test_numbers_of_a_record_stay_numbers_in_a_spreadsheet(two: Run, tmp_path: Path) -> None:
    two("product add SRV '=service' --price 5.50 --cost 7 --vat 19")
    rows = csv.reader(io.StringIO(two("product show SRV --csv --neutralise")))
    held = {row[2]: row[3] for row in rows if row[0] == "product"}
    assert (held["margin"], held["name"]) == ("-1.50", "'=service")
    excel = two("product show SRV --csv --excel", env={"FUNNEL_LOCALE": "de_DE"})
    assert "product;1;margin;-1,50\n" in excel
    two("product", "show", "SRV", "-o", tmp_path / "srv.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "srv.xlsx").worksheets[0]
    assert dict(sheet.values)["margin"] == -1.5
