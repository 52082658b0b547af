"""What the tools of an assistant hand back, as JSON Schemas: of records what ``funnel schema``
promises of them, of pages their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from funnelcli.cli.commands import function_of, given
from funnelcli.cli.tree import every_command
from funnelcli.nouns.extending import NOUNS
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.schema import record
from funnelcli.render.columns import OWN
from funnelcli.typed import Any

_WARNINGS = {"warnings": {"type": "array", "items": {"type": "string"}}}
TEXT = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
# What became of each line of many; a digest where nothing has been done yet.
RESULTS = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "line": {"type": "integer"},
                    "ok": {"type": "boolean"},
                    "exit": {"type": "integer"},
                    "ids": {"type": "array", "items": {"type": "integer"}},
                    "message": {"type": "string"},
                    "warnings": {"type": "array", "items": {"type": "string"}},
                    "error": {"type": ["object", "null"]},
                },
                "required": ["line", "ok", "exit", "ids", "message", "warnings", "error"],
            },
        },
        "message": {"type": "string"},
        "digest": {"type": "string"},
    },
    "required": ["results", "message"],
    "additionalProperties": False,
}


def of_list(paths: Iterable[str]) -> dict[str, Any]:
    """The records of one kind or another."""
    kinds = [_record(_printed(path)) for path in paths]
    return _object({"items": {"type": "array", "items": {"anyOf": kinds}}}, ["items"])


def of_commands(paths: Iterable[str]) -> dict[str, Any]:
    """What one of these commands prints: a record, or several where it was carried out over
    several."""
    found: list[dict[str, Any]] = []
    several = False
    for path in paths:
        printed = _printed(path)
        if printed is None:
            return {"type": "object"}
        one = _record(printed)
        found.append(_object(one["properties"], one.get("required", [])))
        several = several or _is_record(printed)
    if len(found) == 1 and not several:
        return found[0]
    refs = [{"$ref": f"#/$defs/{number}"} for number in range(len(found))]
    items = {"type": "array", "items": {"anyOf": refs}}
    many = [_object({"items": items}, ["items"])] if several else []
    defs = {str(number): one for number, one in enumerate(found)}
    return {"type": "object", "anyOf": [*refs, *many], "$defs": defs}


def _printed(path: str) -> Printed | None:
    """What a command prints, None where it does not say."""
    return given(function_of(every_command()[path])).get("")


def _is_record(printed: Printed) -> bool:
    return printed.data is None and isinstance(printed.rows, Noun)


def _record(printed: Printed | None) -> dict[str, Any]:
    """An object as it is printed: its values where a noun declares them, else its names."""
    if printed is None:
        return {"type": "object"}
    noun = printed.rows if printed.data is None else printed.data
    if not isinstance(noun, Noun):
        return {"type": "object", "properties": {name: {} for name in printed.data_fields()}}
    made = record(noun)
    # An assistant reads every word of it.
    plain = {name: _short(of) for name, of in made["properties"].items()}
    # What has fields of one's own has them as an object.
    own = {OWN.removesuffix("."): {"type": "object"}} if noun.table in NOUNS else {}
    return {**made, "properties": {**plain, **own, **{name: {} for name in printed.more}}}


def _short(of: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in of.items() if key != "description"}


def _object(properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    """An object with these properties, and the warnings that a command may add."""
    return {
        "type": "object",
        "properties": {**properties, **_WARNINGS},
        "required": required,
        "additionalProperties": False,
    }
