"""Next steps that a note counts: "Next steps: 1) send pricing 2) intro to CFO"."""

from __future__ import annotations

from funnelcli.patterns import re, regex

_HEAD = regex(
    r"(?:next steps?|to-?dos?|action items?|actions|n[äa]e?chste[rs]? schritte?|aufgaben)\s*:?"
    r"(?=\s*(?:\(?[1a][).:]|[-*•]\s))",
    "i",
)
_MARKS = frozenset(").:\n-*•")
_ITEM = regex(r"(?:^|(?<=[\s;,.]))(?:\(?([1-9a-h])[).:]\s+|[-*•]\s+(?=\S))")
_ENDS = regex(r"\n\s*\n")


def itemised(text: str) -> str:
    """``text`` with each item of a counted list of next steps on a line of its own, marked as
    such; anything else as it is."""
    # A list has a mark behind its head or its number, or begins a line.
    head = None if _MARKS.isdisjoint(text) else _HEAD.search(text)
    if head is None:
        return text
    end = _ENDS.search(text, head.end())
    listed = text[head.end() : end.start() if end else len(text)]
    # "Next steps: - send the offer - call on Monday"
    in_a_row = listed.lstrip(" \t")[:1] in ("-", "*", "•")
    items: list[re.Match[str]] = []
    for found in _ITEM.finditer(listed):
        bullet = found[1] is None
        # "Call on the 3. December" counts nothing, nor does a stroke within a line, or "10 - 12".
        parts = in_a_row and listed[found.end() : found.end() + 1].isalpha()
        if bullet and not (parts or _begins_a_line(listed, found.start())):
            continue
        if not bullet and _number(found[1]) != len(items) + 1:
            continue
        items.append(found)
    if not items or listed[: items[0].start()].strip():
        return text
    ends = [item.start() for item in items[1:]] + [len(listed)]
    lines = []
    for item, after in zip(items, ends, strict=True):
        lines.append("Next: " + listed[item.end() : after].strip(" \t\n,;"))
    rest = text[end.start() :] if end else ""
    return text[: head.start()].rstrip(" \t") + "\n" + "\n".join(lines) + rest


def _number(mark: str) -> int:
    return int(mark) if mark.isdigit() else ord(mark) - ord("a") + 1


def _begins_a_line(text: str, place: int) -> bool:
    return not text[:place].rpartition("\n")[2].strip()
