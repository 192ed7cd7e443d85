"""What tells, without reading it, that a file is another one than before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["stamp", "stamps"]


def stamp(path: str) -> list[int] | None:
    """Return the time of change of a file in nanoseconds and its size in bytes; None when there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]


def stamps(paths: Iterable[str]) -> dict[str, list[int] | None]:
    """Return the :func:`stamp` of each of some files, by path, sorted."""
    return {path: stamp(path) for path in sorted(set(paths))}
