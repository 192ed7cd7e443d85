"""The project file, as far as dependencies can be read from it without building anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tox.errors import Fail
from tox.util._text_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from packaging.requirements import Requirement

__all__ = [
    "PROJECT_FILE",
    "load_project_file",
    "parse_requirement",
    "parse_requirements",
    "table",
    "texts",
]

PROJECT_FILE = "pyproject.toml"


def load_project_file(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    :returns: its content; nothing when there is no such file
    :raises Fail: if it is no TOML or cannot be read
    """
    try:
        return read_toml(path)
    except ValueError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return {}
        raise Fail(f"could not read {path}: {error}") from error


def table(content: dict[str, Any], key: str, path: Path) -> dict[str, Any]:
    """Read a table of the file.

    :param path: of the file, for the message
    :returns: the table, empty when it is missing
    :raises Fail: if it is something else
    """
    value = content.get(key, {})
    if not isinstance(value, dict):
        raise Fail(f"{key} in {path} is {type(value).__name__} instead of table")
    return value


def texts(value: object, what: str, path: Path) -> list[str]:
    """Read a list of texts.

    :param what: the key it was found under, for the message
    :raises Fail: if it is something else
    """
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise Fail(f"{what} in {path} must be a list of text, got {value!r}")
    return value


def parse_requirement(text: str, where: str) -> Requirement:
    """Parse a requirement.

    :param where: told when it is none
    :raises Fail: if it is none
    """
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0]  # further lines draw the place
        raise Fail(f"{text!r} is not valid requirement{where} due to {reason}") from error


def parse_requirements(values: Iterable[str], where: str) -> list[Requirement]:
    """Parse requirements, in their order.

    :param where: told when one is none
    :raises Fail: if one is none
    """
    return [parse_requirement(value, where) for value in values]
