"""Calls: the queue, a session at the phone, and calls recorded by scripts."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing

import pytest

from conftest import Clock, Dump, Run, dump, process_environment

needs_pty = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")


@pytest.fixture
def book(funnel: Run) -> Run:
    """Three contacts with a phone and one without; the first has a deal."""
    for name, phone in (("Petra Müller", "1"), ("Eva Roth", "2"), ("Kai Nix", "3")):
        funnel("contact", "add", name, "--phone", f"+49 561 10000{phone}")
    funnel("contact", "add", "Silent Sam")
    funnel("deal add 'Solar roof' -c 1 --stage qualification")
    return funnel


def names(funnel: Run, *words: str) -> list[str]:
    return [row["name"] for row in funnel("call", *words, "--json").json]


# By scripts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        ("reached", "met"),
        ("no_answer", "not_met"),
        ("not_interested", "declined"),
        ("wrong_number", "not_met"),
        ("do_not_call", "declined"),
    ],
)
def test_a_call_is_a_visit_by_phone(book: Run, ended: str, outcome: str) -> None:
    record = book("call", "petra", "--outcome", ended, "-t", "5m", "--json").json
    assert (record["channel"], record["outcome"], record["call_outcome"], record["minutes"]) == (
        "phone",
        outcome,
        ended,
        5,
    )
    assert record["deal"] == "Solar roof"
    last = book("contact show 1 --json").json["last_contact_at"]
    assert (last is not None) == (ended not in ("no_answer", "wrong_number"))
    week = book("report activity --json").json["rows"][-1]
    assert week["calls" if last is not None else "attempts"] == 1
    assert len(book("visit list is:attempt --json").json) == week["attempts"]


def test_the_note_is_read_like_any_other(book: Run) -> None:
    out = book("call petra --outcome reached --note 'too dear? price, send offer by fri'")
    assert "--next 'send offer' --due 2026-11-27" in out
    assert "--objection price" in out
    book("call petra --outcome reached --note 'send it by fri' --no-recognise")
    assert len(book("step", "list", "--json").json) == 1


def test_a_callback_is_a_step_that_the_next_call_ends(book: Run, clock: Clock) -> None:
    book("call petra --outcome callback --callback 'tomorrow 14:00'")
    step = book("step", "list", "--json").json[0]
    assert (step["kind"], step["due"], step["starts"]) == ("call", "2026-11-25", "14:00")
    clock.set("2026-11-25 14:05")
    book("call petra --outcome no_answer")
    assert book("step", "show", 1, "--json").json["status"] == "open"
    book("call petra --outcome reached --note fine")
    ended = book("step show 1 --json").json
    assert (ended["status"], ended["outcome"]) == ("done", "fine")


def test_a_callback_needs_a_time_that_is_to_come(book: Run) -> None:
    assert "--callback" in book("call", "petra", "--outcome", "callback", exit=2).stderr
    book("call petra --outcome callback --callback yesterday", exit=2)
    book("call petra --outcome callback --callback 8:00", exit=2)
    book("call petra --outcome reached --callback fri", exit=2)
    assert "--outcome" in book("call", "petra", "--note", "x", exit=2).stderr


def test_do_not_call_blocks_and_undo_lifts_it(book: Run) -> None:
    book("contact consent eva phone --how fair")
    out = book("call eva --outcome do_not_call --note 'never again'")
    assert "not to be contacted any more" in out
    refused = book("call eva --outcome reached", exit=3)
    assert "not to be contacted" in refused.stderr
    assert "--may-contact" in refused.stderr
    book("undo")
    book("call eva --outcome reached")


def test_consent_is_asked_for_where_the_setting_says_so(book: Run, clock: Clock) -> None:
    strict = {"FUNNEL_REQUIRE_CONSENT": "true"}
    refused = book("call eva --outcome reached", env=strict, exit=3)
    assert "no consent for phone" in refused.stderr
    assert "funnel contact consent 2 phone" in refused.stderr
    book("call eva --outcome reached")
    # Who asks not to be called can always be put on record.
    book("call kai --outcome do_not_call", env=strict)
    book("contact consent eva phone --how fair")
    book("call eva --outcome reached", env=strict)
    clock.advance(days=1)
    book("contact consent eva phone --withdraw")
    refused = book("call eva --outcome reached", exit=3)
    assert "withdrew" in refused.stderr
    book("contact consent eva phone --how 'asked us to call'")
    book("call eva --outcome reached", env=strict)


def test_a_wrong_number_is_taken_off_and_stays_in_the_note(book: Run) -> None:
    book("contact edit 1 --phone '+49 561 777777'")
    book("call petra --outcome wrong_number --note 'a butcher'")
    assert book("contact", "show", 1, "--json").json["phones"] == ["+49561777777"]
    assert book("visit", "show", 1, "--json").json["said"] == "a butcher; wrong number +49561100001"


def test_undo_of_a_call_restores_everything(book: Run, db: str) -> None:
    def state() -> Dump:
        with closing(sqlite3.connect(db)) as conn:
            return dump(conn)

    book("next petra x --due today")
    before = state()
    for ended in ("reached", "wrong_number", "do_not_call"):
        book("call", "petra", "--outcome", ended, "--note", "price, send offer by fri")
        assert state() != before
        book("undo")
        assert state() == before


def listed(funnel: Run, *words: str) -> str:
    """What today, the agenda, a route and the queue say, on a screen."""
    said = [funnel(*command, tty=True, width=160) for command in (("today",), ("agenda",))]
    return "".join([*said, funnel("route", "fri", tty=True), funnel("call", "--list", tty=True)])


@pytest.mark.parametrize("how", ["call", "edit"])
def test_who_is_not_to_be_called_has_no_calls_and_stands_nowhere(
    book: Run, clock: Clock, how: str
) -> None:
    book("contact edit eva --town Köln --postcode 50667")
    book("deal add Balcony -c 2 --stage qualification --process cycle")
    book("next --contact eva 'call about the roof' --due fri --every 1w")
    book("next balcony 'call back' --due fri")
    book("next --contact eva 'send a card' --due fri")
    book("next --contact eva 'visit the roof' --due fri")
    book("care set eva --every 1d")
    clock.advance(days=3)
    assert listed(book).count("Eva Roth") > 5
    if how == "call":
        said = book("call eva --outcome do_not_call --note 'never, call back in 2 weeks'")
        assert "--next" not in said
    else:
        said = book("contact edit eva --do-not-contact")
    assert "2 open calls dropped" in said
    steps = book("step list eva --json").json
    assert {step["what"]: step["status"] for step in steps} == {
        "call about the roof": "dropped",
        "call back": "dropped",
        "send a card": "open",
        "visit the roof": "open",
    }
    shown = listed(book)
    assert "Eva Roth" not in shown
    assert "Balcony" not in shown
    # What is left out is said, and a new one warned of.
    assert "2 steps left out" in shown
    assert "funnel contact list is:blocked" in shown
    assert "Eva Roth is not to be contacted" in book("next --contact eva x --due fri").stderr
    clock.advance(days=60)
    assert book("deal list is:rotten balcony --json").json == []
    assert book("status", "--json").json["late"] == 0
    book("contact edit eva --may-contact")
    # What is open with her counts for her deal.
    stepless = book("deal list is:stepless --json").json
    assert [deal["title"] for deal in stepless] == ["Solar roof"]


def test_whoever_is_not_interested_is_a_loss_to_decide(book: Run) -> None:
    said = book("call petra --outcome not_interested --note 'zu teuer'")
    assert said.lines[-1] == "Lose the deal: funnel lose 1 --reason price"
    said = book("call petra --outcome not_interested")
    assert said.lines[-1] == "Lose the deal: funnel lose 1 --reason REASON"
    assert "Lose the deal" in book("call petra --outcome do_not_call")
    assert "Lose the deal" not in book("call eva --outcome not_interested")
    book("lose 1 --reason price")
    book("contact edit petra --may-contact")
    assert "Lose the deal" not in book("call petra --outcome not_interested --deal 1")


def test_a_back_dated_call_ends_the_callback_that_it_was(book: Run, clock: Clock) -> None:
    clock.advance(days=1)
    book("next petra 'call back' --due yesterday")
    said = book("call petra --outcome reached --at yesterday")
    assert "Done: call back" in said
    assert book("step show 1 --json").json["status"] == "done"


@pytest.mark.parametrize("how", ["log petra 'nur telefoniert'", "log petra x --set channel=phone"])
def test_a_talk_by_phone_ends_the_callback_however_it_is_logged(book: Run, how: str) -> None:
    book("next petra 'call back' --due today")
    assert "Done: call back" in book(how)


# The queue ----------------------------------------------------------------------------------------


def test_without_filters_callbacks_come_first_then_what_is_due(book: Run, clock: Clock) -> None:
    assert names(book) == []
    book("next --contact eva 'send a card' --due yesterday")
    book("next --contact silent 'send a card' --due yesterday")
    book("call kai --outcome callback --callback 'tomorrow 14:00'")
    book("call petra --outcome callback --callback tomorrow")
    assert names(book) == ["Eva Roth"]
    clock.set("2026-11-25 13:00")
    assert names(book) == ["Petra Müller", "Eva Roth"]
    clock.set("2026-11-25 14:00")
    rows = book("call", "--json").json
    assert [row["name"] for row in rows] == ["Petra Müller", "Kai Nix", "Eva Roth"]
    assert [row["callback"] for row in rows] == ["2026-11-25", "2026-11-25 14:00", None]
    assert names(book, "--limit", "1") == ["Petra Müller"]


def test_filters_name_contacts_and_nobody_is_called_twice_a_day(book: Run, clock: Clock) -> None:
    assert names(book, "is:open") == ["Petra Müller"]
    assert names(book, "name:roth,nix") == ["Eva Roth", "Kai Nix"]
    book("call eva --outcome no_answer")
    assert names(book, "name:roth,nix") == ["Kai Nix"]
    clock.advance(days=1)
    assert names(book, "name:roth,nix") == ["Kai Nix", "Eva Roth"]
    assert names(book, "-roth") == ["Kai Nix", "Petra Müller"]


def test_who_is_left_out_and_why_is_said(book: Run) -> None:
    book("contact edit kai --do-not-contact")
    book("call eva --outcome no_answer")
    shown = book("call", "name:müller,roth,nix,sam", "--list", tty=True)
    assert "Petra" in shown
    for why in ("not to be contacted", "called today already", "no phone number"):
        assert f"1 left out: {why}" in shown
    shown = book("call", "müller", "--list", tty=True, env={"FUNNEL_REQUIRE_CONSENT": "1"})
    assert "1 left out: no consent for phone" in shown


def test_an_empty_queue_is_no_error(book: Run) -> None:
    assert book("call") == ""
    assert "Nobody to call" in book("call", tty=True)


# A session ----------------------------------------------------------------------------------------


@pytest.fixture
def queued(book: Run) -> Run:
    for who in ("--contact=eva", "--contact=kai"):
        book("next", who, "call", "--due", "yesterday")
    book("next petra call --due 2026-11-20")
    return book


def test_a_session_shows_the_story_and_records_each_call(queued: Run, clock: Clock) -> None:
    queued("log", "petra", "likes the roof")
    queued("contact edit petra --notes 'card: roof of the new hall'")
    queued("deal edit petra --notes 'the plan is with the architect'")
    typed = "r\nwants an offer\nsend it\nfri\nn\nc\ntomorrow 9:00\nasks for time\n"
    shown = queued("call", tty=True, stdin=typed)
    assert "1/3 · Petra Müller · +49561100001" in shown
    assert "likes the roof" in shown
    assert "\ncard: roof of the new hall\nthe plan is with the architect\n" in shown
    assert shown.count("Notes") == 1
    assert "Questions" in shown
    assert "How much could this customer buy from us in a year?" in shown
    assert "[r] reached" in shown.stderr
    assert "This session" in shown
    visits = queued("visit list channel:phone --sort id --json").json
    assert [(v["contact"], v["call_outcome"], v["said"]) for v in visits] == [
        ("Petra Müller", "reached", "wants an offer"),
        ("Eva Roth", "no_answer", None),
        ("Kai Nix", "callback", "asks for time"),
    ]
    steps = queued("step list is:open --json").json
    assert ("send it", "2026-11-27") in [(step["what"], step["due"]) for step in steps]


def test_a_short_call_takes_a_minute_and_what_is_no_number_is_not_offered(queued: Run) -> None:
    queued("contact add 'Abc Def' --phone abc")
    queued("next --contact 'Abc Def' call --due today")
    shown = queued("call", "def", tty=True, stdin="w\n", env={"FUNNEL_DIAL": "tel"})
    assert "[t]" not in shown.stderr
    assert "Wrong number" in shown
    (record,) = queued("visit list channel:phone --json").json
    assert record["minutes"] == 1
    german = {"FUNNEL_LANGUAGE": "de", "FUNNEL_DIAL": "gibtsnicht"}
    shown = queued("call", "petra", tty=True, stdin="t\nw\n", env=german)
    assert "Falsche Nummer" in shown
    assert "gibt es nicht" in shown.stderr


def test_a_session_is_one_undo_and_keeps_each_call_as_it_ends(queued: Run, db: str) -> None:
    def state() -> Dump:
        with closing(sqlite3.connect(db)) as conn:
            return dump(conn)

    before = state()
    typed = "r\nprice, wants an offer\nsend it\nfri\nn\nd\nnever again\n"
    shown = queued("call", tty=True, stdin=typed)
    assert shown.lines[-1].strip() == "funnel undo takes it back"
    assert len(queued("visit", "list", "--json").json) == 3
    after = state()
    assert queued("history", "--json").json[0]["command"] == "funnel call"
    queued("undo")
    assert state() == before
    queued("redo")
    assert state() == after


def test_a_session_that_another_command_came_between_is_two(queued: Run, db: str) -> None:
    from funnelcli.db.connection import connect
    from funnelcli.db.transaction import command

    with closing(connect(db)) as conn:
        with command(conn, "call") as first:
            conn.execute("UPDATE contact SET town = 'A' WHERE id = 1")
        with command(conn, "call", onto=first) as second:
            conn.execute("UPDATE contact SET town = 'B' WHERE id = 1")
        assert second == first
        with command(conn, "other"):
            conn.execute("UPDATE contact SET town = 'C' WHERE id = 2")
        with command(conn, "call", onto=first) as third:
            conn.execute("UPDATE contact SET town = 'D' WHERE id = 1")
        assert third > second
    for town in ("B", "B", None):
        queued("undo")
        assert queued("contact", "show", 1, "--json").json["town"] == town


def test_the_last_call_of_a_session_can_be_taken_back(queued: Run, db: str) -> None:
    shown = queued("call", tty=True, stdin="d\nnever\n\nu\nr\nfine\n\nn\nq\n")
    assert "[u] take the last call back" in shown.stderr
    assert "The last call is taken back." in shown.stderr
    assert [v["call_outcome"] for v in queued("visit list --sort id --json").json] == [
        "reached",
        "no_answer",
    ]
    assert queued("contact show 1 --json").json["do_not_contact"] is False
    queued("undo")
    assert queued("visit", "list", "--json").json == []


def test_a_session_in_which_all_is_taken_back_did_nothing(queued: Run, db: str) -> None:
    with closing(sqlite3.connect(db)) as conn:
        before = dump(conn), conn.execute("SELECT count(*) FROM command").fetchone()
    shown = queued("call", tty=True, stdin="n\nu\nq\n")
    assert "takes it back" not in shown
    with closing(sqlite3.connect(db)) as conn:
        assert (dump(conn), conn.execute("SELECT count(*) FROM command").fetchone()) == before


def test_a_session_asks_for_the_loss_of_whoever_is_not_interested(queued: Run) -> None:
    typed = "i\nzu teuer\nnonsense\nprice\nq\n"
    shown = queued("call", tty=True, stdin=typed)
    assert "Solar roof: lost in" in shown.stderr
    assert queued("deal show 1 --json").json["lost_reason"] == "price"
    queued("undo")
    assert queued("deal show 1 --json").json["status"] == "open"
    queued("call", tty=True, stdin="i\n\n\nq\n")
    assert queued("deal show 1 --json").json["status"] == "open"


def test_a_session_goes_on_after_a_mistake_and_ends_with_q(queued: Run) -> None:
    shown = queued("call", tty=True, stdin="x\nc\nsometime\nc\n\ns\nq\n")
    assert "“sometime” is not a date" in shown.stderr
    assert "Nothing was said" in shown.stderr
    assert "Skipped" in shown
    assert queued("visit", "list", "--json").json == []


def test_the_end_of_the_input_loses_nothing(queued: Run) -> None:
    shown = queued("call", tty=True, stdin="r\nprice, call again in 2 weeks\nr\nhalf a no")
    assert "This session" in shown
    assert [v["said"] for v in queued("visit", "list", "--json").json] == [
        "price, call again in 2 weeks"
    ]


def test_the_report_counts(clock: Clock) -> None:
    from funnelcli.pages.calls import Done, session_page

    done = [Done("reached", True), Done("reached", False), Done("no_answer", False)]
    done += [Done("not_interested", False)]
    data = session_page(done, 20 * 60, 1, "en").data
    assert (data["calls_per_hour"], data["reached"], data["converted"]) == (12.0, 3, 1)
    assert session_page([], 0, 0, "en").data["calls_per_hour"] is None


@needs_pty
def test_single_keys_on_a_real_terminal(queued: Run, environment: dict[str, str], db: str) -> None:
    """Real keys, without Enter: the day of the machine's clock is after the steps' day."""
    import pty
    import select

    environment = {**environment, "TERM": "xterm", "COLUMNS": "80"}
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("UPDATE step SET due = '2020-01-01'")
        conn.commit()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(  # noqa: S606 - the program itself
            sys.executable,
            [sys.executable, "-m", "funnelcli", "call"],
            process_environment(environment),
        )
    shown = b""

    def until(mark: bytes, times: int = 1) -> None:
        nonlocal shown
        while shown.count(mark) < times:
            ready, _w, _x = select.select([terminal], [], [], 30)
            assert ready, shown.decode()
            try:
                part = os.read(terminal, 65536)
            except OSError:
                part = b""
            assert part, shown.decode()
            shown += part

    until(b"[q] quit")
    os.write(terminal, b"n")
    until(b"[q] quit", 2)
    os.write(terminal, b"r")
    until(b"Note:")
    os.write(terminal, "spricht über\n".encode())
    until(b"Next step")
    os.write(terminal, b"\n")
    # The whole line of keys: an interrupt before it is written is not one of its keys.
    until(b"[u] take the last call back", 2)
    os.write(terminal, b"\x03")
    until(b"This session")
    os.waitpid(pid, 0)
    os.close(terminal)
    with closing(sqlite3.connect(db)) as conn:
        rows = conn.execute("SELECT call_outcome, said FROM visit ORDER BY id").fetchall()
    assert rows == [("no_answer", None), ("reached", "spricht über")]


def test_a_session_asks_whether_somebody_is_not_to_be_contacted(queued: Run) -> None:
    typed = "i\nkein Interesse, bitte nicht mehr anrufen\ny\n\nq\n"
    shown = queued("call", tty=True, stdin=typed)
    assert "is not to be contacted any more" in shown.stderr
    assert queued("contact show 1 --json").json["do_not_contact"] is True
    queued("undo")
    assert queued("contact show 1 --json").json["do_not_contact"] is False
    queued("call", tty=True, stdin="i\ndo not call again\nn\n\nq\n")
    assert queued("contact show 1 --json").json["do_not_contact"] is False
