"""What the actions say to a script that names what is not there, or is another's: the errors that
their docstrings name, and no others."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from funnelcli.actions import (
    answers,
    attachments,
    calls,
    care,
    contacts,
    deal_merge,
    deals,
    dossier,
    effort,
    farewell,
    fields,
    figures,
    newcomers,
    notes,
    objections,
    offers,
    processes,
    renewal,
    sample,
    standing,
    steps,
    tags,
    users,
    visit_report,
    visits,
    withdrawal,
)
from funnelcli.actions import (
    closing as ends,
)
from funnelcli.db import command
from funnelcli.db.connection import connect
from funnelcli.errors import FunnelError, NotFound, Usage
from funnelcli.values import dates

pytestmark = pytest.mark.sqlite("a connection of one's own, as scripts have it")
NONE = 999_999
DAY = "2026-01-02"
Conn = sqlite3.Connection


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conn]:
    path = str(tmp_path_factory.mktemp("refuse") / "x.db")
    with closing(connect(path)) as conn:
        with command(conn, "demo"):
            sample.fill(conn)
        yield conn


@pytest.fixture
def conn(filled: Conn) -> Iterator[Conn]:
    """A database with deals of two processes, which is as it was afterwards."""
    filled.execute("BEGIN IMMEDIATE")
    yield filled
    filled.execute("ROLLBACK")


def now() -> int:
    return dates.now() - 60


def elsewhere(conn: Conn) -> int:
    """A stage of a process that deal 1 is not in."""
    (found,) = conn.execute(
        "SELECT min(id) FROM stage WHERE process_id <> (SELECT process_id FROM deal WHERE id = 1)"
    ).fetchone()
    return int(found)


def closed(conn: Conn) -> int:
    (found,) = conn.execute(
        "SELECT min(id) FROM deal WHERE status = 'lost'"
        " AND process_id = (SELECT process_id FROM deal WHERE id = 1)"
    ).fetchone()
    return int(found)


def process(conn: Conn) -> int:
    return standing.state(conn, 1).process_id


MISSING: dict[str, Callable[[Conn], object]] = {
    "advance to another process": lambda c: deals.advance(c, 1, now(), elsewhere(c)),
    "advance to no stage": lambda c: deals.advance(c, 1, now(), NONE),
    "advance no deal": lambda c: deals.advance(c, NONE, now()),
    "back to another process": lambda c: deals.back(c, 1, now(), "why", elsewhere(c)),
    "reopen in another process": lambda c: ends.reopen(c, closed(c), now(), "x", elsewhere(c)),
    "open in no process": lambda c: deals.add(c, "x", process_id=NONE, currency="EUR"),
    "open in another's stage": lambda c: deals.add(
        c, "x", process_id=process(c), currency="EUR", stage_id=elsewhere(c)
    ),
    "open for nobody": lambda c: deals.add(
        c, "x", process_id=process(c), currency="EUR", contact_id=NONE
    ),
    "give a deal to nobody": lambda c: deals.edit(c, 1, now(), {"owner_id": NONE}),
    "another contact": lambda c: deals.edit(c, 1, now(), {"contact_id": NONE}),
    "renew for nobody": lambda c: renewal.renew(c, 2, now(), attributes={"contact_id": NONE}),
    "open for a newcomer": lambda c: newcomers.open_deal(c, "x", NONE, now()),
    "visit of a farewell": lambda c: farewell.say(c, closed(c), now(), "x", visit_id=NONE),
    "period of no deal": lambda c: withdrawal.refresh(c, NONE),
    "organisation": lambda c: contacts.add(c, "Zed", fields={"organisation_id": NONE}),
    "referrer": lambda c: contacts.edit(c, 7, {"referred_by_id": NONE}),
    "consent": lambda c: contacts.consent(c, NONE, "phone", given_on=DAY, how="x"),
    "no consent": lambda c: contacts.withdraw_consent(c, NONE, "phone", DAY),
    "may be called": lambda c: calls.check(c, NONE, now()),
    "called": lambda c: calls.record(c, contact_id=NONE, deal_id=None, ended="reached", at=now()),
    "care plan": lambda c: care.plan(c, NONE, "90d", DAY),
    "score": lambda c: care.score(c, NONE, "nps", 9, DAY),
    "score of no deal": lambda c: care.score(c, 7, "nps", 9, DAY, deal_id=NONE),
    "referrer of somebody": lambda c: care.refer(c, NONE, DAY, name="Zed"),
    "referred": lambda c: care.refer(c, 7, DAY, existing_id=NONE),
    "complaint": lambda c: care.complain(c, NONE, "late", DAY),
    "no complaint": lambda c: care.resolve(c, NONE, DAY, "paid"),
    "note": lambda c: notes.add(c, "x", deal_id=NONE, at=now()),
    "step of no deal": lambda c: steps.add(c, "x", due=None, deal_id=NONE),
    "step of no contact": lambda c: steps.add(c, "x", due=None, contact_id=NONE),
    "step of no visit": lambda c: steps.add(c, "x", due=None, deal_id=1, visit_id=NONE),
    "step of nobody's": lambda c: steps.edit(c, 1, {"owner_id": NONE}),
    "visit of no deal": lambda c: visits.add(c, contact_id=None, deal_id=NONE, at=now()),
    "visit to nobody": lambda c: visits.add(c, contact_id=NONE, deal_id=None, at=now()),
    "visit moved": lambda c: visits.edit(c, 1, {"deal_id": NONE}),
    "report": lambda c: visit_report.record(c, contact_id=NONE, deal_id=None, at=now(), fields={}),
    "agreed": lambda c: visit_report.add_agreed(c, NONE),
    "tags": lambda c: tags.add(c, "deal", NONE, ["vip"]),
    "effort": lambda c: effort.add(c, deal_id=NONE, contact_id=None, at=now(), minutes=5),
    "file": lambda c: attachments.add_data(c, "a.txt", b"x", "deal_id", NONE),
    "questions": lambda c: answers.stage_sheet(c, NONE),
    "field": lambda c: fields.edit(c, NONE, {"hidden": 1}),
    "field removed": lambda c: fields.remove(c, NONE),
    "choice": lambda c: fields.drop_choice(c, NONE, "x"),
    "choices": lambda c: fields.merge_choice(c, NONE, "x", "y"),
    "user": lambda c: users.edit(c, NONE, {"name": "x"}),
    "user removed": lambda c: users.remove(c, [NONE]),
    "process": lambda c: processes.rename(c, NONE, "x", "x"),
    "process's right": lambda c: processes.edit_withdrawal(c, NONE, {}),
    "objection to no deal": lambda c: objections.add(c, NONE, "price", now()),
    "dossier": lambda c: dossier.gather(c, "x.db", NONE),
}
WRONG: dict[str, Callable[[Conn], object]] = {
    "currency": lambda c: deals.add(c, "x", process_id=process(c), currency="zz"),
    "another currency": lambda c: deals.edit(c, 1, now(), {"value": 5, "currency": "zz"}),
    "won in no currency": lambda c: ends.win(c, 1, now(), value=5, currency="zz"),
    "offer in no currency": lambda c: offers.add(c, 1, now(), currency="zz"),
    "expenses": lambda c: effort.add(c, deal_id=1, contact_id=None, at=now(), expenses=(5, "zz")),
    "rate": lambda c: effort.set_rate(c, "hour", 5, "zz", DAY),
    "rate of what": lambda c: effort.set_rate(c, "zz", 5, "EUR", DAY),
    "exchange": lambda c: figures.set_rate(c, "zz", "EUR", 5, DAY),
    "kind of a deal": lambda c: deals.edit(c, 1, now(), {"kind": "zz"}),
    "kind of a contact": lambda c: contacts.add(c, "Zed", fields={"kind": "zz"}),
    "kind of a step": lambda c: steps.add(c, "x", due=None, deal_id=1, kind="zz"),
    "channel": lambda c: visits.edit(c, 1, {"channel": "zz"}),
    "channel of a consent": lambda c: contacts.consent(c, 7, "zz", given_on=DAY, how="x"),
    "outcome": lambda c: calls.record(c, contact_id=7, deal_id=None, ended="zz", at=now()),
    "scale": lambda c: care.score(c, 7, "zz", 5, DAY),
    "interval": lambda c: care.plan(c, 7, "zz", DAY),
    "kind of an objection": lambda c: objections.add(c, 1, "zz", now()),
    "another kind of one": lambda c: objections.edit(c, 1, {"kind": "zz"}),
    "note on nothing": lambda c: notes.add(c, "x", at=now()),
    "note on both": lambda c: notes.add(c, "x", deal_id=1, contact_id=7, at=now()),
    "taken from another": lambda c: deal_merge.merge(c, 5, [6], {"value": NONE}),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_not_there_or_is_anothers_is_not_found(conn: Conn, name: str) -> None:
    with pytest.raises(NotFound) as refused:
        MISSING[name](conn)
    assert refused.value.hint


@pytest.mark.parametrize("name", WRONG)
def test_a_word_that_is_none_of_a_choice_does_not_fit(conn: Conn, name: str) -> None:
    with pytest.raises(Usage) as refused:
        WRONG[name](conn)
    assert refused.value.hint


def test_a_stage_of_another_process_is_named_with_those_that_there_are(conn: Conn) -> None:
    (key,) = conn.execute("SELECT key FROM stage WHERE id = ?", (elsewhere(conn),)).fetchone()
    with pytest.raises(FunnelError) as refused:
        deals.advance(conn, 1, now(), elsewhere(conn))
    assert refused.value.message.startswith(f"There is no stage {key}.")
    assert "Negotiation" in refused.value.hint


def test_what_is_but_offered_may_be_another(conn: Conn) -> None:
    given = {"salutation": "Mx", "language": "de-AT"}
    assert contacts.edit(conn, 7, given) == ["salutation", "language"]
