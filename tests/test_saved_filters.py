"""Filters that have a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from conftest import Dump, Run
from funnelcli.nouns import declared
from funnelcli.nouns.saved import TABLES
from funnelcli.nouns.words import FILTERED
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read

GERMAN = {"FUNNEL_LANGUAGE": "de"}


def filled(funnel: Run) -> None:
    """Three deals of two contacts, one of whom is an organisation's."""
    funnel('contact add "Bau GmbH" -O')
    funnel("contact", "add", "Ada Kern", "--org", "Bau GmbH")
    for title, more in (("Roof", "--value 12k --stage offer"), ("Wall", "--value 2k --tag vip")):
        funnel("deal", "add", title, *more.split(), "--contact", "Ada Kern")
    funnel("deal add Door --value 30k --tag vip")
    funnel("filter save hot 'value:>10k'")


def titles(funnel: Run, *words: str) -> list[str]:
    return [deal["title"] for deal in funnel("deal", "list", *words, "--json=title").json or []]


def test_a_name_stands_for_its_filter_wherever_there_are_filters(
    funnel: Run, tmp_path: Path
) -> None:
    filled(funnel)
    assert titles(funnel, "@hot") == ["Door", "Roof"]
    assert titles(funnel, "@HOT", "tag:vip") == ["Door"]
    assert titles(funnel, "-@hot") == ["Wall"]
    assert titles(funnel, "-@hot or stage:offer") == ["Wall", "Roof"]
    assert titles(funnel, "(@hot or tag:vip)", "contact:bau") == ["Wall", "Roof"]
    assert "2" in funnel("report pipeline @hot --json=rows")
    assert funnel("show @hot --json=entered").json == {"entered": 2}
    assert len(funnel("deal edit @hot --probability 70 -y").lines) == 2
    funnel("undo")
    assert len(funnel("deal list @hot --csv").lines) == 3
    assert funnel("call '@hot'", exit=2).stderr.startswith("Error: @hot is a filter for other")
    lines = tmp_path / "lines"
    lines.write_text('["deal", "edit", "@hot", "--tag", "x", "-y"]\n')
    done = funnel("batch", lines)
    assert json.loads(done.lines[0])["ids"] == [3, 1]


def test_a_filter_is_checked_when_it_is_saved(funnel: Run, state: Callable[[], Dump]) -> None:
    filled(funnel)
    before = state()
    for line, said in {
        "filter save x 'vlaue:>1'": "@x: There is no field “vlaue”",
        "filter save x '(value:>1'": "@x: A parenthesis is not closed",
        "filter save x @gone": "@x: There is no saved filter @gone",
        "filter save x @x": "@x uses itself: @x → @x.",
        "filter save x ''": "The filter is empty",
        "filter save 1x value:1": "cannot be a filter's name",
        "filter save x y:1 --for nothing": "--for cannot be nothing",
        "filter edit hot @hot": "@hot uses itself",
        "filter edit hot": "Nothing to change",
    }.items():
        assert said in funnel(line, exit=2).stderr, line
    assert "--for contact" in funnel("filter save x town:ulm", exit=2).stderr
    assert "There is a filter @hot already" in funnel("filter save Hot tag:vip", exit=3).stderr
    assert "Did you mean @hot?" in funnel("filter show hto", exit=4).stderr
    assert "Did you mean @hot?" in funnel("deal list @hto", exit=2).stderr
    assert state() == before


def test_what_uses_a_filter_goes_along(funnel: Run, state: Callable[[], Dump]) -> None:
    filled(funnel)
    said = funnel("filter save mine @hot 'tag:very important' tag:vip")
    assert said.lines[0] == '@mine, for deals: @hot tag:"very important" tag:vip'
    funnel("filter save others '-@mine or (@hot)'")
    before = state()
    assert "used by: @mine, @others" in funnel("filter remove hot", exit=3).stderr
    refused = funnel("filter edit hot @others", exit=2).stderr
    assert "@hot uses itself: @hot → @others → @mine → @hot." in refused
    funnel("filter edit hot --name heiß")
    texts = {one["name"]: one["text"] for one in funnel("filter list --json").json}
    assert texts == {
        "heiß": "value:>10k",
        "mine": '@heiß tag:"very important" tag:vip',
        "others": "-@mine or (@heiß)",
    }
    after = state()
    assert titles(funnel, "@others") == ["Door", "Wall", "Roof"]
    page = funnel("filter show @heiß --json").json
    assert (page["fits"], page["used_by"]) == ({"deal": 2}, ["mine", "others"])
    funnel("undo")
    assert state() == before
    funnel("redo")
    assert state() == after
    assert len(funnel("filter remove heiß mine others -y").lines) == 3
    funnel("undo")
    assert state() == after


def test_a_filter_is_for_kinds_of_records(funnel: Run) -> None:
    filled(funnel)
    funnel("filter save vip tag:vip --for deal --for Kontakte", env=GERMAN)
    assert titles(funnel, "@vip") == ["Door", "Wall"]
    funnel("contact list @vip")
    refused = funnel("step list @vip", exit=2, env=GERMAN).stderr
    assert "@vip ist ein Filter für anderes: Geschäfte, Kontakte." in refused
    assert funnel("filter list for:contact --json=name").json == [{"name": "vip"}]
    assert "There is no field “tag”" in funnel("filter edit vip --for step", exit=2).stderr
    assert "Kontakte" in funnel("filter list", tty=True, env=GERMAN)


def test_the_tables_of_filters_are_those_of_their_nouns() -> None:
    for noun in FILTERED:
        assert declared(noun).table == TABLES.get(noun, noun)


def test_a_filter_that_has_become_wrong_says_so(funnel: Run) -> None:
    filled(funnel)
    funnel("contact add Uta --salutation Captain")
    funnel("filter save bridge salutation:captain --for contact")
    assert len(funnel("contact list @bridge").lines) == 1
    funnel("contact remove Uta -y")
    said = funnel("contact list @bridge", exit=2).stderr
    assert said.startswith("Error: @bridge: salutation has no choice “captain”.")
    assert "no choice “captain”" in funnel("filter show bridge", tty=True, width=160)
    assert funnel("filter show bridge --json=fits").json == {"fits": {}}


def test_fields_of_ones_own_are_asked_like_others(funnel: Run) -> None:
    filled(funnel)
    funnel("field add deal region --type choice --values north,south")
    funnel("deal edit Wall --region north")
    funnel("filter save up 'region:north or value:>20k'")
    assert titles(funnel, "@up") == ["Door", "Wall"]
    assert titles(funnel, "(region:north)") == ["Wall"]
    assert funnel("filter show up --json=fits").json == {"fits": {"deal": 2}}
    funnel("config set sort.deal-list region")
    assert titles(funnel)[0] == "Wall"
    funnel("config set columns.deal-list@r title,region")
    assert funnel("deal list --columns @r --limit 1").lines == ["Wall\tnorth"]
    funnel("config unset sort.deal-list")
    funnel("field remove deal region -y")
    said = funnel("deal list @up", exit=2).stderr
    assert said.startswith("Error: @up: There is no field “region”")


def test_filters_travel_with_the_archive(
    funnel: Run, state: Callable[[], Dump], tmp_path: Path
) -> None:
    filled(funnel)
    funnel("filter save mine '@hot tag:vip'")
    before = state()
    funnel("export", "all", tmp_path / "kept.zip")
    other = str(tmp_path / "other.db")
    funnel("import", "all", tmp_path / "kept.zip", "--db", other)
    assert (
        funnel("filter", "list", "--json", "--db", other).json == funnel("filter list --json").json
    )
    funnel("filter remove mine -y")
    funnel("undo")
    assert state() == before


def test_completion_offers_the_filters_of_the_list(funnel: Run, db: str) -> None:
    filled(funnel)
    funnel("filter save near town:köln --for contact")

    def offered(*words: str) -> list[str]:
        line = read([*words[:-1], "--db", db, words[-1]])
        assert line is not None
        return [value for value, _text in candidates(line)]

    assert offered("deal", "list", "@") == ["@hot"]
    assert offered("contact", "list", "-@") == ["-@near"]
    assert offered("report", "losses", "(@h") == ["(@hot"]
    assert offered("deal", "list", "(sta") == ["(stage:", "(status:"]
    assert offered("filter", "show", "") == ["hot", "near"]
    assert offered("filter", "show", "@n") == ["@near"]
    assert offered("filter", "save", "x", "va") == ["value:"]


def test_forgetting_somebody_takes_the_name_out_of_filters(funnel: Run) -> None:
    filled(funnel)
    funnel("filter save hers contact:kern")
    funnel("contact", "forget", "Ada Kern", "-y")
    assert "kern" not in funnel("filter list --json").casefold()
