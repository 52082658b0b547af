"""Visits and calls, with their reports."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_, pick
from funnelcli.nouns import words
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, field
from funnelcli.nouns.noun import Naming, Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import SPOKEN, STAGE_PLACE
from funnelcli.nouns.types import (
    AMOUNT,
    CONTACT_NAME,
    DATE,
    DURATION,
    FLAG,
    ID,
    INSTANT,
    KILOMETRES,
    LONG,
    MET,
    MOOD,
    STAGE,
    TEXT,
    TIME,
    VISIT_TYPE,
    one_of,
    record,
)

# Set by --set, in a template or in a note: a field of the report without an option of its own.
_SET = Option("", "")


class Visit(Record):
    """A visit with its report. The fields of the report are those with an option, be it only
    ``--set``."""

    id: int = field("Id", ID, "v.id")
    public_id: str = field("Public id", table=False)
    happened_on: str = field("Date", DATE, Ask("v.happened_on", "date", sort="v.happened_at"))
    happened_at: int = field("At", INSTANT, table=False)
    starts: str | None = field("Start", TIME, table=False)
    minutes: int | None = field("Minutes", DURATION, "v.minutes", drop=6)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name()
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=4)
    stage: str | None = field(
        "Stage",
        STAGE,
        Ask("s.key", place=STAGE_PLACE),
        table=False,
        shown=lambda row: row.stage_name,
    )
    stage_en: str | None
    stage_de: str | None
    type: str = field(
        "Type",
        VISIT_TYPE,
        Ask("v.type", sort="k.position"),
        option=Option(
            "--type",
            N_("A key of the catalogue, like first, follow_up or presentation."),
            on="add edit log",
        ),
        table=False,
        shown=lambda row: row.type_name,
    )
    type_en: str | None
    type_de: str | None
    channel: str = field(
        "Channel",
        one_of("CHANNEL", words.CHANNEL),
        Ask("v.channel"),
        option=Option("--channel", N_("on_site, phone, video, email or fair."), on="add edit log"),
        drop=5,
    )
    outcome: str = field(
        "Outcome",
        one_of("OUTCOME", words.OUTCOME),
        Ask("v.outcome"),
        option=Option(
            "--outcome", N_("met, phone_instead, not_met or declined."), on="add edit log"
        ),
    )
    call_outcome: str | None = field(
        "Call", one_of("OUTCOME", words.CALL_OUTCOME), Ask("v.call_outcome", "call"), table=False
    )
    call_list: str | None = field(
        "List",
        TEXT,
        Ask("v.call_list", "list"),
        table=False,
        shown=lambda row: f"@{row.call_list}" if row.call_list else "",
    )
    met: str | None = field(
        "Met", LONG, option=Option("--met", N_("Who was met."), on="add", type=MET), table=False
    )
    occasion: str | None = field(
        "Occasion", LONG, option=Option("--occasion", N_("What it was for."), on="add"), table=False
    )
    goal: str | None = field(
        "Goal", LONG, option=Option("--goal", N_("What you wanted."), on="add"), table=False
    )
    goal_reached: str | None = field(
        "Goal reached",
        one_of("ANSWER", words.GOAL_REACHED),
        option=Option("--goal-reached", N_("yes, partly or no."), on="add"),
        table=False,
    )
    said: str | None = field(
        "Said", LONG, option=Option("--said", N_("What was said."), on="add"), flex=True, drop=3
    )
    agreed: str | None = field(
        "Agreed",
        LONG,
        option=Option("--agreed", N_("Who does what by when."), on="add"),
        table=False,
    )
    needs: str | None = field("Needs", LONG, option=_SET, table=False)
    products_shown: str | None = field("Products shown", LONG, option=_SET, table=False)
    objections: str | None = field("Objections", LONG, option=_SET, table=False)
    competitor: str | None = field("Competitor", LONG, option=_SET, table=False)
    budget: str | None = field("Budget", LONG, option=_SET, table=False)
    decider: str | None = field("Decider", LONG, option=_SET, table=False)
    potential: str | None = field("Potential", LONG, option=_SET, table=False)
    mood: int | None = field("Mood", MOOD, Ask("v.mood"), option=_SET, table=False)
    result: str | None = field("Result", LONG, option=_SET, table=False)
    referrals: str | None = field("Referrals", LONG, option=_SET, table=False)
    documents: str | None = field("Documents", LONG, option=_SET, table=False)
    complaints: str | None = field("Complaints", LONG, option=_SET, table=False)
    travel_minutes: int | None = field("Travel", DURATION, option=_SET, table=False)
    kilometres: int | None = field("Kilometres", KILOMETRES, option=_SET, table=False)
    expenses: int | None = field(
        "Expenses", AMOUNT, option=_SET, currency="expenses_currency", table=False
    )
    expenses_currency: str | None = field("Currency", table=False)
    late: bool = field("Late", FLAG, drop=7)
    recorded_at: int = field("Recorded", INSTANT, table=False)

    @property
    def stage_name(self) -> str:
        """The name of the deal's stage at the time, in the language spoken now."""
        return pick(self.stage_en or "", self.stage_de or "")

    @property
    def type_name(self) -> str:
        """What kind of visit it was, in the language spoken now."""
        return pick(self.type_en or "", self.type_de or "") or self.type


VISIT = Noun(
    "visit",
    Visit,
    query="visits",
    alias="v",
    contact="v.contact_id",
    order="v.happened_at DESC, v.id DESC",
    dated=[
        Dated(
            "happened_on",
            what="type_name",
            starts="starts",
            minutes="minutes",
            show="visit show",
        )
    ],
    named=Naming(
        "coalesce((SELECT c.search FROM contact AS c WHERE c.id = r.contact_id), '')",
        "r.happened_on || coalesce(' · ' || (SELECT c.name FROM contact AS c"
        " WHERE c.id = r.contact_id), '')",
    ),
    says=Says(
        N_("No visit is called {name}."),
        N_("No visits. `funnel log` logs one."),
        N_("Removed visit {id}"),
        NN_("Remove {n} visit?", "Remove {n} visits?"),
        absent=N_("There is no visit {name}."),
    ),
    asks=[
        Ask(
            "coalesce(c.search, '') || ' ' || coalesce(search_key(v.met), '')",
            "person",
            sort="-",
            folded=True,
            type=CONTACT_NAME,
            title=N_("Person"),
            ids="c.id",
        )
    ],
    flags={"late": "v.late = 1", "attempt": f"NOT {SPOKEN}"},
    search=[
        "coalesce(c.search, '')",
        "coalesce(d.search, '')",
        "search_key("
        + " || char(10) || ".join(
            f"coalesce(v.{name}, '')"
            for name, of in Visit.declared.items()
            if of.type is LONG and of.option is not None
        )
        + ")",
    ],
)
# The fields of the report, besides who, when and how long.
REPORT = tuple(name for name, of in VISIT.fields.items() if of.option is not None)
# Those of it that are texts.
TEXTS = tuple(name for name in REPORT if VISIT.fields[name].type is LONG)
