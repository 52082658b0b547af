"""What people call the entries of the catalogues besides their names, and the conditions of
``is:``: looked at where a word is no name of an entry, and no part of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

# The conditions of ``is:``, in English and in German.
_FLAGS = {
    "attempt": ("attempt", "Versuch"),
    "binding": ("binding", "verbindlich"),
    "blocked": ("blocked", "gesperrt"),
    "closed": ("closed", "abgeschlossen"),
    "complaining": ("complaining", "Reklamation"),
    "current": ("current", "aktuell"),
    "customer": ("customer", "Kunde"),
    "decider-known": ("decider known", "Entscheider bekannt"),
    "detractor": ("detractor", "Kritiker"),
    "done": ("done", "erledigt"),
    "due": ("due", "fällig"),
    "ended": ("ended", "beendet"),
    "expired": ("expired", "abgelaufen"),
    "genuine": ("genuine", "echt"),
    "late": ("late", "verspätet"),
    "lost": ("lost", "verloren"),
    "open": ("open", "offen"),
    "overdue": ("overdue", "überfällig"),
    "pretext": ("pretext", "Vorwand"),
    "promoter": ("promoter", "Fürsprecher"),
    "resolved": ("resolved", "ausgeräumt"),
    "revocable": ("revocable", "widerrufbar"),
    "rotten": ("rotten", "verwaist"),
    "running": ("running", "laufend"),
    "snoozed": ("snoozed", "auf Wiedervorlage"),
    "soon": ("soon", "bald"),
    "stepless": ("without a step", "ohne Schritt"),
    "unrated": ("unrated", "ohne Satz"),
    "valid": ("valid", "gültig"),
    "won": ("won", "gewonnen"),
}
_ALSO = {
    "lost_reason": {
        "price": "zu teuer, teuer, too expensive, expensive, Kosten, cost, Nachlass, discount,"
        " price too high, too high price, Preis zu hoch, zu hoher Preis",
        "competitor": "Wettbewerber, Konkurrenz, Mitbewerb, Mitbewerber, rival, anderer Anbieter,"
        " competition, lost to competitor, lost to competition, chose a competitor,"
        " went with competitor, went with a competitor, an Wettbewerber verloren,"
        " an Mitbewerber verloren, zur Konkurrenz gegangen",
        "no_budget": "kein Geld, Geld fehlt, no money, Budget gestrichen, lost funding,"
        " no budget / lost funding",
        "missing_feature": "Leistungsumfang, Feature fehlt, feature missing, missing features,"
        " missing functionality, fehlende Funktion",
        "timing": "zu früh, too early, nicht jetzt, not now, später, later, bad timing,"
        " wrong timing",
        "too_slow": "zu spät, too late, Lieferzeit, slow",
        "no_authority": "darf nicht entscheiden, falscher Ansprechpartner, wrong person",
        "no_response": "keine Antwort, meldet sich nicht, ghosted, no answer, no reply,"
        " unresponsive, non-responsive",
        "no_decision": "unentschieden, undecided, indecision, no decision / non-responsive",
        "cancelled": "canceled, abgesagt, gestrichen, dropped, Projekt gestoppt, project canceled,"
        " project cancelled, Projekt abgesagt",
        "poor_fit": "unpassend, bad fit, not a fit, no fit, not a good fit, passt nicht",
        "status_quo": "bleibt alles wie es ist, läuft doch, no change, not interested,"
        " no interest, kein Interesse, kein Bedarf, no need",
        "we_declined": "wir haben abgelehnt, no bid",
        "duplicate": "doppelt, Duplikat, twice",
        "other": "Sonstiges, anderes, something else",
    },
    "channel": {
        "on_site": "in person, persönlich, vor Ort, face to face, site, Besuch, visit",
        "phone": "telephone, tel, call, anruf, telefonisch, telefonat, handy, mobile",
        "video": "zoom, teams, ms teams, microsoft teams, webex, skype, google meet, facetime,"
        " online, remote, screen share, Videokonferenz, video conference",
        "email": "mail, electronic mail, outlook, per Mail",
        "fair": "trade show, expo, exhibition, Ausstellung, Messestand, booth",
    },
    "outcome": {
        "met": "reached, spoke, spoken to, erreicht, gesprochen, angetroffen, war da",
        "phone_instead": "telefonisch, called instead, per Telefon",
        "not_met": "nicht da, war nicht da, niemand da, keiner da, not there, not in, nobody there,"
        " nobody home, no answer, nicht erreicht, Mailbox, Anrufbeantworter, AB, voicemail,"
        " no show, geschlossen",
        "declined": "not interested, kein Interesse, abgewiesen, abgelehnt, refused, rejected,"
        " sent away, no interest",
    },
    "call_outcome": {
        "reached": "met, spoke, spoken to, gesprochen, angetroffen, answered",
        "no_answer": "Mailbox, voicemail, voice mail, Anrufbeantworter, AB, answering machine,"
        " nicht da, nicht erreicht, besetzt, busy, niemand da, keiner da, not in, not there,"
        " not reached, left a message, niemand geht ran, geht nicht ran, no reply, not met",
        "callback": "call back, ruft zurück, calls back, call again, call later, später",
        "not_interested": "no interest, kein Interesse, abgelehnt, declined, refused, rejected",
        "wrong_number": "falsch verbunden, number not in service, kein Anschluss",
        "do_not_call": "nie wieder anrufen, never call again, dnc, opt out, Werbesperre",
    },
    "deal_role": {
        "decider": "decision maker, decision-maker, economic buyer, Entscheidungsträger,"
        " Entscheiderin, Chef, boss",
        "champion": "coach, advocate, sponsor, Unterstützer, Fürsprecherin",
        "user": "end user, Nutzer, Anwenderin, Endanwender, Benutzer",
        "billing": "invoicing, accounts payable, Rechnung, Rechnungsstelle, Buchhaltung",
        "blocker": "opponent, Gegner, Bremser, Blockiererin",
        "influencer": "technical evaluator, evaluator, Einflussnehmer, Beeinflusser,"
        " Mitentscheiderin",
    },
    "people_verb": {
        "add": "new, plus, dazu, neu",
        "edit": "change, set",
        "remove": "rm, delete, del, löschen, raus",
        "list": "ls, show",
    },
    "catalogue": {
        "source": "sources, Quellen, Herkunft",
        "lost_reason": "lost reasons, loss reason, loss reasons, reason, reasons, Verlustgründe,"
        " Verlustgrund, Grund, Gründe",
        "objection": "objections, kinds of objections, Einwände, Einwand",
        "unit": "units, Einheiten",
        "visit_type": "visit types, types of visits, Besuchsarten, Besuchstyp, Besuchstypen",
        "effort_kind": "effort kinds, kinds of effort, Aufwandsarten",
    },
    "field_type": {
        "text": "string, str, Freitext, Texte, Wort, Notiz, free text, varchar",
        "number": "int, integer, float, decimal, numeric, Zahlen, Nummer, Dezimalzahl, Ganzzahl,"
        " Kommazahl, numbers",
        "money": "Geld, Geldbetrag, Währung, Preis, Euro, amount, currency, price, Summe",
        "date": "day, Tag, Datumsfeld, Termin",
        "yes_no": "ja/nein, ja nein, ja-nein, janein, ja oder nein, yes/no, yes no, boolean, bool,"
        " checkbox, Häkchen, Schalter, Wahrheitswert, Kontrollkästchen, flag",
        "choice": "Auswahl, Auswahlliste, Auswahlfeld, Einfachauswahl, Dropdown, select, enum,"
        " picklist, list, Liste, option, single choice",
        "choices": "Mehrfachauswahl, Mehrfach, multi, multiselect, multi-select, multiple choice,"
        " mehrere Auswahlen, mehrere, several",
        "link": "url, Adresse im Netz, web, website, Webseite, Verweis, hyperlink, Weblink",
        "contact": "Kontakte, person, Ansprechpartner, Firma, organisation, company",
    },
    "stage": {
        "offer": "proposal, quote, quotation, proposal sent, Vorschlag, Kostenvoranschlag",
        "presentation": "demo, demonstration, pitch, Vorführung",
        "negotiation": "negotiate, negotiating, contract sent, Preisverhandlung",
        "needs": "discovery, qualification, needs analysis",
    },
    "objection": {
        "price": "Preis, too expensive, expensive, Kosten, cost, Rabatt, Nachlass, discount",
        "budget": "kein Geld, no money",
        "need": "brauche ich nicht, do not need it",
        "time": "jetzt nicht, not now, too busy",
        "authority": "mit dem Chef sprechen, muss fragen, Chef, boss",
        "competitor": "Wettbewerber, Mitbewerber, Konkurrenz, hat schon einen Anbieter",
        "status_quo": "bleibt beim Bisherigen, no change",
        "info_stall": "Prospekt, brochure, Infomaterial",
        "other": "Sonstige, anderes, something else",
    },
    "source": {
        "referral": "Weiterempfehlung, recommendation, word of mouth, Mundpropaganda",
        "inbound": "Anfrage, inquiry",
        "web": "Internet, Homepage, online, Webseite, web form, website form, Kontaktformular",
        "phone": "Anruf, call, phone inquiry, phone enquiry, telephone, Telefonanfrage,"
        " telefonisch",
        "fair": "Ausstellung, exhibition, show, trade show, tradeshow, expo, Messestand,"
        " Messekontakt",
        "ad": "Anzeige, advert, Reklame, advertisement, ads, Werbeanzeige",
        "cold_visit": "Haustür, door to door",
        "cold_call": "Kaltakquise, Telefonakquise, cold calling",
        "existing_customer": "Kunde, customer, Altkunde, existing customers, Bestandskunden",
        "other": "Sonstiges, anderes, something else",
    },
}


def also(kind: str) -> Mapping[str, Sequence[str]]:
    """The other words that the program knows for the keys of a catalogue (lost_reason, objection,
    source), of how one met and how that ended (channel, outcome, call_outcome), or of who has which
    part in a deal (deal_role), and of what is done about them (people_verb)."""
    return {key: words.split(", ") for key, words in _ALSO.get(kind, {}).items()}


def also_stored(conn: sqlite3.Connection, kind: str) -> Mapping[str, Sequence[str]]:
    """The same for a catalogue, with the words that its entries have in the database before."""
    found = {
        key: [*json.loads(english), *json.loads(german)]
        for key, english, german in conn.execute(
            "SELECT key, words_en, words_de FROM catalogue WHERE kind = ?", (kind,)
        )
    }
    for key, words in also(kind).items():
        found.setdefault(key, []).extend(words)
    return found


def flag_names(flags: Iterable[str]) -> list[tuple[str, ...]]:
    """The conditions of ``is:``, each with its English and its German name."""
    return [(flag, *_FLAGS.get(flag, (flag, flag))) for flag in flags]
