"""Lists of records: what can be filtered, what can be sorted by, and the lists themselves."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from funnelcli import config, queries
from funnelcli.filters import Field, Fields, parse, sort
from funnelcli.nouns import words
from funnelcli.nouns.rules import NO_STEP as NO_STEP
from funnelcli.nouns.rules import ROTTEN as ROTTEN
from funnelcli.queries import records

Row = TypeVar("Row")
Choices = Callable[[], Sequence[tuple[str, str, str]]]


def _fixed(table: Mapping[str, str]) -> Choices:
    return lambda: [(key, word, words.read(dict(table), key)) for key, word in table.items()]


def _stored(conn: sqlite3.Connection, query: str) -> Choices:
    return lambda: list(conn.execute(query))


def _catalogue(conn: sqlite3.Connection, kind: str) -> Choices:
    return _stored(
        conn,
        f"SELECT key, name_en, name_de FROM catalogue WHERE kind = '{kind}' ORDER BY position",
    )


# For the lists of other modules.
fixed, stored, catalogue = _fixed, _stored, _catalogue

DEAL_SORT = {
    "id": "d.id",
    "title": "d.search",
    "value": "d.value",
    "stage": "s.position",
    "close": "d.expected_close",
    "opened": "d.opened_at",
    "closed": "d.closed_at",
    "since": "d.stage_since",
    "due": "(SELECT min(n.due) FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open')",
    "contact": "c.search",
}


def deal_fields(conn: sqlite3.Connection) -> Fields:
    """What deals can be filtered by; aliases of tables as in ``deals.sql``."""
    return Fields(
        fields=[
            Field(
                "stage",
                "enum",
                "s.key",
                choices=_stored(
                    conn, "SELECT key, name_en, name_de FROM stage ORDER BY process_id, position"
                ),
            ),
            Field(
                "process",
                "enum",
                "p.key",
                choices=_stored(conn, "SELECT key, name_en, name_de FROM process ORDER BY id"),
            ),
            Field("phase", "enum", "s.phase", choices=_fixed(words.PHASE)),
            Field("status", "enum", "d.status", choices=_fixed(words.STATUS)),
            Field("kind", "enum", "d.kind", choices=_fixed(words.DEAL_KIND)),
            Field("source", "enum", "d.source", choices=_catalogue(conn, "source")),
            Field("reason", "enum", "d.lost_reason", choices=_catalogue(conn, "lost_reason")),
            Field("value", "money", "d.value", currency_sql="d.currency"),
            Field("probability", "percent", "coalesce(d.probability, s.probability)"),
            Field("close", "date", "d.expected_close"),
            Field("due", "date", DEAL_SORT["due"]),
            Field("opened", "instant", "d.opened_at"),
            Field("closed", "instant", "d.closed_at"),
            Field("won", "instant", "d.won_at"),
            Field("since", "instant", "d.stage_since"),
            Field("title", "text", "d.search", folded=True),
            Field("contact", "text", "c.search", folded=True),
            Field("organisation", "text", "o.search", folded=True),
            Field("product", "text", "d.product"),
            Field("competitor", "text", "d.competitor"),
            Field("currency", "text", "d.currency"),
            Field(
                "tag",
                "tag",
                "EXISTS (SELECT 1 FROM deal_tag AS t WHERE t.deal_id = d.id AND t.tag = {param})",
            ),
            Field("id", "int", "d.id"),
        ],
        flags={
            "open": "d.status = 'open'",
            "won": "d.status = 'won'",
            "lost": "d.status = 'lost'",
            "closed": "d.status <> 'open'",
            "snoozed": "d.snoozed_until > :today",
            "revocable": "d.status = 'won' AND d.revocable_until >= :today",
            "rotten": ROTTEN,
            "stepless": NO_STEP,
        },
        search=["d.search", "coalesce(c.search, '')", "coalesce(o.search, '')"],
    )


# What a filter on deals may ask beside the deal, by alias, each after what it needs.
_BESIDE = {
    "p": "JOIN process AS p ON p.id = d.process_id",
    "s": "JOIN stage AS s ON s.id = d.stage_id",
    "c": "LEFT JOIN contact AS c ON c.id = d.contact_id",
    "o": "LEFT JOIN contact AS o ON o.id = c.organisation_id",
}


def deal_ids(where: str) -> str:
    """The statement for the ids of the deals that pass a filter, to which more conditions can be
    added. A join that the filter does not ask for would be made for each of a million deals."""
    asked = {alias for alias in _BESIDE if re.search(rf"\b{alias}\.", where)}
    if "o" in asked:
        asked.add("c")
    joins = " ".join(join for alias, join in _BESIDE.items() if alias in asked)
    return f"SELECT d.id FROM deal AS d {joins} WHERE ({where})"


CONTACT_SORT = {
    "id": "c.id",
    "name": "c.search",
    "organisation": "o.search",
    "town": "c.town",
    "created": "c.created_at",
    "contacted": "(SELECT max(v.happened_at) FROM visit AS v WHERE v.contact_id = c.id"
    " AND v.outcome IN ('met', 'phone_instead'))",
}


def contact_fields(conn: sqlite3.Connection) -> Fields:
    """What contacts can be filtered by; aliases of tables as in ``contacts.sql``."""
    deals = "EXISTS (SELECT 1 FROM deal AS d WHERE d.contact_id = c.id AND d.status = '{}')"
    return Fields(
        fields=[
            Field("kind", "enum", "c.kind", choices=_fixed(words.CONTACT_KIND)),
            Field("role", "enum", "c.role", choices=_fixed(words.ROLE)),
            Field("source", "enum", "c.source", choices=_catalogue(conn, "source")),
            Field("name", "text", "c.search", folded=True),
            Field("organisation", "text", "o.search", folded=True),
            Field("town", "text", "c.town"),
            Field("postcode", "text", "c.postcode"),
            Field("country", "text", "c.country"),
            Field(
                "email",
                "text",
                "(SELECT group_concat(e.email) FROM contact_email AS e WHERE e.contact_id = c.id)",
            ),
            Field(
                "phone",
                "text",
                "(SELECT group_concat(e.phone) FROM contact_phone AS e WHERE e.contact_id = c.id)",
            ),
            Field("created", "instant", "c.created_at"),
            Field("contacted", "instant", CONTACT_SORT["contacted"]),
            Field(
                "tag",
                "tag",
                "EXISTS (SELECT 1 FROM contact_tag AS t WHERE t.contact_id = c.id"
                " AND t.tag = {param})",
            ),
            Field("id", "int", "c.id"),
        ],
        flags={
            "customer": deals.format("won"),
            "open": deals.format("open"),
            "blocked": "c.do_not_contact = 1",
        },
        search=[
            "c.search",
            "coalesce(o.search, '')",
            "coalesce((SELECT group_concat(e.email, ' ') FROM contact_email AS e"
            " WHERE e.contact_id = c.id), '')",
        ],
    )


VISIT_SORT = {"id": "v.id", "date": "v.happened_at", "contact": "c.search", "minutes": "v.minutes"}


def visit_fields(conn: sqlite3.Connection) -> Fields:
    """What visits can be filtered by; aliases of tables as in ``visits.sql``."""
    return Fields(
        fields=[
            Field("date", "date", "v.happened_on"),
            Field("type", "enum", "v.type", choices=_fixed(words.VISIT_TYPE)),
            Field("channel", "enum", "v.channel", choices=_fixed(words.CHANNEL)),
            Field("outcome", "enum", "v.outcome", choices=_fixed(words.OUTCOME)),
            Field("call", "enum", "v.call_outcome", choices=_fixed(words.CALL_OUTCOME)),
            Field(
                "stage",
                "enum",
                "s.key",
                choices=_stored(
                    conn, "SELECT key, name_en, name_de FROM stage ORDER BY process_id, position"
                ),
            ),
            Field("contact", "text", "c.search", folded=True),
            Field("deal", "text", "d.search", folded=True),
            Field("mood", "int", "v.mood"),
            Field("minutes", "int", "v.minutes"),
            Field("id", "int", "v.id"),
        ],
        flags={"late": "v.late = 1", "attempt": "v.outcome IN ('not_met', 'declined')"},
        search=[
            "coalesce(c.search, '')",
            "coalesce(d.search, '')",
            "lower(coalesce(v.said, ''))",
            "lower(coalesce(v.agreed, ''))",
        ],
    )


STEP_SORT = {"id": "n.id", "due": "n.due", "created": "n.created_at", "deal": "d.search"}


def step_fields(_conn: sqlite3.Connection) -> Fields:
    """What next steps can be filtered by; aliases of tables as in ``steps.sql``."""
    return Fields(
        fields=[
            Field("due", "date", "n.due"),
            Field("kind", "enum", "n.kind", choices=_fixed(words.STEP_KIND)),
            Field("status", "enum", "n.status", choices=_fixed(words.STEP_STATUS)),
            Field("deal", "text", "d.search", folded=True),
            Field("contact", "text", "c.search", folded=True),
            Field("ended", "instant", "n.ended_at"),
            Field("id", "int", "n.id"),
        ],
        flags={
            "open": "n.status = 'open'",
            "done": "n.status = 'done'",
            "overdue": "n.status = 'open' AND n.due < :today",
        },
        search=["n.search", "coalesce(d.search, '')", "coalesce(c.search, '')"],
    )


def listed(
    conn: sqlite3.Connection,
    query: str,
    row: type[Row],
    fields: Fields,
    filters: Sequence[str],
    order: str,
    limit: int | None,
) -> Iterator[Row]:
    """The rows of a list's query that pass the filter words, in the order given in SQL.

    Raises Usage for a word that is no filter of ``fields``.
    """
    chosen = parse(filters, fields, currency=config.get("currency"), locale=config.get("locale"))
    where, values = chosen.sql()
    return queries.run(conn, query, row, values, where=where, order=order, limit=limit)


def deals(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[records.Deal]:
    """Deals that pass the filter words, the newest first unless ``order`` says otherwise."""
    by = sort(order, DEAL_SORT) + ", d.id" if order else "d.id DESC"
    return listed(conn, "deals", records.Deal, deal_fields(conn), filters, by, limit)


def deal(conn: sqlite3.Connection, deal_id: int) -> records.Deal:
    """One deal that exists."""
    return next(
        queries.run(conn, "deals", records.Deal, {"id": deal_id}, where="d.id = :id", order="d.id")
    )


def contacts(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[records.Contact]:
    """Contacts that pass the filter words, by name unless ``order`` says otherwise."""
    by = sort(order, CONTACT_SORT) + ", c.id" if order else "c.search, c.id"
    return listed(conn, "contacts", records.Contact, contact_fields(conn), filters, by, limit)


def contact(conn: sqlite3.Connection, contact_id: int) -> records.Contact:
    """One contact that exists."""
    return next(
        queries.run(
            conn, "contacts", records.Contact, {"id": contact_id}, where="c.id = :id", order="c.id"
        )
    )


def visits(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[records.Visit]:
    """Visits that pass the filter words, the latest first unless ``order`` says otherwise."""
    by = sort(order, VISIT_SORT) + ", v.id" if order else "v.happened_at DESC, v.id DESC"
    return listed(conn, "visits", records.Visit, visit_fields(conn), filters, by, limit)


def visit(conn: sqlite3.Connection, visit_id: int) -> records.Visit:
    """One visit that exists."""
    return next(
        queries.run(
            conn, "visits", records.Visit, {"id": visit_id}, where="v.id = :id", order="v.id"
        )
    )


def steps(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[records.Step]:
    """Next steps that pass the filter words: open ones first, by due date."""
    by = "n.status <> 'open', n.due IS NULL, n.due, n.id"
    if order:
        by = sort(order, STEP_SORT) + ", n.id"
    return listed(conn, "steps", records.Step, step_fields(conn), filters, by, limit)


def open_steps(conn: sqlite3.Connection, deal_id: int) -> list[records.Step]:
    """What is still to be done for a deal, by due date."""
    return list(
        queries.run(
            conn,
            "steps",
            records.Step,
            {"id": deal_id},
            where="n.deal_id = :id AND n.status = 'open'",
            order="n.due IS NULL, n.due, n.id",
        )
    )


def step(conn: sqlite3.Connection, step_id: int) -> records.Step:
    """One step that exists."""
    return next(
        queries.run(conn, "steps", records.Step, {"id": step_id}, where="n.id = :id", order="n.id")
    )


def only(rows: Iterator[Any], limit: int | None) -> tuple[list[Any], bool]:
    """The rows of a list that was asked for one more than ``limit``, and whether it had more."""
    taken = list(rows)
    if limit is None or len(taken) <= limit:
        return taken, False
    return taken[:limit], True
