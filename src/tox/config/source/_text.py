"""Read text files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_text(path: Path) -> str:
    """Read a file as UTF-8, a mark at its start allowed.

    :raises ValueError: if it cannot be read, or is not UTF-8
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        msg = f"it cannot be read: {error.strerror}"
        raise ValueError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"it is not UTF-8: {error.reason} at byte {error.start}"
        raise ValueError(msg) from error
