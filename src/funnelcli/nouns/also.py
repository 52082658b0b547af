"""What people call the entries of the catalogues besides their names, and the conditions of
``is:``: looked at where a word is no name of an entry, and no part of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

# The conditions of ``is:``, in English and in German.
_FLAGS = {
    "attempt": ("attempt", "Versuch"),
    "binding": ("binding", "verbindlich"),
    "blocked": ("blocked", "gesperrt"),
    "closed": ("closed", "abgeschlossen"),
    "complaining": ("complaining", "Reklamation"),
    "current": ("current", "aktuell"),
    "customer": ("customer", "Kunde"),
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
        "price": "zu teuer, teuer, too expensive, expensive, Kosten, cost, Nachlass, discount",
        "competitor": "Wettbewerber, Konkurrenz, Mitbewerb, rival, anderer Anbieter",
        "no_budget": "kein Geld, Geld fehlt, no money, Budget gestrichen",
        "missing_feature": "Leistungsumfang, Feature fehlt, feature missing",
        "timing": "zu früh, too early, nicht jetzt, not now, später, later",
        "too_slow": "zu spät, too late, Lieferzeit, slow",
        "no_authority": "darf nicht entscheiden, falscher Ansprechpartner, wrong person",
        "no_response": "keine Antwort, meldet sich nicht, ghosted, no answer, no reply",
        "no_decision": "unentschieden, undecided",
        "cancelled": "canceled, abgesagt, gestrichen, dropped, Projekt gestoppt",
        "poor_fit": "unpassend, bad fit, not a fit",
        "status_quo": "bleibt alles wie es ist, läuft doch, no change",
        "we_declined": "wir haben abgelehnt, no bid",
        "duplicate": "doppelt, Duplikat, twice",
        "other": "Sonstiges, anderes, something else",
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
        "referral": "Weiterempfehlung, recommendation, word of mouth",
        "inbound": "Anfrage, inquiry",
        "web": "Internet, Homepage, online",
        "phone": "Anruf, call",
        "fair": "Ausstellung, exhibition, show",
        "ad": "Anzeige, advert, Reklame",
        "cold_visit": "Haustür, door to door",
        "cold_call": "Kaltakquise, Telefonakquise, cold calling",
        "existing_customer": "Kunde, customer, Altkunde",
        "other": "Sonstiges, anderes, something else",
    },
}


def also(kind: str) -> Mapping[str, Sequence[str]]:
    """The other words for the keys of a catalogue (lost_reason, objection, source)."""
    return {key: words.split(", ") for key, words in _ALSO[kind].items()}


def flag_names(flags: Iterable[str]) -> list[tuple[str, ...]]:
    """The conditions of ``is:``, each with its English and its German name."""
    return [(flag, *_FLAGS.get(flag, (flag, flag))) for flag in flags]
