"""What completion knows of fields of one's own: their options, filters and names, and their values.

Looked up in the database where it is asked for; what the commands take besides stands in
``_options.py``.
"""

from __future__ import annotations

from funnelcli import i18n
from funnelcli.prompt import _options as known
from funnelcli.prompt.matching import Offers, by_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from funnelcli.prompt.matching import Asking

# What completion offers for a value by its type, where the field itself has no choices.
_KINDS = {"date": "DATE", "contact": "CONTACT", "yes_no": "YES_NO"}
# The same behind the colon of a filter.
_ASKED = {"date": "PERIOD", "contact": "CONTACTS", "yes_no": "YES_NO"}


class Own:
    """A field of one's own: ``kind`` is its type, ``word`` what filters and options call it (see
    :func:`funnelcli.nouns.own.word_of`)."""

    __slots__ = ("id", "key", "kind", "name", "word")

    def __init__(self, id_: int, noun: str, key: str, kind: str, name: str) -> None:
        self.id = id_
        self.key = key
        self.word = f"fields.{key}" if key in known.FILTERS.get(noun, ()) else key
        self.kind = kind
        self.name = name

    @property
    def flag(self) -> str:
        """Its option."""
        return f"--{self.word.replace('_', '-').replace('.', '-')}"

    @property
    def off(self) -> str:
        """The option that takes a value off; "" where there is only one value."""
        return f"--no-{self.flag.removeprefix('--')}" if self.many else ""

    @property
    def many(self) -> bool:
        """Whether it has several values."""
        return self.kind == "choices"

    @property
    def sorted(self) -> bool:
        """Whether records can be sorted by it."""
        return not self.many

    @property
    def chosen(self) -> bool:
        """Whether its values are choices."""
        return self.kind in ("choice", "choices")

    @property
    def data(self) -> tuple[str, ...]:
        """What it is called in data."""
        name = f"fields.{self.key}"
        more = {"money": f"{name}_currency", "contact": f"{name}_id"}.get(self.kind)
        return (name, more) if more else (name,)


def of_noun(conn: sqlite3.Connection, noun: str) -> list[Own]:
    """The fields of a noun that are shown, in their order."""
    rows = conn.execute(
        "SELECT id, key, type, name_en, name_de FROM field WHERE noun = ? AND hidden = 0"
        " ORDER BY position, id",
        (noun,),
    )
    return [Own(id_, noun, key, kind, i18n.pick(en, de)) for id_, key, kind, en, de in rows]


def choices(conn: sqlite3.Connection, field_id: int, word: str) -> Offers:
    """The choices of a field by key or name."""
    rows = conn.execute(
        "SELECT key, name_en, name_de FROM field_choice WHERE field_id = ? ORDER BY position",
        (field_id,),
    )
    return by_name(rows, word)


def kind(field: Own, *, filtered: bool) -> str:
    """What completion offers for a value of a field, or behind the colon of its filter."""
    return (_ASKED if filtered else _KINDS).get(field.kind, "")


def differing(
    conn: sqlite3.Connection, noun: str, records: Sequence[tuple[str, int]]
) -> Iterator[tuple[str, str, str]]:
    """The fields in which records, each with its argument, differ: the key and the name of each,
    with the argument of every record that has a value."""
    for field in of_noun(conn, noun):
        values = {
            arg: conn.execute(
                "SELECT text, number, amount, currency, day, choice_id, person_id"
                f" FROM field_value WHERE field_id = ? AND {noun}_id = ? ORDER BY place",
                (field.id, record_id),
            ).fetchall()
            for arg, record_id in records
        }
        if len({repr(value) for value in values.values()}) > 1:
            yield from ((field.key, field.name, arg) for arg, value in values.items() if value)


def declared(conn: sqlite3.Connection, word: str, ask: Asking) -> Offers:
    """The fields of the noun on the line, by their keys; hidden ones too."""
    noun = ask.line.args[0] if ask.line.args else ""
    rows = conn.execute(
        "SELECT key, name_en, name_de FROM field WHERE noun = ? ORDER BY position", (noun,)
    )
    return by_name(rows, word)
