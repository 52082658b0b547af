"""What a caller reads before a call, and how a session at the phone went."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from funnelcli.actions import calls
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.types import CHANNELS
from funnelcli.nouns.visit import VISIT
from funnelcli.pages.deal import STORY, entries
from funnelcli.plain import NamedTuple
from funnelcli.queries.calls import Caller, notes, whereabouts
from funnelcli.queries.contacts import visits
from funnelcli.queries.processes import script
from funnelcli.render import Block, Facts, Listing, Page, Prose, human
from funnelcli.text import capital
from funnelcli.values import dates, daytext

STORY_LINES = 5


class Done(NamedTuple):
    """A call of the session: how it ended, and whether it led to a next step."""

    ended: str
    converted: bool


def caller_card(
    conn: sqlite3.Connection, caller: Caller, place: str, locale: str, said: str | None = None
) -> Page:
    """What a caller needs to know: who, why, notes, the story in five lines, and what to say: the
    list's script ``said``, without one the stage's."""
    title = " · ".join(
        part for part in (place, caller.name, caller.organisation, caller.phone) if part
    )
    pairs = [
        (_("Consent"), CHANNELS.names(caller.consent)),
        (_("Callback"), daytext.stamp(caller.callback or "")),
        (_("Deal"), caller.deal or ""),
        (_("In vain so far"), str(caller.attempts or "")),
        (_("Time there"), _time_there(caller)),
    ]
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    kept = notes(conn, caller)
    if kept:
        blocks.append(Prose("\n".join(kept), _("Notes")))
    story = _story(conn, caller, locale)
    if story is not None:
        blocks.append(story)
    if said:
        blocks.append(Prose(said, _("Script")))
    elif caller.deal_id is not None:
        blocks += _script(conn, caller.deal_id)
    return Page(blocks)


def _time_there(caller: Caller) -> str:
    """What the clocks show where somebody is, if it is not what they show here."""
    now = dates.now()
    here = dates.local(now)
    there = {
        local.replace(tzinfo=None)
        for local in (datetime.fromtimestamp(now, zone) for zone in whereabouts(caller).zones)
    }
    if not there or here.replace(tzinfo=None) in there:
        return ""
    first, last = min(there), max(there)
    times = [f"{clock:%H:%M}" for clock in ([first] if first == last else [first, last])]
    return " – ".join(times)


def _story(conn: sqlite3.Connection, caller: Caller, locale: str) -> Listing | None:
    if caller.deal_id is not None:
        return Listing(STORY, entries(conn, caller.deal_id)[-STORY_LINES:])
    found = visits(conn, caller.id, limit=STORY_LINES)
    keys = ("happened_on", "channel", "outcome", "said")
    columns = [column for column in VISIT.columns if column.key in keys]
    return Listing(columns, found[::-1]) if found else None


def _script(conn: sqlite3.Connection, deal_id: int) -> list[Block]:
    told = script(conn, deal_id)
    blocks: list[Block] = []
    if told.guidance:
        blocks.append(Prose(told.guidance, told.stage))
    if told.questions:
        blocks.append(Prose("\n".join(f"- {text}" for text in told.questions), _("Questions")))
    return blocks


def session_page(done: list[Done], seconds: int, skipped: int, locale: str) -> Page:
    """A session's figures. ``reached`` are calls in which the person was spoken to, converted
    those of them that led to a next step; calls an hour are over the whole session."""
    outcomes = dict.fromkeys(calls.OUTCOMES, 0)
    for one in done:
        outcomes[one.ended] += 1
    reached = sum(outcomes[ended] for ended in calls.ON_THE_LINE)
    converted = sum(one.converted for one in done)
    per_hour = round(len(done) * 3600 / seconds, 1) if seconds >= 60 else None
    pairs = [
        (_("Calls"), str(len(done))),
        (_("Time"), dates.format_duration((seconds + 30) // 60)),
        (_("Calls an hour"), "–" if per_hour is None else f"{per_hour:g}"),
        (_("Reached"), _share(reached, len(done), locale)),
        (_("Converted"), _share(converted, reached, locale)),
        *(
            (capital(words.read(words.CALL_OUTCOME, ended)), str(n))
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
    return Page(
        [Facts(_("This session"), [pair for pair in pairs if pair[1]])], data, name="session"
    )


def _share(part: int, whole: int, locale: str) -> str:
    share = human.percent(100 * part / whole, locale) if whole else ""
    return f"{part} ({share})" if share else str(part)
