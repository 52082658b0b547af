"""A note from outside, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.formats.notes import Note
from funnelcli.formats.prospects import Prospect
from funnelcli.plain import NamedTuple

ORIGINS = ("folder", "mail", "phone")
NO_VISIT = "none"
"""The outcome of a note that tells of no visit."""


class Incoming(NamedTuple):
    """One note from outside.

    ``origin`` is one of ORIGINS, ``written_at`` when it was written (UTC seconds). ``key`` makes it
    the same note whatever way it comes: the id made on the device, a Message-ID; without one it is
    known by ``name`` (its file's, else its subject), day and words. ``contact_id`` and
    ``deal_id`` are whom and what its sender has said that it is about, ``contact`` what they are
    called there, ``prospect`` somebody new whom the sender has named: nothing is guessed then.
    ``outcome`` is a key of a visit's outcomes, ``next_step`` and ``due`` (ISO text, with "14:00"
    behind it or not) what comes next, as they were said beside the words. ``folder`` and ``digest``
    (SHA-256 in hexadecimal) are those of its file, of which it is the ``part`` of that place.
    """

    origin: str
    note: Note
    written_at: int
    key: str = ""
    name: str = ""
    contact_id: int | None = None
    contact: str = ""
    deal_id: int | None = None
    prospect: Prospect | None = None
    outcome: str | None = None
    next_step: str | None = None
    due: str | None = None
    folder: str | None = None
    digest: str = ""
    part: int = 0
    kind: str = ""
    happened_on: str | None = None
    starts: str | None = None
    minutes: int | None = None


class Received(NamedTuple):
    """What became of a note: ``state`` is filed, waiting (in the tray) or before (it was taken
    before), with the ids of what it has become; ``why`` it waits, or what it was taken as, in
    words; ``how`` its contact was found; what was read in its words, as options, and what else is
    to be said."""

    state: str
    visit_id: int | None = None
    note_id: int | None = None
    contact_id: int | None = None
    deal_id: int | None = None
    step_id: int | None = None
    tray_id: int | None = None
    reason: str = ""
    why: str = ""
    how: str = ""
    new_contact: bool = False
    recognised: Sequence[str] = ()
    remarks: Sequence[str] = ()
    refused: bool = False


class Waits(Exception):
    """A note cannot be placed: the key of the reason, a sentence about it, and whether somebody
    else wrote it."""

    def __init__(self, reason: str, why: str, *, wrote: bool = False) -> None:
        self.reason, self.why, self.wrote = reason, why, wrote
