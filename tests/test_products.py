"""Products, their prices from day to day, and price lists."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from conftest import Clock, Run


@pytest.fixture
def roof(funnel: Run) -> Run:
    """A database with one product."""
    funnel("product add SOL-10 'Solar roof' --price 12500 --cost 8900 --vat 19")
    return funnel


def test_a_product_is_what_was_typed(funnel: Run) -> None:
    made = funnel(
        "product add SERV Service --price 85 --cost 40 --vat 7,5 --unit Stunde --from 2026-01-01"
        " --until 31.12.2026 --json"
    ).json
    wanted = {
        "sku": "SERV",
        "unit": "hour",
        "price": 85,
        "cost_minor": 4000,
        "margin": 45,
        "currency": "EUR",
        "vat": 7.5,
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    assert {key: made[key] for key in wanted} == wanted


def test_the_rate_of_vat_must_come_from_somewhere(funnel: Run) -> None:
    error = funnel("product add A Thing --price 5", exit=2).stderr
    assert "--vat" in error
    funnel("config set vat 8.1")
    assert funnel("product", "add", "A", "Thing", "--price", 5, "--json").json["vat"] == 8.1


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("SOL-10", "Again", "--price", "1", "--vat", "19"), 3),
        (("X", "Thing", "--price", "1", "--vat", "101"), 2),
        (("X", "Thing", "--price", "1", "--vat", "19.125"), 2),
        (("X", "Thing", "--price", "-1", "--vat", "19"), 2),
        (("X", "Thing", "--price", "lots", "--vat", "19"), 2),
        (("X", " ", "--price", "1", "--vat", "19"), 2),
        (("X", "Thing", "--price", "1", "--cost", "USD 1", "--vat", "19"), 2),
        (("X", "Thing", "--price", "1", "--vat", "19", "--from", "eom", "--until", "today"), 2),
    ],
)
def test_what_does_not_fit_is_refused_whole(roof: Run, args: tuple[str, ...], code: int) -> None:
    before = roof("product", "list", "--json")
    roof("product", "add", *args, exit=code)
    assert roof("product", "list", "--json") == before


def test_a_price_holds_until_the_next_one(roof: Run, clock: Clock) -> None:
    roof("product price SOL-10 12900 --from 2027-01-01")
    shown = roof("product show SOL-10 --json").json
    assert shown["price_minor"] == 1250000
    prices = [(row["valid_from"], row["price_minor"], row["cost_minor"]) for row in shown["prices"]]
    assert prices == [("2026-11-24", 1250000, 890000), ("2027-01-01", 1290000, 890000)]
    clock.set("2027-01-01 08:00")
    assert roof("product", "show", "SOL-10", "--json").json["price_minor"] == 1290000


def test_another_currency_keeps_price_and_cost(roof: Run) -> None:
    roof("product price SOL-10 --currency JPY")
    row = next(csv.DictReader(io.StringIO(roof("product list --csv"))))
    assert (row["price"], row["cost"], row["currency"]) == ("12500", "8900", "JPY")
    roof("product price SOL-10 --currency KWD")
    row = next(csv.DictReader(io.StringIO(roof("product list --csv"))))
    assert (row["price"], row["cost"], row["currency"]) == ("12500.000", "8900.000", "KWD")
    roof("product price SOL-10 9.995 --cost 8.125")
    before = roof("product show SOL-10 --json")
    assert "KWD 9.995" in roof("product price SOL-10 --currency EUR", exit=2).stderr
    assert roof("product show SOL-10 --json") == before


def test_a_price_in_another_currency_says_that_the_cost_is_not_known(roof: Run) -> None:
    assert "no own cost in USD" in roof("product price SOL-10 'USD 13500'").stderr
    row = next(csv.DictReader(io.StringIO(roof("product list --csv"))))
    assert (row["price"], row["cost"], row["currency"]) == ("13500.00", "", "USD")
    assert "no own cost" not in roof("product price SOL-10 'EUR 12500' --cost 9000").stderr


def test_the_same_price_again_changes_nothing_to_undo(roof: Run) -> None:
    assert "nothing changed" in roof("product", "price", "SOL-10", 12500)
    assert "product add" in roof("undo")


def test_editing_and_removing_can_be_undone(roof: Run) -> None:
    roof("product edit solar --name 'Solar roof 10 kW' --number SOL-11")
    assert roof("product", "show", "SOL-11", "--json").json["name"] == "Solar roof 10 kW"
    before = roof("product show 1 --json")
    roof("product", "remove", "SOL-11")
    roof("product", "show", "SOL-11", exit=4)
    roof("undo")
    assert roof("product", "show", 1, "--json") == before


def test_the_list_filters_sorts_and_prints_in_every_format(roof: Run) -> None:
    roof("product add OLD 'Old hat' --price 5 --vat 7 --until 2026-01-31")
    assert [row[1] for row in roof("product", "list").rows] == ["OLD", "SOL-10"]
    assert [row["sku"] for row in roof("product", "list", "is:valid", "--json").json] == ["SOL-10"]
    assert roof("product", "list", "price:<100", "--ids") == "2\n"
    assert "Old hat" in roof("product", "list", tty=True, width=60)
    for form in ("--csv", "--tsv", "--md", "--html", "--jsonl"):
        assert "Solar roof" in roof("product", "list", form)


LIST = """Artikelnummer;Bezeichnung;Einheit;VK netto;EK;MwSt;gültig bis
A-1;Dachhaken;Stück;12,50;7,00;19 %;
A-2;Montage;Stunde;1.085,00;40,00;19;31.12.2027
A-3;Kabel;m;;0,90;19;
A-2;Doppelt;Stück;5,00;;19;
A-4;Buch;;9,99;;7;
"""


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """A price list as a German spreadsheet writes it, with two rows that cannot be taken."""
    path = tmp_path / "prices.csv"
    path.write_bytes(LIST.encode("cp1252"))
    return path


def test_a_price_list_comes_in_and_its_bad_rows_go_out(funnel: Run, prices: Path) -> None:
    result = funnel("import", "products", prices, "--json", exit=6).json
    assert (result["added"], result["rejected"]) == (3, 2)
    rows = [row.split(";") for row in Path(result["rejects"]).read_text("cp1252").splitlines()]
    assert [(row[0], row[-1]) for row in rows[1:]] == [
        ("A-3", "no price"),
        ("A-2", "the number A-2 is that of line 3 too"),
    ]
    found = funnel("product", "list", "--json=sku,unit,price_minor,cost,vat,valid_until").json
    assert [list(row.values()) for row in found] == [
        ["A-1", "piece", 1250, 7, 19, None],
        ["A-2", "hour", 108500, 40, 19, "2027-12-31"],
        ["A-4", "piece", 999, None, 7, None],
    ]


def test_the_mended_rejects_can_be_imported(funnel: Run, prices: Path) -> None:
    result = funnel("import", "products", prices, "--json", exit=6).json
    rejects = Path(result["rejects"])
    text = rejects.read_text("cp1252").replace("m;;", "m;1,20;")
    rejects.write_text(text, "cp1252")
    assert result["rest"] == (
        f"funnel import products {rejects} --json --encoding cp1252 --decimal ,"
        " --date-format DD.MM.YYYY"
    )
    again = funnel(result["rest"].removeprefix("funnel ")).json
    # The doubled row is the only one of its number in this file: it is an update now.
    assert (again["added"], again["updated"], again["rejected"]) == (1, 1, 0)


def test_the_same_list_again_changes_nothing_and_a_new_price_is_history(
    funnel: Run, prices: Path, tmp_path: Path
) -> None:
    funnel("import", "products", prices, exit=6)
    before = funnel("product", "list", "--json")
    again = funnel("import", "products", prices, "--json", exit=6).json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 3)
    assert funnel("product", "list", "--json") == before
    dearer = tmp_path / "dearer.csv"
    dearer.write_bytes(LIST.replace("12,50", "13,00").encode("cp1252"))
    funnel("import", "products", dearer, "--from", "2027-01-01", exit=6)
    shown = funnel("product show A-1 --json").json["prices"]
    assert [(row["valid_from"], row["price_minor"]) for row in shown] == [
        ("2026-11-24", 1250),
        ("2027-01-01", 1300),
    ]
    funnel("undo")
    assert funnel("product", "list", "--json") == before
    assert len(funnel("product", "show", "A-1", "--json").json["prices"]) == 1


def test_one_undo_takes_a_whole_list_back(funnel: Run, prices: Path) -> None:
    funnel("import", "products", prices, exit=6)
    funnel("undo")
    assert funnel("product", "list", "--json").json == []


def test_a_dry_run_writes_nothing(funnel: Run, prices: Path) -> None:
    said = funnel("import", "products", prices, "--dry-run", exit=6)
    assert "Dry run" in said
    assert funnel("product", "list", "--json").json == []
    assert list(prices.parent.glob("*.rejects*")) == []


def test_a_list_that_lacks_a_column_says_how_to_name_it(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Code,Name,What it costs\nA,Thing,5\nB,Other,6\n", "utf-8")
    error = funnel("import", "products", path, "--vat", "19", exit=2).stderr
    assert "--map sku=" in error
    maps = ("--map", "sku=Code", "--map", "price=What it costs")
    assert funnel("import", "products", path, "--vat", "19", *maps, "--json").json["added"] == 2
