"""The rows that queries give, as classes whose fields are the queries' columns in order.

Names that end in ``_at`` are instants in UTC seconds; ``_on``, ``due``, ``_until`` and
``expected_close`` are plain dates as ISO text in the user's zone; amounts are integer minor units
of the ``currency`` beside them. Field names are what ``--json`` prints.
"""

from __future__ import annotations

from funnelcli.i18n import pick
from funnelcli.nouns.record import Record

# What group_concat puts between the parts of a list: a character that no name contains.
SEPARATOR = "\x1f"


def split(joined: str | list[str] | None) -> list[str]:
    """The parts of a list that a query has joined."""
    if isinstance(joined, list):
        return joined
    return joined.split(SEPARATOR) if joined else []


class Deal(Record):
    """A deal as lists and ``--json`` show it."""

    id: int
    public_id: str
    title: str
    contact_id: int | None
    contact: str | None
    organisation: str | None
    process: str
    process_en: str
    process_de: str
    stage: str
    stage_en: str
    stage_de: str
    phase: str
    status: str
    value: int | None
    currency: str
    probability: int
    weighted: int | None
    expected_close: str | None
    next_due: str | None
    next_step: str | None
    last_contact_at: int | None
    stage_since_at: int
    rot_days: int | None
    source: str | None
    kind: str
    product: str | None
    previous_deal_id: int | None
    snoozed_until: str | None
    opened_at: int
    opened_on: str
    won_on: str | None
    revocable_until: str | None
    closed_at: int | None
    closed_on: str | None
    lost_reason: str | None
    lost_note: str | None
    competitor: str | None
    tags: list[str]
    notes: str | None
    external_origin: str | None
    external_id: str | None

    def complete(self) -> None:
        """Lists and flags."""
        self.tags = split(self.tags)

    @property
    def stage_name(self) -> str:
        """The stage's name in the language spoken now."""
        return pick(self.stage_en, self.stage_de)


class Contact(Record):
    """A contact as lists and ``--json`` show it."""

    id: int
    public_id: str
    kind: str
    name: str
    organisation_id: int | None
    organisation: str | None
    role: str | None
    job_title: str | None
    emails: list[str]
    phones: list[str]
    street: str | None
    postcode: str | None
    town: str | None
    region: str | None
    country: str | None
    source: str | None
    referred_by_id: int | None
    referred_by: str | None
    do_not_contact: bool
    lifecycle: str
    open_deals: int
    last_contact_at: int | None
    tags: list[str]
    notes: str | None
    external_origin: str | None
    external_id: str | None
    created_at: int

    def complete(self) -> None:
        """Lists and flags."""
        self.emails = split(self.emails)
        self.phones = split(self.phones)
        self.tags = split(self.tags)
        self.do_not_contact = bool(self.do_not_contact)


class Visit(Record):
    """A visit with its report."""

    id: int
    public_id: str
    happened_on: str
    happened_at: int
    starts: str | None
    minutes: int | None
    contact_id: int | None
    contact: str | None
    deal_id: int | None
    deal: str | None
    stage: str | None
    type: str
    channel: str
    outcome: str
    call_outcome: str | None
    met: str | None
    occasion: str | None
    goal: str | None
    goal_reached: str | None
    said: str | None
    agreed: str | None
    needs: str | None
    products_shown: str | None
    objections: str | None
    competitor: str | None
    budget: str | None
    decider: str | None
    potential: str | None
    mood: int | None
    result: str | None
    referrals: str | None
    documents: str | None
    complaints: str | None
    travel_minutes: int | None
    kilometres: int | None
    expenses: int | None
    expenses_currency: str | None
    late: bool
    recorded_at: int

    def complete(self) -> None:
        """Lists and flags."""
        self.late = bool(self.late)


class Step(Record):
    """A next step."""

    id: int
    public_id: str
    what: str
    kind: str
    due: str | None
    starts: str | None
    minutes: int | None
    every: str | None
    status: str
    deal_id: int | None
    deal: str | None
    contact_id: int | None
    contact: str | None
    outcome: str | None
    created_at: int
    ended_at: int | None


class Stage(Record):
    """A stage of a process."""

    id: int
    key: str
    position: int
    name_en: str
    name_de: str
    phase: str
    kind: str
    probability: int
    rot_days: int | None
    guidance_en: str
    guidance_de: str

    @property
    def name(self) -> str:
        """Its name in the language spoken now."""
        return pick(self.name_en, self.name_de)


class Process(Record):
    """A process with its counts."""

    id: int
    key: str
    name_en: str
    name_de: str
    description_en: str
    description_de: str
    builtin: bool
    withdrawal_days: int | None
    stages: int
    open_deals: int
    deals: int

    @property
    def name(self) -> str:
        """Its name in the language spoken now."""
        return pick(self.name_en, self.name_de)

    @property
    def description(self) -> str:
        """Its description in the language spoken now."""
        return pick(self.description_en, self.description_de)


class Event(Record):
    """Something that happened to a deal; what ``detail`` and ``extra`` are depends on ``what``."""

    at: int
    what: str
    stage_en: str | None
    stage_de: str | None
    detail: str | None
    extra: str | None
    amount: int | None
    currency: str | None
    provenance: str
    recorded_at: int


class Command(Record):
    """A command of the journal."""

    id: int
    at: int
    verb: str
    args: str
    kind: str
    state: str
    target: int | None
    changes: int
