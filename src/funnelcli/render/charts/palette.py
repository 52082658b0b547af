"""The colours of charts and pages, in light and dark, each legible on its paper.

Text has a contrast of at least 4.5 : 1 against the paper, marks of at least 3 : 1 (WCAG 2.2,
1.4.3 and 1.4.11).
"""

from __future__ import annotations

# name -> (in light, in dark)
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14181d"),
    "ink": ("#1c2733", "#e6ebf0"),
    "soft": ("#56626f", "#a3b1bf"),
    "grid": ("#d6dde3", "#3a4652"),
    "good": ("#1d7a45", "#5fc48a"),
    "bad": ("#b3402f", "#f08d7e"),
    "warn": ("#8a5a00", "#d9a441"),
    "s0": ("#2f6f9f", "#6cb1e1"),
    "s1": ("#b35a1f", "#e8995a"),
    "s2": ("#6b4fa8", "#b39ddb"),
    "s3": ("#1f7d73", "#5cc2b6"),
    "s4": ("#a8437a", "#e58fbd"),
    "s5": ("#5d6b1e", "#b3c060"),
    "s6": ("#5b6875", "#9fb0bf"),
    "s7": ("#7a5230", "#cfa27c"),
}

SERIES = 8
"""How many series have a colour of their own; the ninth has the first one's again."""


def variables(dark: bool) -> str:
    """The declarations of the colours as CSS variables."""
    return " ".join(f"--{name}: {pair[dark]};" for name, pair in COLOURS.items())


def fills(dark: bool | None = None) -> str:
    """The rules of a chart's classes: by the page's variables, or with ``dark`` by colours of
    their own, which programs without CSS variables understand too."""

    def colour(name: str) -> str:
        return f"var(--{name})" if dark is None else COLOURS[name][dark]

    rules = [
        f".chart text {{ fill: {colour('ink')}; }}",
        f".chart .soft {{ fill: {colour('soft')}; }}",
        f".chart .grid {{ stroke: {colour('grid')}; }}",
        f".chart .axis {{ stroke: {colour('soft')}; }}",
    ]
    if dark is not None:
        rules.append(f".chart .paper {{ fill: {colour('paper')}; }}")
    for name in ("good", "bad", *(f"s{number}" for number in range(SERIES))):
        rules.append(f".chart .{name} {{ fill: {colour(name)}; }}")
        rules.append(f".chart .l-{name} {{ stroke: {colour(name)}; fill: none; }}")
    return "\n".join(rules)


def attributes(classes: str) -> str:
    """The same as attributes, for programs that read no style sheet: those of light."""
    found = {}
    for name in classes.split():
        line = name.startswith("l-")
        name = {"axis": "soft"}.get(name, name.removeprefix("l-"))
        if name in COLOURS:
            if line:
                found = {"fill": "none", "stroke": COLOURS[name][0]}
            elif classes in ("grid", "axis"):
                found = {"stroke": COLOURS[name][0]}
            else:
                found = {"fill": COLOURS[name][0]}
    return "".join(f' {key}="{value}"' for key, value in found.items())
