"""A process made of the stages of a file, in their order: as columns of an order say it, else the
days on which deals came to them, else their probabilities, else as they first appear."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations

from funnelcli.actions.importing import entered
from funnelcli.actions.importing.fields import Plan, Read, known_as
from funnelcli.actions.importing.keys import column_at
from funnelcli.actions.importing.ways import SKIP, SKIP_WORDS, folded, status_of
from funnelcli.errors import Usage
from funnelcli.formats.columns import CellError, DateColumn, DateFormat
from funnelcli.formats.table import Row, Table
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.processes.reading import Process, Stage
from funnelcli.text import numbered, slug
from funnelcli.values.choosing import plain
from funnelcli.values.numbers import whole_percent

# More different texts are no stages.
MOST = 40
# What columns are called that number the stages.
_ORDERS = frozenset(
    (
        *("stage order", "stage sort order", "sort order", "stage position", "stage number"),
        *("display order", "stage display order", "stage order nr", "stage no", "stage nr"),
        *("stage sequence", "stage index", "phase nr", "phase nummer", "phasennummer"),
        *("phase reihenfolge", "reihenfolge", "phase position", "order nr", "deal stage order"),
    )
)
_NUMBER = regex(r"\s*\(?(\d{1,3})(?:\.(?!\d)|\)|\s*[-–:·]|\s)\s*\S")
_WON, _LOST = _CLOSES = ("won", "lost")


def _ident(text: str) -> str:
    """What a text is known by: "appointmentscheduled" is "Appointment Scheduled"."""
    return re.sub(r"[\W_]", "", folded(text))


@dataclass(slots=True)
class _Seen:
    """What files say of one stage; ``texts`` are all that it is written as."""

    texts: list[str] = field(default_factory=list)
    rows: int = 0
    numbers: list[float] = field(default_factory=list)
    chances: list[int] = field(default_factory=list)

    def mean(self, values: Sequence[float]) -> float | None:
        """Their mean, None of none."""
        return sum(values) / len(values) if values else None


@dataclass(frozen=True, slots=True)
class Made:
    """A process to be put into the database. ``maps`` are TEXT=STAGE for texts that are not
    called as their stage is; ``won`` and ``lost`` are texts that mean so."""

    process: Process
    maps: list[str]
    won: list[str]
    lost: list[str]

    @property
    def stages(self) -> list[str]:
        """The names of its open stages."""
        return [one.name_en for one in self.process.stages if one.kind == "open"]


class Stages:
    """Gathers what files say of stages. ``maps`` are the user's TEXT=STAGE."""

    def __init__(self, maps: Sequence[str] = ()) -> None:
        self._seen: dict[str, _Seen] = {}
        self._later: Counter[tuple[str, str]] = Counter()
        self._targets: dict[str, str] = {}
        for text in maps:
            words, equals, target = text.rpartition("=")
            if equals and words.strip() and target.strip():
                self._targets[_ident(words)] = target.strip()

    def knows(self, text: str) -> bool:
        """Whether a text is one of the stages, or a word for a close."""
        return _ident(text) in self._seen or status_of(text) in _CLOSES

    def take_deals(self, table: Table, planned: Plan, date_format: str | None = None) -> None:
        """Take the stages of a file of deals into account. Raises Usage where it says none."""
        read = planned.reads.get("stage") or planned.reads.get("status")
        if read is None:
            raise Usage(
                _("No column of {name} says the stages of its deals.").format(name=table.name),
                _('Say which: --map stage="{column}"').format(column=table.header[0]),
            )
        order = next(
            (column_at(at) for at, name in enumerate(table.header) if known_as(name) in _ORDERS),
            None,
        )
        chance = planned.reads.get("probability")
        status = planned.reads.get("status")
        for row in _sound(table):
            text = " ".join(read(row.cells).split())
            said = status_of(status(row.cells).strip()) if status is not None else None
            if not text or (read is status and said == "open"):
                continue
            seen = self._of(text)
            seen.rows += 1
            if match := _NUMBER.match(text):
                seen.numbers.append(float(match[1]))
            number = _number(order(row.cells)) if order is not None else None
            if number is not None:
                seen.numbers = [number]
            percent = whole_percent(chance(row.cells)) if chance is not None else None
            if percent is not None and (said not in _CLOSES or status_of(text) in _CLOSES):
                seen.chances.append(percent)
        # Which columns are dates of stages is told by the stages that there are.
        entered.take(planned, self)
        for stage, _column, _read in planned.entered:
            self._of(stage)
        reads = [(_ident(stage), one) for stage, _column, one in planned.entered]
        moments = _Moments(table, "entered", date_format, [one for _stage, one in reads])
        for row in _sound(table) if reads else ():
            self._in_turn([(moments.of(one(row.cells)), stage) for stage, one in reads])

    def take_history(self, table: Table, planned: Plan, date_format: str | None = None) -> None:
        """Take the changes of stage of a file into account."""
        reads = planned.reads
        deal = reads.get("deal_key") or reads["deal"]
        moments = _Moments(table, "at", date_format, [reads["at"]])
        ways: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in _sound(table):
            for name in ("before", "stage"):
                text = " ".join(reads[name](row.cells).split()) if name in reads else ""
                if text:
                    self._of(text).rows += 1
            at = moments.of(reads["at"](row.cells))
            ways[deal(row.cells)].append((at, _ident(reads["stage"](row.cells))))
        for days in ways.values():
            self._in_turn(days)

    def _of(self, text: str) -> _Seen:
        seen = self._seen.setdefault(_ident(text), _Seen())
        if text not in seen.texts:
            seen.texts.append(text)
        if len(self._seen) > MOST:
            raise Usage(
                _("More than {n} different texts are no stages.").format(n=MOST),
                _("Say which column has them: --map stage=COLUMN"),
            )
        return seen

    def _in_turn(self, found: list[tuple[str, str]]) -> None:
        """Count which stage came before which, by (moment, stage)."""
        for earlier, later in combinations(sorted(one for one in found if one[0]), 2):
            if earlier[0] != later[0]:
                self._later[earlier[1], later[1]] += 1

    def process(self, conn: sqlite3.Connection, name: str) -> Made:
        """The process of that name. Raises Usage where the name is taken, or nothing is a stage."""
        key = _free_key(conn, name)
        won: list[str] = []
        lost: list[str] = []
        maps: list[str] = []
        groups: dict[str, str] = {}
        for ident, seen in self._seen.items():
            target = self._targets.get(ident)
            said = self._status(ident, seen)
            if target is not None and plain(target) in SKIP_WORDS:
                maps += [f"{text}={SKIP}" for text in seen.texts]
                continue
            if said is not None:
                (won if said == _WON else lost).extend(seen.texts)
            elif target is not None:
                # What the user calls it; the stage stands where the first of its texts does.
                groups.setdefault(_ident(target), target)
                maps += [f"{text}={target}" for text in seen.texts]
            else:
                groups.setdefault(ident, seen.texts[0])
                maps += [f"{text}={seen.texts[0]}" for text in seen.texts[1:]]
        if not groups:
            raise Usage(
                _("Nothing in the file is a stage of an open deal."),
                _("Import it into a process that there is: --process PROCESS"),
            )
        order = self._ordered([*groups])
        keys = _Keys()
        stages = [
            self._stage(keys.of(groups[ident]), groups[ident], ident, place, len(order))
            for place, ident in enumerate(order)
        ]
        named = [keys.of(groups[ident]) for ident in order]
        by_name = dict(zip((groups[ident] for ident in order), named, strict=True))
        maps = [_to_key(text, by_name) for text in maps]
        stages.append(_won_stage(keys, won))
        closes = [(text, _WON) for text in won] + [(text, _LOST) for text in lost]
        maps += [f"{text}={said}" for text, said in closes if status_of(text) != said]
        return Made(Process(key, name, name, "", "", None, stages), maps, won, lost)

    def _status(self, ident: str, seen: _Seen) -> str | None:
        """Won or lost, where the user, the words, or the probability of all rows say so."""
        target = self._targets.get(ident)
        texts = [target] if target is not None else seen.texts
        said = next((one for one in map(status_of, texts) if one in _CLOSES), None)
        if target is not None:
            return said
        if said is None and seen.chances and len(seen.chances) == seen.rows:
            said = _WON if min(seen.chances) == 100 else None
        return said

    def _ordered(self, idents: list[str]) -> list[str]:
        """The stages in their order, the surest evidence first."""
        order = idents
        of = {ident: self._seen.get(ident) or _Seen() for ident in idents}
        chance = {ident: seen.mean(seen.chances) for ident, seen in of.items()}
        order = _merged(_sorted(chance, order), order)
        turns = {
            ident: float(
                sum(
                    (self._later[other, ident] > self._later[ident, other])
                    - (self._later[other, ident] < self._later[ident, other])
                    for other in idents
                )
            )
            for ident in idents
            if any(ident in pair and n for pair, n in self._later.items())
        }
        order = _merged(_sorted(turns, order), order)
        number = {ident: seen.mean(seen.numbers) for ident, seen in of.items()}
        return _merged(_sorted(number, order), order)

    def _stage(self, key: str, name: str, ident: str, place: int, n: int) -> Stage:
        seen = self._seen.get(ident) or _Seen()
        chance = seen.mean(seen.chances)
        even = round(100 * (place + 1) / (n + 1))
        percent = even if chance is None else min(max(round(chance), 1), 99)
        phase = "lead" if place < n / 2 else "opportunity"
        return Stage(key, "", name, name, phase, "open", percent, None, "", "", [], [])


def _sound(table: Table) -> Iterator[Row]:
    return (row for row in table.rows() if not row.problem)


def _number(cell: str) -> float | None:
    text = cell.strip().replace(",", ".")
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None


class _Moments:
    """Reads the moments of columns that are written alike; "" where there is none, or where it
    takes the import itself to say what is wrong with them."""

    def __init__(self, table: Table, name: str, given: str | None, reads: Sequence[Read]) -> None:
        column = DateColumn(name, given)
        for row in _sound(table):
            for read in reads:
                column.add(read(row.cells))
        self._format: DateFormat | None = None
        with suppress(Usage):
            self._format = column.decide()

    def of(self, cell: str) -> str:
        """One cell as ISO text."""
        if self._format is None or not cell.strip():
            return ""
        try:
            day, clock, _offset = self._format.parse(cell.strip())
        except CellError:
            return ""
        return f"{day.isoformat()} {clock or ''}"


def _sorted(ranks: Mapping[str, float | None], order: Sequence[str]) -> list[str]:
    """Those that have a rank, by it; what is alike stays in its order."""
    known = [(rank, ident) for ident in order if (rank := ranks.get(ident)) is not None]
    return [ident for _rank, ident in sorted(known, key=lambda pair: pair[0])]


def _merged(sure: list[str], order: list[str]) -> list[str]:
    """The sure order with the others put where the less sure one has them."""
    found = list(sure)
    for place, ident in enumerate(order):
        if ident not in sure:
            at = found.index(order[place - 1]) + 1 if place else 0
            found.insert(at, ident)
    return found


def _won_stage(keys: _Keys, won: Sequence[str]) -> Stage:
    """The stage of what was won, called as the file calls it."""
    en, de = (won[0], won[0]) if won else ("Won", "Gewonnen")
    return Stage(keys.of(_WON), "", en, de, "customer", _WON, 100, None, "", "", [], [])


def _to_key(text: str, keys: Mapping[str, str]) -> str:
    words, _equals, target = text.rpartition("=")
    return f"{words}={keys[target]}" if target in keys else text


def _slug(text: str, usual: str) -> str:
    return slug(text)[:40].strip("_") or usual


class _Keys:
    """Gives each stage a key of its own."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The key of a stage."""
        if name not in self._of:
            slug = _slug(name, "stage")
            # A close is no stage, whatever its name begins with.
            taken = {*self._of.values(), *(("open", "lost", "skip", "won") if name != _WON else ())}
            self._of[name], _number = numbered(slug, taken.__contains__)
        return self._of[name]


def _free_key(conn: sqlite3.Connection, name: str) -> str:
    if not name.strip():
        raise Usage(_("A process needs a name."), _('Write it in quotes: "Solar roofs".'))
    key = _slug(name, "process")
    for held, *names in conn.execute("SELECT key, name_en, name_de FROM process"):
        if held == key or plain(name) in map(plain, (held, *names)):
            raise Usage(
                _("There is a process {name} already.").format(name=name),
                _("Import into it: --process {key}; or give the new one a name of its own.").format(
                    key=held
                ),
            )
    return key
