"""A dry run of an import tells what it would change, and that is what the import then changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from conftest import Dump, Run, Write, writer

GERMAN = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
LISTS = {"deal": ("deal", "list", "status:any"), "contact": ("contact", "list")}
HEADS = {
    "deals": "Id,Title,Value,Currency,Stage,Created,Closed,Contact,Company,Source,Tags,Notes,"
    "Date entered Needs",
    "contacts": "Id,Name,Company,Position,Email,Phone,Town,Birthday,Tags,Notes",
}
CELLS = {
    "Title": ("Roof", "Gate", 'A "b"; c', ""),
    "Value": ("", "100", "250.50"),
    "Currency": ("", "USD"),
    "Stage": ("", "Needs", "Offer", "Won", "Lost"),
    "Created": ("2026-01-05", "2026-01-06"),
    "Closed": ("2026-06-01",),
    "Date entered Needs": ("", "2026-02-03"),
    "Contact": ("", "Eva Roth", "Jo Frey"),
    "Name": ("Eva Roth", "Dr. Jo Frey", "Ann Berg"),
    "Company": ("", "Kurz GmbH", "Nord AG"),
    "Position": ("", "Buyer", "Head"),
    "Email": ("", "eva@kurz.example", "jo@nord.example"),
    "Phone": ("", "+49 30 901820"),
    "Town": ("", "Ulm", "Bonn"),
    "Birthday": ("", "1980-05-17"),
    "Source": ("", "Fair", "Cold call"),
    "Tags": ("", "vip", "a,b"),
    "Notes": ("", "Call first", "Two\nlines"),
}


def rows(kind: str) -> st.SearchStrategy[list[list[str]]]:
    """The rows of a file of this kind, each with an id of its own."""
    heads = HEADS[kind].split(",")[1:]
    row = st.tuples(*(st.sampled_from(CELLS[head]) for head in heads))
    return st.lists(row, min_size=1, max_size=4).map(
        lambda found: [[f"k{number}", *cells] for number, cells in enumerate(found)]
    )


def varied(kind: str, shift: int) -> list[list[str]]:
    """Four rows whose cells are others by every shift."""
    heads = HEADS[kind].split(",")[1:]
    return [
        [f"k{row}", *(CELLS[head][(row + shift) % len(CELLS[head])] for head in heads)]
        for row in range(4)
    ]


def text(kind: str, cells: list[list[str]]) -> str:
    """The file."""
    out = io.StringIO()
    csv.writer(out).writerows([HEADS[kind].split(","), *cells])
    return out.getvalue()


def shown(funnel: Run) -> dict[tuple[str, int], dict[str, Any]]:
    """All records as scripts get them."""
    return {
        (kind, one["id"]): one
        for kind, line in LISTS.items()
        for one in funnel(*line, "--json").json
    }


def told(record: Any) -> Any:
    """A value of a record in one cell."""
    return ", ".join(record) if isinstance(record, list) else record


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of its own; its path."""
    return writer(tmp_path, "rows.csv")


@pytest.mark.parametrize("examples", [0, pytest.param(40, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", ["deals", "contacts"])
def test_what_a_dry_run_tells_is_what_the_import_changes(
    funnel: Run, write: Write, state: Callable[[], Dump], kind: str, examples: int
) -> None:
    @settings(
        max_examples=examples or 1,
        deadline=None,
        # A smaller example of what fails takes minutes to find.
        phases=[Phase.generate if examples else Phase.explicit],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @example(first=varied(kind, 0), second=varied(kind, 1))
    @given(first=rows(kind), second=rows(kind))
    def check(first: list[list[str]], second: list[list[str]]) -> None:
        words = ("import", kind, write(text(kind, first)), "--key", "Id", "--json")
        funnel(*words, exit=None)
        old, standing = shown(funnel), state()
        write(text(kind, second))
        trial = funnel(*words, "--dry-run", exit=None).json
        assert state() == standing
        done = funnel(*words, exit=None).json
        now = shown(funnel)
        found = trial.pop("differences")
        changed = [one for one in found if one["change"] == "changed"]
        for one in changed:
            key = (one["kind"], one["id"])
            # No list of deals has these.
            if one["field"] not in ("stages", "people"):
                assert told(old[key][one["field"]]) == one["old"]
                assert told(now[key][one["field"]]) == one["new"]
            assert one["old"] != one["new"]
        # No record differs of which it says nothing, and none is new.
        fields = {(one["kind"], one["id"]) for one in changed}
        assert {key for key in old if told_apart(old[key], now[key])} <= fields
        new = [(one["kind"], one["record"]) for one in found if one["change"] == "new"]
        title = {"deal": "title", "contact": "name"}
        assert sorted(new) == sorted(
            (key[0], now[key][title[key[0]]]) for key in now.keys() - old.keys()
        )
        assert bool(found) == (state() != standing)
        assert trial["updated"] == done["updated"]
        assert funnel(*words, "--dry-run", exit=None).json["differences"] == []
        while funnel("undo", exit=None).exit_code == 0:
            pass

    check()


def told_apart(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a record itself differs: not what follows from others, or from the time."""
    follows = ("organisation", "contact", "lifecycle", "open_deals", "last_contact_at")
    return any(old[name] != new[name] for name in old if name not in follows)


def test_the_table_that_a_person_reads_and_the_rows_that_programs_get(
    funnel: Run, tmp_path: Path, write: Write
) -> None:
    header = "Id,Title,Value,Stage,Tags\n"
    deals = write(header + "7,Roof,100,Needs,a\n8,Gate,200,Needs,\n", "deals.csv")
    funnel("import", "deals", deals, "--key", "Id")
    write(header + "7,Roof,150,Offer,b\n8,Gate,200,Needs,\n9,Fence,5,Needs,\n", "deals.csv")
    words = ("import", "deals", deals, "--key", "Id", "--dry-run")
    screen = funnel(*words, tty=True, env=GERMAN)
    for line in ("Wert", "Stufe", "100,00", "150,00", "Neu: 1 Geschäft (Fence)"):
        assert line in screen
    assert "Deals" not in screen
    table = list(csv.DictReader(io.StringIO(funnel(*words, "--csv"))))
    assert [(one["record"], one["field"], one["old"], one["new"]) for one in table] == [
        ("Roof", "stage", "needs", "offer"),
        ("Roof", "value", "100.00", "150.00"),
        ("Roof", "probability", "25", "50"),
        ("Roof", "tags", "a", "a, b"),
        ("Fence", "", "", ""),
    ]
    assert {one["change"] for one in table} == {"changed", "new"}
    out = tmp_path / "diff.xlsx"
    funnel(*words, "-o", out)
    assert out.stat().st_size > 1000
    funnel(*words[:-1], "--csv")
    assert list(csv.DictReader(io.StringIO(funnel(*words, "--csv")))) == []
    assert "Stufe" not in funnel(*words, tty=True, env=GERMAN)


def test_all_kinds_that_are_imported(funnel: Run, write: Write) -> None:
    prices = write("Number,Name,Price,VAT,Unit\nC-1,Cable,3.50,19,m\n", "prices.csv")
    deals = write("Record ID,Deal Name,Deal Stage,Amount\n7,Roof,needs,100\n", "deals.csv")
    calls = write(
        "Record ID,Activity type,Activity date,Call notes,Associated Deal IDs\n"
        "31,Call,2026-03-02 10:00,Wants more,7\n32,Task,2027-03-02,Send it,7\n",
        "calls.csv",
    )
    first = funnel("import", prices, deals, calls, "-y", "-n", "--json").json
    assert {one["kind"] for one in first["differences"]} >= {"product", "deal", "visit"}
    funnel("import", prices, deals, calls, "-y")
    write("Number,Name,Price,VAT,Unit\nC-1,Cable,4.50,19,m\n", "prices.csv")
    write("Record ID,Deal Name,Deal Stage,Amount\n7,Roof,needs,120\n", "deals.csv")
    write(
        "Record ID,Activity type,Activity date,Call notes,Associated Deal IDs\n"
        "31,Call,2026-03-02 10:00,Wants less,7\n32,Task,2027-03-02,Send it,7\n",
        "calls.csv",
    )
    again = funnel("import", prices, deals, calls, "-n", "--json").json
    told = {(one["kind"], one["field"]): (one["old"], one["new"]) for one in again["differences"]}
    assert told["deal", "value"] == (100, 120)
    assert told["product", "price"] == (3.5, 4.5)
    assert told["visit", "said"] == ("Wants more", "Wants less")
    later = funnel("import", "products", prices, "--from", "2099-01-01", "-n", "--json").json
    assert [one["field"] for one in later["differences"]] == ["prices"]
    assert "2099-01-01 4.50" in later["differences"][0]["new"]
