"""A folder that is watched: what comes is taken as soon as nobody writes to it any more."""

from __future__ import annotations

import os
from collections.abc import Callable

from funnelcli.cli.invocation import Invocation
from funnelcli.errors import FunnelError, Usage
from funnelcli.extras import needed
from funnelcli.i18n import _
from funnelcli.render import emit, message
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.cli.day.inbox_desk import Run

# Milliseconds between two looks at files that are still being written.
_LOOK_AGAIN = 1000
# What can be printed piece by piece.
_FORMATS = (None, "jsonl")


def watching(call: Invocation, path: str, run: Callable[[], Run]) -> int:
    """Take what lies in a folder, and then what comes, by ``run`` until an interrupt; how many
    notes that were. Each run is an act of its own. Raises Failed where the library is missing."""
    if call.dry_run:
        raise Usage(_("--watch and --dry-run cannot be together."), _("Leave one of them out."))
    if call.output.path is not None or call.output.format not in _FORMATS:
        raise Usage(_("--watch prints each note as it comes."), _("For programs take --jsonl."))
    missing = _("Watching a folder is an extra that is not installed.")
    watchfiles = needed("watchfiles", "watch", missing)
    watch = _Watch(call, run)
    watch.look()
    message(call.output, _("Watching {path}; Ctrl-C ends it.").format(path=path))
    # The watch begins with the first step of the loop: what came before it is told by nobody.
    again = True
    try:
        for changes in watchfiles.watch(
            os.path.expanduser(path),
            recursive=False,
            rust_timeout=_LOOK_AGAIN,
            yield_on_timeout=True,
        ):
            if changes or again:
                again = watch.look()
    except KeyboardInterrupt:
        call.output.stderr.write("\n")
    return watch.taken


class _Watch:
    """A watch under way: how many notes were taken, and what was told of files that stay, so that
    each is named once for a reason."""

    def __init__(self, call: Invocation, run: Callable[[], Run]) -> None:
        self.call = call
        self.run = run
        self.taken = 0
        self.told: set[tuple[str, str | None]] = set()

    def look(self) -> bool:
        """Take what is there, and tell of it; whether to look again though nothing changes."""
        try:
            found = self.run()
        except FunnelError as error:
            # Another program may be writing, or the folder may come back.
            self._once("", f"{error.message} {error.hint}".strip())
            return True
        left = [row for row in found.rows if row["state"] == "left"]
        news = [row for row in found.rows if row["state"] != "left"]
        self.taken += len(news)
        for row in left:
            self._once(row["file"], row["why"])
        here = {row["file"] for row in left}
        self.told = {told for told in self.told if told[0] in here}
        if news:
            shown = found._replace(rows=news).listing(self.call)
            emit(shown, self.call.output._replace(pager=False))
            self.call.output.stdout.flush()
        return found.unsettled

    def _once(self, file: str, why: str) -> None:
        if (file, why) not in self.told:
            self.told.add((file, why))
            message(self.call.output, f"{file}: {why}" if file else why)
