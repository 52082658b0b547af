"""The catalogues: sources, lost reasons, kinds of objections, units, types of visits, kinds of
effort. Every entry has a stable key, and its names in both languages."""

from __future__ import annotations

import json

from funnelcli.i18n import N_, NN_, pick
from funnelcli.nouns.field import Ask, Option, derived, field
from funnelcli.nouns.noun import Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import COUNT, FLAG, ID, LIST, NAME, TEXT, Type, one_of
from funnelcli.nouns.words import CATALOGUE, COUNTS_AS, RATE

KIND = one_of("KIND", CATALOGUE, offers="CATALOGUE_KIND")
# An entry of the catalogue that stands before it on the line.
KEY = Type("KEY", offers="CATALOGUE_ENTRY")

# Where the keys of each catalogue are kept: table, column, and of which rows.
USES = {
    "source": (("contact", "source", "1"), ("deal", "source", "1"), ("overhead", "source", "1")),
    "lost_reason": (("deal", "lost_reason", "1"), ("terms", "reason", "status = 'lost'")),
    "objection": (("objection", "kind", "1"),),
    "unit": (("product", "unit", "1"), ("offer_line", "unit", "1")),
    "visit_type": (("visit", "type", "1"),),
    "effort_kind": (("effort", "kind", "1"),),
}


class Entry(Record):
    """An entry of a catalogue; ``used`` is how many records have it."""

    id: int = field("Id", ID, "k.id", table=False)
    kind: str = field("Kind", KIND, Ask("k.kind"))
    position: int = field("No", COUNT, Ask("k.position"), table=False)
    key: str = field(
        "Key",
        TEXT.called("KEY"),
        Ask("k.key"),
        option=Option("--key", N_("Its key, which stays; without it made of its name."), on="add"),
        typed=True,
    )

    @derived("Name", TEXT, flex=True)
    def name(self) -> str:
        """Its name in the language spoken now."""
        return pick(self.name_en, self.name_de)

    name_en: str = field(
        "English",
        NAME,
        Ask("search_key(k.name_en)", "en", sort="k.name_en", folded=True),
        option=Option("--en", N_("Its English name.")),
        table=False,
    )
    name_de: str = field(
        "German",
        NAME,
        Ask("search_key(k.name_de)", "de", sort="k.name_de", folded=True),
        option=Option("--de", N_("Its German name.")),
        table=False,
    )
    one_en: str | None = field(
        "One in English",
        NAME,
        option=Option("--one-en", N_("What a single one of a unit is called in English.")),
        table=False,
    )
    one_de: str | None = field(
        "One in German",
        NAME,
        option=Option("--one-de", N_("What a single one of a unit is called in German.")),
        table=False,
    )
    words_en: str
    words_de: str

    @derived(
        "Also called",
        LIST,
        option=Option(
            "--word",
            N_("What people call it or say for it besides; may be repeated."),
            many=True,
            off="--no-word",
            off_help=N_("Take such a word away."),
        ),
        table=False,
    )
    def words(self) -> list[str]:
        """What else it is called, in both languages."""
        return [*dict.fromkeys((*json.loads(self.words_en), *json.loads(self.words_de)))]

    answered: str

    @derived(
        "Answers",
        LIST,
        option=Option(
            "--answer",
            N_("A suggested answer to an objection; may be repeated."),
            many=True,
            off="--no-answer",
            off_help=N_("Take a suggested answer away."),
        ),
        table=False,
    )
    def answers(self) -> list[str]:
        """The suggested answers in the language spoken now."""
        return [pick(one["en"], one["de"]) for one in json.loads(self.answered)]

    rate: str | None = field(
        "Counts in",
        one_of("RATE", RATE, offers="CATALOGUE_RATE"),
        Ask("k.rate"),
        option=Option("--rate", N_("Which win rates a loss counts in: all, broad or none.")),
        drop=3,
    )
    note_required: bool = field(
        "Needs a note",
        FLAG,
        option=Option(
            "--note-required/--note-optional", N_("Whether a note has to go with a lost reason.")
        ),
        table=False,
    )
    counts_as: str | None = field(
        "Counts as",
        one_of("WHAT", COUNTS_AS, offers="COUNTS_AS"),
        Ask("k.counts_as"),
        option=Option(
            "--counts-as",
            N_(
                "What rules take it for: presentation of a visit, flat of a unit; none for nothing."
            ),
        ),
        drop=4,
    )
    hidden: bool = field(
        "Hidden",
        FLAG,
        option=Option("--hidden/--shown", N_("Whether it is offered no more, or again.")),
        drop=2,
    )
    used: int = field("Used", COUNT, Ask("coalesce(u.used, 0)"), drop=1)


ENTRY = Noun(
    "catalogue",
    Entry,
    query="catalogue",
    alias="k",
    order="k.kind, k.position, k.id",
    says=Says(
        N_("There is no entry {name} in the catalogue."),
        N_("No entries. `funnel catalogue add` adds some."),
        N_("Removed {name}"),
        NN_("Remove {n} entry?", "Remove {n} entries?"),
    ),
    flags={"hidden": "k.hidden = 1", "unused": "u.used IS NULL"},
    search=[
        "search_key(k.key)",
        "search_key(k.name_en)",
        "search_key(k.name_de)",
        "search_key(k.words_en)",
        "search_key(k.words_de)",
    ],
)
