"""Days as field sellers say them: weekdays of two letters, holidays, hours from now; and what an
attempt is that is made again."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import Clock, Run
from funnelcli.actions.recognise import recognise
from funnelcli.errors import Usage
from funnelcli.values import dates

TUESDAY = date(2026, 11, 24)
DAYS = {"Mo": 30, "Di": 31, "Mi": 25, "Do": 26, "Fr": 27, "Sa": 28, "So": 29}
SAID = {
    "getroffen, {} nochmal": "nochmal",
    "{} anrufen": "anrufen",
    "{} Angebot vorbeibringen": "Angebot vorbeibringen",
    "keiner rangegangen, {} nochmal versuchen": "nochmal versuchen",
    "ich ruf {} an": "ich ruf an",
    "ruf {} nochmal an": "ruf nochmal an",
    "Muster {} vorbeibringen": "Muster vorbeibringen",
    "niemand da, nochmal {}": "nochmal",
    "{}. anrufen": "anrufen",
    "{} Termin": "Termin",
    "{} mit Herrn Meier telefonieren": "mit Herrn Meier telefonieren",
    "{} Herrn Meier anrufen": "Herrn Meier anrufen",
}


@pytest.mark.parametrize("day", DAYS)
def test_a_short_weekday_with_a_capital_is_the_day(day: str) -> None:
    due = date.fromordinal(date(2026, 11, 1).toordinal() + DAYS[day] - 1).isoformat()
    for note, what in SAID.items():
        text = note.format(day)
        (step,) = recognise(text, [], TUESDAY).steps or (None,)
        first = text.rpartition(", ")[2].startswith("So")
        if first:
            # "So" begins a clause as a word: it is left alone, and said.
            assert step is None or step.due is None, text
        else:
            assert step is not None, text
            assert (step.what, step.due) == (what, due), text


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("Mo Farah anrufen", True),
        ("Di Marco nochmal anrufen", True),
        ("So anrufen", True),
        ("keiner da, So nochmal hin", True),
        ("Kunde meldet sich Fr", True),
        ("will Di nochmal überlegen", True),
        ("Do not call again", False),
        ("Do call him", False),
        ("So I will call him", False),
        ("So geht das nicht", False),
        ("Fr Meier anrufen", False),
        ("send him what we said", False),
        ("Unterlagen an die Firma schicken", False),
        ("do send the brochure", False),
        ("Fr. Dr. Meier anrufen", False),
        ("Fr Muster anrufen", True),
        ("Di Marco getroffen", False),
        ("mi anrufen", True),
        ("DI NOCHMAL ANRUFEN", True),
    ],
)
def test_what_may_be_a_word_or_a_name_is_left_alone_and_said(note: str, said: bool) -> None:
    found = recognise(note, [], TUESDAY)
    assert [step.due for step in found.steps if step.due] == []
    assert bool(found.untaken or found.undated) == said


@pytest.mark.parametrize("day", ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"])
def test_a_weekday_and_a_part_of_it_are_one_word(day: str) -> None:
    for whole in (day, "Samstag", "Sonntag", "Sonnabend"):
        plain = dates.parse_due(whole, on=TUESDAY)
        for part, clock in (
            ("morgen", "09:00"),
            ("früh", "09:00"),
            ("vormittag", "10:00"),
            ("mittag", "12:00"),
            ("nachmittag", "14:00"),
            ("abend", "18:00"),
        ):
            joined = dates.parse_due(whole + part, on=TUESDAY)
            assert joined == (plain.day, clock), whole + part
            (step,) = recognise(f"{whole}{part} anrufen", [], TUESDAY).steps
            assert (step.due, step.starts) == joined


@pytest.mark.parametrize(
    ("note", "channel", "kind"),
    [
        ("niemand da, nochmal hin", "on_site", "visit"),
        ("niemand da, Mittwoch nochmal", "on_site", "visit"),
        ("nobody in, try again wednesday", "on_site", "visit"),
        ("nicht rangegangen, Mittwoch nochmal", "phone", "call"),
        ("no answer, try again wednesday", "phone", "call"),
        ("ich ruf Mittwoch an", "on_site", "call"),
        ("calling him wednesday", "on_site", "call"),
        ("ich besuche ihn Mittwoch", "phone", "visit"),
    ],
)
def test_another_attempt_is_what_the_first_was(
    funnel: Run, note: str, channel: str, kind: str
) -> None:
    funnel("contact add Müller")
    funnel(f'log Müller "{note}" --channel {channel}')
    assert [step["kind"] for step in funnel("steps --json").json] == [kind]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("in 2 Stunden", 120),
        ("in zwei Stunden", 120),
        ("in einer halben Stunde", 30),
        ("in ner halben Stunde", 30),
        ("in einer Stunde", 60),
        ("in anderthalb Stunden", 90),
        ("in 1,5 Stunden", 90),
        ("in 2 hours", 120),
        ("in half an hour", 30),
        ("in an hour", 60),
        ("in 90 min", 90),
        ("vor einer Stunde", -60),
        ("30 minutes ago", -30),
    ],
)
def test_hours_are_counted_from_now(clock: Clock, text: str, minutes: int) -> None:
    then = dates.local(dates.now() + 60 * minutes)
    found = dates.parse_moment(text)
    assert f"{found.day} {found.clock:%H:%M}" == f"{then:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("text", ["in 90", "in Stunden", "in 2 Minuten Stunden", "2 Stunden"])
def test_what_is_no_length_from_now_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        dates.parse_moment(text)


@pytest.mark.parametrize("text", ["Q1", "1. Quartal", "Januar 2027", "2027"])
def test_a_period_where_a_day_is_asked_says_how_to_name_one(text: str) -> None:
    with pytest.raises(Usage, match="is a period, where a day is asked for"):
        dates.parse_due(text)


@pytest.mark.parametrize("text", ["bis heute", "until today", "bis gestern", "till yesterday"])
def test_a_period_until_today_asks_from_when(text: str) -> None:
    with pytest.raises(Usage, match="does not say from when"):
        dates.parse_period(text)
    assert dates.parse_range(text)[0] is None


@pytest.mark.parametrize(
    ("note", "due"),
    [
        ("an Heiligabend anrufen", "2026-12-24"),
        ("call him on christmas eve", "2026-12-24"),
        ("bis Silvester Angebot schicken", "2026-12-31"),
        ("send the offer by new year's eve", "2026-12-31"),
        ("am ersten Montag im Januar anrufen", "2027-01-04"),
        ("call him first monday in january", "2027-01-04"),
        ("zwischen Weihnachten und Neujahr anrufen", None),
        ("nach Weihnachten anrufen", None),
        ("call after easter", None),
        ("jeden ersten Montag im Monat anrufen", None),
        ("good offer, new roof", None),
    ],
)
def test_holidays_in_notes(note: str, due: str | None) -> None:
    assert [s.due for s in recognise(note, [], TUESDAY).steps if s.due] == [due] * bool(due)


@pytest.mark.parametrize(
    ("note", "outcome"),
    [
        ("Mailbox draufgesprochen", "not_met"),
        ("ihm auf die Mailbox draufgesprochen", "not_met"),
        ("hat abgesagt weil krank", "not_met"),
        ("cancelled because he is ill", "not_met"),
        ("hat den Vertrag abgesagt", None),
        ("hat aufgelegt", "not_met"),
        ("hung up", "not_met"),
        ("hat ein neues Programm aufgelegt", None),
        ("nur die Oma da", "not_met"),
        ("nur die Kinder waren zu Hause", "not_met"),
        ("only the kids home", "not_met"),
        ("hat mich rausgeschmissen", "declined"),
        ("hat die Tür zugeknallt", "declined"),
        ("slammed the door in my face", "declined"),
    ],
)
def test_who_was_not_spoken_to_was_not_met(note: str, outcome: str | None) -> None:
    assert recognise(note, [], TUESDAY).outcome == outcome


@pytest.mark.parametrize(
    ("note", "km", "expenses"),
    [
        ("hin 30 km zurück 30 km", "60", None),
        ("hin 30 km, zurück 35 km", "65", None),
        ("30 km there and 30 km back", "60", None),
        ("drove 30 km there and 30 km back", "60", None),
        ("60 km hin und zurück", "60", None),
        ("zurück 30 km", None, None),
        ("Anfahrt 30 km", "30", None),
        ("Verpflegung 8,90, Parkticket 2 Euro", None, "10.90 EUR"),
        ("lunch 8.90, parking 2 euros", None, "10.90 EUR"),
        ("Knabberzeug 8,90, Parkticket 2 Euro", None, None),
        ("Spritkosten 12€", None, "12.00 EUR"),
        ("Parken 3 Euro, Angebot 500 Euro", None, "3.00 EUR"),
    ],
)
def test_a_sum_is_whole_or_not_taken(note: str, km: str | None, expenses: str | None) -> None:
    report = recognise(note, [], TUESDAY).report
    assert (report.get("kilometres"), report.get("expenses")) == (km, expenses)
