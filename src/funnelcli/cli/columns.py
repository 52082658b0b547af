"""The columns of every record: what JSON and CSV call them, what a person reads above them."""

from __future__ import annotations

from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.queries import records
from funnelcli.render import Column
from funnelcli.values import dates


def deal_note(deal: records.Deal) -> str:
    """What a person must know of a deal besides its fields: closed, rotten, without a step."""
    if deal.status != "open":
        return words.read(words.STATUS, deal.status)
    today = dates.today().isoformat()
    if deal.snoozed_until is not None and deal.snoozed_until > today:
        return _("snoozed")
    notes = []
    last = max(deal.stage_since_at, deal.last_contact_at or 0)
    days = (dates.now() - last) // 86400
    to_come = deal.next_due is not None and deal.next_due >= today
    if deal.rot_days is not None and dates.now() - last > deal.rot_days * 86400 and not to_come:
        notes.append(_("rotten: {days} d").format(days=days))
    if deal.next_step is None:
        notes.append(_("no next step"))
    elif deal.next_due is not None and deal.next_due < today:
        notes.append(_("step overdue"))
    return ", ".join(notes)


def _deal_style(deal: records.Deal) -> str:
    if deal.status == "won":
        return "good"
    if deal.status == "lost":
        return "dim"
    return "warn"


DEALS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("title", "Deal", flex=True),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True, drop=4),
    Column("organisation", "Organisation", table=False),
    Column("process", "Process", table=False),
    Column("stage", "Stage", drop=2, shown=lambda deal: deal.stage_name),
    Column("phase", "Phase", table=False),
    Column("status", "Status", table=False),
    Column("value", "Value", "money", drop=1),
    Column("currency", "Currency", table=False),
    Column("probability", "Probability", "percent", table=False),
    Column("weighted", "Weighted", "money", table=False),
    Column("expected_close", "Close", "date", drop=7),
    Column("next_due", "Next", "date", drop=5),
    Column("next_step", "Next step", flex=True, drop=8),
    Column("last_contact_at", "Last contact", "instant", table=False),
    Column("stage_since_at", "Since", "instant", table=False),
    Column("source", "Source", table=False),
    Column("kind", "Kind", table=False),
    Column("product", "Product", table=False),
    Column("previous_deal_id", "Previous deal", "id", table=False),
    Column("snoozed_until", "Snoozed", "date", table=False),
    Column("opened_at", "Opened", "instant", table=False),
    Column("opened_on", "Opened", "date", table=False),
    Column("won_on", "Won", "date", table=False),
    Column("revocable_until", "Revocable until", "date", table=False),
    Column("closed_at", "Closed", "instant", table=False),
    Column("closed_on", "Closed", "date", table=False),
    Column("lost_reason", "Reason", table=False),
    Column("lost_note", "Note", table=False),
    Column("competitor", "Competitor", table=False),
    Column("tags", "Tags", "tags", table=False),
    Column("notes", "Notes", table=False),
    Column("external_origin", "Origin", table=False),
    Column("external_id", "External id", table=False),
    Column("note", "Note", data=False, drop=3, shown=deal_note, style=_deal_style),
)


CONTACTS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("kind", "Kind", table=False),
    Column("name", "Name", flex=True),
    Column("organisation_id", "Organisation id", "id", table=False),
    Column("organisation", "Organisation", flex=True, drop=3),
    Column("role", "Role", table=False),
    Column("job_title", "Job title", table=False),
    Column("phones", "Phone", "tags", drop=2),
    Column("emails", "E-mail", "tags", flex=True, drop=4),
    Column("street", "Street", table=False),
    Column("postcode", "Postcode", table=False),
    Column("town", "Town", drop=5),
    Column("region", "Region", table=False),
    Column("country", "Country", table=False),
    Column("source", "Source", table=False),
    Column("referred_by_id", "Referred by", "id", table=False),
    Column("do_not_contact", "Do not contact", "flag", table=False),
    Column("lifecycle", "Is", drop=1, names=lambda key: words.read(words.LIFECYCLE, key)),
    Column("open_deals", "Open", "int", drop=6),
    Column("last_contact_at", "Last contact", "instant", drop=6),
    Column("tags", "Tags", "tags", table=False),
    Column("notes", "Notes", table=False),
    Column("external_origin", "Origin", table=False),
    Column("external_id", "External id", table=False),
    Column("created_at", "Created", "instant", table=False),
)

VISITS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("happened_on", "Date", "date"),
    Column("happened_at", "At", "instant", table=False),
    Column("starts", "Start", table=False),
    Column("minutes", "Minutes", "duration", drop=6),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=4),
    Column("stage", "Stage", table=False),
    Column("type", "Type", table=False),
    Column("channel", "Channel", drop=5, names=lambda key: words.read(words.CHANNEL, key)),
    Column("outcome", "Outcome", drop=1, names=lambda key: words.read(words.OUTCOME, key)),
    Column("call_outcome", "Call", table=False),
    *(
        Column(key, title, table=False)
        for key, title in (
            ("met", N_("Met")),
            ("occasion", N_("Occasion")),
            ("goal", N_("Goal")),
            ("goal_reached", N_("Goal reached")),
        )
    ),
    Column("said", "Said", flex=True, drop=3),
    *(
        Column(key, title, table=False)
        for key, title in (
            ("agreed", N_("Agreed")),
            ("needs", N_("Needs")),
            ("products_shown", N_("Products shown")),
            ("objections", N_("Objections")),
            ("competitor", N_("Competitor")),
            ("budget", N_("Budget")),
            ("decider", N_("Decider")),
            ("potential", N_("Potential")),
        )
    ),
    Column("mood", "Mood", "int", table=False),
    *(
        Column(key, title, table=False)
        for key, title in (
            ("result", N_("Result")),
            ("referrals", N_("Referrals")),
            ("documents", N_("Documents")),
            ("complaints", N_("Complaints")),
        )
    ),
    Column("travel_minutes", "Travel", "duration", table=False),
    Column("kilometres", "Kilometres", "int", table=False),
    Column("expenses", "Expenses", "money", currency="expenses_currency", table=False),
    Column("expenses_currency", "Currency", table=False),
    Column("late", "Late", "flag", drop=7),
    Column("recorded_at", "Recorded", "instant", table=False),
)


def _step_style(step: records.Step) -> str:
    overdue = step.due is not None and step.due < dates.today().isoformat()
    return "bad" if step.status == "open" and overdue else ""


STEPS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("kind", "Kind", table=False),
    Column("due", "Due", "date", style=_step_style),
    Column("starts", "Time", table=False),
    Column("minutes", "Duration", "duration", table=False),
    Column("every", "Every", table=False),
    Column("what", "What", flex=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=2),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True, drop=3),
    Column("status", "Status", drop=1, names=lambda key: words.read(words.STEP_STATUS, key)),
    Column("outcome", "Outcome", table=False),
    Column("created_at", "Created", "instant", table=False),
    Column("ended_at", "Ended", "instant", table=False),
)
