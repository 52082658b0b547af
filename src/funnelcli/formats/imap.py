"""A mailbox on a server, by IMAP: it is only looked at, nothing in it is changed or marked as read.

Of each new message the headers are asked for; the rest, and of that the beginning, only of those
that concern somebody on file.
"""

from __future__ import annotations

import base64
import imaplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from ipaddress import ip_address
from urllib.parse import quote, unquote, urlsplit

from funnelcli.errors import Failed, Refused, Usage, reason
from funnelcli.formats.mailboxes import LARGEST, LOT, WHOLE, Item, State, is_left, is_sent
from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import printed
from funnelcli.typed import Any

_SECONDS = 60
_PORTS = {"imap": 143, "imaps": 993}
_HEADERS = (
    "FROM SENDER TO CC BCC SUBJECT DATE MESSAGE-ID REFERENCES IN-REPLY-TO LIST-ID LIST-UNSUBSCRIBE"
    " LIST-POST LIST-HELP PRECEDENCE AUTO-SUBMITTED X-AUTOREPLY X-AUTORESPOND RETURN-PATH"
    " X-SPAM-FLAG CONTENT-TYPE"
)
# A month has its English name, whatever the system's language is.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# So many texts are asked for in one go.
_FEW = 50
_LISTED = re.compile(rb'^\((?P<flags>[^)]*)\) (?:"(?P<sep>\\?.)"|NIL) (?P<name>.*)$')
_UID = re.compile(rb"\bUID (\d+)")
_DATE = re.compile(rb'INTERNALDATE "[^"]*"')
_LEFT_FLAGS = {b"\\noselect", b"\\nonexistent", b"\\junk", b"\\trash", b"\\drafts", b"\\flagged"}


class Account(NamedTuple):
    """Where a mailbox lies: ``folder`` is empty for all that count."""

    scheme: str
    user: str
    host: str
    port: int
    folder: str

    @property
    def source(self) -> str:
        """What it is known by, without its folder."""
        return f"{self.scheme}://{self.user}@{self.host}:{self.port}"


def account(url: str) -> Account:
    """The account that an address names, like imaps://you@example.com@mail.example.com/INBOX.
    Raises Usage, Refused where a password stands in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme.lower()]
    except (ValueError, KeyError) as error:
        raise _unknown(url) from error
    if parts.password is not None:
        raise Refused(
            _("A password in the address would stay in the history of the shell."),
            _("Leave it out; `funnel mail --set-password` puts it into the keyring."),
        )
    if not parts.hostname or not parts.username:
        raise _unknown(url)
    folder = unquote(parts.path.strip("/"))
    return Account(parts.scheme.lower(), unquote(parts.username), parts.hostname, port, folder)


def _unknown(url: str) -> Usage:
    return Usage(
        _("{url} names no mailbox of a server.").format(url=url),
        _("Write it like imaps://you@example.com@mail.example.com or, of one folder, …/INBOX."),
    )


def _is_near(host: str) -> bool:
    """Whether a host is this computer."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


@contextmanager
def connected(where: Account, password: Callable[[], str]) -> Iterator[Server]:
    """The server of an account, for as long as the block runs. Raises Failed, and Refused where the
    password would go out in the clear."""
    conn: Any = None
    try:
        conn = _connect(where)
        try:
            conn.login(_quoted(where.user), password())
        except imaplib.IMAP4.error as error:
            raise Failed(
                _("{host} does not let {user} in: {error}.").format(
                    host=where.host, user=where.user, error=_said(error)
                ),
                _("`funnel mail --set-password` takes another password."),
            ) from error
        yield Server(where, conn)
    except (OSError, imaplib.IMAP4.error) as error:
        raise Failed(
            _("{host}:{port} cannot be read: {error}.").format(
                host=where.host, port=where.port, error=_said(error)
            ),
            _("What was read before is on record; `funnel mail` goes on from there."),
        ) from error
    finally:
        if conn is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                conn.logout()
            # After a connection that broke off nobody says good-bye.
            with suppress(OSError):
                conn.shutdown()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _connect(where: Account) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if where.scheme == "imaps":
        return imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=_SECONDS)
    conn = imaplib.IMAP4(where.host, where.port, timeout=_SECONDS)
    if not _is_near(where.host):
        try:
            _encrypt(conn, where.host, context)
        except BaseException:
            conn.shutdown()
            raise
    return conn


def _encrypt(conn: imaplib.IMAP4, host: str, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in conn.capabilities:
        raise Refused(
            _("Without encryption no password is sent to {host}.").format(host=host),
            _("Write imaps:// where the server has it."),
        )
    conn.starttls(context)


def _said(error: Exception) -> str:
    text = error.args[0] if isinstance(error, imaplib.IMAP4.error) and error.args else None
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    lines = printed(str(text or reason(error))).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


class Server:
    """A server on which somebody is logged in."""

    def __init__(self, where: Account, conn: imaplib.IMAP4) -> None:
        self.where = where
        self.conn = conn

    def mailboxes(self, since: date | None = None) -> list[Folder]:
        """The folders that count; with ``since`` of those the messages that came from that day
        on."""
        if self.where.folder:
            name = self.where.folder
            return [Folder(self, name, _wired(name), sent=is_sent(name), since=since)]
        found: list[tuple[set[bytes], str, str]] = []
        for flags, sep, wire in self._listed():
            name = _unwired(wire)
            if not flags & _LEFT_FLAGS and not is_left(name.split(sep)[-1] if sep else name):
                found.append((flags, name, wire))
        # One that has everything has it all but once.
        everything = [one for one in found if b"\\all" in one[0]]
        return [
            Folder(
                self,
                name,
                wire,
                sent=b"\\sent" in flags or is_sent(re.split(r"[./]", name)[-1]),
                since=since,
            )
            for flags, name, wire in everything or found
        ]

    def _listed(self) -> Iterator[tuple[set[bytes], str, str]]:
        for line in self.ask(self.conn.list):
            if isinstance(line, tuple):
                head, literal = line
                line = re.sub(rb"\{\d+\}$", b"", head) + literal
            match = _LISTED.match(line or b"")
            if match is None:
                continue
            name = match["name"].strip()
            if name.startswith(b'"'):
                name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
            sep = (match["sep"] or b"").lstrip(b"\\").decode("ascii", "replace")
            yield {*match["flags"].lower().split()}, sep, name.decode("ascii", "replace")

    def ask(self, command: Callable[..., Any], *args: Any) -> list[Any]:
        """What the server says to a command. Raises imaplib's error for a no."""
        kind, data = command(*args)
        answer: list[Any] = data
        if kind != "OK":
            raise imaplib.IMAP4.error(answer[0] if answer and answer[0] else kind)
        return answer


class Folder:
    """A folder on a server. It is known how far it was read as long as the server says that its
    numbers are the same."""

    def __init__(
        self, server: Server, name: str, wire: str, *, sent: bool, since: date | None
    ) -> None:
        self.server = server
        self.name = name
        self.source = f"{server.where.source}/{quote(name)}"
        self._wire = wire
        self._sent = sent
        self._since = since

    def lots(self, since: State) -> Iterator[tuple[list[Item], State]]:
        """The messages that came since then, in the order of their numbers."""
        self._open()
        valid = self._validity()
        last = int(since.get("uid", 0)) if since.get("uidvalidity") == valid else 0
        uids = self._new(last)
        for start in range(0, len(uids), LOT):
            lot = uids[start : start + LOT]
            # Another folder may have been opened since.
            self._open()
            yield self._heads(lot), {"uidvalidity": valid, "uid": lot[-1]}

    def bodies(self, items: Sequence[Item], *, whole: bool = False) -> Mapping[str, bytes]:
        """The beginnings of messages by their places, or nearly all of each."""
        most = WHOLE if whole else LARGEST
        found: dict[str, bytes] = {}
        for start in range(0, len(items), _FEW):
            few = [item.place for item in items[start : start + _FEW]]
            fetched = self._fetch(few, f"BODY.PEEK[]<0.{most}>")
            found.update((uid, data) for uid, _meta, data in fetched)
        return found

    def _open(self) -> None:
        conn = self.server.conn
        self.server.ask(conn.select, _quoted(self._wire), True)

    def _validity(self) -> int:
        _kind, data = self.server.conn.response("UIDVALIDITY")
        return int(data[0]) if data and data[0] else 0

    def _new(self, last: int) -> list[int]:
        asked = [f"UID {last + 1}:*", "UNDELETED", "UNDRAFT"]
        if self._since is not None:
            month = _MONTHS[self._since.month - 1]
            asked.append(f"SINCE {self._since.day}-{month}-{self._since.year}")
        (line,) = self.server.ask(self.server.conn.uid, "SEARCH", *asked) or [b""]
        # The star is the last message, though its number is not above the first.
        return sorted(uid for uid in map(int, (line or b"").split()) if uid > last)

    def _heads(self, uids: Sequence[int]) -> list[Item]:
        asked = f"INTERNALDATE BODY.PEEK[HEADER.FIELDS ({_HEADERS})]"
        items = []
        for uid, meta, data in self._fetch([str(uid) for uid in uids], asked):
            items.append(Item(uid, _internal(meta), self._sent, data))
        return items

    def _fetch(self, uids: Sequence[str], what: str) -> Iterator[tuple[str, bytes, bytes]]:
        """What was asked for of messages: the number, what stands around the literal, the
        literal."""
        answer = self.server.ask(self.server.conn.uid, "FETCH", ",".join(uids), f"(UID {what})")
        for place, part in enumerate(answer):
            if not isinstance(part, tuple):
                continue
            meta = part[0]
            behind = answer[place + 1] if place + 1 < len(answer) else b""
            if isinstance(behind, bytes):
                meta += b" " + behind
            uid = _UID.search(meta)
            if uid is not None:
                yield uid[1].decode(), meta, part[1]


def _internal(meta: bytes) -> int | None:
    match = _DATE.search(meta)
    came = None if match is None else imaplib.Internaldate2tuple(match[0])
    return None if came is None else int(time.mktime(came))


def _unwired(name: str) -> str:
    """The name of a folder as the server writes it, in its own UTF-7 (RFC 3501, 5.1.3)."""

    def read(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        return ("+" + match[1].replace(",", "/") + "-").encode("ascii").decode("utf-7")

    try:
        return re.sub(r"&([^-]*)-", read, name)
    except UnicodeError:
        return name


def _wired(name: str) -> str:
    """A name as the server writes it."""

    def write(match: re.Match[str]) -> str:
        text = match[0].encode("utf-16-be")
        return "&" + base64.b64encode(text).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"[^\x20-\x7e]+", write, name.replace("&", "&-"))
