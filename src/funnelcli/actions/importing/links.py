"""Which deal and which contact rows of other records mean: by the ids that these have where they
come from, else by address, name or title."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from funnelcli.actions.importing.about import first_id
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.actions.importing.on_file import linked
from funnelcli.actions.importing.presets import at_origin
from funnelcli.i18n import N_, _
from funnelcli.text import search_key


@dataclass(slots=True)
class Named:
    """What a row says of the records that it belongs to; texts are "" where it says nothing.
    ``related_key`` is the id of a deal or else of an organisation, ``more_contacts`` are the ids
    of contacts behind the first; what tells rows without ids apart goes without those."""

    deal_key: str = ""
    contact_key: str = ""
    organisation_key: str = ""
    related_key: str = ""
    deal: str = ""
    contact: str = ""
    email: str = ""
    organisation: str = ""
    more_contacts: Sequence[str] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in _SAID)


_SAID = tuple(name for name in Named.__slots__ if name != "more_contacts")


# Why a row means none of several, and by what it would mean one.
_SEVERAL = {
    "deal": N_("several deals are called {name}: a column deal_key says which, by its public id"),
    "email": N_(
        "several contacts have the address {name}: a column contact_key says which, by its public"
        " id"
    ),
    "person": N_(
        "several contacts are called {name}: an e-mail address says which, or a column contact_key"
        " by its public id"
    ),
    "organisation": N_(
        "several organisations are called {name}: a column organisation_key says which, by its"
        " public id"
    ),
}


class Links:
    """Finds them, a batch of rows at a time."""

    def __init__(self, conn: sqlite3.Connection, origin: str) -> None:
        self._conn = conn
        self._origin = origin
        self._deals: dict[str, int] = {}
        self._contacts: dict[str, int] = {}
        self._organisations: dict[str, int] = {}
        self._named: dict[tuple[str, str], list[int]] = {}

    def load(self, named: Sequence[Named]) -> None:
        """Read what the ids of a batch mean."""
        related = [one.related_key for one in named]
        self._deals = self.deals([*(one.deal_key for one in named), *related])
        people = [key for one in named for key in (one.contact_key, *one.more_contacts)]
        self._contacts = linked(self._conn, "contact", self._origin, people)
        firms = [*(one.organisation_key for one in named), *related]
        self._organisations = linked(self._conn, "contact", self._origin, firms, firms=True)
        self._named.clear()

    def deals(self, keys: Iterable[str]) -> dict[str, int]:
        """The deals on file that have these ids there."""
        return linked(self._conn, "deal", self._origin, keys)

    def of(self, one: Named) -> tuple[int | None, int | None]:
        """The deal and the contact that a row means. Raises BadRowError where it names one that is
        not on file, and none that is, or where several have the name."""
        deal_id = self._deals.get(one.deal_key) or self._deals.get(one.related_key)
        if deal_id is None and one.deal:
            deal_id = self._called("deal", one.deal)
        contact_id = self._contacts.get(one.contact_key)
        if contact_id is None and one.email:
            contact_id = self._called("email", one.email)
        if contact_id is None and one.contact:
            contact_id = self._called("person", one.contact)
        if contact_id is None:
            contact_id = self._organisations.get(one.organisation_key) or self._organisations.get(
                one.related_key
            )
        if contact_id is None and one.organisation and deal_id is None:
            contact_id = self._called("organisation", one.organisation)
        if deal_id is None and contact_id is None:
            if not one:
                raise BadRowError(_("it names no deal and no contact"))
            raise BadRowError(_("nothing on file is meant by {name}").format(name=_said(one)))
        return deal_id, contact_id

    def more_of(self, one: Named) -> list[int]:
        """The contacts that a row names behind the first."""
        found = (self._contacts.get(key) for key in one.more_contacts)
        return [who for who in found if who is not None]

    def lacks(self, one: Named, deal_id: int | None) -> bool:
        """Whether a row names a deal, and none on file is meant. What it is related to may be an
        organisation."""
        if deal_id is not None:
            return False
        related = bool(one.related_key) and one.related_key not in self._organisations
        return bool(one.deal_key or one.deal) or related

    def lacks_people(self, one: Named, contact_id: int | None) -> bool:
        """Whether a row names a contact by an id that nobody on file has."""
        first = bool(one.contact_key) and contact_id is None
        return first or any(key not in self._contacts for key in one.more_contacts)

    def deal_of(self, one: Named) -> int:
        """The deal that a row means. Raises BadRowError."""
        deal_id = self._deals.get(one.deal_key)
        if deal_id is None and one.deal:
            deal_id = self._called("deal", one.deal)
        if deal_id is not None:
            return deal_id
        name = one.deal_key or one.deal
        if not name:
            raise BadRowError(_("it names no deal"))
        raise BadRowError(_("no deal on file is meant by {name}").format(name=name))

    def _called(self, what: str, name: str) -> int | None:
        """The record of a name, None for none. Raises BadRowError for several."""
        found = self._named.get((what, name))
        if found is None:
            found = self._named[what, name] = self._look_up(what, name)
        if len(found) > 1:
            raise BadRowError(_(_SEVERAL[what]).format(name=name))
        return found[0] if found else None

    def _look_up(self, what: str, name: str) -> list[int]:
        key = search_key(name)
        if what == "email":
            rows = self._conn.execute(
                "SELECT DISTINCT contact_id FROM contact_email WHERE email = ? LIMIT 2",
                (name.strip().casefold(),),
            )
        elif what == "deal":
            rows = self._conn.execute("SELECT id FROM deal WHERE search = ? LIMIT 2", (key,))
        else:
            rows = self._conn.execute(
                "SELECT id FROM contact WHERE search = ? ORDER BY kind <> ? LIMIT 2", (key, what)
            )
        return [row_id for (row_id,) in rows]


def likeliest_origin(
    conn: sqlite3.Connection, named: Mapping[str, Iterable[str]], program: str | None = None
) -> str | None:
    """Where the deals and contacts come from that have these ids, by what they are the ids of: the
    ``program`` whose file it is, where it has one of them, else the one that has the most; None
    where there are none on file."""
    found: Counter[str] = Counter()
    for name, cells in named.items():
        keys = json.dumps(sorted({first_id(cell) for cell in cells if cell.strip()}))
        tables = {"deal_key": ("deal",), "related_key": ("deal", "contact")}
        for table in tables.get(name, ("contact",)):
            for origin, number in conn.execute(
                f"SELECT t.external_origin, count(*) FROM json_each(?) AS w JOIN {table} AS t"
                " ON t.external_id = w.value GROUP BY t.external_origin",
                (keys,),
            ):
                found[origin.removesuffix(at_origin(""))] += number
    if program is not None and found[program]:
        return program
    return found.most_common(1)[0][0] if found else None


def _said(one: Named) -> str:
    """What a row says of whom it means, in its own words."""
    return ", ".join(dict.fromkeys(filter(None, (getattr(one, name) for name in _SAID))))
