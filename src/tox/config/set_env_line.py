"""Lines that set variables: ``NAME=value; marker``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tox.config._substitute.syntax import partners

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["format_line", "split_line", "split_plain_line", "split_value_marker"]

_ESCAPED_SEMICOLON = "\\;"
#: what every marker has, https://packaging.python.org/en/latest/specifications/dependency-specifiers/, or one that is
#: not finished: nothing but words
_LIKE_MARKER = re.compile(r"""[=!~<>]=|[<>]|\s(?:not\s+)?in\s|^[\w\s()'";]*$""")


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
    at = next((at for at, char in _outside_braces(line) if char == "="), -1)
    if at == -1:
        return _SplitLine("", line.strip(), "", assigns=False)
    return _assignment(line, at)


def split_plain_line(line: str) -> _SplitLine:
    """Split a line at its first equals sign, braces meaning themselves, and its value from the marker."""
    at = line.find("=")
    return _assignment(line, at) if at != -1 else _SplitLine("", line.strip(), "", assigns=False)


def _assignment(line: str, at: int) -> _SplitLine:
    value, marker = split_value_marker(line[at + 1 :])
    if marker and not _LIKE_MARKER.search(marker):  # it belongs to the value, such as a list of folders
        value, marker = _plain(line[at + 1 :]), ""
    return _SplitLine(line[:at].strip(), value, marker, assigns=True)


def split_value_marker(value: str) -> tuple[str, str]:
    r"""Split a value from the marker behind its first semicolon; ``\;`` is a semicolon of the value.

    A semicolon between braces belongs to the value as well, and so does one between quotes, provided that every quote
    of the value has a partner: an apostrophe alone is one more letter.

    :returns: value and marker, the latter empty when there is none
    """
    at = _semicolon(value) if ";" in value else -1
    if at == -1:
        return _plain(value), ""
    return _plain(value[:at]), value[at + 1 :].strip()


def _semicolon(value: str) -> int:
    """Find the first semicolon that nothing protects, -1 when there is none."""
    found = {True: -1, False: -1}
    quote = ""
    for at, char in _outside_braces(value):
        if at and value[at - 1] == "\\":
            continue
        if char == ";":
            for honoured in (True, False):
                if found[honoured] == -1 and not (honoured and quote):
                    found[honoured] = at
        elif char == quote:
            quote = ""
        elif char in {"'", '"'} and not quote:
            quote = char
    return found[not quote]


def _outside_braces(text: str) -> Iterator[tuple[int, str]]:
    """Go through the characters that are not between a pair of braces, each with its position."""
    pairs = partners(text) if "{" in text else {}
    at = 0
    while at < len(text):
        if at in pairs:
            at = pairs[at]
        else:
            yield at, text[at]
        at += 1


def _plain(value: str) -> str:
    return value.replace(_ESCAPED_SEMICOLON, ";").strip()


def format_line(key: str, value: str, marker: str | None) -> str:
    """Write a line that splits into the same parts again.

    :param marker: text of the marker; None or empty for none
    """
    text = re.sub(r"(?<!\\);", lambda _: _ESCAPED_SEMICOLON, value)
    return f"{key}={text}; {marker}" if marker else f"{key}={text}"
