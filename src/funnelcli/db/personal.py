"""What the database holds of a person: which rows are theirs, which columns are words about them.

Both are read from the schema. A text column counts as personal unless :data:`FORMAL` names it, so
that a new one is erased until somebody has said that it tells nothing of a person.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from funnelcli.db import references, triggers
from funnelcli.patterns import re
from funnelcli.typed import Any

# Columns of text that say nothing of a person, or that figures are reckoned from.
FORMAL = {
    "answer": "questionnaire key question",
    "attachment": "digest media_type",
    "complaint": "raised_on resolved_on",
    "contact": "kind source industry region country",
    "contract": "signed_on starts_on ends_on notice cancel_by instruction_on",
    "correction": "what field",
    "criterion_tick": "key",
    "deal": "source kind product snoozed_until opened_on status currency expected_close won_on"
    " revocable_until closed_on lost_reason competitor withdrawal_from received_on"
    " withdrawal_sent_on",
    "deal_contact": "role",
    "deal_tag": "tag search",
    "effort": "happened_on currency kind",
    "farewell": "said_on",
    "field_value": "currency day",
    # Where the file of a note lies, and the fingerprint by which it is found there.
    "inbox_note": "folder hash day key dropped_on",
    "message": "direction happened_on",
    "milestone": "key due done_on",
    "note": "happened_on",
    "objection": "kind raised_on",
    "offer": "number status currency valid_until",
    "offer_line": "unit",
    "referral": "referred_on",
    "satisfaction": "kind scored_on",
    "saved_filter": "nouns",
    "stay": "how provenance",
    "step": "due status kind starts every every_from",
    "terms": "valid_on status currency expected_close reason provenance",
    "verdict": "verdict framework",
    "tray_note": "origin kind reason happened_on starts outcome due later_until",
    "visit": "happened_on starts type channel outcome goal_reached expenses_currency call_outcome"
    " call_list",
}
# Of the formal columns those that are typed freely: the person's name in the person's own rows is
# struck out of them.
FREE = {
    "contact": ("source",),
    "deal": ("source", "product"),
    "deal_contact": ("role",),
    "deal_tag": ("tag",),
    "offer": ("number",),
    "offer_line": ("unit",),
}
# What others, and records of others, are called and told apart by: it stays as it is, even if it is
# the name, number or address of who is forgotten.
OTHERS_OWN = {
    "business_answer": "key question",
    "contact": "name role job_title street postcode town salutation academic_title first_name"
    " last_name birthday language website",
    "contact_consent": "channel",
    "contact_email": "email",
    "contact_phone": "phone",
    "contact_tag": "tag",
    "contract": "number signed_by document",
    "milestone": "name",
    "overhead": "source",
    "product": "sku name unit",
    "saved_filter": "name",
    "step": "uid",
    "visit": "products_shown competitor",
}
_IDENTITY = ("external_origin", "external_id")
# Short texts that others' records are called by: a name in them stays where another contact has it.
TITLES = {"deal": ("title",), "step": ("what",)}
# Rows that are nothing but what is known of a person: they go whole.
WHOLE = frozenset(
    ("attachment", "contact_email", "contact_phone", "contact_tag", "contact_consent",
     "contact_former", "care_plan", "deal_former", "message")
)  # fmt: skip
# Rows of which the same holds where this column has the person.
WHOLE_OF = {"field_value": "contact_id"}
# The program's own words, and the seller's: they tell of no customer, and what has to be unique, or
# one of few words, in them stays so.
CATALOGUES = frozenset(
    ("catalogue", "exchange_rate", "field", "field_choice", "member", "milestone_template",
     "process", "product_price", "questionnaire", "questionnaire_question", "rate", "stage",
     "stage_exit", "stage_question", "target")
)  # fmt: skip
# What stands where something has to.
GONE = "…"
# Foreign keys that lead to records of others.
_OTHERS = frozenset((("contact", "organisation_id"), ("contact", "referred_by_id"),
                     ("deal", "previous_deal_id"), ("field_value", "person_id")))  # fmt: skip
# Rows that tie a contact to what is another's.
_OF_TWO = ("referral", "deal_contact")
# An answer has words or a score, a value something that it is.
_NEEDED = frozenset((("answer", "answer"), ("field_value", "text")))


def words(conn: sqlite3.Connection, table: str) -> dict[str, str | None]:
    """The personal columns of a table, with what stands in each when its words are erased."""
    formal = {*FORMAL.get(table, "").split(), "public_id"}
    return {
        name: GONE if needed or (table, name) in _NEEDED else None
        for _id, name, kind, needed, *_rest in conn.execute(f'PRAGMA table_info("{table}")')
        if kind == "TEXT" and name not in formal
    }


def goes_whole(table: str, row: Mapping[str, Any]) -> bool:
    """Whether a row, being a person's, is nothing but what is known of them."""
    return table in WHOLE or row.get(WHOLE_OF.get(table, "")) is not None


def texts(table: str, columns: Iterable[str]) -> list[str]:
    """Those of the personal columns of a table that are texts in a row of another, in which the
    person may be named."""
    own = {*OTHERS_OWN.get(table, "").split(), *_IDENTITY}
    return [name for name in columns if name not in own]


def keys(conn: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """By table its foreign keys to what a record is of: the column, and the table it leads to."""
    links: dict[str, list[tuple[str, str]]] = {table: [] for table in triggers.tables(conn)}
    for table, column, target in references.every(conn):
        if (table, column) not in _OTHERS:
            links[table].append((column, target))
    return links


def is_of(
    table: str,
    row: dict[str, Any],
    own: dict[str, set[int]],
    links: dict[str, list[tuple[str, str]]],
) -> bool:
    """Whether a row hangs on what is in ``own``, and not on another contact."""
    contacts = own["contact"]
    if table == "contact":
        return row["id"] in contacts
    if table not in _OF_TWO and row.get("contact_id") not in (None, *contacts):
        return False
    return any(row.get(column) in own.get(target, ()) for column, target in links.get(table, ()))


def rows_of(conn: sqlite3.Connection, contacts: Iterable[int]) -> dict[str, set[int]]:
    """The ids of the rows that are these contacts', by table: what refers to one of them, to one of
    their deals, or to what is theirs."""
    own: dict[str, set[int]] = {"contact": set(contacts)}
    links = keys(conn)

    # All tables by one statement, which a server answers in one journey.
    every = " UNION ALL ".join(
        f"SELECT '{table}', id FROM {table} WHERE {_hangs(table, columns, '{}')}"
        for table, columns in links.items()
        if table != "contact" and columns
    )
    while _grow(own, conn.execute(every, _ids(own, every))):
        pass
    return own


def add_former(conn: sqlite3.Connection, own: dict[str, set[int]]) -> None:
    """Add the rows that are theirs in the journal alone."""
    hang = " ".join(
        f"WHEN '{table}' THEN {_hangs(table, columns, 'json_extract(before, {!r})', '$.')}"
        for table, columns in keys(conn).items()
        if table != "contact" and columns
    )
    # All tables by one reading of the journal.
    former = (
        "SELECT table_name, row_id FROM journal WHERE before IS NOT NULL"
        f" AND CASE table_name {hang} END"
    )
    while _grow(own, conn.execute(former, _ids(own, former))):
        pass


def _hangs(table: str, columns: Sequence[tuple[str, str]], read: str, prefix: str = "") -> str:
    """What says in SQL whether a row of a table hangs on what is theirs, and not on another
    contact; ``read`` is how a column of it is read. The ids are values by the names of tables."""
    any_of = " OR ".join(
        f"{read.format(prefix + column)} IN (SELECT value FROM json_each(:{target}))"
        for column, target in columns
    )
    if table in _OF_TWO or all(column != "contact_id" for column, _target in columns):
        return f"({any_of})"
    contact = read.format(f"{prefix}contact_id")
    others = f"coalesce({contact} IN (SELECT value FROM json_each(:contact)), TRUE)"
    return f"(({any_of}) AND {others})"


def _ids(own: Mapping[str, Iterable[int]], sql: str) -> dict[str, str]:
    """The ids of what is theirs, for the tables that a statement asks for."""
    asked = re.findall(r":(\w+)", sql)
    return {table: json.dumps([*own.get(table, ())]) for table in asked}


def _grow(own: dict[str, set[int]], found: Iterable[tuple[str, int]]) -> bool:
    """Add rows, by their tables, to ``own``; whether some were new."""
    grown = False
    for table, row_id in found:
        ids = own.setdefault(table, set())
        grown = grown or row_id not in ids
        ids.add(row_id)
    return grown
