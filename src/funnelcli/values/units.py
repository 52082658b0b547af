"""Units of products and of the lines of offers."""

from __future__ import annotations

from funnelcli.text import fold

# How people write the usual units, folded.
_UNITS = {
    "piece": "pc pcs piece pieces each stuck stk st",
    "hour": "h hour hours hr hrs stunde stunden std",
    "day": "d day days tag tage",
    "month": "month months mo monat monate mon",
    "year": "y year years yr jahr jahre",
    "flat": "flat lump lumpsum flatrate fixed pauschal pauschale psch",
}


def unit_key(text: str) -> str:
    """The key of a usual unit, in English or German, else the unit as it is written."""
    wanted = fold(text).rstrip(".").replace(" ", "")
    for key, known in _UNITS.items():
        if wanted in known.split():
            return key
    return text.strip()
