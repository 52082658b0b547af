"""Notes: what is to be remembered of a deal, of a person, of an organisation."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from conftest import Clock, Run
from funnelcli.prompt.completion import answer


@pytest.fixture
def brandt(funnel: Run) -> Run:
    """Petra Brandt of Brandt Metallbau, and her deal, opened on 1 October."""
    funnel("contact add 'Brandt Metallbau' --is-organisation")
    funnel("contact add 'Petra Brandt' --org metallbau")
    funnel("deal add 'Solar roof' -c 2 --at 2026-10-01")
    return funnel


@pytest.fixture
def noted(brandt: Run) -> Run:
    """A note on each of the three, of three days."""
    brandt("note solar 'wants it before winter' --at 2026-11-20")
    brandt("note metallbau 'new managing director' --at 2026-11-02")
    brandt("note --contact petra 'plays handball'")
    return brandt


def texts(funnel: Run, *words: str) -> list[str]:
    """What the notes say that a list gives."""
    return [row["text"] for row in funnel("note", "list", *words, "--json").json]


def test_a_note_on_a_deal(brandt: Run) -> None:
    made = brandt("note solar '  wants it before winter ' --json").json
    assert made == {
        "id": 1,
        "public_id": made["public_id"],
        "happened_on": "2026-11-24",
        "happened_at": "2026-11-24T08:00:00Z",
        "deal_id": 1,
        "deal": "Solar roof",
        "contact_id": 2,
        "contact": "Petra Brandt",
        "text": "wants it before winter",
        "recorded_at": "2026-11-24T08:00:00Z",
    }
    assert brandt("note 1 'asked for the plan'") == "Note 2: Solar roof, 2026-11-24\n"
    assert brandt("note 1 x --quiet") == "3\n"


def test_a_note_on_a_person_and_on_an_organisation(brandt: Run) -> None:
    person = brandt("note --contact petra 'plays handball' --json").json
    assert (person["deal_id"], person["contact"]) == (None, "Petra Brandt")
    organisation = brandt("note 'brandt metallbau' 'new director' --json").json
    assert (organisation["deal_id"], organisation["contact"]) == (None, "Brandt Metallbau")


def test_a_deal_comes_before_a_contact(brandt: Run) -> None:
    # A deal is known by its contact as well.
    assert brandt("note petra x --json").json["deal"] == "Solar roof"
    assert brandt("note --contact petra x --json").json["deal_id"] is None
    # A number is a deal's, be there a contact of it or not.
    brandt("contact add Third")
    error = brandt("note 3 x", exit=4)
    assert "There is no deal 3" in error.stderr


def test_on_a_deal_or_on_a_contact_not_on_both(brandt: Run) -> None:
    error = brandt("note solar 'wants it' --contact petra", exit=2)
    assert "a deal or on a contact" in error.stderr
    assert texts(brandt) == []


def test_it_can_be_dated_back_and_not_ahead(brandt: Run) -> None:
    made = brandt("note solar x --at '2026-09-01 14:30' --json").json
    assert (made["happened_on"], made["happened_at"]) == ("2026-09-01", "2026-09-01T12:30:00Z")
    assert made["recorded_at"] == "2026-11-24T08:00:00Z"
    error = brandt("note solar x --at tomorrow", exit=2)
    assert "funnel next" in error.stderr
    assert len(texts(brandt)) == 1


def test_the_text_comes_from_standard_input(brandt: Run) -> None:
    made = brandt("note solar - --json", stdin="first line\nsecond line\n").json
    assert made["text"] == "first line\nsecond line"
    assert "words" in brandt("note solar -", stdin=" \n", exit=2).stderr


def test_a_terminal_asks_for_what_is_missing(brandt: Run) -> None:
    asked = brandt("note solar", tty=True, stdin="wants it\n")
    assert "What is to be noted?" in asked.stderr
    asked = brandt("note", tty=True, stdin="petra\nplays handball\n")
    assert "Which one? Its id, or words of its name:" in asked.stderr
    assert texts(brandt) == ["plays handball", "wants it"]


def test_where_nobody_can_be_asked_the_text_is_missing(brandt: Run) -> None:
    assert "TEXT is missing" in brandt("note solar", exit=2).stderr
    assert "TEXT is missing" in brandt("note", "solar", "", exit=2).stderr
    assert "DEAL is missing" in brandt("note", exit=2).stderr
    assert "No contact is called nobody" in brandt("note nobody x", exit=4).stderr
    assert texts(brandt) == []


def test_a_deal_called_like_a_verb(brandt: Run) -> None:
    brandt("deal add list")
    brandt("note add list 'by the verb'")
    brandt("note -- list 'behind a dash'")
    assert [row["deal"] for row in brandt("note list --json").json] == ["list", "list"]
    # The first word is a verb, and "by" is what is looked for.
    assert texts(brandt, "by") == ["by the verb"]
    assert brandt("note ls behind --json=text").json == [{"text": "behind a dash"}]


def test_options_may_come_first(brandt: Run) -> None:
    brandt("note --at 2026-11-01 solar 'early on'")
    assert brandt("note list --json=happened_on").json == [{"happened_on": "2026-11-01"}]


def test_other_groups_still_know_their_commands_only(funnel: Run) -> None:
    assert "There is no command funnel config lits" in funnel("config lits", exit=2).stderr
    assert "`funnel note` is short for `funnel note add`" in funnel("note --help")


def test_the_journal_has_the_whole_command(brandt: Run, db: str) -> None:
    brandt("note solar x")
    brandt("note --contact petra y")
    with closing(sqlite3.connect(db)) as conn:
        verbs = conn.execute("SELECT verb FROM command ORDER BY id DESC LIMIT 2").fetchall()
    assert verbs == [("note add",), ("note add",)]
    assert "funnel note solar x" in brandt("history")


def test_the_list_is_filtered(noted: Run) -> None:
    assert texts(noted) == ["plays handball", "wants it before winter", "new managing director"]
    assert texts(noted, "date:this-week") == ["plays handball"]
    assert texts(noted, "date:..2026-11-20", "deal:solar") == ["wants it before winter"]
    # Of an organisation are its people's notes as well.
    assert texts(noted, "contact:metallbau") == texts(noted)
    assert texts(noted, "contact:petra") == ["plays handball", "wants it before winter"]
    assert texts(noted, "text:hand") == ["plays handball"]
    assert texts(noted, "-contact:petra") == ["new managing director"]
    # A bare word is looked for in the text, in the deal's title and in the contact's name.
    assert texts(noted, "winter", "petra") == ["wants it before winter"]
    assert texts(noted, "solar") == ["wants it before winter"]
    assert "deal" in noted("note list stage:offer", exit=2).stderr


def test_the_list_is_sorted(noted: Run) -> None:
    assert texts(noted, "--sort", "date")[0] == "new managing director"
    assert texts(noted, "--sort", "contact,-date")[0] == "new managing director"
    assert texts(noted, "--sort", "-id", "--limit", "1") == ["plays handball"]


def test_an_empty_list_says_how_to_begin(funnel: Run) -> None:
    assert "No notes. `funnel note DEAL TEXT` writes one." in funnel("note list", tty=True)


def test_the_list_as_csv_and_on_a_terminal(noted: Run) -> None:
    lines = noted("note list text:director --csv=happened_on,contact,text").splitlines()
    assert lines == [
        "happened_on,contact,text",
        "2026-11-02,Brandt Metallbau,new managing director",
    ]
    screen = noted("note list", tty=True, width=120, env={"NO_COLOR": "1"})
    assert "Nov 2, 2026 (3 weeks ago)" in screen
    assert "wants it before winter" in screen


def test_one_note(noted: Run) -> None:
    page = noted("note show 1", tty=True, env={"NO_COLOR": "1"})
    for text in ("Note 1: Solar roof, Nov 20, 2026", "Petra Brandt", "wants it before winter"):
        assert text in page
    assert noted("note show handball --json").json["id"] == 3
    assert "There is no note 9" in noted("note show 9", exit=4).stderr


def test_a_word_of_several_notes_names_none(noted: Run) -> None:
    noted("note solar 'plays chess'")
    error = noted("note show plays --json", exit=5)
    labels = [one["label"] for one in json.loads(error.stderr)["error"]["candidates"]]
    assert labels == [
        "2026-11-24 · Petra Brandt · plays handball",
        "2026-11-24 · Solar roof · plays chess",
    ]


def test_a_note_is_changed(noted: Run) -> None:
    made = noted("note edit winter --text 'wants it before Easter' --at 2026-11-19 --json").json
    assert (made["text"], made["happened_on"]) == ("wants it before Easter", "2026-11-19")
    # It is found by what it says now.
    assert texts(noted, "easter") == ["wants it before Easter"]
    assert texts(noted, "winter") == []
    assert "changed note" in noted("note edit 1 --text -", stdin="from a pipe\n")
    assert "nothing changed" in noted("note edit 1 --text 'from a pipe'")
    noted("note edit 1", exit=2)
    noted("note edit 1 --text ''", exit=2)
    noted("note edit 1 --at none", exit=2)
    noted("note edit 1 --at tomorrow", exit=2)
    noted("note edit 9 --text x", exit=4)
    assert texts(noted, "deal:solar") == ["from a pipe"]


def test_notes_are_removed_and_come_back(noted: Run) -> None:
    before = noted("note list --json")
    assert noted("note rm 1") == "Removed note 1\n"
    assert "Remove 3 notes?" not in noted("note list")
    noted("undo")
    assert noted("note list --json") == before
    assert "Remove 3 notes?" in noted("note remove 1 2 3", exit=2).stderr
    noted("note remove 1 2 3 --yes")
    assert texts(noted) == []
    noted("undo")
    assert noted("note list --json") == before
    noted("redo")
    assert texts(noted) == []
    noted("note remove 1", exit=4)


def test_writing_and_changing_are_undone(brandt: Run) -> None:
    brandt("note solar first")
    brandt("note edit 1 --text second")
    brandt("undo")
    assert texts(brandt) == ["first"]
    brandt("undo")
    assert texts(brandt) == []
    brandt("redo")
    brandt("redo")
    assert texts(brandt, "second") == ["second"]


def test_a_deals_story_has_its_notes_in_order(brandt: Run, clock: Clock) -> None:
    brandt("advance solar --to offer --at 2026-11-03")
    # On a day of a move, a note without a time comes after it.
    brandt("note solar - --at 2026-11-03", stdin="liked it\nasks for the plan\n")
    brandt("note solar 'long known' --at 2026-09-01")
    brandt("note --contact petra 'plays handball'")
    story = brandt("deal show solar --json").json["story"]
    assert [(row["event"], row["detail"]) for row in story if row["what"] == "note"] == [
        ("note: long known", ""),
        ("note: liked it", "asks for the plan"),
    ]
    assert [row["what"] for row in story] == ["note", "created", "skipped", "note"]
    assert "note: liked it" in brandt("deal show solar", tty=True, env={"NO_COLOR": "1"})


def test_a_contacts_page_has_their_notes_and_those_of_their_deals(noted: Run) -> None:
    page = noted("contact show petra --json").json
    assert [row["text"] for row in page["dated_notes"]] == [
        "plays handball",
        "wants it before winter",
    ]
    assert page["notes"] is None
    screen = noted("contact show petra", tty=True, env={"NO_COLOR": "1"})
    assert "Dated notes" in screen
    assert "plays handball" in screen
    of_organisation = noted("contact show metallbau --json").json["dated_notes"]
    # Its people's count for it as well.
    assert sorted(row["text"] for row in of_organisation) == [
        "new managing director",
        "plays handball",
        "wants it before winter",
    ]


def test_the_text_that_a_contact_has_is_another_matter(noted: Run) -> None:
    noted("contact edit petra --notes 'call before nine'")
    page = noted("contact show petra --json").json
    assert page["notes"] == "call before nine"
    assert len(page["dated_notes"]) == 2


def test_notes_go_with_what_they_are_about(noted: Run) -> None:
    noted("deal remove solar")
    assert texts(noted) == ["plays handball", "new managing director"]
    noted("undo")
    assert len(texts(noted)) == 3
    noted("note --contact petra 'has two sons'")
    question = noted("contact remove petra", exit=2).stderr
    assert "Remove 1 contact?\nWhat goes with it: 2 notes." in question
    noted("contact remove petra --yes")
    # The deal stays, and so do its notes.
    assert texts(noted) == ["wants it before winter", "new managing director"]
    noted("undo")
    assert len(texts(noted)) == 4


def test_the_doctor_mends_what_notes_are_found_by(noted: Run, db: str) -> None:
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE note SET search = 'x' WHERE id = 1")
    assert texts(noted, "winter") == []
    noted("doctor --repair")
    assert texts(noted, "winter") == ["wants it before winter"]


def test_in_german(noted: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    assert noted("note solar x --at gestern", env=german).startswith("Notiz 4: Solar roof")
    assert "Notizen mit Datum" in noted("contact show petra --md", env=german)
    assert "Notiz: wants it" in noted("deal show solar", env=german)
    assert "Eine Notiz braucht Worte" in noted("note solar -", env=german, exit=2).stderr
    assert "Notizen zu Geschäften und Kontakten." in noted("note --help", env=german)
    assert noted("note rm 4", env=german) == "Notiz 4 entfernt\n"


@pytest.fixture
def offers(
    noted: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfdbinary: object
) -> Callable[..., dict[str, str]]:
    """What the Tab key offers behind these words, with descriptions."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def offered(*words: str) -> dict[str, str]:
        answer(["--", *words])
        text = capfdbinary.readouterr().out.decode()  # type: ignore[attr-defined]
        return dict(line.partition("\t")[::2] for line in text.splitlines())

    return offered


def test_the_tab_key(noted: Run, offers: Callable[..., dict[str, str]]) -> None:
    noted("deal add list -c petra")
    first = offers("note", "")
    assert {"add", "list", "remove", "Solar roof"} <= set(first)
    # "list" alone is the verb, whatever deals there are.
    assert first["list"] == "List notes."
    assert set(offers("note", "so")) == {"Solar roof"}
    assert "list" in offers("note", "add", "li")
    assert "--at" in offers("note", "--")
    assert "--at" in offers("note", "solar", "--")
    assert "yesterday" in offers("note", "solar", "wants it", "--at", "")
    assert set(offers("note", "--contact", "pe")) == {"Petra Brandt"}
    assert offers("note", "show", "") == {
        "3": "2026-11-24 · Petra Brandt · plays handball",
        "2": "2026-11-02 · Brandt Metallbau · new managing director",
        "1": "2026-11-20 · Solar roof · wants it before winter",
    }
    assert set(offers("note", "rm", "2")) == {"2"}
    assert set(offers("note", "list", "")) == {"id:", "date:", "deal:", "contact:", "text:"}
    assert "deal:Solar roof" in offers("note", "list", "deal:So")
    assert set(offers("note", "list", "--sort", "")) == {"id", "date", "deal", "contact", "text"}
    assert "text" in offers("note", "list", "--json=t").popitem()[0]
    # A group whose name stands for a verb without words offers that verb's options.
    assert "--json" in offers("profile", "--")
    assert offers("profile", "x") == {}


def test_a_mistyped_verb_is_named(brandt: Run) -> None:
    error = brandt("note lst", exit=4).stderr
    assert error.splitlines() == [
        "Error: No contact is called lst, and no deal.",
        "Did you mean `funnel note list`?",
    ]
    assert "`funnel note remove 1`" in brandt("note remve 1", exit=4).stderr
    # What is called so comes first; what is like no verb is looked for.
    brandt("contact add Lister")
    assert brandt("note lister 'plays handball'") == "Note 1: Lister, 2026-11-24\n"
    assert "`funnel contact list` shows" in brandt("note nobody x", exit=4).stderr


def test_a_lost_deal_takes_a_note_and_no_step(brandt: Run) -> None:
    brandt("lose solar --reason price")
    assert brandt("note solar 'asks again in spring'") == "Note 1: Solar roof, 2026-11-24\n"
    assert "Solar roof is lost" in brandt("next 'solar roof' call", exit=3).stderr
