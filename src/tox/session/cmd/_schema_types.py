"""The types of settings, and the forms of tables and lists in TOML, as JSON schema."""

from __future__ import annotations

from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

_SUBS = {"$ref": "#/definitions/subs"}
_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}
_WORDS = {"type": "array", "items": _SUBS}
_ENVS = {"type": "array", "items": {"$ref": "#/definitions/env_list_item"}}
_COMMAND = {"oneOf": [_WORDS, {"$ref": "#/definitions/replace_object"}]}
_LINES = {"oneOf": [_STRING, _WORDS]}

_BY_NAME: dict[str, dict[str, Any]] = {
    "Command": _WORDS,
    "EnvList": _ENVS,
    "PythonConstraints": _LINES,
    "PythonDeps": _LINES,
    "Requirement": _STRING,
    "SetEnv": {"type": "object", "additionalProperties": _SUBS},
    "Version": _STRING,
}
_PLAIN: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    float: {"type": "number"},
    int: {"type": "integer", "minimum": 0},
    str: _STRING,
    Path: _STRING,
}


def type_of(of_type: Any) -> dict[str, Any]:
    """Describe the values that a setting of some type takes.

    :param of_type: the type, as it was declared
    :returns: an empty schema, which allows everything, for a type of a plugin
    """
    if of_type in _PLAIN:
        return _PLAIN[of_type]
    origin, arguments = get_origin(of_type), get_args(of_type)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in {Union, UnionType}:
        choices = [type_of(one) for one in arguments if one is not NoneType]
        return choices[0] if len(choices) == 1 else {"oneOf": choices}
    if origin in {list, set}:
        return {"type": "array", "items": _item(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": type_of(arguments[1])}
    return _BY_NAME.get(getattr(of_type, "__name__", ""), {})


def _item(of_type: Any) -> dict[str, Any]:
    """Describe one entry of a list; text may be put together by a table there."""
    described = type_of(of_type)
    if described == _STRING:
        return _SUBS
    return _COMMAND if getattr(of_type, "__name__", "") == "Command" else described


def definitions() -> dict[str, Any]:
    """Describe the tables that stand for values, and the entries of lists of environments."""
    tables = ("replace_env", "replace_ref", "replace_posargs", "replace_glob", "replace_if")
    references = [{"$ref": f"#/definitions/{name}"} for name in tables]
    return {
        "subs": {"anyOf": [_STRING, *references]},
        **_replacements(),
        "replace_object": {"description": "a table that stands for a value", "anyOf": references},
        **_factors(),
        "env_list_item": {
            "oneOf": [
                _SUBS,
                _table(
                    "environments for each combination of factors",
                    {
                        "product": {"type": "array", "items": {"$ref": "#/definitions/product_factor_group"}},
                        "exclude": _STRINGS,
                    },
                    ["product"],
                ),
                {"$ref": "#/definitions/factor_range_dict"},
                {"$ref": "#/definitions/factor_labeled_dict"},
            ]
        },
    }


def _table(description: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _replacements() -> dict[str, Any]:
    """Describe the tables that have ``replace``."""

    def replacing(word: str, description: str, required: list[str], **properties: Any) -> dict[str, Any]:
        shared = {"extend": {"type": "boolean"}, "marker": _STRING}
        return _table(description, {"replace": {"const": word}, **properties, **shared}, ["replace", *required])

    return {
        "replace_env": replacing("env", "an environment variable of the host", ["name"], name=_STRING, default=_LINES),
        "replace_ref": replacing(
            "ref", "the value of another setting", [], of=_STRINGS, env=_STRING, key=_STRING, default=_LINES
        ),
        "replace_posargs": replacing(
            "posargs",
            "what follows -- on the command line",
            [],
            default=_WORDS,
            substitute={"type": "boolean", "default": False},
        ),
        "replace_glob": replacing("glob", "paths that match a pattern", ["pattern"], pattern=_STRING, default=_LINES),
        "replace_if": replacing(
            "if", "one of two values", ["condition", "then"], condition=_STRING, then=True, **{"else": True}
        ),
    }


def _factors() -> dict[str, Any]:
    """Describe groups of factors."""
    labeled = {
        "oneOf": [
            _STRINGS,
            {"$ref": "#/definitions/factor_range_dict"},
            {"$ref": "#/definitions/factor_values_dict"},
        ]
    }
    number = {"type": "integer"}
    return {
        "factor_range_dict": _table(
            "a factor for each number of a range",
            {"prefix": _STRING, "start": number, "stop": number, "default": _STRING},
            ["prefix"],
        ),
        "factor_values_dict": _table(
            "factors, and what stands in when an environment has none of them",
            {"values": _STRINGS, "default": _STRING},
            ["values"],
        ),
        "factor_labeled_dict": {
            "type": "object",
            "description": "factors that values can refer to by the name of their group",
            "minProperties": 1,
            "maxProperties": 1,
            "not": {"properties": {"prefix": {}}, "required": ["prefix"]},
            "additionalProperties": labeled,
        },
        "product_factor_group": {
            "oneOf": [
                _STRINGS,
                {"$ref": "#/definitions/factor_range_dict"},
                {"$ref": "#/definitions/factor_labeled_dict"},
            ]
        },
    }


__all__ = ["definitions", "type_of"]
