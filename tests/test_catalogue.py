"""Catalogues of one's own: an entry stands wherever a shipped one does, in both languages; it is
hidden, merged and removed by rules; files, archives and undo bring it back equal."""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Dump, Result, Run, dump, rows
from funnelcli.db import dumping, functions, triggers
from funnelcli.db.connection import connect
from funnelcli.db.migrate import apply
from funnelcli.db.schema import files
from funnelcli.nouns import naming, words
from funnelcli.nouns.catalogue import USES
from funnelcli.processes import catalogues
from funnelcli.processes.catalogues import Entry
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read

GERMAN = {"FUNNEL_LANGUAGE": "de", "NO_COLOR": "1"}
ADD = 'catalogue add lost_reason --key moved_away --en "moved away" --de verzogen'


@pytest.fixture
def moved(funnel: Run) -> Run:
    """A database with a reason of one's own, and deals that are lost and open."""
    funnel(ADD)
    funnel("contact add 'Anna Berg'")
    for title in ("Roof", "Barn", "Shed"):
        funnel(f"deal add {title} --contact 'Anna Berg' --value 5k")
    return funnel


def test_an_own_reason_stands_wherever_a_shipped_one_does(moved: Run, tmp_path: Path) -> None:
    moved("lose Roof --reason verzogen")
    moved("lose Barn --reason 'moved aw'", env=GERMAN)
    losses = rows(moved, "losses")
    assert next(tuple(row.values())[1:4] for row in losses) == ("moved_away", "moved away", 2)
    assert "verzogen" in moved("report losses", env=GERMAN)
    assert sorted(moved("deal list reason:verzogen --ids").lines) == ["1", "2"]
    assert sorted(moved("deal list grund:moved --ids", env=GERMAN).lines) == ["1", "2"]
    assert "verzogen" in moved("deal show Roof", env=GERMAN)
    # At a terminal it is among the reasons that are asked for, and an answer to that.
    asked = moved("lose Shed", tty=True, stdin="verzogen\n", env=GERMAN)
    assert "verzogen" in asked + asked.stderr
    assert moved("deal show Shed --json").json["lost_reason"] == "moved_away"
    file = tmp_path / "deals.csv"
    file.write_text("Id,Title,Status,Lost reason,Closed\n7,Hall,lost,Verzogen,2026-11-02\n")
    moved("import", "deals", file, "--key", "Id")
    assert moved("deal show Hall --json").json["lost_reason"] == "moved_away"


def test_the_rate_of_an_own_reason_decides_the_win_rates(moved: Run) -> None:
    moved("win Roof")
    moved("lose Barn --reason moved_away")

    def rate() -> tuple[Any, ...]:
        row = rows(moved, "win-rate")[0]
        return row["rate"], row["rate_broad"], row["duplicates"]

    assert rate() == (0.5, 0.5, 0)
    moved("catalogue edit lost_reason verzogen --rate broad")
    assert rate() == (1, 0.5, 0)
    assert "moved away" in moved("report win-rate --md")
    moved("catalogue edit lost_reason verzogen --rate none")
    assert rate() == (1, 1, 1)


def test_a_hidden_entry_is_offered_no_more(
    moved: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_DB", db)

    def offered() -> list[str]:
        line = read(["lose", "2", "--reason", "mo"])
        assert line is not None
        return [value for value, _text in candidates(line)]

    moved("lose Roof --reason verzogen")
    assert offered() == ["moved_away"]
    moved("catalogue edit lost_reason verzogen --hidden")
    assert offered() == []
    for said in ("moved_away", "verzogen", "Moved Away"):
        error = moved("lose", "Barn", "--reason", said, exit=2).stderr
        assert "hidden" in error
        assert "--shown" in error
    assert "moved away" not in moved("lose Barn --reason nonsense", exit=2).stderr
    # What has it keeps it, and is found by it.
    assert moved("deal list reason:verzogen --ids").lines == ["1"]
    assert moved("catalogue list is:hidden --json").json[0]["key"] == "moved_away"
    moved("catalogue edit lost_reason verzogen --shown")
    moved("lose Barn --reason verzogen")


def test_what_is_in_use_stays_and_what_the_program_names_stays(
    moved: Run, state: Callable[[], Dump]
) -> None:
    moved("lose Roof --reason verzogen")
    before = state()
    error = moved("catalogue remove lost_reason moved_away", exit=3).stderr
    assert "1 record has moved away" in error
    assert "--hidden" in error
    assert "catalogue merge" in error
    for kind, keys in (
        ("lost_reason", ("withdrawn", "other", "price")),
        ("source", ("referral", "existing_customer")),
        ("objection", ("price", "other")),
        ("unit", ("piece",)),
        ("visit_type", ("follow_up",)),
    ):
        for key in keys:
            assert "program itself" in moved("catalogue", "remove", kind, key, exit=3).stderr
    moved("catalogue merge lost_reason withdrawn other", exit=3)
    moved("catalogue merge lost_reason price price", exit=2)
    moved("catalogue edit unit hour --rate broad", exit=2)
    # What a catalogue has not is refused whatever is said of it.
    assert "--rate" in moved("catalogue add source Flyer --rate all", exit=2).stderr
    moved("catalogue edit source fair --note-optional", exit=2)
    assert "--de" in moved("catalogue add source --de ''", exit=2).stderr
    moved("catalogue add source ''", exit=2)
    moved("catalogue add source a --en b --de c", exit=2)
    moved("catalogue edit unit hour --counts-as presentation", exit=2)
    moved("catalogue add lost_reason --en verzogen", exit=2)
    moved("catalogue add lost_reason --key price --en costs", exit=2)
    moved("catalogue add lost_reason --key 'A b' --en more", exit=2)
    moved("catalogue edit lost_reason price --en verzogen", exit=2)
    assert state() == before
    moved("catalogue remove source fair")
    moved("undo")
    assert state() == before


def test_a_bare_name_makes_an_entry_whose_key_spells_umlauts_out(funnel: Run) -> None:
    funnel("catalogue add unit Gerüst", env=GERMAN)
    funnel("catalogue add source Grüße --en regards")
    funnel("field add deal Gerüst")
    assert funnel("catalogue show unit Gerüst --json").json["key"] == "geruest"
    assert funnel("field show deal Gerüst --json").json["key"] == "geruest"
    found = funnel("catalogue show source regards --json").json
    assert (found["key"], found["name_de"]) == ("regards", "Grüße")
    funnel("catalogue add source Flyer")
    funnel("catalogue add source Handzettel")
    funnel("catalogue merge source Flyer Handzettel", tty=True, stdin="n\n", exit=130)
    said = funnel("catalogue merge source Flyer Handzettel", tty=True, stdin="y\n")
    assert "Flyer is Handzettel now" in said
    assert funnel("catalogue show source Handzettel --json").json["words"] == ["Flyer"]


def test_a_merged_reason_is_known_by_what_it_was_called(
    moved: Run, state: Callable[[], Dump]
) -> None:
    moved("lose Roof --reason verzogen")
    before, total = state(), rows(moved, "losses")
    said = moved("catalogue merge lost_reason moved_away no_decision")
    assert "in 1 record" in said
    assert "Past win rates change" in said.stderr
    assert moved("deal show Roof --json").json["lost_reason"] == "no_decision"
    assert moved("deal list reason:moved_away --ids").lines == ["1"]
    moved("lose Barn --reason verzogen")
    after = rows(moved, "losses")
    assert sum(row["deals"] for row in after) == 2 * sum(row["deals"] for row in total)
    moved("undo")
    merged = state()
    moved("undo")
    assert state() == before
    moved("redo")
    assert state() == merged


def test_own_units_are_read_shown_and_printed(funnel: Run) -> None:
    funnel(
        "catalogue add unit --key module --en modules --de Module --one-en module --one-de Modul"
        " --word panels"
    )
    funnel("catalogue add unit --key lump --en 'all in' --de 'alles drin' --counts-as flat")
    funnel("product add PV Solar --price 100 --vat 19 --unit Module")
    funnel("product add TR Transport --price 50 --vat 19 --unit 'alles drin'")
    assert funnel("product list unit:Modul --ids").lines == ["1"]
    funnel("deal add Roof --value 5k")
    funnel("offer add Roof")
    funnel("offer line 1 PV")
    funnel("offer line 1 PV --quantity 2 --unit panels")
    funnel("offer line 1 TR")
    funnel("offer line 1 --text Cloth --price 3 --vat 19 --unit m²")
    shown = funnel("offer show 1", tty=True, width=120, env=GERMAN)
    letter = funnel("offer print 1 --language de --md")
    for text in (shown, letter):
        assert "1 Modul" in text
        assert "2 Module" in text
        assert "1 m²" in text
    assert "alles drin" in letter
    assert "1 alles drin" not in letter
    assert [line["unit"] for line in funnel("offer show 1 --json").json["lines"]] == [
        *("module", "module", "lump", "m²")
    ]


def test_units_are_read(funnel: Run, db: str) -> None:
    funnel("deal list")
    with closing(connect(db)) as conn:
        assert [
            naming.unit_key(conn, text)
            for text in ("Std.", "Stück", "mon", " m² ", "pauschal", "Tag", "Jahr", "pcs", "h")
        ] == ["hour", "piece", "month", "m²", "flat", "day", "year", "piece", "hour"]


def test_own_types_of_visits_and_kinds_of_effort(moved: Run) -> None:
    moved("catalogue add besuchsart --en 'site survey' --de Aufmaß --counts-as Präsentation")
    moved("catalogue add aufwandsart --de Gerüstbau --en scaffolding")
    moved("visit add 'Anna Berg' --type Aufmaß --deal Roof", env=GERMAN)
    moved("visit add 'Anna Berg' --set Art=Kaltbesuch --deal none", env=GERMAN)
    assert moved("visit list type:site --ids").lines == ["1"]
    assert moved("visit list --sort type --json").json[-1]["type"] == "site_survey"
    assert "Aufmaß" in moved("visit show 1", tty=True, env=GERMAN)
    error = moved("visit add 'Anna Berg' --type nonsense", exit=2).stderr
    assert "site survey" in error
    moved("effort add Roof --duration 2h --kind Gerüst")
    assert moved("effort list kind:scaffolding --json").json[0]["kind"] == "scaffolding"
    assert "Gerüstbau" in moved("effort list", tty=True, width=160, env=GERMAN)


def test_a_visit_type_that_counts_as_a_presentation_meets_the_criterion(moved: Run) -> None:
    moved("deal add House --contact 'Anna Berg' --process funnel --stage presentation")
    moved("catalogue add visit_type --en survey --de Aufmaß --counts-as presentation")

    def held() -> bool:
        found = moved("guide House --json").json["criteria"]
        return bool(next(one for one in found if one["key"] == "presentation_held")["met"])

    moved("visit add 'Anna Berg' --type first --deal House")
    assert not held()
    moved("visit add 'Anna Berg' --type survey --deal House")
    assert held()


def test_objections_have_suggested_answers(moved: Run) -> None:
    moved(
        "catalogue add objection --key roof --en 'roof too old' --de 'Dach zu alt'"
        " --word 'old roof' --answer 'we look at it first'"
    )
    assert moved("objection suggest roof --json").json[0]["text"] == "we look at it first"
    moved("log 'Anna Berg' 'says it is an old roof' --deal Roof")
    assert moved("objection list --json").json[0]["kind"] == "roof"
    moved("catalogue edit objection price --answer 'pays for itself'")
    texts = [row["text"] for row in moved("objection suggest price --json").json]
    assert texts[0] == "pays for itself"
    assert len(texts) > 1
    moved("catalogue edit objection roof --no-answer 'we look at it first' --hidden")
    moved("log 'Anna Berg' 'says again: old roof' --deal Barn")
    assert len(moved("objection list --json").json) == 1


TEXTS = st.text("aß\"\\'=[ü", min_size=1, max_size=4)
LISTS = st.lists(TEXTS, max_size=2).map(tuple)


def entry(kind: str, key: str, said: tuple[Any, ...]) -> Entry:
    """An entry with everything that one of its catalogue can have."""
    texts, others, pairs, flags, rate = said
    unit, loss = kind == "unit", kind == "lost_reason"
    return Entry(
        kind,
        key,
        f"en {key} {''.join(texts)}".strip(),
        f"de {key} {''.join(others)}".strip(),
        one_en="".join(texts) or "x" if unit else None,
        one_de="".join(others) or "y" if unit else None,
        words_en=texts,
        words_de=others,
        answers=pairs if kind == "objection" else (),
        note_required=loss and flags[0],
        rate=rate if loss else "all",
        counts_as=catalogues.RULES[kind][0] if kind in catalogues.RULES and flags[0] else None,
        hidden=flags[1],
    )


SAID = st.tuples(
    LISTS,
    LISTS,
    st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    st.tuples(st.booleans(), st.booleans()),
    st.sampled_from(("all", "broad", "none")),
)
ENTRIES = st.dictionaries(
    st.tuples(st.sampled_from(sorted(words.CATALOGUE)), st.sampled_from(("k1", "k_2", "3"))),
    SAID,
    max_size=6,
).map(lambda made: [entry(*at, said) for at, said in made.items()])


@cache
def empty() -> bytes:
    """A new database, from which others are made faster than anew."""
    with closing(connect(":memory:")) as conn:
        return conn.serialize()


@pytest.mark.long
@settings(max_examples=30, deadline=None)
@given(stated=ENTRIES)
def test_a_file_brings_every_entry_back_equal(stated: list[Entry]) -> None:
    with (
        closing(sqlite3.connect(":memory:")) as conn,
        closing(sqlite3.connect(":memory:")) as other,
    ):
        for each in (conn, other):
            each.deserialize(empty())
            functions.add(each)
        catalogues.put(conn, stated)
        held = catalogues.stored(conn)
        assert {*stated} <= {*held}
        read = catalogues.parse(catalogues.to_toml(held), "a file")
        assert read == held
        again = catalogues.put(conn, read)
        assert not again.added
        assert not again.changed
        catalogues.put(other, read)
        assert catalogues.stored(other) == held


@pytest.mark.long
def test_files_archives_and_undo_bring_it_back(
    moved: Run, state: Callable[[], Dump], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[[source]]\nkey = "fliers"\nen = "fliers"\nde = "Handzettel"\n'
        '[[lost_reason]]\nkey = "moved_away"\nen = "moved"\nde = "verzogen"\nrate = "broad"\n',
        encoding="utf-8",
    )
    before = state()
    assert "2 entries" in moved("catalogue", "check", file)
    moved("catalogue", "add", file, "--dry-run")
    assert state() == before
    said = moved("catalogue", "add", file)
    assert "added: source fliers" in said
    assert "changed: lost reason moved_away" in said
    after = state()
    moved("undo")
    assert state() == before
    moved("redo")
    assert state() == after
    assert "unchanged" in moved("catalogue", "add", file)
    assert state() == after
    # A whole export brings another database to the same entries, in their order.
    whole = tmp_path / "all.toml"
    moved("catalogue edit source fliers --position 1")
    whole.write_text(moved("catalogue export"), encoding="utf-8")
    assert tomllib.loads(whole.read_text("utf-8"))["source"][0]["key"] == "fliers"
    new, archived = tmp_path / "new.db", tmp_path / "archived.db"
    moved("--db", new, "catalogue", "add", whole)
    listed = ("catalogue", "list", "--json=kind,key,name_en,name_de,rate,hidden,position")
    assert moved("--db", new, *listed).json == moved(*listed).json
    moved("export", "all", tmp_path / "out.zip")
    moved("--db", archived, "import", "all", tmp_path / "out.zip")
    assert moved("--db", archived, *listed).json == moved(*listed).json


def test_every_fault_of_a_file_is_named(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(
        '[[source]]\nkey = "A"\nen = "x"\nrate = "all"\n[[reason]]\nkey = "b"\n'
        '[[lost_reason]]\nkey = "c"\nrate = "some"\nnote_required = 1\n'
        '[[unit]]\nkey = "d"\nen = "d"\nwords = { en = "d" }\ncounts_as = "hourly"\n'
        '[[unit]]\nkey = "d"\nen = "other"\n',
        encoding="utf-8",
    )
    error = funnel("catalogue", "check", file, exit=2).stderr
    for fault in (
        "source 1: key must be",
        "rate does not belong there",
        "[[reason]] is no catalogue",
        "lost_reason c: en, de is missing",
        "rate must be one of all, broad, none",
        "note_required must be true or false",
        "words must be lists",
        "counts_as must be one of flat",
        "d and d have a key or a name in common",
    ):
        assert fault in error, fault
    assert funnel("catalogue", "add", file, exit=2).stderr == error
    (tmp_path / "empty.toml").write_text("")
    funnel("catalogue", "add", tmp_path / "empty.toml", exit=2)


FIGURES = (
    *("losses", "win-rate", "sources", "objections", "activity", "cost", "conversion", "summary"),
)


@pytest.mark.parametrize("kind", list(USES))
@pytest.mark.long
def test_a_merge_keeps_the_total_of_every_figure(
    funnel: Run, state: Callable[[], Dump], tmp_path: Path, kind: str
) -> None:
    db = tmp_path / "demo.db"
    funnel("demo", "--into", db)

    def run(*args: str | int) -> Result:
        return funnel("--db", db, *args)

    run("effort", "add", 1, "--duration", "1h", "--kind", "travel")
    # What is used most becomes one's own, and that is merged into another of one's own.
    for key in ("ours", "theirs"):
        run("catalogue", "add", kind, "--key", key, "--en", key)
    (table, column, _where), *_more = USES[kind]
    with closing(connect(str(db))) as conn:
        (usual,) = conn.execute(
            f"SELECT {column} FROM {table} GROUP BY 1 ORDER BY {column} IS NULL, count(*) DESC"
        ).fetchone()
        for table, column, where in USES[kind]:
            conn.execute(
                f"UPDATE {table} SET {column} = 'ours' WHERE {where} AND {column} IS ?", (usual,)
            )

    def held() -> Dump:
        with closing(connect(str(db))) as conn:
            return dump(conn)

    def totals() -> dict[str, Any]:
        made = {name: run("report", name, "--json").json for name in FIGURES}
        return {name: (report["total"], report["n"]) for name, report in made.items()}

    def used() -> int:
        return sum(one["used"] for one in run("catalogue", "list", f"kind:{kind}", "--json").json)

    before, figures, count = held(), totals(), used()
    assert count
    run("catalogue", "merge", kind, "ours", "theirs")
    after = held()
    assert (totals(), used()) == (figures, count)
    run("undo")
    assert held() == before
    run("redo")
    assert held() == after


def older(path: Path, version: int) -> None:
    """A database of an earlier schema, with a visit of each type and a unit of one's own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        functions.add(old)
        old.execute("PRAGMA synchronous = OFF")
        for file in files()[:version]:
            apply(old, file)
        old.execute(f"PRAGMA user_version = {version}")
        old.executescript(
            "INSERT INTO catalogue (kind, position, key, name_en, name_de, rate) VALUES"
            " ('lost_reason', 1, 'gone', 'gone', 'weg', 'broad'),"
            " ('source', 1, 'x', 'X', 'X', 'all');"
            "INSERT INTO contact (id, public_id, name, search, created_at, recorded_at)"
            " VALUES (1, 'C', 'Ada', 'ada', 1, 1);"
            "INSERT INTO product (id, public_id, sku, name, search, unit, recorded_at)"
            " VALUES (1, 'P', 'S', 'N', 'n s', 'm²', 1), (2, 'Q', 'T', 'M', 'm t', 'hour', 1);"
        )
        for number, kind in enumerate(("first", "follow_up", "presentation", "service", "cold"), 1):
            old.execute(
                "INSERT INTO visit (id, public_id, contact_id, happened_on, happened_at, type,"
                " recorded_at) VALUES (?, ?, 1, '2026-11-01', 1, ?, 1)",
                (number, str(number), kind),
            )
        triggers.create(old)


def test_earlier_databases_and_their_archives_keep_their_keys(funnel: Run, tmp_path: Path) -> None:
    version = next(n for n, file in enumerate(files()) if file.endswith("_catalogues.sql"))
    old, copy = tmp_path / "old.db", tmp_path / "copy.db"
    older(old, version)
    with closing(sqlite3.connect(old)) as conn:
        dumping.dump(conn, str(tmp_path / "old.zip"), "earlier")
    funnel("--db", copy, "import", "all", tmp_path / "old.zip")
    for path in (old, copy):
        visits = funnel("--db", path, "visit", "list", "--sort", "id", "--json").json
        assert [visit["type"] for visit in visits] == [
            *("first", "follow_up", "presentation", "service", "cold")
        ]
        entries = funnel("--db", path, "catalogue", "list", "--json").json
        kept = {(entry["kind"], entry["key"]): entry for entry in entries}
        assert kept["lost_reason", "gone"]["rate"] == "broad"
        assert ("lost_reason", "price") not in kept
        assert ("visit_type", "cold") in kept
        assert kept["unit", "hour"]["used"] == 1
        assert funnel("--db", path, "product", "list", "unit:Stunde", "--ids").lines == ["2"]
        assert "hidden" not in funnel("--db", path, "doctor")
    new = tmp_path / "new.db"
    listed = ("catalogue", "export", "unit", "visit_type", "effort_kind")
    assert funnel("--db", new, *listed) == funnel("--db", old, *listed)
