"""The log of a deal, and putting it right."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from funnelcli.actions import standing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import nothing_to_change
from funnelcli.cli.invocation import current
from funnelcli.cli.params import At, DealRef
from funnelcli.cli.results import changed, moved_lines, unchanged
from funnelcli.i18n import N_, _
from funnelcli.nouns.deal import DEAL
from funnelcli.render import Changed, Page
from funnelcli.typed import TYPE_CHECKING, Annotated
from funnelcli.values import dates, daytext

if TYPE_CHECKING:
    from funnelcli.actions.corrections import Corrected
    from funnelcli.actions.log_entries import Entry


@gives("pages.stage_log:PRINTED")
@examples("funnel deal log 12", "funnel deal log 12 --json=entries")
def log_(deal: DealRef) -> Page:
    """List the entries of a deal's log."""
    from funnelcli.pages.stage_log import log_page

    call = current()
    with call.read() as conn:
        deal_id = call.find(conn, DEAL, deal, write=False)
        return log_page(conn, deal_id, standing.state(conn, deal_id).title)


@gives(DEAL)
@examples(
    "funnel deal correct 12 --at 2026-11-20",
    'funnel deal correct 12 3 --at "yesterday 15:00" --reason "the board wants another demo"',
    "funnel deal correct 12 5 --reason price",
)
def correct(
    deal: DealRef,
    entry: Annotated[
        int | None,
        Argument(
            metavar="[ENTRY]", help=N_("Its id in `funnel deal log`; the last move without it.")
        ),
    ] = None,
    reason: Annotated[
        str | None,
        Option(
            "--reason",
            metavar="TEXT",
            help=N_("Why; of a loss a key of the catalogue, like price."),
        ),
    ] = None,
    note: Annotated[
        str | None, Option("--note", metavar="TEXT", help=N_("The note of a loss."))
    ] = None,
    competitor: Annotated[
        str | None, Option("--competitor", metavar="NAME", help=N_("To whom it was lost."))
    ] = None,
    at: At = None,
) -> Changed:
    """Put right when something happened to a deal, or why."""
    from funnelcli.actions import corrections, log_entries

    call = current()
    if all(given is None for given in (reason, note, competitor, at)):
        raise nothing_to_change(call)
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        state = standing.state(conn, deal_id)
        found = log_entries.entries_of(conn, state)
        meant = corrections.pick(state, found, entry)
        with call.change(conn) as command_id:
            made = corrections.correct(
                conn,
                deal_id,
                meant.number,
                at=None if at is None else _instant(at, found, meant),
                reason=reason,
                note=note,
                competitor=competitor,
            )
            periods = moved_lines(conn, command_id)
        return changed(conn, DEAL, deal_id, [_line(made), *periods], _contracts(conn, made))


def _instant(at: str, found: Sequence[Entry], meant: Entry) -> int:
    """When an entry was: on the day of the one before it, after that."""
    day_after = dates.day_start(dates.local_date(dates.parse_when(at)) + timedelta(days=1))
    before = [one.at for one in found if one.number != meant.number and one.at < day_after]
    earlier = [instant for instant in before if instant <= meant.at] or before
    return dates.parse_when(at, after=max(earlier, default=None))


def _line(made: Corrected) -> str:
    """What was put right."""
    from funnelcli.actions.correction_record import NAMES

    title = made.deal.title
    if not made.fields:
        return unchanged(title)
    when = daytext.moment(made.entry.at)
    what = _(NAMES[made.entry.what])
    return _("{title}: corrected {n}, {what} {when}").format(
        title=title, n=made.entry.number, what=what, when=when
    )


def _contracts(conn: sqlite3.Connection, made: Corrected) -> list[str]:
    """The warnings of contracts that say another day than a win that was put right."""
    from funnelcli.queries.contracts import of_deal

    if made.entry.what != "won" or "at" not in made.fields:
        return []
    day = dates.local_date(made.entry.at).isoformat()
    return [
        _(
            "The contract {name} was signed on {day}: funnel contract edit {id} --signed-on DATE"
        ).format(name=one.number or one.id, day=daytext.day(one.signed_on), id=one.id)
        for one in of_deal(conn, made.deal.id)
        if one.signed_on is not None and one.signed_on != day
    ]
