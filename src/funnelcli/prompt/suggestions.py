"""What a value on the command line could be: records, stages, keys, dates, settings.

For tab completion, which must answer in a few milliseconds among a hundred thousand deals: every
search is a range of an index, with a limit. Nothing here imports the rest of the program.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable

from funnelcli import i18n
from funnelcli.encryption import open_file
from funnelcli.i18n import N_
from funnelcli.prompt import _options as known
from funnelcli.prompt import fields as own
from funnelcli.prompt.bare import BUSY_SECONDS, SERVER_SECONDS
from funnelcli.prompt.line import OWN_NOUNS, Line, commands, noun_of
from funnelcli.prompt.matching import Asking, Offers, keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import TypeVar

    T = TypeVar("T")

_TODAY = {"en": "today", "de": "heute"}
_COMING = {
    "en": "tomorrow mon tue wed thu fri sat sun +1w +2w eow eom eoq",
    "de": "morgen mo di mi do fr sa so +1w +2w eow monatsende quartalsende",
}
_PAST = {
    "en": "yesterday -2d -3d -1w -2w -1m",
    "de": "gestern vorgestern -3d -1w -2w -1m",
}
_PERIODS = {
    "en": "today yesterday this-week last-week this-month last-month this-quarter last-quarter"
    " this-year last-year -30d -90d",
    "de": "heute gestern diese-woche letzte-woche dieser-monat letzter-monat dieses-quartal"
    " letztes-quartal dieses-jahr letztes-jahr -30d -90d",
}


# What may stand before a name in a list of names.
_SIGNS = {"KEYS": "-", "COLUMNS": "+-"}
_COLUMNS = "columns."
_SORT = "sort."
_ALIAS = "alias."


def _lists() -> dict[str, str]:
    """The commands that are lists, of which settings choose the columns, by their names there."""
    return {
        path.replace(" ", "-"): path
        for path, row in known.COMMANDS.items()
        if "l" in row[2] and not path.startswith("report ")
    }


def _is_sorted(path: str) -> bool:
    """Whether a command takes ``--sort``."""
    return "--sort" in known.COMMANDS[path][6]


def _in_one_line(text: str) -> str:
    from funnelcli.prompt.records import described

    return described(text)


class Suggestions(Asking):
    """The candidates for one word of ``line``. Each is (value, description)."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        i18n.use(self.language())

    # What a value is --------------------------------------------------------------------------

    def of(self, kind: str, word: str, before: str = "") -> Offers:
        """The candidates for a value of this kind; ``before`` is what stands before it."""
        if kind == "FILE":
            return [(":files", "")]
        if kind == "FILTER":
            return self.filters(word, before)
        return [(before + value, text) for value, text in self._values(kind, word)]

    def of_option(self, option: str, word: str, before: str = "") -> Offers:
        """The candidates for the value of an option, be it that of a field of one's own."""
        kind = self.line.kind(option)
        if kind is not None or not noun_of(self.line.path):
            return self.of(kind or "", word, before)
        found: Offers = []
        for field in self._own(noun_of(self.line.path)):
            if option in (field.flag, field.off):
                done, comma, last = word.rpartition(",") if field.many else ("", "", word)
                taken = done.split(",")
                offers = self._own_values(field, last, filtered=False)
                found = [
                    (before + done + comma + value, text)
                    for value, text in offers
                    if value not in taken
                ]
        return found

    def own_options(self, word: str) -> Offers:
        """The options of fields of one's own that begin with ``word``."""
        if not noun_of(self.line.path):
            return []
        fields = self._own(noun_of(self.line.path))
        return [
            (flag, field.name)
            for field in fields
            for flag in (field.flag, field.off)
            if flag.startswith(word) and flag and (field.many or flag not in self.line.given)
        ]

    def _own(self, noun: str) -> list[own.Own]:
        """The fields of one's own of a noun."""
        return self._asked(lambda conn: own.of_noun(conn, noun)) if noun in OWN_NOUNS else []

    def _own_values(self, field: own.Own, word: str, *, filtered: bool) -> Offers:
        if field.chosen:
            return self._asked(lambda conn: own.choices(conn, field.id, word))
        if field.kind == "yes_no":
            answers = self.described((("yes", N_("yes")), ("no", N_("no"))))
            return [pair for pair in answers if pair[0].startswith(word)]
        return self._values(own.kind(field, filtered=filtered), word)

    def described(self, pairs: Iterable[tuple[str, str]]) -> Offers:
        """Names with their help, in the user's language."""
        return [(name, i18n._(text) if text else "") for name, text in pairs]

    def filters(self, word: str, before: str = "") -> Offers:
        """Filter words: the fields, and behind the colon what the field can be; within parentheses
        as outside."""
        opened = len(word) - len(word.lstrip("(-"))
        if "(" in word[:opened]:
            before, word = before + word[:opened], word[opened:]
        if word[:1] == "@":
            return [(before + name, text) for name, text in self._values("SAVED_FOR", word[1:])]
        fields = known.FILTERS.get(self.line.noun, {})
        flags = known.FLAGS.get(self.line.noun, ())
        name, colon, value = word.partition(":")
        if not colon:
            names = [*fields, "is"] if flags else list(fields)
            names += [field.word for field in self._own(self.line.noun)]
            return [(f"{before}{field}:", text) for field, text in self._called(names, word)]
        done, _comma, value = value.rpartition(",")
        before = f"{before}{name}:{done}," if done else f"{before}{name}:"
        taken = set(done.split(","))
        if name not in fields:
            name = next((key for key in fields if self._spoken(key) == name.casefold()), name)
        if name == "is":
            rows = [(flag, "", [i18n.pick(*known.FLAG_NAMES[flag])]) for flag in flags]
            found: Offers = keys(rows, value)
        elif name not in fields:
            found = []
            for field in self._own(self.line.noun):
                if field.word == name:
                    found = self._own_values(field, value, filtered=True)
        else:
            kind = fields.get(name, "")
            # Two processes may have a stage of one key, and the filter means both.
            found = self._values(kind, value) if kind else []
        return [(before + item, text) for item, text in found if item not in taken]

    def _spoken(self, name: str) -> str:
        """What a field, by its name, is called in the user's language, as it is typed in a word; ""
        in English, which the names are in already."""
        english = i18n.language() == "en"
        title = None if english else known.CALLED.get(self.line.noun, {}).get(name)
        return i18n._(title).casefold().replace(" ", "-") if title else ""

    def _called(self, names: Iterable[str], word: str) -> Offers:
        """The names that begin with ``word``, and where only what a field is called does, that."""
        return keys(((name, "", [self._spoken(name)]) for name in names), word)

    def other_options(self, word: str, flags: Collection[str]) -> Offers:
        """What people call one of the options ``flags``, which are not called so, where that begins
        with ``word``."""
        from funnelcli.prompt.option_guesses import OPTIONS, options

        names = (
            f"--{name}" for flag in flags for name in OPTIONS.get(flag, "").split() if len(name) > 2
        )
        begun = dict.fromkeys(name for name in names if name.startswith(word))
        meant = ((name, options(name, flags)) for name in begun)
        return [(name, found[0]) for name, found in meant if len(found) == 1]

    def _values(self, kind: str, word: str) -> Offers:
        if kind == "TOPIC" and self.line.args:
            return self.described(commands(" ".join(self.line.args), word))
        if kind in known.ENUMS and kind.startswith("SLICE"):
            found = self._fixed(kind, word)
            fields = [field for field in self._own("deal") if field.kind != "money"]
            return found + keys([(one.key, one.name, [one.name]) for one in fields], word)
        if kind in known.ENUMS:
            return self._fixed(kind, word)
        if kind in ("FIELDS", "KEYS", "COLUMNS"):
            return self._listed(kind, word)
        if kind == "SETTING":
            return self._settings(word)
        if kind in ("DATE", "WHEN", "COMING", "PAST"):
            language = i18n.language()
            past, coming = _PAST[language].split(), _COMING[language].split()
            days = past if kind == "PAST" else coming
            if kind in ("DATE", "WHEN"):
                days = [_TODAY[language], *coming, past[0]]
            return [(day, "") for day in days if day.startswith(word.lower())]
        if kind == "PERIOD":
            periods = _PERIODS[i18n.language()].split()
            return [(period, "") for period in periods if period.startswith(word.lower())]
        if kind == "VALUE":
            return self._setting_values(word)
        if kind == "NOUN":
            from funnelcli.nouns import NOUNS

            return [(noun, "") for noun in NOUNS if noun.startswith(word)]
        if kind == "SQL":
            return self._in_sql(word)
        return self._stored(kind, word)

    def _fixed(self, kind: str, word: str) -> Offers:
        """Fixed keys, with what they mean."""
        read = [(key, i18n._(text) if text else "") for key, text in known.ENUMS[kind].items()]
        return keys(((key, text, [text]) for key, text in read), word)

    def _stored(self, kind: str, word: str) -> Offers:
        """What the database knows; nothing where there is none that this program wrote."""
        if not kind:
            return []
        from funnelcli.prompt import records

        query = records.KINDS.get(kind)
        if query is None and kind in known.RECORDS:
            table, label = known.RECORDS[kind]
            query = lambda conn, word, _ask: records.labelled(table, label, conn, word)  # noqa: E731
        if query is None:
            from funnelcli.prompt import work

            query = work.KINDS.get(kind)
        if query is None:
            return []
        found = self._asked(lambda conn: query(conn, word, self))
        return list(dict(reversed(found)).items())[::-1]

    def _asked(self, query: Callable[[sqlite3.Connection], list[T]]) -> list[T]:
        """What a query of the database gives; nothing where there is none of this program."""
        given = self.line.given.get("--db")
        # The shell that runs the line will expand it.
        path = os.path.expanduser(given[-1]) if given else self.database()
        if not os.path.isfile(path):
            return _asked_there(path, query) if "://" in path else []
        conn = open_file(path, ask=False, timeout=BUSY_SECONDS)
        try:
            conn.execute("PRAGMA query_only = ON")
            if conn.execute("PRAGMA user_version").fetchone() != (known.SCHEMA,):
                return []
            return query(conn)
        finally:
            conn.close()

    def _listed(self, kind: str, word: str) -> Offers:
        """Names with commas between them: fields of JSON, keys to sort by."""
        if kind == "COLUMNS" and word.rpartition(",")[2].startswith("@"):
            return self._sets(word)
        names = known.SORTS.get(self.line.noun, ()) if kind == "KEYS" else self._fields()
        fields = self._own(self.line.noun or self.line.path.partition(" ")[0])
        if kind == "KEYS":
            names = (*names, *(field.word for field in fields if field.sorted))
        elif fields and names:
            names = (*names, *(name for field in fields for name in field.data))
        return self._in_a_row(names, word, _SIGNS.get(kind, ""), spoken=kind != "FIELDS")

    def _in_a_row(
        self, names: Iterable[str], word: str, signs: str, *, spoken: bool = False
    ) -> Offers:
        done, comma, last = word.rpartition(",")
        sign = last[:1] if last[:1] in tuple(signs) else ""
        taken = {name.lstrip("+-") for name in done.split(",")}
        left = [name for name in names if name not in taken]
        begun = last.removeprefix(sign)
        if spoken:
            found = self._called(left, begun)
        else:
            found = [(name, "") for name in left if name.startswith(begun)]
        return [(done + comma + sign + name, text) for name, text in found]

    def _fields(self) -> tuple[str, ...]:
        """What the command prints as data under the options that are given."""
        printed = self.line.command[4] if self.line.command else {}
        which = 0 if self.line.word.startswith("--json=") else 1
        table = printed.get("", ("", ""))[which]
        added: list[str] = []
        for option, values in self.line.given.items():
            for key in (option, *(f"{option}={value}" for value in values)):
                under = printed.get(key, ("", ""))[which]
                if under.startswith("="):
                    return known.FIELDS[under[1:]]
                if under.startswith("+"):
                    added += known.FIELDS[under[1:]]
                elif under:
                    table = under
        return (*known.FIELDS.get(table, ()), *added)

    def _settings(self, word: str) -> Offers:
        """The settings; those of lists, which are many, where one is begun."""
        found = self.described(s for s in known.SETTINGS.items() if s[0].startswith(word))
        names: dict[str, str] = {}
        if word:
            lists = _lists()
            names.update(dict.fromkeys((_COLUMNS + name for name in lists), ""))
            sorted_ = (name for name, path in lists.items() if _is_sorted(path))
            names.update(dict.fromkeys((_SORT + name for name in sorted_), ""))
            for table in (_COLUMNS, _SORT, _ALIAS):
                texts = self.table(table[:-1])
                names.update((table + name, text) for name, text in texts.items())
        offered = [(name, text) for name, text in names.items() if name.startswith(word)]
        return found + [(name, _in_one_line(text) if text else "") for name, text in offered]

    def aliases(self, word: str) -> Offers:
        """The commands of one's own that begin with a word, with what they stand for."""
        texts = self.table("alias").items()
        return [(name, _in_one_line(text)) for name, text in texts if name.startswith(word)]

    def _sets(self, word: str) -> Offers:
        """The sets of columns of the command's list."""
        name = self.line.path.replace(" ", "-")
        done, comma, last = word.rpartition(",")
        start = f"{name}{last}"
        return [
            (f"{done}{comma}{set_.removeprefix(name)}", _in_one_line(text))
            for set_, text in self.table("columns").items()
            if set_.startswith(start)
        ]

    def _setting_values(self, word: str) -> Offers:
        name = self.line.args[0] if self.line.args else ""
        if name.startswith(_COLUMNS):
            path = _lists().get(name.removeprefix(_COLUMNS).partition("@")[0])
            table = known.COMMANDS[path][4][""][1] if path else ""
            return self._in_a_row(known.FIELDS.get(table, ()), word, _SIGNS["COLUMNS"])
        if name.startswith(_SORT):
            path = _lists().get(name.removeprefix(_SORT))
            noun = known.COMMANDS[path][3] if path else ""
            return self._in_a_row(known.SORTS.get(noun, ()), word, _SIGNS["KEYS"])
        if name.startswith(_ALIAS):
            first, blank, verb = word.partition(" ")
            found = commands(first if blank else "", verb if blank else first)
            before = first + blank if blank else ""
            return self.described((before + name, text) for name, text in found)
        if name == "process":
            return self._values("PROCESS", word)
        fixed = {
            "language": i18n.LANGUAGES,
            "input": ("true", "false"),
            "color": ("true", "false"),
            "pager": ("on", "off"),
        }
        return [(value, "") for value in fixed.get(name, ()) if value.startswith(word)]

    def _in_sql(self, word: str) -> Offers:
        """A statement with the name at its end made whole: a view, or a column of those it names,
        fields of one's own too."""
        from funnelcli.queries.views import NAMES, columns, own_columns

        begun = word[len(word.rstrip("abcdefghijklmnopqrstuvwxyz_0123456789")) :]
        if not begun:
            return []
        before = word[: len(word) - len(begun)]
        named = [view for view in NAMES if view in before.replace(",", " ").split()]
        found = [*NAMES, *(name for view in named for name in columns(view))]
        found += self._asked(
            lambda conn: [name for view in named for name in own_columns(conn, view)]
        )
        return [(before + name, "") for name in dict.fromkeys(found) if name.startswith(begun)]


def _asked_there(address: str, query: Callable[[sqlite3.Connection], list[T]]) -> list[T]:
    """What a query gives of a database on a server; nothing where that takes longer than somebody
    who pressed a key waits for."""
    import threading
    from contextlib import closing, suppress

    found: list[T] = []

    def ask() -> None:
        # Whatever is wrong, completion says nothing.
        with suppress(Exception):
            from funnelcli.db.server import opening

            with closing(opening.look(address)) as conn:
                if conn.execute("PRAGMA user_version").fetchone() == (known.SCHEMA,):
                    found.extend(query(conn))  # type: ignore[arg-type]

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SERVER_SECONDS)
    return [] if thread.is_alive() else found
