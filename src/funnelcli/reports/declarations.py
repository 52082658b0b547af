"""Every report by name: where it is made, what it shows, what it can be asked.

The commands, their options and examples, completion and the makers of reports read this table. It
is read whenever the command tree is, so it imports next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelcli.i18n import N_
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

SLICES = {
    "product": N_("Product"),
    "source": N_("Source"),
    "contact": N_("Contact"),
    "organisation": N_("Organisation"),
    "tag": N_("Tag"),
    "people": N_("People"),
    "decider": N_("Decider"),
    "owner": N_("Owner"),
    "process": N_("Process"),
    "month": N_("Month"),
}
"""What reports can be sliced by, with the title of the column."""


def slice_keys(by: Sequence[str]) -> tuple[str, ...]:
    """What the columns of these slices are called in data: slice, and slice_2 for the second."""
    return ("slice", "slice_2")[: len(by)]


class Shape(NamedTuple):
    """The columns of a report under an ``option`` (with a ``value`` where it takes one): the
    constant "module:NAME" in funnelcli.reports, and the keys that a comparison sets side by
    side."""

    option: str
    value: Any
    columns: str
    compared: tuple[str, ...]


class Declared(NamedTuple):
    """A report. ``target`` is "module:function" in funnelcli.reports, ``columns`` the constant of
    its columns in that module, ``compared`` the keys of those that a comparison sets side by side.

    ``period`` is the default, empty for all time. ``staged`` says that it is about the stages of
    one process, ``whole`` that it has a target, of which each process may have its own; ``moment``
    that it shows how things stand, so that it is compared with how they stood at an earlier
    moment; ``due`` that even so a period chooses what counts, and ``aimed`` that it cannot do
    without one; ``bounded`` that there is none over all time or by month. ``options`` are those it
    takes beside the common ones, ``sliced`` the columns of a slice and ``shapes`` those under an
    option, where they are others.
    """

    target: str
    columns: str
    compared: tuple[str, ...]
    title: str
    help: str
    examples: tuple[str, ...]
    period: str = ""
    staged: bool = False
    whole: bool = False
    moment: bool = False
    due: bool = False
    aimed: bool = False
    bounded: bool = False
    options: tuple[str, ...] = ()
    sliced: str = ""
    shapes: tuple[Shape, ...] = ()

    @property
    def slices(self) -> dict[str, str]:
        """What it can be sliced by, with the titles."""
        return {
            name: title for name, title in SLICES.items() if not (self.bounded and name == "month")
        }

    def made_by_process(self, by: Sequence[str]) -> bool:
        """Whether, sliced so, it is made once for each process: stages and targets belong to
        one."""
        return "process" in by and (self.staged or self.whole)

    def shape(self, by: Sequence[str], options: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        """Where its columns stand under these options ("module:NAME"), and those compared."""
        for shape in self.shapes:
            if options.get(shape.option) == shape.value:
                return shape.columns, shape.compared
        alone = [name for name in by if name != "process"] if self.made_by_process(by) else by
        sliced = self.sliced and alone
        module = self.target.partition(":")[0]
        return f"{module}:{self.sliced if sliced else self.columns}", self.compared


REPORTS: dict[str, Declared] = {
    "summary": Declared(
        "summary:summary",
        "SUMMARY",
        ("deals", "value", "share", "days"),
        N_("Key figures"),
        N_("The handful of figures that are asked for first."),
        (
            "funnel report summary --period this-month --compare",
            "funnel report summary --by source",
            "funnel report summary --deals overdue",
        ),
    ),
    "snapshot": Declared(
        "snapshot:snapshot",
        "SNAPSHOT",
        ("open", "value"),
        N_("Funnel snapshot"),
        N_("Deals and value by stage."),
        (
            "funnel report snapshot",
            "funnel report snapshot --as-of 2026-09-30 --by source",
            "funnel report snapshot --deals offer:open",
        ),
        staged=True,
        moment=True,
    ),
    "route": Declared(
        "route:route",
        "ROUTE",
        ("reached", "value"),
        N_("Sales route"),
        N_("From the enquiry to the retained customer: deals, value, cost, days."),
        (
            "funnel report route",
            "funnel report route funnel --by source",
            "funnel report route --as-of 2026-09-30 --deals opportunity",
        ),
        staged=True,
        moment=True,
    ),
    "conversion": Declared(
        "conversion:conversion",
        "REACHED",
        ("deals", "rate"),
        N_("Conversion"),
        N_("How many came how far; --rule reached, any or strict."),
        (
            "funnel report conversion --period 2026",
            "funnel report conversion --rule strict --by source",
            "funnel report conversion funnel tag:vip --compare -p last-quarter",
        ),
        staged=True,
        options=("rule",),
        shapes=(
            Shape("rule", "any", "conversion:STAYED", ("deals", "rate")),
            Shape("rule", "strict", "conversion:STAYED", ("deals", "rate")),
        ),
    ),
    "flow": Declared(
        "flow:flow",
        "FLOW",
        ("entered", "advanced", "lost"),
        N_("Flow"),
        N_("What became of the deals that came into each stage."),
        (
            "funnel report flow --period last-quarter",
            "funnel report flow --deals needs:lost",
        ),
        staged=True,
    ),
    "win-rate": Declared(
        "win_rate:win_rate",
        "WIN_RATE",
        ("won", "rate", "won_value"),
        N_("Win rate"),
        N_("Won of won and lost, by count and by value."),
        (
            "funnel report win-rate --period this-year --compare",
            "funnel report win-rate --by month",
            "funnel report win-rate source:fair --cohort -p 2026-Q1",
        ),
        options=("cohort",),
    ),
    "velocity": Declared(
        "velocity:velocity",
        "VELOCITY",
        ("per_day", "rate", "days"),
        N_("Sales velocity"),
        N_("What the pipeline yields a day."),
        (
            "funnel report velocity --explain",
            "funnel report velocity --by product",
        ),
        period="-365d",
    ),
    "cycle": Declared(
        "cycle:cycle",
        "CYCLE",
        ("deals", "median"),
        N_("Sales cycle"),
        N_("Days from opening to close, won and lost apart."),
        (
            "funnel report cycle",
            "funnel report cycle --period 2026 --by source",
        ),
    ),
    "time-in-stage": Declared(
        "durations:time_in_stage",
        "TIME_IN_STAGE",
        ("stays", "median"),
        N_("Time in stage"),
        N_("How long deals stay, open ones included."),
        (
            "funnel report time-in-stage",
            "funnel report time-in-stage --per-deal --period 2026",
            "funnel report time-in-stage --deals negotiation:lasting",
        ),
        staged=True,
        options=("per_deal",),
    ),
    "forecast": Declared(
        "forecast:forecast",
        "FORECAST",
        ("deals", "value", "weighted", "won_value"),
        N_("Forecast"),
        N_("Open value by month of close; --backtest holds past ones to account."),
        (
            "funnel report forecast",
            "funnel report forecast --period this-quarter --by product",
            "funnel report forecast --since 2026-10-31",
            "funnel report forecast --backtest",
        ),
        moment=True,
        due=True,
        options=("backtest", "since"),
        shapes=(
            Shape("backtest", True, "backtest:BACKTEST", ("weighted", "won_of_these", "accuracy")),
        ),
    ),
    "slippage": Declared(
        "slippage:slippage",
        "SLIPPAGE",
        ("due", "slipped", "rate"),
        N_("Slippage"),
        N_("What was due and did not close."),
        (
            "funnel report slippage",
            "funnel report slippage -p last-quarter --deals all:slipped",
        ),
        period="this-month",
    ),
    "coverage": Declared(
        "coverage:coverage",
        "COVERAGE",
        ("won_value", "open_value", "coverage"),
        N_("Coverage"),
        N_("Open value against the target."),
        (
            "funnel report coverage",
            "funnel report coverage --period 2026-Q4 --explain",
        ),
        period="this-quarter",
        whole=True,
        moment=True,
        due=True,
        aimed=True,
        sliced="SLICED",
    ),
    "movement": Declared(
        "movement:movement",
        "MOVEMENT",
        ("value",),
        N_("Movement"),
        N_("How the open value changed, cause by cause."),
        (
            "funnel report movement",
            "funnel report movement --period last-quarter --explain",
            "funnel report movement -p 2026-10 --due 2026-Q4 --deals pushed_out",
        ),
        period="this-month",
        bounded=True,
        options=("due",),
    ),
    "ageing": Declared(
        "durations:ageing",
        "AGEING",
        ("deals", "median", "over"),
        N_("Ageing"),
        N_("How long open deals have waited."),
        (
            "funnel report ageing",
            "funnel report ageing --deals offer:over",
        ),
        staged=True,
        moment=True,
    ),
    "cost": Declared(
        "cost:cost",
        "COST",
        ("cost", "minutes"),
        N_("Cost of effort"),
        N_("By stage, and per lead, opportunity and customer."),
        (
            "funnel report cost --period this-year",
            "funnel report cost --explain",
        ),
        staged=True,
    ),
    "cac": Declared(
        "cost:cac",
        "CAC",
        ("each", "customers"),
        N_("Cost of a new customer"),
        N_("Effort and overhead."),
        (
            "funnel report cac --period 2026 --explain",
            "funnel report cac --by source",
        ),
        period="this-year",
    ),
    "sources": Declared(
        "sources:sources",
        "SOURCES",
        ("deals", "won", "won_value"),
        N_("Sources"),
        N_("Won value, cost, deals and win rate by source."),
        (
            "funnel report sources --period this-year",
            "funnel report sources --deals fair:won",
        ),
    ),
    "retention": Declared(
        "customers:retention",
        "RETENTION",
        ("retention", "new"),
        N_("Retention"),
        N_("Which customers stayed."),
        ("funnel report retention --period 2026",),
        period="-365d",
    ),
    "referrals": Declared(
        "customers:referrals",
        "REFERRALS",
        ("referred_share", "refer_share"),
        N_("Referrals"),
        N_("Who was referred, who refers."),
        ("funnel report referrals --period this-year",),
        period="-365d",
    ),
    "satisfaction": Declared(
        "satisfaction:satisfaction",
        "SATISFACTION",
        ("result", "scores"),
        N_("Satisfaction"),
        N_("NPS and CSAT."),
        ("funnel report satisfaction --period last-quarter",),
        period="-365d",
    ),
    "losses": Declared(
        "losses:losses",
        "LOSSES",
        ("deals", "value"),
        N_("Losses"),
        N_("By reason, stage, competitor and product."),
        (
            "funnel report losses --period this-quarter --compare",
            "funnel report losses -o l.csv",
        ),
    ),
    "objections": Declared(
        "objections:objections",
        "OBJECTIONS",
        ("objections", "resolved_share"),
        N_("Objections"),
        N_("By kind, resolved, and how deals ended after."),
        ("funnel report objections --by product",),
    ),
    "calls": Declared(
        "calls:calls",
        "CALLS",
        ("calls", "reached", "appointments", "won"),
        N_("Calls"),
        N_("What the calls of each list led to, and an hour."),
        (
            "funnel report calls",
            "funnel report calls --period this-month --by source",
            "funnel report calls --deals fair:won",
        ),
    ),
    "activity": Declared(
        "activity:activity",
        "ACTIVITY",
        ("visits", "calls", "won"),
        N_("Activity"),
        N_("Visits, calls and attempts by week."),
        ("funnel report activity --period this-quarter",),
        period="-91d",
    ),
}
