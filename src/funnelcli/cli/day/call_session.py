"""A session at the phone: one contact after the other, a key for how the call ended."""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.actions import calls
from funnelcli.actions.visit_report import Followed, follow
from funnelcli.cli.day.call_record import save
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.keys import END, read_key
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.pages.calls import Done, caller_card, session_page
from funnelcli.queries.calls import Caller
from funnelcli.render import Page, emit, folded, message
from funnelcli.values import dates

KEYS = {
    "r": "reached",
    "n": "no_answer",
    "c": "callback",
    "i": "not_interested",
    "w": "wrong_number",
    "d": "do_not_call",
}
SKIP, QUIT = N_("skip"), N_("quit")


def session(
    now: Invocation, conn: sqlite3.Connection, callers: list[Caller], notes: list[str]
) -> Page:
    """Call everybody in turn; what came of it. Each call is recorded as it ends, so that an
    interrupt loses none."""
    started = dates.now()
    done: list[Done] = []
    skipped = 0
    for note in notes:
        message(now.output, note)
    try:
        for number, caller in enumerate(callers, 1):
            place = f"{number}/{len(callers)}"
            emit(caller_card(conn, caller, place, now.output.locale), now.output)
            ended = _one(now, conn, caller)
            if ended is None:
                skipped += 1
            else:
                done.append(ended)
    except (KeyboardInterrupt, EOFError):
        now.output.stderr.write("\n")
    return session_page(done, dates.now() - started, skipped, now.output.locale)


def _one(now: Invocation, conn: sqlite3.Connection, caller: Caller) -> Done | None:
    """One contact, until a call is recorded or skipped (None). Raises KeyboardInterrupt for the
    end of the session."""
    shown = dates.now()
    while True:
        key = _key(now)
        if key == "s":
            return None
        ended = KEYS[key]
        try:
            return _record(now, conn, caller, ended, shown)
        except FunnelError as error:
            message(now.output, f"{error.message}\n{error.hint}".strip())


def _key(now: Invocation) -> str:
    """A key that means something."""
    meanings = [(key, words.read(words.CALL_OUTCOME, ended)) for key, ended in KEYS.items()]
    meanings += [("s", _(SKIP)), ("q", _(QUIT))]
    out = now.output.stderr
    # A key and what it does stand on one line.
    choices = "  ".join(f"[{key}]\xa0{meaning}" for key, meaning in meanings)
    out.write("\n" + "\n".join(folded(choices, now.output)) + "  ")
    while True:
        out.flush()
        key = read_key()
        if key in (END, "q"):
            raise KeyboardInterrupt
        meaning = dict(meanings).get(key)
        if meaning is not None:
            out.write(f"{meaning}\n")
            return key


def _record(
    now: Invocation, conn: sqlite3.Connection, caller: Caller, ended: str, shown: int
) -> Done:
    if ended != "do_not_call":
        calls.check(conn, caller.id, dates.now())
    callback = None
    if ended == "callback":
        callback = calls.when(_answer(now, _("When?")))
    said = ""
    if ended not in ("no_answer", "wrong_number"):
        said = now.ask(_("Note:"))
    fields: dict[str, Any] = {"said": said, "outcome": calls.OUTCOMES[ended]}
    follows = follow(conn, fields, recognise=True, next_what=None, due=None)
    if ended == "reached" and not follows.planned:
        follows = _ask_next(now, conn, fields, follows)
    at = dates.now()
    changed = save(
        now,
        conn,
        contact_id=caller.id,
        deal_id=caller.deal_id,
        ended=ended,
        at=at,
        minutes=(at - shown + 30) // 60,
        said=said,
        callback=callback,
        follows=follows,
    )
    message(now.output, "\n".join(changed.lines))
    return Done(ended, ended == "reached" and bool(follows.planned))


def _answer(now: Invocation, question: str) -> str:
    answer = now.ask(question)
    if not answer:
        raise Usage(_("Nothing was said."), _("Press the key again, or another."))
    return answer


def _ask_next(
    now: Invocation, conn: sqlite3.Connection, fields: dict[str, Any], found: Followed
) -> Followed:
    what = now.ask(_("Next step (empty: none):"))
    if not what:
        return found
    while True:
        try:
            due = now.due(now.ask(_("By when?")) or None)
            break
        except Usage as error:
            message(now.output, f"{error.message} {error.hint}")
    given = follow(conn, fields, recognise=False, next_what=what, due=due)
    return Followed(given.planned, found.raised, found.recognised, found.warnings)
