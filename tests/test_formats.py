"""Every command says the same in every format: the same facts, and an amount as one number.

The commands run on the sample of :mod:`every_command`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import Run
from every_command import PRINTING, Program, lines, words
from funnelcli.prompt import _options as known
from funnelcli.values.currencies import exponent

# The value of a setting is called like that of a deal.
NO_AMOUNTS = ("config list", "config set", "config unset")


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


@pytest.mark.parametrize("path", [path for path in PRINTING if path not in NO_AMOUNTS])
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
