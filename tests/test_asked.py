"""A record that is left out is listed and asked for on a terminal; a script is told so."""

from __future__ import annotations

import re

import pytest

import every_command
from conftest import Run
from every_command import Program, words
from funnelcli.nouns import NOUNS, declared
from funnelcli.prompt import _options as known

QUESTION = "Which one? Its id, or words of its name:"


def nouns() -> dict[str, str]:
    """The commands whose first argument is the name of a record, with its noun."""
    found = {}
    for path, row in known.COMMANDS.items():
        kind = row[5][0].removesuffix("...").lower() if row[5] else ""
        # A FILE is one on the disk.
        kind = {"deal_or_contact": "deal", "attachment": "file", "file": ""}.get(kind, kind)
        if kind in NOUNS and declared(kind).named is not None:
            found[path] = kind
    return found


ASKING = nouns()
SAID_BESIDE = (
    "contact consent",
    "deal give",
    "deal people",
    "deal tick",
    "file add",
    "product price",
)


# Not those of which something else, too, must be said, nor history, which then has all of it.
@pytest.mark.parametrize("path", [path for path in ASKING if path not in (*SAID_BESIDE, "history")])
def test_every_command_lists_and_asks_for_its_record(program: Program, path: str) -> None:
    line = words(every_command.lines(path)[0])
    rest = line[next((at for at, word in enumerate(line) if word[0] == "-"), len(line)) :]
    asked = program(path, *rest, tty=True, stdin="\n", width=200)
    listed, _question, told_then = asked.stderr.partition(QUESTION)
    assert listed, asked.stderr
    assert all(re.match(" +[0-9]+  [^ ]|… and more", line) for line in listed.splitlines())
    assert asked.exit_code == 2
    assert "is missing." in told_then
    # In a script nothing is asked.
    told = program(path)
    assert (told, told.exit_code) == ("", 2)
    error, hint = told.stderr.splitlines()
    assert error.endswith("is missing.")
    assert hint == f"`funnel {path} --help` shows how it is written."


def test_most_commands_about_a_record_ask_for_it() -> None:
    assert len(ASKING) > 60
    assert {"advance", "log", "next", "note add", "deal remove", "done"} <= set(ASKING)


def test_the_answer_is_an_id_or_words_of_the_name(funnel: Run) -> None:
    funnel("deal add Roof --new-contact 'Eva Roth' --stage qualification")
    funnel("deal add Garage --stage qualification")
    asked = funnel("advance", tty=True, stdin="garage\n")
    assert asked.stderr.startswith("     2  Garage · open\n     1  Roof · Eva Roth · open\n")
    assert asked.startswith("Garage: Qualification → Needs analysis")
    assert funnel("advance", tty=True, stdin="1\n").startswith("Roof: ")
    assert funnel("log", tty=True, stdin="eva\n").startswith("Visit 1: Eva Roth")
    german = funnel("guide", tty=True, stdin="1\n", env={"FUNNEL_LANGUAGE": "de"})
    assert "Was ist gemeint? Kennung oder Wörter aus dem Namen:" in german.stderr


def test_only_what_the_command_is_for_is_listed(funnel: Run) -> None:
    funnel("deal add Roof")
    funnel("deal add Garage --value 5")
    for line in ("next 1 call", "next 2 measure", "step done call", "win Garage"):
        funnel(line)
    listed = funnel("done", tty=True, stdin="measure\n").stderr.partition("Which")[0]
    assert listed.split()[1:2] == ["measure"]
    assert "call" not in listed


def test_where_there_is_none_it_says_so(funnel: Run) -> None:
    error = funnel("advance", tty=True, stdin="1\n", exit=4).stderr
    assert error.startswith("Error: No deals")
    assert funnel("advance --no-input", tty=True, exit=2).stderr.startswith(
        "Error: DEAL is missing"
    )


# Somebody who is not on file ----------------------------------------------------------------------


def test_log_offers_to_add_whom_nobody_knows(funnel: Run) -> None:
    asked = funnel("log 'Carl New' 'met, wants a quote'", tty=True, stdin="\n")
    assert "Carl New is not on file. Add a contact of that name? [Y/n]" in asked.stderr
    assert asked.lines[:2] == ["Contact 1: Carl New", "Visit 1: Carl New, met, Nov 24, 2026"]
    # One undo takes both back.
    funnel("undo")
    assert funnel("contact list --json").json == []
    refused = funnel("log 'Carl New' met", tty=True, stdin="n\n", exit=4)
    assert "No contact is called Carl New, and no deal." in refused.stderr
    assert funnel("contact list --json").json == []


def test_a_script_adds_with_new_and_not_without(funnel: Run) -> None:
    error = funnel("log 'Carl New' met", exit=4).stderr
    assert "With --new somebody of that name is added." in error
    assert funnel("log 'Carl New' met --new").lines[0] == "Contact 1: Carl New"
    # Who is on file is not added again.
    assert funnel("log 'Carl New' met --new").lines[0].startswith("Visit 2: Carl New")
    assert funnel("visit add 'Dora New' --new --outcome met").lines[0] == "Contact 2: Dora New"
    assert funnel("log 99 met --new", exit=4).stderr.startswith("Error: There is no contact")
    german = funnel("log 'Emil Neu' da", exit=4, env={"FUNNEL_LANGUAGE": "de"}).stderr
    assert "Mit --new wird ein Kontakt dieses Namens angelegt." in german


# Several at once ----------------------------------------------------------------------------------


def test_several_steps_are_ticked_off_at_once(funnel: Run) -> None:
    funnel("deal add Roof")
    for what in ("call", "measure", "write"):
        funnel("next", 1, what)
    done = funnel("done 1 2 1")
    assert done.lines == ["Done: call", "Done: measure"]
    assert "next step" not in done.stderr
    assert [row["status"] for row in funnel("step list --sort id --json").json] == [
        "done",
        "done",
        "open",
    ]
    assert [row["id"] for row in funnel("undo") and funnel("done 1 2 --json").json] == [1, 2]
    funnel("step done 3 --dropped", exit=0)
    funnel("step done 1 9", exit=4)
    error = funnel("undo") and funnel("done 3 1 --next later", exit=None).stderr
    assert "one step" in error or "ended already" in error


def test_several_milestones_are_ticked_off_at_once(funnel: Run) -> None:
    funnel("deal add Roof --value 5")
    funnel("win 1")
    funnel("advance 1 --to delivery")
    ids = [row["id"] for row in funnel("milestone list --json").json]
    made = funnel("milestone", "done", *ids[:2])
    assert len(made.lines) == 3
    assert "left" in made.lines[-1]
    rest = funnel("milestone", "done", *ids[2:], tty=True, stdin="y\n")
    assert "On to" in rest.stderr
    assert funnel("deal show 1 --json").json["stage"] == "care"
    funnel("undo")
    assert len(funnel("milestone list is:open --json").json) == len(ids) - 2


def test_a_process_is_called_by_another_name(funnel: Run) -> None:
    assert funnel("process rename cycle Machines") == "Sales cycle is Machines now\n"
    assert funnel("process show machines --json").json["name"] == "Machines"
    german = {"FUNNEL_LANGUAGE": "de"}
    funnel("process rename cycle Machines --de Maschinen")
    assert "Maschinen" in funnel("process list", env=german)
    assert "Another process" in funnel("process rename funnel Maschinen", exit=2).stderr
    funnel("process rename cycle ' '", exit=2)
    assert "nothing changed" in funnel("process rename cycle Machines --de Maschinen")
    funnel("undo")
    funnel("undo")
    assert funnel("process show cycle --json").json["name"] == "Sales cycle"


def test_a_setting_alone_and_a_process_by_its_option(funnel: Run) -> None:
    assert funnel("config get currency") == "EUR\n"
    assert funnel("config get color") == "true\n"
    funnel("config get nonsense", exit=2)
    assert funnel("show --process trichter --json") == funnel("show funnel --json")


def test_what_can_be_won_or_lost_is_offered_and_comes_first(funnel: Run) -> None:
    for title in ("Roof", "Roof", "Wall"):
        funnel("deal", "add", title, "--value", "5")
    funnel("lose 2 --reason price")
    for command, rest in (("win", ""), ("lose", "--reason price")):
        told = funnel(f"{command} {rest}", tty=True, stdin="\n", exit=2).stderr
        assert "Wall" in told.partition("Which")[0]
        assert told.count("Roof") == 1
    assert funnel("win Roof --json").json["id"] == 1
    assert "lost" in funnel("win 2", exit=3).stderr
