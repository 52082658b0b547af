"""The command tree as data: what there is, where it lives, what it is for.

Only the command that is called is imported; help and completion read this table alone. Help
texts are English message ids.
"""

from __future__ import annotations

from typing import NamedTuple

from funnelcli.i18n import N_


class Verb(NamedTuple):
    """A command: ``target`` is "module:function" in funnelcli.cli; ``shares`` says which of the
    shared options it takes: r(ecords), w(rites one thing), b(ulk: dry run and confirmation)."""

    target: str
    help: str
    shares: str = ""
    group: str = ""
    aliases: tuple[str, ...] = ()


class Noun(NamedTuple):
    """A group of verbs."""

    help: str
    verbs: dict[str, Verb]
    group: str = ""
    bare: str | None = None
    """The verb that the noun alone stands for."""


EVERY_DAY = N_("Every day")
RECORDS = N_("Records")
FIGURES = N_("Figures")
DATA = N_("Data and set-up")
GROUPS = (EVERY_DAY, RECORDS, FIGURES, DATA)

_LIST = ("ls",)
_REMOVE = ("rm",)

_ADVANCE = Verb("moves:advance", N_("Take a deal one stage forward, or further."), "w")
_BACK = Verb("moves:back", N_("Move a deal back, with the reason."), "w")
_WIN = Verb("moves:win", N_("Win a deal."), "w")
_LOSE = Verb("moves:lose", N_("Lose a deal, for a reason."), "w")
_REOPEN = Verb("moves:reopen", N_("Open a won or lost deal again."), "w")
_WITHDRAW = Verb("moves:withdraw", N_("Reverse a win within its withdrawal period."), "w")


def _daily(verb: Verb) -> Verb:
    return Verb(verb.target, verb.help, verb.shares, EVERY_DAY)


TREE: dict[str, Verb | Noun] = {
    "today": Verb(
        "today:today", N_("Today: what is due, what rots, the pipeline."), "r", EVERY_DAY
    ),
    "status": Verb("status:status_", N_("How the day stands, in one line."), "r", EVERY_DAY),
    "show": Verb("show:show", N_("The funnel of a process, now or on a past day."), "r", FIGURES),
    "advance": _daily(_ADVANCE),
    "back": _daily(_BACK),
    "win": _daily(_WIN),
    "lose": _daily(_LOSE),
    "withdraw": _daily(_WITHDRAW),
    "reopen": _daily(_REOPEN),
    "log": Verb("visit:log", N_("Log a visit or a call in one line."), "w", EVERY_DAY),
    "call": Verb("call:call", N_("Call who is due, or record a call."), "rw", EVERY_DAY),
    "inbox": Verb("inbox:inbox", N_("File notes from a folder as visits."), "rb", EVERY_DAY),
    "guide": Verb(
        "guide:guide", N_("What to do with a deal now, and what is missing."), "r", EVERY_DAY
    ),
    "farewell": Verb(
        "farewell:farewell", N_("Close a visit: card, report, last stage."), "w", EVERY_DAY
    ),
    "next": Verb("step:next_", N_("Say what comes next for a deal or a contact."), "w", EVERY_DAY),
    "undo": Verb("journal:undo", N_("Take back the last command."), "w", EVERY_DAY),
    "redo": Verb("journal:redo", N_("Do again what was undone last."), "w", EVERY_DAY),
    "contact": Noun(
        N_("People and organisations."),
        {
            "add": Verb("contact:add", N_("Add a person or an organisation."), "w"),
            "list": Verb("contact:list_", N_("List contacts."), "r", aliases=_LIST),
            "show": Verb("contact:show", N_("A contact with its whole story."), "r"),
            "edit": Verb("contact:edit", N_("Change a contact."), "w"),
            "consent": Verb("contact:consent", N_("Record or withdraw a consent."), "w"),
            "remove": Verb("contact:remove", N_("Remove contacts."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "deal": Noun(
        N_("Deals and their way through the stages."),
        {
            "add": Verb("deal:add", N_("Open a deal."), "w"),
            "list": Verb("deal:list_", N_("List deals."), "r", aliases=_LIST),
            "show": Verb("deal:show", N_("A deal with its whole story."), "r"),
            "edit": Verb("deal:edit", N_("Change a deal."), "w"),
            "advance": _ADVANCE,
            "back": _BACK,
            "win": _WIN,
            "lose": _LOSE,
            "withdraw": _WITHDRAW,
            "reopen": _REOPEN,
            "qualify": Verb("qualify:qualify", N_("Whether we want this customer."), "rw"),
            "ask": Verb("ask:ask", N_("Ask the open questions of its stage."), "rw"),
            "answers": Verb("ask:answers_", N_("What was answered."), "r"),
            "tick": Verb("guide:tick", N_("Tick an exit criterion of your own."), "w"),
            "renew": Verb("farewell:renew", N_("Open the next turn after a won deal."), "w"),
            "snooze": Verb("deal:snooze", N_("Let a deal rest until a day."), "w"),
            "remove": Verb("deal:remove", N_("Remove deals."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "visit": Noun(
        N_("Visits, calls and their reports."),
        {
            "add": Verb("visit:add", N_("Record a visit with its report."), "w"),
            "list": Verb("visit:list_", N_("List visits."), "r", aliases=_LIST),
            "show": Verb("visit_page:show", N_("A visit's report."), "r"),
            "print": Verb("visit_page:print_", N_("Visit reports as a document."), "r"),
            "edit": Verb("visit_edit:edit", N_("Change or complete a report."), "w"),
            "remove": Verb("visit:remove", N_("Remove visits."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "product": Noun(
        N_("Products and their prices."),
        {
            "add": Verb("product:add", N_("Add a product with its price."), "w"),
            "list": Verb("product:list_", N_("List products."), "r", aliases=_LIST),
            "show": Verb("product:show", N_("A product and all its prices."), "r"),
            "edit": Verb("product:edit", N_("Change a product."), "w"),
            "price": Verb("product:price", N_("Change its price from a day on."), "w"),
            "remove": Verb("product:remove", N_("Remove products."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "offer": Noun(
        N_("Offers: lines, versions, letters."),
        {
            "add": Verb("offer:add", N_("Begin an offer for a deal."), "w"),
            "line": Verb("offer_line:line", N_("Add a line, change one, take one out."), "w"),
            "list": Verb("offer:list_", N_("List offers."), "r", aliases=_LIST),
            "show": Verb("offer:show", N_("An offer: lines, totals, versions, margin."), "r"),
            "edit": Verb("offer:edit", N_("Change a draft."), "w"),
            "print": Verb("offer_print:print_", N_("Print an offer as a letter."), "r"),
            "template": Verb("offer_print:template", N_("Print a template of the letter."), ""),
            "send": Verb("offer:send", N_("Record that it was sent."), "w"),
            "accept": Verb("offer:accept", N_("Record that it was accepted."), "w"),
            "decline": Verb("offer:decline", N_("Record that it was declined."), "w"),
            "revise": Verb("offer:revise", N_("Make its next version."), "w"),
            "remove": Verb("offer:remove", N_("Remove offers."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "objection": Noun(
        N_("Objections and what was answered."),
        {
            "add": Verb("objection:add", N_("Record an objection."), "w"),
            "answer": Verb("objection:answer", N_("Record what was answered."), "w"),
            "suggest": Verb("objection:suggest", N_("What to answer to a kind of it."), "r"),
            "list": Verb("objection:list_", N_("List objections."), "r", aliases=_LIST),
            "show": Verb("objection:show", N_("An objection."), "r"),
            "edit": Verb("objection:edit", N_("Change an objection."), "w"),
            "remove": Verb("objection:remove", N_("Remove objections."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "contract": Noun(
        N_("Contracts: until when, by when to cancel."),
        {
            "add": Verb("contract:add", N_("Put a contract on file."), "w"),
            "list": Verb("contract:list_", N_("List contracts."), "r", aliases=_LIST),
            "show": Verb("contract:show", N_("A contract."), "r"),
            "edit": Verb("contract:edit", N_("Change a contract."), "w"),
            "remove": Verb("contract:remove", N_("Remove contracts."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "milestone": Noun(
        N_("Milestones after a win."),
        {
            "add": Verb("milestone:add", N_("Add a milestone to a deal."), "w"),
            "list": Verb("milestone:list_", N_("List milestones."), "r", aliases=_LIST),
            "done": Verb("milestone:done", N_("Tick a milestone off."), "w"),
            "edit": Verb("milestone:edit", N_("Change a milestone."), "w"),
            "remove": Verb("milestone:remove", N_("Remove milestones."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "care": Noun(
        N_("Customer care: who is due, how satisfied they are."),
        {
            "set": Verb("care:set_", N_("Say how often to be in touch."), "w"),
            "list": Verb("care:list_", N_("Who is due."), "r", aliases=_LIST),
            "score": Verb("care:score", N_("Record how satisfied a customer is."), "w"),
            "scores": Verb("care:scores", N_("List satisfaction scores."), "r"),
            "refer": Verb("care:refer", N_("Record whom a customer has named."), "w"),
            "referrals": Verb("care:referrals", N_("List referrals."), "r"),
            "complain": Verb("care:complain", N_("Record a complaint."), "w"),
            "resolve": Verb("care:resolve", N_("Record how a complaint was put right."), "w"),
            "complaints": Verb("care:complaints", N_("List complaints."), "r"),
            "remove": Verb(
                "care:remove", N_("Remove scores and complaints."), "wb", aliases=_REMOVE
            ),
        },
        RECORDS,
    ),
    "step": Noun(
        N_("Next steps."),
        {
            "add": Verb("step:next_", N_("Say what comes next for a deal or a contact."), "w"),
            "list": Verb("step:list_", N_("List next steps."), "r", aliases=_LIST),
            "show": Verb("step:show", N_("A next step."), "r"),
            "done": Verb("step:done", N_("Tick a step off."), "w"),
            "edit": Verb("step:edit", N_("Change a step."), "w"),
            "remove": Verb("step:remove", N_("Remove steps."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "effort": Noun(
        N_("What selling takes: time, kilometres, expenses."),
        {
            "add": Verb("effort:add", N_("Record effort for a deal or a contact."), "w"),
            "list": Verb(
                "effort:list_", N_("List effort, that of visits and calls too."), "r", aliases=_LIST
            ),
            "remove": Verb("effort:remove", N_("Remove effort."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "rate": Noun(
        N_("What an hour and a kilometre cost."),
        {
            "set": Verb("effort:rate_set", N_("Set a rate from a day on."), "w"),
            "list": Verb("effort:rate_list", N_("List rates."), "r", aliases=_LIST),
            "remove": Verb("effort:rate_remove", N_("Remove rates."), "wb", aliases=_REMOVE),
        },
        DATA,
    ),
    "overhead": Noun(
        N_("What sources cost: fairs, advertising."),
        {
            "add": Verb("overhead:add", N_("Record what a source cost over a period."), "w"),
            "list": Verb("overhead:list_", N_("List overhead."), "r", aliases=_LIST),
            "remove": Verb("overhead:remove", N_("Remove overhead."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "process": Noun(
        N_("Processes: the stages that deals go through."),
        {
            "list": Verb("process:list_", N_("List processes."), "r", aliases=_LIST),
            "show": Verb("process:show", N_("The stages of a process, with their guidance."), "r"),
            "add": Verb("process:add", N_("Add a process from a file, or change one."), "wb"),
            "export": Verb("process:export", N_("Print a process as a file to change."), ""),
            "check": Verb("process:check", N_("Check a process file."), ""),
            "remove": Verb("process:remove", N_("Remove a process without deals."), "w"),
        },
        DATA,
    ),
    "questionnaire": Noun(
        N_("Frameworks of qualification and questionnaires of your own."),
        {
            "list": Verb("questionnaire:list_", N_("List questionnaires."), "r", aliases=_LIST),
            "show": Verb("questionnaire:show", N_("The questions of one."), "r"),
            "add": Verb("questionnaire:add", N_("Add some from a file, or change one."), "w"),
            "export": Verb("questionnaire:export", N_("Print one as a file to change."), ""),
            "remove": Verb("questionnaire:remove", N_("Remove one."), "w", aliases=_REMOVE),
        },
        DATA,
    ),
    "profile": Noun(
        N_("The target profile: which customers you want."),
        {
            "show": Verb("questionnaire:profile_show", N_("Its questions with weights."), "r"),
            "set": Verb("questionnaire:profile_set", N_("Add a question, or change one."), "w"),
            "remove": Verb("questionnaire:profile_remove", N_("Take a question out."), "w"),
        },
        DATA,
        bare="show",
    ),
    "report": Noun(
        N_("The figures, and how each was computed."),
        {
            "snapshot": Verb("report:snapshot", N_("Deals and value by stage."), "r"),
            "conversion": Verb(
                "report:conversion",
                N_("How many came how far; --rule reached, any or strict."),
                "r",
            ),
            "flow": Verb(
                "report:flow", N_("What became of the deals that came into each stage."), "r"
            ),
            "win-rate": Verb(
                "report:win_rate", N_("Won of won and lost, by count and by value."), "r"
            ),
            "velocity": Verb("report:velocity", N_("What the pipeline yields a day."), "r"),
            "cycle": Verb(
                "report:cycle", N_("Days from opening to close, won and lost apart."), "r"
            ),
            "time-in-stage": Verb(
                "report:time_in_stage", N_("How long deals stay, open ones included."), "r"
            ),
            "forecast": Verb(
                "report:forecast",
                N_("Open value by month of close; --backtest holds past ones to account."),
                "r",
            ),
            "slippage": Verb("report:slippage", N_("What was due and did not close."), "r"),
            "coverage": Verb("report:coverage", N_("Open value against the target."), "r"),
            "movement": Verb(
                "report:movement", N_("How the open value changed, cause by cause."), "r"
            ),
            "ageing": Verb("report:ageing", N_("How long open deals have waited."), "r"),
            "cost": Verb(
                "report:cost", N_("By stage, and per lead, opportunity and customer."), "r"
            ),
            "cac": Verb("report:cac", N_("Effort and overhead."), "r"),
            "sources": Verb(
                "report:sources", N_("Won value, cost, deals and win rate by source."), "r"
            ),
            "retention": Verb("report:retention", N_("Which customers stayed."), "r"),
            "referrals": Verb("report:referrals", N_("Who was referred, who refers."), "r"),
            "satisfaction": Verb("report:satisfaction", N_("NPS and CSAT."), "r"),
            "losses": Verb("report:losses", N_("By reason, stage, competitor and product."), "r"),
            "objections": Verb(
                "report:objections", N_("By kind, resolved, and how deals ended after."), "r"
            ),
            "activity": Verb("report:activity", N_("Visits, calls and attempts by week."), "r"),
            "all": Verb("report:all_", N_("One page for a Monday morning."), "r"),
        },
        FIGURES,
    ),
    "target": Noun(
        N_("Targets that the pipeline is held against."),
        {
            "add": Verb("figures:target_add", N_("Set a target of won value."), "w"),
            "list": Verb("figures:target_list", N_("List targets."), "r", aliases=_LIST),
            "remove": Verb("figures:target_remove", N_("Remove targets."), "wb", aliases=_REMOVE),
        },
        FIGURES,
    ),
    "exchange": Noun(
        N_("Exchange rates, for reports over several currencies."),
        {
            "set": Verb("figures:exchange_set", N_("Say what a currency is worth."), "w"),
            "list": Verb("figures:exchange_list", N_("List exchange rates."), "r", aliases=_LIST),
            "remove": Verb(
                "figures:exchange_remove", N_("Remove exchange rates."), "wb", aliases=_REMOVE
            ),
        },
        FIGURES,
    ),
    "import": Noun(
        N_("Bring records in from files."),
        {
            "deals": Verb("importing:deals", N_("Import deals with their contacts."), "wb"),
            "products": Verb("importing_products:products", N_("Import a price list."), "wb"),
        },
        DATA,
    ),
    "history": Verb("journal:history", N_("What was done, by which command."), "r", DATA),
    "config": Noun(
        N_("Settings."),
        {
            "list": Verb(
                "settings:list_", N_("Every setting, and where it comes from."), "r", aliases=_LIST
            ),
            "set": Verb("settings:set_", N_("Change a setting."), "w"),
            "unset": Verb("settings:unset", N_("Go back to a setting's default."), "w"),
        },
        DATA,
        bare="list",
    ),
    "backup": Verb("database:backup", N_("Copy the database, verified."), "r", DATA),
    "restore": Verb(
        "database:restore", N_("Bring a copy back; what it replaces is kept."), "wb", DATA
    ),
    "doctor": Verb("database:doctor", N_("Check the database and mend what can be."), "r", DATA),
    "demo": Verb("demo:demo", N_("Look around in a throw-away database."), "r", DATA),
    "completion": Verb(
        "shells:completion", N_("Print the completion script of a shell."), "", DATA
    ),
}
