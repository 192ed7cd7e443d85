"""Make typed values of text."""

from __future__ import annotations

import re
import sys
from io import StringIO
from typing import TYPE_CHECKING, Any

from tox.config._factors import extend_factors
from tox.config.loader.convert import Convert, path_of
from tox.config.types import Command, EnvList

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["StrConvert"]

#: what is between quotes; two backslashes that start the name of a server; one of a path; a protected character
_BACKSLASHES = re.compile(
    r"""(?P<single>'[^']*')|(?P<server>(?:(?<=[\s"=])|^)\\\\(?=[\w.?]))|(?P<folder>(?<!\\)\\(?=[^\\"']|$))|\\.|."""
)


class StrConvert(Convert[str]):
    """Make typed values of text, by the rules of INI files."""

    FALSE_VALUES = {"0", "false", "no", "off", ""}  # noqa: RUF012 - a public name
    TRUTHFUL_VALUES = {"1", "true", "yes", "on"}  # noqa: RUF012 - a public name
    VALID_BOOL = sorted(TRUTHFUL_VALUES | FALSE_VALUES)

    @staticmethod
    def to_str(value: str) -> str:
        """Take the text, without blanks around it."""
        return str(value).strip()

    @staticmethod
    def to_path(value: str) -> Path:
        """Take the text as a path.

        :raises ValueError: if it cannot be one
        """
        return path_of(value.strip())

    @staticmethod
    def to_list(value: str, of_type: type[Any]) -> Iterator[str]:
        """Split at line ends when there are any, else at commas; commands are always split at line ends only.

        A line counts also when nothing is left of it, as what it referred to was empty.
        """
        separator = "\n" if of_type is Command or "\n" in value else ","
        for entry in value.split(separator):
            stripped = entry.strip()
            if stripped:
                yield stripped

    @staticmethod
    def to_set(value: str, of_type: type[Any]) -> Iterator[str]:
        """Split as a list is."""
        yield from StrConvert.to_list(value, of_type)

    @staticmethod
    def to_dict(value: str, of_type: tuple[type[Any], type[Any]]) -> Iterator[tuple[str, str]]:
        """Split at line ends, and each line at its first equals sign.

        :raises TypeError: if a line has none
        """
        for line in value.split("\n"):
            key, found, text = line.partition("=")
            if found:
                yield key.strip(), text.strip()
            elif line.strip():
                raise TypeError(f"a line of a mapping reads key=value, not {line.strip()!r}")

    @staticmethod
    def to_command(value: str) -> Command:
        """Split into words as a POSIX shell does; a quote that is left open takes the rest as one word."""
        text = value.strip()
        if text.startswith("-") and text != "-":
            text = f"- {text[1:]}"
        if sys.platform == "win32":  # pragma: win32 cover
            text = StrConvert.protect_windows_path_backslashes(text)
        return Command(_split_words(text))

    @staticmethod
    def protect_windows_path_backslashes(value: str, *, blanks: bool = False) -> str:
        r"""Double the backslashes of paths, so that splitting into words keeps them, also where a word ends with one.

        One before a quote or another backslash goes on protecting it, but for the two that start ``\\server``. Between
        single quotes they mean themselves already.

        :param blanks: whether one before a blank goes on protecting it, too, as pip reads options
        """

        def protect(match: re.Match[str]) -> str:
            protects = blanks and value[match.end() : match.end() + 1].isspace()
            return match[0] * 2 if match["server"] or (match["folder"] and not protects) else match[0]

        return _BACKSLASHES.sub(protect, value)

    @staticmethod
    def to_env_list(value: str) -> EnvList:
        """Split at commas and line ends, and write out what is between braces."""
        return EnvList(list(extend_factors(value)))

    @staticmethod
    def to_bool(value: str) -> bool:
        """Read one of a few words, whatever their case.

        :raises TypeError: if it is none of them
        """
        word = str(value).strip().lower()
        if word in StrConvert.TRUTHFUL_VALUES:
            return True
        if word in StrConvert.FALSE_VALUES:
            return False
        raise TypeError(f"{value!r} is no truth value, use one of {', '.join(map(repr, StrConvert.VALID_BOOL))}")


def _split_words(text: str) -> list[str]:
    from shlex import shlex

    stream = StringIO(text)
    lexer = shlex(stream, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    start = 0
    try:
        while (word := lexer.get_token()) is not None:
            words.append(word)
            start = stream.tell()
    except ValueError:  # a quote without its partner, or a backslash at the very end
        words.append(text[start:])
    return words
