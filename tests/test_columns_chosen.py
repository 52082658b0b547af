"""``--columns`` and its settings: which columns a list shows, in every format."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

import every_command
from conftest import Run
from every_command import Program, words
from funnelcli.prompt import _options as known

LISTS = [path for path, row in known.COMMANDS.items() if "l" in row[2]]


def test_all_lists_let_choose() -> None:
    assert {path for path in known.COMMANDS if path.endswith(" list")} <= set(LISTS)


# A few lists for everybody, all of them in continuous integration.
@pytest.mark.parametrize(
    "lists",
    [LISTS[::9], pytest.param(LISTS, marks=pytest.mark.long)],
    ids=["some", "all"],
)
def test_every_list_shows_the_columns_that_are_chosen(program: Program, lists: list[str]) -> None:
    for path in lists:
        names = known.FIELDS[known.COMMANDS[path][4][""][1]]
        # The last two, in the other order: neither the order nor the choice is the usual one.
        keys = [name for name in names if name != "currency"][-1:-3:-1]
        line = [*words(every_command.lines(path)[0]), "--columns", ",".join(keys)]

        def run(*more: str, path: str = path, line: list[str] = line, **how: bool) -> str:
            result = program(path, *line, *more, **how)
            assert result.exit_code == 0, f"{path} {more}: {every_command.said(result)}"
            return result

        header, *rows = csv.reader(io.StringIO(run("--csv")))
        assert header == keys, path
        assert run("--tsv").splitlines()[0].split("\t") == keys, path
        plain = run().splitlines()
        assert [len(row.split("\t")) for row in plain] == [2] * len(rows), path
        assert len(run("--jsonl").splitlines()) == len(rows), path
        for more in (["--md"], ["--html"], ["--json"]):
            assert run(*more), (path, more)
        assert run(tty=True), path


def test_columns_by_key_by_heading_and_with_signs(funnel: Run) -> None:
    funnel("deal add Roof --value 84000 --new-contact Ada --tag vip --notes 'two floors'")

    def shown(columns: str, **env: str) -> list[str]:
        return funnel("deal", "list", "--columns", columns, env=env).rows[0]

    assert shown("stage,title") == ["qualification", "Roof"]
    assert shown("Stage , Value,title,title") == ["qualification", "84000.00", "Roof"]
    for language in ("en", "de"):
        found = shown("WERT,Stufe,naechster schritt,tags", FUNNEL_LANGUAGE=language)
        assert found == ["84000.00", "qualification", "", "vip"]
    usual = funnel("deal list").rows[0]
    assert shown("+notes") == [*usual, "two floors"]
    assert shown("+notes,-contact,-Id") == ["Roof", *usual[3:], "two floors"]
    assert shown("notes,+title,-title") == ["two floors"]
    told = funnel("deal list --columns=-contact,-id --md").lines
    assert told[0].startswith("| Deal | Stage | Value |")
    on_screen = funnel("deal list --columns title,notes,source --no-color", tty=True).lines
    assert on_screen[0].split() == ["Deal", "Notes", "Source"]
    # Nothing that was asked for by name is left out of a narrow screen.
    narrow = funnel("deal list --columns id,title,tags,notes,weighted,source", tty=True, width=40)
    assert "two floors" in narrow
    assert "No room" not in narrow


def test_amounts_in_json_and_workbooks(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Roof --value 84000")
    assert funnel("deal list --json --columns title,value_minor").json == [
        {"title": "Roof", "value_minor": 8400000}
    ]
    file = tmp_path / "deals.xlsx"
    funnel("deal", "list", "--columns", "value,title", "-o", file)
    sheet = openpyxl.load_workbook(file).active
    assert [len(row) for row in sheet.iter_rows()] == [2, 2]
    funnel("lose Roof --reason price")
    found = funnel("report losses --json --columns name,deals").json
    assert found["n"] == 1
    assert list(found["rows"][0]) == ["name", "deals"]
    assert funnel("report losses --columns name,deals").rows[0] == ["price", "1"]
    assert funnel("report losses --columns name --md").lines[2].startswith("| ")


def test_what_is_no_column(funnel: Run) -> None:
    error = funnel("deal list --columns title,valeu", exit=2).stderr
    assert "There is no column valeu." in error
    assert "Did you mean value?" in error
    assert "The columns are: id, public_id, title," in error
    for nothing in ("", ",", "+,-", "title,-title"):
        error = funnel("deal", "list", "--columns", nothing, exit=2).stderr
        assert "No column is left." in error
    assert "once" in funnel("deal list --csv=id --columns title", exit=2).stderr
    assert "no option" in funnel("deal add Roof --columns title", exit=2).stderr
    german = funnel("deal list --columns Wertt", exit=2, env={"FUNNEL_LANGUAGE": "de"}).stderr
    assert "Spalte Wertt" in german
    assert "Wert?" in german
    assert "Kennung, " in german


def test_columns_by_names_of_files_and_by_a_part(funnel: Run) -> None:
    """What people call a column is enough, in either language, in every format."""
    funnel("deal add Roof --value 84000 --notes 'two floors'")
    for columns in ("titel,wert", "Title,Betrag", "opportunity name,amount"):
        assert funnel("deal", "list", "--columns", columns).rows == [["Roof", "84000.00"]]
    found = funnel("deal list --json --columns wahrscheinl,verlustgrund").json
    assert found == [{"probability": 10, "lost_reason": None}]
    assert funnel("deal list --columns +prob").rows[0][-1] == "10"
    error = funnel("deal list --columns ab", exit=2, env={"FUNNEL_LANGUAGE": "de"}).stderr
    assert "Abgeschlossen, Abschluss." in error


def test_sorting_by_whatever_a_record_is_asked_for(funnel: Run) -> None:
    funnel("deal add Roof --value 84000 --probability 80 --kind renewal")
    funnel("deal add Door --value 100 --probability 20 --kind new")
    for key in ("probability", "wahrscheinlichkeit", "-kind", "-art", "wert", "title", "-titel"):
        told = funnel("deal", "list", "--columns", "title", "--sort", key.lstrip("-")).rows
        turned = funnel("deal", "list", "--columns", "title", "--sort=-" + key.lstrip("-")).rows
        assert told == turned[::-1], key
    # Choices in their own order, not by the alphabet: open, won, lost.
    funnel("lose Roof --reason price")
    funnel("deal add Wall --value 1")
    funnel("win Wall")
    assert funnel("deal list --columns status --sort status").rows == [["open"], ["won"], ["lost"]]


def test_filters_by_what_people_call_a_field(funnel: Run) -> None:
    funnel("deal add Roof --value 84000 --next call --due 2026-01-05")
    funnel("contact add Ada --birthday 17.5.1980")
    funnel("win Roof")
    for word in ("fällig:any", "faellig:2026-01-05", "gewonnen:any", "won:any", "titel:roof"):
        assert funnel("deal", "list", word, "--columns", "title").rows == [["Roof"]], word
    for word in ("geboren:1980", "born:1980", "geburtsdatum:any"):
        assert funnel("contact", "list", word, "--columns", "name").rows == [["Ada"]], word
    assert "Gewonnen" in funnel("deal list xq:1", exit=2, env={"FUNNEL_LANGUAGE": "de"}).stderr


def test_a_setting_chooses_the_columns_of_a_list(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Roof --value 84000 --notes 'two floors'")
    funnel("config set columns.deal-list 'Value,title'")
    assert 'deal-list = "value,title"' in (tmp_path / "config/config.toml").read_text()
    for verb in ("list", "ls"):
        assert funnel("deal", verb).rows == [["84000.00", "Roof"]]
    assert funnel("deal list --no-color", tty=True).lines[0].split() == ["Value", "Deal"]
    assert funnel("deal list --columns +notes").rows == [["84000.00", "Roof", "two floors"]]
    assert funnel("deal list --columns title").rows == [["Roof"]]
    # Records are whole, whatever a screen shows.
    assert len(funnel("deal list --json").json[0]) > 40
    assert funnel("deal list --ids").rows == [["1"]]
    assert funnel("contact list").exit_code == 0
    listed = {row["name"]: row for row in funnel("config list --json").json}
    assert listed["columns.deal-list"]["origin"] == "config.toml"
    variable = listed["columns.deal-list"]["variable"]
    assert funnel("deal list", env={variable: "title,stage"}).rows == [["Roof", "qualification"]]
    assert funnel("deal list", env={variable: "nothing"}).rows[0][1] == "Roof"
    assert "value,title" in funnel("config unset columns.deal-list")
    assert len(funnel("deal list").rows[0]) > 5
    funnel("config set currency CHF")
    funnel("config set columns.history=-id,-state", exit=2)
    funnel("config set columns.history -- -id,-state")
    heads = funnel("history --limit 1 --no-color", tty=True).lines[0]
    assert heads.split() == ["When", "Command", "Changes"]
    assert len((tmp_path / "config/config.toml").read_text().split("\n\n")) == 2


def test_a_setting_of_no_list_or_column(funnel: Run) -> None:
    error = funnel("config set columns.deals-list title", exit=2).stderr
    assert "There is no list deals-list." in error
    assert "deal-list" in error
    assert "Did you mean title?" in funnel("config set columns.deal-list titlle", exit=2).stderr
    assert "currency" in funnel("config set curency EUR", exit=2).stderr
