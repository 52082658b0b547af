"""Next steps: what is to be done, for a deal or a contact."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns import words
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, field, owner, owner_id
from funnelcli.nouns.noun import Naming, Noun, Says, spoken
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import (
    DUE,
    DURATION,
    EVERY,
    ID,
    INSTANT,
    TEXT,
    TIME,
    one_of,
    record,
)
from funnelcli.values import dates


def _style(step: Step) -> str:
    overdue = step.due is not None and step.due < dates.today().isoformat()
    return "bad" if step.status == "open" and overdue else ""


class Step(Record):
    """A next step."""

    id: int = field("Id", ID, "n.id")
    public_id: str = field("Public id", table=False)
    kind: str = field(
        "Kind",
        one_of("KIND", words.STEP_KIND),
        Ask("n.kind"),
        option=Option("--kind -k", N_("task, call or visit.")),
        table=False,
    )
    due: str | None = field(
        "Due",
        DUE,
        "n.due",
        option=Option("--due -d", N_("fri, +3d, 24.11.2026, fri 14:00.")),
        style=_style,
        appointment=True,
        clock="starts",
    )
    starts: str | None = field(
        "Time", TIME, option=Option("--time", N_("At what time of the day: 14:00.")), table=False
    )
    minutes: int | None = field(
        "Duration", DURATION, option=Option("--for", N_("How long it takes: 1h, 45m.")), table=False
    )
    every: str | None = field(
        "Every",
        EVERY,
        option=Option("--every", N_("Again and again: 2w, monthly. What is done makes the next.")),
        table=False,
    )
    what: str = field(
        "What", TEXT, option=Option("--what", N_("What is to be done."), on="edit"), flex=True
    )
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=1)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name()
    status: str = field("Status", one_of("STATUS", words.STEP_STATUS), Ask("n.status"))
    outcome: str | None = field("Outcome", table=False)
    owner_id: int | None = owner_id()
    owner: str | None = owner(
        "n",
        "owner, task owner, activity owner, assigned to, assigned to user, verantwortlich,"
        " verantwortlicher, besitzer, zuständig",
    )
    created_at: int = field(
        "Created",
        INSTANT,
        Ask("n.created_at", "created", filter=False),
        table=False,
    )
    ended_at: int | None = field("Ended", INSTANT, Ask("n.ended_at", "ended"), table=False)

    @property
    def over(self) -> bool:
        """Whether it is done or was given up."""
        return self.status != "open"


STEP = Noun(
    "step",
    Step,
    query="steps",
    alias="n",
    order="n.status <> 'open', n.due IS NULL, n.due, n.id",
    named=Naming(
        "r.search",
        f"r.what || coalesce(' · ' || r.due, '') || ' · ' || {spoken('r.status')}",
        keyed="what",
        only={"open": "r.status = 'open'"},
    ),
    says=Says(
        N_("No step is called {name}."),
        N_("No steps. `funnel next` adds one."),
        N_("Removed step {id}"),
        NN_("Remove {n} step?", "Remove {n} steps?"),
        absent=N_("There is no step {name}."),
    ),
    flags={
        "open": "n.status = 'open'",
        "done": "n.status = 'done'",
        "overdue": "n.status = 'open' AND n.due < :today",
    },
    search=["n.search", "coalesce(d.search, '')", "coalesce(c.search, '')"],
)
