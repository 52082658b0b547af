"""Customer care: how often to be in touch, who is due, satisfaction, referrals, complaints."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import care
from funnelcli.actions.contacts import phones_of
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister, listing
from funnelcli.cli.params import ContactRef, Limit, Note, Sort, Words
from funnelcli.cli.phones import unread_phones
from funnelcli.cli.removing import REMOVED, removal
from funnelcli.cli.results import changed, unless_same
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.care import COMPLAINT, PLAN, REFERRAL, SCALE, SCORE
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import DATE, DAYS, PAST_DATE
from funnelcli.queries import care as stored
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Listing
from funnelcli.typed import Annotated
from funnelcli.values import dates, daytext
from funnelcli.values.days import BACK
from funnelcli.values.nothing import is_nothing
from funnelcli.values.whole import whole

On = Annotated[str | None, Option("--at", metavar=PAST_DATE, help=N_("The day; today without it."))]
Deal = Annotated[
    str | None, Option("--deal", "-D", metavar="DEAL", help=N_("The deal it was about."))
]
ComplaintRef = Annotated[
    str, Argument(metavar="COMPLAINT", help=N_("Its id, or words of its contact's name."))
]


def _day(call: Invocation, at: str | None) -> str:
    return call.date(at, BACK) or dates.today().isoformat()


def _deal(call: Invocation, conn: sqlite3.Connection, deal: str | None) -> int | None:
    return None if deal is None else call.find(conn, DEAL, deal)


@gives(PLAN)
@examples(
    "funnel care set mueller --every 90d",
    "funnel care set 7 --every 3m --from 2026-12-01",
    "funnel care set 7 --every none",
)
def set_(
    contact: ContactRef,
    every: Annotated[
        str | None,
        Option("--every", metavar=DAYS, help=N_("90d, 6w, 3m; none to stop.")),
    ] = None,
    start: Annotated[
        str | None,
        Option("--from", metavar=DATE, help=N_("What to count from until there was a contact.")),
    ] = None,
) -> Changed:
    """Say how often to be in touch."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, CONTACT, contact)
        name = one(conn, CONTACT, contact_id).name
        every = call.need(every, "--every", _("How often? (90d, 6w, 3m)"))
        if is_nothing(every):
            with call.change(conn):
                care.unplan(conn, contact_id)
            record = {"contact_id": contact_id, "every_days": None}
            return Changed([_("{name}: no care planned").format(name=name)], record, id=contact_id)
        interval = care.read_interval(every)
        with call.change(conn):
            care.plan(conn, contact_id, interval, call.date(start) or dates.today().isoformat())
        plan = stored.plan(conn, contact_id)
        assert plan is not None
        line = _("{name}: {interval}, next on {day}").format(
            name=name, interval=plan.every, day=daytext.day(plan.next_on)
        )
        return Changed([unless_same(call, line)], plan, PLAN.columns, id=contact_id)


@gives(PLAN)
@filtered(PLAN)
@examples("funnel care list", "funnel care list --all", "funnel care list next:..eom mueller")
def list_(
    words: Words = None,
    every: Annotated[bool, Option("--all", help=N_("Those that are not due, too."))] = False,
    sort: Sort = None,
    limit: Limit = None,
) -> Listing:
    """Who is due."""
    filters = filter_words(words)
    if not every and not filters:
        filters = ["is:due"]
    return listing(PLAN, filters, sort, limit)


@gives(SCORE)
@examples(
    "funnel care score mueller 9",
    'funnel care score 7 4 --kind csat --comment "slow to answer" --at 2026-11-20',
)
def score(
    contact: ContactRef,
    value: Annotated[
        str | None, Argument(metavar="SCORE", help=N_("0 to 10; for csat 1 to 5."))
    ] = None,
    kind: Annotated[
        str,
        Option(
            "--kind",
            metavar=SCALE,
            help=N_("nps: would they recommend us; csat: how satisfied."),
        ),
    ] = "nps",
    comment: Annotated[
        str | None, Option("--comment", metavar="TEXT", help=N_("What they said."))
    ] = None,
    deal: Deal = None,
    at: On = None,
) -> Changed:
    """Record how satisfied a customer is."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, CONTACT, contact)
        deal_id = _deal(call, conn, deal)
        scale = words.choose(words.SATISFACTION_KIND, kind, "--kind")
        value = call.need(value, "SCORE", _("Which score?"))
        points = whole(value)
        if points is None:
            raise Usage(_("{value} is no score.").format(value=value), _("Write a whole number."))
        with call.change(conn):
            score_id = care.score(
                conn,
                contact_id,
                scale,
                points,
                _day(call, at),
                comment=call.long_text(comment),
                deal_id=deal_id,
            )
        found = one(conn, SCORE, score_id)
        line = _("{name}: {kind} {score} on {day}").format(
            name=found.contact,
            kind=SCALE.name(scale),
            score=found.score,
            day=daytext.day(found.scored_on),
        )
        return changed(conn, SCORE, score_id, [line])


scores = lister(SCORE, "funnel care scores is:detractor", "funnel care scores mueller --json")


@gives(REFERRAL)
@examples(
    'funnel care refer mueller "Jana Vogt" --phone "0171 555 0199"',
    "funnel care refer 7 --existing 31 --at yesterday",
)
def refer(
    contact: ContactRef,
    name: Annotated[str | None, Argument(metavar="[NAME]", help=N_("Who was named."))] = None,
    existing: Annotated[
        str | None,
        Option("--existing", metavar="CONTACT", help=N_("Somebody who is on file already.")),
    ] = None,
    phone: Annotated[
        list[str] | None, Option("--phone", metavar="NUMBER", help=N_("A phone number."))
    ] = None,
    email: Annotated[
        list[str] | None, Option("--email", metavar="ADDRESS", help=N_("An address."))
    ] = None,
    note: Note = None,
    deal: Deal = None,
    at: On = None,
) -> Changed:
    """Record a referral; who was named becomes a contact."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, CONTACT, contact)
        deal_id = _deal(call, conn, deal)
        existing_id = None if existing is None else call.find(conn, CONTACT, existing)
        if existing is None:
            name = call.need(name, "NAME", _("Who was named?"))
        elif name is not None:
            raise Usage(_("A name and --existing cannot both be."), _("Choose one of the two."))
        with call.change(conn):
            referred_id = care.refer(
                conn,
                contact_id,
                _day(call, at),
                name=name,
                existing_id=existing_id,
                emails=email or (),
                phones=phone or (),
                deal_id=deal_id,
                note=note,
            )
        found = stored.referral(conn, contact_id, referred_id)
        line = _("Contact {id}: {name}, referred by {referrer}").format(
            id=referred_id, name=found.referred, referrer=found.referrer
        )
        warnings = unread_phones(phones_of(phone or ()))
        return Changed([line], found, REFERRAL.columns, id=referred_id, warnings=warnings)


referrals = lister(
    REFERRAL,
    "funnel care referrals",
    "funnel care referrals referred:this-quarter --csv",
)


@gives(COMPLAINT)
@examples('funnel care complain mueller "delivered two weeks late" --deal 12')
def complain(
    contact: ContactRef,
    text: Annotated[
        str | None, Argument(metavar="TEXT", help=N_("What was wrong; - reads input."))
    ] = None,
    deal: Deal = None,
    at: On = None,
) -> Changed:
    """Record a complaint."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, CONTACT, contact)
        deal_id = _deal(call, conn, deal)
        said = call.long_text(call.need(text, "TEXT", _("What was wrong?"))) or ""
        with call.change(conn):
            complaint_id = care.complain(conn, contact_id, said, _day(call, at), deal_id=deal_id)
        found = one(conn, COMPLAINT, complaint_id)
        line = _("Complaint {id} of {name}: {text}").format(
            id=complaint_id, name=found.contact, text=found.text
        )
        return changed(conn, COMPLAINT, complaint_id, [line])


@gives(COMPLAINT)
@examples('funnel care resolve 3 "replaced at once, with an apology"')
def resolve(
    complaint: ComplaintRef,
    how: Annotated[str | None, Argument(metavar="HOW", help=N_("How it was put right."))] = None,
    at: On = None,
) -> Changed:
    """Record how a complaint was put right."""
    call = current()
    with call.open() as conn:
        complaint_id = call.find(conn, COMPLAINT, complaint, only="open")
        how = call.need(how, "HOW", _("How was it put right?"))
        with call.change(conn):
            care.resolve(conn, complaint_id, _day(call, at), how)
        found = one(conn, COMPLAINT, complaint_id)
        line = _("Complaint {id} of {name}: put right on {day}").format(
            id=complaint_id, name=found.contact, day=daytext.day(found.resolved_on or "")
        )
        return changed(conn, COMPLAINT, complaint_id, [line])


complaints = lister(
    COMPLAINT,
    "funnel care complaints is:open",
    "funnel care complaints raised:this-year --json",
)


@gives((), data=REMOVED)
@examples("funnel care remove --score 4", "funnel care remove --complaint 3")
def remove(
    score: Annotated[
        list[int] | None, Option("--score", metavar="ID", help=N_("A score, by its id."))
    ] = None,
    complaint: Annotated[
        list[int] | None,
        Option("--complaint", metavar="ID", help=N_("A complaint, by its id.")),
    ] = None,
) -> Changed:
    """Remove scores and complaints."""
    call = current()
    scored, complained = list(dict.fromkeys(score or ())), list(dict.fromkeys(complaint or ()))
    ids = scored + complained
    if not ids:
        raise Usage(_("Nothing to remove."), _("Give --score or --complaint with an id."))
    said = [_("Removed score {id}").format(id=i) for i in scored]
    said += [_("Removed complaint {id}").format(id=i) for i in complained]
    with call.open() as conn:

        def remove_both() -> None:
            care.remove(conn, SCORE, scored)
            care.remove(conn, COMPLAINT, complained)

        text = ngettext("Remove {n} record?", "Remove {n} records?", len(ids)).format(n=len(ids))
        own = {SCORE.table: len(scored), COMPLAINT.table: len(complained)}
        return removal(call, conn, remove_both, said, question=text, own=own, ids=ids)
