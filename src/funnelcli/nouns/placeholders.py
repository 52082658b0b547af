"""The words that help has for values, ``--close DATE``, in the language of the person.

Completion and the code know a word as it is declared (:mod:`funnelcli.nouns.types`); only what is
shown is put into another language, word by word: ``FIELD=TEXT``, ``[={FIELDS}]``.
"""

from __future__ import annotations

from itertools import groupby

from funnelcli.i18n import N_, _

WORDS = (
    N_("ADDRESS"),
    N_("AMOUNT"),
    N_("ANSWER"),
    N_("ATTACHMENT"),
    N_("BEGIN"),
    N_("CHANNEL"),
    N_("CHOICE"),
    N_("CODE"),
    N_("COLUMN"),
    N_("COLUMNS"),
    N_("COMMAND"),
    N_("COMPLAINT"),
    N_("CONTACT"),
    N_("CONTRACT"),
    N_("CRITERION"),
    N_("CURRENCY"),
    N_("DATABASE"),
    N_("DATE"),
    N_("DEAL"),
    N_("DEVICE"),
    N_("DIGEST"),
    N_("DIRECTION"),
    N_("DURATION"),
    N_("ENTRY"),
    N_("EVENT"),
    N_("FIELD"),
    N_("FIELDS"),
    N_("FILE"),
    N_("FILTER"),
    N_("FORMAT"),
    N_("FRAMEWORK"),
    N_("FROM"),
    N_("HOW"),
    N_("ID"),
    N_("INTERVAL"),
    N_("KEY"),
    N_("KEYS"),
    N_("KIND"),
    N_("LANGUAGE"),
    N_("LETTER"),
    N_("MAILBOX"),
    N_("MESSAGE"),
    N_("MILESTONE"),
    N_("N"),
    N_("NAME"),
    N_("NOTE"),
    N_("NOUN"),
    N_("NUMBER"),
    N_("OBJECTION"),
    N_("OFFER"),
    N_("OPTIONS"),
    N_("ORIGIN"),
    N_("OUTCOME"),
    N_("PATH"),
    N_("PERCENT"),
    N_("PERIOD"),
    N_("PHASE"),
    N_("PRICES"),
    N_("PROCESS"),
    N_("PRODUCT"),
    N_("QUESTION"),
    N_("QUESTIONNAIRE"),
    N_("RATE"),
    N_("REASON"),
    N_("RECORD"),
    N_("ROLE"),
    N_("ROW"),
    N_("RULE"),
    N_("SALUTATION"),
    N_("SCALE"),
    N_("SCORE"),
    N_("SETTING"),
    N_("SHELL"),
    N_("SIGN"),
    N_("SLICE"),
    N_("SOURCE"),
    N_("SQL"),
    N_("STAGE"),
    N_("TO"),
    N_("TOPIC"),
    N_("TRAY_NOTE"),
    N_("STATUS"),
    N_("STEP"),
    N_("SUBJECT"),
    N_("TAG"),
    N_("TEXT"),
    N_("TIME"),
    N_("TITLE"),
    N_("URL"),
    N_("TYPE"),
    N_("NEW"),
    N_("OLD"),
    N_("UNIT"),
    N_("URL"),
    N_("USER"),
    N_("VALUE"),
    N_("VERDICT"),
    N_("VISIT"),
    N_("WAY"),
    N_("WHAT"),
    N_("WHEN"),
    N_("WORDING"),
    N_("WORDS"),
)


def placeholder(declared: str) -> str:
    """The word, or words, of a value as help shows them, or a command line with such words."""
    runs = ("".join(run) for _of_words, run in groupby(declared, _is_of_a_word))
    return "".join(_(run) if _stands_for_a_value(run) else run for run in runs)


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or sign in "-_"


def _stands_for_a_value(word: str) -> bool:
    return word.isascii() and word.isupper() and word.replace("_", "").isalpha()
