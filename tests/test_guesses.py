"""What people guess: commands, options and values by other words than the program's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import DATA, Run
from every_command import Program
from funnelcli.cli import invocation, plain
from funnelcli.cli.building import Command, build
from funnelcli.cli.guessing import tree
from funnelcli.cli.tree import TREE, every_command
from funnelcli.prompt import guesses, option_guesses
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read
from funnelcli.render import Text

TABLE = tomllib.loads((DATA / "guesses.toml").read_text(encoding="utf-8"))


GERMAN = {"FUNNEL_LANGUAGE": "de"}


@pytest.fixture
def leads(funnel: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """To what a line leads: the command, with all that it and the call are given."""
    seen: list[Any] = []

    def invoke(_command: Command, context: Any) -> Text:
        call = invocation.current()
        output = call.output
        shared = (output.format, output.path, output.quiet, call.yes, call.dry_run, call.db)
        seen.append((context.command_path, context.params, shared))
        return Text("")

    monkeypatch.setattr(Command, "invoke", invoke)
    # All lines by the same reader.
    monkeypatch.setattr(plain, "read", lambda _args: None)

    def lead(line: str) -> Any:
        seen.clear()
        result = funnel(line, exit=None)
        return seen[0] if seen else result.stderr

    return lead


@pytest.mark.long
def test_a_guess_is_the_command_that_it_means(leads: Any) -> None:
    wrong = {
        typed: (found, meant)
        for typed, meant in TABLE["means"].items()
        if (found := leads(typed)) != leads(meant) or isinstance(found, str)
    }
    assert not wrong, "\n".join(f"{typed}: {found}" for typed, found in wrong.items())
    assert len(TABLE["means"]) + len(TABLE["asks"]) >= 150


def test_a_guess_that_can_mean_several_is_answered_with_them(funnel: Run) -> None:
    for typed, meant in TABLE["asks"].items():
        said = funnel(typed, exit=None)
        assert said.exit_code in (2, 4), typed
        offered = re.findall(r"`funnel ([^`]+)`", said.stderr.partition("Did you mean ")[2])
        assert offered[: len(meant)] == meant, (typed, said.stderr)
        assert said == ""


def test_guesses_in_german(funnel: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    error = funnel("deal close 1", exit=2, env=german).stderr
    assert error == (
        "Fehler: Es gibt keinen Befehl funnel deal close.\n"
        "Gemeint: `funnel deal win 1` / `funnel deal lose 1`?\n"
    )


def test_a_person_is_told_how_it_is_written_and_a_script_is_not(funnel: Run) -> None:
    asked = funnel("firma anlegen Acme --ort Bonn", tty=True)
    assert asked.stderr == "Read as: funnel contact add --is-organisation Acme --town Bonn\n"
    assert funnel("firma anlegen Beta --ort Bonn").stderr == ""
    assert funnel("contact add Gamma", tty=True).stderr == ""
    german = funnel("kontakte", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    assert german.stderr == "Gelesen als: funnel contact list\n"
    # The journal has the command's own name.
    assert funnel("undo").startswith("Undone: funnel contact add Gamma")


def test_an_option_that_can_mean_several_is_answered_with_them(funnel: Run) -> None:
    error = funnel("log eva met --date fri", exit=2).stderr
    assert error == "Error: There is no option --date.\nDid you mean --due / --at?\n"


def test_too_many_words_say_what_to_do(funnel: Run) -> None:
    error = funnel("contact add Eva Roth", exit=2).stderr
    assert error == (
        "Error: Too much was given: Roth.\n"
        "What belongs together stands in quotes: `funnel contact add 'Eva Roth'`.\n"
    )


def test_a_second_id_is_no_value(funnel: Run) -> None:
    funnel("contact add Eva")
    for title in ("Roof", "Hall"):
        funnel(f"deal add {title} --contact eva")
    for line, command, option in (
        ("win 1 2", "win", "--value"),
        ("lose 1 2 --reason price", "lose", "--note"),
        ("renew 1 2", "deal renew", "--title"),
        ("deal snooze 1 2", "deal snooze", "--until"),
    ):
        error = funnel(line, exit=2).stderr
        assert error == (
            f"Error: Too much was given: 2.\n`funnel {command}` takes one at a time; if 2 is a"
            f" value, say so: `{option} 2`.\n"
        )
    assert funnel("deal list is:open --ids").split() == ["2", "1"]
    funnel("win 1 9000")
    assert funnel("deal show 1 --json=value").json["value"] == 9000


def test_a_second_id_is_no_text(funnel: Run, state: Callable[[], Any]) -> None:
    funnel("contact add 'Eva Roth'")
    funnel("deal add Roof -c 1")
    known = funnel("deal add Barn -c 1 --json").json["public_id"]
    funnel("objection add 1 price")
    before = state()
    for line in (
        "next 1 2",
        f"next 1 {known}",
        "next --contact 1 2",
        "step add 1 2",
        "note add 1 2",
        "note 1 '#2'",
        "note --contact 1 2",
        "log 1 2",
        "milestone add 1 2",
        "objection add 1 price 2",
        "objection answer 1 2",
        "care complain 1 2",
    ):
        assert "second id" in funnel(line, exit=2).stderr, line
    assert "Too much was given" in funnel(f"lose 1 {known} --reason price", exit=2).stderr
    assert state() == before
    funnel("note 1 'call 2 of them'")


def test_help_is_a_question_where_it_would_be_a_name(funnel: Run) -> None:
    for command in ("contact add", "deal add", "product add", "overhead add", "rate set"):
        for word in ("help", "Hilfe"):
            assert funnel(f"{command} {word}").startswith(f"Usage: funnel {command}"), command
    funnel("deal list help")
    assert funnel("deal add --json -- help").json["title"] == "help"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("kontakt ", "add"),
        ("kontakt neu --to", "--town"),
        ("person add --em", "--email"),
        ("deal view ", "Solar roof for hall 2"),
        ("deals stage:off", "stage:offer"),
        ("help deal a", "add"),
        ("help da", "dates"),
        ("kont", None),
        ("deal close ", None),
        ("nonsense ", None),
    ],
)
def test_completion_goes_on_behind_a_guess(
    program: Program, line: str, offered: str | None
) -> None:
    program.renew()
    read_ = read(line.split(" "))
    found = [] if read_ is None else [value for value, _text in candidates(read_)]
    assert offered in found if offered else not found


def test_what_was_said_is_recorded_and_never_a_filter(funnel: Run) -> None:
    funnel("contact add Krause")
    funnel("deal add Roof --contact krause")
    funnel("besuch", "krause", "nicht da", env=GERMAN)
    assert funnel("visit list --csv=contact,outcome") == "contact,outcome\nKrause,not_met\n"
    funnel("notiz", "krause", "ruft Montag zurück", env=GERMAN)
    funnel("note", "krause", "calls back")
    assert funnel("note list --csv=text").splitlines()[1:] == ["calls back", "ruft Montag zurück"]
    funnel("einwand", "krause", "zu teuer", env=GERMAN)
    assert funnel("objection list --csv=kind") == "kind\nprice\n"
    funnel("aufwand krause 2 Std", env=GERMAN)
    for line in ("km krause 30", "spesen krause 20", "aufwand krause 12 km"):
        funnel(line, env=GERMAN)
    found = funnel("effort list --csv=minutes,kilometres,expenses").splitlines()[1:]
    assert sorted(found) == ["0,0,20.00", "0,12,0.00", "0,30,0.00", "120,0,0.00"]
    for name in ("call", "anruf"):
        refused = funnel(name, "krause", "erreicht, will ein Angebot", exit=2, env=GERMAN)
        assert "nichts wurde festgehalten" in refused.stderr
        assert "`funnel log krause 'erreicht, will ein Angebot' --channel phone`" in refused.stderr


def test_a_deal_that_rests_is_woken(funnel: Run) -> None:
    funnel("deal add Roof")
    for line in ("deal snooze 1 --until none", "deal wake 1", "deal resume 1", "wecken 1"):
        funnel("deal snooze 1 --until +2w")
        assert funnel(line) == "Roof: awake\n"


def test_nothing_that_removes_is_offered_for_a_word_spelt_alike(funnel: Run) -> None:
    for line in ("deal resove 1", "deal renove 1", "contact rename 1", "contact merge 1 2", "deel"):
        assert "remove" not in funnel(line, exit=None).stderr


def test_every_line_that_is_offered_parses(
    funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some of them write a file.
    monkeypatch.chdir(tmp_path)
    for typed in TABLE["asks"]:
        said = funnel(typed, exit=None).stderr.partition("Did you mean ")[2]
        for line in re.findall(r"`funnel ([^`]+)`", said):
            error = funnel(line, exit=None).stderr
            for wrong in ("no command", "no option", "Too much was given"):
                assert wrong not in error, (typed, line, error)


def test_quotes_are_asked_for_where_there_are_none(funnel: Run) -> None:
    def hint(*line: str, **more: Any) -> str:
        return funnel(*line, exit=2, **more).stderr.splitlines()[-1]

    said = "What belongs together stands in quotes: `funnel log 1 'met too dear'`."
    assert hint("log 1 met too dear") == said
    german = hint("log 1 getroffen zu teuer", env=GERMAN)
    assert german.endswith("steht in Anführungszeichen: `funnel log 1 'getroffen zu teuer'`.")
    for line in (
        ("deal", "show", "solar roof", "hall"),
        ("contact", "edit", "1", "a b"),
        ("deal", "edit", "1", "title", "new"),
    ):
        assert "quotes" not in hint(*line)


def test_a_word_that_calls_a_condition_is_answered_with_it(funnel: Run) -> None:
    funnel("contact add Wayne --is-organisation")
    funnel("deal add Cave --contact wayne --value 200k")
    for words, meant in (("stage=offer", "stage:offer"), ("offen", "is:open"), ("open", "is:open")):
        said = funnel("deal", "list", words)
        assert said == ""
        assert said.stderr == f"Did you mean `funnel deal list {meant}`?\n"
    assert funnel("deal list offen", env=GERMAN).stderr == "Gemeint: `funnel deal list is:open`?\n"
    for words in ("company:wayne", "firma:wayne", "amount:>100k --sort amount", "cave"):
        found = funnel(f"deal list {words} --csv=title")
        assert found == "title\nCave\n"
        assert found.stderr == ""
    funnel("next 1 call --due yesterday")
    assert funnel("deal list is:overdue --ids") == "1\n"


def test_a_setting_is_changed_by_its_whole_name(funnel: Run) -> None:
    for verb in ("set hour 45", "unset hour"):
        error = funnel(f"config {verb}", exit=2).stderr
        assert error.endswith("Did you mean copies_hourly?\n")
    funnel("config", "set", "stündliche Kopien", "9", env=GERMAN)
    assert funnel("config get hour") == "9\n"
    error = funnel("config set process quatsch", exit=4).stderr
    assert error.startswith("Error: There is no process quatsch.")
    funnel("config set process trichter")
    assert funnel("config get process") == "funnel\n"
    funnel("show")


def test_words_that_notes_and_files_know_are_known_to_commands(funnel: Run) -> None:
    funnel("contact add Eva")
    words = {
        "--outcome": {"nicht da": "not_met", "AB": "not_met", "voicemail": "not_met"},
        "--channel": {"zoom": "video", "teams": "video", "Anruf": "phone"},
    }
    for option, known in words.items():
        for said, key in known.items():
            funnel("log", "eva", "met", option, said)
            name = option.removeprefix("--")
            assert funnel(f"visit list --limit 1 --sort -id --csv={name}").endswith(f"{key}\n")
            assert funnel("visit", "list", f"{name}:{said}", f"--csv={name}").endswith(f"{key}\n")
    reasons = {
        "price too high": "price",
        "went with competitor": "competitor",
        "Preis zu hoch": "price",
        "not interested": "status_quo",
    }
    for number, (said, key) in enumerate(reasons.items(), 1):
        funnel("deal", "add", f"Deal {number}")
        funnel("lose", str(number), "--reason", said)
        assert funnel(f"deal show {number} --json=lost_reason").count(f'"{key}"') == 1
    funnel("deal add Roof")
    funnel("advance 5 --to proposal")
    assert '"offer"' in funnel("deal show 5 --json=stage")
    for said in ("won", "gewonnen"):
        assert "Did you mean `funnel win 5`?" in funnel(f"advance 5 --to {said}", exit=4).stderr


def test_fields_of_a_report_have_names_of_their_own(funnel: Run) -> None:
    funnel("contact add Eva")
    funnel("log eva met")
    funnel("visit", "edit", "1", "--set", "Ergebnis=nicht angetroffen", env=GERMAN)
    assert funnel("visit list --csv=outcome") == "outcome\nnot_met\n"


def test_history_says_what_was_undone_and_done_again(funnel: Run) -> None:
    funnel("contact add Eva")
    for _time in range(2):
        funnel("undo")
        funnel("redo")
    lines = funnel("history", tty=True, width=120).splitlines()
    assert sum("funnel redo: funnel contact add Eva" in line for line in lines) == 2
    assert sum("funnel undo: funnel contact add Eva" in line for line in lines) == 2


# The table ----------------------------------------------------------------------------------------


def flags_of(path: str) -> set[str]:
    """Every option of a command."""
    return {
        flag
        for param in build(path.rpartition(" ")[2], every_command()[path]).params
        for flag in (*param.opts, *param.secondary_opts)
    }


def test_every_guess_leads_to_what_there_is() -> None:
    known = tree()
    for table in (guesses.COMMANDS, guesses.PHRASES.values()):
        for target in table:
            for line in target.split(" | "):
                noun, *rest = line.split()
                assert noun in known, line
                if known[noun] and rest:
                    assert rest[0] in known[noun], line
    verbs = {verb for one in known.values() for verb in one}
    assert set(guesses.VERBS) <= verbs
    flags = {flag for path in every_command() for flag in flags_of(path)}
    assert set(option_guesses.OPTIONS) <= flags
    for path, names in option_guesses.SURPLUS.items():
        full = [one for one in every_command() if one == path or one.endswith(f" {path}")]
        assert full, path
        assert any(set(names.split()) <= flags_of(one) for one in full), path


def test_no_word_stands_for_two_commands_and_none_for_its_own() -> None:
    words = [word for known in guesses.COMMANDS.values() for word in known.split()]
    twice = {word for word in words if words.count(word) > 1}
    assert not twice
    assert not {word for word in words if word in TREE}


def test_a_slip_in_front_of_a_verb_never_removes(funnel: Run) -> None:
    funnel("deal add Roof --value 5k")
    for line in ("del list 1", "delete list 1", "del list stage:offer"):
        said = funnel(*line.split(), exit=2).stderr
        assert "remove" not in said, line
    assert "Did you mean `funnel deal list 1`?" in funnel("del list 1", exit=2).stderr
    assert "Roof" in funnel("list deals")


def test_an_option_with_one_minus_too_few_is_no_word_to_leave_out(funnel: Run) -> None:
    funnel("deal add Roof --value 5k")
    for word, meant in (
        ("-json", "--json"), ("-limit", "--limit"), ("-ofile.csv", "-o file.csv"),
        ("-o=file.csv", "-o file.csv"),
    ):  # fmt: skip
        assert f"`{meant}`" in funnel("deal", "list", word, exit=2).stderr
    assert funnel("deal list --JSON --limit 1").json[0]["title"] == "Roof"
    assert "Roof" in funnel("deal list -offer")


@pytest.mark.parametrize(
    "line", ["--lang de deal list", "deal list --lang de", "--language=de show"]
)
def test_an_option_that_is_a_setting_is_answered_with_it(funnel: Run, line: str) -> None:
    said = funnel(line, exit=2).stderr
    assert "There is no option --lang" in said
    assert "`funnel config set language …`, or FUNNEL_LANG" in said


def test_the_value_of_an_option_that_there_is_not_is_no_command(funnel: Run) -> None:
    assert "There is no option --foo" in funnel("--foo bar deal list", exit=2).stderr


def test_a_negative_number_is_a_value_that_does_not_fit_and_no_option(
    funnel: Run, state: Callable[[], Any]
) -> None:
    for line, said in (
        ("config set active_days -5", "-5 is no number of days."),
        ("config set vat -1", "vat cannot be -1."),
        ("rate set hour -50 --from 2026-01-01", "“-50” is negative."),
        ("target add 2026-Q4 -5", "“-5” is negative."),
        ("overhead add -5 --source web --period 2026", "“-5” is negative."),
        ("exchange set USD -2", "-2 is no exchange rate."),
    ):
        assert said in funnel(line, exit=2).stderr, line
    # Where no quantity is asked for it is a slip, and nothing is recorded.
    funnel("contact add Eva")
    funnel("deal add Roof -c 1")
    funnel("objection add 1 price")
    before = state()
    for line in (
        "deal list -5",
        "deal add -5",
        "undo -1",
        "history -5",
        "note 1 -5",
        "log eva -5",
        "objection answer -1 price",
        "deal edit -1 --value 3",
        "target add -5 2026-Q4",
    ):
        assert "There is no option -" in funnel(line, exit=2).stderr, line
    assert state() == before


def test_no_order_is_none_of_a_list(funnel: Run) -> None:
    for order in ("", " ", ",", "-"):
        said = funnel("deal", "list", f"--sort={order}", exit=2).stderr
        assert "There is no column “” to sort by." in said, order


def test_where_an_export_goes_is_said_once(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Roof")
    file = tmp_path / "mine.csv"
    for words in (["export", "deals", "-o", file], ["deal", "export", f"--output={file}"]):
        funnel(*words)
        assert "Roof" in file.read_text("utf-8")
        file.unlink()
    assert "`funnel deal list -o deals.csv`" in funnel("export deals", exit=2).stderr
