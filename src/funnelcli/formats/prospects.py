"""What a note or a card says of somebody who is to be a new contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from funnelcli.errors import Usage
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.values.birthdays import read_birthday
from funnelcli.values.cells import BETWEEN

EMAIL = regex(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# A number as people write it, begun as one is that can be dialled; not a date.
_PHONE = regex(
    r"(?:\b(?:tel(?:efon)?|phone|mob(?:il|ile)?|handy|cell|m|t)\b[.:]*\s*)?"
    r"(?<![\w.-])((?:\+|00?|\()\d[\d ()/-]{5,20}\d|\d{3}-\d{3}-\d{4})(?![\w-])",
    "i",
)
_CAPITAL = r"[A-ZÄÖÜÉ][^\W\d_]*\.?"
_TOWN = (
    rf"{_CAPITAL}(?:[ -](?:{_CAPITAL}|am|an der|im|in|bei|ob der|vor der|de|of|upon)(?=[ ,;.-]|$))*"
)
# Of Germany, Austria and Switzerland, of the United States, of Great Britain.
_PLACES = (
    re.compile(
        rf"(?<![\d+/.-])\b(?:(?P<country>[A-Z]{{1,2}})-)?(?P<postcode>\d{{4,5}}) (?P<town>{_TOWN})"
    ),
    re.compile(rf"(?P<town>{_TOWN}),? (?P<region>[A-Z]{{2}}) (?P<postcode>\d{{5}}(?:-\d{{4}})?)\b"),
    re.compile(rf"(?P<town>{_TOWN}),? (?P<postcode>[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}})\b"),
)
_STREET = regex(
    r"\b(?:(?:Am|An der|Auf dem|Im|In der|Zum|Zur) )?(?:[A-ZÄÖÜ][\w.-]*[ -])?[\w-]*"
    r"(?:str\.|straße|strasse|gasse|weg|platz|allee|ring|damm|ufer|graben|markt|steig|hof)"
    r" ?\d+ ?[a-z]?(?:[-/]\d+[a-z]?)?\b"
    r"|\b\d+[a-z]? (?:[A-Z][\w'.-]* ){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Way"
    r"|Close|Court|Ct|Square|Terrace|Boulevard|Blvd)\b\.?",
    "i",
)
_FIRM = regex(
    r"\b(?:GmbH|mbH|AG|KG|KGaA|OHG|GbR|UG|e\. ?K\.|eG|e\. ?V\.|SE|Ltd|Limited|Inc|LLC|LLP|PLC)\b"
    r"|^(?:Fa\.|Firma) ",
)
# What stands before the name of somebody new.
_NEW = regex(
    r"^[#\s]*(?:(?:new|neu|neuer? (?:kontakt|kunde|kundin|interessent(?:in)?)|new (?:contact"
    r"|customer|lead|prospect)|interessent(?:in)?|prospect|lead|visit(?: report)?|besuch(?: bei)?"
    r"|bei|with|kunde|kundin|customer|client|kontakt|contact|name)\b[:\s]+)+",
    "i",
)
_SAID_NEW = regex(
    r"^[#\s]*(?:new|neu)(?:er?)?(?: (?:kontakt|kunde|kundin|interessent(?:in)?|contact|customer"
    r"|lead|prospect))?:",
    "i",
)
_BETWEEN = regex(r"\s*[,;|·\t]\s*|\s+[–-]\s+|:\s+")
# What stands before a postcode for a country.
_COUNTRIES = {"D": "DE", "A": "AT", "F": "FR", "I": "IT", "B": "BE", "L": "LU"}
_DATE = regex(r"^\s*(?:\d{4}-\d\d?-\d\d?|\d\d?\.\d\d?\.\d{2,4})\b[\s,:-]*")
# More words are no name.
_LONGEST_NAME = 5


class Prospect(NamedTuple):
    """Somebody who is to be a new contact, with a deal called ``deal`` where that is not None; an
    organisation where no ``name`` of a person is known; ``birthday`` as a contact's."""

    name: str = ""
    organisation: str = ""
    job_title: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    street: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    country: str = ""
    birthday: str = ""
    website: str = ""
    deal: str | None = None

    @property
    def called(self) -> str:
        """What the contact is called."""
        return self.name or self.organisation

    @property
    def reachable(self) -> bool:
        """Whether there is more than a name."""
        return bool(self.phones or self.emails or self.street or self.postcode)


def says_new(line: str) -> bool:
    """Whether a line says in a word that it is about somebody new: "New: Anna Berg"."""
    return _SAID_NEW.match(line) is not None


def read(text: str) -> Prospect:
    """Whom the first line of a text names, with the numbers, addresses and e-mail addresses in it,
    and in the lines below that have nothing else."""
    first, *below = text.strip().split("\n") if text.strip() else [""]
    found: dict[str, list[str]] = {}
    rest = _take(first, found)
    for line in below:
        kept = {name: list(values) for name, values in found.items()}
        if not line.strip() or _take(line, found).strip(" ,;:.|·-–"):
            found = kept
            break
    rest = _NEW.sub("", _DATE.sub("", rest))
    names = [part for part in _BETWEEN.split(rest) if part.strip(" ,;.:")]
    return _named([part.strip(" ,;") for part in names], found)


def _take(line: str, found: dict[str, list[str]]) -> str:
    """What is left of a line without what it says of how somebody is reached, which ``found``
    takes."""
    for email in EMAIL.findall(line):
        found.setdefault("email", []).append(email)
    line = EMAIL.sub(" ", line)
    for place in _PLACES:
        match = place.search(line)
        if match is not None and "postcode" not in found:
            for name, text in match.groupdict().items():
                if text:
                    found.setdefault(name, []).append(text.strip())
            line = f"{line[: match.start()]},{line[match.end() :]}"
            break
    for phone in _PHONE.findall(line):
        found.setdefault("phone", []).append(phone.strip())
    line = _PHONE.sub(",", line)
    street = _STREET.search(line)
    if street is not None and "street" not in found:
        found["street"] = [street[0].strip()]
        line = f"{line[: street.start()]},{line[street.end() :]}"
    return line


def _named(parts: list[str], found: Mapping[str, list[str]]) -> Prospect:
    name = organisation = ""
    if parts and len(parts[0].split()) <= _LONGEST_NAME:
        firms = [part for part in parts[:2] if _FIRM.search(part)]
        people = [part for part in parts[: 1 + len(firms)] if part not in firms]
        organisation = re.sub(r"^(?:Fa\.|Firma) ", "", firms[0]) if firms else ""
        name = people[0] if people and len(people[0].split()) <= _LONGEST_NAME else ""

    def one(key: str) -> str:
        return next(iter(found.get(key, ())), "")

    return Prospect(
        name=name,
        organisation=organisation,
        phones=tuple(found.get("phone", ())),
        emails=tuple(found.get("email", ())),
        street=one("street"),
        postcode=one("postcode"),
        town=one("town"),
        region=one("region"),
        country=_COUNTRIES.get(one("country"), one("country")),
    )


def of_card(row: Mapping[str, str]) -> Prospect:
    """Whom a row of a table of cards (:mod:`funnelcli.formats.cards`) is about."""
    firm = row["kind"] == "organisation"

    def several(key: str) -> tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in row[key].split(BETWEEN.strip()))))

    return Prospect(
        name="" if firm else row["name"],
        organisation=row["name"] if firm else row["organisation"],
        job_title=row["job_title"],
        phones=several("phones"),
        emails=several("emails"),
        street=row["street"],
        postcode=row["postcode"],
        town=row["town"],
        region=row["region"],
        country=row["country"],
        birthday=_birthday(row["birthday"]),
        website=row["website"],
    )


def left_of_card(row: Mapping[str, str], read: Prospect) -> str:
    """What a row of a table of cards says beside whom it is about: its note, and what a contact
    does not take from a card."""
    left = [
        ("BDAY", "" if read.birthday else row["birthday"]),
        ("CATEGORIES", "" if row["tags"].startswith("*") else row["tags"]),
        ("LANG", row["language"]),
    ]
    return "\n".join(filter(None, (row["notes"], *(f"{k}: {text}" for k, text in left if text))))


def _birthday(text: str) -> str:
    try:
        return read_birthday(text) if text else ""
    except Usage:
        return ""


def joined(values: Iterable[str]) -> str | None:
    """Several numbers or addresses in one text."""
    return ", ".join(values) or None
