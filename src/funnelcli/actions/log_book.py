"""The two logs of a deal in memory: changed there, and written at once by
:func:`funnelcli.actions.log.write`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from funnelcli.actions.log_cache import (
    TOGETHER,
    Stages,
    Stay,
    Terms,
    same_terms,
    what_followed,
)
from funnelcli.errors import Refused
from funnelcli.i18n import N_, _, pick
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import dates, daytext


class Stood(NamedTuple):
    """A row of the stays: its id, None for one that is to be written, when it was recorded, and
    what it holds of those that follow it (:func:`what_followed`)."""

    id: int | None
    recorded_at: int
    stay: Stay
    followed: tuple[int | None, int] = (None, 0)

    def values(self, deal_id: int) -> Sequence[int | str | None]:
        """The values of STAY_COLUMNS."""
        return (deal_id, *self.stay, self.recorded_at, *self.followed)


class Held(NamedTuple):
    """A row of the terms: its id, None for one that is to be written, and when it was recorded."""

    id: int | None
    recorded_at: int
    terms: Terms

    def values(self, deal_id: int) -> Sequence[int | str | None]:
        """The values of TERMS_COLUMNS."""
        return terms_row(deal_id, self.terms, self.recorded_at)


def terms_row(deal_id: int, terms: Terms, now: int) -> tuple[int | str | None, ...]:
    """The values of ``log.TERMS_COLUMNS`` for terms that were recorded at ``now``."""
    if terms.valid_on:
        return (deal_id, *terms, now)
    return (deal_id, *terms._replace(valid_on=terms.day), now)


class Book:
    """Both logs of a deal in the order of time, with their rows. What is changed in it
    is written by :func:`funnelcli.actions.log.write`, of many deals at once.

    ``since`` is the earliest instant from which on the deal was in other stages than it was by the
    logs that were read, None where there is none.
    """

    __slots__ = ("_read", "deal_id", "held", "since", "stood")

    def __init__(
        self, deal_id: int, stood: Iterable[Stood] = (), held: Iterable[Held] = ()
    ) -> None:
        self.deal_id = deal_id
        self.stood = [*stood]
        self.held = [*held]
        self.since: int | None = None
        self._read = tuple(self.stood), tuple(self.held)

    @property
    def stays(self) -> list[Stay]:
        """The stays in the order of time."""
        return [row.stay for row in self.stood]

    @property
    def terms(self) -> list[Terms]:
        """The terms in the order of time."""
        return [row.terms for row in self.held]

    @property
    def read(self) -> tuple[Sequence[Stood], Sequence[Held]]:
        """The rows as they were read."""
        return self._read

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return (tuple(self.stood), tuple(self.held)) != self._read

    @property
    def broken(self) -> bool:
        """Whether the logs are not what they must be: each begins when the other does, goes on
        without gap or overlap, and has one end."""
        spans = [
            [(stay.entered_at, stay.left_at) for stay in self.stays],
            [(held.valid_from, held.valid_to) for held in self.terms],
        ]
        return (
            not all(spans)
            or spans[0][0][0] != spans[1][0][0]
            or any(
                end != following
                for some in spans
                for (_start, end), following in zip(
                    some, [*(start for start, _end in some[1:]), None], strict=True
                )
            )
        )

    @property
    def last_instant(self) -> int:
        """The instant of the latest entry."""
        return max(
            *(row.stay.entered_at for row in self.stood),
            *(row.terms.valid_from for row in self.held),
        )

    def follow(self, stages: Stages) -> bool:
        """Let the stays hold what followed them; whether one did not."""
        right = what_followed([row.stay.stage_id for row in self.stood], stages)
        stood = [
            row if row.followed == followed else row._replace(followed=followed)
            for row, followed in zip(self.stood, right, strict=True)
        ]
        stale = stood != self.stood
        self.stood = stood
        return stale

    def restay(self, stood: Iterable[Stood], since: int) -> None:
        """Let the deal have these stays, which are others from an instant on."""
        self.stood = [*stood]
        self.since = since if self.since is None else min(self.since, since)

    def move(
        self,
        conn: sqlite3.Connection,
        stage_id: int,
        at: int,
        how: str,
        reason: str | None = None,
        provenance: str = "live",
    ) -> None:
        """As :func:`funnelcli.actions.log.move`."""
        _after_moves(self.stays, at, conn)
        _after_status(self.terms, at)
        stood = [
            row
            if row.stay.left_at is not None
            else row._replace(stay=row.stay._replace(left_at=at))
            for row in self.stood
        ]
        stay = Stay(stage_id, at, None, how, reason, provenance)
        self.restay([*stood, Stood(None, dates.now(), stay)], at)

    def change(self, conn: sqlite3.Connection, at: int, **fields: Any) -> bool:
        """As :func:`funnelcli.actions.log.change`; whether anything differs."""
        terms = self.terms
        if at < terms[0].valid_from:
            raise _in_the_way(_STATUS["open"], terms[0].valid_from)
        index = max(place for place, held in enumerate(terms) if held.valid_from <= at)
        current = terms[index]
        other = fields.get("currency", current.currency)
        if other != current.currency and current.value is not None and "value" not in fields:
            from funnelcli.values.money import same_amount

            fields["value"] = same_amount(current.value, current.currency, other)
        ends: dict[str, int] = {}
        for names in TOGETHER:
            if fields.keys() & set(names):
                ends |= dict.fromkeys(names, _holds_until(terms, index, names, fields))
        quiet: dict[str, Any] = {"reason": None, "note": None, "provenance": "live", "valid_on": ""}
        given = {**quiet, **fields, "valid_from": at, "valid_to": current.valid_to}
        changed = current._replace(**given)
        if same_terms(changed, current):
            return False
        if changed.status != current.status:
            _after_moves(self.stays, at, conn)
        rest = [changed]
        for place in range(index + 1, len(terms)):
            taken = {name: getattr(changed, name) for name, end in ends.items() if place < end}
            held = terms[place]._replace(**taken)
            # What began earlier now begins no more here.
            if same_terms(held, rest[-1]):
                rest[-1] = rest[-1]._replace(valid_to=held.valid_to)
            else:
                rest.append(held)
        # What came later keeps the time it was recorded.
        recorded = {row.terms.valid_from: row.recorded_at for row in self.held[index + 1 :]}
        self.held = [
            *self.held[:index],
            self.held[index]._replace(terms=current._replace(valid_to=at)),
            Held(None, dates.now(), rest[0]),
            *(Held(None, recorded[held.valid_from], held) for held in rest[1:]),
        ]
        return True


def _after_moves(stays: Sequence[Stay], at: int, conn: sqlite3.Connection) -> None:
    """Raise Refused for an instant before the last move."""
    last = stays[-1]
    if at < last.entered_at:
        name = pick(
            *conn.execute(
                "SELECT name_en, name_de FROM stage WHERE id = ?", (last.stage_id,)
            ).fetchone()
        )
        raise _in_the_way(
            _("This deal came to {stage} on {when}, which is later."),
            last.entered_at,
            stage=name,
        )


def _after_status(terms: Sequence[Terms], at: int) -> None:
    """Raise Refused for an instant before the present status began."""
    began = len(terms) - 1
    while began and terms[began - 1].status == terms[began].status:
        began -= 1
    if at < terms[began].valid_from:
        raise _in_the_way(_STATUS[terms[began].status], terms[began].valid_from)


def _holds_until(
    terms: Sequence[Terms], index: int, names: Sequence[str], fields: Mapping[str, Any]
) -> int:
    """Up to which place what holds at an index goes on; Refused where it became something else
    then than ``fields`` say."""

    def at(place: int) -> list[Any]:
        return [getattr(terms[place], name) for name in names]

    wanted = [fields.get(name, held) for name, held in zip(names, at(index), strict=True)]
    for later in range(index + 1, len(terms)):
        if at(later) != at(index):
            if names == ("status",):
                raise _in_the_way(_STATUS[terms[later].status], terms[later].valid_from)
            if at(later) != wanted:
                raise _in_the_way(_FIELD[names[0]], terms[later].valid_from)
            return later
    return len(terms)


_STATUS = {
    "open": N_("This deal was opened on {when}, which is later."),
    "won": N_("This deal was won on {when}, which is later."),
    "lost": N_("This deal was lost on {when}, which is later."),
}
_FIELD = {
    "value": N_("The value of this deal was changed on {when}, which is later."),
    "probability": N_("The probability of this deal was changed on {when}, which is later."),
    "expected_close": N_("The expected close of this deal was changed on {when}, which is later."),
}


def _in_the_way(text: str, instant: int, **values: str) -> Refused:
    when = daytext.moment(instant, seconds=True)
    return Refused(
        _(text).format(when=when, **values),
        _("Give a time after it with --at, or take the later entry back with `funnel undo`."),
    )
