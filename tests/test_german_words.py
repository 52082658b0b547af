"""One word for one thing: docs/glossary.md names the words, and these do not stand beside them."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

import funnelcli
from funnelcli.nouns.placeholders import WORDS

PACKAGE = Path(funnelcli.__file__).parent
# What is said otherwise, as docs/glossary.md has it: a pattern, and the word.
OTHERWISE = {
    r"(?<!USt\.-)\bIDs?\b": "Kennung",
    r"MwSt|Mehrwertsteuer|Umsatzsteuersatz": "USt.",
    r"Spesen": "Auslagen",
    r"Verkaufschance|Opportunity": "Auftragschance",
    r"Verkaufsweg": "Vertriebsweg",
    r"Kosten des Aufwands": "Aufwandskosten",
    r"Gemeinkosten": "Werbe- und Akquisekosten",
    r"Kosten eines neuen Kunden|[Nn]eue[nr]? Kunden?\b": "Neukunde, Neukundenakquise",
    r"Beschwerde": "Reklamation",
    r"\bUrteil": "Entscheidung",
    r"Mitbewerber": "Wettbewerber",
    r"\bLeads?\b": "Interessent",
    r"\bDeals?\b": "Geschäft",
    r"\bGewinns?\b|\bGewinne\b": "Abschluss",
    r"zurückgesetzt": "zurückgestuft",
    r"Abschied\b": "Verabschiedung",
    r"Rechnungsstelle": "Rechnungsempfänger",
    r"Einflussnehmer": "Mitentscheider",
    r"\bruht\b|schlummer|zurückgestellt": "Wiedervorlage",
    r"Verkaufszyklus": "Dauer bis zum Abschluss",
    r"Dezimalstelle": "Nachkommastelle",
    # The address is the infinitive: nobody is told "Sie" or "du".
    r"\b(?:Schreiben|Geben|Nennen|Wählen|Prüfen) Sie\b|\bIhnen\b|\b[Dd]ein": "Grundform",
    r"^(?:Schreib|Gib|Wähle|Nenne|Lass|Filtere)\b": "Grundform",
}


def german() -> list[str]:
    """Every German message, the words of letters and customers apart."""
    found = gettext.translation("funnelcli", str(PACKAGE / "locale"), ["de"])
    return [text for original, text in found._catalog.items() if original]  # type: ignore[attr-defined]


def bare(text: str) -> str:
    """A message without the commands and examples in it."""
    return re.sub(
        r"`[^`]*`|“[^”]*”|„[^“]*“|\"[^\"]*\"|'[^']*'|\{[^}]*\}|--[-a-z]+(?:=\S+)?", " ", text
    )


@pytest.mark.parametrize("pattern", OTHERWISE)
def test_a_thing_has_one_word(pattern: str) -> None:
    odd = [text for text in german() if re.search(pattern, bare(text))]
    assert odd == [], OTHERWISE[pattern]


def test_words_for_values_are_german_in_hints() -> None:
    translated = gettext.translation("funnelcli", str(PACKAGE / "locale"), ["de"]).gettext
    english = [word for word in WORDS if len(word) > 2 and translated(word) != word]
    pattern = re.compile(rf"(?<![-\w])(?:{'|'.join(english)})(?![-:\w])")
    # SQL has words of its own.
    sql = re.compile(r'"SELECT [^"]*"|CREATE ROLE')
    assert [text for text in german() if pattern.search(sql.sub("", text))] == []


def test_the_glossary_names_them() -> None:
    glossary = PACKAGE.parent.parent / "docs" / "de" / "glossary.md"
    if not glossary.exists():
        pytest.skip("the docs are not beside the tests")
    text = glossary.read_text(encoding="utf-8")
    for word in OTHERWISE.values():
        for part in word.split(", "):
            assert part in text, part
