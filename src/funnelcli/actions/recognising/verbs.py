"""German infinitives: what ends the saying of something that is to be done, "Muster vorbeibringen".

A verb is its stem with or without what may be put before it, so that "nachhaken", "reinschauen" and
"vorbeikommen" need not be listed.
"""

from __future__ import annotations

from functools import cache

from funnelcli.text import fold

_BEFORE = (
    "an ab auf aus ein mit nach vor vorbei zu zurück hin her weiter durch um raus rein rüber los"
    " fertig bereit dazu über wieder rum hoch runter da dar fort frei ran drauf nieder"
)
# Verbs that are done with something before them, and those that stand alone as well.
_WITH = (
    "rufen fassen schauen haken hören stellen nehmen legen geben reichen führen gehen sehen"
    " tragen klopfen läuten tauchen sprechen wählen bleiben"
    " lassen setzen werfen kommen fahren laden weisen gucken stoßen"
)
_ALONE = (
    "schicken senden melden fragen bringen bereiten klären suchen holen machen rechnen arbeiten"
    " messen sprechen schreiben lesen prüfen buchen planen stimmen liefern leiten sagen zeichnen"
    " drucken packen mailen faxen zeigen kalkulieren organisieren telefonieren informieren"
    " kontaktieren präsentieren terminieren reservieren dokumentieren aktualisieren korrigieren"
    " reklamieren koordinieren montieren installieren testen bestellen besuchen besorgen"
    " besprechen"
    " bestätigen beantworten bearbeiten beantragen berechnen beauftragen bewerben erstellen"
    " erinnern erfragen erledigen ergänzen erklären versuchen verschicken versenden vereinbaren"
    " verlängern vergleichen veranlassen verhandeln vermitteln überarbeiten überreichen"
    " überprüfen"
    " übersenden unterbreiten einladen anbieten wiederholen abstimmen anfordern"
    " anpassen einreichen durchstellen nachfassen klingeln probieren treffen kaufen tauschen"
    " streichen eintragen notieren hinterlegen gratulieren danken antworten kündigen sammeln"
    " weiterleiten einplanen abklären ausarbeiten absprechen nachbessern nachmessen entwerfen"
    " läuten anläuten offerieren zustellen deponieren nachtelefonieren abmachen ausdrucken"
    " waschen halten aufsetzen formulieren scannen fotografieren"
)
# These are forms of what has been done, or no verbs.
_NOT = "treffen übergeben"


@cache
def _stems() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    def words(joined: str) -> frozenset[str]:
        return frozenset(fold(word) for word in joined.split())

    before = tuple(sorted(words(_BEFORE), key=len, reverse=True))
    return words(_WITH), words(_ALONE) - words(_NOT), before


@cache
def _not_done() -> frozenset[str]:
    return frozenset(fold(word) for word in _NOT.split())


def is_infinitive(word: str) -> bool:
    """Whether a folded word is the infinitive of what a seller does."""
    joined, alone, prefixes = _stems()
    if word in alone:
        return True
    for prefix in prefixes:
        if word.startswith(prefix):
            rest = word[len(prefix) :].removeprefix("zu")
            if (rest in alone or rest in joined) and word not in _not_done():
                return True
    return False


@cache
def is_first_person(word: str) -> bool:
    """Whether a folded word is what I do: "hake", "probier", of a verb that a seller does."""
    if len(word) < 4 or word in ("lass", "lasse"):
        return False
    joined, alone, _prefixes = _stems()
    return any(f"{word}{ending}" in verbs for ending in ("n", "en") for verbs in (joined, alone))
