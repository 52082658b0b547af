"""A customer over the years: every turn, what it brought and took, whom they referred."""

from __future__ import annotations

import sqlite3

from funnelcli import config
from funnelcli.db.rates import exchange_rates
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.care import COMPLAINT, REFERRAL, SCORE, Plan
from funnelcli.nouns.deal import Deal
from funnelcli.plain import NamedTuple
from funnelcli.queries import care, exchange
from funnelcli.queries.deals import have_effort, margins, worth
from funnelcli.render import Block, Column, Facts, Listing
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.money import format_money
from funnelcli.values.moneyformat import Minor

TURNS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("title", "Deal", flex=True),
    Column("kind", "Kind", drop=2, names=lambda key: words.read(words.DEAL_KIND, key)),
    Column("previous_deal_id", "After", "id", drop=4),
    Column(
        "status",
        "Status",
        names=lambda key: words.read(words.STATUS, key),
        style=lambda turn: "good" if turn["status"] == "won" else "",
    ),
    Column("opened_on", "Opened", "date", drop=5),
    Column("closed_on", "Closed", "date", drop=3),
    Column("value", "Value", "money"),
    Column("margin", "Margin", "money", drop=1),
    Column("currency", "Currency", table=False),
)


class Life(NamedTuple):
    """What ``--json`` prints of a contact as a customer."""

    turns: Listing
    totals: list[dict[str, Any]]
    effort: dict[str, Any] | None
    care: dict[str, Any] | None
    referred: Listing
    satisfaction: Listing
    complaints: Listing


def lifecycle(
    conn: sqlite3.Connection, contact_id: int, deals: list[Deal], locale: str, *, several: bool
) -> tuple[list[Block], Life]:
    """The blocks for people and the data for ``--json``. Blocks there are only for somebody who
    has bought, was referred to others, or is cared for; ``several`` says that people of an
    organisation are told apart in them."""
    margin = margins(conn, [deal.id for deal in deals])
    turns = [_turn(deal, margin.get(deal.id)) for deal in sorted(deals, key=lambda d: d.opened_at)]
    won = [turn for turn in turns if turn["status"] == "won"]
    totals, notes = _totals(conn, won)
    plan = care.plan(conn, contact_id)
    scores, complaints, referred = care.of_contact(conn, contact_id)
    effort = _effort(conn, [deal.id for deal in deals]) if won else None
    pairs = [
        (_("Turns"), _("{n} won of {all}").format(n=len(won), all=len(turns)) if won else ""),
        (_("Total value"), _money(totals, "value", locale)),
        (_("Total margin"), _money(totals, "margin", locale)),
        (_("Effort"), effort[0] if effort else ""),
        (_("Customer since"), daytext.day(min(t["won_on"] for t in won)) if won else ""),
        (_("Next contact"), _next(plan, contact_id)),
    ]
    blocks: list[Block] = []
    if any(text for _name, text in pairs):
        blocks.append(Facts(_("As a customer"), [pair for pair in pairs if pair[1]]))
    if won:
        blocks.append(Listing(TURNS, turns, title=_("Turns"), notes=notes))
    for title, columns, rows in (
        (_("Referred"), REFERRAL.columns, referred),
        (_("Satisfaction"), SCORE.columns, scores),
        (_("Complaints"), COMPLAINT.columns, complaints),
    ):
        if rows:
            hidden = () if several else ("contact", "referrer")
            shown = [column for column in columns if column.key not in hidden]
            blocks.append(Listing(shown, rows, title=title))
    return blocks, Life(
        turns=Listing(TURNS, turns),
        totals=[
            {
                **total,
                "value": Minor(total["value"], total["currency"]),
                "margin": Minor(total["margin"], total["currency"]),
            }
            for total in totals
        ],
        effort=effort[1] if effort else None,
        care=None if plan is None else plan.data(),
        referred=Listing(REFERRAL.columns, referred),
        satisfaction=Listing(SCORE.columns, scores),
        complaints=Listing(COMPLAINT.columns, complaints),
    )


def _turn(deal: Deal, margin: int | None) -> dict[str, Any]:
    names = ("id", "title", "kind", "previous_deal_id", "status", "opened_on", "closed_on")
    turn = {name: getattr(deal, name) for name in (*names, "won_on", "value", "currency")}
    return {**turn, "margin": margin}


def _totals(
    conn: sqlite3.Connection, won: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """What all won turns came to by the exchange rates of their closes, the base currency first,
    then what has no rate; and what is to be said of that."""
    rates = exchange_rates(conn, config.get("currency"))
    found: dict[str, dict[str, Any]] = {}
    worths = worth(conn, {turn["id"]: turn["margin"] for turn in won}) if won else {}
    for currency, value, margin in worths.values():
        total = found.setdefault(
            currency, {"currency": currency, "value": 0, "margin": None, "deals": 0}
        )
        total["value"] += value or 0
        total["deals"] += 1
        if margin is not None:
            total["margin"] = (total["margin"] or 0) + margin
    turned = {t["currency"] for t in won if t["currency"] != worths[t["id"]].currency}
    notes = [exchange.exchanged_note(rates, turned)] if turned else []
    notes += filter(None, [exchange.apart_note(rates, found)])
    order = sorted(found.values(), key=lambda t: (t["currency"] != rates.base, -t["value"]))
    return order, notes


def _money(totals: list[dict[str, Any]], key: str, locale: str) -> str:
    return " + ".join(
        format_money(total[key], total["currency"], locale)
        for total in totals
        if total[key] is not None
    )


def _effort(conn: sqlite3.Connection, deal_ids: list[int]) -> tuple[str, dict[str, Any]] | None:
    """What all turns together took; None when nothing is on record."""
    if not have_effort(conn, deal_ids):
        return None
    from funnelcli.nouns.effort import Amount, Total, total_data, total_text
    from funnelcli.queries.effort import total

    parts = [total(conn, deal_id) for deal_id in deal_ids]
    costs: dict[str, int] = {}
    for part in parts:
        for amount in part.costs:
            costs[amount.currency] = costs.get(amount.currency, 0) + amount.cost
    whole = Total(
        sum(part.minutes for part in parts),
        sum(part.kilometres for part in parts),
        [Amount(currency, cost) for currency, cost in costs.items()],
        any(part.unrated for part in parts),
    )
    return total_text(whole), total_data(whole)


def _next(plan: Plan | None, contact_id: int) -> str:
    if plan is None:
        return ""

    day = daytext.beside(plan.next_on)
    text = _("{day}, {interval}").format(day=day, interval=plan.every)
    return text if plan.contact_id == contact_id else f"{text} ({plan.contact})"
