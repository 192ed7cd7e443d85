"""What of the files is a program that the system can start."""

from __future__ import annotations

import os
import sys

__all__ = ["is_program"]

if sys.platform == "win32":  # pragma: win32 cover
    _ENDINGS = (".bat", ".cmd", ".com", ".exe")

    def is_program(path: str) -> bool:
        """Tell whether a path leads to a program; the system would call every file one, so its name has to say it."""
        return path.lower().endswith(_ENDINGS) and os.path.isfile(path)

else:

    def is_program(path: str) -> bool:
        """Tell whether a path leads to a program."""
        return os.path.isfile(path) and os.access(path, os.X_OK)
