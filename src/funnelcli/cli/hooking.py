"""The hooks of one transaction: run before it is committed, where they may forbid what a command
does or change fields, and after that, where they are only told."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from funnelcli import config
from funnelcli.actions.hooks import events, found, running
from funnelcli.actions.hooks.events import EVENTS, IMPORT, Change
from funnelcli.actions.hooks.found import AFTER, BEFORE, Hook
from funnelcli.actions.hooks.running import Answer
from funnelcli.cli import own_values
from funnelcli.cli.inside import Inside
from funnelcli.cli.invocation import Invocation
from funnelcli.db.command_lines import command_line
from funnelcli.db.journal import last_entry
from funnelcli.db.server import whole
from funnelcli.db.waiting import BUSY_SECONDS
from funnelcli.errors import Failed, Refused, Usage
from funnelcli.i18n import _, ngettext
from funnelcli.nouns import declared, naming
from funnelcli.nouns.field import Declared
from funnelcli.plain import NamedTuple
from funnelcli.render import message
from funnelcli.render.columns import simple
from funnelcli.render.objects import dumps
from funnelcli.text import printed
from funnelcli.typed import Any

ONE_BY_ONE = 20
"""Records of one event that a hook is run for one by one; more come in one call."""
BEFORE_SECONDS = BUSY_SECONDS / 2
"""How long the hooks before one commit may take together, so that other writers outwait them."""
_LINES_TOLD = 20
# Members of an answer; fields of one's own stand in an object of theirs, as in a record.
_SET, _CHANGES, _OWN = "set", "changes", "fields"


class Mark(NamedTuple):
    """How far a watch has got."""

    seen: int
    pending: int
    done: int


class _Pending(NamedTuple):
    """What hooks are to be told after the commit."""

    event: str
    command: str
    change: Change | None
    counts: Mapping[str, Any] | None = None


class Watch:
    """What a command changes within its transaction, with those of the ``hooks`` that are there for
    it."""

    def __init__(
        self, call: Invocation, conn: sqlite3.Connection, command_id: int, hooks: Sequence[Hook]
    ) -> None:
        self.call = call
        self.conn = conn
        self.command_id = command_id
        self.seen = last_entry(conn)
        self.pending: list[_Pending] = []
        # What hooks have set, to be said once it stands.
        self._done: list[tuple[Hook, Sequence[str]]] = []
        self._left = BEFORE_SECONDS
        self._busy = False
        self._moved_on = False
        area = call.verb.partition(" ")[0]
        # What mends the database changes nothing that a person has done.
        there = [] if area == "doctor" else [hook for hook in hooks if hook.event]
        if area == "import":
            # One call with numbers, and not one for each of a hundred thousand rows.
            there = [hook for hook in there if hook.event == IMPORT]
        self._there = there

    def mark(self) -> Mark:
        """How far it is, for :meth:`back_to`."""
        return Mark(self.seen, len(self.pending), len(self._done))

    def back_to(self, mark: Mark) -> None:
        """Forget what was done since, which was taken back."""
        self.seen = mark.seen
        del self.pending[mark.pending :]
        del self._done[mark.done :]

    def look(self, call: Invocation) -> None:
        """Run the hooks that come before what was changed since the last look. Raises Refused where
        one forbids it, Failed where one cannot be run."""
        if self._busy or not self._there:
            return
        command = command_line(call.verb, call.args)
        before = {hook.event for hook in self._there if hook.moment == BEFORE}
        after = {hook.event for hook in self._there if hook.moment == AFTER}
        if IMPORT in before | after and call.verb.partition(" ")[0] == "import":
            self._import(call, command)
        if (before | after) - {IMPORT}:
            changes = self._changes(before | after)
            self._moved_on = False
            asked = [one for one in changes if one.event in before]
            for event, some in groupby(asked, lambda one: one.event):
                for part in parts([*some]):
                    for hook in self._hooks(BEFORE, event):
                        self._before(call, hook, command, part)
            if self._moved_on:
                changes = self._changes(after)
            told = (one for one in changes if one.event in after)
            self.pending += [_Pending(one.event, command, one) for one in told]
        self.seen = last_entry(self.conn)
        if call is not self.call:
            # The line of a batch tells what was done with what else it says.
            self._say_done(call)

    def _say_done(self, call: Invocation) -> None:
        for hook, lines in self._done:
            _say(call, hook, lines)
        self._done.clear()

    def tell(self) -> None:
        """Say what the hooks before the commit have set, and run those that come after it. What
        goes wrong with these is said, and nothing else."""
        self._say_done(self.call)
        numbers = Counter(one.event for one in self.pending)
        told: set[str] = set()
        try:
            for one in self.pending:
                if one.change is None or numbers[one.event] <= ONE_BY_ONE:
                    self._after(one, [one.change] if one.change is not None else [])
                elif one.event not in told:
                    # The lines of a batch are many commands; what they did is told in one go.
                    told.add(one.event)
                    some = [each.change for each in self.pending if each.event == one.event]
                    whole = command_line(self.call.verb, self.call.args)
                    self._after(one._replace(command=whole), [each for each in some if each])
        except KeyboardInterrupt:
            message(self.call.output, _("The hooks were interrupted; the change is stored."))

    def _changes(self, names: set[str]) -> list[Change]:
        return events.changes(self.conn, self.command_id, self.seen, names)

    def _hooks(self, moment: str, event: str) -> list[Hook]:
        return [
            found.checked(hook, self.call.path)
            for hook in self._there
            if (hook.moment, hook.event) == (moment, event)
        ]

    def _import(self, call: Invocation, command: str) -> None:
        counts = events.counted(self.conn, self.command_id, self.seen)
        for hook in self._hooks(BEFORE, IMPORT):
            sent = payload(hook, command, call.path, counts=counts)
            wanted(hook, self._answered(hook, sent), [])
        self.pending.append(_Pending(IMPORT, command, None, counts))

    def _before(self, call: Invocation, hook: Hook, command: str, some: list[Change]) -> None:
        if self._moved_on:
            some = [self._as_it_is(one) for one in some]
        answer = self._answered(hook, payload(hook, command, call.path, some))
        changed = wanted(hook, answer, some)
        _say(call, hook, answer.err)
        for record_id, fields in changed.items():
            self._apply(call, hook, record_id, fields)

    def _as_it_is(self, change: Change) -> Change:
        """A change with the record as the hook before this one has left it."""
        if change.after is None:
            return change
        noun = EVENTS[change.event].noun
        return change._replace(after=events.record(self.conn, noun, change.id))

    def _answered(self, hook: Hook, sent: str) -> Answer:
        """What a hook says before a commit. Raises Refused where that is no, Failed where it does
        not get to an answer."""
        path = self.call.path
        limit = min(float(config.get("hook_seconds")), self._left)
        if limit <= 0:
            raise Failed(
                _("The hooks before one command take longer than {n} seconds.").format(
                    n=round(BEFORE_SECONDS)
                ),
                _("Others wait for the database meanwhile. {rest}").format(rest=_without()),
            )
        answer = running.run(hook, sent, path, limit)
        self._left -= answer.seconds
        problem = trouble(hook, answer, limit)
        if problem:
            raise Failed(problem, _without())
        if answer.code:
            raise Refused(forbidden(hook, answer), _without())
        return answer

    def _apply(self, call: Invocation, hook: Hook, record_id: int, fields: Any) -> None:
        """Change a record as if that was typed. Raises Failed for what no hook may change, and what
        the command for it raises."""
        noun = declared(EVENTS[hook.event].noun)
        (reference,) = naming.public_ids(self.conn, noun, [record_id])
        self._busy = self._moved_on = True
        try:
            with call.within(self.conn, self.command_id):
                words = [noun.table, "edit", *_options(hook, fields), "--", reference]
                done = Inside(call).run(self.conn, words)
        finally:
            self._busy = False
        if done.error is not None:
            done.error.message = f"{hook.name}: {done.error.message}"
            raise done.error
        self._done.append((hook, [*done.message.splitlines(), *done.warnings]))

    def _after(self, one: _Pending, some: Sequence[Change]) -> None:
        for hook in self._hooks(AFTER, one.event):
            self._told(hook, payload(hook, one.command, self.call.path, some, counts=one.counts))

    def _told(self, hook: Hook, sent: str) -> None:
        limit = float(config.get("hook_seconds"))
        answer = running.run(hook, sent, self.call.path, limit)
        problem = trouble(hook, answer, limit)
        if not problem and answer.code:
            problem = _("The hook {name} failed ({code}).").format(name=hook.name, code=answer.code)
        _say(self.call, hook, answer.err)
        if problem:
            message(self.call.output, _("Warning: {text}").format(text=problem))


def parts(changes: Sequence[Change]) -> list[list[Change]]:
    """The calls in which a hook is told of changes: one for each, or one for all."""
    return [[one] for one in changes] if len(changes) <= ONE_BY_ONE else [[*changes]]


def payload(
    hook: Hook,
    command: str,
    database: str,
    changes: Sequence[Change] = (),
    *,
    counts: Mapping[str, Any] | None = None,
    test: bool = False,
) -> str:
    """What a hook reads on its standard input: JSON, with a line feed at its end."""
    sent: dict[str, Any] = {
        "hook": hook.name,
        "event": hook.event,
        "moment": hook.moment,
        "command": command,
        "database": whole(database),
        "test": test,
    }
    if counts is not None:
        sent["counts"] = counts
    elif len(changes) == 1:
        sent |= {"before": changes[0].before, "after": changes[0].after}
    else:
        listed = [one for one in changes if one.after is not None]
        sent["count"] = len(changes)
        sent["ids"] = [one.id for one in changes]
        sent[_CHANGES] = [{"before": one.before, "after": one.after} for one in listed]
    return dumps(simple(sent)) + "\n"


def trouble(hook: Hook, answer: Answer, limit: float) -> str:
    """Why a hook got to no end of its own; "" where it did."""
    if answer.late:
        text = ngettext(
            "The hook {name} took longer than {n} second and was ended.",
            "The hook {name} took longer than {n} seconds and was ended.",
            round(limit) or 1,
        )
        return text.format(name=hook.name, n=round(limit) or 1)
    if answer.problem:
        text = _("The hook {name} cannot be run: {problem}.")
        return text.format(name=hook.name, problem=answer.problem)
    if answer.code is not None and answer.code < 0:
        return _("The hook {name} was ended by a signal ({n}).").format(
            name=hook.name, n=-answer.code
        )
    return ""


def forbidden(hook: Hook, answer: Answer) -> str:
    """The sentence that says that a hook forbids something, and why."""
    said = answer.said.rstrip(".")
    if not said:
        return _("The hook {name} forbids it.").format(name=hook.name)
    return _("The hook {name} forbids it: {reason}.").format(name=hook.name, reason=said)


def wanted(hook: Hook, answer: Answer, changes: Sequence[Change]) -> dict[int, Any]:
    """The fields that a hook wants to have changed, by the ids of the records. Raises Failed for an
    answer that is none."""
    if not answer.out.strip():
        return {}
    try:
        found = json.loads(answer.out)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not set(found) <= {_SET, _CHANGES}:
        raise _no_answer(hook)
    some: dict[int, Any] = {}
    if found.get(_SET):
        if len(changes) != 1:
            raise _no_answer(hook)
        some[changes[0].id] = found[_SET]
    known = {one.id for one in changes}
    several = found.get(_CHANGES) or []
    if not isinstance(several, list):
        raise _no_answer(hook)
    for one in several:
        if not isinstance(one, dict) or set(one) != {"id", _SET} or one["id"] not in known:
            raise _no_answer(hook)
        some[one["id"]] = one[_SET]
    if not all(isinstance(fields, dict) for fields in some.values()):
        raise _no_answer(hook)
    return some


def _no_answer(hook: Hook) -> Failed:
    return Failed(
        _("What the hook {name} prints is no answer.").format(name=hook.name),
        _('It may print nothing, or JSON like {"set": {"probability": 80}}.'),
    )


def _options(hook: Hook, fields: Mapping[str, Any]) -> list[str]:
    """The options that set these fields, those of one's own among them. Raises Failed for one that
    a hook may not set, Usage for a value that no option has."""
    noun = declared(EVENTS[hook.event].noun)
    known = {option.name: option for option in noun.options("edit")}
    own = fields.get(_OWN)
    words = _words(hook, known, {name: fields[name] for name in fields if name != _OWN})
    if own is None:
        return words
    known = {
        option.name.removeprefix(own_values.OWN): option
        for option in own_values.options(noun, "edit")
    }
    if not isinstance(own, dict):
        raise _no_answer(hook)
    return [*words, *_words(hook, known, own)]


def _words(hook: Hook, known: Mapping[str, Declared], fields: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    for name, value in fields.items():
        option = known.get(name)
        if option is None:
            raise Failed(
                _("The hook {name} may not change {field}.").format(
                    name=hook.name, field=printed(name)[:100]
                ),
                _("It may change: {names}.").format(names=", ".join(sorted(known))),
            )
        on, _slash, off = option.flags[0].partition("/")
        for one in value if isinstance(value, list) and option.many else [value]:
            if option.flag and isinstance(one, bool) and (one or off):
                words.append(on if one else off)
            elif one is None and not option.flag:
                words.append(f"{on}=none")
            elif isinstance(one, bool) and not option.flag:
                words.append(f"{on}={'yes' if one else 'no'}")
            elif isinstance(one, str | int | float) and not option.flag:
                words.append(f"{on}={one}")
            else:
                raise Usage(
                    _("{name}: {field} cannot be {value}.").format(
                        name=hook.name, field=name, value=json.dumps(one)[:100]
                    ),
                    _("Write texts and numbers."),
                )
    return words


def _say(call: Invocation, hook: Hook, lines: Sequence[str]) -> None:
    """Tell the person what a hook says."""
    for line in lines[-_LINES_TOLD:]:
        message(call.output, f"{hook.name}: {line}")


def _without() -> str:
    return _("--no-hooks goes on without hooks.")
