"""What a deal's page shows of the work on it: its people, what its stage asks for, offers,
objections, contracts, milestones, answers.

Each part is loaded only for a deal that has it.
"""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import N_, _, ngettext, pick
from funnelcli.nouns import words
from funnelcli.queries import deals as of_deals
from funnelcli.queries import events
from funnelcli.render import Block, Listing, Prose
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.money import money_text

# The names of the lists in ``--json``, and of what is no list.
NAMES = (
    *("criteria", "offers", "objections", "contracts", "milestones", "answers", "verdict"),
    "people",
)
_TOLD = {
    "offer_sent": N_("offer {name} sent, {amount}"),
    "offer_accepted": N_("offer {name} accepted, {amount}"),
    "offer_declined": N_("offer {name} declined"),
    "objection_raised": N_("objection: {name}"),
    "objection_resolved": N_("objection resolved: {name}"),
}


def work(conn: sqlite3.Connection, deal_id: int) -> tuple[list[Block], dict[str, Any]]:
    """The blocks for people, and the lists for ``--json``, by their names."""
    has = of_deals.work(conn, deal_id)
    data: dict[str, Any] = {name: [] for name in NAMES}
    data["verdict"] = None
    wanted = _wanted(conn, deal_id)
    blocks: list[Block] = []
    people, data["people"] = _people(conn, deal_id)
    blocks += people
    if wanted is not None:
        blocks.append(wanted)
        data["criteria"] = Listing(wanted.columns, wanted.rows)
    if has.verdict:
        from funnelcli.actions.qualification import standing

        verdict = standing(conn, deal_id)
        assert verdict is not None
        data["verdict"] = verdict._asdict()
    if has.answers:
        from funnelcli.pages.answers import ANSWERS
        from funnelcli.queries.answers import of_deal

        held = of_deal(conn, deal_id)
        data["answers"] = Listing(ANSWERS, held)
        text = ngettext(
            "{n} answer: funnel deal answers {id}",
            "{n} answers: funnel deal answers {id}",
            len(held),
        )
        blocks.append(Prose(text.format(n=len(held), id=deal_id), _("Answers")))
    if has.milestones:
        from funnelcli.nouns.milestone import MILESTONE
        from funnelcli.queries import milestones

        planned = milestones.of_deal(conn, deal_id)
        shown = [column for column in MILESTONE.columns if column.key not in ("deal", "contact")]
        blocks.append(Listing(shown, planned, title=_("Milestones")))
        data["milestones"] = Listing(MILESTONE.columns, planned)
    if has.offers:
        from funnelcli.nouns.offer import OFFER
        from funnelcli.pages.offer import deal_offers

        listing = deal_offers(conn, deal_id)
        assert listing is not None
        blocks.append(listing)
        data["offers"] = Listing(OFFER.columns, listing.rows)
    if has.objections:
        from funnelcli.nouns.objection import OBJECTION
        from funnelcli.queries import objections

        found = objections.of_deal(conn, deal_id)
        shown = [column for column in OBJECTION.columns if column.key not in ("deal", "contact")]
        blocks.append(Listing(shown, found, title=_("Objections")))
        data["objections"] = Listing(OBJECTION.columns, found)
    if has.contracts:
        from funnelcli.nouns.contract import CONTRACT
        from funnelcli.queries import contracts

        signed = contracts.of_deal(conn, deal_id)
        left_out = ("deal", "contact", "value")
        shown = [column for column in CONTRACT.columns if column.key not in left_out]
        blocks.append(Listing(shown, signed, title=_("Contracts")))
        data["contracts"] = Listing(CONTRACT.columns, signed)
    return blocks, data


def _people(conn: sqlite3.Connection, deal_id: int) -> tuple[list[Block], Listing]:
    """Who has a part in the deal; its contact alone, of whom no more is known, makes no block."""
    from funnelcli.nouns.person import PERSON
    from funnelcli.queries import people

    found = people.of_deal(conn, deal_id)
    told = len(found) > 1 or any(person.role or person.note for person in found)
    blocks: list[Block] = [Listing(PERSON, found, title=_("People"))] if told else []
    return blocks, Listing(PERSON, found)


def _wanted(conn: sqlite3.Connection, deal_id: int) -> Listing | None:
    """What should be on record before the deal leaves its stage; None for a lost deal, which
    leaves no stage."""
    stage = of_deals.wanted(conn, deal_id)
    if stage is None:
        return None
    from funnelcli.pages.criteria import CRITERIA, criteria_rows

    rows = criteria_rows(conn, deal_id, stage.stage_id)
    title = _("Before it leaves {stage}").format(stage=stage.stage)
    return Listing(CRITERIA, rows, title=title)


def told_of_stage(event: events.Event) -> tuple[str, str]:
    """A line of a deal's story about a verdict, a milestone or a farewell, and its detail."""
    detail = event.detail or ""
    if event.what == "verdict":
        return _("verdict: {what}").format(
            what=words.read(words.VERDICT, detail)
        ), event.extra or ""
    if event.what == "milestone":
        return _("milestone done: {what}").format(what=detail), event.extra or ""
    card = _("card left") if event.extra == "1" else _("no card left")
    return _("farewell: {who} named").format(who=detail), card


def told(event: events.Event) -> tuple[str, str]:
    """A line of a deal's story about an offer or an objection, and its detail."""
    if event.what.startswith("offer_"):
        amount = money_text(event.amount or 0, event.currency or "")
        text = _(_TOLD[event.what]).format(name=event.detail, amount=amount)
        if event.what == "offer_sent":
            return text, _("until {day}").format(
                day=daytext.day(event.extra)
            ) if event.extra else ""
        return text, event.extra or ""
    text = _(_TOLD[event.what]).format(name=pick(event.stage_en or "", event.stage_de or ""))
    if event.what == "objection_raised" and not event.detail:
        text += " (" + _("pretext") + ")"
    return text, event.extra or ""
