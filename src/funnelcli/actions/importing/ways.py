"""What the words of a file say about where a deal stands: its stage, and open, won or lost."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from funnelcli.actions import log
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import _, every, pick
from funnelcli.nouns import naming, words
from funnelcli.text import fold
from funnelcli.values.choosing import plain

STATUSES = ("open", "won", "lost")
# What a stage is mapped to whose rows are to be left out.
SKIP = "skip"
SKIP_WORDS = (SKIP, "auslassen")

_WORDS = {"closed won": "won", "closedwon": "won", "gewonnen": "won", "offen": "open"}
_WORDS |= {"closed lost": "lost", "closedlost": "lost", "verloren": "lost"}
_WORDS |= {status: status for status in STATUSES}
# Different texts that are counted; a column of free text must not fill memory.
MOST_TEXTS = 1000

Way = tuple[int | None, str | None]
"""A stage's id, or None where the words name none, and a status, SKIP, or None."""


def folded(text: str) -> str:
    """``text`` for comparing, underscores and hyphens being blanks."""
    return fold(text.replace("_", " ").replace("-", " "))


def count(texts: Counter[str], text: str, times: int = 1) -> None:
    """Count a text that comes so many times, unless there are too many others already."""
    if text in texts or len(texts) < MOST_TEXTS:
        texts[text] += times


@cache
def _usual_words() -> dict[str, tuple[tuple[str, ...], str | None]]:
    """What stages and statuses are called elsewhere: the keys of stages that a word can mean, or
    the status."""
    import tomllib

    document = tomllib.loads((Path(__file__).parent / "stages.toml").read_text("utf-8"))
    words: dict[str, tuple[tuple[str, ...], str | None]] = {}
    for group in document["group"]:
        words |= {folded(word): (tuple(group["stages"]), None) for word in group["words"]}
    for status, texts in document["status"].items():
        words |= {folded(word): ((), status) for word in texts}
    return words


def status_of(text: str) -> str | None:
    """Open, won or lost, where a text is a usual word for it."""
    key = folded(text)
    said = _WORDS.get(key) or _usual_words().get(key, ((), None))[1]
    if said is None:
        said = next(
            (one for one, word in words.STATUS.items() if key in map(folded, every(word))), None
        )
    return said


class Ways:
    """Reads the stage and status cells of a file.

    ``maps`` are the user's TEXT=STAGE (a stage of the process, or open, won or lost). Other texts
    are tried as a stage's key or name in either language, then as a word for a status. ``first``
    is the first open stage, ``won`` the won stage, ``stages`` their positions and kinds,
    ``probabilities`` their own, ``keys`` the open stages' keys in their order. ``unmapped`` counts
    the texts that nobody knows. ``usual`` are the ways of the process that ``maps`` were made for,
    where this is another one: maps to stages that it lacks say nothing here.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        process_id: int,
        maps: Sequence[str],
        usual: Ways | None = None,
    ) -> None:
        self.process_id = process_id
        self.stages = log.stages_of(conn, process_id)
        order = sorted(self.stages, key=lambda stage: self.stages[stage][0])
        self.first = next(stage for stage in order if self.stages[stage][1] == "open")
        self.won = next(stage for stage in order if self.stages[stage][1] == "won")
        self.keys: list[str] = []
        self.probabilities: dict[int, int] = {}
        self.unmapped: Counter[str] = Counter() if usual is None else usual.unmapped
        self._known: dict[str, Way] = {}
        self._keys_of: dict[int, str] = {}
        self._german: dict[str, str] = {}
        self._english: dict[str, str] = {}
        for stage_id, probability, *names in conn.execute(
            "SELECT id, probability, key, name_en, name_de FROM stage WHERE process_id = ?"
            " ORDER BY position",
            (process_id,),
        ):
            self.probabilities[stage_id] = probability
            self._keys_of[stage_id] = names[0]
            self._english[names[0]], self._german[names[0]] = names[1:]
            if self.stages[stage_id][1] == "open":
                self.keys.append(names[0])
            for name in names:
                self._known.setdefault(folded(name), self.way_of(stage_id))
        for word, status in _WORDS.items():
            self._known.setdefault(word, (None, status))
        self._own = frozenset(self._known)
        ids = dict(
            conn.execute("SELECT key, id FROM stage WHERE process_id = ?", (process_id,)).fetchall()
        )
        for word, (keys, meant) in _usual_words().items():
            stage = next((ids[key] for key in keys if key in ids), None)
            if stage is not None:
                self._known.setdefault(word, self.way_of(stage))
            elif meant is not None:
                self._known.setdefault(word, (None, meant))
        self._given: dict[str, str] = {} if usual is None else usual._given
        for text in maps:
            words, equals, target = text.rpartition("=")
            if not equals or not words.strip() or not target.strip():
                raise Usage(
                    _("“{text}” maps no stage.").format(text=text),
                    _('Write it like: --map-stage "Closed Won=won"'),
                )
            try:
                self._known[folded(words)] = self._target(conn, process_id, target.strip())
            except Usage:
                if usual is None:
                    raise
            if usual is None:
                self._given[folded(words)] = words.strip()
            self._own |= {folded(words)}
        self._read: dict[str, Way] = {}
        self._moves: dict[tuple[int, int], str] = {}

    def before(self, stage_id: int) -> int:
        """Where a deal that came to a stage later than it was opened may have been: the first open
        stage, or the one of the kind outside before it; the stage itself where there is none."""
        place = self.stages[stage_id][0]
        if stage_id != self.first and place > self.stages[self.first][0]:
            return self.first
        earlier = [stage for stage, (at, _kind) in self.stages.items() if at < place]
        return min(earlier, key=lambda stage: self.stages[stage][0], default=stage_id)

    def ends_in(self, stage_id: int | None) -> bool:
        """Whether a stage is one of the kind outside that a deal comes to when it is closed."""
        if stage_id is None:
            return False
        place, kind = self.stages[stage_id]
        return kind == "outside" and place > self.stages[self.won][0]

    def how_moved(self, before: int, after: int) -> str:
        """How a deal came from one stage into another: advanced, skipped or moved_back; into the
        same one again, it came back."""
        how = self._moves.get((before, after))
        if how is None:
            how = self._moves[before, after] = self._how_moved(before, after)
        return how

    def _how_moved(self, before: int, after: int) -> str:
        first, last = self.stages[before][0], self.stages[after][0]
        if last <= first:
            return "moved_back"
        places = (place for place, kind in self.stages.values() if kind != "outside")
        return "skipped" if any(first < place < last for place in places) else "advanced"

    def way_of(self, stage_id: int) -> Way:
        """A stage with its status: being in or past the won stage is being won."""
        return stage_id, "won" if self.stages[stage_id][1] in ("won", "post") else None

    def _target(self, conn: sqlite3.Connection, process_id: int, target: str) -> Way:
        if plain(target) in SKIP_WORDS:
            return None, SKIP
        for status, word in words.STATUS.items():
            if plain(target) in map(plain, (status, *every(word))):
                return None, status
        try:
            return self.way_of(naming.stage_id(conn, process_id, target))
        except FunnelError as error:
            hint = _("Or write open, won, lost or skip.")
            raise Usage(error.message, f"{error.hint} {hint}") from error

    def read(self, text: str) -> Way | None:
        """Where ``text`` (not blank) puts the deal; None, and counted, if nobody knows."""
        way = self._read.get(text)
        if way is not None:
            return way
        key = folded(text)
        way = self._known.get(key)
        if way is None:
            count(self.unmapped, text)
            return None
        if len(self._read) < MOST_TEXTS:
            self._read[text] = way
        self._given.pop(key, None)
        return way

    def knows(self, text: str) -> Way | None:
        """Where ``text`` puts the deal, as :meth:`read` does, counting nothing."""
        return self._known.get(folded(text))

    def named(self, text: str) -> str | None:
        """The key of the stage, or the status, that ``text`` means; None if nobody knows."""
        way = self.knows(text)
        if way is None:
            return None
        stage, status = way
        return self._keys_of[stage] if stage is not None else status

    def told(self, text: str) -> str | None:
        """What :meth:`named` gives for ``text``, by its name to somebody who speaks German."""
        key = self.named(text)
        if key is None:
            return None
        return pick(key, self._german.get(key) or words.read(words.STATUS, key))

    def name_of(self, stage_id: int) -> str:
        """The name of a stage in the language spoken now."""
        key = self._keys_of[stage_id]
        return pick(self._english[key], self._german[key])

    def has(self, text: str) -> bool:
        """Whether ``text`` is a stage of the process or a word for a status, and not only what
        other programs call one."""
        return folded(text) in self._own

    def guess(self, text: str) -> str | None:
        """The key of the stage, or the status, that an unknown text is likeliest to mean: that of
        the longest word that is a part of it, else of the one that is written most alike."""
        key = folded(text)
        parts = [word for word in self._known if len(word) > 3 and f" {word} " in f" {key} "]
        if not parts:
            from difflib import get_close_matches

            parts = get_close_matches(key, self._known, 1, 0.8)
        if not parts:
            return None
        return self.named(max(parts, key=len))

    def says(self, text: str) -> str | None:
        """The status that ``text`` says, if it does."""
        way = self.knows(text)
        return way[1] if way is not None and way[1] != SKIP else None

    def unused(self) -> list[str]:
        """The texts of ``maps`` that no cell has, as they were written."""
        return list(self._given.values())


class Processes:
    """The ways of each process that rows of a file name; ``usual`` are those of rows that name
    none, for which the ``maps`` are made. ``given``: the user said which process that is."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        process_id: int,
        maps: Sequence[str],
        *,
        given: bool = False,
    ) -> None:
        self.usual = Ways(conn, process_id, maps)
        self.given = given
        self._conn = conn
        self._maps = maps
        self._ways = {process_id: self.usual}
        self._ids: dict[str, int] = {}
        for found, *names in conn.execute("SELECT id, key, name_en, name_de FROM process"):
            for name in names:
                self._ids.setdefault(folded(name), found)

    def knows(self, text: str) -> int | None:
        """The process that ``text`` names, by its key or its name in either language."""
        return self._ids.get(folded(text))

    def of(self, process_id: int | None) -> Ways:
        """The ways of a process, the usual ones for None."""
        if process_id is None:
            return self.usual
        ways = self._ways.get(process_id)
        if ways is None:
            ways = self._ways[process_id] = Ways(self._conn, process_id, self._maps, self.usual)
        return ways
