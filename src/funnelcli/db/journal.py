"""The journal: what every command changed, and how to take it back.

Triggers, generated from the schema, write each insert, update and delete with the row before it,
under the command that caused it, whoever writes to the file: a change made by another program
stands in the journal too, under no command. Only what SQLite hides from triggers escapes them:
the row that another program's INSERT OR REPLACE throws out, where that program has left
``recursive_triggers`` off.

What the last command did is reversed as it came (:mod:`funnelcli.db.reversing`). One that others
came after goes back where none of them depends on it (:mod:`funnelcli.db.selective`).

What a long import inserts stands there as a range of ids, one entry a table
(:func:`funnelcli.db.triggers.in_ranges`).
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from functools import partial

from funnelcli.db import reversing
from funnelcli.db.advancing import Begin, unwatched
from funnelcli.db.command_lines import command_line, words_of
from funnelcli.db.transaction import command, login, part, settle_outside
from funnelcli.db.trimming import reaches_back
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values import daytext

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from funnelcli.db.selective import Depends, Log

    # Restores every row that a command touched to what it was before, under the id of the
    # command that does so; how many rows.
    Reverse = Callable[[sqlite3.Connection, int, int], int]


# What cannot be taken back: a person who was forgotten stays so.
FORGETTING = "contact forget"
# So often is asked what stands in the way of what stands in the way, and of so many commands.
_ROUNDS = 20
_TOGETHER = 100


# That a command is a user's, twice by the key, whatever that was when it was given. What nobody has
# given who is a user now is theirs whose login had the name.
BY = (
    "(coalesce(member, '') = (SELECT public_id FROM member WHERE key = ?)"
    " OR lower(substr(who, 1, instr(who || '@', '@') - 1)) = ?"
    " AND coalesce(member, '') NOT IN (SELECT public_id FROM member))"
)


class Mend(NamedTuple):
    """What makes whole again what follows from several rows, where one of the commands that
    changed them was taken back: the columns that are ``derived``, by table, which do not stand in
    the way; the ``logs`` that its entries, from one to another, touched and that others went on
    from; what is called then with the command's id and the deals that it touched; and what raises
    Refused where the entry with an id, which took all back, leaves what may not be."""

    derived: Mapping[str, Collection[str]]
    logs: Callable[[sqlite3.Connection, tuple[int, int]], Sequence[Log]]
    after: Callable[[sqlite3.Connection, int, Collection[int]], object]
    check: Callable[[sqlite3.Connection, int], object]


unmended = Mend({}, lambda *_all: (), lambda *_all: None, lambda *_all: None)


class Undone(NamedTuple):
    """A command that was taken back or done again: its id, its words, the rows touched, and the id
    of the command that did so, the entry ``by``. ``beyond`` says that a forgetting came right
    before that, which cannot be taken back, so that an earlier command was."""

    id: int
    verb: str
    args: list[str]
    rows: int
    by: int
    beyond: bool = False


class Wanted(NamedTuple):
    """Which commands are to be taken back: those with ids in these ranges, both ends included, or
    where there are none the ``last`` that stand. ``args`` is how that was typed."""

    ranges: Sequence[tuple[int, int]] = ()
    last: int = 1
    args: Sequence[str] = ()


def undo(
    conn: sqlite3.Connection,
    alongside: Callable[[int], object] | None = None,
    begin: Begin = unwatched,
    wanted: Wanted = Wanted(),  # noqa: B008 - it never changes
    mend: Mend = unmended,
) -> list[Undone]:
    """Take back the commands that are ``wanted``, the last first: all of them, or none. Changes
    made by another program are a command too.

    ``alongside`` is called with the id of each before it goes, within the transaction, and may be
    called twice. ``begin`` is told how many rows of a long command there are to go back. ``mend``
    says what can be derived from other columns, and derives it where others came after a command.

    Raises NotFound when there is nothing to undo, Refused for what cannot be undone, Depends where
    later commands depend on one.
    """
    act = partial(_undo, alongside=alongside, wanted=wanted, mend=mend)
    return _either_way(conn, act, begin)


def _undo(
    conn: sqlite3.Connection,
    reverse: Reverse,
    *,
    alongside: Callable[[int], object] | None,
    wanted: Wanted,
    mend: Mend,
    tried: bool = False,
) -> list[Undone]:
    """``tried`` is for what shall only be seen to go: it is rolled back, and undos may be among
    others then."""
    done: list[Undone] = []
    with command(conn, "undo", wanted.args, kind="undo", dry_run=tried) as undo_id:
        mine, by_me = _mine(conn)
        last = conn.execute(
            f"SELECT verb FROM command WHERE id < ?{mine} ORDER BY id DESC LIMIT 1",
            (undo_id, *by_me),
        ).fetchone()
        beyond = not wanted.ranges and last is not None and last[0] == FORGETTING
        chosen = _wanted(conn, wanted, undo_id, beyond=beyond)
        if not tried:
            _check_kinds(chosen)
        again = chosen[0].kind == "undo"
        targets = chosen[0].targets if again else [one.id for one in chosen]
        conn.execute(
            "UPDATE command SET kind = ?, target = ?, targets = ? WHERE id = ?",
            (
                "redo" if again else "undo",
                min(targets),
                json.dumps(targets) if len(targets) > 1 else None,
                undo_id,
            ),
        )
        for one in chosen:
            if alongside is not None and not again:
                alongside(one.id)
            passing = [other.id for other in done]
            with _all_of([other.id for other in chosen]):
                rows = _back(conn, one.id, undo_id, reverse, mend, passing)
            conn.execute("UPDATE command SET state = 'undone' WHERE id = ?", (one.id,))
            if one.kind == "undo":
                _stand_again(conn, one.targets)
            done.append(Undone(one.id, one.verb, one.args, rows, undo_id, beyond))
        mend.check(conn, undo_id)
    return done


@contextmanager
def _all_of(wanted: Sequence[int]) -> Iterator[None]:
    """Say of what stands in the way of one command which were to go with it."""
    from funnelcli.db.selective import Depends

    try:
        yield
    except Depends as error:
        error.wanted = wanted
        raise


def whole(
    conn: sqlite3.Connection, error: Depends, mend: Mend, begin: Begin = unwatched
) -> list[list[int]]:
    """What can be taken back where ``error`` says that some cannot by themselves: those that were
    wanted, with all that stand in their way and in the way of these, the last first, in as many
    goes as it needs, for an undo is taken back by itself. It is tried, and rolled back; ``begin``
    as for :func:`undo`. Nothing where even so they would not go, or where they are too many."""
    from funnelcli.db.selective import Depends

    ids = {*error.wanted, *error.commands}
    more = error.commands
    for _round in range(_ROUNDS):
        if not more or len(ids) > _TOGETHER:
            break
        wanted = Wanted([(one, one) for one in ids])
        act = partial(_undo, alongside=None, wanted=wanted, mend=mend, tried=True)
        try:
            undone = _either_way(conn, act, begin)
        except Depends as other:
            more = [one for one in other.commands if one not in ids]
            ids.update(more)
            continue
        return _goes(conn, [one.id for one in undone])
    return []


def _goes(conn: sqlite3.Connection, ids: Sequence[int]) -> list[list[int]]:
    """Commands in the goes in which they can be taken back: each undo by itself."""
    marks = json.dumps([*ids])
    undos = {
        number
        for (number,) in conn.execute(
            "SELECT id FROM command WHERE kind = 'undo'"
            " AND id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
            (marks,),
        )
    }
    goes: list[list[int]] = []
    for one in ids:
        if goes and one not in undos and goes[-1][-1] not in undos:
            goes[-1].append(one)
        else:
            goes.append([one])
    return goes


class _Command(NamedTuple):
    """A command of the journal; ``targets`` are those that it took back or did again."""

    id: int
    kind: str
    verb: str
    args: list[str]
    state: str
    targets: list[int]


_COMMANDS = "SELECT id, kind, verb, args, state, target, targets FROM command WHERE "


def _read(row: tuple[int, str, str, str, str, int | None, str | None]) -> _Command:
    number, kind, verb, args, state, target, targets = row
    several = json.loads(targets) if targets else [target] if target is not None else []
    return _Command(number, kind, verb, words_of(args), state, several)


def _wanted(
    conn: sqlite3.Connection, wanted: Wanted, undo_id: int, *, beyond: bool
) -> list[_Command]:
    """The commands to take back, the last first."""
    mine, by_me = _mine(conn)
    standing = _COMMANDS + "kind = 'do' AND state = 'done' AND verb <> ? AND id "
    if not wanted.ranges:
        rows = conn.execute(
            f"{standing} < ?{mine} ORDER BY id DESC LIMIT ?",
            (FORGETTING, undo_id, *by_me, wanted.last),
        )
        found = [_read(row) for row in rows]
        if not found:
            passed = [stays()] if beyond else []
            raise NotFound(
                " ".join([_("There is nothing to undo."), *passed, *reach(conn)]),
                _("`funnel history` lists what was done."),
            )
        if len(found) < wanted.last:
            text = ngettext("Only {n} command stands.", "Only {n} commands stand.", len(found))
            raise NotFound(
                " ".join([text.format(n=len(found)), *reach(conn)]),
                _("`funnel history` lists what was done."),
            )
        return found
    chosen: dict[int, _Command] = {}
    for first, last in wanted.ranges:
        if first == last:
            some = [_one(conn, first, undo_id)]
        else:
            rows = conn.execute(f"{_COMMANDS}id BETWEEN ? AND ? AND id < ?", (first, last, undo_id))
            held = [_read(row) for row in rows]
            some = [one for one in held if one.kind == "do" and one.state == "done"]
            if not some:
                raise NotFound(
                    " ".join(
                        [
                            _("No command from {first} to {last} stands.").format(
                                first=first, last=last
                            ),
                            *reach(conn),
                        ]
                    ),
                    _("`funnel history` lists what was done."),
                )
        for one in some:
            if one.verb == FORGETTING:
                raise Refused(stays(), _("Leave {id} out.").format(id=one.id))
            if one.kind == "redo":
                # What was done again is what it did.
                chosen.update((target, _one(conn, target, undo_id)) for target in one.targets)
            else:
                chosen[one.id] = one
    return sorted(chosen.values(), reverse=True)


def _check_kinds(chosen: Sequence[_Command]) -> None:
    """Raises Usage where an undo is to be taken back with others."""
    if len(chosen) > 1 and (odd := [one.id for one in chosen if one.kind == "undo"]):
        raise Usage(
            _("{id} is itself an undo.").format(id=odd[-1]),
            _("Take it back by itself: funnel undo {id}").format(id=odd[-1]),
        )


def _mine(conn: sqlite3.Connection) -> tuple[str, Sequence[str]]:
    """The condition that a command is that of who gives this one, with its parameters: where
    several people share a database, what is undone is one's own last command. Where one has it
    alone, or is none of the users but looks after it, there is none."""
    name = login(conn)
    key = None if name is None else name.lower()
    known = "SELECT 1 FROM member WHERE key = ?"
    if key is None or conn.execute(known, (key,)).fetchone() is None:
        return "", ()
    return f" AND {BY}", (key, key)


def _one(conn: sqlite3.Connection, number: int, undo_id: int) -> _Command:
    """The command with this id. Raises NotFound where there is none, Refused where it was taken
    back."""
    row = conn.execute(f"{_COMMANDS}id = ? AND id < ?", (number, undo_id)).fetchone()
    if row is None:
        (first,) = conn.execute("SELECT min(id) FROM command").fetchone()
        text = _("There is no command {id} in the history.").format(id=number)
        raise NotFound(
            " ".join([text, *(reach(conn) if number < first else [])]),
            _("`funnel history` lists what was done."),
        )
    found = _read(row)
    if found.state == "undone":
        raise Refused(
            _("{id} is undone already: {command}").format(
                id=number, command=command_line(found.verb, found.args)
            ),
            _("`funnel history` lists what was done."),
        )
    return found


def _stand_again(conn: sqlite3.Connection, targets: Sequence[int]) -> None:
    conn.executemany(
        "UPDATE command SET state = 'done' WHERE id = ?", [(target,) for target in targets]
    )


def _back(
    conn: sqlite3.Connection,
    command_id: int,
    by: int,
    reverse: Reverse,
    mend: Mend,
    passing: Sequence[int] = (),
) -> int:
    """Take a command back under the entry ``by``, which has taken those ``passing`` back before;
    how many rows that touched. Raises Depends where later ones depend on it."""
    if not _crossed(conn, command_id, by, passing):
        return reverse(conn, command_id, by)
    from funnelcli.db import selective

    entries = selective.span(conn, command_id)
    ranges = selective.look(conn, entries)
    logs = mend.logs(conn, entries)
    mixed = selective.check(conn, command_id, ranges, mend.derived, logs, passing)
    deals = selective.deals(conn)
    rows = None if mixed else _whole(conn, command_id, by, reverse)
    if rows is None:
        selective.put_back(conn, command_id, ranges, mend.derived, logs)
        rows = reversing.touched(conn, command_id)
    mend.after(conn, command_id, deals)
    return rows


def _whole(conn: sqlite3.Connection, command_id: int, by: int, reverse: Reverse) -> int | None:
    """Reverse a command row by row, and say how many; None, and nothing is changed, where something
    is in the way."""
    try:
        with part(conn):
            return reverse(conn, command_id, by)
    except sqlite3.IntegrityError:
        return None


def _crossed(conn: sqlite3.Connection, command_id: int, by: int, passing: Sequence[int]) -> bool:
    """Whether anything that came after a command stands, so that rows may no longer be as the
    command left them. What was taken back in the order of time leaves nothing."""
    found = conn.execute(
        f"{_COMMANDS}id > ? AND id < ? AND verb <> ? ORDER BY id", (command_id, by, FORGETTING)
    )
    steps = [_read(row) for row in found]
    if passing:
        steps.append(_Command(by, "undo", "undo", [], "done", [*passing]))
    standing: list[tuple[str, tuple[int, ...]]] = []
    for step in steps:
        ids = tuple(step.targets)
        applied = [("do", (one,)) for one in reversed(ids)]
        if step.kind == "do":
            standing.append(("do", (step.id,)))
        elif step.kind == "undo":
            if standing[-len(ids) :] == applied:
                del standing[-len(ids) :]
            else:
                standing.append(("undo", ids))
        elif standing and standing[-1] == ("undo", ids):
            standing.pop()
        else:
            standing += applied
    return bool(standing)


def stays() -> str:
    """The sentence on a forgetting that an undo passes over."""
    return _("That a person was forgotten cannot be undone.")


def reach(conn: sqlite3.Connection) -> list[str]:
    """The sentence that says how far back the journal reaches; none where it is whole."""
    since = reaches_back(conn)
    if since is None:
        return []
    text = _("The journal reaches back to {when}; what was done before was let go.")
    return [text.format(when=daytext.moment(since))]


def redo(
    conn: sqlite3.Connection,
    begin: Begin = unwatched,
    mend: Mend = unmended,
) -> list[Undone]:
    """Do again what was undone last, all of it where several were taken back at once; a new change
    in between closes that way. ``begin`` and ``mend`` as for :func:`undo`.

    Raises NotFound when nothing was undone.
    """
    return _either_way(conn, partial(_redo, mend=mend), begin)


def _redo(conn: sqlite3.Connection, reverse: Reverse, *, mend: Mend) -> list[Undone]:
    with command(conn, "redo", kind="redo") as redo_id:
        mine, by_me = _mine(conn)
        row = conn.execute(
            f"{_COMMANDS}kind = 'undo' AND state = 'done' AND target IS NOT NULL{mine}"
            f" AND id > coalesce((SELECT max(id) FROM command WHERE kind = 'do'{mine}), 0)"
            " ORDER BY id DESC LIMIT 1",
            (*by_me, *by_me),
        ).fetchone()
        if row is None:
            raise NotFound(
                _("There is nothing to redo."),
                _("Redo works right after an undo, before anything else is changed."),
            )
        undone = _read(row)
        conn.execute(
            "UPDATE command SET (target, targets) = (SELECT target, targets FROM command"
            " WHERE id = ?) WHERE id = ?",
            (undone.id, redo_id),
        )
        with _all_of([undone.id]):
            _back(conn, undone.id, redo_id, reverse, mend)
        conn.execute("UPDATE command SET state = 'undone' WHERE id = ?", (undone.id,))
        _stand_again(conn, undone.targets)
        mend.check(conn, redo_id)
        found = [
            _read(conn.execute(f"{_COMMANDS}id = ?", (target,)).fetchone())
            for target in reversed(undone.targets)
        ]
        return [
            Undone(one.id, one.verb, one.args, reversing.touched(conn, one.id), redo_id)
            for one in found
        ]


def _either_way(
    conn: sqlite3.Connection,
    act: Callable[[sqlite3.Connection, Reverse], list[Undone]],
    begin: Begin,
) -> list[Undone]:
    """Take the short way, and where something is in its way the exact one; each of them is a
    transaction of its own. What another program changed is a command that can be named before."""
    settle_outside(conn)
    try:
        return act(conn, partial(reversing.reverse, begin=begin))
    except sqlite3.IntegrityError:
        return act(conn, partial(reversing.reverse_exactly, begin=begin))


def last_entry(conn: sqlite3.Connection) -> int:
    """The id of the last entry of the journal, 0 where it has none."""
    (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()
    return int(last)


def standing_before(conn: sqlite3.Connection, command_id: int) -> str:
    """What stands for the database as it is where a command begins: another text once anything has
    been changed, taken back or done again."""
    (before,) = conn.execute("SELECT max(id) FROM command WHERE id < ?", (command_id,)).fetchone()
    return f"{before} {last_entry(conn)}"


def take_back(conn: sqlite3.Connection, command_id: int, after: int) -> None:
    """Reverse, within the transaction of a command, what it did after an entry (by its id). For
    what came one by one, and in no ranges."""
    reversing.by_entries(conn, command_id, unwatched(0), after)
