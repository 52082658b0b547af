"""Milestones: what was promised with a win, and whether it is done."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, derived, field
from funnelcli.nouns.noun import Naming, Noun, Says, noted
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import MILESTONE_LATE
from funnelcli.nouns.types import (
    COUNT,
    DATE,
    DUE,
    ID,
    INSTANT,
    TEXT,
    one_of,
    record,
)
from funnelcli.values import dates, daytext


def _style(milestone: Milestone) -> str:
    if milestone.done_on is not None:
        return "good"
    if milestone.deal_status != "won":
        return "dim"
    today = dates.today().isoformat()
    return "bad" if milestone.due is not None and milestone.due < today else ""


class Milestone(Record):
    """A milestone of a deal; ``due`` and ``done_on`` are plain dates."""

    id: int = field("Id", ID, "m.id")
    public_id: str = field("Public id", table=False)
    deal_id: int = field("Deal id", record("DEAL", "deal"), Ask("m.deal_id"), table=False)
    due: str | None = field(
        "Due",
        DUE,
        "m.due",
        option=Option("--due -d", N_("By when; none for no day.")),
        style=_style,
        appointment=True,
    )
    name: str = field(
        "Milestone",
        ask=Ask("m.search", sort="m.search", folded=True),
        option=Option("--name", N_("What is to be done."), on="edit"),
        flex=True,
    )
    key: str | None = field("Key", ask=Ask("m.key"), table=False)
    position: int = field("Position", COUNT, table=False)
    deal: str = deal_title(drop=2)
    deal_status: str = field("Deal's state", one_of("STATUS", words.STATUS), table=False)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name()
    done_on: str | None = field("Done", DATE, Ask("m.done_on", "done"), table=False)
    done_at: int | None = field("Done at", INSTANT, table=False)
    note: str | None = field(
        "Note", TEXT, option=Option("--note", N_("A note."), on="add edit done"), flex=True, drop=3
    )

    @property
    def over(self) -> bool:
        """Whether it is done."""
        return self.done_on is not None

    @derived("Standing", TEXT, data=False, piped=("done_on", "deal_status"), style=_style)
    def standing(self) -> str:
        """Whether it is done, open, or how late; what was promised is owed with a win alone."""
        if self.done_on is not None:
            return _("done {day}").format(day=daytext.day(self.done_on))
        if self.deal_status != "won":
            return _("lapsed") if self.deal_status == "lost" else _("deal not won")
        today = dates.today()
        if self.due is not None and self.due < today.isoformat():
            days = (today - dates.parse_date(self.due)).days
            return ngettext("{n} day late", "{n} days late", days).format(n=days)
        return _("open")


MILESTONE = Noun(
    "milestone",
    Milestone,
    query="milestones",
    alias="m",
    dated=[Dated("due", todo=True, show="deal show", id="deal_id")],
    order="m.done_on IS NOT NULL, m.due IS NULL, m.due, m.deal_id, m.position, m.id",
    named=Naming(
        "r.search",
        "r.name || ' · ' || (SELECT d.title FROM deal AS d WHERE d.id = r.deal_id)"
        " || coalesce(' · ' || r.due, '')",
        "r.search || ' ' || (SELECT d.search FROM deal AS d WHERE d.id = r.deal_id)",
        keyed="name",
        only={"open": "r.done_on IS NULL"},
    ),
    says=Says(
        N_("No milestone is called {name}."),
        N_("No milestones. Winning a deal makes those of its process."),
        N_("Removed milestone {id}: {name}"),
        NN_("Remove {n} milestone?", "Remove {n} milestones?"),
        absent=N_("There is no milestone {name}."),
    ),
    flags={
        "open": "m.done_on IS NULL AND d.status <> 'lost'",
        "done": "m.done_on IS NOT NULL",
        "late": MILESTONE_LATE,
    },
    search=["m.search", "d.search", "coalesce(c.search, '')"],
    beside=[noted("m.note")],
)
