"""Deals: what is to be sold to whom, and where it stands."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_, _, pick
from funnelcli.nouns import words
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, derived, field, notes, owner, owner_id, tags
from funnelcli.nouns.noun import Naming, Noun, Says, noted, spoken
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import (
    DECIDER_KNOWN,
    HAS_ROLE,
    NO_STEP,
    OPEN_FOR_DEAL,
    PEOPLE,
    PEOPLE_IDS,
    PEOPLE_NAMES,
    REVOCABLE,
    ROTTEN,
    STAGE_PLACE,
    among_contacts,
    with_organisation,
)
from funnelcli.nouns.types import (
    AMOUNT,
    CONTACT_NAME,
    COUNT,
    CURRENCY,
    DATE,
    DEAL_NAME,
    DEAL_ROLE,
    DUE,
    FLAG,
    ID,
    INSTANT,
    LAST_DATE,
    PAST_DATE,
    PERCENT,
    PROCESS,
    REASON,
    SOURCE,
    STAGE,
    TEXT,
    one_of,
    record,
)
from funnelcli.values import dates


def _style(deal: Deal) -> str:
    if deal.status == "won":
        return "good"
    return "" if deal.over else "warn"


# A deal's organisation is its contact's, or the contact that is one.
ORGANISATION = "CASE c.kind WHEN 'organisation' THEN c.search ELSE o.search END"
AMONG_ORGANISATIONS = (
    (
        "sc.search",
        "d.contact_id IN (SELECT sc.id FROM contact AS sc WHERE sc.kind = 'organisation' AND ({}))",
    ),
    (
        "so.search",
        "d.contact_id IN (SELECT sc.id FROM contact AS sc"
        " JOIN contact AS so ON so.id = sc.organisation_id"
        " WHERE sc.kind <> 'organisation' AND ({}))",
    ),
)


class Deal(Record):
    """A deal as lists and ``--json`` show it."""

    id: int = field("Id", ID, "d.id")
    public_id: str = field("Public id", table=False, heard="public id")
    title: str = field(
        "Deal",
        DEAL_NAME,
        Ask("d.search", sort="d.search", folded=True),
        option=Option("--title", N_("What it is called."), on="edit"),
        flex=True,
        heard="deal title, deal name, deal, opportunity name, opportunity, potential name,"
        " verkaufschance, geschäft, vorhaben, title, titel",
    )
    contact_id: int | None = field(
        "Contact id",
        record("CONTACT", "contact"),
        option=Option(
            "--contact -c",
            N_("Its contact, by id or name; a second one has a part in it too."),
            many=True,
        ),
        table=False,
    )
    contact: str | None = field(
        "Contact",
        CONTACT_NAME,
        Ask(with_organisation("c"), sort="c.search", folded=True),
        flex=True,
        heard="contact, contact person, deal contact person, contact name, person name,"
        " associated contact, associated contacts,"
        " primary contact, customer, customer name, client, kontakt, kontaktperson,"
        " ansprechpartner, kunde, kundenname",
    )
    organisation: str | None = field(
        "Organisation",
        CONTACT_NAME,
        Ask(
            ORGANISATION,
            folded=True,
            ids=ORGANISATION.replace(".search", ".id"),
            among=AMONG_ORGANISATIONS,
        ),
        table=False,
        heard="organisation, organization, deal organization, organization name,"
        " associated company, associated companies,"
        " organisation name, account, account name, company, company name, firma,"
        " unternehmen",
    )
    process: str = field("Process", PROCESS, Ask("p.key"), table=False, heard="process, prozess")
    stage: str = field(
        "Stage",
        STAGE,
        Ask("s.key", sort="s.position", place=STAGE_PLACE),
        shown=lambda deal: deal.stage_name,
        heard="stage, deal stage, deal stage (pipeline), stage name, opportunity stage, stufe,"
        " phase",
        drop=1,
    )
    stage_en: str
    stage_de: str
    phase: str = field("Phase", one_of("PHASE", words.PHASE), Ask("s.phase"), table=False)
    status: str = field(
        "Status",
        one_of("STATUS", words.STATUS),
        Ask("d.status"),
        table=False,
        heard="status, deal status",
    )
    value: int | None = field(
        "Value",
        AMOUNT,
        Ask("d.value", currency="d.currency", day="coalesce(d.won_on, d.closed_on)"),
        option=Option("--value -v", N_("12500, 12.500,00 €, USD 12k.")),
        heard="value, deal value, amount, deal amount, close value, estimated value, wert,"
        " betrag, summe, auftragswert",
        drop=2,
    )
    currency: str = field(
        "Currency",
        CURRENCY,
        Ask("d.currency"),
        option=Option("--currency", N_("Its currency, like EUR.")),
        table=False,
        heard="currency, deal currency, deal currency of value, amount currency,"
        " currency iso code, währung",
    )
    probability: int = field(
        "Probability",
        PERCENT,
        Ask(
            "CASE d.status WHEN 'won' THEN 100 WHEN 'lost' THEN 0"
            " ELSE coalesce(d.probability, s.probability) END"
        ),
        option=Option("--probability", N_("Instead of the stage's own; none for that.")),
        table=False,
        heard="probability, probability (%), deal probability, wahrscheinlichkeit",
    )
    weighted: int | None = field("Weighted", AMOUNT, table=False)
    expected_close: str | None = field(
        "Close",
        DUE,
        Ask("d.expected_close", "close"),
        option=Option("--close", N_("The expected close.")),
        drop=7,
        instead="closed_on",
        whole=N_("Expected close"),
        heard="expected close, expected close date, deal expected close date,"
        " expected closing date, expected, erwarteter abschluss, abschluss,"
        " geplanter abschluss, voraussichtlicher abschluss",
    )
    next_due: str | None = field(
        "Next",
        DATE,
        Ask(
            f"(SELECT min(n.due) FROM step AS n WHERE {OPEN_FOR_DEAL})",
            "due",
            title=N_("Due"),
        ),
        appointment=True,
    )
    next_step: str | None = field("Next step", flex=True, drop=5)
    last_contact_at: int | None = field("Last contact", INSTANT, table=False)
    stage_since_at: int = field(
        "Since",
        INSTANT,
        Ask("d.stage_since", "since"),
        table=False,
        heard="stage since at, stage since, last stage change date, last stage change,"
        " deal last stage change, stage change time, in der stufe seit",
    )
    rotten: bool = field("Rotten", FLAG, table=False)
    stepless: bool = field("Without a next step", FLAG, table=False)
    source: str | None = field(
        "Source",
        SOURCE,
        Ask("d.source"),
        option=Option("--source", N_("Where it came from.")),
        table=False,
        heard="source, deal source, lead source, quelle, herkunft",
    )
    kind: str = field(
        "Kind",
        one_of("KIND", words.DEAL_KIND),
        Ask("d.kind"),
        option=Option("--kind", N_("new, repeat, upsell or renewal.")),
        table=False,
        heard="kind, deal kind, deal type, type, opportunity type, art",
    )
    product: str | None = field(
        "Product",
        ask=Ask("d.product"),
        option=Option("--product", N_("What it is about.")),
        table=False,
        heard="product, product name, produkt",
    )
    previous_deal_id: int | None = field("Previous deal", ID, table=False)
    snoozed_until: str | None = field("Snoozed", DATE, table=False, heard="snoozed until, snoozed")
    opened_at: int = field(
        "Opened",
        INSTANT,
        Ask("d.opened_at", "opened"),
        table=False,
        heard="opened at, opened on, opened, created at, created on, created, create date,"
        " created date, created time, creation date, deal creation date, deal deal created,"
        " deal deal created on, add time, eröffnet, eröffnet am, erstellt, erstellt am,"
        " angelegt am",
    )
    opened_on: str = field("Opened on", DATE, table=False)
    won_on: str | None = field("Won", DATE, table=False, heard="won on")
    revocable_until: str | None = field(
        "Revocable until",
        DATE,
        Ask("d.revocable_until", "revocable"),
        option=Option(
            "--revocable-until",
            N_("The last day of the withdrawal period, by hand; none for no such right."),
            on="win edit",
            type=LAST_DATE,
        ),
        table=False,
        heard="revocable until",
    )
    withdrawal_from: str | None = field(
        "Withdrawal period from",
        one_of("BEGIN", words.WITHDRAWAL_FROM),
        option=Option(
            "--withdrawal-from",
            N_("With what the withdrawal period begins: contract or receipt."),
            on="win edit",
            type=one_of("BEGIN", words.WITHDRAWAL_BEGIN),
        ),
        table=False,
        heard="withdrawal from",
    )
    received_on: str | None = field(
        "Goods received",
        DATE,
        option=Option(
            "--received-on",
            N_("When the customer received the goods, of several the last."),
            on="win edit",
            type=PAST_DATE,
        ),
        table=False,
        heard="received on",
    )
    withdrawal_sent_on: str | None = field(
        "Withdrawal sent", DATE, table=False, heard="withdrawal sent on"
    )
    closed_at: int | None = field(
        "Closed",
        INSTANT,
        Ask("d.closed_at", "closed"),
        table=False,
        heard="closed at, closed on, deal closed on, close date, closed date, closing date,"
        " closed, won time, deal won time, lost time, deal lost time, geschlossen,"
        " geschlossen am, abschlussdatum",
    )
    closed_on: str | None = field("Closed on", DATE, table=False)
    lost_reason: str | None = field(
        "Reason",
        REASON,
        Ask("d.lost_reason", "reason"),
        table=False,
        heard="lost reason, deal lost reason, loss reason, verlustgrund",
    )
    lost_note: str | None = field("Note on the loss", table=False, heard="lost note")
    competitor: str | None = field(
        "Competitor",
        ask=Ask("d.competitor"),
        table=False,
        heard="competitor, mitbewerber, wettbewerber",
    )
    tags: list[str] = tags("deal", "d", "tag, deal label")
    notes: str | None = notes("notes, note, description, notizen, notiz, beschreibung")
    owner_id: int | None = owner_id()
    owner: str | None = owner(
        "d",
        "owner, deal owner, opportunity owner, deal owner name, assigned to, sales rep,"
        " verantwortlich, verantwortlicher, besitzer, inhaber, zuständig, betreuer",
    )
    external_origin: str | None = field("Origin", table=False, heard="external origin")
    external_id: str | None = field("External id", table=False, heard="external id")
    contact_public_id: str | None = field(
        "Contact's public id", table=False, heard="contact public id"
    )
    contact_kind: str | None = field(
        "Contact's kind",
        one_of("KIND", words.CONTACT_KIND),
        table=False,
        heard="contact kind",
    )

    @derived(
        "Note",
        TEXT,
        data=False,
        piped=("status", "closed_on", "rotten", "stepless", "snoozed_until"),
        style=_style,
    )
    def note(self) -> str:
        """What a person must know besides its fields: closed, rotten, without a step."""
        if self.status != "open":
            return words.read(words.STATUS, self.status)
        today = dates.today().isoformat()
        if self.snoozed_until is not None and self.snoozed_until > today:
            return _("snoozed")
        notes = []
        if self.rotten:
            notes.append(_("rotten: {days} d").format(days=self.quiet_days))
        if self.stepless:
            notes.append(_("no next step"))
        elif self.next_due is not None and self.next_due < today:
            notes.append(_("step overdue"))
        return ", ".join(notes)

    @property
    def over(self) -> bool:
        """Whether it is closed."""
        return self.status != "open"

    @property
    def quiet_days(self) -> int:
        """Whole days of 24 hours since somebody was spoken to or the deal moved."""
        return (dates.now() - max(self.stage_since_at, self.last_contact_at or 0)) // 86400

    @property
    def stage_name(self) -> str:
        """The stage's name in the language spoken now."""
        return pick(self.stage_en, self.stage_de)


DEAL = Noun(
    "deal",
    Deal,
    query="deals",
    alias="d",
    contact="d.contact_id",
    dated=[
        Dated(
            "expected_close",
            N_("expected close: {what}"),
            "title",
            ("contact",),
            key="close",
            ahead=True,
            show="deal show",
        ),
        Dated("closed_on", N_("closed: {what}"), "title", ("contact",), "close", show="deal show"),
        Dated(
            "revocable_until",
            N_("the withdrawal period ends"),
            "title",
            ("title", "contact"),
            "withdrawal",
            show="deal show",
        ),
    ],
    order="d.id DESC",
    named=Naming(
        "r.search",
        "r.title || coalesce(' · ' || (SELECT c.name FROM contact AS c WHERE c.id = r.contact_id),"
        f" '') || ' · ' || {spoken('r.status')}",
        "coalesce((SELECT c.search FROM contact AS c WHERE c.id = r.contact_id), '')",
        keyed="title",
        only={"open": "r.status = 'open'", "not lost": "r.status <> 'lost'"},
    ),
    says=Says(
        N_("No deal is called {name}."),
        N_("No deals. `funnel deal add` opens one."),
        N_("Removed deal {id}: {title}"),
        NN_("Remove {n} deal?", "Remove {n} deals?"),
        absent=N_("There is no deal {name}."),
    ),
    asks=[
        Ask("d.won_at", "won", type=INSTANT, title=N_("Won")),
        Ask(
            PEOPLE_NAMES,
            "person",
            sort="-",
            folded=True,
            type=CONTACT_NAME,
            title=N_("Person"),
            ids=PEOPLE_IDS,
        ),
        Ask(HAS_ROLE.format("{param}"), "role", sort="-", type=DEAL_ROLE, title=N_("Role")),
        Ask(PEOPLE, "people", type=COUNT, title=N_("People")),
    ],
    flags={
        "open": "d.status = 'open'",
        "won": "d.status = 'won'",
        "lost": "d.status = 'lost'",
        "closed": "d.status <> 'open'",
        "snoozed": "d.snoozed_until > :today",
        "revocable": REVOCABLE,
        "decider-known": DECIDER_KNOWN,
        "rotten": ROTTEN,
        "stepless": NO_STEP,
        "overdue": f"EXISTS (SELECT 1 FROM step AS n WHERE {OPEN_FOR_DEAL} AND n.due < :today)",
    },
    search=["d.search"],
    # Each is asked once, and not of every deal.
    beside=[
        *among_contacts("d.contact_id"),
        (
            "nt.search",
            "d.id IN (SELECT nt.deal_id FROM note AS nt WHERE nt.deal_id IS NOT NULL AND ({}))",
        ),
        noted("d.notes"),
    ],
    first="d.status = 'open'",
)

TAKEN = (
    *("title", "contact_id", "stage", "value", "probability", "expected_close"),
    *("source", "kind", "product", "competitor"),
)
"""What a merge can take from another deal: "stage" is its log of stages while both were equally far
along, "value" stands for the currency too."""
