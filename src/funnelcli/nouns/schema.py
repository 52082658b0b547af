"""What ``--json`` promises of a noun, as a JSON Schema (draft 2020-12)."""

from __future__ import annotations

from inspect import get_annotations

from funnelcli.nouns import declared
from funnelcli.nouns.extending import extended
from funnelcli.nouns.field import Derived
from funnelcli.nouns.noun import Noun
from funnelcli.patterns import re
from funnelcli.render.columns import MINOR, OWN, with_currencies
from funnelcli.render.model import Column
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# What a value of a kind is, where the kind says more than the type of the attribute.
_KINDS: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "flag": {"type": "boolean"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "money": {"type": "number"},
}
_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def schema(name: str, conn: sqlite3.Connection | None = None) -> dict[str, Any]:
    """The schema of a record of the noun ``name`` as its list gives it: ``funnel deal list --json``
    is an array of them. Amounts are in major units, and behind each stands the integer of minor
    units; instants are RFC 3339 in UTC; what is unknown is null. With a database the fields of
    one's own that it has are there too."""
    noun = declared(name)
    return {
        "$schema": DRAFT,
        "title": name,
        **record(noun if conn is None else extended(conn, noun)),
    }


def record(noun: Noun[Any]) -> dict[str, Any]:
    """What an object is that stands for a record."""
    properties: dict[str, Any] = {}
    columns = [column for column in noun.columns if column.data and not _is_own(column)]
    for column in with_currencies(columns):
        properties[column.key] = _property(noun, column)
        if column.kind == "money":
            properties[column.key + MINOR] = _or_null({"type": "integer"}, noun, column.key)
    if own := [column for column in noun.columns if _is_own(column)]:
        fields: dict[str, Any] = {}
        for column in own:
            fields |= _own(noun, column)
        properties[OWN.removesuffix(".")] = _object(fields)
    return _object(properties)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _is_own(column: Column) -> bool:
    return column.key.startswith(OWN)


def _own(noun: Noun[Any], column: Column) -> dict[str, Any]:
    """What the members are of a column of a field of one's own."""
    name = column.key.removeprefix(OWN)
    field: Any = noun.fields.get(column.key)
    keys = [key for key, *_names in field.choices] if field is not None else []
    found: dict[str, Any] = {"description": column.title, **_KINDS.get(column.kind, {})}
    if column.kind == "tags":
        return {name: {**found, "items": {"type": "string", "enum": keys}}}
    if "type" not in found:
        decimal = field is not None and field.kind == "number"
        found["type"] = "number" if decimal else "integer" if column.kind == "id" else "string"
    found["type"] = [found["type"], "null"]
    if keys:
        found["enum"] = [*keys, None]
    minor = {name + MINOR: {"type": ["integer", "null"]}} if column.kind == "money" else {}
    return {name: found, **minor}


def _property(noun: Noun[Any], column: Column) -> dict[str, Any]:
    field = noun.fields.get(column.key)
    found = dict(_KINDS.get(column.kind) or _written(noun, column.key))
    if field is not None:
        found = {"description": field.title, **found}
        choices = field.type.choices
        if choices and field.type.asked == "enum" and not field.type.query:
            found["enum"] = list(choices)
    return _or_null(found, noun, column.key)


def _annotation(noun: Noun[Any], key: str) -> str:
    """The type of an attribute as it is written."""
    for base in noun.row.__mro__:
        made = base.__dict__.get(key)
        if isinstance(made, Derived):
            return str(made.fget.__annotations__.get("return", "")) if made.fget else ""
        if key in get_annotations(base):
            return str(get_annotations(base)[key])
    return "str | None"


def _written(noun: Noun[Any], key: str) -> dict[str, Any]:
    """What a value is by the type of its attribute."""
    words = re.findall(r"\w+", _annotation(noun, key))
    types = [_TYPES[word] for word in words if word in _TYPES]
    if "list" in words or not types:
        return {"type": "array", "items": {"type": "string"}} if "list" in words else {}
    return {"type": "number" if "number" in types else types[0]}


def _or_null(found: dict[str, Any], noun: Noun[Any], key: str) -> dict[str, Any]:
    if "None" not in _annotation(noun, key):
        return found
    made = {**found, "type": [found["type"], "null"]} if "type" in found else found
    return {**made, "enum": [*made["enum"], None]} if "enum" in made else made
