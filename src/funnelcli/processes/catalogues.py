"""Catalogues as TOML files: read with every fault in one, put into the database, and written out
again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from funnelcli import toml
from funnelcli.db import rows
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.plain import NamedTuple
from funnelcli.processes.reading import Reader, read_text
from funnelcli.processes.writing import names
from funnelcli.toml import quoted
from funnelcli.typed import Any
from funnelcli.values.choosing import no_name, plain

KINDS = tuple(words.CATALOGUE)
# The rules that an entry of each catalogue can be counted by.
RULES = {"unit": ("flat",), "visit_type": ("presentation",)}
# What an entry of any catalogue states, and what one of each does besides.
_ANY = ("key", "en", "de", "words", "hidden")
_OWN = {
    "lost_reason": ("rate", "note_required"),
    "objection": ("answers",),
    "unit": ("one", "counts_as"),
    "visit_type": ("counts_as",),
}


class Entry(NamedTuple):
    """An entry as a file states it; ``answers`` are English and German."""

    kind: str
    key: str
    name_en: str
    name_de: str
    one_en: str | None = None
    one_de: str | None = None
    words_en: tuple[str, ...] = ()
    words_de: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    note_required: bool = False
    rate: str = "all"
    counts_as: str | None = None
    hidden: bool = False

    def row(self) -> rows.Row:
        """Its columns, but for its place."""
        row: dict[str, Any] = self._asdict()
        for name in ("words_en", "words_de"):
            row[name] = _json(list(row[name]))
        row["answers"] = _json([{"en": en, "de": de} for en, de in self.answers])
        for name in ("note_required", "hidden"):
            row[name] = int(row[name])
        return row


class Put(NamedTuple):
    """What became of a file's entries, each a catalogue and a key."""

    added: list[tuple[str, str]]
    changed: list[tuple[str, str]]
    unchanged: list[tuple[str, str]]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def parse(text: str, name: str) -> list[Entry]:
    """The entries that a TOML text states.

    Raises Usage naming every fault: what is missing, unknown, or stands twice.
    """
    hint = _("`funnel catalogue export` prints a sound one to start from.")
    try:
        document = toml.loads(text)
    except ValueError as error:
        raise Usage(
            _("{file} is not valid TOML: {error}.").format(file=name, error=error), hint
        ) from error
    reader = Reader()
    for kind in document.keys() - {*KINDS}:
        reader.faults.append(
            _("[[{kind}]] is no catalogue; there are {kinds}").format(
                kind=kind, kinds=", ".join(KINDS)
            )
        )
    found = [
        _entry(reader, kind, table, number)
        for kind in KINDS
        for number, table in enumerate(reader.tables(document, kind, _("the file")), 1)
    ]
    reader.faults += [clash_text(*pair) for pair in clashes(found)]
    if not (found or reader.faults):
        reader.faults.append(_("there is no entry of a catalogue"))
    if reader.faults:
        raise Usage(
            _("{file} is no sound catalogue:").format(file=name)
            + "".join(f"\n  - {fault}" for fault in reader.faults),
            hint,
        )
    return found


def read_file(path: str) -> list[Entry]:
    """The entries in the file at ``path`` ("-" is standard input)."""
    return parse(read_text(path), path)


def _entry(reader: Reader, kind: str, table: dict[str, Any], number: int) -> Entry:
    place = f"{kind} {number}"
    key = reader.key(table, place)
    where = f"{kind} {key or number}"
    for name in table.keys() - {*_ANY, *_OWN.get(kind, ())}:
        reader.faults.append(
            _("{where}: {key} does not belong there").format(where=where, key=name)
        )
    en, de = reader.names({"en, de": table}, "en, de", where, need=True)
    one_en, one_de = reader.names(table, "one", where, need=False)
    said = _words(reader, table, where)
    answers = [
        reader.names({"answers": answer}, "answers", where, need=True)
        for answer in reader.tables(table, "answers", where)
    ]
    rate = reader.choice(table, "rate", tuple(words.RATE), where, default="all")
    rules = RULES.get(kind, ())
    counts_as = (
        reader.choice(table, "counts_as", rules, where) if rules and "counts_as" in table else None
    )
    return Entry(
        kind,
        key,
        en,
        de,
        one_en or None,
        one_de or None,
        *said,
        tuple(answers),
        _flag(reader, table, "note_required", where),
        rate,
        counts_as,
        _flag(reader, table, "hidden", where),
    )


def _words(
    reader: Reader, table: dict[str, Any], where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The English and the German words; a plain list serves as both."""
    stated = table.get("words", {})
    stated = {"en": stated} if isinstance(stated, list) else stated
    lists = [
        stated.get(tongue, []) if isinstance(stated, dict) else None for tongue in ("en", "de")
    ]
    if not all(isinstance(one, list) and all(isinstance(w, str) for w in one) for one in lists):
        reader.faults.append(
            _("{where}: words must be lists of texts, as {example}").format(
                where=where, example='{ en = ["gone"], de = ["weg"] }'
            )
        )
        return (), ()
    en, de = (
        tuple(word.strip() for word in one if word.strip()) for one in lists if one is not None
    )
    return en, de


def _flag(reader: Reader, table: dict[str, Any], key: str, where: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        reader.faults.append(_("{where}: {key} must be true or false").format(where=where, key=key))
    return bool(value)


def clashes(found: Sequence[Entry]) -> list[tuple[str, str, str]]:
    """The pairs of entries of a catalogue that have a key or a name in common: the catalogue, and
    the keys of both."""
    pairs: dict[tuple[str, str, str], None] = {}
    owners: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(found):
        for name in (entry.key, entry.name_en, entry.name_de):
            first = owners.setdefault((entry.kind, plain(name)), place)
            if first != place:
                pairs[entry.kind, found[first].key, entry.key] = None
    return [*pairs]


def clash_text(kind: str, one: str, other: str) -> str:
    """That two entries have a key or a name in common."""
    text = _("{kind}: {one} and {other} have a key or a name in common")
    return text.format(kind=kind, one=one, other=other)


def stored(conn: sqlite3.Connection, kinds: Iterable[str] = KINDS) -> list[Entry]:
    """The entries in the database, catalogue by catalogue, in their order."""
    names_ = Entry._fields
    found = []
    for kind in kinds:
        for row in conn.execute(
            f"SELECT {', '.join(names_)} FROM catalogue WHERE kind = ? ORDER BY position, id",
            (kind,),
        ):
            held = dict(zip(names_, row, strict=True))
            for name in ("words_en", "words_de"):
                held[name] = tuple(json.loads(held[name]))
            answers = json.loads(held["answers"])
            held["answers"] = tuple((one["en"], one["de"]) for one in answers)
            for name in ("note_required", "hidden"):
                held[name] = bool(held[name])
            found.append(Entry(**held))
    return found


def put(conn: sqlite3.Connection, entries: Sequence[Entry]) -> Put:
    """Add entries, or change those of their keys to what they state; others stay.

    New ones come last, in their order; where all entries of a catalogue are stated, that order is
    the catalogue's. Raises Usage for a name that another entry has.
    """
    result = Put([], [], [])
    for kind in dict.fromkeys(entry.kind for entry in entries):
        stated = [entry for entry in entries if entry.kind == kind]
        before = {one.key: one for one in stored(conn, (kind,))}
        for entry in stated:
            held = before.get(entry.key)
            if held is None:
                add(conn, entry)
                known = result.added
            elif held != entry:
                write(conn, entry)
                known = result.changed
            else:
                known = result.unchanged
            known.append((kind, entry.key))
        if before.keys() <= {entry.key for entry in stated}:
            arrange(conn, kind, [entry.key for entry in stated])
        check_names(conn, kind, [one.key for one in stated if before.get(one.key) != one])
    return result


def add(conn: sqlite3.Connection, entry: Entry) -> int:
    """Put a new entry behind the others of its catalogue; its id."""
    (last,) = conn.execute(
        "SELECT coalesce(max(position), 0) FROM catalogue WHERE kind = ?", (entry.kind,)
    ).fetchone()
    return rows.insert(conn, "catalogue", entry.row() | {"position": last + 1})


def write(conn: sqlite3.Connection, entry: Entry) -> None:
    """Let the entry of this key be as ``entry`` states."""
    row = entry.row()
    conn.execute(
        f"UPDATE catalogue SET {', '.join(f'{name} = :{name}' for name in row)}"
        " WHERE kind = :kind AND key = :key",
        row,
    )


def arrange(conn: sqlite3.Connection, kind: str, keys: Sequence[str]) -> None:
    """Put the entries of a catalogue into this order."""
    conn.executemany(
        "UPDATE catalogue SET position = ? WHERE kind = ? AND key = ? AND position <> ?",
        [(place, kind, key, place) for place, key in enumerate(keys, 1)],
    )


def check_names(conn: sqlite3.Connection, kind: str, keys: Iterable[str]) -> None:
    """Raise Usage where one of these entries has a key or a name in common with another, or one
    that says that there is none."""
    new = {*keys}
    entries = stored(conn, (kind,))
    for entry in entries:
        for name in (entry.key, entry.name_en, entry.name_de) if entry.key in new else ():
            if (error := no_name(name)) is not None:
                raise error
    for pair in clashes(entries):
        if new.intersection(pair[1:]):
            raise Usage(f"{clash_text(*pair)}.", _("Choose a name of its own."))


def to_toml(entries: Sequence[Entry]) -> str:
    """The file that :func:`parse` reads as these entries again."""
    return "\n".join("\n".join(_lines(entry)) + "\n" for entry in entries)


def _lines(entry: Entry) -> list[str]:
    lines = [
        f"[[{entry.kind}]]",
        f"key = {quoted(entry.key)}",
        f"en = {quoted(entry.name_en)}",
        f"de = {quoted(entry.name_de)}",
    ]
    if entry.one_en or entry.one_de:
        lines.append(f"one = {names(entry.one_en or '', entry.one_de or '')}")
    if entry.words_en or entry.words_de:
        en, de = (
            "[" + ", ".join(map(quoted, said)) + "]" for said in (entry.words_en, entry.words_de)
        )
        lines.append(f"words = {{ en = {en}, de = {de} }}")
    if entry.answers:
        lines += ["answers = [", *(f"  {names(en, de)}," for en, de in entry.answers), "]"]
    if entry.kind == "lost_reason":
        lines.append(f"rate = {quoted(entry.rate)}")
    if entry.note_required:
        lines.append("note_required = true")
    if entry.counts_as:
        lines.append(f"counts_as = {quoted(entry.counts_as)}")
    if entry.hidden:
        lines.append("hidden = true")
    return lines
