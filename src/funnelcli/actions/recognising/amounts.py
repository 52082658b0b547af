"""How long and how far: what a clause says of the visit's time and way."""

from __future__ import annotations

from collections.abc import Iterator

from funnelcli.actions.recognising.clauses import WORD, Clause, compared, word_set
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.text import fold

# A visit that nobody calls one took no longer than this many minutes; and none took longer than
# half a day, or more kilometres than one drives for it.
_LONGEST_BARE, _LONGEST, _FARTHEST = 300, 720, 2000

DIGITS = (
    r"\d{1,3}(?:[.'\u202f ]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?"
    r"|\d+(?:[.,]\d{1,2})?"
)
_COUNTS: dict[str, float] = {
    fold(word): count
    for words, count in (
        ("ein eine einer einen one a an", 1),
        ("anderthalb eineinhalb", 1.5),
        ("zwei two", 2),
        ("zweieinhalb", 2.5),
        ("drei three", 3),
        ("dreieinhalb", 3.5),
        ("vier four", 4),
        ("fünf five", 5),
        ("zehn ten", 10),
        ("zwölf twelve", 12),
        ("fünfzehn fifteen", 15),
        ("zwanzig twenty", 20),
        ("fünfundzwanzig twenty-five", 25),
        ("dreißig thirty", 30),
        ("vierzig forty", 40),
        ("fünfundvierzig forty-five", 45),
        ("fünfzig fifty", 50),
        ("sechzig sixty", 60),
        ("neunzig ninety", 90),
    )
    for word in words.split()
}
_COUNT = "|".join(sorted(_COUNTS, key=len, reverse=True))
_HOURS = r"h|hrs?|hours?|std|stdn?|stunden?"
_MINUTES = r"min|mins|minutes?|minuten?"
_HALVES = (
    (r"(?:a )?(?:good|full|solid|whole) hour|(?:eine |ne )?(?:gute|knappe|volle|ganze) stunde", 60),
    (r"(?:an|one|1) hour and twenty(?: minutes| mins?)?", 80),
    (r"(?:an|one|1) hour and (?:ten|10)(?: minutes| mins?)?", 70),
    (r"(?:eine |einer )?(?:drei ?viertel ?stunde)|three quarters of an hour", 45),
    (r"(?:eine |einer )?viertel ?stunde|(?:a )?quarter of an hour", 15),
    (r"(?:'?ne |eine[rn]? )?halbe[rn]? ?(?:stunde|std|h)|(?:a )?half (?:an|a) hour|half hour", 30),
    (r"1/2 (?:hours?|hrs?|h|std|stunden?)", 30),
    (r"(?:an|one|1) hour and a half|one and a half hours|1 1/2 (?:hours?|hrs?|h|std|stunden?)", 90),
    (r"two and a half hours|2 1/2 (?:hours?|hrs?|h|std|stunden?)", 150),
)


_DURATION = regex(
    r"(?<![\w.,:/+-])(?:"
    + "|".join(f"(?P<half{i}>{pattern})" for i, (pattern, _n) in enumerate(_HALVES))
    + rf"|(?P<clock>\d{{1,2}}):(?P<past>[0-5]\d) ?(?:{_HOURS})"
    rf"|(?P<hours>\d{{1,2}}(?:[.,]\d{{1,2}})?|(?:{_COUNT})(?= )) ?(?:{_HOURS})\b\.?"
    rf"(?: ?(?:und |and )?(?P<more>[0-5]?\d)(?: ?(?:{_MINUTES}|m)\b|(?= |$)(?!\s*(?:€|eur|km"
    rf"|%))))?"
    rf"|(?P<hm>\d{{1,2}})h(?P<mm>[0-5]\d)"
    rf"|(?P<minutes>\d{{1,3}})(?:[ -]?(?:{_MINUTES})\b|m\b)|(?P<spelt>{_COUNT}) (?:{_MINUTES})\b"
    r")(?![\w/]|-\d)"
)


class Amount(NamedTuple):
    """A number with what it counts, and where it stands in its clause, folded."""

    start: int
    end: int
    value: float


def _durations(text: str) -> Iterator[Amount]:
    """How long something takes, in minutes."""
    for found in _DURATION.finditer(text):
        named = {name: part for name, part in found.groupdict().items() if part is not None}
        halves = [n for i, (_pattern, n) in enumerate(_HALVES) if f"half{i}" in named]
        if halves:
            value: float = halves[0]
        elif "clock" in named:
            value = int(named["clock"]) * 60 + int(named["past"])
        elif "hm" in named:
            value = int(named["hm"]) * 60 + int(named["mm"])
        elif "hours" in named:
            value = _count(named["hours"]) * 60 + int(named.get("more", 0))
        else:
            value = _count(named.get("minutes") or named["spelt"])
        yield Amount(found.start(), found.end(), value)


def _count(text: str) -> float:
    return _COUNTS[text] if text in _COUNTS else float(text.replace(",", "."))


# What a way takes, and what something else than the visit does.
_WAY = (
    "traffic jam fahrt fahrzeit anfahrt rückfahrt hinfahrt abfahrt gefahren unterwegs"
    " fahrtzeit anreise stau"
    " drive drove driving driven travel travelled traveled travelling commute journey each"
)
_ROAD = regex(r"[am]\d{1,3}|autobahn|motorway|tunnel")
_NO_VISIT = (
    "früh früher early earlier gewartet warten wartezeit wait waited waiting installation"
    " montage einbau abnahme lieferung"
    " lieferzeit pause gebucht geplant angesetzt vorgesehen booked planned scheduled handover"
    " install mounting fitting delivery late verspätung verspätet später weg entfernt away later"
    " dauert takes laufzeit betrieb runs shift shifts schicht schichten garantie warranty takt"
    " every alle jede jeden each per pro täglich daily training schulung service akku hält"
    " response reaktionszeit reaktion before vorher innerhalb within under unter"
)
_VISIT = (
    "gespräch besuch gesprochen dauer dauerte gedauert lang lange meeting visit talk talked spoke"
    " chat chatted took zusammengesessen zusammengesetzt gewesen besprechung beratung"
    " beratungsgespräch besichtigung session genommen getroffen waste met discussion demo"
    " vorführung präsentation presentation call telefonat conversation duration unterhalten"
    " geschnackt gesprächsdauer besuchsdauer lasted erwischt teilgenommen wahrgenommen"
    " ran had hatte geblieben stayed angel geredet geplaudert beim bei spent verbracht with caught"
    " zoom teams webex skype tel telefon telko telco anruf videocall videokonferenz teamscall"
    " zoomcall teamsmeeting zoommeeting"
)
_LENGTH_FILLERS = (
    "ca circa etwa ungefähr rund knapp gut fast nur insgesamt total in dauer duration about"
    " around"
    " approx roughly nearly almost only just there da vor ort on site zeit time long lang länge"
    " all altogether alles tatsächlich actually finally schließlich end for für an a und and"
    " war was dort here"
    " hier visit besuch gespräch meeting min std h"
)


_CLOCK = r"([01]?\d|2[0-3])(?:([:.h])([0-5]\d))? ?(am|pm|uhr|h)?\b"
_TIMES = regex(
    rf"(?<![\w:.,/€$£-]){_CLOCK} ?(?:-|–|—|bis|to|until|till) ?{_CLOCK}"
    r"(?![:/]|[.,]\d| ?(?:€|%|eur\b|km\b|k\b))",
    "i",
)
# Who can be spoken to within such a time has not been.
_OPEN = (
    "geöffnet offen open opening opens öffnungszeiten sprechzeiten sprechstunde bürozeiten"
    " hours"
    " erreichbar reachable available verfügbar frei free busy belegt geschlossen closed"
    " mittagspause mittag arbeitet works between zwischen urlaub"
    " rückruf callback back again nochmal wieder wv wiedervorlage nachfassen next todo will i'll"
    " me mich"
)
# What has a beginning and an end by the clock.
_TIMED = (
    "call zoom teams webex skype facetime meet tel telefon telefoniert phone video videocall telko"
    " telco anruf termin"
    " visited besucht appointment workshop ort site saw online huddle"
)


class _Times(NamedTuple):
    """Two times of a clock: where they stand, the minutes between them, and whether both are said
    to the minute."""

    start: int
    end: int
    value: float
    to_the_minute: bool


def _times_of(text: str) -> Iterator[_Times]:
    """The minutes between two times of a clock: "8:00-8:40", "14-14:30", "9 bis 10 Uhr"."""
    for found in _TIMES.finditer(text):
        if not _is_of_a_clock(found):
            continue
        hour, _mark, past, half, hour_after, _mark, past_after, half_after = found.groups()
        one = int(hour) * 60 + int(past or 0)
        other = int(hour_after) * 60 + int(past_after or 0)
        if max(one, other) < 13 * 60 and "uhr" not in (half, half_after):
            # On a clock of twelve hours, "11:30-1:15", "2-2:30pm".
            other = one + (other - one) % 720
        if 0 < other - one <= _LONGEST:
            yield _Times(found.start(), found.end(), other - one, bool(past and past_after))


def _is_of_a_clock(found: re.Match[str]) -> bool:
    """Whether two numbers are times: "10-12" is of anything, "1.12-5.12" are days, "3-4h" is how
    long something takes."""
    _hour, mark, past, half, _hour, mark_after, past_after, half_after = found.groups()
    if half_after in ("h", "H") and not (half or past):
        return False
    days = mark == mark_after == "." and 0 < int(past) <= 12 and 0 < int(past_after) <= 12
    # "10:15 bis 11" begins with the minute, and ends with the hour.
    return bool(half_after) or mark == ":" or (past_after is not None and not days)


def begins_at(text: str) -> str:
    """``text`` with the first of two times of a clock alone: "Fri 2-3pm" as "Fri 2pm"."""
    return _TIMES.sub(_first_time, text) if any(map(str.isdecimal, text)) else text


def without_times(text: str) -> str:
    """``text`` without the pairs of times of a clock."""
    return _TIMES.sub(" ", text)


def _first_time(found: re.Match[str]) -> str:
    if not _is_of_a_clock(found):
        return found[0]
    half = found[4] or found[8] or ""
    if half.lower() in ("h", "uhr"):
        half = " Uhr"
    return f"{found[1]}:{found[3] or '00'}{half}"


class Lengths(NamedTuple):
    """Minutes that a clause says of the visit, and of the way to it."""

    visit: list[int]
    way: list[int]


def lengths_of(clause: Clause, *, ahead: bool) -> Lengths:
    """How long the visit and the way took; ``ahead`` says that the clause speaks of a day to
    come."""
    text = clause.folded
    visit: list[int] = []
    way: list[int] = []
    if ahead:
        return Lengths(visit, way)
    for found in _durations(text):
        before, after = around(text, found)
        near = {*before[-3:], *after[:3]}
        on_road = any(_ROAD.fullmatch(word) for word in near)
        if on_road or not near.isdisjoint(word_set(_WAY)):
            way.append(round(found.value))
            continue
        if before[-1:] in (["in"], ["vor"], ["nach"], ["after"], ["zu"], ["bis"], ["+"]):
            continue
        if not near.isdisjoint(word_set(_NO_VISIT)) or after[:1] in (["ago"], ["from"]):
            continue
        rest = {*before, *after}
        bare = rest <= word_set(_LENGTH_FILLERS)
        # "Teams-Call 30 min"
        beside = [word.rpartition("-")[2] for word in (*before[-7:], *after[:4])]
        marked = not {*before[-7:], *after[:4], *beside}.isdisjoint(word_set(_VISIT))
        if (marked and found.value <= _LONGEST) or (bare and found.value <= _LONGEST_BARE):
            visit.append(round(found.value))
    for times in _times_of(text):
        before, after = around(text, times)
        rest = {*before, *after}
        if not rest.isdisjoint(word_set(_NO_VISIT, _OPEN)):
            continue
        if not rest.isdisjoint(word_set(_WAY)):
            way.append(round(times.value))
        elif not rest.isdisjoint(word_set(_VISIT, _TIMED)) or (
            # "2-3 Uhr" alone may be when to call.
            before in ([], ["von"], ["from"]) and times.to_the_minute
        ):
            visit.append(round(times.value))
    return Lengths(visit, way)


def beside_length(clause: Clause) -> list[str]:
    """The words that stand beside how long the visit took, and the first before it: "Zoom Huber
    8:00-8:40", "10 min Telko"."""
    text = clause.folded
    found: list[Amount | _Times] = []
    if lengths_of(clause, ahead=False).visit:
        found = [*_durations(text), *_times_of(text)]
    beside = [around(text, amount) for amount in found]
    return [word for before, after in beside for word in (*before[:1], *before[-1:], *after[:1])]


def around(text: str, found: Amount | _Times) -> tuple[list[str], list[str]]:
    """The words before an amount and those after it."""
    return words_of(text[: found.start]), words_of(text[found.end :])


def words_of(text: str) -> list[str]:
    return [compared(word) for word in WORD.findall(text)]


_KM = regex(
    rf"(?<![\w.,/-])(?P<km>{DIGITS}) ?(?:km|kilometer|kilometers|kilometres|kilometern)\b(?!/"
    rf"|-"
    rf"| ?h\b|stand)"
    rf"|\b(?:km|kilometer|kilometres)(?: gefahren"
    rf"| driven)? ?[:=]? ?(?P<behind>{DIGITS})(?![\w.,]?\d)"
)


_DRIVEN = (
    "autobahn landstraße motorway highway fahrtkosten fahrkosten reisekosten mileage"
    " fahrleistung gefahren fahrt anfahrt"
    " fahrtstrecke strecke hin zurück drove driven drive round trip roundtrip"
    " retour umsonst nothing mileage return unterwegs tour"
)
_NOT_DRIVEN = (
    "entfernt away umkreis radius stand tacho tachostand odometer kilometerstand einfach einfache"
    " one-way weit weiter further far reichweite range je pro per apart from bis leitung kabel"
    " trasse within auto wagen"
)
_WAY_FILLERS = (
    "ca circa etwa rund insgesamt gesamt total in all hin und zurück her round trip gefahren"
    " drove"
    " driven about around approx we ich i heute today with mit fahrt anfahrt strecke there back"
    " mileage km and plus nur only kunden kunde customers drive auto"
)


class Leg(NamedTuple):
    """Kilometres that were driven, as written with a point; ``way`` is "there" or "back" where they
    are those of one way; ``alone`` says that the other way is not said beside it."""

    km: str
    way: str
    alone: bool


_THERE = "hin hinweg hinfahrt hinzu anfahrt there out outbound"
_BACK = "zurück rückweg rückfahrt heimweg heimfahrt retour back home return"


def _way_of(before: list[str], after: list[str]) -> str:
    """Which way an amount between words is of: "hin 30 km", "30 km back"."""
    there, back = word_set(_THERE), word_set(_BACK)
    for word in before[-1:] or after[:1]:
        if word in there | back:
            return "there" if word in there else "back"
    both = after[1:2] in (["und"], ["and"]) and after[2:3] and after[2] in there | back
    if not both and after[:1] and after[0] in there | back:
        return "there" if after[0] in there else "back"
    return ""


def driven(legs: list[Leg]) -> list[str]:
    """The kilometres of a whole way: those there and back added up, where each is said once."""
    ways = [leg.way for leg in legs if leg.way]
    if sorted(ways) != ["back", "there"]:
        return [leg.km for leg in legs if not leg.alone]
    total = sum(float(leg.km) for leg in legs if leg.way)
    return [f"{total:g}", *(leg.km for leg in legs if not leg.way)]


def distances_of(clause: Clause) -> list[Leg]:
    """The kilometres that were driven."""
    text = clause.folded
    found = []
    for match in _KM.finditer(text):
        number = match["km"] or match["behind"]
        value = plain_number(number)
        before, after = around(text, Amount(match.start(), match.end(), 0))
        near = {*before[-4:], *after[:3]}
        if not near.isdisjoint(word_set(_NOT_DRIVEN)) or "one way" in text:
            continue
        one_way = ("hin" in near) != ("zuruck" in near) and not {"her", "retour"} & near
        one_way = one_way or ("there" in near) != ("back" in near)
        way = _way_of(before, after)
        if one_way and not way:
            continue
        rest = {word for word in (*before, *after) if not word.isdigit()}
        marked = not {*before[-4:], *after[:4]}.isdisjoint(word_set(_DRIVEN))
        if (marked or rest <= word_set(_WAY_FILLERS)) and 0 < float(value) <= _FARTHEST:
            found.append(Leg(value, way, one_way))
    return found


def plain_number(written: str) -> str:
    """A number as it is written by people, with a point and no groups: "1.200,50" is 1200.50."""
    text = re.sub(r"[ '\u202f]", "", written)
    signs = [sign for sign in text if sign in ".,"]
    if not signs:
        return text
    whole, last, part = text.rpartition(signs[-1])
    if len(part) == 3 and (len(set(signs)) == 1):
        return re.sub(r"[.,]", "", text)
    return f"{re.sub(r'[.,]', '', whole)}.{part}" if last else text
