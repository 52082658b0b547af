"""Every report by name: where it is made, what it shows, over which period it is by default."""

from __future__ import annotations

from typing import NamedTuple

from funnelcli.i18n import N_


class Entry(NamedTuple):
    """``target`` is "module:function" in funnelcli.reports; ``period`` the default, empty for
    all time; ``staged`` says that it is about the stages of one process, ``whole`` that it has a
    target, of which each process may have its own; ``moment`` that it shows how things stand, so
    that it is compared with how they stood at an earlier moment; ``bounded`` that there is none
    over all time."""

    target: str
    title: str
    help: str
    period: str = ""
    staged: bool = False
    whole: bool = False
    moment: bool = False
    bounded: bool = False


REPORTS: dict[str, Entry] = {
    "snapshot": Entry(
        "stages:snapshot",
        N_("Funnel snapshot"),
        N_("Deals and value by stage."),
        staged=True,
        moment=True,
    ),
    "conversion": Entry(
        "stages:conversion",
        N_("Conversion"),
        N_("How many came how far; --rule reached, any or strict."),
        staged=True,
    ),
    "flow": Entry(
        "stages:flow",
        N_("Flow"),
        N_("What became of the deals that came into each stage."),
        staged=True,
    ),
    "win-rate": Entry(
        "closing:win_rate", N_("Win rate"), N_("Won of won and lost, by count and by value.")
    ),
    "velocity": Entry(
        "closing:velocity", N_("Sales velocity"), N_("What the pipeline yields a day."), "-365d"
    ),
    "cycle": Entry(
        "closing:cycle", N_("Sales cycle"), N_("Days from opening to close, won and lost apart.")
    ),
    "time-in-stage": Entry(
        "lasting:time_in_stage",
        N_("Time in stage"),
        N_("How long deals stay, open ones included."),
        staged=True,
    ),
    "forecast": Entry(
        "forecast:forecast",
        N_("Forecast"),
        N_("Open value by month of close; --backtest holds past ones to account."),
        moment=True,
    ),
    "slippage": Entry(
        "slippage:slippage", N_("Slippage"), N_("What was due and did not close."), "this-month"
    ),
    "coverage": Entry(
        "coverage:coverage",
        N_("Coverage"),
        N_("Open value against the target."),
        "this-quarter",
        whole=True,
        moment=True,
    ),
    "movement": Entry(
        "movement:movement",
        N_("Movement"),
        N_("How the open value changed, cause by cause."),
        "this-month",
        bounded=True,
    ),
    "ageing": Entry(
        "lasting:ageing",
        N_("Ageing"),
        N_("How long open deals have waited."),
        staged=True,
        moment=True,
    ),
    "cost": Entry(
        "cost:cost",
        N_("Cost of effort"),
        N_("By stage, and per lead, opportunity and customer."),
        staged=True,
    ),
    "cac": Entry("cost:cac", N_("Cost of a new customer"), N_("Effort and overhead."), "this-year"),
    "sources": Entry(
        "reasons:sources", N_("Sources"), N_("Won value, cost, deals and win rate by source.")
    ),
    "retention": Entry(
        "customers:retention", N_("Retention"), N_("Which customers stayed."), "-365d"
    ),
    "referrals": Entry(
        "customers:referrals", N_("Referrals"), N_("Who was referred, who refers."), "-365d"
    ),
    "satisfaction": Entry(
        "customers:satisfaction", N_("Satisfaction"), N_("NPS and CSAT."), "-365d"
    ),
    "losses": Entry(
        "reasons:losses", N_("Losses"), N_("By reason, stage, competitor and product.")
    ),
    "objections": Entry(
        "work:objections", N_("Objections"), N_("By kind, resolved, and how deals ended after.")
    ),
    "activity": Entry(
        "work:activity", N_("Activity"), N_("Visits, calls and attempts by week."), "-91d"
    ),
}
