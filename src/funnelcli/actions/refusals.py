"""Whether a note says that somebody does not want to be contacted any more, in both languages.

What is limited in time ("do not call before May") and what was not possible ("could not call
again") are no such wishes.
"""

from __future__ import annotations

from functools import cache

from funnelcli.patterns import re, regex
from funnelcli.text import composed, fold

# Verbs of getting in touch as they stand after a denial, and as participles of the passive. Those
# of the second line say it only with somebody's wish beside them: "kann nicht mehr kommen".
_REACH_DE = "anrufen|kontaktieren|belästigen|stören|anschreiben|ansprechen|telefonieren|klingeln"
_WISHED_DE = f"{_REACH_DE}|melden|schreiben|besuchen|kommen|vorbeikommen|mailen|kontakt aufnehmen"
_REACHED_DE = (
    "angerufen|kontaktiert|belästigt|gestört|angeschrieben|angesprochen|besucht|angemailt|behelligt"
)
_REACH_EN = "call|ring|phone|telephone|contact|bother|disturb|pester|e-mail|email|text|cold-call"
_REACHING_EN = (
    "calling|ringing|phoning|contacting|bothering|disturbing|pestering|e-mailing|emailing|texting"
)
_REACHED_EN = "called|rung|phoned|contacted|bothered|disturbed|pestered|e-mailed|emailed|texted"
_CONTACTS_DE = (
    "(?:werbe|telefon|verkaufs)?(?:anruf(?:e|en)?|kontakt(?:e|aufnahme)?|besuch(?:e)?|werbung"
    "|mails?|e-mails?|angebote)"
)
_CONTACTS_EN = "(?:phone |sales |cold )?(?:calls|contact|visits|e-mails|emails|mails|advertising)"
_NO_MORE = "(?:nicht|nie|niemals) (?:mehr|wieder|weiter|noch ?mal|noch einmal)"
_NOT_EN = "(?:do not|don't|dont|not|never|not to|never to)(?: (?:ever|please))*"
_WISH_DE = (
    "bitte|soll(?:en|st|te|ten)?|möchten?|will|wollen|wollten?|wünscht|wünschen|bittet|bat|darf"
)
_LIST_DE = "(?:anruf|telefon|kunden|adress|mailing)?(?:liste|kartei|verteiler|datenbank|datei)"
_FEW = "(?: [^ ]+){0,3}?"

_PATTERNS = (
    rf"{_NO_MORE}{_FEW} (?:zu |an)?(?:{_REACH_DE}|anzurufen)",
    rf"(?:{_WISH_DE}){_FEW} nicht(?: mehr| wieder)?{_FEW} (?:zu )?(?:{_REACH_DE})",
    rf"(?:{_WISH_DE}){_FEW} {_NO_MORE}{_FEW} (?:{_WISHED_DE})",
    rf"(?:{_WISH_DE}){_FEW} nicht(?: mehr| wieder)?{_FEW} (?:{_REACHED_DE}) werden",
    rf"{_NO_MORE}{_FEW} (?:{_REACHED_DE}) (?:zu )?werden",
    rf"(?:ruf|rufen sie|rufe|rufen)(?: (?:mich|uns|ihn|sie|hier|dort|da|bitte|ja|bloß))*"
    rf" {_NO_MORE}{_FEW} an",
    rf"(?:keine?n?|keinerlei)(?: weiteren?)? {_CONTACTS_DE} (?:mehr|erwünscht|gewünscht)",
    rf"keine weiteren {_CONTACTS_DE}",
    rf"(?:möchte|will|wollen|wünscht|wünschen|bittet um) (?:[^ ]+ )?keine?n?"
    rf"(?: weiteren?)? {_CONTACTS_DE}(?: mehr)?",
    rf"(?:verbittet|verbitten|verbat) sich{_FEW} {_CONTACTS_DE}",
    rf"(?:von|aus|vom){_FEW} {_LIST_DE} (?:zu )?(?:streichen|nehmen|löschen|entfernen|gestrichen"
    r"|genommen|gelöscht|entfernt|runter|raus|herunter|austragen)",
    rf"(?:streich|nimm|lösch|entfern)[^ ]*{_FEW} (?:von|aus|vom){_FEW} {_LIST_DE}",
    r"(?:will|wollen|möchten?|soll|sollen|muss) (?:[^ ]+ )?(?:von|aus|vom)"
    rf"{_FEW} {_LIST_DE} (?:runter|raus|herunter)?",
    r"in ruhe (?:zu )?(?:lassen|gelassen werden)",
    r"(?:lass|lasst|lassen sie) (?:mich|uns|ihn|sie) in ruhe",
    r"kontaktsperre|anrufsperre|werbesperre|kontaktverbot|anrufverbot|werbewiderspruch",
    rf"{_NOT_EN} (?:{_REACH_EN})(?: (?:me|him|her|them|us|here|there|this number))*"
    r"(?: (?:again|any ?more|any longer|ever|in future|in the future|at all))?(?= *$)",
    rf"{_NOT_EN} (?:{_REACH_EN})(?: (?:me|him|her|them|us|here|there|this number))*"
    r" (?:again|any ?more|any longer|ever)",
    r"(?:doesn't|does not|don't|do not|didn't|did not) (?:want|wish|like)"
    rf"(?: us| me)? (?:to be (?:{_REACHED_EN})|(?:any |any more |more )?{_CONTACTS_EN})",
    rf"(?:wants|wished|asked|wishes|prefers|would like|asks) (?:never|not) to be (?:{_REACHED_EN})",
    rf"(?:wants|asked for|wishes|asks for|please) no (?:more |further )?{_CONTACTS_EN}",
    rf"no (?:more|further) {_CONTACTS_EN}",
    rf"(?:stop|quit|cease)(?: (?:from|with))? (?:{_REACHING_EN})",
    rf"(?:take|taken|remove|removed|strike|delete|deleted|get|drop){_FEW} (?:off|from|of)"
    " (?:(?:the|your|our|my|this|any) )?(?:(?:call|calling|mailing|phone|e-mail|email|contact) )?"
    "(?:lists?(?! prices?)|database|records|mailings?)",
    r"(?:leave|left) (?:me|him|her|them|us|to be) alone|wants to be left alone",
    r"do-not-call|do-not-contact|unsubscribe me|opted out|opt out",
)
# What makes it a thing of days, or tells what somebody did or could not do.
_FOR_NOW = (
    r"vor|bevor|before|until|till|bis|heute|today|morgen|tomorrow|woche|week|vormittags|mornings"
    r"|abends|evenings|urlaub|holiday|mittags|außer|unless|except"
)
_NOT_ABLE = (
    r"konnten?|könn(?:e|en|t)|kann|could|couldn't|can't|cannot|can|brauche?|braucht|need|needn't"
)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    # What is folded may hold no capital letter of the pattern language.
    return re.compile(rf"(?<!\S)(?:{fold(text)})(?!\S)")


@cache
def _wishes() -> re.Pattern[str]:
    return _pattern("|".join(_PATTERNS))


_WORDS = regex(r"[^\W_]+(?:['-][^\W_]+)*")


# Each of the patterns has one of these, in a word or as one.
_HINTS = regex(
    r"nicht|nie|kein|verbit|verbat|liste|kartei|verteiler|datenbank|datei|sperre|verbot|widerspruch"
    r"|ruhe|not|n't|dont|never|\bno\b|stop|quit|cease|\blists?\b|database|records|mailing|alone"
    r"|unsubscribe|\bopt"
)


def refuses_contact(clause: str) -> bool:
    """Whether a clause of a note says that somebody does not want to be contacted any more."""
    said = " ".join(fold(word) for word in _WORDS.findall(composed(clause).replace("’", "'")))
    if _HINTS.search(said) is None:
        return False
    if _pattern(_FOR_NOW).search(said) or _pattern(_NOT_ABLE).search(said):
        return False
    return _wishes().search(said) is not None
