"""Questions: asked on a terminal, answered by a script, taken along on paper; frameworks, fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.actions import answers, qualification
from funnelcli.errors import Usage
from funnelcli.processes import questionnaires


@pytest.fixture
def deal(funnel: Run) -> Run:
    """A deal in the stage that asks about needs."""
    funnel("contact", "add", "Eva Roth")
    funnel("deal add Roof -c 1 --stage needs --at 2026-11-01")
    return funnel


# A stage's own questions ------------------------------------------------------------------------


def test_a_pipe_gets_the_open_questions(deal: Run) -> None:
    rows = deal("deal", "ask", 1).rows
    assert [row[0] for row in rows] == ["situation", "problem", "cost_of_problem", "goal", "budget"]
    deal("deal ask 1 --answer 'situation=by hand' --answer 'budget=1.250,5 EUR'")
    assert [row[0] for row in deal("deal", "ask", 1).rows] == ["problem", "cost_of_problem", "goal"]
    sheet = deal("deal ask 1 --json").json
    assert sheet["missing"] == ["problem", "goal"]
    assert [row["key"] for row in sheet["questions"]] == ["problem", "cost_of_problem", "goal"]
    sheet = deal("deal ask 1 --all --json").json
    assert sheet["missing"] == ["problem", "goal"]
    held = {question["key"]: question["answer"] for question in sheet["questions"]}
    assert (held["situation"], held["budget"]) == ("by hand", "1250.50 EUR")
    assert sheet["questions"][0]["answered_at"] == "2026-11-24T08:00:00Z"


def test_a_terminal_is_asked_question_by_question_and_takes_it_up_again(deal: Run) -> None:
    first = deal("deal", "ask", 1, tty=True, stdin="by hand\n\n\nmuch\n.\n")
    # The required ones come first; one was passed over.
    assert "1/5 How do you handle this today" in first.stderr
    again = deal("deal", "ask", 1, tty=True, stdin="presses stand still\n.\n")
    assert "1/3 What bothers you most" in again.stderr
    held = {row["key"]: row["answer"] for row in deal("deal answers 1 --json").json}
    assert held == {
        "situation": "by hand",
        "cost_of_problem": "much",
        "problem": "presses stand still",
    }


def test_what_was_said_before_an_interruption_is_kept(deal: Run) -> None:
    # The input ends in the middle, as Ctrl-D or a closed window ends it.
    told = deal("deal", "ask", 1, tty=True, stdin="by hand\n", exit=130)
    assert "1 answer" in told
    assert "Interrupted; what was answered until then is stored." in told
    assert [row["key"] for row in deal("deal", "answers", 1, "--json").json] == ["situation"]


def test_an_interruption_at_a_score_keeps_the_answer(deal: Run) -> None:
    told = deal("deal", "qualify", 1, tty=True, stdin="urgent\n", exit=130)
    assert "1 answer" in told
    nothing = deal("deal", "qualify", 1, tty=True, stdin="", exit=130).stderr
    assert nothing.endswith("Interrupted; nothing was changed.\n")


def test_an_answer_of_the_wrong_kind_is_asked_for_again(deal: Run) -> None:
    typed = deal("deal", "ask", 1, tty=True, stdin="\n\n\n\nplenty\n80k\n")
    assert "(an amount)" in typed.stderr
    assert deal("deal", "answers", 1, "--json=answer").json == [{"answer": "80000.00 EUR"}]


def test_a_later_answer_holds_and_the_earlier_stays_readable(deal: Run) -> None:
    deal("deal ask 1 --answer goal=faster --at 2026-11-10")
    deal("deal ask 1 --answer goal=cheaper --at 2026-11-12")
    deal("deal ask 1 --answer goal=slower --at 2026-11-11", exit=3)
    now = deal("deal answers 1 --json=answer").json
    ever = deal("deal answers 1 --history --json=answer,holds").json
    assert now == [{"answer": "cheaper"}]
    assert [(row["answer"], row["holds"]) for row in ever] == [("faster", False), ("cheaper", True)]
    deal("undo")
    assert deal("deal", "answers", 1, "--json=answer").json == [{"answer": "faster"}]
    deal("redo")
    assert deal("deal", "answers", 1, "--json=answer").json == [{"answer": "cheaper"}]


def test_saying_the_same_again_changes_nothing(deal: Run) -> None:
    deal("deal ask 1 --answer goal=faster")
    deal("deal ask 1 --answer goal=faster")
    assert len(deal("deal", "answers", 1, "--history", "--json").json) == 1


PROCESS = """
key = "own"
name = "Own"
[[stage]]
key = "{key}"
{was}
name = "Talk"
phase = "lead"
kind = "open"
exit = [{{ key = "questions_answered", en = "the questions" }}]
[[stage.question]]
key = "size"
text = "{text}"
required = true
[[stage]]
key = "order"
name = "Order"
phase = "customer"
kind = "won"
"""


def test_answers_outlive_an_edit_of_the_process(deal: Run, add_process: Run) -> None:
    add_process(PROCESS.format(key="talk", was="", text="How large?"))
    deal("deal add Barn -p own --value 5")
    deal("deal ask 2 --answer size=very")
    add_process(PROCESS.format(key="chat", was='was = "talk"', text="How many metres?"))
    (row,) = deal("deal answers 2 --json").json
    assert (row["stage"], row["question"], row["answer"]) == ("chat", "How large?", "very")
    # The question is another now, and its key the same: it counts as answered.
    deal("win", 2, "--strict")
    add_process(PROCESS.format(key="chat", was="", text="x").replace('"size"', '"depth"'))
    assert deal("deal", "answers", 2, "--json=question,answer").json == [
        {"question": "How large?", "answer": "very"}
    ]
    deal("deal ask 2 --stage chat --answer size=x", exit=4)


def test_questions_come_in_the_language_spoken(deal: Run) -> None:
    german = deal("deal", "ask", 1, env={"FUNNEL_LANGUAGE": "de"})
    assert german.rows[0][1].startswith("Wie ")
    deal("deal ask 1 --answer goal=x", env={"FUNNEL_LANGUAGE": "de"})
    assert "Problem" in deal("deal", "answers", 1, "--json").json[0]["question"]


# On paper ---------------------------------------------------------------------------------------


def test_a_blank_page_is_filled_in_and_read_back(deal: Run, tmp_path: Path) -> None:
    page = tmp_path / "questions.md"
    deal("deal", "ask", 1, "--blank", "-o", str(page))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Needs analysis · Roof\n")
    filled = text.replace("<!-- key: goal -->\n", "<!-- key: goal -->\n\nTwo lines,\n\n## really\n")
    filled = filled.replace("<!-- key: budget -->\n", "<!-- key: budget -->\n80k\n")
    page.write_text(filled.replace("\n", "\r\n"), encoding="utf-8")
    result = deal("deal", "ask", 1, "--read", str(page), "--at", "2026-11-20", "--json").json
    held = {question["key"]: question["answer"] for question in result["questions"]}
    assert held["goal"] == "Two lines,\n\n## really"
    assert (held["budget"], held["problem"]) == ("80000.00 EUR", None)
    again = deal("deal ask 1 --blank --all")
    assert "80000.00 EUR" in again


def test_a_page_of_another_stage_is_refused_whole(deal: Run, tmp_path: Path) -> None:
    page = tmp_path / "questions.md"
    deal("deal", "ask", 1, "--stage", "offer", "--blank", "-o", str(page))
    deal("deal", "ask", 1, "--read", str(page), exit=2)
    page.write_text("# My shopping list\n", encoding="utf-8")
    deal("deal", "ask", 1, "--read", str(page), exit=2)
    deal("deal", "ask", 1, "--blank", "-o", str(page))
    bad = page.read_text(encoding="utf-8").replace("budget -->\n", "budget -->\nplenty\n")
    page.write_text(bad.replace("goal -->\n", "goal -->\nx\n"), encoding="utf-8")
    deal("deal", "ask", 1, "--read", str(page), exit=2)
    page.write_bytes(b"\xff\xfe\x00")
    deal("deal", "ask", 1, "--read", str(page), exit=1)
    assert deal("deal", "answers", 1, "--json").json == []


_KEYS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5, unique=True)
_LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30)
_TEXT = st.lists(_LINES, min_size=1, max_size=3).map("\n".join)


@settings(max_examples=120, deadline=None)
@given(keys=_KEYS, texts=st.lists(_TEXT, min_size=5, max_size=5), title=_LINES)
def test_any_answers_come_back_off_the_page(keys: list[str], texts: list[str], title: str) -> None:
    questions = tuple(
        answers.Question(key, f"Q {key}?", f"F {key}?", "text", (), False, 1, False) for key in keys
    )
    sheet = answers.Sheet("talk", "Talk", "Gespräch", 1, None, questions)
    said = dict(zip(keys, texts, strict=False))
    held = {key: answers.Given(text, None, None, 0) for key, text in said.items()}
    page = answers.to_markdown(sheet, title, held)
    expected = {key: text.strip() for key, text in said.items() if text.strip()}
    assert answers.from_markdown(page, sheet, "page") == expected


# Answers of a kind ------------------------------------------------------------------------------


def _question(kind: str, *choices: str) -> answers.Question:
    return answers.Question("key", "?", "?", kind, choices, False, 1, False)


@pytest.mark.parametrize(
    ("question", "said", "kept"),
    [
        (_question("number"), " 12,5 ", "12.5"),
        (_question("number"), "+7", "7"),
        (_question("money"), "12.500,00 €", "12500.00 EUR"),
        (_question("money"), "USD 3k", "3000.00 USD"),
        (_question("date"), "24.11.2026", "2026-11-24"),
        (_question("yesno"), "Ja", "yes"),
        (_question("yesno"), "n", "no"),
        (_question("choice", "Süd", "Nord"), "sud", "Süd"),
        (_question("choice", "Süd", "Nord"), "no", "Nord"),
        (_question("text"), " as they said ", "as they said"),
    ],
)
def test_answers_are_kept_in_one_form(question: answers.Question, said: str, kept: str) -> None:
    assert answers.normal(question, said, currency="EUR", locale="de_DE") == kept


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (_question("number"), "a dozen"),
        (_question("number"), "1e9"),
        (_question("money"), "plenty"),
        (_question("date"), "soon"),
        (_question("yesno"), "perhaps"),
        (_question("choice", "north", "northwest"), "nor"),
        (_question("choice", "A", "B"), "C"),
        (_question("text"), "  "),
    ],
)
def test_what_is_no_answer_is_refused(question: answers.Question, said: str) -> None:
    with pytest.raises(Usage):
        answers.normal(question, said, currency="EUR", locale="de_DE")


# Qualification ----------------------------------------------------------------------------------


def test_a_framework_by_script_in_pieces(deal: Run) -> None:
    one = ("deal", "qualify", 1, "--framework", "bant")
    deal(*one, "--answer", "budget=80k", "--score", "budget=4", "--evidence", "budget=a mail")
    # The framework used last is meant from then on.
    deal("deal qualify 1 --score need=5")
    made = deal("deal qualify 1 --json").json
    assert (made["questionnaire"], made["version"], made["score"]) == ("bant", 1, 90)
    budget = made["questions"][0]
    assert (budget["answer"], budget["score"], budget["evidence"]) == ("80k", 4, "a mail")
    assert made["missing"] == ["authority", "timeline"]
    assert made["verdict"] is None
    deal("deal qualify 1 --score budget=2 --json")
    budget = deal("deal qualify 1 --json").json["questions"][0]
    assert (budget["answer"], budget["score"], budget["evidence"]) == ("80k", 2, "a mail")


def test_every_framework_is_shipped_in_both_languages(funnel: Run) -> None:
    keys = [row[0] for row in funnel("questionnaire", "list").rows]
    assert keys == ["short", "bant", "meddic", "spin", "profile"]
    for key in keys:
        shown = funnel("questionnaire", "show", key, "--json").json
        assert shown["name_en"]
        assert shown["name_de"]
        for question in shown["questions"]:
            assert question["text_en"] != question["text_de"]


def test_a_terminal_is_led_to_a_verdict(deal: Run) -> None:
    typed = "pressing\n5\nmuch\n4\nyes\n3\n" + "\n3\n" * 5 + "pursue\nthey pay well\n"
    deal("deal", "qualify", 1, tty=True, stdin=typed)
    made = deal("deal qualify 1 --json").json
    assert (made["score"], made["fit"], made["fit_scored"]) == (80, 60, 5)
    assert (made["verdict"]["verdict"], made["verdict"]["reason"]) == ("pursue", "they pay well")
    assert made["verdict"]["fit"] == 60
    # All is answered: only the verdict is asked for.
    again = deal("deal", "qualify", 1, tty=True, stdin="\n")
    assert "1/" not in again.stderr
    assert "Verdict" in again.stderr


def test_a_terminal_takes_a_qualification_up_again(deal: Run) -> None:
    deal("deal", "qualify", 1, tty=True, stdin="pressing\n5\n.\n")
    again = deal("deal", "qualify", 1, tty=True, stdin=".\n")
    assert "1/2 What is this customer worth" in again.stderr
    wrong = deal("deal", "qualify", 1, tty=True, stdin="much\nsix\n6\n4\n.\n")
    assert wrong.stderr.count("from 0") == 2
    assert deal("deal", "qualify", 1, "--json").json["score"] == 90


def test_park_lets_it_rest_and_pursue_wakes_it(deal: Run) -> None:
    park = ("--verdict", "park", "--reason", "next year", "--until", "2027-01-15")
    made = deal("deal", "qualify", 1, *park, "--json").json
    assert (made["status"], made["snoozed_until"]) == ("open", "2027-01-15")
    assert deal("deal", "show", 1, "--json").json["snoozed_until"] == "2027-01-15"
    deal("deal qualify 1 --verdict pursue")
    assert deal("deal", "show", 1, "--json").json["snoozed_until"] is None
    deal("undo")
    assert deal("deal", "show", 1, "--json").json["snoozed_until"] == "2027-01-15"


def test_drop_loses_it_with_the_reason(deal: Run) -> None:
    deal("next", 1, "call back")
    drop = ("--verdict", "drop", "--reason", "too small for us", "--at", "2026-11-20")
    deal("deal", "qualify", 1, *drop)
    shown = deal("deal show 1 --json").json
    assert (shown["status"], shown["lost_reason"]) == ("lost", "poor_fit")
    assert (shown["lost_note"], shown["closed_on"]) == ("too small for us", "2026-11-20")
    assert shown["verdict"]["verdict"] == "drop"
    assert [row["what"] for row in shown["story"] if row["what"] in ("verdict", "lost")] == [
        "lost",
        "verdict",
    ]
    deal("deal qualify 1 --verdict pursue", exit=3)
    deal("undo")
    assert deal("deal", "show", 1, "--json").json["status"] == "open"


def test_german_words_for_the_verdict(deal: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    deal("deal qualify 1 --verdict pursue", env=german)
    assert deal("deal", "qualify", 1, "--json").json["verdict"]["verdict"] == "pursue"


_SCORES = st.lists(
    st.tuples(st.integers(1, 10), st.none() | st.integers(0, 5)), min_size=1, max_size=8
)


@given(_SCORES)
def test_the_score_is_the_weighted_mean(pairs: list[tuple[int, int | None]]) -> None:
    from fractions import Fraction

    questions = tuple(
        answers.Question(str(n), "?", "?", "text", (), False, weight, True)
        for n, (weight, _score) in enumerate(pairs)
    )
    sheet = answers.Sheet("f", "F", "F", None, 1, questions)
    held = {
        str(n): answers.Given(None, score, None, 0)
        for n, (_weight, score) in enumerate(pairs)
        if score is not None
    }
    found = qualification.score(sheet, held)
    counted = [(weight, score) for weight, score in pairs if score is not None]
    assert found.scored == len(counted)
    if not counted:
        assert found.percent is None
        return
    mean = Fraction(100 * sum(w * s for w, s in counted), 5 * sum(w for w, _s in counted))
    assert found.percent == int(mean + Fraction(1, 2))


# Questionnaires of one's own --------------------------------------------------------------------


def test_a_changed_questionnaire_is_a_new_version(deal: Run, tmp_path: Path) -> None:
    deal("deal qualify 1 --framework bant --score budget=4")
    file = tmp_path / "bant.toml"
    deal("questionnaire", "export", "bant", "-o", str(file), exit=2)
    file.write_text(deal("questionnaire", "export", "bant"), encoding="utf-8")
    assert "unchanged" in deal("questionnaire", "add", str(file))
    text = file.read_text(encoding="utf-8").replace("Is there a budget", "Is there any budget")
    file.write_text(text, encoding="utf-8")
    assert "version 2" in deal("questionnaire", "add", str(file))
    now = deal("questionnaire show bant --json").json
    then = deal("questionnaire show bant --version 1 --json").json
    assert now["version"] == 2
    assert now["questions"][0]["text_en"] != then["questions"][0]["text_en"]
    # The answer keeps the version and the words that it was given to.
    (row,) = deal("deal answers 1 --json").json
    assert (row["version"], row["question"]) == (1, "Is there a budget, and how much?")
    assert deal("deal", "qualify", 1, "--json").json["score"] == 80
    deal("undo")
    assert deal("questionnaire", "show", "bant", "--json").json["version"] == 1


def test_what_is_removed_leaves_its_answers(deal: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(
        '[[questionnaire]]\nkey = "ours"\nkind = "needs"\nname = "Ours"\n'
        'question = [{ key = "sun", en = "Sun?", required = true }]\n',
        encoding="utf-8",
    )
    deal("questionnaire", "add", str(file))
    deal("deal ask 1 --questionnaire ours --answer sun=plenty")
    deal("deal qualify 1 --framework ours", exit=2)
    deal("questionnaire", "remove", "ours")
    assert deal("deal", "answers", 1, "--json=answer").json == [{"answer": "plenty"}]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no [[questionnaire]]"),
        ("questionnaire = 3", "no [[questionnaire]]"),
        ("not toml", "TOML"),
        ('[[questionnaire]]\nkey = "A b"', "lower-case"),
        ('[[questionnaire]]\nkey = "a"\nkind = "odd"\nname = "A"', "kind"),
        ('[[questionnaire]]\nkey = "a"\nkind = "needs"\nname = "A"', "no question"),
        ('[[questionnaire]]\nkey = "a"\nkind = "needs"\nquestion = ["x"]\nname = "A"', "question"),
        (
            '[[questionnaire]]\nkey = "a"\nkind = "profile"\nname = "A"\n'
            'question = [{ key = "x", en = "X?" }]',
            "profile",
        ),
        (
            '[[questionnaire]]\nkey = "a"\nkind = "needs"\nname = "A"\n'
            'question = [{ key = "x", en = "X?", weight = 11 }]',
            "weight",
        ),
        (
            '[[questionnaire]]\nkey = "a"\nkind = "needs"\nname = "A"\n'
            'question = [{ key = "x", en = "X?" }, { key = "x", en = "Y?" }]',
            "twice",
        ),
    ],
)
def test_an_unsound_file_is_refused_with_its_fault(funnel: Run, text: str, fault: str) -> None:
    assert fault in funnel("questionnaire", "add", "-", stdin=text, exit=2).stderr
    assert len(funnel("questionnaire", "list").rows) == 5


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
_SPOKEN = _WORDS.filter(lambda text: bool(text.strip())).map(str.strip)


@settings(max_examples=100, deadline=None)
@given(keys=_KEYS, en=_SPOKEN, de=_SPOKEN, weight=st.integers(1, 10), required=st.booleans())
def test_export_reads_back_as_it_was(
    keys: list[str], en: str, de: str, weight: int, required: bool
) -> None:
    questions = tuple(questionnaires.Question(key, en, de, weight, required) for key in keys)
    made = questionnaires.Questionnaire("ours", "needs", en, de, questions)
    assert questionnaires.parse(questionnaires.to_toml(made), "file") == [made]


def test_the_target_profile_is_set_question_by_question(deal: Run) -> None:
    deal("deal qualify 1 --profile industry=5 --profile payment=0")
    assert deal("deal", "qualify", 1, "--json").json["fit"] == 60
    deal("profile set payment --weight 7")
    assert deal("deal", "qualify", 1, "--json").json["fit"] == 30
    deal("profile set craft 'Are they craftspeople?' --weight 4")
    deal("profile set craft --de 'Sind sie Handwerker?'")
    shown = deal("profile", "--json").json
    assert shown["version"] == 4
    craft = shown["questions"][-1]
    assert (craft["text_en"], craft["text_de"]) == (
        "Are they craftspeople?",
        "Sind sie Handwerker?",
    )
    deal("profile", "remove", "payment")
    assert deal("deal", "qualify", 1, "--json").json["fit"] == 100
    deal("undo")
    assert deal("profile", "--json").json["version"] == 4


def test_answers_are_seen_on_the_deal(deal: Run, clock: Clock) -> None:
    deal("deal ask 1 --answer goal=faster")
    shown = deal("deal show 1 --json").json
    assert [row["answer"] for row in shown["answers"]] == ["faster"]
    assert "funnel deal answers 1" in deal("deal", "show", 1, tty=True)
    for form in ("--csv", "--tsv", "--jsonl", "--md", "--html"):
        assert "faster" in deal("deal", "answers", 1, form)


_TOML_KEYS = (
    *("key", "kind", "name", "en", "de", "text", "question"),
    *("stage", "exit", "milestone", "days", "weight", "choices"),
)
_VALUES = st.recursive(
    st.none() | st.integers(-3, 12) | st.sampled_from(["", "a", "ours", "needs", "choice", "Äß"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "key",
                    "kind",
                    "name",
                    "en",
                    "de",
                    "text",
                    "question",
                    "stage",
                    "exit",
                    "milestone",
                    "days",
                    "weight",
                    "choices",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def _toml(value: object) -> str:
    import json

    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return '""' if value is None else json.dumps(value, ensure_ascii=False)


@settings(max_examples=200, deadline=None)
@given(value=_VALUES)
def test_a_file_of_any_shape_is_read_or_refused(value: object) -> None:
    from funnelcli.processes import reading

    for name, parse in (("questionnaire", questionnaires.parse), ("stage", reading.parse)):
        for text in (f"{name} = {_toml(value)}", f"{name} = [{{key = 'a', x = {_toml(value)}}}]"):
            with pytest.raises(Usage):
                parse(text, "file")
    inner = f"question = {_toml(value)}, exit = {_toml(value)}, name = {_toml(value)}"
    text = f"milestone = {_toml(value)}\nstage = [{{key = 'a', {inner}}}]"
    with pytest.raises(Usage):
        reading.parse(text, "file")
