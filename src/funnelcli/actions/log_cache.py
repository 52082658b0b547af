"""What follows from the two logs of a deal: what its row holds of them.

Pure: the stays and the terms in the order of time, and the stages of the process, say it all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelcli.plain import NamedTuple
from funnelcli.values import dates

WITHDRAWN = "withdrawn"


class Stay(NamedTuple):
    """A stay in a stage; instants in UTC seconds, ``left_at`` None while it lasts."""

    stage_id: int
    entered_at: int
    left_at: int | None
    how: str
    reason: str | None = None
    provenance: str = "live"


class Terms(NamedTuple):
    """What holds of a deal for a while; ``value`` in minor units of ``currency``."""

    valid_from: int
    valid_to: int | None
    status: str
    value: int | None
    currency: str
    probability: int | None = None
    expected_close: str | None = None
    reason: str | None = None
    note: str | None = None
    provenance: str = "live"
    valid_on: str = ""
    """The day of ``valid_from`` in the user's zone; filled in when the row is written."""

    @property
    def day(self) -> str:
        """The day these terms began, in the user's zone."""
        return self.valid_on or dates.local_date(self.valid_from).isoformat()


class Cache(NamedTuple):
    """What a deal's row holds of its logs. The _on dates are in the user's zone."""

    opened_at: int
    opened_on: str
    stage_id: int
    stage_since: int
    furthest_stage_id: int
    in_order_stage_id: int | None
    status: str
    value: int | None
    currency: str
    probability: int | None
    expected_close: str | None
    won_at: int | None
    won_on: str | None
    closed_at: int | None
    closed_on: str | None
    lost_reason: str | None
    lost_note: str | None


class Along(NamedTuple):
    """What follows from the stages that a deal stayed in, whenever that was: the furthest, the
    furthest in order, and of each stay what followed it (:func:`along`)."""

    furthest: int
    in_order: int | None
    followed: Sequence[tuple[int | None, int]]


# id of a stage -> (its position, its kind)
Stages = Mapping[int, tuple[int, str]]
# What is said together: an amount without its currency is none.
TOGETHER = (("status",), ("value", "currency"), ("probability",), ("expected_close",))


def along(been: Sequence[int], stages: Stages) -> Along:
    """What follows from the stages that a deal stayed in, one after the other.

    The furthest is the one with the highest position, stages of the kind outside left out; the
    one in order is the furthest up to which it stayed in every stage, one after the other, None
    without the first.
    """
    steps = [stage for stage in been if stages[stage][1] != "outside"]
    furthest = max(steps, key=lambda stage: stages[stage][0]) if steps else been[-1]
    return Along(furthest, in_order(steps, stages), what_followed(been, stages))


def derive(
    stays: Sequence[Stay], terms: Sequence[Terms], stages: Stages, way: Along | None = None
) -> Cache:
    """The cache that follows from the logs, both in the order of time; ``way`` is what
    :func:`along` makes of the stays, where that is known.

    The close is where the present run of won or lost began, so a later edit of a closed deal
    never moves it. A withdrawn win keeps the date it was won on.
    """
    if way is None:
        way = along([stay.stage_id for stay in stays], stages)
    first, last, stay = terms[0], terms[-1], stays[-1]
    status = last.status
    run = len(terms) - 1
    while run and terms[run - 1].status == status:
        run -= 1
    began = terms[run]
    won = None
    if status == "won":
        won = began
    elif status == "lost" and run and terms[run - 1].status == "won":
        before = run - 1
        while before and terms[before - 1].status == "won":
            before -= 1
        won = terms[before]
    closed = None if status == "open" else began
    lost = status == "lost"
    # By their places, past the call of the class: an import does it once a row, and names cost as
    # much as all else here.
    cache = (
        stays[0].entered_at,
        first.valid_on or first.day,
        stay.stage_id,
        stay.entered_at,
        way.furthest,
        way.in_order,
        status,
        last.value,
        last.currency,
        last.probability,
        last.expected_close,
        None if won is None else won.valid_from,
        None if won is None else won.valid_on or won.day,
        None if closed is None else closed.valid_from,
        None if closed is None else closed.valid_on or closed.day,
        began.reason if lost else None,
        began.note if lost else None,
    )
    return tuple.__new__(Cache, cache)


def in_order(steps: Sequence[int], stages: Stages) -> int | None:
    """The last stage of the longest run from the first stage on that ``steps`` goes through in
    order, whatever lies between; None when the first stage is not among them."""
    if not steps:
        return None
    way = sorted((place, stage) for stage, (place, kind) in stages.items() if kind != "outside")
    done = 0
    for stage in steps:
        if done < len(way) and stage == way[done][1]:
            done += 1
    return way[done - 1][1] if done else None


def what_followed(been: Sequence[int], stages: Stages) -> list[tuple[int | None, int]]:
    """What each stay's row holds of those that follow it, for the reports: the stage of the next
    stay (None when there is none) and whether the deal came to this stage again (1 or 0). Stays
    in stages of the kind outside are no step and do not count. ``been`` are the stays' stages."""
    following: int | None = None
    seen: set[int] = set()
    found: list[tuple[int | None, int]] = []
    for stage in reversed(been):
        found.append((following, int(stage in seen)))
        seen.add(stage)
        if stages[stage][1] != "outside":
            following = stage
    return found[::-1]


def same_terms(one: Terms, other: Terms) -> bool:
    """Whether the same holds by both, whatever is said of why and since when."""
    names = [name for together in TOGETHER for name in together]
    return all(getattr(one, name) == getattr(other, name) for name in names)
