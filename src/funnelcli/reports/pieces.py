"""What reports are put together from: columns, rows by slice, notes on money and history."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from funnelcli import config
from funnelcli.i18n import N_, _
from funnelcli.render.model import Column
from funnelcli.reports.model import Report
from funnelcli.reports.scope import SLICE_TITLES, Scope
from funnelcli.values import dates

Row = dict[str, Any]


def ratio(k: float | None, n: float | None) -> float | None:
    """k / n, None where there is nothing to divide by."""
    return k / n if n and k is not None else None


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded half away from zero; ``denominator`` > 0."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def share(key: str, title: str, k: str, n: str, **more: Any) -> Column:
    """A column with the share row[k] / row[n], shown as a fraction where n is small."""

    def shown(row: Row) -> str:
        return share_text(row.get(k), row.get(n))

    return Column(key, title, "share", shown=shown, **more)


def share_text(k: int | None, n: int | None) -> str:
    """How the share k / n reads: "3/7" below five cases, else in percent; empty for n = 0."""
    from funnelcli.render import human

    return human.share(k, n, config.get("locale")) if n and k is not None else ""


def money_text(minor: int, currency: str) -> str:
    """An amount as the user's locale writes it."""
    from funnelcli.values.money import format_money

    return format_money(minor, currency, config.get("locale"))


def number_text(value: float) -> str:
    """A number with at most one decimal as the user's locale writes it."""
    from funnelcli.render.human import number

    return number(value, config.get("locale"))


def report(scope: Scope, name: str, title: str, **parts: Any) -> Report:
    """A report of this scope, with what all have in common filled in."""
    made = Report(
        name=name,
        title=title,
        period=scope.period.label if scope.period is not None else _("all time"),
        zone=dates.zone_name(),
        as_of=scope.as_of,
        **{"unit": "deals", **parts},
    )
    if scope.process:
        made.title = f"{title} · {scope.process}"
    if scope.filtered:
        made.notes.append(_("Filtered by what the deals are today."))
    if scope.as_of is not None:
        made.notes.append(
            _(
                "As it stood on {when} by the logs; titles, contacts, sources and products are"
                " today's, and a correction entered since then is included where it was dated"
                " back."
            ).format(when=dates.local(scope.as_of).strftime("%Y-%m-%d %H:%M"))
        )
    if scope.by == "tag":
        made.notes.append(_("A deal with several tags counts under each of them."))
    currencies = {row["currency"] for row in made.rows if row.get("currency")}
    note = currency_note(scope, currencies)
    if note:
        made.notes.append(note)
    return made


def currency_note(scope: Scope, currencies: Iterable[str]) -> str:
    """What to say about the currencies of a report's rows; a single one needs no rate."""
    found = set(currencies)
    others = sorted(found - {scope.base})
    if others and len(found) > 1:
        return _(
            "No exchange rate to {base} is stored for {currencies}: kept apart, not added up;"
            " `funnel exchange set` stores one."
        ).format(base=scope.base, currencies=", ".join(others))
    if scope.rates and not others:
        return _(
            "Amounts in {currencies} are converted to {base} with the stored rate of the day,"
            " closed deals with that of their close."
        ).format(base=scope.base, currencies=", ".join(scope.rates))
    return ""


def blank_currency(conn: sqlite3.Connection, scope: Scope) -> str:
    """The currency in which a report of nothing reads: the only one that deals have, where it is
    not converted, else the base. A period without deals then compares with one that has some."""
    found = [currency for (currency,) in conn.execute("SELECT DISTINCT currency FROM deal LIMIT 2")]
    return found[0] if len(found) == 1 and found[0] not in scope.rates else scope.base


def usual_currency(scope: Scope, currencies: Iterable[str]) -> str:
    """The currency in which a row of nothing reads: the only one that there is, else the base."""
    found = set(currencies)
    return found.pop() if len(found) == 1 else scope.base


def without_deal(scope: Scope) -> list[str]:
    """What to say was left out where only what belongs to a deal counts."""
    return [] if scope.strays else [_("What belongs to no deal.")]


# Slices -----------------------------------------------------------------------------------------


def slice_columns(scope: Scope) -> tuple[Column, ...]:
    """The column of the slice, where there is one."""
    if scope.by is None:
        return ()
    return (
        Column(
            "slice",
            SLICE_TITLES[scope.by],
            flex=True,
            shown=lambda row: slice_text(scope, row),
        ),
    )


def slice_text(scope: Scope, row: Row) -> str:
    """What a person calls the slice of a row; a total is of none."""
    if "slice" not in row:
        return ""
    found = row["slice"]
    return _("(none)") if found is None else scope.slice_names.get(found, str(found))


def in_order(
    conn: sqlite3.Connection, scope: Scope, keys: Iterable[Any]
) -> list[tuple[Any, str | None]]:
    """Slices as queries tell them, and what a person calls them: months in the order of time, the
    others by name, what belongs to none last; (None, None) where nothing is sliced."""
    if scope.by is None:
        return [(None, None)]
    name = _namer(conn, scope)
    named = [(key, name(key)) for key in set(keys)]

    def called(slice_: tuple[Any, Any]) -> str:
        return scope.slice_names.get(slice_[1], str(slice_[1]))

    if scope.by == "month":
        return sorted(named, key=lambda slice_: str(slice_[0] or ""))
    return sorted(
        named,
        key=lambda slice_: (slice_[1] is None, called(slice_).casefold(), str(slice_[0])),
    )


def _namer(conn: sqlite3.Connection, scope: Scope) -> Callable[[Any], Any]:
    if scope.by in ("contact", "organisation"):
        names = dict(conn.execute("SELECT id, name FROM contact"))
        return lambda key: None if key is None else names[key]
    if scope.by == "process":
        keys = dict(conn.execute("SELECT id, key FROM process"))
        return lambda key: None if key is None else keys[key]
    return lambda key: key


def by_slice(rows: Iterable[Sequence[Any]]) -> dict[Any, list[Sequence[Any]]]:
    """Rows by their first value, the slice."""
    groups: dict[Any, list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return groups


def grouped(
    conn: sqlite3.Connection, scope: Scope, rows: Iterable[Sequence[Any]]
) -> list[tuple[Any, str | None, list[Sequence[Any]]]]:
    """Rows by slice, in order: (its key, its name, its rows); one group without a slice, even for
    no rows."""
    groups = by_slice(rows)
    return [(key, name, groups.get(key, [])) for key, name in in_order(conn, scope, groups)]


def sliced(scope: Scope, key: Any, name: str | None, row: Row) -> Row:
    """A row with its slice, and the parameters of its cells."""
    cell = row.pop("_cell", {})
    head: Row = {} if scope.by is None else {"slice": name}
    return {**head, **row, "_cell": {"cell_slice": key, **cell}}


def keys_of(scope: Scope, *keys: str) -> tuple[str, ...]:
    """The keys that make a row, with the slice before them where there is one."""
    return (("slice",) if scope.by else ()) + keys


def add_up(
    columns: Sequence[Column], rows: Sequence[Row], *also: str, leave: Sequence[str] = ()
) -> Row:
    """A total: counts are added, amounts where all rows have one currency."""
    total: Row = {}
    currencies = {row.get("currency") for row in rows} - {None}
    for column in columns:
        if column.key in leave:
            continue
        if column.kind in ("int", "duration") or (column.kind == "money" and len(currencies) == 1):
            total[column.key] = sum(row.get(column.key) or 0 for row in rows)
    for key in also:
        total[key] = sum(row.get(key) or 0 for row in rows)
    if len(currencies) == 1:
        total["currency"] = currencies.pop()
    return total


LOST_NOT_COUNTED = N_("Duplicates ({n}) are in no rate.")


def stage_column() -> tuple[Column, Column]:
    """The key and the name of a stage."""
    return (
        Column("stage", "Key", drop=6),
        Column("name", "Stage", flex=True),
    )
