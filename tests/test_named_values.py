"""What comes from a catalogue is named by key, by name in either language, or by a part that no
other has: through every option, filter and setting that takes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress

import pytest

from conftest import Run, rows
from funnelcli import i18n
from funnelcli.cli import invocation
from funnelcli.cli.entries import one
from funnelcli.config.names import known
from funnelcli.db.connection import connect
from funnelcli.errors import FunnelError, Usage
from funnelcli.filters import parse
from funnelcli.nouns import NOUNS, declared, naming, words
from funnelcli.nouns.also import also
from funnelcli.nouns.rules import CATALOGUE
from funnelcli.processes import questionnaires
from funnelcli.reports.declarations import SLICES
from funnelcli.reports.question import RULES, slice_key
from funnelcli.values.choosing import fitting, named, plain
from funnelcli.values.nothing import is_nothing

Entry = tuple[str, str, str]
# A word of its own is no beginning of another: AB, the answering machine, is not abgelehnt.
OTHER_WORDS = {
    plain(word) for known in words.ALSO for each in also(known).values() for word in each
}
LANGUAGES = pytest.mark.parametrize("language", ["en", "de"])


@pytest.fixture
def conn(funnel: Run, db: str) -> Iterator[sqlite3.Connection]:
    """A database as the program makes it, with its catalogues and processes."""
    funnel("deal list")
    with closing(connect(db)) as made:
        invocation.start([])
        yield made


def spellings(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Every name of every entry, and the shortest of its beginnings and parts that is its alone,
    each with the key."""
    for key, *called in entries:
        for name in dict.fromkeys((key, *called)):
            if fitting(entries, name) == [key]:
                yield name, key
            whole = plain(name)
            alone = [
                part
                for part in {whole[:n] for n in range(1, len(whole))} | {*whole.split()}
                if fitting(entries, part) == [key] and part not in OTHER_WORDS
            ]
            if alone:
                yield min(alone, key=len), key


def check(entries: Sequence[Entry], read: Callable[[str], object]) -> int:
    """That ``read`` takes every spelling for its key, and refuses what could be several."""
    count = 0
    for text, key in spellings(entries):
        # "keine" alone is nothing, before it is the beginning of "keine Zeit".
        assert is_nothing(text) or read(text) == key, text
        count += 1
    several = [
        letter
        for letter in "abcdefghijklmnopqrstuvwxyz"
        if len(fitting(entries, letter)) > 1 and letter not in {entry[0] for entry in entries}
    ]
    for letter in several[:1]:
        with pytest.raises(FunnelError) as caught:
            read(letter)
        listed = [entry for entry in entries if entry[0] in fitting(entries, letter)]
        spoken = {i18n.pick(en, de) for _key, en, de in listed}
        if len(spoken) > 1:
            assert all(name in caught.value.message for name in spoken)
    return count


def fixed(table: dict[str, str]) -> list[Entry]:
    """A table of fixed keys with their names in both languages."""
    return [(key, *i18n.every(word)) for key, word in table.items() if word]  # type: ignore[misc]


@LANGUAGES
def test_every_field_with_choices_takes_every_name(conn: sqlite3.Connection, language: str) -> None:
    i18n.use(language)
    call, count = invocation.current(), 0
    for noun in NOUNS:
        for field in declared(noun).fields.values():
            of = field.taken
            if field.option is None:
                continue
            if of.reads in ("catalogue", "objection"):
                entries = conn.execute(CATALOGUE.format(of.of)).fetchall()
            elif of.reads == "choice":
                entries = fixed(dict(of.choices or {}))
            else:
                continue
            count += check(entries, lambda text, field=field: one(call, conn, field, text))
    assert count > 150


@LANGUAGES
def test_every_filter_with_choices_takes_every_name(
    conn: sqlite3.Connection, language: str
) -> None:
    i18n.use(language)
    count = 0
    for noun in NOUNS:
        fields = declared(noun).filters(conn)
        for field in fields.fields:
            if field.choices is None:
                continue
            entries = [
                (key, en, de if de != en else i18n.every(en)[-1])
                for key, en, de in dict.fromkeys(field.choices())
            ]

            def read(text: str, name: str = field.name, fields: object = fields) -> object:
                found = parse([f"{name}:={text}"], fields, currency="EUR", locale="en_US")  # type: ignore[arg-type]
                return next(iter(found.sql()[1].values()))

            for text, key in spellings(entries):
                assert read(text) == key, (noun, field.name, text)
                count += 1
    assert count > 300


@LANGUAGES
def test_filters_sorting_and_conditions_know_fields_by_what_stands_above_them(
    conn: sqlite3.Connection, language: str
) -> None:
    i18n.use(language)
    for name in NOUNS:
        noun = declared(name)
        fields = noun.filters(conn)
        called = {entry[0]: entry for entry in noun.called()}
        own = [called[field.name] for field in fields.fields]
        for key, *names in own:
            for each in names:
                # A word with a point is an address to search for.
                if fitting(own, each) == [key] and "." not in each:
                    word = f"{each.replace(' ', '-')}:none"
                    parsed = parse([word], fields, currency="EUR", locale="en_US")
                    plainly = parse([f"{key}:none"], fields, currency="EUR", locale="en_US")
                    assert parsed.sql() == plainly.sql(), word
        flags = list(fields.flags_called())
        assert {flag for flag, _en, _de in flags} == set(noun.flags)
        for flag, _en, german in flags:
            word = f"is:{german.replace(' ', '-')}"
            parsed = parse([word], fields, currency="EUR", locale="en_US")
            plainly = parse([f"is:{flag}"], fields, currency="EUR", locale="en_US")
            assert parsed.sql() == plainly.sql(), word


@LANGUAGES
def test_catalogues_stages_and_processes(conn: sqlite3.Connection, language: str) -> None:
    i18n.use(language)
    for kind in ("objection", "lost_reason", "source"):
        entries = conn.execute(CATALOGUE.format(kind)).fetchall()
        check(entries, lambda text, kind=kind: naming.catalogue_key(conn, kind, text))
    processes = conn.execute("SELECT key, name_en, name_de FROM process").fetchall()
    ids = dict(conn.execute("SELECT id, key FROM process"))
    check(processes, lambda text: ids[naming.process_id(conn, text)])
    keys = dict(conn.execute("SELECT id, key FROM stage"))
    for process in ids:
        stages = conn.execute(
            "SELECT key, name_en, name_de FROM stage WHERE process_id = ? ORDER BY position",
            (process,),
        ).fetchall()
        check(stages, lambda text, at=process: keys[naming.stage_id(conn, at, text)])
        for place, (key, *_names) in enumerate(stages, 1):
            assert keys[naming.stage_id(conn, process, str(place))] == key
    sheets = conn.execute("SELECT key, name_en, name_de FROM questionnaire").fetchall()
    check(sheets, lambda text: questionnaires.find(conn, text))
    check(fixed(SLICES), slice_key)
    check(fixed(RULES), lambda text: words.choose(RULES, text, "--rule"))


def test_what_people_say_instead_of_a_name(conn: sqlite3.Connection) -> None:
    for kind, said, key in (
        ("lost_reason", "zu teuer", "price"),
        ("lost_reason", "too expensive", "price"),
        ("lost_reason", "Konkurrenz", "competitor"),
        ("objection", "Rabatt", "price"),
        ("source", "word of mouth", "referral"),
    ):
        assert naming.catalogue_key(conn, kind, said) == key
    with suppress(Usage):
        naming.catalogue_key(conn, "source", "nonsense")
        raise AssertionError("nonsense is no source")


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("state", "NRW", "DE-NW"),
        ("state", "Bavaria", "DE-BY"),
        ("bundesland", "Westfalen", "DE-NW"),
        ("Bundesland", "Wien", "AT-9"),
        ("sprache", "deutsch", "de"),
        ("language", "English", "en"),
        ("currency", "Schweizer Franken", "CHF"),
        ("währung", "euro", "EUR"),
        ("region", "Österreich", "AT"),
        ("land", "Germany", "DE"),
        ("zeitzone", "Vienna", "Europe/Vienna"),
        ("locale", "de-AT", "de_AT"),
        ("strict", "ja", "true"),
        ("offer-days", "14", "14"),
    ],
)
def test_settings_and_their_values(funnel: Run, name: str, said: str, kept: str) -> None:
    plainly = {f"FUNNEL_{one}": "" for one in ("LANGUAGE", "LOCALE", "TIMEZONE")}
    funnel("config", "set", name, said, env=plainly)
    assert funnel("config", "get", name, env=plainly) == f"{kept}\n"
    assert known(name) in funnel("config list --json", env=plainly)


def test_a_part_of_several_settings_is_refused_with_them(funnel: Run) -> None:
    error = funnel("config set offer 3", exit=2).stderr
    assert "offer number, offer prices, offer days" in error
    german = funnel("config get kopien", exit=2, env={"FUNNEL_LANGUAGE": "de"}).stderr
    assert "stündliche Kopien, tägliche Kopien, wöchentliche Kopien" in german


def test_a_day_of_german_words(funnel: Run) -> None:
    """The lines as somebody who thinks in German types them."""
    german = {"FUNNEL_LANGUAGE": "de"}
    for line in (
        "kontakt neu 'Eva Roth' --ort Köln --quelle Messe",
        "deal add Dach --contact Roth --wert 12k --quelle Empfehlung",
        "deal add Halle --process trichter --stage Kundenbesuch",
        "advance Dach --to Angebot",
        "objection add Dach 'zu teuer'",
        "visit add Roth --set stimmung=4 --set Ziel=Dach --type Präsentation",
        "lose Halle --reason 'zu teuer'",
    ):
        funnel(line, env=german)
    assert funnel("deal list stufe:angebot --ids", env=german).lines == ["1"]
    assert funnel("deal list stufe:angebot is:offen quelle:empf --ids").lines == ["1"]
    assert funnel("deal list is:verloren grund:preis --ids").lines == ["2"]
    assert funnel("deal list --sort wert --ids").lines == ["1", "2"]
    assert funnel("visit list stimmung:4 --json").json[0]["type"] == "presentation"
    assert [row["slice"] for row in rows(funnel, "losses", "--by", "quelle")] == [None, None]


def test_rows_of_reports_and_the_begin_of_a_withdrawal(funnel: Run) -> None:
    funnel("deal add Roof --stage qualification")
    funnel("lose 1 --reason price")
    by_key = funnel("report losses --deals price --ids")
    assert by_key.lines == ["1"]
    assert funnel("report losses --deals Preis --ids") == by_key
    assert funnel("report conversion --deals Potenzial --ids").lines == ["1"]
    funnel("report losses --deals nowhere", exit=2)
    line = "process edit trichter --withdrawal-begins"
    receipt = funnel(*line.split(), "Ware", "--json")
    assert receipt != funnel(*line.split(), "contract", "--json")
    error = funnel(*line.split(), "never", exit=2).stderr
    assert "the contract, the receipt of the goods" in error


def test_what_could_be_several_is_refused_with_names(funnel: Run) -> None:
    funnel("deal add Roof --process cycle")
    error = funnel("advance 1 --to ne", exit=2).stderr
    assert error == "Error: “ne” could be several: Needs analysis, Negotiation.\n" + (
        "Write more of the name.\n"
    )
    german = {"FUNNEL_LANGUAGE": "de"}
    assert "kein Budget, keine Entscheidungsbefugnis" in (
        funnel("lose 1 --reason kein", exit=2, env=german).stderr
    )
    assert funnel("lose 1", tty=True, stdin="zu teuer\n").startswith("Roof: lost")


def test_prompts_show_names_and_take_them(funnel: Run) -> None:
    funnel("deal add Roof")
    german = {"FUNNEL_LANGUAGE": "de"}
    asked = funnel("lose 1", tty=True, stdin="falscher Zeitpunkt\n", env=german, width=400)
    assert "(Preis, " in asked.stderr
    assert "timing" not in asked.stderr
    assert funnel("deal show 1 --json").json["lost_reason"] == "timing"


def test_named_raises_only_for_several() -> None:
    entries = [("a", "Apple", "Apfel"), ("b", "Pineapple", "Ananas")]
    assert named(entries, "apple") == "a"
    assert named(entries, "pine") == "b"
    assert named(entries, "x") is None
    assert named(entries, "") is None
    with pytest.raises(Usage):
        named(entries, "pple")


def test_a_short_part_names_by_the_beginning_of_a_word() -> None:
    kinds = [("repeat", "repeat", "Folge"), ("renewal", "renewal", "Verlängerung")]
    assert fitting(kinds, "new") == []
    assert fitting(kinds, "ren") == ["renewal"]
    assert fitting([("lost", "talk at the door", "Vertiefungsgespräch")], "gespräch") == ["lost"]
    assert fitting([("lost", "talk at the door", "Vertiefungsgespräch")], "do") == ["lost"]
