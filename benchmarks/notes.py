"""How well notes are read: precision and recall of every field over the labelled notes.

python benchmarks/notes.py            the table, by field and language, and the misses
python benchmarks/notes.py --page           the table of docs/notes.md and docs/de/notes.md
python benchmarks/notes.py FIELD      the misses of one field alone
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from funnelcli import i18n
from funnelcli.actions.recognise import Recognised, recognise
from funnelcli.actions.recognising.clauses import word_set
from funnelcli.text import fold

ROOT = Path(__file__).resolve().parent.parent
NOTES = ROOT / "tests" / "data" / "notes.toml"
CATALOGUES = ROOT / "src" / "funnelcli" / "processes" / "catalogues.toml"
FIELDS = (
    "outcome",
    "steps",
    "objections",
    "minutes",
    "travel",
    "km",
    "expenses",
    "budget",
    "decider",
    "competitor",
    "mood",
    "products",
    "goal",
)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(?: ([A-Z]{3}))?")
_ARTICLES = word_set(
    "der die das den dem des ein eine einer einem sein seine seinem seiner ihr ihre ihrem"
    " ihrer unser the a an his her their"
)


class Labelled(NamedTuple):
    """A note of the set: its text and language, what it says (field by field), and whose phrasing
    it has: "" for our own, "others", and "round N" for what was labelled before it was read."""

    text: str
    language: str
    says: Mapping[str, Any]
    source: str


class Result(NamedTuple):
    """What was read of a note in one field: rightly, wrongly, and what was not read."""

    field: str
    note: Labelled
    right: list[str]
    wrong: list[str]
    missed: list[str]


class Rates(NamedTuple):
    """Precision, recall, and of how many labels."""

    precision: float
    recall: float
    labels: int


class NoteSet(NamedTuple):
    """The labelled notes, the day they were written on, and the catalogues they are read with."""

    notes: list[Labelled]
    day: date
    objections: list[tuple[str, list[str]]]
    products: list[tuple[str, str]]


def load(path: Path = NOTES) -> NoteSet:
    """The labelled notes of a file."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    shipped = tomllib.loads(CATALOGUES.read_text(encoding="utf-8"))["objection"]
    notes = [
        Labelled(
            item.get("de") or item["en"], "de" if "de" in item else "en", item, item.get("from", "")
        )
        for item in data["note"]
    ]
    return NoteSet(
        notes,
        data["day"],
        [(kind["key"], kind["words"]["en"] + kind["words"]["de"]) for kind in shipped],
        [(product["sku"], product["name"]) for product in data["product"]],
    )


def read(text: str, of: NoteSet) -> Recognised:
    """What a note says, read like those of the set."""
    return recognise(text, of.objections, of.day, of.products)


def measure(of: NoteSet) -> list[Result]:
    """Every note read, field by field."""
    results = []
    skus = {name: sku for sku, name in of.products}
    for note in of.notes:
        found = read(note.text, of)
        for field in FIELDS:
            says = note.says.get(field)
            labels = says if isinstance(says, list) else [] if says is None else [says]
            if field == "steps":
                got = [f"{s.due or '-'} {s.starts or ''} {s.what}" for s in found.steps]
                right, wrong, missed = _compared(labels, got, _same_step)
            else:
                got = list(_read_of(found, field, skus))
                right, wrong, missed = _compared([str(label) for label in labels], got, _same)
            results.append(Result(field, note, right, wrong, missed))
    return results


def _read_of(found: Recognised, field: str, skus: Mapping[str, str]) -> Iterator[str]:
    report = found.report
    if field == "outcome":
        yield from [found.outcome] if found.outcome else []
    elif field == "objections":
        for item in found.objections:
            yield item.kind if item.genuine else f"pretext:{item.kind}"
    elif field == "products":
        names = report.get("products_shown")
        yield from [skus[name] for name in names.split(", ")] if names else []
    elif field == "minutes":
        yield from [str(found.minutes)] if found.minutes is not None else []
    else:
        names_of = {"travel": "travel_minutes", "km": "kilometres", "goal": "goal_reached"}
        value = report.get(names_of.get(field, field))
        yield from [value] if value is not None else []


def _compared(labels: list[str], got: list[str], same: Any) -> tuple[list[str], ...]:
    left = list(labels)
    right, wrong = [], []
    for item in got:
        match = next((label for label in left if same(label, item)), None)
        if match is None:
            wrong.append(item)
        else:
            left.remove(match)
            right.append(item)
    return right, wrong, left


def _same(label: str, item: str) -> bool:
    amount, other = _AMOUNT.fullmatch(label), _AMOUNT.fullmatch(item)
    if amount and other:
        same = float(amount[1]) == float(other[1])
        return same and (amount[2] or "EUR") == (other[2] or "EUR")

    def words(text: str) -> list[str]:
        return [
            word for word in fold(text).replace("herrn", "herr").split() if word not in _ARTICLES
        ]

    return words(label) == words(item)


def _same_step(label: str, item: str) -> bool:
    """Whether day and time are the label's, and its words are among what is to be done."""
    day, *words = label.split()
    clock = words.pop(0) if words[0][:1].isdigit() and ":" in words[0] else ""
    got_day, got_clock, what = item.split(" ", 2)
    said = fold(what).split()
    return (day, clock) == (got_day, got_clock) and all(
        any(fold(word) in each for each in said) for word in words
    )


def rates(results: Iterable[Result]) -> Rates:
    """Precision and recall; 1 where there is nothing to find."""
    count: Counter[str] = Counter()
    for result in results:
        count["right"] += len(result.right)
        count["wrong"] += len(result.wrong)
        count["missed"] += len(result.missed)
    read_, labels = count["right"] + count["wrong"], count["right"] + count["missed"]
    return Rates(
        count["right"] / read_ if read_ else 1.0,
        count["right"] / labels if labels else 1.0,
        labels,
    )


def wrong_days(results: Iterable[Result]) -> list[Result]:
    """The notes in which a day was taken that is not one of its labels."""
    return [
        result
        for result in results
        if result.field == "steps"
        and {step.split()[0] for step in result.wrong}
        - {"-"}
        - {label.split()[0] for label in result.note.says.get("steps", ())}
    ]


_GERMAN = {
    "outcome": "Ergebnis",
    "steps": "nächste Schritte, mit Tag und Uhrzeit",
    "objections": "Einwände",
    "minutes": "Dauer",
    "travel": "Fahrzeit",
    "km": "Kilometer",
    "expenses": "Auslagen",
    "budget": "Budget",
    "decider": "Entscheider",
    "competitor": "Wettbewerber",
    "mood": "Stimmung",
    "products": "Produkte",
    "goal": "Ziel erreicht",
    "together": "zusammen",
}
_ENGLISH = {"steps": "next steps, with day and time", "goal": "goal reached", "km": "kilometres"}
_HEADS = {
    "en": "| field | German: precision, recall | English: precision, recall | labels |",
    "de": (
        "| Feld | Deutsch: Genauigkeit, Trefferquote | Englisch: Genauigkeit, Trefferquote"
        " | Angaben |"
    ),
}


def page_table(results: list[Result], language: str) -> list[str]:
    """The figures as the docs have them, in Markdown."""
    lines = [_HEADS[language], "|---|---|---|---|"]
    for field in (*FIELDS, "together"):
        of = [result for result in results if field in (result.field, "together")]
        cells = []
        for spoken in ("de", "en"):
            found = rates(result for result in of if result.note.language == spoken)
            cell = f"{found.precision:.3f}, {found.recall:.3f}"
            cells.append(cell.translate(_TO_GERMAN) if language == "de" else cell)
        name = _GERMAN[field] if language == "de" else _ENGLISH.get(field, field)
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {rates(of).labels} |")
    return lines


_TO_GERMAN = str.maketrans({".": ",", ",": ";"})


def _table(results: list[Result], title: str) -> None:
    print(f"{title:<12} {'all':>19} {'German':>19} {'English':>19}")
    for field in (*FIELDS, "together"):
        cells = []
        for language in ("", "de", "en"):
            of = rates(
                r
                for r in results
                if field in (r.field, "together") and language in ("", r.note.language)
            )
            cells.append(f"{of.precision:6.3f} {of.recall:6.3f} {of.labels:5}")
        print(f"{field:<12} " + " ".join(cells))
    print()


def main(field: str = "") -> None:
    """Print the figures, and the misses."""
    i18n.use("en")
    of = load()
    results = measure(of)
    if field == "--page":
        for language in ("en", "de"):
            print("\n".join(page_table(results, language)), end="\n\n")
        return
    if not field:
        print(f"{len(of.notes)} notes: precision, recall, labels\n")
        _table(results, "all notes")
        _table([r for r in results if not r.note.source], "our own")
        _table([r for r in results if r.note.source == "others"], "others'")
        _table([r for r in results if r.note.source.startswith("round")], "rounds")
        print(f"wrong days: {len(wrong_days(results))}\n")
    for result in results:
        if (result.wrong or result.missed) and field in ("", result.field):
            print(f"{result.field}: {result.note.text}")
            if result.wrong:
                print(f"    wrong   {'; '.join(result.wrong)}")
            if result.missed:
                print(f"    missed  {'; '.join(result.missed)}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
