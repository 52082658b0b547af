"""Customer care: how often to be in touch, satisfaction, complaints, referrals."""

from __future__ import annotations

from funnelcli.i18n import N_
from funnelcli.nouns import words
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, contact_name, deal_title, field
from funnelcli.nouns.noun import Naming, Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import CARE_DUE, CARE_NEXT, with_organisation
from funnelcli.nouns.types import (
    CHANNELS,
    CONTACT_NAME,
    COUNT,
    DATE,
    DAYS,
    ID,
    LONG,
    TEXT,
    one_of,
    record,
)
from funnelcli.values import dates
from funnelcli.values.spans import how_often, in_words, span_of

SCALE = one_of("SCALE", words.SATISFACTION_KIND)


def _due_style(plan: Plan) -> str:
    return "warn" if plan.next_on <= dates.today().isoformat() else ""


def _score_text(plan: Plan) -> str:
    if plan.score is None:
        return ""
    return f"{SCALE.name(plan.score_kind)} {plan.score}"


# As :func:`with_organisation` has it: the query of plans gives the organisation's name by itself.
_WITH_ORGANISATION = "(k.search || coalesce(char(31) || search_key(k.organisation), ''))"
_IDS = "k.contact_id, (SELECT z.organisation_id FROM contact AS z WHERE z.id = k.contact_id)"


def _every(plan: Plan) -> str:
    return in_words(span_of(plan.every_days, plan.every_months))


class Plan(Record):
    """How often a contact is spoken to; ``id`` is the contact's. ``last_on`` and ``next_on`` are
    plain dates, ``score`` is the latest, ``complaints`` counts those not put right."""

    id: int = field("Id", ID)
    contact_id: int = field("Contact id", record("CONTACT", "contact"), table=False)
    contact_public_id: str
    contact: str = field(
        "Contact",
        CONTACT_NAME,
        Ask(_WITH_ORGANISATION, sort="k.search", folded=True, ids=_IDS),
        flex=True,
    )
    organisation: str | None = field("Organisation", flex=True, drop=5)
    phone: str | None = field("Phone", drop=3)
    consent: list[str] = field(
        "Consent", CHANNELS, shown=lambda plan: CHANNELS.names(plan.consent), drop=6
    )
    every_days: int = field("Every", DAYS, Ask("k.every_days", "every"), drop=4, shown=_every)
    every_months: int | None = field("Months", COUNT, table=False)
    starts_on: str = field("From", DATE, table=False)
    last_on: str | None = field("Last contact", DATE, Ask("k.last_on", "last"), drop=1)
    next_on: str = field("Next", DATE, Ask(CARE_NEXT, "next"), style=_due_style, appointment=True)
    score_kind: str | None = field("Scale", SCALE, table=False)
    score: int | None = field("Score", COUNT, Ask("k.score"), drop=2, shown=_score_text)
    complaints: int = field("Complaints", COUNT, drop=6)

    @property
    def every(self) -> str:
        """How often, as people say it."""
        return how_often(span_of(self.every_days, self.every_months))


class Score(Record):
    """A satisfaction score: "nps" from 0 to 10, "csat" from 1 to 5."""

    id: int = field("Id", ID, "s.id")
    public_id: str = field("Public id", table=False)
    scored_on: str = field("Date", DATE, Ask("s.scored_on", "scored"))
    contact_id: int = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str = contact_name()
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=2)
    kind: str = field("Scale", SCALE, Ask("s.kind"))
    score: int = field("Score", COUNT, "s.score")
    comment: str | None = field("Comment", LONG, flex=True, drop=1)

    @property
    def score_text(self) -> str:
        """The score with its scale."""
        return f"{SCALE.name(self.kind)} {self.score}"


class Complaint(Record):
    """A complaint; ``resolved_on`` None until it was put right."""

    id: int = field("Id", ID, "r.id")
    public_id: str = field("Public id", table=False)
    raised_on: str = field("Date", DATE, Ask("r.raised_on", "raised"))
    contact_id: int = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str = contact_name()
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=3)
    text: str = field(
        "Complaint",
        LONG,
        flex=True,
        style=lambda found: "" if found.resolved_on else "warn",
    )
    resolved_on: str | None = field("Put right", DATE, Ask("r.resolved_on", "resolved"))
    resolution: str | None = field("How", TEXT, flex=True, drop=2)

    @property
    def over(self) -> bool:
        """Whether it was put right."""
        return self.resolved_on is not None


class Referral(Record):
    """Who named whom; ``deals`` and ``won`` count those of who was named."""

    id: int = field("Id", ID, "f.id")
    public_id: str = field("Public id", table=False)
    referred_on: str = field("Date", DATE, Ask("f.referred_on", "referred"))
    referrer_id: int = field("Referrer id", record("CONTACT", "contact"), table=False)
    referrer: str = field(
        "Referred by",
        CONTACT_NAME,
        Ask(with_organisation("a"), sort="a.search", folded=True),
        flex=True,
    )
    referred_id: int = field("Contact id", record("CONTACT", "contact"), table=False)
    referred: str = field(
        "Contact", CONTACT_NAME, Ask(with_organisation("b"), "contact", folded=True), flex=True
    )
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deals: int = field("Deals", COUNT, drop=2)
    won: int = field("Won", COUNT, drop=1)
    note: str | None = field("Note", flex=True, drop=3)


_CONTACT_OF = "(SELECT c.{} FROM contact AS c WHERE c.id = r.contact_id)"

PLAN = Noun(
    "care_plan",
    Plan,
    query="care_plans",
    alias="k",
    order=f"{CARE_NEXT}, k.id",
    dated=[
        Dated(
            "next_on",
            N_("be in touch"),
            "contact",
            ("contact",),
            "care",
            show="contact show",
            public_id="contact_public_id",
        )
    ],
    says=Says("", N_("Nobody is due. `funnel care set CONTACT --every 90d` plans it.")),
    flags={"due": CARE_DUE, "complaining": "k.complaints > 0"},
    search=["k.search", "search_key(coalesce(k.organisation, ''))"],
    command="care list",
    key="k.contact_id",
)
SCORE = Noun(
    "satisfaction",
    Score,
    query="satisfactions",
    alias="s",
    order="s.scored_on DESC, s.id DESC",
    dated=[Dated("scored_on", N_("score: {what}"), "score_text")],
    named=Naming(
        _CONTACT_OF.format("search"),
        f"{_CONTACT_OF.format('name')} || ' · ' || r.scored_on || ' · ' || r.score",
    ),
    says=Says(
        N_("No satisfaction score is called {name}."),
        N_("No scores. `funnel care score CONTACT 9` records one."),
        N_("Removed score {id}"),
        absent=N_("There is no satisfaction score {name}."),
    ),
    flags={
        "promoter": "s.kind = 'nps' AND s.score >= 9",
        "detractor": "s.kind = 'nps' AND s.score <= 6",
    },
    search=["c.search", "search_key(coalesce(s.comment, ''))"],
    command="care scores",
)
COMPLAINT = Noun(
    "complaint",
    Complaint,
    query="complaints",
    alias="r",
    order="r.resolved_on IS NOT NULL, r.raised_on DESC, r.id DESC",
    dated=[Dated("raised_on", N_("complaint: {what}"), "text")],
    named=Naming(
        _CONTACT_OF.format("search"),
        f"{_CONTACT_OF.format('name')} || ' · ' || r.raised_on || ' · ' || r.text",
        only={"open": "r.resolved_on IS NULL"},
    ),
    says=Says(
        N_("No complaint is called {name}."),
        N_("No complaints."),
        N_("Removed complaint {id}"),
        absent=N_("There is no complaint {name}."),
    ),
    flags={"open": "r.resolved_on IS NULL", "resolved": "r.resolved_on IS NOT NULL"},
    search=["c.search", "search_key(r.text)"],
    command="care complaints",
)
REFERRAL = Noun(
    "referral",
    Referral,
    query="referrals",
    alias="f",
    order="f.referred_on DESC, f.id DESC",
    dated=[Dated("referred_on", N_("referral: {what}"), "referred", ("referrer",))],
    says=Says("", N_("No referrals. `funnel care refer CONTACT NAME` records one.")),
    search=["a.search", "b.search"],
    command="care referrals",
)
