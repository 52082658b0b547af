"""What statements ask of SQLite and of the program's own connection, as a server answers it: the
same in every case."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from funnelcli import config
from funnelcli.db.connection import connect
from funnelcli.text import fold, search_key
from funnelcli.values import dates
from funnelcli.values.currencies import exponent
from funnelcli.values.wordsearch import mentions
from postgres import Server

pytestmark = pytest.mark.postgres

Both = Callable[..., tuple[list[Any], list[Any]]]

# Letters that are told apart or taken together in some way: umlauts and their spellings, marks that
# stand alone, ligatures, Turkish, Greek, full width, Hangul, joints, what nobody sees, white space.
SIGNS = (
    "aeiouyqAEOUbcstz ßẞäöüÄÖÜéçñåæøœŁłİıΣσςǅ\u0301\u0308ﬁﬆＡ１漢가ЖĦŋǾǽΆʼnŉ😀👩\u200d\u200c\u200b"
    "-‐–'’`´.,()&@3٣\t\n\x1c\x1f\u00a0\u2028\u1680\ufeff\u202e＇－\U000e0041"
)
PARTS = (
    "Herr Frau Mr Dr. Prof. DDr PD. med. h. c. e. von der Van DE St. und u. GmbH G.m.b.H. AG Müller"
    " Hans Eva-Maria Schmidt (FH) (ÄÖ) (äB) () Graf Gräfin FÜRST y Y Jr. III Leyen, Ursula zu ſt."
    " ﬆ. habil. Mag. la 't u.a. KG , ,, Ing.Huber Weber& 2 ٣ PhD, MBA Keine K Æ"
    " DI DI, PD MSc MSc, M.Sc. MA M.A. BA, (WU) LL.M. FH Dr.Eva Prof.Dr.Änne Roth, HANS Dr., univ."
)
texts = st.one_of(
    st.text(st.sampled_from(SIGNS), max_size=25),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12),
)
several = st.lists(texts, min_size=1, max_size=40)
names = st.lists(st.sampled_from(PARTS.split(" ")), max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def served(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sqlite3.Connection]:
    """A database on the server."""
    from funnelcli.db.server.opening import connect as connect_to

    folder = tmp_path_factory.mktemp("functions")
    with closing(connect_to(server.database(folder))) as conn:
        yield conn  # type: ignore[misc]
    server.forget(folder)


@pytest.fixture(scope="module")
def both(served: sqlite3.Connection) -> Iterator[Both]:
    """What a statement gives in a file and on the server."""
    with closing(connect(":memory:")) as file:

        def ask(statement: str, parameters: Sequence[Any] = ()) -> tuple[list[Any], list[Any]]:
            one, other = (conn.execute(statement, parameters).fetchall() for conn in (file, served))
            return one, other

        yield ask


def same(both: Both, statement: str, *parameters: Any) -> list[Any]:
    """What both give, which is the same."""
    one, other = both(statement, parameters)
    assert other == one
    return one


@given(several)
@settings(deadline=None)
def test_a_text_has_the_same_keys(both: Both, words: list[str]) -> None:
    same(both, "SELECT search_key(value), tag_key(value) FROM json_each(?)", json.dumps(words))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("MUELLER", "muller\x1fmueller"),
        ("Bauer & Queck", "bauer & queck"),
        ("Straẞe", "strasse"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İstanbul", "istanbul"),
        ("ﬁn Ｏｆｆｉｃｅ", "fin office"),
        ("  O’Hara\u2028 ", "ohara"),
    ],
)
def test_a_name_is_searched_by_its_key(served: sqlite3.Connection, text: str, key: str) -> None:
    assert served.execute("SELECT search_key(?)", (text,)).fetchall() == [(key,)]


@given(several, st.data())
@settings(deadline=None)
def test_a_word_is_found_in_the_same_texts(
    both: Both, words: list[str], data: st.DataObject
) -> None:
    key = search_key(" ".join(words))
    start = data.draw(st.integers(0, len(key)))
    parts = "".join(key.split())
    form = data.draw(
        st.sampled_from([key[start : start + 4], parts[start : start + 6], fold(words[0])])
    )
    same(both, "SELECT mentions(value, ?) FROM json_each(?)", form, json.dumps(words))
    keys = [key, *map(search_key, words)]
    same(both, "SELECT holds(value, ?) FROM json_each(?)", form, json.dumps(keys))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Er will das Solar-\nDach", "solar dach"),
        ("Er will das Solar\nDach", "solar dach"),
        ("Er will das Solar\tDach", "solardach"),
        ("fra Sjællǿ", "sjaello"),
        ("„Größe“", "grosse"),
    ],
)
def test_words_are_found_over_every_white_space_and_in_every_spelling(
    served: sqlite3.Connection, text: str, form: str
) -> None:
    form = fold(form)
    assert mentions(text, form)
    assert served.execute("SELECT mentions(?, ?)", (text, form)).fetchall() == [(1,)]


@pytest.mark.long
def test_every_letter_is_the_same_in_a_key_and_in_a_word(both: Both) -> None:
    # Behind these come planes that nobody has letters in, but for the tags.
    codes = [*range(1, 0xD800), *range(0xE000, 0x33000), *range(0xE0000, 0xE0200)]
    for start in range(0, len(codes), 20_000):
        words = [f"Xa{chr(code)}B" for code in codes[start : start + 20_000]]
        same(both, "SELECT search_key(value) FROM json_each(?)", json.dumps(words))
        pairs = json.dumps([(word, fold(word)) for word in words])
        same(both, "SELECT mentions(value ->> 0, value ->> 1) FROM json_each(?)", pairs)


@given(st.lists(st.one_of(names, texts), min_size=1, max_size=30), st.data())
@settings(deadline=None, max_examples=200)
def test_names_have_the_same_parts(both: Both, people: list[str], data: st.DataObject) -> None:
    words = ["", "Hans", *" ".join(people).split()[:8]]
    given_part = st.none() | st.sampled_from(words)
    first, last = data.draw(given_part), data.draw(given_part)
    same(
        both,
        "SELECT first_name_of(value, ?, ?), last_name_of(value, ?, ?) FROM json_each(?)",
        *(first, last, first, last, json.dumps(people)),
    )


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Herr Dr. med. Hans von der Au", "Hans", "von der Au"),
        ("Leyen, Ursula von der", "Ursula", "von der Leyen"),
        ("Eva Gräfin Dohna", "Eva", "Gräfin Dohna"),
        ("Van Morrison", "Van", "Morrison"),
        ("Weber & Co. KG", None, None),
        ("Prof. (FH) Anna Öztürk MBA", "Anna", "Öztürk"),
    ],
)
def test_a_person_has_a_first_and_a_last_name(
    served: sqlite3.Connection, name: str, first: str | None, last: str | None
) -> None:
    found = served.execute(
        "SELECT first_name_of(?, NULL, NULL), last_name_of(?, NULL, NULL)", (name, name)
    )
    assert found.fetchall() == [(first, last)]


@pytest.mark.parametrize(("region", "state"), [("DE", "DE-BY"), ("AT", None), ("AQ", None)])
def test_working_days_are_the_same(
    both: Both, monkeypatch: pytest.MonkeyPatch, region: str, state: str | None
) -> None:
    told = {"region": region, "state": state}
    monkeypatch.setattr(config, "get", told.__getitem__)
    now = dates.now()
    instants = [now + 86400 * 3, now, *(now - 86400 * n * n - 3600 * n for n in range(1, 120))]
    found = same(
        both, "SELECT working_days(CAST(value AS INTEGER)) FROM json_each(?)", json.dumps(instants)
    )
    assert found[:2] == [(0,), (0,)]
    assert found[-1][0] > 9000


# What SQLite does by itself ----------------------------------------------------------------------

DAYS = st.dates().map(str) | st.sampled_from(
    ["2023-02-29", "2024-02-31", "2024-13-01", "2024-00-10", "2024-1-1", "", "-02-03", "x"]
)
CHANGES = st.sampled_from(
    ["+7 days", "+1 months", "-1 day", "start of month", "start of year", "+13 months", "+0 days"]
) | st.builds(
    "{:+d} {}".format, st.integers(-500, 500), st.sampled_from(["days", "months", "years"])
)


@given(st.lists(DAYS, min_size=1, max_size=30), st.lists(CHANGES, min_size=1, max_size=3))
@settings(deadline=None)
def test_days_are_reckoned_alike(both: Both, days: list[str], changes: list[str]) -> None:
    marks = ", ?" * len(changes)
    one, other = both(f"SELECT date(value{marks}) FROM json_each(?)", (*changes, json.dumps(days)))
    # The year 0 is none in the server's calendar.
    assert other == [(None,) if str(day).startswith(("0000", "-")) else (day,) for (day,) in one]


@given(st.lists(DAYS, min_size=1, max_size=30))
@settings(deadline=None)
def test_days_have_the_same_number(both: Both, days: list[str]) -> None:
    same(both, "SELECT julianday(value) FROM json_each(?)", json.dumps(days))


@given(st.integers(-10_000_000_000, 100_000_000_000))
@settings(deadline=None)
def test_instants_have_the_same_day(both: Both, instant: int) -> None:
    same(
        both,
        "SELECT date(?, 'unixepoch'), date(?, 'unixepoch', 'start of year', '+3 years')",
        instant,
        instant,
    )


@given(texts, st.integers(-30, 30), st.integers(-30, 30))
@settings(deadline=None)
def test_parts_of_a_text_are_the_same(both: Both, text: str, start: int, size: int) -> None:
    same(both, "SELECT substr(?, ?), substr(?, ?, ?)", text, start, text, start, abs(size))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=50))
@settings(deadline=None)
def test_days_and_parts_of_days_are_rounded_alike(both: Both, seconds: list[int]) -> None:
    same(
        both,
        "SELECT round(CAST(value AS INTEGER) / 86400.0, 2), round(CAST(value AS INTEGER) / 7.0)"
        " FROM json_each(?)",
        json.dumps(seconds),
    )


@given(st.text("0123456789+-. \txe", max_size=22))
@settings(deadline=None)
def test_a_text_is_the_same_number(both: Both, text: str) -> None:
    same(both, "SELECT CAST(? AS INTEGER)", text)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT max(3, 12), min(3, 12), max(1, NULL), max('b', 'a', 'Z'), max(1, 2.5)",
        "SELECT max(1, 2, 3, 4, 5, 6), min(6, 5, 4, 3, 2, 1)",
        "SELECT instr('abc', 'c'), instr('abc', 'x'), instr('äöü', 'ü'), instr(NULL, 'x')",
        "SELECT upper('äbc'), lower('ÄBC'), upper('q7')",
        'SELECT group_concat(value) FROM json_each(\'["a", null, "b"]\')',
        "SELECT group_concat(value, ' · ') FROM json_each('[\"a\", null, \"b\"]')",
        "SELECT group_concat(value) FROM json_each('[]')",
        "SELECT group_concat(id, '-') FROM (SELECT id FROM stage ORDER BY id LIMIT 3) AS s",
        "SELECT total(id), sum(id), avg(id) FROM stage WHERE id < 0",
        "SELECT total(id), sum(id), avg(id) FROM (SELECT id FROM stage ORDER BY id LIMIT 4) AS s",
        'SELECT json_extract(\'{"a": {"b": [1, "x"]}}\', \'$.a.b[1]\'), \'[4, "y"]\' ->> 1',
        "SELECT json_extract('{\"a\": null}', '$.a'), json_extract('{\"a\": 1}', '$.b')",
        "SELECT '{\"a b\": \"ü\"}' ->> 'a b', json_array_length('[1, 2]')",
        'SELECT key, value FROM json_each(\'["x", "y"]\')',
        "SELECT id FROM stage WHERE id IN (SELECT value FROM json_each('[2, 77]')) ORDER BY id",
        "SELECT count(*) FROM stage WHERE id NOT IN (SELECT value FROM json_each('[2, 1]'))",
        "SELECT count(*) FROM stage WHERE id = json_extract('{\"id\": 2}', '$.id')",
        "SELECT count(*) FROM stage WHERE id IS NOT json_extract('{\"id\": 2}', '$.id')",
        "SELECT count(*) FROM stage WHERE id <> json_extract('{\"id\": null}', '$.id')",
        "SELECT round(2.5), round(-2.5), round(2.675, 2), round(0.285, 2), round(-7.125, 2)",
        "SELECT CAST(2.9 AS INTEGER), CAST(-2.9 AS INTEGER), CAST('1e2' AS REAL), CAST(7 AS REAL)",
        "SELECT date(NULL, '+1 days'), julianday(NULL), julianday('2026-03-01 06:00')",
        "SELECT strftime('%Y-%m %H', '2026-03-01 06:30'), datetime('2026-03-01', '+90 minutes')",
    ],
)
def test_a_statement_gives_the_same(both: Both, statement: str) -> None:
    same(both, statement)


def test_too_large_a_sum_is_an_error(served: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.Error):
        served.execute(
            "SELECT sum(CAST(value AS INTEGER)) FROM json_each('[9223372036854775807, 1]')"
        ).fetchall()


@pytest.mark.parametrize(
    ("condition", "way"),
    [
        ("id = json_extract('{\"id\": 7}', '$.id')", "Index Cond: (id = '7'::bigint)"),
        ("id NOT IN (SELECT value FROM json_each('[1]') AS j)", "hashed SubPlan"),
    ],
)
def test_ids_in_json_are_looked_up(served: Any, condition: str, way: str) -> None:
    assert way in str(served.rows(f"EXPLAIN SELECT 1 FROM deal WHERE {condition}"))


@pytest.mark.parametrize(
    ("minor", "currency"),
    [(12345, "EUR"), (500, "JPY"), (-1999, "KWD"), (7, None), (70000, "EUR")],
)
def test_amounts_are_in_major_units(
    served: sqlite3.Connection, minor: int, currency: str | None
) -> None:
    ((found,),) = served.execute("SELECT major(?, ?)", (minor, currency)).fetchall()
    places = exponent(currency or "")
    wanted = minor / 10**places if places else minor
    assert (found, type(found)) == (wanted, type(wanted))


@given(st.integers(-62_135_596_800, 253_402_300_799))
@example(253_402_300_799)
@example(-62_135_596_800)
@settings(deadline=None)
def test_instants_are_written_alike(served: sqlite3.Connection, instant: int) -> None:
    assert served.execute("SELECT iso(?)", (instant,)).fetchall() == [(dates.iso_instant(instant),)]
