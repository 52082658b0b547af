"""What a row says of a contact: who it is, how to reach them, and the fields that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from funnelcli.actions.contacts import check_email
from funnelcli.actions.importing.fields import Read
from funnelcli.actions.importing.moments import BadRowError, Moment
from funnelcli.errors import Usage
from funnelcli.formats.columns import CellError, DateFormat, is_blank
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.values import dates
from funnelcli.values.birthdays import without_year
from funnelcli.values.languages import language_tag
from funnelcli.values.names import salutation_key

# Days before this are slips of the pen.
FIRST_YEAR = 1900
# Nearly every address there is; what it leaves out is looked at letter by letter.
_PLAIN_EMAIL = regex(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "a")
# One number as a spreadsheet shows it, 1,71235E+11, whose comma is not between two.
_ROUNDED = regex(r"\s*\d(?:,\d+)?(?:E\+?\d+|,0+)\s*", "i")
_FULL_YEAR = regex(r"\d{4}")
_ADDRESSED = regex(r"([^<(\[]*?)\s*[<(\[]\s*(?:mailto:)?([^\s<>()\[\]]+@[^\s<>()\[\]]+)\s*[>)\]]")
_SEVERAL = regex(r"\s*(?::::|[,;\n])\s*")


# What a row says of a contact that says nothing.
NOTHING: Mapping[str, str] = {}


class Other(NamedTuple):
    """Somebody else who has a part in the deal of a row, by name or by ``key``, the id in the
    program that the row comes from; texts are "" where the row says nothing."""

    name: str = ""
    key: str = ""
    role: str = ""
    email: str = ""


@dataclass(kw_only=True)
class Who:
    """Whom a row means. Texts are "" where it says nothing; ``about`` has fields of the contact,
    ``contact_id`` is its public id,
    ``contact_key`` and ``organisation_key`` are the ids of contact and organisation in the program
    that the row comes from; ``others`` have a part in its deal too; ``met`` is the key of the
    source by which somebody new was met; ``changed`` says when the row was changed last where it
    comes from, where that settles what differs; ``stamp`` says it for imports to come, too."""

    contact_id: str = ""
    contact_key: str = ""
    organisation_key: str = ""
    contact_kind: str = ""
    contact: str = ""
    organisation: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[Other] = ()
    met: str = ""
    changed: Moment | None = None
    stamp: Moment | None = None

    def reach(self, reads: Mapping[str, Read], cells: Sequence[str]) -> None:
        """Take the addresses and numbers of a row. Raises BadRowError."""
        # Some programs write the address where the name belongs, or beside it.
        self.contact, address = name_and_address(self.contact)
        named = address or (self.contact if "@" in self.contact else "")
        if named or "email" in reads:
            self.emails = emails_of(reads["email"](cells) if "email" in reads else "", named)
        if "phone" in reads:
            self.phones = phones_of(reads["phone"](cells))


class About:
    """Reads the fields of a contact, ``reads`` by their names; ``birthday`` is how birthdays are
    written, ``clean`` makes the text of a field of a cell."""

    def __init__(
        self,
        reads: Iterable[tuple[str, Read]],
        birthday: DateFormat | None,
        clean: Callable[[str], str],
    ) -> None:
        self._reads = list(reads)
        self._clean = clean
        self._birthday = birthday
        self._today = dates.today().isoformat()

    def read(self, cells: Sequence[str]) -> dict[str, str]:
        """The fields that the row says. Raises BadRowError."""
        texts = ((name, self._clean(read(cells))) for name, read in self._reads)
        try:
            return {name: self._told(name, text) for name, text in texts if not is_blank(text)}
        except Usage as error:
            raise BadRowError.of(error) from None

    def _told(self, name: str, text: str) -> str:
        """One field of a contact, as the database keeps it."""
        match CONTACT.fields[name].type.reads:
            case "salutation":
                return salutation_key(text)
            case "language":
                return language_tag(text)
            case "birthday":
                return without_year(text) or self._day(text)
            case _:
                return text

    def _day(self, text: str) -> str:
        assert self._birthday is not None
        try:
            day = self._birthday.parse(text)[0]
        except CellError as error:
            raise BadRowError(str(error)) from None
        if day.isoformat() > self._today and not _FULL_YEAR.search(text):
            day = day.replace(year=day.year - 100)
        if day.year < FIRST_YEAR or day.isoformat() > self._today:
            raise BadRowError(_("{day} is no birthday").format(day=day.isoformat()))
        return day.isoformat()


def emails_of(cell: str, named: str = "") -> Sequence[str]:
    """The addresses in a cell, in lower case; those in the cell of the name where it has none.
    Raises BadRowError for what is no address."""
    if _PLAIN_EMAIL.fullmatch(cell):
        return (cell.lower(),)
    try:
        return list(
            dict.fromkeys(
                text.lower() if _PLAIN_EMAIL.fullmatch(text) else check_email(text)
                for text in split(cell) or split(named)
            )
        )
    except Usage as error:
        raise BadRowError.of(error) from None


def chosen(known: Mapping[str, str], text: str, called: str) -> str:
    """:func:`funnelcli.nouns.words.choose`, but it raises BadRowError."""
    try:
        return words.choose(known, text, called)
    except Usage as error:
        raise BadRowError.of(error) from None


def phones_of(cell: str) -> list[str]:
    """The numbers in a cell, as they are written."""
    return [cell.strip()] if _ROUNDED.fullmatch(cell) else split(cell)


def split(cell: str) -> list[str]:
    """The values of a cell that other programs join with commas, semicolons or ``:::``."""
    text = cell.strip()
    return [part for part in _SEVERAL.split(text) if part] if text else []


def name_and_address(text: str) -> tuple[str, str]:
    """The name and the address of "Eva Roth <eva@roth.example>" or with other brackets; of anything
    else the text, and "" for the address."""
    found = _ADDRESSED.fullmatch(text.strip()) if "@" in text else None
    if found is None or not _PLAIN_EMAIL.fullmatch(found[2]):
        return text, ""
    return squeezed(found[1].strip('"')) or found[2], found[2].lower()


def first_id(cell: str) -> str:
    """The first of the ids in a cell."""
    return next(iter(split(cell)), "")


def others_of(cell: str, keys: str) -> list[Other]:
    """Who else has a part in a deal: the names of a cell, each with an id or a role in brackets
    ("Ole Vogt (7004); Bert Roth (user)"), and of the ids in another cell those behind the first."""
    found = []
    for part in filter(None, map(str.strip, re.split(r"[;\n]|:::", cell))):
        called, address = name_and_address(part)
        if address:
            found.append(Other(called, email=address))
            continue
        name, bracket, said = part.removesuffix(")").rpartition("(")
        if not (bracket and part.endswith(")") and name.strip()):
            found.append(Other(squeezed(part)))
        elif said.strip().isdecimal():
            found.append(Other(squeezed(name), key=said.strip()))
        else:
            found.append(Other(squeezed(name), role=squeezed(said)))
    named = {other.key for other in found}
    return found + [Other(key=key) for key in split(keys)[1:] if key not in named]


def squeezed(text: str) -> str:
    """A text with single blanks."""
    return " ".join(text.split())
