"""The inbox: notes from a folder that a phone syncs to, filed as what they are."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.day.inbox_desk import NOTES, columns_shown, run
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import NoRecognise
from funnelcli.errors import PARTLY_DONE
from funnelcli.i18n import N_, _, ngettext
from funnelcli.render import Listing, undo_hint
from funnelcli.typed import Annotated


@gives(NOTES)
@examples(
    "funnel inbox ~/Notes -n",
    "funnel inbox ~/Notes",
    "funnel inbox ~/Notes --json",
    "funnel inbox ~/Notes --watch",
)
def inbox(
    path: Annotated[str, Argument(metavar="PATH", help=N_("The folder of the notes."))],
    no_recognise: NoRecognise = False,
    watch: Annotated[
        bool, Option("--watch", help=N_("Go on, and take what comes, until Ctrl-C."))
    ] = False,
) -> tuple[Listing, int]:
    """File notes from a folder; what cannot be placed with certainty waits in the tray."""
    call = current()
    if watch:
        from funnelcli.cli.day.inbox_watch import watching

        taken = watching(call, path, lambda: run(call, path, recognise=not no_recognise))
        text = ngettext("{n} note taken.", "{n} notes taken.", taken).format(n=taken)
        return Listing(columns_shown(call), [], empty=text), 0
    found = run(call, path, recognise=not no_recognise)
    listing = found.listing(call)
    listing.empty = _("No notes in {path}.").format(path=path)
    left = found.left
    if left:
        text = ngettext("{n} note left where it is.", "{n} notes left where they are.", left)
        listing.notes.append(text.format(n=left))
    if call.entered and call.on_screen:
        listing.notes.append(undo_hint())
    return listing, PARTLY_DONE if left else 0
