"""Contacts as cards: vCard 4.0 (RFC 6350).

The library that reads cards writes version 3.0 alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from funnelcli import __version__
from funnelcli.nouns import words
from funnelcli.patterns import regex
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values import dates

if TYPE_CHECKING:
    from collections.abc import Callable

    from funnelcli.nouns.contact import Contact

FIRM = "X-FUNNEL-ORGANISATION"
PRODUCT = "-//funnelcli//"
# Octets a line without its end, as the standard counts them.
_LINE = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})
# A card has no control characters but tabs, and no bytes that are no text.
_BARRED = regex("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def write(
    contacts: Iterable[Contact],
    changed_at: Callable[[int], int | None],
    public_id: Callable[[int], str],
) -> Iterator[str]:
    """A card of each contact, an organisation's of the kind "org". ``changed_at`` says when a
    contact, named by its id, was last changed, in UTC seconds; None where nobody knows.
    ``public_id`` is that of an organisation, by which a card of this program names it: others may
    be called the same."""
    for contact in contacts:
        at = changed_at(contact.id)
        firm = public_id(contact.organisation_id) if contact.organisation_id is not None else ""
        yield "".join(map(_folded, _lines(contact, contact.created_at if at is None else at, firm)))


def _lines(contact: Contact, changed_at: int, firm: str) -> Iterator[str]:
    person = contact.kind == "person"
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"PRODID:{PRODUCT}funnel {__version__}//EN"
    yield f"UID;VALUE=text:{contact.public_id}"
    yield f"KIND:{'individual' if person else 'org'}"
    yield f"FN:{_text(contact.name)}"
    if person:
        salutation = contact.salutation if contact.salutation != "none" else None
        before = [words.read(words.SALUTATION, salutation), contact.academic_title or ""]
        prefix = _text(" ".join(filter(None, before)))
        yield f"N:{_text(contact.last_name)};{_text(contact.first_name)};;{prefix};"
    organisation = contact.organisation if person else contact.name
    for name, found in (
        ("ORG", organisation),
        (FIRM, firm),
        ("TITLE", contact.job_title),
        *(("EMAIL", email) for email in contact.emails),
        *(("TEL", phone) for phone in contact.phones),
    ):
        if found:
            yield f"{name}:{_text(found)}"
    address = (contact.street, contact.town, contact.region, contact.postcode, contact.country)
    if any(address):
        yield f"ADR:;;{';'.join(map(_text, address))}"
    for name, found in (
        ("URL", contact.website),
        ("LANG", contact.language),
        ("BDAY", _birthday(contact.birthday)),
    ):
        if found:
            yield f"{name}:{_text(found)}"
    if contact.tags:
        yield f"CATEGORIES:{','.join(map(_text, contact.tags))}"
    if contact.notes:
        yield f"NOTE:{_text(contact.notes)}"
    yield f"REV:{dates.iso_instant(changed_at).replace('-', '').replace(':', '')}"
    yield "END:VCARD"


def _birthday(day: str | None) -> str:
    """19800517, or --0517 without a year."""
    if not day:
        return ""
    return f"--{day[2:].replace('-', '')}" if day[:2] == "--" else day.replace("-", "")


def _text(text: str | None) -> str:
    """A text as a value, or a part of one."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _BARRED.sub("", plain).translate(_ESCAPED)


def _folded(line: str) -> str:
    """A line with its end, folded where it is too long, between characters."""
    if len(line) * 4 <= _LINE or len(line.encode()) <= _LINE:
        return line + "\r\n"
    lines = [""]
    room = _LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            lines.append(" ")
            room = _LINE - 1
        lines[-1] += character
        room -= size
    return "\r\n".join(lines) + "\r\n"
