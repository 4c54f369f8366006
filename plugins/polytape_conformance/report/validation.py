"""Holds JSON against a JSON Schema: the few of its keywords that `schema.json` uses."""

from __future__ import annotations

import re
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
KNOWN = frozenset(
    {
        *("$schema", "$ref", "$defs", "title", "description", "const", "enum", "type", "anyOf"),
        *("required", "properties", "additionalProperties", "items", "pattern", "minimum"),
    }
)


def problem(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, place: str = "") -> str | None:
    """The first thing in `value` that `schema` does not allow, with its place; `None` if there is none.

    Raises:
        NotImplementedError: for a keyword of JSON Schema that it does not know, rather than pass over it.
    """
    root = schema if root is None else root
    if unknown := set(schema) - KNOWN:
        raise NotImplementedError(f"The schema uses {', '.join(sorted(unknown))}.")
    if "$ref" in schema:
        return problem(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, place)
    if "anyOf" in schema:
        found = [problem(value, each, root, place) for each in schema["anyOf"]]
        return None if None in found else found[0]
    return _scalar_problem(value, schema, place or "the file") or _inner_problem(value, schema, root, place)


def _scalar_problem(value: Any, schema: dict[str, Any], place: str) -> str | None:
    allowed = [schema["const"]] if "const" in schema else schema.get("enum")
    if allowed is not None and not any(value == each and type(value) is type(each) for each in allowed):
        return f"{place} is {value!r:.80}, and has to be {' or '.join(map(repr, allowed))}"
    named = schema.get("type", list(TYPES))
    names = [named] if isinstance(named, str) else named
    if not any(isinstance(value, TYPES[name]) and (type(value) is not bool or name == "boolean") for name in names):
        return f"{place} is {value!r:.80}, and has to be of type {' or '.join(names)}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"{place} is {value!r:.80}, which does not have the form {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"]:
        return f"{place} is {value}, and has to be at least {schema['minimum']}"
    return None


def _inner_problem(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str) -> str | None:
    if isinstance(value, list):
        return _first(problem(item, schema.get("items", {}), root, f"{place}[{i}]") for i, item in enumerate(value))
    if not isinstance(value, dict):
        return None
    missing = [key for key in schema.get("required", ()) if key not in value]
    if missing:
        return f"{place or 'the file'} has no {', '.join(map(repr, missing))}"
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    if others is False and (unknown := [key for key in value if key not in properties]):
        return f"{place or 'the file'} has {', '.join(map(repr, unknown))}, which the schema does not know"
    return _first(
        problem(item, properties.get(key, others), root, f"{place}.{key}".lstrip(".")) for key, item in value.items()
    )


def _first(problems: Any) -> str | None:
    return next((each for each in problems if each is not None), None)
