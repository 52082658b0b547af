"""The command tree as data: what there is, where it lives, what it is for.

Only the command that is called is imported; help and completion read this table alone. Help
texts are English message ids.
"""

from __future__ import annotations

from funnelcli.i18n import N_
from funnelcli.plain import NamedTuple
from funnelcli.reports.declarations import REPORTS


class Verb(NamedTuple):
    """A command: ``target`` is "module:function" in funnelcli.cli; ``shares`` says which of the
    shared options it takes: r(ecords), l(ists, of which columns are chosen), m(ine alone),
    v(Cards), c(alendar), w(rites one thing), b(ulk: dry run and confirmation), p(rogress)."""

    target: str
    help: str
    shares: str = ""
    group: str = ""
    aliases: tuple[str, ...] = ()


class Verbs(NamedTuple):
    """A group of verbs."""

    help: str
    verbs: dict[str, Verb]
    group: str = ""
    bare: str | None = None
    """The verb that the noun alone stands for."""
    words: bool = False
    """Whether the noun stands for that verb before words, too, the first of which is no verb."""


EVERY_DAY = N_("Every day")
RECORDS = N_("Records")
FIGURES = N_("Figures")
DATA = N_("Data and set-up")
GROUPS = (EVERY_DAY, RECORDS, FIGURES, DATA)

_LIST = ("ls",)
_REMOVE = ("rm",)

_ADVANCE = Verb("day.moves:advance", N_("Take a deal one stage forward, or further."), "wb")
_BACK = Verb("day.moves:back", N_("Move a deal back, with the reason."), "wb")
_WIN = Verb("day.moves:win", N_("Win a deal."), "wb")
_LOSE = Verb("day.moves:lose", N_("Lose a deal, for a reason."), "wb")
_REOPEN = Verb("day.moves:reopen", N_("Open a won or lost deal again."), "wb")
_WITHDRAW = Verb("day.moves:withdraw", N_("Reverse a win within its withdrawal period."), "wb")


def _daily(verb: Verb) -> Verb:
    return Verb(verb.target, verb.help, verb.shares, EVERY_DAY)


TREE: dict[str, Verb | Verbs] = {
    "today": Verb(
        "day.today:today", N_("Today: what is due, what rots, the pipeline."), "rm", EVERY_DAY
    ),
    "status": Verb("day.status:status_", N_("How the day stands, in one line."), "r", EVERY_DAY),
    "show": Verb(
        "figures.show:show", N_("The funnel of a process, now or on a past day."), "rlm", FIGURES
    ),
    "agenda": Verb(
        "day.agenda:agenda", N_("The days to come, a month, or a calendar file."), "rlcm", EVERY_DAY
    ),
    "remind": Verb(
        "day.remind:remind", N_("Tell what is due now, from a timer of the system."), "r", EVERY_DAY
    ),
    "route": Verb(
        "day.route:route", N_("The visits of a day in order, and who is near them."), "r", EVERY_DAY
    ),
    "advance": _daily(_ADVANCE),
    "back": _daily(_BACK),
    "win": _daily(_WIN),
    "lose": _daily(_LOSE),
    "withdraw": _daily(_WITHDRAW),
    "reopen": _daily(_REOPEN),
    "log": Verb("records.visit:log", N_("Log a visit or a call in one line."), "w", EVERY_DAY),
    "call": Verb("day.call:call", N_("Call who is due, or record a call."), "rw", EVERY_DAY),
    "inbox": Verb("day.inbox:inbox", N_("File notes from a folder as visits."), "rb", EVERY_DAY),
    "tray": Verbs(
        N_("What came from outside and waits to be filed."),
        {
            "sort": Verb("day.tray:sort", N_("Go through the tray, one key each."), "rlw"),
            "list": Verb("day.tray:list_", N_("List the notes in the tray."), "rl", aliases=_LIST),
            "show": Verb("day.tray:show", N_("A note in the tray."), "r"),
            "file": Verb("day.tray:file", N_("File a note under a contact."), "wb"),
            "new": Verb("day.tray:new", N_("File a note under a new contact."), "wb"),
            "later": Verb("day.tray:later", N_("Put notes off until a day."), "wb"),
            "drop": Verb("day.tray:drop", N_("Drop notes."), "wb", aliases=_REMOVE),
        },
        EVERY_DAY,
        bare="sort",
        words=True,
    ),
    "mail": Verbs(
        N_("E-mails with contacts."),
        {
            "read": Verb("day.mail:read", N_("Take in e-mails from a mailbox."), "rbp"),
            "list": Verb("records.message:list_", N_("List e-mails."), "rl", aliases=_LIST),
            "show": Verb("records.message:show", N_("An e-mail."), "r"),
            "edit": Verb("records.message:edit", N_("Say which deal an e-mail is about."), "w"),
            "done": Verb("records.message:done", N_("Say that e-mails need no answer."), "wb"),
            "remove": Verb("records.message:remove", N_("Remove e-mails."), "wb", aliases=_REMOVE),
        },
        EVERY_DAY,
        bare="read",
        words=True,
    ),
    "owed": Verb("day.owed:owed", N_("Who waits for an answer, and how long."), "rl", EVERY_DAY),
    "brief": Verb(
        "day.brief:brief", N_("What to know before a visit, on one screen."), "r", EVERY_DAY
    ),
    "guide": Verb(
        "day.guide:guide", N_("What to do with a deal now, and what is missing."), "r", EVERY_DAY
    ),
    "farewell": Verb(
        "day.farewell:farewell", N_("Close a visit: card, report, last stage."), "w", EVERY_DAY
    ),
    "next": Verb(
        "records.step:next_", N_("Say what comes next for a deal or a contact."), "w", EVERY_DAY
    ),
    "done": Verb("records.step:done", N_("Tick next steps off."), "wb", EVERY_DAY),
    "note": Verbs(
        N_("Notes on deals and contacts."),
        {
            "add": Verb("records.note:add", N_("Write a note on a deal or a contact."), "w"),
            "list": Verb("records.note:list_", N_("List notes."), "rlc", aliases=_LIST),
            "show": Verb("records.note:show", N_("A note."), "r"),
            "edit": Verb("records.note:edit", N_("Change a note."), "wb"),
            "remove": Verb("records.note:remove", N_("Remove notes."), "wb", aliases=_REMOVE),
        },
        EVERY_DAY,
        bare="add",
        words=True,
    ),
    "find": Verb(
        "day.find:find", N_("Find words in everything that holds text."), "rlp", EVERY_DAY
    ),
    "open": Verb("day.find:open_", N_("Find words, and open what was found."), "p", EVERY_DAY),
    "undo": Verb(
        "data.journal:undo",
        N_("Take back the last command, or earlier ones by their ids."),
        "wp",
        EVERY_DAY,
    ),
    "redo": Verb("data.journal:redo", N_("Do again what was undone last."), "wp", EVERY_DAY),
    "contact": Verbs(
        N_("People and organisations."),
        {
            "add": Verb("records.contact:add", N_("Add a person or an organisation."), "w"),
            "list": Verb("records.contact:list_", N_("List contacts."), "rlvcm", aliases=_LIST),
            "show": Verb("records.contact:show", N_("A contact with its whole story."), "r"),
            "edit": Verb("records.contact:edit", N_("Change a contact."), "wb"),
            "consent": Verb("records.contact:consent", N_("Record or withdraw a consent."), "w"),
            "duplicates": Verb(
                "records.contact_duplicates:duplicates", N_("Contacts that may be the same."), "rl"
            ),
            "merge": Verb("records.contact_merge:merge", N_("Make one of several contacts."), "wb"),
            "remove": Verb("records.contact:remove", N_("Remove contacts."), "wb", aliases=_REMOVE),
            "dossier": Verb(
                "records.contact_dossier:dossier", N_("All that is held about a person."), "r"
            ),
            "stale": Verb(
                "records.contact_stale:stale", N_("Of whom nothing has to be kept."), "rl"
            ),
            "kept": Verb(
                "records.contact_forget:kept", N_("What the law keeps of those forgotten."), "rl"
            ),
            "forget": Verb("records.contact_forget:forget", N_("Erase a person for good."), "wb"),
        },
        RECORDS,
    ),
    "deal": Verbs(
        N_("Deals and their way through the stages."),
        {
            "add": Verb("records.deal:add", N_("Open a deal."), "w"),
            "list": Verb("records.deal:list_", N_("List deals."), "rlcm", aliases=_LIST),
            "show": Verb("records.deal:show", N_("A deal with its whole story."), "r"),
            "edit": Verb("records.deal:edit", N_("Change a deal."), "wb"),
            "people": Verb("records.deal_people:people", N_("Who has which part in it."), "rw"),
            "log": Verb("records.deal_log:log_", N_("The entries of its log, with ids."), "r"),
            "correct": Verb("records.deal_log:correct", N_("Put an entry of its log right."), "w"),
            "advance": _ADVANCE,
            "back": _BACK,
            "win": _WIN,
            "lose": _LOSE,
            "withdraw": _WITHDRAW,
            "reopen": _REOPEN,
            "qualify": Verb("day.qualify:qualify", N_("Whether we want this customer."), "rw"),
            "ask": Verb("day.questions:ask", N_("Ask the open questions of its stage."), "rw"),
            "answers": Verb("day.questions:answers_", N_("What was answered."), "rl"),
            "tick": Verb("day.guide:tick", N_("Tick an exit criterion of your own."), "w"),
            "renew": Verb("day.farewell:renew", N_("Open the next turn after a won deal."), "w"),
            "merge": Verb("records.deal_merge:merge", N_("Make one of several deals."), "wb"),
            "give": Verb("records.deal_give:give", N_("Hand deals over to another user."), "wb"),
            "snooze": Verb("records.deal:snooze", N_("Let a deal rest until a day."), "wb"),
            "remove": Verb("records.deal:remove", N_("Remove deals."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "visit": Verbs(
        N_("Visits, calls and their reports."),
        {
            "add": Verb("records.visit:add", N_("Record a visit with its report."), "w"),
            "list": Verb("records.visit:list_", N_("List visits."), "rlc", aliases=_LIST),
            "show": Verb("records.visit_page:show", N_("A visit's report."), "r"),
            "print": Verb("records.visit_page:print_", N_("Visit reports as a document."), "r"),
            "edit": Verb("records.visit_edit:edit", N_("Change or complete a report."), "wb"),
            "remove": Verb("records.visit:remove", N_("Remove visits."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "product": Verbs(
        N_("Products and their prices."),
        {
            "add": Verb("records.product:add", N_("Add a product with its price."), "w"),
            "list": Verb("records.product:list_", N_("List products."), "rl", aliases=_LIST),
            "show": Verb("records.product:show", N_("A product and all its prices."), "r"),
            "edit": Verb("records.product:edit", N_("Change a product."), "wb"),
            "price": Verb("records.product:price", N_("Change its price from a day on."), "w"),
            "remove": Verb("records.product:remove", N_("Remove products."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "offer": Verbs(
        N_("Offers: lines, versions, letters."),
        {
            "add": Verb("records.offer:add", N_("Begin an offer for a deal."), "w"),
            "line": Verb(
                "records.offer_line:line", N_("Add a line, change one, take one out."), "w"
            ),
            "list": Verb("records.offer:list_", N_("List offers."), "rlc", aliases=_LIST),
            "show": Verb(
                "records.offer:show", N_("An offer: lines, totals, versions, margin."), "r"
            ),
            "edit": Verb("records.offer:edit", N_("Change a draft."), "wb"),
            "print": Verb("records.offer_print:print_", N_("Print an offer as a letter."), "r"),
            "mail": Verb(
                "records.offer_print:mail", N_("Write a mail with an offer as PDF."), "wb"
            ),
            "send": Verb("records.offer:send", N_("Record that it was sent."), "w"),
            "accept": Verb("records.offer:accept", N_("Record that it was accepted."), "w"),
            "decline": Verb("records.offer:decline", N_("Record that it was declined."), "w"),
            "revise": Verb("records.offer:revise", N_("Make its next version."), "w"),
            "remove": Verb("records.offer:remove", N_("Remove offers."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "letter": Verbs(
        N_("Letters to customers, and their templates."),
        {
            "print": Verb(
                "records.letter:print_", N_("Print an offer, a confirmation, an instruction."), "r"
            ),
            "mail": Verb("records.letter:mail", N_("Write a mail with a letter as PDF."), "wb"),
            "list": Verb("records.letter:list_", N_("List the templates."), "rl", aliases=_LIST),
            "export": Verb("records.letter:export", N_("Print a shipped template."), ""),
            "check": Verb("records.letter:check", N_("Look for mistakes in a template."), ""),
            "use": Verb("records.letter:use", N_("Write letters with a template of yours."), ""),
        },
        RECORDS,
    ),
    "objection": Verbs(
        N_("Objections and what was answered."),
        {
            "add": Verb("records.objection:add", N_("Record an objection."), "w"),
            "answer": Verb("records.objection:answer", N_("Record what was answered."), "w"),
            "suggest": Verb(
                "records.objection:suggest", N_("What to answer to a kind of it."), "rl"
            ),
            "list": Verb("records.objection:list_", N_("List objections."), "rlc", aliases=_LIST),
            "show": Verb("records.objection:show", N_("An objection."), "r"),
            "edit": Verb("records.objection:edit", N_("Change an objection."), "wb"),
            "remove": Verb(
                "records.objection:remove", N_("Remove objections."), "wb", aliases=_REMOVE
            ),
        },
        RECORDS,
    ),
    "file": Verbs(
        N_("Files that belong to deals, contacts, visits, offers and contracts."),
        {
            "add": Verb("records.attachment:add", N_("Add files to a record."), "w"),
            "list": Verb("records.attachment:list_", N_("List files."), "rl", aliases=_LIST),
            "show": Verb("records.attachment:show", N_("What is known of a file."), "r"),
            "open": Verb("records.attachment:open_", N_("Open a file with its program."), ""),
            "export": Verb("records.attachment:export", N_("Write a file to the disk."), ""),
            "edit": Verb("records.attachment:edit", N_("Change a file's name or note."), "wb"),
            "remove": Verb("records.attachment:remove", N_("Remove files."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "contract": Verbs(
        N_("Contracts: until when, by when to cancel."),
        {
            "add": Verb("records.contract:add", N_("Put a contract on file."), "w"),
            "list": Verb("records.contract:list_", N_("List contracts."), "rlc", aliases=_LIST),
            "show": Verb("records.contract:show", N_("A contract."), "r"),
            "edit": Verb("records.contract:edit", N_("Change a contract."), "wb"),
            "remove": Verb(
                "records.contract:remove", N_("Remove contracts."), "wb", aliases=_REMOVE
            ),
        },
        RECORDS,
    ),
    "milestone": Verbs(
        N_("Milestones after a win."),
        {
            "add": Verb("records.milestone:add", N_("Add a milestone to a deal."), "w"),
            "list": Verb("records.milestone:list_", N_("List milestones."), "rlc", aliases=_LIST),
            "done": Verb("records.milestone:done", N_("Tick milestones off."), "wb"),
            "edit": Verb("records.milestone:edit", N_("Change a milestone."), "wb"),
            "remove": Verb(
                "records.milestone:remove", N_("Remove milestones."), "wb", aliases=_REMOVE
            ),
        },
        RECORDS,
    ),
    "care": Verbs(
        N_("Customer care: who is due, how satisfied they are."),
        {
            "set": Verb("records.care:set_", N_("Say how often to be in touch."), "w"),
            "list": Verb("records.care:list_", N_("Who is due."), "rlc", aliases=_LIST),
            "score": Verb("records.care:score", N_("Record how satisfied a customer is."), "w"),
            "scores": Verb("records.care:scores", N_("List satisfaction scores."), "rlc"),
            "refer": Verb("records.care:refer", N_("Record whom a customer has named."), "w"),
            "referrals": Verb("records.care:referrals", N_("List referrals."), "rlc"),
            "complain": Verb("records.care:complain", N_("Record a complaint."), "w"),
            "resolve": Verb(
                "records.care:resolve", N_("Record how a complaint was put right."), "w"
            ),
            "complaints": Verb("records.care:complaints", N_("List complaints."), "rlc"),
            "remove": Verb(
                "records.care:remove", N_("Remove scores and complaints."), "wb", aliases=_REMOVE
            ),
        },
        RECORDS,
    ),
    "step": Verbs(
        N_("Next steps."),
        {
            "add": Verb(
                "records.step:next_", N_("Say what comes next for a deal or a contact."), "w"
            ),
            "list": Verb("records.step:list_", N_("List next steps."), "rlcm", aliases=_LIST),
            "show": Verb("records.step:show", N_("A next step."), "r"),
            "done": Verb("records.step:done", N_("Tick next steps off."), "wb"),
            "edit": Verb("records.step:edit", N_("Change a step."), "wb"),
            "remove": Verb("records.step:remove", N_("Remove steps."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "effort": Verbs(
        N_("What selling takes: time, kilometres, expenses."),
        {
            "add": Verb("records.effort:add", N_("Record effort for a deal or a contact."), "w"),
            "list": Verb(
                "records.effort:list_",
                N_("List effort, that of visits and calls too."),
                "rl",
                aliases=_LIST,
            ),
            "remove": Verb("records.effort:remove", N_("Remove effort."), "wb", aliases=_REMOVE),
        },
        RECORDS,
    ),
    "rate": Verbs(
        N_("What an hour and a kilometre cost."),
        {
            "set": Verb("records.rate:set_", N_("Set a rate from a day on."), "w"),
            "list": Verb("records.rate:list_", N_("List rates."), "rl", aliases=_LIST),
            "remove": Verb("records.rate:remove", N_("Remove rates."), "wb", aliases=_REMOVE),
        },
        DATA,
    ),
    "overhead": Verbs(
        N_("What sources cost: fairs, advertising."),
        {
            "add": Verb(
                "records.overhead:add", N_("Record what a source cost over a period."), "w"
            ),
            "list": Verb("records.overhead:list_", N_("List overhead."), "rl", aliases=_LIST),
            "remove": Verb(
                "records.overhead:remove", N_("Remove overhead."), "wb", aliases=_REMOVE
            ),
        },
        RECORDS,
    ),
    "process": Verbs(
        N_("Processes: the stages that deals go through."),
        {
            "list": Verb("data.process:list_", N_("List processes."), "rl", aliases=_LIST),
            "show": Verb(
                "data.process:show", N_("The stages of a process, with their guidance."), "r"
            ),
            "add": Verb("data.process:add", N_("Add a process from a file, or change one."), "wb"),
            "edit": Verb("data.process:edit", N_("Change a process's right of withdrawal."), "w"),
            "rename": Verb("data.process:rename", N_("Call a process by another name."), "w"),
            "export": Verb("data.process:export", N_("Print a process as a file to change."), ""),
            "check": Verb("data.process:check", N_("Check a process file."), ""),
            "remove": Verb(
                "data.process:remove", N_("Remove a process without deals."), "wb", aliases=_REMOVE
            ),
        },
        DATA,
    ),
    "catalogue": Verbs(
        N_("Sources, lost reasons, objections, units, types of visits: your own entries."),
        {
            "list": Verb("data.catalogue:list_", N_("List their entries."), "rl", aliases=_LIST),
            "show": Verb("data.catalogue:show", N_("An entry, and how often it is used."), "r"),
            "add": Verb("data.catalogue:add", N_("Add an entry, or those of a file."), "wb"),
            "edit": Verb("data.catalogue:edit", N_("Change an entry, or hide it."), "w"),
            "merge": Verb(
                "data.catalogue:merge", N_("Let another entry stand for one everywhere."), "wb"
            ),
            "export": Verb("data.catalogue:export", N_("Print them as a file to change."), ""),
            "check": Verb("data.catalogue:check", N_("Check a file of entries."), ""),
            "remove": Verb(
                "data.catalogue:remove",
                N_("Remove entries that nothing has."),
                "wb",
                aliases=_REMOVE,
            ),
        },
        DATA,
    ),
    "business": Verbs(
        N_("Your own business: range, prices, target customers, before any deal."),
        {
            "show": Verb("day.business:show", N_("What is on file, and what is missing."), "r"),
            "ask": Verb("day.business:ask", N_("Ask its open questions."), "rw"),
            "answers": Verb("day.business:answers_", N_("What was answered."), "rl"),
        },
        DATA,
        bare="show",
    ),
    "field": Verbs(
        N_("Fields of your own, on contacts, deals, visits and products."),
        {
            "add": Verb("data.field:add", N_("Declare a field of your own."), "w"),
            "list": Verb("data.field:list_", N_("List your own fields."), "rl", aliases=_LIST),
            "show": Verb("data.field:show", N_("A field of your own."), "r"),
            "edit": Verb("data.field:edit", N_("Change a field of your own, or hide it."), "wb"),
            "remove": Verb(
                "data.field:remove", N_("Remove a field with its values."), "wb", aliases=_REMOVE
            ),
        },
        DATA,
        bare="list",
    ),
    "questionnaire": Verbs(
        N_("Frameworks of qualification and questionnaires of your own."),
        {
            "list": Verb(
                "data.questionnaire:list_", N_("List questionnaires."), "rl", aliases=_LIST
            ),
            "show": Verb("data.questionnaire:show", N_("The questions of one."), "r"),
            "add": Verb("data.questionnaire:add", N_("Add some from a file, or change one."), "w"),
            "export": Verb("data.questionnaire:export", N_("Print one as a file to change."), ""),
            "remove": Verb("data.questionnaire:remove", N_("Remove one."), "wb", aliases=_REMOVE),
        },
        DATA,
    ),
    "profile": Verbs(
        N_("The target profile: which customers you want."),
        {
            "show": Verb("data.questionnaire:profile_show", N_("Its questions with weights."), "r"),
            "set": Verb(
                "data.questionnaire:profile_set", N_("Add a question, or change one."), "w"
            ),
            "remove": Verb("data.questionnaire:profile_remove", N_("Take a question out."), "w"),
        },
        DATA,
        bare="show",
    ),
    "report": Verbs(
        N_("The figures, and how each was computed."),
        {
            **{
                name: Verb(f"figures.report:{name}", report.help, "rlm")
                for name, report in REPORTS.items()
            },
            "all": Verb("figures.report:all", N_("One page for a Monday morning."), "rm"),
        },
        FIGURES,
    ),
    "user": Verbs(
        N_("The users who share the database, and what each may do."),
        {
            "add": Verb("data.user:add", N_("Add a user."), "w"),
            "list": Verb("data.user:list_", N_("List the users."), "rl", aliases=_LIST),
            "show": Verb("data.user:show", N_("A user, and what is theirs."), "r"),
            "edit": Verb("data.user:edit", N_("Change a user."), "w"),
            "remove": Verb("data.user:remove", N_("Remove users."), "wb", aliases=_REMOVE),
        },
        DATA,
        bare="list",
    ),
    "filter": Verbs(
        N_("Filters that have a name: @hot in every list, report and edit."),
        {
            "save": Verb("records.saved_filter:save", N_("Save a filter under a name."), "w"),
            "list": Verb(
                "records.saved_filter:list_", N_("List saved filters."), "rl", aliases=_LIST
            ),
            "show": Verb("records.saved_filter:show", N_("A saved filter."), "r"),
            "edit": Verb("records.saved_filter:edit", N_("Change a saved filter."), "w"),
            "remove": Verb(
                "records.saved_filter:remove", N_("Remove saved filters."), "wb", aliases=_REMOVE
            ),
        },
        DATA,
    ),
    "target": Verbs(
        N_("Targets that the pipeline is held against."),
        {
            "add": Verb("figures.target:add", N_("Set a target of won value."), "w"),
            "list": Verb("figures.target:list_", N_("List targets."), "rl", aliases=_LIST),
            "remove": Verb("figures.target:remove", N_("Remove targets."), "wb", aliases=_REMOVE),
        },
        FIGURES,
    ),
    "exchange": Verbs(
        N_("Exchange rates, for reports over several currencies."),
        {
            "set": Verb("figures.exchange:set_", N_("Say what a currency is worth."), "w"),
            "list": Verb("figures.exchange:list_", N_("List exchange rates."), "rl", aliases=_LIST),
            "remove": Verb(
                "figures.exchange:remove",
                N_("Remove exchange rates."),
                "wb",
                aliases=_REMOVE,
            ),
        },
        FIGURES,
    ),
    "export": Verbs(
        N_("Write the whole database as text files; -o writes a list."),
        {
            "all": Verb("data.whole:export", N_("Write everything, to come back as it is."), "rp"),
            "log": Verb(
                "records.contact_dossier:disclosures", N_("What was exported, and whose."), "rl"
            ),
        },
        DATA,
    ),
    "import": Verbs(
        N_("Bring records in from files."),
        {
            "files": Verb("data.import_any:files", N_("Import files, whatever they hold."), "rwbp"),
            "deals": Verb(
                "data.import_deals:deals", N_("Import deals with their contacts."), "rwbp"
            ),
            "contacts": Verb(
                "data.import_contacts:contacts", N_("Import people and organisations."), "rwbp"
            ),
            "products": Verb("data.import_products:products", N_("Import a price list."), "rwbp"),
            "activities": Verb(
                "data.import_records:activities",
                N_("Import calls, meetings, e-mails, tasks and notes."),
                "rwbp",
            ),
            "steps": Verb("data.import_records:steps", N_("Import next steps."), "rwbp"),
            "offers": Verb("data.import_records:offers", N_("Import offers."), "rwbp"),
            "stages": Verb(
                "data.import_records:stages", N_("Import the history of deals."), "rwbp"
            ),
            "ics": Verb(
                "data.import_calendar:ics", N_("Take back what was answered in a calendar."), "rwb"
            ),
            "all": Verb("data.whole:bring", N_("Bring a whole database back."), "wbp"),
        },
        DATA,
        bare="files",
        words=True,
    ),
    "batch": Verb(
        "data.batch:batch", N_("Carry out many commands, one a line, with one undo."), "bp", DATA
    ),
    "phone": Verbs(
        N_("A page for the phone: the day, briefs, reports on the way."),
        {
            "serve": Verb("data.phone:serve", N_("Serve the page, until Ctrl-C.")),
            "pair": Verb("data.phone:pair", N_("Show the code that lets a phone in.")),
            "devices": Verb("data.phone:devices_", N_("List the phones that were let in."), "rl"),
            "revoke": Verb("data.phone:revoke", N_("Withdraw the keys of phones."), "w"),
        },
        DATA,
        bare="serve",
    ),
    "mcp": Verb("data.mcp:mcp", N_("Serve an assistant on standard input and output."), "", DATA),
    "history": Verb(
        "data.history:history",
        N_("What was done, by which command."),
        "rl",
        DATA,
    ),
    "diff": Verb("data.diff:diff", N_("What changed between two days."), "r", DATA),
    "config": Verbs(
        N_("Settings."),
        {
            "list": Verb(
                "data.settings:list_",
                N_("Every setting, and where it comes from."),
                "rl",
                aliases=_LIST,
            ),
            "get": Verb("data.settings:get", N_("Print a setting's value."), ""),
            "set": Verb("data.settings:set_", N_("Change a setting."), "w"),
            "unset": Verb("data.settings:unset", N_("Go back to a setting's default."), "w"),
        },
        DATA,
        bare="list",
    ),
    "hooks": Verbs(
        N_("Your own programs, run before and after what happens."),
        {
            "list": Verb("data.hooks:list_", N_("List your hooks."), "rl", aliases=_LIST),
            "test": Verb("data.hooks:try_", N_("Try the hooks of an event; nothing changes."), "r"),
        },
        DATA,
        bare="list",
    ),
    "backup": Verb("data.database:backup", N_("Copy the database, verified."), "r", DATA),
    "restore": Verb(
        "data.database:restore", N_("Bring a copy back; what it replaces is kept."), "wbp", DATA
    ),
    "db": Verbs(
        N_("The database: moved, checked, made smaller, encrypted."),
        {
            "move": Verb("data.move:move", N_("Bring a whole database into another place."), "rbp"),
            "check": Verb("data.move:check", N_("Check the database, or compare two."), "rp"),
            "compact": Verb(
                "data.compact:compact", N_("Let go of old journal, and of room."), "rb"
            ),
            "encrypt": Verb("data.encrypt:encrypt", N_("Encrypt the database."), "wb"),
            "rekey": Verb("data.encrypt:rekey", N_("Encrypt it with another key."), "wb"),
            "decrypt": Verb("data.encrypt:decrypt", N_("Make it plain again."), "wb"),
            "password": Verb(
                "data.server_password:password", N_("Put the server's password into the keyring.")
            ),
        },
        DATA,
    ),
    "doctor": Verb(
        "data.database:doctor", N_("Check the database and mend what can be."), "r", DATA
    ),
    "sql": Verb("data.sql:sql", N_("Ask the database in SQL, read-only."), "rl", DATA),
    "schema": Verb("data.schema:schema", N_("What --json gives, as a JSON Schema."), "", DATA),
    "demo": Verb("data.demo:demo", N_("Look around in a throw-away database."), "r", DATA),
    "help": Verb("data.help:help_", N_("Help on a command or a topic."), "", DATA),
    "completion": Verb(
        "data.shells:completion", N_("Print the completion script of a shell."), "", DATA
    ),
}


def writes(verb: Verb) -> bool:
    """Whether a command changes records."""
    return bool(set("wb") & set(verb.shares))


def every_command() -> dict[str, Verb]:
    """The commands by the words that call them: "deal list", "win"."""
    found: dict[str, Verb] = {}
    for name, entry in TREE.items():
        if isinstance(entry, Verbs):
            found |= {f"{name} {verb}": command for verb, command in entry.verbs.items()}
        else:
            found[name] = entry
    return found
