"""What a report is asked about: which deals, which days, seen from which moment, sliced by what."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple
from zlib import crc32

from funnelcli import config
from funnelcli.errors import Usage
from funnelcli.filters import parse
from funnelcli.i18n import N_, _, pick
from funnelcli.nouns import naming
from funnelcli.queries.lists import deal_fields, deal_ids
from funnelcli.values import dates
from funnelcli.values.currencies import exponent
from funnelcli.values.dates import Period

# What deals can be sliced by: the expression of the slice (a date's month where {day} stands),
# and the join it needs. Aliases are those of the reports' queries.
SLICES = {
    "product": ("d.product", ""),
    "source": ("d.source", ""),
    "contact": ("d.contact_id", ""),
    "organisation": (
        "CASE sc.kind WHEN 'organisation' THEN sc.id ELSE sc.organisation_id END",
        "LEFT JOIN contact AS sc ON sc.id = d.contact_id",
    ),
    "tag": ("sg.tag", "LEFT JOIN deal_tag AS sg ON sg.deal_id = d.id"),
    "process": ("d.process_id", ""),
    "month": ("substr({day}, 1, 7)", ""),
}
SLICE_TITLES = {
    "product": N_("Product"),
    "source": N_("Source"),
    "contact": N_("Contact"),
    "organisation": N_("Organisation"),
    "tag": N_("Tag"),
    "process": N_("Process"),
    "month": N_("Month"),
}


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


@dataclass(slots=True)
class Scope:
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
    period: Period | None = None
    as_of: int | None = None
    where: str = "1"
    values: dict[str, Any] = field(default_factory=dict)
    passing: str = ""
    """The ids of the deals that pass the filter, as a statement; empty where there is none."""
    strays: bool = True
    """Whether what belongs to no deal counts: no filter can ask it anything."""
    by: str | None = None
    slice_names: dict[str, str] = field(default_factory=dict)
    """What slices are called where their keys are no words of a person."""
    rates: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """The currencies that have an exchange rate to ``base``: (valid from, rate times 10^8)."""
    effort: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict)
    """What an hour and a kilometre cost: (valid from, minor units, their currency)."""
    rule: str = "reached"
    cohort: bool = False
    """Count by the day of creation instead of the day of closing."""
    backtest: bool = False
    per_deal: bool = False
    due: Period | None = None
    since: str | None = None
    """The day whose forecast stands beside this one's; its month is shown as well."""
    parts: Sequence[sqlite3.Connection] = ()
    """Connections to ask in parts, as :mod:`funnelcli.reports.parts` opens them."""

    @property
    def filtered(self) -> bool:
        """Whether some deals may not count."""
        return bool(self.passing)

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

    def before(self) -> Scope:
        """The same question about the period before. Raises Usage where there is no period."""
        if self.period is None:
            raise Usage(
                _("Without a period there is none before it."),
                _("Say which: --period 2026-Q3, last-month, -90d."),
            )
        return replace(self, period=self.period.previous())


def make(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    process: str | None = None,
    period: Period | None = None,
    as_of: int | None = None,
    by: str | None = None,
    **options: Any,
) -> Scope:
    """The scope of a report. ``process`` is a name or None for every process.

    Raises Usage for a filter or slice that there is not, NotFound for a process.
    """
    if by is not None and by not in SLICES:
        raise Usage(
            _("Reports cannot be sliced by {name}.").format(name=by),
            _("Write one of: {keys}.").format(keys=", ".join(SLICES)),
        )
    process_id = None if process is None else naming.process_id(conn, process)
    chosen = parse(
        filters, deal_fields(conn), currency=config.get("currency"), locale=config.get("locale")
    )
    where, values = chosen.sql()
    passing = ""
    if not chosen.empty:
        # The filter asks what deals are now, whatever moment the report shows.
        passing = deal_ids(where).replace(":now", ":true_now").replace(":today", ":true_today")
        values |= {"true_now": dates.now(), "true_today": dates.today().isoformat()}
        where = f"d.id IN (SELECT f.id FROM {passing_table(passing, values)} AS f)"
    if process_id is not None:
        # The plus keeps SQLite from going through an index that names most of the deals.
        where = "+d.process_id = :process_id" + ("" if chosen.empty else f" AND {where}")
    now = dates.now() if as_of is None else as_of
    base = config.get("currency")
    rates: dict[str, list[tuple[str, int]]] = {}
    for currency, since, rate in conn.execute(
        "SELECT currency, valid_from, rate FROM exchange_rate WHERE base = ? ORDER BY valid_from",
        (base,),
    ):
        rates.setdefault(currency, []).append((since, rate))
    effort: dict[str, list[tuple[str, int, str]]] = {"hour": [], "km": []}
    for kind, *step in conn.execute(
        "SELECT kind, valid_from, amount, currency FROM rate ORDER BY valid_from"
    ):
        effort[kind].append((step[0], step[1], step[2]))
    return Scope(
        now=now,
        today=dates.local_date(now).isoformat(),
        base=base,
        locale=config.get("locale"),
        stages=stages(conn, process_id),
        process_id=process_id,
        process=_process_name(conn, process_id),
        period=period,
        as_of=as_of,
        where=where,
        values=values,
        passing=passing,
        strays=chosen.empty,
        by=by,
        slice_names=_slice_names(conn, by),
        rates=rates,
        effort=effort,
        **options,
    )


def passing_table(passing: str, values: dict[str, Any]) -> str:
    """What the temporary table of the deals that pass is called."""
    text = repr((passing, sorted(values.items())))
    return f"passing_{crc32(text.encode()):08x}"


def stages(conn: sqlite3.Connection, process_id: int | None) -> list[Stage]:
    """The stages of a process, or of all, in their order."""
    rows = conn.execute(
        "SELECT id, key, name_en, name_de, position, phase, kind, probability, process_id"
        " FROM stage WHERE :id IS NULL OR process_id = :id ORDER BY process_id, position",
        {"id": process_id},
    )
    return [Stage(row[0], row[1], pick(row[2], row[3]), *row[4:]) for row in rows]


def _slice_names(conn: sqlite3.Connection, by: str | None) -> dict[str, str]:
    table = {"source": "catalogue WHERE kind = 'source'", "process": "process"}.get(by or "")
    if table is None:
        return {}
    rows = conn.execute(f"SELECT key, name_en, name_de FROM {table}")
    return {key: pick(en, de) for key, en, de in rows}


def others(conn: sqlite3.Connection) -> list[str]:
    """The keys of the processes that have deals, but for the one that reports of stages take."""
    used = naming.process_id(conn, config.get("process"))
    found = conn.execute(
        "SELECT key FROM process AS p WHERE id != ?"
        " AND EXISTS (SELECT 1 FROM deal WHERE process_id = p.id) ORDER BY id",
        (used,),
    )
    return [key for (key,) in found]


def _process_name(conn: sqlite3.Connection, process_id: int | None) -> str:
    if process_id is None:
        return ""
    row = conn.execute("SELECT name_en, name_de FROM process WHERE id = ?", (process_id,))
    return pick(*row.fetchone())


# More steps than this are looked up in the table, row by row, instead of being written out.
_WRITTEN_OUT = 50


def exchanged(scope: Scope, value: str, currency: str, day: str) -> str:
    """SQL for ``value`` (minor units of ``currency``) in the base currency, with the rate that
    held on ``day``; rounded half up, once. Where there is no rate the value stays as it is.

    A rate is in 10^-8 of the base's major unit, so value · rate / 10^8, and a power of ten for
    currencies with another number of decimals. The quotient is taken apart, so that no product
    leaves 64 bits.
    """
    if not scope.rates:
        return value
    cases = ""
    for other in scope.rates:
        shift = exponent(scope.base) - exponent(other)
        up, down = 10 ** max(shift, 0), 10 ** (8 + max(-shift, 0))
        rate = _rate_on(scope, other, day) + (f" * {up}" if up > 1 else "")
        rest = f"(({value} % {down}) * ({rate}) + {down // 2}) / {down}"
        product = f"({value} / {down}) * ({rate}) + {rest}"
        cases += f" WHEN '{other}' THEN coalesce({product}, {value})"
    return f"CASE {currency}{cases} ELSE {value} END"


def currency_of(scope: Scope, currency: str, day: str) -> str:
    """SQL for the currency that :func:`exchanged` gives."""
    if not scope.rates:
        return currency
    cases = "".join(
        f" WHEN '{other}' THEN CASE WHEN {day} >= '{steps[0][0]}' THEN :base ELSE '{other}' END"
        for other, steps in scope.rates.items()
    )
    return f"CASE {currency}{cases} ELSE {currency} END"


def _rate_on(scope: Scope, currency: str, day: str) -> str:
    """SQL for the rate of a currency on a day, NULL before its first."""
    steps = scope.rates[currency]
    if len(steps) > _WRITTEN_OUT:
        return (
            f"(SELECT xr.rate FROM exchange_rate AS xr WHERE xr.base = :base"
            f" AND xr.currency = '{currency}' AND xr.valid_from <= {day}"
            " ORDER BY xr.valid_from DESC LIMIT 1)"
        )
    return held(steps, day)


def held(steps: Sequence[tuple[str, int | str]], day: str) -> str:
    """SQL for what held on ``day`` of steps (valid from, value) in the order of time; NULL before
    the first. Values are numbers, or text that needs no quoting."""
    cases = "".join(
        f" WHEN {day} >= '{since}' THEN "
        + (f"'{value}'" if isinstance(value, str) else f"{value:d}")
        for since, value in reversed(steps)
    )
    return f"CASE{cases} END" if cases else "NULL"


def end_of_day(text: str) -> int | None:
    """The last instant of a past day, or the instant that a time names; None for today.

    Raises Usage for a day to come.
    """
    if ":" in text:
        at = dates.parse_when(text)
    else:
        day = dates.parse_date(text)
        if day == dates.today():
            return None
        at = dates.day_start(day + timedelta(days=1)) - 1
    if at > dates.now():
        raise Usage(
            _("{day} has not come yet.").format(day=text), _("--as-of takes a day of the past.")
        )
    return at
