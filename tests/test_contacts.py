"""Contacts, visits and next steps as a user keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.values import phones


def test_a_contact_with_everything(funnel: Run) -> None:
    funnel("contact add 'Roof & Sun' --is-organisation --town Köln -q")
    funnel(
        "contact add 'Eva Roth' --org 'roof sun' --role decider --email Eva@Example.com"
        " --phone '0221 5550101' --source Messe --tag vip --notes 'met at the fair'"
        " --street 'Ring 1' --postcode 50667",
        env={"FUNNEL_REGION": "DE"},
    )
    contact = funnel("contact show eva --json").json
    assert contact["organisation"] == "Roof & Sun"
    assert contact["emails"] == ["eva@example.com"]
    assert contact["phones"] == ["+492215550101"]
    assert (contact["source"], contact["role"], contact["tags"]) == ("fair", "decider", ["vip"])
    assert contact["lifecycle"] == "prospect"
    people = funnel("contact show roof --json").json["people"]
    assert [person["name"] for person in people] == ["Eva Roth"]


def test_pages_show_names_and_give_keys_to_scripts(funnel: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    funnel("contact", "add", "Eva Roth", "--source", "referral", "--role", "decider")
    funnel("deal", "add", "Roof", "-c", 1, "--source", "referral", "--stage", "needs")
    funnel("visit", "add", "eva", "--deal", 1, "--channel", "phone", "--said", "hello", "-q")
    for page in (("contact", "show", 1), ("deal", "show", 1)):
        assert funnel(*page, "--json").json["source"] == "referral"
        shown = funnel(*page, tty=True, env=german)
        assert "Empfehlung" in shown
        assert "referral" not in shown
    (key,) = {visit["stage"] for visit in funnel("visit", "list", "--json").json}
    assert funnel("visit", "show", 1, "--json").json["stage"] == key == "needs"
    for page in (("visit", "show", 1), ("visit", "print", 1)):
        shown = funnel(*page, tty=True, env=german)
        assert "Anamnese" in shown
        assert "needs" not in shown


def test_the_lifecycle_follows_from_the_deals(funnel: Run, clock: Clock) -> None:
    def lifecycle() -> str:
        return str(funnel("contact show eva --json").json["lifecycle"])

    funnel("contact", "add", "Eva")
    funnel("deal add Door -c eva -p funnel --value 10")
    assert lifecycle() == "prospect"
    funnel("advance 1 --to offer")
    assert lifecycle() == "opportunity"
    funnel("win", 1)
    assert lifecycle() == "customer"
    funnel("withdraw", 1)
    assert lifecycle() == "former_customer"


def test_an_organisation_knows_its_people(funnel: Run) -> None:
    """What its people are, have and were told counts for it: page, list and filters agree."""
    funnel("contact add Acme --is-organisation -q")
    funnel("contact add 'Eva Roth' --org acme -q")
    funnel("contact add 'Ina Solo' -q")

    def acme() -> dict[str, Any]:
        (listed,) = funnel("contact list acme kind:organisation --json").json
        shown: dict[str, Any] = funnel("contact", "show", 1, "--json").json
        names = ("lifecycle", "open_deals", "last_contact_at")
        assert [shown[name] for name in names] == [listed[name] for name in names]
        return shown

    assert acme()["lifecycle"] == "prospect"
    funnel("deal add Roof --contact eva --value 5000 --stage offer -q")
    assert (acme()["lifecycle"], acme()["open_deals"]) == ("opportunity", 1)
    assert funnel("contact", "list", "is:open", "--ids").lines == ["1", "2"]
    funnel("log eva 'likes the roof'")
    funnel("note add 'prefers mornings' -c eva")
    funnel("next 1 'send papers' --due +2d")
    funnel("win", 1)
    funnel("care set eva --every 30d")
    funnel("care score eva 9")
    shown = acme()
    assert (shown["lifecycle"], shown["open_deals"]) == ("customer", 0)
    assert shown["last_contact_at"] == "2026-11-24T08:00:00Z"
    assert [deal["title"] for deal in shown["deals"]] == ["Roof"]
    assert [turn["value_minor"] for turn in shown["turns"]] == [500000]
    assert [(total["value_minor"], total["deals"]) for total in shown["totals"]] == [(500000, 1)]
    assert [visit["contact"] for visit in shown["visits"]] == ["Eva Roth"]
    assert [note["text"] for note in shown["dated_notes"]] == ["prefers mornings"]
    assert [score["score"] for score in shown["satisfaction"]] == [9]
    assert shown["care"]["contact"] == "Eva Roth"
    assert funnel("contact", "list", "is:customer", "--ids").lines == ["1", "2"]
    assert funnel("contact", "list", "contacted:today", "--ids").lines == ["1", "2"]
    page = funnel("contact", "show", 1, tty=True, width=110)
    assert page.count("Eva Roth") >= 4
    # What is of somebody else, or of the organisation alone, is not a person's.
    funnel("contact edit ina --org none")
    funnel("deal add Own --contact 1 -q")
    assert funnel("contact show ina --json").json["lifecycle"] == "prospect"
    assert [deal["title"] for deal in funnel("contact show 2 --json").json["deals"]] == ["Roof"]
    assert acme()["open_deals"] == 1


@pytest.mark.parametrize("spelling", ["müller", "mueller", "muller", "MÜLLER", "eller", "Mue"])
def test_all_spellings_of_a_name_meet(funnel: Run, spelling: str) -> None:
    funnel("contact", "add", "Hans Müller")
    funnel("contact", "add", "Bauer")
    found = funnel("contact", "list", spelling, "--json").json
    if spelling != "eller":
        assert [contact["name"] for contact in found] == ["Hans Müller"]
    funnel("contact", "add", "Jo Mueller")
    expected = ["Jo Mueller"] if spelling == "eller" else ["Hans Müller", "Jo Mueller"]
    found = funnel("contact", "list", spelling, "--json").json
    assert [contact["name"] for contact in found] == expected
    assert funnel("contact", "list", "auer", "--json").json[0]["name"] == "Bauer"


def test_a_twin_is_warned_of_and_kept(funnel: Run) -> None:
    funnel("contact add 'Hans Müller' --email h@example.com")
    assert "on file already" in funnel("contact", "add", "hans mueller").stderr
    assert "on file already" in funnel("contact", "add", "H. M.", "--email", "H@example.com").stderr
    assert len(funnel("contact", "list").lines) == 3


@pytest.mark.parametrize("number", ["", " ", "none", "keine"])
def test_what_says_that_there_is_none_is_no_phone_number(funnel: Run, number: str) -> None:
    funnel("contact add Eva --phone '+49 221 5550101'")
    for command in (("contact", "edit", "eva"), ("contact", "add", "Ina")):
        said = funnel(*command, "--phone", number, exit=2).stderr
        assert "is no phone number." in said
        assert "`funnel contact edit … --no-phone NUMBER`" in said
    assert funnel("contact show eva --json").json["phones"] == ["+492215550101"]
    assert funnel("contact list --ids").lines == ["1"]


def test_editing_says_what_changed_and_none_empties(funnel: Run) -> None:
    funnel("contact add Eva --town Bonn")
    assert "changed town" in funnel("contact", "edit", "eva", "--town", "Köln")
    assert "nothing changed" in funnel("contact", "edit", "eva", "--town", "Köln")
    funnel("contact edit eva --town none --email e@example.com")
    contact = funnel("contact show eva --json").json
    assert (contact["town"], contact["emails"]) == (None, ["e@example.com"])
    funnel("contact", "edit", "eva", exit=2)
    funnel("contact edit eva --org eva", exit=3)


def test_consent_is_given_and_withdrawn(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    assert "--how" in funnel("contact", "consent", "eva", "phone", exit=2).stderr
    funnel("contact consent eva telefon", exit=2)
    funnel("contact consent eva phone --how 'at the fair' --on 2026-11-01")
    funnel("contact consent eva phone --withdraw --on 2026-10-01", exit=3)
    funnel("contact consent eva phone --withdraw")
    consents = funnel("contact show eva --json").json["consents"]
    assert consents == [
        {
            "channel": "phone",
            "given_on": "2026-11-01",
            "how": "at the fair",
            "withdrawn_on": "2026-11-24",
        }
    ]
    funnel("contact consent eva post --withdraw", exit=3)


def test_removing_a_contact_keeps_its_deals(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    funnel("deal add Roof -c eva")
    funnel("contact", "remove", "eva")
    assert funnel("deal", "show", 1, "--json").json["contact_id"] is None
    funnel("undo")
    assert funnel("deal", "show", 1, "--json").json["contact"] == "Eva"


def test_a_visit_goes_to_the_one_open_deal_and_makes_the_next_step(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    funnel("deal add Roof -c eva --at 2026-11-01")
    funnel("advance 1 --at 2026-11-10")
    funnel("log eva 'likes it' --next 'send offer' --due fri -t 1h30 --at '2026-11-05 14:00'")
    visit = funnel("visit", "list", "--json").json[0]
    assert (visit["deal"], visit["stage"], visit["minutes"]) == ("Roof", "qualification", 90)
    assert (visit["happened_on"], visit["starts"], visit["late"]) == ("2026-11-05", "14:00", True)
    step = funnel("step", "list", "--json").json[0]
    assert (step["what"], step["due"], step["deal"]) == ("send offer", "2026-11-27", "Roof")


def test_of_several_open_deals_none_is_guessed(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    funnel("deal add Roof -c eva")
    funnel("deal add Door -c eva")
    assert "2 open deals" in funnel("log", "eva", "hello").stderr
    assert funnel("visit", "show", 1, "--json").json["deal_id"] is None
    funnel("visit edit 1 --deal door")
    assert funnel("visit", "show", 1, "--json").json["deal"] == "Door"


def test_a_report_has_its_fields_and_refuses_others(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    funnel(
        "visit add eva --type first --channel Brief --goal 'win it' --goal-reached partly"
        " --said price --set mood=4 --set kilometres=40 --set expenses=12.50"
        " --set travel_minutes=1h --met 'Eva and her boss'",
        env={"FUNNEL_LANGUAGE": "en"},
        exit=2,
    )
    funnel(
        "visit add eva --type first --channel fair --goal 'win it' --goal-reached partly"
        " --said price --set mood=4 --set kilometres=40 --set expenses=12.50"
        " --set travel_minutes=1h --met 'Eva and her boss'"
    )
    visit = funnel("visit show 1 --json").json
    assert (visit["mood"], visit["kilometres"], visit["travel_minutes"]) == (4, 40, 60)
    assert (visit["expenses_minor"], visit["expenses_currency"]) == (1250, "EUR")
    assert "Did you mean mood" in funnel("visit", "edit", 1, "--set", "modd=3", exit=2).stderr
    funnel("visit edit 1 --set mood=6", exit=2)
    funnel("visit edit 1 --set expenses=none")
    assert funnel("visit", "show", 1, "--json").json["expenses_minor"] is None
    assert "win it" in funnel("visit", "show", 1, tty=True)


def test_what_has_not_happened_is_no_visit(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    assert "next step" in funnel("log", "eva", "hello", "--at", "tomorrow", exit=2).stderr
    assert funnel("visit", "list", "--json").json == []


def test_long_text_comes_from_standard_input(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    funnel("log", "eva", "-", stdin="first line\nsecond line\n")
    assert funnel("visit", "show", 1, "--json").json["said"] == "first line\nsecond line"


def test_steps_are_listed_by_what_is_due(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    funnel("deal add Roof -c eva")
    funnel("next", "roof", "third")
    funnel("next eva first --due gestern")
    funnel("next --contact eva second --due 24.12.2026")
    steps = funnel("step", "list", "--json").json
    assert [step["what"] for step in steps] == ["first", "second", "third"]
    assert funnel("step", "list", "due:..today", "--ids").lines == ["2"]
    assert funnel("step", "list", "is:overdue", "--ids").lines == ["2"]
    funnel("step done first --next fourth --due +1w")
    funnel("step edit fourth --due none")
    assert funnel("step", "show", "fourth", "--json").json["due"] is None
    funnel("step", "done", "first", exit=3)
    funnel("step done third --dropped")
    assert funnel("step", "list", "status:dropped", "--ids").lines == ["1"]
    funnel("step remove 1 2")
    assert len(funnel("step", "list").lines) == 2


def test_today_shows_what_is_due_and_what_nobody_planned(funnel: Run, clock: Clock) -> None:
    assert "Welcome" in funnel("today", tty=True)
    funnel("contact", "add", "Eva")
    for title, due in (("Late", "-1d"), ("Now", "today"), ("Soon", "+2d"), ("Far", "+30d")):
        funnel("deal", "add", title, "-c", "eva")
        funnel("next", title, f"do {title}", "--due", due)
    funnel("deal", "add", "Forgotten")
    shown = funnel(tty=True, width=100)
    for section in ("Overdue", "Today", "This week", "Without a next step", "Pipeline"):
        assert section in shown
    assert "do Far" not in shown
    data = funnel("--json").json
    assert [step["what"] for step in data["overdue"]] == ["do Late"]
    assert [step["what"] for step in data["this_week"]] == ["do Soon"]
    assert [deal["title"] for deal in data["stepless"]] == ["Forgotten"]
    assert data["pipeline"][0]["open"] == 5
    # Midnight in Berlin makes tomorrow today, whatever the day is in UTC.
    clock.set("2026-11-25 00:30")
    assert [step["what"] for step in funnel("--json").json["overdue"]] == ["do Late", "do Now"]


@given(
    st.sampled_from(("1", "7", "39", "49", "43", "44", "52", "54", "55", "61", "81", "354", "800")),
    st.text("0123456789 -/.", min_size=3, max_size=13),
)
def test_a_number_is_kept_as_the_library_reads_it(code: str, number: str) -> None:
    text = f"+{code} {number}"
    try:
        read = phonenumbers.parse(text, "DE")
        possible = phonenumbers.is_possible_number(read)
    except phonenumbers.NumberParseException:
        possible = False
    kept = phones.normal_phone(text, "DE")
    if possible:
        assert kept == phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    else:
        assert kept == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "region", "kept", "remark"),
    [
        ("49 171 2345678", "DE", "+491712345678", ""),
        ("491712345678", "DE", "+491712345678", ""),
        ("(49) 30 123456", "DE", "+4930123456", ""),
        ("49-21-12345", "DE", "+492112345", ""),
        ("4921 12345", "DE", "+49492112345", ""),
        ("43 664 1234567", "AT", "+436641234567", ""),
        ("1 202 555 0100", "US", "+12025550100", ""),
        ("0313780000", "US", "0313780000", ""),
        ("555 0199", "US", "555 0199", ""),
        ("06 1234 5678", "IT", "+390612345678", ""),
        ("1712345678.0", "DE", "+491712345678", ""),
        ("491712345678,00", "DE", "+491712345678", ""),
        ("1,71235E+11", "DE", "1,71235E+11", ""),
        ("1.71235E11", "DE", "1.71235E11", ""),
        ("1,712345678E+09", "DE", "+491712345678", ""),
        ("0171 2345678 (privat)", "DE", "+491712345678", "privat"),
        ("+49 171 2345678 – Büro", "DE", "+491712345678", "Büro"),
        ("171/2345678 Mobil", "DE", "+491712345678", "Mobil"),
        ("415-555-2671 cell", "US", "+14155552671", "cell"),
        ("0800 333 REISE", "DE", "+4980033373473", ""),
        ("Tel. 030 123456", "DE", "+4930123456", ""),
        ("030 123456 ext. 12", "DE", "+4930123456x12", ""),
        ("+49 30 123456x12", "DE", "+4930123456x12", ""),
        ("030 123456 Durchwahl 12", "DE", "+493012345612", ""),
        ("030 123456-12", "DE", "+493012345612", ""),
        ("030 123456, DW: 12", "DE", "+493012345612", ""),
        ("1-800-FLOWERS", "US", "+18003569377", ""),
        ("privat", "DE", "privat", ""),
        ("(nur abends)", "DE", "(nur abends)", ""),
        ("0171 2345678 oder 0172 2345678", "DE", "0171 2345678 oder 0172 2345678", ""),
        ("", "DE", "", ""),
    ],
)
def test_a_number_as_people_and_spreadsheets_write_it(
    text: str, region: str, kept: str, remark: str
) -> None:
    assert phones.read_phone(text, region) == phones.Phone(kept, remark, kept.startswith("+"))


@given(
    st.text("0123456789+ -/.,()xEeprivatDW", max_size=24), st.sampled_from(("DE", "US", "IT", "GB"))
)
def test_what_is_kept_can_be_dialled_or_is_what_was_written(text: str, region: str) -> None:
    kept = phones.read_phone(text, region)
    if kept.read and "x" not in kept.number:
        assert phonenumbers.is_possible_number(phonenumbers.parse(kept.number))
    elif not kept.read:
        assert kept == phones.Phone(" ".join(text.split()), "", False)
    # What is kept is read as itself, so that it is found and taken off again.
    assert phones.normal_phone(kept.number, region) == kept.number


def test_a_number_that_somebody_has_warns_like_an_address(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_REGION", "DE")
    funnel("contact add 'Eva Roth' --phone '0171 2345678' --email eva@example.com")
    assert "Contact 1, Eva Roth" in funnel("contact add Jana --phone '+49 171 2345678'").stderr
    assert funnel("contact add Ute --phone '0171 2345679'").stderr == ""
    assert "Eva Roth" in funnel("contact edit ute --phone 491712345678").stderr
    assert "Eva Roth" in funnel("contact edit jana --email EVA@example.com").stderr
    assert funnel("contact edit jana --town Ulm").stderr == ""


def test_what_is_no_number_is_kept_as_written_and_said(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_REGION", "DE")
    said = funnel("contact add Eva --phone 1,71235E+11 --phone '0171 2345678 (privat)'").stderr
    assert "“1,71235E+11” is kept as it is written" in said
    assert "+491712345678 is kept without “privat”." in said
    assert funnel("contact show eva --json").json["phones"] == ["1,71235E+11", "+491712345678"]
    funnel("contact edit eva --no-phone 1,71235E+11 --no-phone '0171 2345678 privat'")
    assert funnel("contact show eva --json").json["phones"] == []
    assert "is kept as it is written" in funnel("care refer eva Jana --phone 12").stderr


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Søren Kjær", "soren kjaer"),
        ("Łukasz Wójcik", "lukasz"),
        ("Müller-Lüdenscheidt", "mueller luedenscheidt"),
        ("Meyer Schmitz", "meyer-schmitz"),
        ("Sean O’Brien", "o'brien"),
        ("Ole D'Angelo", "d`angelo"),
    ],
)
def test_people_deals_and_products_are_found_however_they_are_written(
    funnel: Run, name: str, typed: str
) -> None:
    funnel("contact", "add", name, "--source", "Messe")
    assert funnel("contact", "show", typed, "--json").json["id"] == 1
    assert funnel("contact", "list", typed, "--ids").lines == ["1"]
    funnel("deal", "add", name, "-c", typed)
    assert funnel("deal", "list", typed, "--ids").lines == ["1"]
    assert funnel("deal", "list", f"contact:{typed}", "--ids").lines == ["1"]
    funnel("product", "add", "A-1", name, "--price", 1, "--vat", 19)
    assert funnel("product", "list", typed, "a-1", "--ids").lines == ["1"]


def test_a_name_on_file_in_another_spelling_warns(funnel: Run) -> None:
    funnel("contact add 'Søren Kjær-Müller'")
    assert "on file already" in funnel("contact add 'Soeren Kjaer Mueller'").stderr


def test_numbers_and_addresses_with_hyphens_are_found(funnel: Run) -> None:
    funnel("contact add Eva --email eva-maria@roth-solar.example")
    assert funnel("contact list eva-maria@roth-solar --ids").lines == ["1"]
    funnel("deal add Roof -c eva")
    funnel("offer add 1 --number A-2026-17")
    assert funnel("offer list a-2026-17 --ids").lines == ["1"]
    funnel("visit add eva --said 'Größe des Carports – später'")
    assert funnel("visit list groesse --ids").lines == ["1"]


def test_the_industry_of_a_contact(funnel: Run) -> None:
    funnel("contact add 'Roof & Sun' -O --industry Solar")
    funnel("contact", "add", "Eva Roth")
    funnel("contact edit eva --industry Handwerk")
    assert funnel("contact show eva --json").json["industry"] == "Handwerk"
    assert ["contact", "industry", "Handwerk"] in funnel("contact show eva").rows
    assert "**Branche:** Handwerk" in funnel("contact show eva --md", env={"FUNNEL_LANGUAGE": "de"})
    found = funnel("contact list industry:solar --json=name,industry").json
    assert found == [{"name": "Roof & Sun", "industry": "Solar"}]
    funnel("contact edit eva --industry none")
    assert funnel("contact list --sort industry --json=industry").json == [
        {"industry": "Solar"},
        {"industry": None},
    ]


def test_what_was_edited_is_told_in_the_language_of_the_person(funnel: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    funnel("contact add 'Brandt Metallbau' --is-organisation")
    funnel("contact add Eva")
    said = funnel("contact edit eva --org brandt --birthday 17.5. --phone 0201555", env=german)
    assert said == "Eva: Organisation, Geburtstag, Telefon geändert\n"
    assert funnel("contact edit eva --org none") == "Eva: changed organisation\n"
    funnel("note --contact eva 'plays handball'")
    said = funnel("note edit 1 --at yesterday", env=german)
    assert said == "Notiz 1: Eva, 2026-11-23: Datum geändert\n"


def test_consent_stands_wherever_somebody_may_be_reached(funnel: Run, clock: Clock) -> None:
    for name in ("Ada", "Eva", "Uwe"):
        funnel("contact", "add", name, "--phone", "0171 2345678", "--town", "Bonn")
        funnel("step", "add", name, "call", "--kind", "call", "--due", "today")
        funnel("step", "add", name, "see", "--kind", "visit", "--due", "+1d")
        funnel("care", "set", name, "--every", "1d")
    funnel("contact consent Ada phone --how fair")
    funnel("contact consent Ada phone --how again")
    funnel("contact consent Ada email --how fair")
    funnel("contact consent Eva phone --how fair")
    clock.advance(days=1)
    funnel("contact consent Eva phone --withdraw")

    def found(words: str) -> list[str]:
        return [row["name"] for row in funnel(f"contact list {words} --json").json]

    assert found("consent:phone") == found("consent:telefon") == found("consent:any") == ["Ada"]
    assert found("consent:post,email") == ["Ada"]
    assert found("consent:none") == found("-consent:phone") == ["Eva", "Uwe"]
    funnel("contact list consent:fax", exit=2)
    consents = {row["name"]: row["consent"] for row in funnel("contact list --json").json}
    assert consents == {"Ada": ["email", "phone"], "Eva": [], "Uwe": []}
    assert "e-mail, phone" in funnel("contact list", tty=True, width=160)
    assert funnel("contact list --columns name,consent id:1") == "Ada\temail,phone\n"
    shown = funnel("contact show Eva", tty=True)
    assert "withdrawn on" in shown
    cared = {row["contact"]: row["consent"] for row in funnel("care list --json").json}
    assert cared == consents
    stops = funnel("route today --json").json["stops"]
    assert {stop["contact"]: stop["consent"] for stop in stops} == consents
    assert "Consent" in funnel("call", "name:ada", tty=True, stdin="q")


def test_a_number_is_of_the_country_of_its_address(funnel: Run, tmp_path: Path) -> None:
    def numbers(contact: object) -> list[str]:
        found: list[str] = funnel("contact", "show", contact, "--json").json["phones"]
        return found

    funnel("config set region DE")
    added = funnel("contact add Hans --country AT --phone '0664 7654321'")
    assert "Warning" not in added.stderr
    assert numbers(1) == ["+436647654321"]
    funnel("contact add 'Dach AG' -O --country Schweiz --phone '044 123 45 67'")
    funnel("contact add Anna --org 'Dach AG' --phone '079 123 45 67'")
    assert numbers(3) == ["+41791234567"]
    funnel("contact add Bert --phone '0171 2345678'")
    funnel("contact edit 4 --country USA --phone '(212) 555-0123' --no-phone '0171 2345678'")
    assert numbers(4) == ["+12125550123"]
    # What names no country leaves the one of the settings.
    funnel("contact add Cora --country Utopia --phone '0171 2345678'")
    assert numbers(5) == ["+491712345678"]

    table = tmp_path / "list.csv"
    table.write_text(
        "Name,Land,Telefon,Firma\nDora,CH,044 7654321,\nEmil,,044 7654322,Dach AG\n"
        "Fred,Österreich,0664 1234567,\nHans,A,0664 7654321,\nGerd,,0171 7654321,\n"
    )
    for _again in range(2):
        funnel("import", "contacts", table)
        assert [numbers(who) for who in ("Dora", "Emil", "Fred", "Hans", "Gerd")] == [
            ["+41447654321"],
            ["+41447654322"],
            ["+436641234567"],
            ["+436647654321"],
            ["+491717654321"],
        ]
    card = tmp_path / "card.vcf"
    card.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ida Ray\nTEL:905-555-1234\n"
        "ADR:;;1 Main St;New York;NY;10001;United States\nEND:VCARD\n"
    )
    funnel("import", "contacts", card)
    assert numbers("Ida Ray") == ["+19055551234"]
