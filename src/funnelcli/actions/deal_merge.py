"""Making one deal of several that are the same sale."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.actions import log, log_book, log_cache, people, restaging, withdrawal
from funnelcli.actions.correction_record import record
from funnelcli.actions.log_merge import STAGE, Joined, Logs, Untold, join
from funnelcli.actions.members import check_disposal
from funnelcli.actions.merging import (
    Merged,
    absorb,
    check_taken,
    different,
    former,
    note_down,
    own_over,
    said_of,
    settle,
)
from funnelcli.db import bulk, rows, triggers
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.queries.stage_log import recorded
from funnelcli.text import search_key
from funnelcli.typed import Any
from funnelcli.values.moneyformat import money_text, typed

_PLAIN = ("title", "contact_id", "source", "kind", "product", "competitor")
_TERMS = ("value", "probability", "expected_close")


def merge(
    conn: sqlite3.Connection,
    keep: int,
    others: Sequence[int],
    take: Mapping[str, int] | None = None,
) -> Merged:
    """Let a deal take over others that are the same sale, with everything that refers to them.

    Their logs become one (:mod:`funnelcli.actions.log_merge`), and what it does not tell is on
    record as a correction. What the deal does not say is filled in from the others, in their order.
    Where they differ its own value stays, or that of the deal that ``take`` names for one of
    ``nouns.deal.TAKEN``;
    the other goes to the notes.

    Raises Refused where one that goes is somebody else's, and for deals that cannot be one sale: of
    two processes, both won, the one the next turn of the other; for those of different customers,
    or with values in two currencies, unless ``take`` says whose it is. Usage where nothing is to be
    merged, or a deal has not what is to be taken from it.
    """
    others = different(
        others,
        keep,
        _("A deal cannot be merged with itself."),
        _("Name two deals: funnel deal merge 3 4"),
    )
    check_disposal(conn, "deal", others)
    chosen = dict(take or {})
    check_taken(DEAL, {one: _row(conn, one) for one in (keep, *others)}, chosen)
    merged = Merged(keep, str(_row(conn, keep)["title"]))
    for other in others:
        _check(conn, _row(conn, keep), _row(conn, other), chosen)
        _take_over(conn, keep, other, chosen, merged)
    merged.name = str(_row(conn, keep)["title"])
    return merged


def _row(conn: sqlite3.Connection, deal_id: int) -> dict[str, Any]:
    found = rows.read(conn, "deal", triggers.columns(conn, "deal"), deal_id)
    if found is None:
        raise naming.missing(DEAL, str(deal_id))
    return found


# What cannot be one sale -------------------------------------------------------------------------


def _check(
    conn: sqlite3.Connection,
    deal: Mapping[str, Any],
    other: Mapping[str, Any],
    chosen: Mapping[str, int],
) -> None:
    titles = {"name": deal["title"], "other": other["title"]}
    if deal["process_id"] != other["process_id"]:
        raise Refused(
            _("{name} and {other} go through two processes, whose stages make no one log.").format(
                **titles
            ),
            _duplicate(other),
        )
    if deal["status"] == other["status"] == "won":
        # Each of the two counts in the figures of its month, with its value.
        raise Refused(
            _("{name} and {other} are both won: that is two sales.").format(**titles),
            _("If one of them never was: funnel reopen {id}, then `{command}`.").format(
                id=other["id"], command=f"funnel lose {other['id']} --reason duplicate"
            ),
        )
    if _is_turn(conn, deal["id"], other["id"]) or _is_turn(conn, other["id"], deal["id"]):
        raise Refused(
            _("{name} and {other} are two turns of the cycle, each a sale of its own.").format(
                **titles
            ),
            _duplicate(other),
        )
    if "contact_id" not in chosen and not _one_customer(conn, deal, other):
        raise Refused(
            _("{name} and {other} are for two customers: {one} and {two}.").format(
                one=_contact(conn, deal["contact_id"]),
                two=_contact(conn, other["contact_id"]),
                **titles,
            ),
            _("If the two are one: {command}. If the deal is one, say whose: {option}").format(
                command=f"funnel contact merge {deal['contact_id']} {other['contact_id']}",
                option=f"--take contact={deal['id']}",
            ),
        )
    if "stage" in chosen and deal["status"] != other["status"]:
        raise Refused(
            _("{name} and {other} stand differently, so the further one says the stages.").format(
                **titles
            ),
            _("Leave --take stage out, or bring them to one status: funnel reopen {id}").format(
                id=deal["id"] if other["status"] == "open" else other["id"]
            ),
        )
    values = deal["value"], other["value"]
    if "value" not in chosen and None not in values and deal["currency"] != other["currency"]:
        raise Refused(
            _("{name} and {other} have values in two currencies: {one} and {two}.").format(
                one=money_text(deal["value"], deal["currency"]),
                two=money_text(other["value"], other["currency"]),
                **titles,
            ),
            _("Say which is right: {option}").format(option=f"--take value={deal['id']}"),
        )


def _duplicate(other: Mapping[str, Any]) -> str:
    return _("One that should not be there: {command}").format(
        command=f"funnel lose {other['id']} --reason duplicate"
    )


def _is_turn(conn: sqlite3.Connection, later: int, earlier: int) -> bool:
    """Whether a deal follows another one, as its next turn or a turn of that."""
    found = conn.execute(
        "WITH RECURSIVE before (id) AS (SELECT previous_deal_id FROM deal WHERE id = ?"
        " UNION SELECT d.previous_deal_id FROM deal AS d JOIN before AS b ON d.id = b.id)"
        " SELECT 1 FROM before WHERE id = ?",
        (later, earlier),
    )
    return found.fetchone() is not None


def _one_customer(
    conn: sqlite3.Connection, deal: Mapping[str, Any], other: Mapping[str, Any]
) -> bool:
    """Whether two deals are for one contact, or for people of one organisation."""
    one, two = deal["contact_id"], other["contact_id"]
    if one is None or two is None or one == two:
        return True
    firms: tuple[int, int] = conn.execute(
        "SELECT count(DISTINCT CASE kind WHEN 'organisation' THEN id ELSE organisation_id END),"
        " count(CASE kind WHEN 'organisation' THEN id ELSE organisation_id END)"
        " FROM contact WHERE id IN (?, ?)",
        (one, two),
    ).fetchone()
    return firms == (1, 2)


def _contact(conn: sqlite3.Connection, contact_id: int) -> str:
    (name,) = conn.execute("SELECT name FROM contact WHERE id = ?", (contact_id,)).fetchone()
    return f"{name} ({contact_id})"


# Taking over --------------------------------------------------------------------------------------


def _take_over(
    conn: sqlite3.Connection, keep: int, other: int, chosen: Mapping[str, int], merged: Merged
) -> None:
    before, gone = _row(conn, keep), _row(conn, other)
    stages = log.stages_of(conn, before["process_id"])
    sides = {name: int(one == other) for name, one in chosen.items() if one in (keep, other)}
    joined = join(_logs(conn, keep), _logs(conn, other), stages, sides)
    of_one = [name for name, one in chosen.items() if one == other]
    lost = own_over(conn, DEAL, keep, other, merged, of_one)
    lost += absorb(
        conn, "deal", keep, other, merged, leave=("stay", "terms"), alike={"milestone": "key"}
    )
    _write_logs(conn, keep, other, joined)
    rows.delete(conn, "deal", other)
    # The one before it, where it came from: of a turn of the cycle too.
    changes, lines = settle(
        (*_PLAIN, "previous_deal_id"),
        before,
        gone,
        of_one,
        merged,
        may_fill=lambda _name, _value: True,
        line=lambda name, value: _line(conn, name, value),
    )
    if "title" in changes:
        changes["search"] = search_key(changes["title"])
    withdrawal.end(conn, keep)
    cache = log.refresh(conn, keep)
    if cache.won_at is not None:
        # The right to withdraw belongs to the win that the log ends with.
        won = gone if joined.ends else before
        changes |= {name: won[name] for name in (*withdrawal.FIELDS, "withdrawal_sent_on")}
    if cache.status != "open":
        changes["snoozed_until"] = None
    lines += _other_terms(before, gone, cache, merged)
    whose = (other, gone["title"])
    changes["notes"] = (
        note_down([*lines, *lost], merged, whose, before["notes"], gone["notes"]) or None
    )
    rows.update(conn, "deal", keep, changes)
    withdrawal.refresh(conn, keep)
    restaging.restage(conn, {keep: restaging.EVER})
    for one in (before["contact_id"], gone["contact_id"]):
        people.keep_former(conn, {keep: one})
    for untold in joined.untold:
        _put_on_record(conn, keep, untold)
    merged.corrections += len(joined.untold)
    former(conn, "deal", keep, gone)
    merged.others.append(whose)


def _logs(conn: sqlite3.Connection, deal_id: int) -> Logs:
    return Logs(*log.read(conn, deal_id), recorded(conn, deal_id))


def _write_logs(conn: sqlite3.Connection, keep: int, other: int, joined: Joined) -> None:
    for table in ("stay", "terms"):
        conn.execute(f"DELETE FROM {table} WHERE deal_id IN (?, ?)", (keep, other))
    stays = [(keep, *stay, at, None, 0) for stay, at in joined.stays]
    bulk.insert(conn, "stay", log.STAY_COLUMNS, stays)
    terms = [log_book.terms_row(keep, held, at) for held, at in joined.terms]
    bulk.insert(conn, "terms", log.TERMS_COLUMNS, terms)


def _line(conn: sqlite3.Connection, name: str, value: Any) -> str:
    if name == "contact_id":
        title = DEAL.fields["contact"].title
        return f"{_(title)}: {_contact(conn, value)}"
    if name == "previous_deal_id":
        return f"{_(DEAL.fields[name].title)}: {value}"
    return said_of(conn, "deal", name, value)


def _other_terms(
    before: Mapping[str, Any], gone: Mapping[str, Any], cache: log_cache.Cache, merged: Merged
) -> list[str]:
    """The lines of what either deal said last of its value, probability and expected close, and the
    joined one does not; what it says that the deal itself did not say is filled in."""
    lines = []
    for name in _TERMS:
        now = getattr(cache, name)
        if before[name] is None and now is not None:
            merged.filled.append(name)
        for row in (before, gone):
            value, own = row[name], row["currency"]
            if value is None or (value == now and (name != "value" or own == cache.currency)):
                continue
            text = money_text(value, own) if name == "value" else value
            lines.append(f"{_(DEAL.fields[name].title)}: {text}")
    return lines


def _put_on_record(conn: sqlite3.Connection, deal_id: int, untold: Untold) -> None:
    """Keep what an entry said that the joined log does not tell."""
    for name, value in untold.said.items():
        if name == "currency":
            continue
        was: str | int = value
        if name == STAGE:
            (was,) = conn.execute("SELECT key FROM stage WHERE id = ?", (value,)).fetchone()
        elif name == "value":
            assert isinstance(value, int)
            was = typed(value, untold.currency)
        record(conn, untold.entry.at, untold.entry.what, name, was, None, deal_id=deal_id)
