"""The filter language: what each word selects, and that SQL and Python select the same."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asked_in_python import matching
from funnelcli import i18n
from funnelcli.db import functions
from funnelcli.errors import FunnelError, Usage
from funnelcli.filters import Field, Fields, parse, sort
from funnelcli.text import fold, name_fold, search_key, spellings, strip
from funnelcli.values import dates
from funnelcli.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conftest import Run

STAGES = (
    ("needs", "Needs analysis", "Anamnese"),
    ("offer", "Solution and offer", "Präsentation & Angebot"),
    ("negotiation", "Negotiation", "Verhandlung & Einwandbehandlung"),
    ("cold_call", "Cold call", "Kaltanruf"),
)
SOURCES = (("fair", "Fair", "Messe"), ("web", "Website", "Webseite"), ("none", "None", "Keine"))
TAGGED = "EXISTS (SELECT 1 FROM tag WHERE tag.deal = deal.id AND tag.{} = {{param}})"
FIELDS = Fields(
    fields=(
        Field("title", "text", "title_folded", folded=True),
        Field("note", "text", "note"),
        Field("stage", "enum", "stage", choices=lambda: STAGES, aliases=("phase",)),
        Field("source", "enum", "source", choices=lambda: SOURCES[:2]),
        Field("origin", "enum", "source", choices=lambda: SOURCES),
        Field("visits", "int", "visits"),
        Field("value", "money", "value", currency_sql="currency"),
        Field("chance", "percent", "chance"),
        Field("due", "date", "due"),
        Field("entered", "instant", "entered"),
        Field("tag", "tag", TAGGED.format("folded"), folded=True),
        Field("mark", "tag", TAGGED.format("name")),
    ),
    flags={"open": "status = 'open'", "big": "visits > 3 AND chance > 50"},
    search=("title_folded", "search_key(note)"),
)
COLUMNS = (
    *("title", "title_folded", "note", "stage", "source", "visits", "value", "currency"),
    *("chance", "due", "entered", "status"),
)


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(dates, "now", lambda: 1_795_500_000)  # Tuesday, 24 November 2026
    dates.set_zone("Europe/Berlin")
    yield
    dates.set_zone(None)
    i18n.use("en")


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    """A table of deals, which a test fills with its own."""
    with closing(_database()) as made:
        yield made


def _database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    functions.add(connection)
    connection.executescript(
        """
        CREATE TABLE deal (
            id INTEGER PRIMARY KEY, title TEXT, title_folded TEXT, note TEXT, stage TEXT,
            source TEXT, visits INTEGER, value INTEGER, currency TEXT, chance INTEGER, due TEXT,
            entered INTEGER, status TEXT
        ) STRICT;
        CREATE TABLE tag (deal INTEGER, name TEXT, folded TEXT) STRICT;
        """
    )
    return connection


def _load(connection: sqlite3.Connection, deals: Sequence[dict[str, Any]]) -> None:
    connection.executescript("DELETE FROM deal; DELETE FROM tag;")
    for number, deal in enumerate(deals):
        row = {column: deal.get(column) for column in COLUMNS} | {"id": number}
        row["title_folded"] = None if row["title"] is None else search_key(row["title"])
        connection.execute(
            f"INSERT INTO deal (id, {', '.join(COLUMNS)})"
            f" VALUES (:id, {', '.join(f':{column}' for column in COLUMNS)})",
            row,
        )
        connection.executemany(
            "INSERT INTO tag VALUES (?, ?, ?)",
            [(number, name, name_fold(name)) for name in deal.get("tags", ())],
        )


def _record(deal: dict[str, Any]) -> dict[str, Any]:
    """``deal`` as the questions in Python want it."""
    tags = deal.get("tags", ())
    texts = [deal.get("title"), deal.get("note")]
    flags = set()
    if deal.get("status") == "open":
        flags.add(FIELDS.flags["open"])
    if (deal.get("visits") or 0) > 3 and (deal.get("chance") or 0) > 50:
        flags.add(FIELDS.flags["big"])
    value = deal.get("value")
    return {
        **deal,
        "title": None if deal.get("title") is None else search_key(deal["title"]),
        "origin": deal.get("source"),
        "value": None if value is None else Money(value, deal["currency"]),
        "tag": {name_fold(tag) for tag in tags},
        "mark": set(tags),
        "is": flags,
        "search": [search_key(text) for text in texts if text is not None],
    }


def _select(connection: sqlite3.Connection, words: Sequence[str], locale: str = "en") -> list[int]:
    condition, parameters = parse(words, FIELDS, currency="EUR", locale=locale).sql()
    query = f"SELECT id FROM deal WHERE {condition} ORDER BY id"
    return [number for (number,) in connection.execute(query, parameters)]


def _day(text: str, hour: int = 12) -> int:
    midnight = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return int(midnight.timestamp()) + hour * 3600


DEALS: list[dict[str, Any]] = [
    {
        "title": "Müller Dachsanierung",
        "note": "100% sicher",
        "stage": "offer",
        "source": "fair",
        "visits": 3,
        "value": 1_250_000,
        "currency": "EUR",
        "chance": 50,
        "status": "open",
    },
    {
        "title": "Bakery ovens",
        "note": "call_back",
        "stage": "negotiation",
        "source": "web",
        "visits": 7,
        "value": 1_250_000,
        "currency": "JPY",
        "chance": 80,
        "status": "open",
    },
    {"title": "Werft", "status": "lost", "stage": "needs"},
    {
        "title": "Shipyard",
        "note": "stage:offer was the subject",
        "stage": "cold_call",
        "visits": 0,
        "value": 50_000,
        "currency": "USD",
        "chance": 0,
        "status": "won",
    },
]
DEALS[0] |= {"due": "2026-11-24", "entered": _day("2026-11-24", 0), "tags": ["VIP", "Bau"]}
DEALS[1] |= {"due": "2026-11-27", "entered": _day("2026-11-23", 23), "tags": ["very important"]}
DEALS[3] |= {"due": "2027-01-01", "entered": _day("2026-11-24", 24), "tags": ["a,b", "none"]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], [0, 1, 2, 3]),
        ([""], [0, 1, 2, 3]),
        (["mueller"], [0]),
        (["MÜLLER"], [0]),
        (["muller dach"], [0]),
        (["-mueller"], [1, 2, 3]),
        (["100%"], [0]),
        (["%"], [0]),
        (["_"], [1]),
        (["mueller", "ovens"], []),
        (["title:muell"], [0]),
        (["title:mueller,ovens"], [0, 1]),
        (["note:SICHER"], [0]),
        (["note:"], [2]),
        (["-note:"], [0, 1, 3]),
        (["note:any"], [0, 1, 3]),
        (["note:none,sicher"], [0, 2]),
        (["stage:offer"], [0]),
        (["Stage:offer,negotiation"], [0, 1]),
        (["phase:offer"], [0]),
        (["stage:solution"], [0]),
        (["stage:präs"], [0]),
        (["stage:Praes"], [0]),
        (["stage:cold-call"], [3]),
        (["stage:negot"], [1]),
        (["source:messe"], [0]),
        (["source:none"], [2, 3]),
        (["-source:fair"], [1, 2, 3]),
        (["-source:none"], [0, 1]),
        (["origin:none"], []),
        (["origin:"], [2, 3]),
        (["visits:3"], [0]),
        (["visits:=3"], [0]),
        (["visits:>3"], [1]),
        (["visits:>=3"], [0, 1]),
        (["visits:<3"], [3]),
        (["visits:<=3"], [0, 3]),
        (["visits:3..7"], [0, 1]),
        (["visits:..3"], [0, 3]),
        (["visits:4.."], [1]),
        (["visits:0,7"], [1, 3]),
        (["-visits:>3"], [0, 2, 3]),
        (["chance:50%"], [0]),
        (["chance:50..80"], [0, 1]),
        (["value:>10000"], [0, 1]),
        (["value:>12500"], [1]),
        (["value:>=12500"], [0, 1]),
        (["value:12500"], [0]),
        (["value:12500.00"], [0]),
        (["value:12,500"], [0]),
        (["value:500"], [3]),
        (["value:<500.01"], [3]),
        (["value:1k..20k"], [0]),
        (["value:<1k,>100k"], [1, 3]),
        (["value:>USD 100"], [3]),
        (["value:>EUR 100"], [0]),
        (["value:USD 100..500"], [3]),
        (["value:100..USD 500"], [3]),
        (["value:>JPY 1"], [1]),
        (["value:none"], [2]),
        (["-value:>10000"], [2, 3]),
        (["due:today"], [0]),
        (["due:..fri"], [0, 1]),
        (["due:2026-11"], [0, 1]),
        (["due:>fri"], [3]),
        (["due:<fri"], [0]),
        (["due:2027,today"], [0, 3]),
        (["due:none"], [2]),
        (["entered:today"], [0]),
        (["entered:yesterday"], [1]),
        (["entered:>=2026-11-24"], [0, 3]),
        (["-entered:today"], [1, 2, 3]),
        (["tag:vip"], [0]),
        (["-tag:vip"], [1, 2, 3]),
        (["tag:vip,very important"], [0, 1]),
        (["tag:bau", "tag:vip"], [0]),
        (["tag:none"], [2]),
        (["tag:any"], [0, 1, 3]),
        (["tag:=none"], [3]),
        (["tag:=a,b"], [3]),
        (["mark:VIP"], [0]),
        (["mark:vip"], []),
        (["is:open"], [0, 1]),
        (["-is:open"], [2, 3]),
        (["-is:big"], [0, 2, 3]),
        (["is:big"], [1]),
        (["is:open,big", "stage:offer"], [0]),
        ([":stage:offer"], [3]),
        (["-:stage:offer"], [0, 1, 2]),
        (["http://x"], []),
        (["12:30"], []),
        (["stage:offer", "-source:web", "value:>10k", "due:..fri", "tag:vip", "mueller"], [0]),
    ],
)
def test_a_word_selects(connection: sqlite3.Connection, words: list[str], found: list[int]) -> None:
    _load(connection, DEALS)
    assert _select(connection, words) == found
    passes = matching(words, FIELDS, currency="EUR", locale="en")
    assert [n for n, deal in enumerate(DEALS) if passes(_record(deal))] == found


def test_amounts_follow_the_locale(connection: sqlite3.Connection) -> None:
    _load(connection, DEALS)
    assert _select(connection, ["value:12.500,00"], "de") == [0]
    assert _select(connection, ["value:<1.000,00,>100.000,00"], "de") == [1, 3]


@pytest.mark.parametrize(
    ("currency", "word", "found"),
    [
        ("SEK", "value:500", ["EUR", "SEK", "USD", "JPY", "KWD"]),
        ("SEK", "value:500 kr", ["SEK"]),
        ("NOK", "value:>=1 kr", []),
        ("EUR", "value:$500", ["USD"]),
        ("USD", "value:$500", ["USD"]),
        ("EUR", "value:500,– €", ["EUR"]),
        ("USD", "value:>=€1,>=KWD 1", ["EUR", "KWD"]),
        ("KWD", "value:499.999..500.001", ["EUR", "SEK", "USD", "JPY", "KWD"]),
        ("KWD", "value:>=500.001", []),
        ("EUR", "value:<500.01,>JPY 1", ["EUR", "SEK", "USD", "JPY", "KWD"]),
        ("EUR", "value:<500", []),
    ],
)
def test_a_named_currency_restricts(
    connection: sqlite3.Connection, currency: str, word: str, found: list[str]
) -> None:
    codes = ["EUR", "SEK", "USD", "JPY", "KWD"]
    minor = {"JPY": 500, "KWD": 500_000}
    question = parse([word], FIELDS, currency=currency, locale="en")
    deals = [{"value": minor.get(code, 50_000), "currency": code} for code in codes]
    _load(connection, deals)
    condition, parameters = question.sql()
    query = f"SELECT currency FROM deal WHERE {condition} ORDER BY id"
    assert [code for (code,) in connection.execute(query, parameters)] == found
    passes = matching([word], FIELDS, currency=currency, locale="en")
    assert [deal["currency"] for deal in deals if passes(_record(deal))] == found


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("stge:offer", "“stge”", "Did you mean “stage”?"),
        ("owner:me", "“owner”", "Fields: title, note, stage"),
        ("mailto:x", "“mailto”", "put a colon before it"),
        ("stage:ofer", "“ofer”", "Did you mean “Solution and offer”? Choices: Needs analysis,"),
        ("stage:offer,xyz", "“xyz”", "Choices: Needs analysis"),
        ("is:opne", "“is:opne”", "Did you mean “open”? Conditions: open, big."),
        ("is:", "“is:”", "Conditions: open, big."),
        ("visits:many", "“many”", "Write whole numbers like 3"),
        ("visits:7..3", "ends before it begins", "smaller end first"),
        ("visits:..", "“..”", "Write whole numbers"),
        ("visits:" + "9" * 30, "999", "Write whole numbers"),
        ("value:..", "“..”", "Write amounts like"),
        ("value:5k..1k", "ends before it begins", "smaller end first"),
        ("value:EUR 1..USD 5", "EUR 1..USD 5", "same currency"),
        ("value:cheap", "cheap", ""),
        ("due:whenever", "whenever", ""),
        ("a\udcff", "not valid text", "encoding"),
    ],
)
def test_a_bad_word_is_explained(word: str, message: str, hint: str) -> None:
    with pytest.raises(Usage) as caught:
        parse([word], FIELDS, currency="EUR", locale="en")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_words_need_something_to_search() -> None:
    only_stage = Fields(FIELDS.fields[2:3], {}, ())
    with pytest.raises(Usage, match="no text to search"):
        parse(["mueller"], only_stage, currency="EUR", locale="en")
    with pytest.raises(Usage, match="no field “is”"):
        parse(["is:open"], only_stage, currency="EUR", locale="en")


def test_choices_are_asked_for_only_when_needed() -> None:
    def choices() -> list[tuple[str, str, str]]:
        raise AssertionError("choices were read")

    lazy = Fields((Field("stage", "enum", "stage", choices=choices), FIELDS.fields[0]), {}, ())
    assert not parse(["title:x"], lazy, currency="EUR", locale="en").empty


def test_nothing_asked_is_empty() -> None:
    question = parse([], FIELDS, currency="EUR", locale="en")
    assert question.empty
    assert question.sql() == ("1", {})
    assert matching([], FIELDS, currency="EUR", locale="en")({})


def test_a_field_without_its_sql_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="param"):
        Field("tag", "tag", "EXISTS (SELECT 1)")
    with pytest.raises(ValueError, match="currency_sql"):
        Field("value", "money", "value")


_texts = st.sampled_from(["Müller", "mueller", "50%", "a_b", "", "Straße", "İ", "O'Neil", "a,b"])
_amounts = st.integers(-3, 3) | st.sampled_from([49, 50, 51, 500, 4999, 5000, 5001, 50_000])
_days = st.dates(date(2026, 11, 20), date(2026, 12, 2))
_deals = st.fixed_dictionaries(
    {
        "title": st.none() | _texts,
        "note": st.none() | _texts,
        "stage": st.none() | st.sampled_from([key for key, _en, _de in STAGES]),
        "source": st.none() | st.sampled_from([key for key, _en, _de in SOURCES]),
        "visits": st.none() | st.integers(-2, 8),
        "value": st.none() | _amounts,
        "currency": st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF"]),
        "chance": st.none() | st.integers(0, 100),
        "due": st.none() | _days.map(date.isoformat),
        "entered": st.none() | st.builds(_day, _days.map(str), st.integers(0, 23)),
        "status": st.none() | st.sampled_from(["open", "lost"]),
        "tags": st.lists(_texts.filter(bool), max_size=2, unique=True),
    }
)


def _compared(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.builds(str.__add__, st.sampled_from(["", "=", "<", "<=", ">", ">="]), values)
    return (
        one
        | st.builds("{}..{}".format, values, values)
        | values.map("..{}".format)
        | values.map("{}..".format)
        | st.sampled_from(["", "none", "any"])
    )


_money_texts = st.builds(
    str.__add__,
    st.sampled_from(["", "", "EUR ", "JPY ", "KWD "]),
    st.sampled_from(["0", "1", "5", "50", "0.50", "0.49", "500", "5k"]),
)
_day_texts = _days.map(str) | st.sampled_from(["today", "fri", "2026-11", "-3d", "2026-W48"])
_values = {
    "title": _texts,
    "note": _texts,
    "stage": st.sampled_from(["offer", "ne", "Verh", "kalt", "none", "any", ""]),
    "source": st.sampled_from(["fair", "We", "none", "any", ""]),
    "origin": st.sampled_from(["fair", "none", "keine", "any", ""]),
    "visits": _compared(st.integers(-2, 8).map(str)),
    "value": _compared(_money_texts),
    "chance": _compared(st.integers(0, 100).map("{}%".format)),
    "due": _compared(_day_texts),
    "entered": _compared(_day_texts),
    "tag": _texts | st.sampled_from(["none", "any"]),
    "mark": _texts | st.sampled_from(["none", "any"]),
    "is": st.sampled_from(["open", "big"]),
}
_words = st.builds(
    "{}{}".format,
    st.sampled_from(["", "-"]),
    _texts
    | st.sampled_from(sorted(_values)).flatmap(
        lambda name: st.lists(_values[name], min_size=1, max_size=2).map(
            lambda values: f"{name}:{','.join(values)}"
        )
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_deals, min_size=1, max_size=6), st.lists(_words, min_size=1, max_size=3))
def test_sql_and_python_select_the_same(
    connection: sqlite3.Connection, deals: list[dict[str, Any]], words: list[str]
) -> None:
    try:
        passes = matching(words, FIELDS, currency="EUR", locale="en")
    except Usage:
        return
    _load(connection, deals)
    expected = [n for n, deal in enumerate(deals) if passes(_record(deal))]
    assert _select(connection, words) == expected


@settings(max_examples=200, deadline=None)
@given(_deals, _words.filter(lambda word: not word.startswith("-")))
def test_a_word_and_its_negation_part_all_records(deal: dict[str, Any], word: str) -> None:
    try:
        passes = matching([word], FIELDS, currency="EUR", locale="en")
    except Usage:
        return
    opposite = matching([f"-{word}"], FIELDS, currency="EUR", locale="en")
    if not parse([word], FIELDS, currency="EUR", locale="en").empty:
        assert passes(_record(deal)) != opposite(_record(deal))


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=12)
    | st.builds("{}:{}".format, st.sampled_from(sorted(_values)), st.text(max_size=12))
    | st.builds(
        "{}:{}".format,
        st.sampled_from(sorted(_values)),
        st.text("0123456789.,-+<>=kmEURD€% /", max_size=20),
    ),
    st.sampled_from(["en", "de"]),
)
def test_any_text_parses_or_is_refused(
    connection: sqlite3.Connection, word: str, locale: str
) -> None:
    try:
        question = parse([word], FIELDS, currency="EUR", locale=locale)
    except Usage:
        return
    condition, parameters = question.sql()
    connection.execute(f"SELECT id FROM deal WHERE {condition}", parameters).fetchall()


KEYS = {"value": "deal.value", "due": "deal.due", "title": "deal.title_folded"}


def test_sort_puts_what_is_missing_last_in_both_directions(
    connection: sqlite3.Connection,
) -> None:
    _load(connection, DEALS)

    def order(text: str) -> list[int]:
        rows = connection.execute(f"SELECT id FROM deal ORDER BY {sort(text, KEYS)}")
        return [number for (number,) in rows]

    assert order("due") == [0, 1, 3, 2]
    assert order("-due") == [3, 1, 0, 2]
    assert order("-value, title") == [1, 0, 3, 2]
    assert order("Value,-title") == [3, 0, 1, 2]


def test_sort_can_follow_an_index() -> None:
    with closing(_database()) as connection:
        connection.execute("CREATE INDEX by_due ON deal (due)")
        for text in ("due", "-due"):
            plan = connection.execute(
                f"EXPLAIN QUERY PLAN SELECT id, due FROM deal ORDER BY {sort(text, KEYS)}"
            ).fetchall()
            assert not any("TEMP B-TREE" in row[3] for row in plan)


@pytest.mark.parametrize("text", ["vlaue", "-vlaue", "due,vlaue", "", "-", "value;DROP TABLE deal"])
def test_sort_takes_known_columns_only(text: str) -> None:
    with pytest.raises(FunnelError) as caught:
        sort(text, KEYS)
    assert caught.value.exit_code == 2
    assert "Columns: value, due, title." in caught.value.hint
    if "vlaue" in text:
        assert "Did you mean “value”?" in caught.value.hint


@given(st.text(max_size=12))
def test_marks_fall_away_as_in_the_text_taken_apart(text: str) -> None:
    spelt = {"ł": "l", "ø": "o", "ı": "i", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n"}
    spelt |= {"þ": "th", "æ": "ae", "œ": "oe"}
    lower = "".join(spelt.get(letter, letter) for letter in text.casefold())
    apart = unicodedata.normalize("NFKD", lower)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    assert strip(text) == " ".join(plain.casefold().split())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"),
        ("Mueller", "muller"),
        ("Bauer", "bauer"),
        ("Queck", "queck"),
        ("Goethe", "gothe"),
        ("aeoee", "aoee"),
        ("Oe", "o"),
    ],
)
def test_umlauts_are_one_however_they_are_written(text: str, folded: str) -> None:
    assert fold(text) == folded


# Names that are one, each with its plainest spelling.
SAME = [
    ("jorgensen", "Jørgensen", "Jörgensen", "JOERGENSEN", "Jorgensen"),
    ("lukasz", "Łukasz", "łukasz", "Lukasz"),
    ("isik", "Işık", "ISIK", "isik"),
    ("dordevic", "Đorđević", "Dordevic"),
    ("thor", "Þór", "Thor"),
    ("sigurdur", "Sigurður", "sigurdur"),
    ("kjar", "Kjær", "Kjaer", "Kjär"),
    ("cour", "Cœur", "Coeur", "Cöur"),
    ("obrien", "O'Brien", "O’Brien", "O‘Brien", "OʼBrien", "O`Brien", "O´Brien", "OBrien"),
    ("muller ludenscheidt", "Müller-Lüdenscheidt", "Mueller Luedenscheidt", "Müller–Lüdenscheidt"),
    ("muller ludenscheidt", "Müller\u2010Lüdenscheidt", "Muller — Ludenscheidt"),
]


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[1])
def test_names_meet_however_they_are_written(names: tuple[str, ...]) -> None:
    assert {name_fold(name) for name in names} == {names[0]}
    for name in names:
        for other in names:
            assert any(form in search_key(name) for form in spellings(other)), (name, other)


@given(st.text("aeouäöüßłøæœþðđıéMüller -–'’.1", min_size=1, max_size=14), st.data())
def test_every_part_of_a_name_finds_it_in_every_spelling(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    other = part.translate(str.maketrans({"-": "–", "–": " ", "'": "’", "ø": "o", "ł": "l"}))
    for word in (part, other, part.upper(), part.lower()):
        assert any(form in search_key(name) for form in spellings(word)), (name, word)
    assert name_fold(name_fold(name)) == name_fold(name)


def test_what_nothing_is_without_is_not_asked_for_by_an_empty_value(funnel: Run) -> None:
    for line in ("deal list stage:", "deal list stage: needs", "contact list -name:"):
        assert "finds nothing" in funnel(line, exit=2).stderr
    for line in ("deal list value:", "deal list contact:none", "visit list deal:"):
        funnel(line)


def test_another_record_is_named_by_its_id(funnel: Run) -> None:
    funnel("contact add 'Krause GmbH' -O")
    funnel("contact add 'Eva Roth' --organisation krause")
    funnel("contact add 'Nr 2 AG' -O")
    funnel("deal add 'Plan 3' --contact krause")
    funnel("deal add 'Second 1' --contact eva")
    funnel("deal add Third --contact 3")
    funnel("step add call --deal 1")
    funnel("log 2 'met her' --deal 2")
    funnel("field add deal adviser --type contact")
    funnel("deal edit 3 --adviser 2")

    def found(*words: str) -> set[str]:
        return {row["title"] for row in funnel("deal", "list", "--json", *words).json}

    # The organisation has what its people have; a number that no record has is one in a name.
    assert found("contact:1") == {"Plan 3", "Second 1"}
    assert found("contact:1,3") == found() == {"Plan 3", "Second 1", "Third"}
    assert found("contact:2") == found("person:2") == {"Second 1"}
    assert found("organisation:1", "-contact:2") == {"Plan 3"}
    assert found("-contact:1") == found("adviser:2") == {"Third"}
    assert found("contact:77") == found("contact:9" * 30) == set()
    assert found("title:3") == {"Plan 3"}
    funnel("contact add 'Hotel 77' -O")
    funnel("deal add Fourth --contact hotel")
    assert found("contact:77") == {"Fourth"}
    assert [row["deal_id"] for row in funnel("step list deal:1 --json").json] == [1]
    assert funnel("step list deal:3 --json").json == []
    for words in ("deal:2", "contact:1", "person:2"):
        assert [row["id"] for row in funnel("visit", "list", "--json", words).json] == [1]
    assert funnel("visit list deal:1 --json").json == []
    assert [row["id"] for row in funnel("contact list organisation:1 --json").json] == [2]
