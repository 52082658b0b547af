"""How a report asks the database.

A query of ``queries/reports`` is one statement: a common table ``facts`` with a row for each deal
(or stay, or visit) that counts, and the figures that are made of it. What is in braces is filled
in here:

- ``{deal}``, ``{stay}``, ``{terms}``: the tables as they are, or as they were at that moment, of
  the deals that are asked about;
- ``{where}``: the filter on the deals ``d``;
- ``{stays}`` and ``{stays_where}``: the stays ``y``, joined with their deals and the slice where
  anything is asked of those; the latter goes before ``.stage_id``;
- ``{slice:DAY}``, ``{slice_join}``, ``{by}``: what the report is sliced by, and its place in
  GROUP BY; DAY is the date whose month counts;
- ``{visits}``: the visits ``v``, along their days where a period chooses among them;
- ``{cohort_stays}``: the stays ``y`` of the deals ``d`` opened in the period, with the slice;
- ``{stays_by_deal}``: the stays ``y`` alone, as an index has them that leads from deal to deal;
- ``{part:ID}``, ``{part_of_stages}`` and ``{part_of_stays}``: whether the deal with that id, the
  stage ``s`` or the stay ``y`` is in the part that is asked about, where a large database or a past
  moment is asked in parts;
- ``{money:VALUE|CURRENCY|DAY}``, ``{currency:CURRENCY|DAY}``: an amount in the base currency
  where a rate is stored for the day;
- ``{opening_known:ID}``: whether it is known when the deal with that id was opened;
- ``{hour:DAY}``, ``{hour_currency:DAY}``, ``{km:DAY}``, ``{km_currency:DAY}``: what an hour and a
  kilometre cost on a day, NULL where no rate holds;
- ``{shared:NAME}``: what stands in ``queries/reports/shared/NAME.sql``, what several queries have
  in common.

The deals behind a cell are the facts that fulfil the cell's condition, so they cannot differ from
the figure.

Of a past moment what can be added up is asked in two parts: of the deals that have not changed
since, by the statement of today, and of those that have, as they were then. Where an index that
does not know the deals counts all stays, what those that have changed count for today is taken off.
So it is where the answer of all deals is kept (:mod:`funnelcli.queries.kept`).
"""

from __future__ import annotations

import os
import sqlite3
from functools import cache

from funnelcli.db import temporary_tables
from funnelcli.db.aside import making
from funnelcli.db.server import takes_tables
from funnelcli.db.temporary_tables import WHOLE, Part
from funnelcli.encryption import taken
from funnelcli.nouns import rules
from funnelcli.nouns.rules import DECIDER_KNOWN, PEOPLE
from funnelcli.patterns import re, regex
from funnelcli.queries import as_of_tables, parameters_in, with_rules
from funnelcli.queries.sums import Rows, add_up, less
from funnelcli.reports import parallel
from funnelcli.reports.named_rows import columns_of, named
from funnelcli.reports.scope import Scope, passing_table
from funnelcli.typed import TYPE_CHECKING, Any, Literal
from funnelcli.values.exchange_sql import Rates, currency_of, exchanged, held

if TYPE_CHECKING:
    from funnelcli.queries import kept

# The expression of a slice (a date's month where {day} stands), and the join it needs. Aliases are
# those of the reports' queries.
_SLICES = {
    "product": ("d.product", ""),
    "source": ("d.source", ""),
    "contact": ("d.contact_id", ""),
    "organisation": (
        "CASE sc.kind WHEN 'organisation' THEN sc.id ELSE sc.organisation_id END",
        "LEFT JOIN contact AS sc ON sc.id = d.contact_id",
    ),
    "tag": ("sg.tag", "LEFT JOIN deal_tag AS sg ON sg.deal_id = d.id"),
    # What belongs to no deal has no people.
    "people": (f"CASE WHEN d.id IS NOT NULL THEN {PEOPLE} END", ""),
    "decider": (
        f"CASE WHEN d.id IS NOT NULL THEN iif({DECIDER_KNOWN}, 'known', 'unknown') END",
        "",
    ),
    "owner": ("(SELECT w.key FROM member AS w WHERE w.id = d.owner_id)", ""),
    "process": ("d.process_id", ""),
    "month": ("substr({day}, 1, 7)", ""),
}
_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "queries", "reports")
FIGURES = "-- figures"
# How the figures of a query that can be asked in parts are added up.
_ADDED_UP = regex(r"^-- figures: sums by (\d+) keys(?:, kept(?: up to now)?)?$", "m")
# A query that reads what deals were, beside their terms.
_LOOKS_BACK = regex(r"\{(deal|stay|stays|cohort_stays|stays_by_deal)\}")
# The table of deals in a filled statement that is asked of the past as a whole, by its alias.
_PAST_DEAL = regex(r"\{deal\} AS (\w+)(?: NOT INDEXED)?")

# Which deals a statement reads, and what of them: all as they are; of those that have changed since
# the moment asked about, what they are now or were then; the others; all as they were.
Seen = Literal["now", "changed", "then", "others", "past"]
_MOVED_BACK: list[tuple[Seen, int]] = [("changed", -1), ("then", 1)]


@cache
def text_of(name: str) -> str:
    """The text of ``queries/reports/<name>.sql`` with its parts put in."""
    with open(os.path.join(_FOLDER, f"{name}.sql"), encoding="utf-8") as file:
        text = file.read()
    text = with_rules(text)
    return re.sub(r"\{shared:(\w+)\}", lambda found: text_of(f"shared/{found[1]}").rstrip(), text)


def fill(
    scope: Scope, text: str, *, few: bool = False, parted: bool = False, seen: Seen = "now"
) -> str:
    """``text`` with what stands in braces filled in, to read the deals that are ``seen``; ``few``
    where few deals count, ``parted`` to ask in parts, with the parameters part, parts, first_id and
    behind_id."""

    along = seen == "now" and _tells_all(scope, text)

    def put(found: re.Match[str]) -> str:
        word, arguments = found[1], (found[2] or "").split("|")
        if word in ("deal", "stay", "terms"):
            return _table(scope, word, seen)
        if word == "where":
            return scope.where
        if word == "slice":
            found_by = [_slice(scope, by)[0].replace("{day}", arguments[0]) for by in scope.by]
            # Two make one key, which is read again by `slices`.
            return (
                f"json_array({', '.join(found_by)})"
                if found_by[1:]
                else "".join(found_by) or "NULL"
            )
        if word == "by":
            # A constant in GROUP BY would keep SQLite from grouping along an index.
            return "slice, " if scope.by else ""
        if word == "slice_join":
            return _slice_join(scope)
        if word == "part":
            return _in_part(scope, arguments[0], seen, parted=parted)
        # The indexes that tell of stays alone are by stage, and do not know the deal.
        if word == "part_of_stages":
            return "s.id % :parts = :part" if parted and along else "1"
        if word == "part_of_stays":
            return "1" if along else _in_part(scope, "y.deal_id", seen, parted=parted)
        if word == "stays":
            if not _alone(scope):
                return _joined(scope, seen, few=few)
            # SQLite would take an index that lacks a column.
            known = along or "{part_of_stages}" not in text
            return _stays(scope, seen, "" if known else " NOT INDEXED")
        if word == "stays_where":
            # The plus keeps SQLite from reading the stays of all deals stage by stage, unless an
            # index tells all that is asked.
            if _alone(scope):
                return "y" if along else "+y"
            return f"{scope.where} AND y.deal_id = d.id AND +y"
        if word == "visits":
            # Of all days an index would but lead from one visit to another all over the file.
            return "visit AS v" + ("" if scope.period else " NOT INDEXED")
        if word == "cohort_stays":
            return _joined(scope, seen, few=few or scope.period is not None)
        if word == "stays_by_deal":
            return _by_deal(scope, seen, few=few)
        if word == "opening_known":
            unknown = rules.UNKNOWN_OPENINGS
            return f"({arguments[0]} NOT IN ({unknown}))" if scope.estimated else "1"
        if word in ("hour", "km"):
            return held([step[:2] for step in scope.effort[word]], arguments[0])
        if word in ("hour_currency", "km_currency"):
            steps = scope.effort[word.partition("_")[0]]
            return held([(since, currency) for since, _amount, currency in steps], arguments[0])
        if word == "money":
            return exchanged(Rates(scope.base, scope.rates), *arguments)
        if word == "currency":
            return currency_of(Rates(scope.base, scope.rates), *arguments)
        raise AssertionError(word)

    filled = re.sub(r"\{(\w+)(?::([^{}]*))?\}", put, text)
    return _with_past_deals(scope, filled) if seen == "past" else filled


def _with_past_deals(scope: Scope, filled: str) -> str:
    """A statement that reads all deals as they were, of each what it names."""
    assert scope.as_of is not None
    words = as_of_tables.names(scope.as_of)

    def put(found: re.Match[str]) -> str:
        asked = {*re.findall(rf"\b{found[1]}\.(\w+)", filled)}
        columns = ", ".join(f"s.{name}" for name in as_of_tables.COLUMNS if name in asked)
        return f"{as_of_tables.DEAL.format(**words, columns=columns)} AS {found[1]}"

    return _PAST_DEAL.sub(put, filled)


def _in_part(scope: Scope, deal: str, seen: Seen, *, parted: bool) -> str:
    """Whether the deal with this id is in the part that is asked about. Deals, and stays along
    their index, are read from the first of the part to its last; what else there is of deals lies
    anywhere, and the plus keeps SQLite from looking for it deal by deal."""
    found = deal if deal in ("d.id", "y.deal_id") else f"+{deal}"
    parts = [f"{found} >= :first_id AND {found} < :behind_id"] if parted else []
    # Those that have changed are where `{stays}` and its like, and the deals as they were, come
    # from: asked once more, a server looks each of them up among all that it has found.
    told = (deal == "y.deal_id" and seen != "others") or (deal == "d.id" and seen == "then")
    if scope.as_of is not None and seen not in ("now", "past") and not told:
        changed = f"(SELECT h.id FROM {as_of_tables.names(scope.as_of)['changed']} AS h)"
        parts.append(f"+{deal} NOT IN {changed}" if seen == "others" else f"{found} IN {changed}")
    return " AND ".join(parts) or "1"


def _table(scope: Scope, table: str, seen: Seen) -> str:
    """A table of deals or their logs, as it is or as it was."""
    if scope.as_of is None or seen not in ("then", "past"):
        return table
    words = as_of_tables.names(scope.as_of)
    if table == "deal":
        return words["deal"] if seen == "then" else "{deal}"
    return {"stay": as_of_tables.STAY, "terms": as_of_tables.TERMS}[table].format(**words)


def _alone(scope: Scope) -> bool:
    """Whether nothing is asked of the deals, so that the stays alone tell."""
    return not (scope.by or scope.filtered)


def along_index(scope: Scope) -> bool:
    """Whether the stays can be counted along an index, which knows what they are today."""
    return _alone(scope) and scope.as_of is None


def _tells_all(scope: Scope, text: str) -> bool:
    """Whether an index of stays, which does not know the deals, tells all that a query asks."""
    return (
        "{part_of_stages}" in text
        and _alone(scope)
        and not (scope.estimated and "{opening_known:" in text)
    )


def _stays(scope: Scope, seen: Seen, hint: str) -> str:
    """The stays alone: all, as an index has them that knows what is asked for, or with a ``hint``
    as they lie in the file; or those of the deals that have changed."""
    return _by_deal(scope, seen, few=False) + ("" if seen in ("changed", "then") else hint)


def _by_deal(scope: Scope, seen: Seen, *, few: bool) -> str:
    """The stays alone, those of ``few`` deals or of deals that have changed by way of these."""
    stay = f"{_table(scope, 'stay', seen)} AS y"
    if scope.as_of is not None and seen in ("changed", "then"):
        found_by = as_of_tables.names(scope.as_of)["changed"]
    elif few:
        found_by = passing_table(scope.passing, scope.values)
    else:
        return stay
    return f"{found_by} AS g CROSS JOIN {stay} ON y.deal_id = g.id"


def _slice_join(scope: Scope) -> str:
    """What the slices need beside the deals."""
    return " ".join(filter(None, (_slice(scope, by)[1] for by in scope.by)))


def _slice(scope: Scope, by: str) -> tuple[str, str]:
    """The expression of a slice and its join."""
    own = scope.own.get(by)
    return _SLICES[by] if own is None else (own.expression, own.join)


# How much longer it takes to go from a deal to its stays, which lie anywhere in the file, than to
# read all stays as they lie there.
_SLOWER = 5


def _joined(scope: Scope, seen: Seen, *, few: bool) -> str:
    """Deals with their stays: from the deals to their stays where ``few`` deals count."""
    join = _slice_join(scope)
    stay = f"{_table(scope, 'stay', seen)} AS y"
    deal = f"{_table(scope, 'deal', seen)} AS d NOT INDEXED"
    if scope.as_of is not None and seen == "changed":
        changed = as_of_tables.names(scope.as_of)["changed"]
        return f"{changed} AS g CROSS JOIN {deal} ON d.id = g.id {join} CROSS JOIN {stay}"
    if few or seen == "then":
        return f"{deal} {join} CROSS JOIN {stay}"
    return f"{stay} CROSS JOIN {deal} {join}"


def ask(conn: sqlite3.Connection, scope: Scope, name: str, **values: Any) -> list[Any]:
    """The figures of a query, read whole: they are few, whatever they are made of. Each row's
    values are read by the names of the query's columns. What was asked already is not asked
    again."""
    text = text_of(name)
    given = {**scope.parameters, **values}
    statement = fill(scope, text)
    asked = (given.get(word) for word in sorted(parameters_in(statement)))
    question = (statement, scope.as_of, scope.rule, *asked)
    if question not in scope.answers:
        scope.answers[question] = _answer(conn, scope, text, given)
    return [*scope.answers[question]]


def _answer(conn: sqlite3.Connection, scope: Scope, text: str, given: dict[str, Any]) -> list[Any]:
    """The figures of the query ``text``, asked whole or in parts."""
    added_up = _ADDED_UP.search(text)
    keeping = scope.keeping
    asked = _of_all(scope, text, given) if keeping else None
    whole = keeping.answer(asked) if keeping and asked else None
    if whole is not None and scope.as_of is None:
        return list(named(*whole))
    # What is kept of all deals is moved back along those that have changed since the moment.
    signs = _signs(scope, text) if whole is None else _MOVED_BACK
    # A connection that has looked back at all deals need not have others look back at theirs.
    looked_back = scope.as_of is not None and as_of_tables.known(conn, scope.as_of)
    parts = () if added_up is None or looked_back or whole is not None else scope.parts
    (highest,) = conn.execute("SELECT max(id) FROM deal").fetchone() if parts else (0,)
    ranges = temporary_tables.parts(highest or 0, len(parts)) if parts else [WHOLE]
    columns: list[tuple[str, ...]] = []

    def of_part(conn: sqlite3.Connection, part: int) -> list[Rows]:
        few = prepare(conn, scope, text, ranges[part])
        first, behind = ranges[part]
        bounds = {"part": part, "parts": len(ranges), "first_id": first, "behind_id": behind}
        answers = []
        for seen, sign in signs:
            statement = fill(scope, text, few=few, parted=bool(parts), seen=seen)
            cursor = conn.execute(statement, given | bounds if parts else given)
            columns.append(columns_of(cursor))
            rows = cursor.fetchall()
            answers.append(rows if sign > 0 else less(rows, keys))
        return answers

    keys = int(added_up[1]) if added_up else 0
    found = parallel.ask(parts, of_part) if parts else [of_part(conn, 0)]
    answers = [rows for part in found for rows in part]
    if whole is not None:
        answers.append(whole.rows)
    added = answers[0] if len(answers) == 1 else add_up(answers, keys)
    if signs[1:] and min(sign for _seen, sign in signs) < 0:
        added = [row for row in added if any(row[keys:])]
    if keeping and asked and scope.as_of is None:
        from funnelcli.queries.kept import Answer

        keeping.remember(asked, Answer(columns[0], added))
    return list(named(columns[0], added))


def _of_all(scope: Scope, text: str, given: dict[str, Any]) -> kept.Asked | None:
    """What a query asks of all deals as they are, where the answer is kept, and leads to the one of
    the moment asked about; else None."""
    from funnelcli.queries import kept

    kind = kept.kind_of(text)
    if kind is None or scope.filtered:
        return None
    leads_back = _LOOKS_BACK.search(text) and not (kind.by_customer or kind.up_to_now)
    if scope.as_of is not None and not leads_back:
        return None
    return kept.Asked.of(kind, fill(scope, text), given)


def _signs(scope: Scope, text: str) -> list[tuple[Seen, int]]:
    """Which deals a query is asked about, and whether that is added or taken off."""
    if scope.as_of is None:
        return [("now", 1)]
    if not (_ADDED_UP.search(text) and _LOOKS_BACK.search(text)):
        return [("past", 1)]
    if _tells_all(scope, text):
        return [("now", 1), *_MOVED_BACK]
    return [("others", 1), ("then", 1)]


def prepare(conn: sqlite3.Connection, scope: Scope, text: str, part: Part = WHOLE) -> bool:
    """Make the temporary tables that a query reads; whether few deals count in it, where that
    decides how their stays are read."""
    if scope.as_of is not None and _LOOKS_BACK.search(text):
        as_of_tables.look_back(conn, scope.as_of, part)
        if scope.rule == "strict":
            from funnelcli.reports import in_order

            in_order.work_out(conn, scope.as_of)
    # Where no table can be made, the filter stands in the query.
    if not scope.filtered or not takes_tables(conn):
        return False
    table = passing_table(scope.passing, scope.values)
    if not temporary_tables.there(conn, table):
        with making(conn):
            conn.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY)")
            mine = f"d.id >= {part[0]} AND d.id < {part[1]} ORDER BY d.id"
            conn.execute(f"INSERT INTO {table} {scope.passing} AND {mine}", scope.values)
    if not re.search(r"stays(_by_deal)?\}", text):
        return False
    (passed,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    (last,) = conn.execute("SELECT max(id) FROM deal").fetchone()
    deals = min(part[1], (last or 0) + 1) - max(part[0], 1)
    return bool(passed * _SLOWER < deals)


def deals_behind(
    conn: sqlite3.Connection, scope: Scope, name: str, condition: str, values: dict[str, Any]
) -> list[int]:
    """The ids of the deals whose facts in the query ``name`` fulfil ``condition``."""
    text = text_of(name)
    few = prepare(conn, scope, text)
    facts, _mark, _rest = text.partition(FIGURES)
    signs = _signs(scope, text)
    ids: set[int] = set()
    for seen in ("others", "then") if signs[1:] else (signs[0][0],):
        rows = conn.execute(
            fill(scope, facts, few=few, seen=seen)
            + f"SELECT DISTINCT deal_id FROM facts WHERE deal_id IS NOT NULL AND ({condition})",
            {**scope.parameters, **values},
        )
        ids.update(deal_id for (deal_id,) in rows)
    return sorted(ids)


def sort_in_pieces(conn: sqlite3.Connection) -> None:
    """Let SQLite sort millions of rows in pieces that fit the processor's cache, as it does by
    itself: with everything in memory at once the same query takes half as long again. Of an
    encrypted database the pieces would be plain files, so that it is sorted in memory."""
    if not taken():
        conn.execute("PRAGMA temp_store = FILE")
