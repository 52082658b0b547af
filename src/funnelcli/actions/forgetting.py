"""Erasing a person from the database: from every table, from the journal and its command lines.

What figures are reckoned from stays without a name: deals with their values and logs, visits,
steps and effort with their days. It is not journalled, so nothing brings the words back.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from typing import Any, NamedTuple

from funnelcli.db import personal, triggers
from funnelcli.db.journal import FORGETTING
from funnelcli.db.waiting import begin
from funnelcli.i18n import _
from funnelcli.nouns import keyed
from funnelcli.text import search_key
from funnelcli.values import dates, names


class Person(NamedTuple):
    """Whom is to be forgotten: the id of the contact, its public id and its name."""

    id: int
    public_id: str
    name: str


def removed(conn: sqlite3.Connection, text: str) -> Person | None:
    """A contact that is no longer on file but in the journal, by its id, public id or name."""
    found = conn.execute(
        "SELECT row_id, before FROM journal WHERE table_name = 'contact' AND op = 'delete'"
        " ORDER BY id DESC"
    )
    for row_id, before in found:
        row = json.loads(before)
        known = (str(row_id), row["public_id"])
        # One that is forgotten already too: what was cut off then is completed.
        if text in known or search_key(text) == search_key(row["name"]):
            return Person(row_id, row["public_id"], row["name"])
    return None


def by_public_id(conn: sqlite3.Connection, public_id: str) -> Person | None:
    """The contact with a public id, on file or in the journal."""
    row = conn.execute(
        "SELECT id, public_id, name FROM contact WHERE public_id = ?", (public_id,)
    ).fetchone()
    return Person(*row) if row else removed(conn, public_id)


def anonymous(contact_id: int) -> str:
    """What a contact is called that was forgotten."""
    return f"# {contact_id}"


def mentions(conn: sqlite3.Connection, person: Person) -> re.Pattern[str]:
    """What names a person in a text: the name in either order, addresses, numbers; the last name
    alone where nobody else on file has that word and it is no common one in the texts."""
    # Whoever is forgotten already has no name to look for.
    said = {person.name} - {anonymous(person.id)}
    parts = names.read(person.name)
    alone = ""
    if _kind(conn, person) == "person" and parts.last and parts.first:
        said |= {f"{parts.last}, {parts.first}", f"{parts.first} {parts.last}"}
        word = search_key(parts.last)
        taken = conn.execute(
            "SELECT 1 FROM contact WHERE id <> ? AND instr(search, ?) LIMIT 1", (person.id, word)
        ).fetchone()
        if len(parts.last) >= 4 and taken is None and not _common(conn, parts.last.lower()):
            alone = parts.last
    for table, column in (("contact_email", "email"), ("contact_phone", "phone")):
        said |= {
            text
            for (text,) in conn.execute(
                f"SELECT {column} FROM {table} WHERE contact_id = :id UNION"
                f" SELECT json_extract(before, '$.{column}') FROM journal"
                " WHERE table_name = :table AND json_extract(before, '$.contact_id') = :id",
                {"id": person.id, "table": table},
            )
        }
    forms = []
    for text in said:
        if re.fullmatch(r"\+?[\d\s/().-]{6,}", text):
            forms += _numbers(text)
        else:
            forms.append(rf"(?<!\w)(?i:{re.escape(text)})(?!\w)")
    key = search_key(person.name)
    if said and " " in key:
        forms.append(rf"(?<!\w)(?i:{re.escape(key)})(?!\w)")
    if alone:
        forms.append(rf"(?<!\w){re.escape(alone)}(?!\w)")
    return re.compile("|".join(sorted(forms, key=len, reverse=True)) or "(?!)")


def _kind(conn: sqlite3.Connection, person: Person) -> str:
    """Whether it is a person or an organisation, of a contact on file or removed."""
    row = conn.execute(
        "SELECT kind FROM contact WHERE id = :id UNION ALL SELECT json_extract(before, '$.kind')"
        " FROM journal WHERE table_name = 'contact' AND row_id = :id AND op = 'delete' LIMIT 1",
        {"id": person.id},
    ).fetchone()
    return str(row[0]) if row else ""


def _numbers(phone: str) -> list[str]:
    """The ways in which people write a phone number: with its country's code, or a nought."""
    between = r"[\s/().-]*"
    digits = re.sub(r"\D", "", phone)
    if not phone.startswith("+"):
        return [rf"(?<!\d){between.join(digits)}(?!\d)"]
    forms = [rf"(?:\+|(?<!\d)00){between}{between.join(digits)}(?!\d)"]
    # Where the country's code ends is not said: it has one to three digits.
    return forms + [
        rf"(?<!\d)(?:(?:\+|00)?{between.join(digits[:code])}{between}\(?0?\)?|0){between}"
        rf"{between.join(digits[code:])}(?!\d)"
        for code in (1, 2, 3)
        if len(digits) - code >= 6
    ]


def _common(conn: sqlite3.Connection, word: str) -> bool:
    """Whether a word stands in small letters in a note or a visit: it is no name alone then."""
    texts = "SELECT text AS t FROM note UNION ALL SELECT said FROM visit"
    found = conn.execute(f"SELECT t FROM ({texts}) WHERE instr(t, ?)", (word,))
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for (text,) in found)


def forget(
    conn: sqlite3.Connection, person: Person, named: re.Pattern[str], *, dry_run: bool = False
) -> Counter[str]:
    """Erase what is held of a person, in a transaction of its own: all of it or nothing. How many
    rows lost words, by table.

    Rows that hang on the contact or on its deals lose every personal word; in all others what
    ``named`` finds (:func:`mentions`) is struck out. With ``dry_run`` it is rolled back.
    """
    conn.execute("PRAGMA secure_delete = ON")
    begin(conn)
    try:
        triggers.drop(conn)
        erased = _erase(conn, person, named)
        triggers.create(conn)
        if erased:
            conn.execute(
                "INSERT INTO command (at, verb, args) VALUES (?, ?, ?)",
                (dates.now(), FORGETTING, json.dumps([*FORGETTING.split(), str(person.id)])),
            )
        conn.execute("ROLLBACK" if dry_run else "COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    return erased


def tidy(conn: sqlite3.Connection) -> bool:
    """Write the file anew, so that no free page holds what was erased, and empty the write-ahead
    log; False where another program still reads that."""
    conn.execute("VACUUM")
    (busy, *_rest) = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _erase(conn: sqlite3.Connection, person: Person, named: re.Pattern[str]) -> Counter[str]:
    own = personal.rows_of(conn, person.id)
    links = personal.keys(conn)
    searched = dict(keyed())
    columns = {table: personal.words(conn, table) for table in links}
    erased: Counter[str] = Counter()

    def cleaned(table: str, row: dict[str, Any], theirs: bool) -> dict[str, Any]:
        """What is other in a row once its words are gone."""
        change: dict[str, Any] = {}
        for name, instead in columns[table].items():
            text = row.get(name)
            if not isinstance(text, str):
                continue
            new = instead if theirs else named.sub(personal.GONE, text)
            if new != text:
                change[name] = new
        if table == "contact" and theirs:
            change["name"] = anonymous(person.id)
            change["do_not_contact"] = 1
        key = searched.get(table)
        if key in change and "search" in row:
            change["search"] = search_key(str(change[key]))
        elif not theirs:
            change.pop("search", None)
        return {name: value for name, value in change.items() if row.get(name) != value}

    for table in links:
        if table in personal.WHOLE:
            for row_id in own.get(table, ()):
                conn.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))
                erased[table] += 1
            continue
        cursor = conn.execute(f"SELECT * FROM {table}")
        heads = [head[0] for head in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(heads, values, strict=True))
            change = cleaned(table, row, row["id"] in own.get(table, ()))
            if change:
                sets = ", ".join(f"{name} = ?" for name in change)
                conn.execute(
                    f"UPDATE {table} SET {sets} WHERE id = ?", (*change.values(), row["id"])
                )
                erased[table] += 1
    conn.execute(
        "UPDATE step SET status = 'dropped', ended_at = ? WHERE contact_id = ? AND status = 'open'",
        (dates.now(), person.id),
    )
    erased["journal"] = _scrub(conn, person, own, links, cleaned)
    erased["command"] = _scrub_lines(conn, own, named)
    return +erased


def _scrub(
    conn: sqlite3.Connection,
    person: Person,
    own: dict[str, set[int]],
    links: dict[str, list[tuple[str, str]]],
    cleaned: Any,
) -> int:
    """Erase the words in the journal's rows; ``own`` grows by the rows that are there alone."""
    grown = True
    while grown:
        # What hangs on a removed deal is known by the deal, which may come later in the journal.
        grown = False
        for table, before in conn.execute(
            "SELECT table_name, before FROM journal WHERE before IS NOT NULL"
        ):
            row = json.loads(before)
            if row["id"] not in own.get(table, ()) and personal.is_of(
                table, row, own, links, person.id
            ):
                own.setdefault(table, set()).add(row["id"])
                grown = True
    count = 0
    for entry, table, before in conn.execute(
        "SELECT id, table_name, before FROM journal WHERE before IS NOT NULL"
    ).fetchall():
        row = json.loads(before)
        theirs = personal.is_of(table, row, own, links, person.id)
        if theirs and table in personal.WHOLE:
            conn.execute("DELETE FROM journal WHERE id = ?", (entry,))
            count += 1
        elif (
            table in links
            and table not in personal.WHOLE
            and (change := cleaned(table, row, theirs))
        ):
            text = json.dumps({**row, **change}, ensure_ascii=False, separators=(",", ":"))
            conn.execute("UPDATE journal SET before = ? WHERE id = ?", (text, entry))
            count += 1
    return count


def _scrub_lines(conn: sqlite3.Connection, own: dict[str, set[int]], named: re.Pattern[str]) -> int:
    """Strike the words out of the command lines: all of those that changed what is the person's,
    but for the files of an import, and what names the person in the others."""
    theirs: set[int] = set()
    for table, ids in own.items():
        few = ",".join(map(str, ids))
        theirs |= {
            command_id
            for (command_id,) in conn.execute(
                "SELECT DISTINCT command_id FROM journal WHERE table_name = ?"
                f" AND row_id IN ({few})",
                (table,),
            )
        }
    count = 0
    for command_id, verb, args in conn.execute("SELECT id, verb, args FROM command").fetchall():
        words = json.loads(args)
        whole = command_id in theirs and not verb.startswith(("import", "inbox"))
        kept = [*verb.split()]
        new = [
            word if whole and (word in kept or re.fullmatch(r"--?[a-z-]+", word))
            else personal.GONE if whole
            else named.sub(personal.GONE, word)
            for word in words
        ]  # fmt: skip
        if new != words:
            conn.execute(
                "UPDATE command SET args = ? WHERE id = ?",
                (json.dumps(new, ensure_ascii=False), command_id),
            )
            count += 1
    return count


def not_reached() -> str:
    """What no program can erase from here."""
    return _(
        "Not reached from here: files that were exported or sent, copies kept elsewhere,"
        " other machines."
    )
