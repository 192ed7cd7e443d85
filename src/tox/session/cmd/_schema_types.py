"""The types of settings, and the forms of tables and lists in TOML, as JSON schema."""

from __future__ import annotations

from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from tox.config.loader.toml._product import RESERVED

_SUBS = {"$ref": "#/definitions/subs"}
_REPLACE = {"$ref": "#/definitions/replace_object"}
_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}
_WORDS = {"type": "array", "items": _SUBS}
_LINES = {"anyOf": [_STRING, _WORDS]}
#: a text that is put together when the setting is read, so that what it gives cannot be told here
_TEMPLATE = {"type": "string", "pattern": "\\{"}

#: the words that ``replace`` takes
_TABLES = ("env", "ref", "posargs", "glob", "if")

_BY_NAME: dict[str, dict[str, Any]] = {
    "Command": _WORDS,
    "EnvList": {"type": "array", "items": {"$ref": "#/definitions/env_list_item"}},
    "PythonConstraints": _LINES,
    "PythonDeps": _LINES,
    "Requirement": _STRING,
    "SetEnv": {"$ref": "#/definitions/set_env"},
    "Version": _STRING,
}
_PLAIN: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    float: {"type": ["number", "string", "boolean"]},
    int: {"type": ["integer", "string", "boolean"]},
    str: _STRING,
    Path: _STRING,
}


def type_of(of_type: object) -> dict[str, Any]:
    """Describe the values that a setting of some type takes, a table that stands for the value among them.

    :param of_type: the type, as it was declared
    :returns: an empty schema, which allows everything, for a type of a plugin
    """
    described = _shape(of_type)
    if not described or described == _BY_NAME["SetEnv"]:
        return described
    return {"anyOf": [*described.get("anyOf", [described]), _REPLACE]}


def _shape(of_type: object) -> dict[str, Any]:
    """Describe the values of a type that are written out."""
    if of_type in _PLAIN:
        return _PLAIN[of_type]
    origin, arguments = get_origin(of_type), get_args(of_type)
    if origin is Literal:
        return {"anyOf": [{"enum": list(arguments)}, _TEMPLATE]}
    if origin in {Union, UnionType}:
        choices = [_shape(one) for one in arguments if one is not NoneType]
        return choices[0] if len(choices) == 1 else {"anyOf": choices}
    if origin in {list, set}:
        return {"type": "array", "items": type_of(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": type_of(arguments[1])}
    return _BY_NAME.get(getattr(of_type, "__name__", ""), {})


def definitions() -> dict[str, Any]:
    """Describe the tables that stand for values, and the entries of lists of environments."""
    references = [{"$ref": f"#/definitions/replace_{name}"} for name in _TABLES]
    return {
        "subs": {"anyOf": [_STRING, *references]},
        **_replacements(),
        "replace_object": {"description": "a table that stands for a value", "anyOf": references},
        **_variables(),
        **_factors(),
        "env_list_item": {
            "anyOf": [
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

    anything = {"default": True}
    return {
        "replace_env": replacing("env", "an environment variable of the host", ["name"], name=_STRING, **anything),
        "replace_ref": {
            **replacing("ref", "the value of another setting", [], of=_STRINGS, env=_STRING, key=_STRING, **anything),
            "anyOf": [{"required": ["of"]}, {"required": ["env"]}],
        },
        "replace_posargs": replacing(
            "posargs",
            "what follows -- on the command line",
            [],
            substitute={"type": "boolean", "default": False},
            **anything,
        ),
        "replace_glob": replacing("glob", "paths that match a pattern", ["pattern"], pattern=_SUBS, **anything),
        "replace_if": replacing(
            "if", "one of two values", ["condition", "then"], condition=_STRING, then=True, **{"else": True}
        ),
    }


def _variables() -> dict[str, Any]:
    """Describe what ``set_env`` takes: lines, a table, a table that stands for one, or a list of tables."""
    value = _table("a value that is set where a marker holds", {"value": _SUBS, "marker": _STRING}, ["value"])
    table = {
        "type": "object",
        "not": {"properties": {"replace": {"enum": list(_TABLES)}}, "required": ["replace"]},
        "additionalProperties": {"anyOf": [_SUBS, value]},
    }
    tables = [table, _REPLACE]
    return {"set_env": {"anyOf": [_STRING, *tables, {"type": "array", "items": {"anyOf": tables}}]}}


def _factors() -> dict[str, Any]:
    """Describe groups of factors."""
    labeled = {
        "anyOf": [
            _STRING,
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
        )
        | {"anyOf": [{"required": ["start"]}, {"required": ["stop"]}]},
        "factor_values_dict": _table(
            "factors, and what stands in when an environment has none of them",
            {"values": {"anyOf": [_STRINGS, {"$ref": "#/definitions/factor_range_dict"}]}, "default": _STRING},
            ["values"],
        ),
        "factor_labeled_dict": {
            "type": "object",
            "description": "factors that values can refer to by the name of their group",
            "minProperties": 1,
            "maxProperties": 1,
            "propertyNames": {"pattern": "\\D", "not": {"enum": sorted(RESERVED)}},
            "additionalProperties": labeled,
        },
        "product_factor_group": {
            "anyOf": [
                _STRING,
                _STRINGS,
                {"$ref": "#/definitions/factor_range_dict"},
                {"$ref": "#/definitions/factor_labeled_dict"},
            ]
        },
    }


__all__ = ["definitions", "type_of"]
