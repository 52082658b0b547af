"""The farewell after a visit, and the next turn after a win."""

from __future__ import annotations

from funnelcli import config
from funnelcli.actions import criteria, renewal, standing
from funnelcli.actions.farewell import say
from funnelcli.cli import next_step
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import At, DealRef, FirstStage, Next, NextDue, Strict
from funnelcli.cli.results import changed, no_step_warning
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming, words
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import DATE, one_of
from funnelcli.nouns.visit import VISIT
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values.days import AHEAD

TURN = one_of(
    "KIND", {key: words.DEAL_KIND[key] for key in renewal.KINDS}, offers="KIND_OF_A_NEXT_TURN"
)


@gives(DEAL)
@examples(
    'funnel farewell 12 --card --personal-contact "Eva Roth" --said "thanked, signed, coffee"',
    'funnel farewell mueller --personal-contact "Eva Roth" --at yesterday --strict',
)
def farewell(
    deal: DealRef,
    personal_contact: Annotated[
        str | None,
        Option("--personal-contact", metavar="NAME", help=N_("Whom the customer can turn to.")),
    ] = None,
    card: Annotated[
        bool, Option("--card/--no-card", help=N_("Whether a business card was left."))
    ] = False,
    said: Annotated[
        str | None,
        Option("--said", metavar="TEXT", help=N_("The visit's report; - reads input.")),
    ] = None,
    visit: Annotated[
        str | None,
        Option("--visit", metavar="VISIT", help=N_("The visit; else that day's latest.")),
    ] = None,
    strict: Strict = None,
    at: At = None,
) -> Changed:
    """Close a visit: card, personal contact, report, and the last stage."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        visit_id = None if visit is None else call.find(conn, VISIT, visit)
        who = call.need(personal_contact, "--personal-contact", _("Whom can the customer turn to?"))
        report = call.long_text(said)
        with call.change(conn):
            done = say(
                conn,
                deal_id,
                call.when(conn, at, deal_id),
                who,
                card_left=card,
                said=report,
                visit_id=visit_id,
                strict=bool(config.get("strict")) if strict is None else strict,
            )
        lines = []
        if done.move is not None:
            lines.append(
                _("{title}: {before} → {after}").format(
                    title=done.deal.title, before=done.move.before, after=done.move.after
                )
            )
        lines.append(
            _("Card left, {who} named").format(who=who)
            if card
            else _("{who} named, no card left").format(who=who)
        )
        if done.report:
            lines.append(_("Report of visit {id} written").format(id=done.visit_id))
        warnings = criteria.warnings(done.deal, done.missing)
        return changed(conn, DEAL, deal_id, lines, warnings)


@gives(DEAL)
@examples(
    "funnel deal renew 12",
    'funnel deal renew 12 --kind upsell --title "Battery for the roof" --value 6k --close eom',
)
def renew(
    deal: DealRef,
    kind: Annotated[
        str, Option("--kind", metavar=TURN, help=N_("repeat, renewal or upsell."))
    ] = "repeat",
    title: Annotated[
        str | None, Option("--title", metavar="TEXT", help=N_("What it is called."))
    ] = None,
    value: Annotated[
        str | None,
        Option("--value", "-v", metavar="AMOUNT", help=N_("Its value; else the last one's.")),
    ] = None,
    close: Annotated[
        str | None, Option("--close", metavar=DATE, help=N_("The expected close."))
    ] = None,
    stage: FirstStage = None,
    next_what: Next = None,
    due: NextDue = None,
    at: At = None,
) -> Changed:
    """Open the next turn after a won deal."""
    call = current()
    key = words.choose(TURN.choices or {}, kind, "--kind")
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        before = standing.state(conn, deal_id)
        amount = call.money(value, before.currency) if value is not None else (None, None)
        stage_id = None if stage is None else naming.stage_id(conn, before.process_id, stage)
        expected = call.date(close, AHEAD)
        steps = next_step.planned(call, next_what, due)
        with call.change(conn):
            instant = call.when(conn, at)
            new_id = renewal.renew(
                conn,
                deal_id,
                instant,
                kind=key,
                title=title,
                value=amount[0],
                currency=amount[1],
                expected_close=expected,
                stage_id=stage_id,
            )
            follows = next_step.recorded(conn, steps, deal_id=new_id, at=instant)
        after = standing.state(conn, new_id)
        line = _("Deal {id}: {title}, {kind} of deal {before}, in {stage}").format(
            id=new_id,
            title=after.title,
            kind=words.read(words.DEAL_KIND, key),
            before=deal_id,
            stage=after.stage,
        )
        return changed(conn, DEAL, new_id, [line, *follows], no_step_warning(call, conn, new_id))
