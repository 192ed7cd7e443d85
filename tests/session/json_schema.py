"""As much of JSON schema as the one of tox needs."""

from __future__ import annotations

import re
from typing import Any

_KINDS: dict[str, Any] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "string": str,
}
_KNOWN = {
    *("$ref", "additionalProperties", "anyOf", "const", "enum", "items", "maxProperties", "minProperties", "not"),
    *("pattern", "patternProperties", "properties", "propertyNames", "required", "type"),
}
_TOLD = {"$id", "$schema", "default", "definitions", "deprecated", "description", "title", "x-taplo"}


def fits(value: object, schema: Any, root: dict[str, Any]) -> bool:
    """Tell whether a value is what a schema describes.

    :param root: the whole schema, which references start from
    :raises AssertionError: if the schema has a word that is not known here
    """
    if isinstance(schema, bool):
        return schema
    assert schema.keys() <= _KNOWN | _TOLD, f"teach this module {schema.keys() - _KNOWN - _TOLD}"
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].split("/")[1:]:
            target = target[part]
        if not fits(value, target, root):
            return False
    kinds = schema.get("type", list(_KINDS))
    return (
        any(_is_a(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))
        and ("const" not in schema or value == schema["const"])
        and ("enum" not in schema or value in schema["enum"])
        and ("anyOf" not in schema or any(fits(value, one, root) for one in schema["anyOf"]))
        and ("not" not in schema or not fits(value, schema["not"], root))
        and ("pattern" not in schema or not isinstance(value, str) or bool(re.search(schema["pattern"], value)))
        and (not isinstance(value, list) or all(fits(one, schema.get("items", True), root) for one in value))
        and (not isinstance(value, dict) or _table_fits(value, schema, root))
    )


def _is_a(value: object, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _table_fits(value: dict[str, Any], schema: Any, root: dict[str, Any]) -> bool:
    def of(key: str) -> list[Any]:
        found = [one for pattern, one in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
        found += [schema["properties"][key]] if key in schema.get("properties", {}) else []
        return found or [schema.get("additionalProperties", True)]

    size = len(value)
    return (
        schema.get("minProperties", 0) <= size <= schema.get("maxProperties", size)
        and all(key in value for key in schema.get("required", ()))
        and all(fits(key, schema.get("propertyNames", True), root) for key in value)
        and all(fits(entry, one, root) for key, entry in value.items() for one in of(key))
    )
