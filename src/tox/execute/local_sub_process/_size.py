"""The size that commands are to take their terminal for."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["Size", "size", "size_variables"]

_COLUMNS: Final = "COLUMNS"
_LINES: Final = "LINES"


class Size(NamedTuple):
    """How large a terminal is, in characters; 0 where nobody knows."""

    columns: int
    lines: int


def size(stream: TextIO | None) -> Size:
    """Tell how large the user wants the terminal of a stream to be taken for.

    :param stream: what ``COLUMNS`` and ``LINES`` leave open is asked of it, if it is a terminal
    """
    actual = Size(0, 0)
    if stream is not None and stream.isatty():
        with suppress(OSError, ValueError):  # one without a descriptor, or closed meanwhile
            actual = Size(*os.get_terminal_size(stream.fileno()))
    return Size(_number(_COLUMNS) or actual.columns, _number(_LINES) or actual.lines)


def size_variables() -> dict[str, str]:
    """Give the variables that tell commands how large standard output is, as far as that is known."""
    known = size(sys.stdout)
    return {name: str(number) for name, number in zip((_COLUMNS, _LINES), known, strict=True) if number}


def _number(name: str) -> int:
    try:
        return max(int(os.environ.get(name, "")), 0)
    except ValueError:
        return 0
