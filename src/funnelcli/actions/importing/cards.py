"""One row of a file of contacts: what it says of a person or an organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from funnelcli.actions.importing.about import About, Who, chosen, first_id, squeezed
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.fields import Plan
from funnelcli.actions.importing.moments import BadRowError, moment_of, plain_moment
from funnelcli.actions.importing.preference import stamp_reader
from funnelcli.actions.importing.rest import Keeper, Rest, merged
from funnelcli.formats.columns import CellError, DateFormat, is_blank
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.typed import Any
from funnelcli.values import names as person_names
from funnelcli.values.cells import apart
from funnelcli.values.yesno import yes_or_no

# Fields of one line that are kept as they are written.
ABOUT = (
    *("salutation", "academic_title", "first_name", "last_name", "job_title", "birthday"),
    *("industry", "website", "language", "street", "postcode", "town", "region", "country"),
)
# Groups of address books that are nobody's tag.
_NO_TAGS = frozenset(("mycontacts", "my contacts"))


@dataclass
class Card(Who):
    """What a row says of a contact. ``key`` is its id where it comes from, ``number``
    the one by which rows of the same list mean it, ``referred_by`` that of who named them."""

    line: int
    key: str = ""
    number: str = ""
    referred_by: str = ""
    tags: Sequence[str] = ()
    notes: str = ""
    rest: Rest = ()
    tagged: Sequence[str] = ()
    own: Sequence[Any] = ()


class Reader:
    """Reads rows. ``dates`` are how the dates are written; ``key`` is the column of the ids;
    ``kind`` what rows are that do not say it; ``keeper`` reads what has no field of its own;
    ``own``: texts stand as they were written, for it is a list of this program."""

    def __init__(
        self,
        plan: Plan,
        formats: Mapping[str, DateFormat],
        catalogue: Catalogue,
        *,
        key: Callable[[Sequence[str]], str] | None = None,
        kind: str = "",
        keeper: Keeper | None = None,
        own: bool = False,
    ) -> None:
        reads = plan.reads
        self._clean: Callable[[str], str] = str.strip if own else squeezed
        self._reads = reads
        self.fields = tuple(reads)
        self._formats = formats
        self._stamp = stamp_reader(plan, formats)
        self._catalogue = catalogue
        self._key = key
        self._kind = kind
        self._keeper = keeper
        self.own = plan.own
        self._owners = plan.owners
        about = [(name, reads[name]) for name in ABOUT if name in reads]
        self._about = About(about, formats.get("birthday"), self._clean)

    def _text(self, name: str, cells: Sequence[str]) -> str:
        read = self._reads.get(name)
        return self._clean(read(cells)) if read is not None else ""

    def read(self, line: int, cells: Sequence[str]) -> Card:
        """What a row says. Raises BadRowError with the reason."""
        card = Card(line)
        card.key = self._key(cells).strip() if self._key is not None else ""
        about: dict[str, Any] = self._about.read(cells)
        card.contact = self._text("name", cells)
        card.organisation = self._text("organisation", cells)
        if not card.contact:
            parts = ("first_name", "middle_name", "last_name")
            card.contact = " ".join(filter(None, (self._text(part, cells) for part in parts)))
        kind = self._text("kind", cells)
        kind = chosen(words.CONTACT_KIND, kind, "kind") if kind else self._kind
        if not kind and not card.organisation and person_names.is_firm(card.contact):
            kind = "organisation"
        card.contact_kind = kind
        if kind == "organisation":
            card.organisation, card.contact = card.contact or card.organisation, ""
        card.reach(self._reads, cells)
        if not (card.contact or card.organisation or card.emails or card.phones):
            raise BadRowError(_("no name"))
        if "notes" in self._reads:
            card.notes = self._reads["notes"](cells).strip()
        if "tags" in self._reads:
            written = (tag.removeprefix("* ") for tag in apart(self._reads["tags"](cells)))
            card.tags = [tag for tag in written if tag.casefold() not in _NO_TAGS]
        if self._keeper is not None:
            card.rest = self._keeper.notes(cells)
            card.tags = [*card.tags, *self._keeper.tags(cells)]
            card.tagged = self._keeper.starts(cells)
        if notes := merged(card.notes, card.rest):
            about["notes"] = notes
        if source := self._text("source", cells):
            about["source"] = self._catalogue.source(source)
        if created := self._cell("created", cells):
            about["created_at"] = plain_moment(created[0]).at
        if changed := self._cell("changed", cells):
            card.changed = moment_of(*changed)
        card.stamp = card.changed or self._stamp(cells)
        if role := self._text("role", cells):
            about["role"] = chosen(words.ROLE, role, "role")
        if yes_or_no(self._text("do_not_contact", cells)):
            # What a list does not say lifts nothing.
            about["do_not_contact"] = 1
        if self._owners is not None:
            self._owners.put(about, cells)
        card.number = self._text("id", cells)
        card.referred_by = self._text("referred_by_id", cells)
        card.organisation_key = first_id(self._text("organisation_key", cells))
        card.about = about
        if self.own is not None:
            card.own = self.own.read(cells)
        return card

    def _cell(self, name: str, cells: Sequence[str]) -> tuple[date, time | None, int | None] | None:
        """What the cell of a date says; None where it is empty. Raises BadRowError."""
        text = self._text(name, cells)
        if is_blank(text):
            return None
        try:
            return self._formats[name].parse(text)
        except CellError as error:
            raise BadRowError(str(error)) from None
