"""Calls: the queue, a session at the phone, and a call recorded in one line."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import calls, visits
from funnelcli.actions.visit_words import follow
from funnelcli.cli import next_step
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.day.call_record import save
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import At, Next, NextDue, NoRecognise
from funnelcli.cli.records.visit_fields import Objection, ReportField, pairs, report_fields
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.saved import text_for
from funnelcli.nouns.types import COMING, one_of
from funnelcli.nouns.words import CALL_OUTCOME, called, choose, read
from funnelcli.pages.recorded import RECORDED
from funnelcli.queries.calls import LEFT_OUT, lists_of, queue
from funnelcli.render import Changed, Column, Listing, Page
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates, daytext
from funnelcli.values.nothing import is_nothing

OUTCOME = one_of("OUTCOME", CALL_OUTCOME)
LEFT: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("name", "Contact", flex=True),
    Column("organisation", "Organisation", flex=True, drop=2),
    Column("phone", "Phone", drop=1),
    Column("why", "Left out because", flex=True, names=lambda why: read(LEFT_OUT, why)),
    Column("again", "Again", names=daytext.stamp),
)
QUEUE: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("name", "Contact", flex=True),
    Column("organisation", "Organisation", flex=True, drop=3),
    Column("phone", "Phone"),
    Column("callback", "Callback", names=daytext.stamp),
    Column("due", "Due", "date", appointment=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=1),
    Column("last_at", "Last", "instant", drop=4),
    Column("attempts", "Attempts", "int", drop=5),
)


@gives(QUEUE)
@gives(RECORDED, option="--outcome")
@gives(LEFT, option="--left-out")
@filtered(CONTACT)
@examples(
    "funnel call",
    "funnel call tag:solar town:Kassel --limit 20",
    "funnel call @fair --dial",
    "funnel call @fair --left-out",
    'funnel call mueller --outcome reached --note "wants an offer, send offer by fri"',
    'funnel call 7 --outcome callback --callback "tomorrow 14:00"',
)
def call(
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="[FILTER]...",
            help=N_(
                "Filters of contacts; with --outcome the contact, behind the @list it is of."
                " Without: what is due."
            ),
            show_default=False,
        ),
    ] = None,
    outcome: Annotated[
        str | None,
        Option(
            "--outcome",
            metavar=OUTCOME,
            help=N_("reached, no_answer, callback, not_interested, wrong_number or do_not_call."),
        ),
    ] = None,
    note: Annotated[
        str | None,
        Option("--note", metavar="TEXT", help=N_("What was said; - reads standard input.")),
    ] = None,
    callback: Annotated[
        str | None,
        Option("--callback", metavar=COMING, help=N_("When to call back: fri 14:00.")),
    ] = None,
    next_what: Next = None,
    due: NextDue = None,
    duration: Annotated[
        str | None,
        Option("--duration", "-t", metavar="TIME", help=N_("How long it took: 5m.")),
    ] = None,
    deal: Annotated[
        str | None,
        Option("--deal", "-D", metavar="DEAL", help=N_("The deal it was about; or none.")),
    ] = None,
    objection: Objection = None,
    field: ReportField = None,
    at: At = None,
    only_list: Annotated[
        bool, Option("--list", help=N_("List the queue, and call nobody."))
    ] = False,
    left_out: Annotated[
        bool, Option("--left-out", help=N_("List who is not called, why, and until when."))
    ] = False,
    dial: Annotated[
        bool, Option("--dial", help=N_("Dial each number as its contact comes up."))
    ] = False,
    limit: Annotated[
        int | None,
        Option("--limit", metavar="N", min=1, help=N_("At most so many contacts.")),
    ] = None,
    no_recognise: NoRecognise = False,
) -> Changed | Listing | Page:
    """Call one contact after the other, or record a call."""
    now = current()
    if outcome is None:
        options = {
            "--note": note,
            "--callback": callback,
            "--next": next_what,
            "--due": due,
            "--duration": duration,
            "--deal": deal,
            "--objection": objection,
            "--set": field,
            "--at": at,
        }
        stray = [name for name, value in options.items() if value is not None]
        if stray:
            raise Usage(
                _("{option} goes with --outcome.").format(option=stray[0]),
                _("Say how the call ended with --outcome."),
            )
        if left_out:
            return _left_out(now, words, limit)
        return _queue(now, words, only_list=only_list, limit=limit, dial=dial)
    if dial or left_out:
        raise Usage(
            _("{option} does not go with --outcome.").format(
                option="--dial" if dial else "--left-out"
            ),
            _("--outcome records a call that has been made."),
        )
    ended = choose(CALL_OUTCOME, outcome, "--outcome")
    with now.open() as conn:
        call_list, who = _taken_off(conn, words or [])
        contact = now.need(" ".join(who), "CONTACT", _("Whom did you call?"))
        contact_id = now.find(conn, CONTACT, contact)
        if deal is None:
            deal_id = visits.open_deal_of(conn, contact_id)
        else:
            deal_id = None if is_nothing(deal) else now.find(conn, DEAL, deal)
        instant = now.when(conn, at)
        if ended != "do_not_call":
            calls.check(conn, contact_id, instant)
        given = report_fields(now, conn, pairs(field, {}))
        fields: dict[str, Any] = {
            **given,
            "said": now.long_text(note),
            "outcome": calls.OUTCOMES[ended],
            "channel": "phone",
        }
        agreed, day = next_step.agreed(now, next_what, due)
        follows = follow(
            conn,
            fields,
            recognise=not no_recognise,
            given=agreed,
            due=day,
            objections=objection,
        )
        return save(
            now,
            conn,
            contact_id=contact_id,
            deal_id=deal_id,
            ended=ended,
            at=instant,
            minutes=follows.minutes if duration is None else dates.parse_duration(duration),
            said=fields["said"],
            given=given,
            callback=None if callback is None else calls.when(callback),
            follows=follows,
            call_list=call_list,
        )


def _taken_off(conn: sqlite3.Connection, words: list[str]) -> tuple[str | None, list[str]]:
    """The list that a call is of, where its @name stands before the contact; and the contact."""
    if not (words and words[0].startswith("@")):
        return None, words
    name, _text = text_for(conn, "contact", words[0])
    return name, words[1:]


def _left_out(now: Invocation, words: list[str] | None, limit: int | None) -> Listing:
    with now.open() as conn:
        found = queue(conn, filter_words(words)).left_out
    return Listing(LEFT, found[:limit], empty=_("Nobody is left out."))


def _queue(
    now: Invocation, words: list[str] | None, *, only_list: bool, limit: int | None, dial: bool
) -> Listing | Page:
    with now.open() as conn:
        found = queue(conn, filter_words(words), limit=limit)
        if not (found.callers or found.left_out):
            _refuse_text(filter_words(words))
        notes = left_out_notes(found.counts())
        on_the_phone = not only_list and now.on_screen and now.interactive
        if dial and not on_the_phone:
            raise Usage(
                _("--dial needs a terminal, with somebody at it."),
                _("Leave out --list, --json and a pipe."),
            )
        if found.callers and on_the_phone:
            from funnelcli.cli.day.call_session import session

            lists = lists_of(conn, filter_words(words))
            if lists[1:]:
                notes.append(_("Several lists are named, so these calls belong to none."))
            called_from = lists[0] if len(lists) == 1 else None
            return session(now, conn, found.callers, notes, called_from=called_from, dial=dial)
        callers = found.callers
    if found.left_out:
        notes.append(_("`funnel call … --left-out` lists who that is."))
    return Listing(
        QUEUE,
        callers,
        empty=_("Nobody to call. `funnel call is:open` calls whoever has an open deal."),
        notes=notes,
    )


def _refuse_text(words: list[str]) -> None:
    """Raises Usage where words that fit nobody are a contact and what was said, not filters."""
    if len(words) < 2 or any(":" in word for word in words[:-1]):
        return
    who, *said = words
    text = " ".join(said)
    # A text that is no more than how a call ended.
    ended = called(CALL_OUTCOME, text)
    if not (ended or " " in said[-1].strip()):
        return
    from funnelcli.cli.guessing import did_you_mean

    lines = [["log", who, text, "--channel", "phone"]]
    if ended:
        lines.insert(0, ["call", who, "--outcome", ended])
    raise Usage(
        _("No contact fits all of this, and nothing was recorded: {words}.").format(words=text),
        did_you_mean(lines),
    )


def left_out_notes(left_out: dict[str, int]) -> list[str]:
    """Who is not called, and why."""
    return [
        ngettext("{n} left out: {why}", "{n} left out: {why}", n).format(
            n=n, why=read(LEFT_OUT, why)
        )
        for why, n in left_out.items()
    ]
