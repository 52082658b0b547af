"""What a report is asked about: which deals, which days, seen from which moment, sliced by what."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from zlib import crc32

from funnelcli import config
from funnelcli.db.rates import exchange_rates
from funnelcli.db.server import takes_tables
from funnelcli.errors import Usage
from funnelcli.i18n import _, pick
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import chosen
from funnelcli.plain import NamedTuple, Plain, made
from funnelcli.queries import processes
from funnelcli.queries.lists import ids
from funnelcli.reports.named_rows import read
from funnelcli.reports.own_slices import OwnSlice, own_slices
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates
from funnelcli.values.dates import Period
from funnelcli.values.days import BACK

if TYPE_CHECKING:
    from funnelcli.queries.kept import Keeping


class Stage(NamedTuple):
    """A stage of a process; ``name`` in the language spoken, ``probability`` in percent."""

    id: int
    key: str
    name: str
    position: int
    phase: str
    kind: str
    probability: int
    process_id: int


class Scope(Plain):
    """The question of a report.

    ``now`` is the moment it is seen from (UTC seconds), ``today`` that moment's day. ``period``
    is None for all time. ``where`` is a condition on ``deal AS d`` with the parameters
    ``values``.
    """

    now: int
    today: str
    base: str
    locale: str
    stages: list[Stage]
    process_id: int | None = None
    process: str = ""
    process_key: str | None = None
    period: Period | None = None
    as_of: int | None = None
    where: str = "1"
    values: dict[str, Any] = made(factory=dict)
    passing: str = ""
    """The ids of the deals that pass the filter, as a statement; empty where there is none."""
    strays: bool = True
    """Whether what belongs to no deal counts: no filter can ask it anything."""
    by: tuple[str, ...] = ()
    """What it is sliced by, the first before the second."""
    slice_names: dict[str, dict[str, str]] = made(factory=dict)
    """What slices are called where their keys are no words of a person, by what slices them."""
    own: Mapping[str, OwnSlice] = made(factory=dict)
    """Those of ``by`` that are fields of one's own."""
    rates: Mapping[str, Sequence[tuple[str, int]]] = made(factory=dict)
    """The currencies that have an exchange rate to ``base``: (valid from, rate times 10^8)."""
    effort: dict[str, list[tuple[str, int, str]]] = made(factory=dict)
    """What an hour and a kilometre cost: (valid from, minor units, their currency)."""
    estimated: bool = False
    """Whether there are deals whose opening nobody has said."""
    rule: str = "reached"
    cohort: bool = False
    """Count by the day of creation instead of the day of closing."""
    backtest: bool = False
    per_deal: bool = False
    due: Period | None = None
    since: str | None = None
    """The day whose forecast stands beside this one's; its month is shown as well."""
    parts: Sequence[sqlite3.Connection] = ()
    """Connections to ask in parts, as :mod:`funnelcli.reports.parallel` opens them."""
    answers: dict[Any, list[Any]] = made(factory=dict)
    """What the one state of the database that a report sees has answered already."""
    keeping: Keeping | None = None
    """What is kept of a large database, as :mod:`funnelcli.queries.kept` has it."""

    @property
    def filtered(self) -> bool:
        """Whether some deals may not count."""
        return bool(self.passing)

    @property
    def overlaps(self) -> bool:
        """Whether a deal may be in several slices, and counts in each."""
        return "tag" in self.by or any(one.several for one in self.own.values())

    @property
    def inside(self) -> list[Stage]:
        """The stages that are steps of the funnel, in their order."""
        return [stage for stage in self.stages if stage.kind != "outside"]

    @property
    def parameters(self) -> dict[str, Any]:
        """The named parameters that every query of a report gets."""
        start, end = ("0000-01-01", "9999-12-31")
        start_at, end_at = (-(1 << 60), 1 << 60)
        if self.period is not None:
            start, end = self.period.start.isoformat(), self.period.end.isoformat()
            start_at, end_at = self.period.instants
        return {
            "now": self.now,
            "today": self.today,
            "base": self.base,
            "start": start,
            "end": end,
            "start_at": start_at,
            "end_at": end_at,
            "process_id": self.process_id,
            "cohort": int(self.cohort),
            "per_deal": int(self.per_deal),
            "filtered": int(not self.strays),
            "all_time": int(self.period is None),
            "any_due": int(self.due is None),
            "due_start": self.due.start.isoformat() if self.due else "",
            "due_end": self.due.end.isoformat() if self.due else "",
            "rate_day": self.rate_day,
            "from_day": self.won_from,
            "to_day": end,
            **self.values,
        }

    @property
    def rate_day(self) -> str:
        """The day whose exchange rate counts for all of the period: its last one, or today."""
        if self.period is None:
            return self.today
        return min((self.period.end - timedelta(days=1)).isoformat(), self.today)

    @property
    def won_from(self) -> str:
        """The first day whose wins a forecast shows: without a period that of the month."""
        if self.period is not None:
            return self.period.start.isoformat()
        return min(self.today, self.since or self.today)[:7] + "-01"

    def standing(self) -> Scope:
        """The same question about how things stand: at the moment asked about, else at the end of
        the period where that is over, else now. No period chooses among the deals."""
        at = ended(self.as_of, self.period)
        if at is None:
            return self._replace(period=None)
        today = dates.local_date(at).isoformat()
        return self._replace(period=None, as_of=at, now=at, today=today)

    def before(self) -> Scope:
        """The same question about the period before. Raises Usage where there is no period."""
        if self.period is None:
            raise Usage(
                _("Without a period there is none before it."),
                _("Say which: --period 2026-Q3, last-month, -90d."),
            )
        return self._replace(period=self.period.previous())


def make(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    process: str | None = None,
    period: Period | None = None,
    as_of: int | None = None,
    by: tuple[str, ...] = (),
    moment: int | None = None,
    **options: Any,
) -> Scope:
    """The scope of a report. ``process`` is a name or None for every process, ``moment`` what is
    now (UTC seconds), where several are seen from the same.

    Raises Usage for a filter that there is not, NotFound for a process.
    """
    process_id = None if process is None else naming.process_id(conn, process)
    found = chosen(conn, DEAL, filters)
    where, values = found.sql()
    passing = ""
    if not found.empty:
        # The filter asks what deals are now, whatever moment the report shows.
        passing = ids(DEAL, where).replace(":now", ":true_now").replace(":today", ":true_today")
        values |= {"true_now": dates.now(), "true_today": dates.today().isoformat()}
        kept = f"SELECT f.id FROM {passing_table(passing, values)} AS f"
        where = f"d.id IN ({kept if takes_tables(conn) else passing})"
    if process_id is not None:
        # The plus keeps SQLite from going through an index that names most of the deals.
        where = "+d.process_id = :process_id" + ("" if found.empty else f" AND {where}")
    now = as_of if as_of is not None else moment if moment is not None else dates.now()
    base = config.get("currency")
    effort: dict[str, list[tuple[str, int, str]]] = {"hour": [], "km": []}
    stored = conn.execute("SELECT kind, valid_from, amount, currency FROM rate ORDER BY valid_from")
    for row in read(stored):
        effort[row.kind].append((row.valid_from, row.amount, row.currency))
    process_key, process_name = _process(conn, process_id)
    own = own_slices(conn, by)
    return Scope(
        now=now,
        today=dates.local_date(now).isoformat(),
        base=base,
        locale=config.get("locale"),
        stages=stages(conn, process_id),
        process_id=process_id,
        process=process_name,
        process_key=process_key,
        period=period,
        as_of=as_of,
        where=where,
        values=values,
        passing=passing,
        strays=found.empty,
        by=by,
        slice_names={
            **{name: _slice_names(conn, name) for name in by},
            **{name: dict(one.names) for name, one in own.items()},
        },
        own=own,
        rates=exchange_rates(conn, base).steps,
        effort=effort,
        estimated=_any_estimated(conn),
        **options,
    )


def _any_estimated(conn: sqlite3.Connection) -> bool:
    found = conn.execute("SELECT 1 FROM terms WHERE provenance = 'estimated' LIMIT 1").fetchone()
    return found is not None


def passing_table(passing: str, values: dict[str, Any]) -> str:
    """What the temporary table of the deals that pass is called."""
    text = repr((passing, sorted(values.items())))
    return f"passing_{crc32(text.encode()):08x}"


def stages(conn: sqlite3.Connection, process_id: int | None) -> list[Stage]:
    """The stages of a process, or of all, in their order."""
    found = conn.execute(
        "SELECT id, key, name_en, name_de, position, phase, kind, probability, process_id"
        " FROM stage WHERE :id IS NULL OR process_id = :id ORDER BY process_id, position",
        {"id": process_id},
    )
    return [
        Stage(
            row.id,
            row.key,
            pick(row.name_en, row.name_de),
            row.position,
            row.phase,
            row.kind,
            row.probability,
            row.process_id,
        )
        for row in read(found)
    ]


def _slice_names(conn: sqlite3.Connection, by: str) -> dict[str, str]:
    if by == "decider":
        return {"known": _("known"), "unknown": _("unknown")}
    if by == "owner":
        return dict(conn.execute("SELECT key, name FROM member").fetchall())
    table = {"source": "catalogue WHERE kind = 'source'", "process": "process"}.get(by)
    if table is None:
        return {}
    rows = read(conn.execute(f"SELECT key, name_en, name_de FROM {table}"))
    return {row.key: pick(row.name_en, row.name_de) for row in rows}


def used(conn: sqlite3.Connection) -> list[str]:
    """The keys of the processes that have deals; without any deal that of the usual one."""
    return [process.key for process in processes.used(conn)] or [config.get("process")]


def _process(conn: sqlite3.Connection, process_id: int | None) -> tuple[str | None, str]:
    """The key and the name of a process; of none without an id."""
    if process_id is None:
        return None, ""
    found = processes.named(conn, process_id)
    return found.key, found.name


def ended(as_of: int | None, period: Period | None) -> int | None:
    """The moment of how things stand: the one asked about, else the last instant of a period that
    is over; None for now."""
    if as_of is not None or period is None or period.instants[1] > dates.now():
        return as_of
    return period.instants[1] - 1


def end_of_day(text: str) -> int | None:
    """The last instant of a past day, or the instant that a time names; None for today.

    Raises Usage for a day to come.
    """
    if dates.names_time(text):
        at = dates.parse_when(text)
    else:
        day = dates.parse_date(text, BACK)
        if day == dates.today():
            return None
        at = dates.day_start(day + timedelta(days=1)) - 1
    if at > dates.now():
        raise Usage(
            _("{day} has not come yet.").format(day=text), _("--as-of takes a day of the past.")
        )
    return at
