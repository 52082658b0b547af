"""What settings are called by people who do not know their names."""

from __future__ import annotations

from funnelcli.config import SETTINGS, TABLES, setting
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.values.choosing import exact, fitting, named

# In English and in German.
_CALLED = {
    "db": "database, Datenbank",
    "report_db": "replica, Replikat",
    "language": "language, Sprache",
    "locale": "regional format, Format",
    "timezone": "time zone, Zeitzone",
    "morning": "morning, Morgen",
    "forenoon": "forenoon, Vormittag",
    "noon": "noon, Mittag",
    "afternoon": "afternoon, Nachmittag",
    "evening": "evening, Abend",
    "currency": "currency, Währung",
    "region": "country, Land",
    "state": "state, Bundesland",
    "active_days": "active days, aktive Tage",
    "process": "process, Prozess",
    "strict": "strict, streng",
    "require_consent": "consent, Einwilligung",
    "call_attempts": "attempts, Anrufversuche",
    "call_gap": "gap between calls, Abstand der Anrufe",
    "call_hours": "calling hours, Anrufzeiten",
    "dial": "dialling, Wählen",
    "input": "ask, Rückfragen",
    "color": "colour, Farbe",
    "no_hooks": "no hooks, keine Hooks",
    "hook_seconds": "hook time limit, Zeitlimit der Hooks",
    "remind_by": "reminder way, Erinnerungsweg",
    "remind_ahead": "reminder time, Vorlauf der Erinnerung",
    "notify_command": "notification program, Benachrichtigungsprogramm",
    "mail_to": "mail recipient, Mailempfänger",
    "mail_from": "mail sender, Mailabsender",
    "sendmail": "mail program, Mailprogramm",
    "smtp_host": "mail server, Mailserver",
    "smtp_port": "mail port, Mailport",
    "smtp_user": "mail user, Mailbenutzer",
    "smtp_security": "mail encryption, Mailverschlüsselung",
    "mail_source": "mailbox, Postfach",
    "mail_addresses": "own addresses, eigene Adressen",
    "owed_days": "answer days, Wartezeit auf Antwort",
    "vat": "VAT, USt.",
    "offer_number": "offer number, Angebotsnummer",
    "offer_prices": "offer prices, Angebotspreise",
    "withdrawal_return": "return costs, Rücksendekosten",
    "offer_days": "offer days, Angebotsfrist",
    "copies_hourly": "hourly copies, stündliche Kopien",
    "copies_daily": "daily copies, tägliche Kopien",
    "copies_weekly": "weekly copies, wöchentliche Kopien",
    "journal_days": "journal age, Alter des Journals",
    "journal_size": "journal size, Größe des Journals",
    "file_limit": "file size, Dateigröße",
    "keep_contracts": "contract retention, Aufbewahrung von Verträgen",
    "keep_offers": "offer retention, Aufbewahrung von Angeboten",
    "route_start": "day's start, Startort",
    "route_end": "day's end, Zielort",
    "route_factor": "detour factor, Umwegfaktor",
    "route_speed": "driving speed, Fahrtempo",
    "visit_minutes": "visit duration, Besuchsdauer",
    "maps": "map service, Kartendienst",
    "sender_name": "company, Firma",
    "sender_street": "street, Straße",
    "sender_town": "town, Ort",
    "sender_person": "signature, Unterschrift",
    "sender_phone": "phone, Telefon",
    "sender_email": "e-mail, E-Mail",
    "sender_web": "web page, Webseite",
    "sender_tax_id": "tax number, Steuernummer",
    "sender_register": "trade register, Handelsregister",
    "sender_directors": "managing directors, Geschäftsführung",
    "sender_bank": "bank, Bankverbindung",
}


def known(text: str, *, whole: bool = False) -> str:
    """The name of the setting that ``text`` names: by that, by a word for it in either language, or
    by a part of one that no other has, unless it is to be ``whole``, as for a change. Raises
    Usage."""
    names = [each.name for each in SETTINGS]
    if text in names or text.startswith(tuple(TABLES)):
        return text
    entries = [(name, *_CALLED.get(name, name).split(", "), name)[:3] for name in names]
    if whole:
        found = exact(entries, text)
        if len(found) == 1:
            return found[0]
        near = fitting(entries, text)
        if len(near) == 1:
            raise Usage(
                _("There is no setting {name}.").format(name=text),
                _("Did you mean {name}?").format(name=near[0]),
            )
    name = named(entries, text)
    return setting(text).name if name is None else name
