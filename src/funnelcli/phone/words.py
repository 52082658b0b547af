"""The words of the page, in both languages: a page on a phone speaks without asking."""

from __future__ import annotations

from funnelcli.i18n import LANGUAGES, N_, every, language

WORDS = {
    "title": "Funnel",
    "today": N_("Today"),
    "tomorrow": N_("Tomorrow"),
}
"""By the name that the page's scripts have for it: an English message id."""


def both() -> dict[str, dict[str, str] | str]:
    """The words by language, and the language of the settings."""
    texts = {name: every(text) for name, text in WORDS.items()}
    spoken: dict[str, dict[str, str] | str] = {
        one: {name: each[place] for name, each in texts.items()}
        for place, one in enumerate(LANGUAGES)
    }
    return {**spoken, "language": language()}
