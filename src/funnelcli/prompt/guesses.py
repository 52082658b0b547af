"""What people type who do not know a command's name: in words of other programs, of other people
who sell, or in German.

Nothing here is loaded while a command is written as it is called. A guess that can mean one thing
is that command; one that can mean several is answered with them. None is offered by completion or
listed by help: there is one way to write a command, and these only lead to it. Words are compared
as :func:`funnelcli.text.fold` makes them, so that rueckgaengig is rückgängig. The names of options
stand in :mod:`funnelcli.prompt.option_guesses`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from funnelcli.text import fold

# A command, or several with a bar between, and the words that stand for it at the beginning of a
# line. A noun alone takes its verb from what follows; where none follows, it lists. A command with
# its verb gives that up for a verb that follows: "deals" lists, "deals add" adds.
COMMANDS = {
    "contact": "person people contacts kontakt kontakte ansprechpartner adresse adressen address"
    " addresses",
    "contact list kind:organisation": "company companies org orgs organisation organisations"
    " organization organizations firma firmen unternehmen betrieb account accounts",
    "contact list is:customer": "customer customers client clients kunde kunden",
    "contact duplicates": "duplicates duplicate dedupe dedup dupes duplikate dubletten doppelte"
    " doppelt twins",
    "contact merge | deal merge": "merge join combine unite zusammenfuehren zusammenlegen vereinen"
    " verschmelzen",
    "deal": "deals geschaeft geschaefte opportunity opportunities opp opps projekt projekte"
    " verkauf verkaeufe auftrag auftraege chance chancen order orders",
    "deal list phase:lead": "lead leads anfrage anfragen interessent interessenten enquiry"
    " enquiries",
    "deal list is:rotten": "stale rotting rotten liegengeblieben",
    "deal list is:won": "wins abschluesse",
    "deal list is:lost": "losses verluste",
    "visit": "visits besuch besuche meeting meetings gespraech gespraeche besuchsbericht"
    " besuchsberichte",
    "visit list channel:phone": "calls anrufe telefonate",
    "note": "notes notiz notizen comment comments kommentar memo",
    "product": "products produkt produkte artikel article articles item items preisliste"
    " pricelist sku",
    "offer": "offers angebot angebote quote quotes quotation quotations proposal proposals",
    "offer line": "position positionen zeile",
    "letter": "letters briefe schreiben template templates vorlage vorlagen",
    "letter print confirmation": "confirmation auftragsbestaetigung bestaetigung",
    "letter print withdrawal": "widerrufsbelehrung widerrufsformular belehrung",
    "objection": "objections einwand einwaende vorwand",
    "contract": "contracts vertrag vertraege",
    "milestone": "milestones meilenstein meilensteine",
    "care": "kundenpflege pflege betreuung",
    "care complain": "complaint beschwerde reklamation",
    "care complaints": "complaints beschwerden reklamationen",
    "care refer": "referral empfehlung",
    "care referrals": "referrals empfehlungen",
    "care score": "nps csat zufriedenheit score",
    "step": "steps task tasks todo todos reminder reminders followup followups follow-up aufgabe"
    " aufgaben schritt schritte wiedervorlage wiedervorlagen wv activity activities",
    "effort": "efforts aufwand aufwaende time timesheet zeit expenses spesen auslagen kilometer km"
    " mileage",
    "overhead": "overheads gemeinkosten werbekosten costs kosten",
    "rate": "rates satz saetze stundensatz kilometersatz",
    "field": "fields custom-field custom-fields customfield customfields feld felder zusatzfeld"
    " zusatzfelder eigenes-feld eigene-felder custom eigenes eigene attribute attributes",
    "catalogue": "catalog catalogs catalogues catalogue-entry katalog kataloge sources quellen"
    " units einheiten picklist picklists dropdown dropdowns besuchsarten",
    "process": "processes prozess prozesse pipelines workflow",
    "process show": "stages stage stufen stufe phasen",
    "questionnaire": "questionnaires fragebogen frageboegen framework frameworks survey form",
    "profile": "zielprofil icp target-profile",
    "report": "reports bericht berichte",
    "report all": "stats stat statistics statistik statistiken kpi kpis metrics metriken figures"
    " kennzahlen zahlen auswertung auswertungen analytics",
    "report forecast": "forecast prognose vorschau",
    "report conversion": "conversion conversions umwandlung abschlussquote",
    "report win-rate": "winrate win-rate gewinnquote",
    "report losses": "lost-reasons verlustgruende",
    "target": "targets ziel ziele quota quotas goal goals",
    "exchange": "fx wechselkurs wechselkurse kurs kurse currency currencies waehrung",
    "import": "importieren einlesen load upload",
    "config list | config set": "alias aliases kuerzel shortcut shortcuts",
    "config": "settings setting preferences prefs einstellung einstellungen konfiguration configure"
    " setup options",
    "today": "heute home dashboard day start briefing morning uebersicht overview summary",
    "status": "st stand prompt",
    "show": "board kanban funnels pipeline trichter funnel zeige anzeigen view",
    "agenda": "calendar cal kalender termine appointments schedule week woche upcoming planner",
    "route": "tour fahrt fahrten map karte trip reiseplan",
    "advance": "forward promote weiter vor progress vorwaerts",
    "back": "backward demote zurueck zurueckstufen",
    "win": "won gewinnen gewonnen abschluss",
    "lose": "lost loose verlieren verloren absage",
    "withdraw": "widerruf widerrufen revoke",
    "reopen": "wiedereroeffnen",
    "log": "protokoll visited met record besucht",
    "call": "anruf telefonat anrufen telefonieren dial ring",
    "inbox": "eingang posteingang",
    "phone": "smartphone handy mobile app iphone android webapp pwa",
    "phone devices": "devices geraete",
    "phone pair": "pair koppeln pairing qr",
    "tray": "ablage eingangskorb triage unsorted unsortiert zuordnen",
    "mail": "mails emails e-mails postfach mailbox imap",
    "mail read": "abrufen fetch",
    "owed": "waiting wartet unanswered unbeantwortet ausstehend",
    "find": "search grep suche suchen finden finde lookup durchsuchen volltextsuche fulltext",
    "open": "oeffnen oeffne goto",
    "brief": "prepare prep vorbereiten vorbereitung besuchsvorbereitung steckbrief",
    "guide": "leitfaden playbook coach hinweise",
    "farewell": "verabschiedung verabschieden abschied goodbye",
    "next": "naechster naechste naechstes plan remember",
    "remind": "notify erinnern erinnere erinnerung erinnerungen notification notifications"
    " benachrichtigung benachrichtigungen benachrichtigen alarm",
    "done": "erledigt fertig complete finish tick abhaken erledigen",
    "undo": "rueckgaengig revert u ctrl-z zuruecknehmen",
    "redo": "wiederholen again nochmal",
    "history": "journal verlauf historie audit changes changelog",
    "diff": "difference differences unterschied unterschiede vergleichen whatchanged geaendert",
    "hooks": "hook webhook webhooks automation automations automatisierung trigger triggers plugin"
    " plugins",
    "backup": "sichern sicherung copy snapshot",
    "backup | filter save": "save speichern",
    "file": "files datei dateien attachment attachments anhang anhaenge document documents dokument"
    " dokumente",
    "file add": "attach anhaengen",
    "filter": "filters saved segment segments views favourites favoriten gespeichert",
    "restore": "wiederherstellen recover",
    "db": "database datenbank",
    "doctor": "check verify health pruefen diagnose fsck repair reparieren",
    "demo": "beispiel sample example try vorfuehrung playground",
    "help": "hilfe man h docs manual ? -? anleitung tutorial commands befehle",
    "completion": "completions autocomplete shell vervollstaendigung",
    "deal list": "ls list ll liste all alle",
    "deal renew": "renew verlaengern erneuern",
    "deal snooze": "snooze defer postpone ruhen",
    "deal snooze --until none": "unsnooze unpark wake awake wakeup wake-up resume unpause wecken"
    " aufwecken fortsetzen wiederaufnehmen",
    "step list is:overdue": "overdue late ueberfaellig verspaetet",
    "deal people": "stakeholder stakeholders buying-center beteiligte beteiligter",
    "deal qualify": "qualify qualifizieren bant meddic",
    "deal edit": "edit update change set modify aendern bearbeiten",
    # What could be several.
    "contact add | deal add | visit add": "add new create insert neu anlegen hinzufuegen erstellen"
    " erfassen register",
    "deal remove | contact remove | step remove": "rm remove delete del loeschen entfernen drop"
    " destroy",
    "win | lose": "close schliessen abschliessen end beenden closed",
    "advance | back": "move mv verschieben verschiebe",
    "contact list | deal list": "query where who wer",
    "agenda | next | visit add": "termin appointment event",
    "deal list -o deals.csv | report all -o report.html": "exportieren excel csv dump"
    " download ausgeben",
    "offer print | visit print": "print drucken pdf anschreiben",
    "offer send | offer print": "send senden verschicken",
    "log --channel email | contact show": "email e-mail",
    "demo | import | config list": "init initialise initialize einrichten",
    "contact edit | deal edit": "rename umbenennen tag tags label labels assign",
}
# What a noun alone means before a record's name and a text: no filters, but what is to be kept.
# Behind the command the option that the text is given to, where it is no argument.
RECORDED = {
    "visit list": "log",
    "visit list channel:phone": "log --channel phone",
    "note list": "note add",
    "objection list": "objection add",
    "effort list": "effort add --duration",
    "contract list": "contract add",
    "step list": "step add",
    "milestone list": "milestone add",
    "rate list": "rate set",
    "exchange list": "exchange set",
    "product list": "product add",
    "offer list": "offer line",
    "config list": "config set",
}
# Whose words say what the number behind them is.
MEASURED = {"--km": "kilometer km mileage", "--expenses": "expenses spesen auslagen"}
# The commands that take something away, which no word stands for that is only spelt like them.
REMOVING = ("remove", "unset", "lose", "withdraw", "restore")
# What is no mistyped command, though it looks like one.
NO_TYPOS = ("exit", "quit", "bye")
# Words for a verb, of every noun that has it.
VERBS = {
    "devices": "list ls show geraete phones smartphones list-devices",
    "pair": "add new koppeln connect verbinden qr code hinzufuegen",
    "revoke": "remove rm delete unpair withdraw forget entziehen entkoppeln sperren entfernen",
    "serve": "start run server up begin starten",
    "add": "new create insert make register neu anlegen erstellen hinzufuegen erfassen eintragen"
    " plus +",
    "list": "ll index all find search query filter grep liste auflisten alle suchen suche finden",
    "show": "view get display info cat read inspect describe detail details zeigen zeige anzeigen"
    " ansehen open",
    "edit": "update change modify set alter amend fix rename aendern bearbeiten anpassen"
    " aktualisieren umbenennen",
    "duplicates": "dedupe dedup dupes duplicate duplikate dubletten doppelte doppelt twins",
    "merge": "join combine unite fold zusammenfuehren zusammenlegen vereinen verschmelzen",
    "remove": "delete del destroy drop erase purge loeschen entfernen weg",
    "done": "complete completed finish finished tick check close resolve erledigt erledigen fertig"
    " abhaken end",
    "print": "pdf letter drucken ausdrucken export",
    "send": "mail email senden versenden verschicken submit sent",
    "accept": "accepted annehmen angenommen sign signed approve",
    "decline": "declined reject rejected refuse ablehnen abgelehnt",
    "revise": "revision version ueberarbeiten",
    "line": "lines item items position positionen posten zeile add-line",
    "set": "add new put change edit update setzen create",
    "unset": "reset clear default remove delete rm zuruecksetzen",
    "get": "show view print read cat lesen wert",
    "export": "dump save exportieren ausgeben print",
    "check": "validate lint verify test pruefen",
    "advance": "forward promote progress weiter vor stage",
    "back": "backward demote return zurueck",
    "win": "won gewinnen gewonnen",
    "lose": "lost loose verlieren verloren fail",
    "withdraw": "widerrufen widerruf revoke",
    "reopen": "wiedereroeffnen",
    "snooze": "defer postpone sleep park later wait ruhen pause",
    "renew": "verlaengern erneuern renewal",
    "qualify": "qualifizieren score bant meddic",
    "ask": "questions fragen question",
    "answers": "antworten",
    "answer": "reply respond beantworten antworten",
    "suggest": "propose vorschlagen ideas",
    "log": "history verlauf protokoll timeline audit",
    "correct": "korrigieren mend berichtigen",
    "tick": "check abhaken criterion",
    "consent": "einwilligung optin opt-in gdpr dsgvo",
    "dossier": "auskunft datenauskunft selbstauskunft dsar",
    "forget": "forgotten vergessen anonymise anonymize anonymisieren redact",
    "kept": "sealed locked aufbewahrung aufbewahrt gesperrt",
    "stale": "inactive old veraltet inaktiv karteileichen",
    "price": "prices preis preise",
    "complain": "complaint beschwerde reklamation",
    "refer": "referral recommend empfehlung empfehlen",
    "score": "rate nps csat bewerten",
    "resolve": "fix solved beheben erledigen",
    # Reports and imports.
    "all": "everything total alles overview",
    "win-rate": "winrate quote rate",
    "time-in-stage": "duration durations verweildauer stages",
    "losses": "lost loss verluste reasons gruende",
    "ageing": "aging age alter liegezeit",
    "cac": "acquisition neukunden",
    "forecast": "prognose predict",
    "conversion": "conversions funnel umwandlung",
    "sources": "source quellen quelle",
    "cost": "costs kosten",
    "coverage": "deckung",
    "retention": "churn repeat bindung",
    "objections": "objection einwaende",
    "satisfaction": "nps csat zufriedenheit",
    "calls": "call anrufe telefonate telefonie phone calling",
    "activity": "activities aktivitaet visits besuche",
    "deals": "deal csv excel xlsx geschaefte opportunities hubspot pipedrive salesforce leads",
    "contacts": "contact kontakt kontakte people persons personen customers kunden companies firmen"
    " organisations organisationen adressen vcf vcard",
    "products": "product produkte artikel prices pricelist preisliste",
    "ics": "calendar cal kalender ical",
}
# What a noun and a verb of it mean that is not the noun's own, by the first word for the noun; "#"
# is any number, "*" any word, where nothing is nearer. Behind a command an option that another has.
PHRASES = {
    "field field": "field",
    "field feld": "field",
    "field fields": "field list",
    "field felder": "field list",
    "config *": "config get | config set",
    "deal *": "deal show | deal list",
    "contact *": "contact show | contact list",
    "offer *": "offer show | offer list",
    "product *": "product show | product list",
    "process *": "process show",
    "questionnaire *": "questionnaire show",
    "deal edit --stage": "advance --to STAGE | back --to STAGE",
    "deal edit --status": "win | lose | reopen",
    "deal edit --due": "next",
    "deal edit --note": "note add",
    "deal edit --process": "deal add --process PROCESS",
    "deal add --due": "next",
    "contact add --value": "deal add",
    "offer email": "offer mail",
    "offer confirm": "letter print confirmation",
    "offer add --product": "offer line",
    "today --date": "agenda",
    "today --on": "agenda",
    "company add": "contact add --is-organisation",
    "company list": "contact list kind:organisation",
    "customer add": "contact add",
    "customer list": "contact list is:customer",
    "lead add": "deal add",
    "lead list": "deal list phase:lead",
    "deal #": "deal show | deal edit",
    "contact #": "contact show | contact edit",
    "visit #": "visit show | visit edit",
    "offer #": "offer show | offer print",
    "product #": "product show | product edit",
    "step #": "step show | step done",
    "contract #": "contract show | contract edit",
    "objection #": "objection show | objection answer",
    "milestone #": "milestone done | milestone edit",
    "show #": "deal show | contact show",
    "deal close": "deal win | deal lose",
    "deal move": "deal advance | deal back",
    "deal mv": "deal advance | deal back",
    "deal stage": "deal advance | deal back",
    "deal open": "deal show | deal reopen | deal list is:open",
    "deal next": "step add",
    "deal note": "note add",
    "deal duplicates": "deal merge",
    "duplicates list": "contact duplicates",
    "show duplicates": "contact duplicates",
    "export deals": "deal list -o deals.csv | deal list -o deals.xlsx",
    "export contacts": "contact list -o contacts.csv | contact list -o contacts.xlsx",
    "deal export": "deal list -o deals.csv | deal list -o deals.xlsx",
    "deal import": "import deals",
    "deal resume": "deal snooze --until none",
    "deal wake": "deal snooze --until none",
    "deal awake": "deal snooze --until none",
    "deal unsnooze": "deal snooze --until none",
    "deal unpause": "deal snooze --until none",
    "deal unpark": "deal snooze --until none",
    "deal wecken": "deal snooze --until none",
    "deal aufwecken": "deal snooze --until none",
    "deal fortsetzen": "deal snooze --until none",
    "rate #": "rate set hour | rate set kilometre",
    "deal visit": "visit add",
    "deal offer": "offer add",
    "deal tag": "deal edit",
    "deal rename": "deal edit",
    "deal assign": "deal edit",
    "contact export": "contact list -o contacts.csv | contact list -o contacts.xlsx",
    "contact import": "import contacts",
    "contact log": "log",
    "contact note": "note add",
    "contact call": "call",
    "contact visit": "visit add",
    "contact deal": "deal add",
    "contact history": "history contact",
    "product import": "import products",
    "product export": "product list -o products.csv | product list -o products.xlsx",
    "offer win": "offer accept --win",
    "offer close": "offer accept | offer decline",
    "offer status": "offer show | offer send",
    "offer pdf": "offer print",
    "step next": "step add",
    "step drop": "step done --dropped",
    "step snooze": "step edit",
    "step move": "step edit",
    "visit log": "log",
    "visit report": "visit show | visit print",
    "call log": "log | visit list channel:phone",
    "call list": "visit list channel:phone | call",
    "call add": "visit add --channel phone | call",
    "next list": "step list",
    "log list": "visit list",
    "log show": "visit list",
    "history list": "history",
    "today list": "today",
    "agenda list": "agenda",
    "route list": "route",
    "agenda add": "step add | visit add",
    "report funnel": "show",
    "report pipeline": "report snapshot",
    "config path": "config list",
    "process copy": "process export",
    "process stages": "process show",
    "objection resolve": "objection answer",
    "objection done": "objection answer",
    "import dump": "import all",
    "backup list": "backup --list",
    "db vacuum": "db compact",
    "db shrink": "db compact",
    "db backup": "backup",
    "db restore": "restore",
    "db copy": "db move",
    "db migrate": "db move",
    "db transfer": "db move",
    "db verify": "db check",
    "db compare": "db check",
    "show deal": "deal show",
    "show contact": "contact show",
    "show deals": "deal list",
    "show contacts": "contact list",
}


Tree = Mapping[str, Collection[str]]
"""The verbs of each noun, their aliases among them; a command that is no noun has none."""


def commands(words: Sequence[str], tree: Tree) -> list[list[str]]:
    """The command lines of ``tree`` that ``words``, which name none of it, may stand for."""
    first, rest = words[0], list(words[1:])
    targets = [first] if first in tree else _index().get(fold(first), [])
    second = _index().get(fold(rest[0]), []) if rest else []
    may_turn = len(targets) > 1 or targets in (["find"], ["deal list"])
    if may_turn and rest and rest[0] not in tree and second == ["deal list"]:
        # A verb behind a verb is no noun: "del list" is a slip rather than the removal of a deal.
        return []
    if may_turn and rest and (rest[0] in tree or second):
        # The verb first: "add contact", "delete deal", "search contact", "list deals".
        turned = commands([rest[0], first, *rest[1:]], tree)
        if turned:
            return turned
    return [line for target in targets for line in _lines(first, target.split(), rest, tree)]


def _lines(first: str, target: list[str], rest: list[str], tree: Tree) -> Iterator[list[str]]:
    """The command lines that a noun or a command stands for, with what follows it."""
    noun = target[0]
    verbs = tree.get(noun, ())
    if rest and rest[0][:1] != "-":
        word = fold(rest[0])
        meant = verb(word, verbs)
        numbered = word.lstrip("#").isdigit() and rest[1:2] and rest[1][:1] != "-"
        for name in (word, meant) if not numbered else ():
            known = phrase([first, name, *rest[1:]])
            if known:
                yield from known
                return
        if meant:
            yield [noun, meant, *rest[1:]]
            return
    line = [*target, "list"] if len(target) == 1 and "list" in verbs else target
    kept, sure = recorded(line, rest, first)
    if kept and (sure or first not in tree):
        if not sure:
            yield [*line, *rest]
        yield kept
    elif first not in tree:
        yield [*line, *rest]


def recorded(line: Sequence[str], rest: Sequence[str], first: str = "") -> tuple[list[str], bool]:
    """What a list's name with a record and a text behind it is to keep, and whether it can be
    nothing else; none where there is no text. Words alone may be filters, too."""
    end = next((n for n, word in enumerate(rest) if word[:1] == "-"), len(rest))
    said, options = rest[:end], rest[end:]
    command, _space, option = RECORDED.get(" ".join(line), "").partition(" --")
    if (
        not command
        or len(said) < 2
        or (any(map(_is_filter, said)) and not any(map(_is_text, said[1:])))
    ):
        return [], False
    of, *more = said
    name, _space, value = option.partition(" ")
    if name == "duration":
        unit = "km" if more[-1].casefold().endswith("km") else ""
        found = (flag for flag, known in MEASURED.items() if fold(unit or first) in known.split())
        name = next(found, name).removeprefix("--")
    given = [f"--{name}", value] if value else []
    if any(map(_is_text, more)) or command.split()[0] in _EACH_APART:
        text = more
    else:
        text = [" ".join(more)]
    number = more[0][:1].isdigit()
    if option and not value and number:
        text = [f"--{name}", *text]
    sure = any(map(_is_text, more)) or (number and command in _OF_NUMBERS)
    return [*command.split(), *given, of, *text, *options], sure


# Whose arguments are words of their own.
_EACH_APART = ("offer", "product", "rate", "exchange", "config")
# What is given an amount or a time.
_OF_NUMBERS = ("effort add", "rate set", "exchange set")


def _is_text(word: str) -> bool:
    return " " in word.strip()


def _is_filter(word: str) -> bool:
    return ":" in word


def phrase(words: Sequence[str]) -> list[list[str]]:
    """The command lines that a noun and a verb together stand for; none for most."""
    first, second, *rest = words
    number = second.lstrip("#").replace(",", ".").replace(".", "", 1).isdigit()
    known = PHRASES.get(f"{_leader(first)} {'#' if number else fold(second)}", "")
    more = words[1:] if number else rest
    lines = [one.split() for one in known.split(" | ") if one]
    if any(word == "-o" or word.startswith("--output") for word in more):
        # Where it is to be written is said already.
        lines = [line[: line.index("-o")] if "-o" in line else line for line in lines]
    return [[*line, *more] for n, line in enumerate(lines) if line not in lines[:n]]


def any_word(words: Sequence[str]) -> list[list[str]]:
    """The command lines that a noun with a word behind it, which is like none of its verbs, may
    stand for."""
    known = PHRASES.get(f"{_leader(words[0])} *", "")
    if any(word.isdigit() for word in words[2:]):
        # Of records by their ids one is to be done, and not a list filtered.
        return []
    return [[*one.split(), *words[1:]] for one in known.split(" | ") if one]


def of_another(path: str, option: str) -> list[list[str]]:
    """The command lines that have what an option would do of a command that lacks it."""
    return [one.split() for one in PHRASES.get(f"{path} {option}", "").split(" | ") if one]


def verb(word: str, verbs: Collection[str]) -> str:
    """The one of these verbs that a word is, or stands for; "" for none."""
    if word in verbs:
        return word
    return next((name for name in _verbs().get(fold(word), ()) if name in verbs), "")


def beginnings() -> dict[str, str]:
    """Every word that a line may begin with, and what it stands for."""
    return {fold(word): target for target, known in COMMANDS.items() for word in known.split()}


def verb_words(verbs: Collection[str]) -> dict[str, str]:
    """Every word that stands for one of these verbs, with that verb."""
    return {word: name for word in _verbs() if (name := verb(word, verbs)) and word not in verbs}


@cache
def _index() -> dict[str, list[str]]:
    """What each word at the beginning of a line stands for."""
    return {word: target.split(" | ") for word, target in beginnings().items()}


@cache
def _leaders() -> dict[str, str]:
    """The first of the words that stand for the same."""
    found = {}
    for target, known in COMMANDS.items():
        first = target if " " not in target else known.split()[0]
        found.update(dict.fromkeys(map(fold, known.split()), first))
    return found


def _leader(word: str) -> str:
    """The word under which phrases have a noun."""
    return _leaders().get(fold(word), word)


@cache
def _verbs() -> dict[str, list[str]]:
    """The verbs that each word stands for."""
    found: dict[str, list[str]] = {}
    for name, known in VERBS.items():
        for word in known.split():
            found.setdefault(fold(word), []).append(name)
    return found
