"""Command lines as a person would type them, per platform."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["as_started", "join", "join_paths"]

_QUOTES = frozenset("'\"")


def join_paths(cmd: Sequence[str]) -> str:
    """Quote and join the arguments of a command where backslashes separate folders.

    As few words as possible are quoted, and none for a backslash, so that a path reads as one.

    :param cmd: program and arguments
    :returns: one line that a command of a configuration on Windows splits into the same arguments again
    """
    return " ".join(_quoted(word) for word in cmd)


def _quoted(word: str) -> str:
    if word and not any(character.isspace() or character in _QUOTES for character in word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


if sys.platform == "win32":  # pragma: win32 cover
    from subprocess import list2cmdline as as_started

    join = join_paths

else:

    def join(cmd: Sequence[str]) -> str:
        """Quote and join the arguments of a command by the rules of configurations on this platform.

        :param cmd: program and arguments
        :returns: one line that splits into the same arguments again
        """
        import shlex

        return shlex.join(cmd)

    as_started = join
