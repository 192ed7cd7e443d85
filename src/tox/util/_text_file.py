"""Reading what people wrote: configuration, variables, requirements, lock files, scripts.

There is one reader, so that each of these files is read, and refused, in the same way.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MARK", "parse_toml", "read_text", "read_toml"]

#: what some editors write at the start of a text
MARK = "\ufeff"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path) -> str:
    """Read a file as UTF-8, a byte order mark at its start left out, every line end a line feed.

    What is no regular file, a pipe for instance, is read as well, and can be read once only.

    :raises ValueError: saying in half a sentence what is wrong with the file; its cause is a :class:`FileNotFoundError`
        when there is none
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error  # a path with a null byte is such an error already
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        if raw.startswith(_UTF_16_MARKS):
            raise ValueError("it is UTF-16, and has to be UTF-8") from error
        raise ValueError(f"it is not UTF-8: {error.reason} at byte {error.start}") from error
    return text.removeprefix(MARK).replace("\r\n", "\n").replace("\r", "\n")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    :raises ValueError: as by :func:`read_text`, and if it is no TOML
    """
    return parse_toml(read_text(path))


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML.

    :raises ValueError: if it is none
    """
    if sys.version_info >= (3, 11):
        from tomllib import loads  # a door: most projects have no TOML to read
    else:
        from tomli import loads
    try:
        return loads(text)
    except RecursionError:
        raise ValueError("tables and lists are nested too deep") from None
