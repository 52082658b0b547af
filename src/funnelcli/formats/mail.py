"""E-mails as programs store them: what their headers say, and the text of their bodies.

Nothing that is wrong with one keeps it from being read: a charset that nobody knows, a boundary
that never closes, a header with raw bytes, a date that is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, mktime_tz, parsedate_tz
from hashlib import sha256

from funnelcli.i18n import N_
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple

# What e-mail programs leave behind when a message ends too early.
_CUT_SHORT = frozenset(
    (
        "CloseBoundaryNotFoundDefect",
        "StartBoundaryNotFoundDefect",
        "MultipartInvariantViolationDefect",
        "MissingHeaderBodySeparatorDefect",
        "InvalidBase64PaddingDefect",
        "InvalidBase64LengthDefect",
    )
)
# Of one name a message has one header, or few by mistake; longer ones are no addresses any more.
_MOST_HEADERS = 100
_LONGEST_HEADER = 100_000
_MOST_ADDRESSES = 500
# The thread of a message that has answered hundreds is known by the first and the last of them.
_MOST_REFERENCES = 40
_ID = regex(r"<\s*([^<>\s]+)\s*>")
_ADDRESS = regex(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*")
# Nobody reads what is sent to these, and nobody wrote what comes from them.
_NOBODY = regex(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|nicht[-_.]?antworten|keine[-_.]?antwort"
    r"|mailer-daemon|postmaster|bounces?|notifications?)(?:[-_.+=]|@)",
    "i",
)
_BULK = frozenset(("bulk", "list", "junk"))
# Where servers say whose mailbox they put a message into.
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")
_LISTS = ("list-id", "list-unsubscribe", "list-post", "list-help")
_ANSWERS = regex(r"^\s*(?:(?:re|aw|antw|antwort|sv|wg|fw|fwd)\s*(?:\[\d+\])?\s*:\s*)+", "i")

# Before what a message without an id is known by.
_MARK = "sha256:"
LIST = "list"
AUTOMATIC = "automatic"
LEFT_OUT = {
    LIST: N_("newsletters and lists"),
    AUTOMATIC: N_("automatic messages"),
}
"""Why nobody wrote a message to the person who got it."""


class Address(NamedTuple):
    """An address, in small letters, and the name beside it."""

    address: str
    name: str


class Head(NamedTuple):
    """What the headers of a message say: ``message_id`` is its own, or a fingerprint where it has
    none; ``refers`` are the ids of the messages that it answers, the first of the thread first;
    ``to`` are all who got it; ``sent_at`` is in UTC seconds, None where it says no time;
    ``left_out`` is a key of :data:`LEFT_OUT`, empty for what somebody wrote; ``delivered`` are the
    addresses of the mailbox that it was put into, where the server says so."""

    message_id: str
    refers: tuple[str, ...]
    sender: Address
    to: tuple[Address, ...]
    subject: str
    sent_at: int | None
    left_out: str
    delivered: tuple[str, ...] = ()

    @property
    def is_nameless(self) -> bool:
        """Whether it has no id of its own."""
        return self.message_id.startswith(_MARK)


class Body(NamedTuple):
    """The text of a message, how many files are attached to it, and whether it is complete."""

    text: str
    attachments: int
    whole: bool


def head(data: bytes) -> Head:
    """What the headers say with which ``data`` begins."""
    return head_of(BytesHeaderParser().parsebytes(data))


def parsed(data: bytes) -> Message:
    """A message in its parts."""
    return message_from_bytes(data)


def is_answer(subject: str) -> bool:
    """Whether a subject says that its message answers, or passes on, another."""
    return bool(_ANSWERS.match(subject))


def about(subject: str) -> str:
    """A subject without the marks of answers and of messages passed on."""
    return _ANSWERS.sub("", subject).strip()


def moment(text: str) -> int | None:
    """The instant that a date names as mail writes it (UTC seconds); None for what is none."""
    try:
        parts = parsedate_tz(text)
        return None if parts is None else int(mktime_tz(parts))
    except (ValueError, OverflowError, TypeError):
        return None


# Headers ------------------------------------------------------------------------------------------


def head_of(message: Message) -> Head:
    """What the headers of a message say."""
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        values = headers.setdefault(name.lower(), [])
        if len(values) < _MOST_HEADERS:
            values.append(_unfolded(str(value))[:_LONGEST_HEADER])
    senders = [*_addresses(headers.get("from", ())), *_addresses(headers.get("sender", ()))]
    to = [one for name in ("to", "cc", "bcc") for one in _addresses(headers.get(name, ()))]
    refers = [*_ids(headers, "references")]
    refers += [one for one in _ids(headers, "in-reply-to") if one not in refers]
    if len(refers) > _MOST_REFERENCES:
        refers = [refers[0], *refers[1 - _MOST_REFERENCES :]]
    subject = " ".join(_decoded(next(iter(headers.get("subject", ())), "")).split())
    found = Head(
        next(_ids(headers, "message-id"), ""),
        tuple(dict.fromkeys(refers)),
        next(iter(senders), Address("", "")),
        tuple(dict.fromkeys(to)),
        subject,
        _sent(headers.get("date", ())),
        _left_out(headers, message),
        tuple(one.address for name in _DELIVERED for one in _addresses(headers.get(name, ()))),
    )
    return found if found.message_id else found._replace(message_id=_fingerprint(headers))


def _unfolded(value: str) -> str:
    """A header in one line; raw bytes in it are UTF-8, or what Windows writes."""
    if any("\udc80" <= letter <= "\udcff" for letter in value):
        value = _in_words(value.encode("utf-8", "surrogateescape"), "utf-8")
    return re.sub(r"\r?\n[ \t]*", " ", value).replace("\0", "").strip()


def _decoded(value: str) -> str:
    """A header with its encoded words read."""
    if "=?" not in value:
        return value
    from email.errors import HeaderParseError
    from email.header import decode_header

    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        part if isinstance(part, str) else _in_words(part, charset or "utf-8")
        for part, charset in parts
    ).replace("\0", "")


def _addresses(values: Iterator[str] | list[str] | tuple[str, ...]) -> Iterator[Address]:
    for value in values:
        for name, address in getaddresses([value])[:_MOST_ADDRESSES]:
            if _ADDRESS.fullmatch(address):
                yield Address(address.lower(), " ".join(_decoded(name).split()))
                continue
            # One that no rule lets pass still has an address in it.
            for written in _ADDRESS.findall(address or value)[:_MOST_ADDRESSES]:
                yield Address(written.lower(), "")


def _ids(headers: dict[str, list[str]], name: str) -> Iterator[str]:
    for value in headers.get(name, ()):
        found = _ID.findall(value)
        yield from found or ([value.strip()] if value.strip() and " " not in value.strip() else [])


def _sent(values: list[str] | tuple[()]) -> int | None:
    return next((at for value in values if (at := moment(value)) is not None), None)


def _left_out(headers: dict[str, list[str]], message: Message) -> str:
    said = {name: values[0].strip().lower() for name, values in headers.items() if values}
    if any(name in said for name in _LISTS) or said.get("precedence") in _BULK:
        return LIST
    submitted = said.get("auto-submitted", "no").partition(";")[0].strip()
    if (
        submitted not in ("", "no")
        or said.get("precedence") == "auto_reply"
        or "x-autoreply" in said
        or "x-autorespond" in said
        or said.get("return-path") == "<>"
        or said.get("x-spam-flag") == "yes"
        or message.get_content_type() == "multipart/report"
        or any(_NOBODY.match(one.address) for one in _addresses(headers.get("from", ())))
    ):
        return AUTOMATIC
    return ""


def _fingerprint(headers: dict[str, list[str]]) -> str:
    """What a message without an id is known by, wherever it lies."""
    told = [" ".join(headers.get(name, ())) for name in ("date", "from", "to", "subject")]
    if not any(told):
        told = [f"{name}: {value}" for name, values in headers.items() for value in values]
    return _MARK + sha256("\0".join(told).encode(errors="replace")).hexdigest()


# The body -----------------------------------------------------------------------------------------


def body_of(message: Message) -> Body:
    """The text of a message, and how many files come with it."""
    texts: dict[str, str] = {}
    attachments = 0
    for part in _parts(message):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            continue
        kind = part.get_content_type()
        if _is_file(part):
            attachments += 1
        elif kind in ("text/plain", "text/html") and not texts.get(kind, "").strip():
            texts[kind] = _text(part)
    text = texts.get("text/plain", "")
    if not text.strip() and texts.get("text/html"):
        from funnelcli.formats.page_text import without_tags

        text = without_tags(texts["text/html"])
    # Some of it is noticed only when a part is decoded.
    defects = {type(defect).__name__ for part in _parts(message) for defect in part.defects}
    return Body(text, attachments, bool(message.keys()) and not defects & _CUT_SHORT)


def _is_file(part: Message) -> bool:
    """Whether a part is a file that came along, and no picture that the text is made of."""
    if part.get_content_disposition() == "attachment":
        return True
    return bool(part.get_filename()) and not part["content-id"]


def files_of(message: Message) -> Iterator[tuple[str, bytes]]:
    """The names and the bytes of the files that came with a message."""
    for part in filter(_is_file, _parts(message)):
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            # A message within the message.
            inner = part.get_payload()
            data = b"".join(one.as_bytes() for one in inner if isinstance(one, Message))
        if data:
            yield _decoded(part.get_filename() or part.get_content_type().replace("/", ".")), data


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a message, but none of a message that is attached to it."""
    yield message
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return _in_words(data, part.get_content_charset() or "utf-8")


def _in_words(data: bytes, charset: str) -> str:
    """Bytes as text: by the charset that they are said to be in, else by one that they fit."""
    for name in (charset, "utf-8"):
        try:
            text = data.decode(name)
        except (LookupError, ValueError):
            continue
        return text.replace("\0", "")
    return data.decode("cp1252", "replace").replace("\0", "")
