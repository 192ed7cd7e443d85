"""Lines that set variables: ``NAME=value; marker``."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["format_line", "split_line", "split_value_marker"]

_ESCAPED_SEMICOLON = "\\;"


class _SplitLine(NamedTuple):
    """The parts of a line; without an equals sign outside of braces the key is empty and the value the whole line."""

    key: str
    value: str
    #: text of the marker, empty for none
    marker: str
    #: whether there was an equals sign
    assigns: bool


def split_line(line: str) -> _SplitLine:
    """Split a line at its first equals sign outside of braces, and its value from the marker."""
    depth = 0
    for at, char in enumerate(line):
        if char == "{":
            depth += 1
        elif char == "}":
            depth = max(depth - 1, 0)
        elif char == "=" and depth == 0:
            value, marker = split_value_marker(line[at + 1 :].strip())
            return _SplitLine(line[:at].strip(), value, marker, assigns=True)
    return _SplitLine("", line.strip(), "", assigns=False)


def split_value_marker(value: str) -> tuple[str, str]:
    r"""Split a value from the marker behind its first semicolon; ``\;`` is a semicolon of the value.

    A semicolon between quotes that come in pairs, or between braces, belongs to the value as well.

    :returns: value and marker, the latter empty when there is none
    """
    quote, depth = "", 0
    at = 0
    while at < len(value):
        char = value[at]
        if char == "\\":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in {"'", '"'} and char in value[at + 1 :]:
            quote = char
        elif char == "{":
            depth += 1
        elif char == "}":
            depth = max(depth - 1, 0)
        elif char == ";" and depth == 0:
            return _plain(value[:at].rstrip()), value[at + 1 :].strip()
        at += 1
    return _plain(value), ""


def _plain(value: str) -> str:
    return value.replace(_ESCAPED_SEMICOLON, ";")


def format_line(key: str, value: str, marker: str | None) -> str:
    """Write a line that splits into the same parts again.

    :param marker: text of the marker; None or empty for none
    """
    text = re.sub(r"(?<!\\);", lambda _: _ESCAPED_SEMICOLON, value)
    return f"{key}={text}; {marker}" if marker else f"{key}={text}"
