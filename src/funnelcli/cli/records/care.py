"""Customer care: how often to be in touch, who is due, satisfaction, referrals, complaints."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.actions import care
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.params import ContactRef, Limit, Sort, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
from funnelcli.queries import care as stored
from funnelcli.queries import lists
from funnelcli.render import Changed, Column, Listing
from funnelcli.values import dates


def _due_style(plan: stored.Plan) -> str:
    return "warn" if plan.next_on <= dates.today().isoformat() else ""


def _score_text(plan: stored.Plan) -> str:
    if plan.score is None:
        return ""
    return f"{words.read(words.SATISFACTION_KIND, plan.score_kind)} {plan.score}"


PLANS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True),
    Column("organisation", "Organisation", flex=True, drop=5),
    Column("phone", "Phone", drop=3),
    Column("every_days", "Every", "days", drop=4),
    Column("starts_on", "From", "date", table=False),
    Column("last_on", "Last contact", "date", drop=1),
    Column("next_on", "Next", "date", style=_due_style),
    Column("score_kind", "Scale", table=False),
    Column("score", "Score", "int", drop=2, shown=_score_text),
    Column("complaints", "Complaints", "int", drop=6),
)
SCORES: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("scored_on", "Date", "date"),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=2),
    Column("kind", "Scale", names=lambda key: words.read(words.SATISFACTION_KIND, key)),
    Column("score", "Score", "int"),
    Column("comment", "Comment", flex=True, drop=1),
)
COMPLAINTS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("raised_on", "Date", "date"),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=3),
    Column(
        "text",
        "Complaint",
        flex=True,
        style=lambda found: "" if found.resolved_on else "warn",
    ),
    Column("resolved_on", "Put right", "date", drop=1),
    Column("resolution", "How", flex=True, drop=2),
)
REFERRALS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("referred_on", "Date", "date"),
    Column("referrer_id", "Referrer id", "id", table=False),
    Column("referrer", "Referred by", flex=True),
    Column("referred_id", "Contact id", "id", table=False),
    Column("referred", "Contact", flex=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deals", "Deals", "int", drop=2),
    Column("won", "Won", "int", drop=1),
    Column("note", "Note", flex=True, drop=3),
)
On = Annotated[
    str | None, typer.Option("--at", metavar="DATE", help=N_("The day; today without it."))
]
Deal = Annotated[
    str | None, typer.Option("--deal", "-D", metavar="DEAL", help=N_("The deal it was about."))
]
ComplaintRef = Annotated[
    str, typer.Argument(metavar="COMPLAINT", help=N_("Its id, or words of its contact's name."))
]


def _day(call: Invocation, at: str | None) -> str:
    return call.date(at) or dates.today().isoformat()


def _deal(call: Invocation, conn: sqlite3.Connection, deal: str | None) -> int | None:
    return None if deal is None else call.find(conn, naming.DEAL, deal)


@examples(
    "funnel care set mueller --every 90d",
    "funnel care set 7 --every 3m --from 2026-12-01",
    "funnel care set 7 --every none",
)
def set_(
    contact: ContactRef,
    every: Annotated[
        str | None,
        typer.Option("--every", metavar="PERIOD", help=N_("90d, 6w, 3m; none to stop.")),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help=N_("What to count from until there was a contact.")
        ),
    ] = None,
) -> Changed:
    """Say how often to be in touch."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, naming.CONTACT, contact)
        name = lists.contact(conn, contact_id).name
        every = call.need(every, "--every", _("How often? (90d, 6w, 3m)"))
        if every.strip().lower() in ("none", "keine"):
            with call.change(conn):
                care.unplan(conn, contact_id)
            record = {"contact_id": contact_id, "every_days": None}
            return Changed([_("{name}: no care planned").format(name=name)], record, id=contact_id)
        days = care.read_interval(every)
        with call.change(conn):
            new = care.plan(conn, contact_id, days, _day(call, start))
        plan = stored.plan(conn, contact_id)
        assert plan is not None
        line = _("{name}: every {n} days, next on {day}").format(
            name=name, n=days, day=plan.next_on
        )
        return Changed([line], plan, PLANS, id=contact_id, undo=new)


@examples("funnel care list", "funnel care list --all", "funnel care list next:..eom mueller")
def list_(
    words: Words = None,
    every: Annotated[bool, typer.Option("--all", help=N_("Those that are not due, too."))] = False,
    sort: Sort = None,
    limit: Limit = None,
) -> Listing:
    """Who is due."""
    filters = filter_words(words)
    if not every and not filters:
        filters = ["is:due"]
    return listing(
        PLANS,
        stored.plans,
        filters,
        sort,
        limit,
        empty=_("Nobody is due. `funnel care set CONTACT --every 90d` plans it."),
    )


@examples(
    "funnel care score mueller 9",
    'funnel care score 7 4 --kind csat --comment "slow to answer" --at 2026-11-20',
)
def score(
    contact: ContactRef,
    value: Annotated[
        str | None, typer.Argument(metavar="SCORE", help=N_("0 to 10; for csat 1 to 5."))
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="SATISFACTION_KIND",
            help=N_("nps: would they recommend us; csat: how satisfied."),
        ),
    ] = "nps",
    comment: Annotated[
        str | None, typer.Option("--comment", metavar="TEXT", help=N_("What they said."))
    ] = None,
    deal: Deal = None,
    at: On = None,
) -> Changed:
    """Record how satisfied a customer is."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, naming.CONTACT, contact)
        deal_id = _deal(call, conn, deal)
        scale = words.choose(words.SATISFACTION_KIND, kind, "--kind")
        value = call.need(value, "SCORE", _("Which score?"))
        if not value.strip().removeprefix("-").isdecimal():
            raise Usage(_("{value} is no score.").format(value=value), _("Write a whole number."))
        with call.change(conn):
            score_id = care.score(
                conn,
                contact_id,
                scale,
                int(value),
                _day(call, at),
                comment=call.long_text(comment),
                deal_id=deal_id,
            )
        found = stored.score(conn, score_id)
        line = _("{name}: {kind} {score} on {day}").format(
            name=found.contact,
            kind=words.read(words.SATISFACTION_KIND, scale),
            score=found.score,
            day=found.scored_on,
        )
        return Changed([line], found, SCORES, id=score_id)


@examples("funnel care scores is:detractor", "funnel care scores mueller --json")
def scores(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List satisfaction scores."""
    return listing(
        SCORES,
        stored.scores,
        filter_words(words),
        sort,
        limit,
        empty=_("No scores. `funnel care score CONTACT 9` records one."),
    )


@examples(
    'funnel care refer mueller "Jana Vogt" --phone "0171 555 0199"',
    "funnel care refer 7 --existing 31 --at yesterday",
)
def refer(
    contact: ContactRef,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=N_("Who was named."))] = None,
    existing: Annotated[
        str | None,
        typer.Option("--existing", metavar="CONTACT", help=N_("Somebody who is on file already.")),
    ] = None,
    phone: Annotated[
        list[str] | None, typer.Option("--phone", metavar="NUMBER", help=N_("A phone number."))
    ] = None,
    email: Annotated[
        list[str] | None, typer.Option("--email", metavar="ADDRESS", help=N_("An address."))
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=N_("A note."))] = None,
    deal: Deal = None,
    at: On = None,
) -> Changed:
    """Record a referral; who was named becomes a contact."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, naming.CONTACT, contact)
        deal_id = _deal(call, conn, deal)
        existing_id = None if existing is None else call.find(conn, naming.CONTACT, existing)
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
        return Changed([line], found, REFERRALS, id=referred_id)


@examples("funnel care referrals", "funnel care referrals referred:this-quarter --csv")
def referrals(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List referrals."""
    return listing(
        REFERRALS,
        stored.referrals,
        filter_words(words),
        sort,
        limit,
        empty=_("No referrals. `funnel care refer CONTACT NAME` records one."),
    )


@examples('funnel care complain mueller "delivered two weeks late" --deal 12')
def complain(
    contact: ContactRef,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help=N_("What was wrong; - reads input."))
    ] = None,
    deal: Deal = None,
    at: On = None,
) -> Changed:
    """Record a complaint."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, naming.CONTACT, contact)
        deal_id = _deal(call, conn, deal)
        said = call.long_text(call.need(text, "TEXT", _("What was wrong?"))) or ""
        with call.change(conn):
            complaint_id = care.complain(conn, contact_id, said, _day(call, at), deal_id=deal_id)
        found = stored.complaint(conn, complaint_id)
        line = _("Complaint {id} of {name}: {text}").format(
            id=complaint_id, name=found.contact, text=found.text
        )
        return Changed([line], found, COMPLAINTS, id=complaint_id)


@examples('funnel care resolve 3 "replaced at once, with an apology"')
def resolve(
    complaint: ComplaintRef,
    how: Annotated[
        str | None, typer.Argument(metavar="HOW", help=N_("How it was put right."))
    ] = None,
    at: On = None,
) -> Changed:
    """Record how a complaint was put right."""
    call = current()
    with call.open() as conn:
        complaint_id = call.find(conn, naming.COMPLAINT, complaint, where="r.resolved_on IS NULL")
        how = call.need(how, "HOW", _("How was it put right?"))
        with call.change(conn):
            care.resolve(conn, complaint_id, _day(call, at), how)
        found = stored.complaint(conn, complaint_id)
        line = _("Complaint {id} of {name}: put right on {day}").format(
            id=complaint_id, name=found.contact, day=found.resolved_on
        )
        return Changed([line], found, COMPLAINTS, id=complaint_id)


@examples("funnel care complaints is:open", "funnel care complaints raised:this-year --json")
def complaints(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List complaints."""
    return listing(
        COMPLAINTS,
        stored.complaints,
        filter_words(words),
        sort,
        limit,
        empty=_("No complaints."),
    )


@examples("funnel care remove --score 4", "funnel care remove --complaint 3")
def remove(
    score: Annotated[
        list[int] | None, typer.Option("--score", metavar="ID", help=N_("A score, by its id."))
    ] = None,
    complaint: Annotated[
        list[int] | None,
        typer.Option("--complaint", metavar="ID", help=N_("A complaint, by its id.")),
    ] = None,
) -> Changed:
    """Remove scores and complaints."""
    call = current()
    scored, complained = list(dict.fromkeys(score or ())), list(dict.fromkeys(complaint or ()))
    ids = scored + complained
    if not ids:
        raise Usage(_("Nothing to remove."), _("Give --score or --complaint with an id."))
    with call.open() as conn:
        if len(ids) > 2:
            text = ngettext("Remove {n} record?", "Remove {n} records?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            care.remove(conn, "satisfaction", scored)
            care.remove(conn, "complaint", complained)
    lines = [_("Removed score {id}").format(id=i) for i in scored]
    lines += [_("Removed complaint {id}").format(id=i) for i in complained]
    return Changed(lines, ids=ids)
