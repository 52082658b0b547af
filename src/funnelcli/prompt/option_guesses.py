"""What people call options who do not know their names, and what they mean by a word too many.

As the words for commands (:mod:`funnelcli.prompt.guesses`) these only lead to what is written.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from funnelcli.text import fold

# Of an option the names that it is not called by. What a command has counts: --date is --at of
# one, --due of another, and a question where there are both.
OPTIONS = {
    "--value": "amount price betrag wert sum worth summe preis budget size revenue"
    " umsatz auftragswert",
    "--price": "amount value preis betrag cost net netto unit-price",
    "--cost": "costs kosten einkaufspreis purchase-price",
    "--close": "closing close-date closing-date expected-close expected due date by abschluss bis"
    " abschlussdatum deadline",
    "--due": "date when by until on deadline am bis faellig wann day for-day datum tag at",
    "--at": "date when on am wann day datum tag time happened since opened created",
    "--until": "till to-date by date bis end ends valid-until due for day",
    "--from": "since starting ab von start valid-from date on",
    "--on": "date am at when datum",
    "--sent": "date on at datum",
    "--starts": "start begin beginn from start-date ab",
    "--ends": "end ende until bis end-date",
    "--to": "stage stufe nach phase status",
    "--stage": "to stufe phase",
    "--process": "pipeline prozess funnel",
    "--source": "quelle from-source lead-source channel herkunft",
    "--reason": "why grund because lost-reason warum",
    "--note": "notes comment comments text reason notiz message m memo remark kommentar bemerkung"
    " description",
    "--notes": "note comment comments text notiz notizen description beschreibung memo remark m",
    "--comment": "note notes text notiz kommentar m",
    "--said": "note notes text comment notiz message m words",
    "--text": "note notes description name titel title m content",
    "--title": "name titel subject rename bezeichnung",
    "--name": "title titel rename bezeichnung label",
    "--contact": "person customer client kunde kontakt with company for firma who",
    "--organisation": "organization company org firm firma account employer unternehmen",
    "--is-organisation": "is-company is-organization is-firm",
    "--deal": "opportunity geschaeft",
    "--email": "mail e-mail emails mailadresse",
    "--phone": "tel telephone mobile cell telefon handy number telefonnummer mobil fon",
    "--website": "web url homepage site webseite www",
    "--street": "address strasse adresse addr",
    "--postcode": "zip plz zipcode zip-code postal-code postleitzahl",
    "--town": "city ort stadt place",
    "--country": "land",
    "--hidden": "hide ausblenden verbergen verstecken archive archived inactive disable",
    "--shown": "unhide show einblenden zeigen active enable",
    "--job-title": "position title function jobtitle titel beruf",
    "--role": "rolle",
    "--first-name": "firstname vorname given-name first",
    "--last-name": "lastname surname nachname family-name last",
    "--birthday": "born birthdate geburtstag dob",
    "--industry": "branche sector",
    "--language": "lang sprache",
    "--lang": "language sprache",
    "--salutation": "anrede",
    "--tag": "tags label labels add-tag schlagwort",
    "--untag": "no-tag remove-tag rm-tag",
    "--do-not-contact": "dnc block no-contact optout opt-out sperren",
    "--quantity": "qty amount count menge anzahl number q pieces stueck",
    "--discount": "rabatt nachlass rebate off",
    "--vat": "tax mwst ust steuer",
    "--unit": "einheit uom per",
    "--duration": "time minutes dauer length took min hours zeit for",
    "--for": "duration length dauer minutes",
    "--time": "at starts start uhrzeit um",
    "--km": "kilometres kilometers kilometer distance miles mileage strecke",
    "--expenses": "spesen auslagen cost costs expense",
    "--every": "repeat recurring interval each alle wiederholung frequency",
    "--next": "then follow-up followup next-step step danach todo weiter",
    "--what": "text title name subject was description",
    "--outcome": "result status ergebnis came",
    "--objection": "einwand",
    "--type": "kind art typ",
    "--kind": "type art typ",
    "--channel": "via medium kanal by",
    "--competitor": "to wettbewerber mitbewerber konkurrent rival",
    "--probability": "chance prob wahrscheinlichkeit percent likelihood",
    "--currency": "waehrung cur",
    "--number": "no nr nummer sku code",
    "--document": "file attachment pdf dokument datei",
    "--notice": "notice-period kuendigungsfrist",
    "--period": "year quarter jahr quartal for time during zeitraum range month monat span since",
    "--compare": "vs versus compared vergleich",
    "--by": "group group-by per nach slice groupby",
    "--as-of": "at date on stand asof stichtag when",
    "--explain": "why how formula erklaeren",
    "--deals": "list details drill rows",
    "--sort": "order order-by sort-by sortby orderby sortieren",
    "--limit": "max top first head count n number-of rows lines",
    "--week": "weekly woche",
    "--month": "monthly monat",
    "--days": "day tage for",
    "--map": "column columns mapping spalte field",
    "--delimiter": "separator sep trennzeichen",
    "--dropped": "cancelled canceled skip drop dismiss",
    "--win": "won close gewonnen",
    "--existing": "known",
    "--personal-contact": "person contact ansprechpartner",
    "--withdrawal-days": "days withdrawal-period",
    "--short": "s brief kurz oneline one-line",
    "--repair": "fix mend reparieren",
    "--into": "to db database file output",
    "--new": "create add anlegen neu",
    # Of every command.
    "--output": "out outfile to-file file save ausgabe export",
    "--json": "as-json",
    "--vcf": "vcard vcards cards kontaktkarten",
    "--ics": "ical icalendar calendar kalender",
    "--quiet": "silent still",
    "--dry-run": "dryrun simulate pretend what-if whatif check preview noop probe",
    "--yes": "force f confirm assume-yes no-confirm ja",
    "--no-input": "non-interactive batch noninteractive",
    "--no-color": "no-colour nocolor plain",
    "--db": "database datenbank",
}
# What an option stands for that is another one with a value.
PRESETS = {
    "--limit 0": "all alle unlimited no-limit everything",
    "--period today": "today heute",
    "--period all": "all-time ever gesamt",
}
# What a word too many means: the options, in the order in which such words come.
SURPLUS = {
    "advance": "--to",
    "back": "--to --reason",
    "reopen": "--to",
    "win": "--value",
    "lose": "--reason --note",
    "withdraw": "--sent",
    "snooze": "--until",
    "renew": "--title --value",
    "next": "--due",
    "step add": "--due",
    "step edit": "--due",
    "note edit": "--text",
    "qualify": "--verdict --reason",
    "milestone add": "--due",
    "deal add": "--value",
    "deal edit": "--value",
    "offer line": "--quantity --price --discount",
    "offer send": "--at",
    "offer accept": "--note",
    "offer decline": "--note",
    "offer add": "--number",
    "contract add": "--number",
    "product add": "--price",
    "product price": "--from",
    "care set": "--every",
    "visit add": "--said",
    "effort add": "--duration",
    "rate set": "--from",
    "exchange set": "--from",
    "contact consent": "--how",
}


def preset(name: str, flags: Collection[str]) -> list[str]:
    """The option with its value that ``name`` stands for, where it is among ``flags``."""
    word = fold(name.lstrip("-"))
    for line, known in PRESETS.items():
        option, value = line.split()
        if option in flags and word in known.split():
            return [option, value]
    return []


def options(name: str, flags: Collection[str]) -> list[str]:
    """Those of the options ``flags`` that ``name``, which is none of them, may stand for."""
    word = fold(name.lstrip("-")).replace("_", "-")
    plain = f"--{word}"
    if plain in flags:
        return [plain]
    found = [flag for flag in flags if word in _names().get(flag, ())]
    if not found and len(word) > 2:
        found = [flag for flag in flags if flag.startswith(plain)]
    return list(dict.fromkeys(found))


def surplus(path: str) -> list[str]:
    """The options that the words too many of a command stand for, by its name or by its verb's."""
    return (SURPLUS.get(path) or SURPLUS.get(path.rpartition(" ")[2]) or "").split()


@cache
def _names() -> dict[str, set[str]]:
    """The names that an option is not called by."""
    return {flag: {*map(fold, known.split())} for flag, known in OPTIONS.items()}
