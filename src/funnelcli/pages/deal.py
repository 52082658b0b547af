"""A deal's page: facts, what comes next, and what has happened."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli import queries
from funnelcli.i18n import N_, _, pick
from funnelcli.nouns import words
from funnelcli.nouns.attachment import ATTACHMENT
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.nouns.members import name_of
from funnelcli.nouns.message import MESSAGE
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.step import STEP
from funnelcli.pages import deal_work
from funnelcli.pages.attachment import files_listing
from funnelcli.pages.message import latest
from funnelcli.pages.own import own_pairs
from funnelcli.pages.withdrawal import withdrawal_text
from funnelcli.plain import NamedTuple
from funnelcli.queries import attachments, events, processes
from funnelcli.queries import messages as mail
from funnelcli.queries.deals import have_effort
from funnelcli.queries.lists import one
from funnelcli.queries.steps import open_steps
from funnelcli.render import Block, Column, Facts, Listing, Page, Prose, human
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.money import format_money, money_text

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
    value: int | None
    currency: str | None
    detail: str
    provenance: str
    recorded_at: int


STORY = (
    Column("at", "When", "instant", shown=lambda entry: _moment(entry.at)),
    Column("what", "What", table=False),
    Column("event", "What happened", flex=True),
    Column("value", "Value", "money", table=False),
    Column("currency", "Currency", table=False),
    Column("detail", "Detail", flex=True, drop=1),
    Column("provenance", "Provenance", table=False),
    Column("recorded_at", "Recorded", "instant", table=False),
)


PRINTED = Printed(
    data=DEAL, more=("steps", *deal_work.NAMES, "story", "effort", "files", "messages"), parts=True
)


def _moment(at: int) -> str:
    return daytext.moment(at)


def _entry(event: events.Event, reasons: Mapping[str, str]) -> Entry:
    """An event in words."""
    stage = pick(event.stage_en or "", event.stage_de or "")
    detail = event.detail or ""
    text = event.what
    if event.what in _HOW:
        text = _(_HOW[event.what]).format(stage=stage)
    elif event.what in ("won", "value"):
        amount = "" if event.amount is None else money_text(event.amount, event.currency or "")
        text = (_("won for {amount}") if event.what == "won" else _("value {amount}")).format(
            amount=amount or "–"
        )
        detail = event.extra or "" if event.what == "won" else ""
    elif event.what == "lost":
        text = _("lost: {reason}").format(reason=reasons.get(detail, detail))
        detail = event.extra or ""
    elif event.what == "expected_close":
        text, detail = (
            _("expected close {day}").format(
                day=daytext.day(event.detail) if event.detail else "–"
            ),
            "",
        )
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
        detail = (
            _("due {day}").format(day=daytext.stamp(event.extra or ""))
            if due
            else event.extra or ""
        )
    elif event.what == "note":
        first, _end, detail = detail.partition("\n")
        text = _("note: {text}").format(text=first)
    elif event.what.startswith("mail_"):
        incoming = event.what == "mail_in"
        text = _("e-mail received: {text}") if incoming else _("e-mail sent: {text}")
        text, detail = text.format(text=detail or "–"), event.extra or ""
    elif event.what in ("verdict", "milestone", "farewell"):
        text, detail = deal_work.told_of_stage(event)
    elif event.what.startswith(("offer_", "objection_")):
        text, detail = deal_work.told(event)
    if event.provenance != "live":
        text += f" ({words.read(words.PROVENANCE, event.provenance)})"
    return Entry(
        event.at,
        event.what,
        text,
        event.amount,
        event.currency,
        detail,
        event.provenance,
        event.recorded_at,
    )


def entries(conn: sqlite3.Connection, deal_id: int) -> list[Entry]:
    """A deal's story, the earliest first."""
    reasons = queries.catalogue_names(conn, "lost_reason")
    return [_entry(event, reasons) for event in events.of_deal(conn, deal_id)]


def deal_page(conn: sqlite3.Connection, deal_id: int, locale: str) -> Page:
    """A deal with its whole story."""
    deal = one(conn, DEAL, deal_id)
    events = entries(conn, deal_id)
    steps = open_steps(conn, deal_id)
    facts = _facts(conn, deal, locale)
    effort = _effort(conn, deal_id, facts)
    blocks: list[Block] = [facts]
    if deal.notes:
        blocks.append(Prose(deal.notes, _("Notes")))
    if steps:
        short = [column for column in STEP.columns if column.key in ("id", "due", "what")]
        blocks.append(Listing(short, steps, title=_("Next steps")))
    work_blocks, work_data = deal_work.work(conn, deal_id)
    blocks += work_blocks
    messages = mail.of_deal(conn, deal_id)
    if messages:
        # Those about no deal are shown here as well.
        asked = f"contact:{deal.contact_id}" if deal.contact_id else f"deal:{deal_id}"
        blocks.append(latest(messages, asked))
    files = attachments.of_deal(conn, deal_id)
    if files:
        blocks.append(files_listing(files))
    blocks.append(Listing(STORY, events, title=_("Story")))
    data = deal.data()
    data["steps"] = Listing(STEP.columns, steps)
    data |= work_data
    data["story"] = Listing(STORY, events)
    data["effort"] = effort
    data["files"] = Listing(ATTACHMENT.columns, files)
    data["messages"] = Listing(MESSAGE.columns, messages)
    return Page(blocks, data, name="deal")


def _effort(conn: sqlite3.Connection, deal_id: int, facts: Facts) -> dict[str, Any]:
    """What the deal has taken and cost so far, among the facts too where there is anything."""
    if not have_effort(conn, [deal_id]):
        return {"minutes": 0, "kilometres": 0, "unrated": False, "costs": []}
    from funnelcli.nouns.effort import total_data, total_text
    from funnelcli.queries.effort import total

    found = total(conn, deal_id)
    facts.pairs.insert(-1, (_("Cost so far"), total_text(found)))
    return total_data(found)


def _facts(conn: sqlite3.Connection, deal: Deal, locale: str) -> Facts:
    """The deal's facts, the empty ones left out."""

    def money(minor: int | None) -> str:
        return "" if minor is None else format_money(minor, deal.currency, locale)

    def far(day: str | None) -> str:
        return daytext.beside(day) if day else ""

    state = deal.note if deal.status == "open" else words.read(words.STATUS, deal.status)
    if deal.closed_on:
        state += f" {daytext.day(deal.closed_on)}"
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
        (_("Owner"), name_of(conn, deal.owner)),
        (_("Process"), processes.name(conn, deal.process)),
        (_("Stage"), _("{stage}, {days} d").format(stage=deal.stage_name, days=days)),
        (_("State"), state),
        (_("Value"), money(deal.value)),
        (_("Weighted"), f"{money(deal.weighted)} ({likely})" if deal.value else ""),
        (_("Expected close"), far(deal.expected_close)),
        (_("Revocable until"), withdrawal_text(conn, deal.id) if deal.status == "won" else ""),
        (_("Goods received"), far(deal.received_on)),
        (_("Withdrawal sent"), far(deal.withdrawal_sent_on)),
        (_("Snoozed until"), far(deal.snoozed_until)),
        (_("Product"), deal.product or ""),
        (_("Source"), sources.get(deal.source or "", deal.source or "")),
        (_("Kind"), words.read(words.DEAL_KIND, deal.kind)),
        (_("Competitor"), deal.competitor or ""),
        (_("Tags"), ", ".join(deal.tags)),
        *own_pairs(deal, locale),
        (_("Opened"), far(deal.opened_on)),
        (
            _("External id"),
            f"{deal.external_origin}:{deal.external_id}" if deal.external_id else "",
        ),
        (_("Public id"), deal.public_id),
    ]
    title = deal.title + " · " + _("deal {id}").format(id=deal.id)
    return Facts(title, [pair for pair in pairs if pair[1]])
