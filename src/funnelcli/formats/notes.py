"""Notes as other programs leave them in a folder: plain text, Markdown, e-mail files."""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funnelcli.formats.mail import Body, Head

ENDINGS = (".txt", ".md", ".eml")
# More is no note, and would be held in memory.
LARGEST = 5_000_000


class Unreadable(Exception):
    """Why a file is no note yet, in a sentence without a dot."""


class Enclosed(NamedTuple):
    """A file that came with a note: what it is called, and its bytes."""

    name: str
    data: bytes


class Note(NamedTuple):
    """A note: its text; for an e-mail what its sender wrote, and ``quoted`` what that quotes of
    others, its subject, whom it is from and to (addresses), when it was sent (UTC seconds), the
    files that came with it, the id that its sender's program gave it, and those of the messages
    that it answers."""

    text: str
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    sent_at: int | None = None
    files: tuple[Enclosed, ...] = ()
    quoted: str = ""
    message_id: str = ""
    refers: tuple[str, ...] = ()


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
    from funnelcli.formats import mail

    message = mail.parsed(data)
    body = mail.body_of(message)
    if not body.whole:
        raise Unreadable(_("the e-mail is not complete"))
    return of_mail(mail.head_of(message), body, mail.files_of(message))


def of_mail(head: Head, body: Body, files: Iterable[tuple[str, bytes]]) -> Note:
    """The note that an e-mail is, with its files: their names and their bytes."""
    from funnelcli.formats.replies import taken_apart

    own, quoted = taken_apart(body.text)
    return Note(
        own,
        head.subject,
        head.sender.address,
        head.sender.name,
        tuple(one.address for one in head.to),
        head.sent_at,
        tuple(Enclosed(name, content) for name, content in files),
        quoted,
        "" if head.is_nameless else head.message_id,
        head.refers,
    )
