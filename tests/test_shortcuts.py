"""Commands of one's own, and what settings say of lists: their order, and sets of columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read

GERMAN = {"FUNNEL_LANGUAGE": "de"}


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    """The folder of settings."""
    folder = tmp_path / "config"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def filled(funnel: Run) -> Run:
    for title, more in (("Roof", "--value 12k --tag a"), ("Wall", "--value 2k"), ("Door", "")):
        funnel("deal", "add", title, *more.split())
    return funnel


def own(funnel: Run, name: str, text: str, **more: int) -> str:
    return str(funnel("config", "set", f"alias.{name}", text, **more))


def titles(funnel: Run, *words: str) -> list[str]:
    return [deal["title"] for deal in funnel(*words, "--json=title").json]


def test_an_alias_is_a_command_with_what_follows_it(filled: Run) -> None:
    own(filled, "big", "deal list --sort -value")
    assert titles(filled, "big") == ["Roof", "Wall", "Door"]
    assert titles(filled, "big", "-tag:a", "--limit", "1") == ["Wall"]
    own(filled, "first", "funnel big --limit 1 --json")
    assert [deal["title"] for deal in filled("first").json] == ["Roof"]
    own(filled, "worth", "deal edit $1 --value")
    filled("worth", "wall", "3k")
    assert filled("undo").startswith("Undone: funnel deal edit wall --value 3k")
    own(filled, "of", "deal list title:$1 $@ --limit 1")
    assert titles(filled, "of", "door", "is:open") == ["Door"]
    missing = filled("of", exit=2).stderr
    assert missing.startswith("Error: Word 1 behind “of” is missing.\nIt stands for: funnel deal")
    assert "value:>$500" in filled("config", "set", "alias.dear", "deal list value:>$500")
    assert filled("--no-color", "first", "--csv=title", exit=2).stderr


def test_aliases_are_refused_where_they_would_do_harm(filled: Run) -> None:
    own(filled, "a", "deal list")
    own(filled, "b", "a is:open")
    for name, text, said in (
        ("deal", "deal list", "funnel deal is a command already"),
        ("version", "deal list", "is a command already"),
        ("9", "deal list", "cannot be an alias"),
        ("x", "nothing like it", "“nothing like it” begins with no command"),
        ("x", "deal lisst", "begins with no command"),
        ("x", "", "begins with no command"),
        ("x", "deal list | less", "No shell reads the line"),
        ("x", "deal list 'open", "quotation mark is not closed"),
        ("a", "b", "The alias a stands for itself: a → b → a."),
        ("x", "x", "The alias x stands for itself"),
    ):
        refused = filled("config", "set", f"alias.{name}", text, exit=2).stderr
        assert said in refused, (name, text)
    assert "Did you mean `funnel config set alias.q 'deal list'`?" in (
        filled("alias", "q", "deal", "list", exit=2).stderr
    )
    own(filled, "hot", "deal list tag:a")
    assert "Did you mean `funnel hot`?" in filled("hto", exit=2).stderr


def test_a_file_written_by_hand_is_held_to_the_same(filled: Run, config_dir: Path) -> None:
    file = config_dir / "config.toml"
    file.write_text('# mine\n[alias]\na = "b"  # not a\nb = "a"\ndeal = "step list"\n')
    assert "stands for itself" in filled("a", exit=2).stderr
    assert titles(filled, "deal", "list") == ["Door", "Wall", "Roof"]
    own(filled, "c", "deal list")
    assert "# mine\n" in file.read_text()
    assert "# not a\n" in file.read_text()


def test_aliases_are_shown_and_completed(filled: Run) -> None:
    assert "Your own commands" not in filled("help")
    own(filled, "big", "deal list --sort -value")
    assert "Your own commands:\n  big  deal list --sort -value\n" in filled("--help")
    assert "Eigene Befehle:" in filled("help", env=GERMAN)
    assert filled("help big").startswith("`funnel big` stands for: funnel deal list --sort -value")
    assert ["alias.big", "deal list --sort -value"] in [
        [one["name"], one["value"]] for one in filled("config list --json").json
    ]
    done = filled("config unset alias.big")
    assert "funnel config set alias.big 'deal list --sort -value'" in done


def offered(*words: str) -> list[str]:
    line = read(list(words))
    assert line is not None
    return [value for value, _text in candidates(line)]


def test_completion_knows_what_settings_say(
    filled: Run, config_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(filled, "big", "deal list --sort -value")
    filled("config set columns.deal-list@wide title,value,notes")
    monkeypatch.setenv("FUNNEL_CONFIG_DIR", str(config_dir))
    assert offered("bi") == ["big"]
    assert offered("big", "sta") == ["stage:", "status:"]
    assert "--limit" in offered("big", "--")
    assert offered("deal", "list", "--columns", "@") == ["@wide"]
    assert offered("deal", "list", "--columns", "title,@w") == ["title,@wide"]
    assert offered("config", "set", "alias.") == ["alias.big"]
    assert offered("config", "set", "alias.x", "deal li") == ["deal list"]
    assert offered("config", "set", "sort.deal-l") == ["sort.deal-list"]
    assert offered("config", "set", "sort.deal-list", "-va") == ["-value"]
    assert "sort.show" not in offered("config", "set", "sort.")


def test_a_setting_sorts_a_list(filled: Run, config_dir: Path) -> None:
    said = filled("config", "set", "sort.deal-list", "-Wert,title", env=GERMAN)
    assert said.startswith("sort.deal-list = -value,title")
    assert titles(filled, "deal", "ls") == ["Roof", "Wall", "Door"]
    assert titles(filled, "deal", "list", "--sort", "title") == ["Door", "Roof", "Wall"]
    for name, text, told in (
        ("deal-list", "nonsense", "There is no column “nonsense” to sort by"),
        ("deal-lisst", "value", "Did you mean deal-list"),
        ("contact-duplicates", "name", "contact-duplicates has an order of its own"),
    ):
        assert told in filled("config", "set", f"sort.{name}", text, exit=2).stderr
    (config_dir / "config.toml").write_text('[sort]\ndeal-list = "gone"\n')
    went_on = filled("deal list")
    assert went_on.lines
    assert went_on.stderr.count("sort.deal-list: There is no column “gone”") == 1
    assert "funnel config unset sort.deal-list" in went_on.stderr


def test_sets_of_columns_have_names(filled: Run) -> None:
    filled("config", "set", "columns.deal-list@wide", "Title,value")
    assert filled("deal list --columns @wide --limit 2").lines == ["Door\t", "Wall\t2000.00"]
    assert filled("deal list --columns @wide,stage --limit 1").lines == ["Door\t\tqualification"]
    assert filled("deal list --csv --columns @wide --limit 1").lines[0] == "title,value"
    assert "Did you mean @wide?" in filled("deal list --columns @wid", exit=2).stderr
    assert "columns.step-list@wide" in filled("step list --columns @wide", exit=2).stderr
    assert "no column nonsense" in filled("config set columns.deal-list@x nonsense", exit=2).stderr
    assert "set of columns" in filled("config set columns.deal-list@ title", exit=2).stderr


def test_a_pager_has_to_be_a_program(filled: Run) -> None:
    assert "There is no program maybe" in filled("config set pager maybe", exit=2).stderr
    filled("config", "set", "pager", "sh -c cat")
    filled("config set pager aus", env=GERMAN)
    assert filled("config get pager") == "off\n"


def test_control_characters_of_a_setting_come_back(filled: Run) -> None:
    name = "A\x01\x7f\x1bB\\\"'"
    filled("config", "set", "sender_name", name)
    found = {one["name"]: one["value"] for one in filled("config list --json").json}
    assert found["sender_name"] == name
