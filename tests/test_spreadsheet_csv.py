"""CSV for spreadsheets: as a German Excel opens it, and with its formulas defused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Run
from every_kind import COLUMNS, ROW
from funnelcli.errors import Usage
from funnelcli.formats.tabular import open_table
from funnelcli.render import Column, Listing, Output, emit
from funnelcli.values import dates

GERMAN = {"FUNNEL_LOCALE": "de_DE"}


@pytest.fixture(autouse=True)
def _plain_surroundings() -> Any:
    dates.set_zone("Europe/Berlin")
    yield
    dates.set_zone(None)


def written(result: Any, **options: Any) -> str:
    out = io.StringIO()
    emit(result, Output(stdout=out, **options))
    return out.getvalue()


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        (
            "de_DE",
            "7;won;12500,50;EUR;60;0,425;2026-11-25;2026-11-24 13:00:00;1530;12,5;true;fair,vip",
        ),
        (
            "en_US",
            '7,won,12500.50,EUR,60,0.425,2026-11-25,2026-11-24 13:00:00,1530,12.5,true,"fair,vip"',
        ),
    ],
)
def test_csv_for_excel_follows_the_locale(locale: str, line: str) -> None:
    text = written(Listing(COLUMNS, [ROW]), format="csv", excel=True, locale=locale)
    assert text[0] == "\ufeff"
    assert text.split("\n")[1] == line
    assert written(Listing(COLUMNS, [ROW]), format="csv", locale=locale)[0] != "\ufeff"


@pytest.mark.parametrize("form", ["tsv", "json", "xlsx", "ids", None])
def test_excel_is_for_csv_alone(form: str | None) -> None:
    with pytest.raises(Usage, match="this is not CSV"):
        written(Listing(COLUMNS, [ROW]), format=form, excel=True)


def test_the_ending_of_a_file_says_csv_for_excel_too(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Roof --value '1234.50 EUR'")
    path = tmp_path / "deals.csv"
    funnel("deal", "list", "--excel", "-o", path, env=GERMAN)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid;public_id;")
    said = funnel("deal", "list", "--excel", "-o", tmp_path / "deals.md", exit=2)
    assert "this is not CSV" in said.stderr


def test_what_excel_gets_can_be_imported(funnel: Run, tmp_path: Path, db: str) -> None:
    funnel("deal add 'Dach; „Süd“' --value '1234.50 EUR' --probability 35 --tag fair")
    funnel("deal add Hof --value '2000000 EUR'")
    path = tmp_path / "deals.csv"
    funnel("deal", "list", "--excel", "-o", path, env=GERMAN)
    fields = "--json=title,value,currency,probability,tags,opened_on"
    before = funnel("deal", "list", fields).json
    funnel("deal remove 1 2 --yes")
    funnel("import", "deals", path, "--map", "opened=opened_at")
    after = funnel("deal", "list", fields).json
    assert sorted(map(json.dumps, after)) == sorted(map(json.dumps, before))


# Formulas ---------------------------------------------------------------------------------------

_PIECES = st.sampled_from(list("'=+-@\uff1d \t\r\n\u00a0\ufeffa;,\""))
_TEXTS = st.lists(_PIECES, max_size=6).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
)


@given(st.lists(_TEXTS, min_size=1, max_size=4), st.booleans())
@settings(deadline=None)
def test_every_text_comes_back_from_a_neutralised_export(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], excel: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "neutral.csv"
    rows = [{"id": n, "t": text} for n, text in enumerate(texts, 1)]
    listing = Listing([Column("id", "Id", "id"), Column("t", "T")], rows)
    options = {"neutralise": True, "excel": excel, "locale": "de_DE"}
    emit(listing, Output(path=str(path), quiet=True, **options))  # type: ignore[arg-type]
    with open_table(str(path)) as table:
        assert [row.cells for row in table.rows()] == [[str(row["id"]), row["t"]] for row in rows]
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file, delimiter=";" if excel else ","))
    for _id, cell in found[1:]:
        assert cell[:1] not in ("\t", "\r")
        assert cell.lstrip()[:1] not in set("=+-@\uff1d")
        assert cell.lstrip().lstrip("\ufeff")[:1] not in set("=+-@\uff1d")


def test_numbers_stay_numbers_where_formulas_are_defused() -> None:
    columns = [Column("a", "A", "int"), Column("m", "M", "money"), Column("t", "T")]
    row = {"a": -5, "m": -150, "currency": "EUR", "t": "-5"}
    assert written(Listing(columns, [row]), format="csv", neutralise=True).split("\n")[1] == (
        "-5,-1.50,EUR,'-5"
    )


def test_an_article_keeps_its_number(funnel: Run, tmp_path: Path) -> None:
    funnel("config set vat 19")
    for number in ("'=1+1", "=1+1", "\ufeff=2"):
        funnel("product", "add", number, f"Part {number}", "--price", "10 EUR")
    before = funnel("product", "list", "--json=sku,name").json
    path = tmp_path / "products.csv"
    funnel("product", "list", "--neutralise", "-o", path)
    assert "4 unchanged" not in funnel("import", "products", path, tty=True)
    assert funnel("product", "list", "--json=sku,name").json == before
