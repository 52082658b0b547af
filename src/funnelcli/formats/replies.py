"""What somebody wrote in an e-mail, and what it quotes of others.

How e-mail programs of both languages head what they quote ("On ... wrote:", "Von: ... Gesendet:
...") is known to mail-parser-reply; here is what stands around it: lines marked with ">", which may
stand between what was written, lines that say that a message follows, and signatures.
"""

from __future__ import annotations

from functools import cache

from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple

# Longer lines are paragraphs, and the search for headers would take the square of their length.
_LONGEST_HEADER = 500
# A signature, or what a phone puts below a message.
_DEVICES = r"(?:iphone|ipad|android|smartphone|handy|mobil\w*|phone|tablet|outlook|samsung|galaxy)"
_SIGNATURE = regex(
    rf"^(?:--|(?:sent|gesendet) (?:from|with|via|von|mit|aus) .{{0,40}}{_DEVICES}\b.{{0,60}}"
    rf"|von (?:meinem|meiner) .{{0,40}}{_DEVICES}\b.{{0,40}} gesendet\.?"
    rf"|get outlook for .{{0,60}}|(?:laden|holen?) .{{0,20}}outlook für .{{0,60}}"
    r"|diese (?:nachricht|e-?mail) wurde von .{0,80} (?:gesendet|verschickt)\.?)$",
    "i",
)
# A line that says that somebody else's message follows: "----- Original Message -----".
_FOLLOWS = regex(
    r"^(?:[-_*]{2,}.*\b(?:nachricht|message|e-?mail|mail|schrieb|wrote)\b.*[-_*:]|[-_]{30,}"
    r"|(?:anfang der weitergeleiteten|begin forwarded)\b.*:)$",
    "i",
)
# The same without such marks: "Eva <eva@example.com> schrieb am Montag:".
_WROTE = regex(r"^.{0,200}\S@\S+ (?:schrieb|wrote)\b.{0,200}:$", "i")
# The end of the line that says whom the marked lines below it quote.
_ATTRIBUTES = regex(
    r"(?:\b(?:wrote|writes|said|schrieb|schreibt|schrieben|geschrieben)\b.*|\S+@\S+|\d{4}.*):$",
    "i",
)
_BEGINS = regex(r"^(?:on|am|at|sie|\d)\b", "i")


class Message(NamedTuple):
    """An e-mail's text in two: what its sender wrote, and what it quotes."""

    own: str
    quoted: str


def taken_apart(text: str) -> Message:
    """What the sender of ``text`` wrote in it, without the signature, and what it quotes."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    end = min(_first(lines, _FOLLOWS), _header(lines), _unmarked(lines))
    below = lines[end:]
    own: list[str] = []
    quoted: list[str] = []
    for line in lines[:end]:
        if line.lstrip().startswith(">"):
            if not quoted or quoted[-1] != "":
                quoted += _attribution(own)
            quoted.append(re.sub(r"^[>\s]+", "", line))
        else:
            own.append(line)
    own = own[: _first(own, _SIGNATURE)]
    return Message("\n".join(own).strip("\n"), "\n".join(quoted + below).strip("\n"))


def _first(lines: list[str], pattern: re.Pattern[str]) -> int:
    """The index of the first line that a pattern fits, else their number."""
    return next(
        (
            number
            for number, line in enumerate(lines)
            if len(line) <= _LONGEST_HEADER and pattern.match(line)
        ),
        len(lines),
    )


@cache
def _headers() -> re.Pattern[str]:
    from mailparser_reply.parser import EmailMessage

    pattern: re.Pattern[str] = EmailMessage("", languages=["de", "en"]).HEADER_REGEX
    return pattern


def _header(lines: list[str]) -> int:
    """The index of the first line of a header that others' words follow without a mark, else the
    number of lines."""
    # Marked lines are told apart by their marks; a paragraph is no header.
    plain = [
        "" if line.lstrip().startswith(">") or len(line) > _LONGEST_HEADER else line.strip()
        for line in lines
    ]
    text = "\n".join(plain)
    # Lines are counted on from one header to the next, for a message may have thousands.
    number = counted = 0
    for found in _headers().finditer(text):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        first = number + text.count("\n", counted, start)
        number = first + text.count("\n", start, found.end())
        counted = found.end()
        if not _heads_marked(lines, number):
            return first
    return len(lines)


def _unmarked(lines: list[str]) -> int:
    """The index of the first line of which a pattern knows that others' words follow."""
    for number, line in enumerate(lines):
        if len(line) <= _LONGEST_HEADER and _WROTE.match(line) and not _heads_marked(lines, number):
            return _beginning(lines, number)
    return len(lines)


def _heads_marked(lines: list[str], number: int) -> bool:
    """Whether what a line heads is marked: then the sender wrote what stands below that."""
    for place in range(number + 1, len(lines)):
        if lines[place]:
            return lines[place].lstrip().startswith(">")
    return False


def _beginning(lines: list[str], number: int) -> int:
    """The index of the line that begins a header whose last line is at ``number``."""
    for start in range(number, max(-1, number - 3), -1):
        if not lines[start].strip():
            break
        if _BEGINS.match(lines[start]):
            return start
    return number


def _attribution(own: list[str]) -> list[str]:
    """Take the lines off the end of ``own`` that say whom the lines below them quote."""
    end = len(own)
    while end and not own[end - 1].strip():
        end -= 1
    if not end or not _ATTRIBUTES.search(own[end - 1]):
        return []
    start = _beginning(own, end - 1)
    taken = own[start:end]
    del own[start:]
    return taken
