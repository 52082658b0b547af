"""The index over all texts: SQLite's FTS5, brought up to date from the journal.

Writes know nothing of it and cost nothing for it: the journal has every change, whoever made it,
and whoever looks something up first catches up with what came since the last time. The index keeps
no texts (it is contentless), only which words stand in which record, so that the file grows by less
than the texts have. It is made when it is asked for first; nothing of it is in an export, and the
journal does not watch it.

A contentless index forgets nothing: a record that was changed stands in it anew, under its next
generation, and its older ones count no longer. Once they are many, the index is made anew; where a
person is forgotten, or old journal is let go of, it is dropped.

Of a database on a server everybody has an index of their own, in a file of the cache folder that
may be deleted at any time (:mod:`funnelcli.db.server.indexes`). It is asked and kept up in the same
way.

A text's number in the index (its rowid) is made of the kind of the record, the record's id and the
generation, so that the records of a kind stand together, the newest last.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from types import MappingProxyType
from zlib import crc32

from funnelcli.db import journal_position
from funnelcli.db.advancing import Begin, unwatched
from funnelcli.db.server import on_server
from funnelcli.db.waiting import begin as begin_writing
from funnelcli.errors import Failed
from funnelcli.i18n import _, every
from funnelcli.plain import NamedTuple
from funnelcli.values.wordsearch import tokens, words_of, words_of_names

PREFIX = "find_"
"""What the names of all its tables begin with."""
_FORMAT = 1
_GENERATION_BITS = 12
_KIND = 52
_GENERATIONS = 1 << _GENERATION_BITS
_IDS = 1 << (_KIND - _GENERATION_BITS)
_LOT = 1000
# So many older generations are always borne with.
_FEW = 2000
_TABLES = (
    # One row: the last entry of the journal that it knows, and what it was made of.
    "CREATE TABLE {schema}.find_state (id INTEGER PRIMARY KEY CHECK (id = 1),"
    " position INTEGER NOT NULL, made_of INTEGER NOT NULL, records INTEGER NOT NULL) STRICT",
    # Of each kind the highest id that it has had.
    "CREATE TABLE {schema}.find_kind (id INTEGER PRIMARY KEY, highest INTEGER NOT NULL) STRICT",
    # The generation of what was changed since it was made.
    "CREATE TABLE {schema}.find_changed (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL)"
    " STRICT",
    # Its words are separated by blanks already.
    "CREATE VIRTUAL TABLE {schema}.find_words USING fts5 (name, text, about, content = '',"
    " columnsize = 0, detail = column, tokenize = 'ascii', prefix = '3')",
)


class Part(NamedTuple):
    """Texts of a record that stand in another table, whose column ``key`` has the record's id; and
    what the row of a third one is called, by ``called``: the column with its id, its table, and the
    columns of its names."""

    table: str
    key: str
    columns: str
    called: tuple[str, str, str] | None = None


class Texts(NamedTuple):
    """What of a table's records is found: by the columns of ``name`` first, then by those of
    ``text`` and by the ``parts``; ``about`` says which other records' names are found with them
    (contact, deal or organisation: the column of that name with ``_id``). ``number`` is for the
    index alone: another one for each, which stays. The columns in ``worded`` may hold keys, each
    with the word that people say for it, an English message id."""

    number: int
    table: str
    name: str = ""
    text: str = ""
    about: str = ""
    parts: tuple[Part, ...] = ()
    worded: Mapping[str, Mapping[str, str]] = MappingProxyType({})


# The names of other records, with what has to change for them to be others.
_ABOUT = {
    "contact": "(SELECT c.name FROM contact AS c WHERE c.id = r.contact_id)",
    "organisation": "(SELECT c.name FROM contact AS c WHERE c.id = r.organisation_id)",
    "deal": "(SELECT d.title || coalesce(char(10) || c.name, '') FROM deal AS d"
    " LEFT JOIN contact AS c ON c.id = d.contact_id WHERE d.id = r.deal_id)",
}


def drop(conn: sqlite3.Connection) -> None:
    """Let go of the index, with every word in it, within a transaction; of a database on a server
    of everybody's, each when it is asked next."""
    if on_server(conn):
        from funnelcli.db.server import indexes

        indexes.void(conn)
        return
    _drop(conn)


def _drop(conn: sqlite3.Connection) -> None:
    for table in ("state", "kind", "changed", "words"):
        conn.execute(f"DROP TABLE IF EXISTS main.{PREFIX}{table}")


def exists(conn: sqlite3.Connection) -> bool:
    """Whether a database has an index."""
    found = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'find_state'").fetchone()
    return found is not None


def let_go(conn: sqlite3.Connection, before: int) -> None:
    """Before the entries of older commands than this one leave the journal, within a transaction:
    an index that does not know them all could never catch up."""
    if on_server(conn):
        from funnelcli.db.server import indexes

        indexes.let_go(conn, before)
        return
    if not exists(conn):
        return
    (position,) = conn.execute("SELECT position FROM find_state").fetchone()
    left = journal_position.after_letting_go(conn, before, position)
    if left is None:
        drop(conn)
    else:
        conn.execute("UPDATE find_state SET position = ?", (left,))


def drop_outdated(conn: sqlite3.Connection) -> None:
    """Let go of an index that has words of what was changed or removed since it was made, within a
    transaction."""
    changed = "SELECT 1 FROM find_changed LIMIT 1"
    if on_server(conn) or (exists(conn) and conn.execute(changed).fetchone()):
        drop(conn)


@contextmanager
def current(
    conn: sqlite3.Connection, sources: Sequence[Texts], begin: Begin = unwatched
) -> Iterator[Index]:
    """The index, up to date, with the database in one snapshot; ``begin`` is told how many records
    it has to read for that. In a file that may not be written it is made for the moment.

    Raises Failed where SQLite has no FTS5.
    """
    if on_server(conn):
        with _on_server(conn, sources, begin) as index:
            yield index
        return
    inside = conn.in_transaction
    if not inside:
        conn.execute("BEGIN")
    try:
        index = Index(conn, sources)
        if not index.is_current():
            index = _renewed(conn, index, inside, begin)
        yield index
    finally:
        if conn.in_transaction and not inside:
            conn.execute("ROLLBACK")


@contextmanager
def _on_server(conn: sqlite3.Connection, sources: Sequence[Texts], begin: Begin) -> Iterator[Index]:
    from funnelcli.db.server import indexes

    inside = conn.in_transaction
    with closing(indexes.opened(conn)) as store:
        # Ahead of the snapshot, which then has all that the index knows.
        store.execute("BEGIN IMMEDIATE")
        if not inside:
            conn.execute("BEGIN")
        try:
            index = Index(conn, sources, store=store, mark=indexes.mark(conn))
            if not (indexes.goes_on(conn, store) and index.is_current()):
                with _told():
                    index.renew(begin)
                indexes.note(conn, store)
            store.execute("COMMIT")
            yield index
        finally:
            if conn.in_transaction and not inside:
                conn.execute("ROLLBACK")


@contextmanager
def _told() -> Iterator[None]:
    """Raise Failed, with what to do, where SQLite has no FTS5."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        raise Failed(
            _("This SQLite cannot search texts: it has no FTS5."),
            _("Install a newer Python, which brings a newer SQLite."),
        ) from error


def _renewed(conn: sqlite3.Connection, index: Index, inside: bool, begin: Begin) -> Index:
    try:
        if not inside:
            conn.execute("ROLLBACK")
            begin_writing(conn)
        with _told():
            index.renew(begin)
        if not inside:
            conn.execute("COMMIT")
            conn.execute("BEGIN")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        conn.execute("BEGIN")
        index = Index(conn, index.sources, "temp")
        index.renew(begin)
    return index


class Index:
    """The index of a database, as far as it is. It lies in the database itself, or in a ``store``
    of its own, where ``mark`` says of which state of the database it has to be."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        sources: Sequence[Texts],
        schema: str = "main",
        *,
        store: sqlite3.Connection | None = None,
        mark: str = "",
    ) -> None:
        self.conn = conn
        self.store = store or conn
        self.sources = tuple(sources)
        self.schema = schema
        of = (_FORMAT, self.sources, mark) if mark else (_FORMAT, self.sources)
        self._made_of = crc32(repr(of).encode())

    # Asking -----------------------------------------------------------------------------------

    def search(
        self, match: str, most: int | None, numbers: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """The records of the kinds with these numbers that fit an expression of FTS5: the number of
        the kind, the record's id, of each kind the newest first, and those at least where there are
        more than ``most``."""
        for first, last in _runs(numbers):
            # Kinds whose numbers follow each other are asked for together.
            below, above = first << _KIND, (last + 1) << _KIND
            while above > below:
                found = self._some(match, below, above, most)
                for rowid in found:
                    yield rowid >> _KIND, (rowid >> _GENERATION_BITS) & (_IDS - 1)
                if most is None or len(found) < most:
                    break
                # Of the last kind there may be more, unless all of these are of it.
                kind = found[-1] >> _KIND
                above = kind << _KIND if found[0] >> _KIND == kind else found[-1]

    def _some(self, match: str, below: int, above: int, most: int | None) -> list[int]:
        rows = self.store.execute(
            f"SELECT w.rowid FROM {self.schema}.find_words AS w"
            f" LEFT JOIN {self.schema}.find_changed AS n ON n.id = w.rowid >> {_GENERATION_BITS}"
            f" WHERE find_words MATCH ? AND w.rowid >= ? AND w.rowid < ?"
            f" AND w.rowid & {_GENERATIONS - 1} = coalesce(n.generation, 0)"
            f" ORDER BY w.rowid DESC LIMIT ?",
            (match, below, above, -1 if most is None else most),
        )
        return [rowid for (rowid,) in rows]

    # Keeping up -------------------------------------------------------------------------------

    def is_current(self) -> bool:
        """Whether it knows all that the journal has."""
        state = self._state()
        return state is not None and state[0] == journal_position.last(self.conn)

    def renew(self, begin: Begin = unwatched) -> None:
        """Bring it up to date, within a transaction that writes."""
        state = self._state()
        if state is None:
            self._make(begin)
            return
        position, records = state
        last = journal_position.last(self.conn)
        changed = _Changes(self.conn, self.sources, position).found()
        highest = self._highest()
        known = {
            number: [one for one in ids if one <= highest.get(number, 0)]
            for number, ids in changed.items()
        }
        outdated = sum(map(len, known.values()))
        before, oldest = self._one(
            "SELECT count(*), coalesce(max(generation), 0) FROM {schema}.find_changed"
        )
        if before + outdated > max(_FEW, records // 2) or oldest >= _GENERATIONS - 1:
            self._make(begin)
            return
        total = sum(len(ids) for ids in changed.values())
        advance = begin(total)
        for source in self.sources:
            ids = sorted(changed[source.number])
            self._outdate(source, known[source.number])
            for start in range(0, len(ids), _LOT):
                lot = ids[start : start + _LOT]
                marks = ", ".join("?" * len(lot))
                self._insert(source, f"r.id IN ({marks})", lot)
                advance(len(lot))
        self._settle(last, records + total - outdated)

    def _make(self, begin: Begin) -> None:
        """Make it anew of all that there is."""
        if self.schema == "main":
            _drop(self.store)
        for statement in _TABLES:
            self.store.execute(statement.format(schema=self.schema))
        # Fewer pieces are sorted together than with the megabyte that it has by itself.
        self.store.execute(
            f"INSERT INTO {self.schema}.find_words (find_words, rank) VALUES ('hashsize', ?)",
            (16 << 20,),
        )
        totals = [self._in(f"SELECT count(*) FROM {one.table}") for one in self.sources]
        advance = begin(sum(totals))
        for source, left in zip(self.sources, totals, strict=True):
            after = 0
            while read := self._insert(source, "r.id > ?", [after]):
                number, after = read
                left -= number
                advance(number)
            # The others have no text.
            advance(left)
        self._settle(journal_position.last(self.conn), sum(totals))

    def _insert(
        self,
        source: Texts,
        where: str,
        values: Sequence[int],
    ) -> tuple[int, int] | None:
        """Put records of a table into it, in the order of their ids; how many, and the last of
        them, None where there are none. So many are read at once."""
        last = 0

        def rows() -> Iterator[tuple[int, str, str, str]]:
            nonlocal last
            for row_id, name, text, about in found:
                last = row_id
                if 0 < row_id < _IDS and (name or text):
                    record = first + row_id
                    number = record << _GENERATION_BITS | generations.get(record, 0)
                    yield number, words_of_names(name), words_of(text), words_of_names(about)

        first = source.number << (_KIND - _GENERATION_BITS)
        found = self.conn.execute(
            f"SELECT r.id, {texts_of(source)} FROM {source.table} AS r"
            f" WHERE {where} AND {_has_text(source)} ORDER BY r.id LIMIT {_LOT}",
            values,
        ).fetchall()
        if not found:
            return None
        generations = self._generations([first + row[0] for row in found])
        self.store.executemany(
            f"INSERT INTO {self.schema}.find_words (rowid, name, text, about) VALUES (?, ?, ?, ?)",
            rows(),
        )
        return len(found), last

    def _generations(self, records: Sequence[int]) -> dict[int, int]:
        """The generations of those of these records that were changed since it was made."""
        marks = ", ".join("?" * len(records))
        return dict(
            self.store.execute(
                f"SELECT id, generation FROM {self.schema}.find_changed WHERE id IN ({marks})",
                records,
            )
        )

    def _outdate(self, source: Texts, ids: Iterable[int]) -> None:
        number = source.number << (_KIND - _GENERATION_BITS)
        self.store.executemany(
            f"INSERT INTO {self.schema}.find_changed (id, generation) VALUES (?, 1)"
            " ON CONFLICT (id) DO UPDATE SET generation = generation + 1",
            ((number + one,) for one in ids if 0 < one < _IDS),
        )

    def _highest(self) -> dict[int, int]:
        return dict(self.store.execute(f"SELECT id, highest FROM {self.schema}.find_kind"))

    def _settle(self, position: int, records: int) -> None:
        for source in self.sources:
            self.store.execute(
                f"INSERT INTO {self.schema}.find_kind (id, highest) VALUES (?, ?)"
                " ON CONFLICT (id) DO UPDATE SET highest = max(highest, excluded.highest)",
                (
                    source.number,
                    self._in(f"SELECT coalesce(max(id), 0) FROM {source.table}"),
                ),
            )
        self.store.execute(
            f"INSERT OR REPLACE INTO {self.schema}.find_state (id, position, made_of, records)"
            " VALUES (1, ?, ?, ?)",
            (position, self._made_of, records),
        )

    def _state(self) -> tuple[int, int] | None:
        """The last entry of the journal that it knows, and how many records it has; None where
        there is no index, or one of other texts."""
        try:
            position, made_of, records = self._one(
                "SELECT position, made_of, records FROM {schema}.find_state"
            )
        except sqlite3.OperationalError:
            return None
        return (position, records) if made_of == self._made_of else None

    def _one(self, statement: str) -> tuple[int, ...]:
        row: tuple[int, ...] = self.store.execute(
            statement.replace("{schema}", self.schema)
        ).fetchone()
        return row

    def _in(self, question: str) -> int:
        """The number that the database itself answers."""
        (found,) = self.conn.execute(question).fetchone()
        return int(found)

    # Checking ---------------------------------------------------------------------------------

    def differs(self) -> bool:
        """Whether it has other words than the records of the tables. Raises DatabaseError where it
        is damaged."""
        changed = dict(self.store.execute("SELECT id, generation FROM find_changed"))
        self.store.execute(
            "CREATE VIRTUAL TABLE temp.find_has USING fts5vocab (main, find_words, instance)"
        )
        try:
            has = 0
            for term, rowid, column in self.store.execute("SELECT term, doc, col FROM find_has"):
                if changed.get(rowid >> _GENERATION_BITS, 0) == rowid & (_GENERATIONS - 1):
                    has += _sum(term, rowid >> _GENERATION_BITS, column)
        finally:
            self.store.execute("DROP TABLE temp.find_has")
        for source in self.sources:
            number = source.number << (_KIND - _GENERATION_BITS)
            rows = self.conn.execute(
                f"SELECT r.id, {texts_of(source)} FROM {source.table} AS r"
                f" WHERE r.id > 0 AND r.id < {_IDS}"
            )
            for row_id, name, text, about in rows:
                if not (name or text):
                    continue
                columns = {
                    "name": words_of_names(name),
                    "text": words_of(text),
                    "about": words_of_names(about),
                }
                for column, words in columns.items():
                    for word in set(tokens(words)):
                        has -= _sum(word, number + row_id, column)
        return has != 0


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as the first and the last of those that follow each other."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def _sum(word: str, record: int, column: str) -> int:
    """A number for a word of a record: sums of them are the same for the same words, whatever the
    order, and hardly ever for others."""
    return crc32(word.encode()) * (crc32(column.encode()) + (record << 32 | crc32(b"%d" % record)))


def texts_of(source: Texts, *, spoken: bool = False) -> str:
    """SQL for the texts of a record ``r``: by name, in it and in its parts, and of what it is
    about, each a text with a line for every column that has something. Keys are told by their
    words in both languages, or in the one ``spoken`` now."""
    parts = [
        _worded(f"r.{column}", source.worded[column], spoken)
        if column in source.worded
        else f"r.{column}"
        for column in source.text.split()
    ]
    for part in source.parts:
        columns = [f"p.{column}" for column in part.columns.split()]
        if part.called:
            column, table, names = part.called
            of = _lines([f"k.{name}" for name in names.split()])
            columns.append(f"(SELECT {of} FROM {table} AS k WHERE k.id = p.{column})")
        lines = _lines(columns)
        parts.append(
            f"(SELECT group_concat({lines}, char(10)) FROM {part.table} AS p"
            f" WHERE p.{part.key} = r.id)"
        )
    return ", ".join(
        (
            _lines([f"r.{column}" for column in source.name.split()]),
            _lines(parts),
            _lines([_ABOUT[what] for what in source.about.split()]),
        )
    )


def _has_text(source: Texts) -> str:
    """Whether a record ``r`` has anything that is found, as far as its own row says: most moves of
    a deal have no reason, and a server would look up for each what it is about."""
    if source.parts:
        return "1 = 1"
    columns = (*source.name.split(), *source.text.split())
    return f"({' OR '.join(f'r.{column} IS NOT NULL' for column in columns)})"


def _worded(column: str, table: Mapping[str, str], spoken: bool) -> str:
    cases = []
    for key, word in table.items():
        told = _(word) if spoken else " ".join((key, *every(word)))
        told = told.replace("'", "''")
        cases.append(f"WHEN '{key}' THEN '{told}'")
    return f"CASE {column} {' '.join(cases)} ELSE {column} END"


def _lines(columns: Sequence[str]) -> str:
    return " || ".join(f"coalesce({column} || char(10), '')" for column in columns) or "''"


class _Changes:
    """Which records of which kind have other texts than they had at an entry of the journal."""

    def __init__(self, conn: sqlite3.Connection, sources: Sequence[Texts], after: int) -> None:
        self.conn = conn
        self.sources = sources
        self.after = {"after": after}

    def found(self) -> dict[int, set[int]]:
        """Their ids, by the number of their kind; of those that are gone too."""
        touched = {
            table: self._ids(
                "SELECT row_id FROM journal WHERE id > :after AND last_id IS NULL"
                f" AND table_name = '{table}'"
                f" UNION SELECT r.id FROM journal AS j JOIN {table} AS r"
                " ON r.id BETWEEN j.row_id AND j.last_id"
                f" WHERE j.id > :after AND j.last_id IS NOT NULL AND j.table_name = '{table}'"
            )
            for table in self._tables()
        }
        contacts, deals = self._renamed()
        changed = {}
        for source in self.sources:
            ids = set(touched.get(source.table, ()))
            for part in source.parts:
                if part.table in touched:
                    ids |= self._owners(part, touched[part.table])
                if part.called and part.called[1] in touched:
                    column, table, _names = part.called
                    ids |= self._by(part.table, part.key, column, touched[table])
            for what in source.about.split():
                of, key = (deals, "deal_id") if what == "deal" else (contacts, f"{what}_id")
                ids |= self._by(source.table, "id", key, of)
            changed[source.number] = ids
        return changed

    def _tables(self) -> set[str]:
        known = {source.table for source in self.sources}
        parts = [part for source in self.sources for part in source.parts]
        known |= {part.table for part in parts}
        known |= {part.called[1] for part in parts if part.called}
        changed = self.conn.execute(
            "SELECT DISTINCT table_name FROM journal WHERE id > :after", self.after
        )
        return known & {table for (table,) in changed}

    def _owners(self, part: Part, ids: set[int]) -> set[int]:
        before = self._ids(
            f"SELECT CAST(json_extract(before, '$.{part.key}') AS INTEGER) FROM journal"
            " WHERE id > :after"
            f" AND table_name = '{part.table}' AND before IS NOT NULL"
        )
        return before | self._by(part.table, part.key, "id", ids)

    def _renamed(self) -> tuple[set[int], set[int]]:
        """The contacts with another name, and the deals with another title or contact."""
        differs = "json_extract(j.before, '$.{0}') IS NOT r.{0}"
        other = "CAST(json_extract(j.before, '$.contact_id') AS INTEGER) IS NOT r.contact_id"
        entries = (
            "SELECT j.row_id FROM journal AS j JOIN {table} AS r ON r.id = j.row_id"
            " WHERE j.id > :after AND j.table_name = '{table}' AND j.before IS NOT NULL AND ({how})"
        )
        contacts = self._ids(entries.format(table="contact", how=differs.format("name")))
        either = f"{differs.format('title')} OR {other}"
        deals = self._ids(entries.format(table="deal", how=either))
        return contacts, deals | self._by("deal", "id", "contact_id", contacts)

    def _by(self, table: str, column: str, key: str, ids: set[int]) -> set[int]:
        """What stands in a column of the rows whose key is one of these."""
        found: set[int] = set()
        wanted = sorted(ids)
        for start in range(0, len(wanted), _LOT):
            lot = wanted[start : start + _LOT]
            marks = ", ".join("?" * len(lot))
            found.update(
                one
                for (one,) in self.conn.execute(
                    f"SELECT {column} FROM {table} WHERE {key} IN ({marks})", lot
                )
                if one is not None
            )
        return found

    def _ids(self, statement: str) -> set[int]:
        return {one for (one,) in self.conn.execute(statement, self.after) if one is not None}
