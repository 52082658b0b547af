"""A file's page, and the files of a record on its own."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.i18n import _
from funnelcli.nouns.attachment import ATTACHMENT, OF, Attachment
from funnelcli.render import Facts, Listing, Page
from funnelcli.render.human import size_text
from funnelcli.values import daytext

_SHOWN = ("id", "name", "size", "note", "recorded_at")


def attachment_page(found: Attachment) -> Page:
    """What is known of a file."""
    of_id = getattr(found, f"{found.noun}_id")
    pairs = [
        (_("Of"), f"{OF.name(found.noun)} {of_id}"),
        (_("Deal"), found.deal or ""),
        (_("Contact"), found.contact or ""),
        (_("Media type"), found.media_type),
        (_("Size"), size_text(found.size)),
        (_("Note"), found.note or ""),
        (_("Added"), daytext.moment(found.recorded_at)),
        ("SHA-256", found.digest),
        (_("Public id"), found.public_id),
    ]
    title = found.name + " · " + _("file {id}").format(id=found.id)
    facts = Facts(title, [pair for pair in pairs if pair[1]])
    return Page([facts], found.data(), Listing(ATTACHMENT.columns, [found]), name="file")


def files_listing(found: Sequence[Attachment]) -> Listing:
    """The files of a record, as its page shows them."""
    columns = [column for column in ATTACHMENT.columns if column.key in _SHOWN]
    return Listing(columns, found, title=_("Files"))
