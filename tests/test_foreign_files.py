"""Processes, questionnaires, words and templates of others: bounded, whatever they state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import Run
from funnelcli.letters import bounds

GERMAN = {"FUNNEL_LANGUAGE": "de"}
# TOML that no process and no questionnaire states, and nothing that is to be waited for.
STRANGE = {
    "digits without end": f"n = {'9' * 5000}",
    "a large number": 'key = "x"\n[[stage]]\nkey = "a"\nrotten_after = 99999999999999999999',
    "arrays without end": "x = " + "[" * 10_000,
    "tables without end": "x = " + "{a = " * 3000,
    "a long path": ".".join("a" * 3000) + " = 1",
    "a table for a text": "[key]\nx = 1\n[[stage]]\nkey = 1",
    "a text for a table": 'stage = "x"\nquestionnaire = 7',
    "lists of lists": "stage = [[1], [2]]\nquestionnaire = [[1]]",
    "a number for a name": 'key = 5\nname = [1]\n[[stage]]\nname = 3.5\nexit = "x"\nkind = true',
    "texts for questions": '[[questionnaire]]\nkey = "a"\nname = 1\nquestion = ["x", 3]',
    "days for texts": "key = 2026-01-01\n[[questionnaire]]\nkey = 10:00:00",
    "numbers that are none": 'key = "x"\n[[stage]]\nkey = "a"\nprobability = nan',
    "no text": "\x00\x01",
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_toml_is_refused_in_a_sentence(funnel: Run, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(STRANGE[kind], encoding="utf-8")
    for command in ("process add", "process check", "questionnaire add", "deal ask 1 --read"):
        told = funnel(*command.split(), file, exit=None)
        assert told.exit_code in (1, 2, 4), told.stderr
        assert told.stderr.startswith("Error: ")
        assert len(told.stderr) < 3000


@pytest.fixture
def own(funnel: Run, environment: dict[str, str]) -> Path:
    """The folder of the user's own templates, beside an offer that uses them."""
    folder = Path(environment["FUNNEL_CONFIG_DIR"]) / "templates"
    folder.mkdir(parents=True)
    funnel("deal add Roof")
    funnel("product add P-1 Roof --price 3 --vat 19")
    funnel("offer add 1")
    funnel("offer line 1 P-1")
    return folder


# A template, and what is said of it.
ENDLESS = {
    '{{ "x" * 10**10 }}': "a repetition is too long",
    "{{ 10**10 * [1] }}": "a repetition is too long",
    "{{ 7 ** 1000000000 }}": "a power is too high",
    '{% include "offer.md.j2" %}': "it includes itself, or goes too deep",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}": "it includes itself, or goes too deep",
    "{{ '%999999999d' % 1 }}{{ '%999999999d' % 1 }}": "it takes too much memory",
    "{{ 'x'.center(999999999) }}": "it takes too much memory",
    "{{ 'x'.center(5000001) }}": "it writes too much",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}": (
        "it takes longer than 0.2 seconds"
    ),
}


@pytest.mark.parametrize("template", ENDLESS)
def test_a_template_is_bounded(
    funnel: Run, own: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ENDLESS[template]
    if "memory" in told and not Path("/proc/self/statm").exists():
        pytest.skip("only Linux says what memory a process has")
    if "longer" in told:
        monkeypatch.setattr(bounds, "SECONDS", 0.2)
    (own / "offer.md.j2").write_text(template)
    said = funnel("offer print 1 --md", exit=1).stderr
    # A line is named where Jinja knows it: not of what was cut off.
    place = re.escape(str(own / "offer.md.j2")) + ":1|offer.md.j2"
    assert re.match(f"Error: The template ({place}) cannot be used: {re.escape(told)}\\.\n", said)
    # What is left of a bound would be in the way of the next command.
    (own / "offer.md.j2").unlink()
    funnel("offer print 1 --md")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("en = 5", "en is not a table"),
        ("[en]\nunits = 3", "en.units is not a table"),
        ("[en]\nprice = 3", "en.price is not a text"),
        ("[en.price]\nx = 'y'", "en.price is not a text"),
        ("[en.units]\nh = ['x']", "en.units.h is not a text"),
        ("en = " + "[" * 9999, "it is nested too deeply"),
    ],
)
def test_words_of_a_wrong_kind_are_named(funnel: Run, own: Path, words: str, told: str) -> None:
    (own / "words.toml").write_text(words)
    said = funnel("offer print 1 --md", exit=1).stderr
    assert said == (
        f"Error: {own / 'words.toml'} cannot be read: {told}.\n"
        "Mend the file, or move it out of the way.\n"
    )


def test_a_cell_too_long_is_refused_by_its_own_reason(funnel: Run, tmp_path: Path) -> None:
    long = "x" * (8 * 1024 * 1024 + 1)
    file = tmp_path / "deals.csv"
    file.write_text(f"Title,Value,Notes\nRoof,12,{long}\nWall,3,y\n")
    told = funnel("import", "deals", file, exit=6)
    assert "line 2: one text has more than 8 MiB\n" in told.stderr
    assert [row[1] for row in funnel("deal list").rows] == ["Wall"]
    assert (tmp_path / "deals.rejects.csv").read_text().startswith("Title,Value,Notes,")
    file.write_text(f'Title,Value,Notes\nRoof,12,"{long}"\nWall,3,y\n')
    told = funnel("import", "deals", file, exit=2)
    assert "in the row at line 2 of deals.csv has more than 8 MiB, or is never" in told.stderr
    file.write_text('Title,Value,Notes\nRoof,12,"x\nWall,3,y\n')
    told = funnel("import", "deals", file, exit=2)
    assert "A quotation mark opened in the row at line 2 of deals.csv is never" in told.stderr
