"""Notes as other programs leave them in a folder: plain text, Markdown, e-mail files."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from funnelcli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

ENDINGS = (".txt", ".md", ".eml")
# More is no note, and would be held in memory.
LARGEST = 5_000_000
# What e-mail programs leave behind when a message ends too early.
_CUT_SHORT = (
    "CloseBoundaryNotFoundDefect",
    "StartBoundaryNotFoundDefect",
    "MultipartInvariantViolationDefect",
    "MissingHeaderBodySeparatorDefect",
    "InvalidBase64PaddingDefect",
    "InvalidBase64LengthDefect",
)


class Unreadable(Exception):
    """Why a file is no note yet, in a sentence without a dot."""


class Enclosed(NamedTuple):
    """A file that came with a note: what it is called, and its bytes."""

    name: str
    data: bytes


class Note(NamedTuple):
    """A note: its text; for an e-mail what its sender wrote, and ``quoted`` what that quotes of
    others, its subject, whom it is from and to (addresses), when it was sent (UTC seconds), the
    files that came with it, and the id that its sender's program gave it."""

    text: str
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    sent_at: int | None = None
    files: tuple[Enclosed, ...] = ()
    quoted: str = ""
    message_id: str = ""


def read(name: str, data: bytes, most: int = LARGEST) -> Note:
    """The note in a file's bytes, of which there may be so many; its name says what it is. Raises
    Unreadable."""
    if not data.strip():
        raise Unreadable(_("it is empty"))
    if len(data) > most:
        raise Unreadable(_("it is too large for a note"))
    # A program that reserves room before it writes leaves NULs; UTF-16 has them too.
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(_("it is not complete, or no text"))
    note = _mail(data) if name.lower().endswith(".eml") else Note(_decoded(data))
    if not (note.text.strip() or note.sender or note.subject.strip() or note.quoted.strip()):
        raise Unreadable(_("there is no text in it"))
    return note


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable(_("it is not complete, or no text")) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A letter cut in two at the very end: the rest of the file is still to come.
        if error.reason == "unexpected end of data":
            raise Unreadable(_("it is not complete, or no text")) from error
    return data.decode("cp1252", "replace")


def _mail(data: bytes) -> Note:
    from email import message_from_bytes, policy
    from email.utils import getaddresses

    from funnelcli.formats.replies import taken_apart

    message = message_from_bytes(data, policy=policy.default)
    try:
        text = _body(message)
        subject = str(message.get("subject", "") or "")
        senders = getaddresses(_headers(message, "from"))
        headers = _headers(message, "to") + _headers(message, "cc")
        sent = message["date"].datetime if message["date"] else None
    except (LookupError, ValueError, AttributeError) as error:
        raise Unreadable(_("the e-mail cannot be read")) from error
    found = {type(defect).__name__ for part in message.walk() for defect in part.defects}
    if found.intersection(_CUT_SHORT) or not message.keys():
        raise Unreadable(_("the e-mail is not complete"))
    name, sender = next(((n, a.lower()) for n, a in senders if "@" in a), ("", ""))
    recipients = tuple(a.lower() for _name, a in getaddresses(headers) if "@" in a)
    sent_at = None if sent is None else int(sent.timestamp())
    own, quoted = taken_apart(text)
    message_id = str(message.get("message-id", "") or "").strip()
    return Note(
        own,
        subject.strip(),
        sender,
        name.strip(),
        recipients,
        sent_at,
        tuple(_enclosed(message)),
        quoted,
        message_id,
    )


def _enclosed(message: EmailMessage) -> Iterator[Enclosed]:
    """The files of a message, but for the pictures that its text itself is made of."""
    for part in message.walk():
        name = part.get_filename()
        if not name or (part["content-id"] and part.get_content_disposition() != "attachment"):
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            # A message within the message.
            data = b"".join(one.as_bytes() for one in part.iter_parts())
        if data:
            yield Enclosed(name, data)


# Of one name a message has one header, or few by mistake; to read each takes its time.
_MOST_HEADERS = 100


def _headers(message: EmailMessage, name: str) -> list[str]:
    """The headers of a name, as text."""
    raw = (value for key, value in message.raw_items() if key.lower() == name)
    return [
        str(message.policy.header_fetch_parse(name, value)) for value in islice(raw, _MOST_HEADERS)
    ]


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return without_tags(content) if part.get_content_type() == "text/html" else content


def without_tags(page: str) -> str:
    """What a page of HTML says, a line a block; what it quotes in lines marked with ">"."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        """Collects what a page says, a line a block; what it quotes in lines marked with ">"."""

        def __init__(self) -> None:
            super().__init__(convert_charrefs=True)
            self.parts: list[str] = []
            self.hidden = 0
            self.quotes: list[bool] = []
            """Of each block that is open, whether it quotes somebody."""

        def break_line(self) -> None:
            self.parts.append("\n> " if any(self.quotes) else "\n")

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.hidden += tag in ("style", "script", "head")
            if tag in ("div", "blockquote"):
                self.quotes.append(_quotes(attrs))
            if tag in ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"):
                self.break_line()

        def handle_endtag(self, tag: str) -> None:
            self.hidden -= tag in ("style", "script", "head")
            if tag in ("div", "blockquote"):
                if self.quotes:
                    self.quotes.pop()
                self.break_line()

        def handle_data(self, text: str) -> None:
            if self.hidden <= 0:
                self.parts.append(re.sub(r"\s+", " ", text))

    reader = Reader()
    reader.feed(page)
    lines = "".join(reader.parts).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _quotes(attrs: list[tuple[str, str | None]]) -> bool:
    """Whether a block with these attributes is how an e-mail program marks what it quotes."""
    return any(
        name in ("class", "id", "name", "type")
        and ("quote" in (value or "").lower() or value == "cite")
        for name, value in attrs
    )
