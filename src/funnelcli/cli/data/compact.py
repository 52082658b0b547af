"""Making the database file smaller."""

from __future__ import annotations

import os
from datetime import timedelta

from funnelcli import config
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.db.server import on_server
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.types import DAYS
from funnelcli.render import Column, Listing
from funnelcli.typed import Annotated
from funnelcli.values import dates, daytext
from funnelcli.values.spans import span_days

PARTS = {"file": N_("The file"), "journal": N_("of it the journal"), "free": N_("of it free")}
COMPACTED = (
    Column("part", "Part", names=lambda key: _(PARTS[key])),
    Column("before", "Bytes before", "int"),
    Column("after", "Bytes after", "int"),
)


@gives(COMPACTED)
@examples("funnel db compact", "funnel db compact --older 90d --dry-run", "funnel db compact -y")
def compact(
    older: Annotated[
        str | None,
        Option(
            "--older",
            metavar=DAYS,
            help=N_("Let go of what was done longer ago; the setting journal_days without it."),
        ),
    ] = None,
) -> Listing:
    """Let go of the old part of the journal, which can then no longer be undone, and give the room
    that nothing takes any more back to the disk."""
    from funnelcli.actions import members
    from funnelcli.db import compacting, trimming

    call = current()
    days = int(config.get("journal_days")) if older is None else span_days(older, "--older")
    since = dates.day_start(dates.today() - timedelta(days=days))
    day = daytext.day(dates.local_date(since).isoformat())
    with call.open() as conn:
        members.check(conn, "journal")
        before = compacting.sizes(conn)

        def find() -> trimming.Letting:
            return trimming.older(conn, since, dates.now())

        going = find().commands
        if going:
            call.confirm(
                ngettext(
                    "Let go of {n} command from before {day}? It cannot be undone then.",
                    "Let go of {n} commands from before {day}? They cannot be undone then.",
                    going,
                ).format(n=going, day=day)
            )
        if not on_server(conn):
            before = before._replace(file=max(before.file, os.path.getsize(call.path)))
        gone, after = compacting.compact(conn, call.path, find, dry_run=call.dry_run)
        served = on_server(conn)
    notes = [
        ngettext(
            "{n} command from before {day} goes.",
            "{n} commands from before {day} go.",
            gone.commands,
        ).format(n=gone.commands, day=day)
    ]
    if call.dry_run:
        notes.append(_("Nothing was changed."))
    elif after.file >= before.file:
        notes.append(
            _(
                "The server keeps the room of what went for what comes; VACUUM FULL, by whoever"
                " looks after it, gives it back to the disk."
            )
            if served and gone.commands
            else _("There was no room to give back.")
        )
    rows = [
        {"part": part, "before": was, "after": now}
        for part, was, now in zip(PARTS, before, after, strict=True)
    ]
    return Listing(COMPACTED, rows, notes=notes)
