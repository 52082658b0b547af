"""Merging deals that are one sale: the log of the two, what cannot be one, and one undo."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import Clock, Dump, Run, rows, writer
from funnelcli.actions import closing as ends
from funnelcli.actions import deal_merge, deals, health, log, log_cache
from funnelcli.actions.log_cache import Stay, Terms
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command, part
from funnelcli.errors import FunnelError, Refused

# The log --------------------------------------------------------------------------------------

ACTS = ("advance", "jump", "back", "win", "lose", "reopen", "value", "close")
# What happens to a deal, each a number of hours after the one before: 0 is the same second.
STORY = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 60)), max_size=7)
RANK = {"lost": 0, "open": 1, "won": 2}


@pytest.fixture(scope="module")
def held() -> Iterator[sqlite3.Connection]:
    with closing(connect(":memory:")) as conn:
        yield conn


def _lived(conn: sqlite3.Connection, opened: int, first: int, story: list[tuple[str, int]]) -> int:
    """A deal to which all that happened that its rules let happen; its id."""
    process, order = _process(conn)
    value = None if first == 2 else 1000 * first
    deal = deals.add(
        conn,
        "Roof",
        process_id=process,
        currency="EUR",
        stage_id=order[first],
        value=value,
        at=opened,
    )
    at = opened
    for number, (what, hours) in enumerate(story):
        at += hours * 3600
        acts: dict[str, Callable[[], Any]] = {
            "advance": lambda at=at: deals.advance(conn, deal, at),
            "jump": lambda at=at: deals.advance(conn, deal, at, order[4]),
            "back": lambda at=at: deals.back(conn, deal, at, "another demo"),
            "win": lambda at=at: ends.win(conn, deal, at),
            "lose": lambda at=at: ends.lose(conn, deal, at, "price"),
            "reopen": lambda at=at: ends.reopen(conn, deal, at, None),
            "value": lambda at=at, n=number: log.change(conn, deal, at, value=100 * n),
            "close": lambda at=at, n=number: log.change(
                conn, deal, at, expected_close=f"2027-01-1{n}"
            ),
        }
        with suppress(FunnelError), part(conn):
            acts[what]()
    return deal


def _process(conn: sqlite3.Connection) -> tuple[int, list[int]]:
    (process,) = conn.execute("SELECT id FROM process WHERE key = 'cycle'").fetchone()
    stages = log.stages_of(conn, process)
    return process, sorted(stages, key=lambda stage: stages[stage][0])


def _at(log_: tuple[list[Stay], list[Terms]], at: int) -> tuple[Stay, Terms] | None:
    """Where a deal stood at an instant, by its log."""
    stays = [stay for stay in log_[0] if stay.entered_at <= at]
    terms = [one for one in log_[1] if one.valid_from <= at]
    return (stays[-1], terms[-1]) if stays else None


def _lost_since(log_: tuple[list[Stay], list[Terms]], at: int) -> int:
    """When the loss that holds at an instant was."""
    since = 0
    before = ""
    for one in log_[1]:
        if one.valid_from <= at:
            since = one.valid_from if one.status != before else since
            before = one.status
    return since if before == "lost" else 0


@settings(max_examples=40)
@example(one=[("back", 0)], other=[("advance", 0)], apart=0, firsts=(1, 0))
@given(
    one=STORY,
    other=STORY,
    apart=st.integers(-50, 50),
    firsts=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_the_log_of_the_two_is_sound_and_says_what_they_say(
    held: sqlite3.Connection,
    one: list[tuple[str, int]],
    other: list[tuple[str, int]],
    apart: int,
    firsts: tuple[int, int],
) -> None:
    start = 1_790_000_000
    with command(held, "merge", dry_run=True):
        stages = log.stages_of(held, _process(held)[0])
        ids = [
            _lived(held, start, firsts[0], one),
            _lived(held, start + apart * 3600, firsts[1], other),
        ]
        logs = [log.read(held, deal) for deal in ids]
        before = [log_cache.derive(*each, stages) for each in logs]
        if [each.status for each in before] == ["won", "won"]:
            with pytest.raises(Refused, match="two sales"):
                deal_merge.merge(held, *ids[:1], ids[1:])
            return
        deal_merge.merge(held, ids[0], ids[1:])
        merged = log.read(held, ids[0])
        now = log_cache.derive(*merged, stages)
        assert health._check_logs(held) == health._check_caches(held, health._UNWATCHED) == []
        # The sale began with the first of the two, and came as far as the further one.
        assert now.opened_at == min(each.opened_at for each in before)
        assert stages[now.furthest_stage_id][0] == max(
            stages[each.furthest_stage_id][0] for each in before
        )
        assert RANK[now.status] == max(RANK[each.status] for each in before)
        # Nothing stays where it was but by a reopening.
        for earlier, later in pairwise(merged[0]):
            assert earlier.stage_id != later.stage_id or later.how == "reopened"
        instants = {stay.entered_at for each in logs for stay in each[0]}
        instants |= {held_.valid_from for each in logs for held_ in each[1]}
        for at in instants:
            stood = [(_at(each, at), _lost_since(each, at)) for each in logs]
            best = max(
                (
                    (
                        RANK[then[1].status],
                        lost,
                        stages[then[0].stage_id][1] != "outside",
                        stages[then[0].stage_id][0],
                    ),
                    then[0].stage_id,
                )
                for then, lost in stood
                if then is not None
            )
            then = _at(merged, at)
            assert then is not None
            assert (then[0].stage_id, RANK[then[1].status]) == (best[1], best[0][0])
            values = [
                (RANK[each[1].status], each[1].value)
                for each, _lost in stood
                if each is not None and each[1].value is not None
            ]
            top = max((rank for rank, _value in values), default=None)
            assert then[1].value == next((value for rank, value in values if rank == top), None)
        _all_is_told(held, ids[0], logs, merged)


def _all_is_told(
    conn: sqlite3.Connection,
    deal: int,
    logs: list[tuple[list[Stay], list[Terms]]],
    merged: tuple[list[Stay], list[Terms]],
) -> None:
    """Every stay and every value of either is in the log, or on record as a correction."""
    corrections = set(
        conn.execute(
            "SELECT c.happened_at, c.field, coalesce(cast(s.id AS text), c.was)"
            " FROM correction AS c LEFT JOIN stage AS s"
            " ON c.field = 'stage' AND s.key = c.was AND s.process_id = ?"
            " WHERE c.deal_id = ?",
            (_process(conn)[0], deal),
        )
    )
    told = {(stay.entered_at, stay.stage_id) for stay in merged[0]}
    values = {(held.valid_from, held.value) for held in merged[1]}
    for stays, terms in logs:
        for stay in stays:
            entry = (stay.entered_at, stay.stage_id)
            assert entry in told or (entry[0], "stage", str(entry[1])) in corrections
        for earlier, later in pairwise(terms):
            if later.value is not None and later.value != earlier.value:
                entry = (later.valid_from, later.value)
                held = _at(merged, later.valid_from)
                assert (
                    entry in values
                    or (held is not None and held[1].value == later.value)
                    or (entry[0], "value", f"EUR {later.value / 100:.2f}") in corrections
                )


# The command ----------------------------------------------------------------------------------


def _before(funnel: Run, clock: Clock) -> None:
    """A deal, and the same sale once more, further along but lost as a duplicate."""
    clock.set("2026-11-27 18:00")
    for line in (
        "contact add 'Roth Bau' -O",
        "contact add 'Eva Roth' --org 1",
        "contact add 'Uwe Kern' --org 1",
        "deal add Roof -c 2 --value 10k --at 2026-10-01 --tag vip",
        "deal add 'Solar roof' -c 3 --value 12k --at 2026-09-20 --tag VIP --tag sun --source fair",
        "advance 1 --at 2026-10-10",
        "advance 2 --at 2026-09-25",
        "advance 2 --to negotiation --at 2026-10-20",
        "note add 2 'wants black panels'",
        "visit add 3 --deal 2 --said 'spoke about the roof' --at 2026-10-12",
        "effort add 2 --minutes 30 --at 2026-10-21",
        "objection add 2 price --at 2026-10-21",
        "offer add 2",
        "next 2 'call back' --due 2026-12-01",
        "deal edit 2 --value 15k --at 2026-10-22",
        "lose 2 --reason duplicate --at 2026-10-30",
    ):
        funnel(line)


def test_a_deal_takes_over_another_and_undo_restores_all(
    funnel: Run, state: Callable[[], Dump], clock: Clock
) -> None:
    _before(funnel, clock)
    before = state()
    known = funnel("deal show 2 --json").json["public_id"]
    tried = funnel("deal merge 1 2 --dry-run", tty=True)
    assert state() == before
    shown = f"{tried}{tried.stderr}"
    for part_ in ("Roof", "Solar roof", "Negotiation", "€15,000.00", "Visits", "Merged"):
        assert part_ in shown, part_
    assert "Solar roof" in funnel("deal merge 1 2", exit=2).stderr
    said = funnel("deal merge 1 2 --yes --json").json
    assert (said["title"], said["status"], said["stage"]) == ("Roof", "open", "needs")
    assert (said["value"], said["source"], said["opened_on"]) == (10000, "fair", "2026-09-20")
    assert said["tags"] == ["sun", "vip"]
    assert "Solar roof" in said["notes"]
    assert "15,000" in said["notes"] or "15000" in said["notes"]
    # It was sold as far as the further of the two says, and what is not in its log is on record.
    told = funnel("deal log 1 --json").json
    assert [(entry["what"], entry["stage"]) for entry in told["entries"]] == [
        ("created", "qualification"),
        ("advanced", "needs"),
        ("value", "needs"),
        ("skipped", "negotiation"),
        ("moved_back", "needs"),
    ]
    assert {(one["what"], one["was"]) for one in told["corrections"]} >= {
        ("created", "Qualification"),
        ("advanced", "Needs analysis"),
        ("lost", "duplicate"),
    }
    page = funnel("deal show 1 --json").json
    assert {"offers", "objections"} <= page.keys()
    # What was done for it stands at the stage that it was in.
    assert [one["stage"] for one in funnel("objection list --json").json] == ["negotiation"]
    assert funnel(f"deal show {known} --json").json["id"] == 1
    funnel("deal show 2", exit=4)
    funnel("doctor")
    after = state()
    funnel("undo")
    assert state() == before
    funnel("redo")
    assert state() == after


def test_the_figures_are_those_of_one_sale(funnel: Run, clock: Clock) -> None:
    _before(funnel, clock)
    funnel("deal merge 1 2 -y")
    (snapshot,) = [row for row in rows(funnel, "snapshot") if row["open"]]
    assert (snapshot["stage"], snapshot["open"], snapshot["value"]) == ("needs", 1, 10000)
    reached = {row["stage"]: row["deals"] for row in rows(funnel, "conversion")}
    assert reached["negotiation"] == 1
    for row in rows(funnel, "flow"):
        assert row["entered"] == sum(
            row[name] for name in ("advanced", "lost", "moved_back", "still")
        )
    assert sum(row["lost"] for row in rows(funnel, "flow")) == 0


def test_whose_value_and_log_are_taken_can_be_said(funnel: Run, clock: Clock) -> None:
    _before(funnel, clock)
    funnel("reopen 2 --reason 'no duplicate'")
    taken = funnel("deal merge 1 2 --take value=2 --take title=2 --take stage=1 -y --json").json
    assert (taken["title"], taken["value"], taken["stage"]) == ("Solar roof", 15000, "needs")
    funnel("undo")
    assert funnel("deal merge 1 2 -y --json").json["stage"] == "negotiation"
    funnel("undo")
    assert "value" in funnel("deal merge 1 2 --take vlaue=2 -y", exit=2).stderr
    funnel("deal merge 1 1 -y", exit=2)


def test_what_cannot_be_one_sale_is_refused(funnel: Run, state: Callable[[], Dump]) -> None:
    for line in (
        "contact add 'Eva Roth'",
        "contact add 'Uwe Kern'",
        "deal add Roof -c 1 --value 10k",
        "deal add Barn -c 2",
        "deal add Door -c 1 --process funnel",
        "deal add Loft -c 1 --value 'USD 9000'",
        "deal add Shed -c 1 --value 3k",
        "win 5",
        "deal renew 5 --kind repeat",
    ):
        funnel(line)
    before = state()
    assert "customers" in funnel("deal merge 1 2 -y", exit=3).stderr
    assert "processes" in funnel("deal merge 1 3 -y", exit=3).stderr
    assert "currencies" in funnel("deal merge 1 4 -y", exit=3).stderr
    assert "turns" in funnel("deal merge 6 5 -y", exit=3).stderr
    assert "turns" in funnel("deal merge 5 6 -y", exit=3).stderr
    assert state() == before
    assert funnel("deal merge 1 2 --take contact=2 -y --json").json["contact"] == "Uwe Kern"
    funnel("undo")
    assert funnel("deal merge 1 4 --take value=4 -y --json").json["currency"] == "USD"
    funnel("win 1")
    assert "two sales" in funnel("deal merge 1 5 -y", exit=3).stderr
    funnel("doctor")


def test_a_win_and_its_period_of_withdrawal_come_along(funnel: Run) -> None:
    for line in (
        "contact add 'Eva Roth'",
        "deal add Roof -c 1 --process funnel",
        "deal add Roof -c 1 --process funnel --value 10k",
        "win 2",
        "contract add 2 --number K1",
        "deal snooze 1 --until +3d",
    ):
        funnel(line)
    until = funnel("deal show 2 --json").json["revocable_until"]
    said = funnel("deal merge 1 2 -y --json").json
    assert (said["status"], said["value"], said["snoozed_until"]) == ("won", 10000, None)
    assert said["revocable_until"] == until is not None
    assert funnel("contract list --json").json[0]["deal_id"] == 1
    funnel("withdraw 1")
    funnel("doctor")


def test_a_file_that_comes_again_makes_no_deal_of_a_merged_one(funnel: Run, tmp_path: Path) -> None:
    file = writer(tmp_path, "deals.csv")(
        "Id,Title,Value,Stage\n7,Roof,10000,needs\n8,Solar roof,12000,offer\n"
    )
    imported = f"import deals {file} -y --key Id --origin elsewhere --process cycle"
    funnel(imported)
    funnel("deal merge 1 2 -y")
    again = funnel(imported)
    assert len(funnel("deal list --json").json) == 1
    assert "0 added" in f"{again}{again.stderr}"
    assert "merged (1)" in f"{again}{again.stderr}"


def test_a_stage_is_not_taken_where_the_statuses_differ(
    funnel: Run, state: Callable[[], Dump]
) -> None:
    funnel("contact add Eva")
    for title in ("Roof", "Solar"):
        funnel("deal", "add", title, "-c", "Eva", "--value", "1k")
    funnel("lose Solar --reason price")
    before = state()
    said = funnel("deal merge 1 2 --take stage=2 -y", exit=3).stderr
    assert "stand differently" in said
    assert "funnel reopen 2" in said
    assert state() == before
