"""Naming a record: by a number of its own, its short id, its public id, or words of its name.

On reads an exact name wins over a prefix, and a prefix over a part of a name. On writes nothing
is guessed: unless the name is given whole, more than one fitting record is an error that lists
them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial

from funnelcli import config
from funnelcli.errors import Ambiguous, Candidate, NotFound, Usage
from funnelcli.filters.conditions import holds, joined
from funnelcli.i18n import _, pick
from funnelcli.ids import is_id
from funnelcli.nouns import declared
from funnelcli.nouns.noun import Naming, Noun
from funnelcli.nouns.rules import CATALOGUE, OFFERED
from funnelcli.nouns.words import CATALOGUE as CATALOGUES
from funnelcli.text import END, name_fold, spellings
from funnelcli.typed import Any
from funnelcli.values.choosing import exact, listed, named, nearest, one_of
from funnelcli.values.whole import id_of, whole

MOST_CANDIDATES = 20
# The nouns whose records can be merged, and what a merged one of a public id has become.
MERGED = ("contact", "deal")
MERGED_INTO = "SELECT f.{0}_id FROM {0}_former AS f WHERE f.public_id = :ref"


def missing(noun: Noun[Any], text: str) -> NotFound:
    """The error for a record that does not exist: an id is one's number, and no name."""
    said = noun.says.missing
    if noun.says.absent and (id_of(text) is not None or is_id(text)):
        said = noun.says.absent
    return NotFound(
        _(said).format(name=text.strip()),
        _("`funnel {command}` shows what there is, with the ids.").format(command=noun.command),
    )


def check(conn: sqlite3.Connection, **ids: int | None) -> None:
    """Raises NotFound for the id of no record, each by the name of its noun; None stands for
    none."""
    for name, record_id in ids.items():
        if record_id is None:
            continue
        table = _TABLES.get(name, name)
        found = conn.execute(f"SELECT 1 FROM {table} WHERE id = ?", (record_id,)).fetchone()
        if found is None:
            raise missing(declared(name), str(record_id))


# The tables of nouns that are called otherwise.
_TABLES = {"user": "member", "tray": "tray_note"}


def missing_both(text: str, hint: str) -> NotFound:
    """The error where neither a contact nor a deal is meant by ``text``."""
    said = (
        _("There is no contact {name}, and no deal.")
        if id_of(text) is not None or is_id(text)
        else _("No contact is called {name}, and no deal.")
    )
    return NotFound(said.format(name=text.strip()), hint)


def resolve(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    text: str,
    *,
    write: bool,
    only: str = "",
    beyond: bool = True,
) -> int:
    """The id of the one record that ``text`` names; ``only``, a condition of the noun's naming,
    narrows what a name means, while an id means its record.

    A name that fits nothing there means one of the others, ``beyond`` that condition: what is done
    with the record says what stands in the way. A colon in front says, as in a filter, that what
    follows is a name, whatever it looks like. Raises NotFound, or Ambiguous with the candidates.
    """
    try:
        return _resolve(conn, noun, text, write=write, only=only)
    except NotFound:
        name = text.strip()
        if name.startswith(":") and name[1:].strip():
            return resolve(conn, noun, name[1:], write=write, only=only, beyond=beyond)
        if not only or not beyond:
            raise
    return _resolve(conn, noun, text, write=write, only="")


def _resolve(
    conn: sqlite3.Connection, noun: Noun[Any], text: str, *, write: bool, only: str
) -> int:
    wanted = text.strip()
    if noun.named is None:
        found = _ids(conn, noun, "r.id = :ref", {"ref": read_id(wanted)}, "1")
        if not found:
            raise missing(noun, text)
        return found[0]
    search = noun.named.search
    where = noun.named.only[only] if only else "1"
    numbered = _numbered(conn, noun, wanted)
    if numbered is not None:
        return numbered
    by_id = of_id(conn, noun, wanted)
    if by_id is not None:
        return by_id
    number = id_of(wanted)
    folded = name_fold(wanted)
    if not folded:
        raise missing(noun, text)
    # All keys of the very name lie between the word and the word with a blank behind it.
    exact = _ids(
        conn,
        noun,
        f"{search} >= :ref AND {search} < :end",
        {"ref": folded, "end": folded + " "},
        where,
    )
    if len(exact) == 1:
        return exact[0]
    if not exact and write and number is not None:
        # A number that is no id, typed where something is done, is a slip and not part of a name.
        raise missing(noun, text)
    if not exact and not write:
        prefix = {"ref": folded, "end": folded + END}
        starts = _ids(conn, noun, f"{search} >= :ref AND {search} < :end", prefix, where)
        if len(starts) == 1:
            return starts[0]
    anywhere = exact or _containing(conn, noun, wanted, where)
    if not anywhere:
        raise missing(noun, text)
    if len(anywhere) > 1:
        raise _ambiguous(conn, noun, text, anywhere)
    return anywhere[0]


def of_id(conn: sqlite3.Connection, noun: Noun[Any], text: str) -> int | None:
    """The record of this id or public id; None where there is none, or ``text`` is neither."""
    number = id_of(text)
    if number is not None:
        found = _ids(conn, noun, "r.id = :ref", {"ref": number}, "1")
        if found:
            return found[0]
    if is_id(text):
        known = "r.public_id = :ref"
        if noun.table in MERGED:
            known += f" OR r.id = ({MERGED_INTO.format(noun.table)})"
        found = _ids(conn, noun, known, {"ref": text.upper()}, "1")
        if found:
            return found[0]
    return None


def read_id(text: str) -> int:
    """An id as a person writes it. Raises Usage for what is none."""
    number = id_of(text)
    if number is None:
        raise Usage(_("{text} is no id.").format(text=text), _("An id is a number, like 3."))
    return number


def _named(noun: Noun[Any]) -> Naming:
    assert noun.named is not None
    return noun.named


def _numbered(conn: sqlite3.Connection, noun: Noun[Any], text: str) -> int | None:
    """The record whose own number is ``text``; of several versions the latest, unless the version
    is named too: "2026-0001/2"."""
    number = _named(noun).number
    if not number:
        return None
    version = "version" if "version" in noun.fields else "id"
    row = conn.execute(
        f"SELECT id FROM {noun.table} WHERE {number} = ? ORDER BY {version} DESC LIMIT 1", (text,)
    ).fetchone()
    before, slash, behind = text.rpartition("/")
    numbered = whole(behind)
    if row is None and slash and version == "version" and numbered is not None:
        row = conn.execute(
            f"SELECT id FROM {noun.table} WHERE {number} = ? AND version = ?",
            (before, numbered),
        ).fetchone()
    return None if row is None else int(row[0])


def _containing(conn: sqlite3.Connection, noun: Noun[Any], text: str, where: str) -> list[int]:
    """Records whose name contains every word; the second expression only when none does."""
    named = _named(noun)
    both = f"{named.search} || ' ' || {named.also}" if named.also else ""
    for names in filter(None, (named.search, both)):
        values: dict[str, int | str] = {}
        clauses = []
        for word in dict.fromkeys(text.split()):
            either = []
            for form in spellings(word):
                name = f"w{len(values)}"
                values[name] = form
                either.append(holds(names, f":{name}", form))
            clauses.append("(" + " OR ".join(either) + ")")
        found = _ids(conn, noun, joined(clauses, "AND"), values, where)
        if found:
            return found
    return []


def _ids(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    clause: str,
    values: Mapping[str, int | str],
    where: str,
) -> list[int]:
    rows = conn.execute(
        f"SELECT r.id FROM {noun.table} AS r WHERE ({clause}) AND ({where})"
        f" ORDER BY r.id LIMIT {MOST_CANDIDATES + 1}",
        values,
    )
    return [row[0] for row in rows]


def _ambiguous(conn: sqlite3.Connection, noun: Noun[Any], text: str, ids: list[int]) -> Ambiguous:
    more = len(ids) > MOST_CANDIDATES
    count = f"{MOST_CANDIDATES}+" if more else str(len(ids))
    return Ambiguous(
        _("{name} fits {count} records.").format(name=text, count=count),
        _("Name one by its id, or with more of its name."),
        labelled(conn, noun, ids[:MOST_CANDIDATES]),
    )


def labelled(
    conn: sqlite3.Connection, noun: Noun[Any], ids: Sequence[int], only: str = ""
) -> list[Candidate]:
    """The records with these ids as a person chooses among them, in this order; ``only`` those for
    which that condition of the noun's naming is true."""
    named = _named(noun)
    marks = ", ".join("?" for _id in ids)
    rows = conn.execute(
        f"SELECT r.id, {named.label} FROM {noun.table} AS r WHERE r.id IN ({marks})"
        f" AND ({named.only[only] if only else 1})",
        [*ids],
    )
    found = {id_: Candidate(id_, _spoken(label)) for id_, label in rows}
    return [found[id_] for id_ in ids if id_ in found]


def public_ids(conn: sqlite3.Connection, noun: Noun[Any], ids: Sequence[int]) -> list[str]:
    """The public ids of the records with these ids, in this order."""
    statement = f"SELECT public_id FROM {noun.table} WHERE id = ?"
    return [conn.execute(statement, (record_id,)).fetchone()[0] for record_id in ids]


def _spoken(label: str) -> str:
    """A label with its parts that depend on the language (:func:`noun.spoken`) in the one spoken
    now."""
    plain_text, *parts = label.split("\x1f")
    for en, de, after in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        plain_text += (pick(en, de) if de else _(en)) + after
    return plain_text


def catalogue_key(conn: sqlite3.Connection, kind: str, text: str, *, hidden: bool = False) -> str:
    """The key of a catalogue entry (kind: one of :data:`funnelcli.nouns.words.CATALOGUE`) that
    ``text`` names: its key, its name in either language, a part of one that no other has, or
    another word for it; of those that are hidden only with ``hidden``.
    Raises Usage with the entries that there are, or with those that it may be.
    """
    entries = conn.execute((CATALOGUE if hidden else OFFERED).format(kind)).fetchall()
    if not hidden and not exact(entries, text):
        _check_hidden(conn, kind, text)
    found = named(entries, text, partial(_other_words, kind, conn))
    if found is not None:
        return found
    said = {
        "objection": _("{name} is no objection of the catalogue."),
        "lost_reason": _("{name} is no reason for losing."),
        "source": _("{name} is no source."),
        "unit": _("{name} is no unit of the catalogue."),
        "visit_type": _("{name} is no type of visit."),
        "effort_kind": _("{name} is no kind of effort."),
    }
    raise Usage(
        said[kind].format(name=text),
        one_of(entries, _("No entries. `funnel catalogue add` adds some.")),
    )


def _check_hidden(conn: sqlite3.Connection, kind: str, text: str) -> None:
    """Raise Usage where ``text`` is the key or a name of an entry that is hidden."""
    rows = conn.execute(
        "SELECT key, name_en, name_de FROM catalogue WHERE kind = ? AND hidden = 1", (kind,)
    ).fetchall()
    for key in exact(rows, text):
        raise Usage(
            _("“{name}” is hidden in the catalogue.").format(name=text),
            _("`funnel catalogue edit {kind} {key} --shown` offers it again.").format(
                kind=kind, key=key
            ),
        )


def unit_key(conn: sqlite3.Connection, text: str, *, hidden: bool = False) -> str:
    """The key of a unit of the catalogue by its names in either language and other words, else the
    unit as it is written. Raises Usage for one that is hidden, but with ``hidden``."""
    import json

    wanted = _unit_word(text)
    rows = conn.execute(
        "SELECT hidden, key, name_en, name_de, one_en, one_de, words_en, words_de FROM catalogue"
        " WHERE kind = 'unit' ORDER BY hidden, position"
    )
    for concealed, key, *names, words_en, words_de in rows:
        called = (key, *filter(None, names), *json.loads(words_en), *json.loads(words_de))
        if wanted in map(_unit_word, called):
            if concealed and not hidden:
                _check_hidden(conn, "unit", key)
            return str(key)
    return text.strip()


def _unit_word(text: str) -> str:
    """A unit as units are compared: "Std." is "std"."""
    return name_fold(text).rstrip(".").replace(" ", "")


def catalogue_names(conn: sqlite3.Connection, kind: str) -> str:
    """The names of the entries that a catalogue offers in the language spoken now, for a
    question."""
    return listed(conn.execute(OFFERED.format(kind)))


def process_id(conn: sqlite3.Connection, text: str | None) -> int:
    """The id of the process that ``text`` names, as :func:`process_key` has it; without a text of
    the usual one, which the settings name."""
    key = process_key(conn, text) if text else _usual_process(conn)
    (found,) = conn.execute("SELECT id FROM process WHERE key = ?", (key,)).fetchone()
    return int(found)


def process_key(conn: sqlite3.Connection, text: str) -> str:
    """The key of the process that ``text`` names, by that, its name in either language, or a part
    of one that no other has.

    Raises NotFound, or Usage with those that it may be.
    """
    rows = conn.execute("SELECT key, name_en, name_de FROM process ORDER BY id").fetchall()
    found = named(rows, text)
    if found is not None:
        return found
    raise no_process(conn, text)


def _usual_process(conn: sqlite3.Connection) -> str:
    """The key of the process that new deals are in. Raises NotFound where this database has none
    like it: settings are for all databases."""
    usual = str(config.get("process"))
    try:
        return process_key(conn, usual)
    except NotFound as error:
        raise NotFound(
            _("There is no process {name}, which the setting process names.").format(name=usual),
            _("`funnel config set process …` names another. {hint}").format(hint=error.hint),
        ) from None


def no_process(conn: sqlite3.Connection, text: str) -> NotFound:
    """The error for a process that does not exist, with those that do."""
    rows = conn.execute("SELECT key, name_en, name_de FROM process ORDER BY id")
    return NotFound(
        _("There is no process {name}.").format(name=text),
        _("Write one of: {keys}.").format(keys=listed(rows)),
    )


def _other_words(kind: str, conn: sqlite3.Connection) -> Mapping[str, Sequence[str]]:
    """The other words for the entries of a catalogue, or for stages, which few names need."""
    from funnelcli.nouns.also import also, also_stored

    return also_stored(conn, kind) if kind in CATALOGUES else also(kind)


def stage_id(conn: sqlite3.Connection, process: int, text: str) -> int:
    """The id of a stage of a process, by its key, its position, its name in either language, or a
    part of one that no other has. Raises NotFound with the stages that there are, Usage with those
    that it may be."""
    rows = conn.execute(_STAGES, (process,)).fetchall()
    if text.strip().isdecimal():
        found = next((row[1] for row in rows if str(row[4]) == text.strip()), None)
    else:
        found = named((row[1:4] for row in rows), text, partial(_other_words, "stage", conn))
    if found is not None:
        return next(int(row[0]) for row in rows if row[1] == found)
    raise no_stage(conn, process, text)


_STAGES = (
    "SELECT id, key, name_en, name_de, position FROM stage WHERE process_id = ? ORDER BY position"
)


def no_stage(conn: sqlite3.Connection, process: int, stage: str | int) -> NotFound:
    """The error for a stage that a process does not have, with those that it has; a number is the
    id of one."""
    rows = conn.execute(_STAGES, (process,)).fetchall()
    text = str(stage)
    if isinstance(stage, int):
        other = conn.execute("SELECT key FROM stage WHERE id = ?", (stage,)).fetchone()
        text = text if other is None else other[0]
    message = _("There is no stage {name}.").format(name=text)
    near = nearest(text, ((row[1], *row[1:4]) for row in rows))
    if near:
        message += " " + _("Did you mean {name}?").format(
            name=listed(row[1:4] for row in rows if row[1] == near)
        )
    return NotFound(
        message, _("The stages are: {keys}.").format(keys=listed(row[1:4] for row in rows))
    )
