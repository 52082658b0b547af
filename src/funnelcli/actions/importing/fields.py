"""Which column of a file is which field of a deal: by ``--map``, else by well-known names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from funnelcli.actions.importing.keys import column_at, key_columns
from funnelcli.errors import Usage
from funnelcli.formats.columns import find_column, normal
from funnelcli.formats.nulls import filled
from funnelcli.i18n import N_, _, every, pick
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.product import PRODUCT
from funnelcli.nouns.types import Type
from funnelcli.patterns import regex
from funnelcli.typed import Any
from funnelcli.values.birthdays import without_year
from funnelcli.values.cells import BETWEEN
from funnelcli.values.choosing import named, nearest

Read = Callable[[Sequence[str]], str]
Fits = Callable[[str, str], bool]
"""Whether a column (the second) can be the field of which it has a well-known name."""

# What the import calls fields whose own names are others: a file has one column of addresses, and
# people's scripts say ``--map opened=…``.
_CALLED = {
    "opened_at": "opened",
    "closed_at": "closed",
    "expected_close": "expected",
    "lost_reason": "reason",
    "stage_since_at": "since",
    "won_on": "won",
    "emails": "email",
    "phones": "phone",
}


def heard(*nouns: Noun[Any]) -> dict[str, tuple[str, ...]]:
    """The fields that an import of these nouns knows, each with the names of its columns."""
    return {
        _CALLED.get(name, name): tuple(field.heard.split(", "))
        for noun in nouns
        for name, field in noun.fields.items()
        if field.heard
    }


def title_of(name: str, *nouns: Noun[Any]) -> str:
    """The title of the field that an import calls ``name``, a message id, of the first of the nouns
    that has it; nothing where none has."""
    own = next((field for field, called in _CALLED.items() if called == name), name)
    return _BESIDES.get(name) or next(
        (noun.fields[own].title for noun in nouns if own in noun.fields), ""
    )


def as_mapped(name: str) -> str:
    """A field as --map takes it: in German by its title."""
    title = title_of(name, DEAL, CONTACT, PRODUCT)
    return pick(name, _(title)) if title else name


def in_words(name: str) -> str:
    """What people call a field that an import has changed, or left as it is."""
    title = title_of(name, DEAL, CONTACT, PRODUCT)
    return pick(name.replace("_", " "), _(title)) if title else name


def with_titles(
    names: Mapping[str, Sequence[str]], *nouns: Noun[Any]
) -> Mapping[str, Sequence[str]]:
    """The names of columns with the titles that this program's own lists of these nouns have, in
    whatever language they were written. In other files some of them mean something else."""
    titles: dict[str, tuple[str, ...]] = {}
    for noun in nouns:
        for name, declared in noun.fields.items():
            if declared.heard:
                each = map(normal, every(declared.title))
                titles.setdefault(_CALLED.get(name, name), tuple(each))
    return {name: (*known, *titles.get(name, ())) for name, known in names.items()}


def mapping(offers: str, fields: Iterable[str]) -> Type:
    """The type of ``--map`` for these fields; ``offers`` names what completion offers."""
    return Type("FIELD=COLUMN", offers=offers, choices={f"{name}=": "" for name in fields})


def listed(fields: Iterable[str]) -> str:
    """The sentence of help with these fields."""
    return _("Fields: {names}.").format(names=", ".join(fields))


# What imports tell of that no noun has as a field.
_BESIDES = {
    "changed": N_("Last change"),
    "contact_key": N_("Contact's id in the file"),
    "created": N_("Created"),
    "entered": N_("Dates of stages"),
    "merged": N_("Merged deals"),
    "middle_name": N_("Middle name"),
    "organisation_key": N_("Organisation's id in the file"),
    "people": N_("People"),
}
# What a row of a deal says of its contact besides the name; a file of deals has a region, a town
# and notes of its own.
_BESIDE_DEALS = (
    *("salutation", "academic_title", "first_name", "last_name", "job_title", "birthday"),
    *("industry", "phone", "email", "website", "language"),
)
ALIASES: dict[str, tuple[str, ...]] = {
    **heard(DEAL),
    **{name: known for name, known in heard(CONTACT).items() if name in _BESIDE_DEALS},
    # The ids of contact and organisation where the deal comes from.
    "contact_key": (),
    "organisation_key": (),
    # Who else has a part in the deal: "Bert Roth (user); Uwe Kern".
    "people": (
        *("people", "participants", "deal participants", "other contacts", "contact roles"),
        *("second contact", "contact 2", "secondary contact", "additional contacts"),
        *("beteiligte", "teilnehmer", "weitere kontakte", "zweiter kontakt", "kontakt 2"),
    ),
    # When the row was changed last; looked for by its name only where that settles what differs.
    "changed": (),
}
# What only a deal has, of what a list of something else does not call so too.
_STANDING = ("value", "stage", "probability", "expected")
# Those that are kept with the contact, as they are declared.
OF_CONTACT = tuple(name for name in _BESIDE_DEALS if name not in ("email", "phone"))
FIELDS = tuple(ALIASES)
# What a deal is called by, the first that is filled.
TITLES = ("title", "product", "contact", "organisation", "last_name", "first_name")
_JOINT = regex(r"(?<=[a-z])(?=[A-Z])")
_WITHIN = regex(r"^(?:properties|fields|attributes)\.")
_NAMED = regex(r"\{([^{}]+)\}")
# Of what stands between two columns: "lt:" of ", lt:", and " kg" of " kg, ".
_LABEL = regex(r"[^\s,;|/·]+[:=#]\s*$")
_UNIT = regex(r"[^,;|/·]+(?=[,;|/·])")
# Between names of firms; what stands behind a comma may belong to the one before it.
_FIRMS = regex(rf"{BETWEEN}|, (?!(?:inc|ltd|llc|llp|corp|co|gmbh|ag|plc|lp)\b)", "i")
_NUMBERED = regex(r"\s*\(\d+\)\s*$")
_BRACKETS = {"(": ")", "[": "]", "<": ">"}


@dataclass(slots=True)
class Plan:
    """How to read each field from a row's cells. ``names``: the column (or template) of each
    field, for messages; ``sources``: what each is read from, as --map has it; ``matched``: (field,
    column) of those found by their well-known names; ``untaken``: the columns that nothing reads,
    by their place in the row; ``entered``: stages of which columns say when a deal came to them
    (:func:`funnelcli.actions.importing.entered.take`), each with its column. ``stamp`` reads when
    rows were changed last, for imports to come. ``keys`` are the columns of the key that no field
    is read from, by their place; ``own_export`` says that this program wrote the file. ``own``
    reads the columns of fields of one's own
    (:class:`funnelcli.actions.importing.own_fields.OwnFields`), where there are any, and ``owners``
    whose rows are (:class:`funnelcli.actions.importing.owners.Owners`); ``ownerless`` are the
    columns of an owner that, without users, are read as any other."""

    reads: dict[str, Read] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    matched: list[tuple[str, str]] = field(default_factory=list)
    untaken: dict[str, int] = field(default_factory=dict)
    entered: list[tuple[str, str, Read]] = field(default_factory=list)
    own: Any = None
    owners: Any = None
    ownerless: set[str] = field(default_factory=set)
    stamp: Read | None = None
    keys: dict[str, int] = field(default_factory=dict)
    own_export: bool = False


class NoColumn(Usage):
    """No column is called like one of the ``fields`` that an import cannot do without; of these
    ``columns`` one may be it. ``who``: an address says as well whom a row means."""

    def __init__(self, fields: Sequence[str], columns: Iterable[str], *, who: bool = False) -> None:
        self.fields = fields
        field = fields[0]
        self.columns = [*columns]
        self.who = who
        super().__init__(
            _("No column of this file is the field {name}.").format(name=as_mapped(field)),
            _("Say which: --map {name}=COLUMN. The columns are: {columns}.").format(
                name=as_mapped(field), columns=", ".join(self.columns)
            ),
        )


class Untaken:
    """Counts the filled cells of the columns that an import does not take."""

    def __init__(self, planned: Plan) -> None:
        self._places = list(planned.untaken.items())
        self._counts = [0] * len(self._places)

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Take the cells of more rows into account."""
        for n, (_column, at) in enumerate(self._places):
            self._counts[n] += sum(filled(cells[at]).strip() != "" for cells in rows)

    def filled(self) -> dict[str, int]:
        """The columns that have filled cells, with how many."""
        counted = zip(self._places, self._counts, strict=True)
        return {column: count for (column, _at), count in counted if count}


def in_full(name: str, read: Read) -> Read:
    """What reads the cells by which it is decided how the dates of a field are written: those with
    a year."""
    if name != "birthday":
        return read
    return lambda cells: "" if without_year(cell := read(cells)) else cell


def plan(
    header: list[str],
    maps: Sequence[str],
    key: str | None = None,
    fits: Fits = lambda *_: True,
    *,
    own: bool = False,
) -> Plan:
    """The plan of a file of deals, ``own`` an export of this program; see :func:`matched`."""
    names = with_titles(ALIASES, DEAL) if own else _with_people(header, maps)

    def can_be(name: str, column: str) -> bool:
        # The heading of an own list is right, however odd the titles are.
        return (own and name == "title") or fits(name, column)

    return matched(header, maps, names, key, can_be, ("people",), own=own)


def _with_people(header: list[str], maps: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The names of columns, with those that mean a person's where others name that person:
    "Titel" beside first and last name is no deal's, "Name" beside "Vorname" is the last name, and
    "Title" is their position where no column names the contact as a whole. "Name" alone is the
    deal's where another column says what it is worth or where it stands."""
    columns = {normal(column) for column in header}
    mapped = fields_of(maps)

    def there(name: str) -> bool:
        return name in mapped or not columns.isdisjoint(ALIASES[name])

    found = dict(ALIASES)
    if not there("first_name"):
        # Beside a company alone a name is a person's, as it is beside ways to reach one.
        whose = there("contact") or not there("organisation")
        others = any(map(there, ("title", "last_name", "email", "phone")))
        if whose and any(map(there, _STANDING)) and not others:
            found["title"] = (*ALIASES["title"], "name", "bezeichnung")
        return found
    if not there("last_name"):
        found["last_name"] = ("name",)
    if there("last_name") or "name" in columns:
        found["title"] = tuple(name for name in ALIASES["title"] if name != "titel")
        found["academic_title"] = (*ALIASES["academic_title"], "titel")
        if not there("contact"):
            found["title"] = tuple(name for name in found["title"] if name != "title")
            found["job_title"] = (*ALIASES["job_title"], "title")
    return found


def matched(
    header: list[str],
    maps: Sequence[str],
    aliases: Mapping[str, Sequence[str]],
    key: str | None = None,
    fits: Fits = lambda *_: True,
    several: Sequence[str] = (),
    *,
    own: bool = False,
) -> Plan:
    """The plan that ``maps`` (FIELD=COLUMN, FIELD==TEXT, FIELD={COLUMN} {COLUMN}) and the header
    make of the fields in ``aliases``; a field mapped several times takes the first column that
    is filled, one of ``several`` takes all that its columns hold. The ``key`` column is never
    matched by its name, nor one that does not fit. Cells that say that there is nothing (NULL, n/a)
    are empty, but in an export of the program's ``own``.

    Raises Usage for an unknown field or column.
    """
    made = Plan()
    wanted: dict[str, list[str]] = {}
    for text in maps:
        name, equals, source = text.partition("=")
        name = name.strip().lower()
        if not equals or not source:
            raise Usage(
                _("“{text}” maps nothing.").format(text=text),
                _('Write it like: --map value="Deal value"'),
            )
        if name not in aliases:
            name = _field(name, aliases)
        wanted.setdefault(name, []).append(source)
    keys = [] if key is None else key_columns(header, key)
    # What is part of a key may still be a field of its own.
    taken = set(keys) if len(keys) == 1 else set()
    parts = set(keys)
    for name, sources in wanted.items():
        reads: list[Read] = []
        for source in sources:
            read, columns_read, template_ = _source(header, source, own)
            if name == "country" and columns_read and not template_:
                read = _country(read, itemgetter(header.index(columns_read[0])))
            reads.append(read)
            # What is part of a template may still be a field of its own.
            (parts if template_ else taken).update(columns_read)
        made.reads[name] = joined(reads) if name in several else _first(reads)
        made.names[name] = " / ".join(sources)
        made.sources[name] = sources
    columns = {
        known: column
        for column in reversed(header)
        if column not in taken
        for known in (normal(column), known_as(column))
    }
    for name, known in aliases.items():
        if name in wanted:
            continue
        there = dict.fromkeys(columns[one] for one in known if one in columns)
        found = [column for column in there if fits(name, column)]
        if name != "closed" and name not in several:
            found = found[:1]
        if found:
            places = [header.index(column) for column in found]
            reads = [cell_of(header, at, own) for at in places]
            if name == "country":
                reads = [
                    _country(read, itemgetter(at)) for read, at in zip(reads, places, strict=True)
                ]
            made.reads[name] = joined(reads) if name in several else _first(reads)
            made.names[name] = " / ".join(found)
            made.sources[name] = found
            made.matched += [(name, column) for column in found]
            taken.update(found)
    if "people" in aliases:
        more = [name for name in made.sources.get("contact", ()) if _is_associated(name)]
        if more:
            rest = _rest_of(header.index(more[0]))
            named_too = [made.reads["people"]] if "people" in made.reads else []
            made.reads["people"] = joined([rest, *named_too])
    made.untaken = {column: at for at, column in enumerate(header) if column not in taken | parts}
    read_from = {column for columns_ in made.sources.values() for column in columns_}
    made.keys = {column: header.index(column) for column in keys if column not in read_from}
    return made


def names_of(header: Iterable[str]) -> set[str]:
    """The columns of a header in all forms of their names."""
    return {form for column in header for form in (normal(column), known_as(column))}


def fields_of(maps: Iterable[str]) -> set[str]:
    """The fields of FIELD=COLUMN."""
    return {text.partition("=")[0].strip().lower() for text in maps}


def known_columns(aliases: Mapping[str, Sequence[str]]) -> Callable[[Sequence[str]], int]:
    """What counts the columns of a header that have well-known names."""
    names = {name for known in aliases.values() for name in known}
    return lambda header: sum(not names.isdisjoint((normal(c), known_as(c))) for c in header)


def known_as(column: str) -> str:
    """A column's name as ALIASES has it; StageName and stage.name are two words, and what APIs put
    all properties of a record into is none."""
    return normal(_JOINT.sub(" ", _WITHIN.sub("", column).replace(".", " ")))


def _field(said: str, fields: Mapping[str, Sequence[str]]) -> str:
    """The field that a name of its column means. Raises Usage with those that there are, or that it
    may be."""
    nouns: list[Noun[Any]] = [DEAL, CONTACT, PRODUCT]
    nouns.sort(key=lambda noun: len(noun.fields.keys() & fields), reverse=True)

    def titles() -> dict[str, tuple[str, ...]]:
        return {name: every(title_of(name, *nouns)) for name in fields}

    found = named(((name, name, name, *fields[name]) for name in fields), said, titles)
    if found is not None:
        return found
    near = nearest(said, ((name, name) for name in fields))
    german = {name: called[-1] for name, called in titles().items() if called}
    names = dict.fromkeys(pick(name, german.get(name, "")) for name in fields)
    hint = _("The fields are: {fields}.").format(fields=", ".join(names))
    if near:
        hint = _("Did you mean {name}?").format(name=near) + " " + hint
    raise Usage(_("There is no field {name}.").format(name=said), hint)


def _source(header: list[str], source: str, own: bool) -> tuple[Read, list[str], bool]:
    """How to read what stands right of the first "=", the columns that it reads, and whether it
    is a template."""
    if source.startswith("="):
        return _constant(source[1:]), [], False
    if source not in header and (names := _NAMED.findall(source)):
        columns = [header[find_column(header, name.strip())] for name in names]
        return template(header, source, own), columns, True
    at = find_column(header, source)
    return cell_of(header, at, own), [header[at]], False


def cell_of(header: list[str], at: int, own: bool = False) -> Read:
    """How to read a column, of an export of the program's ``own`` as it is.

    HubSpot writes the name and the number of each record that a row is associated with, "Petra
    Brandt (7001);Ole Vogt (7004)": that is the name of the first. crm.cli writes all companies of a
    contact, "Kurz GmbH, Acme, Inc.": the first, too.
    """
    column = normal(header[at])
    if column == "companies":
        return lambda cells: _FIRMS.split(filled(cells[at]), 1)[0].strip()
    if not _is_associated(column):
        return column_at(at, own)
    return lambda cells: _NUMBERED.sub("", cells[at].partition(";")[0]).strip()


def _is_associated(column: str) -> bool:
    """Whether a column names all records that a row is associated with."""
    known = normal(column)
    return known.startswith("associated ") and not known.endswith((" id", " ids"))


def _rest_of(at: int) -> Read:
    """How to read all that a column names behind the first."""
    return lambda cells: cells[at].partition(";")[2]


def _country(read: Read, column: Read) -> Read:
    """A country that is written NA is Namibia, whatever that means elsewhere."""
    return lambda cells: "NA" if column(cells).strip() == "NA" else read(cells)


def _constant(text: str) -> Read:
    return lambda _cells: text


def _first(reads: Sequence[Read]) -> Read:
    """The first of several sources that is filled."""
    if len(reads) == 1:
        return reads[0]

    def read(cells: Sequence[str]) -> str:
        return next((text for one in reads if (text := one(cells)).strip()), "")

    return read


def joined(reads: Sequence[Read]) -> Read:
    """All that several columns hold, as the values of one cell."""
    if len(reads) == 1:
        return reads[0]
    return lambda cells: BETWEEN.join(filter(None, (read(cells).strip() for read in reads)))


def template(header: list[str], text: str, own: bool = False) -> Read:
    """Text with {Column} names filled in. Where a column is empty its brackets go with it, and so
    does a word that belongs to it: before it and ending in a colon or an equals sign, or behind
    it and before the separator. What stands between two columns is left out where there is
    nothing on one of its sides.

    Raises Usage for an unknown column.
    """
    pieces = _NAMED.split(text)
    literals, names = pieces[::2], pieces[1::2]
    columns: list[tuple[str, Read, str]] = []  # what clings to the column before and behind it
    for place, name in enumerate(names):
        before, behind = literals[place][-1:], literals[place + 1][:1]
        if before and _BRACKETS.get(before) == behind:
            literals[place] = literals[place][:-1]
            literals[place + 1] = literals[place + 1][1:]
        else:
            before = behind = ""
        if label := _LABEL.search(literals[place]):
            before = label[0] + before
            literals[place] = literals[place][: label.start()]
        if place < len(names) - 1 and (unit := _UNIT.match(literals[place + 1])):
            behind += unit[0]
            literals[place + 1] = literals[place + 1][unit.end() :]
        columns.append((before, cell_of(header, find_column(header, name.strip()), own), behind))
    last = len(columns) - 1

    def read(cells: Sequence[str]) -> str:
        made = ""
        for place, (before, column, behind) in enumerate(columns):
            cell = column(cells).strip()
            if cell:
                if made or place == 0:
                    made += literals[place]
                made += before + cell + behind
                if place == last:
                    made += literals[-1]
        return made.strip()

    return read
