"""Changes of stage told into the logs of a deal: whatever a file dates, the logs keep their rules,
and what is told twice is as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnelcli.actions import log_cache
from funnelcli.actions.importing import changes
from funnelcli.actions.importing.changes import Change
from funnelcli.actions.importing.logs import Logs
from funnelcli.actions.importing.moments import Moment
from funnelcli.actions.importing.ways import Ways
from funnelcli.db.connection import connect
from funnelcli.values import dates

HOUR = 3600
LOST = ("other", "gone")
# Hours after the opening, whether the time of day is known, which word, which stage it was before.
STATED = st.lists(
    st.tuples(
        st.integers(0, 24 * 20), st.booleans(), st.integers(0, 9), st.none() | st.integers(0, 3)
    ),
    max_size=7,
)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """The words of the sales cycle."""
    with closing(connect(str(tmp_path_factory.mktemp("ways") / "x.db"))) as conn:
        yield Ways(conn, process(conn), [])


def process(conn: sqlite3.Connection) -> int:
    """The sales cycle."""
    (found,) = conn.execute("SELECT id FROM process WHERE key = 'cycle'").fetchone()
    return int(found)


def moment(hours: int, timed: bool) -> Moment:
    """So many hours after noon of 5 January 2026; noon of its day where no time is known."""
    at = dates.at_time(date(2026, 1, 5), time(12)) + hours * HOUR
    day = dates.local_date(at)
    return Moment(at if timed else dates.at_time(day, time(12)), day.isoformat(), timed)


def logs_of(ways: Ways, status: str, timed: bool, how: str, stage: int) -> Logs:
    """A deal as an import without history leaves it."""
    opened, closed = moment(0, timed), moment(24 * 21, timed)
    held = log_cache.Terms(opened.at, None, "open", 100, "EUR", provenance=how, valid_on=opened.day)
    stays, terms = [log_cache.Stay(stage, opened.at, None, "created", None, how)], [held]
    if status != "open":
        ended = held._replace(valid_from=closed.at, status=status, valid_on=closed.day)
        ended = ended._replace(reason="price" if status == "lost" else None, provenance="imported")
        terms = [held._replace(valid_to=closed.at), ended]
    if status == "won":
        first = log_cache.Stay(ways.first, opened.at, closed.at, "created", None, "estimated")
        stays = [first, log_cache.Stay(ways.won, closed.at, None, "skipped", None, "imported")]
    return Logs(stays, terms, [None] * len(stays))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stated=STATED,
    status=st.sampled_from(["open", "won", "lost"]),
    timed=st.booleans(),
    how=st.sampled_from(["imported", "estimated"]),
    stage=st.integers(0, 3),
)
def test_the_logs_keep_their_rules(
    ways: Ways,
    stated: list[tuple[int, bool, int, int | None]],
    status: str,
    timed: bool,
    how: str,
    stage: int,
) -> None:
    order = sorted(ways.stages, key=lambda one: ways.stages[one][0])
    opens = [one for one in order if ways.stages[one][1] == "open"]
    words = [ways.way_of(one) for one in order if ways.stages[one][1] in ("open", "won", "post")]
    words += [(None, "lost"), (None, "open"), (None, "won")]
    told = [
        changes.change_of(ways, moment(hours, known), words[word % len(words)], line)._replace(
            before=None if before is None else opens[before]
        )
        for line, (hours, known, word, before) in enumerate(sorted(stated, key=lambda one: one[0]))
    ]
    logs = logs_of(ways, status, timed, how, opens[stage])
    stays, terms, told = tell(logs, told, ways)
    for entries, end in ((stays, "left_at"), (terms, "valid_to")):
        starts = [one[1] if end == "left_at" else one[0] for one in entries]
        assert starts == sorted(set(starts))
        assert [getattr(one, end) for one in entries] == [*starts[1:], None]
    assert stays[0].entered_at == terms[0].valid_from
    assert (terms[0].status, terms[-1].status) == ("open", status)
    assert all((one.status == "lost") == (one.reason is not None) for one in terms)
    for place, stay in enumerate(stays):
        then = [one.status for one in terms if one.valid_from <= stay.entered_at][-1]
        kind = ways.stages[stay.stage_id][1]
        assert kind not in ("won", "post") or then == "won"
        assert kind != "open" or not place or then == "open"
        assert (stay.how == "created") == (place == 0)
    log_cache.derive(stays, terms, ways.stages)
    again = changes.told(Logs(stays, terms, [dates.now()] * len(stays)), told, ways, LOST)
    assert again == (stays, terms)


def tell(
    logs: Logs, told: list[Change], ways: Ways
) -> tuple[list[log_cache.Stay], list[log_cache.Terms], list[Change]]:
    """Both logs with the changes that can have been, and these."""
    while True:
        try:
            return (*changes.told(logs, told, ways, LOST), told)
        except changes.MisplacedError as error:
            rest = changes.without(told, error.change)
            assert len(rest) < len(told)
            told = rest
