"""Tell whether a value of a TOML file has the shape of a type."""

from __future__ import annotations

from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from tox.config.set_env import SetEnvReference
from tox.config.types import Command, EnvList
from tox.util.typing_compat import is_class

_NONE = type(None)


def validate(value: object, of_type: object) -> Any:
    """Check a value; what it holds is not told, as it may be secret.

    :param value: from the file, every table looked into
    :param of_type: what it is wanted for
    :returns: the value
    :raises TypeError: if it does not have the shape; the message says where
    """
    problem = _problem(value, of_type, "the value")
    if problem:
        raise TypeError(problem)
    return value


def _problem(value: object, of_type: object, where: str) -> str:
    """Tell what is wrong, empty when nothing is."""
    origin, args = get_origin(of_type), get_args(of_type)
    if origin in {list, set}:
        return _entries(value, args[0], where)
    if origin is dict:
        return _table(value, args[1], where)
    if origin in {Union, UnionType}:
        problems = [_problem(value, arg, where) for arg in args]
        return "" if not all(problems) else _wrong(value, " or ".join(map(_named, args)), where)
    if origin is Literal:
        return "" if value in args else f"{where} has to be one of {', '.join(map(repr, args))}"
    if of_type is Command:
        return _entries(value, str, where)
    if of_type is EnvList:
        return _entries(value, str, where)
    return _plain(value, of_type, where)


def _plain(value: object, of_type: object, where: str) -> str:
    if of_type is _NONE:
        return "" if value is None else _wrong(value, "nothing", where)
    if of_type is bool:
        return "" if isinstance(value, bool) else _wrong(value, "true or false", where)
    if of_type is str or (is_class(of_type) and issubclass(of_type, Path)):
        return "" if isinstance(value, str) else _wrong(value, "text", where)
    if of_type in {int, float}:
        return "" if isinstance(value, (int, float, str)) else _wrong(value, "a number", where)
    return ""  # of a type not known here: its factory judges


def _entries(value: object, of_type: object, where: str) -> str:
    if not isinstance(value, list):
        return _wrong(value, "a list", where)
    for at, entry in enumerate(value):
        problem = _problem(entry, of_type, f"entry {at + 1} of {where}")
        if problem:
            return problem
    return ""


def _table(value: object, of_type: object, where: str) -> str:
    if not isinstance(value, dict):
        return _wrong(value, "a table", where)
    for key, entry in value.items():
        problem = _problem(entry, of_type, f"{key} of {where}")
        if problem:
            return problem
    return ""


def _wrong(value: object, wanted: str, where: str) -> str:
    names = {dict: "a table", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    found = "variables" if isinstance(value, SetEnvReference) else names.get(type(value), type(value).__name__)
    return f"{where} has to be {wanted}, not {found}"


def _named(of_type: Any) -> str:
    names = {list: "a list", set: "a list", dict: "a table", str: "text", bool: "true or false", _NONE: "nothing"}
    return names.get(get_origin(of_type) or of_type, getattr(of_type, "__name__", str(of_type)))
