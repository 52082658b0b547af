"""A name that means a record which a command is not for: the error says what stands in the way."""

from __future__ import annotations

import pytest

from conftest import Run


@pytest.fixture
def closed(funnel: Run) -> Run:
    """One record of each kind, every one of them ended."""
    funnel("contact", "add", "Uwe Kern")
    funnel("contact", "add", "Eva Roth")
    funnel("product add C-1 Cream --price 40 --vat 19")
    funnel("deal add Lost -c 1 --value 40")
    funnel("deal add Roof -c 1 --process funnel --value 5000")
    funnel("offer add 2")
    funnel("offer line 2026-0001 C-1")
    funnel("offer send 2026-0001")
    funnel("next 2 Measure --due tomorrow")
    funnel("step done 1")
    funnel("lose 1 --reason price")
    funnel("win 2")
    funnel("milestone done 2")
    funnel("care complain 1 Leak")
    funnel("care resolve 1 Sealed")
    return funnel


@pytest.mark.parametrize(
    ("by_name", "by_id"),
    [
        ("offer add roof", "offer add 2"),
        ("offer add kern", "offer add 2"),
        ("contract add lost", "contract add 1"),
        ("milestone done delivered", "milestone done 2"),
        ("step done measure", "step done 1"),
        ("offer line roof C-1", "offer line 2026-0001 C-1"),
        ("care resolve kern Again", "care resolve 1 Again"),
    ],
)
def test_a_name_is_refused_as_the_id_is(closed: Run, by_name: str, by_id: str) -> None:
    wanted = closed(by_id, exit=3).stderr
    if by_name == "offer add kern":
        # Of two deals that are closed nothing is guessed.
        assert "fits 2 records" in closed(by_name, exit=5).stderr
    else:
        assert closed(by_name, exit=3).stderr == wanted


def test_a_name_of_nothing_is_still_not_found(closed: Run) -> None:
    assert "No deal is called nobody." in closed("offer add nobody", exit=4).stderr
    # A contact comes before the deals that a step is not for.
    closed("next", "eva", "Call", "--due", "tomorrow")


def test_a_number_that_is_no_id_does_nothing_to_a_name_that_holds_it(funnel: Run) -> None:
    funnel("deal", "add", "Umbrella314 - Expansion")
    funnel("deal", "add", "Hall 2027")
    for line in ("win 314", "next 314 call", "deal edit 2027 --value 1", "deal remove 314 --yes"):
        number = "2027" if "2027" in line else "314"
        assert f"There is no deal {number}." in funnel(line, exit=4).stderr
    assert len(funnel("history --json").json) == 2
    # To look, a number may be a word; and the whole name is a name.
    assert "Umbrella314" in funnel("deal show 314")
    funnel("deal", "add", "2028")
    assert funnel("win 2028 --value 5").startswith("2028: ")


def test_an_id_of_nothing_is_said_to_be_none_in_either_language(funnel: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    for line, en, de in (
        ("win 999", "There is no deal 999.", "Das Geschäft 999 gibt es nicht."),
        ("contact show 999", "There is no contact 999.", "Den Kontakt 999 gibt es nicht."),
        ("visit show 999", "There is no visit 999.", "Den Besuch 999 gibt es nicht."),
        (
            "brief 999",
            "There is no contact 999, and no deal.",
            "Es gibt weder einen Kontakt noch ein Geschäft 999.",
        ),
    ):
        assert en in funnel(line, exit=4).stderr
        assert de in funnel(line, exit=4, env=german).stderr


def test_what_was_changed_is_named_by_its_title(funnel: Run) -> None:
    funnel("deal add Roof")
    assert "Roof: changed close\n" in funnel("deal edit Roof --close 2027-01-31")
    funnel("field add deal grade --type text --name 'CE grade'")
    edited = funnel("deal edit Roof --grade A --source fair")
    assert edited.startswith("Roof: changed source, CE grade")


def test_a_colon_in_front_says_that_it_is_a_name(funnel: Run) -> None:
    for title in ("@home", "stage:offer", ":-) smile"):
        funnel("deal", "add", title)
    said = funnel("deal edit @home --value 3", exit=2).stderr
    assert "put a colon before it" in said
    for name, title in ((":@home", "@home"), (":stage:offer", "stage:offer"), (":-)", ":-) smile")):
        assert funnel("deal", "edit", name, "--value", 3).startswith(f"{title}: changed value")
    assert "No deal is called @nobody." in funnel("deal edit :@nobody --value 3", exit=4).stderr
    assert len(funnel("deal list value:3 --ids").lines) == 3


def test_a_brief_is_about_one_of_both(funnel: Run) -> None:
    funnel("contact add Eva")
    funnel("deal add Roof")
    said = funnel("brief roof --contact eva", exit=2).stderr
    assert "A brief is about a deal or about a contact." in said
    assert "Eva" in funnel("brief --contact eva")
