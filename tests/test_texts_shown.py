"""Texts of others in what the program prints: they are shown as they are, and do nothing there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run
from funnelcli.render.human import clean
from funnelcli.render.markdown import mark_text
from funnelcli.text import printed, seen

# It clears a screen, turns what follows round, hides a letter, and begins a table, a heading, a
# link, a list and a rule in Markdown.
HOSTILE = "Mül\u200bler\u202e\x1b[2J\x07\u2066 # x\n- [y](z) | <b>\n1. *one*\n\n---\n\\"
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")


@pytest.fixture
def hostile(funnel: Run) -> Run:
    """The program with a record of every kind that is named and described by somebody hostile."""
    title = HOSTILE.replace("\n", " ")
    funnel("contact", "add", title, "--notes", HOSTILE, "--town", title)
    funnel("deal", "add", title, "--contact", "1", "--notes", HOSTILE)
    funnel("visit", "add", "1", "--said", HOSTILE, "--set", f"needs={HOSTILE}", "--no-recognise")
    funnel("next", "1", title, "--due", "fri 14:00")
    funnel("product", "add", "P-1", title, "--price", "3", "--vat", "19", "--notes", HOSTILE)
    funnel("note", "add", "1", HOSTILE)
    funnel("offer", "add", "1", "--intro", HOSTILE)
    funnel("offer", "line", "1", "P-1")
    return funnel


PAGES = (
    "contact show 1",
    "deal show 1",
    "visit show 1",
    "visit print 1",
    "note show 1",
    "product show P-1",
    "offer show 1",
    "offer print 1",
    "agenda",
    "today",
    "guide 1",
    "contact list",
)


def test_nothing_that_is_printed_steers_or_hides(hostile: Run) -> None:
    for page in PAGES:
        for form in ([], ["--md"], ["--html"]):
            if "print" in page and form == []:
                continue
            told = hostile(*page.split(), *form, exit=None)
            found = STEERING.search(told.replace("\\x1b", ""))
            # A pipe gets the rows whole: in them such characters are spelt out or nothing there.
            assert found is None or (form == [] and found[0] >= "\u0100"), (page, form, found)
        screen = hostile(*page.split(), tty=True, exit=None)
        assert not STEERING.search(re.sub(r"\x1b\[[0-9;]*m", "", screen)), page
    calendar = hostile("agenda --ics", exit=None) or hostile("step list --ics", exit=None)
    assert not STEERING.search(calendar.replace("\r\n", "\n"))


def test_markdown_shows_a_text_of_several_lines_as_it_is(hostile: Run) -> None:
    page = hostile("visit print 1 --md")
    shown = "\\- \\[y\\](z) \\| \\<b\\>\\\n1\\. \\*one\\*\n\n\\---\\\n\\\\"
    assert shown in page
    assert not re.search(r"^(?:- \[|1\. |---$|# x)", page, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# no heading", "\\# no heading"),
        ("a\nb", "a\\\nb"),
        ("a\n\n\n  b  ", "a\n\nb"),
        ("    no code", "no code"),
        ("1. one\n2) two\n1.5", "1\\. one\\\n2\\) two\\\n1.5"),
        ("+ x\n=====", "\\+ x\\\n\\====="),
        ("> q & `c`", "\\> q &amp; \\`c\\`"),
    ],
)
def test_lines_of_markdown(text: str, written: str) -> None:
    assert mark_text(text) == written


def test_what_nobody_sees_is_not_there_and_joined_signs_stay() -> None:
    assert seen("Mül\u200bler\ufeff\u200e") == "Müller"
    assert seen("ad\u200dmin \u200cx") == "admin x"
    for whole in ("👩\u200d🔧", "می\u200cخواهم"):
        assert clean(whole) == printed(whole) == whole


@given(st.text())
def test_one_rule_for_all_that_shows_texts(text: str) -> None:
    assert not STEERING.search(printed(text))
    assert not STEERING.search(clean(text))
    assert printed(printed(text)) == printed(text)
    assert clean(clean(text)) == clean(text)
