"""Escape sequences that terminals understand (ECMA-48, select graphic rendition)."""

from __future__ import annotations

import os
import sys
from typing import Final

BOLD: Final = "\x1b[1m"
DIM: Final = "\x1b[2m"
NORMAL: Final = "\x1b[22m"  #: neither bold nor dim
RED: Final = "\x1b[31m"
BRIGHT_RED: Final = "\x1b[91m"
GREEN: Final = "\x1b[32m"
YELLOW: Final = "\x1b[33m"
MAGENTA: Final = "\x1b[35m"
CYAN: Final = "\x1b[36m"
WHITE: Final = "\x1b[37m"
DEFAULT_COLOR: Final = "\x1b[39m"
RESET: Final = "\x1b[0m"  #: everything as it was


def wants_color() -> bool:
    """Decide whether to colour, by the variables that terminals and people set for it, as long as no option does."""
    environ = os.environ
    if environ.get("NO_COLOR", ""):
        return False
    if environ.get("FORCE_COLOR", ""):
        return True
    if environ.get("TTY_COMPATIBLE") in {"0", "1"}:
        return environ["TTY_COMPATIBLE"] == "1"
    return environ.get("TERM") != "dumb" and sys.stdout is not None and sys.stdout.isatty()
