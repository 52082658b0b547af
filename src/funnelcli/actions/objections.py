"""Objections: what spoke against it, whether it was meant, and what was said to it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache

from funnelcli.actions import standing
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _, pick
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.objection import OBJECTION
from funnelcli.plain import NamedTuple
from funnelcli.text import fold
from funnelcli.typed import Any
from funnelcli.values import dates, daytext


class Answer(NamedTuple):
    """A suggested answer. ``objection_id`` and ``deal`` are None for one of the starter set."""

    kind: str
    text: str
    objection_id: int | None = None
    deal: str | None = None
    times: int = 0
    """How often it resolved such an objection."""


def kind_of(conn: sqlite3.Connection, text: str) -> str:
    """The kind of objection that ``text`` is: a key, a name, or words a customer would use
    ("das ist mir zu teuer"). Raises Usage with the kinds that there are."""
    try:
        return naming.catalogue_key(conn, "objection", text)
    except Usage as unknown:
        said = f" {fold(text)} "
        found: list[tuple[int, int, str]] = []
        kinds = conn.execute(
            "SELECT position, key, words_en, words_de FROM catalogue"
            " WHERE kind = 'objection' AND hidden = 0"
        )
        for position, key, words_en, words_de in kinds:
            for word in json.loads(words_en) + json.loads(words_de):
                if f" {fold(word)} " in said:
                    found.append((-len(word), position, key))
        if not found:
            raise unknown
        return min(found)[2]


def _check_kind(conn: sqlite3.Connection, key: str) -> None:
    """Raises Usage for what is no key of the catalogue, hidden or not."""
    known = "SELECT 1 FROM catalogue WHERE kind = 'objection' AND key = ?"
    if conn.execute(known, (key,)).fetchone() is None:
        raise Usage(
            _("{option} cannot be {value}.").format(option=_("Objection"), value=key),
            _("Write one of: {keys}.").format(keys=naming.catalogue_names(conn, "objection")),
        )


def add(
    conn: sqlite3.Connection,
    deal_id: int,
    kind: str,
    at: int,
    *,
    wording: str | None = None,
    genuine: bool = True,
    answer: str | None = None,
    resolved: bool = False,
) -> int:
    """Record an objection at the stage the deal was in at ``at``; its id.

    ``kind`` is a key of the catalogue. Raises Usage for an instant to come, Refused for one
    before the deal was opened, Usage for another kind, NotFound for no deal.
    """
    standing.state(conn, deal_id)
    _check_kind(conn, kind)
    standing.check_opened(conn, deal_id, at)
    row: rows.Row = {
        "public_id": new_id(),
        "deal_id": deal_id,
        "stage_id": standing.stage_at(conn, deal_id, at),
        "kind": kind,
        "genuine": int(genuine),
        "wording": wording,
        "answer": answer,
        "raised_at": at,
        "raised_on": dates.local_date(at).isoformat(),
        "resolved_at": at if resolved else None,
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "objection", row)


def answer(
    conn: sqlite3.Connection,
    objection_id: int,
    at: int,
    text: str | None = None,
    *,
    resolved: bool | None = None,
) -> None:
    """Record what was said to an objection, and whether that resolved it (None: as before).

    Raises Refused for an instant before it was raised, NotFound.
    """
    row = conn.execute(
        "SELECT raised_at, resolved_at FROM objection WHERE id = ?", (objection_id,)
    ).fetchone()
    if row is None:
        raise naming.missing(OBJECTION, str(objection_id))
    raised_at, resolved_at = row
    if standing.check_instant(at) < raised_at:
        raise Refused(
            _("The objection was raised at {when}, after that.").format(
                when=daytext.moment(raised_at)
            ),
            _("Give a later time with --at."),
        )
    if resolved is not None:
        resolved_at = (resolved_at or at) if resolved else None
    conn.execute(
        "UPDATE objection SET answer = coalesce(?, answer), resolved_at = ? WHERE id = ?",
        (text, resolved_at, objection_id),
    )


def edit(
    conn: sqlite3.Connection, objection_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change kind, genuine or wording; the names of those that differ now. Raises Usage and
    NotFound as :func:`add` does."""
    before = rows.read(conn, "objection", ("kind", "genuine", "wording"), objection_id)
    if before is None:
        raise naming.missing(OBJECTION, str(objection_id))
    changed = {name: value for name, value in changes.items() if before[name] != value}
    if "kind" in changed:
        _check_kind(conn, str(changed["kind"]))
    rows.update(conn, "objection", objection_id, changed)
    return list(changed)


def remove(conn: sqlite3.Connection, objection_ids: Sequence[int]) -> None:
    """Remove objections. Raises NotFound when one of them does not exist."""
    for objection_id in objection_ids:
        if not rows.delete(conn, "objection", objection_id):
            raise naming.missing(OBJECTION, str(objection_id))


def in_words(conn: sqlite3.Connection, key: str, text: str) -> bool:
    """Whether ``text`` was a customer's words rather than the kind's key or name."""
    names = conn.execute(
        "SELECT key, name_en, name_de FROM catalogue WHERE kind = 'objection' AND key = ?", (key,)
    ).fetchone()
    return not any(fold(name).startswith(fold(text)) for name in names)


@cache
def _starter() -> dict[str, list[dict[str, Any]]]:
    import tomllib

    path = os.path.join(os.path.dirname(os.path.dirname(__file__)), "processes", "answers.toml")
    with open(path, "rb") as file:
        return tomllib.load(file)


def suggest(conn: sqlite3.Connection, kind: str) -> list[Answer]:
    """Answers to a kind of objection: the user's own that resolved one, the most often used and
    then the latest first, and after them those of the catalogue and the starter set, in the
    language spoken now."""
    own: dict[str, Answer] = {}
    resolving = conn.execute(
        "SELECT o.id, o.answer, d.title FROM objection AS o JOIN deal AS d ON d.id = o.deal_id"
        " WHERE o.kind = ? AND o.resolved_at IS NOT NULL AND o.answer IS NOT NULL"
        " ORDER BY o.resolved_at DESC, o.id DESC",
        (kind,),
    )
    for objection_id, text, title in resolving:
        key = fold(text)
        first = own.get(key) or Answer(kind, text, objection_id, title)
        own[key] = first._replace(times=first.times + 1)
    mine = sorted(own.values(), key=lambda found: -found.times)
    (stated,) = conn.execute(
        "SELECT answers FROM catalogue WHERE kind = 'objection' AND key = ?", (kind,)
    ).fetchone() or ("[]",)
    known = [*json.loads(stated), *_starter().get(kind, ())]
    texts = dict.fromkeys(pick(entry["en"], entry["de"]) for entry in known)
    return mine + [Answer(kind, text) for text in texts if fold(text) not in own]
