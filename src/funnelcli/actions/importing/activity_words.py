"""What programs, and people who sell, call activities and how they ended."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from funnelcli.actions.importing.ways import folded
from funnelcli.i18n import every
from funnelcli.nouns.words import OUTCOME

CALL, MEETING, VIDEO, FAIR, EMAIL, TASK, NOTE, MESSAGE = (
    *("call", "meeting", "video", "fair", "email", "task", "note", "message"),
)
# How a talk was held. What is a message by another way is kept as a note that says so.
CHANNELS = {CALL: "phone", MEETING: "on_site", VIDEO: "video", FAIR: "fair", EMAIL: "email"}
# What a step is called that is one of these and still to come.
STEPS = {CALL: "call", MEETING: "visit", VIDEO: "task", FAIR: "visit"}
_ON_SCREEN = ("zoom", "teams", "meet google", "webex", "http", "online", "video", "skype")


@cache
def _words(part: str) -> dict[str, str]:
    """A part of what is known: each word with what it means."""
    import tomllib

    document = tomllib.loads((Path(__file__).parent / "activities.toml").read_text("utf-8"))
    return {folded(word): key for key, words in document[part].items() for word in words}


def type_of(text: str) -> str | None:
    """What a word for an activity is, one of the above; None where nobody knows it."""
    known = _words("types")
    key = folded(text)
    found = known.get(key)
    if found is None:
        # "Call: intro", "Meeting (online)", "Outbound phone call".
        parts = key.translate({ord(sign): " " for sign in "():/"}).split()
        meant = [known[part] for part in reversed(parts) if part in known]
        found = VIDEO if VIDEO in meant else next(iter(meant), None)
    return found


def of_file(name: str) -> str | None:
    """What the rows of a file called calls.csv are; None where its name says none."""
    found = type_of(os.path.splitext(os.path.basename(name))[0])
    return None if found == MESSAGE else found


def end_of(text: str) -> str | None:
    """Whether a word says done, open, dropped or missed; None where it says none."""
    return _words("ends").get(folded(text)) if text else None


def call_end(text: str) -> str | None:
    """How a call ended, by the keys of :data:`funnelcli.actions.calls.OUTCOMES`."""
    return _words("calls").get(folded(text)) if text else None


@cache
def _outcomes() -> dict[str, str]:
    return {folded(word): key for key, said in OUTCOME.items() for word in (key, *every(said))}


def outcome_of(text: str) -> str | None:
    """How a visit ended, where that is said as it is here."""
    return _outcomes().get(folded(text)) if text else None


def is_on_screen(place: str) -> bool:
    """Whether a place is none to go to, but a link or the name of a program."""
    text = folded(place)
    return any(word in text for word in _ON_SCREEN)
