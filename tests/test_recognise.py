"""What a one-line note says, in German and English, and what it must not be taken to say."""

from __future__ import annotations

import os
import sqlite3
import tomllib
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import funnelcli
from conftest import Clock, Run
from funnelcli.actions.recognise import Recognised, recognise
from funnelcli.actions.recognising.agreed import agreed_steps
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.steps import kind_of

TUESDAY = date(2026, 11, 24)
FILE = Path(funnelcli.__file__).parent / "processes" / "catalogues.toml"
CATALOGUE = [
    (entry["key"], entry["words"]["en"] + entry["words"]["de"])
    for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["objection"]
]


# Nobody was spoken to, in the words of the day.
ATTEMPTS = (
    "niemand angetroffen",
    "keinen angetroffen",
    "nur Anrufbeantworter",
    "nur die Mailbox erreicht",
    "auf den AB gesprochen",
    "auf Band gesprochen",
    "Nachricht auf AB hinterlassen",
    "sprach nur mit dem Anrufbeantworter",
    "called, no answer",
    "rang twice, no reply",
    "went straight to voicemail",
    "left a message on the answering machine",
    "spoke to the answering machine",
    "angerufen, keine Antwort",
    "mit niemandem gesprochen",
    "spoke to nobody",
    "met nobody",
    "met no one",
    "Termin abgesagt",
    "Kunde hat den Termin abgesagt",
    "Termin wurde kurzfristig verschoben",
    "Besuch ausgefallen",
    "hat abgesagt",
    "appointment cancelled",
    "customer cancelled the appointment",
    "meeting was postponed",
    "no-show",
    "didn't show up",
    "nicht erschienen",
    "hat mich versetzt",
    "keiner hat aufgemacht",
    "nobody opened the door",
    "es war niemand da",
    "da war keiner",
    "vor verschlossener Tür",
    "geht nicht ran",
    "did not pick up",
    "konnte ihn nicht erreichen",
    "couldn't reach him",
    "war nicht zu sprechen",
    "besetzt",
    "line was busy",
    "im Urlaub",
    "she is on holiday",
    "haven't met",
    "Mailbox besprochen",
    "AB besprochen",
    "left a message",
    "Anruf nicht angenommen",
    "drückt mich weg",
    "Termin fiel aus",
)
# Somebody was, whatever else is said.
TALKS = (
    "met, she is on holiday next week",
    "getroffen, Termin beim Notar verschoben",
    "met Eva, nobody else was there",
    "met her and nobody objected",
    "spoke to the boss, no answer from the board yet",
    "gesprochen, hat keinen Bedarf",
    "war da, keiner hatte Einwände",
    "getroffen, Angebot nicht angenommen",
)


def read(text: str) -> Recognised:
    return recognise(text, CATALOGUE, TUESDAY)


@pytest.mark.parametrize(
    ("note", "outcome"),
    [
        ("met, wants solar on the barn", "met"),
        ("Met with Eva and her son", "met"),
        ("spoke to the boss", "met"),
        ("Frau Müller getroffen", "met"),
        ("lange gesprochen", "met"),
        ("GESPRÄCH MIT DEM CHEF", "met"),
        ("not there", "not_met"),
        ("wasn't there", "not_met"),
        ("wasn’t there", "not_met"),
        ("nobody home, left a card", "not_met"),
        ("nicht da", "not_met"),
        ("nicht angetroffen, Karte dagelassen", "not_met"),
        ("niemand zu Hause", "not_met"),
        ("nicht im Büro", "not_met"),
        ("nicht im Buero", "not_met"),
        ("nicht im Bu\u0308ro", "not_met"),
        ("closed", "not_met"),
        ("verreist", "not_met"),
        ("phoned instead, all fine", "phone_instead"),
        ("nur telefonisch erreicht", "phone_instead"),
        ("statt Besuch telefoniert", "phone_instead"),
        ("abgewiesen", "declined"),
        ("refused to talk", "declined"),
        ("declined", "declined"),
        ("hat abgelehnt", "declined"),
        *((note, "not_met") for note in ATTEMPTS),
        *((note, "met") for note in TALKS),
    ],
)
def test_outcomes(note: str, outcome: str) -> None:
    assert read(note).outcome == outcome


@pytest.mark.parametrize(
    "note",
    [
        "likes the roof",
        "declined the offer",
        "closed the deal",
        "Angebot abgelehnt",
        "bisher nicht gesprochen",
        "metric tons",
        "Besuchsbericht folgt",
        "no answer from the board yet",
        "keine Lösung gefunden",
        "zeigte Interesse, ab Montag im Urlaub, Angebot schicken",
        "Ziel nicht erreicht",
        "Empfang war freundlich",
        "Termin vereinbart",
        "ab Montag wieder erreichbar",
        "the busy season starts in May",
    ],
)
def test_no_outcome_is_guessed(note: str) -> None:
    found = read(note)
    assert (found.outcome, found.unsure) == (None, ())


def test_two_outcomes_are_none_and_both_are_named() -> None:
    found = read("not there, met his wife")
    assert found.outcome is None
    assert found.unsure == ("not_met", "met")


@pytest.mark.parametrize(
    ("note", "what", "due"),
    [
        ("send offer by fri", "send offer", "2026-11-27"),
        ("Send offer until next Monday.", "Send offer", "2026-11-30"),
        ("we'll send the contract tomorrow", "send the contract", "2026-11-25"),
        ("call back in 2 weeks", "call back", "2026-12-08"),
        ("follow up next week", "follow up", "2026-11-30"),
        ("call 5 December", "call", "2026-12-05"),
        ("visit again on 2026-12-01", "visit again", "2026-12-01"),
        ("prepare samples +3d", "prepare samples", "2026-11-27"),
        ("send offer", "send offer", None),
        ("next: sample", "sample", None),
        ("-> sample by eom", "sample", "2026-11-30"),
        ("Angebot bis Freitag schicken", "Angebot schicken", "2026-11-27"),
        ("Angebot bis Fr. schicken", "Angebot schicken", "2026-11-27"),
        ("bis Do Angebot schicken", "Angebot schicken", "2026-11-26"),
        ("Angebot bis fr schicken", "Angebot schicken", "2026-11-27"),
        ("Angebot bis do", "Angebot", "2026-11-26"),
        ("am Montag nochmal anrufen", "nochmal anrufen", "2026-11-30"),
        ("Rückruf am 3.12.", "Rückruf", "2026-12-03"),
        ("Rueckruf übermorgen", "Rueckruf", "2026-11-26"),
        ("WV 14 Tage wg. Preis", "WV wg. Preis", "2026-12-08"),
        ("WV 3 Wochen wegen Umbau", "WV wegen Umbau", "2026-12-15"),
        ("callback 2 weeks about price", "callback about price", "2026-12-08"),
        ("nächste Woche wieder melden", "wieder melden", "2026-11-30"),
        ("ich muss bis Freitag das Angebot machen", "das Angebot machen", "2026-11-27"),
        ("Vertrag bis spätestens 30.11.2026 vorbereiten", "Vertrag vorbereiten", "2026-11-30"),
        ("melde mich heute", "melde mich", "2026-11-24"),
        ("Muster vorbeibringen", "Muster vorbeibringen", None),
        ("Termin am 12.1.", "Termin", "2027-01-12"),
        ("nächster Schritt: Dach ausmessen bis Freitag", "Dach ausmessen", "2026-11-27"),
    ],
)
def test_next_steps(note: str, what: str, due: str | None) -> None:
    assert read(note).steps == (Planned(what, due),)
    assert read(f"met, {note}, price worry").steps == (Planned(what.strip(), due),)


@pytest.mark.parametrize(
    ("note", "what", "when", "kind"),
    [
        ("Wiedervorlage morgen 10 Uhr", "Wiedervorlage", "2026-11-25 10:00", None),
        ("Wiedervorlage in zwei Wochen", "Wiedervorlage", "2026-12-08", None),
        ("WV 15.12.", "WV", "2026-12-15", None),
        ("nächster Termin 24.12. 14 Uhr", "nächster Termin", "2026-12-24 14:00", "visit"),
        ("neuer Termin 8.12. um 16:30", "neuer Termin", "2026-12-08 16:30", "visit"),
        ("Beratungstermin Montag 9 Uhr", "Beratungstermin", "2026-11-30 09:00", "visit"),
        ("wiederkommen am Dienstag um 15 Uhr", "wiederkommen", "2026-12-01 15:00", "visit"),
        ("Mittwoch, 2.12. nochmal hin", "nochmal hin", "2026-12-02", "visit"),
        ("morgen 17 Uhr nochmal", "nochmal", "2026-11-25 17:00", None),
        ("nochmal versuchen Donnerstag 17 Uhr", "nochmal versuchen", "2026-11-26 17:00", None),
        ("Termin vereinbart für Montag 9 Uhr", "Termin vereinbart", "2026-11-30 09:00", "visit"),
        ("Rückruf Montag 10 Uhr", "Rückruf", "2026-11-30 10:00", "call"),
        ("Telefontermin Montag 9 Uhr", "Telefontermin", "2026-11-30 09:00", "call"),
        ("Termin vereinbaren bis Freitag", "Termin vereinbaren", "2026-11-27", None),
        ("follow up friday", "follow up", "2026-11-27", None),
        ("next meeting 24 dec 2pm", "next meeting", "2026-12-24 14:00", "visit"),
        ("again thursday 5pm", "again", "2026-11-26 17:00", None),
        ("drop by on friday at 3pm", "drop by", "2026-11-27 15:00", "visit"),
        # Without their day these words would say less, or something else.
        ("Termin auf Freitag verschoben", "", "2026-11-27", "visit"),
        ("Termin verschoben auf Di 14 Uhr", "", "2026-12-01 14:00", "visit"),
        ("Termin ist Montag um 9 Uhr", "", "2026-11-30 09:00", "visit"),
        ("meeting postponed to friday 3pm", "", "2026-11-27 15:00", "visit"),
    ],
)
def test_appointments_and_what_is_to_be_done_again(
    note: str, what: str, when: str, kind: str | None
) -> None:
    day, _blank, clock = when.partition(" ")
    found = read(f"met, {note}")
    assert found.steps == (Planned(what or note, day, clock or None),)
    assert found.untaken == ()
    assert kind_of(found.steps[0].what) == kind


@pytest.mark.parametrize(
    "note",
    [
        "Termin am Freitag abgesagt",
        "will am Montag anrufen",
        "works until friday",
        "Dienstag 15 Uhr",
        "Handwerker kommen Montag",
    ],
)
def test_a_day_to_come_that_is_no_step_is_said(note: str) -> None:
    found = read(f"met, {note}")
    assert (found.steps, found.untaken) == ((), (note,))


def test_what_happened_today_is_no_day_to_come() -> None:
    assert read("heute nochmal getroffen").untaken == ()
    assert read("met today at 8").untaken == ()


@pytest.mark.parametrize(
    "note",
    [
        "works until friday",
        "hat bis Freitag Urlaub",
        "will am Montag anrufen",
        "wants to call back",
        "order arrived on friday",
        "offer too expensive",
        "visit went well",
        "die Frau will so ein Dach",
        "3.5 kWp on the barn",
        "will sich bis Montag melden",
        "keine Lust anzurufen",
        "schicken Sie Unterlagen",
        "sent the offer by mail",
        "mit der Frau und so",
        "bis so ein Angebot schicken will er nicht",
        "met, Next step: none",
        "Next: nothing",
        "Nächster Schritt: keiner",
        "spoke to Eva. Next steps: n/a",
    ],
)
def test_no_next_step_is_guessed(note: str) -> None:
    assert read(note).steps == ()


def test_a_day_behind_is_no_due_date() -> None:
    assert read("send offer by 20.11.2026").steps == (Planned("send offer by 20.11.2026", None),)
    assert read("call by yesterday").steps == ()


def test_steps_of_a_list_in_a_row() -> None:
    said = "Next steps: - send offer by Friday - call Monday 10am - book demo"
    assert read(said).steps == (
        Planned("send offer", "2026-11-27"),
        Planned("call", "2026-11-30", "10:00"),
        Planned("book demo", None),
    )
    (step,) = read("Next step: send offer - he wants it - by Friday").steps
    assert step.what == "send offer"


def test_two_steps_in_one_clause() -> None:
    assert read("send offer by fri and call on monday").steps == (
        Planned("send offer", "2026-11-27"),
        Planned("call", "2026-11-30"),
    )


@pytest.mark.parametrize(
    ("note", "kinds"),
    [
        ("price worry", ["price"]),
        ("too expensive, no budget", ["price", "budget"]),
        ("Zu teuer! Kein Budget.", ["price", "budget"]),
        ("GUENSTIGER wäre besser", ["price"]),
        ("can’t afford it, too risky", ["budget", "risk"]),
        ("muss ich besprechen", ["authority"]),
        ("haben schon einen Anbieter", ["competitor"]),
        ("Läuft doch. Brauchen wir nicht.", ["status_quo", "need"]),
        ("laeuft doch", ["status_quo"]),
        ("schicken Sie Unterlagen", ["info_stall"]),
        ("später, im Moment nicht", ["time"]),
        ("skeptisch, schlechte Erfahrungen", ["trust"]),
        ("lacks a battery", ["product"]),
        ("price, price and the price", ["price"]),
        ("no budget, price is fine", ["budget"]),
    ],
)
def test_objections(note: str, kinds: list[str]) -> None:
    assert [item.kind for item in read(note).objections] == kinds


@pytest.mark.parametrize(
    "note",
    [
        "price ok",
        "Preis passt",
        "no problem with the price",
        "kein Problem mit dem Preis",
        "nicht zu teuer",
        "budget 20k",
        "budget approved",
        "sent the price list",
        "Preisliste gezeigt",
        "priceless",
        "risky-looking? riskant",
        "competitors",
    ],
)
def test_no_objection_is_guessed(note: str) -> None:
    assert read(note).objections == ()


def test_words_of_the_catalogue_that_a_user_adds_count() -> None:
    found = recognise("Der Hund beißt", [("dog", ["hund beisst"])], TUESDAY)
    assert [item.kind for item in found.objections] == ["dog"]
    assert found.objections[0].wording == "Der Hund beißt"


def test_what_is_agreed_becomes_steps() -> None:
    text = (
        "We agreed:\n- [ ] send a sample, by Friday\n* [ ] Vertrag prüfen, bis 3.12.\n- [x] x\n-y"
    )
    assert agreed_steps(text, TUESDAY) == [
        Planned("send a sample", "2026-11-27"),
        Planned("Vertrag prüfen", "2026-12-03"),
    ]
    assert agreed_steps("- [ ] bring the die cutter", TUESDAY) == [
        Planned("bring the die cutter", None)
    ]


@given(st.text(max_size=80))
def test_no_text_crashes_and_days_lie_ahead(text: str) -> None:
    found = read(text)
    assert all(step.what and (step.due is None or step.due >= "2026-11-24") for step in found.steps)
    for line in ("- [ ] " + text).splitlines():
        assert all(step.what for step in agreed_steps(line, TUESDAY))


def test_a_mark_without_a_word_between_commas_is_passed_over() -> None:
    for mark in ("👍", "€", "%", "_"):
        assert read(f"Met Tom Baxter, {mark}, call him friday").outcome == "met"
        step = Planned("Angebot schicken", "2026-11-27")
        assert read(f"War bei Herrn Vogt, {mark}, Angebot schicken bis Freitag").steps == (step,)


# No days: "bis Do" is a day where "bis do so" is none, and a capital begins a sentence.
SOME = "met nicht da zu teuer price ok und and , . budget kein Bedarf Muster läuft doch later not"
WORDS = st.sampled_from(SOME.split())


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_the_same_note_in_other_letters_says_the_same(note: str) -> None:
    assert {item.kind for item in read(note).objections} == {
        item.kind for item in read(note.upper()).objections
    }


# On the command line ------------------------------------------------------------------------------


@pytest.fixture
def mueller(funnel: Run) -> Run:
    funnel("contact", "add", "Petra Müller")
    funnel("deal add 'Solar roof' -c 1")
    return funnel


NOTE = "met, wants solar on the barn, price worry, send offer by fri"


def test_the_one_liner_shows_what_it_recognised_as_options(mueller: Run) -> None:
    out = mueller("log", "mueller", NOTE)
    assert "--outcome met --next 'send offer' --due 2026-11-27 --objection price" in out
    step = mueller("step", "list", "--json").json[0]
    assert (step["what"], step["due"], step["deal"]) == ("send offer", "2026-11-27", "Solar roof")
    visit = mueller("visit show 1 --json").json
    assert (visit["said"], visit["objections"]) == (NOTE, "price worry")


def test_the_options_it_shows_do_the_same(mueller: Run, db: str) -> None:
    import shlex

    line = mueller("log", "mueller", NOTE).lines[-1]
    options = shlex.split(line.partition(": ")[2])
    mueller("log", "mueller", "nothing to read here", *options)
    with closing(sqlite3.connect(db)) as conn:
        steps = conn.execute("SELECT what, due, deal_id FROM step").fetchall()
        assert steps[0] == steps[1]
        assert conn.execute("SELECT DISTINCT outcome FROM visit").fetchall() == [("met",)]
        # The second is the same objection of the same deal, not yet resolved.
        assert conn.execute("SELECT kind, wording FROM objection").fetchall() == [
            ("price", "price worry")
        ]


@pytest.mark.parametrize("how", ["log mueller", "visit add mueller --set", "call mueller --note"])
def test_the_options_of_several_steps_do_the_same(mueller: Run, db: str, how: str) -> None:
    """Steps and their days go in pairs, also where one has no day."""
    import shlex

    more = " --outcome reached" if how.startswith("call") else ""
    said = "said=" if how.endswith("--set") else ""
    note = "send offer. Call back by friday 10:00. Visit the farm on 2026-12-07"
    told = mueller(*shlex.split(how), said + note, *more.split())
    line = next(line for line in told.lines if line.startswith("Recognised: "))
    assert line.count("--next") == line.count("--due") == 3
    assert "--next 'send offer' --due none" in line
    mueller("log", "mueller", "nothing to read here", *shlex.split(line.partition(": ")[2]))
    with closing(sqlite3.connect(db)) as conn:
        steps = conn.execute("SELECT what, due, starts FROM step ORDER BY id").fetchall()
    assert sorted(steps[:3], key=str) == sorted(steps[3:], key=str)
    assert len(steps) == 6


def test_steps_and_days_that_are_no_pairs(mueller: Run) -> None:
    for days in ("--due fri", "--due fri --due mon --due tue"):
        for line in ("log mueller met", "advance 1", "deal add Barn", "visit add mueller"):
            error = mueller(*line.split(), *["--next", "a", "--next", "b"], *days.split(), exit=2)
            assert "--due none" in error.stderr
    assert mueller("step list --json").json == []
    mueller("log mueller met --due fri --due mon", exit=2)
    mueller("advance 1 --next a --next b --due none --due 2026-12-01")
    found = [(step["what"], step["due"]) for step in mueller("step list --json").json]
    assert sorted(found) == [("a", None), ("b", "2026-12-01")]


def test_none_is_no_step_wherever_it_stands(mueller: Run) -> None:
    for line in (
        "log mueller x --next none",
        "log mueller x --next keine",
        "call mueller --outcome reached --next None",
        "deal add Barn --next none",
        "advance 1 --next none",
    ):
        assert "Next" not in mueller(line), line
    assert mueller("step list --ids").lines == []
    mueller("next 1 'send the offer' --due fri")
    mueller("step done 1 --next none")
    for line, said in (
        ("log mueller x --next none --due fri", "--next none says that nothing comes next."),
        ("advance 1 --next none --next call", "--next none says that nothing comes next."),
        ("next 1 none", "“none” is nothing to be done."),
        ("step add keine --contact mueller", "“keine” is nothing to be done."),
        ("log mueller x --objection none --objection price", "--objection none says that"),
        ("next 1 call --due 'fri 14:00' --time 15:00", "--due and --time name two times."),
    ):
        assert said in mueller(line, exit=2).stderr, line
    assert mueller("step list is:open --ids").lines == []
    mueller("next 1 call --due 'fri 14:00' --time 14:00")


def test_options_win_and_the_switch_leaves_words_alone(mueller: Run) -> None:
    mueller(
        "log", "mueller", NOTE, "--outcome", "phone_instead", "--next", "x", "--objection", "none"
    )
    record = mueller("log", "mueller", NOTE, "--no-recognise", "--json").json
    assert record["recognised"] == []
    assert record["outcome"] == "met"
    assert mueller("visit", "show", 1, "--json").json["outcome"] == "phone_instead"
    assert [step["what"] for step in mueller("step", "list", "--json").json] == ["x"]


def test_scripts_see_it_in_the_record(mueller: Run) -> None:
    record = mueller("log mueller 'nicht da, am Montag anrufen' --json").json
    assert record["recognised"] == ["--outcome not_met", "--next anrufen --due 2026-11-30"]
    assert record["outcome"] == "not_met"


def test_an_unsure_outcome_is_said(mueller: Run) -> None:
    out = mueller("log", "mueller", "not there, met his wife")
    assert "not met and met: set it with --outcome" in out.stderr


def test_a_day_goes_to_the_step_that_was_recognised(mueller: Run) -> None:
    mueller("log mueller 'send offer' --due tomorrow")
    assert mueller("step", "list", "--json").json[0]["due"] == "2026-11-25"
    refused = mueller("log mueller hello --due tomorrow", exit=2)
    assert "--next" in refused.stderr


def test_undo_takes_all_of_it_back(mueller: Run, db: str) -> None:
    mueller("log", "mueller", NOTE)
    mueller("undo")
    with closing(sqlite3.connect(db)) as conn:
        for table in ("visit", "step", "objection"):
            assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def objections(funnel: Run) -> list[tuple[str, str]]:
    return [(row["deal"], row["kind"]) for row in funnel("objection", "list", "--json").json]


@pytest.mark.parametrize("how", ["log", "call", "visit add", "inbox"])
def test_what_is_said_as_recognised_is_on_record(
    funnel: Run, clock: Clock, tmp_path: Path, how: str
) -> None:
    """An objection without a deal, or from before the deal, or known already, is not recorded: that
    is said, and no option promises it."""

    def tell(contact: str, *more: str) -> tuple[str, list[str]]:
        """What is said of a note of this contact, and what is said to be recognised."""
        note = "zu teuer, Angebot schicken"
        if how == "inbox":
            path = tmp_path / "notes" / f"{contact} {clock.instant}.txt"
            path.parent.mkdir(exist_ok=True)
            day = "Datum: 2026-11-01\n" if more else ""
            text = f"Kontakt: {contact}\n{day}{note}, Nr. {clock.instant}"
            path.write_text(text, encoding="utf-8")
            os.utime(path, (clock.instant - 60, clock.instant - 60))
            row = funnel("inbox", path.parent, "--json").json[0]
            return row["why"] or "", row["recognised"]
        words = {
            "log": ("log", contact, note),
            "call": ("call", contact, "--outcome", "reached", "--note", note),
            "visit add": ("visit", "add", contact, "--said", note),
        }[how]
        said = funnel(*words, *more, "--json")
        return said.stderr, said.json["recognised"]

    step, price = "--next 'Angebot schicken'", "--objection price"
    funnel("contact", "add", "Petra")
    said, recognised = tell("Petra")
    assert recognised == [step]
    assert "The objection “price” stands in the report alone" in said
    assert "funnel objection add DEAL price" in said
    funnel("deal", "add", "Roof", "-c", 1)
    clock.advance(minutes=5)
    assert tell("Petra") == ("", [step, price])
    assert objections(funnel) == [("Roof", "price")]
    clock.advance(minutes=5)
    said, recognised = tell("Petra")
    assert recognised == [step]
    assert "is on record already: funnel objection show 1" in said
    funnel("objection answer 1 x --resolved")
    clock.advance(minutes=5)
    said, recognised = tell("Petra", "--at", "2026-11-01")
    assert recognised == [step]
    assert "the deal was opened after 2026-11-01" in said
    assert objections(funnel) == [("Roof", "price")]
    assert len(funnel("step", "list", "--json").json) == 4


def test_an_objection_that_is_given_and_not_recorded_is_said(funnel: Run) -> None:
    funnel("contact", "add", "Petra")
    said = funnel("log petra hello --objection price --objection price")
    assert said.stderr.count("funnel objection add DEAL price") == 1
    assert funnel("objection", "list", "--json").json == []


@pytest.mark.parametrize(
    "note",
    [
        "zu teuer war es nicht",
        "zu teuer ist es ihm nicht",
        "zu teuer fand er das nicht",
        "Preis war es nicht",
        "Preis ist kein Problem",
        "Preis war nicht das Thema",
        "Preis stört nicht",
        "too expensive it was not",
        "price is not an issue",
        "price doesn't matter",
    ],
)
def test_what_is_denied_behind_its_words_is_no_objection(note: str) -> None:
    assert read(note).objections == ()


def test_a_lack_is_an_objection_though_it_is_said_with_a_denial() -> None:
    assert [item.kind for item in read("Preis passt nicht").objections] == ["price"]
    assert [item.kind for item in read("zu teuer, will nicht").objections] == ["price"]


# Whoever does not want to be contacted ------------------------------------------------------------

REFUSALS = (
    "bitte nicht mehr anrufen",
    "möchte nicht mehr kontaktiert werden",
    "moechte nicht mehr kontaktiert werden",
    "will nicht mehr angerufen werden",
    "möchte nicht angerufen werden",
    "kein Interesse, bitte nicht mehr anrufen",
    "getroffen, wir sollen uns nicht mehr melden",
    "hat gebeten nicht mehr anzurufen",
    "keine Anrufe mehr",
    "wünscht keinen Kontakt mehr",
    "verbittet sich weitere Anrufe",
    "bitte von der Liste streichen",
    "rufen Sie mich nicht mehr an",
    "will in Ruhe gelassen werden",
    "do not call again",
    "take me off your list",
    "don’t call me anymore",
    "never call again",
    "please stop calling",
    "does not want to be contacted",
    "asked not to be called again",
    "wants no more calls",
    "remove him from the list",
    "leave me alone",
)
NO_REFUSALS = (
    "nicht angetroffen",
    "bitte vor Mai nicht anrufen",
    "konnte nicht mehr anrufen",
    "ich habe nicht mehr angerufen",
    "kann nicht mehr kommen",
    "nicht mehr erreichbar",
    "kein Kontakt",
    "kein Interesse",
    "bitte nicht mehr liefern",
    "von der Preisliste nehmen",
    "do not call before May",
    "could not call again",
    "call again friday",
    "don't forget to call",
    "take 5% off the list price",
    "will not contact the board",
)


@pytest.mark.parametrize("note", REFUSALS)
def test_who_does_not_want_to_be_contacted(note: str) -> None:
    assert read(note).refused
    assert read(note.upper()).refused


@pytest.mark.parametrize("note", NO_REFUSALS)
def test_no_refusal_is_guessed(note: str) -> None:
    assert not read(note).refused


PROPOSED = "funnel contact edit 1 --do-not-contact"


@pytest.mark.parametrize("how", ["log", "call", "visit add", "inbox", "letter"])
def test_a_refusal_in_words_proposes_what_puts_it_on_record(
    funnel: Run, tmp_path: Path, how: str
) -> None:
    funnel("contact add 'Petra Müller' --phone '0561 5550111' --email petra@example.com")
    folder = tmp_path / "notes"
    folder.mkdir()

    def say(words: str) -> str:
        if how in ("inbox", "letter"):
            head = "From: petra@example.com\nTo: me@example.org\nSubject: Nein\n\n"
            name, text = ("x.eml", head) if how == "letter" else ("x.txt", "Petra Müller: ")
            (folder / name).write_text(text + words)
            os.utime(folder / name, (1763900000, 1763900000))
            done = funnel("inbox", folder, "--json")
            assert done.json[0]["state"] == "filed"
            return str(done.json[0]["why"])
        done = funnel(
            *{
                "log": ("log", "petra", words),
                "call": ("call", "petra", "--outcome", "not_interested", "--note", words),
                "visit add": ("visit", "add", "petra", "--set", f"said={words}"),
            }[how]
        )
        return done.stderr

    assert PROPOSED in say("kein Interesse, bitte nicht mehr anrufen")
    assert funnel("contact show 1 --json").json["do_not_contact"] is False
    funnel(*PROPOSED.split()[1:])
    if how != "call":
        assert PROPOSED not in say("will nicht mehr angerufen werden, sagt sie")


def test_an_appointment_stands_on_the_route_and_what_was_not_taken_is_said(mueller: Run) -> None:
    out = mueller("log", "mueller", "getroffen, Termin Dienstag 15 Uhr, will am Montag anrufen")
    assert "“will am Montag anrufen” was not taken as a step" in out.stderr
    assert "Petra Müller" in mueller("route 2026-12-01")
    assert "not taken" not in mueller("log", "mueller", "works until friday", "--next", "x").stderr


@pytest.mark.parametrize(
    ("note", "name"),
    [
        ("Competitor is Roof & Sun, they are cheaper", "Roof & Sun"),
        ("Wettbewerber Smith and Sons ist im Haus", "Smith and Sons"),
        ("Mitbewerber Müller & Sohn", "Müller & Sohn"),
        ("Mitbewerber Huber und Söhne war da", "Huber und Söhne"),
        ("competitor Heatco and I need to hurry", "Heatco"),
    ],
)
def test_a_firms_name_is_whole(note: str, name: str) -> None:
    assert recognise(note, CATALOGUE, TUESDAY).report["competitor"] == name


def test_who_wants_no_more_calls_asks_for_no_discount() -> None:
    read = recognise("please take me off your list", CATALOGUE, TUESDAY)
    assert read.refused
    assert not read.objections


@pytest.mark.parametrize("note", ["unzufrieden mit Lieferant Enerlux", "unhappy with the supplier"])
def test_the_mood_about_a_supplier_is_none_about_us(note: str) -> None:
    assert "mood" not in recognise(note, CATALOGUE, TUESDAY).report


@pytest.mark.parametrize(
    "note",
    ["Praxis geschlossen", "Laden war zu", "office closed today", "had to reschedule"],
)
def test_a_closed_door_is_no_visit(note: str) -> None:
    assert recognise(note, CATALOGUE, TUESDAY).outcome == "not_met"
