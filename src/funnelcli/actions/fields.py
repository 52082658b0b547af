"""Fields of one's own: declared, changed and removed; and the values that records have in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from funnelcli import config
from funnelcli.db import rows
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _, ngettext
from funnelcli.nouns import declared, words
from funnelcli.nouns.own import COLUMNS, Own, declarations
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import shortened, slug
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.choosing import exact, named, nearest, no_name, one_of
from funnelcli.values.nothing import is_nothing

# The nouns of whose fields a stage can ask for: the deal itself, and its contact.
REQUIRED_OF = ("deal", "contact")
WITH_CHOICES = ("choice", "choices")
_SCHEMES = ("http", "https", "mailto", "tel", "file", "ftp", "sftp")
_MOST = 2000
LONGEST_NAME = 60
"""Characters that the name of a field or of a choice may have."""

Held = dict[str, Any]
"""What a value is, by the columns of its row."""


class Choice(NamedTuple):
    """A choice of a field: its key, and its names in English and in German."""

    key: str
    name_en: str
    name_de: str


def key_of(text: str) -> str:
    """The key of what people call ``text``: small letters, digits and underscores. Raises Usage
    where nothing of that is left."""
    key = slug(text)
    if not key or not key[0].isalpha():
        raise Usage(
            _("“{text}” makes no key.").format(text=text),
            _("Begin with a letter, and use letters, digits and underscores."),
        )
    return key


def choice(name: str, german: str) -> Choice:
    """A choice that is called so in English and in German. Raises Usage for a name that makes no
    key, is too long, or says that there is none."""
    for one in (name, german):
        check_name(one)
        if (error := no_name(one)) is not None:
            raise error
    return Choice(key_of(name), name, german)


def check_name(name: str) -> None:
    """Raises Usage for what is no name: nothing, several lines, or too much."""
    if name.strip() and name.isprintable() and len(name) <= LONGEST_NAME:
        return
    shown = shortened(" ".join(name.split()), LONGEST_NAME)
    raise Usage(
        _("“{text}” cannot be a name.").format(text=shown),
        _("Write one line of at most {n} characters.").format(n=LONGEST_NAME),
    )


def choices_of(values: str, german: str = "") -> list[Choice]:
    """The choices that a list with commas names, with their German names in a second such list.
    Raises Usage where one is named twice, or the second has other ones."""
    names = [name.strip() for name in values.split(",") if name.strip()]
    others = [name.strip() for name in german.split(",") if name.strip()]
    if others and len(others) != len(names):
        raise Usage(
            _("There are {n} values and {m} German names.").format(n=len(names), m=len(others)),
            _("Give a German name for each, in the same order."),
        )
    found = [choice(*pair) for pair in zip(names, others or names, strict=True)]
    keys = [choice.key for choice in found]
    for key in keys:
        if keys.count(key) > 1:
            raise Usage(_("{name} is named twice.").format(name=key), _("Name each value once."))
    return found


def names(conn: sqlite3.Connection, noun: str) -> list[str]:
    """The keys and names of a noun's fields, hidden ones too."""
    found = conn.execute("SELECT key, name_en, name_de FROM field WHERE noun = ?", (noun,))
    return [name for row in found for name in row]


def find(conn: sqlite3.Connection, noun: str, text: str) -> int:
    """The id of the field that is called so, by its key or a name, hidden or not. Raises NotFound,
    or Usage where it may be several."""
    found = conn.execute(
        "SELECT id, key, name_en, name_de FROM field WHERE noun = ? ORDER BY position", (noun,)
    ).fetchall()
    entries = [(key, en, de) for _id, key, en, de in found]
    key = named(entries, text)
    if key is None:
        near = nearest(text, entries)
        raise NotFound(
            _("There is no field {name} of one's own.").format(name=text),
            _("Did you mean {name}?").format(name=near)
            if near
            else _("`funnel field list` shows what there is."),
        )
    ids: dict[str, int] = {known: field_id for field_id, known, *_names in found}
    return ids[key]


def add(
    conn: sqlite3.Connection,
    noun: str,
    key: str,
    type_: str,
    names: tuple[str, str],
    *,
    choices: Sequence[Choice] = (),
    stage_id: int | None = None,
) -> int:
    """Declare a field; its id. Raises Refused where there is one of that key or name, Usage for
    what is no name, where its type and its choices do not suit each other, or no stage asks for
    such a field."""
    if conn.execute("SELECT 1 FROM field WHERE noun = ? AND key = ?", (noun, key)).fetchone():
        raise Refused(
            _("There is a field {name} already.").format(name=key),
            _("`funnel field edit {noun} {name} --help` shows how it is changed.").format(
                noun=noun, name=key
            ),
        )
    _check_names(conn, noun, key, (key, *names))
    if bool(choices) != (type_ in WITH_CHOICES):
        raise Usage(
            _("A field of the type {type} has no values to choose from.").format(
                type=words.read(words.FIELD_TYPE, type_)
            )
            if choices
            else _("What can be chosen?"),
            _("Give the type choice or choices.") if choices else _("Give it with --values."),
        )
    _check_required(noun, stage_id)
    (last,) = conn.execute("SELECT coalesce(max(position), 0) FROM field").fetchone()
    row: rows.Row = {
        "noun": noun,
        "key": key,
        "type": type_,
        "position": last + 1,
        "name_en": names[0],
        "name_de": names[1],
        "stage_id": stage_id,
        "hidden": 0,
    }
    field_id = rows.insert(conn, "field", row)
    add_choices(conn, field_id, choices)
    return field_id


def _check_names(conn: sqlite3.Connection, noun: str, key: str, names: Iterable[str]) -> None:
    """Raises Usage for what is no name, Refused where another field of the noun, hidden or not, is
    called so in either language."""
    others = conn.execute(
        "SELECT key, name_en, name_de FROM field WHERE noun = ? AND key <> ?", (noun, key)
    ).fetchall()
    for name in names:
        check_name(name)
        if found := exact(others, name):
            raise Refused(
                _("The field {name} is called {text} too.").format(name=found[0], text=name),
                _("Choose another name."),
            )


def _check_required(noun: str, stage_id: int | None) -> None:
    if stage_id is not None and noun not in REQUIRED_OF:
        raise Usage(
            _("A stage can ask for fields of deals and of their contacts."),
            _("Leave --required-in out."),
        )


def edit(conn: sqlite3.Connection, field_id: int, changes: Mapping[str, Any]) -> list[str]:
    """Change what is said of a field: ``name_en``, ``name_de``, ``stage_id``, ``hidden``; the names
    of what differs now. Raises Usage and Refused as :func:`add` does, NotFound."""
    before = rows.read(conn, "field", ("noun", "key", *changes), field_id)
    if before is None:
        raise _missing(field_id)
    names = (changes[name] for name in ("name_en", "name_de") if name in changes)
    _check_names(conn, before["noun"], before["key"], names)
    _check_required(before["noun"], changes.get("stage_id"))
    changed = {name: value for name, value in changes.items() if before[name] != value}
    rows.update(conn, "field", field_id, changed)
    return list(changed)


def _missing(field_id: int) -> NotFound:
    return NotFound(
        _("There is no field {name}.").format(name=field_id),
        _("`funnel field list` shows what there is."),
    )


def _named(conn: sqlite3.Connection, field_id: int) -> tuple[str, str]:
    """The noun and the key of a field. Raises NotFound."""
    row = conn.execute("SELECT noun, key FROM field WHERE id = ?", (field_id,)).fetchone()
    if row is None:
        raise _missing(field_id)
    return row[0], row[1]


def add_choices(conn: sqlite3.Connection, field_id: int, choices: Iterable[Choice]) -> bool:
    """Add choices to a field, behind those that it has, or name those anew; whether anything
    differs now."""
    changed = False
    for choice in choices:
        found = conn.execute(
            "SELECT id, name_en, name_de FROM field_choice WHERE field_id = ? AND key = ?",
            (field_id, choice.key),
        ).fetchone()
        if found is None:
            conn.execute(
                "INSERT INTO field_choice (field_id, position, key, name_en, name_de)"
                " SELECT ?, 1 + coalesce(max(position), 0), ?, ?, ? FROM field_choice"
                " WHERE field_id = ?",
                (field_id, *choice, field_id),
            )
        elif found[1:] != choice[1:]:
            names = {"name_en": choice.name_en, "name_de": choice.name_de}
            rows.update(conn, "field_choice", found[0], names)
        changed = changed or found is None or found[1:] != choice[1:]
    return changed


def drop_choice(conn: sqlite3.Connection, field_id: int, text: str) -> None:
    """Take a choice from a field. Raises Refused where records have it, and for the last one, Usage
    for what is no choice of it, NotFound for no field."""
    noun, key = _named(conn, field_id)
    entries = conn.execute(
        "SELECT key, name_en, name_de FROM field_choice WHERE field_id = ? ORDER BY position",
        (field_id,),
    ).fetchall()
    choice = _choice(entries, text, key)
    (used,) = conn.execute(
        "SELECT count(*) FROM field_value AS v JOIN field_choice AS c ON c.id = v.choice_id"
        " WHERE c.field_id = ? AND c.key = ?",
        (field_id, choice),
    ).fetchone()
    if used:
        text = ngettext("{n} record has {name}.", "{n} records have {name}.", used)
        raise Refused(
            text.format(n=used, name=choice),
            _(
                "`funnel {noun} list {key}:{name}` lists them; give them another value first."
            ).format(noun=noun, key=key, name=choice),
        )
    if len(entries) == 1:
        raise Refused(
            _("{name} is the last value.").format(name=choice),
            _("`funnel field remove {noun} {name}` removes the field.").format(noun=noun, name=key),
        )
    conn.execute("DELETE FROM field_choice WHERE field_id = ? AND key = ?", (field_id, choice))


def merge_choice(
    conn: sqlite3.Connection, field_id: int, old: str, new: str
) -> tuple[str, str, int]:
    """Let the choice ``new`` of a field stand wherever ``old`` stood, which goes; the keys of both,
    and how many records have the one instead of the other. Raises Usage for what is no choice of
    it, and for one and the same, NotFound for no field."""
    noun, _key = _named(conn, field_id)
    field = next(
        one for one in declarations(conn, declared(noun), hidden=True) if one.id == field_id
    )
    gone, stays = (_choice(field.choices, text, field.title) for text in (old, new))
    if gone == stays:
        raise Usage(_("{key} cannot stand for itself.").format(key=gone), _("Name two values."))
    before, after = (_chosen(conn, field, key) for key in (gone, stays))
    records = conn.execute(
        f"SELECT DISTINCT {noun}_id FROM field_value WHERE choice_id = ?", (before["choice_id"],)
    ).fetchall()
    for (record_id,) in records:
        values: list[Held] = []
        for value in held(conn, noun, record_id, field):
            value = after if value == before else value
            if value not in values:
                values.append(value)
        put(conn, noun, record_id, field, values)
    rows.delete(conn, "field_choice", before["choice_id"])
    return gone, stays, len(records)


def remove(conn: sqlite3.Connection, field_id: int) -> None:
    """Remove a field with its choices and all values. Raises NotFound."""
    if not rows.delete(conn, "field", field_id):
        raise _missing(field_id)


def used(conn: sqlite3.Connection, field_id: int) -> int:
    """How many records have a value in a field."""
    (n,) = conn.execute(
        "SELECT count(*) FROM field_value WHERE field_id = ? AND place = 0", (field_id,)
    ).fetchone()
    return int(n)


# Values -------------------------------------------------------------------------------------------


def read(
    conn: sqlite3.Connection, field: Own, text: str, contact: Callable[[str], int]
) -> list[Held]:
    """What a text means in a field: one value, of several choices as many as it names with commas
    between them, none for "none" or nothing. ``contact`` finds the contact that a name means.

    Raises Usage for what the field cannot hold, and what ``contact`` raises.
    """
    word = text.strip()
    if not word or word.lower() == "none":
        return []
    if field.choices and is_nothing(word) and not exact(field.choices, word):
        return []
    locale = str(config.get("locale"))
    match field.kind:
        case "text":
            return [{"text": word}]
        case "link":
            return [{"text": _link(field, word)}]
        case "number":
            from funnelcli.values.numbers import millionths

            number = millionths(word, locale)
            if number is None:
                raise _cannot(field, text, _bounds(word, locale))
            return [{"number": number}]
        case "money":
            from funnelcli.values.money import parse_money

            usual = str(config.get("currency"))
            amount = parse_money(word, currency=usual, locale=locale, negative=True)
            return [{"amount": amount.minor, "currency": amount.currency}]
        case "date":
            return [{"day": dates.parse_date(word).isoformat()}]
        case "yes_no":
            from funnelcli.values.yesno import yes_or_no

            answer = yes_or_no(word)
            if answer is None:
                raise _cannot(field, text, _("Write yes or no."))
            return [{"number": int(answer)}]
        case "contact":
            return [{"person_id": contact(word)}]
    parts = word.split(",") if field.many else [word]
    keys = dict.fromkeys(
        _choice(field.choices, part, field.title) for part in parts if part.strip()
    )
    return [_chosen(conn, field, key) for key in keys]


def _bounds(word: str, locale: str) -> str:
    """What to do about a number that a field cannot hold."""
    from funnelcli.values.numbers import MILLIONTHS, MOST_DIGITS, is_number

    if not is_number(word, locale):
        return _("Write a number like 3, 2.5 or -12.")
    return _("A number has at most {digits} digits before the decimals and {n} decimals.").format(
        digits=MOST_DIGITS, n=MILLIONTHS
    )


def _chosen(conn: sqlite3.Connection, field: Own, key: str) -> Held:
    (choice_id,) = conn.execute(
        "SELECT id FROM field_choice WHERE field_id = ? AND key = ?", (field.id, key)
    ).fetchone()
    return {"choice_id": choice_id}


def _choice(entries: Iterable[Sequence[str]], text: str, title: str) -> str:
    """The key of the choice that is called so. Raises Usage with those that there are."""
    known = [*entries]
    key = named(known, text)
    if key is None:
        raise Usage(
            _("{option} cannot be {value}.").format(option=title, value=text.strip()),
            one_of(known, _("There is nothing to choose from yet.")),
        )
    return key


def _link(field: Own, text: str) -> str:
    """A link as it is kept: an address without a scheme is one of the web."""
    scheme, colon, _rest = text.partition(":")
    known = colon and scheme.lower() in _SCHEMES
    if re.search(r"\s", text) or len(text) > _MOST or (not known and "." not in text):
        raise _cannot(field, text, _("Write an address like https://example.org/x."))
    if not known and re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.IGNORECASE):
        raise _cannot(field, text, _("Write an address like https://example.org/x."))
    return text if known else f"https://{text}"


def _cannot(field: Own, text: str, hint: str) -> Usage:
    return Usage(_("{option} cannot be {value}.").format(option=field.title, value=text), hint)


def held(conn: sqlite3.Connection, noun: str, record_id: int, field: Own) -> list[Held]:
    """The values that a record has in a field, in their order."""
    found = conn.execute(
        f"SELECT {', '.join(COLUMNS)} FROM field_value WHERE {noun}_id = ? AND field_id = ?"
        " ORDER BY place",
        (record_id, field.id),
    )
    return [
        {name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None}
        for row in found
    ]


def put(
    conn: sqlite3.Connection, noun: str, record_id: int, field: Own, values: Sequence[Held]
) -> bool:
    """Let a record have these values in a field, and no others; whether anything differs now."""
    if values == held(conn, noun, record_id, field):
        return False
    ids = conn.execute(
        f"SELECT id FROM field_value WHERE {noun}_id = ? AND field_id = ? ORDER BY place",
        (record_id, field.id),
    ).fetchall()
    for place, value in enumerate(values):
        row = {**dict.fromkeys(COLUMNS), **value}
        if place < len(ids):
            # Changed in place, so that its history says what became of what.
            rows.update(conn, "field_value", ids[place][0], row)
        else:
            row |= {"field_id": field.id, "place": place, f"{noun}_id": record_id}
            rows.insert(conn, "field_value", row)
    for (value_id,) in ids[len(values) :]:
        rows.delete(conn, "field_value", value_id)
    return True
