"""Filters with ``or``, parentheses and quotation marks, taken apart.

Loaded only where a word has something of these: most words are one filter each. What is read here
is the shape alone, what a word asks stands in :mod:`funnelcli.filters.language`::

    conjunction { or conjunction }     all filters in a row must hold, before "or" is looked at
    [-] ( … )                          a group, and a group turned round
    [-] @name                          a saved filter
    key:value more words               a value goes on as far as its field understands it
    key:"a value", "some words"        what stands in quotation marks belongs together

An argument of the command line that has none of it is one word, with its blanks: a shell's own
quotation marks have held it together. One that has an ``or`` of its own is a group.
"""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.filters.plain import AND, MOST_LEVELS, NOT, OF_OTHERS, OR
from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Keyed = Callable[[str], bool]

_CLOSING = {'"': '"', "'": "'"}
# Behind these a quotation mark begins a quotation; elsewhere it is an inch or an apostrophe.
_BEFORE_QUOTES = "-:,=<>"


class Word:
    """One filter word. ``more`` are the bare words behind a key and its value; ``together`` is all
    of it where an argument of the command line holds it together."""

    __slots__ = ("more", "text", "together")

    def __init__(self, text: str, more: Sequence[str] = (), together: str = "") -> None:
        self.text = text
        self.more = tuple(more)
        self.together = together


class Saved:
    """A saved filter, by the name behind its ``@``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Every:
    """All of ``parts`` must hold."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Node]) -> None:
        self.parts = tuple(parts)


class Some:
    """At least one of ``parts`` must hold."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Node]) -> None:
        self.parts = tuple(parts)


class Negated:
    """``part`` must not hold."""

    __slots__ = ("part",)

    def __init__(self, part: Node) -> None:
        self.part = part


Node = Word | Saved | Every | Some | Negated


def tree(words: Sequence[str], keyed: Keyed, *, whole: bool = False) -> Every | Some:
    """What ``words`` ask, as a tree. ``keyed`` says of a word whether it is a key with its value;
    ``whole`` words are texts in which blanks always divide, as saved filters are.

    Raises Usage for what has no shape: a parenthesis or a quotation that is not closed, an ``or``
    that stands between nothing.
    """
    marks: list[_Mark] = []
    for word in words:
        marks += _marks(word, keyed, whole=whole)
    _refuse_foreign(marks, keyed)
    return _Parser(marks).all()


def asks(word: str, keyed: Keyed) -> bool:
    """Whether an argument of the command line is a filter wherever it stands: it has a key with its
    value, or a saved filter, inside or outside of parentheses."""
    if keyed(word):
        return True
    try:
        # "Stage: two" is a name with a colon.
        return any(
            _refers(mark) or (keyed(mark.text) and not mark.text.endswith(":"))
            for mark in _scanned(word)
        )
    except Usage:
        return False


def required(words: Sequence[str], keyed: Keyed) -> list[str]:
    """The names of the saved filters each of which a record must pass, by what ``words`` ask."""

    def within(node: Node) -> list[str]:
        if isinstance(node, Saved):
            return [node.name]
        parts = node.parts if isinstance(node, Every) else ()
        return [name for part in parts for name in within(part)]

    return [*dict.fromkeys(within(tree(words, keyed)))]


def written(words: Sequence[str], keyed: Keyed) -> str:
    """The words of a command line as one text that asks the same; one alone is a text already."""
    if len(words) == 1:
        return words[0].strip()
    return " ".join(_quoted(word, keyed) for word in words)


def _quoted(word: str, keyed: Keyed) -> str:
    """A word of a command line in a text, where blanks divide."""
    literal = word.removeprefix("-")
    minus = word[: len(word) - len(literal)]
    if literal.startswith(":"):
        return f'{minus}"{literal[1:]}"'
    found = _scanned(word)
    if len(found) > 1 and not _has_shape(found, keyed):
        name, colon, value = literal.partition(":")
        return f'{minus}{name}:"{value}"' if colon and keyed(word) else f'{minus}"{literal}"'
    return f"({word})" if _is_choice(found) and len(found) > 1 else word


_NAME = r"(?P<before>^|[\s(-])@{}(?=$|[\s)])"


def renamed(text: str, old: str, new: str) -> str:
    """The text of a filter with a saved filter in it under its new name."""
    import re

    pattern = _NAME.format(re.escape(old))
    return re.sub(pattern, lambda found: f"{found['before']}@{new}", text, flags=re.IGNORECASE)


def uses(text: str, name: str) -> bool:
    """Whether the text of a filter has that saved filter in it."""
    return renamed(text, name, "") != text


class _Mark:
    """A piece of an expression: a parenthesis, an operator, a word."""

    __slots__ = ("kind", "more", "quoted", "text", "together")

    def __init__(self, kind: str, text: str, *, quoted: bool = False) -> None:
        self.kind = kind
        self.text = text
        self.quoted = quoted
        self.more: list[str] = []
        self.together = ""


def _marks(word: str, keyed: Keyed, *, whole: bool) -> list[_Mark]:
    """The pieces of one argument; the argument itself where it has no shape."""
    if not whole and word.startswith((":", "-:")):
        return [_Mark("word", word)]
    found = _scanned(word)
    if not found:
        return []
    if not whole and not _has_shape(found, keyed):
        if not keyed(found[0].text) or any(mark.kind not in ("word", "and") for mark in found):
            return [_Mark("word", word)]
        found[0].more = [mark.text for mark in found[1:]]
        found[0].together = word
        return found[:1]
    _refuse_foreign(found, keyed)
    joined = _joined(found, keyed)
    if _is_choice(joined):
        return [_Mark("(", "("), *joined, _Mark(")", ")")]
    return joined


def _scanned(text: str) -> list[_Mark]:
    """The pieces of a text between its blanks."""
    found: list[_Mark] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == ")":
            found.append(_Mark(")", ")"))
            at += 1
        elif text[at] == "(" or text[at : at + 2] == "-(":
            opening = "(" if text[at] == "(" else "-("
            found.append(_Mark(opening, opening))
            at += len(opening)
        else:
            mark, at = _word(text, at)
            found.append(mark)
    return found


def _word(text: str, at: int) -> tuple[_Mark, int]:
    """The word that begins there, without its quotation marks, and where it ends."""
    start, depth, last = at, 0, ""
    parts: list[str] = []
    quoted = bare = False
    while at < len(text):
        char = text[at]
        if char in _CLOSING and (not last or last in _BEFORE_QUOTES):
            end = _end_of_quotation(text, at)
            if end:
                bare = bare or parts in ([], ["-"])
                parts.append(text[at + 1 : end])
                quoted, last, at = True, char, end + 1
                continue
        if char.isspace() or (char == ")" and not depth):
            break
        depth += (char == "(") - (char == ")")
        parts.append(char)
        last = char
        at += 1
    said = "".join(parts)
    if bare:
        # What is quoted as a whole is no key, no operator and no reference.
        said = f"-:{said[1:]}" if text[start] == "-" else f":{said}"
    folded = said.casefold()
    kind = "word" if quoted else "or" if folded in OR else "and" if folded in AND else "word"
    return _Mark(kind, said, quoted=quoted), at


def _end_of_quotation(text: str, at: int) -> int:
    """Where the quotation that begins there ends; 0 for an apostrophe. Raises Usage."""
    closing = _CLOSING[text[at]]
    end = text.find(closing, at + 1)
    while end >= 0 and closing == "'" and text[end + 1 : end + 2].isalnum():
        end = text.find(closing, end + 1)
    if end < 0 and closing == '"':
        raise Usage(_("A quotation mark is not closed."), _how())
    return max(end, 0)


def _has_shape(found: Sequence[_Mark], keyed: Keyed) -> bool:
    """Whether pieces are more than a word with blanks in it."""
    first = found[0]
    if first.kind in ("(", "-(", ")") or any(mark.quoted or mark.kind == "or" for mark in found):
        return True
    if "and" in (first.kind, found[-1].kind) or (len(found) == 1 and _refers(first)):
        return True
    depth = 0
    for mark in found:
        depth += (mark.kind in ("(", "-(")) - (mark.kind == ")")
    return depth != 0 or any(_refers(mark) or keyed(mark.text) for mark in found[1:])


def _refers(mark: _Mark) -> bool:
    return mark.text.startswith(("@", "-@")) and not mark.quoted and len(mark.text.strip("-@")) > 0


def _refuse_foreign(found: Sequence[_Mark], keyed: Keyed) -> None:
    """Raises Usage for how other languages write what is written otherwise here."""
    for mark, following in zip(found, [*found[1:], None], strict=False):
        if mark.kind != "word" or mark.quoted:
            continue
        if mark.text in OF_OTHERS:
            raise Usage(
                _("“{word}” means nothing in a filter.").format(word=mark.text),
                _("Write it as “{word}”.").format(word=_(OF_OTHERS[mark.text])),
            )
        if (
            mark.text.casefold() in NOT
            and following is not None
            and (following.kind == "(" or keyed(following.text) or _refers(following))
        ):
            raise Usage(
                _("“{word}” means nothing in a filter.").format(word=mark.text),
                _("A minus turns a filter round: {example}.").format(
                    example=f"-{following.text}" + ("…)" if following.kind == "(" else "")
                ),
            )


def _joined(found: Sequence[_Mark], keyed: Keyed) -> list[_Mark]:
    """The pieces with the bare words that follow a key and its value put to it."""
    joined: list[_Mark] = []
    for mark in found:
        before = joined[-1] if joined else None
        goes_on = mark.kind == "word" and not (
            mark.quoted or _refers(mark) or keyed(mark.text) or mark.text[:1] in "-:"
        )
        if goes_on and before is not None and before.kind == "word" and keyed(before.text):
            before.more.append(mark.text)
        else:
            joined.append(mark)
    return joined


def _is_choice(found: Sequence[_Mark]) -> bool:
    """Whether pieces are a group of their own: whole, with an "or" outside of parentheses."""
    if not found:
        return False
    depth, choice = 0, False
    for mark in found:
        depth += (mark.kind in ("(", "-(")) - (mark.kind == ")")
        choice = choice or (mark.kind == "or" and depth == 0)
        if depth < 0:
            return False
    ends = {found[0].kind, found[-1].kind}
    return choice and depth == 0 and not ends & {"or", "and"}


class _Parser:
    """Reads pieces into a tree, by descent."""

    def __init__(self, marks: Sequence[_Mark]) -> None:
        self.marks = marks
        self.at = 0
        self.level = 0

    def all(self) -> Every | Some:
        """The whole of them."""
        if not self.marks:
            return Every(())
        found = self._choice()
        if self._next() is not None:
            raise Usage(_("A parenthesis is closed that was not opened."), _how())
        return found

    def _next(self) -> _Mark | None:
        return self.marks[self.at] if self.at < len(self.marks) else None

    def _choice(self) -> Every | Some:
        """Rows with "or" between them."""
        rows = [self._row()]
        while (mark := self._next()) is not None and mark.kind == "or":
            self.at += 1
            rows.append(self._row())
        return rows[0] if len(rows) == 1 else Some(rows)

    def _row(self) -> Every:
        """Filters in a row."""
        parts: list[Node] = []
        between: _Mark | None = None
        while (mark := self._next()) is not None and mark.kind not in ("or", ")"):
            if mark.kind == "and":
                if not parts or between is not None:
                    raise _lonely(mark)
                between = mark
                self.at += 1
            else:
                parts.append(self._part(mark))
                between = None
        if between is not None:
            raise _lonely(between)
        if not parts:
            raise self._nothing(mark)
        return Every(parts)

    def _nothing(self, mark: _Mark | None) -> Usage:
        """The error for a row without a filter, before ``mark`` or at the end."""
        before = self.marks[self.at - 1] if self.at else None
        if before is not None and before.kind == "or":
            return _lonely(before)
        if mark is not None and mark.kind == "or":
            return _lonely(mark)
        if mark is not None and self.level:
            return Usage(_("Nothing stands between the parentheses."), _how())
        if mark is not None:
            return Usage(_("A parenthesis is closed that was not opened."), _how())
        return Usage(_("A parenthesis is not closed."), _how())

    def _part(self, mark: _Mark) -> Node:
        self.at += 1
        if mark.kind in ("(", "-("):
            self.level += 1
            if self.level > MOST_LEVELS:
                raise too_deep()
            found: Node = self._choice()
            if self._next() is None:
                raise Usage(_("A parenthesis is not closed."), _how())
            self.at += 1
            self.level -= 1
            return Negated(found) if mark.kind == "-(" else found
        if _refers(mark):
            saved = Saved(mark.text.lstrip("-@"))
            return Negated(saved) if mark.text[0] == "-" else saved
        return Word(mark.text, mark.more, mark.together)


def too_deep() -> Usage:
    """The error for more parentheses within each other than can be read."""
    return Usage(
        _("The parentheses are nested too deeply."),
        _("Write the filter with fewer of them."),
    )


def _how() -> str:
    """How it is written."""
    return _("Write it like {example}.").format(
        example=_("'(stage:offer or stage:negotiation) value:>10k'")
    )


def _lonely(mark: _Mark) -> Usage:
    """The error for an operator without a filter on one of its sides."""
    return Usage(
        _("“{word}” has to stand between two filters.").format(word=mark.text),
        " ".join((_how(), _("To search for the word itself, put a colon before it."))),
    )
