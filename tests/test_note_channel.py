"""By which channel it was, as a note says it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run
from funnelcli.actions.recognise import recognise
from funnelcli.actions.recognising import channel
from funnelcli.actions.recognising.clauses import whole_words

TUESDAY = date(2026, 11, 24)
SAID = {
    "phone": [
        "called, spoke 10 min",
        "Phone call with Ann, 10 min",
        "phone instead, 5 min",
        "Left a voicemail, no answer",
        "spoke on the phone, 15 min, too expensive",
        "quick call w/ Dana. Next: demo fri",
        "called the customer and will send an offer friday",
        "called, then emailed the quote",
        "angerufen, 10 min gesprochen",
        "am Telefon 10 min, will Angebot",
        "telefonisch nicht erreicht",
        "Anruf bei Frau Meier, 5 Min",
        "auf AB gesprochen",
        "call w/ Bob: wants discount",
        "discovery call 30 min",
        "tel. mit Hr. Meier, will Angebot",
        "hab angerufen, geht keiner ran",
        "Tel. 9:10 bis 9:25",
        "14-14:30 call with Anna",
        "call 2-2:30pm",
        "Telko, 20 min",
        "2x versucht, Mailbox, Mo nochmal",
        "vm x3, try again thu",
        "Nachricht von ihr auf der Mailbox",
    ],
    "video": [
        "zoom demo 30 min",
        "Videocall, 30 min",
        "demo via Teams, 20 min",
        "Google Meet with the team, 30 min",
        "Termin über Teams, 45 min",
        "Teams mit Frau Brandt, 20 min",
        "Zoom 8:00-8:40",
        "Teams, 30 min",
        "8-8:40 Zoom Huber",
    ],
    "email": [
        "Emailed proposal, waiting for reply",
        "texted him",
        "sent her the case study",
        "LinkedIn message sent",
        "Mail mit Angebot geschickt",
        "per WhatsApp geschrieben",
        "ihm eine SMS geschickt",
        "Angebot per Mail verschickt",
        "Prospekt geschickt",
        "Mail geschrieben mit Angebot, nachfassen in 10 Tagen",
        "E-Mail mit Unterlagen verschickt, WV 2W",
        "WhatsApp von Frau Müller: Angebot passt",
        "Mail: Angebot erhalten, meldet sich",
        "Email from her, asks for references",
        "SMS von Herrn Roth: passt",
        "got a mail from Anna: ok",
        "Mail von ihr bekommen, kein Interesse",
        "Mail von ihr: Besichtigung vor Ort passt",
        "Nachricht von Frau Müller: Demo Fr 10 Uhr passt",
        "Mail von Roth: kann ich Freitag vorbeikommen?",
        "email back from Tom, wants more time",
        "WA von Müller: ok",
        "eMail v. Fr. Müller: passt",
        "Frau Müller schreibt: Angebot passt",
        "Anna emailed: wants a rebate",
        "Tom texted back",
        "Kunde per Mail: braucht Datenblatt",
        "Antwortmail von Huber, will Demo",
    ],
    "fair": ["met at the trade show", "auf der Messe gesprochen"],
}
UNSAID = [
    "Zoom tomorrow 8:00-8:40",
    "Teams, kein Interesse",
    "Rückruf 14-15 Uhr",
    "his boss called me off",
    "ruft mich an",
    "call her next week",
    "ich rufe sie morgen an",
    "I'll email her the quote tomorrow",
    "wants a quote by email",
    "sie will eine Demo per Zoom",
    "will per Telefon Bescheid geben",
    "they use Teams",
    "He prefers phone calls",
    "Phone: 0171 2345678",
    "Frau Lang will angerufen werden",
    "WhatsApp bitte",
    "competitor called Heatco",
    "called at the house, nobody home",
    "she emailed me the contract",
    "Chefin hat angerufen",
    "met, 45 min, sent offer by mail",
    "we spoke by phone yesterday",
    "nobody home, left a voicemail",
    "drove 20 km, called the office, met Ann",
    "Mail von ihr abwarten",
    "Mail: anna@example.com",
    "WhatsApp: 0171 2345678",
    "Mail: Angebot bis Fr schicken",
    "got an email address",
    "Frau Müller schreibt an einem Gutachten",
    "he wrote down the price",
    "wants a quote by email: asap",
    "met, 45 min, mail from her boss: ok",
    "Besuch bei Frau Y, sehr nett. Mail: schickt sie noch",
]


@pytest.mark.parametrize("channel", SAID)
def test_the_channel_is_read_where_it_is_certain(channel: str) -> None:
    read = {note: recognise(note, [], TUESDAY).channel for note in SAID[channel]}
    assert read == dict.fromkeys(SAID[channel], channel)


def test_calls_of_others_and_calls_to_come_are_no_channel() -> None:
    assert {n: c for n in UNSAID if (c := recognise(n, [], TUESDAY).channel)} == {}


@pytest.mark.parametrize(
    "note", ["ghosted again", "sent her the case study", "Funkstille", "texted him"]
)
def test_whom_nobody_spoke_to_was_not_met(note: str) -> None:
    assert recognise(note, [], TUESDAY).outcome == "not_met"


@pytest.mark.parametrize(
    "note", ["Mail von ihr: will 5% Nachlass", "Email from her, too expensive"]
)
def test_what_a_message_objects_to_tells_of_no_talk(note: str) -> None:
    read = recognise(note, [("price", ["nachlass", "too expensive"])], TUESDAY)
    assert [raised.kind for raised in read.objections] == ["price"]
    assert (read.outcome, read.channel) == ("not_met", "email")


def test_a_mail_before_a_call_is_a_call() -> None:
    assert recognise("Mail von ihr, dann angerufen, 10 min", [], TUESDAY).channel == "phone"


@pytest.mark.parametrize(
    "note",
    [
        "dropped in unannounced, receptionist took my card",
        "left my card at reception",
        "front desk took my flyer",
        "Karte am Empfang abgegeben",
        "Sekretärin hat Prospekt entgegengenommen",
    ],
)
def test_whose_card_the_front_desk_took_has_met_nobody(note: str) -> None:
    assert recognise(note, [], TUESDAY).outcome == "not_met"
    assert recognise(f"met Anna, {note}", [], TUESDAY).outcome == "met"


@pytest.fixture
def mueller(funnel: Run) -> Run:
    funnel("contact", "add", "Petra Müller")
    return funnel


def test_empty_standard_input_is_refused_like_empty_words(mueller: Run) -> None:
    refused = mueller("log", "mueller", "-", stdin="\n", exit=2)
    assert "There are no words to log." in refused.stderr
    mueller("log", "mueller", "-", stdin="met\n")
    assert len(mueller("visit", "list", "--json").json) == 1


def test_calls_and_mails_count_as_such(mueller: Run) -> None:
    out = mueller("log", "mueller", "called, spoke 10 min")
    assert "--channel phone" in out
    mueller("log", "mueller", "angerufen, hat Zeit", "--channel", "video")
    mueller("log", "mueller", "Emailed the proposal")
    mueller("log", "mueller", "called, spoke 10 min", "--no-recognise")
    visits = mueller("visit", "list", "--json").json
    channels = [visit["channel"] for visit in sorted(visits, key=lambda visit: visit["id"])]
    assert channels == ["phone", "video", "email", "on_site"]


@given(data=st.data())
@pytest.mark.parametrize("pattern", channel.HINTS, ids=lambda pattern: pattern[:20])
def test_what_a_pattern_finds_has_one_of_its_hints(pattern: str, data: st.DataObject) -> None:
    found = data.draw(st.from_regex(whole_words(pattern), fullmatch=True))
    assert any(hint in found for hint in channel.HINTS[pattern]), found
