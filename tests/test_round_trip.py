"""Lists that the program writes come back through its imports as they were."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from conftest import Clock, Dump, Run, dump
from funnelcli.actions import closing as ends
from funnelcli.actions import contacts, deals, log
from funnelcli.db import command, connect
from funnelcli.errors import FunnelError
from funnelcli.values import cells

# Every way in which a list is written that imports read, in both shapes of numbers.
WAYS = [
    ("en_US", "--csv"),
    ("en_US", "--tsv"),
    ("de_DE", "--csv"),
    ("en_US", "--csv --excel"),
    ("de_DE", "--csv --excel"),
    ("de_DE", "--csv --neutralise"),
]
FILES = [("de_DE", "xlsx"), ("en_US", "jsonl"), ("en_US", "json")]
# What hangs on what lists of deals do not have: the ids of this file, visits and next steps.
ELSEWHERE = ("id", "contact_id", "last_contact_at", "next_due", "next_step", "rotten", "stepless")
# A workbook has the days of these, and no time of day.
DAYS = ("opened_at", "closed_at", "stage_since_at", "created_at")

TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="'"),
    min_size=1,
    max_size=9,
).filter(lambda text: text.strip() == text)
WORDS = st.one_of(
    TEXT, st.sampled_from(["Roof", '"Alpha"', "a  b", "=1+1", "+49 30", "\\n", "x\ty", "7,5"])
)
NOTES = st.one_of(st.none(), st.lists(WORDS, min_size=1, max_size=3).map("\n".join))
VALUES = st.one_of(st.none(), st.integers(0, 10**7))
ACTS = st.sampled_from(["advance", "jump", "back", "win", "lose", "reopen", "withdraw", "farewell"])
DEALS = st.tuples(
    st.sampled_from([1, 2]),
    WORDS,
    st.integers(0, 7),  # whose
    VALUES,
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.one_of(st.none(), st.integers(0, 100)),
    st.booleans(),  # from outside the funnel
    NOTES,
    st.lists(st.sampled_from(["vip", "Messe;Süd", "a, b"]), unique=True),
    st.lists(ACTS, max_size=6),
)
# Won, moved on, taken back to the stage of the win, and lost by withdrawal.
BACK_AFTER_THE_WIN = (
    *(2, "Roof", 5, None, "EUR", 88, False, "\\n", []),
    ["win", "advance", "back", "withdraw"],
)
PEOPLE = [
    ("Eva Roth", "person", None),
    ("Eva Roth", "person", None),
    ("Kuen", "person", 5),
    ("Kun", "person", 5),
    ("Acme", "organisation", None),
    ("Acme", "organisation", None),
    ("Herr Dr. Hans M\u00fcller", "person", 4),
]


def fill(path: str, clock: Clock, made: list[Any]) -> None:
    """A database with these deals, and what became of them."""
    with closing(connect(path)) as conn, command(conn, "test"):
        whose: list[int | None] = [None]
        for name, kind, at in PEOPLE:
            firm = None if at is None else whose[at] if at < len(whose) else None
            whose.append(contacts.add(conn, name, fields={"kind": kind, "organisation_id": firm}))
        for process, title, person, value, currency, chance, outside, notes, tags, acts in made:
            stages = log.stages_of(conn, process)
            order = sorted(stages, key=lambda stage: stages[stage][0])
            clock.set("2026-09-01 09:13")
            first = order[0] if outside and stages[order[0]][1] == "outside" else None
            deal = deals.add(
                conn,
                title,
                process_id=process,
                currency=currency,
                stage_id=first,
                contact_id=whose[person],
                value=value,
                probability=chance,
                expected_close="2027-01-31" if notes else None,
                tags=tags,
                attributes={
                    "notes": notes,
                    "kind": "repeat" if tags else "new",
                    "source": "fair" if notes else None,
                    "snoozed_until": "2026-12-24" if chance else None,
                },
            )
            for act in acts:
                clock.advance(days=3, minutes=7)
                try:
                    happen(conn, deal, act, clock(), order)
                except FunnelError:
                    continue
    clock.set("2026-11-24 09:00")


def happen(conn: sqlite3.Connection, deal: int, act: str, at: int, order: list[int]) -> None:
    """One thing that happens to a deal."""
    if act == "win":
        ends.win(conn, deal, at, value=500)
    elif act == "lose":
        ends.lose(conn, deal, at, "other", note="They moved, again")
    elif act == "withdraw":
        ends.withdraw(conn, deal, at, "by letter")
    elif act == "reopen":
        ends.reopen(conn, deal, at, "again")
    elif act == "back":
        deals.back(conn, deal, at, "too soon")
    else:
        deals.advance(conn, deal, at, {"jump": order[3], "farewell": order[-1]}.get(act))


def state(path: str) -> Dump:
    """Everything in a database but its journal."""
    with closing(sqlite3.connect(path)) as conn:
        return dump(conn)


def listed(
    funnel: Run, path: str, without: tuple[str, ...] = ELSEWHERE
) -> dict[str, dict[str, Any]]:
    """The deals of a database by their public ids, without what no list of deals has."""
    return {
        deal["public_id"]: {name: deal[name] for name in deal if name not in without}
        for deal in funnel("deal", "list", "--json", "--db", path).json
    }


# Each example is a dozen commands; a failing one is small enough as it is.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
COUNT = itertools.count()


@settings(
    max_examples=15,
    deadline=None,
    phases=NO_SHRINKING,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(made=[BACK_AFTER_THE_WIN], way=("de_DE", "--csv --neutralise"))
@example(made=[BACK_AFTER_THE_WIN], way=("de_DE", "xlsx"))
@given(made=st.lists(DEALS, min_size=1, max_size=4), way=st.sampled_from(WAYS + FILES))
def test_a_list_of_deals_comes_back(
    funnel: Run, clock: Clock, tmp_path: Path, made: list[Any], way: tuple[str, str]
) -> None:
    name = f"{next(COUNT)}"
    one, other = str(tmp_path / f"{name}.db"), str(tmp_path / f"{name}-new.db")
    fill(one, clock, made)
    before = state(one)
    locale, how = way
    env = {"FUNNEL_LOCALE": locale}
    file = tmp_path / f"{name}.{'csv' if way in WAYS else how}"
    if way in WAYS:
        file.write_text(funnel("deal", "list", *how.split(), "--db", one, env=env), "utf-8")
    else:
        funnel("deal", "list", "-o", file, "--db", one, env=env)
    clock.advance(days=2)
    result = funnel("import", "deals", file, "--db", one, env=env)
    assert f"0 added, 0 updated, {len(made)} unchanged" in result
    assert state(one) == before
    assert f"{len(made)} added" in funnel("import", "deals", file, "--db", other, env=env)
    without = (*ELSEWHERE, *(DAYS if how == "xlsx" else ()))
    assert listed(funnel, other, without) == listed(funnel, one, without)
    with closing(sqlite3.connect(other)) as conn:
        (people,) = conn.execute("SELECT count(*) FROM contact WHERE kind = 'person'").fetchone()
    assert people == len({deal[2] for deal in made} & {1, 2, 3, 4, 7})
    assert funnel("doctor", "--db", other).exit_code == 0
    again = funnel("import", "deals", file, "--db", other, env=env)
    assert f"0 added, 0 updated, {len(made)} unchanged" in again


@pytest.mark.parametrize("way", WAYS)
def test_a_price_list_comes_back(
    funnel: Run, db: str, tmp_path: Path, clock: Clock, way: tuple[str, str]
) -> None:
    locale, how = way
    env = {"FUNNEL_LOCALE": locale}
    funnel("config set vat 19")
    clock.advance(days=-90)
    funnel("product", "add", "A-1", 'Hook, "small"', "--price", "12.50 EUR", "--cost", "7 EUR")
    funnel("product", "add", "A-2", "Beam", "--price", "1234 JPY", "--unit", "hour", "--vat", "7")
    clock.advance(days=60)
    funnel("product price A-1 '13.75 EUR'")
    clock.advance(days=30)
    funnel("product price A-2 '1300 JPY' --from 2027-01-01")
    before, whole = funnel("product", "list", "--json").json, state(db)
    file = tmp_path / "prices.csv"
    file.write_text(funnel("product", "list", *how.split(), env=env), "utf-8")
    assert "0 added, 0 updated, 2 unchanged" in funnel("import", "products", file, env=env)
    assert state(db) == whole
    other = str(tmp_path / "other.db")
    funnel("import", "products", file, "--db", other, env=env)
    after = funnel("product", "list", "--json", "--db", other).json
    for product in (*before, *after):
        del product["public_id"]
    assert after == before


def test_an_own_list_goes_into_a_file_that_has_some_of_it(
    funnel: Run, tmp_path: Path, clock: Clock
) -> None:
    funnel("contact add Acme --is-organisation")
    funnel("deal add Roof -c Acme --value 10 --process funnel")
    funnel("deal add Door --value 20")
    file = tmp_path / "own.csv"
    file.write_text(funnel("deal", "list", "--csv"), "utf-8")
    other = str(tmp_path / "other.db")
    result = funnel("import", "deals", file, "--db", other)
    assert "An export of funnel's own: deals are found by public_id." in result.stderr
    assert "adds every deal once more" not in result.stderr
    funnel("deal edit Door --value 25")
    funnel("deal add Gate -c Acme --value 30")
    clock.advance(days=1)
    file.write_text(funnel("deal", "list", "--csv"), "utf-8")
    result = funnel("import", "deals", file, "--db", other)
    assert "1 added, 1 updated, 1 unchanged" in result
    found = funnel("contact", "list", "--json", "--db", other).json
    assert [(c["name"], c["kind"]) for c in found] == [("Acme", "organisation")]


@pytest.mark.parametrize("written", ["en", "de"])
def test_a_workbook_comes_back_in_whatever_language_it_was_written(
    funnel: Run, tmp_path: Path, written: str
) -> None:
    funnel("contact add Acme --is-organisation --town Essen")
    funnel("contact add 'Eva Roth' --org acme --phone '+49 201 5550101' --birthday 17.5.1980")
    funnel("deal add Roof -c eva -v 8k --close 2027-01-15 --tag vip --notes 'two\nlines'")
    funnel("deal add Barn -c acme -v 900 --at 2026-10-01")
    funnel("lose Barn --reason other --note 'moved abroad' --at 2026-11-02")
    funnel("deal add Door -c eva -v 700 --at 2026-10-01")
    funnel("win Door --at 2026-11-03")
    books = {noun: tmp_path / f"{noun}.xlsx" for noun in ("deal", "contact")}
    for noun, book in books.items():
        funnel(noun, "list", "-o", book, env={"FUNNEL_LANGUAGE": written})
    asked = {"deal": "import deals", "contact": "import contacts"}
    for noun, book in books.items():
        again = funnel(*asked[noun].split(), book, "--json").json
        assert (again["added"], again["updated"], again["rejected"]) == (0, 0, 0)
    new = {"FUNNEL_DB": str(tmp_path / "new.db")}
    for noun in ("contact", "deal"):
        funnel(*asked[noun].split(), books[noun], env=new)
    apart = {*ELSEWHERE, *DAYS, "organisation_id"}
    for noun in ("contact", "deal"):
        lists = [funnel(noun, "list", "--json", env=env).json for env in ({}, new)]
        whole, there = ({one["public_id"]: one for one in found} for found in lists)
        assert whole.keys() == there.keys()
        for public_id, one in whole.items():
            for name in one.keys() - apart:
                assert (name, one[name]) == (name, there[public_id][name])


def test_ids_from_another_program_come_along(funnel: Run, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("Id,title,value\nX1,Roof,10\n", "utf-8")
    funnel("import", "deals", theirs, "--key", "Id", "--origin", "crm")
    own = tmp_path / "own.csv"
    own.write_text(funnel("deal", "list", "--csv"), "utf-8")
    first, second = str(tmp_path / "first.db"), str(tmp_path / "second.db")
    funnel("import", "deals", own, "--db", first)
    words = ("--key", "Id", "--origin", "crm")
    assert "1 unchanged" in funnel("import", "deals", theirs, *words, "--db", first)
    # Where the other program's list was imported before, the deal is that one.
    funnel("import", "deals", theirs, *words, "--db", second)
    assert "0 added, 0 updated, 1 unchanged" in funnel("import", "deals", own, "--db", second)


@pytest.mark.parametrize("noun", ["visit", "step", "note", "effort", "offer"])
def test_a_list_of_what_belongs_to_deals_is_refused(funnel: Run, tmp_path: Path, noun: str) -> None:
    funnel("contact add Eva")
    funnel("deal add Roof -c Eva")
    funnel("next Roof 'Call' --due fri")
    funnel("log Eva 'liked it'")
    funnel("note add Roof 'A note'")
    file = tmp_path / "list.csv"
    file.write_text(funnel(noun, "list", "--csv"), "utf-8")
    result = funnel("import", "deals", file, exit=2)
    assert "is a list of this program's own, but not of deals" in result.stderr


# What stands in a text and means something in a file.
MARKED = [
    "Roth\nSolar",
    "Anna\tBerg",
    "Huber, Graz",
    "Maier; Linz",
    'Kern "Solar"',
    "=1+1",
    "+Rabe",
    "-Rind",
    "@Rohr",
    "'Radl",
    "#Ruck",
    "Bach\r\nTal",
    "Rupp\\nTal",
    "Wels\u00a0Ost",
    "0012",
    "true",
]


@pytest.mark.parametrize("way", [*WAYS, ("en_US", "xlsx"), ("en_US", "jsonl")])
def test_texts_of_contacts_come_back_whatever_is_in_them(
    funnel: Run, db: str, tmp_path: Path, way: tuple[str, str]
) -> None:
    locale, how = way
    env = {"FUNNEL_LOCALE": locale}
    with closing(connect(db)) as conn, command(conn, "test"):
        for number, text in enumerate(MARKED):
            fields = {"kind": "organisation", "street": text, "industry": text, "notes": text}
            tags = [text, "vip"] if number % 2 else [text]
            contacts.add(conn, f"{text} {number}", fields=fields, tags=tags)
    before = funnel("contact", "list", "--json").json
    file = tmp_path / f"people.{how if how.isalpha() else 'csv'}"
    if how.isalpha():
        funnel("contact", "list", "-o", file, env=env)
    else:
        file.write_text(funnel("contact", "list", *how.split(), env=env), "utf-8", newline="")
    again = funnel("import", "contacts", file, env=env)
    assert f"0 added, 0 updated, {len(MARKED)} unchanged" in again
    other = str(tmp_path / "other.db")
    funnel("import", "contacts", file, "--db", other, env=env)
    after = funnel("contact", "list", "--json", "--db", other).json
    names = ("public_id", "name", "street", "industry", "notes", "tags")
    told = [
        sorted(tuple(map(repr, (row[name] for name in names))) for row in rows)
        for rows in (before, after)
    ]
    assert told[1] == told[0]


@given(st.lists(WORDS.map(str.strip).filter(lambda tag: tag and ":::" not in tag), unique=True))
@example(["a, b", "c"])
@example(["line\nbreak"])
@example(["=1", ":"])
def test_tags_come_back_from_one_cell(tags: list[str]) -> None:
    assert cells.apart(cells.joined(tags)) == tags


@pytest.mark.parametrize("line", ["contact add Ott --tag", "deal add Roof --tag"])
def test_a_tag_that_would_come_back_as_two_is_refused(funnel: Run, line: str) -> None:
    refused = funnel(*line.split(), "a ::: b", exit=2)
    assert "The tag a ::: b has ::: in it" in refused.stderr
    assert funnel("contact list --ids") == funnel("deal list --ids") == ""


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "json"])
def test_texts_of_notes_steps_and_visits_come_back(
    funnel: Run, tmp_path: Path, ending: str
) -> None:
    funnel("contact", "add", "Eva Roth")
    texts = [*MARKED, "<b>bold</b> &amp; x", "a  b"]
    for text in texts:
        funnel("note", "add", "eva", "--", text)
        funnel("step", "add", "eva", "--due", "+3d", "--", text)
        funnel("visit", "add", "eva", "--outcome", "met", f"--said={text}")
    people = tmp_path / "people.csv"
    people.write_text(funnel("contact list --csv"), "utf-8")
    other = ("--db", str(tmp_path / "other.db"))
    funnel("import", "contacts", people, *other)
    for noun, field in (("note", "text"), ("step", "what"), ("visit", "said")):
        file = tmp_path / f"{noun}.{ending}"
        funnel(noun, "list", "-o", file)
        kind = "steps" if noun == "step" else "activities"
        said = funnel("import", kind, file, *other)
        assert f"{len(texts)} added" in said or f"{len(texts)} {noun}s" in said
        assert f"0 added, 0 updated, {len(texts)} unchanged" in funnel("import", kind, file, *other)
        told = [
            sorted(row[field] for row in funnel(noun, "list", "--json", *args).json)
            for args in ((), other)
        ]
        assert told[1] == told[0] == sorted(texts)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "json", "jsonl"])
def test_products_come_back_with_their_rates(
    funnel: Run, tmp_path: Path, ending: str, language: str
) -> None:
    rates = [0, 0.5, 1, 7, 7.75, 19, 100]
    for number, rate in enumerate(rates):
        funnel("product", "add", f"P-{number}", "Panel", "--price", "100", "--vat", rate)
    env = {"FUNNEL_LANGUAGE": language, "FUNNEL_LOCALE": "de_DE" if language == "de" else "en_US"}
    file, other = tmp_path / f"p.{ending}", ("--db", str(tmp_path / "other.db"))
    funnel("product", "list", "-o", file, env=env)
    again = funnel("import", "products", file)
    assert f"0 added, 0 updated, {len(rates)} unchanged" in again
    funnel("import", "products", file, *other)
    told = [funnel("product", "list", "--json", *args).json for args in ((), other)]
    assert [sorted(row["vat"] for row in rows) for rows in told] == [rates, rates]
