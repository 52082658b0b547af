"""A deal's way: advance, back, win, lose, withdraw, reopen."""

from __future__ import annotations

import sqlite3

from funnelcli import config
from funnelcli.actions import criteria, deals, standing
from funnelcli.cli import next_step
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.entries import Since, read, since
from funnelcli.cli.invocation import current
from funnelcli.cli.params import At, DealRef, Next, NextDue, Strict
from funnelcli.cli.results import (
    changed,
    dropped_lines,
    lost_lines,
    no_step_warning,
    revocable_lines,
    work_after_win,
)
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import N_, _, every, ngettext
from funnelcli.nouns import naming
from funnelcli.nouns.contract import CONTRACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import PAST_DATE
from funnelcli.nouns.words import STATUS
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.typed import TYPE_CHECKING, Annotated, Any
from funnelcli.values import dates, daytext
from funnelcli.values.choosing import exact
from funnelcli.values.days import BACK

if TYPE_CHECKING:
    from funnelcli.cli.invocation import Invocation
    from funnelcli.nouns.noun import Noun

To = Annotated[
    str | None, Option("--to", metavar="STAGE", help=N_("The stage, by its key or name."))
]
Reason = Annotated[str | None, Option("--reason", metavar="TEXT", help=N_("Why."))]


def _stage(conn: sqlite3.Connection, deal_id: int, to: str | None) -> int | None:
    if to is None:
        return None
    try:
        return naming.stage_id(conn, standing.state(conn, deal_id).process_id, to)
    except (NotFound, Usage) as error:
        ends = (("win", "won"), ("lose", "lost"))
        meant = exact(((verb, end, *every(STATUS[end])) for verb, end in ends), to)
        if meant:
            from funnelcli.cli.guessing import did_you_mean

            error.hint = did_you_mean([[meant[0], str(deal_id)]])
        raise


def _moved(move: standing.Move) -> str:
    return _("{title}: {before} → {after}").format(
        title=move.deal.title, before=move.before, after=move.after
    )


@several(DEAL, only="open")
@gives(DEAL)
@examples(
    "funnel advance 12",
    'funnel advance "solar roof" --to offer --next "write the offer" --due fri',
    "funnel advance 12 --at yesterday",
    "funnel advance 12 --strict",
)
def advance(
    deal: DealRef,
    to: To = None,
    next_what: Next = None,
    due: NextDue = None,
    strict: Strict = None,
    at: At = None,
) -> Changed:
    """Take a deal forward."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        stage = _stage(conn, deal_id, to)
        steps = next_step.planned(call, next_what, due)
        with call.change(conn):
            instant = call.when(conn, at, deal_id)
            missing = _missing(conn, deal_id, strict)
            move = deals.advance(conn, deal_id, instant, stage)
            follows = next_step.recorded(conn, steps, deal_id=deal_id, at=instant)
        warnings = criteria.warnings(move.deal, missing) + no_step_warning(call, conn, deal_id)
        return changed(conn, DEAL, deal_id, [_moved(move), *follows], warnings)


def _missing(
    conn: sqlite3.Connection, deal_id: int, strict: bool | None
) -> list[criteria.Criterion]:
    """What is missing for the deal to leave its stage. A lost one leaves it by the loss.

    Raises Refused where --strict or the setting asks for it.
    """
    deal = standing.state(conn, deal_id)
    if deal.status == "lost":
        return []
    return criteria.check(
        conn, deal, strict=bool(config.get("strict")) if strict is None else strict
    )


@several(DEAL)
@gives(DEAL)
@examples('funnel back 12 --reason "the board wants another demo"', "funnel back 12 --to needs")
def back(deal: DealRef, to: To = None, reason: Reason = None, at: At = None) -> Changed:
    """Move a deal back."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        stage = _stage(conn, deal_id, to)
        why = call.need(reason, "--reason", _("Why does it go back?"))
        with call.change(conn):
            move = deals.back(conn, deal_id, call.when(conn, at, deal_id), why, stage)
        return changed(conn, DEAL, deal_id, [_moved(move)])


@takes((*DEAL.options("win"), *CONTRACT.options("win")))
@several(DEAL, only="open")
@gives(DEAL)
@examples(
    "funnel win 12",
    "funnel win 12 --value 12.500,00 --at 2026-11-20",
    "funnel win 12 --contract C-17 --starts 2027-01-01 --ends 2028-12-31 --notice 3m",
    "funnel win 12 --instruction-given",
    "funnel win 12 --withdrawal-from receipt --received-on today",
)
def win(
    deal: DealRef,
    value: Annotated[
        str | None, Option("--value", metavar="AMOUNT", help=N_("What it was won for."))
    ] = None,
    contract: Annotated[
        str | None,
        Option("--contract", metavar="NUMBER", help=N_("The number of its contract.")),
    ] = None,
    instruction_given: Annotated[
        bool | None,
        Option(
            "--instruction-given/--no-instruction",
            help=N_("Whether the consumer was instructed on the right of withdrawal."),
        ),
    ] = None,
    strict: Strict = None,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Win a deal."""
    from funnelcli.actions import closing, withdrawal

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, only="open")
        before = standing.state(conn, deal_id)
        starts = _starts(call, conn, deal_id, given, at)
        right = read(call, conn, DEAL, _of(DEAL, given), starts)
        if value is None and before.value is None and before.status == "open":
            value = call.need(None, "--value", _("What was it won for?"))
        amount = call.money(value, before.currency) if value is not None else (None, None)
        paper = read(call, conn, CONTRACT, _of(CONTRACT, given), starts)
        if contract is not None:
            paper["number"] = contract.strip() or None
        if instruction_given is None and "revocable_until" not in right:
            instruction_given = _instructed(call, conn, before)
        with call.change(conn):
            instant = call.when(conn, at, deal_id)
            missing = _missing(conn, deal_id, strict) if before.status == "open" else []
            move = closing.win(
                conn,
                deal_id,
                instant,
                value=amount[0],
                currency=amount[1],
            )
            lines = []
            if paper or instruction_given:
                instructed = bool(instruction_given)
                lines.append(_signed(conn, deal_id, paper, instant, instructed=instructed))
            if right:
                withdrawal.edit(conn, deal_id, right)
            lines = [_moved(move), *revocable_lines(conn, deal_id), *lines]
        lines += work_after_win(conn, deal_id)
        warnings = [*criteria.warnings(move.deal, missing), *_other_value(conn, deal_id)]
        warnings += _open_offers(conn, deal_id)
        return changed(conn, DEAL, deal_id, lines, warnings)


def _starts(
    call: Invocation, conn: sqlite3.Connection, deal_id: int, given: Given, at: str | None
) -> Since:
    """What the days of a win do not lie before: its contract's, that of the one on file, else its
    own."""
    from funnelcli.actions import withdrawal

    start = call.date(given.get("signed_on"), BACK) or withdrawal.contract_day(conn, deal_id)
    if start is None:
        start = dates.local_date(call.when(conn, at, deal_id)).isoformat()
    return since(start, one(conn, DEAL, deal_id).opened_on)


def _of(noun: Noun[Any], given: Given) -> Given:
    """What was given of a win's options for the fields of one noun: two have a field in common."""
    names = {option.name for option in noun.options("win")}
    return {name: value for name, value in given.items() if name in names}


def _instructed(call: Invocation, conn: sqlite3.Connection, deal: standing.DealState) -> bool:
    """Whether the customer was instructed on the right of withdrawal, as the person at the terminal
    says, where the period hangs on that and nothing on record tells."""
    from funnelcli.actions import withdrawal

    rule = withdrawal.rule_of(conn, deal.process_id)
    if deal.status != "open" or rule is None or rule.uninstructed_months is None:
        return False
    if not call.interactive or withdrawal.instructed(conn, deal.id):
        return False
    question = _("Was the customer instructed on the right of withdrawal?")
    return call.agrees(question, usual=False)


def _other_value(conn: sqlite3.Connection, deal_id: int) -> list[str]:
    """The warning that a deal was won for something else than the customer has accepted."""
    from funnelcli.queries.offers import accepted
    from funnelcli.values.money import money_text

    won = one(conn, DEAL, deal_id)
    offers = accepted(conn, deal_id)
    if not offers or any(offer.currency != won.currency for offer in offers):
        return []
    agreed = sum(offer.net for offer in offers)
    if len(offers) > 1:
        # Whether both are meant, or the one took the place of the other, nobody has said.
        return [
            _("{n} offers of it are accepted, {net} together: {offers}.").format(
                n=len(offers),
                net=money_text(agreed, won.currency),
                offers=", ".join(
                    f"{offer.name} {money_text(offer.net, offer.currency)}" for offer in offers
                ),
            )
        ]
    if won.value is None or agreed == won.value:
        return []
    return [
        _("Won for {value}, but accepted were {net} ({numbers}).").format(
            value=money_text(won.value, won.currency),
            net=money_text(agreed, won.currency),
            numbers=", ".join(offer.name for offer in offers),
        )
    ]


def _open_offers(conn: sqlite3.Connection, deal_id: int) -> list[str]:
    """The warning that offers of a deal that was won are still open."""
    from funnelcli.queries.offers import of_deal

    still = [offer for offer in of_deal(conn, deal_id) if offer.status in ("draft", "sent")]
    if not still:
        return []
    text = ngettext(
        "An offer of it is still open: {offers}",
        "Offers of it are still open: {offers}",
        len(still),
    )
    return [text.format(offers=", ".join(f"funnel offer show {offer.name}" for offer in still))]


def _signed(
    conn: sqlite3.Connection,
    deal_id: int,
    fields: dict[str, Any],
    instant: int,
    *,
    instructed: bool,
) -> str:
    """Put the contract of a win on file; the line that says so."""
    from funnelcli.actions import contracts
    from funnelcli.pages.contract import contract_line

    day = dates.local_date(instant).isoformat()
    if instructed:
        fields["instruction_on"] = fields.get("signed_on") or day
    return contract_line(one(conn, CONTRACT, contracts.add(conn, deal_id, fields, day)))


@several(DEAL, only="open")
@gives(DEAL)
@examples(
    "funnel lose 12 --reason price",
    'funnel lose 12 --reason competitor --competitor "Roof & Sun"',
    'funnel lose 12 --reason other --note "moved abroad"',
)
def lose(
    deal: DealRef,
    reason: Annotated[
        str | None,
        Option("--reason", metavar="REASON", help=N_("A key of the catalogue, like price.")),
    ] = None,
    competitor: Annotated[
        str | None, Option("--competitor", metavar="NAME", help=N_("To whom."))
    ] = None,
    note: Annotated[
        str | None,
        Option("--note", metavar="TEXT", help=N_("A note; the reason other needs one.")),
    ] = None,
    at: At = None,
) -> Changed:
    """Lose a deal."""
    from funnelcli.actions import closing

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, only="open")
        if reason is None:
            keys = naming.catalogue_names(conn, "lost_reason")
            reason = call.need(None, "--reason", _("Why was it lost? ({keys})").format(keys=keys))
        with call.change(conn):
            lost = closing.lose(
                conn,
                deal_id,
                call.when(conn, at, deal_id),
                reason,
                note=note,
                competitor=competitor,
            )
        return changed(conn, DEAL, deal_id, lost_lines(conn, lost))


def _taken_late(call: Invocation, conn: sqlite3.Connection, deal_id: int, sent: str) -> bool:
    """Whether a withdrawal is taken though it was sent after the period: with --yes, or where the
    person at the terminal says so."""
    from funnelcli.actions import withdrawal

    deal = standing.state(conn, deal_id)
    ended = withdrawal.check_sent(conn, deal, sent) if deal.status == "won" else None
    if ended is None or not (call.yes or call.interactive):
        return False
    call.confirm(
        _("The withdrawal period ended on {day}. Take the withdrawal all the same?").format(
            day=daytext.day(ended)
        )
    )
    return True


@gives(DEAL)
@examples(
    "funnel withdraw 12",
    'funnel withdraw 12 --sent 2026-11-20 --note "by letter"',
    "funnel withdraw 12 --sent 2026-11-20 --at 2026-11-23",
)
def withdraw(
    deal: DealRef,
    sent: Annotated[
        str | None,
        Option(
            "--sent",
            metavar=PAST_DATE,
            help=N_("The day it was sent, which counts; without it the day it came (--at)."),
        ),
    ] = None,
    note: Annotated[
        str | None, Option("--note", metavar="TEXT", help=N_("How it was declared."))
    ] = None,
    at: At = None,
) -> Changed:
    """Reverse a win."""
    from funnelcli.actions import closing

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        instant = call.when(conn, at, deal_id)
        day = call.date(sent, BACK)
        late = _taken_late(call, conn, deal_id, day or dates.local_date(instant).isoformat())
        with call.change(conn):
            lost = closing.withdraw(conn, deal_id, instant, note, sent=day, late=late)
        lines = [_("{title}: withdrawn").format(title=lost.deal.title)]
        return changed(conn, DEAL, deal_id, lines + dropped_lines(lost))


@several(DEAL)
@gives(DEAL)
@examples("funnel reopen 12", 'funnel reopen 12 --to negotiation --reason "they called back"')
def reopen(
    deal: DealRef,
    to: To = None,
    reason: Reason = None,
    next_what: Next = None,
    due: NextDue = None,
    at: At = None,
) -> Changed:
    """Open a closed deal again."""
    from funnelcli.actions import closing

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        stage = _stage(conn, deal_id, to)
        steps = next_step.planned(call, next_what, due)
        with call.change(conn):
            instant = call.when(conn, at, deal_id)
            move = closing.reopen(conn, deal_id, instant, reason, stage)
            follows = next_step.recorded(conn, steps, deal_id=deal_id, at=instant)
        line = _("{title}: open again, in {stage}").format(title=move.deal.title, stage=move.after)
        return changed(conn, DEAL, deal_id, [line, *follows], no_step_warning(call, conn, deal_id))
