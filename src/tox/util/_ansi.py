"""Escape sequences that terminals understand (ECMA-48, select graphic rendition)."""

from __future__ import annotations

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
