"""Command lines as a person would type them, per platform."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["join"]


if sys.platform == "win32":  # pragma: win32 cover

    def join(cmd: Sequence[str]) -> str:
        """Quote and join the arguments of a command by the rules of the platform's shell.

        :param cmd: program and arguments
        :returns: one line that splits into the same arguments again
        """
        from subprocess import list2cmdline

        return list2cmdline(cmd)

else:

    def join(cmd: Sequence[str]) -> str:
        """Quote and join the arguments of a command by the rules of the platform's shell.

        :param cmd: program and arguments
        :returns: one line that splits into the same arguments again
        """
        import shlex

        return shlex.join(cmd)
