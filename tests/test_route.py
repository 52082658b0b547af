"""A day's visits in order, and who is due near them."""

from __future__ import annotations

import pytest

from conftest import Clock, Run
from funnelcli.render.layout import cells

PLACES = (
    ("Anna Apel", "Domstr. 1", "50667", "Köln"),
    ("Bert Busch", "Ringstr. 2", "53111", "Bonn"),
    ("Carl Cron", "Amstr. 3", "50674", "Köln"),
    ("Dora Dorn", "Seestr. 4", "10115", "Berlin"),
    ("Emil Esch", "Bachstr. 5", "53113", "Bonn"),
    ("Fritz Falk", None, None, None),
)


@pytest.fixture
def tour(funnel: Run) -> Run:
    """Six contacts, each with a deal of the same number; it is Tuesday, 24 November 2026."""
    for name, street, postcode, town in PLACES:
        more = ["--street", street, "--postcode", postcode, "--town", town] if street else []
        funnel("contact", "add", name, *more)
        funnel("deal", "add", f"Roof {name[0]}", "-c", name)
    return funnel


def stops(funnel: Run, *words: str) -> list[str]:
    """The contacts of the stops in order."""
    return [stop["contact"] for stop in funnel("route", *words, "--json").json["stops"]]


def test_visits_with_a_time_come_by_it_and_the_others_where_they_are_near(tour: Run) -> None:
    tour("next 2 visit --due 'fri 14:00'")
    tour("next 1 visit --due 'fri 9:00' --for 1h")
    tour("next 4 visit --due fri")
    tour("next 3 visit --due fri")
    tour("next 5 'send papers' --due fri")
    assert stops(tour, "fri") == ["Anna Apel", "Carl Cron", "Bert Busch", "Dora Dorn"]
    assert stops(tour, "freitag") == stops(tour, "2026-11-27")
    found = tour("route", "fri", "--json").json
    assert found["date"] == "2026-11-27"
    first = found["stops"][0]
    assert (first["number"], first["starts"], first["minutes"]) == (1, "09:00", 60)
    assert first["address"] == "Domstr. 1, 50667 Köln"
    assert stops(tour) == []


def test_a_day_without_times_begins_at_home(tour: Run) -> None:
    for deal in (1, 4, 5, 2):
        tour("next", deal, "visit", "--due", "fri")
    tour("config set sender_town '10117 Berlin'")
    assert stops(tour, "fri") == ["Dora Dorn", "Anna Apel", "Bert Busch", "Emil Esch"]
    tour("config set sender_town '53115 Bonn'")
    assert stops(tour, "fri") == ["Emil Esch", "Bert Busch", "Anna Apel", "Dora Dorn"]


def test_who_is_due_near_a_stop(tour: Run, clock: Clock) -> None:
    tour("next 1 visit --due 'fri 9:00'")
    tour("next 3 'send papers' --due thu")
    tour("next 5 call --due fri")
    tour("next 4 'send papers' --due thu")
    tour("next 2 'send papers' --due 2026-12-24")
    near = tour("route", "fri", "--json").json["near"]
    # Köln counts for Köln; Bonn and Berlin begin with other digits.
    assert [(one["contact"], one["number"], one["why"]) for one in near] == [
        ("Carl Cron", 1, "task")
    ]
    tour("next 2 visit --due 'fri 14:00'")
    tour("care set 3 --every 1d")
    near = tour("route", "fri", "--json").json["near"]
    assert [(one["contact"], one["number"], one["why"]) for one in near] == [
        ("Carl Cron", 1, "care"),
        ("Emil Esch", 2, "call"),
    ]
    assert tour("route", "fri", "--near", 0, "--json").json["near"] == []
    tour("contact edit 3 --do-not-contact")
    assert [n["contact"] for n in tour("route", "fri", "--json").json["near"]] == ["Emil Esch"]


def test_a_rotten_deal_is_worth_a_stop(tour: Run, clock: Clock) -> None:
    clock.advance(days=120)
    tour("next 1 visit --due today")
    assert ("Carl Cron", "rotten") in [
        (one["contact"], one["why"]) for one in tour("route", "--json").json["near"]
    ]


def test_countries_are_apart(tour: Run) -> None:
    tour("contact edit 1 --country DE")
    tour("contact edit 3 --country AT")
    tour("next 1 visit --due fri")
    tour("next 3 'send papers' --due fri")
    assert tour("route", "fri", "--json").json["near"] == []


def test_a_person_is_visited_where_their_organisation_is(funnel: Run) -> None:
    funnel("contact add 'Roof GmbH' -O --town Kassel")
    funnel("contact add 'Ina Iber' --organisation 'Roof GmbH'")
    funnel("next --contact 2 visit --due today")
    assert funnel("route", "--json").json["stops"][0]["address"] == "Kassel"


def test_the_screen(tour: Run) -> None:
    tour("next 1 visit --due 'fri 9:00'")
    tour("next 6 visit --due fri")
    tour("next 3 'send papers' --due thu")
    screen = tour("route", "fri", tty=True, width=120)
    for text in ("Nov 27, 2026", "Domstr. 1, 50667 Köln", 'funnel log 1 "…"', "near a stop"):
        assert text in screen
    assert "Fritz Falk has no address: funnel contact edit 6" in screen
    for width in (20, 40, 80):
        lines = tour("route", "fri", tty=True, width=width, env={"NO_COLOR": "1"}).lines
        assert max(map(cells, lines)) <= width
    assert "No visit is planned" in tour("route", "2027-01-01", tty=True)
    rows = tour("route", "fri").rows
    assert next(row[:3] for row in rows if row[0] == "stops") == ["stops", "1", "09:00"]
    assert "| Stop |" in tour("route", "fri", "--md")


def test_a_visit_that_was_made_or_waits_is_no_stop(tour: Run) -> None:
    tour("next 1 visit --due today")
    tour("next 2 visit --due today")
    tour("log", 1, "met")
    tour("deal snooze 2 --until +3w")
    assert stops(tour) == []
