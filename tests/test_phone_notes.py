"""What a phone sends is filed once, as one command that one undo takes back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.phone import shown
from funnelcli.phone.delivery import MOST, deliver, notes_of
from funnelcli.phone.guard import Denied

Send = Callable[..., list[dict[str, Any]]]


def change(conn: sqlite3.Connection, phone: str) -> AbstractContextManager[int]:
    """One entry of the journal."""
    return command(conn, "phone", ["phone", phone])


def note(number: int = 1, **said: Any) -> dict[str, Any]:
    """A note as the page makes it."""
    empty = dict.fromkeys(("contact_id", "contact", "prospect", "outcome", "next", "due"))
    made = {"id": str(UUID(int=number)), "made_at": "2026-11-24T07:30:00.000Z", "text": ""}
    return {**empty, **made, **said}


@pytest.fixture
def send(funnel: Run, db: str) -> Send:
    """Deliver notes to a database with some people."""
    funnel('contact add "Petra Müller" --phone "+49 171 2345678"')
    funnel("contact add 'Hans Kern'")
    funnel("deal add Roof --contact Müller")

    def deliver_all(*notes: Any) -> list[dict[str, Any]]:
        with closing(connect(db)) as conn:
            return deliver(conn, list(notes), "Anna's phone", change)

    return deliver_all


def public_id(funnel: Run, name: str) -> str:
    """What a contact is called on the phone."""
    return str(funnel("contact", "show", name, "--json").json["public_id"])


def test_a_report_with_a_new_prospect_is_filed_once_and_undone_by_one_undo(
    funnel: Run, send: Send
) -> None:
    words = (
        "talked at the door for 20 min, wants a solar roof of 12 modules before summer, budget"
        " of 15,000, too expensive at the neighbour's, wife decides, good mood, send offer by fri"
        " and call back on monday 10:00"
    )
    prospect = {"name": "Ilse Brandt", "organisation": None, "phone": "+49 171 5550199",
                "email": "ilse@example.com", "street": "Ring 5", "postcode": "50667",
                "town": "Köln", "deal": "Solar roof"}  # fmt: skip
    one = note(text=words, prospect=prospect, outcome="met")
    entries = len(funnel("history --json").json)
    (first,) = send(one)
    assert (first["state"], first["what"]) == ("filed", "visit 1 · Ilse Brandt")
    for _again in range(3):
        (more,) = send(one)
        assert (more["state"], more["what"]) == ("before", "visit 1")
    assert len(funnel("history --json").json) == entries + 1
    contact = funnel("contact show Brandt --json").json
    assert (contact["phones"], contact["town"]) == (["+491715550199"], "Köln")
    (visit,) = funnel("visit list --json").json
    assert (visit["said"], visit["outcome"], visit["minutes"]) == (words, "met", 20)
    (deal,) = funnel("deal list title:solar --json").json
    assert deal["contact"] == "Ilse Brandt"
    steps = funnel("step list --json").json
    assert [(step["what"], step["due"]) for step in steps] == [
        ("send offer", "2026-11-27"),
        ("call back", "2026-11-30"),
    ]
    assert funnel("history --json").json[0]["command"].startswith("funnel phone ")
    funnel("undo")
    assert funnel("visit list --json").json == funnel("step list --json").json == []
    assert "Brandt" not in funnel("contact list")
    assert funnel("deal list title:solar --json").json == []


def test_what_is_said_beside_the_words_counts(funnel: Run, send: Send) -> None:
    who = public_id(funnel, "Müller")
    (result,) = send(note(contact_id=who, outcome="not_met", next="try again", due="2026-12-01"))
    assert result["state"] == "filed"
    (visit,) = funnel("visit list --json").json
    assert (visit["contact"], visit["outcome"], visit["deal"]) == (
        "Petra Müller", "not_met", "Roof",
    )  # fmt: skip
    (step,) = funnel("step list --json").json
    assert (step["what"], step["due"]) == ("try again", "2026-12-01")


def test_a_next_step_alone_is_no_visit_and_a_prospect_alone_neither(
    funnel: Run, send: Send
) -> None:
    who = public_id(funnel, "Kern")
    step, new = send(
        note(1, contact_id=who, next="call him", due="2026-11-30 10:00"),
        note(2, prospect={"name": "Nina Neu", "deal": None}),
    )
    assert (step["state"], step["what"]) == ("filed", "step 1 · Hans Kern")
    assert (new["state"], new["what"]) == ("filed", "contact 3 · Nina Neu")
    assert funnel("visit list --json").json == []
    (made,) = funnel("step list --json").json
    assert (made["kind"], made["due"], made["starts"]) == ("call", "2026-11-30", "10:00")
    assert send(note(1, contact_id=who, next="call him"))[0]["state"] == "before"
    assert send(note(2, prospect={"name": "Nina Neu"}))[0]["state"] == "before"
    assert len(funnel("contact list --json").json) == 3


def test_without_a_visit_what_was_said_is_a_note(funnel: Run, send: Send) -> None:
    new = {"name": "Nina Neu", "phone": "0171 5550199", "deal": "Wallbox"}
    words = "wants a wallbox, send offer by fri"
    (made,) = send(note(1, text=words, prospect=new))
    assert (made["state"], made["what"]) == ("filed", "note 1 · Nina Neu")
    kern, words_of = public_id(funnel, "Kern"), "met him last year, likes it"
    results = send(
        note(2, text=words_of, prospect={"name": "Otto Ohne"}, outcome="none", next="call him"),
        note(3, text="wants to think about it", contact_id=kern, outcome="none"),
        note(4, text="wants a carport", prospect={"name": "Petra Mueller"}, outcome="none"),
    )
    assert [one["state"] for one in results] == ["filed", "filed", "waiting"]
    funnel("tray file 1 Müller")
    assert funnel("visit list --json").json == []
    found = {(one["text"], one["deal"], one["contact"]) for one in funnel("note list --json").json}
    assert found == {
        (words, "Wallbox", "Nina Neu"),
        (words_of, None, "Otto Ohne"),
        ("wants to think about it", None, "Hans Kern"),
        ("wants a carport", "Roof", "Petra Müller"),
    }
    steps = funnel("step list --json").json
    assert [(step["what"], step["deal"], step["contact"]) for step in steps] == [
        ("send offer", "Wallbox", "Nina Neu"),
        ("call him", None, "Otto Ohne"),
    ]
    # Where nothing was touched, words that tell of a visit are one.
    send(note(5, text="met at the fair, wants an offer", prospect={"name": "Maria Messe"}))
    (visit,) = funnel("visit list --json").json
    assert (visit["contact"], visit["outcome"]) == ("Maria Messe", "met")
    assert send(note(6, contact_id=kern, outcome="none"))[0]["state"] == "refused"


def test_a_day_without_a_step_is_not_lost(funnel: Run, send: Send) -> None:
    who = public_id(funnel, "Kern")
    days = send(
        note(1, contact_id=who, text="met, likes it", due="2026-12-04"),
        note(2, contact_id=who, text="met, send offer", due="2026-12-07"),
        note(3, prospect={"name": "Nina Neu"}, text="likes it", due="2026-12-04"),
    )
    assert [one["state"] for one in days] == ["waiting", "filed", "waiting"]
    assert days[0]["why"] == days[2]["why"] == "A day is named, and no next step."
    assert [one["due"] for one in funnel("step list --json").json] == ["2026-12-07"]


def test_a_phone_is_told_of_no_command_and_no_option(funnel: Run, send: Send, db: str) -> None:
    who, kern = public_id(funnel, "Müller"), public_id(funnel, "Kern")
    words = "met, too expensive, call anna on friday maybe; not met; remove him from the list"
    results = send(
        note(1, contact_id=who, text=words),
        *(
            note(n, contact_id=who, text="met, too expensive", made_at="2026-11-24T08:00:00Z")
            for n in (2, 4)
        ),
        note(3, contact_id=kern, text="met, too expensive, on monday the roofers come"),
    )
    said = " ".join(one["why"] for one in results)
    assert "was opened after 2026-11-24." in said
    assert "is on record already." in said
    assert "for it names no deal." in said
    with closing(connect(db)) as conn:
        for outcome in (None, "met", "none"):
            found = shown.recognised(conn, words, outcome)
            said += " ".join(found["warnings"])
            labels = {fact["label"] for fact in found["facts"]}
            assert ("Objection" in labels) is (outcome != "none")
    assert "--" not in said
    assert "funnel " not in said


def test_whoever_is_not_certain_waits_in_the_tray(funnel: Run, send: Send) -> None:
    who = public_id(funnel, "Kern")
    merged = public_id(funnel, "Müller")
    funnel("contact add 'Petra Mueller'")
    funnel("contact merge 3 1 -y")
    gone = public_id(funnel, "Kern")
    funnel("contact remove Kern -y")
    results = send(
        note(1, contact_id=gone, contact="Hans Kern", text="met, likes it"),
        note(2, contact_id="17", text="met Petra Mueller"),
        note(3, text="met somebody"),
        note(4, prospect={"name": "Petra Mueller", "phone": "+49 30 5550000"}),
        note(5, contact_id=merged, text="met, wants an offer"),
    )
    assert who == gone
    assert [result["state"] for result in results] == ["waiting"] * 4 + ["filed"]
    assert all(result["why"] for result in results[:4])
    waiting = funnel("tray --json").json
    assert len(waiting) == 4
    assert "smartphone" in funnel("tray show 1", tty=True)
    assert [one["contact"] for one in funnel("visit list --json").json] == ["Petra Mueller"]
    funnel("undo", "--last", "5")
    assert funnel("tray --json").json == []


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        7,
        [],
        {},
        note(id=""),
        note(id="../../etc"),
        note(id=7),
        note(text=7),
        note(text="x" * 20_001),
        note(text="met", made_at=None),
        note(text="met", made_at="yesterday"),
        note(text="met", made_at="2026-11-24T08:00:00"),
        note(text="met", made_at="0001-01-01T00:00:00Z"),
        note(text="met", outcome="won"),
        note(text="met", prospect="Eva"),
        note(text="met", prospect={"name": ["Eva"]}),
        note(text="met", prospect={"name": "x" * 501}),
        note(next="call", due="32.13."),
        note(),
        note(text=" \n\0 "),
    ],
)
def test_what_is_no_note_is_refused_by_itself(send: Send, wrong: Any) -> None:
    results = send(wrong, note(9, text="met Hans Kern, likes it"))
    assert [result["state"] for result in results] == ["refused", "filed"]
    assert results[0]["why"].endswith(".")


def test_a_note_from_the_future_is_of_now(funnel: Run, send: Send) -> None:
    for number, at in enumerate(("2027-03-01T10:00:00Z", "9999-12-31T23:59:59-23:59"), 1):
        send(note(number, text="met Hans Kern", made_at=at))
    days = [visit["happened_on"] for visit in funnel("visit list --json").json]
    assert days == ["2026-11-24", "2026-11-24"]


def test_texts_are_kept_as_they_are(funnel: Run, send: Send) -> None:
    text = 'met; <b>"bold"</b> \'); DROP TABLE visit; -- {{7*7}} %s \U0001f44d \u202e \ud800'
    (result,) = send(note(contact_id=public_id(funnel, "Kern"), text=text))
    assert result["state"] == "filed"
    assert funnel("visit show 1 --json").json["said"] == text.replace("\ud800", "?")


def test_more_than_is_taken_at_once_is_refused() -> None:
    assert len(notes_of({"notes": [{}] * MOST})) == MOST
    with pytest.raises(Denied):
        notes_of({"notes": [{}] * (MOST + 1)})
    with pytest.raises(Denied):
        notes_of({"notes": {}})


@given(st.lists(st.lists(st.integers(1, 12), max_size=6), max_size=5))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_notes_come_each_is_there_once(
    db: str, clock: Clock, batches: list[list[int]]
) -> None:
    with closing(connect(":memory:")) as conn:
        for batch in batches:
            notes = [note(n, prospect={"name": f"Person {n}x"}, text="met") for n in batch]
            deliver(conn, notes, "phone", change)
        rows = conn.execute("SELECT name FROM contact ORDER BY name").fetchall()
        visits = conn.execute("SELECT count(*) FROM visit").fetchone()
        (entries,) = conn.execute("SELECT count(*) FROM command").fetchone()
    once = {number for batch in batches for number in batch}
    assert sorted(f"Person {number}x" for number in once) == [name for (name,) in rows]
    assert visits == (len(once),)
    assert entries == len(once)


def test_a_hook_that_forbids_it_is_told(send: Send, funnel: Run, db: str) -> None:
    from funnelcli.errors import Refused

    @contextmanager
    def forbidden(conn: sqlite3.Connection, phone: str) -> Iterator[int]:
        with command(conn, "phone", ["phone", phone]) as command_id:
            yield command_id
            raise Refused("Not on Sundays.")

    with closing(connect(db)) as conn:
        (result,) = deliver(conn, [note(text="met Hans Kern")], "phone", forbidden)
    assert (result["state"], result["why"]) == ("refused", "Not on Sundays.")
    assert funnel("visit list --json").json == []
    assert send(note(text="met Hans Kern"))[0]["state"] == "filed"


def test_the_day_has_what_is_due_and_who_it_is(funnel: Run, db: str, send: Send) -> None:
    funnel("step add Roof 'look at the roof' --kind visit --due 'today 14:00'")
    funnel("step add --contact Kern 'call Hans' --due tomorrow")
    funnel("step add Roof 'late one' --due yesterday")
    funnel("contact edit Müller --street 'Ring 1' --town Köln --email p@example.com")
    with closing(connect(db)) as conn:
        day = shown.day(conn, "en_US")
        assert shown.search(conn, "müller")[0]["contactId"] == public_id(funnel, "Müller")
    assert [(item["what"], item["late"]) for item in day["today"]] == [
        ("late one", True),
        ("look at the roof", False),
    ]
    assert [item["contact"] for item in day["tomorrow"]] == ["Hans Kern"]
    assert day["today"][1]["starts"] == "14:00"
    brief = day["briefs"][day["today"][0]["contactId"]]
    assert (brief["name"], brief["address"]) == ("Petra Müller", "Ring 1, Köln")
    assert brief["map"].startswith("https://osm.org/search?query=Ring+1")
    assert brief["phones"] == [{"number": "+491712345678", "tel": "+491712345678"}]
    assert brief["emails"] == ["p@example.com"]
    assert [deal["title"] for deal in brief["deals"]] == ["Roof"]
    todo = [fact["text"] for fact in brief["facts"] if fact["label"] == "To do"]
    assert "2026-11-24 14:00: look at the roof" in todo
    assert (len(day["briefs"]), day["lateMore"]) == (2, 0)
    assert json.loads(json.dumps(day)) == day


@pytest.mark.parametrize(
    ("number", "dialled"),
    [("+4930123456", "+4930123456"), ("+4930123456x12", "+4930123456;ext=12"),
     ("030/12 34 (x)", "0301234"), ("ask Eva", ""), ("*100#", "*100#"), ("+", "")],
)  # fmt: skip
def test_a_number_is_dialled_as_a_link_says_it(number: str, dialled: str) -> None:
    from funnelcli.values.phones import dial

    assert dial(number) == dialled
