"""Objections, and what was answered."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_, _, pick
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, deal_title, derived, field
from funnelcli.nouns.noun import Naming, Noun, Says, spoken
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import STAGE_PLACE, with_organisation
from funnelcli.nouns.types import (
    CONTACT_NAME,
    DATE,
    FLAG,
    ID,
    INSTANT,
    LONG,
    OBJECTION_KIND,
    STAGE,
    TEXT,
    record,
)


def _style(objection: Objection) -> str:
    if objection.resolved:
        return "good"
    return "warn" if objection.genuine else "dim"


class Objection(Record):
    """An objection: ``genuine`` (Einwand) or else a pretext (Vorwand)."""

    id: int = field("Id", ID, "o.id")
    public_id: str = field("Public id", table=False)
    raised_on: str = field("Raised", DATE, Ask("o.raised_on", "raised", sort="o.raised_at"), drop=3)
    raised_at: int = field("Raised at", INSTANT, table=False)
    deal_id: int = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str = deal_title(drop=2)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = field(
        "Contact",
        CONTACT_NAME,
        Ask(with_organisation("c"), sort="c.search", folded=True),
        table=False,
    )
    stage: str = field(
        "Stage",
        STAGE,
        Ask("s.key", sort="s.position", place=STAGE_PLACE),
        drop=5,
        shown=lambda found: found.stage_name,
    )
    stage_en: str
    stage_de: str
    kind: str = field(
        "Kind",
        OBJECTION_KIND,
        "o.kind",
        option=Option("--kind", N_("A kind of the catalogue."), on="edit"),
        shown=lambda found: found.kind_name,
    )
    kind_en: str
    kind_de: str
    genuine: bool = field(
        "Genuine",
        FLAG,
        option=Option(
            "--genuine/--pretext", N_("Meant (Einwand), or a pretext (Vorwand); else meant.")
        ),
        table=False,
    )
    wording: str | None = field(
        "Wording",
        LONG,
        option=Option("--wording", N_("What was said; - reads standard input."), on="edit"),
        flex=True,
        drop=1,
    )
    answer: str | None = field(
        "Answer",
        LONG,
        option=Option("--answer", N_("What was answered."), on="add"),
        flex=True,
        drop=4,
    )
    resolved: bool = field(
        "Resolved",
        FLAG,
        option=Option(
            "--resolved/--unresolved", N_("Whether the answer settled it."), on="add answer"
        ),
        table=False,
    )
    resolved_at: int | None = field(
        "Resolved at", INSTANT, Ask("o.resolved_at", "resolved"), table=False
    )

    @derived("Standing", TEXT, data=False, piped=("resolved", "genuine"), style=_style)
    def standing(self) -> str:
        """Whether it is settled, open, or was a pretext."""
        if self.resolved:
            return _("resolved")
        return _("open") if self.genuine else _("pretext")

    @property
    def kind_name(self) -> str:
        """The kind's name in the language spoken now."""
        return pick(self.kind_en, self.kind_de)

    @property
    def stage_name(self) -> str:
        """The stage's name in the language spoken now."""
        return pick(self.stage_en, self.stage_de)


OBJECTION = Noun(
    "objection",
    Objection,
    query="objections",
    alias="o",
    order="o.raised_at DESC, o.id DESC",
    dated=[Dated("raised_on", N_("objection: {what}"), "kind_name", show="objection show")],
    named=Naming(
        "(SELECT d.search FROM deal AS d WHERE d.id = r.deal_id)",
        "(SELECT d.title FROM deal AS d WHERE d.id = r.deal_id)"
        f" || ' · ' || coalesce((SELECT {spoken('k.name_en', 'k.name_de')} FROM catalogue AS k"
        " WHERE k.kind = 'objection' AND k.key = r.kind), r.kind)"
        " || coalesce(' · ' || r.wording, '')",
        "(SELECT d.search || ' ' || search_key(r.kind || ' ' || coalesce(r.wording, '') || ' ' ||"
        " coalesce(k.name_en || ' ' || k.name_de || ' ' || k.words_en || ' ' || k.words_de, ''))"
        " FROM deal AS d LEFT JOIN catalogue AS k ON k.kind = 'objection' AND k.key = r.kind"
        " WHERE d.id = r.deal_id)",
        only={"open": "r.resolved_at IS NULL"},
    ),
    says=Says(
        N_("No objection is called {name}."),
        N_("No objections. `funnel objection add` records one."),
        N_("Removed objection {id}"),
        NN_("Remove {n} objection?", "Remove {n} objections?"),
        absent=N_("There is no objection {name}."),
    ),
    flags={
        "genuine": "o.genuine = 1",
        "pretext": "o.genuine = 0",
        "resolved": "o.resolved_at IS NOT NULL",
        "open": "o.resolved_at IS NULL",
    },
    search=[
        "d.search",
        "coalesce(c.search, '')",
        "search_key(coalesce(o.wording, ''))",
        "search_key(coalesce(o.answer, ''))",
    ],
)
