"""Lines that several commands say."""

from __future__ import annotations

from funnelcli.i18n import _


def more_note(most: int | None) -> list[str]:
    """The footnote of a list that a screen cuts."""
    return [_("The first {n}; --limit 0 shows all.").format(n=most)]


def edited(name: str, names: list[str]) -> str:
    """The line of a record that was edited."""
    if not names:
        return _("{name}: nothing changed").format(name=name)
    return _("{name}: changed {fields}").format(name=name, fields=", ".join(names))
