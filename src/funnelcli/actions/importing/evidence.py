"""What the first rows of a file show of its columns: that a well-known name does not mean what it
says here, which column is likeliest to give a deal its title, and that the rows are no deals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelcli.actions.importing.cells import Cells
from funnelcli.actions.importing.fields import ALIASES, TITLES, Plan, known_as, names_of
from funnelcli.actions.importing.presets import ACTIVITIES
from funnelcli.actions.importing.proposing import is_text
from funnelcli.actions.importing.stage_rows import ALIASES as OF_STAGES
from funnelcli.actions.importing.survey import DATE_FIELDS
from funnelcli.actions.importing.ways import Processes
from funnelcli.errors import Usage
from funnelcli.formats.columns import normal
from funnelcli.formats.dialect import CONTROL
from funnelcli.formats.tabular import Table
from funnelcli.i18n import _
from funnelcli.nouns import NOUNS, declared
from funnelcli.nouns.words import CONTACT_KIND, DEAL_KIND, choose
from funnelcli.patterns import regex
from funnelcli.render.columns import data_columns

# What a history of deals has, whatever else: what came of a change, and when it was; or, of what
# was before besides.
_CHANGED = frozenset(
    (
        *("new value", "to stage", "new stage", "neuer wert"),
        *("nach phase", "neue phase", "nach stufe", "neue stufe"),
    )
)
_HISTORIES = tuple(
    frozenset(names)
    for names in (
        *(("old value", "new value"), ("from stage", "to stage"), ("old stage", "new stage")),
        *(("alte phase", "neue phase"), ("von phase", "nach phase"), ("alter wert", "neuer wert")),
        *(("alte stufe", "neue stufe"), ("von stufe", "nach stufe")),
        *(("data old value", "data new value"), ("deal id", "stage", "entered at")),
        *(("deal", "stage", "entered at"), ("deal id", "stage", "changed at")),
        ("deal", "stage", "changed at"),
    )
)


# What only offers have.
_OFFERS = frozenset(
    (
        *("quote number", "offer number", "quote title", "quote amount", "quote id", "quote name"),
        *("angebotsnummer", "angebotsnr", "hs quote number", "quote line item"),
    )
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANSWERS = _words("yes no y n true false t f ja nein j wahr falsch x oui non - 0 1")
_CHANNELS = _words(
    "cellular mobile cell telephone phone landline fax sms text whatsapp email e-mail mail post"
    " letter personal online web unknown none telefon handy mobil brief persönlich unbekannt"
)
_PERSONS = ("contact", "organisation", "first_name", "last_name")

# What only deals have; stage and status count where their words are known.
_OF_DEALS = (
    *("title", "value", "probability", "expected", "closed"),
    *("reason", "competitor", "product"),
)
_OF_PERSONS = ("contact", "first_name", "last_name", "email", "phone")
_COMPANIES = frozenset(
    (
        *("domain", "company domain name", "number of employees", "employees", "revenue"),
        *("annual revenue", "organization address", "year established", "subsidiary of"),
    )
)
_STREETS = frozenset(("street", "address", "strasse", "adresse", "anschrift"))
_POSTCODES = frozenset(("postcode", "postal code", "zip", "zip code", "plz", "postleitzahl"))
_PRICES = frozenset(("price", "unit price", "sales price", "list price", "preis", "einzelpreis"))
_NAMES = frozenset(("name", "full name", "display name"))

# Fields whose cells are words that are known: a column with others is something else.
_WORDED: dict[str, Mapping[str, str]] = {
    "process": {},
    "kind": DEAL_KIND,
    "contact_kind": CONTACT_KIND,
}

# Words of a column's name, by how much they speak for it as a title.
_SPEAKING = (
    (4, "deal opportunity project projekt chance vorhaben subject betreff auftrag angebot"),
    (3, "title titel name bezeichnung thema topic obchod název"),
    (1, "product produkt account company firma customer kunde description beschreibung lead"),
)
_POINTS = {word: points for points, words in _SPEAKING for word in words.split()}
# What a file may call the number of a deal whose title stands beside it.
_MAY_BE_NUMBERS = ("deal", "opportunity", "geschäft", "vorhaben", "verkaufschance")
_NO_TITLES = _words("id nr number nummer owner date datum")
# "A" and "Dach 7" are titles, "D-1001" is a number.
_LETTERS = regex(r"[^\W\d_]{2}|^\D*[^\W\d_]\D*$")


class Sample(Cells):
    """The first rows of a file of deals, and what their words mean here."""

    def __init__(self, table: Table, processes: Processes) -> None:
        super().__init__(table)
        self.ways = processes.usual
        self._processes = processes

    def fits(self, name: str, column: str) -> bool:
        """Whether a column of a well-known name can be the field ``name``: answers are no dates,
        ways to reach people are no people, a process is one that is on file."""
        if name == "title" and normal(column) in _MAY_BE_NUMBERS:
            cells = self.cells(column)
            return not cells or any(map(_LETTERS.search, cells))
        if name in _WORDED:
            return all(self._is_word(name, cell) for cell in self.cells(column))
        if name in DATE_FIELDS:
            wrong = _ANSWERS
        elif name in _PERSONS:
            wrong = _ANSWERS | _CHANNELS
        else:
            return True
        cells = self.cells(column)
        return not cells or any(cell.casefold() not in wrong for cell in cells)

    def _is_word(self, name: str, cell: str) -> bool:
        if name == "process":
            return self._processes.knows(cell) is not None
        try:
            choose(_WORDED[name], cell, name)
        except Usage:
            return False
        return True

    def likeliest_title(self) -> str:
        """The column that speaks most for giving each deal a title of its own."""
        return max(self.header, key=self._speaks)

    def _speaks(self, column: str) -> float:
        cells = self.cells(column)
        if not cells:
            return -10
        words = known_as(column).split()
        points = float(max((_POINTS.get(word, 0) for word in words), default=0))
        if words[-1:] and words[-1] in _NO_TITLES:
            points -= 2
        texts = sum(is_text(cell) for cell in cells) / len(cells)
        own = len(set(cells)) / len(cells)
        return points + 2 * texts + 5 * own + len(cells) / self.rows


def check_deals(name: str, planned: Plan, key: str | None, seen: Sample) -> None:
    """Raise Usage where the file ``name`` is a list of something else than deals, or nothing in
    it gives a deal its title."""
    if any(CONTROL.search(column) for column in seen.header):
        raise Usage(
            _("{name} is no table.").format(name=name),
            _("Write it as CSV, with the names of the columns in the first row."),
        )
    kind = kind_of_rows(planned, seen)
    if kind is not None:
        title = seen.likeliest_title()
        what, way = {
            "contacts": (
                _("{name} looks like a list of contacts, not of deals."),
                _("`funnel import contacts FILE` takes one."),
            ),
            "companies": (
                _("{name} looks like a list of organisations, not of deals."),
                _("`funnel import contacts FILE` takes one."),
            ),
            "activities": (
                _("{name} looks like a list of activities, not of deals."),
                _("`funnel import activities FILE` takes one."),
            ),
            "offers": (
                _("{name} looks like a list of offers, not of deals."),
                _("`funnel import offers FILE` takes one."),
            ),
            "stages": (
                _("{name} looks like the history of deals."),
                _("`funnel import stages FILE` takes one."),
            ),
            "products": (
                _("{name} looks like a price list, not like deals."),
                _("`funnel import products FILE` takes one."),
            ),
            "own": (
                _("{name} is a list of this program's own, but not of deals."),
                _(
                    "What `funnel deal list` and `funnel product list` export can be imported;"
                    " `funnel backup` copies everything."
                ),
            ),
        }[kind]
        more = _('If each row is a deal all the same, say its title: --map title="{column}"')
        raise Usage(what.format(name=name), f"{way} {more.format(column=title)}")
    if key is None and not any(field in planned.reads for field in TITLES):
        raise Usage(
            _("Nothing in this file gives a deal its title."),
            _('Say what does, like: --map title="{column}"').format(column=seen.likeliest_title()),
        )


def _is_own_list(header: Sequence[str]) -> bool:
    """Whether the header is that of a list of this program's own, of what belongs to deals."""
    names = set(header)
    return "deal_id" in names and any(
        names <= {column.key for column in data_columns(declared(noun).columns, ())}
        for noun in NOUNS
    )


def kind_of_rows(planned: Plan, seen: Sample) -> str | None:
    """What the rows are where they are no deals, as far as the columns show it."""
    found = dict(planned.matched)
    if any(name not in found for name in planned.reads if name in (*_OF_DEALS, "stage", "status")):
        return None  # The user says that they are.
    if _is_own_list(seen.header):
        return "own"
    names = names_of(seen.header)
    if any(pair <= names for pair in _HISTORIES) or (
        names & _CHANGED and names.intersection(OF_STAGES["at"])
    ):
        return "stages"
    if names & _OFFERS:
        return "offers"
    said = {name for name in found if name in _OF_DEALS}
    for name in ("stage", "status"):
        # Leads have a status, too: new, working, converted.
        knows = seen.ways.knows if name == "stage" else seen.ways.has
        if name in found and any(knows(cell) for cell in seen.cells(found[name])):
            said.add(name)
    if names & ACTIVITIES and not said - {"title", "status"}:
        return "activities"
    if names & _PRICES and not said - {"product"}:
        return "products"
    if said:
        return None
    if any(name in found for name in _OF_PERSONS) or not names.isdisjoint(ALIASES["email"]):
        return "contacts"
    if names & _STREETS and names & _POSTCODES:
        return "contacts"
    if names & _COMPANIES and names & _NAMES.union(ALIASES["organisation"]):
        return "companies"
    return None
