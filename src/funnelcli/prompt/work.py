"""What the database knows of the work on deals that a word could name: products, offers,
objections, contracts, milestones. See :mod:`funnelcli.prompt.records`, which these belong to."""

from __future__ import annotations

from collections.abc import Callable

from funnelcli import i18n
from funnelcli.prompt import _options as known
from funnelcli.prompt import fields
from funnelcli.prompt.matching import Asking, Offers
from funnelcli.prompt.records import MOST, described
from funnelcli.text import END, name_fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any


def products(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Articles by number, else by the beginning of their name."""
    found = _between(conn, "SELECT sku, name FROM product WHERE {}", "sku", word, word)
    if not found and word:
        found = _between(
            conn, "SELECT sku, name FROM product WHERE {}", "search", word, name_fold(word)
        )
    return found


def offers(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Offers by number, those first that the verb is for, the latest first."""
    verb = ask.line.path.rpartition(" ")[2]
    wanted = {
        "send": ("draft",),
        "line": ("draft",),
        "edit": ("draft",),
        "accept": ("sent",),
        "decline": ("sent",),
        "revise": ("sent", "declined"),
    }.get(verb)
    where = "1" if wanted is None else f"o.status IN ({', '.join('?' * len(wanted))})"
    rows = conn.execute(
        "SELECT o.number, d.title, o.status FROM offer AS o JOIN deal AS d ON d.id = o.deal_id"
        f" WHERE o.number >= ? AND o.number < ? AND {where} ORDER BY o.number DESC, o.version DESC"
        " LIMIT ?",
        (word, word + END, *(wanted or ()), MOST),
    )
    return [(number, f"{described(title)} · {status}") for number, title, status in rows]


def taken(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """The fields in which the records to be merged differ, each with the record that has a value
    of it, and that value."""
    table = ask.line.path.partition(" ")[0]
    title = "title" if table == "deal" else "name"
    rows: list[tuple[str, dict[str, Any]]] = []
    for arg in ask.line.args:
        cursor = conn.execute(
            f"SELECT * FROM {table} WHERE {title} = ? OR id = ? LIMIT 2",
            (arg, int(arg[:18]) if arg.isdecimal() else None),
        )
        names = [name for name, *_rest in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
        rows += [(arg, row) for row in found if len(found) == 1]
    offers: Offers = []
    for name in known.TAKEN[table]:
        bare = name.removesuffix("_id")
        column = "stage_id" if name == "stage" else name
        held = [(f"{bare}={arg}", row) for arg, row in rows if row[column] is not None]
        if len({row[column] for _arg, row in rows}) > 1:
            offers += [(text, _said(conn, column, row)) for text, row in held]
    ids = [(arg, row["id"]) for arg, row in rows]
    offers += [(f"{key}={arg}", name) for key, name, arg in fields.differing(conn, table, ids)]
    return [offer for offer in offers if offer[0].startswith(word)]


def _said(conn: sqlite3.Connection, column: str, of: dict[str, Any]) -> str:
    """A value of a column, or what it refers to."""
    value = of[column]
    if column == "stage_id":
        row = conn.execute("SELECT name_en, name_de FROM stage WHERE id = ?", (value,)).fetchone()
        return i18n.pick(*row)
    if column.endswith("_id"):
        (name,) = conn.execute("SELECT name FROM contact WHERE id = ?", (value,)).fetchone()
        return described(name)
    if column == "value":
        from funnelcli.values.moneyformat import typed

        return typed(value, of["currency"])
    return described(str(value))


def objections(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Objections by id, the open ones first, then the latest."""
    if word and not word.isdecimal():
        return []
    rows = conn.execute(
        "SELECT o.id, d.title, k.name_en, k.name_de, o.wording FROM objection AS o"
        " JOIN deal AS d ON d.id = o.deal_id"
        " LEFT JOIN catalogue AS k ON k.kind = 'objection' AND k.key = o.kind"
        " ORDER BY o.id DESC LIMIT 600"
    ).fetchall()
    return [
        (str(id_), described(title, i18n.pick(en or "", de or ""), wording))
        for id_, title, en, de, wording in rows
        if str(id_).startswith(word)
    ][:MOST]


def contracts(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Contracts by number."""
    rows = conn.execute(
        "SELECT k.number, d.title FROM contract AS k JOIN deal AS d ON d.id = k.deal_id"
        " WHERE k.number >= ? AND k.number < ? ORDER BY k.number LIMIT ?",
        (word, word + END, MOST),
    )
    return [(number, described(title)) for number, title in rows]


def milestones(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Milestones by id or the beginning of their name, the next due first."""
    clause = "m.id = ?" if word.isdecimal() else "m.search >= ? AND m.search < ?"
    low = name_fold(word)
    values = (int(word[:18]),) if word.isdecimal() else (low, low + END)
    open_only = "m.done_on IS NULL AND " if ask.line.path.endswith("done") else ""
    rows = conn.execute(
        "SELECT m.id, m.name, d.title FROM milestone AS m JOIN deal AS d ON d.id = m.deal_id"
        f" WHERE {open_only}{clause} ORDER BY m.due IS NULL, m.due, m.id LIMIT ?",
        (*values, MOST),
    )
    return [(str(id_), described(name, title)) for id_, name, title in rows]


def complaints(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Complaints by id, the latest first."""
    if word and not word.isdecimal():
        return []
    rows = conn.execute(
        "SELECT r.id, c.name, r.text FROM complaint AS r JOIN contact AS c ON c.id = r.contact_id"
        " WHERE r.resolved_on IS NULL ORDER BY r.id DESC LIMIT 600"
    ).fetchall()
    return [
        (str(id_), described(name, text)) for id_, name, text in rows if str(id_).startswith(word)
    ][:MOST]


def questionnaires(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Questionnaires by key."""
    rows = conn.execute(
        "SELECT key, name_en, name_de FROM questionnaire AS q WHERE key >= ? AND key < ?"
        " AND version = (SELECT max(version) FROM questionnaire WHERE key = q.key) ORDER BY id",
        (word, word + END),
    )
    return [(key, described(i18n.pick(en, de))) for key, en, de in rows]


def frameworks(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Questionnaires of the kind qualification by key."""
    rows = conn.execute("SELECT DISTINCT key FROM questionnaire WHERE kind = 'qualification'")
    known = {key for (key,) in rows}
    return [offer for offer in questionnaires(conn, word, ask) if offer[0] in known]


KINDS: dict[str, Callable[[sqlite3.Connection, str, Asking], Offers]] = {
    "PRODUCT": products,
    "OFFER": offers,
    "OBJECTION": objections,
    "CONTRACT": contracts,
    "MILESTONE": milestones,
    "TAKEN": taken,
    "COMPLAINT": complaints,
    "QUESTIONNAIRE": questionnaires,
    "FRAMEWORK": frameworks,
    "OWN_FIELD": fields.declared,
}


def _between(
    conn: sqlite3.Connection, query: str, column: str, word: str, low: str
) -> list[tuple[Any, ...]]:
    clause = f"{column} >= ? AND {column} < ? ORDER BY {column} LIMIT ?"
    return conn.execute(query.format(clause), (low, low + END, MOST)).fetchall()
