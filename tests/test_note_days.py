"""Days in a note that could be two, those that stand beside a step and are not taken, and steps
that are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from conftest import Run
from funnelcli.actions.recognise import recognise
from funnelcli.values import days
from funnelcli.values.dayorder import month_first

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def nothing_tells_the_order() -> Iterator[None]:
    yield
    days.set_order(lambda: None)


def steps(note: str) -> list[tuple[str, str | None, str | None]]:
    return [tuple(step) for step in recognise(note, [], TUESDAY).steps]  # type: ignore[misc]


def test_the_order_is_the_locales() -> None:
    orders = {name: month_first(name) for name in ("en_US", "en_GB", "de_DE", "fr_FR", "C", "en")}
    assert orders == {
        "en_US": True,
        "en_GB": False,
        "de_DE": None,
        "fr_FR": False,
        "C": None,
        "en": None,
    }
    assert month_first("en_PH.UTF-8") is True
    assert month_first("sv_SE") is month_first("en_CA") is None


def test_a_day_with_strokes_is_read_in_the_locales_order() -> None:
    days.set_order(lambda: True)
    assert steps("Next step: demo on Thu 12/3 at 2pm") == [("demo", "2026-12-03", "14:00")]
    assert steps("send by 12/4") == [("send", "2026-12-04", None)]
    assert steps("call 12/10 3pm") == [("call", "2026-12-10", "15:00")]
    assert steps("ping Sam 12/10") == [("ping Sam", "2026-12-10", None)]
    days.set_order(lambda: False)
    assert steps("send by 10/12") == [("send", "2026-12-10", None)]
    assert recognise("call Joan 12/10", [], TUESDAY).untaken == ("call Joan 12/10",)


def test_a_weekday_settles_which_number_is_the_month() -> None:
    assert steps("Next step: demo on Thu 12/3 at 2pm") == [("demo", "2026-12-03", "14:00")]
    assert steps("Termin am Do 3/12 um 14 Uhr") == [("Termin", "2026-12-03", "14:00")]
    read = recognise("Next step: demo Mon 12/3", [], TUESDAY)
    assert read.misdated == ("“12/3” can mean 2026-12-03 or 2026-03-12.",)


@pytest.mark.parametrize("note", ["send by 12/4", "call Joan 12/4", "WV 12/4", "demo 12/4 3pm"])
def test_a_day_that_could_be_two_is_named(note: str) -> None:
    read = recognise(note, [], TUESDAY)
    assert read.misdated == ("“12/4” can mean 2026-12-04 or 2026-04-12.",)
    assert not any(step.due for step in read.steps)


def test_the_day_of_an_appointment_that_could_be_two_is_named() -> None:
    read = recognise("Next meeting: 12/8/2026, 2pm, kickoff with IT", [], TUESDAY)
    assert read.misdated == ("“12/8/2026” can mean 2026-12-08 or 2026-08-12.",)


@pytest.mark.parametrize("order", [True, False, None])
def test_marks_and_shares_are_no_days(order: bool | None) -> None:
    days.set_order(lambda: order)
    for note in ("mood 4/5", "rated us 9/10", "spent 1/2 of the day on it", "available 24/7"):
        read = recognise(note, [], TUESDAY)
        assert (read.steps, read.misdated, read.untaken) == ((), (), ())


def test_a_step_says_which_day_beside_it_was_not_taken() -> None:
    beside = {
        "call her back Friday between 2 and 4": "Friday",
        "follow up in Q1": "Q1",
        "check back in March": "March",
        "call back after Easter": "Easter",
        "Freitag zwischen 14 und 16 Uhr anrufen": "Freitag",
        "im Januar nochmal melden": "Januar",
        "nach Ostern nachfassen": "Ostern",
        "ring back in 10 mins": "in 10 mins",
        "rufe in einer Stunde zurück": "in einer Stunde",
        "call him at 4pm": "at 4pm",
        "ich rufe um 16 Uhr an": "um 16 Uhr",
        "vor 17 Uhr anrufen": "vor 17 Uhr",
        "try again at 5": "at 5",
        "call back after lunch": "after lunch",
        "im neuen Jahr anrufen": "im neuen Jahr",
        "send offer by fri": None,
        "write to Mr March": None,
    }
    read = {note: recognise(note, [], TUESDAY).undated for note in beside}
    assert {note: of[0].day if of else None for note, of in read.items()} == beside


def test_a_step_begins_behind_a_unit_that_ends_a_sentence() -> None:
    step = ("check back", "2026-11-27", None)
    assert steps("called, spoke 10 min. check back friday") == [step]


def test_steps_that_are_counted_are_steps_of_their_own() -> None:
    pricing, intro = ("send pricing", "2026-11-25", None), ("intro to CFO", "2026-11-30", None)
    assert steps("Next steps: 1) send pricing tmrw 2) intro to CFO next week") == [pricing, intro]
    assert steps(
        "met\nNext steps:\n- send pricing tmrw\n- intro to CFO next week\n\nGood mood"
    ) == [
        pricing,
        intro,
    ]
    assert steps("Nächste Schritte: 1. Preise schicken morgen 2. Vorstellung nächste Woche") == [
        ("Preise schicken", "2026-11-25", None),
        ("Vorstellung", "2026-11-30", None),
    ]


def test_what_was_sent_is_no_step() -> None:
    for note in ("email: sent brochure", "Mail: Prospekt geschickt", "call: left a message"):
        assert steps(note) == []
    assert steps("call: Friday 10am") == [("call", "2026-11-27", "10:00")]


def test_what_was_spent_and_no_mood() -> None:
    for rest in ("", " happy to go on", " Send quote fri"):
        read = recognise(f"lunch with Joan $86.40, parking 12.{rest}", [], TUESDAY)
        assert read.report["expenses"] == "98.40 USD"
    read = recognise("Bewirtung 58 €, Parken 3,50. danach Angebot besprochen", [], TUESDAY)
    assert read.report["expenses"] == "61.50 EUR"
    for note in ("happy with current vendor (Pipedrive)", "zufrieden mit jetzigem Anbieter"):
        assert "mood" not in recognise(note, [], TUESDAY).report


def test_options_read_days_by_the_locale_and_notes_say_what_they_left(funnel: Run) -> None:
    funnel("contact", "add", "Joan Peters")
    german = {"FUNNEL_LOCALE": "de_DE", "FUNNEL_LANGUAGE": "de"}
    for day in ("12/4", "12/04/2026"):
        funnel("step", "add", "joan", "offer", "--due", day)
        refused = funnel("step", "add", "joan", "x", "--due", day, env=german, exit=2)
        assert "2026-12-04" in refused.stderr
    funnel("step", "add", "joan", "visit", "--due", "4/12", env={"FUNNEL_LOCALE": "en_GB"})
    assert {step["due"] for step in funnel("step", "list", "--json").json} == {"2026-12-04"}
    said = funnel("log", "joan", "met. check back in March")
    assert "“March” was left alone" in said + said.stderr
    said = funnel("log", "joan", "im März nochmal melden", env=german)
    assert "„März“ blieb stehen" in said + said.stderr
    given = funnel("log", "joan", "check back in March", "--due", "2027-03-01")
    assert "left alone" not in given + given.stderr


@pytest.mark.parametrize(
    "note",
    [
        "call b4 xmas",
        "ring before christmas",
        "call before friday",
        "not before 10 December, call then",
        "nicht vor dem 10.12. anrufen",
        "nochmal anrufen am 24.12. nach 14 Uhr",
        "Friday 10-12 on site appointment",
        "moved the demo from Tuesday to Thursday 10 Dec 3pm",
        "Wiedervorlage Januar",
        "follow-up January",
        "call next year",
        "schickt mir die Rechnung bis Freitag",
        "Rückruf in 20 Minuten",
        "call in 2 hours",
        "ruft in einer Stunde zurück",
        "komme um 9 nochmal vorbei",
        "um halb 6 nochmal hin",
        "talk again after the holidays",
        "komme um 18 Uhr nochmal vorbei",
        "Kunde möchte Angebot erst im März 2027",
        "wants the offer in march 2027",
        "will erst im Frühjahr ein Angebot",
    ],
)
def test_a_day_ahead_that_is_no_steps_is_named(note: str) -> None:
    read = recognise(note, [], TUESDAY)
    assert not read.steps
    assert len(read.untaken) == 1
    assert read.untaken[0] in note


@pytest.mark.parametrize(
    "note",
    [
        *("war am 12.11. schon mal da", "waren 2019 da", "kein Interesse", "installed in January"),
        *("Besuch um 14 Uhr, 30 min", "Besuch nach dem Mittag"),
        *("called at 4pm, no answer", "Termin um 14 Uhr, 45 min", "installed in March 2025"),
        *("back in 20 min", "Herr Winter kommt im Sommer wieder", "war um 18 Uhr da"),
    ],
)
def test_what_was_and_what_names_no_day_is_not_named(note: str) -> None:
    assert recognise(note, [], TUESDAY).untaken == ()


def test_a_year_is_no_day() -> None:
    read = recognise("nächstes Jahr wieder melden", [], TUESDAY)
    assert [step.due for step in read.steps] == [None]
    assert [alone.day for alone in read.undated] == ["nächstes Jahr"]


@pytest.mark.parametrize(
    ("note", "day", "clock"),
    [
        ("WV in 14 Tg", "2026-12-08", None),
        ("WV 14 Tage", "2026-12-08", None),
        ("Wiedervorlage: 2 Wochen", "2026-12-08", None),
        ("callback 2 weeks", "2026-12-08", None),
        ("Rückruf Fr. nachm.", "2026-11-27", "14:00"),
        ("Rückruf Do vorm.", "2026-11-26", "10:00"),
        ("Di nachm. Rückruf", "2026-12-01", "14:00"),
    ],
)
def test_days_in_the_short_hand_of_a_diary(note: str, day: str, clock: str | None) -> None:
    assert [step[1:] for step in steps(note)] == [(day, clock)]


@pytest.mark.parametrize(
    ("note", "what", "day", "clock"),
    [
        ("call mon am", "call", "2026-11-30", "09:00"),
        ("call her thurs pm", "call her", "2026-11-26", "14:00"),
        ("call tomorrow a.m.", "call", "2026-11-25", "09:00"),
        ("fri am call", "call", "2026-11-27", "09:00"),
        ("Tue PM site visit", "site visit", "2026-12-01", "14:00"),
        ("heute noch Angebot schicken", "noch Angebot schicken", "2026-11-24", None),
        ("Termin Mo am Nachmittag", "Termin", "2026-11-30", "14:00"),
        ("send offer by eod", "send offer", "2026-11-24", "18:00"),
        ("send offer by eod friday", "send offer", "2026-11-27", "18:00"),
        ("send offer by fri eod", "send offer", "2026-11-27", "18:00"),
        ("will send it by end of day", "send it", "2026-11-24", "18:00"),
        ("Angebot bis Feierabend schicken", "Angebot schicken", "2026-11-24", "18:00"),
    ],
)
def test_a_part_of_a_day_in_short_hand_is_a_time(
    note: str, what: str, day: str, clock: str
) -> None:
    assert steps(note) == [(what, day, clock)]


@pytest.mark.parametrize(
    ("note", "step"),
    [
        ("noch 1 Versuch am Fr", ("noch 1 Versuch", "2026-11-27", None)),
        ("letzter Versuch Do", ("letzter Versuch", "2026-11-26", None)),
        ("stood me up, rebooked for Friday", ("rebooked", "2026-11-27", None)),
        ("one more try on Friday", ("one more try", "2026-11-27", None)),
        ("Angebot Fr vorm. schicken", ("Angebot schicken", "2026-11-27", "10:00")),
        (
            "Nächster Termin: 7.1.2027, 13:30 Uhr, Besichtigung Referenzanlage",
            ("Besichtigung Referenzanlage", "2027-01-07", "13:30"),
        ),
        (
            "Next appointment: Dec 8, 3pm, site inspection",
            ("site inspection", "2026-12-08", "15:00"),
        ),
        (
            "cancelled on me last minute, rebooked for Thursday 3pm",
            ("rebooked", "2026-11-26", "15:00"),
        ),
        (
            "Termin bei Huber abgesagt, verlegt auf Do 14 Uhr",
            ("Termin bei Huber abgesagt, verlegt auf Do 14 Uhr", "2026-11-26", "14:00"),
        ),
        ("Nächster Termin 3.12., 10 Uhr, Chef dabei", ("Nächster Termin", "2026-12-03", "10:00")),
    ],
)
def test_a_step_has_the_words_that_say_what_it_is(
    note: str, step: tuple[str, str, str | None]
) -> None:
    assert steps(note) == [step]


def test_what_is_prepared_for_an_appointment_is_a_step_of_its_own() -> None:
    assert steps("Nächster Termin: 3.12., Unterlagen vorbereiten") == [
        ("Nächster Termin", "2026-12-03", None),
        ("Unterlagen vorbereiten", None, None),
    ]


@pytest.mark.parametrize(
    ("note", "report"),
    [
        ("happy now with HubSpot", {"competitor": "HubSpot"}),
        ("zufrieden mit Enpal", {"competitor": "Enpal"}),
        ("happy with us, currently with HubSpot", {"competitor": "HubSpot", "mood": "4"}),
        ("Wettbewerber: Enpal und 1Komma5", {"competitor": "Enpal und 1Komma5"}),
        ("competitors: Northheat & Solarwelt", {"competitor": "Northheat & Solarwelt"}),
        ("Wettbewerber ist Enpal und will nicht", {"competitor": "Enpal"}),
        ("Petra & her CFO Tom Hall, CFO signs off", {"decider": "Tom Hall"}),
        ("Chef Hans Roth da, Chef entscheidet", {"decider": "Hans Roth"}),
        ("CFO Tom Hall and CFO Ann Lee, CFO signs off", {"decider": "CFO"}),
    ],
)
def test_whom_else_they_like_and_who_a_role_is(note: str, report: dict[str, str]) -> None:
    assert recognise(note, [], TUESDAY).report == report


def test_how_long_something_takes_is_not_how_far_off_it_is() -> None:
    assert steps("Wiedervorlage 3 Monate Laufzeit") == []
    assert steps("vorm Urlaub anrufen") == [("vorm Urlaub anrufen", None, None)]


@pytest.mark.parametrize(
    ("note", "what", "day"),
    [
        ("FU 14 days", "FU", "2026-12-08"),
        ("FU: 3 months", "FU", "2027-02-24"),
        ("f/u 2w", "f/u", "2026-12-08"),
        ("F/U in 2 wks", "F/U", "2026-12-08"),
        ("fu next tue", "fu", "2026-12-01"),
        ("f/up thu", "f/up", "2026-11-26"),
        ("FU 12/12", "FU", "2026-12-12"),
        ("no answer, fup 1m", "fup", "2026-12-24"),
        ("Follow-up 3d", "Follow-up", "2026-11-27"),
        ("followup two weeks", "followup", "2026-12-08"),
        ("call back tue", "call back", "2026-12-01"),
        ("chase 2 weeks", "chase", "2026-12-08"),
        ("WV 2 Wo", "WV", "2026-12-08"),
        ("WV 3T", "WV", "2026-11-27"),
        ("Wiedervorlage eine Woche", "Wiedervorlage", "2026-12-01"),
        ("nachfassen in 3 Mon", "nachfassen", "2027-02-24"),
        ("Mail geschrieben mit Angebot, nachfassen in 10 Tagen", "nachfassen", "2026-12-04"),
        ("E-Mail mit Unterlagen verschickt, WV 2W", "WV", "2026-12-08"),
        ("Angebot per Mail geschickt, WV 10.12.", "WV", "2026-12-10"),
        ("voicemail x2, will retry mon", "retry", "2026-11-30"),
        ("left 2 voicemails, will try thu", "try", "2026-11-26"),
        ("AB x2, versuche es Mo", "versuche es", "2026-11-30"),
        ("keiner da, Fr noch mal", "noch mal", "2026-11-27"),
    ],
)
def test_the_short_hand_of_a_next_step_has_its_day(note: str, what: str, day: str) -> None:
    assert steps(note) == [(what, day, None)]
    assert recognise(note, [], TUESDAY).untaken == ()


def test_what_only_looks_like_that_short_hand_is_no_day() -> None:
    assert not any(due for _what, due, _clock in steps("call back 10m, das tue ich"))
    assert steps("Mr Fu was friendly, spoke 10 min") == []
    assert steps("they will try Monday") == steps("er will es Montag versuchen") == []


@pytest.mark.parametrize(
    ("note", "step"),
    [
        ("next: demo Fri 10:00-11:00", ("demo", "2026-11-27", "10:00")),
        ("call fri 2-3pm", ("call", "2026-11-27", "14:00")),
        ("Termin Fr 10-11 Uhr", ("Termin", "2026-11-27", "10:00")),
        ("Freitag 10-12 Uhr Termin vor Ort", ("Termin vor Ort", "2026-11-27", "10:00")),
        ("Freitag 10-12 Uhr besuchen", ("besuchen", "2026-11-27", "10:00")),
        ("Freitag 10 bis 12 Uhr besuchen", ("besuchen", "2026-11-27", "10:00")),
        ("Termin am 3.12. 9.00 bis 9.30 Uhr", ("Termin", "2026-12-03", "09:00")),
    ],
)
def test_of_two_times_behind_a_day_the_step_has_the_first(
    note: str, step: tuple[str, str, str]
) -> None:
    assert steps(note) == [step]
    assert recognise(note, [], TUESDAY).minutes is None


@pytest.mark.parametrize(
    ("note", "minutes"),
    [
        ("Zoom 8:00-8:40", 40),
        ("8.00–8.40 Zoom mit Huber", 40),
        ("9.10 - 9.25 tel. mit Fr. Huber", 15),
        ("14-14:30 call with Anna", 30),
        ("Tel. 9:10 bis 9:25", 15),
        ("von 9 bis 10 Uhr vor Ort", 60),
        ("Besprechung 14 bis 15.30 Uhr mit GF", 90),
        ("11:30-1:15 lunch meeting with Anna", 105),
        ("11am-1pm met with Anna", 120),
        ("call 2-2:30pm", 30),
        ("Meeting 9h-10h", 60),
        ("Tel. 15 min", 15),
        ("Teams-Call 30 min", 30),
        ("Zoom-Meeting 45 min", 45),
        ("30-minute call with Ann", 30),
        ("30-Min-Call mit Anna", 30),
        ("Gespräch dauerte von 10:15 bis 11", 45),
        ("Montage 8:00-17", None),
        ("2-3 Uhr", None),
        ("Call me 2-3pm he said", None),
        ("8:00-17:00 geöffnet", None),
        ("er ist 9:00-10:00 erreichbar", None),
        ("office hours 9-5pm", None),
        ("Rückruf 14-15 Uhr", None),
        ("Zoom tomorrow 8:00-8:40", None),
        ("Preis 10-11.50", None),
        ("Besuch 1.12-5.12", None),
        ("1.12-5.12 Urlaub", None),
    ],
)
def test_the_visit_took_from_one_time_to_the_other(note: str, minutes: int | None) -> None:
    read = recognise(note, [], TUESDAY)
    assert read.minutes == minutes
    assert not any(step.due for step in read.steps)


def test_hours_of_a_week_are_no_day_that_is_wrong() -> None:
    read = recognise("erreichbar Mo-Fr 8-17 Uhr", [], TUESDAY)
    assert (read.misdated, read.steps, read.minutes) == ((), (), None)


def test_a_way_took_from_one_time_to_the_other() -> None:
    read = recognise("8:00-8:40 Anfahrt, 9-10 Uhr Gespräch", [], TUESDAY)
    assert (read.minutes, read.report) == (60, {"travel_minutes": "40"})


@pytest.mark.parametrize(
    ("note", "outcome"),
    [
        ("visited, nobody home, try again Saturday 11am", "not_met"),
        ("niemand da, Sa 11 Uhr nochmal", "not_met"),
        ("besucht, keiner da", "not_met"),
        ("visited, no one in", "not_met"),
        ("visited Huber, nobody home", "not_met"),
        ("war da, niemand zu Hause", "not_met"),
        ("visited, turned me away", "declined"),
        ("visited, boss out, 20 min with the foreman", "met"),
        ("visited", "met"),
        ("besucht, 30 min, Huber nicht da", None),
        ("3rd attempt, voicemail full", "not_met"),
        ("2x versucht, Mailbox, Mo nochmal", "not_met"),
        ("voicemail x2", "not_met"),
    ],
)
def test_whoever_was_visited_was_met_unless_nobody_was_home(note: str, outcome: str | None) -> None:
    assert recognise(note, [], TUESDAY).outcome == outcome
