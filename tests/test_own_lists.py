"""Each list of the program's own comes back as what it is, or is refused with what can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Dump, Run
from every_command import fill
from funnelcli.cli.tree import every_command

TAKEN = {f"{noun} list" for noun in ("contact", "deal", "visit", "step", "note", "product", "offer")}
LISTS = [words for words in every_command() if words.endswith(" list")]
OTHERS = ["call", "find roof", "history", "owed"]
WAYS = [("en", "csv"), ("de", "xlsx"), ("en", "xlsx"), ("de", "tsv"), ("en", "json"), ("de", "jsonl")]


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_lists_that_do_not_come_back_are_refused_with_what_does(
    funnel: Run,
    tmp_path: Path,
    db: str,
    state: Callable[[], Dump],
    way: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    language, ending = way
    monkeypatch.chdir(tmp_path)
    fill(funnel, tmp_path, db)
    before = state()
    refused = 0
    for words in [*LISTS, *OTHERS]:
        if words in TAKEN:
            continue
        file = tmp_path / f"{words.replace(' ', '-')}.{ending}"
        funnel(*words.split(), "-o", file, env={"FUNNEL_LANGUAGE": language})
        if not file.read_bytes().strip(b"[] \n"):
            continue
        told = funnel("import", file, "-y", exit=2).stderr
        command = words.partition(" roof")[0]
        assert f"is what `funnel {command}` writes, which no import takes." in told
        assert "Lists of contacts, deals, visits, next steps, notes, products and offers" in told
        assert "\nfunnel export all FOLDER\n" in told
        refused += 1
    assert refused >= 12
    assert state() == before
    page = tmp_path / "today.csv"
    funnel("today", "-o", page)
    told = funnel("import", page, "-y", exit=2).stderr
    assert f"{page} is a page of this program's, which no import takes." in told


def test_columns_that_other_programs_have_as_well_are_read(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email,role\nEva Roth,eva@roth.example,buyer\n", "utf-8")
    assert "Contacts: 1 added" in funnel("import", file, "-y")


def test_what_is_no_file_is_called_as_it_was_given(funnel: Run) -> None:
    assert "/dev/null is empty." in funnel("import", "/dev/null", "-y", exit=2).stderr
    assert "standard input is empty." in funnel("import", "-", "-y", exit=2).stderr
