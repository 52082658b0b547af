"""A session at the phone: one contact after the other, a key for how the call ended."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from funnelcli import config, queries
from funnelcli.actions import calls
from funnelcli.cli.day import call as calling
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.keys import END, read_key
from funnelcli.cli.records.visit_fields import Followed, follow
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _, pick
from funnelcli.nouns import words
from funnelcli.queries.calls import Caller
from funnelcli.render import Block, Facts, Listing, Page, Prose, emit, human, message
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
STORY_LINES = 5


class Done(NamedTuple):
    """A call of the session: how it ended, and whether it led to a next step."""

    ended: str
    converted: bool


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
            emit(_card(now, conn, caller, f"{number}/{len(callers)}"), now.output)
            ended = _one(now, conn, caller)
            if ended is None:
                skipped += 1
            else:
                done.append(ended)
    except (KeyboardInterrupt, EOFError):
        now.output.stderr.write("\n")
    return report(done, dates.now() - started, skipped)


def _card(now: Invocation, conn: sqlite3.Connection, caller: Caller, place: str) -> Page:
    """What a caller needs to know: who, why, the story in five lines, the stage's script."""
    title = " · ".join(
        part for part in (place, caller.name, caller.organisation, caller.phone) if part
    )
    pairs = [(_("Callback"), caller.callback or ""), (_("Deal"), caller.deal or "")]
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    story = _story(now, conn, caller)
    if story is not None:
        blocks.append(story)
    if caller.deal_id is not None:
        blocks += _script(conn, caller.deal_id)
    return Page(blocks)


def _story(now: Invocation, conn: sqlite3.Connection, caller: Caller) -> Listing | None:
    from funnelcli.cli.columns import VISITS
    from funnelcli.pages.deal import STORY, entries
    from funnelcli.queries import records

    if caller.deal_id is not None:
        return Listing(STORY, entries(conn, caller.deal_id, now.output.locale)[-STORY_LINES:])
    found = list(
        queries.run(
            conn,
            "visits",
            records.Visit,
            {"id": caller.id},
            where="v.contact_id = :id",
            order="v.happened_at DESC, v.id DESC",
            limit=STORY_LINES,
        )
    )
    keys = ("happened_on", "channel", "outcome", "said")
    columns = [column for column in VISITS if column.key in keys]
    return Listing(columns, found[::-1]) if found else None


def _script(conn: sqlite3.Connection, deal_id: int) -> list[Block]:
    stage_id, name_en, name_de, guidance_en, guidance_de = conn.execute(
        "SELECT s.id, s.name_en, s.name_de, s.guidance_en, s.guidance_de FROM deal AS d"
        " JOIN stage AS s ON s.id = d.stage_id WHERE d.id = ?",
        (deal_id,),
    ).fetchone()
    questions = conn.execute(
        "SELECT text_en, text_de FROM stage_question WHERE stage_id = ? ORDER BY position",
        (stage_id,),
    ).fetchall()
    blocks: list[Block] = []
    guidance = pick(guidance_en, guidance_de)
    if guidance:
        blocks.append(Prose(guidance, pick(name_en, name_de)))
    if questions:
        blocks.append(Prose("\n".join(f"- {pick(*texts)}" for texts in questions), _("Questions")))
    return blocks


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
    out.write("\n" + "  ".join(f"[{key}] {meaning}" for key, meaning in meanings) + "  ")
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
        calling.allowed(conn, caller.id, dates.now())
    callback = None
    if ended == "callback":
        callback = calling.moment(_answer(now, _("When?")))
    said = ""
    if ended not in ("no_answer", "wrong_number"):
        said = now.ask(_("Note:"))
    fields: dict[str, Any] = {"said": said, "outcome": calls.OUTCOMES[ended]}
    follows = follow(conn, fields, recognise=True, next_what=None, due=None)
    if ended == "reached" and not follows.planned:
        follows = _ask_next(now, conn, fields, follows)
    at = dates.now()
    changed = calling.save(
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
            due = now.date(now.ask(_("By when?")) or None)
            break
        except Usage as error:
            message(now.output, f"{error.message} {error.hint}")
    given = follow(conn, fields, recognise=False, next_what=what, due=due)
    return Followed(given.planned, found.raised, found.recognised, found.warnings)


def report(done: list[Done], seconds: int, skipped: int) -> Page:
    """A session's figures. ``reached`` are calls in which the person was spoken to, converted
    those of them that led to a next step; calls an hour are over the whole session."""
    outcomes = dict.fromkeys(calls.OUTCOMES, 0)
    for one in done:
        outcomes[one.ended] += 1
    reached = sum(outcomes[ended] for ended in calls.SPOKEN)
    converted = sum(one.converted for one in done)
    per_hour = round(len(done) * 3600 / seconds, 1) if seconds >= 60 else None
    pairs = [
        (_("Calls"), str(len(done))),
        (_("Time"), dates.format_duration((seconds + 30) // 60)),
        (_("Calls an hour"), "–" if per_hour is None else f"{per_hour:g}"),
        (_("Reached"), _share(reached, len(done))),
        (_("Converted"), _share(converted, reached)),
        *(
            (words.read(words.CALL_OUTCOME, ended).capitalize(), str(n))
            for ended, n in outcomes.items()
            if n and ended != "reached"
        ),
        (_("Skipped"), str(skipped) if skipped else ""),
    ]
    data = {
        "calls": len(done),
        "seconds": seconds,
        "calls_per_hour": per_hour,
        "reached": reached,
        "converted": converted,
        "skipped": skipped,
        "outcomes": outcomes,
    }
    return Page([Facts(_("This session"), [pair for pair in pairs if pair[1]])], data)


def _share(part: int, whole: int) -> str:
    share = human.percent(100 * part / whole, config.get("locale")) if whole else ""
    return f"{part} ({share})" if share else str(part)
