"""What the exports of the usual programs look like: recognised by their columns, and known what
each column is. They are data, in presets/; a map that a user saved is one more."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from funnelcli import files
from funnelcli.actions.importing.cells import Cells
from funnelcli.actions.importing.fields import known_as, names_of
from funnelcli.errors import Failed, Usage, reason
from funnelcli.formats.columns import normal
from funnelcli.i18n import _, every
from funnelcli.typed import Any

NONE = "none"
OWN = "funnel"
_PLACE = Path(__file__).parent / "presets"
# A file that has one of these is a list of activities, whatever else it has.
ACTIVITIES = frozenset(
    (
        *("activity type", "activity subject", "activity date", "activity due date"),
        *("activity due time", "note body", "activity assigned to"),
    )
)


# Kinds of records that belong to deals and contacts.
# What one program calls activities, another parts.
_DOINGS = {"activities", "steps"}
_OF_DEALS = ("activities", "steps", "stages", "offers")


@dataclass(slots=True)
class Preset:
    """One kind of file of one program. ``marks`` are sets of columns by which it is recognised,
    ``key`` the columns that may hold the ids, ``columns`` those of each field, as
    :func:`funnelcli.formats.columns.normal` makes them; ``=TEXT`` is a text for all rows.
    ``companies``: each row is an organisation. ``stages`` are TEXT=STAGE. ``exact``: the columns
    are written as they stand in the file. ``file`` is the name of the one that it was saved for."""

    name: str
    title: str
    kind: str
    marks: list[frozenset[str]] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    companies: bool = False
    stages: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    exact: bool = False
    file: str = ""

    @property
    def origin(self) -> str:
        """Whose ids those are. People and organisations may have the same ones."""
        return at_origin(self.name) if self.companies else self.name

    def maps(self, header: Sequence[str], mapped: Collection[str]) -> list[str]:
        """FIELD=COLUMN for the columns that the file has, of fields that the user does not map."""
        there = _columns(header)
        found = []
        for name, columns in self.columns.items():
            if name in mapped:
                continue
            for column in columns:
                if column.startswith("=") or (self.exact and (column in header or "{" in column)):
                    found.append(f"{name}={column}")
                elif (known := there.get(normal(column))) is not None:
                    found.append(f"{name}={known}")
        return found

    def key_of(self, seen: Cells) -> str | None:
        """The column of the ids: the first that the file has and whose cells all differ."""
        for key in self.key:
            found = self._in_file(seen, key)
            if found is None:
                continue
            cells = seen.keys(found)
            if cells and len(set(cells)) == len(cells):
                return found
        return None

    @staticmethod
    def _in_file(seen: Cells, key: str) -> str | None:
        """A key with its columns as the file writes them; None unless it has all of them."""
        there = _columns(seen.header)
        if (whole := there.get(normal(key))) is not None:
            return whole
        found = [there.get(normal(column)) for column in key.split("+")]
        return "+".join(filter(None, found)) if all(found) else None


# What columns of ids are called that everybody may have.
_IDS = ("id", "record id", "external id", "uuid", "guid")
_KEYS = {
    "deals": (*_IDS, "deal id", "opportunity id", "lead id", "projekt id", "auftrags id"),
    "contacts": (
        *(*_IDS, "contact id", "person id", "customer id", "kontakt id", "kunden id"),
        *("kundennummer", "kundennr", "kunden nr", "kd nr", "customer number", "customer no"),
    ),
    "activities": (*_IDS, "activity id", "task id", "call id", "event id", "note id", "step id"),
    "stages": (),
    "offers": (),
    "products": (),
}
_KEYS["steps"] = _KEYS["activities"]


def usual_key(kind: str, seen: Cells) -> str | None:
    """The column that is called like one of ids and has another one in every row."""
    there = _columns(seen.header)
    for name in _KEYS[kind]:
        column = there.get(name)
        if column is not None and seen.rows:
            cells = seen.cells(column)
            if len(cells) == len(set(cells)) == seen.rows:
                return column
    return None


def at_origin(name: str) -> str:
    """Where the ids of a program's organisations come from."""
    return f"{name}-companies"


def _columns(header: Sequence[str]) -> dict[str, str]:
    """The columns of a file by all forms of their names; of two with one form the first counts."""
    found: dict[str, str] = {}
    for forms in (normal, known_as):
        for column in header:
            found.setdefault(forms(column), column)
    return found


@cache
def presets() -> tuple[Preset, ...]:
    """All that the program knows."""
    import tomllib

    found: list[Preset] = []
    for path in sorted(_PLACE.glob("*.toml")):
        document = tomllib.loads(path.read_text("utf-8"))
        for one in document["file"]:
            if "noun" in one:
                _add_titles(one)
            found.append(
                Preset(
                    document["name"],
                    document["title"],
                    one["kind"],
                    [frozenset(map(normal, marks)) for marks in one["marks"]],
                    one.get("key", []),
                    one["columns"],
                    one.get("companies", False),
                )
            )
    return tuple(found)


def _add_titles(one: dict[str, Any]) -> None:
    """Let one of the program's own lists be known by the titles of its columns, too."""
    from funnelcli.nouns import declared

    fields = declared(one["noun"]).fields

    def titles(column: str) -> tuple[str, ...]:
        named = fields.get(column.replace(" ", "_"))
        return every(named.title) if named is not None else (column, column)

    for marks in list(one["marks"]):
        one["marks"] += map(list, zip(*map(titles, marks), strict=True))
    one["key"] += [title for column in one["key"] for title in titles(column)]
    for columns in one["columns"].values():
        columns += [title for column in columns for title in titles(column)]


def recognise(header: Sequence[str], kind: str, wanted: str | None = None) -> Preset | None:
    """The preset of a file of records of this kind ("deals", "contacts"; "" for any), by its
    columns; of several that fit the one that knows most. ``wanted`` names one that is to be used,
    or NONE.

    Raises Usage for a preset that there is not.
    """
    if wanted is not None and wanted.casefold() == NONE:
        return None
    known = presets()
    if wanted is not None:
        known = tuple(one for one in known if wanted.casefold() in (one.name, one.title.casefold()))
        if not known:
            names = sorted({one.name for one in presets()})
            raise Usage(
                _("There is no preset {name}.").format(name=wanted),
                _("The presets are: {names}.").format(names=", ".join([*names, NONE])),
            )
    there = names_of(header)
    if there & ACTIVITIES:
        known = tuple(one for one in known if one.kind in _OF_DEALS)
    of_kind = [one for one in known if kind in ("", one.kind) or {kind, one.kind} == _DOINGS]
    fitting = [one for one in of_kind if _fits(one, there)[0] or wanted is not None]
    return max(fitting, key=lambda one: _fits(one, there), default=None)


def _fits(one: Preset, there: Set[str]) -> tuple[int, int]:
    """How many columns by which a preset is recognised there are, and how many that it knows."""
    marks = max((len(marks) for marks in one.marks if marks <= there), default=0)
    columns = {normal(column) for columns in one.columns.values() for column in columns}
    return marks, len(columns & there)


def sections(path: str) -> list[Preset]:
    """The maps that were saved in a file, each of one kind of records: those of [[file]], or the
    one that the file is. Raises Failed if it cannot be read, Usage if it is none."""
    from funnelcli import toml

    try:
        document = toml.load(path)
    except (OSError, ValueError) as error:
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=path, error=reason(error)),
            _("Write one with --save-map FILE."),
        ) from error
    several = document.get("file", [document])
    if not isinstance(several, list) or not all(map(_is_map, several)):
        raise Usage(
            _("{path} is no map of columns.").format(path=path),
            _("Write one with --save-map FILE."),
        )
    return [_section(one, path) for one in several]


def _is_map(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and one.get("kind") in _KEYS
        and all(isinstance(one.get(name, {}), dict) for name in ("columns", "stages", "options"))
    )


def _section(document: dict[str, Any], path: str) -> Preset:
    columns = {
        str(name): [str(one) for one in (some if isinstance(some, list) else [some])]
        for name, some in document.get("columns", {}).items()
    }
    key = document.get("key")
    origin = str(document.get("origin", "import"))
    stages = [f"{text}={stage}" for text, stage in document.get("stages", {}).items()]
    options = {str(name): value for name, value in document.get("options", {}).items()}
    return Preset(
        origin.removesuffix(at_origin("")),
        path,
        document["kind"],
        key=[str(key)] if key else [],
        columns=columns,
        companies=origin.endswith(at_origin("")),
        stages=stages,
        options=options,
        exact=True,
        file=str(document.get("name", "")),
    )


def load(path: str, kind: str, name: str, header: Sequence[str]) -> Preset:
    """The map of this kind that was saved in a file, of several the one for the file ``name``, else
    the one whose columns the header has. Raises Usage where there is none; see :func:`sections`."""
    found = [one for one in sections(path) if one.kind == kind]
    if not found:
        raise Usage(
            _("{path} is no map for {kind}.").format(path=path, kind=kind),
            _("Write one with --save-map FILE."),
        )
    return max(found, key=lambda one: (_called(one, name), len(one.maps(header, ()))))


def fitting(saved: Sequence[Preset], name: str, header: Sequence[str]) -> Preset | None:
    """The map that is meant for a file: the one that was saved for a file of that ``name``, else
    one whose columns the header has all; None where there is none."""
    named = [one for one in saved if _called(one, name) and one.maps(header, ())]
    whole = named or [one for one in saved if _has_all(one, header)]
    return max(whole, key=lambda one: len(one.maps(header, ())), default=None)


def _called(one: Preset, name: str) -> bool:
    return bool(one.file) and one.file == os.path.basename(name)


def _has_all(one: Preset, header: Sequence[str]) -> bool:
    sources = [source for columns in one.columns.values() for source in columns]
    named = [source for source in sources if not source.startswith("=")]
    found = [text.partition("=")[2] for text in one.maps(header, ())]
    return bool(named) and all(source in found for source in named)


def save(
    path: str,
    kind: str,
    name: str,
    sources: Mapping[str, Iterable[str]],
    *,
    key: str | None,
    origin: str | None,
    stages: Sequence[str] = (),
    options: Mapping[str, object] | None = None,
    more: bool = False,
) -> None:
    """Write down which column of the file ``name`` is which field, so that the next file like this
    needs no other word; with ``more`` below the maps that ``path`` has.

    Raises Failed where it cannot be written.
    """
    from funnelcli.toml import quoted

    lines = ["[[file]]", f"name = {quoted(os.path.basename(name))}", f"kind = {quoted(kind)}"]
    lines += [f"key = {quoted(key)}"] if key else []
    lines += [f"origin = {quoted(origin)}"] if origin else []
    lines += ["", "[file.columns]"]
    for field_name, columns in sources.items():
        # A dot in a bare key would begin a table.
        key_ = quoted(field_name) if "." in field_name else field_name
        lines.append(f"{key_} = [{', '.join(map(quoted, columns))}]")
    if stages:
        lines += ["", "[file.stages]"]
        for one in stages:
            words, _equals, stage = one.rpartition("=")
            lines.append(f"{quoted(words)} = {quoted(stage)}")
    given = {name: value for name, value in (options or {}).items() if value}
    if given:
        lines += ["", "[file.options]"]
        lines += [
            f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in given.items()
        ]
    text = "\n".join(lines) + "\n"
    if more:
        text = f"{Path(path).read_text('utf-8')}\n{text}"
    _write(path, text)


def copy(made: str, path: str) -> None:
    """Write the maps that were saved in the file ``made`` to ``path``. Raises Failed."""
    _write(path, Path(made).read_text("utf-8"))


def _write(path: str, text: str) -> None:
    try:
        with files.replacing_text(path) as file:
            file.write(text)
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {reason}.").format(path=path, reason=reason(error)),
            _("Name another file."),
        ) from error
