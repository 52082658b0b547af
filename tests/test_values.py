"""What single values say in words: yes and no, spans of time, percentages, in both languages."""

from __future__ import annotations

import pytest

from conftest import Run
from funnelcli import i18n
from funnelcli.render import human
from funnelcli.values import moneyformat, numbers, spans
from funnelcli.values.yesno import yes_or_no


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("y yes YES j ja Ja true on 1", True),
        ("n no nein Nein false off 0", False),
        ("x maybe ye jaja 2 -", None),
    ],
)
def test_yes_and_no(words: str, said: bool | None) -> None:
    assert [yes_or_no(word) for word in words.split()] == [said] * len(words.split())


@pytest.mark.parametrize(("answer", "code"), [("Ja", 0), ("y", 0), ("nein", 130), ("", 130)])
def test_a_question_takes_both_languages(funnel: Run, answer: str, code: int) -> None:
    for name in ("Eva", "Ida", "Udo"):
        funnel("contact", "add", name)
    funnel("contact remove 1 2 3", tty=True, stdin=f"{answer}\n", exit=code)
    assert len(funnel("contact", "list", "--json").json) == (0 if code == 0 else 3)


def test_a_setting_and_an_answer_take_the_same_words(funnel: Run) -> None:
    for word, value in (("j", True), ("nein", False), ("on", True), ("n", False)):
        funnel("config", "set", "strict", word)
        found = {row["name"]: row["value"] for row in funnel("config", "list", "--json").json}
        assert found["strict"] in (value, str(value).lower())


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90d", "90d"),
        ("6 Wochen", "6w"),
        ("every 3 months", "3m"),
        ("jeden Monat", "1m"),
        ("jährlich", "1y"),
        ("taeglich", "1d"),
        ("quarterly", "1q"),
        ("0d", None),
        ("14", None),
        ("2 monthly", None),
        ("soon", None),
        ("", None),
    ],
)
def test_spans_are_read(text: str, span: str | None) -> None:
    assert spans.read_span(text) == span


def test_spans_are_written_and_counted() -> None:
    assert [spans.in_words(span) for span in ("1d", "2w", "3m")] == ["1 day", "2 weeks", "3 months"]
    assert [spans.in_days(span) for span in ("2d", "2w", "2m", "2q", "2y")] == [2, 14, 60, 182, 730]
    i18n.use("de")
    try:
        assert [spans.in_words(span) for span in ("1q", "2y")] == ["1 Quartal", "2 Jahre"]
        assert [spans.how_often(span) for span in ("1m", "3m")] == ["jeden Monat", "alle 3 Monate"]
    finally:
        i18n.use("en")


def test_care_and_notice_take_the_same_words(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    funnel("deal add Roof -c 1")
    plan = funnel("care", "set", 1, "--every", "monthly", "--json").json
    assert (plan["every_days"], plan["every_months"]) == (30, 1)
    made = funnel("contract add 1 --ends 2027-12-31 --notice quarterly --json")
    assert made.json["notice"] == "1q"


@pytest.mark.parametrize(
    ("locale", "sign"),
    [
        ("en_US", "%"),
        ("en_GB", "%"),
        ("C", "%"),
        ("de_DE", "\xa0%"),
        ("de_CH", "%"),
        ("fr_FR", "%"),
    ],
)
def test_a_percentage_is_written_one_way(locale: str, sign: str) -> None:
    for text in (
        human.percent(42, locale),
        numbers.shown_percent(4200, locale),
        moneyformat.percent_text("42", locale),
    ):
        assert text.replace("\u202f", "").startswith("42")
        assert text.removeprefix("42").endswith(sign)
    assert human.percent(57.1, locale)[:2] == moneyformat.format_share(4, 7, locale)[:2]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("35", 35),
        ("35 %", 35),
        ("35,00%", 35),
        ("0", 0),
        ("100", 100),
        ("101", None),
        ("3.5", None),
    ],
)
def test_whole_percentages_are_read(text: str, value: int | None) -> None:
    assert numbers.whole_percent(text) == value
