"""Effort and what it costs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Clock, Run


@pytest.fixture
def roof(funnel: Run) -> Run:
    """A deal that was in qualification from 1 October, in offer from 20 October."""
    funnel("contact", "add", "Petra Müller")
    funnel("deal add 'Solar roof' -c 1 --at 2026-10-01 --stage qualification")
    funnel("advance 1 --to offer --at 2026-10-20")
    funnel("rate set hour 60 --from 2026-01-01")
    funnel("rate set km 0.42 --from 2026-01-01")
    return funnel


def test_a_visit_makes_effort_at_the_stage_of_its_day(roof: Run) -> None:
    roof("log petra x --at 2026-10-05 -t 45m --set kilometres=10")
    roof("log petra x --at 2026-10-25 -t 30m --set travel_minutes=30")
    rows = roof("effort list --sort date --json").json
    assert [row["stage"] for row in rows] == ["qualification", "offer"]
    assert [row["minutes"] for row in rows] == [45, 60]
    assert [(row["cost_minor"], row["cost_currency"]) for row in rows] == [
        (4920, "EUR"),
        (6000, "EUR"),
    ]


def test_effort_entered_directly_is_at_the_stage_when_it_happened(roof: Run) -> None:
    made = roof("effort add roof -t 1h --at 2026-10-02 --json").json
    assert (made["stage"], made["cost_minor"], made["origin"]) == ("qualification", 6000, "effort")
    roof("advance 1 --to negotiation")
    assert roof("effort", "list", "--json").json[0]["stage"] == "qualification"


@pytest.mark.parametrize("nothing", ["-t 0", "--km 0", "--km 0.4", "--expenses 0", "-t 0 --km 0"])
def test_nothing_is_no_effort(roof: Run, nothing: str) -> None:
    assert "There is no effort without" in roof(f"effort add roof {nothing}", exit=2).stderr
    assert roof("effort list --json").json == []
    roof(f"effort add roof {nothing} --note x", exit=2)
    assert roof("effort add roof -t 30m --km 0 --json").json["cost_minor"] == 3000


def test_kilometres_are_whole_ones(roof: Run) -> None:
    made = [roof(f"effort add roof --km {km} --json").json for km in ("34,5", "34.4", "0.5")]
    assert [(row["kilometres"], row["cost_minor"]) for row in made] == [
        (35, 1470),
        (34, 1428),
        (1, 42),
    ]
    assert "whole ones are kept" in roof("effort add roof --km far", exit=2).stderr


def test_the_rate_of_the_day_counts(roof: Run) -> None:
    roof("rate set hour 90 --from 2026-11-01")
    for day in ("2025-12-31", "2026-10-31", "2026-11-01"):
        roof("effort", "add", "--contact", "petra", "-t", "1h", "--at", day)
    rows = roof("effort list --sort date --json").json
    assert [row["cost_minor"] for row in rows] == [None, 6000, 9000]
    assert [row["unrated"] for row in rows] == [True, False, False]
    assert len(roof("effort", "list", "is:unrated", "--json").json) == 1


def test_what_a_deal_has_cost_is_on_its_page(roof: Run) -> None:
    roof("effort add roof -t 1h15 --km 33 --expenses 12.50")
    roof("log petra x -t 30m")
    deal = roof("deal show 1 --json").json
    assert deal["effort"] == {
        "minutes": 105,
        "kilometres": 33,
        "unrated": False,
        "costs": [{"cost": 131.36, "cost_minor": 13136, "currency": "EUR"}],
    }
    assert "Cost so far  €131.36, 1 h 45 min, 33 km" in roof("deal", "show", 1, "--md").replace(
        "- **Cost so far:**", "Cost so far "
    )


def test_a_deal_without_effort_says_nothing_of_it(roof: Run) -> None:
    assert "Cost" not in roof("deal", "show", 1, "--md")
    assert roof("deal", "show", 1, "--json").json["effort"]["costs"] == []


def test_currencies_are_never_added_up(roof: Run) -> None:
    roof("effort add roof -t 1h --expenses 'USD 12.50'")
    row = roof("effort", "list", "--json").json[0]
    assert (row["cost_minor"], row["cost_currency"], row["other_costs"]) == (
        6000,
        "EUR",
        ["USD 12.50"],
    )
    assert roof("deal", "show", 1, "--json").json["effort"]["costs"] == [
        {"cost": 60, "cost_minor": 6000, "currency": "EUR"},
        {"cost": 12.5, "cost_minor": 1250, "currency": "USD"},
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.integers(0, 900), st.integers(0, 99_999)),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 20_000),
    st.integers(1, 200),
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_entry_is_rounded_once_half_up(
    entries: list[tuple[int, int, int]], hour: int, km: int
) -> None:
    from funnelcli.db.migrate import migrate
    from funnelcli.queries import effort

    expected = 0
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        migrate(conn, ":memory:")
        for kind, amount in (("hour", hour), ("km", km)):
            conn.execute(
                "INSERT INTO rate (kind, valid_from, amount, currency, recorded_at)"
                " VALUES (?, '2026-01-01', ?, 'EUR', 0)",
                (kind, amount),
            )
        for number, (minutes, kilometres, paid) in enumerate(entries):
            conn.execute(
                "INSERT INTO effort (public_id, deal_id, happened_at, happened_on, minutes,"
                " kilometres, expenses, currency, recorded_at)"
                " VALUES (?, 1, 0, '2026-11-24', ?, ?, ?, 'EUR', 0)",
                (str(number), minutes, kilometres, paid),
            )
            exact = Fraction(minutes * hour, 60) + kilometres * km + paid
            expected += int(exact + Fraction(1, 2))
        found = effort.total(conn, 1)
        assert sum(amount.cost for amount in found.costs) == expected
        assert (found.minutes, found.kilometres) == (
            sum(entry[0] for entry in entries),
            sum(entry[1] for entry in entries),
        )


MIXED = st.tuples(
    st.sampled_from(["2025-12-31", "2026-01-01", "2026-06-01"]),
    st.integers(0, 600),
    st.integers(0, 90),
    st.sampled_from([(0, "EUR"), (99, "EUR"), (99, "USD"), (99, "CHF")]),
)


@given(st.lists(MIXED, max_size=6), st.sampled_from(["EUR", "USD"]))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_list_and_the_sum_agree_in_every_currency(
    rows: list[tuple[str, int, int, tuple[int, str]]], currency: str
) -> None:
    from funnelcli import queries
    from funnelcli.db.migrate import migrate
    from funnelcli.nouns.effort import Effort
    from funnelcli.queries import effort

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        migrate(conn, ":memory:")
        conn.executemany(
            "INSERT INTO rate (kind, valid_from, amount, currency, recorded_at)"
            " VALUES (?, ?, ?, ?, 0)",
            [
                ("hour", "2026-01-01", 61, "EUR"),
                ("km", "2026-01-01", 7, currency),
                ("hour", "2026-05-01", 77, currency),
            ],
        )
        for number, (day, minutes, kilometres, (paid, paid_in)) in enumerate(rows):
            conn.execute(
                "INSERT INTO effort (public_id, deal_id, happened_at, happened_on, minutes,"
                " kilometres, expenses, currency, recorded_at) VALUES (?, 1, 0, ?, ?, ?, ?, ?, 0)",
                (str(number), day, minutes, kilometres, paid, paid_in),
            )
        listed: dict[str, int] = {}
        found = list(queries.run(conn, "effort", Effort, where="1", order="e.origin_id"))
        assert len(found) == len(rows)
        for row in found:
            for one in row.costs:
                listed[one.currency] = listed.get(one.currency, 0) + one.cost
        total = effort.total(conn, 1)
        assert {one.currency: one.cost for one in total.costs if one.cost} == {
            name: cost for name, cost in listed.items() if cost
        }
        assert total.unrated == any(row.unrated for row in found)


def test_effort_needs_something_and_somebody(roof: Run) -> None:
    assert "--duration" in roof("effort", "add", "roof", exit=2).stderr
    assert "future" in roof("effort", "add", "roof", "-t", "1h", "--at", "tomorrow", exit=2).stderr
    roof("effort add nobody -t 1h", exit=4)
    roof("effort add roof --expenses -5", exit=2)


def test_removing_and_undo(roof: Run) -> None:
    assert roof("effort", "add", "roof", "-t", "1h", "-q") == "1\n"
    roof("effort", "remove", 1)
    assert roof("effort", "list", "--json").json == []
    roof("undo")
    assert len(roof("effort", "list", "--json").json) == 1
    roof("effort", "remove", 9, exit=4)
    roof("effort remove 1 2 3", exit=4)
    roof("effort add roof -t 1h")
    roof("effort add roof -t 1h")
    many = roof("effort remove 1 2 3", exit=2)
    assert "Remove 3 efforts?\nConfirm with --yes." in many.stderr


def test_a_rate_of_the_same_day_is_replaced(roof: Run) -> None:
    roof("rate set hour 75 --from 2026-01-01")
    rates = roof("rate", "list", "--json").json
    assert [(rate["kind"], rate["amount_minor"]) for rate in rates] == [("hour", 7500), ("km", 42)]
    assert roof("rate", "list").rows[0][1:4] == ["hour", "75.00", "EUR"]
    roof("rate set hour 999999999", exit=2)
    roof("effort add roof --km 99999999999999999999", exit=2)
    assert "an hour, a kilometre" in roof("rate", "set", "day", "75", exit=2).stderr
    assert roof("rate", "remove", 2, "-q") == "2\n"


def test_overhead_has_a_period_and_a_source(funnel: Run, clock: Clock, db: str) -> None:
    made = funnel("overhead add 2500 --source Messe --period 2026-03 --json").json
    assert (made["source"], made["starts_on"], made["ends_on"], made["amount_minor"]) == (
        "fair",
        "2026-03-01",
        "2026-04-01",
        250000,
    )
    funnel("overhead add 100 --period 2026-05-04..2026-05-07")
    shown = funnel("overhead", "list", tty=True)
    assert "May 7, 2026" in shown
    assert "trade fair" in shown
    assert "--period" in funnel("overhead", "add", "100", exit=2).stderr
    funnel("overhead add 100 --source moon --period 2026", exit=2)
    funnel("overhead", "remove", 1)
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM overhead").fetchone() == (1,)


@pytest.mark.sqlite("SQLite's plans")
def test_one_deal_is_found_by_its_index(roof: Run, db: str) -> None:
    from funnelcli import queries

    text = queries.sql("deal_cost").replace("{where}", "k.deal_id = :id")
    text = text.replace("{order}", "k.deal_id").replace("{limit}", "")
    with closing(sqlite3.connect(db)) as conn:
        plan = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {text}", {"id": 1})]
    assert not [step for step in plan if step.startswith(("SCAN v", "SCAN e"))]
    assert any("visit_deal" in step for step in plan)


def test_ids_are_those_of_entries_that_have_their_own(funnel: Run) -> None:
    funnel("contact", "add", "Ott")
    funnel("deal", "add", "Roof", "--contact", "Ott")
    funnel("log", "1", "met, 30 min")
    mixed = funnel("effort", "list", "--ids", exit=2)
    assert mixed == ""
    assert "no ids of their own" in mixed.stderr
    funnel("effort", "add", "1", "--duration", "1h")
    mixed = funnel("effort", "list", "--ids", exit=2)
    assert mixed == ""
    assert "of several kinds" in mixed.stderr
    assert funnel("effort", "list", "origin:effort", "--ids") == "1\n"
    assert funnel("effort", "list", "deal:none", "--ids") == ""


@pytest.mark.parametrize("command", ["find ott", "agenda"])
def test_ids_of_several_nouns_are_not_printed_as_one_list(funnel: Run, command: str) -> None:
    """An id alone would be taken for that of another record."""
    funnel("contact", "add", "Ott")
    funnel("deal", "add", "Ott roof", "--contact", "Ott", "--next", "call", "--due", "today")
    funnel("care", "set", "1", "--every", "1d")
    mixed = funnel(*command.split(), "--ids", exit=2)
    assert mixed == ""
    assert "of several kinds" in mixed.stderr
    assert funnel("find", "ott", "--kind", "deal", "--ids") == "1\n"
