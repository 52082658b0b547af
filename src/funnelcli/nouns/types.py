"""The types of fields: how a value is shown, asked for, read from the command line, completed.

A type is also the word that stands for such a value in help (``--close DATE``), so that an
option says with one word what a person reads there, how the value is read, and what the Tab key
offers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from funnelcli.nouns import words
from funnelcli.nouns.rules import CATALOGUE, PROCESSES
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

# What group_concat puts between the parts of a list: a character that no name contains.
SEPARATOR = "\x1f"

Choices = Callable[[], Sequence[tuple[str, str, str]]]


class Type(str):
    """The type of a field, and the word for its values.

    - ``column``: the kind of its column (:class:`funnelcli.render.model.Column`);
    - ``asked``: the kind of its filter (:class:`funnelcli.filters.Field`), "" where none is;
    - ``reads``: how :mod:`funnelcli.cli.entries` reads it;
    - ``of``: the noun that a record's name is looked up among, or the catalogue of a key;
    - ``offers``: what completion offers: a kind of :mod:`funnelcli.prompt`, "" for nothing;
    - ``choices``: the fixed keys with their English words;
    - ``query``: the stored keys, as SQL that gives (key, English name, German name); beside
      ``choices`` those that people have made up;
    - ``lean``: of a day, whether it is to come or has happened, where it is written without its
      year (:func:`funnelcli.values.days.fitting`);
    - ``take``: makes of what SQL can say what the field promises.
    """

    column: str
    asked: str
    reads: str
    of: str
    offers: str
    choices: Mapping[str, str] | None
    query: str
    lean: int
    take: Callable[[Any], Any] | None

    def __new__(
        cls,
        word: str,
        column: str = "text",
        asked: str = "text",
        reads: str = "text",
        *,
        of: str = "",
        offers: str = "",
        choices: Mapping[str, str] | None = None,
        query: str = "",
        lean: int = 0,
        take: Callable[[Any], Any] | None = None,
    ) -> Type:
        made = super().__new__(cls, word)
        made.column = column
        made.asked = asked
        made.reads = reads
        made.of = of
        made.offers = offers
        made.choices = choices
        made.query = query
        made.lean = lean
        made.take = take
        return made

    def called(self, word: str) -> Type:
        """The same type under another word."""
        made = Type(word)
        made.__dict__.update(self.__dict__)
        return made

    def listing(self, query: str) -> Type:
        """The same type with the stored keys that ``query`` gives."""
        made = self.called(self)
        made.query = query
        return made

    def known(self, conn: sqlite3.Connection) -> Choices | None:
        """What gives (key, English name, German name) of the values there are; None where any
        value is one."""
        choices = self.choices or {}
        if self.asked not in ("enum", "tag") or not (choices or self.query):
            return None
        # Every list has its filters at hand, and few are asked for what there is.
        return lambda: [
            *((key, word, words.read(choices, key)) for key, word in choices.items()),
            *(conn.execute(self.query) if self.query else ()),
        ]

    def names(self, keys: Sequence[str]) -> str:
        """How fixed keys read to a person."""
        return ", ".join(map(self.name, keys))

    def name(self, key: str | None) -> str:
        """How a fixed key reads to a person."""
        return words.read(self.choices or {}, key)


def split(joined: str | None) -> list[str]:
    """The parts of a list that a query has joined."""
    return joined.split(SEPARATOR) if joined else []


def hundredths(value: int | None) -> int | float | None:
    """A percentage that the database keeps in hundredths, as people say it."""
    from funnelcli.values.numbers import share

    return None if value is None else share(int(value), 2)


def thousandths(value: int) -> int | float:
    """A quantity that the database keeps in thousandths, as people say it."""
    from funnelcli.values.numbers import share

    return share(int(value), 3)


def one_of(word: str, choices: Mapping[str, str], *, offers: str = "") -> Type:
    """One of the keys that :mod:`funnelcli.nouns.words` names."""
    return Type(word, asked="enum", reads="choice", choices=choices, offers=offers)


def catalogue(word: str, kind: str, *, reads: str = "catalogue", offers: str = "") -> Type:
    """A key of a catalogue, one of :data:`funnelcli.nouns.words.CATALOGUE`."""
    query = CATALOGUE.format(kind)
    return Type(word, asked="enum", reads=reads, of=kind, offers=offers or word, query=query)


def record(word: str, noun: str) -> Type:
    """A record of a noun, by its id or words of its name; the id is what is kept."""
    return Type(word, "id", "int", "record", of=noun, offers=word)


TEXT = Type("TEXT")
NAME = Type("NAME")
DEAL_NAME = Type("TEXT", offers="DEALS")
CONTACT_NAME = Type("TEXT", offers="CONTACTS")
FIRST_STAGE = Type("STAGE", offers="FIRST_STAGE")
"""A stage before any deal."""
DEAL_OR_STAGE = Type("DEAL", offers="DEAL_OR_STAGE")
DEAL_OR_CONTACT = Type("DEAL", offers="DEAL_OR_CONTACT")
ANY_RECORD = Type("RECORD", offers="DEAL_OR_CONTACT")
LONG = Type("TEXT", reads="long")
# Who has a part in the deal on the line, among contacts, or names of them in a text.
PERSON = Type("CONTACT", offers="PERSON")
MET = Type("TEXT", reads="long", offers="PERSON")
CODE = Type("CODE")
CURRENCY = Type("CODE", reads="currency")
ID = Type("N", "id", "int", "whole")
COUNT = Type("N", "int", "int", "whole")
MOOD = Type("N", "int", "int", "mood")
KILOMETRES = Type("N", "int", "int", "kilometres")
AMOUNT = Type("AMOUNT", "money", "money", "money")
PERCENT = Type("PERCENT", "percent", "percent", "percent")
HUNDREDTHS = Type("PERCENT", "percent", "percent", "hundredths", take=hundredths)
QUANTITY = Type("N", "text", "int", "quantity", take=thousandths)
DATE = Type("DATE", "date", "date", "date", offers="DATE")
INSTANT = Type("WHEN", "instant", "instant", "when", offers="WHEN")
# A day to come that may be past as well: a step that is late, a contract that has begun.
DUE = Type("DATE", "date", "date", "date", offers="DATE", lean=1)
# What has happened, and what is still to come, where the other would be refused.
PAST_DATE = Type("DATE", "date", "date", "date", offers="PAST", lean=-1)
PAST = Type("WHEN", "instant", "instant", "when", offers="PAST", lean=-1)
COMING_DATE = Type("DATE", "date", "date", "date", offers="COMING", lean=1)
# A last day: it mostly lies ahead, but can be over.
LAST_DATE = Type("DATE", "date", "date", "date", offers="COMING")
COMING = Type("WHEN", "instant", "instant", "when", offers="COMING", lean=1)
NOTICE = Type("PERIOD", "text", "text", "notice")
EVERY = Type("INTERVAL", "text", "text", "every")
DAYS = Type("PERIOD", "days", "int", "days")
TIME = Type("TIME", reads="time")
PATH = Type("PATH", offers="FILE")
DURATION = Type("DURATION", "duration", "int", "duration")
DECIMAL = Type("N", asked="number", reads="decimal")
"""A number with decimals, kept in millionths."""
YES_NO = Type("ANSWER", "flag", "enum", "yes_no", choices=words.YES_NO)
CHOICE = Type("CHOICE", asked="enum", reads="chosen")
CHOICES = Type("CHOICE", "tags", "tag", "chosen")
URL = Type("URL", reads="url")
TAGS = Type("TAG", "tags", "tag", "list", offers="TAG", take=split)
CHANNELS = Type("CHANNEL", "tags", "tag", "list", choices=words.CONSENT_CHANNEL, take=split)
LIST = Type("TEXT", "tags", "text", "list", take=split)
FLAG = Type("", "flag", "", "flag", take=bool)

SOURCE = catalogue("SOURCE", "source")
REASON = catalogue("REASON", "lost_reason")
# What the customer said will do as well.
OBJECTION_KIND = catalogue("KIND", "objection", reads="objection", offers="OBJECTION_KIND")
STAGE = Type(
    "STAGE",
    asked="enum",
    reads="stage",
    offers="STAGE",
    query="SELECT key, name_en, name_de FROM stage ORDER BY process_id, position",
)
PROCESS = Type(
    "PROCESS",
    asked="enum",
    reads="process",
    offers="PROCESS",
    query=PROCESSES,
)
VISIT_TYPE = catalogue("TYPE", "visit_type", offers="VISIT_TYPE")
EFFORT_KIND = catalogue("KIND", "effort_kind", offers="EFFORT_KIND")
# Those of the catalogue have keys; any other unit is as it is written, and is found by that.
UNIT = Type(
    "UNIT",
    asked="enum",
    reads="unit",
    of="unit",
    offers="UNIT",
    query=f"SELECT * FROM ({CATALOGUE.format('unit')})"
    " UNION ALL SELECT DISTINCT unit, unit, unit FROM product"
    " WHERE unit NOT IN (SELECT key FROM catalogue WHERE kind = 'unit')",
)

OWNER = Type(
    "USER",
    asked="enum",
    reads="member",
    of="user",
    offers="USER",
    query="SELECT key, name, name FROM member ORDER BY key",
)
"""A user of the database, whose key is shown and asked for, and whose id is kept."""

# So do the usual salutations and languages.
SALUTATION = Type(
    "SALUTATION",
    asked="enum",
    reads="salutation",
    choices=words.SALUTATION,
    query="SELECT DISTINCT salutation, salutation, salutation FROM contact"
    " WHERE salutation NOT IN ('mr', 'ms', 'none')",
)
LANGUAGE = Type("LANGUAGE", reads="language", choices=words.LANGUAGE)
# So do the usual parts that people have in a deal.
DEAL_ROLE = Type(
    "ROLE",
    asked="tag",
    reads="deal_role",
    choices=words.DEAL_ROLE,
    query="SELECT DISTINCT role, role, role FROM deal_contact WHERE role NOT IN"
    f" ({', '.join(map(repr, words.DEAL_ROLE))})",
)
# A date that may lack its year, so no column of dates; filters ask for the next one.
BIRTHDAY = Type("DATE", asked="date", reads="birthday")

HOOK_EVENT = one_of("EVENT", words.HOOK_EVENT)
OWN_FIELD = Type("FIELD", offers="OWN_FIELD")
REMIND_WAY = one_of("WAY", words.REMIND_WAY)
PRICES = one_of("PRICES", words.PRICES)
LETTER = one_of("LETTER", words.LETTER)
SUBJECT = one_of("SUBJECT", words.SUBJECT)
PROGRESS = one_of("HOW", words.PROGRESS, offers="PROGRESS")

# The words that help has for values which no type of this module stands for, with what completion
# offers for each.
PLAIN_WORDS = {
    "@NAME": "SAVED",
    "ATTACHMENT": "ATTACHMENT",
    "CONTACT": "CONTACT",
    "COLUMNS": "COLUMNS",
    "COMPLAINT": "COMPLAINT",
    "CONTRACT": "CONTRACT",
    "DATABASE": "FILE",
    "DATE": "DATE",
    "DEAL": "DEAL",
    "FILE": "FILE",
    "FIELD=ID": "TAKEN",
    "FRAMEWORK": "FRAMEWORK",
    "FROM": "FILE",
    "KEYS": "KEYS",
    "FIELDS": "FIELDS",
    "MESSAGE": "MESSAGE",
    "MILESTONE": "MILESTONE",
    "NOUN": "NOUN",
    "OBJECTION": "OBJECTION",
    "OFFER": "OFFER",
    "PERIOD": "PERIOD",
    "PROCESS": "PROCESS",
    "PRODUCT": "PRODUCT",
    "QUESTIONNAIRE": "QUESTIONNAIRE",
    "REASON": "REASON",
    "RULE": "RULE",
    "SETTING": "SETTING",
    "SHELL": "SHELL",
    "SLICE": "SLICE",
    "MAILBOX": "FILE",
    "SQL": "SQL",
    "STAGE": "STAGE",
    "TO": "FILE",
    "TOPIC": "TOPIC",
    "TRAY_NOTE": "TRAY_NOTE",
    "STEP": "STEP",
    "VALUE": "VALUE",
    "VISIT": "VISIT",
    **dict.fromkeys(
        [
            "ADDRESS",
            "AMOUNT",
            "ANSWER",
            "CHOICE",
            "CODE",
            "COLUMN",
            "CRITERION",
            "CURRENCY",
            "DEVICE",
            "DIGEST",
            "ENTRY",
            "RECORD",
            "FIELD=TEXT",
            "FORMAT",
            "[FIELD=]FORMAT",
            "HOW",
            "ID",
            "KEY",
            "KEY=N",
            "KEY=TEXT",
            "LANGUAGE",
            "N",
            "NAME",
            "NUMBER",
            "OLD=NEW",
            "PATH",
            "PERCENT",
            "QUESTION",
            "RATE",
            "ROW[:COLUMN]",
            "SCORE",
            "SIGN",
            "TEXT",
            "TEXT=STAGE",
            "TIME",
            "TITLE",
            "URL",
            "WHAT",
            "WORDING",
            "WORDS",
        ],
        "",
    ),
}
