"""Customer care: who is due, scores, referrals, complaints, and a customer over the years."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.actions.care import read_interval


@pytest.fixture
def eva(funnel: Run) -> Run:
    """A customer, and an organisation with a person in it."""
    funnel("contact add 'Eva Roth' --phone '+49 30 5550100'")
    funnel("contact add 'Roth Roofs' -O")
    funnel("contact add 'Jonas Sommer' --org 2")
    return funnel


def next_of(funnel: Run, contact: int = 1) -> str:
    """When the contact is due."""
    rows = funnel("care list --all --json=contact_id,next_on").json
    return str({row["contact_id"]: row["next_on"] for row in rows}[contact])


# The interval -----------------------------------------------------------------------------------


def test_an_interval_counts_from_the_last_real_contact(eva: Run) -> None:
    eva("visit add 1 --at '2026-09-01 10:00'")
    eva("care set 1 --every 30d")
    assert next_of(eva) == "2026-10-01"
    # An attempt is no contact.
    eva("visit add 1 --at '2026-11-02 10:00' --outcome not_met")
    eva("visit add 1 --at '2026-11-03 10:00' --outcome declined")
    assert next_of(eva) == "2026-10-01"
    assert [row["contact"] for row in eva("care", "list", "--json").json] == ["Eva Roth"]
    eva("call 1 --outcome reached")
    assert next_of(eva) == "2026-12-24"
    assert eva("care", "list", "--json").json == []
    eva("undo")
    assert next_of(eva) == "2026-10-01"


def test_until_there_was_a_contact_it_counts_from_a_day(eva: Run) -> None:
    made = eva("care set 1 --every 2w --from 2026-12-01 --json").json
    assert (made["every_days"], made["next_on"], made["last_on"]) == (14, "2026-12-15", None)
    eva("care set 1 --every 1w")
    assert next_of(eva) == "2026-12-01"


def test_a_person_of_an_organisation_counts_for_it(eva: Run) -> None:
    eva("care set 2 --every 30d --from 2026-01-01")
    eva("visit add 3 --at '2026-11-10 10:00'")
    assert next_of(eva, 2) == "2026-12-10"


def test_the_end_of_an_interval(eva: Run) -> None:
    eva("care set 1 --every none", exit=3)
    eva("care set 1 --every 30d")
    assert "no care planned" in eva("care", "set", 1, "--every", "none")
    assert eva("care", "list", "--all", "--json").json == []
    eva("undo")
    assert next_of(eva) == "2026-12-24"


def test_nobody_is_cared_for_against_their_will(eva: Run) -> None:
    eva("care set 1 --every 30d --from 2026-01-01")
    eva("contact edit 1 --do-not-contact")
    assert eva("care", "list", "--all", "--json").json == []
    eva("care set 1 --every 10d", exit=3)


def test_who_is_due_stands_in_todays_view(eva: Run, clock: Clock) -> None:
    eva("deal add Roof -c 1")
    eva("care set 1 --every 30d")
    assert eva("today", "--json").json["care"] == []
    clock.advance(days=30)
    assert [row["contact"] for row in eva("today", "--json").json["care"]] == ["Eva Roth"]
    screen = eva("today", tty=True, env={"NO_COLOR": "1"})
    assert "Customers to be in touch with" in screen
    assert "+49305550100" in screen.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "span"),
    [("90d", "90d"), ("90", "90d"), ("6w", "6w"), ("3m", "3m"), ("1y", "1y"), ("2 Wochen", "2w")],
)
def test_intervals(text: str, span: str) -> None:
    assert read_interval(text) == span


@pytest.mark.parametrize(
    ("every", "start", "following", "said"),
    [
        ("3m", "2026-11-30", "2027-02-28", "every 3 months"),
        ("monthly", "2027-01-31", "2027-02-28", "every month"),
        ("monatlich", "2028-01-31", "2028-02-29", "every month"),
        ("alle 3 Monate", "2026-12-15", "2027-03-15", "every 3 months"),
        ("quarterly", "2026-11-24", "2027-02-24", "every 3 months"),
        ("jährlich", "2028-02-29", "2029-02-28", "every year"),
        ("every 2 weeks", "2026-12-01", "2026-12-15", "every 14 days"),
    ],
)
def test_months_are_the_calendars(
    eva: Run, every: str, start: str, following: str, said: str
) -> None:
    done = eva("care", "set", 1, "--every", every, "--from", start)
    assert f"{said}, next on {following}" in done
    listed = eva("care list --all --json").json[0]
    assert listed["next_on"] == following


def test_months_are_the_calendars_in_the_agenda_too(eva: Run) -> None:
    eva("care set 1 --every 3m --from 2026-08-31")
    assert [row["day"] for row in eva("agenda 2026-11-30 --json").json] == ["2026-11-30"]
    assert "jeden Monat" in eva("care set 1 --every 1m", env={"FUNNEL_LANGUAGE": "de"})


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database with one contact."""
    from funnelcli.db.connection import connect

    conn = connect(str(tmp_path_factory.mktemp("care") / "funnel.db"))
    conn.execute(
        "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
        " VALUES ('c', 'Eva', 'eva', 0, 0)"
    )
    yield conn
    conn.close()


@given(
    every=st.integers(1, 400),
    months=st.none() | st.integers(1, 40),
    visits=st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=4),
)
def test_the_next_contact_by_a_plain_reference(
    shared: sqlite3.Connection,
    every: int,
    months: int | None,
    visits: list[tuple[int, bool]],
) -> None:
    from funnelcli.queries import care
    from funnelcli.values.days import add

    today = date(2026, 11, 24)
    shared.execute("DELETE FROM visit")
    shared.execute("DELETE FROM care_plan")
    shared.execute(
        "INSERT INTO care_plan (contact_id, every_days, every_months, starts_on, recorded_at)"
        " VALUES (1, ?, ?, ?, 0)",
        (every, months, today.isoformat()),
    )
    for number, (ago, real) in enumerate(visits):
        day = (today - timedelta(days=ago)).isoformat()
        shared.execute(
            "INSERT INTO visit (public_id, contact_id, happened_on, happened_at, outcome,"
            " recorded_at) VALUES (?, 1, ?, 0, ?, 0)",
            (f"v{number}", day, "met" if real else "not_met"),
        )
    met = [today - timedelta(days=ago) for ago, real in visits if real]
    plan = care.plan(shared, 1)
    assert plan is not None
    last = max(met, default=today)
    following = last + timedelta(days=every) if months is None else add(last, months, "m")
    assert plan.next_on == following.isoformat()
    assert plan.last_on == (max(met).isoformat() if met else None)


# Scores, complaints, referrals ------------------------------------------------------------------


def test_scores_of_two_kinds(eva: Run) -> None:
    eva("deal add Roof -c 1")
    first = eva("care score 1 9 --comment 'very good' --deal 1 --json").json
    assert (first["kind"], first["score"], first["deal"]) == ("nps", 9, "Roof")
    eva("care score 1 2 --kind csat --at 2026-11-01")
    assert [row["score"] for row in eva("care", "scores", "--json").json] == [9, 2]
    assert eva("care", "scores", "is:promoter", "--ids") == "1\n"
    assert eva("care", "scores", "is:detractor", "--ids") == ""
    eva("care remove --score 2")
    eva("care", "remove", exit=2)
    eva("care remove --score 2", exit=4)
    assert eva("care", "scores", "--ids") == "1\n"
    assert eva("report", "satisfaction")


def test_a_referral_makes_the_new_contact(eva: Run) -> None:
    made = eva("care refer 1 'Jana Vogt' --phone '+49 171 5550199' --json").json
    assert (made["referrer"], made["referred"], made["referred_id"]) == ("Eva Roth", "Jana Vogt", 4)
    jana = eva("contact show 4 --json").json
    assert (jana["source"], jana["referred_by_id"]) == ("referral", 1)
    assert jana["phones"] == ["+491715550199"]
    assert eva("care", "refer", 1, "Old Friend", "--at", "2026-01-05", "-q") == "5\n"
    assert eva("care", "referrals", "referred:2026-01", "--json=referred").json == [
        {"referred": "Old Friend"}
    ]
    eva("undo")
    eva("contact", "show", 5, exit=4)


def test_a_referral_of_somebody_on_file(eva: Run) -> None:
    eva("contact edit 3 --source fair")
    eva("care refer 1 --existing 3")
    jonas = eva("contact show 3 --json").json
    assert (jonas["source"], jonas["referred_by_id"]) == ("fair", 1)
    eva("care refer 1 --existing 3", exit=3)
    eva("care refer 1 Jonas --existing 3", exit=2)


def test_a_complaint_is_put_right(eva: Run) -> None:
    eva("care complain 1 'too late' --at 2026-11-10")
    eva("care resolve 1 x --at 2026-11-09", exit=3)
    assert eva("care", "complaints", "is:open", "--ids") == "1\n"
    made = eva("care resolve 1 'replaced at once' --json").json
    assert (made["resolution"], made["resolved_on"]) == ("replaced at once", "2026-11-24")
    eva("care resolve 1 again", exit=3)
    assert eva("care", "complaints", "is:open", "--json").json == []
    eva("undo")
    assert eva("care", "complaints", "is:open", "--ids") == "1\n"


# Over the years ---------------------------------------------------------------------------------


def test_the_next_turn_is_linked_to_the_last(eva: Run) -> None:
    eva("deal add Roof -c 1 -v 900 --product solar --at 2026-01-10")
    eva("deal", "renew", 1, exit=3)
    eva("win 1 --at 2026-03-01")
    made = eva("deal renew 1 --kind renewal --close 2027-03-01 --json").json
    assert made["previous_deal_id"] == 1
    assert (made["kind"], made["source"], made["product"]) == (
        "renewal",
        "existing_customer",
        "solar",
    )
    assert (made["value_minor"], made["status"], made["expected_close"]) == (
        90000,
        "open",
        "2027-03-01",
    )
    eva("deal renew 1 --at 2026-02-01", exit=3)
    upsell = ("--kind", "upsell", "--title", "Battery", "--value", "6k", "--stage", "offer")
    other = eva("deal", "renew", 1, *upsell, "--json").json
    assert (other["title"], other["value_minor"], other["stage"]) == ("Battery", 600000, "offer")
    eva("undo")
    eva("deal", "show", 3, exit=4)


def test_a_customer_over_the_years(eva: Run) -> None:
    eva("deal add Roof -c 1 --at 2025-01-10")
    eva("offer add 1 --at 2025-01-11")
    cost = ("--price", 900, "--cost", 500, "--vat", 19, "--from", "2025-01-01")
    eva("product", "add", "R-1", "Roof", *cost)
    eva("offer line 2025-0001 R-1")
    eva("offer send 2025-0001 --at 2025-01-12")
    eva("offer accept 2025-0001 --at 2025-01-20")
    eva("win 1 --at 2025-01-20")
    eva("deal renew 1 --value 100 --at 2026-01-10")
    eva("win 2 --at 2026-01-20")
    eva("deal", "renew", 2)
    eva("visit add 1 --deal 1 --at '2025-01-15 10:00' -t 1h30")
    eva("care set 1 --every 90d")
    eva("care score 1 10")
    eva("care refer 1 'Jana Vogt'")
    eva("care complain 1 noisy")
    life = eva("contact show 1 --json").json
    assert [(turn["id"], turn["kind"], turn["status"]) for turn in life["turns"]] == [
        (1, "new", "won"),
        (2, "repeat", "won"),
        (3, "repeat", "open"),
    ]
    assert [turn["margin_minor"] for turn in life["turns"]] == [40000, None, None]
    (total,) = life["totals"]
    assert (total["currency"], total["value"], total["margin_minor"], total["deals"]) == (
        *("EUR", 1000, 40000),
        2,
    )
    assert life["effort"]["minutes"] == 90
    assert life["care"]["next_on"] == "2025-04-15"
    assert [row["referred"] for row in life["referred"]] == ["Jana Vogt"]
    assert [row["score"] for row in life["satisfaction"]] == [10]
    assert [row["text"] for row in life["complaints"]] == ["noisy"]
    screen = eva("contact", "show", 1, tty=True, width=100, env={"NO_COLOR": "1"})
    for text in ("As a customer", "2 won of 3", "€1,000.00", "€400.00", "1 h 30 min", "Jana Vogt"):
        assert text in screen


def test_a_prospect_has_no_such_view(eva: Run) -> None:
    eva("deal add Roof -c 1")
    assert "As a customer" not in eva("contact", "show", 1, tty=True)
    assert eva("contact", "show", 1, "--json").json["totals"] == []


@pytest.mark.parametrize("what", ["scores", "referrals", "complaints", "list --all"])
def test_every_form_of_the_lists(eva: Run, what: str) -> None:
    command = ("care", *what.split())
    assert eva(*command, "--json").json == []
    eva("care score 1 9")
    eva("care refer 1 'Jana Vogt'")
    eva("care complain 1 noisy")
    eva("care set 1 --every 90d")
    for form in ("--csv", "--tsv", "--jsonl", "--md", "--html"):
        assert "Eva Roth" in eva(*command, form)
    assert eva(*command, "eva", "--ids", exit=0)
    for width in (20, 60, 100):
        screen = eva(*command, tty=True, width=width, env={"NO_COLOR": "1"})
        assert max(map(len, screen.lines)) <= width
