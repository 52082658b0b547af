"""The README's two commands and its picture; tests/test_docs.py takes its tour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import Run

README = Path(__file__).parent.parent / "README.md"
GERMAN = README.with_name("README.de.md")
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def block(name: str, readme: Path = README) -> str:
    """The shell block behind the comment ``<!-- name -->``."""
    text = readme.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", text, re.DOTALL)
    assert found, name
    return found[1]


@pytest.mark.skipif(not README.exists(), reason="the README is not beside the tests")
def test_the_two_commands_are_one_line_each(funnel: Run) -> None:
    demo = block("demo command").strip()
    assert "\n" not in demo
    assert demo.endswith("funnel demo")
    tests = block("test command").strip()
    assert "\n" not in tests
    assert tests.endswith("pytest")
    assert block("demo command", GERMAN).strip() == demo.replace(
        ".venv/bin/funnel", "FUNNEL_LANG=de .venv/bin/funnel"
    )
    assert block("test command", GERMAN).strip() == tests


@pytest.mark.skipif(
    not README.with_name("requirements-docs.txt").exists(), reason="this is no checkout"
)
def test_the_site_of_the_docs_goes_into_the_environment_of_the_tests() -> None:
    tested, site = (
        dict(PINNED.findall(README.with_name(name).read_text(encoding="utf-8")))
        for name in ("requirements.txt", "requirements-docs.txt")
    )
    assert {"sphinx", "furo", "myst-parser"} <= set(site)
    assert {name: site[name] for name in site if name in tested} == {
        name: tested[name] for name in tested if name in site
    }


@pytest.mark.skipif(not README.exists(), reason="the README is not beside the tests")
@pytest.mark.parametrize(("language", "folder"), [("en", "docs"), ("de", "docs/de")])
def test_the_picture_is_what_the_program_draws_of_its_sample_data(
    funnel: Run, tmp_path: Path, language: str, folder: str
) -> None:
    spoken = {
        "FUNNEL_LANGUAGE": language,
        "FUNNEL_LOCALE": {"en": "en_US", "de": "de_DE"}[language],
    }
    funnel("demo", "--into", tmp_path / "demo.db", env=spoken)
    drawn = funnel("show", "--svg", "--db", tmp_path / "demo.db", env=spoken)
    assert drawn == (README.parent / folder / "funnel.svg").read_text(encoding="utf-8")


def test_the_demo_shows_a_funnel_and_how_to_go_on(funnel: Run, tmp_path: Path) -> None:
    shown = funnel("demo", "--into", tmp_path / "demo.db", tty=True, width=100)
    for text in ("Sales cycle", "Sales funnel", "Overdue", "Today", "Rotting", "FUNNEL_DB="):
        assert text in shown
    assert funnel("deal", "list", "--json").json == []
    inside = funnel("deal", "list", "--db", tmp_path / "demo.db", "--json").json
    assert {deal["process"] for deal in inside} == {"cycle", "funnel"}
    assert {deal["status"] for deal in inside} == {"open", "won", "lost"}
    funnel("demo", "--into", tmp_path / "demo.db", exit=3)
    assert "is sound" in funnel("doctor", "--db", tmp_path / "demo.db", tty=True)
