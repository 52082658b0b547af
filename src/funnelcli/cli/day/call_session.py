"""A session at the phone: one contact after the other, a key for how the call ended."""

from __future__ import annotations

import sqlite3

from funnelcli import config
from funnelcli.actions import calls
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.visit_words import Followed, follow
from funnelcli.cli.day.call_record import ends_it, save
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.keys import pressed
from funnelcli.cli.results import lost_lines
from funnelcli.cli.system_words import told
from funnelcli.db.journal import last_entry, take_back
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming, words
from funnelcli.pages.calls import Done, caller_card, session_page
from funnelcli.plain import NamedTuple
from funnelcli.queries.calls import LEFT_OUT, Caller, CallRules
from funnelcli.queries.saved_filters import script_of
from funnelcli.render import Page, Prose, emit, message, undo_hint
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.dialling import can_be_dialled
from funnelcli.values.rounding import half_up

KEYS = {
    "r": "reached",
    "n": "no_answer",
    "c": "callback",
    "i": "not_interested",
    "w": "wrong_number",
    "d": "do_not_call",
}
SKIP, QUIT, UNDO = N_("skip"), N_("quit"), N_("take the last call back")


class _Kept(NamedTuple):
    """A call of the session that is on record: whose (a place in the queue), how it went, and the
    last entry of the journal before it."""

    place: int
    done: Done
    before: int


class _TakeBack(Exception):
    """The person wants the last call back."""


def session(
    now: Invocation,
    conn: sqlite3.Connection,
    callers: list[Caller],
    notes: list[str],
    *,
    called_from: str | None = None,
    dial: bool = False,
) -> Page:
    """Call everybody in turn; what came of it. Each call is recorded as it ends, so that an
    interrupt loses none; for the journal the session is one act. The calls belong to the list that
    they are ``called_from``, and each number is dialled as its contact comes up with ``dial``."""
    started = dates.now()
    script = script_of(conn, called_from) if called_from else None
    rules = CallRules()
    now.one_act = True
    kept: list[_Kept] = []
    skipped: set[int] = set()
    for note in notes:
        message(now.output, note)
    place = 0
    try:
        while place < len(callers):
            caller = callers[place]
            at = dates.now()
            if not caller.wanted and rules.opens(caller, at) != at:
                closed = _("{name}: {why}").format(
                    name=caller.name, why=words.read(LEFT_OUT, "hours")
                )
                message(now.output, closed)
                skipped.add(place)
                place += 1
                continue
            title = f"{place + 1}/{len(callers)}"
            # What is asked next stands below the card, so no pager may hold it up.
            said = None if script is None else _said(now, conn, caller, script, called_from or "")
            card = caller_card(conn, caller, title, now.output.locale, said)
            emit(card, now.output._replace(pager=False))
            before = last_entry(conn)
            line = _Line(now, conn, caller, called_from)
            if dial:
                line.dial()
            try:
                ended = _one(now, conn, line, undo=bool(kept))
            except _TakeBack:
                place = _take_back(now, conn, kept.pop())
                skipped -= set(range(place, len(callers)))
                continue
            if ended is None:
                skipped.add(place)
            else:
                kept.append(_Kept(place, ended, before))
            place += 1
    except (KeyboardInterrupt, EOFError):
        now.output.stderr.write("\n")
    done = [call.done for call in kept]
    page = session_page(done, dates.now() - started, len(skipped), now.output.locale)
    if now.entered:
        page.blocks.append(Prose(undo_hint()))
    return page


def _take_back(now: Invocation, conn: sqlite3.Connection, last: _Kept) -> int:
    """Take the last call of the session back; the place of its contact in the queue."""
    with now.change(conn) as entry:
        take_back(conn, entry, last.before)
    message(now.output, _("The last call is taken back."))
    return last.place


def _said(
    now: Invocation, conn: sqlite3.Connection, caller: Caller, script: str, called_from: str
) -> str | None:
    """The script filled in for a contact; None where it cannot be, which is told."""
    from funnelcli.letters.script import filled, values

    try:
        return filled(script, values(conn, caller.id, caller.deal_id, called_from))
    except Usage as error:
        message(now.output, told(error))
        return None


class _Line:
    """The line to a contact: the numbers that can be dialled, one after the other, and which of
    them was last."""

    def __init__(
        self, now: Invocation, conn: sqlite3.Connection, caller: Caller, called_from: str | None
    ) -> None:
        self.caller = caller
        self.called_from = called_from
        self.since = dates.now()
        self.dialled: str | None = None
        self._now = now
        self._conn = conn
        known = calls.numbers(conn, caller.id)
        self._numbers = [one for one in known if can_be_dialled(one)] or known
        self._place = 0

    @property
    def next(self) -> str:
        """The number that is dialled next."""
        return self._numbers[self._place % len(self._numbers)] if self._numbers else ""

    @property
    def offered(self) -> str:
        """That number where a key dials it: nothing dials what is no whole number."""
        wanted = config.get("dial") or self.dialled
        return self.next if wanted and can_be_dialled(self.next) else ""

    def dial(self) -> None:
        """Dial the next number. What keeps from it is told: the person is on the phone, and may
        have dialled by hand."""
        number = self.next
        try:
            said = calls.dial(self._conn, self.caller.id, number)
        except FunnelError as error:
            message(self._now.output, told(error))
            return
        message(self._now.output, _("Dialling {number}").format(number=said))
        self.dialled = number
        self.since = dates.now()
        self._place += 1


def _one(now: Invocation, conn: sqlite3.Connection, line: _Line, *, undo: bool) -> Done | None:
    """One contact, until a call is recorded or skipped (None). Raises KeyboardInterrupt for the
    end of the session, _TakeBack where the last call is to be taken back, if there is one to
    ``undo``."""
    while True:
        key = _key(now, undo=undo, dial=line.offered)
        if key == "s":
            return None
        if key == "t":
            line.dial()
            continue
        if key == "u":
            raise _TakeBack
        ended = KEYS[key]
        try:
            return _record(now, conn, line, ended)
        except FunnelError as error:
            message(now.output, told(error))


def _key(now: Invocation, *, undo: bool, dial: str) -> str:
    """A key that means something; ``dial`` is the number that one of them dials, "" for none."""
    meanings = [("t", _("dial {number}").format(number=dial))] if dial else []
    meanings += [(key, words.read(words.CALL_OUTCOME, ended)) for key, ended in KEYS.items()]
    meanings += [("s", _(SKIP)), ("q", _(QUIT)), *([("u", _(UNDO))] if undo else [])]
    return pressed(now.output, meanings)


def _record(now: Invocation, conn: sqlite3.Connection, line: _Line, ended: str) -> Done:
    caller = line.caller
    if ended != "do_not_call":
        calls.check(conn, caller.id, dates.now())
    callback = None
    if ended == "callback":
        callback = calls.when(_answer(now, _("When?")))
    said = ""
    if ended not in ("no_answer", "wrong_number"):
        said = now.ask(_("Note:"))
    fields: dict[str, Any] = {
        "said": said,
        "outcome": calls.OUTCOMES[ended],
        "channel": "phone",
    }
    follows = follow(conn, fields, recognise=True, given=None, due=None)
    if ended == "reached" and not follows.planned:
        follows = _ask_next(now, follows)
    at = dates.now()
    changed = save(
        now,
        conn,
        contact_id=caller.id,
        deal_id=caller.deal_id,
        ended=ended,
        at=at,
        # A call that was made took time: less than a minute is one.
        minutes=max(1, half_up(at - line.since, 60)),
        said=said,
        callback=callback,
        follows=follows,
        call_list=line.called_from,
        number=line.dialled,
        propose=False,
    )
    message(now.output, "\n".join(changed.lines + changed.warnings))
    if follows.refused and ended != "do_not_call":
        _ask_to_block(now, conn, caller)
    if caller.deal_id is not None and ends_it(conn, ended, caller.deal_id):
        _propose_loss(now, conn, caller.deal_id, said)
    return Done(ended, ended == "reached" and bool(follows.planned))


def _ask_to_block(now: Invocation, conn: sqlite3.Connection, caller: Caller) -> None:
    """Record that somebody is not to be contacted, where that is what the words meant."""
    if now.agrees(
        _("Does {name} not want to be contacted any more?").format(name=caller.name), usual=True
    ):
        with now.change(conn):
            calls.block(conn, caller.id, dates.today().isoformat())
        message(now.output, _("{name} is not to be contacted any more.").format(name=caller.name))


def _propose_loss(now: Invocation, conn: sqlite3.Connection, deal_id: int, said: str) -> None:
    """Lose the deal for the reason that the person gives, if any; the call stands already."""
    from funnelcli.actions import closing

    keys = naming.catalogue_names(conn, "lost_reason")
    message(now.output, _("Why was it lost? ({keys})").format(keys=keys))
    while reason := now.ask(_("Reason (empty: the deal stays open):")):
        try:
            with now.change(conn):
                at = now.when(conn, None, deal_id)
                lost = closing.lose(conn, deal_id, at, reason, note=said or None)
        except FunnelError as error:
            message(now.output, told(error))
        else:
            message(now.output, "\n".join(lost_lines(conn, lost)))
            return


def _answer(now: Invocation, question: str) -> str:
    answer = now.ask(question)
    if not answer:
        raise Usage(_("Nothing was said."), _("Press the key again, or another."))
    return answer


def _ask_next(now: Invocation, found: Followed) -> Followed:
    what = now.ask(_("Next step (empty: none):"))
    if not what:
        return found
    while True:
        try:
            due = now.due(now.ask(_("By when?")) or None)
            break
        except Usage as error:
            message(now.output, told(error))
    step = Planned(what, *(due or (None, None)))
    return found._replace(planned=[step], read=found.read - {"steps"})
