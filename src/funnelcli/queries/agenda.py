"""What has a day: next steps, milestones, deadlines, customers to be in touch with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from funnelcli import queries
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.dated import Entry as InCalendar
from funnelcli.nouns.dated import summary, uid_of
from funnelcli.nouns.members import belonging
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import PERHAPS_IN_PEACE, REACHABLE, STEP_AWAKE
from funnelcli.nouns.step import STEP, Step
from funnelcli.plain import NamedTuple
from funnelcli.queries.lists import in_memory, some
from funnelcli.typed import Any
from funnelcli.values import dates

BEGINNING = "0000-01-01"


class Source(NamedTuple):
    """A kind of entry: its word, how it reads (``{what}`` is what the record says), and the
    command that deals with it."""

    word: str
    text: str
    command: str


SOURCES = {
    "task": Source(N_("task"), "{what}", "funnel step done {id}"),
    "call": Source(N_("call"), "{what}", "funnel call id:{contact_id}"),
    "visit": Source(N_("visit"), "{what}", 'funnel log {contact_id} "…"'),
    "milestone": Source(N_("milestone"), "{what}", "funnel milestone done {id}"),
    "offer": Source(N_("offer"), N_("offer {what} runs out"), "funnel offer accept {id}"),
    "cancel_by": Source(
        N_("notice"), N_("last day to cancel the contract {what}"), "funnel contract show {id}"
    ),
    "contract_end": Source(
        N_("contract"), N_("the contract {what} ends"), "funnel deal renew {deal_id}"
    ),
    "withdrawal": Source(
        N_("withdrawal"), N_("the withdrawal period ends"), "funnel deal show {id}"
    ),
    "care": Source(N_("care"), N_("be in touch"), 'funnel log {contact_id} "…"'),
}


# The nouns of those kinds that are called otherwise.
_NOUNS = {
    "cancel_by": "contract",
    "contract_end": "contract",
    "withdrawal": "deal",
    "care": "contact",
}


def noun_of(kind: str) -> str:
    """Of what the records are that have an entry of this kind."""
    return "step" if kind in words.STEP_KIND else _NOUNS.get(kind, kind)


class Entry(Record):
    """A line of the agenda. ``kind`` is a key of SOURCES, ``id`` that of its record (a contact's
    for care), ``starts`` a time of day as HH:MM."""

    kind: str
    id: int
    public_id: str
    day: str
    starts: str | None
    minutes: int | None
    what: str
    deal_id: int | None
    deal: str | None
    contact_id: int | None
    contact: str | None
    phoneless: int

    @property
    def text(self) -> str:
        """What is to be done, in the language spoken now."""
        text = SOURCES[self.kind].text
        if text == "{what}":
            return self.what
        return " ".join(_(text).format(what=self.what).split())

    @property
    def is_step(self) -> bool:
        """Whether it is a next step."""
        return self.kind in words.STEP_KIND

    @property
    def in_calendar(self) -> InCalendar:
        """The entry that a calendar has of it; a step has one of its own."""
        key = "" if self.kind in ("milestone", "offer") else self.kind
        return InCalendar(
            uid_of(self.public_id, key),
            summary(self.text, self.deal, self.contact),
            self.day,
            done=False if self.kind == "milestone" else None,
            text=self.command,
        )

    @property
    def word(self) -> str:
        """What kind of thing it is, in the language spoken now."""
        return _(SOURCES[self.kind].word)

    @property
    def whom(self) -> str:
        """The contact it is for, else the deal."""
        return self.contact or self.deal or ""

    @property
    def command(self) -> str:
        """The command that deals with it."""
        return command_of(
            self.kind, self.id, self.contact_id, self.deal_id, phoneless=bool(self.phoneless)
        )


def command_of(
    kind: str,
    id_: int,
    contact_id: int | None,
    deal_id: int | None,
    *,
    phoneless: bool = False,
) -> str:
    """The command that deals with a record of a kind of SOURCES; nobody is called who has no
    number."""
    template = SOURCES[kind].command
    if (contact_id is None and "{contact_id}" in template) or (kind == "call" and phoneless):
        template = SOURCES["task"].command
    return template.format(id=id_, contact_id=contact_id, deal_id=deal_id)


class OnFile(NamedTuple):
    """Which kinds of work with a day there are at all."""

    offers: bool
    contracts: bool
    milestones: bool
    care: bool
    revocable: bool


def on_file(conn: sqlite3.Connection) -> OnFile:
    """Which kinds of work with a day there are at all; of milestones those to come."""
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM offer), EXISTS (SELECT 1 FROM contract),"
        " EXISTS (SELECT 1 FROM milestone WHERE done_on IS NULL AND due IS NOT NULL),"
        " EXISTS (SELECT 1 FROM care_plan),"
        " EXISTS (SELECT 1 FROM deal WHERE withdrawal_from IS NOT NULL)"
    ).fetchone()
    return OnFile(*map(bool, row))


def open_steps(
    conn: sqlite3.Connection, where: str, values: Mapping[str, Any], most: int | None = None
) -> list[Step]:
    """The open steps ``n`` of which ``where`` is true, by day and time, at most so many; those of
    deals that rest, and of people who are not to be contacted, are left in peace."""
    condition = f"n.status = 'open' AND {where} AND {STEP_AWAKE} AND {REACHABLE}"
    by = "n.due, n.starts IS NULL, n.starts, n.id"
    return in_memory(some(conn, STEP, values, where=condition, order=by, limit=most))


def count_open_steps(conn: sqlite3.Connection, where: str, values: Mapping[str, Any]) -> int:
    """How many those are: all along an index, without the few that are left in peace."""
    (found,) = conn.execute(
        f"SELECT (SELECT count(*) FROM step AS n WHERE n.status = 'open' AND {where})"
        " - (SELECT count(*) FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
        f" WHERE n.id IN ({PERHAPS_IN_PEACE}) AND +n.status = 'open' AND {where}"
        f" AND NOT ({STEP_AWAKE} AND {REACHABLE}))",
        {"today": dates.today().isoformat(), **values},
    ).fetchone()
    return int(found)


def without_phone(conn: sqlite3.Connection, steps: Iterable[Step]) -> set[int | None]:
    """The ids of those contacts of calls that are planned who have no number."""
    contacts = {step.contact_id for step in steps if step.kind == "call"}
    if not contacts:
        return set()
    found = conn.execute(
        "SELECT c.id FROM contact AS c WHERE c.id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM contact_phone AS f WHERE f.contact_id = c.id)",
        (str([contact for contact in contacts if contact is not None]),),
    )
    return {contact_id for (contact_id,) in found}


def phones(conn: sqlite3.Connection, contact_ids: Sequence[int]) -> dict[int, str]:
    """The first number of each of these contacts that has one."""
    rows = conn.execute(
        "SELECT f.contact_id, f.phone FROM contact_phone AS f"
        " WHERE f.contact_id IN (SELECT value FROM json_each(?)) ORDER BY f.position DESC",
        (str(list(contact_ids)),),
    )
    return dict(rows.fetchall())


def unreachable(
    conn: sqlite3.Connection, before: str, first: str = BEGINNING, *, owner: int | None = None
) -> int:
    """How many open steps, of one user or of all, due from ``first`` up to, not including,
    ``before`` (plain dates as ISO text) stand in no agenda, for they are for people who are not to
    be contacted."""
    (found,) = conn.execute(
        "SELECT count(*) FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
        f" WHERE n.id IN ({PERHAPS_IN_PEACE}) AND +n.status = 'open'"
        f" AND n.due >= :first AND n.due < :before AND NOT ({REACHABLE})"
        f"{belonging('n', owner)}",
        {
            "today": dates.today().isoformat(),
            "before": before,
            "first": first,
            "owner": owner,
        },
    ).fetchone()
    return int(found)


def entries(
    conn: sqlite3.Connection,
    first: date | None,
    after: date,
    most: int | None = None,
    owner: int | None = None,
) -> list[Entry]:
    """What has a day from ``first`` (None: ever) up to, not including, ``after``, in the order
    of time, at most so much, of one user or of all; on one day what has no time of day comes
    last."""
    bounds = {
        "first": BEGINNING if first is None else first.isoformat(),
        "after": after.isoformat(),
        "owner": owner,
    }
    return list(queries.run(conn, "agenda", Entry, bounds, limit=most))
