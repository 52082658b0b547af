"""Values as they stand in a statement of the server's dialect.

The driver puts them in as well, but takes the statement apart each time: with the thousands of
values of many rows that lasts longer than the server takes for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelcli.typed import Any


def filled(text: str, parameters: Sequence[Any] | Mapping[str, Any]) -> str | None:
    """A statement with its values in their places; None where the driver has to do it: for values
    of other types than whole numbers and texts, and where a place has a name."""
    if isinstance(parameters, Mapping) or "%%" in text:
        return None
    parts = text.split("%s")
    if len(parts) != len(parameters) + 1 or any("%" in part for part in parts):
        return None
    found = [parts[0]]
    for value, part in zip(parameters, parts[1:], strict=True):
        if value is None:
            found.append("NULL")
        elif type(value) is int:
            # A minus sign behind another one would begin a remark.
            found.append(f" {value}" if value < 0 else str(value))
        elif type(value) is str and "\0" not in value:
            # The connection's texts are those of the standard: no sign but the quote ends one.
            found.append("'" + value.replace("'", "''") + "'")
        else:
            return None
        found.append(part)
    return "".join(found)
