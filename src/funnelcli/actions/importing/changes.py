"""Changes of stage that a file dates, told into the two logs of their deal.

The logs keep their rules: they begin together, follow each other without a gap, and end as the deal
stands. What a person has recorded here stands, and so does what an earlier file has dated; what was
only estimated, or is as of an import, gives way.
"""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.actions import log_book, log_cache
from funnelcli.actions.importing.logs import Logs, logs_of, retell
from funnelcli.actions.importing.moments import BadRowError, Moment, stands_for_day
from funnelcli.actions.importing.undated import is_dated
from funnelcli.actions.importing.ways import Ways
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.values import dates

_OPEN = "open"
_AT_ONCE = 30


class Change(NamedTuple):
    """A change that a file dates: into ``stage``, or with None to a ``status`` alone. ``status`` is
    open, won or lost, "" where the stage leaves it as it was; ``before`` is the stage that the deal
    came from, where the file says it. ``line`` is the row's."""

    moment: Moment
    stage: int | None
    status: str
    before: int | None = None
    line: int = 0


class MisplacedError(BadRowError):
    """A change that cannot have been when its row says."""

    def __init__(self, reason: str, change: Change) -> None:
        super().__init__(reason)
        self.change = change


class _Told(NamedTuple):
    """A stay that is to be; ``reopened``: with it the deal was opened again."""

    stage: int
    at: int
    provenance: str
    reopened: bool = False


def change_of(
    ways: Ways, moment: Moment, way: tuple[int | None, str | None], line: int = 0
) -> Change:
    """The change that words of a file (:meth:`Ways.read`) are."""
    stage, status = way
    if stage is not None and status is None:
        status = _OPEN if ways.stages[stage][1] == "open" else ""
    elif stage is None and status == "won":
        stage = ways.won
    return Change(moment, stage, status or "", line=line)


def in_turn(changes: Sequence[Change], ways: Ways) -> list[Change]:
    """Changes in the order of time; those of one instant in the order of the stages."""

    def place(change: Change) -> tuple[int, int]:
        last = len(ways.stages) + 1
        position = last if change.stage is None else ways.stages[change.stage][0]
        return change.moment.at, position

    return sorted(changes, key=place)


def without(changes: Sequence[Change], misplaced: Change) -> list[Change]:
    """The changes without the one that cannot have been; none where that is on file already."""

    def meant(change: Change) -> tuple[object, ...]:
        return change.stage, change.status, change.moment.day, change.line

    rest = [one for one in changes if meant(one) != meant(misplaced)]
    return rest if len(rest) < len(changes) else []


def tell(
    book: log_book.Book,
    changes: Sequence[Change],
    ways: Ways,
    lost: tuple[str, str | None],
) -> tuple[bool, dict[Change, str]]:
    """Tell the logs of a deal on file its ``changes``, but for those that cannot have been when
    they say: whether anything was new, and why those were left out."""
    misplaced: dict[Change, str] = {}
    left = list(changes)
    if not left:
        return False, misplaced
    held = logs_of(book)
    while left:
        try:
            stays, terms = told(held, left, ways, lost)
        except MisplacedError as error:
            rest = without(left, error.change)
            misplaced |= {one: str(error) for one in left if one not in rest}
            left = rest
            continue
        new = (stays, terms) != (list(held.stays), list(held.terms))
        if new:
            retell(book, stays, terms)
        return new, misplaced
    return False, misplaced


def told(
    logs: Logs,
    changes: Sequence[Change],
    ways: Ways,
    lost: tuple[str, str | None],
) -> tuple[list[log_cache.Stay], list[log_cache.Terms]]:
    """The logs with the ``changes`` in them; ``lost`` are reason and note of a loss that only the
    changes know of. Without anything new they are as they were.

    Raises MisplacedError for a change before the opening, behind the close, or in the way of what
    was recorded here.
    """
    return _Telling(logs, changes, ways, lost).tell()


class _Telling:
    def __init__(
        self, logs: Logs, changes: Sequence[Change], ways: Ways, lost: tuple[str, str | None]
    ) -> None:
        self._logs = logs
        self._ways = ways
        self._lost = lost
        terms = logs.terms
        run = len(terms) - 1
        while run and terms[run - 1].status == terms[run].status:
            run -= 1
        self._run = run
        self._final = terms[-1].status
        self._opened = self._opening()
        self._closed: Moment | None = None
        if self._final != _OPEN:
            self._closed = _moment(terms[run].valid_from, terms[run].day)
        # A file's own repetitions are none, whatever else is known.
        told = self._spaced(sorted(changes, key=lambda one: one.moment.at))
        self._changes = self._spaced(self._with_known(told))

    def _opening(self) -> Moment:
        first = self._logs.terms[0]
        return _moment(first.valid_from, first.day)

    def _dated(self, place: int) -> bool:
        """Whether somebody, or a file, has said when a stay began."""
        stay, recorded = self._logs.stays[place], self._logs.recorded[place]
        if recorded is None:
            return stay.provenance == "imported"
        return is_dated(stay.provenance, stay.entered_at, recorded)

    def _with_known(self, changes: Sequence[Change]) -> list[Change]:
        """The changes, and what the logs have of dated ones already."""
        known: list[Change] = []
        stays, terms = self._logs.stays, self._logs.terms
        for place, stay in enumerate(stays):
            at_close = self._closed is not None and stay.entered_at == self._closed.at
            if place and self._dated(place) and not (at_close and stay.stage_id == self._ways.won):
                moment = _moment(stay.entered_at)
                known.append(change_of(self._ways, moment, self._ways.way_of(stay.stage_id)))
        for place, held in enumerate(terms[: self._run]):
            if place and held.status == "lost" != terms[place - 1].status:
                known.append(Change(_moment(held.valid_from, held.day), None, "lost"))
        new: list[Change] = []
        found: set[int] = set()
        for one in changes:
            places = [place for place, other in enumerate(known) if _same(one, other)]
            if not places:
                new.append(one)
                continue
            place = next((place for place in places if place not in found), places[-1])
            if place not in found:
                found.add(place)
                known[place] = known[place]._replace(before=one.before)
        self._check_live(new)
        return sorted(known + new, key=lambda one: one.moment.at)

    def _check_live(self, changes: Sequence[Change]) -> None:
        """Raise MisplacedError for a change before one that somebody has recorded here."""
        live = [stay.entered_at for stay in self._logs.stays[1:] if stay.provenance == "live"]
        for change in changes if live else ():
            if change.moment.at < live[-1]:
                day = dates.local_date(live[-1]).isoformat()
                raise MisplacedError(
                    _("{stage} on {day}, before what was recorded here on {recorded}").format(
                        stage=self._name(change), day=change.moment.day, recorded=day
                    ),
                    change,
                )

    def _spaced(self, changes: Sequence[Change]) -> list[Change]:
        """The changes without those that change nothing, each of one day a second behind the one
        before it."""
        found: list[Change] = []
        last: tuple[int | None, str] | None = None
        status = _OPEN
        for change in changes:
            if change.before == change.stage:
                change = change._replace(before=None)
            if change.stage is None and change.status == status:
                continue
            status = change.status or status
            here = change.stage, change.status
            if here == last:
                if found[-1].before is None:
                    found[-1] = found[-1]._replace(before=change.before)
                continue
            last = here
            moment = change.moment
            if found and moment.at <= found[-1].moment.at:
                moment = moment._replace(at=found[-1].moment.at + 1)
            found.append(change._replace(moment=moment))
        return found

    def tell(self) -> tuple[list[log_cache.Stay], list[log_cache.Terms]]:
        if not self._changes:
            return list(self._logs.stays), list(self._logs.terms)
        body = self._changes
        closing: list[Change] = []
        if self._closed is not None:
            cut = len(body)
            while cut and body[cut - 1].status in (self._final, ""):
                cut -= 1
            body, closing = body[:cut], body[cut:]
            # What leaves the status as it was belongs to it only behind the close.
            while closing and not closing[0].status and closing[0].moment.at < self._closed.at:
                body = [*body, closing.pop(0)]
        elif body[-1].status not in (_OPEN, ""):
            raise MisplacedError(
                _("closed on {closed}, but its deal is open: import the deals first").format(
                    closed=body[-1].moment.day
                ),
                body[-1],
            )
        out, statuses = self._begin(body[0] if body else None)
        for change in body:
            self._check_close(change)
            self._go(change, out, statuses)
        if self._closed is not None:
            self._close(closing, out, statuses)
        else:
            self._stand(out)
        return self._stays(out), self._terms(statuses)

    # The opening ------------------------------------------------------------------------------

    def _begin(self, first: Change | None) -> tuple[list[_Told], list[tuple[Moment, str]]]:
        """The first stay, and the first status, as of the opening."""
        own = self._logs.stays[0]
        if first is None:
            return (
                [_Told(own.stage_id, own.entered_at, own.provenance)],
                [(self._opened, _OPEN)],
            )
        opened, moment = self._opened, first.moment
        estimated = self._logs.terms[0].provenance == "estimated"
        if moment.at < opened.at:
            if not estimated and not (moment.day == opened.day and not opened.timed):
                if moment.day == opened.day and not moment.timed:
                    moment = moment._replace(at=opened.at)
                else:
                    raise MisplacedError(
                        _("{stage} on {day}, before the deal was opened on {opened}").format(
                            stage=self._name(first), day=moment.day, opened=opened.day
                        ),
                        first,
                    )
            self._opened = opened = moment if estimated else opened._replace(at=moment.at)
        at = opened.at
        known = own.provenance == "imported" and own.stage_id != first.stage and self._has_way()
        if own.provenance == "live" or (known and moment.at > at):
            stage, provenance = own.stage_id, own.provenance
        elif (
            first.stage is not None
            and first.status in (_OPEN, "")
            and (moment.at <= at or (moment.day == opened.day and first.before is None))
        ):
            # The day that a deal is opened, it comes to its first stage.
            stage, provenance = first.stage, "imported"
        elif first.before is not None:
            stage, provenance = first.before, "imported"
        else:
            stage = own.stage_id if first.stage is None else self._ways.before(first.stage)
            provenance = "estimated"
        return [_Told(stage, at, provenance)], [(opened, _OPEN)]

    def _has_way(self) -> bool:
        """Whether the deal has gone a way already, so that its first stage is not only the one in
        which a file has it now."""
        kinds = self._ways.stages
        return any(kinds[one.stage_id][1] == "open" for one in self._logs.stays[1:])

    # The way ----------------------------------------------------------------------------------

    def _go(self, change: Change, out: list[_Told], statuses: list[tuple[Moment, str]]) -> None:
        """Take one change."""
        before = statuses[-1][1]
        status = change.status or before
        reopened = status == _OPEN != before
        if change.stage is None and reopened:
            # It is opened again where it was.
            change = change._replace(stage=self._open_stage(out))
        moves = change.stage is not None and (change.stage != out[-1].stage or status != before)
        if status == before and not moves:
            return
        at = max(change.moment.at, _last(out, statuses) + 1)
        if status != before:
            statuses.append((change.moment._replace(at=at), status))
        if moves and change.stage is not None:
            out.append(_Told(change.stage, at, "imported", reopened))

    def _open_stage(self, out: Sequence[_Told]) -> int:
        """The open stage that the deal was in last."""
        kinds = self._ways.stages
        return next(
            (one.stage for one in reversed(out) if kinds[one.stage][1] == "open"), self._ways.first
        )

    def _check_close(self, change: Change) -> None:
        """Let a close of which only the day is known come behind a change of that day; raise
        MisplacedError for one behind the close."""
        closed = self._closed
        if closed is None or change.moment.at < closed.at:
            return
        if change.moment.day == closed.day and not (closed.timed and change.moment.timed):
            self._closed = closed._replace(at=change.moment.at + 1)
            return
        raise MisplacedError(
            _("{stage} on {day}, after the deal was closed on {closed}").format(
                stage=self._name(change), day=change.moment.day, closed=closed.day
            ),
            change,
        )

    def _close(
        self, closing: Sequence[Change], out: list[_Told], statuses: list[tuple[Moment, str]]
    ) -> None:
        """End as the deal was won or lost, with what came after a win."""
        closed = self._closed
        assert closed is not None
        stated = next((one.moment for one in closing if one.status), None)
        if stated is not None and stated.day == closed.day and not closed.timed and stated.timed:
            closed = stated
        if statuses[-1][1] == _OPEN:
            self._stand(out, before=closed.at)
        # What counts from its close was opened with it.
        at_once = len(out) == len(statuses) == 1 and closed.at == out[0].at
        at = closed.at if at_once else max(closed.at, _last(out, statuses) + 1)
        statuses.append((closed._replace(at=at), self._final))
        if self._final == "won":
            own = next((s for s in self._logs.stays if s.entered_at >= at), None)
            later = [one for one in closing if one.stage is not None and one.moment.at > at]
            kind = self._ways.stages[own.stage_id][1] if own is not None else ""
            stage = own.stage_id if own is not None and kind == "post" and not later else None
            out.append(_Told(stage or self._ways.won, at, "imported"))
            for change in later:
                if change.stage != out[-1].stage:
                    moment = max(change.moment.at, out[-1].at + 1)
                    out.append(_Told(change.stage or self._ways.won, moment, "imported"))
        last = self._logs.stays[-1]
        kind = self._ways.stages[last.stage_id][1]
        moved = len(self._logs.stays) > 1 and last.stage_id != out[-1].stage
        if moved and kind in ("post", "outside"):
            moment = max(last.entered_at, out[-1].at + 1)
            out.append(_Told(last.stage_id, moment, last.provenance))

    def _stand(self, out: list[_Told], before: int | None = None) -> None:
        """Let the deal be in the stage at the end in which it stands, where the changes end in
        another one; ``before`` is the instant of a close."""
        stays = self._logs.stays
        opens = [
            place
            for place, stay in enumerate(stays)
            if self._ways.stages[stay.stage_id][1] != "post"
            and stay.stage_id != self._ways.won
            and not self._ways.ends_in(stay.stage_id)
        ]
        if not opens:
            return
        place = opens[-1]
        stay = stays[place]
        stated = bool(place) or stay.provenance != "estimated" or before is None
        if not stated or stay.stage_id == out[-1].stage:
            return
        if place and self._dated(place):
            return
        if place == 0 and (stay.provenance == "live" or self._has_way()):
            return
        if before is None:
            recorded = self._logs.recorded[place]
            at = dates.now() if recorded is None else max(stay.entered_at, recorded)
            if place == 0 or at > out[-1].at:
                out.append(_Told(stay.stage_id, max(at, out[-1].at + 1), "imported"))
        elif stay.stage_id not in [one.stage for one in out] and out[-1].at + 1 < before:
            out.append(_Told(stay.stage_id, out[-1].at + 1, "estimated"))

    # The logs ---------------------------------------------------------------------------------

    def _stays(self, out: Sequence[_Told]) -> list[log_cache.Stay]:
        own = {(stay.stage_id, stay.entered_at): stay for stay in self._logs.stays}
        ends = [one.at for one in out[1:]]
        stays: list[log_cache.Stay] = []
        before: _Told | None = None
        for one, left in zip(out, (*ends, None), strict=True):
            if before is None:
                how = "created"
            elif one.reopened:
                how = "reopened"
            else:
                how = self._ways.how_moved(before.stage, one.stage)
            known = own.get((one.stage, one.at))
            reason = known.reason if known is not None else None
            provenance = one.provenance
            if known is not None and known.provenance == "live":
                how, provenance = known.how, known.provenance
            stays.append(log_cache.Stay(one.stage, one.at, left, how, reason, provenance))
            before = one
        return stays

    def _terms(self, statuses: Sequence[tuple[Moment, str]]) -> list[log_cache.Terms]:
        terms = list(self._logs.terms)
        terms[0] = terms[0]._replace(valid_from=self._opened.at, valid_on=self._opened.day)
        if self._opening().at != self._opened.at and terms[0].provenance == "estimated":
            terms[0] = terms[0]._replace(provenance="imported")
        if self._closed is not None:
            moment = statuses[-1][0]
            terms[self._run] = terms[self._run]._replace(valid_from=moment.at, valid_on=moment.day)
        known = {held.valid_from: held for held in terms}
        days = {moment.at: moment.day for moment, _status in statuses}
        made: list[log_cache.Terms] = []
        for at in sorted(known.keys() | days.keys()):
            status = [status for moment, status in statuses if moment.at <= at][-1]
            held = known.get(at)
            if held is None:
                base = [one for one in terms if one.valid_from <= at][-1]
                held = base._replace(
                    valid_from=at, valid_on=days[at], provenance="imported", reason=None, note=None
                )
            if status != held.status:
                held = held._replace(status=status, reason=None, note=None)
                if status == "lost":
                    held = held._replace(reason=self._lost[0], note=self._lost[1])
            if status != _OPEN:
                held = held._replace(probability=None)
            made.append(held)
        ends = [held.valid_from for held in made[1:]]
        return [held._replace(valid_to=end) for held, end in zip(made, (*ends, None), strict=True)]

    def _name(self, change: Change) -> str:
        if change.stage is None:
            return _("lost")
        return self._ways.name_of(change.stage)


def _last(out: Sequence[_Told], statuses: Sequence[tuple[Moment, str]]) -> int:
    """The instant of the last of the entries so far."""
    return max(out[-1].at, statuses[-1][0].at)


def _moment(at: int, day: str = "") -> Moment:
    day = day or dates.local_date(at).isoformat()
    return Moment(at, day, not stands_for_day(at))


def _same(change: Change, known: Change) -> bool:
    """Whether a change is one that the logs have already: at the same instant, or on the same day
    where the time of day of one of them is not known."""
    reopened = change.stage is None and change.status == _OPEN
    if change.status != known.status or (change.stage != known.stage and not reopened):
        return False
    one, other = change.moment, known.moment
    # What happened at one instant stands a second apart.
    at_once = 0 <= other.at - one.at < _AT_ONCE
    return at_once or (one.day == other.day and not (one.timed and other.timed))
