"""The people of a deal: their parts in it, what is asked of them, and that none is ever lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Dump, Run
from funnelcli.actions import contact_merge, contacts, deal_merge, deals, people
from funnelcli.db import journal
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.errors import FunnelError
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read
from funnelcli.queries.people import of_deal

# What a user sees --------------------------------------------------------------------------------


def _parts(funnel: Run, deal: int = 1) -> list[tuple[str, str | None, bool]]:
    found = funnel(f"deal people {deal} --json").json
    return [(person["name"], person["role"], person["main"]) for person in found]


def test_who_has_which_part_in_a_deal(funnel: Run, state: Callable[[], Dump]) -> None:
    for line in (
        "contact add 'Roth Bau' -O",
        "contact add 'Anna Berg' --org 1 --role decider",
        "contact add 'Bert Roth' --org 1",
        "contact add 'Bert Klein'",
        "deal add Roof -c 1",
        "deal add Hall -c 2 -c 'Bert Roth' -c 4",
        "deal add Shed --new-contact 'Uwe Kern' -c 3",
    ):
        funnel(line)
    # The first is the deal's contact; a role in the organisation counts where the deal says none.
    assert _parts(funnel, 2) == [
        ("Anna Berg", "decider", True),
        ("Bert Roth", None, False),
        ("Bert Klein", None, False),
    ]
    assert _parts(funnel, 3) == [("Bert Roth", None, True), ("Uwe Kern", None, False)]
    said = funnel('deal people 1 add "Anna Berg" --role Entscheider')
    assert "Anna Berg, decider" in said
    assert funnel('deal people 1 add "Anna Berg" --role "decision maker" --json').json["id"] == 2
    funnel('deal people 1 add 3 --role "Works council" --note "asks about noise"')
    # One's own words are spelt as they were first, and a name means one of the deal's people.
    funnel("deal people 2 add 4 --role works-council")
    funnel("deal people 1 edit bert --role WORKS-COUNCIL")
    assert "was Works council" in funnel("deal people 1 add 3 --role blocker")
    assert _parts(funnel) == [
        ("Roth Bau", None, True),
        ("Anna Berg", "decider", False),
        ("Bert Roth", "blocker", False),
    ]
    assert _parts(funnel, 2)[2][1] == "Works council"
    shown = funnel("deal show 1 --json").json["people"]
    assert [person["note"] for person in shown] == [None, None, "asks about noise"]
    assert "Entscheider" in funnel("deal show 1", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    before = state()
    # The verb may stand before the deal, and both in German.
    funnel("deal people entfernen 1 bert")
    assert len(_parts(funnel)) == 2
    funnel("undo")
    assert state() == before
    assert "no part" in funnel("deal people 1 edit 4 --role user", exit=4).stderr
    assert "add" in funnel("deal people 1 nonsense", exit=2).stderr
    assert "CONTACT" in funnel("deal people 1 add", exit=2).stderr
    assert "list" in funnel("deal people 1 list --role user", exit=2).stderr
    assert "Nothing to change" in funnel("deal people 1 edit 2", exit=2).stderr
    # Another contact does not make the one before go away.
    assert "Roth Bau keeps a part" in funnel("deal edit 1 --contact 3 -c 4")
    assert [name for name, _role, _main in _parts(funnel)] == [
        "Bert Roth",
        "Anna Berg",
        "Roth Bau",
        "Bert Klein",
    ]
    assert "no contact now" in funnel("deal people 1 remove 3")
    assert "contact now" in funnel("deal people 1 add 3")
    assert _parts(funnel)[0] == ("Bert Roth", None, True)


def test_who_was_there_and_what_tab_offers(
    funnel: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in (
        "contact add 'Anna Bergmüller'",
        "contact add 'Bert Roth'",
        "contact add 'Bert Klein'",
        "contact add 'Zoe Kern'",
        "deal add Roof -c 1 -c 2 -c 3",
        "deal people 1 edit klein --role decider",
        "deal people 1 edit roth --role user",
        "visit add 1 --deal 1 --met 'Herr Klein, and Bert' --said hello",
        "visit add 1 --deal 1 --outcome not_met",
        "visit add 2 --met 'Anna Bergmueller'",
    ):
        funnel(line)
    there = funnel("visit show 1 --json").json["people"]
    assert [person["name"] for person in there] == ["Anna Bergmüller", "Bert Klein"]
    assert "Bert Klein (decider)" in funnel("visit show 1", tty=True)
    assert funnel("visit show 2 --json").json["people"] == []
    assert funnel("visit list person:klein --ids").split() == ["1"]
    assert funnel("visit list person:bergmüller --ids").split() == ["3", "2", "1"]
    offers = {
        "deal people 1 ": ["add", "edit", "remove", "list"],
        "deal people 1 edit ": ["Anna Bergmüller", "Bert Roth", "Bert Klein"],
        "deal people 1 remove b": ["Bert Roth", "Bert Klein"],
        "deal people 1 add z": ["Zoe Kern"],
        "visit add 1 --deal 1 --met b": ["Bert Roth", "Bert Klein"],
        "deal list is:dec": ["is:decider-known"],
        "deal list person:an": ["person:Anna Bergmüller"],
        "deal people 1 edit 2 --role b": ["billing", "blocker"],
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for line, offered in offers.items():
        assert [value for value, _text in candidates(read(line.split(" ")))] == offered, line
    asked = "SELECT contact, role FROM people WHERE NOT main ORDER BY contact"
    assert funnel("sql", asked, "--csv").splitlines()[1:] == [
        "Bert Klein,decider",
        "Bert Roth,user",
    ]


def test_what_can_be_asked_about_people(funnel: Run) -> None:
    for line in (
        "contact add 'Anna Bergmüller' --role decider",
        "contact add 'Bert Roth'",
        "deal add Roof -c 1",
        "deal add Hall -c 2",
        "deal add Shed",
        "deal people Hall add 1 --role champion",
        "deal people Hall edit bert --role 'Works council'",
    ):
        funnel(line)
    asked = {
        "is:decider-known": ["1"],
        "is:'Entscheider bekannt'": ["1"],
        "person:bergmueller": ["2", "1"],
        "person:roth": ["2"],
        "role:champion": ["2"],
        "role:works": ["2"],
        "-role:any": ["3"],
        "people:2": ["2"],
        "people:0": ["3"],
        "person:none": ["3"],
    }
    for words, found in asked.items():
        assert funnel(f"deal list {words} --ids").split() == found, words
    assert funnel("deal list --sort people --ids").split() == ["3", "1", "2"]
    funnel("deal list role:nobody", exit=2)


def test_a_stage_can_ask_for_a_decider(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        """
key = "own"
name = "Own"
[[stage]]
key = "talk"
name = "Talk"
phase = "lead"
kind = "open"
exit = [{ key = "decider_known", en = "a decider is known", de = "Entscheider bekannt" }]
[[stage]]
key = "quote"
name = "Quote"
phase = "lead"
kind = "open"
[[stage]]
key = "order"
name = "Order"
phase = "customer"
kind = "won"
""",
        encoding="utf-8",
    )
    funnel("process", "add", path)
    funnel("contact add Anna")
    funnel("deal add Roof --process own -c 1")
    guide = funnel("guide 1")
    assert "funnel deal people 1 add CONTACT --role decider" in guide
    funnel("deal tick 1 decider_known", exit=3)
    assert "a decider is known" in funnel("advance 1 --strict", exit=3).stderr
    funnel("deal people 1 add 1 --role decider")
    assert funnel("deal show 1 --json").json["criteria"][0]["met"] is True
    funnel("advance 1 --strict")


def test_a_file_brings_everybody_who_has_a_part(funnel: Run, tmp_path: Path) -> None:
    people = "Record ID,First Name,Last Name,Email\n"
    people += "71,Petra,Brandt,p@example.com\n74,Ole,Vogt,o@example.com\n75,Uwe,Kern,\n"
    head = "Record ID,Deal Name,Deal Stage,Pipeline,Associated Contact,Associated Contact IDs\n"
    lines = '1,Roof,Contract Sent,Sales,"Petra Brandt (71);Ole Vogt (74);Ada Neu (9)",71;74;9\n'
    for name, text in (
        ("people.csv", people),
        ("deals.csv", f"{head}{lines}2,Hall,Contract Sent,Sales,Petra Brandt (71),71;75\n"),
        ("more.csv", f"{head}{lines}2,Hall,Contract Sent,Sales,Petra Brandt (71),71;75;74\n"),
        (
            "own.csv",
            "Title,Contact,Teilnehmer\nBarn,Uwe Kern,Ole Vogt (Entscheider); Eva (Vorstand)\n",
        ),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    funnel("import", "contacts", tmp_path / "people.csv")
    funnel("import", "deals", tmp_path / "deals.csv")
    assert [name for name, *_part in _parts(funnel, 1)] == ["Petra Brandt", "Ole Vogt", "Ada Neu"]
    assert [name for name, *_part in _parts(funnel, 2)] == ["Petra Brandt", "Uwe Kern"]
    tried = funnel("import", "deals", tmp_path / "more.csv", "--dry-run", "--csv")
    assert 'Hall,people,Uwe Kern,"Uwe Kern, Ole Vogt"' in tried
    assert "1 updated, 1 unchanged" in funnel("import", "deals", tmp_path / "more.csv")
    assert [name for name, *_part in _parts(funnel, 2)][2:] == ["Ole Vogt"]
    assert "2 unchanged" in funnel("import", "deals", tmp_path / "more.csv")
    funnel("import", "deals", tmp_path / "own.csv")
    assert _parts(funnel, 3) == [
        ("Uwe Kern", None, True),
        ("Ole Vogt", "decider", False),
        ("Eva", "Vorstand", False),
    ]


def test_people_go_through_an_archive_and_are_forgotten(funnel: Run, tmp_path: Path) -> None:
    for line in (
        "contact add 'Anna Bergmüller'",
        "contact add 'Zacharias Roth'",
        "contact add 'Uwe Kern'",
        "deal add Roof -c 1 -c 2",
        "deal add Hall -c 3 -c 1",
        "deal people 1 edit 2 --role 'Zacharias Roth himself' --note 'Zacharias asks'",
        "deal people 2 edit 1 --role decider --note 'knows Zacharias Roth'",
    ):
        funnel(line)
    before = [funnel(f"deal people {deal} --json").json for deal in (1, 2)]
    funnel("export", "all", tmp_path / "all.zip")
    other = str(tmp_path / "other.db")
    funnel("import", "all", tmp_path / "all.zip", "--db", other)
    after = [funnel("deal", "people", deal, "--db", other, "--json").json for deal in (1, 2)]
    assert after == before
    # Once more beside what is there: nobody twice, nobody missing.
    funnel("import", "--yes", other)
    assert [funnel(f"deal people {deal} --json").json for deal in (1, 2)] == before
    held = funnel("contact dossier 2 --json").json["rows"]["deal_contact"]
    assert [row["note"] for row in held] == ["Zacharias asks"]
    funnel("contact forget 2 --yes")
    for deal in (1, 2):
        assert "Zacharias" not in funnel(f"deal people {deal} --json")
    assert "Zacharias" not in funnel("history --json")
    # One of two people of a deal becomes the other, whose part is filled in.
    funnel("deal people 2 edit 3 --note 'likes tea'")
    funnel("contact merge 3 1 --yes")
    assert [
        (one["id"], one["role"], one["note"]) for one in funnel("deal people 2 --json").json
    ] == [(3, "decider", "likes tea")]
    assert "Part in the deal: Note: knows" in funnel("contact show 3 --json").json["notes"]


def test_a_brief_says_on_one_screen_what_to_know(funnel: Run) -> None:
    for line in (
        "contact add 'Roth Bau' -O --street 'Ring 1' --postcode 50667 --town Köln",
        "contact add 'Anna Berg' --org 1 --phone '+49 171 2345678' --job-title 'plant manager'",
        "contact add 'Bert Roth' --org 1",
        "deal add Shed -c 1 --value 3k --at 2026-01-01",
        "win 1 --at 2026-02-01",
        "deal add Roof -c 2 -c 3 --value 18k --close 2026-12-20 --at 2026-09-01",
        "deal people 2 edit bert --role blocker --note 'fears the noise'",
        "visit add 2 --deal 2 --at 2026-10-01 --said 'wants it before winter'"
        " --agreed 'we send plans' --met 'Anna and Bert' --set needs='less noise'",
        "log 2 'not there' --deal 2 --outcome not_met --at 2026-10-20",
        "next 2 'send plans' --due 2026-12-01",
        "offer add 2",
        "offer line 2026-0001 --text Roof --price 15000 --vat 19",
        "objection add 2 price 'too dear'",
        "objection add 2 risk --answer trial --resolved",
        "note add 2 'likes tea' --at 2026-10-05",
        "care complain 2 'late by a week' --at 2026-10-06",
    ):
        funnel(line)
    for whom in ("2", "roof", "anna", "--contact 2"):
        screen = funnel(f"brief {whom}", tty=True, env={"NO_COLOR": "1"})
        lines = screen.splitlines()
        assert len(lines) <= 24, screen
        assert max(map(len, lines)) <= 80
        for said in (
            *("Anna Berg", "plant manager", "Roth Bau, customer", "+491712345678"),
            *("wants it before winter", "we send plans", "likes tea", "send plans"),
            *("2026-0001", "15,000", "too dear", "less noise", "18,000", "3,000"),
            "late by a week",
            *("Bert Roth (blocker, fears the noise)", "Ring 1, 50667 Köln"),
            "https://osm.org/search?query=Ring+1%2C+50667+K%C3%B6ln",
        ):
            assert said in " ".join(screen.split()), (whom, said, screen)
        assert "risk" not in screen
        assert "not there" not in screen
    assert "Zu tun" in funnel("brief 2", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    narrow = funnel("brief 2", tty=True, width=40, env={"NO_COLOR": "1"}).splitlines()
    assert max(map(len, narrow)) <= 40
    assert "Last talk" in funnel("brief 2")
    found = funnel("brief 2 --json").json
    assert [one["name"] for one in found["people"]] == ["Anna Berg", "Bert Roth"]
    assert [one["kind"] for one in found["objections"]] == ["price"]
    assert found["totals"][0]["value"] == 3000
    assert "no deal" in funnel("brief nobody", exit=4).stderr


# No person is lost -------------------------------------------------------------------------------

ROLES = st.sampled_from([None, "decider", "user", "Works council"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 2), st.integers(1, 5), ROLES),
        st.tuples(st.just("edit"), st.integers(1, 2), st.integers(1, 5), ROLES),
        st.tuples(st.just("remove"), st.integers(1, 2), st.integers(1, 5), st.none()),
        st.tuples(st.just("contact"), st.integers(1, 2), st.integers(1, 5), st.none()),
        st.tuples(st.just("merge"), st.integers(1, 5), st.integers(1, 5), st.none()),
        st.tuples(st.just("deals"), st.just(1), st.just(2), st.none()),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def held() -> Iterator[sqlite3.Connection]:
    with closing(connect(":memory:")) as conn:
        yield conn


TABLES = ("contact", "contact_former", "deal", "deal_contact", "deal_former", "stay", "terms")


def _rows(conn: sqlite3.Connection) -> Dump:
    return {
        table: conn.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in TABLES
    }


def _people(conn: sqlite3.Connection, deal: int) -> dict[int, str | None]:
    return {person.id: person.role for person in of_deal(conn, deal)}


@pytest.mark.long
@given(ACTS)
def test_no_part_is_lost_and_undo_and_redo_are_equal(
    held: sqlite3.Connection, acts: list[tuple[str, int, int, str | None]]
) -> None:
    conn = held
    with command(conn, "test", []):
        ids = [contacts.add(conn, f"Person {letter}") for letter in "ABCDE"]
        (process,) = conn.execute("SELECT id FROM process WHERE key = 'cycle'").fetchone()
        two = [deals.add(conn, title, process_id=process, currency="EUR") for title in ("R", "H")]
    for what, one, other, role in acts:
        _act(conn, what, one, other, role, ids, two)


def _act(
    conn: sqlite3.Connection,
    what: str,
    one: int,
    other: int,
    role: str | None,
    ids: list[int],
    two: list[int],
) -> None:
    fields = {} if role is None else {"role": role}
    contact = ids[other - 1]
    deal = two[one - 1] if one <= 2 else 0
    before = _rows(conn)
    held = [_people(conn, deal_id) for deal_id in two]
    try:
        with command(conn, "act", []):
            if what == "add":
                people.add(conn, deal, contact, fields)
            elif what == "edit":
                people.edit(conn, deal, contact, {"role": role})
            elif what == "remove":
                people.remove(conn, deal, contact)
            elif what == "contact":
                deals.edit(conn, deal, 2_000_000_000, {"contact_id": contact})
            elif what == "merge":
                contact_merge.merge(conn, ids[one - 1], [contact])
            else:
                deal_merge.merge(conn, two[0], [two[1]], {"contact_id": two[0]})
    except FunnelError:
        assert _rows(conn) == before
        return
    after = _rows(conn)
    now = [_people(conn, deal_id) for deal_id in two]
    if what == "remove":
        del held[one - 1][contact]
    if what in ("add", "contact"):
        held[one - 1].setdefault(contact, None)
    if what in ("add", "edit") and (role or what == "edit"):
        held[one - 1][contact] = role
    if what == "merge":
        keep = ids[one - 1]
        ids[:] = [keep if who == contact else who for who in ids]
        held = [_merged(parts, keep, contact) for parts in held]
    if what == "deals":
        held = [{**held[1], **{who: own or held[1].get(who) for who, own in held[0].items()}}, {}]
    assert now == held
    if after != before:
        journal.undo(conn)
        assert _rows(conn) == before
        journal.redo(conn)
        assert _rows(conn) == after


def _merged(parts: dict[int, str | None], keep: int, gone: int) -> dict[int, str | None]:
    """The people of a deal when one of them became another."""
    if gone not in parts:
        return parts
    rest = {who: role for who, role in parts.items() if who != gone}
    return {**rest, keep: rest.get(keep) or parts[gone]}


def test_a_role_is_found_and_shown_in_either_language(funnel: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    funnel("contact add Anna")
    funnel("deal add Roof -c Anna")
    funnel("deal people Roof add Anna --role blocker")
    for word in ("blocker", "blockierer"):
        assert funnel("find", word, "--json").json[0]["text"] == "blocker"
        assert funnel("find", word, "--json", env=german).json[0]["text"] == "Blockierer"
