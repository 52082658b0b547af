"""What a note is headed with."""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.nouns.note import Note
from funnelcli.values import daytext


def note_title(note: Note) -> str:
    """Its id, whose it is, its day."""
    return _("Note {id}: {owner}, {day}").format(
        id=note.id, owner=note.deal or note.contact, day=daytext.day(note.happened_on)
    )
