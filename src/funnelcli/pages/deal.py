"""A deal's and a contact's page: facts, what comes next, and what has happened."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

from funnelcli import queries
from funnelcli.cli.columns import DEALS, STEPS, VISITS, deal_note
from funnelcli.cli.invocation import Invocation
from funnelcli.i18n import N_, _, pick
from funnelcli.nouns import words
from funnelcli.queries import lists, processes, records
from funnelcli.render import Block, Column, Facts, Listing, Page, Prose, human
from funnelcli.values import dates
from funnelcli.values.money import format_money

_HOW = {
    "created": N_("opened in {stage}"),
    "advanced": N_("advanced to {stage}"),
    "skipped": N_("advanced to {stage}"),
    "moved_back": N_("moved back to {stage}"),
    "reopened": N_("reopened in {stage}"),
}


class Entry(NamedTuple):
    """A line of a deal's story; ``at`` in UTC seconds."""

    at: int
    what: str
    event: str
    detail: str
    provenance: str
    recorded_at: int


STORY = (
    Column("at", "When", "instant", shown=lambda entry: _moment(entry.at)),
    Column("what", "What", table=False),
    Column("event", "What happened", flex=True),
    Column("detail", "Detail", flex=True, drop=1),
    Column("provenance", "Provenance", table=False),
    Column("recorded_at", "Recorded", "instant", table=False),
)


def _moment(at: int) -> str:
    return dates.local(at).strftime("%Y-%m-%d %H:%M")


def _entry(event: records.Event, locale: str, reasons: Mapping[str, str]) -> Entry:
    """An event in words."""
    stage = pick(event.stage_en or "", event.stage_de or "")
    detail = event.detail or ""
    text = event.what
    if event.what in _HOW:
        text = _(_HOW[event.what]).format(stage=stage)
    elif event.what in ("won", "value"):
        amount = (
            "" if event.amount is None else format_money(event.amount, event.currency or "", locale)
        )
        text = (_("won for {amount}") if event.what == "won" else _("value {amount}")).format(
            amount=amount or "–"
        )
        detail = event.extra or "" if event.what == "won" else ""
    elif event.what == "lost":
        text = _("lost: {reason}").format(reason=reasons.get(detail, detail))
        detail = event.extra or ""
    elif event.what == "expected_close":
        text, detail = _("expected close {day}").format(day=event.detail or "–"), ""
    elif event.what == "probability":
        text, detail = _("probability {percent}").format(percent=event.extra or "–"), ""
    elif event.what == "visit":
        outcome, channel, late, ended = detail.split(":")
        text = _("{channel}: {outcome}").format(
            channel=words.read(words.CHANNEL, channel),
            outcome=words.read(words.CALL_OUTCOME, ended) or words.read(words.OUTCOME, outcome),
        )
        text += " " + _("(reported late)") if late == "1" else ""
        detail = event.extra or ""
    elif event.what.startswith("step_"):
        state = event.what.removeprefix("step_")
        text = _("step {state}: {what}").format(
            state=words.read(words.STEP_STATUS, state), what=event.detail
        )
        due = state == "open" and event.extra
        detail = _("due {day}").format(day=event.extra) if due else event.extra or ""
    elif event.what in ("verdict", "milestone", "farewell"):
        from funnelcli.pages.deal_work import told_of_stage

        text, detail = told_of_stage(event)
    elif event.what.startswith(("offer_", "objection_")):
        from funnelcli.pages.deal_work import told

        text, detail = told(event, locale)
    if event.provenance != "live":
        text += f" ({words.read(words.PROVENANCE, event.provenance)})"
    return Entry(event.at, event.what, text, detail, event.provenance, event.recorded_at)


def entries(conn: sqlite3.Connection, deal_id: int, locale: str) -> list[Entry]:
    """A deal's story, the earliest first."""
    reasons = queries.catalogue_names(conn, "lost_reason")
    return [
        _entry(event, locale, reasons)
        for event in queries.run(conn, "story", records.Event, {"deal_id": deal_id})
    ]


def deal_page(call: Invocation, conn: sqlite3.Connection, deal_id: int) -> Page:
    """A deal with its whole story."""
    deal = lists.deal(conn, deal_id)
    locale = call.output.locale
    events = entries(conn, deal_id, locale)
    steps = lists.open_steps(conn, deal_id)
    facts = _facts(conn, deal, locale)
    effort = _effort(conn, deal_id, facts)
    blocks: list[Block] = [facts]
    if deal.notes:
        blocks.append(Prose(deal.notes, _("Notes")))
    if steps:
        short = [column for column in STEPS if column.key in ("id", "due", "what")]
        blocks.append(Listing(short, steps, title=_("Next steps")))
    from funnelcli.pages.deal_work import work

    work_blocks, work_data = work(conn, deal_id)
    blocks += work_blocks
    blocks.append(Listing(STORY, events, title=_("Story")))
    data: dict[str, Any] = dict(_record(deal))
    data["steps"] = Listing(STEPS, steps)
    data |= work_data
    data["story"] = Listing(STORY, events)
    data["effort"] = effort
    return Page(blocks, data, Listing(STORY, events))


def _record(deal: records.Deal) -> dict[str, Any]:
    """The deal as ``deal list --json`` prints it."""
    return {column.key: getattr(deal, column.key) for column in DEALS if column.data}


def _effort(conn: sqlite3.Connection, deal_id: int, facts: Facts) -> dict[str, Any]:
    """What the deal has taken and cost so far, among the facts too where there is anything."""
    any_entry = conn.execute("SELECT 1 FROM effort_entry WHERE deal_id = ? LIMIT 1", (deal_id,))
    if any_entry.fetchone() is None:
        return {"minutes": 0, "kilometres": 0, "unrated": False, "costs": []}
    from funnelcli.nouns.effort import total_data, total_text
    from funnelcli.queries.effort import total

    found = total(conn, deal_id)
    facts.pairs.insert(-1, (_("Cost so far"), total_text(found)))
    return total_data(found)


def _facts(conn: sqlite3.Connection, deal: records.Deal, locale: str) -> Facts:
    """The deal's facts, the empty ones left out."""

    def money(minor: int | None) -> str:
        return "" if minor is None else format_money(minor, deal.currency, locale)

    state = deal_note(deal) if deal.status == "open" else words.read(words.STATUS, deal.status)
    if deal.closed_on:
        state += f" {deal.closed_on}"
    if deal.lost_reason:
        reasons = queries.catalogue_names(conn, "lost_reason")
        state += f", {reasons.get(deal.lost_reason, deal.lost_reason)}" + (
            f": {deal.lost_note}" if deal.lost_note else ""
        )
    contact = deal.contact or _("no contact")
    if deal.organisation:
        contact += f" · {deal.organisation}"
    days = (dates.now() - deal.stage_since_at) // 86400
    likely = human.percent(deal.probability, locale)
    sources = queries.catalogue_names(conn, "source")
    pairs = [
        (_("Contact"), contact),
        (_("Process"), processes.name(conn, deal.process)),
        (_("Stage"), _("{stage}, {days} d").format(stage=deal.stage_name, days=days)),
        (_("State"), state),
        (_("Value"), money(deal.value)),
        (_("Weighted"), f"{money(deal.weighted)} ({likely})" if deal.value else ""),
        (_("Expected close"), deal.expected_close or ""),
        (_("Revocable until"), (deal.status == "won" and deal.revocable_until) or ""),
        (_("Snoozed until"), deal.snoozed_until or ""),
        (_("Product"), deal.product or ""),
        (_("Source"), sources.get(deal.source or "", deal.source or "")),
        (_("Kind"), words.read(words.DEAL_KIND, deal.kind)),
        (_("Competitor"), deal.competitor or ""),
        (_("Tags"), ", ".join(deal.tags)),
        (_("Opened"), deal.opened_on),
        (
            _("External id"),
            f"{deal.external_origin}:{deal.external_id}" if deal.external_id else "",
        ),
        (_("Public id"), deal.public_id),
    ]
    title = deal.title + " · " + _("deal {id}").format(id=deal.id)
    return Facts(title, [pair for pair in pairs if pair[1]])


def contact_page(call: Invocation, conn: sqlite3.Connection, contact_id: int) -> Page:
    """A contact with its deals, steps, visits and consents."""
    from funnelcli.cli.columns import CONTACTS

    contact = lists.contact(conn, contact_id)
    one = {"id": contact_id}
    deals = list(
        queries.run(
            conn,
            "deals",
            records.Deal,
            one,
            where="d.contact_id = :id OR d.id IN"
            " (SELECT x.deal_id FROM deal_contact AS x WHERE x.contact_id = :id)",
            order="d.status <> 'open', d.id DESC",
        )
    )
    visits = list(
        queries.run(
            conn,
            "visits",
            records.Visit,
            one,
            where="v.contact_id = :id",
            order="v.happened_at DESC, v.id DESC",
        )
    )
    steps = list(
        queries.run(
            conn,
            "steps",
            records.Step,
            one,
            where="(n.contact_id = :id OR d.contact_id = :id) AND n.status = 'open'",
            order="n.due IS NULL, n.due, n.id",
        )
    )
    people = list(
        queries.run(
            conn,
            "contacts",
            records.Contact,
            one,
            where="c.organisation_id = :id",
            order="c.search",
        )
    )
    consents = conn.execute(
        "SELECT channel, given_on, how, withdrawn_on FROM contact_consent WHERE contact_id = ?"
        " ORDER BY given_on, id",
        (contact_id,),
    ).fetchall()
    from funnelcli.pages.customer import lifecycle

    life, life_data = lifecycle(conn, contact_id, deals, call.output.locale)
    blocks: list[Block] = [_contact_facts(contact, consents)]
    if contact.notes:
        blocks.append(Prose(contact.notes, _("Notes")))
    blocks += life
    sections = (
        (_("Deals"), DEALS, deals),
        (_("Next steps"), STEPS, steps),
        (_("Visits"), VISITS, visits),
        (_("People"), CONTACTS, people),
    )
    for title, columns, rows in sections:
        if rows:
            shown = [column for column in columns if column.key != "contact"]
            blocks.append(Listing(shown, rows, title=title))
    data: dict[str, Any] = {
        column.key: getattr(contact, column.key) for column in CONTACTS if column.data
    }
    data |= {
        "consents": [
            dict(zip(("channel", "given_on", "how", "withdrawn_on"), row, strict=True))
            for row in consents
        ],
        "deals": Listing(DEALS, deals),
        "steps": Listing(STEPS, steps),
        "visits": Listing(VISITS, visits),
        "people": Listing(CONTACTS, people),
    }
    data |= life_data
    return Page(blocks, data, None)


def _contact_facts(contact: records.Contact, consents: list[tuple[str, ...]]) -> Facts:
    """The contact's facts, the empty ones left out."""
    place = " ".join(filter(None, (contact.postcode, contact.town)))
    address = ", ".join(filter(None, (contact.street, place, contact.region, contact.country)))
    organisation = contact.organisation or ""
    if contact.role:
        organisation += f" ({words.read(words.ROLE, contact.role)})"
    standing = [
        _("{channel} since {day}").format(
            channel=words.read(words.CONSENT_CHANNEL, channel), day=given_on
        )
        for channel, given_on, _how, withdrawn_on in consents
        if withdrawn_on is None
    ]
    last = contact.last_contact_at
    pairs = [
        (_("Is"), words.read(words.LIFECYCLE, contact.lifecycle)),
        (_("Kind"), words.read(words.CONTACT_KIND, contact.kind)),
        (_("Organisation"), organisation.strip()),
        (_("Job title"), contact.job_title or ""),
        (_("Phone"), ", ".join(contact.phones)),
        (_("E-mail"), ", ".join(contact.emails)),
        (_("Address"), address),
        (_("Source"), contact.source or ""),
        (_("Referred by"), contact.referred_by or ""),
        (_("Consent"), ", ".join(standing)),
        (_("Do not contact"), _("yes") if contact.do_not_contact else ""),
        (_("Last contact"), dates.relative(dates.local_date(last)) if last else ""),
        (_("Tags"), ", ".join(contact.tags)),
        (_("Public id"), contact.public_id),
    ]
    title = contact.name + " · " + _("contact {id}").format(id=contact.id)
    return Facts(title, [pair for pair in pairs if pair[1]])
