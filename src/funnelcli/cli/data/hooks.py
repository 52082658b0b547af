"""Hooks: which there are, and a trial run of those of an event."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli import config
from funnelcli.actions.hooks import events, found, running
from funnelcli.actions.hooks.events import EVENTS, IMPORT, Change
from funnelcli.actions.hooks.found import BEFORE, MOMENTS, Hook
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.hooking import forbidden, payload, trouble, wanted
from funnelcli.cli.inside import Inside
from funnelcli.cli.invocation import Invocation, current
from funnelcli.db.command_lines import command_line
from funnelcli.db.journal import last_entry
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import declared, naming, words
from funnelcli.nouns.placeholders import placeholder
from funnelcli.nouns.types import HOOK_EVENT
from funnelcli.plain import NamedTuple
from funnelcli.render import Column, Listing, Page, Prose
from funnelcli.typed import Annotated, Any

HOOKS = (
    Column("name", "Hook", flex=True, solid=True),
    Column("moment", "When", names=lambda key: words.read(words.HOOK_MOMENT, key), drop=2),
    Column("event", "Event", drop=1),
    Column("ready", "Ready", "flag", table=False),
    Column(
        "problem",
        "State",
        shown=lambda row: row["problem"] or _("ready"),
        style=lambda row: "bad" if row["problem"] else "good",
    ),
)
RUNS = (
    Column("hook", "Hook", flex=True, solid=True),
    Column("outcome", "Outcome", style=lambda row: "bad" if row["failed"] else ""),
    Column("seconds", "Seconds"),
    Column("said", "Said", drop=1),
    Column("code", "Exit code", "int", table=False),
    Column("set", "Changes", table=False),
    Column("failed", "Failed", "flag", table=False),
)
_COUNTS = {"contact": {"added": 40, "changed": 2}, "deal": {"added": 25, "changed": 0}}
# What makes each event happen to a sample; braces hold the ids of the commands before, the last
# command is that of the event. A record that is given takes the place of its noun.
_CONTACT = ("contact", "add", N_("Anna Sample"), "--email", "anna@example.com")
_DEAL = ("deal", "add", N_("Sample deal"), "--contact", "{contact}", "--value", "12500")
_STEP = ("step", "add", "{deal}", N_("call back"), "--due", "tomorrow")
_OFFER = ("offer", "add", "{deal}")
_LINE = ("offer", "line", "{offer}", "--text", N_("Sample"), "--price", "12500", "--vat", "19")
_SEND = ("offer", "send", "{offer}")
_MADE: dict[str, tuple[str, ...]] = {
    "contact": ("contact",),
    "deal": ("contact", "deal"),
    "visit": ("contact",),
    "step": ("contact", "deal", "step"),
    "offer": ("contact", "deal", "offer", "line"),
}
_BY_NAME = {"contact": _CONTACT, "deal": _DEAL, "step": _STEP, "offer": _OFFER, "line": _LINE}
_LOSE = ("lose", "{deal}", "--reason", "price")
# The words of samples that are put into the person's language.
_SAID = (_CONTACT[2], _DEAL[2], _STEP[3], _LINE[4], "talked about a sample")
_HAPPENS: dict[str, tuple[tuple[str, ...], ...]] = {
    "contact-changed": (("contact", "edit", "{contact}", "--town", "Sampleton"),),
    "deal-changed": (("deal", "edit", "{deal}", "--value", "13000"),),
    "deal-stage-changed": (("advance", "{deal}", "--no-strict"),),
    "deal-won": (("win", "{deal}", "--no-strict"),),
    "deal-lost": (_LOSE,),
    "deal-reopened": (_LOSE, ("reopen", "{deal}", "--reason", "sample")),
    "visit-logged": (("log", "{contact}", N_("talked about a sample"), "--no-recognise"),),
    "step-done": (("step", "done", "{step}"),),
    "offer-sent": (_SEND,),
    "offer-accepted": (_SEND, ("offer", "accept", "{offer}")),
    "offer-declined": (_SEND, ("offer", "decline", "{offer}")),
}


class Run(NamedTuple):
    """What became of a hook in a trial."""

    hook: str
    outcome: str
    seconds: float | None
    said: str
    code: int | None
    set: Mapping[str, Any] | None
    failed: bool


@gives(HOOKS)
@examples("funnel hooks list", "funnel hooks list --json")
def list_() -> Listing:
    """List hooks."""
    call = current()
    rows = [{**hook._asdict(), "ready": not hook.problem} for hook in found.all_hooks(call.path)]
    notes = [_("In {path}").format(path=config.hooks_dir())]
    if call.no_hooks or config.get("no_hooks"):
        notes.append(_("The setting no_hooks leaves all of them out."))
    notes.append(
        _("before- or after- and one of: {events}").format(events=", ".join(words.HOOK_EVENT))
    )
    empty = _("There are no hooks in {path}.").format(path=config.hooks_dir())
    return Listing(HOOKS, rows, empty=empty, notes=notes)


@gives((), data=("event", "sent", "runs"))
@examples("funnel hooks test deal-won", "funnel hooks test before-offer-sent 2026-0012")
def try_(
    event: Annotated[
        str,
        Argument(
            metavar=HOOK_EVENT,
            help=N_("deal-won, or before-deal-won for those before it alone."),
        ),
    ],
    record: Annotated[
        str | None, Argument(metavar="[RECORD]", help=N_("Its record; else a sample."))
    ] = None,
) -> Page:
    """Run the hooks of an event on a record or a sample."""
    call = current()
    moment, _dash, rest = event.partition("-")
    moments: Sequence[str] = MOMENTS
    if moment in MOMENTS:
        moments, event = (moment,), rest
    event = _known(event)
    with call.open() as conn:
        change, command = _tried(call, conn, event, record)
    hooks = [
        found.checked(hook, call.path)
        for hook in found.named()
        if hook.event == event and hook.moment in moments
    ]
    counts = _COUNTS if event == IMPORT else None
    changes = [] if change is None else [change]

    def sent_to(hook: Hook) -> str:
        return payload(hook, command, call.path, changes, counts=counts, test=True)

    runs = [_run(hook, sent_to(hook), changes, call.path) for hook in hooks]
    first = hooks[0] if hooks else Hook(f"{moments[0]}-{event}", "", moments[0], event)
    sent = json.loads(sent_to(first))
    empty = _("There is no hook for {event} in {path}.").format(
        event=event, path=config.hooks_dir()
    )
    table = Listing(RUNS, [one._asdict() for one in runs], empty=empty)
    shown = Prose(json.dumps(sent, indent=2, ensure_ascii=False), title=_("What is sent"))
    data = {"event": event, "sent": sent, "runs": [one._asdict() for one in runs]}
    return Page([shown, table], data=data, main=table)


def _known(text: str) -> str:
    """The event that ``text`` names. Raises Usage."""
    try:
        return words.choose(words.HOOK_EVENT, text, placeholder("EVENT"))
    except Usage as error:
        # Its key is what the name of a file has, and so what one has to know.
        keys = ", ".join(words.HOOK_EVENT)
        raise Usage(error.message, _("Write one of: {keys}.").format(keys=keys)) from error


def _tried(
    call: Invocation, conn: sqlite3.Connection, event: str, record: str | None
) -> tuple[Change | None, str]:
    """The event as it would happen to a record, and the command that would make it; taken back at
    once."""
    noun = EVENTS[event].noun
    if not noun:
        return None, command_line("import", ["import", "sample.csv"])
    record_id = 0
    ids: dict[str, str] = {}

    def known(name: str, found_id: int) -> None:
        # What is another one's number is no name for it.
        ids[name] = naming.public_ids(conn, declared(name), [found_id])[0]

    if record is not None:
        record_id = call.find(conn, declared(noun), record)
        known(noun, record_id)
    with call.trial(conn) as command_id, call.within(conn, command_id):
        inside = Inside(call)
        lines = [] if record_id else [_BY_NAME[name] for name in _MADE[noun]]
        lines += _HAPPENS.get(event, ())
        after = last_entry(conn)
        done: list[str] = [noun, "show"]
        for line in lines:
            after = last_entry(conn)
            done = [(_(word) if word in _SAID else word).format_map(ids) for word in line]
            made = inside.run(conn, done)
            if made.error is not None:
                if noun not in ids:
                    raise made.error
                break
            if line[1] == "add":
                known(line[0], made.ids[0])
                record_id = record_id or (made.ids[0] if line[0] == noun else 0)
        happened = events.changes(conn, command_id, after, {event})
        if happened:
            return happened[0], command_line(done[0], done)
        # It cannot happen to the record as it is: the hook gets that.
        now = events.record(conn, noun, record_id)
    before = None if event.endswith(("-added", "-logged")) else now
    return Change(event, record_id, before, now), command_line(done[0], done)


def _run(hook: Hook, sent: str, changes: Sequence[Change], path: str) -> Run:
    if hook.problem:
        return Run(hook.name, hook.problem, None, "", None, None, failed=True)
    limit = float(config.get("hook_seconds"))
    answer = running.run(hook, sent, path, limit)
    fields: Mapping[str, Any] | None = None
    outcome = trouble(hook, answer, limit)
    failed = bool(outcome or answer.code)
    if not failed and hook.moment == BEFORE:
        try:
            fields = next(iter(wanted(hook, answer, changes).values()), None)
        except FunnelError as error:
            outcome, failed = error.message, True
    if not outcome:
        outcome = _outcome(hook, answer, fields)
    said = "\n".join(answer.err)
    return Run(hook.name, outcome, round(answer.seconds, 3), said, answer.code, fields, failed)


def _outcome(hook: Hook, answer: running.Answer, fields: Mapping[str, Any] | None) -> str:
    if hook.moment == BEFORE:
        if answer.code:
            return forbidden(hook, answer)
        if fields:
            text = ", ".join(f"{name}={value}" for name, value in fields.items())
            return _("would change {fields}").format(fields=text)
        return _("lets it pass")
    return _("failed ({code})").format(code=answer.code) if answer.code else _("done")
