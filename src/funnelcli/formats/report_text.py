"""A visit report as Markdown: a small header of ``key: value`` lines, and a heading a text.

Written for the user's editor, read from there and from notes that come from elsewhere. The names
of fields may be the columns', the words that people read, or those of either language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import fold

# Names of fields besides the columns' own, as people head their notes.
NAMES = {
    "contact": "customer client name kontakt kunde kundin firma company with bei",
    "deal": "opportunity verkaufschance vorgang",
    "date": "datum day tag when wann",
    "duration": "minutes dauer minuten",
    "type": "art besuchsart",
    "channel": "kanal",
    "outcome": "ergebnis",
    "goal_reached": "ziel_erreicht",
    "mood": "stimmung",
    "travel_minutes": "travel fahrzeit anfahrt",
    "kilometres": "km kilometers kilometer",
    "expenses": "spesen auslagen",
    "met": "getroffen gesprächspartner ansprechpartner people teilnehmer",
    "occasion": "anlass",
    "goal": "ziel",
    "said": "notes note notiz notizen gesagt gespräch",
    "agreed": "vereinbart vereinbarung vereinbarungen",
    "needs": "bedarf anforderungen",
    "products_shown": "products produkte gezeigt gezeigte_produkte",
    "objections": "einwände einwand",
    "competitor": "competition mitbewerber wettbewerber",
    "decider": "entscheider",
    "potential": "potenzial",
    "result": "abschluss",
    "referrals": "empfehlungen",
    "documents": "unterlagen",
    "complaints": "complaint beschwerden reklamation reklamationen",
    "next": "next_step nächster_schritt",
    "due": "by bis fällig",
}


class Problem(NamedTuple):
    """Something in the text that does not fit: its line, counted from 1, and why."""

    line: int
    text: str


class Report(NamedTuple):
    """What was read: header values and texts by their field, and what stood before them."""

    header: dict[str, str]
    texts: dict[str, str]
    lines: dict[str, int]
    before: str
    problems: list[Problem]


def _known(labels: Mapping[str, str]) -> dict[str, str]:
    """Field by the words for it: its own name before its label, that before other words."""
    known = {_plain(word): name for name, words in NAMES.items() for word in words.split()}
    known |= {_plain(label): name for name, label in labels.items()}
    known |= {_plain(name): name for name in (*NAMES, *labels)}
    return known


def _plain(word: str) -> str:
    return fold(re.sub(r"[\s_-]+", " ", word)).strip(" :*")


def write(
    header: Iterable[tuple[str, str]], texts: Iterable[tuple[str, str]], notes: Iterable[str]
) -> str:
    """The template: header lines and texts as (label, value); ``notes`` are lines for the user,
    which are not read."""
    lines = ["---", *(f"# {note}" for note in notes)]
    lines += [f"{label}: {value}".rstrip() for label, value in header]
    lines += ["---", ""]
    for label, text in texts:
        lines += [f"## {label}", ""]
        # A line of a text that looks like a heading is marked, so that it comes back as it is.
        lines += [re.sub(r"^(\\*## )", r"\\\1", line) for line in text.splitlines()]
        lines += [""] if text else []
    return "\n".join(lines) + "\n"


def read(text: str, labels: Mapping[str, str], *, strict: bool) -> Report:
    """The report that ``text`` is. ``labels`` are further names of the fields.

    ``strict`` makes problems of unknown headings and header keys, and of text before the first
    heading. Without it a header may do without its lines of dashes, unknown headings and keys
    are text, and what belongs to no field is ``before``.
    """
    known = _known(labels)
    report = Report({}, {}, {}, "", [])
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    loose: list[str] = []
    place = _header(lines, report, known, loose, strict=strict)
    name: str | None = None
    kept: dict[str | None, list[str]] = {None: []}
    for number, line in enumerate(lines[place:], place + 1):
        found = re.match(r"##\s+(.*\S)\s*$", line)
        field = known.get(_plain(found[1])) if found else None
        if found and field is None and strict:
            report.problems.append(Problem(number, found[1]))
            continue
        if field is not None:
            if field in kept and strict:
                report.problems.append(Problem(number, line.strip()))
            name = field
            kept.setdefault(field, [])
            report.lines.setdefault(field, number)
            continue
        kept[name].append(re.sub(r"^\\(\\*## )", r"\1", line))
    kept[None] += loose
    texts = {field: "\n".join(part).strip("\n").rstrip() for field, part in kept.items()}
    before = texts.pop(None)
    if before.strip() and strict:
        first = next(i for i, line in enumerate(lines[place:], place + 1) if line.strip())
        report.problems.append(Problem(first, before.strip().split("\n")[0]))
    named = {field: part for field, part in texts.items() if field is not None}
    return report._replace(texts=named, before=before.strip("\n"))


def _header(
    lines: list[str], report: Report, known: dict[str, str], loose: list[str], *, strict: bool
) -> int:
    """Read the header into ``report``, lines of no field into ``loose`` unless ``strict``; the
    index of the line after it."""
    place = 0
    while place < len(lines) and not lines[place].strip():
        place += 1
    fenced = place < len(lines) and lines[place].strip() == "---"
    if fenced:
        place += 1
    elif strict:
        return 0
    start = place
    while place < len(lines):
        line = lines[place].strip()
        if fenced and line == "---":
            return place + 1
        key, colon, value = line.partition(":")
        field = known.get(_plain(key)) if colon else None
        if field is not None:
            report.header[field] = value.strip()
            report.lines[field] = place + 1
        elif not fenced:
            return place
        elif not strict:
            loose += [line] if line else []
        elif line and not line.startswith("#"):
            report.problems.append(Problem(place + 1, line))
        place += 1
    # A header that never ends is text.
    if fenced:
        report.problems.append(Problem(start, "---"))
    return place
