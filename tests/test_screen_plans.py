"""How SQLite answers the screens of the day: what they cost where there are a million deals."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from conftest import Run
from funnelcli.db import connection

pytestmark = pytest.mark.sqlite("SQLite's plans")

# Tables of a few dozen rows, and what a statement has made itself.
SMALL = {"s", "p", "k", "f", "z", "m", "y", "e", "contract", "xr", "j", "u", "a"}
# Of a status there are as many records as there are records.
ALL_OF_A_STATUS = "(status=?)"
OF_DEALS = (["SCAN", "d"], ["SEARCH", "d"])


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What SQLite is asked meanwhile."""
    said: list[str] = []
    plainly = connection.open_file

    def traced(*words: object, **more: object) -> sqlite3.Connection:
        conn: sqlite3.Connection = plainly(*words, **more)  # type: ignore[arg-type]
        conn.set_trace_callback(said.append)
        return conn

    monkeypatch.setattr(connection, "open_file", traced)
    return said


def rereads(conn: sqlite3.Connection, statement: str) -> Iterator[str]:
    """What a statement reads whole, or all of a status of, for every row of something else."""
    within: dict[int, bool] = {0: False}
    reading: set[int] = set()
    # What a part gives is read as it is made; what the part itself reads is looked at by itself.
    made: set[str] = set()
    for step, parent, _none, detail in conn.execute(f"EXPLAIN QUERY PLAN {statement}"):
        again = within.get(parent, False)
        within[step] = again or detail.startswith("CORRELATED")
        if detail.startswith("CO-ROUTINE"):
            made.add(detail.split()[1])
        if not detail.startswith(("SCAN", "SEARCH")) or detail.split()[1] in made:
            continue
        # Whatever stands behind another table of the same step is read for each of its rows.
        again = again or parent in reading
        reading.add(parent)
        whole = detail.startswith("SCAN") and "CONSTANT" not in detail
        if again and detail.split()[1] not in SMALL and (whole or ALL_OF_A_STATUS in detail):
            yield detail


def plan_of(db: str, statements: list[str]) -> list[str]:
    """How SQLite answers these, step by step."""
    with closing(sqlite3.connect(db)) as conn:
        return [step[3] for one in statements for step in conn.execute(f"EXPLAIN QUERY PLAN {one}")]


@pytest.mark.parametrize(
    "line",
    [
        "today",
        "show",
        "agenda --week",
        "route",
        "call --list",
        "call --list source:fair",
        "status",
        "deal list",
        "deal list is:rotten --sort next",
        "deal list is:overdue",
        "deal show 1",
        "step list",
        "step done 1",
        "contact list",
        "contact show 1",
        "report ageing",
        "guide 1",
    ],
)
def test_no_screen_reads_a_table_again_for_every_row(
    funnel: Run, db: str, statements: list[str], line: str
) -> None:
    funnel("contact add 'Solar AG' --phone '0171 2345678'")
    funnel("deal add Roof --contact solar --value 10k")
    funnel("next 1 'send offer' --due tomorrow")
    statements.clear()
    funnel(line, exit=None)
    asked = [one for one in statements if one.lstrip().startswith(("--", "SELECT", "WITH"))]
    assert asked
    with closing(sqlite3.connect(db)) as conn:
        found = {one: [*rereads(conn, one)] for one in asked}
    assert {one: details for one, details in found.items() if details} == {}


@pytest.mark.parametrize("line", ["agenda", "today", "deal list is:revocable", "milestone list"])
def test_what_few_deals_have_is_not_looked_for_among_all(
    funnel: Run, db: str, statements: list[str], line: str
) -> None:
    funnel("deal add Roof")
    funnel("deal win 1 --value 100 --yes", exit=None)
    statements.clear()
    funnel(line)
    rare = [one for one in statements if "FROM milestone" in one or "withdrawal_from IS NOT" in one]
    assert rare
    plan = plan_of(db, rare)
    assert not [step for step in plan if "deal_status" in step]


@pytest.mark.parametrize("line", ["show", "today"])
def test_sums_over_all_deals_read_them_as_they_lie_in_the_file(
    funnel: Run, db: str, statements: list[str], line: str
) -> None:
    funnel("deal add Roof --value 10k --source fair")
    statements.clear()
    funnel(line)
    sums = [one for one in statements if "AS was_won" in one]
    assert len(sums) == 2
    plan = plan_of(db, sums)
    deals = [step.partition(" d")[2] for step in plan if step.split()[:2] in OF_DEALS]
    assert len(deals) == 2
    # Along an index each deal would be fetched from somewhere else in the file.
    assert set(deals) == {""}


def test_only_what_is_shown_of_an_order_is_read_with_its_contact(
    funnel: Run, db: str, statements: list[str]
) -> None:
    funnel("deal add Roof --value 10k")
    statements.clear()
    funnel("deal list --sort -opened", tty=True)
    (asked,) = [one for one in statements if "d.opened_at" in one]
    plan = plan_of(db, [asked])
    chosen = plan[: plan.index("USE TEMP B-TREE FOR ORDER BY")]
    assert [step for step in chosen if "SCAN d" in step]
    assert not [step for step in chosen if step.startswith("SEARCH c")]


@pytest.mark.parametrize("line", ["deal list contact:dirk", "visit list contact:dirk"])
def test_of_a_contact_only_its_own_are_read(
    funnel: Run, db: str, statements: list[str], line: str
) -> None:
    funnel("contact add 'Dirk Weber'")
    statements.clear()
    funnel(line, exit=None)
    asked = [one for one in statements if "'dirk'" in one]
    assert asked
    plan = plan_of(db, asked)
    assert [step for step in plan if "(contact_id=?)" in step]
    assert not [step for step in plan if step in ("SCAN d", "SCAN v")]


@pytest.mark.parametrize(
    ("line", "names", "read"),
    [
        ("deal list --json=id,value", ["id", "value", "currency"], ["d"]),
        ("deal list --csv=title,contact", ["title", "contact"], ["d", "c"]),
        ("deal list --json=title --sort contact --limit 3", ["title"], ["c", "d"]),
    ],
)
def test_no_more_than_the_chosen_fields_is_read(
    funnel: Run, db: str, statements: list[str], line: str, names: list[str], read: list[str]
) -> None:
    funnel("contact add 'Dirk Weber'")
    funnel("deal add Roof --value 10k --contact weber")
    statements.clear()
    funnel(line)
    (asked,) = [one for one in statements if "FROM deal AS d" in one and "SELECT 1" not in one]
    with closing(sqlite3.connect(db)) as conn:
        assert sorted(column[0] for column in conn.execute(asked).description) == sorted(names)
    plan = plan_of(db, [asked])
    tables = {step.split()[1] for step in plan if step.split()[0] in ("SCAN", "SEARCH")}
    assert tables == {*read}


def test_ids_alone_are_read_where_they_alone_are_written(
    funnel: Run, db: str, statements: list[str]
) -> None:
    funnel("contact add 'Dirk Weber'")
    funnel("deal add Roof --value 10k --contact weber")
    statements.clear()
    assert funnel("deal list --ids --sort contact").lines == ["1"]
    (asked,) = [one for one in statements if "c.search" in one]
    with closing(sqlite3.connect(db)) as conn:
        assert [column[0] for column in conn.execute(asked).description] == ["id"]


def test_the_route_reads_those_deals_that_stand_where_they_are_for_long(
    funnel: Run, db: str, statements: list[str]
) -> None:
    funnel("deal add Roof")
    statements.clear()
    funnel("route", exit=None)
    (asked,) = [one for one in statements if "'rotten'" in one]
    found = "SEARCH d USING INDEX deal_open (stage_id=? AND stage_since<?)"
    assert found in plan_of(db, [asked])


def test_deals_are_asked_of_those_who_are_called_alone(funnel: Run, statements: list[str]) -> None:
    for number in (1, 2, 3):
        funnel(f"contact add 'Solar {number}' --phone '0171 234567{number}'")
        funnel(f"deal add Roof --contact {number}", exit=None)
        funnel(f"next {number} call --due today", exit=None)
    funnel("contact edit 3 --do-not-contact")
    statements.clear()
    assert "Roof" in funnel("call --list --limit 1", tty=True)
    (asked,) = [one for one in statements if "max(d.title)" in one]
    assert "json_each('[1]')" in asked


def test_all_reports_together_ask_nothing_twice(funnel: Run, statements: list[str]) -> None:
    funnel("deal add Roof --value 10k --source fair")
    funnel("deal win 1 --yes", exit=None)
    statements.clear()
    funnel("report all")
    asked = [one for one in statements if "GROUP BY" in one]
    assert len(asked) > 30
    assert len({*asked}) == len(asked)


def test_a_screen_says_how_many_more_there_are(funnel: Run) -> None:
    funnel("contact add Petra")
    funnel("contact edit 1 --do-not-contact")
    funnel("contact add Hans")
    for number in range(15):
        funnel(f"deal add 'Roof {number}' --value {number + 1}k --contact hans")
        funnel(f"deal add 'Wall {number}' --value {number + 1}k")
        funnel(f"next {2 * number + 1} call --due 2026-11-{number + 1:02}")
    funnel("deal add Quiet --contact petra", exit=None)
    funnel("next 31 visit --due 2026-11-03", exit=None)
    funnel("deal snooze 1 --until 2027-01-10")
    found = funnel("today --json").json
    shown = funnel("today", tty=True)
    assert len(found["callbacks"]) == 14
    assert "2 more: funnel call" in shown
    assert len(found["stepless"]) == 15
    assert "3 more: funnel deal list is:stepless" in shown
    assert shown.count("Wall") == 12
    assert "Wall 14" in shown
    # An agenda has the first of what is late, and the first of what is to come.
    late = funnel("agenda --limit 2", tty=True)
    assert late.count("call") >= 2
    assert "The first 2; --limit 0 shows all." in late
    assert "The first" not in funnel("agenda --limit 0", tty=True)
    assert len(funnel("agenda --json").json) == 14
    assert len(funnel("agenda --limit 3 --json").json) == 3
