"""The two logs that follow from what a row says of a new deal, with what it does not say
estimated."""

from __future__ import annotations

from funnelcli.actions import log_cache
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.moments import Moment
from funnelcli.actions.importing.rows import Entry

# What a call of the class does, in a third of the time: a file has hundreds of thousands of these.
_new = tuple.__new__


def history(
    entry: Entry, opened: Moment, how_known: str, catalogue: Catalogue
) -> tuple[list[log_cache.Stay], list[log_cache.Terms]]:
    """The logs of a deal that was opened at ``opened``; ``how_known`` is the provenance of that."""
    won = entry.closed if entry.status == "won" else _won(entry, opened)
    return _stays(entry, opened, how_known, won), _terms(entry, opened, how_known, won, catalogue)


def _won(entry: Entry, opened: Moment) -> Moment | None:
    """When a deal was won that is so no more, if it was."""
    won, closed, since = entry.won, entry.closed, entry.since
    if won is None or closed is None:
        return None
    if since is not None and since.day == won.day:
        # A deal came to the won stage when it was won, and to those behind it not before.
        if entry.stage == entry.ways.won:
            won = won._replace(at=since.at)
        elif entry.ways.ends_in(entry.stage):
            won = won._replace(at=min(won.at, since.at))
    return won._replace(at=max(opened.at, min(won.at, closed.at)))


def _stays(
    entry: Entry, opened: Moment, how_known: str, won: Moment | None
) -> list[log_cache.Stay]:
    ways, stated, since = entry.ways, entry.stage, entry.since
    kind = ways.stages[stated][1] if stated is not None else ""
    ended = entry.closed
    if since is not None and (since.at <= opened.at or not kind):
        since = None
    found: list[tuple[int, int, str]] = []
    if stated is not None and (kind == "open" or (kind == "outside" and ended is None)):
        if since is not None and (ended is None or since.at <= ended.at):
            found += [
                (ways.before(stated), opened.at, "estimated"),
                (stated, since.at, "imported"),
            ]
        else:
            found.append((stated, opened.at, how_known))
    else:
        found.append((ways.first, opened.at, "estimated"))
    if won is not None:
        if kind == "post" and (since is None or since.at <= won.at):
            found.append((stated or ways.won, won.at, "imported"))
        else:
            found.append((ways.won, won.at, "imported"))
            # Who came to the won stage later than on the day of the win came back to it. The
            # close of a won deal tells that only with its time: its day is often an estimate.
            later = kind == "won" and since is not None and since.at > won.at
            if since is not None and later and (won.timed or entry.status == "lost"):
                found.append((ways.won, since.at, "imported"))
    if ended is not None and stated is not None and stated != found[-1][0]:
        behind = max(ended.at, found[-1][1] + 1) if won is not None else ended.at
        if kind == "post" and won is not None and since is not None:
            found.append((stated, since.at, "imported"))
        elif ways.ends_in(stated):
            known = since is not None and since.at >= (ended.at if won is None else won.at)
            at = since.at if since is not None and known else behind
            found.append((stated, at, "imported" if known else "estimated"))
    stays: list[log_cache.Stay] = []
    left: int | None = None
    for place in range(len(found) - 1, -1, -1):
        stage, at, provenance = found[place]
        how = ways.how_moved(found[place - 1][0], stage) if place else "created"
        stays.append(_new(log_cache.Stay, (stage, at, left, how, None, provenance)))
        left = at
    stays.reverse()
    return stays


def _terms(
    entry: Entry, opened: Moment, how_known: str, won: Moment | None, catalogue: Catalogue
) -> list[log_cache.Terms]:
    value, currency, expected = entry.value, entry.currency, entry.expected
    terms: list[log_cache.Terms] = []
    until: int | None = None
    # From the last to the first, since each ends where the next one begins.
    if entry.closed is not None and entry.status == "lost":
        at, day, _timed = entry.closed
        why, note = catalogue.reason(entry.reason, entry.reason_note)
        lost = (at, until, "lost", value, currency, None, expected, why, note, "imported", day)
        terms.append(_new(log_cache.Terms, lost))
        until = at
    if won is not None:
        at, day, _timed = won
        held = (at, until, "won", value, currency, None, expected, None, None, "imported", day)
        terms.append(_new(log_cache.Terms, held))
        until = at
    at, day, _timed = opened
    chance = entry.probability
    first = (at, until, "open", value, currency, chance, expected, None, None, how_known, day)
    terms.append(_new(log_cache.Terms, first))
    terms.reverse()
    return terms
