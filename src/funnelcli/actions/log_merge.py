"""The logs of two deals that are one sale, as one.

At any instant a deal is in exactly one stay, and so is the sale that both tell of: it stood where
the one that was further along says. Won is further than open, and open than lost, for a sale is
lost only when nobody works on it any more; of two open ones it is the one in the later stage, of
two lost ones the one that was lost last. What no row of the joined logs tells is handed back, so
that it can be kept on record. Both of the deals reached what the joined one reached, and no move is
in it that neither of them made, but for one from where the one stood to where the other stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from funnelcli.actions import log_cache
from funnelcli.actions.deals import way_forward
from funnelcli.actions.log_entries import Entry, entries
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

# How far along a deal is by its status.
_RANK = {"lost": 0, "open": 1, "won": 2}
STAGE = "stage"


class Logs(NamedTuple):
    """The two logs of a deal in the order of time, and when their rows were recorded."""

    stays: Sequence[log_cache.Stay]
    terms: Sequence[log_cache.Terms]
    recorded: Mapping[str, Sequence[int]]


class Untold(NamedTuple):
    """An entry of a deal's log that the joined one does not tell, and what it said of each field
    that it changed: of "stage" its id, of "value" minor units of ``currency``."""

    entry: Entry
    said: Mapping[str, str | int]
    currency: str


@dataclass(slots=True)
class Joined:
    """The logs that two deals make: rows with the instants at which they were recorded.

    ``untold`` is what they leave out, of both in the order of time; ``ends`` says which of the two
    (0 or 1) tells how the deal stands.
    """

    stays: list[tuple[log_cache.Stay, int]] = field(default_factory=list)
    terms: list[tuple[log_cache.Terms, int]] = field(default_factory=list)
    untold: list[Untold] = field(default_factory=list)
    ends: int = 0


class _Side:
    """One of the two deals, as its log has it up to an instant."""

    def __init__(self, logs: Logs, stages: log_cache.Stages) -> None:
        self.logs = logs
        self.entries = entries(logs.stays, logs.terms, stages)
        self.stay: int | None = None
        self.held = 0
        self.since = 0
        """The place of the terms with which the present status began."""

    @property
    def begun(self) -> bool:
        return self.stay is not None

    @property
    def stays_in(self) -> log_cache.Stay:
        assert self.stay is not None
        return self.logs.stays[self.stay]

    @property
    def terms(self) -> log_cache.Terms:
        return self.logs.terms[self.held]

    def take(self, entry: Entry) -> dict[str, str | int | None]:
        """Go on to an entry; what it changed, by field."""
        said: dict[str, str | int | None] = {}
        if entry.stay is not None:
            self.stay = entry.stay
            said[STAGE] = self.stays_in.stage_id
            said["reason"] = self.stays_in.reason
        if entry.terms is not None:
            before = self.terms if entry.terms else None
            self.held = entry.terms
            if before is None or before.status != self.terms.status:
                self.since = entry.terms
                if self.terms.status == "lost":
                    said |= {"reason": self.terms.reason, "note": self.terms.note}
            said |= {
                name: getattr(self.terms, name)
                for names in log_cache.TOGETHER[1:]
                for name in names
                if before is None
                or any(getattr(before, n) != getattr(self.terms, n) for n in names)
            }
        return said


def join(keep: Logs, other: Logs, stages: log_cache.Stages, takes: Mapping[str, int]) -> Joined:
    """The logs of ``keep`` and ``other`` as those of one deal of a process with these stages.

    Where both say something and are equally far along, ``keep`` is believed, or the one (0 or 1)
    that ``takes`` names for a field: "stage" for where it stood, else a field of the terms, which
    is then believed throughout.
    """
    return _Joining(keep, other, stages, takes).joined


class _Joining:
    def __init__(
        self, keep: Logs, other: Logs, stages: log_cache.Stages, takes: Mapping[str, int]
    ) -> None:
        self.stages = stages
        self.takes = takes
        self.sides = (_Side(keep, stages), _Side(other, stages))
        self.joined = Joined()
        # Which side the last row of the stage log is from, and the entry that made it.
        self._from: tuple[int, Entry] | None = None
        told = sorted(
            (entry.at, side, entry)
            for side, deal in enumerate(self.sides)
            for entry in deal.entries
        )
        for _at, side, entry in told:
            self._take(side, entry)
        self.joined.ends = self._furthest()

    def _take(self, side: int, entry: Entry) -> None:
        deal = self.sides[side]
        said = deal.take(entry)
        lead = self._furthest()
        moved = self._stay(side, entry, self.sides[lead])
        terms = self._terms(side, entry, self.sides[lead])
        if entry.stay is not None and moved and lead == side:
            said.pop(STAGE, None)
            said.pop("reason", None)
        now = self.joined.terms[-1][0]
        if entry.terms is not None and terms and deal.terms.status == now.status:
            for name in ("reason", "note"):
                said.pop(name, None)
        untold = {
            name: value
            for name, value in said.items()
            if value is not None and (name == STAGE or getattr(now, name) != value)
        }
        if untold:
            self.joined.untold.append(Untold(entry, untold, deal.terms.currency))

    def _furthest(self) -> int:
        """Which of the two is further along."""
        return max((side for side in (0, 1) if self.sides[side].begun), key=self._along)

    def _along(self, side: int) -> tuple[Any, ...]:
        deal = self.sides[side]
        position, kind = self.stages[deal.stays_in.stage_id]
        status = deal.terms.status
        ended = deal.logs.terms[deal.since].valid_from if status == "lost" else 0
        taken = self.takes.get(STAGE) == side
        return _RANK[status], taken, ended, kind != "outside", position, side == 0

    def _stay(self, side: int, entry: Entry, lead: _Side) -> bool:
        """Let the stage log go on to where the one that leads stands; whether that is a move."""
        joined = self.joined
        stay = lead.stays_in
        again = False
        if joined.stays:
            before = joined.stays[-1][0]
            was = joined.terms[-1][0].status
            again = was != "open" and lead.terms.status == "open"
            if stay.stage_id == before.stage_id and not again:
                return False
            self._drop_passing(side, entry, stay, was, lead.terms.status)
        how, reason = "created", None
        if joined.stays:
            before = joined.stays[-1][0]
            how = self._how(before, stay.stage_id, again=again)
            reason = stay.reason if lead is self.sides[side] and entry.stay is not None else None
            if how in ("moved_back", "reopened"):
                reason = reason or _("merged")
            joined.stays[-1] = (before._replace(left_at=entry.at), joined.stays[-1][1])
        row = log_cache.Stay(stay.stage_id, entry.at, None, how, reason, stay.provenance)
        joined.stays.append((row, self._recorded(side, entry)))
        self._from = side, entry
        return True

    def _how(self, before: log_cache.Stay, stage_id: int, *, again: bool) -> str:
        if again:
            return "reopened"
        position = self.stages[before.stage_id][0]
        if self.stages[stage_id][0] < position:
            return "moved_back"
        return way_forward(position, self.stages, stage_id)

    def _drop_passing(
        self, side: int, entry: Entry, stay: log_cache.Stay, was: str, status: str
    ) -> None:
        """Take out a stay that the other deal's would end in the instant in which it began: the two
        began at once, and none of them moved."""
        joined = self.joined
        last = joined.stays[-1][0]
        assert self._from is not None
        if self._from[0] == side or last.entered_at != entry.at or not was == status == "open":
            return
        if self.stages[last.stage_id][0] > self.stages[stay.stage_id][0]:
            return
        if joined.stays[1:] and joined.stays[-2][0].stage_id == stay.stage_id:
            # Without it the deal would move to where it is: it went there and back.
            return
        joined.untold.append(Untold(self._from[1], {STAGE: last.stage_id}, ""))
        joined.stays.pop()

    def _terms(self, side: int, entry: Entry, lead: _Side) -> bool:
        """Let the terms log go on to what holds now; whether that is another thing."""
        joined = self.joined
        values: dict[str, Any] = {}
        for names in log_cache.TOGETHER[1:]:
            of = self._believed(names[0])
            values |= {name: getattr(of.terms, name) for name in names}
        status = lead.terms.status
        before = joined.terms[-1][0] if joined.terms else None
        own = self.sides[side].terms if entry.terms is not None else None
        why = own
        if before is None or before.status != status:
            # What began the status that holds now says why.
            why = lead.logs.terms[lead.since]
        row = log_cache.Terms(
            entry.at,
            None,
            status,
            reason=None if why is None else why.reason,
            note=None if why is None else why.note,
            provenance=(own or lead.terms).provenance,
            valid_on="" if own is None else own.valid_on,
            **values,
        )
        if before is not None:
            if log_cache.same_terms(row, before):
                return False
            if before.valid_from == entry.at and before.status == status and len(joined.stays) == 1:
                # Both began at once: nothing has changed.
                joined.terms.pop()
            else:
                joined.terms[-1] = (before._replace(valid_to=entry.at), joined.terms[-1][1])
        joined.terms.append((row, self._recorded(side, entry)))
        return True

    def _believed(self, name: str) -> _Side:
        """The one whose value of a field holds: the one that is named for it, else the further by
        status, else the first; where that has none, the other."""

        def order(side: int) -> tuple[bool, bool, int, bool]:
            deal = self.sides[side]
            said = getattr(deal.terms, name) is not None
            return said, self.takes.get(name) == side, _RANK[deal.terms.status], side == 0

        return self.sides[max((side for side in (0, 1) if self.sides[side].begun), key=order)]

    def _recorded(self, side: int, entry: Entry) -> int:
        recorded = self.sides[side].logs.recorded
        if entry.stay is not None:
            return recorded["stay"][entry.stay]
        assert entry.terms is not None
        return recorded["terms"][entry.terms]
