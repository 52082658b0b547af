"""The brief before a visit: on one screen who it is, what was said last and what was promised, what
is open, who decides, what it is worth and how to get there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from urllib.parse import quote_plus

from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.answer import Answer
from funnelcli.nouns.care import COMPLAINT, Complaint
from funnelcli.nouns.contact import CONTACT, Contact
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.nouns.extending import columns_of
from funnelcli.nouns.message import MESSAGE, Message
from funnelcli.nouns.note import NOTE, Note
from funnelcli.nouns.objection import OBJECTION, Objection
from funnelcli.nouns.offer import OFFER, Offer
from funnelcli.nouns.person import PERSON, Person
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.rules import UNDECIDED
from funnelcli.nouns.step import STEP, Step
from funnelcli.nouns.visit import VISIT, Visit
from funnelcli.pages.answers import ANSWERS
from funnelcli.pages.contact import address_of
from funnelcli.pages.customer import lifecycle
from funnelcli.pages.own import own_pairs
from funnelcli.plain import NamedTuple
from funnelcli.queries import answers, messages, notes, objections, offers, people, visits
from funnelcli.queries import contacts as of_contact
from funnelcli.queries import deals as of_deals
from funnelcli.queries import steps as of_steps
from funnelcli.queries.lists import one
from funnelcli.render import Facts, Listing, Page
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.money import format_money

# Where an address is looked up: a link, which nothing of the program follows.
MAP = "https://osm.org/search?query="
# So many of a kind a screen has room for, and so many letters of a text.
_FEW = 3
_LETTERS = 130


class Brief(NamedTuple):
    """What ``--json`` prints: ``deals`` are those it is about, ``visits`` the last at which
    somebody was spoken to, ``complaints`` are not put right yet, ``totals`` say what the customer
    has bought so far."""

    contact: dict[str, Any] | None
    address: str
    map: str
    deals: Listing
    people: Listing
    visits: Listing
    dated_notes: Listing
    messages: Listing
    steps: Listing
    offers: Listing
    objections: Listing
    answers: Listing
    complaints: Listing
    totals: list[dict[str, Any]]


PRINTED = Printed(data=Brief._fields, parts=True)


class _Known(NamedTuple):
    """All that is on file for a visit."""

    contact: Contact | None
    customer: Contact | None
    """The organisation that the contact belongs to, else the contact."""
    address: str
    map: str
    deals: list[Deal]
    people: list[Person]
    visits: list[Visit]
    notes: list[Note]
    messages: list[Message]
    steps: list[Step]
    offers: list[Offer]
    objections: list[Objection]
    answers: list[Answer]
    complaints: list[Complaint]
    totals: list[dict[str, Any]]


def deal_brief(conn: sqlite3.Connection, deal_id: int, locale: str, *, short: bool) -> Page:
    """The brief about a deal; ``short`` for a screen."""
    deal = one(conn, DEAL, deal_id)
    contact = None if deal.contact_id is None else one(conn, CONTACT, deal.contact_id)
    steps = of_steps.open_steps(conn, deal_id)
    spoken = visits.spoken_about(conn, deal_id, _FEW)
    noted = notes.of_deal(conn, deal_id, 1)
    wrote = messages.of_deal(conn, deal_id, 1)
    known = _gathered(conn, contact, [deal], spoken, noted, wrote, steps, locale)
    title = deal.title + " · " + _("deal {id}").format(id=deal.id)
    return _page(title, known, locale, short=short)


def contact_brief(conn: sqlite3.Connection, contact_id: int, locale: str, *, short: bool) -> Page:
    """The brief about a contact and what is open with it; ``short`` for a screen."""
    known = _of_contact(conn, contact_id, locale)
    assert known.contact is not None
    title = known.contact.name + " · " + _("contact {id}").format(id=contact_id)
    return _page(title, known, locale, short=short)


def _of_contact(conn: sqlite3.Connection, contact_id: int, locale: str) -> _Known:
    """All that is on file for a visit to a contact. Raises NotFound."""
    contact = one(conn, CONTACT, contact_id)
    open_deals = [deal for deal in of_contact.deals(conn, contact_id) if deal.status == "open"]
    spoken = of_contact.visits(conn, contact_id, spoken=True, limit=_FEW)
    noted = of_contact.notes(conn, contact_id, 1)
    steps = of_contact.open_steps(conn, contact_id)
    wrote = messages.of_contact(conn, contact_id, 1)
    return _gathered(conn, contact, open_deals, spoken, noted, wrote, steps, locale)


class Gist(NamedTuple):
    """A contact's brief in pieces: who it is, where, its open deals, and the other lines, each with
    what it is about."""

    contact: Contact
    address: str
    map: str
    deals: list[Deal]
    lines: list[tuple[str, str]]


def gist(conn: sqlite3.Connection, contact_id: int, locale: str) -> Gist:
    """The brief about a contact in pieces, for who lays it out otherwise. Raises NotFound."""
    known = _of_contact(conn, contact_id, locale)
    assert known.contact is not None
    lines = [(name, _line(text, short=False)) for name, text in _lines(known, locale, short=False)]
    return Gist(
        known.contact,
        known.address,
        known.map,
        known.deals,
        [(name, text) for name, text in lines if text],
    )


def _gathered(
    conn: sqlite3.Connection,
    contact: Contact | None,
    deals: list[Deal],
    spoken: list[Visit],
    noted: list[Note],
    wrote: list[Message],
    steps: list[Step],
    locale: str,
) -> _Known:
    customer = contact
    if contact is not None and contact.organisation_id is not None:
        customer = one(conn, CONTACT, contact.organisation_id)
    totals: list[dict[str, Any]] = []
    complaints: list[Complaint] = []
    if customer is not None:
        turns = of_contact.deals(conn, customer.id)
        life = lifecycle(conn, customer.id, turns, locale, several=False)[1]
        totals = life.totals
        complaints = [one for one in life.complaints.rows if one.resolved_on is None]
    has = {deal.id: of_deals.work(conn, deal.id) for deal in deals}
    offered = [id_ for id_, work in has.items() if work.offers]
    objected = [id_ for id_, work in has.items() if work.objections]
    answered = [id_ for id_, work in has.items() if work.answers]
    involved = {
        person.id: person for deal in deals for person in reversed(people.of_deal(conn, deal.id))
    }
    return _Known(
        contact,
        customer,
        *_where([who for who in (contact, customer) if who is not None]),
        deals,
        list(involved.values())[::-1],
        spoken,
        noted,
        wrote,
        steps,
        [
            offer
            for deal_id in offered
            for offer in offers.of_deal(conn, deal_id)
            if offer.status in UNDECIDED
        ],
        [
            objection
            for deal_id in objected
            for objection in objections.of_deal(conn, deal_id)
            if objection.resolved_at is None
        ],
        [answer for deal_id in answered for answer in answers.of_deal(conn, deal_id)],
        complaints,
        totals,
    )


def _where(contacts: Sequence[Contact]) -> tuple[str, str]:
    """The address to go to, the first that says a town or a street, with its place on a map; else
    what is said of where they are, which is no place to go to."""
    for contact in contacts:
        if contact.street or contact.town:
            address = address_of(contact)
            return address, MAP + quote_plus(address)
    return next(filter(None, map(address_of, contacts)), ""), ""


def _page(title: str, known: _Known, locale: str, *, short: bool) -> Page:
    pairs = [
        *_who(known),
        *_lines(known, locale, short=short),
        (_("Address"), known.address),
        (_("Map"), known.map),
    ]
    filled = [(name, _line(text, short)) for name, text in pairs if text]
    data = Brief(
        contact=None if known.contact is None else known.contact.data(),
        address=known.address,
        map=known.map,
        deals=Listing(columns_of(DEAL, known.deals), known.deals),
        people=Listing(PERSON, known.people),
        visits=Listing(columns_of(VISIT, known.visits), known.visits),
        dated_notes=Listing(NOTE.columns, known.notes),
        messages=Listing(MESSAGE.columns, known.messages),
        steps=Listing(STEP.columns, known.steps),
        offers=Listing(OFFER.columns, known.offers),
        objections=Listing(OBJECTION.columns, known.objections),
        answers=Listing(ANSWERS, known.answers),
        complaints=Listing(COMPLAINT.columns, known.complaints),
        totals=known.totals,
    )
    pairs = _once(filled) if short else filled
    return Page([Facts(title, pairs)], data._asdict(), name="brief")


def _lines(known: _Known, locale: str, *, short: bool) -> list[tuple[str, str]]:
    """What there is to know beside who and where it is, by what it is about."""
    return [
        *((_("Deal"), text) for text in _few(_deal_texts(known, locale), short)),
        *_last(known),
        *((_("To do"), text) for text in _few(_step_texts(known), short)),
        *((_("Offer"), text) for text in _few(_offer_texts(known, locale), short)),
        *((_("Objection"), text) for text in _few(_objection_texts(known), short)),
        *((_("Complaint"), text) for text in _few(_complaint_texts(known), short)),
        *((_("Need"), text) for text in _few(_need_texts(known), short)),
        (_("People"), "; ".join(_few(_people_texts(known), short))),
        *_own(known, locale),
        (_("Won so far"), _money(known.totals, locale)),
    ]


def _line(text: str, short: bool) -> str:
    """A text in one line, of which a screen has the beginning; a link stays whole."""
    line = " ".join(text.split())
    if short and len(line) > _LETTERS and not line.startswith(MAP):
        return line[: _LETTERS - 1].rstrip() + "…"
    return line


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs, on a screen, with each name where it stands first."""
    found: list[tuple[str, str]] = []
    before = ""
    for name, text in pairs:
        found.append(("" if name == before else name, text))
        before = name
    return found


def _few(texts: Sequence[str], short: bool) -> list[str]:
    """The texts, of which a screen has the first and how many more there are."""
    if not short or len(texts) <= _FEW:
        return list(texts)
    return [*texts[: _FEW - 1], _("… and {n} more").format(n=len(texts) - _FEW + 1)]


# What is said of each -----------------------------------------------------------------------------


def _who(known: _Known) -> list[tuple[str, str]]:
    contact, customer = known.contact, known.customer
    if contact is None or customer is None:
        return []
    role = next((person.role_name for person in known.people if person.id == contact.id), "")
    role = role or words.read(words.ROLE, contact.role)
    parts = (
        *(contact.name, contact.job_title, contact.organisation, role),
        words.read(words.LIFECYCLE, customer.lifecycle),
    )
    return [
        (_("Who"), ", ".join(filter(None, parts))),
        (_("Do not contact"), _("yes") if contact.do_not_contact else ""),
        (_("Reach"), ", ".join([*contact.phones, *contact.emails])),
    ]


def _deal_texts(known: _Known, locale: str) -> list[str]:
    texts = []
    for deal in known.deals:
        state = deal.stage_name if deal.status == "open" else words.read(words.STATUS, deal.status)
        parts = [deal.title, state, deal.note if deal.status == "open" else ""]
        if deal.value is not None:
            parts.append(format_money(deal.value, deal.currency, locale))
        if deal.expected_close and deal.status == "open":
            day = daytext.beside(deal.expected_close)
            parts.append(_("expected close {day}").format(day=day))
        texts.append(" · ".join(filter(None, parts)))
    return texts


def _own(known: _Known, locale: str) -> list[tuple[str, str]]:
    """What is filled of one's own fields, of the contact, the organisation and the deals; of
    several deals with what each is called."""
    who = {one.id: one for one in (known.contact, known.customer) if one is not None}
    pairs = [pair for contact in who.values() for pair in own_pairs(contact, locale)]
    for deal in known.deals:
        named = f"{deal.title}: " if len(known.deals) > 1 else ""
        pairs += [(title, named + text) for title, text in own_pairs(deal, locale)]
    return pairs


def _last(known: _Known) -> list[tuple[str, str]]:
    """What was said last, by whom, and what was agreed; the last e-mail and the last note."""
    pairs = []
    told = next((visit for visit in known.visits if visit.said or visit.agreed), None)
    visit = told or next(iter(known.visits), None)
    if visit is not None:
        channel = words.read(words.CHANNEL, visit.channel)
        head = ", ".join(filter(None, (daytext.beside(visit.happened_on), channel, visit.met)))
        pairs.append((_("Last talk"), f"{head}: {visit.said}" if visit.said else head))
        pairs.append((_("Agreed"), visit.agreed or ""))
    for found in known.messages:
        way = words.read(words.DIRECTION, found.direction)
        # The brief names its own contact already, but others of the same customer wrote as well.
        own = known.contact is not None and known.contact.id == found.contact_id
        who = "" if own else found.contact
        parts = (daytext.beside(found.happened_on), way, who, found.subject)
        head = ", ".join(filter(None, parts))
        pairs.append((_("E-mail"), f"{head}: {found.text}" if found.text else head))
    for note in known.notes:
        pairs.append((_("Note"), f"{daytext.beside(note.happened_on)}: {note.text}"))
    return pairs


def _step_texts(known: _Known) -> list[str]:
    return [
        f"{daytext.beside(step.due, step.starts)}: {step.what}" if step.due else step.what
        for step in known.steps
    ]


def _offer_texts(known: _Known, locale: str) -> list[str]:
    texts = []
    for offer in known.offers:
        parts = [
            offer.name,
            words.read(words.OFFER_STATUS, offer.status),
            format_money(offer.net, offer.currency, locale),
        ]
        if offer.valid_until:
            parts.append(_("until {day}").format(day=daytext.beside(offer.valid_until)))
        texts.append(", ".join(parts))
    return texts


def _objection_texts(known: _Known) -> list[str]:
    pretext = _("pretext")
    texts = []
    for found in known.objections:
        kind = found.kind_name if found.genuine else f"{found.kind_name} ({pretext})"
        texts.append(f"{kind}: {found.wording}" if found.wording else kind)
    return texts


def _complaint_texts(known: _Known) -> list[str]:
    return [f"{daytext.beside(found.raised_on)}: {found.text}" for found in known.complaints]


def _need_texts(known: _Known) -> list[str]:
    """What the customer needs, as the last report says it, and what was answered."""
    said = next((visit.needs for visit in known.visits if visit.needs), None)
    answered = [
        f"{found.question} {found.answer}" for found in known.answers if found.answer is not None
    ]
    return [*filter(None, [said]), *answered]


def _people_texts(known: _Known) -> list[str]:
    """Who else there is, but for the contact alone."""
    if [person.id for person in known.people] == [known.contact.id if known.contact else None]:
        return []
    texts = []
    for person in known.people:
        more = ", ".join(filter(None, (person.role_name, person.note)))
        texts.append(f"{person.name} ({more})" if more else person.name)
    return texts


def _money(totals: list[dict[str, Any]], locale: str) -> str:
    amounts = (total["value"] for total in totals)
    return " + ".join(format_money(one.units or 0, one.currency, locale) for one in amounts)
