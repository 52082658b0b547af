"""How a letter greets a person, and how its address names them.

Somebody whose salutation is not known, or who wants none, is greeted by their whole name: that
says nothing about them that may be wrong. "Sehr geehrte Damen und Herren" and "Dear Sir or Madam"
are for organisations and for nobody in particular, where a letter addresses whoever reads it.
"""

from __future__ import annotations

from funnelcli.nouns.contact import Contact
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import names


class Addressee(NamedTuple):
    """A person as a letter speaks to them; "" for what is not known. ``name`` is without
    salutation and title."""

    name: str
    last_name: str = ""
    salutation: str = ""
    titles: str = ""


def addressee(contact: Contact) -> Addressee:
    """The person that a contact is. Names that were entered with salutation and title, before
    there were fields for them, are read like new ones."""
    parts = names.read(contact.name)
    salutation = contact.salutation or names.salutation_key(parts.salutation)
    return Addressee(
        parts.name,
        contact.last_name or "",
        "" if salutation == names.NONE else salutation,
        contact.academic_title or parts.title,
    )


def greeting(person: Addressee, t: dict[str, Any]) -> str:
    """The first line of a letter in the words ``t``: "Sehr geehrte Frau Dr. Brandt,", "Dear Dr
    Brandt,". Of several titles the highest is said, as is the custom; in English it stands in the
    place of Mr and Ms, so it needs no salutation."""
    title = _spoken(person.titles, t)
    key = person.salutation if person.salutation in ("mr", "ms") else "own"
    words = {**person._asdict(), "title": title}
    if person.last_name and title and "salutation_title" in t:
        made: str = t["salutation_title"]
    elif person.last_name and person.salutation:
        made = t[f"salutation_{key}"]
    else:
        made = t["salutation_name"]
        words["name"] = f"{title} {person.name}".strip()
    return _filled(made, words)


def address(person: Addressee, t: dict[str, Any]) -> str:
    """The line of an address: "Herrn Prof. Dr. Hans Müller", "Dr. Eva Brandt", "Ms Eva Brandt"."""
    words = person._asdict()
    if person.titles and "salutation_title" in t:
        return _filled(t["address_title"], words)
    if person.salutation in ("mr", "ms"):
        return _filled(t[f"address_{person.salutation}"], words)
    return _filled("{salutation} " + str(t["address_title"]), words)


def _filled(text: str, words: dict[str, str]) -> str:
    """Without the blanks around what is empty."""
    return " ".join(text.format_map(words).split())


def _spoken(titles: str, t: dict[str, Any]) -> str:
    """The title that somebody is spoken to with, "" where there is none."""
    lower = titles.lower()
    if "prof" in lower:
        return str(t["professor"])
    if "dr" in lower or "dok" in lower or "doc" in lower:
        return str(t["doctor"])
    return "" if "salutation_title" in t else titles
