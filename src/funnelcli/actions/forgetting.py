"""Erasing a person from a database: from every table, from the journal and its command lines.

What figures are reckoned from stays without a name: deals with their values and logs, visits,
steps and effort with their days. It is not journalled, so nothing brings the words back.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator

from funnelcli.actions.forgetting_person import Person, anonymous, find, is_theirs, known
from funnelcli.actions.forgetting_words import called_by, pattern
from funnelcli.db import contents, forgotten, personal, sealed, tallies, textindex, triggers
from funnelcli.db.command_lines import words_of
from funnelcli.db.journal import FORGETTING
from funnelcli.db.rows import dicts
from funnelcli.db.transaction import adopt_outside
from funnelcli.db.waiting import begin
from funnelcli.nouns import keyed
from funnelcli.nouns.offer import OfferLine
from funnelcli.patterns import re, regex
from funnelcli.queries.offers import lines
from funnelcli.queries.retention import Kept, kept
from funnelcli.text import name_fold, search_key, tag_key
from funnelcli.typed import Any
from funnelcli.values import dates

# So many rows are read at once.
_PAGE = 1000
_VERB = regex(r"--?[a-z-]+")
# What is other in a row, of a table, once its words are gone; whether the row is the person's.
Clean = Callable[[str, dict[str, Any], bool], dict[str, Any]]


def forget(
    conn: sqlite3.Connection,
    person: Person | None,
    named: re.Pattern[str],
    listed: dict[str, forgotten.Entry],
    *,
    dry_run: bool = False,
) -> Counter[str]:
    """Erase what is held of a person, in a transaction of its own: all of it or nothing. How many
    rows lost words, by table.

    Rows that hang on the contact or on its deals lose every personal word; in the texts of all
    others what ``named`` finds (:func:`pattern`) is struck out, and what they are called by stays.
    ``listed`` goes on the list of those who were forgotten. With ``dry_run`` it is rolled back.
    """
    conn.execute("PRAGMA secure_delete = ON")
    begin(conn)
    try:
        adopt_outside(conn)
        triggers.drop(conn)
        textindex.drop(conn)
        tallies.drop(conn)
        erased = _Erasure(conn, person, named).run()
        contents.sweep(conn)
        triggers.create(conn)
        forgotten.add(conn, listed)
        if erased and person is not None:
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


def obey(conn: sqlite3.Connection, listed: dict[str, forgotten.Entry]) -> list[forgotten.Entry]:
    """Erase from a database whoever is on the list and still held there; their lines of it."""
    again: dict[int, tuple[forgotten.Entry, set[str]]] = {}
    for mark, ids in forgotten.on(conn, listed).items():
        entry = listed[mark]
        again.setdefault(entry.contact, (entry, set()))[1].update(ids)
    done = []
    for entry, ids in again.values():
        person = find(conn, ids)
        if person is not None and person.held:
            forget(conn, person, pattern(conn, known(conn, person), person.live), {})
            done.append(entry)
    begin(conn)
    forgotten.add(conn, listed)
    conn.execute("COMMIT")
    return done


class _Erasure:
    """Erasing one person in one database, within a transaction and without triggers."""

    def __init__(
        self, conn: sqlite3.Connection, person: Person | None, named: re.Pattern[str]
    ) -> None:
        self.conn = conn
        self.person = person
        self.named = named
        # Filters are typed in small letters.
        self.typed = re.compile(named.pattern, named.flags | re.IGNORECASE)
        self.links = personal.keys(conn)
        self.words = {table: personal.words(conn, table) for table in self.links}
        self.searched = dict(keyed())
        self.own: dict[str, set[int]] = {"contact": set()}

    def run(self) -> Counter[str]:
        conn, person = self.conn, self.person
        erased: Counter[str] = Counter()
        called: frozenset[str] = frozenset()
        if person is not None:
            called = called_by(known(conn, person))
            self.own = personal.rows_of(conn, person.live)
            for one in kept(conn, person.live):
                sealed.add(
                    conn,
                    sealed.Sealed(0, person.id, one.table, one.id, one.until, dates.now()),
                    _content(conn, one),
                )
        for table in self.links:
            if table not in personal.CATALOGUES:
                erased[table] = self._rows(table)
        conn.executemany(
            "UPDATE step SET status = 'dropped', ended_at = ? WHERE id = ? AND status = 'open'",
            [(dates.now(), step_id) for step_id in self.own.get("step", ())],
        )
        if person is not None:
            self.own["contact"] |= person.contacts
            personal.add_former(conn, self.own)
        # Where an exported file lies may say whom it is about.
        self.words["disclosure"] = {"path": personal.GONE}
        erased["disclosure"] = self._struck("disclosure", set())
        theirs = self._commands()
        erased["journal"] = self._journal()
        erased["command"] = self._lines(theirs, called)
        return +erased

    def _rows(self, table: str) -> int:
        own = self.own.get(table, set())
        whole = {
            row["id"]
            for row in (_pages(self.conn, f"SELECT * FROM {table}") if own else ())
            if row["id"] in own and personal.goes_whole(table, row)
        }
        self.conn.executemany(f"DELETE FROM {table} WHERE id = ?", [(row_id,) for row_id in whole])
        return len(whole) + self._struck(table, own - whole)

    def _struck(self, table: str, own: set[int]) -> int:
        count = 0
        for row in _pages(self.conn, f"SELECT * FROM {table}"):
            change = self._clean(table, row, row["id"] in own)
            if not change:
                continue
            try:
                self._set(table, row, change)
            except sqlite3.IntegrityError:
                # What has to be unique was so by the name alone.
                apart = {
                    name: f"{value} {row['id']}" if isinstance(value, str) else value
                    for name, value in change.items()
                    if name != "search"
                }
                self._set(table, row, self._findable(table, row, apart))
            count += 1
        return count

    def _clean(self, table: str, row: dict[str, Any], theirs: bool) -> dict[str, Any]:
        change: dict[str, Any] = {}
        words = self.words.get(table, {})
        for name in words if theirs else personal.texts(table, words):
            text = row.get(name)
            if not isinstance(text, str) or name == "search":
                continue
            if theirs:
                change[name] = words[name]
            elif name in personal.TITLES.get(table, ()):
                change[name] = self.named.sub(self._unless_others, text)
            else:
                named = self.typed if table == "saved_filter" else self.named
                change[name] = named.sub(personal.GONE, text)
        for name in personal.FREE.get(table, ()) if theirs else ():
            if isinstance(row.get(name), str):
                change[name] = self.named.sub(personal.GONE, row[name])
        if table == "contact" and theirs:
            change["name"] = anonymous(row["id"])
            change["do_not_contact"] = 1
        return self._findable(
            table, row, {name: value for name, value in change.items() if row[name] != value}
        )

    def _unless_others(self, found: re.Match[str]) -> str:
        """What takes the place of a name in a title: the name itself where another has it too."""
        others = self.conn.execute(
            "SELECT 1 FROM contact WHERE search = ?"
            " AND id NOT IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) LIMIT 1",
            (search_key(found[0]), json.dumps([*self.own["contact"]])),
        ).fetchone()
        return personal.GONE if others is None else found[0]

    def _findable(self, table: str, row: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
        """A change of a row, with what the row is found by then."""
        if change and "search" in row:
            return {**change, "search": self._search(table, {**row, **change})}
        return change

    def _set(self, table: str, row: dict[str, Any], change: dict[str, Any]) -> None:
        sets = ", ".join(f"{name} = ?" for name in change)
        self.conn.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*change.values(), row["id"]))

    def _search(self, table: str, row: dict[str, Any]) -> str:
        if table not in self.searched:
            return tag_key(row["tag"])
        columns = ", ".join(f":{name} AS {name}" for name in row)
        (text,) = self.conn.execute(
            f"SELECT {self.searched[table]} FROM (SELECT {columns})", row
        ).fetchone()
        return search_key(text)

    def _journal(self) -> int:
        count = 0
        for entry in _pages(
            self.conn,
            "SELECT id, command_id, table_name, before FROM journal WHERE before IS NOT NULL",
        ):
            table, row = entry["table_name"], json.loads(entry["before"])
            theirs = self.person is not None and is_theirs(
                self.person, table, row, entry["command_id"], self.own, self.links
            )
            if theirs and personal.goes_whole(table, row):
                self.conn.execute("DELETE FROM journal WHERE id = ?", (entry["id"],))
                count += 1
            elif change := self._clean(table, row, theirs):
                text = json.dumps({**row, **change}, ensure_ascii=False, separators=(",", ":"))
                self.conn.execute("UPDATE journal SET before = ? WHERE id = ?", (text, entry["id"]))
                count += 1
        return count

    def _commands(self) -> set[int]:
        """The commands that changed what is the person's."""
        first, last = (self.person or _NOBODY)[-2:]
        between = {"first": first, "last": last}
        rows = [f"{table} {row_id}" for table, ids in self.own.items() for row_id in ids]
        found = self.conn.execute(
            "SELECT DISTINCT command_id FROM journal WHERE command_id BETWEEN :first AND :last"
            " AND table_name || ' ' || row_id IN (SELECT value FROM json_each(:rows))",
            {"rows": json.dumps(rows), **between},
        )
        theirs: set[int] = {command_id for (command_id,) in found}
        for command_id, table, first_id, last_id in self.conn.execute(
            "SELECT command_id, table_name, row_id, last_id FROM journal"
            " WHERE last_id IS NOT NULL AND command_id BETWEEN :first AND :last",
            between,
        ):
            if any(first_id <= row_id <= last_id for row_id in self.own.get(table, ())):
                theirs.add(command_id)
        return theirs

    def _lines(self, theirs: set[int], called: frozenset[str]) -> int:
        """Strike the words out of the command lines: all of those that changed what is the
        person's, but for the files of an import, and what names the person in the others, be it
        by one word of the name."""
        count = 0
        for command in _pages(self.conn, "SELECT id, verb, args FROM command"):
            words = words_of(command["args"])
            verb = command["verb"].split()
            whole = command["id"] in theirs and verb[:1] not in (["import"], ["inbox"])
            new = []
            for word in words:
                if word in verb or _VERB.fullmatch(word):
                    new.append(word)
                elif whole:
                    new.append(personal.GONE)
                else:
                    option, sign, value = word.rpartition("=")
                    if sign and _VERB.fullmatch(option):
                        new.append(option + sign + self._argument(value, called))
                    else:
                        new.append(self._argument(word, called))
            if new != words:
                self.conn.execute(
                    "UPDATE command SET args = ? WHERE id = ?",
                    (json.dumps(new, ensure_ascii=False), command["id"]),
                )
                count += 1
        return count

    def _argument(self, word: str, called: frozenset[str]) -> str:
        parts = name_fold(word).split()
        if parts and called.issuperset(parts):
            return personal.GONE
        return self.named.sub(personal.GONE, word)


def _content(conn: sqlite3.Connection, one: Kept) -> dict[str, Any]:
    """A contract or an offer as it is to be kept: whose it is, about what, and each line."""

    def rows(sql: str) -> list[dict[str, Any]]:
        return [*dicts(conn.execute(sql, (one.id,)))]

    (record,) = rows(f"SELECT * FROM {one.table} WHERE id = ?")
    deal = f"(SELECT deal_id FROM {one.table} WHERE id = ?)"
    content: dict[str, Any] = {
        "contact": rows(
            "SELECT name, street, postcode, town, region, country FROM contact"
            f" WHERE id = (SELECT contact_id FROM deal WHERE id = {deal})"
        )[0],
        "deal": rows(f"SELECT title, value, currency, won_on FROM deal WHERE id = {deal}")[0],
        one.table: record,
    }
    if one.table == "offer":
        names = [column.key for column in OfferLine.columns()]
        content["lines"] = [
            {name: getattr(line, name) for name in names} for line in lines(conn, one.id)
        ]
    return content


_NOBODY = Person(0, "", frozenset(), frozenset(), frozenset())


def _pages(conn: sqlite3.Connection, select: str) -> Iterator[dict[str, Any]]:
    """The rows of a table in the order of their ids, while they are changed: a page at a time."""
    after = -1
    further = f"{'AND' if ' WHERE ' in select else 'WHERE'} id > ? ORDER BY id LIMIT {_PAGE}"
    while True:
        page = [*dicts(conn.execute(f"{select} {further}", (after,)))]
        if not page:
            return
        yield from page
        after = page[-1]["id"]
