"""Words are found in everything that holds text, and what was forgotten is in no index."""

from __future__ import annotations

import os
import re
import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import postgres
from conftest import Run
from funnelcli.db import journal, textindex, trimming
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.db.triggers import all_tables, columns, in_ranges, tables
from funnelcli.errors import NotFound
from funnelcli.nouns.texts import KINDS, SOURCES
from funnelcli.queries import find
from funnelcli.values.wordsearch import asked, places, words_of

# What is typed, and what it finds.
MEANT = [
    ("mueller", "Müller"),
    ("müller", "Mueller"),
    ("MÜLL", "mueller"),
    ("mu\u0308ller", "M\u00fcller"),
    ("strasse", "Hauptstr. an der Straße"),
    ("straße", "STRASSE"),
    ("jeanpierre", "Jean-Pierre"),
    ("jean pierre", "Jeanpierre"),
    ("jean-pierre", "Jean Pierre"),
    ("solardach", "Solar-Dach"),
    ("solar dach", "Solardach"),
    ("Solar–Dach", "solardach"),
    ("o hara", "O'Hara"),
    ("o’hara", "OHara"),
    ("ohara", "O´Hara"),
    ("pierre jean", "Jean-Pierre"),
    ("jorgensen", "Jørgensen"),
    ("solar", "So\u00adlar"),
    ("heiz", "Heizung, neu"),
    ("an-2026", "AN-2026-0007"),
    ("anna@berg.example", "Anna <anna@berg.example>"),
    ("b&w", "B & W"),
    ("3 x", "3 X"),
    ("ива", "Иванов"),
]
MISSED = [
    ("pumpe", "Wärmepumpe"),
    ("ha", "Haus"),
    ("müller meier", "Müller"),
    ("bauer", "Bar"),
]


@pytest.mark.parametrize(("typed", "text"), MEANT)
def test_words_meet_however_they_are_written(typed: str, text: str) -> None:
    assert _finds(typed, text)
    whole = unicodedata.normalize("NFC", text.replace("\u00ad", ""))
    assert places(whole, asked([typed]))


@pytest.mark.parametrize(("typed", "text"), MISSED)
def test_other_words_do_not_meet(typed: str, text: str) -> None:
    assert not _finds(typed, text)


def test_a_key_of_many_letters_keeps_nobody_waiting() -> None:
    # From each of its letters on it would take ten minutes.
    key = "q" * 300_000
    assert words_of(f"{key} Solar-Dach") == f"{key} solar-dach solardach"
    assert words_of(f"Solar-{key}").endswith(f" solar{key}")


def _finds(typed: str, text: str) -> bool:
    with closing(connect(":memory:")) as conn:
        _contact(conn, "nobody")
        _note(conn, text, contact=1)
        return bool(_found(conn, typed))


def _found(conn: sqlite3.Connection, *typed: str, most: int | None = None) -> list[tuple[str, int]]:
    with find.found(conn, find.question(typed), most) as hits:
        return [(hit.kind, hit.id) for hit in hits]


def _contact(conn: sqlite3.Connection, name: str, town: str = "", organisation: int = 0) -> None:
    conn.execute(
        "INSERT INTO contact (public_id, name, search, town, organisation_id, created_at,"
        " recorded_at) VALUES (hex(randomblob(9)), ?, '', ?,"
        " (SELECT id FROM contact WHERE id = ?), 1, 1)",
        (name, town or None, organisation),
    )


def _deal(conn: sqlite3.Connection, title: str, contact: int) -> None:
    conn.execute(
        "INSERT INTO deal (public_id, title, search, contact_id, process_id, opened_at, opened_on,"
        " recorded_at, stage_id, stage_since, furthest_stage_id, status, currency) VALUES"
        " (hex(randomblob(9)), ?, '', (SELECT id FROM contact WHERE id = ?), 1, 1, '2026-01-01', 1,"
        " (SELECT min(id) FROM stage), 1, (SELECT min(id) FROM stage), 'open', 'EUR')",
        (title, contact),
    )


def _note(conn: sqlite3.Connection, text: str, *, contact: int = 0, deal: int = 0) -> None:
    conn.execute(
        "INSERT INTO note (public_id, contact_id, deal_id, happened_at, happened_on, text, search,"
        " recorded_at) SELECT hex(randomblob(9)), c.id, d.id, 1, '2026-01-01', ?, '', 1"
        " FROM (SELECT 1) LEFT JOIN contact AS c ON c.id = ? LEFT JOIN deal AS d ON d.id = ?"
        " WHERE (c.id IS NULL) <> (d.id IS NULL)",
        (text, contact, deal),
    )


# The tables change as they like, and the index follows -----------------------------------------

WORDS = ("Solar", "Dach", "Müller", "Mueller", "Jean-Pierre", "Anna", "Berg", "solarer", "Haus")
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
ID = st.integers(1, 6)
Change = Callable[[sqlite3.Connection], object]


def _sql(statement: str, *values: object) -> Change:
    return lambda conn: conn.execute(statement, values)


CHANGES = st.one_of(
    st.builds(lambda *given: lambda conn: _contact(conn, *given), TEXT, TEXT, ID),
    st.builds(lambda *given: lambda conn: _deal(conn, *given), TEXT, ID),
    st.builds(lambda text, id_: lambda conn: _note(conn, text, contact=id_), TEXT, ID),
    st.builds(lambda text, id_: lambda conn: _note(conn, text, deal=id_), TEXT, ID),
    st.builds(lambda *given: _sql("UPDATE contact SET name = ? WHERE id = ?", *given), TEXT, ID),
    st.builds(lambda *given: _sql("UPDATE deal SET title = ? WHERE id = ?", *given), TEXT, ID),
    st.builds(
        lambda *given: _sql(
            "UPDATE deal SET contact_id = (SELECT id FROM contact WHERE id = ?) WHERE id = ?",
            *given,
        ),
        ID,
        ID,
    ),
    st.builds(
        lambda one, other: _sql(
            "UPDATE contact SET organisation_id = (SELECT id FROM contact WHERE id = ?)"
            " WHERE id = ? AND id <> ?",
            one,
            other,
            one,
        ),
        ID,
        ID,
    ),
    st.builds(lambda *given: _sql("UPDATE note SET text = ? WHERE id = ?", *given), TEXT, ID),
    st.builds(
        lambda tag, id_: _sql(
            "INSERT OR IGNORE INTO contact_tag (contact_id, tag, search)"
            " SELECT id, ?, ? FROM contact WHERE id = ?",
            tag,
            tag,
            id_,
        ),
        TEXT,
        ID,
    ),
    st.builds(
        lambda one, other: _sql(
            "UPDATE OR IGNORE contact_tag SET contact_id = (SELECT id FROM contact WHERE id = ?)"
            " WHERE id = ? AND EXISTS (SELECT 1 FROM contact WHERE id = ?)",
            one,
            other,
            one,
        ),
        ID,
        ID,
    ),
    st.builds(lambda id_: _sql("DELETE FROM contact_tag WHERE id = ?", id_), ID),
    *(
        st.builds(lambda id_, table=table: _sql(f"DELETE FROM {table} WHERE id = ?", id_), ID)
        for table in ("contact", "deal", "note")
    ),
)
ACTS = st.one_of(
    CHANGES.map(lambda change: ("change", change)),
    st.lists(CHANGES, min_size=2, max_size=5).map(lambda some: ("command", some)),
    st.sampled_from(["undo", "redo", "look", "trim", "range"]).map(lambda name: (name, None)),
)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(st.lists(ACTS, min_size=4, max_size=25), TEXT, st.integers(1, 5))
def test_what_is_found_is_what_a_plain_search_finds(
    acts: list[tuple[str, Change | list[Change] | None]], words: str, cut: int
) -> None:
    typed = [words[:-cut] if len(words) > cut + 2 else words]
    with closing(connect(":memory:")) as conn:
        for number, name in enumerate(("Haus", "Anna Berg", "Solar"), 1):
            _contact(conn, name, organisation=number - 1)
            _deal(conn, "Dach", number)
            _note(conn, "Müller", contact=number)
            _note(conn, "Haus", deal=number)
        _check(conn, typed)
        for name, what in acts:
            _act(conn, name, what)
            # Of what was not looked at after each change, several are caught up with at once.
            if name != "look":
                _check(conn, typed)


def _act(conn: sqlite3.Connection, name: str, what: Change | list[Change] | None) -> None:
    if callable(what):
        # Another program's, under no command.
        what(conn)
    elif isinstance(what, list):
        with command(conn, "test"):
            for change in what:
                change(conn)
    elif name in ("undo", "redo"):
        with suppress(NotFound):
            (journal.undo if name == "undo" else journal.redo)(conn)
    elif name == "trim":
        (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM command").fetchone()
        conn.execute("BEGIN IMMEDIATE")
        trimming.let_go(conn, trimming.Letting(last, 0))
        conn.execute("COMMIT")
    elif name == "range":
        with command(conn, "import") as command_id, in_ranges(conn, command_id, ["contact"]):
            _contact(conn, "Anna Solar")
            _contact(conn, "Haus Berg", "Dach")


def _check(conn: sqlite3.Connection, typed: list[str]) -> None:
    found = _found(conn, *typed)
    assert sorted(found) == sorted(_plainly(conn, typed))
    assert _found(conn, *typed, most=2) == found[:2]
    index = textindex.Index(conn, SOURCES)
    assert index.is_current()
    assert not index.differs()


def _plainly(conn: sqlite3.Connection, typed: list[str]) -> list[tuple[str, int]]:
    """A search that reads everything."""
    wanted = _plain_words(" ".join(typed))
    queries = {
        "contact": "SELECT c.id, concat_(c.name, c.town, o.name,"
        " (SELECT group_concat(tag, ' ') FROM contact_tag WHERE contact_id = c.id))"
        " FROM contact AS c LEFT JOIN contact AS o ON o.id = c.organisation_id",
        "deal": "SELECT d.id, concat_(d.title, c.name) FROM deal AS d"
        " LEFT JOIN contact AS c ON c.id = d.contact_id",
        "note": "SELECT n.id, concat_(n.text, o.name, d.title, c.name) FROM note AS n"
        " LEFT JOIN contact AS o ON o.id = n.contact_id LEFT JOIN deal AS d ON d.id = n.deal_id"
        " LEFT JOIN contact AS c ON c.id = d.contact_id",
    }
    conn.create_function("concat_", -1, lambda *texts: " ".join(filter(None, texts)))
    return [
        (kind, id_)
        for kind, query in queries.items()
        for id_, text in conn.execute(query)
        if all(any(_begins(has, word) for has in _plain_words(text)) for word in wanted)
    ]


def _begins(has: str, word: str) -> bool:
    return has == word or (len(word) > 2 and has.startswith(word))


def _plain_words(text: str) -> list[str]:
    plain = text.lower().replace("ue", "u").replace("ü", "u")
    return re.findall(r"\w+", plain)


def test_a_whole_search_reads_no_table(tmp_path: Path) -> None:
    """The plan is what makes it fast at a million texts: the index, by ranges of its numbers."""
    with closing(connect(str(tmp_path / "x.db"))) as conn:
        _contact(conn, "Anna")
        _found(conn, "anna")
        run: list[str] = []
        conn.set_trace_callback(run.append)
        _found(conn, "anna", most=20)
        conn.set_trace_callback(None)
        searches = [statement for statement in run if "MATCH" in statement]
        assert len(searches) == 6
        for statement in searches:
            plan = conn.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            said = " ".join(row[-1] for row in plan)
            assert re.search(r"SCAN w VIRTUAL TABLE INDEX \d+:.*><|<>", said)
            assert "SEARCH n USING INTEGER PRIMARY KEY" in said
            assert "TEMP B-TREE" not in said


def test_every_text_of_a_record_is_found_or_left_out_on_purpose() -> None:
    """A new column of texts has to be put on one side or the other."""
    with closing(connect(":memory:")) as conn:
        has = {
            (table, row[1])
            for table in tables(conn)
            for row in conn.execute(f"PRAGMA table_info({table})")
            if row[2] == "TEXT"
        }
    found = {
        (source.table, column)
        for source in SOURCES
        for column in f"{source.name} {source.text}".split()
    }
    found |= {
        (part.table, column)
        for source in SOURCES
        for part in source.parts
        for column in part.columns.split()
    }
    assert found <= has
    found |= {
        (part.called[1], column)
        for source in SOURCES
        for part in source.parts
        if part.called
        for column in part.called[2].split()
    }
    left = {(table, column) for table, names in LEFT_OUT.items() for column in names.split()}
    everywhere = "public_id external_origin external_id search currency key kind status source"
    assert {
        (table, column)
        for table, column in has - found - left
        if column not in everywhere.split()
        and not column.endswith(("_on", "_until", "_from"))
        and table not in SET_UP
    } == set(), "a line of funnelcli.nouns.texts makes them findable, or they go to LEFT_OUT here"
    assert not found & left


# Catalogues and what is set up: looked up by their own lists.
SET_UP = {
    *("catalogue", "field", "member", "milestone_template", "process", "questionnaire"),
    *("questionnaire_question", "saved_filter", "stage", "stage_exit", "stage_question"),
}
# What of the tables is no text that somebody looks for.
LEFT_OUT = {
    "answer": "questionnaire",
    "attachment": "digest media_type",
    "contact": "role country salutation academic_title first_name last_name birthday language",
    "contact_consent": "channel how",
    "contract": "notice cancel_by",
    "correction": "what field was became",
    "deal": "expected_close lost_reason",
    "exchange_rate": "base",
    "farewell": "personal_contact",
    "field_value": "day",
    "inbox_note": "folder file sender day hash words key",
    "message": "direction message_id thread",
    "milestone": "due",
    "offer_line": "unit",
    "overhead": "note",
    "product": "unit",
    "stay": "how provenance",
    "step": "due starts every uid",
    "terms": "expected_close reason provenance",
    "tray_note": "origin reason outcome starts due birthday",
    "verdict": "verdict framework",
    "visit": "starts type channel outcome goal_reached expenses_currency call_outcome call_list",
}


# On the command line ------------------------------------------------------------------------------


@pytest.fixture
def sold(funnel: Run) -> Run:
    funnel("contact", "add", "Acme AG", "--is-organisation")
    funnel("contact", "add", "Jean-Pierre Müller", "--organisation", "Acme AG", "--town", "Köln",
           "--phone", "+49 171 2345678", "--email", "jp@acme.example")  # fmt: skip
    funnel("deal", "add", "Solar-Dach", "--contact", "Müller", "--value", "5k")
    funnel("note", "add", "1", "asked for a heat pump; " + "so and so " * 30 + "wants lawsuit")
    funnel("visit", "log", "Müller", "spoke of the parrot")
    return funnel


def test_find_says_what_was_found_and_how_to_open_it(sold: Run) -> None:
    rows = sold("find parrot --json").json
    assert [(row["kind"], row["title"], row["command"]) for row in rows] == [
        ("visit", "Jean-Pierre Müller", "funnel visit show 1")
    ]
    assert rows[0]["contact_id"] == 2
    # Names come first, then texts, then what is only about who has the name.
    kinds = [row["kind"] for row in sold("find mueller --json").json]
    assert kinds[0] == "contact"
    assert set(kinds) == {"contact", "deal", "note", "visit"}
    assert [row["kind"] for row in sold("find jeanpierre koeln --json").json] == ["contact"]
    assert "acme" not in sold("find solardach").lower()
    for number in ("0171 2345678", "+49 (171) 2345678", "0171/2345678", "491712345678"):
        assert [row["id"] for row in sold("find", number, "--json").json] == [2], number
    text = sold("find lawsuit --json").json[0]["text"]
    assert text.startswith("… ")
    assert text.endswith("wants lawsuit")
    assert sold("find lawsuit heat --kind visit,deal --json").json == []
    assert len(sold("find mueller -n 2 --json").json) == 2
    assert "no word" in sold("find '&'", exit=2).stderr
    assert "--kind cannot be" in sold("find x --kind flower", exit=2).stderr
    assert [row["kind"] for row in sold("find acme --kind Kontakt --json").json] == ["contact"] * 2


def test_found_words_stand_out_on_a_terminal(sold: Run) -> None:
    for width in (40, 80, 160):
        assert "\x1b[1mparrot" in sold("find parrot", tty=True, width=width)
    assert "\x1b[1mSolar-Dach\x1b[0m" in sold("find solardach", tty=True, width=120)


def test_open_shows_what_is_meant(sold: Run) -> None:
    assert "Köln" in sold("open jean-pierre mueller")
    assert "spoke of the parrot" in sold("open parrot")
    said = sold("open mueller", exit=5).stderr
    assert "funnel contact show 2" in said
    assert "--kind" in said
    assert "Solar-Dach" in sold("open mueller --kind deal")
    chosen = sold("open mueller", tty=True, stdin="2\n")
    assert "Solar-Dach" in chosen
    assert "Which one?" in chosen.stderr
    assert "no number" in sold("open mueller", tty=True, stdin="99\n", exit=2).stderr
    sold("open nothingness", exit=4)


@pytest.mark.sqlite("the index within the file")
def test_the_index_leaves_no_trace_in_exports_and_undo(sold: Run, db: str, tmp_path: Path) -> None:
    sold("find mueller")
    sold("export", "all", str(tmp_path / "all.zip"))
    before = sold("find mueller --json").json
    other = str(tmp_path / "other.db")
    sold("import", "all", str(tmp_path / "all.zip"), "--yes", "--db", other)
    with closing(connect(other)) as conn:
        assert not textindex.exists(conn)
        assert not [name for name in all_tables(conn) if name.startswith("find")]
    assert sold("find", "mueller", "--json", "--db", other).json == before
    sold("contact remove 2 --yes")
    assert sold("find parrot --json").json == []
    sold("undo")
    assert sold("find mueller --json").json == before
    sold("doctor")
    with closing(connect(db)) as conn:
        conn.execute("INSERT INTO find_words (rowid, name) VALUES (1 << 52 | 9 << 12, 'ghost')")
    assert "index of texts" in sold("doctor", exit=1)
    sold("doctor --repair")
    assert sold("find ghost --json").json == []
    sold("doctor")


@pytest.mark.sqlite("bytes of the file")
@pytest.mark.long
def test_a_forgotten_or_compacted_word_is_in_no_index(sold: Run, db: str) -> None:
    sold("find mueller")
    assert b"lawsuit" in Path(db).read_bytes()
    sold("contact forget 2 --yes")
    content = Path(db).read_bytes()
    for trace in (b"lawsuit", b"parrot", b"jeanpierre", b"2345678"):
        assert trace not in content
    assert sold("find parrot --json").json == []
    sold("contact add 'Eva Quastenflosser'")
    sold("find quastenflosser")
    sold("contact edit Eva --name 'Eva Berg'")
    assert [row["title"] for row in sold("find eva --json").json] == ["Eva Berg"]
    sold("contact add Next")
    with closing(connect(db)) as conn:
        conn.execute("UPDATE command SET at = 1")
    sold("db compact --older 1d --yes")
    assert b"quastenfl" not in Path(db).read_bytes().lower()
    assert [row["title"] for row in sold("find eva --json").json] == ["Eva Berg"]


@pytest.mark.sqlite("permissions")
def test_a_database_that_may_only_be_read_is_searched_too(
    sold: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = Path(db).read_bytes()
    monkeypatch.setattr(os, "access", lambda _path, how: how != os.W_OK)
    found = sold("find parrot --json").json
    assert [row["kind"] for row in found] == ["visit"]
    assert Path(db).read_bytes() == content


def test_a_kind_keeps_its_number() -> None:
    numbers = [kind.texts.number for kind in KINDS.values()]
    assert len({*numbers}) == len(numbers)
    with closing(connect(":memory:")) as conn:
        for kind in KINDS.values():
            assert kind.texts.table in tables(conn)
            about = {f"{one}_id" for one in kind.texts.about.split()}
            assert about <= {*columns(conn, kind.texts.table)}


def test_fields_of_ones_own_are_found(sold: Run) -> None:
    sold("field add deal region --type choice --values north,south")
    sold("field add contact 'Club card'")
    sold("deal edit 1 --region north")
    sold("contact edit 2 --club-card ZX-81")
    assert [row["kind"] for row in sold("find north --json").json] == ["deal"]
    assert [row["kind"] for row in sold("find zx81 --json").json] == ["contact"]
    sold("deal edit 1 --region south")
    assert sold("find north --json").json == []
    assert [row["kind"] for row in sold("find south --json").json] == ["deal"]
    sold("undo")
    assert [row["kind"] for row in sold("find north --json").json] == ["deal"]
    sold("doctor")


def test_words_that_belong_together_are_found_over_the_end_of_a_line(funnel: Run) -> None:
    funnel("contact", "add", "Eva Stone", "--notes", "Wants a solar\nroof by June")
    found = funnel("contact", "list", '"solar roof"', "--json").json
    assert [row["name"] for row in found] == ["Eva Stone"]


def test_bare_words_of_lists_are_looked_for_in_notes_too(sold: Run) -> None:
    sold("contact add 'Eva Stone' --notes 'Likes the Grün-Fink'")
    sold("deal add Garage --contact Eva --value 1k --notes 'mentioned a Woodpecker'")
    sold("note add --contact Eva 'has a Greenfinch'")

    def names(*line: str) -> list[str]:
        return [row.get("title") or row["name"] for row in sold(*line, "--json").json]

    assert names("deal", "list", "lawsuit") == ["Solar-Dach"]
    assert names("deal", "list", "-lawsuit") == ["Garage"]
    assert names("contact", "list", "lawsuit") == ["Jean-Pierre Müller"]
    for word in ("greenfinch", "grünfink", "gruen-fink", "fink"):
        assert names("contact", "list", word) == ["Eva Stone"], word
    assert names("deal", "list", "woodp") == ["Garage"]
    assert names("deal", "list", "acme") == ["Solar-Dach"]
    assert names("contact", "list", "-greenfinch", "stone") == []


def test_lists_and_names_do_not_mind_hyphens_and_apostrophes(sold: Run) -> None:
    sold('contact add "Ann O\'Hara"')
    for word in ("solardach", "solar-dach", "solar dach", "SOLARDA"):
        assert [row["id"] for row in sold("deal", "list", word, "--json").json] == [1], word
        assert sold("deal", "show", word, "--json").json["title"] == "Solar-Dach"
    for word in ("jeanpierre", "jean-pierre", "jean pierre", "pierre"):
        assert [row["id"] for row in sold("contact", "list", word, "--json").json] == [2], word
    for word in ("o hara", "o'hara", "ohara"):
        assert [row["name"] for row in sold("contact", "list", word, "--json").json] == [
            "Ann O'Hara"
        ]
    # Across words one begins with a word's first letter.
    assert sold("deal list olardach --json").json == []


# On a server -----------------------------------------------------------------------------------


def found_there(funnel: Run, there: str, word: str) -> list[int]:
    """The contacts that a search finds in the database at an address, by their ids."""
    return [
        row["id"]
        for row in funnel("--db", there, "find", word, "--json").json
        if row["kind"] == "contact"
    ]


@pytest.mark.postgres
def test_texts_on_a_server_are_found_by_an_index_in_the_cache_folder(
    funnel: Run, server: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = server.database(tmp_path / "there")
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    funnel("--db", there, "contact", "add", "Ada Zwirn")
    assert found_there(funnel, there, "zwirn") == [1]
    (kept,) = cache.glob("**/texts-*.db")
    assert oct(kept.stat().st_mode & 0o777) == "0o600"
    # It catches up with what came, as another's index does.
    funnel("--db", there, "contact", "edit", "1", "--name", "Ada Knopf")
    funnel("--db", there, "contact", "add", "Bert Zwirn")
    assert found_there(funnel, there, "zwirn") == [2]
    assert found_there(funnel, there, "knopf") == [1]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert found_there(funnel, there, "knopf") == [1]
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    # One that is damaged, or of another course of things, is made anew.
    kept.write_bytes(b"x" * 5000)
    assert found_there(funnel, there, "zwirn") == [2]
    with closing(connect(there)) as conn:
        conn.execute("DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)")
    assert found_there(funnel, there, "zwirn") == [2]


@pytest.mark.postgres
def test_everybodys_index_is_void_when_what_it_was_made_of_has_gone(
    funnel: Run, server: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = server.database(tmp_path / "there")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    funnel("--db", there, "contact", "add", "Ada Zwirn")
    assert found_there(funnel, there, "zwirn") == [1]
    with closing(connect(there)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        textindex.drop(conn)
        conn.execute("UPDATE contact SET name = 'Gone', search = 'gone'")
        conn.execute("DELETE FROM journal")
        conn.execute("COMMIT")
    assert found_there(funnel, there, "zwirn") == []


def test_the_check_of_a_database_finds_nothing_wrong_with_its_index(funnel: Run) -> None:
    funnel("deal add Roof")
    funnel("find Roof")
    assert funnel("db check", tty=True).startswith("The database is sound.")
