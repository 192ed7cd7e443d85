"""What to look for in a project once tox has ended, or has been ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["crash_in", "held_locks", "processes_in"]


def processes_in(root: Path) -> Iterator[str]:
    """Yield the command lines of the processes that work in a folder; needs ``/proc``."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                place = (folder / "cwd").readlink()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue  # it has ended meanwhile, or belongs to somebody else
            if place == root or str(root) in command:
                yield command


def held_locks(root: Path) -> Iterator[str]:
    """Yield the names of the environments of a project whose lock somebody holds."""
    for lock in root.glob(".tox/*/file.lock"):
        try:
            with FileLock(lock, timeout=0):
                pass
        except Timeout:
            yield lock.parent.name


def crash_in(text: str, host: Path) -> bool:
    """Tell whether an output shows a traceback through the tox of a host; what commands print is their own.

    :param host: the interpreter whose tox was run
    """
    return "internal error" in text or f'File "{host.parent.parent}' in text
