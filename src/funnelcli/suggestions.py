"""What a value on the command line could be: records, stages, keys, dates, settings.

For tab completion, which must answer in a few milliseconds among a hundred thousand deals: every
search is a range of an index, with a limit. Nothing here imports the rest of the program, apart
from folding, the messages, and, for a name that no index finds, the naming of records.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from funnelcli import _options as known
from funnelcli import i18n
from funnelcli.text import fold, strip

if TYPE_CHECKING:
    from funnelcli.completion import Line

    Offers = list[tuple[str, str]]

# What is shown at most: below the hundred at which bash asks before it lists.
MOST = 60
# How many records of an index's range are looked at to put the open ones first.
WINDOW = 600
# Reading is only held up while another process tidies its log away.
BUSY_SECONDS = 0.25
_END = "\U0010ffff"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_DAYS = {
    "en": "today tomorrow mon tue wed thu fri sat sun +1w +2w eow eom eoq yesterday",
    "de": "heute morgen mo di mi do fr sa so +1w +2w eow monatsende quartalsende gestern",
}
_PERIODS = (
    "today yesterday this-week last-week this-month last-month this-quarter last-quarter"
    " this-year last-year -30d -90d"
)
_TAGS = {"deal": "deal_tag", "contact": "contact_tag"}
# Deals that a verb can do nothing for are not offered.
_STATUS = {"reopen": ("won", "lost"), "withdraw": ("won",)}


class Suggestions:
    """The candidates for one word of ``line``. Each is (value, description)."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._file: dict[str, Any] | None = None
        i18n.use(self._language())

    # Settings, as funnelcli.config finds them, but the file's errors are nobody's ------------

    def _setting(self, name: str) -> str:
        if self._file is None:
            self._file = {}
            folder = os.environ.get("FUNNEL_CONFIG_DIR")
            if not folder:
                from platformdirs import user_config_dir

                folder = user_config_dir("funnel", appauthor=False)
            path = os.path.join(folder, "config.toml")
            if os.path.exists(path):
                import tomllib

                try:
                    with open(path, "rb") as file:
                        self._file = tomllib.load(file)
                except (OSError, ValueError):
                    pass
        value = self._file.get(name, "")
        return value if isinstance(value, str) else ""

    def _language(self) -> str:
        variable = os.environ.get("FUNNEL_LANGUAGE") or os.environ.get("FUNNEL_LANG")
        given = variable or self._setting("language")
        if not given:
            names = map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))
            given = next(filter(None, names), "")
        return given[:2].lower()

    def _path(self) -> str:
        given = self.line.given.get("--db")
        if given:
            # The shell that runs the line will expand it.
            return os.path.expanduser(given[-1])
        path = os.environ.get("FUNNEL_DB") or self._setting("db")
        if path:
            return path
        from platformdirs import user_data_dir

        return os.path.join(user_data_dir("funnel", appauthor=False), "funnel.db")

    # What a value is --------------------------------------------------------------------------

    def of(self, kind: str, word: str, before: str = "") -> Offers:
        """The candidates for a value of this kind; ``before`` is what stands before it."""
        if kind == "FILE":
            return [(":files", "")]
        if kind == "FILTER":
            return self.filters(word, before)
        return [(before + value, text) for value, text in self._values(kind, word)]

    def described(self, pairs: Iterable[tuple[str, str]]) -> Offers:
        """Names with their help, in the user's language."""
        return [(name, i18n._(text) if text else "") for name, text in pairs]

    def filters(self, word: str, before: str = "") -> Offers:
        """Filter words: the fields, and behind the colon what the field can be."""
        fields = known.FIELDS.get(self.line.noun, known.FIELDS["deal"])
        flags = known.FLAGS.get(self.line.noun, known.FLAGS["deal"])
        name, colon, value = word.partition(":")
        if not colon:
            names = [*fields, "is"]
            return [(f"{before}{field}:", "") for field in names if field.startswith(word)]
        done, _comma, value = value.rpartition(",")
        before = f"{before}{name}:{done}," if done else f"{before}{name}:"
        taken = set(done.split(","))
        if name == "is":
            found: Offers = [(flag, "") for flag in flags if flag.startswith(value)]
        else:
            kind = fields.get(name, "")
            # Two processes may have a stage of one key, and the filter means both.
            found = self._values(kind, value) if kind else []
        return [(before + item, text) for item, text in found if item not in taken]

    def _values(self, kind: str, word: str) -> Offers:
        if kind in known.ENUMS:
            return _keys(((k, i18n._(t) if t else "", t) for k, t in known.ENUMS[kind].items()), word)
        if kind in ("FIELDS", "KEYS"):
            return self._listed(kind, word)
        if kind == "SETTING":
            return self.described(s for s in known.SETTINGS.items() if s[0].startswith(word))
        if kind in ("DATE", "WHEN"):
            days = _DAYS[i18n.language()].split()
            return [(day, "") for day in days if day.startswith(word.lower())]
        if kind == "PERIOD":
            return [(period, "") for period in _PERIODS.split() if period.startswith(word.lower())]
        if kind == "VALUE":
            return self._setting_values(word)
        if kind in _STORED:
            path = self._path()
            if os.path.isfile(path):
                with _Reading(path) as conn:
                    if conn is not None:
                        return _STORED[kind](self, conn, word)
        return []

    def _listed(self, kind: str, word: str) -> Offers:
        """Names with commas between them: fields of JSON, keys to sort by."""
        table = known.COLUMNS if kind == "FIELDS" else known.SORTS
        names = table.get(self.line.noun, ())
        done, comma, last = word.rpartition(",")
        sign = "-" if kind == "KEYS" and last.startswith("-") else ""
        taken = {name.removeprefix("-") for name in done.split(",")}
        return [
            (done + comma + sign + name, "")
            for name in names
            if name.startswith(last.removeprefix(sign)) and name not in taken
        ]

    def _setting_values(self, word: str) -> Offers:
        name = self.line.args[0] if self.line.args else ""
        if name == "process":
            return self._values("PROCESS", word)
        fixed = {"language": i18n.LANGUAGES, "input": ("true", "false"), "color": ("true", "false")}
        return [(value, "") for value in fixed.get(name, ()) if value.startswith(word)]

    # What the database knows ------------------------------------------------------------------

    def _deals(self, conn: sqlite3.Connection, word: str) -> Offers:
        """Deals by id, or by the beginning of their title, or of their contact's name."""
        verb = self.line.path.rpartition(" ")[2]
        ids = _by_id(conn, "deal", word)
        rows = [row for row in _window(conn, "deal", word) if row[0] not in ids]
        only = _STATUS.get(verb)
        if only:
            rows = [row for row in rows if row[2] in only]
        shown = ids + [row[0] for row in _few(rows, lambda row: row[2] != "open")]
        found = self._named_deals(conn, shown, ids, word, only)
        if word and not ids and len(shown) < MOST:
            found += self._by_contact(conn, word, shown, only)
        return found

    def _named_deals(
        self,
        conn: sqlite3.Connection,
        shown: Sequence[int],
        ids: Sequence[int],
        word: str,
        only: tuple[str, ...] | None,
    ) -> Offers:
        rows = _rows(
            conn,
            "SELECT d.id, d.title, d.status, c.name, s.name_en, s.name_de FROM deal AS d"
            " JOIN stage AS s ON s.id = d.stage_id LEFT JOIN contact AS c ON c.id = d.contact_id"
            " WHERE d.id IN ({marks})",
            shown,
        )
        titles = [fold(row[1]) for row in rows]
        found = []
        for row in rows:
            id_, title, status, contact, english, german = row
            if only and status not in only:
                continue
            state = i18n.pick(english, german) if status == "open" else i18n._(status)
            if id_ in ids:
                found.append((str(id_), _text(title, contact, state)))
                continue
            if not _begins(title, word):
                continue
            if titles.count(fold(title)) > 1 and contact:
                title = f"{title} {contact}"
            found.append((_name(title, id_), _text(contact, state)))
        return found

    def _by_contact(
        self,
        conn: sqlite3.Connection,
        word: str,
        shown: Sequence[int],
        only: tuple[str, ...] | None,
    ) -> Offers:
        """Deals of the contacts whose names begin so, as "contact title": the words of both name
        a deal, and a shell completes only what begins with what was typed."""
        contacts = [(row[0], "") for row in _window(conn, "contact", word)[:MOST]]
        pieces = word.split()
        for i in range(1, len(pieces)):
            head, tail = fold(" ".join(pieces[:i])), fold(" ".join(pieces[i:]))
            rows = conn.execute(
                "SELECT id FROM contact WHERE search >= ? AND search < ? LIMIT ?",
                (head, head + " ", MOST),
            )
            contacts += [(row[0], tail) for row in rows]
        found: Offers = []
        for contact_id, tail in contacts:
            rows = conn.execute(
                "SELECT d.id, d.title, d.status, c.name, s.name_en, s.name_de FROM deal AS d"
                " JOIN contact AS c ON c.id = d.contact_id JOIN stage AS s ON s.id = d.stage_id"
                " WHERE d.contact_id = ? AND d.search >= ? AND d.search < ?"
                " ORDER BY d.status <> 'open', d.id DESC LIMIT ?",
                (contact_id, tail, tail + _END, MOST - len(found)),
            ).fetchall()
            for id_, title, status, name, english, german in rows:
                value = f"{name} {title}"
                if id_ in shown or (only and status not in only) or not _begins(value, word):
                    continue
                state = i18n.pick(english, german) if status == "open" else i18n._(status)
                found.append((_name(value, id_), _text(state)))
            if len(found) >= MOST:
                break
        return found

    def _contacts(self, conn: sqlite3.Connection, word: str) -> Offers:
        """Contacts by id or by the beginning of their name."""
        ids = _by_id(conn, "contact", word)
        rows = [row for row in _window(conn, "contact", word) if row[0] not in ids]
        shown = ids + [row[0] for row in _few(rows, lambda row: False)]
        found = []
        for id_, name, organisation, town in _rows(
            conn,
            "SELECT c.id, c.name, o.name, c.town FROM contact AS c"
            " LEFT JOIN contact AS o ON o.id = c.organisation_id WHERE c.id IN ({marks})",
            shown,
        ):
            if id_ in ids:
                found.append((str(id_), _text(name, organisation, town)))
            elif _begins(name, word):
                found.append((_name(name, id_), _text(organisation, town)))
        return list(dict(reversed(found)).items())[::-1]

    def _deals_or_contacts(self, conn: sqlite3.Connection, word: str) -> Offers:
        found = self._deals(conn, word)
        if word and not word.isdigit() and len(found) < MOST:
            found += self._contacts(conn, word)
        return found

    def _titles(self, conn: sqlite3.Connection, word: str) -> Offers:
        """Titles for a filter, which finds every deal that has one."""
        rows = _few(_window(conn, "deal", word), lambda row: row[2] != "open")
        query = "SELECT d.id, d.title FROM deal AS d WHERE d.id IN ({marks})"
        titles = [row[1] for row in _rows(conn, query, [row[0] for row in rows])]
        return [(title, "") for title in dict.fromkeys(titles) if _begins(title, word)]

    def _names(self, conn: sqlite3.Connection, word: str) -> Offers:
        """Names of contacts for a filter."""
        return [pair for pair in self._contacts(conn, word) if not pair[0].isdigit()]

    def _steps(self, conn: sqlite3.Connection, word: str) -> Offers:
        """Open steps, those due first; any step by its id."""
        query = (
            "SELECT n.id, n.what, n.due, d.title, c.name FROM step AS n"
            " LEFT JOIN deal AS d ON d.id = n.deal_id LEFT JOIN contact AS c ON c.id = n.contact_id"
        )
        ids = _by_id(conn, "step", word)
        if ids:
            rows = _rows(conn, query + " WHERE n.id IN ({marks})", ids)
            return [(str(row[0]), _text(*row[1:])) for row in rows]
        rows = conn.execute(
            query + " WHERE n.status = 'open' ORDER BY n.due LIMIT ?", (WINDOW,)
        ).fetchall()
        if not word:
            return [(str(row[0]), _text(*row[1:])) for row in rows[:MOST]]
        found: dict[str, str] = {}
        for id_, what, *rest in rows:
            if fold(what).startswith(fold(word)) and _begins(what, word):
                found.setdefault(_name(what, id_), _text(*rest))
        return list(found.items())[:MOST]

    def _visits(self, conn: sqlite3.Connection, word: str) -> Offers:
        """Visits by id, the latest first, or by the name of the contact."""
        query = (
            "SELECT v.id, v.happened_on, c.name, v.said FROM visit AS v"
            " LEFT JOIN contact AS c ON c.id = v.contact_id"
        )
        if word and not word.isdigit():
            contacts = [row[0] for row in _window(conn, "contact", word)[:MOST]]
            rows = _rows(
                conn,
                "SELECT c.id, c.name, (SELECT max(v.happened_on) FROM visit AS v"
                " WHERE v.contact_id = c.id) AS last FROM contact AS c"
                " WHERE c.id IN ({marks}) AND last IS NOT NULL",
                contacts,
            )
            return [(_name(row[1], row[0]), row[2]) for row in rows if _begins(row[1], word)]
        ids = _by_id(conn, "visit", word)
        if word:
            rows = _rows(conn, query + " WHERE v.id IN ({marks})", ids)
        else:
            rows = conn.execute(query + " ORDER BY v.id DESC LIMIT ?", (MOST,)).fetchall()
        return [(str(row[0]), _text(*row[1:])) for row in rows]

    def _stages(self, conn: sqlite3.Connection, word: str) -> Offers:
        """Stages: of the deal on the line those that the verb can move it to, of the process on
        the line, else all."""
        process, where = None, ""
        verb = self.line.path.rpartition(" ")[2]
        if verb in ("advance", "back", "reopen") and self.line.args:
            deal_id = _deal_id(conn, self.line.args[0])
            if deal_id is not None:
                process, position = conn.execute(
                    "SELECT d.process_id, s.position FROM deal AS d"
                    " JOIN stage AS s ON s.id = d.stage_id WHERE d.id = ?",
                    (deal_id,),
                ).fetchone()
                sign = {"advance": ">", "back": "<"}.get(verb)
                where = f" AND position {sign} {position:d}" if sign else ""
        elif verb == "add":
            name = self.line.given.get("--process", [""])[-1]
            name = name or os.environ.get("FUNNEL_PROCESS") or self._setting("process") or "cycle"
            process = _process_id(conn, name)
        elif self.line.path == "show" and self.line.args:
            process = _process_id(conn, self.line.args[0])
        if process is not None:
            where += f" AND process_id = {process:d}"
        rows = conn.execute(
            "SELECT key, name_en, name_de FROM stage WHERE 1" + where
            + " ORDER BY process_id, position"
        )
        return _keys(((key, i18n.pick(en, de), en) for key, en, de in rows), word)

    def _processes(self, conn: sqlite3.Connection, word: str) -> Offers:
        rows = conn.execute("SELECT key, name_en, name_de FROM process ORDER BY id")
        return _keys(((key, i18n.pick(en, de), en) for key, en, de in rows), word)

    def _reasons(self, conn: sqlite3.Connection, word: str) -> Offers:
        return _catalogue(conn, "lost_reason", word)

    def _sources(self, conn: sqlite3.Connection, word: str) -> Offers:
        return _catalogue(conn, "source", word)

    def _tags(self, conn: sqlite3.Connection, word: str) -> Offers:
        table = _TAGS.get(self.line.noun)
        if table is None:
            return []
        # From one tag to the next one in the index, however many records have each.
        rows = conn.execute(
            f"WITH RECURSIVE t (tag) AS ("
            f" SELECT min(tag) FROM {table} WHERE tag >= :low AND tag < :high UNION ALL"
            f" SELECT (SELECT min(x.tag) FROM {table} AS x WHERE x.tag > t.tag AND x.tag < :high)"
            f" FROM t WHERE t.tag IS NOT NULL)"
            f" SELECT tag FROM t WHERE tag IS NOT NULL LIMIT :most",
            {"low": word, "high": word + _END, "most": MOST},
        )
        return [(row[0], "") for row in rows if _plain(row[0])]


_STORED = {
    "DEAL": Suggestions._deals,
    "DEALS": Suggestions._titles,
    "CONTACT": Suggestions._contacts,
    "CONTACTS": Suggestions._names,
    "STEP": Suggestions._steps,
    "VISIT": Suggestions._visits,
    "STAGE": Suggestions._stages,
    "PROCESS": Suggestions._processes,
    "REASON": Suggestions._reasons,
    "SOURCE": Suggestions._sources,
    "TAG": Suggestions._tags,
}
