"""Processes and their stages."""

from __future__ import annotations

from funnelcli.i18n import pick
from funnelcli.nouns import words
from funnelcli.nouns.field import derived, field
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import COUNT, DAYS, FLAG, ID, PERCENT, TEXT, one_of


class Process(Record):
    """A process with its counts."""

    id: int = field("Id", ID, table=False)
    key: str = field("Process")
    name_en: str
    name_de: str

    @derived("Name", TEXT, flex=True)
    def name(self) -> str:
        """Its name in the language spoken now."""
        return pick(self.name_en, self.name_de)

    stages: int = field("Stages", COUNT, drop=2)
    open_deals: int = field("Open", COUNT, drop=1)
    deals: int = field("Deals", COUNT, drop=1)
    builtin: bool = field("Shipped", FLAG, drop=3)
    withdrawal_days: int | None = field("Withdrawal days", COUNT, table=False)
    withdrawal_begins: str = field(
        "Withdrawal begins", one_of("BEGIN", words.WITHDRAWAL_BEGIN), table=False
    )
    withdrawal_uninstructed_months: int | None = field(
        "Withdrawal months uninstructed", COUNT, table=False
    )
    withdrawal_holidays: str | None = field("Withdrawal holidays", table=False)
    description_en: str
    description_de: str

    @derived("Description", TEXT, table=False)
    def description(self) -> str:
        """Its description in the language spoken now."""
        return pick(self.description_en, self.description_de)


class Stage(Record):
    """A stage of a process."""

    id: int
    position: int = field("No", COUNT)
    key: str = field("Key", typed=True, drop=3)
    name_en: str
    name_de: str

    @derived("Stage", TEXT, flex=True)
    def name(self) -> str:
        """Its name in the language spoken now."""
        return pick(self.name_en, self.name_de)

    phase: str = field("Phase", one_of("PHASE", words.PHASE), drop=2)
    kind: str = field("Kind", one_of("KIND", words.STAGE_KIND), drop=4)
    probability: int = field("Probability", PERCENT, drop=1)
    rot_days: int | None = field("Rots after", DAYS, drop=1)
    guidance_en: str
    guidance_de: str

    @property
    def guidance(self) -> str:
        """What it tells the seller, in the language spoken now."""
        return pick(self.guidance_en, self.guidance_de)
