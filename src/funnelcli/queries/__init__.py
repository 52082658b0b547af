"""Reads: one ``.sql`` file a question, and this module that runs them.

Every query has named parameters; ``:now`` (UTC seconds) and ``:today`` (a plain date in the
user's zone) are always there. ``{where}``, ``{order}`` and ``{limit}`` stand in a list's query
where the filter language and the sort order go; both are made of whitelisted SQL and further
named parameters, never of user text. ``{about_deal}``, ``{awake}``, ``{call}``, ``{care_next}``,
``{customer}``, ``{effort_stage}``, ``{for_deal}``, ``{last_contact}``, ``{last_spoken}``,
``{last_talk}``, ``{mail_about_deal}``, ``{next_talk}``, ``{no_step}``, ``{offer_awake}``,
``{offer_status}``, ``{open_for_deal}``, ``{owed}``, ``{owed_since}``, ``{reachable}``,
``{rotten}``, ``{spoken}``, ``{step_awake}``, ``{takes_part}``, ``{unanswered}`` and
``{unknown_openings}`` are the rules of that name in :mod:`funnelcli.nouns.rules`, ``{counted}`` is
whoever counts for a contact c, ``{consents}`` the channels that one consented to.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cache

from funnelcli.i18n import pick
from funnelcli.nouns import rules
from funnelcli.nouns.record import Record
from funnelcli.patterns import regex
from funnelcli.typed import Any, TypeVar
from funnelcli.values import dates

Row = TypeVar("Row", bound=Record)
_PARAMETER = regex(r":([a-z_]+)")
_FOLDER = os.path.dirname(__file__)
_RULES = {
    "{about_deal}": rules.ABOUT_DEAL,
    "{awake}": rules.AWAKE,
    "{call}": rules.CALL,
    "{care_next}": rules.CARE_NEXT,
    "{consents}": rules.consents("c.id"),
    "{counted}": rules.counted_for("c.id"),
    "{customer}": rules.CUSTOMER,
    "{effort_stage}": rules.EFFORT_STAGE,
    "{for_deal}": rules.FOR_DEAL,
    "{last_contact}": rules.LAST_CONTACT,
    "{last_spoken}": rules.LAST_SPOKEN,
    "{last_talk}": rules.LAST_TALK,
    "{mail_about_deal}": rules.MAIL_ABOUT_DEAL,
    "{next_talk}": rules.NEXT_TALK,
    "{no_step}": rules.NO_STEP,
    "{open_for_deal}": rules.OPEN_FOR_DEAL,
    "{offer_awake}": rules.OFFER_AWAKE,
    "{offer_status}": rules.OFFER_STATUS,
    "{owed}": rules.OWED,
    "{owed_since}": rules.OWED_SINCE,
    "{reachable}": rules.REACHABLE,
    "{rotten}": rules.ROTTEN,
    "{spoken}": rules.SPOKEN,
    "{step_awake}": rules.STEP_AWAKE,
    "{takes_part}": rules.TAKES_PART,
    "{unanswered}": rules.UNANSWERED,
    "{unknown_openings}": rules.UNKNOWN_OPENINGS,
}


@cache
def sql(name: str) -> str:
    """The text of ``queries/<name>.sql`` with the rules put in."""
    with open(os.path.join(_FOLDER, f"{name}.sql"), encoding="utf-8") as file:
        text = file.read()
    return with_rules(text)


def with_rules(text: str) -> str:
    """``text`` with the rules of the pipeline put in where their names stand in braces."""
    for word, rule in _RULES.items():
        text = text.replace(word, rule)
    return text


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that every query has, and ``values``."""
    return {"now": dates.now(), "today": dates.today().isoformat(), **values}


def run(
    conn: sqlite3.Connection,
    name: str,
    row: type[Row],
    values: Mapping[str, Any] | None = None,
    *,
    where: str = "1",
    order: str = "",
    limit: int | None = None,
    parts: Mapping[str, str] | None = None,
) -> Iterator[Row]:
    """The rows of a query as ``row`` instances, read as they are asked for; ``parts`` are the SQL
    of what stands in braces in it.

    The columns of the query are those of ``row``, by name.
    """
    text = (
        sql(name)
        .replace("{where}", where)
        .replace("{order}", order)
        .replace("{limit}", "" if limit is None else f"LIMIT {limit:d}")
    )
    for part, filled in (parts or {}).items():
        text = text.replace(f"{{{part}}}", filled)
    return asked(conn, text, row, values)


def asked(
    conn: sqlite3.Connection,
    statement: str,
    row: type[Row],
    values: Mapping[str, Any] | None = None,
    *,
    whole: bool = True,
) -> Iterator[Row]:
    """The rows of a statement as ``row`` instances, read as they are asked for; unless they are
    ``whole``, with those of their columns that it has."""
    cursor = conn.execute(statement, given(values or {}))
    read = row.reader([column[0] for column in cursor.description], whole=whole)
    return map(read, cursor)


def one(
    conn: sqlite3.Connection, name: str, row: type[Row], values: Mapping[str, Any], **rest: Any
) -> Row | None:
    """The first row of a query, None when there is none."""
    return next(run(conn, name, row, values, **rest), None)


def catalogue_names(conn: sqlite3.Connection, kind: str) -> dict[str, str]:
    """The names of a catalogue's entries by key, those that are hidden too, in its own order."""
    rows = conn.execute(rules.CATALOGUE.format(kind))
    return {key: pick(en, de) for key, en, de in rows}


def all_names(conn: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The names in both languages of every stage, process and entry of a catalogue, by key; what
    has the key of another has its names as well."""
    found: dict[str, tuple[str, ...]] = {}
    for key, *names in conn.execute(
        "SELECT key, name_en, name_de FROM stage"
        " UNION ALL SELECT key, name_en, name_de FROM process"
        " UNION ALL SELECT key, name_en, name_de FROM catalogue"
    ):
        found[key] = (*found.get(key, ()), *names)
    return found


def has_rows(conn: sqlite3.Connection, table: str) -> bool:
    """Whether a table of the schema has any row."""
    return conn.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


def parameters_in(statement: str) -> set[str]:
    """The names of a statement's parameters."""
    return {*_PARAMETER.findall(statement)}
