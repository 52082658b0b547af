"""In which order the visits of a day are driven with the least way.

Visits with a time stay at it, in its order; each other one is fitted between two of them, before
the first or behind the last, wherever the detour is least and the time suffices. Behind the last
it always does, but no more goes there than is over by the end of the day, if that can be. Up to
:data:`EXACT` visits the order is the best there is; above that it is a good one.

Times are seconds of the day, ways seconds of driving, the same there and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from funnelcli.plain import NamedTuple

EXACT = 12
"""Up to so many visits the best order is found."""
_NEVER = 1 << 60
# A second past the end of the day counts for more than any detour.
_PAST_END = 10**6
# So many visits are taken out and put back, all rounds together.
_ROUNDS = 1500
_RUN = 3


class Visit(NamedTuple):
    """When it begins, None where that is open, and how long it takes."""

    starts: int | None
    lasts: int


class Day(NamedTuple):
    """The visits and the ways between them; those from where the day begins and to where it ends
    are 0 where that is nowhere. ``leaves`` is when one sets out, ``ends`` when one wants to be
    back."""

    visits: Sequence[Visit]
    ways: Sequence[Sequence[int]]
    first: Sequence[int]
    last: Sequence[int]
    leaves: int
    ends: int

    def driven(self, order: Sequence[int]) -> int:
        """The seconds on the road in this order."""
        if not order:
            return 0
        between = sum(self.ways[a][b] for a, b in pairwise(order))
        return self.first[order[0]] + between + self.last[order[-1]]


class _Gap(NamedTuple):
    """The time between two visits that have one, before the first of them or behind the last: the
    ways from its beginning and to its end, that between these, how long it is, and whether it may
    take longer."""

    first: Sequence[int]
    last: Sequence[int]
    direct: int
    seconds: int
    open: bool

    def price(self, way: int, lasts: int) -> int:
        """What visits cost in it that need this way and take so long."""
        over = way + lasts - self.seconds
        if over <= 0:
            return way
        return way + over * _PAST_END if self.open else _NEVER


def order(day: Day) -> list[int]:
    """The visits, by their number in ``day``, in the order they are driven."""
    fixed = _fixed(day)
    free = [number for number, visit in enumerate(day.visits) if visit.starts is None]
    gaps = _gaps(day, fixed)
    paths = _best(day, gaps, free) if len(day.visits) <= EXACT else _good(day, gaps, free)
    found: list[int] = []
    for number, path in enumerate(paths):
        found += path
        found += fixed[number : number + 1]
    return found


def _fixed(day: Day) -> list[int]:
    timed = [
        (visit.starts, number)
        for number, visit in enumerate(day.visits)
        if visit.starts is not None
    ]
    return [number for _starts, number in sorted(timed)]


def _gaps(day: Day, fixed: Sequence[int]) -> list[_Gap]:
    gaps = []
    first, at = day.first, day.leaves
    for place, number in enumerate(fixed):
        visit = day.visits[number]
        assert visit.starts is not None
        gaps.append(_Gap(first, day.ways[number], first[number], visit.starts - at, False))
        # To the first one leaves in time; who is late at another one gets on the later.
        begins = max(visit.starts, at + first[number]) if place else visit.starts
        first, at = day.ways[number], begins + visit.lasts
    gaps.append(_Gap(first, day.last, day.last[fixed[-1]] if fixed else 0, day.ends - at, True))
    return gaps


# ------------------------------------------------------------------------------- the best order


def _best(day: Day, gaps: Sequence[_Gap], free: Sequence[int]) -> list[list[int]]:
    """Which of the free visits go into which gap, in which order.

    Held and Karp's way through each subset of them, gap by gap; then the cheapest division of all
    of them among the gaps. Nothing in a gap always goes: an appointment stays where it is.
    """
    full = (1 << len(free)) - 1
    lasts = [0] * (full + 1)
    for subset in range(1, full + 1):
        low = subset & -subset
        lasts[subset] = lasts[subset ^ low] + day.visits[free[low.bit_length() - 1]].lasts
    tables = [_ways(day, gap, free) for gap in gaps]
    costs = [_costs(gap, free, table, lasts) for gap, table in zip(gaps, tables, strict=True)]
    # By how many gaps are filled: the least way that visits a subset in them, and what of it
    # the last of them takes.
    least, taken = costs[0], [list(range(full + 1))]
    for number, cost in enumerate(costs[1:], 1):
        wanted = range(full + 1) if number < len(costs) - 1 else (full,)
        sums, parts = [_NEVER] * (full + 1), [0] * (full + 1)
        for subset in wanted:
            part = subset
            while True:
                total = cost[part] + least[subset ^ part]
                if total < sums[subset]:
                    sums[subset], parts[subset] = total, part
                if not part:
                    break
                part = (part - 1) & subset
        least = sums
        taken.append(parts)
    paths, left = [], full
    for gap, table, parts in zip(gaps[::-1], tables[::-1], taken[::-1], strict=True):
        paths.append(_path(day, gap, free, table, parts[left]))
        left ^= parts[left]
    return paths[::-1]


def _ways(day: Day, gap: _Gap, free: Sequence[int]) -> list[list[int]]:
    """By subset and the one of it that is visited last: the least way there from where the gap
    begins."""
    count = len(free)
    between = [[day.ways[a][b] for b in free] for a in free]
    table = [[_NEVER] * count for _ in range(1 << count)]
    for number, visit in enumerate(free):
        table[1 << number][number] = gap.first[visit]
    for subset in range(1, 1 << count):
        row = table[subset]
        outside = [number for number in range(count) if not subset >> number & 1]
        for last, way in enumerate(row):
            if way < _NEVER:
                onward = between[last]
                for number in outside:
                    there = table[subset | 1 << number]
                    if way + onward[number] < there[number]:
                        there[number] = way + onward[number]
    return table


def _costs(
    gap: _Gap, free: Sequence[int], table: Sequence[Sequence[int]], lasts: Sequence[int]
) -> list[int]:
    """What the least way through each subset of the free visits costs within a gap."""
    homeward = [gap.last[visit] for visit in free]
    costs = [gap.direct]
    for subset in range(1, len(table)):
        way = min(map(int.__add__, table[subset], homeward))
        costs.append(gap.price(way, lasts[subset]))
    return costs


def _path(
    day: Day, gap: _Gap, free: Sequence[int], table: Sequence[Sequence[int]], subset: int
) -> list[int]:
    path: list[int] = []
    onward: Sequence[int] = gap.last
    while subset:
        last = min(
            (number for number in range(len(free)) if subset >> number & 1),
            key=lambda number: table[subset][number] + onward[free[number]],
        )
        path.append(free[last])
        onward = day.ways[free[last]]
        subset ^= 1 << last
    return path[::-1]


# -------------------------------------------------------------------------------- a good order


def _good(day: Day, gaps: Sequence[_Gap], free: Sequence[int]) -> list[list[int]]:
    """The same for more visits: each is put where the detour is least, then single ones and runs
    of up to three are moved and stretches turned round while that makes the day cheaper; then,
    some rounds long, a few are taken out and put back, for better or worse, and the best that was
    met is it. By chance, but always the same chance."""
    from random import Random

    dice = Random(0)  # noqa: S311
    best = now = _Paths(day, gaps)
    best.put(free)
    best.improve()
    for _round in range(max(5, _ROUNDS // max(1, len(free)))):
        tried = now.copy()
        out = dice.sample(list(free), min(len(free), dice.randint(2, 6)))
        tried.take_out(out)
        for together in [out] if dice.random() < 0.5 else [[visit] for visit in out]:
            tried.put(together)
        tried.improve()
        now = tried
        if now.cost() < best.cost():
            best = now
    return best.paths


class _Paths:
    """What stands in each gap."""

    def __init__(self, day: Day, gaps: Sequence[_Gap]) -> None:
        self.day = day
        self.gaps = gaps
        self.paths: list[list[int]] = [[] for _ in gaps]

    def copy(self) -> _Paths:
        made = _Paths(self.day, self.gaps)
        made.paths = [list(path) for path in self.paths]
        return made

    def way(self, number: int) -> int:
        """The seconds on the road in a gap."""
        gap, path, ways = self.gaps[number], self.paths[number], self.day.ways
        if not path:
            return gap.direct
        between = sum(ways[a][b] for a, b in pairwise(path))
        return gap.first[path[0]] + between + gap.last[path[-1]]

    def lasts(self, run: Sequence[int]) -> int:
        return sum(self.day.visits[visit].lasts for visit in run)

    def price(self, number: int) -> int:
        """What a gap costs. Nothing in it is always possible."""
        path, way = self.paths[number], self.way(number)
        return self.gaps[number].price(way, self.lasts(path)) if path else way

    def cost(self) -> int:
        """What all of them cost."""
        return sum(self.price(number) for number in range(len(self.paths)))

    def detour(self, number: int, at: int, run: Sequence[int]) -> int:
        """How much longer the way gets with a run at this place of a gap's path, the way within
        the run left out."""
        gap, path, ways = self.gaps[number], self.paths[number], self.day.ways
        before = ways[path[at - 1]] if at else gap.first
        behind = ways[path[at]] if at < len(path) else gap.last
        if at and at < len(path):
            now = before[path[at]]
        elif at:
            now = gap.last[path[-1]]
        else:
            now = gap.first[path[0]] if path else gap.direct
        return before[run[0]] + behind[run[-1]] - now

    def take_out(self, visits: Sequence[int]) -> None:
        self.paths = [[visit for visit in path if visit not in visits] for path in self.paths]

    def put(self, visits: Sequence[int]) -> None:
        """Put each where it costs least, the one that does so most first."""
        left = list(visits)
        while left:
            _price, visit, number, at = min(
                (found[0], visit, *found[1:]) for visit in left for found in [self._place([visit])]
            )
            self.paths[number].insert(at, visit)
            left.remove(visit)

    def _place(self, run: Sequence[int]) -> tuple[int, int, int]:
        """By how much a run makes the day dearer where it does so least, and that place."""
        within = sum(self.day.ways[a][b] for a, b in pairwise(run))
        more = self.lasts(run)
        found = []
        for number, gap in enumerate(self.gaps):
            path = self.paths[number]
            way, lasts, price = self.way(number), self.lasts(path), self.price(number)
            detour, at = min((self.detour(number, at, run), at) for at in range(len(path) + 1))
            found.append((gap.price(way + detour + within, lasts + more) - price, number, at))
        return min(found)

    def improve(self) -> None:
        """Move and turn while that makes the day cheaper."""
        while self._turned() or self._moved():
            pass

    def _turned(self) -> bool:
        """Whether a stretch of a path is better driven the other way round."""
        ways, found = self.day.ways, False
        for number, path in enumerate(self.paths):
            gap = self.gaps[number]
            for start in range(len(path) - 1):
                before = ways[path[start - 1]] if start else gap.first
                for end in range(start + 2, len(path) + 1):
                    behind = ways[path[end]] if end < len(path) else gap.last
                    now = before[path[start]] + behind[path[end - 1]]
                    if before[path[end - 1]] + behind[path[start]] < now:
                        path[start:end] = path[start:end][::-1]
                        found = True
        return found

    def _moved(self) -> bool:
        """Whether a run of a path has a better place, in which direction soever."""
        for number in range(len(self.paths)):
            for start in range(len(self.paths[number])):
                for end in range(start + 1, min(start + _RUN, len(self.paths[number])) + 1):
                    if self._moved_run(number, start, end):
                        return True
        return False

    def _moved_run(self, number: int, start: int, end: int) -> bool:
        whole, before = self.paths[number], self.price(number)
        run = whole[start:end]
        self.paths[number] = whole[:start] + whole[end:]
        saved = before - self.price(number)
        for turned in (run, run[::-1]):
            price, other, at = self._place(turned)
            if price < saved:
                self.paths[other][at:at] = turned
                return True
        self.paths[number] = whole
        return False
