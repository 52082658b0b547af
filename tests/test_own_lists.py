"""Each list of the program's own comes back as what it is, or is refused with what can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Clock, Dump, Run, some
from every_command import fill
from funnelcli.cli.tree import every_command

NOUNS = ("contact", "deal", "visit", "step", "note", "product", "offer")
TAKEN = {f"{noun} list" for noun in NOUNS}
LISTS = [words for words in every_command() if words.endswith(" list")]
OTHERS = ["call", "find roof", "history", "owed"]
WAYS = [
    *(("en", "csv"), ("de", "xlsx"), ("en", "xlsx")),
    *(("de", "tsv"), ("en", "json"), ("de", "jsonl")),
]


@pytest.mark.parametrize("way", some(WAYS, 6), ids="-".join)
def test_lists_that_do_not_come_back_are_refused_with_what_does(
    funnel: Run,
    tmp_path: Path,
    db: str,
    state: Callable[[], Dump],
    way: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    language, ending = way
    monkeypatch.chdir(tmp_path)
    fill(funnel, tmp_path, db)
    before = state()
    refused = 0
    for words in [*LISTS, *OTHERS]:
        if words in TAKEN:
            continue
        file = tmp_path / f"{words.replace(' ', '-')}.{ending}"
        funnel(*words.split(), "-o", file, env={"FUNNEL_LANGUAGE": language})
        if not file.read_bytes().strip(b"[] \n"):
            continue
        told = funnel("import", file, "-y", exit=2).stderr
        command = words.partition(" roof")[0]
        assert f"is what `funnel {command}` writes, which no import takes." in told
        assert "Lists of contacts, deals, visits, next steps, notes, products and offers" in told
        assert "\nfunnel export all FOLDER\n" in told
        refused += 1
    assert refused >= 12
    assert state() == before
    page = tmp_path / "today.csv"
    funnel("today", "-o", page)
    told = funnel("import", page, "-y", exit=2).stderr
    assert f"{page} is a page of this program's, which no import takes." in told


def test_columns_that_other_programs_have_as_well_are_read(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email,role\nEva Roth,eva@roth.example,buyer\n", "utf-8")
    assert "Contacts: 1 added" in funnel("import", file, "-y")


def test_what_is_no_file_is_called_as_it_was_given(funnel: Run) -> None:
    assert "/dev/null is empty." in funnel("import", "/dev/null", "-y", exit=2).stderr
    assert "standard input is empty." in funnel("import", "-", "-y", exit=2).stderr


@pytest.mark.parametrize("way", some(WAYS), ids="-".join)
def test_offers_come_back_with_what_they_come_to(
    funnel: Run, tmp_path: Path, way: tuple[str, str]
) -> None:
    language, ending = way
    env = {"FUNNEL_LANGUAGE": language}
    funnel("contact add Eva")
    funnel("deal add Roof -c Eva")
    for rate, price in (("19", "179.99"), ("0", "1780"), ("7.7", "12345.67"), ("19", "0.03")):
        offer = funnel("offer", "add", 1, "-q").strip()
        funnel("offer", "line", offer, "--text", "Panel", "--price", price, "--vat", rate)
        if rate != "0":
            funnel("offer", "edit", offer, "--discount", "2.5", "--valid-until", "2027-01-31")
    several = funnel("offer", "add", 1, "-q").strip()
    for rate, price in (("0", "17020"), ("19", "780")):
        funnel("offer", "line", several, "--text", "Set", "--price", price, "--vat", rate)
    files = {noun: tmp_path / f"{noun}.{ending}" for noun in ("deal", "offer")}
    for noun, file in files.items():
        funnel(noun, "list", "-o", file, env=env)
    for usual in ((), ("16",)):
        if usual:
            funnel("config", "set", "vat", *usual)
        again = funnel("import", files["offer"], "-y")
        assert "Offers: 0 added, 0 updated, 5 unchanged" in again
        assert "another amount" not in again
    other = ("--db", str(tmp_path / "other.db"))
    funnel("import", files["deal"], "-y", *other)
    told = funnel("import", files["offer"], "-y", *other, exit=6)
    assert "Offers: 4 added, 0 updated, 0 unchanged, 1 rejected" in told
    assert "it has several rates of VAT" in told.stderr
    assert "`funnel export all`" in told.stderr
    names = ("number", "version", "status", "net", "vat", "gross", "valid_until")
    here, there = (
        sorted(tuple(map(str, (row[name] for name in names))) for row in rows)
        for rows in (funnel("offer", "list", "--json", *args).json for args in ([], other))
    )
    assert there == here[:4]


@pytest.mark.parametrize("way", some(WAYS), ids="-".join)
def test_visits_without_a_time_of_day_come_back_at_their_instant(
    funnel: Run, tmp_path: Path, way: tuple[str, str], clock: Clock
) -> None:
    language, ending = way
    funnel("contact add Eva")
    funnel("visit add eva --outcome met")
    for day in ("yesterday", "2026-10-01", "2026-10-26"):
        funnel("visit", "add", "eva", "--at", day, "--outcome", "met")
        funnel("visit", "add", "eva", "--at", f"{day} 16:30", "--minutes", 45)
    clock.advance(days=2)
    files = {noun: tmp_path / f"{noun}.{ending}" for noun in ("contact", "visit")}
    other = ("--db", str(tmp_path / "other.db"))
    for noun, file in files.items():
        funnel(noun, "list", "-o", file, env={"FUNNEL_LANGUAGE": language})
        funnel("import", file, "-y", *other)
    assert "0 added, 0 updated, 7 unchanged" in funnel("import", files["visit"], "-y", *other)
    names = ("happened_on", "happened_at", "starts", "minutes", "late")
    here, there = (
        sorted(tuple(map(str, (row[name] for name in names))) for row in rows)
        for rows in (funnel("visit", "list", "--json", *args).json for args in ([], other))
    )
    assert there == here
    assert {row[4] for row in here} == {"True", "False"}


def test_the_preview_shows_several_values_as_people_read_them(funnel: Run, tmp_path: Path) -> None:
    funnel(
        "contact add Eva --phone +4917112345678 --phone +15742345678 --tag=Fair,\\ Graz --tag vip"
    )
    file = tmp_path / "people.csv"
    funnel("contact", "list", "-o", file)
    told = funnel("import", file, "-n").stderr
    assert "phone: +4917112345678, +15742345678" in told
    file.write_text("name,phone\nBea Berg,+4917112345679 ::: +15742345679\n", "utf-8")
    told = funnel("import", file, "-n").stderr
    assert "phone: +4917112345679, +15742345679" in told
    assert ":::" not in told


@pytest.mark.parametrize("text", ["contact", "contacted", "Erstkontakt", "Kontakt", "1. Kontakt"])
def test_a_first_contact_is_a_stage_of_the_beginning(
    funnel: Run, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(f"title,stage\nRoof,{text}\n", "utf-8")
    for process, stage in (("cycle", "qualification"), ("funnel", "visit")):
        told = funnel("import", file, "-n", "--process", process).stderr
        assert f"stage: {stage}" in told
        assert "is no stage here" not in told


def test_a_hint_ends_with_its_command(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("title,status\nRoof,lost\n", "utf-8")
    lines = funnel("import", file, "-y", exit=6).stderr.splitlines()
    told = next(line for line in lines if "lost without a close date; to set one: " in line)
    assert told.endswith("--closed-default DATE")


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl"])
def test_an_empty_list_adds_nothing_and_hinders_no_other_file(
    funnel: Run, tmp_path: Path, ending: str
) -> None:
    people, none = tmp_path / "people.csv", tmp_path / f"none.{ending}"
    people.write_text("name,email\nEva Roth,eva@roth.example\n", "utf-8")
    funnel("contact", "list", "-o", none)
    assert f"{none}: " in (alone := funnel("import", none, "-y"))
    assert "0 added" in alone
    lines = funnel("import", none, people, "-y").lines
    assert [line for line in lines if line.startswith(f"{people}: Contacts: 1 added")]
    assert [line for line in lines if line.startswith(f"{none}: ") and "0 added" in line]
    assert funnel("import", none, people, "-y", "--json").json["files"][1]["added"] == 0
