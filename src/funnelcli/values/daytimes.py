"""The times of a day: "16:00", "10 Uhr", "at 4pm", "halb 10", "in the afternoon"."""

from __future__ import annotations

from datetime import time

from funnelcli.values.dategrammar import Found, Grammar, once

# Hours that a bare number means in the afternoon: nobody is visited "at 3" in the night.
SMALL_HOURS = range(1, 6)


class Times(Grammar):
    """The rules for times of the day."""

    @once
    def time_of_day(self, i: int) -> Found[time]:
        """A clock's time, a part of the day, or both: "3 in the afternoon", "abends um 8"."""
        return self.longest(i, self._clock_in_part, self._part_with_clock)

    def _clock_in_part(self, i: int) -> Found[time]:
        clock = self.clock(i)
        if clock is None:
            return None
        part = self.part(self._into(clock[1]))
        within = None if part is None else _within(clock[0], part[0])
        return clock if part is None or within is None else (within, part[1])

    def _part_with_clock(self, i: int) -> Found[time]:
        part = self.part(self._into(i))
        return None if part is None else self.clock_within(*part)

    def clock_within(self, part: str, i: int) -> tuple[time, int]:
        """The time that is named at ``i`` within a part of the day, else when that part is."""
        clock = self.clock(self.comma(i))
        within = None if clock is None else _within(clock[0], part)
        return (self.parts(part), i) if clock is None or within is None else (within, clock[1])

    def _into(self, i: int) -> int:
        """The place after "in the", "at", "am", where a part of the day follows."""
        for j in (i + 2, i + 1):
            leads = all(
                self.word(k, "lead") is not None or self.word(k, "at") is not None
                for k in range(i, j)
            )
            if leads and self.word(j, "part") is not None:
                return j
        return i

    def part(self, i: int) -> Found[str]:
        """A part of the day, by the name of its setting."""
        if self.said(i, "end", "close") and self.said(i + 1, "of"):
            j = i + 3 if self.said(i + 2, "day", "business") else 0
            return ("evening", j) if j else None
        part = self.word(i, "part")
        if part is not None and (self.word(i, "day") is not None or self.said(i, "vorm", "nachm")):
            # "morgen" is tomorrow, and the morning only behind a day: "Dienstag morgen". So is
            # "vorm": "vorm Urlaub" is before it.
            before = max(0, i - 1)
            before -= before > 0 and self.said(before, ".")
            day = self.word(before, "weekday") is not None or self.word(before, "day") is not None
            if before == i or not (day or self.said(before, "am")):
                return None
        return None if part is None else (part, i + 1)

    def clock(self, i: int) -> Found[time]:
        """A time that a clock shows."""
        j = self.dot(i) if self.said(i, "ca") else self.skip(i, "at")
        marked = j > i
        spoken = self._spoken(j)
        if spoken is not None:
            return spoken
        hour = self.digits(j, 2)
        if hour is not None and self._counts(j - 1):
            return None
        if hour is None:
            hour = self._hour(j)
            if hour is None or not (marked or self.word(j + 1, "uhr") is not None):
                return None
        j += 1
        minutes = self._minutes(j, marked=marked)
        if minutes is not None:
            minute, second, j = minutes
            half = self._half_day(j, marked=self.said(i, "um"))
            if half is not None:
                return _time(_twelve(hour, half[0]), minute, second, half[1])
            return _time(hour, minute, second, self.skip(j, "uhr"))
        half = self._half_day(j, marked=self.said(i, "um"))
        if half is not None:
            return _time(_twelve(hour, half[0]), 0, 0, half[1])
        bare = self.tokens[j - 1].text[0] != "0" and hour in SMALL_HOURS
        if self.word(j, "uhr") is not None:
            if self.said(j, "h"):
                minute_ = self.digits(j + 1, 2, 2, glued=True)
                if minute_ is not None:
                    return _time(hour, minute_, 0, j + 2)
                if hour in (0, *SMALL_HOURS) and not marked:
                    return None  # "2h" is how long, not when
            else:
                minute_ = self.digits(j + 1, 2, 2)
                if minute_ is not None and not self.said(j + 2, "."):
                    return _time(hour, minute_, 0, j + 2)
            return _time(hour + 12 * bare, 0, 0, j + 1)
        return _time(hour + 12 * bare, 0, 0, j) if marked else None

    def _counts(self, j: int) -> bool:
        """Whether the word at ``j`` says that the number behind it counts: "Versuch Nr. 3 am
        Freitag", "call #2"."""
        if self.said(j, "."):
            return j > 0 and self.said(j - 1, "nr", "no")
        return j >= 0 and self.said(j, "#", "nr", "nummer", "number")

    def _minutes(self, j: int, *, marked: bool) -> tuple[int, int, int] | None:
        """Minutes and seconds behind an hour, and the place after."""
        minute = self.digits(j + 1, 2, 2, glued=True)
        if minute is None:
            return None
        if self.said(j, ":", glued=True):
            second = self.digits(j + 3, 2, 2, glued=True)
            if self.said(j + 2, ":", glued=True) and second is not None:
                return minute, second, j + 4
            return minute, 0, j + 2
        if not self.said(j, ".", glued=True):
            return None
        # A dot is a time's only where something else says that it is one.
        last = self.word(j + 2, "uhr") is not None or self._half_day(j + 2, marked=False)
        return (minute, 0, j + 2) if marked or last else None

    def _half_day(self, j: int, *, marked: bool) -> Found[str]:
        """am, pm, a.m., p.m.; behind "um" the German "am" leads up to the day."""
        if self.said(j, "a", "p") and self.said(j + 1, ".", glued=True):
            if self.said(j + 2, "m", glued=True):
                return self.tokens[j].text, j + 3 + self.said(j + 3, ".", glued=True)
            return None
        half = self.word(j, "half day")
        return None if half is None or (marked and half == "a") else (half, j + 1)

    def _hour(self, j: int) -> int | None:
        """An hour in words: "ten", "zehn", "one"; not "a"."""
        number: int | None = self.word(j, "number")
        if number == 1 and not self.said(j, "one", "ein"):
            return None
        return number if number is not None and number <= 12 else None

    def _spoken(self, j: int) -> Found[time]:
        """ "halb 10", "half past 9", "viertel vor 10", "quarter to 10"."""
        if self.said(j, "halb", "half"):
            past = self.said(j, "half")
            if past and not self.said(j + 1, "past"):
                return None
            j += 2 if past else 1
            minutes = 30 if past else -30
        elif self.word(j, "quarter of") is not None and self.word(j + 1, "past") is not None:
            minutes = 15 * self.word(j + 1, "past")
            j += 2
        else:
            return None
        hour = self.digits(j, 2) or self._hour(j)
        if hour is None or not 1 <= hour <= 12:
            return None
        total = (hour + 12 * (hour in SMALL_HOURS)) * 60 + minutes
        return _time(total // 60, total % 60, 0, self.skip(j + 1, "uhr"))


def _time(hour: int, minute: int, second: int, j: int) -> Found[time]:
    return (time(hour, minute, second), j) if hour < 24 and max(minute, second) < 60 else None


def _twelve(hour: int, half: str) -> int:
    """The hour of twelve in the half of a day that is named; 24 where there is none such."""
    return hour % 12 + 12 * (half == "p") if 1 <= hour <= 12 else 24


def _within(clock: time, part: str) -> time | None:
    """The time in a part of the day: 3 in the afternoon is 15:00; None where both contradict."""
    late = part in ("afternoon", "evening")
    if late and clock.hour < 12:
        return clock.replace(hour=clock.hour + 12)
    # A bare small hour was taken for the afternoon's.
    if part in ("morning", "forenoon") and clock.hour - 12 in SMALL_HOURS:
        return clock.replace(hour=clock.hour - 12)
    return clock if late or part == "noon" or clock.hour < 12 else None
