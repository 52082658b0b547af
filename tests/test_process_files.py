"""The two shipped processes and the catalogues: what a user is promised to find in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "src" / "funnelcli" / "processes"

PROCESSES = {
    "cycle": ("Sales cycle", "Verkaufskreislauf"),
    "funnel": ("Sales funnel", "Vertriebstrichter"),
}

# key, English name, German name, phase, kind
STAGES = {
    "cycle": [
        ("positioning", "Positioning", "Platzierung", "preparation", "outside"),
        ("qualification", "Qualification", "Potenzialeinschätzung", "lead", "open"),
        ("needs", "Needs analysis", "Anamnese", "lead", "open"),
        ("offer", "Solution and offer", "Präsentation & Angebot", "opportunity", "open"),
        ("negotiation", "Negotiation", "Verhandlung & Einwandbehandlung", "opportunity", "open"),
        ("decision", "Decision", "Entscheidung", "customer", "won"),
        ("delivery", "Implementation", "Realisierung", "customer", "post"),
        ("care", "Customer care", "Kundenpflege", "customer", "post"),
    ],
    "funnel": [
        ("visit", "Customer visit", "Kundenbesuch", "lead", "open"),
        ("conversation", "Conversation", "Kundengespräch", "lead", "open"),
        ("in_depth", "In-depth conversation", "Intensiveres Gespräch", "lead", "open"),
        ("presentation", "Company presentation", "Unternehmenspräsentation", "opportunity", "open"),
        ("needs", "Needs analysis", "Bedarfsanalyse", "opportunity", "open"),
        ("offer", "Offer", "Angebotsunterbreitung", "opportunity", "open"),
        ("close", "Order", "Auftragserteilung", "customer", "won"),
        ("farewell", "Farewell", "Verabschiedung", "closing", "outside"),
    ],
}

EXITS = {
    "cycle": {
        "positioning": ["product_on_file"],
        "qualification": ["verdict"],
        "needs": ["questions_answered"],
        "offer": ["offer_sent"],
        "negotiation": ["objections_resolved"],
        "decision": ["decision", "contract_or_accepted_offer"],
        "delivery": ["milestones_done"],
        "care": [],
    },
    "funnel": {
        "visit": ["visit_logged"],
        "conversation": ["questions_answered"],
        "in_depth": ["questions_answered"],
        "presentation": ["presentation_held"],
        "needs": ["questions_answered"],
        "offer": ["offer_sent", "objections_resolved"],
        "close": ["contract_or_accepted_offer", "withdrawal_instruction"],
        "farewell": ["report_written"],
    },
}

OBJECTIONS = {
    "price": "zu teuer",
    "budget": "kein Budget",
    "need": "kein Bedarf",
    "time": "keine Zeit, später",
    "trust": "kein Vertrauen",
    "authority": "will sich besprechen",
    "competitor": "hat schon einen Anbieter",
    "status_quo": "läuft doch",
    "product": "Funktion fehlt",
    "risk": "zu unsicher, Bindung",
    "info_stall": "will Unterlagen",
    "other": "Sonstiges",
}

LOST_REASONS = [
    ("price", "all"),
    ("competitor", "all"),
    ("no_budget", "all"),
    ("missing_feature", "all"),
    ("timing", "all"),
    ("too_slow", "all"),
    ("no_authority", "all"),
    ("no_response", "broad"),
    ("no_decision", "broad"),
    ("cancelled", "broad"),
    ("poor_fit", "all"),
    ("status_quo", "all"),
    ("we_declined", "all"),
    ("withdrawn", "all"),
    ("duplicate", "none"),
    ("other", "all"),
]

SOURCES = [
    "referral",
    "inbound",
    "web",
    "phone",
    "fair",
    "ad",
    "partner",
    "cold_visit",
    "cold_call",
    "existing_customer",
    "other",
]


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def stages() -> list[Any]:
    return [
        pytest.param(process, stage, id=f"{process}.{stage['key']}")
        for process in PROCESSES
        for stage in load(process)["stage"]
    ]


def tongues(text: dict[str, str]) -> tuple[str, str]:
    """The two languages of a text, neither of them missing or copied from the other."""
    assert set(text) == {"en", "de"}
    en, de = text["en"], text["de"]
    assert en == en.strip() != ""
    assert de == de.strip() != ""
    assert en != de
    # Joined lines must neither run words together nor leave gaps.
    assert not re.search(r"\s\s|\n|[.,:?]\w", en + " | " + de)
    return en, de


@pytest.mark.parametrize("key", PROCESSES)
def test_a_process_has_its_name_and_its_stages_in_order(key: str) -> None:
    process = load(key)
    assert process["key"] == key
    assert tongues(process["name"]) == PROCESSES[key]
    tongues(process["description"])
    assert process["revision"] == 1
    found = [
        (s["key"], s["name"]["en"], s["name"]["de"], s["phase"], s["kind"])
        for s in process["stage"]
    ]
    assert found == STAGES[key]


def test_only_the_field_sales_funnel_can_be_withdrawn_from_for_a_fortnight() -> None:
    assert load("funnel")["withdrawal_days"] == 14
    assert "withdrawal_days" not in load("cycle")


@pytest.mark.parametrize("key", PROCESSES)
def test_the_chance_of_winning_rises_up_to_the_win(key: str) -> None:
    process = load(key)
    route = [s["probability"] for s in process["stage"] if s["kind"] in ("open", "won")]
    assert route == sorted(set(route))
    assert route[0] > 0
    assert route[-1] == 100
    assert {s["probability"] for s in process["stage"] if s["kind"] == "post"} <= {100}
    assert {s["probability"] for s in process["stage"] if s["kind"] == "outside"} == {0}


@pytest.mark.parametrize(("process", "stage"), stages())
def test_only_open_stages_rot(process: str, stage: dict[str, Any]) -> None:
    assert ("rot_days" in stage) == (stage["kind"] == "open")
    assert stage.get("rot_days", 1) >= 1


@pytest.mark.parametrize(("process", "stage"), stages())
def test_a_stage_says_what_to_do_in_both_languages(process: str, stage: dict[str, Any]) -> None:
    tongues(stage["name"])
    for text in tongues(stage["guidance"]):
        assert 2 <= len(re.findall(r"[.?](?= |$)", text)) <= 4


@pytest.mark.parametrize(("process", "stage"), stages())
def test_a_stage_asks_two_to_five_questions(process: str, stage: dict[str, Any]) -> None:
    questions = stage["question"]
    assert 2 <= len(questions) <= 5
    keys = [question["key"] for question in questions]
    assert len(set(keys)) == len(keys)
    assert any(question["required"] for question in questions)
    for question in questions:
        assert re.fullmatch(r"[a-z][a-z_]*", question["key"])
        assert all(text.endswith("?") for text in tongues(question["text"]))
        assert question["kind"] in ("text", "number", "money", "date", "yesno", "choice")
        assert ("choices" in question) == (question["kind"] == "choice")
        assert len(set(question.get("choices", ["one", "two"]))) >= 2


@pytest.mark.parametrize(("process", "stage"), stages())
def test_a_stage_says_what_should_be_on_record_before_leaving_it(
    process: str, stage: dict[str, Any]
) -> None:
    assert [criterion["key"] for criterion in stage["exit"]] == EXITS[process][stage["key"]]
    for criterion in stage["exit"]:
        tongues({tongue: text for tongue, text in criterion.items() if tongue != "key"})
    if "questions_answered" in EXITS[process][stage["key"]]:
        assert any(question["required"] for question in stage["question"])


def test_the_objections_have_their_keys_and_german_names() -> None:
    objections = load("catalogues")["objection"]
    assert [(entry["key"], entry["de"]) for entry in objections] == list(OBJECTIONS.items())
    assert all(entry["en"].strip() for entry in objections)


@pytest.mark.parametrize("tongue", ["en", "de"])
def test_every_objection_is_told_by_words_that_no_other_has(tongue: str) -> None:
    objections = load("catalogues")["objection"]
    assert [entry["key"] for entry in objections if not entry["words"][tongue]] == ["other"]
    words = [word for entry in objections for word in entry["words"][tongue]]
    assert len(set(words)) == len(words)
    assert all(word == word.strip().lower() for word in words)


def test_the_lost_reasons_count_in_the_win_rates_they_should() -> None:
    reasons = load("catalogues")["lost_reason"]
    assert [(entry["key"], entry["rate"]) for entry in reasons] == LOST_REASONS
    assert all(entry["en"].strip() and entry["de"].strip() for entry in reasons)
    assert next(e for e in reasons if e["key"] == "withdrawn")["de"] == "Widerruf"


def test_only_the_lost_reason_other_needs_a_note() -> None:
    reasons = load("catalogues")["lost_reason"]
    assert [entry["key"] for entry in reasons if entry.get("note_required")] == ["other"]


def test_the_sources_have_their_keys_and_both_names() -> None:
    sources = load("catalogues")["source"]
    assert [entry["key"] for entry in sources] == SOURCES
    assert all(entry["en"].strip() and entry["de"].strip() for entry in sources)


def test_the_examples_in_the_documentation_are_valid() -> None:
    page = (ROOT / "docs" / "processes.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```toml\n(.*?)^ *```", page, flags=re.DOTALL | re.MULTILINE)
    examples = [tomllib.loads(block) for _, block in blocks]
    whole = next(example for example in examples if "key" in example)
    assert [stage["kind"] for stage in whole["stage"]] == ["open", "open", "won", "post"]


def test_the_documentation_explains_every_key_that_the_files_use() -> None:
    page = (ROOT / "docs" / "processes.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`(?:\[\[)?([a-z_]+)(?:\]\])?`", page))
    for name in PROCESSES:
        process = load(name)
        used = set(process) - {"stage"}
        for stage in process["stage"]:
            used |= set(stage) - {"question"} | {stage["phase"], stage["kind"]}
            used |= {criterion["key"] for criterion in stage["exit"]}
            for question in stage["question"]:
                used |= {*question, question["kind"]}
        assert used - explained == set()
