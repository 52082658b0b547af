"""A surname alone in a line: whether it stands so that a person is meant.

"Krause getroffen" and "Heute bei Frau Koch" name somebody; "Kurz getroffen" and "Dach besichtigt"
do not, though people are called so. What is not sure is left to the user.
"""

from __future__ import annotations

from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.text import composed, fold

WORD = regex(r"[^\W_]+(?:['’-][^\W_]+)*")


def _set(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


TITLES = _set(
    "herr herrn hr hrn frau fr familie fam doktor dr prof professor mr mrs ms miss mister eheleute"
)
_FIRMS = _set("firma fa company")
# What stands around a name in the first line or the subject of a note.
_AROUND = _set(
    """besuch bei visit report besuchsbericht bericht termin gespräch mit with at to fa firma
    der die das dem den notiz notizen note notes kunde customer contact kontakt telefonat
    telefon call anruf re aw fwd fw wg from von an heute today gestern yesterday vom am on
    in zu und and"""
)
# What leads up to the name of whom a note is about.
_LEADING = _set(
    """war waren bin hab habe haben ich wir beim nochmal nochmals wieder erneut gerade eben
    getroffen gesprochen besucht angerufen erreicht kundin kunden i we was met saw spoke
    talked visited called again just reached mit"""
)
# A note that tells who recommended somebody is about somebody else.
_HEARSAY = regex(r"\b(?:empf(?:e|o|ie)hl|empfahl|recommend|referr|statt\b|instead of)", "i")
# With one of these behind it a surname is that of a firm, a family's house or a street.
_BEHIND = _set(
    """gmbh mbh ag kg kgaa ohg gbr ug ek eg ev se ltd limited inc llc llp plc co söhne sohn
    sons gebrüder brüder bau hochbau tiefbau holzbau metallbau elektro elektrotechnik
    haustechnik sanitär transporte logistik immobilien consulting group holding street road
    lane avenue drive straße str weg platz allee gasse"""
)
_AND = _set("und and u")
# Words of trades, in the names of organisations: they name none of them.
TRADE = _BEHIND | _set(
    """bäckerei metzgerei fleischerei schreinerei tischlerei zimmerei dachdeckerei malerbetrieb
    autohaus werkstatt garage apotheke praxis zahnarztpraxis kanzlei büro hotel gasthof
    gasthaus pension restaurant café cafe bar markt supermarkt laden shop store bakery
    butcher hof gut schule kindergarten kirche verein gemeinde stadt stadtwerke sparkasse
    bank volksbank verlag druckerei spedition gärtnerei solar energie energy photovoltaik
    dach dächer heizung heizungsbau technik service services systems solutions software werk
    werke industrie handel vertrieb verwaltung hausverwaltung team haus house home school
    church office farm works trading"""
)
# Surnames that are words of notes as well.
ORDINARY = _set(
    """koch köchin klein kleine groß große lang lange kurz kurze jung junge alt alte neu neue
    neuer stark starke schwarz weiß weiss braun rot grün gelb blau grau schnell schön
    schlecht gut gute frei frisch froh fröhlich fest hart heiß kalt warm reich rein rau roh
    scharf schmal schwer sauer süß still treu voll wild wahr böse bitter breit dick dünn
    edel eben eigen einfach falsch faul fein fern flach gerade glatt hell hoch klar klug
    knapp leicht leise lieb locker links rechts nett nass kühn krumm rund halb ganz gleich
    bald sehr noch nur wohl gern gerne leider schade bauer bäcker metzger fleischer
    schreiner tischler zimmermann zimmerer maurer maler dachdecker gärtner schlosser schmied
    händler wirt meister lehrer pfarrer bürger kaufmann makler nachbar vermieter mieter
    besitzer hausmeister jäger förster pächter verwalter schreiber arzt ritter sommer winter
    herbst frühling montag dienstag mittwoch donnerstag freitag samstag sonntag januar
    februar märz april mai juni juli august september oktober november dezember morgen abend
    mittag nacht tag ostern weihnacht feiertag sonne regen schnee sturm wind wetter frost
    nebel haus dach keller kamin ofen kessel herd ziegel balken wand boden tor tür zaun hof
    garten baum wald feld wiese burg kirche turm brücke weg platz markt mühle stahl eisen
    kupfer gold silber zink holz glas nagel strom heizung brunnen preis termin vertrag
    angebot geld pfennig heller frage freund mann frau kind vater mutter bruder sohn onkel
    vetter liebe freude glück sorge friede streit sieg zeit weile pause anfang ende mitte
    ecke kante spitze nord süd ost west kraft macht feier ruhe sauber will soll muss brauch
    such kommt geht deutsch engländer bayer cook baker walker hunt price moody rush cash
    case field park parks banks bond cross dean glass house love marsh mason may page power
    read rice sales savage short singer swift waters wells north winters wise wood woods
    young early long little small gray grey green white black brown best fair steel stone
    street summers summer friday monday ball barber bishop bright brook bush butcher butler
    camp carpenter chance chase church clay close counter day down english french farmer
    fisher frost gardener gates good grant grove hall hand heath hill holder holiday hood
    hope horn hunter joy judge just keen key king knight lake land lane law light lock major
    man mark meadows merry moon more new noble painter peace pool poor porter post pride
    quick rain rich ring river rivers rose sharp shepherd shop smart snow sparks spring star
    strong tower town wall walls ward worth yard spoke sold sent done wants no yes"""
)
# First names that are surnames as well, or stand behind one: "Krause Sabine".
GIVEN = _set(
    """adam albert albrecht alexander alfred andreas anton arnold august axel barbara beate
    benedikt benjamin bernd bernhard birgit björn brigitte carl christa christian christine
    christoph claudia clemens daniel david dennis detlef dieter dietmar dietrich dirk
    eberhard elias elisabeth elke emil emma erich erika ernst eva fabian felix ferdinand
    florian frank franz friedrich fritz georg george gerald gerd gerhard gertrud gottfried
    gregor gudrun günter günther hannah hans harald hartmut heike heiko heiner heinrich
    heinz helga helmut henry herbert hermann holger horst hubert hugo ingo ingrid jakob jan
    jens joachim jochen johann johannes john jonas jörg josef joseph julia julian jürgen kai
    karin karl katharina katrin kevin klaus konrad kristin kurt lars laura lena leo leon
    leonhard lisa lorenz lucas ludwig lukas lutz manfred manuel marc marco marcus maria
    marie marina mario marion markus martha martin martina mathias matthias max maximilian
    michael michaela monika moritz nadine nicole niklas nikolaus nina norbert oliver oskar
    otto pascal patrick paul peter petra philipp rainer ralf ralph regina reiner reinhard
    renate richard rita robert roland rolf roman rudolf ruth sabine sandra sara sarah sascha
    sebastian siegfried silke silvia simon simone sonja stefan stefanie steffen stephan
    susanne sven tanja theo theodor thomas thorsten tim tina tobias tom torsten udo ulrich
    ulrike ursula ute uwe valentin vera verena veronika viktor vincent volker walter werner
    wilhelm winfried wolf wolfgang james william mary jennifer linda susan jessica charles
    joe christopher matthew anthony steven andrew kenneth jane alice ann anne anna anja
    antje angela angelika annette annika arthur harry jack bill bob"""
)


class Leading(NamedTuple):
    """The word of a line that its name would be: as it is written and folded, behind a title or
    "Firma", directly before ``next`` (folded), whether that has a capital, and the words that
    "and" adds to it (folded)."""

    written: str
    word: str
    titled: bool
    firm: bool
    next: str
    next_capital: bool
    added: tuple[str, ...]


def is_around(word: str) -> bool:
    """Whether a folded word only stands around a name."""
    return word in _AROUND or word in TITLES or word[:1].isdigit()


def leading(line: str) -> Leading | None:
    """The first word of a line that is none of those which lead up to a name; None where there is
    none, or where the line tells of who has recommended somebody."""
    line = composed(line)
    found = list(WORD.finditer(line))
    words = [fold(one[0]) for one in found]
    titled = firm = False
    place = -1
    for word in words:
        place += 1
        if word in TITLES:
            titled = True
        elif word in _FIRMS:
            firm = True
        elif not is_around(word) and (titled or firm or word not in _LEADING):
            break
    else:
        return None
    if _HEARSAY.search(line):
        return None
    behind = place + 1
    added: tuple[str, ...] = ()
    gap = line[found[place].end() : found[behind].start()] if behind < len(words) else ""
    if behind < len(words) and (words[behind] in _AND or "&" in gap or "+" in gap):
        rest = words[behind + (words[behind] in _AND) :]
        added = tuple(rest[: next((n for n, one in enumerate(rest, 1) if one not in TITLES), 0)])
    beside = behind < len(words) and not gap.strip(" _")
    return Leading(
        found[place][0],
        words[place],
        titled,
        firm,
        words[behind] if behind < len(words) else "",
        beside and found[behind][0][0].isupper(),
        added,
    )


def capitals(line: str) -> list[str]:
    """The words of a line that begin with a capital and may be surnames, folded."""
    found = (one[0] for one in WORD.finditer(composed(line)))
    folded = (fold(one) for one in found if one[0].isupper() and len(one) > 1)
    return [one for one in folded if not is_around(one) and one not in TRADE - ORDINARY]


def is_sure(said: Leading, own: tuple[str, ...], given: set[str], *, any_case: bool) -> bool:
    """Whether the word that leads a line is meant as the surname of who is called ``own`` (folded
    words), where ``given`` are first names on file; ``any_case`` also where it is written small, as
    names of files are."""
    capital = said.written[0].isupper()
    ambiguous = said.word in ORDINARY or said.word in GIVEN or said.word in given
    if said.titled:
        if ambiguous and not (capital and not said.next_capital):
            return False
    elif ambiguous or len(said.word) < 3 or not (capital or any_case):
        return False
    if said.next in own:
        return True
    return said.next not in _BEHIND and not (said.next in GIVEN or said.next in given)
