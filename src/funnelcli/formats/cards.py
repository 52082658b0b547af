"""Contact cards (vCard 2.1, 3.0 and 4.0; several a file) as a table, a row a card.

The cards are taken apart one by one, so that a broken one costs nothing but itself: it becomes a
row with a problem. Pictures and sounds are left out before a card is read, and counted.
"""

from __future__ import annotations

import io
import quopri
from collections import Counter

from funnelcli.formats import dialect
from funnelcli.formats.spooled import Section, SpooledTable, write_rows
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.text import fold
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.cells import BETWEEN, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

    from funnelcli.formats.table import Row

COLUMNS = (
    *("uid", "kind", "name", "first_name", "last_name", "salutation", "academic_title"),
    *("organisation", "job_title", "emails", "phones", "street", "postcode", "town", "region"),
    *("country", "website", "language", "birthday", "tags", "notes", "changed"),
    "organisation_key",
)
# A card of a person has no more text once its pictures are gone.
_MOST_LINES = 5000
_PROPERTY = regex(r"(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;[^:]*)?):(.*)", "s")
_SKIPPED = frozenset(("PHOTO", "LOGO", "SOUND", "KEY"))
# Some programs escape what needs no backslash.
_COLON = regex(r"(?<!\\)((?:\\\\)*)\\:")
_CHARSET = regex(r";CHARSET=\"?([\w-]+)", "i")
_QUOTED = regex(r";(?:ENCODING=)?\"?QUOTED-PRINTABLE\"?", "i")
_REVISED = regex(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?(Z)?)?", "a"
)
_DAY = regex(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?|--(\d\d)-?(\d\d)", "a")
# What is read of a card, and what says nothing that a contact here has.
_READ = frozenset(
    (
        *("version", "uid", "kind", "fn", "n", "org", "title", "role", "email", "tel", "adr"),
        *("url", "bday", "categories", "note", "lang", "x-abshowas", "rev"),
        "x-funnel-organisation",
    )
)
_NOTHING = frozenset(("prodid", "class", "mailer", "x-abuid", "x-ablabel", "x-abadr", "x-etag"))


class CardTable(SpooledTable):
    """The table of a file of cards. ``left_out`` counts the properties that no row has, by their
    names."""

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        section: Section,
        problems: dict[int, str],
        left_out: Counter[str],
    ) -> None:
        super().__init__(file, name, section, [*COLUMNS])
        self.left_out = left_out
        self._problems = problems

    def _records(self) -> Iterator[Row]:
        for row in super()._records():
            problem = self._problems.get(row.line)
            yield row if problem is None else row._replace(problem=problem)


def open_cards(file: BinaryIO, name: str, encoding: str | None) -> CardTable:
    """The cards in a file. Raises Usage where its encoding is not as given."""
    found = dialect.find_encoding(file, name, encoding or _two_bytes(file))
    problems: dict[int, str] = {}
    left_out: Counter[str] = Counter()
    file.seek(0)
    text = io.TextIOWrapper(file, found.name, found.errors, newline=None)
    rows, section = write_rows(_rows(text, problems, left_out))
    text.detach()
    return CardTable(rows, name, section, problems, left_out)


def _rows(
    text: io.TextIOWrapper, problems: dict[int, str], left_out: Counter[str]
) -> Iterator[tuple[int, Iterable[str]]]:
    """The first line and the cells of each card; ``problems`` takes what is wrong by that line."""
    for line, lines, problem in _cards(text, left_out):
        row = dict.fromkeys(COLUMNS, "")
        if not problem:
            row, problem = _row(lines, left_out)
        if problem:
            problems[line] = problem
            row["notes"] = "\n".join(lines)[:2000]
        yield line, row.values()


def _two_bytes(file: BinaryIO) -> str | None:
    """UTF-16 without a mark: the first letter of a card is a B."""
    file.seek(0)
    return {b"B\0": "utf-16-le", b"\0B": "utf-16-be"}.get(file.read(2))


def _cards(text: io.TextIOWrapper, left_out: Counter[str]) -> Iterator[tuple[int, list[str], str]]:
    """(first line, unfolded lines, what is wrong) of each card, without its pictures."""
    card: list[str] = []
    begun = depth = 0
    skipping = quoted = False
    for number, line in enumerate(text, 1):
        line = line.rstrip("\n").replace("\0", "")
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if depth and not (card and card[-1].upper().startswith("AGENT")):
                yield begun, card, _("the card is never closed")
                depth = 0
            if not depth:
                card, begun, skipping, quoted = [], number, False, False
            depth += 1
            continue
        if not depth:
            continue
        if word == "END:VCARD":
            depth -= 1
            if not depth:
                yield begun, card, ""
            continue
        if depth > 1:
            continue  # A card within a card: the person's assistant.
        if quoted:
            card[-1] = card[-1][:-1] + line.lstrip()
            quoted = line.endswith("=")
            continue
        found = _PROPERTY.match(line)
        folded = line[:1] in (" ", "\t")
        if folded or found is None:
            # Blanks alone may be what a line was folded between.
            if not skipping and card and (folded or line.strip()):
                card[-1] += line[1:] if folded else line
            continue
        skipping = found[1].upper() in _SKIPPED
        if skipping:
            left_out[found[1].upper()] += 1
        elif len(card) < _MOST_LINES:
            card.append(line)
            quoted = bool(_QUOTED.search(found[2])) and line.endswith("=")
    if depth:
        yield begun, card, _("the card is never closed")


def _plain(line: str) -> str:
    """A line with what is quoted-printable in it made readable."""
    found = _PROPERTY.match(line)
    if found is None or not _QUOTED.search(found[2]):
        return line
    data = quopri.decodestring(found[3].encode("utf-8", "replace"))
    named = _CHARSET.search(found[2])
    text = ""
    for codec in (named[1] if named else "utf-8", "cp1252", "latin-1"):
        try:
            text = data.decode(codec)
            break
        except (LookupError, UnicodeError):
            continue
    text = text.replace("\r\n", "\n").replace("\n", "\\n")
    return f"{found[1]}{_CHARSET.sub('', _QUOTED.sub('', found[2]))}:{text}"


def _row(lines: list[str], left_out: Counter[str]) -> tuple[dict[str, str], str]:
    """What a card says by column, and what is wrong with it."""
    import logging

    import vobject

    # What it cannot read is counted here; it would write about it on standard error.
    logging.getLogger("vobject.base").setLevel(logging.CRITICAL)
    kept = [
        _COLON.sub(r"\1:", _plain(line))
        for line in lines
        if not line.upper().startswith(("PROFILE", "AGENT"))
    ]
    text = "\r\n".join(("BEGIN:VCARD", *kept, "END:VCARD", ""))
    row = dict.fromkeys(COLUMNS, "")
    try:
        card = next(vobject.readComponents(text, allowQP=True, ignoreUnreadable=True))
        contents: dict[str, list[Any]] = card.contents
        _fill(row, contents)
    except StopIteration:
        return row, _("nothing in the card can be read")
    except Exception as error:  # A card may be anything, and so may what its reader raises.
        return row, _("the card cannot be read: {reason}").format(reason=str(error)[:100])
    left_out.update(_unread(kept, contents))
    for name, found in contents.items():
        if name not in _READ and name not in _NOTHING:
            left_out[name.upper()] += len(found)
    if len(contents.get("adr", ())) > 1:
        left_out["ADR"] += len(contents["adr"]) - 1
    return row, ""


def _unread(lines: list[str], contents: dict[str, list[Any]]) -> Counter[str]:
    """The properties that the lines have and the reader has passed over, by their names."""
    found = filter(None, map(_PROPERTY.match, lines))
    written = Counter(name for one in found if (name := one[1].lower()) in _READ)
    written.subtract({name: len(values) for name, values in contents.items()})
    return Counter({name.upper(): number for name, number in written.items() if number > 0})


def _fill(row: dict[str, str], contents: dict[str, list[Any]]) -> None:
    def all_of(name: str) -> list[str]:
        texts = (_text(line.value) for line in contents.get(name, ()))
        return list(dict.fromkeys(filter(None, texts)))

    def one_of(name: str) -> str:
        return next(iter(all_of(name)), "")

    org = [_text(part) for line in contents.get("org", ())[:1] for part in _list(line.value)]
    row["organisation"] = org[0] if org else ""
    row["organisation_key"] = one_of("x-funnel-organisation")
    row["uid"] = one_of("uid").removeprefix("urn:uuid:")
    row["job_title"] = one_of("title") or one_of("role")
    row["emails"] = BETWEEN.join(text.removeprefix("mailto:") for text in all_of("email"))
    row["phones"] = BETWEEN.join(text.removeprefix("tel:") for text in _phones(contents))
    row["website"] = one_of("url")
    row["language"] = one_of("lang")
    row["tags"] = joined(
        _text(one) for line in contents.get("categories", ()) for one in _list(line.value)
    )
    row["notes"] = "\n".join(all_of("note"))
    _name(row, contents, one_of("fn"))
    address = next((line.value for line in contents.get("adr", ())), None)
    if address is not None and hasattr(address, "street"):
        more = filter(None, (_text(address.box), _text(address.extended)))
        row["street"] = ", ".join(filter(None, (_text(address.street), *more)))
        row["postcode"], row["town"] = _text(address.code), _text(address.city)
        row["region"], row["country"] = _text(address.region), _text(address.country)
    firm = one_of("kind").lower() in ("org", "organization", "organisation")
    if firm or one_of("x-abshowas").upper() == "COMPANY":
        row["kind"] = "organisation"
        row["name"] = row["organisation"] or row["name"]
        row["organisation"] = row["first_name"] = row["last_name"] = ""
    revised = _REVISED.fullmatch(one_of("rev"))
    if revised is not None:
        year, month, day, hour, minute, second, zone = revised.groups("")
        clock = f"T{hour}:{minute}:{second or '00'}{zone}" if hour else ""
        row["changed"] = f"{year}-{month}-{day}{clock}"
    birthday = one_of("bday")
    found = _DAY.fullmatch(birthday)
    if found is not None:
        year, month, day, no_year_month, no_year_day = found.groups()
        row["birthday"] = f"{year}-{month}-{day}" if year else f"--{no_year_month}-{no_year_day}"
    elif birthday:
        row["notes"] = "\n".join(filter(None, (row["notes"], f"BDAY: {birthday}")))


def _name(row: dict[str, str], contents: dict[str, list[Any]], written: str) -> None:
    """The name as it is written in full, and its parts where they make it up."""
    from funnelcli.values import names

    row["name"] = written
    parts = next((line.value for line in contents.get("n", ())), None)
    if parts is None or not hasattr(parts, "family"):
        return
    given = " ".join(filter(None, (_text(parts.given), _text(parts.additional))))
    family, prefix = _text(parts.family), _text(parts.prefix)
    before = names.read(f"{prefix} Xa Xa")
    # "MSc" stays behind the name, and "Dr." there is a title all the same.
    behind = names.read(f"Xa Xa, {suffix}" if (suffix := _text(parts.suffix)) else "Xa Xa")
    if prefix and not (before.salutation or before.title):
        # Words of one's own: Familie, Capt.
        row["salutation"] = prefix
    else:
        row["salutation"] = before.salutation
    row["academic_title"] = f"{before.title} {behind.title}".strip()
    if given or family:
        row["first_name"], row["last_name"] = given, family
        if not written or (prefix and fold(written).startswith(fold(prefix.split()[0]))):
            name = " ".join(filter(None, (given, family)))
            row["name"] = f"{name}, {behind.suffix}" if behind.suffix else name


def _phones(contents: dict[str, list[Any]]) -> list[str]:
    """The numbers that somebody answers: fax machines and pagers are left out."""
    found: list[str] = []
    for line in contents.get("tel", ()):
        kinds = {str(one).upper() for one in _types(line)}
        if not kinds & {"FAX", "PAGER"}:
            found.append(_text(line.value).replace(";ext=", " ext. "))
    return list(dict.fromkeys(filter(None, found)))


def _types(line: Any) -> list[str]:
    named = [one for one in line.params.get("TYPE", []) for one in str(one).split(",")]
    return [*named, *(str(one) for one in getattr(line, "singletonparams", []))]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """A value of a card as one text."""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(_text, value)))
    return str(value).strip() if value is not None else ""
