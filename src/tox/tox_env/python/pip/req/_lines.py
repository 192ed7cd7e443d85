"""The lines of a requirement file: joined, without comments, variables filled in, split into text and options."""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING, Final

from tox.config._substitute.pieces import check_addition
from tox.config.loader.str_convert import StrConvert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "expand",
    "logical_lines",
    "protect_env_variables",
    "split_options",
    "text_and_options",
    "unprotect_env_variables",
    "used_variables",
    "without_comment",
]

#: a comment begins after a blank; not one that a backslash makes part of a path
_COMMENT: Final = r"(^|(?<![\\\s])\s+)#.*$"
_VARIABLE: Final = r"(?P<all>\$\{(?P<name>[A-Z0-9_]+)\})"
#: stands for the dollar sign of a variable while text goes through other substitutions; from the private use area
_PROTECTED: Final = "\ue0f0"


def logical_lines(content: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something.

    :returns: number of the first physical line, from 1 on, and the text: continued lines joined, comments and blanks
        at both ends removed, never empty
    """
    for number, line in _joined(content):
        text = without_comment(line)
        if text:
            yield number, text


def without_comment(line: str) -> str:
    """Return a line without its comment, and without blanks at both ends."""
    return re.sub(_COMMENT, "", line).strip() if "#" in line else line.strip()


def _joined(content: str) -> Iterator[tuple[int, str]]:
    first = 0
    parts: list[str] = []
    for number, line in enumerate(content.splitlines(), start=1):
        comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not comment:
            first = first or number
            parts.append(line.rstrip("\\"))
            continue
        # a blank keeps a comment that ends a continuation from becoming part of the text before it
        parts.append(f" {line}" if comment else line)
        yield first or number, "".join(parts)
        first, parts = 0, []
    if parts:
        yield first, "".join(parts)


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace ``${NAME}`` by the value of a variable; names without value or not in upper case stay as they are.

    :raises ValueError: if a value would add an option, a comment or a line
    """

    def value(match: re.Match[str]) -> str:
        found = variables.get(match["name"])
        if not found:
            return match["all"]
        check_addition(text[: match.start()], found)
        return found

    return re.sub(_VARIABLE, value, text)


def used_variables(text: str) -> set[str]:
    """Name the variables that :func:`expand` would look up."""
    return {match["name"] for match in re.finditer(_VARIABLE, text)} if "${" in text else set()


def protect_env_variables(text: str) -> str:
    """Hide ``${NAME}`` from other substitutions."""
    return re.sub(_VARIABLE, lambda match: f"{_PROTECTED}{match['all'][1:]}", text)


def unprotect_env_variables(text: str) -> str:
    """Undo :func:`protect_env_variables`."""
    return text.replace(_PROTECTED, "$")


def text_and_options(line: str) -> tuple[str, str]:
    """Split a line where its options begin.

    :returns: the requirement, which may be empty, and the options, which may be empty
    """
    words = line.split(" ")
    for index, word in enumerate(words):
        if word.startswith("-"):
            return " ".join(words[:index]).rstrip(), " ".join(words[index:])
    return line, ""


def split_options(options: str) -> list[str]:
    """Split options into words as a shell would; on Windows, backslashes survive but for one that protects a blank.

    :raises ValueError: if a quote is not closed
    """
    if sys.platform == "win32":  # pragma: win32 cover
        options = StrConvert.protect_windows_path_backslashes(options, blanks=True)
    lexer = shlex.shlex(options, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    return list(lexer)
