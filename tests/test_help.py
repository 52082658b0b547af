"""Help on commands and on topics, wherever it is asked for."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from conftest import Run
from funnelcli import config
from funnelcli.cli.building import build
from funnelcli.cli.guessing import tree
from funnelcli.cli.tree import TREE, Verbs
from funnelcli.nouns import NOUNS, declared
from funnelcli.pages import topics as topics_module
from funnelcli.pages.topics import Topic, topic, topics
from funnelcli.render.layout import cells

GERMAN = {"FUNNEL_LANGUAGE": "de"}
PAGES = Path(topics_module.__file__).with_name("topics.toml")
ALL = pytest.mark.parametrize("page", topics(), ids=lambda page: page.key)


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("-h", "funnel COMMAND ..."),
        ("deal -h", "funnel deal COMMAND ..."),
        ("deal add -h", "funnel deal add "),
        ("deal add Roof --value 5 -h", "funnel deal add "),
        ("--help deal add", "funnel deal add "),
        ("-h deal", "funnel deal COMMAND ..."),
        ("deal -h add", "funnel deal add "),
        ("help", "funnel COMMAND ..."),
        ("help deal", "funnel deal COMMAND ..."),
        ("help deal add", "funnel deal add "),
        ("help deal ls", "funnel deal list "),
        ("help funnel deal add", "funnel deal add "),
        ("help person add", "funnel contact add "),
        ("help angebot", "funnel offer COMMAND ..."),
        ("deal help", "funnel deal COMMAND ..."),
        ("deal help add", "funnel deal add "),
        ("kontakt hilfe", "funnel contact COMMAND ..."),
        ("note -h", "funnel note COMMAND ..."),
    ],
)
def test_help_is_where_it_is_asked_for(funnel: Run, line: str, usage: str) -> None:
    assert funnel(line).startswith(f"Usage: {usage}")


def test_every_command_knows_the_short_option(funnel: Run) -> None:
    for noun, entry in TREE.items():
        for verb in entry.verbs if isinstance(entry, Verbs) and noun != "report" else ("",):
            if not isinstance(entry, Verbs):
                assert "-h" not in {o for p in build(noun, entry).params for o in p.opts}
            line = f"{noun} {verb}".strip() if noun in ("deal", "log", "config") else noun
            assert funnel(f"{line} -h").startswith(f"Usage: funnel {line}")


# Topics -------------------------------------------------------------------------------------------


def test_no_command_hides_a_topic() -> None:
    assert not {page.key for page in topics()} & set(TREE)


def test_every_page_that_is_written_is_listed() -> None:
    assert [*tomllib.loads(PAGES.read_text(encoding="utf-8"))] == [page.key for page in topics()]


@ALL
def test_a_topic_tells_in_both_languages_and_on_every_screen(funnel: Run, page: Topic) -> None:
    english = funnel("help", page.key)
    assert english == funnel("help", page.name_en) == funnel("help", page.name_de)
    german = funnel("help", page.key, env=GERMAN)
    assert german != english
    assert "{" not in re.sub(r'\{"error".*?\}\}', "", " ".join(german.split()))
    for width in (40, 80):
        told = funnel("help", page.key, width=width, env=GERMAN)
        # What is to be typed is folded between its words alone.
        assert max(cells(line) for line in told.lines) <= width + 8
    for word in page.also:
        assert topic(word) == page


@ALL
def test_every_example_of_a_topic_is_a_line_of_the_program(funnel: Run, page: Topic) -> None:
    known = tree()
    for text in (page.text_en, page.text_de):
        for line in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
            for part in re.findall(r"funnel ((?:'[^']*'|[^|)'])*)", line):
                name, *rest = shlex.split(part)
                assert name in known, line
                assert not known[name] or rest[0] in known[name], line


def test_topics_follow_from_the_declarations(funnel: Run) -> None:
    funnel("deal list")
    filters = funnel("help filters", width=200)
    for noun in map(declared, NOUNS):
        assert f"funnel {noun.command} " in filters
    assert "is:rotten" in filters
    assert "is:verwaist" in funnel("help filters", env=GERMAN)
    settings = funnel("help settings")
    assert all(f"  {setting.name} " in settings for setting in config.SETTINGS)
    stages = funnel("help stufen", env=GERMAN)
    assert "Kundenbesuch" in stages
    assert "Verhandlung" in stages
    assert "Dublette" in funnel("help gründe", env=GERMAN)
    assert "--xlsx" in funnel("help output formats")


def test_help_makes_no_database(funnel: Run, db: str) -> None:
    for page in topics():
        funnel("help", page.key)
    assert not Path(db).exists()


def test_what_there_is_no_help_on(funnel: Run) -> None:
    error = funnel("help filtres", exit=2).stderr
    assert error.startswith(
        "Error: There is no help on filtres.\nDid you mean `funnel help filters`"
    )
    assert "`funnel help deal`" in funnel("help deel", exit=2).stderr
    assert "`funnel agenda`" in funnel("help termin", exit=2).stderr
    error = funnel("help xyzzy", exit=2).stderr
    assert error.startswith("Error: There is no help on xyzzy.\nTopics: filters, dates,")
    german = funnel("help xyzzy", exit=2, env=GERMAN).stderr
    assert german.startswith("Fehler: Zu xyzzy gibt es keine Hilfe.\nThemen: ")


def test_the_root_lists_the_topics(funnel: Run) -> None:
    shown = " ".join(funnel("-h").split())
    assert f"Topics: funnel help {', '.join(page.key for page in topics())}" in shown


def test_every_way_to_ask_for_the_version(funnel: Run) -> None:
    assert funnel("--version") == funnel("-V") == funnel("version")
