"""How well notes are read, by the labelled notes of ``data/notes.toml``; that no word of them is
lost; and that a long note takes no more than its length."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Run, process_environment
from funnelcli.actions.recognise import recognise
from funnelcli.actions.recognising import objection_words, objections
from funnelcli.formats import replies
from funnelcli.formats.notes import read as read_file
from funnelcli.text import fold

ROOT = Path(__file__).parent.parent
BENCHMARK = ROOT / "benchmarks" / "notes.py"
pytestmark = pytest.mark.skipif(
    not BENCHMARK.exists(), reason="the benchmarks are not beside the tests"
)


def loaded() -> ModuleType:
    """The benchmark, which has the measuring."""
    spec = importlib.util.spec_from_file_location("notes_benchmark", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


if BENCHMARK.exists():
    BENCH = loaded()
    NOTES = BENCH.load()
TUESDAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def results() -> list:
    return BENCH.measure(NOTES)


# The figures --------------------------------------------------------------------------------------


def test_the_set_is_large_hard_and_in_both_languages() -> None:
    notes = NOTES.notes
    assert len(notes) >= 400
    assert sum(bool(note.says.get("hard")) for note in notes) >= len(notes) / 3
    for language in ("de", "en"):
        assert sum(note.language == language for note in notes) >= 0.45 * len(notes)
    assert sum(note.source == "others" for note in notes) >= 60
    assert len({note.text for note in notes}) == len(notes)


@pytest.mark.parametrize("language", ["", "de", "en"])
def test_what_is_read_is_right_and_most_is_read(results: list, language: str) -> None:
    for field in BENCH.FIELDS:
        of = [
            result
            for result in results
            if result.field == field and language in ("", result.note.language)
        ]
        found = BENCH.rates(of)
        wrong = [(result.note.text, result.wrong) for result in of if result.wrong]
        missed = [(result.note.text, result.missed) for result in of if result.missed]
        assert found.precision >= 0.98, (field, wrong)
        assert found.recall >= 0.85, (field, missed)


def test_no_wrong_day_is_taken(results: list) -> None:
    assert [(r.note.text, r.wrong) for r in BENCH.wrong_days(results)] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_docs_have_the_figures_of_today(results: list, language: str) -> None:
    page = ROOT / "docs" / ("de" if language == "de" else "") / "notes.md"
    table = "\n".join(BENCH.page_table(results, language))
    assert table in page.read_text("utf-8"), "python benchmarks/notes.py --page"


@pytest.mark.long
def test_a_kind_of_objection_is_looked_for_only_where_a_word_of_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [BENCH.read(note.text, NOTES).objections for note in NOTES.notes]
    assert objection_words.OBJECTION_HINTS.keys() == objection_words.OBJECTION_PATTERNS.keys()

    class Everywhere(frozenset[str]):
        """Words one of which is always said."""

        def isdisjoint(self, _other: object) -> bool:
            return False

    hints = set(objection_words.OBJECTION_HINTS.values())
    usual = objections.word_set
    monkeypatch.setattr(
        objections, "word_set", lambda words: Everywhere() if words in hints else usual(words)
    )
    assert [BENCH.read(note.text, NOTES).objections for note in NOTES.notes] == found


# No word is lost ----------------------------------------------------------------------------------


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def check_words(text: str) -> None:
    """That what is read of a text consists of its own words."""
    found = recognise(text, NOTES.objections, TUESDAY, NOTES.products)
    said = {fold(word) for word in words_of(f"{text} {text.replace('Herrn', 'Herr')}")}
    taken = [step.what for step in found.steps]
    taken += [item.wording for item in found.objections]
    taken += [*found.untaken]
    taken += [found.report[name] for name in ("decider", "competitor") if name in found.report]
    for part in taken:
        assert {fold(word) for word in words_of(part)} <= said, (part, text)
    assert found.report.get("budget", "") in text.replace("’", "'")


def test_what_is_read_of_the_notes_is_in_their_words() -> None:
    for note in NOTES.notes:
        check_words(note.text)


# Words that begin, end, deny and name, in any order.
PIECES = [
    *("met", "nicht da", "Frau Termin", "Mr Price", "bis Freitag", "Angebot schicken", "but"),
    *("send offer by fri", "aber", "wenn", "if", "12.000 €", "Budget", "45 min", "38,5 km", "no"),
    *("Parken 3,50", "zu teuer", "keine", "decides", "entscheidet", "seine Frau", "the boss"),
    *("Enerlux", "von", "with", "Ziel erreicht", "goal", "gut gelaunt", "SM430", "Wallbox", "ß"),
    *("er will", "i will", "morgen", "24.12.", "14 Uhr", "Vorwand", "and", "und", "É", "’s", "😀"),
    *(",", ".", "(", ")", ":", '"', "„", "“", "\n", "–"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=16).map(" ".join))
def test_what_is_read_of_anything_is_in_its_words(text: str) -> None:
    check_words(text)


@given(st.text(max_size=60))
def test_no_text_crashes(text: str) -> None:
    found = recognise(text, NOTES.objections, TUESDAY, NOTES.products)
    assert all(step.what.strip() for step in found.steps)


@pytest.fixture
def mueller(funnel: Run) -> Run:
    funnel("contact", "add", "Petra Müller")
    funnel("deal add 'Solar roof' -c 1")
    return funnel


def test_a_note_is_kept_as_it_is_written(mueller: Run) -> None:
    text = "\n".join(note.text for note in NOTES.notes[::4])
    mueller("log", "mueller", "-", stdin=text)
    visit = mueller("visit show 1 --json").json
    assert visit["said"] == text
    kept = {fold(word) for word in words_of(visit["said"])}
    assert kept == {fold(word) for word in words_of(text)}


def test_an_inbox_keeps_every_word(mueller: Run, tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    body = "\n\n".join(note.text for note in NOTES.notes[:40])
    (folder / "a.txt").write_text(f"Contact: Müller\nkm: 38,5\n\n{body}\n", "utf-8")
    clock.advance(minutes=1)
    mueller("inbox", str(folder))
    visit = mueller("visit show 1 --json").json
    assert words_of(visit["said"]) == words_of(body)
    assert visit["kilometres"] == 39


# What is shown, and put right ---------------------------------------------------------------------

NOTE = (
    "met, 45 min, 38.5 km, parking 3.50, budget 20k, Ms Brandt decides, competitor Enerlux,"
    " in a good mood, goal reached, pretext: no time, send offer by fri"
)


def test_everything_that_was_read_is_shown_as_options_and_does_the_same(mueller: Run) -> None:
    out = mueller("log", "mueller", NOTE)
    shown = next(line for line in out.lines if line.startswith("Recognised: "))
    for option in (
        "--outcome met",
        "--duration 45m",
        "--objection pretext:time",
        "--set kilometres=38.5",
        "--set expenses=3.50",
        "--set budget=20k",
        "--set 'decider=Ms Brandt'",
        "--set competitor=Enerlux",
        "--set mood=4",
        "--set goal_reached=yes",
    ):
        assert option in shown
    options = shlex.split(shown.partition(": ")[2])
    mueller("log", "mueller", "nothing to read here", *options)
    first, second = (mueller(f"visit show {n} --json").json for n in (1, 2))
    apart = {name for name in first if first[name] != second.get(name)}
    assert apart <= {"id", "public_id", "said", "steps", "recorded_at", "happened_at", "objections"}
    assert (first["minutes"], first["kilometres"], first["mood"]) == (45, 39, 4)
    assert (first["expenses"], first["budget"]) == (3.5, "20k")
    listed = mueller("objection list --json").json
    assert [(item["kind"], item["genuine"]) for item in listed] == [("time", False)]


def test_what_was_read_wrongly_is_put_right(mueller: Run) -> None:
    out = mueller("log", "mueller", "met, in a good mood")
    assert "To put it right: funnel visit edit 1 --set FIELD=TEXT" in out
    mueller("visit edit 1 --set mood=2")
    assert mueller("visit show 1 --json").json["mood"] == 2


def test_an_option_wins_over_the_words(mueller: Run) -> None:
    mueller("log", "mueller", NOTE, "-t", "1h", "--set", "mood=2", "--set", "budget=none")
    visit = mueller("visit show 1 --json").json
    assert (visit["minutes"], visit["mood"], visit["budget"]) == (60, 2, None)
    mueller("log", "mueller", NOTE, "--no-recognise")
    visit = mueller("visit show 2 --json").json
    assert (visit["minutes"], visit["mood"], visit["budget"]) == (None, None, None)


def test_products_of_the_catalogue_are_read(mueller: Run) -> None:
    mueller('product add WB11 "Wallbox 11 kW" --price 900 --vat 19')
    mueller('product add SM430 "Solar module" --price 120 --vat 19')
    mueller("log", "mueller", "zwei Wallboxen und SM430 gezeigt, keine weitere")
    assert mueller("visit show 1 --json").json["products_shown"] == "Wallbox 11 kW, Solar module"


def test_a_call_keeps_what_its_note_says(mueller: Run) -> None:
    mueller("contact edit 1 --phone +495641123456")
    out = mueller(
        "call",
        "mueller",
        "--outcome",
        "reached",
        "--note",
        "12 min, Budget 8.000 €, sehr freundlich",
    )
    visit = mueller("visit show 1 --json").json
    assert (visit["minutes"], visit["budget"], visit["mood"]) == (12, "8.000 €", 4)
    assert "--set 'budget=8.000 €'" in out
    options = ["--set", "budget=9k", "--objection", "pretext:time", "-t", "3m"]
    mueller("call", "mueller", "--outcome", "reached", "--note", "12 min, zu teuer", *options)
    visit = mueller("visit show 2 --json").json
    assert (visit["minutes"], visit["budget"]) == (3, "9k")
    listed = mueller("objection list --json").json
    assert [(item["kind"], item["genuine"]) for item in listed] == [("time", False)]


def test_it_is_said_in_german(mueller: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    out = mueller("log", "mueller", "getroffen, gut gelaunt, 23,5 km", env=german)
    assert "Erkannt: --outcome angetroffen --set Kilometer=23.5 --set Stimmung=4" in out
    assert "Berichtigen: funnel visit edit 1 --set FELD=TEXT" in out


# How long it takes --------------------------------------------------------------------------------


def steps_taken(call: object, *arguments: object) -> int:
    """How many functions a call calls."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        call(*arguments)  # type: ignore[operator]
    finally:
        sys.setprofile(None)
    return count


LONG = (
    "met him. ",
    "er will das angebot am freitag und ich rufe morgen an ",
    "1 2 3 4 ",
    "1/2/",
    "24.12. ",
    "monday or tuesday ",
    "bis ",
    '"',
    "Herr Preis ",
    "zu teuer, ",
)


@pytest.mark.parametrize("piece", LONG)
def test_a_note_of_twice_the_length_takes_twice_the_steps(piece: str) -> None:
    def taken(length: int) -> int:
        text = (piece * length)[:length]
        return steps_taken(recognise, text, NOTES.objections, TUESDAY, NOTES.products)

    taken(200)  # Whatever is made once is made.
    short, long = taken(600), taken(1_200)
    assert long < 2.4 * short


def test_repeated_headers_are_not_read_one_by_one() -> None:
    def taken(number: int) -> int:
        mail = "From: a@example.com\n" * number + "\nhello\n"
        return steps_taken(read_file, "a.eml", mail.encode())

    taken(10)
    assert taken(4_000) < 2.4 * taken(2_000)


class Counted(list[str]):
    """Lines that count how often one of them is looked at."""

    looked = 0

    def __getitem__(self, place):  # type: ignore[no-untyped-def,override]
        found = super().__getitem__(place)
        self.looked += len(found) if isinstance(place, slice) else 1
        return found


def test_what_a_header_heads_is_looked_for_right_below_it() -> None:
    lines = Counted(["On Monday Eva wrote:", "> yes"] * 500)
    for number in range(0, len(lines), 2):
        assert replies._heads_marked(lines, number)
    assert lines.looked <= 2 * len(lines)


@pytest.mark.long
@pytest.mark.parametrize(
    "command", [["deal", "list", "--json"], ["visit", "add", "petra", "--outcome", "met"]]
)
def test_other_commands_load_no_reading_of_notes(
    mueller: Run, environment: dict[str, str], command: list[str]
) -> None:
    code = (
        "import json, sys\n"
        "from funnelcli.__main__ import main\n"
        f"sys.argv = {['funnel', *command]!r}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(json.dumps([name for name in sys.modules if 'recognis' in name]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=process_environment(environment),
    )
    loaded = json.loads(done.stderr.splitlines()[-1])
    # What a step and an objection are is no reading.
    names = ("recognising", "recognising.planned", "recognising.raised")
    read = {*loaded} - {f"funnelcli.actions.{name}" for name in names}
    assert read == set()
    assert command[0] == "visit" or loaded == []
