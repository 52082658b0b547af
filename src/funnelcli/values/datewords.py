"""The words of days, times and periods, in English and German.

One table says of each word what it can be; a word may be several things ("morgen" is tomorrow and
the morning, "may" a month). What words mean together is said by
:mod:`funnelcli.values.dategrammar`.
"""

from __future__ import annotations

from functools import cache

from funnelcli.text import fold
from funnelcli.typed import Any

# kind -> words -> what they stand for. An ending that German adjectives change is written "-".
_WORDS: dict[str, dict[str, Any]] = {
    "day": {
        "today heute": 0,
        "tomorrow tmrw morgen": 1,
        "übermorgen": 2,
        "überübermorgen": 3,
        "yesterday gestern": -1,
        "vorgestern": -2,
        "vorvorgestern": -3,
    },
    "weekday": {
        "mo mon monday monday's montag": 0,
        "di die tu tue tues tuesday tuesday's dienstag": 1,
        "mi mit we wed weds wednesday wednesday's mittwoch": 2,
        "do don th thu thur thurs thursday thursday's donnerstag": 3,
        "fr fre fri friday friday's freitag": 4,
        "sa sam sat saturday saturday's samstag sonnabend": 5,
        "so son su sun sunday sunday's sonntag": 6,
    },
    "month": {
        "jan january januar januars jän jänner jänners": 1,
        "feb february februar februars feber": 2,
        "mar march mär märz mrz": 3,
        "apr april aprils": 4,
        "may mai": 5,
        "jun june juni": 6,
        "jul july juli": 7,
        "aug august augusts": 8,
        "sep sept september septembers": 9,
        "oct october okt oktober oktobers": 10,
        "nov november novembers": 11,
        "dec december dez dezember dezembers": 12,
    },
    # How many of which unit.
    "unit": {
        "d day days t tag tage tagen tg tge tgn": (1, "d"),
        "w wk wks week weeks week's woche wochen": (1, "w"),
        "m mth month months month's monat monate monaten monats monates": (1, "m"),
        "q quarter quarters quarter's quartal quartale quartalen quartals": (1, "q"),
        "y yr yrs year years year's j jahr jahre jahren jahres": (1, "y"),
        "fortnight fortnights": (14, "d"),
        "vierteljahr vierteljahre vierteljahren": (3, "m"),
        "halbjahr halbjahre halbjahren": (6, "m"),
    },
    "number": {
        "a an one ein eine einem einen einer eines ne nem nen ner": 1,
        "two zwei": 2,
        "three drei": 3,
        "four vier": 4,
        "five fünf": 5,
        "six sechs": 6,
        "seven sieben": 7,
        "eight acht": 8,
        "nine neun": 9,
        "ten zehn": 10,
        "eleven elf": 11,
        "twelve zwölf": 12,
        "fourteen vierzehn": 14,
        "fifteen fünfzehn": 15,
        "twenty zwanzig": 20,
        "thirty dreißig": 30,
        "sixty sechzig": 60,
        "ninety neunzig": 90,
    },
    "ordinal": {
        "first erst-": 1,
        "second zweit-": 2,
        "third dritt-": 3,
        "fourth viert-": 4,
        "fifth fünft-": 5,
        "sixth sechst-": 6,
        "seventh siebt-": 7,
        "eighth acht-": 8,
        "ninth neunt-": 9,
        "tenth zehnt-": 10,
        "eleventh elft-": 11,
        "twelfth zwölft-": 12,
        "fifteenth fünfzehnt-": 15,
        "twentieth zwanzigst-": 20,
        "thirtieth dreißigst-": 30,
    },
    "which": {
        "this dies-": 0,
        "next coming nächst- kommend-": 1,
        "übernächst-": 2,
        "last past previous letzt- vergangen- vorig-": -1,
        "vorletzt-": -2,
    },
    # Early, in the middle, late: of a week, a month, a quarter, a year.
    "edge": {
        "beginning start early anfang beginn": "a",
        "middle mid mitte": "m",
        "end late ende": "z",
    },
    "edge of": {
        "monatsanfang monatsbeginn": ("a", "m"),
        "quartalsanfang quartalsbeginn": ("a", "q"),
        "jahresanfang jahresbeginn": ("a", "y"),
        "wochenanfang wochenbeginn": ("a", "w"),
        "wochenmitte midweek": ("m", "w"),
        "monatsmitte": ("m", "m"),
        "jahresmitte": ("m", "y"),
        "eow": (".", "w"),
        "eom monatsende monatsletzt-": ("z", "m"),
        "eoq quartalsende": ("z", "q"),
        "eoy jahresende": ("z", "y"),
    },
    # The parts of a day, by the setting that says what time they are.
    "part": {
        "morning früh morgen morgens frühmorgens": "morning",
        "forenoon vormittag vormittags vorm": "forenoon",
        "noon midday mittag mittags": "noon",
        "afternoon nachmittag nachmittags nachm": "afternoon",
        "evening abend abends": "evening",
        "eod cob": "evening",
    },
    "tonight": {"tonight": "evening"},
    "week": {"week wk cw kw w woche kalenderwoche": "w"},
    "quarter": {"q quarter quartal quartals": "q"},
    "at": {"at um gegen ab around @ about ca circa": ""},
    "uhr": {"uhr h o'clock oclock": ""},
    "half day": {"am": "a", "pm": "p"},
    "half": {"half": "", "halb-": "", "halb": ""},
    "quarter of": {"quarter viertel": ""},
    "past": {"past nach": 1, "to vor": -1},
    # What stands before a day and belongs to it: by then, until then, on it.
    "lead": {
        "by until till til bis on am im in an zum zur die den dem der das the ab starting": "",
        "due fällig spätestens latest für for noch": "",
    },
    "on": {"on am im in an zum zur die den dem der das the": ""},
    "until": {"by until till til bis": ""},
    "onward": {"since seit ab from starting": ""},
    "of": {"of des der dem den the im in": ""},
    "latest": {"spätestens latest": ""},
    "in": {"in within innerhalb binnen": ""},
    "now": {"now jetzt": ""},
    "from": {"from ab after": ""},
    "before": {"before vor": ""},
    "after": {"after nach": ""},
    "ago": {"ago": ""},
    # Behind these a day is a bound, or comes again and again, and is no date to do anything on.
    "bar": {
        "before prior vorm after vor nach von from not nicht kein keinen every each jed-": "",
        "sometime irgendwann": "",
    },
    # Behind these it says when something was.
    "source": {"vom since seit dated": ""},
    # What follows these goes on: "Freitag zwischen 10 und 12".
    "between": {"between zwischen": ""},
    "to": {"to until till bis through thru and und or oder": ""},
    "since": {"since seit": ""},
    "so far": {"ytd": "y", "qtd": "q", "mtd": "m", "wtd": "w"},
    "every": {"every each alle jed- pro per": ""},
    "interval": {
        "daily täglich": (1, "d"),
        "weekly wöchentlich": (1, "w"),
        "fortnightly zweiwöchentlich vierzehntäglich vierzehntägig": (2, "w"),
        "monthly monatlich": (1, "m"),
        "zweimonatlich": (2, "m"),
        "quarterly vierteljährlich quartalsweise": (1, "q"),
        "halbjährlich semiannually semiannual": (6, "m"),
        "yearly annually annual jährlich": (1, "y"),
    },
    # Words of holidays' names that are nothing else; the whole names are in _FEASTS.
    "feast": {
        "heiligabend weihnachten weihnachtstag weihnachtsfeiertag silvester": "",
        "neujahr neujahrstag": "",
        "dreikönig dreikönige dreikönigstag ostern ostersonntag ostermontag karfreitag": "",
        "gründonnerstag pfingsten pfingstsonntag pfingstmontag himmelfahrt fronleichnam": "",
        "nikolaus allerheiligen reformationstag christmas xmas easter epiphany": "",
    },
    "all": {"all alle alles gesamt insgesamt ever immer": ""},
}
# Holidays: month and day, or 0 and how many days after Easter Sunday.
_FEASTS = {
    "heiligabend|heilig abend|christmas eve|xmas eve": (12, 24),
    "weihnachten|christmas|christmas day|xmas|1. weihnachtstag|1. weihnachtsfeiertag"
    "|erster weihnachtstag|ersten weihnachtstag|erster weihnachtsfeiertag": (12, 25),
    "boxing day|2. weihnachtstag|2. weihnachtsfeiertag|zweiter weihnachtstag"
    "|zweiten weihnachtstag|zweiter weihnachtsfeiertag": (12, 26),
    "silvester|new year's eve|new years eve": (12, 31),
    "neujahr|neujahrstag|new year's day|new years day|new year's": (1, 1),
    "dreikönig|dreikönige|dreikönigstag|heilige drei könige|epiphany": (1, 6),
    "nikolaus": (12, 6),
    "reformationstag": (10, 31),
    "allerheiligen": (11, 1),
    "gründonnerstag": (0, -3),
    "karfreitag|good friday": (0, -2),
    "ostern|ostersonntag|easter|easter sunday": (0, 0),
    "ostermontag|easter monday": (0, 1),
    "himmelfahrt|christi himmelfahrt": (0, 39),
    "pfingsten|pfingstsonntag|whit sunday": (0, 49),
    "pfingstmontag|whit monday": (0, 50),
    "fronleichnam": (0, 60),
}
# What such a name begins with that is a word of every day.
FEAST_STARTS = frozenset(("good", "new", "boxing", "whit", "heilig", "heilige", "christi"))
_ENDINGS = ("e", "em", "en", "er", "es")
# Fewer letters, or words of every day as well: no proof that a date goes on.
_WEAK = frozenset(
    fold(word)
    for line in (
        "mo di die tu mi mit we do don th fr fre sa sam sat so son su sun mar may mai mon jan a an",
        " d t w m q y j h am in im first second third early nikolaus",
    )
    for word in line.split()
)
# What shows that the words around it are about days.
_TELLING = frozenset(
    (
        "day",
        "weekday",
        "month",
        "unit",
        "edge",
        "edge of",
        "part",
        "tonight",
        "uhr",
        "week",
        "feast",
    )
)


@cache
def lexicon() -> dict[str, dict[str, Any]]:
    """Folded word → kind → what it stands for."""
    table: dict[str, dict[str, Any]] = {}
    for kind, lines in _WORDS.items():
        for line, value in lines.items():
            for word in line.split():
                stem = word.removesuffix("-")
                endings = _ENDINGS if word != stem else ("",)
                for ending in endings:
                    table.setdefault(fold(stem + ending), {}).setdefault(kind, value)
    # "Freitagnachmittag", "Mittwochabend": a weekday and a part of it in one word.
    whole = ("tag", "woch", "sonnabend")
    for word in [word for word, is_ in table.items() if "weekday" in is_ and word.endswith(whole)]:
        for part, meanings in list(table.items()):
            if "part" in meanings and part[:1] in "vnamf" and len(part) > 3:
                table[word + part] = {"at part": (table[word]["weekday"], meanings["part"])}
    return table


@cache
def feasts() -> dict[str, tuple[int, int]]:
    """The folded names of holidays, their words and marks parted by blanks → month and day, or 0
    and how many days after Easter Sunday."""
    return {
        fold(name).replace(".", " ."): on
        for names, on in _FEASTS.items()
        for name in names.split("|")
    }


def tells(word: str) -> bool:
    """Whether a folded word shows that the words around it are about days."""
    return word not in _WEAK and not _TELLING.isdisjoint(lexicon().get(word, ()))


@cache
def month_of(word: str) -> int | None:
    """The month that a word names, from 1, in files as in what people write."""
    month: int | None = lexicon().get(fold(word), {}).get("month")
    return month
