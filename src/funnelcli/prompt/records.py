"""What the database knows that a word on the command line could name.

Every search is a range of an index and looks at a limited number of rows, so that a hundred
thousand deals take no longer than ten. Each function takes the connection, the word so far and
the :class:`funnelcli.prompt.matching.Asking` that asks, and gives (value, description).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from funnelcli import i18n
from funnelcli.i18n import _
from funnelcli.nouns.rules import BEFORE_DEALS, OFFERED, PROCESSES, TAKES_PART
from funnelcli.prompt._options import FILTERS
from funnelcli.prompt.matching import Asking, Offers, by_name
from funnelcli.text import END, name_fold, strip, tag_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

# What is shown at most: below the hundred at which bash asks before it lists.
MOST = 60
# How many records of an index's range are looked at to put the open ones first.
WINDOW = 600
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEARCHED = {"deal": "r.status", "contact": "''"}
# Deals that a verb can do nothing for are not offered.
_STATUS = {
    "next": ("open", "won"),
    "step add": ("open", "won"),
    "offer add": ("open",),
    "contract add": ("open", "won"),
    "advance": ("open", "won"),
    "back": ("open", "won"),
    "win": ("open",),
    "lose": ("open",),
    "snooze": ("open",),
    "withdraw": ("won",),
    "reopen": ("won", "lost"),
}
_DEALS = (
    "SELECT d.id, d.title, d.status, c.name, s.name_en, s.name_de FROM deal AS d"
    " JOIN stage AS s ON s.id = d.stage_id LEFT JOIN contact AS c ON c.id = d.contact_id"
)


def deals(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Deals by id, or by the beginning of their title or of their contact's name."""
    path = ask.line.path
    only = _STATUS.get(path) or _STATUS.get(path.rpartition(" ")[2], ("open", "won", "lost"))
    ids = _ids(conn, "deal", word)
    rows = [row for row in _window(conn, "deal", word) if row[0] not in ids and row[2] in only]
    few = [row[0] for row in _few(rows)]
    found = []
    shown = _rows(conn, _DEALS + " WHERE d.id IN ({marks})", [*ids, *few])
    titles = [name_fold(row[1]) for row in shown]
    for id_, title, status, contact, *stage in shown:
        state = i18n.pick(*stage) if status == "open" else _(status)
        if id_ in ids:
            if status in only:
                found.append((ids[id_], described(title, contact, state)))
        elif _begins(title, word):
            twice = titles.count(name_fold(title)) > 1 and contact
            name = f"{title} {contact}" if twice else title
            found.append((_name(name, id_), described(contact, state)))
    if word and not ids and len(found) < MOST:
        found += _deals_by_contact(conn, word, set(few), only)
    return found


def deals_or_contacts(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Deals, and contacts where there is room: "a deal, or else a contact"."""
    found = deals(conn, word, ask)
    if word and not word.isdecimal() and len(found) < MOST:
        found += contacts(conn, word, ask)
    return found


def deals_or_stages(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Deals, and the stages before any deal."""
    return deals(conn, word, ask) + first_stages(conn, word, ask)


def first_stages(conn: sqlite3.Connection, word: str, _ask: Asking) -> Offers:
    """The stages before any deal."""
    found = conn.execute(f"SELECT s.key, s.name_en, s.name_de FROM stage AS s WHERE {BEFORE_DEALS}")
    return by_name(found, word)


def _deals_by_contact(
    conn: sqlite3.Connection, word: str, seen: set[int], only: tuple[str, ...]
) -> Offers:
    """Deals as "contact title" and as "title contact", where the word goes on behind the first of
    the two or is the beginning of a contact's name. The words of both name a deal, and a shell
    completes only to what begins with what was typed."""
    begun = _window(conn, "contact", word)
    by_contact = "d.contact_id = ? AND d.search >= ? AND d.search < ?"
    by_title = "d.search >= ? AND d.search < ? AND c.search >= ? AND c.search < ?"
    searches: list[tuple[str, tuple[int | str, ...]]] = [
        (by_contact, (row[0], "", END)) for row in dict.fromkeys(begun[: MOST - 1] + begun[-1:])
    ]
    pieces = word.split()
    for i in range(1, len(pieces) + word[-1:].isspace()):
        first, second = name_fold(" ".join(pieces[:i])), name_fold(" ".join(pieces[i:]))
        whole = conn.execute(
            "SELECT id FROM contact WHERE search >= ? AND search < ? LIMIT ?",
            (first, first + " ", MOST),
        )
        searches += [(by_contact, (row[0], second, second + END)) for row in whole]
        searches.append((by_title, (first, first + " ", second, second + END)))
    found: Offers = []
    for where, values in searches:
        rows = conn.execute(
            f"{_DEALS} WHERE {where} ORDER BY d.status <> 'open', d.id DESC LIMIT {MOST}", values
        ).fetchall()
        for id_, title, status, name, *stage in rows:
            value = f"{title} {name}" if where == by_title else f"{name} {title}"
            if id_ not in seen and status in only and _begins(value, word):
                state = i18n.pick(*stage) if status == "open" else _(status)
                found.append((_name(value, id_), state))
    return found


def contacts(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Contacts by id or by the beginning of their name."""
    ids = _ids(conn, "contact", word)
    few = [row[0] for row in _few(_window(conn, "contact", word)) if row[0] not in ids]
    found = []
    for id_, name, organisation, town in _rows(
        conn,
        "SELECT c.id, c.name, o.name, c.town FROM contact AS c"
        " LEFT JOIN contact AS o ON o.id = c.organisation_id WHERE c.id IN ({marks})",
        [*ids, *few],
    ):
        if id_ in ids:
            found.append((ids[id_], described(name, organisation, town)))
        elif _begins(name, word):
            found.append((_name(name, id_), described(organisation, town)))
    return found


def people(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Who has a part in the deal on the line; all contacts where somebody is to be added, and where
    there is no deal."""
    line = ask.line
    named = line.args[:1] if line.path == "deal people" else line.given.get("--deal", [])[-1:]
    deal_id = _deal_id(conn, named[0]) if named and "add" not in line.args else None
    if deal_id is None:
        return contacts(conn, word, ask)
    ids = _ids(conn, "contact", word)
    rows = conn.execute(
        "SELECT q.id, q.name, coalesce(x.role, q.role) FROM deal AS d"
        f" JOIN contact AS q ON {TAKES_PART}"
        " LEFT JOIN deal_contact AS x ON x.deal_id = d.id AND x.contact_id = q.id"
        " WHERE d.id = ? ORDER BY x.id LIMIT ?",
        (deal_id, MOST),
    )
    wanted = name_fold(word)
    return [
        (
            ids.get(id_) or _name(name, id_),
            described(*[name] * (id_ in ids), _(role) if role else ""),
        )
        for id_, name, role in rows
        if id_ in ids or (name_fold(name).startswith(wanted) and _begins(name, word))
    ]


def titles(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Titles of deals, for a filter, which finds every deal that has one."""
    few = [row[0] for row in _few(_window(conn, "deal", word))]
    rows = _rows(conn, "SELECT d.id, d.title FROM deal AS d WHERE d.id IN ({marks})", few)
    return [(row[1], "") for row in rows if _begins(row[1], word) and _name(row[1], 0) != "0"]


def names(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Names of contacts, for a filter."""
    return [pair for pair in contacts(conn, word, ask) if not pair[0].isdigit()]


def steps(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Open steps, those due first, by what is to be done; any step by its id."""
    query = (
        "SELECT n.id, n.what, n.due, d.title, c.name FROM step AS n"
        " LEFT JOIN deal AS d ON d.id = n.deal_id LEFT JOIN contact AS c ON c.id = n.contact_id"
    )
    ids = _ids(conn, "step", word)
    if ids:
        return [
            (ids[row[0]], described(*row[1:]))
            for row in _rows(conn, query + " WHERE n.id IN ({marks})", list(ids))
        ]
    rows = conn.execute(
        query + " WHERE n.status = 'open' ORDER BY n.due LIMIT ?", (WINDOW,)
    ).fetchall()
    if not word:
        return [(str(row[0]), described(*row[1:])) for row in rows[:MOST]]
    wanted = name_fold(word)
    return [
        (_name(what, id_), described(*rest))
        for id_, what, *rest in rows
        if name_fold(what).startswith(wanted) and _begins(what, word)
    ]


def visits(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Visits by id, the latest first, or by the name of the contact."""
    query = (
        "SELECT v.id, v.happened_on, c.name, v.said FROM visit AS v"
        " LEFT JOIN contact AS c ON c.id = v.contact_id"
    )
    ids = _ids(conn, "visit", word)
    if word and not ids:
        rows = _rows(
            conn,
            "SELECT c.id, c.name, (SELECT max(v.happened_on) FROM visit AS v"
            " WHERE v.contact_id = c.id) AS latest FROM contact AS c"
            " WHERE c.id IN ({marks}) AND latest IS NOT NULL",
            [row[0] for row in _few(_window(conn, "contact", word))],
        )
        # The id of a contact names no visit.
        return [
            (name, latest)
            for _id, name, latest in rows
            if _begins(name, word) and _name(name, 0) != "0"
        ]
    if word:
        rows = _rows(conn, query + " WHERE v.id IN ({marks})", list(ids))
    else:
        rows = conn.execute(query + " ORDER BY v.id DESC LIMIT ?", (MOST,)).fetchall()
    return [(ids.get(row[0], str(row[0])), described(*row[1:])) for row in rows]


def labelled(table: str, label: str, conn: sqlite3.Connection, word: str) -> Offers:
    """Records by id, each with ``label``, SQL over r, a row of ``table``; without a word the
    latest."""
    query = f"SELECT r.id, {label} FROM {table} AS r"
    ids = _ids(conn, table, word)
    if word:
        rows = _rows(conn, query + " WHERE r.id IN ({marks})", list(ids))
    else:
        rows = conn.execute(query + " ORDER BY r.id DESC LIMIT ?", (MOST,)).fetchall()
    return [(ids.get(row[0], str(row[0])), described(row[1])) for row in rows]


def stages(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Stages: those that the verb can move the deal on the line to, those of the process on the
    line, else all."""
    line = ask.line
    verb = line.path.rpartition(" ")[2]
    where = "1"
    if verb in ("advance", "back", "reopen", "ask", "renew") and line.args:
        deal_id = _deal_id(conn, line.args[0])
        if deal_id is not None:
            sign = {"advance": "AND s.position > m.position", "back": "AND s.position < m.position"}
            where = (
                "EXISTS (SELECT 1 FROM deal AS d JOIN stage AS m ON m.id = d.stage_id WHERE"
                f" d.id = {deal_id:d} AND s.process_id = d.process_id {sign.get(verb, '')})"
            )
    elif verb in ("add", "show") or line.path == "field edit":
        name = line.args[0] if line.path == "show" and line.args else ""
        name = name or line.given.get("--process", [""])[-1]
        name = name or os.environ.get("FUNNEL_PROCESS") or ask.setting("process") or "cycle"
        process = _process_id(conn, name)
        where = f"s.process_id = {process:d}" if process is not None else "1"
    rows = conn.execute(
        f"SELECT s.key, s.name_en, s.name_de FROM stage AS s WHERE {where}"
        " ORDER BY s.process_id, s.position"
    )
    return by_name(rows, word)


def processes(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Processes by key or name."""
    return by_name(conn.execute(PROCESSES), word)


def entries(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Entries of the catalogue that stands before, hidden ones too, by key or name; but for those
    that were named already."""
    rows = conn.execute(
        "SELECT key, name_en, name_de FROM catalogue WHERE kind = ? ORDER BY position",
        ask.line.args[:1] or ("",),
    )
    return by_name((row for row in rows if row[0] not in ask.line.args[1:]), word)


def of_catalogue(kind: str) -> Callable[[sqlite3.Connection, str, Asking], Offers]:
    """What finds the entries that a catalogue offers, by key or name."""
    return lambda conn, word, _ask: by_name(conn.execute(OFFERED.format(kind)), word)


def tags(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """Tags in use, spelt as they are."""
    noun = ask.line.noun or ask.line.path.partition(" ")[0]
    if "tag" not in FILTERS.get(noun, {}):
        return []
    table = f"{noun}_tag"
    key = tag_key(word)
    # From one tag to the next in the index, however many records have each.
    rows = conn.execute(
        "WITH RECURSIVE t (search) AS ("
        f" SELECT min(search) FROM {table} WHERE search >= :low AND search < :high UNION ALL"
        f" SELECT (SELECT min(x.search) FROM {table} AS x"
        " WHERE x.search > t.search AND x.search < :high)"
        " FROM t WHERE t.search IS NOT NULL)"
        f" SELECT (SELECT tag FROM {table} AS x WHERE x.search = t.search LIMIT 1)"
        " FROM t WHERE t.search IS NOT NULL LIMIT :most",
        {"low": key, "high": key + END, "most": MOST},
    )
    return [(row[0], "") for row in rows if row[0].isprintable() and row[0][:1] not in "-:"]


def saved(conn: sqlite3.Connection, word: str, _ask: Asking) -> Offers:
    """Saved filters by name, with an "@" or without, and what they ask."""
    at = word[:1] if word[:1] == "@" else ""
    return [(at + name, described(text)) for name, text, _nouns in _saved(conn, word[len(at) :])]


def saved_for(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """The saved filters that the command's filter words can name."""
    return [
        (f"@{name}", described(text))
        for name, text, nouns in _saved(conn, word)
        if ask.line.noun in nouns.split()
    ]


def _saved(conn: sqlite3.Connection, word: str) -> list[tuple[str, str, str]]:
    low = word.lower()
    return conn.execute(
        "SELECT name, text, nouns FROM saved_filter WHERE name >= ? AND name < ?"
        " ORDER BY name LIMIT ?",
        (low, low + END, MOST),
    ).fetchall()


def users(conn: sqlite3.Connection, word: str, _ask: Asking) -> Offers:
    """The users of the database, by key or name."""
    return by_name(conn.execute("SELECT key, name, name FROM member ORDER BY key"), word)


KINDS: dict[str, Callable[[sqlite3.Connection, str, Asking], Offers]] = {
    "DEAL": deals,
    "DEAL_OR_CONTACT": deals_or_contacts,
    "DEAL_OR_STAGE": deals_or_stages,
    "FIRST_STAGE": first_stages,
    "DEALS": titles,
    "CONTACT": contacts,
    "PERSON": people,
    "CONTACTS": names,
    "STEP": steps,
    "VISIT": visits,
    "STAGE": stages,
    "PROCESS": processes,
    "REASON": of_catalogue("lost_reason"),
    "SOURCE": of_catalogue("source"),
    "OBJECTION_KIND": of_catalogue("objection"),
    "VISIT_TYPE": of_catalogue("visit_type"),
    "EFFORT_KIND": of_catalogue("effort_kind"),
    "UNIT": of_catalogue("unit"),
    "USER": users,
    "CATALOGUE_ENTRY": entries,
    "TAG": tags,
    "SAVED": saved,
    "SAVED_FOR": saved_for,
}


def _ids(conn: sqlite3.Connection, table: str, word: str) -> dict[int, str]:
    """Records whose short or public id begins with ``word``, and that id as it is written."""
    if not word[:1].isdecimal() or not (word.isascii() and word.isalnum()):
        return {}
    if word[0] == "0":
        # Short ids have no zero in front, public ids have for the next thousand years.
        low = word.upper()
        rows = conn.execute(
            f"SELECT id, public_id FROM {table} WHERE public_id >= ? AND public_id < ?"
            " ORDER BY public_id LIMIT ?",
            (low, low + "~", MOST),
        )
        return dict(rows.fetchall())
    if not word.isdecimal() or len(word) > 12:
        return {}
    found: list[int] = []
    for digits in range(7):
        low = int(word) * 10**digits
        rows = conn.execute(
            f"SELECT id FROM {table} WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (low, low + 10**digits, MOST - len(found)),
        )
        found += [row[0] for row in rows]
    return {id_: str(id_) for id_ in found}


def _window(conn: sqlite3.Connection, table: str, word: str) -> list[tuple[int, str, str]]:
    """(id, search key, status) of records that begin with ``word``, in that order; without a word
    the latest.

    Where there are more than the window holds, the very first and last of the range are among
    them nevertheless: a shell completes as far as all candidates agree, and those two agree
    exactly as far as all records do.
    """
    columns = f"r.id, r.search, {_SEARCHED[table]} FROM {table} AS r"
    low = name_fold(word) + (" " if word[-1:].isspace() else "")
    between = f"SELECT {columns} WHERE r.search >= ? AND r.search < ? ORDER BY r.search"
    if low:
        rows = conn.execute(f"{between} LIMIT ?", (low, low + END, WINDOW)).fetchall()
    elif word.strip():
        return []
    else:
        rows = conn.execute(f"SELECT {columns} ORDER BY r.id DESC LIMIT ?", (WINDOW,)).fetchall()
    if len(rows) == WINDOW:
        for direction in ("", " DESC"):
            end = conn.execute(f"{between}{direction} LIMIT 1", (low, low + END)).fetchone()
            if end not in rows:
                rows.append(end)
    return rows


def _few(rows: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """As many of the window as are shown: open ones first, and the first and last by name."""
    ordered = sorted(rows, key=lambda row: row[2] not in ("open", ""))
    if len(ordered) <= MOST:
        return ordered
    ends = [min(rows, key=lambda row: row[1]), max(rows, key=lambda row: row[1])]
    return list(dict.fromkeys(ordered[:MOST] + ends))


def _rows(conn: sqlite3.Connection, query: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The rows of a query over these ids, in their order."""
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    by_id = {row[0]: row for row in conn.execute(query.replace("{marks}", marks), ids)}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def _deal_id(conn: sqlite3.Connection, text: str) -> int | None:
    """The deal that an argument on the line names, if it names one."""
    if text.isdecimal():
        row = conn.execute("SELECT id FROM deal WHERE id = ?", (int(text[:18]),)).fetchone()
        return row[0] if row else None
    whole = name_fold(text)
    rows = conn.execute(
        "SELECT id FROM deal WHERE search >= ? AND search < ? LIMIT 2", (whole, whole + " ")
    ).fetchall()
    if len(rows) == 1:
        return int(rows[0][0])
    from funnelcli.db import functions
    from funnelcli.errors import FunnelError
    from funnelcli.nouns import naming
    from funnelcli.nouns.deal import DEAL

    functions.add(conn)
    try:
        return naming.resolve(conn, DEAL, text, write=False)
    except FunnelError:
        return None


def _process_id(conn: sqlite3.Connection, text: str) -> int | None:
    wanted = name_fold(text)
    rows = conn.execute("SELECT id, key, name_en, name_de FROM process ORDER BY id")
    return next((row[0] for row in rows if wanted in map(name_fold, row[1:])), None)


def _begins(name: str, word: str) -> bool:
    """Whether a name of the index's range begins with the word as it is written.

    The index folds "mue" to "mu", which "Muster" begins with as well.
    """
    written = strip(word)
    if name_fold(word) == written:
        return True
    spelt = name.casefold().translate(_UMLAUTS)
    return spelt.startswith(written) or strip(name).startswith(written)


def _name(text: str, id_: int) -> str:
    """A name as an argument; the id where the name would be read as something else."""
    fits = text.isprintable() and text == text.strip() and text[:1] not in "-:#"
    return text if fits and not text.isdecimal() else str(id_)


def described(*parts: str | None) -> str:
    """A description in one line, without what could move a terminal's cursor."""
    line = " · ".join(" ".join(part.split()) for part in parts if part)
    return "".join(c for c in line if c.isprintable())[:80]
